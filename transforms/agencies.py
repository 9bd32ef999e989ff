"""Credits to wire agencies: who filed the copy, told from who is merely mentioned in it.

A credit stands where newsrooms put credits: in the dateline's bracket, in the byline, in a
sign-off behind the last sentence, in a line about sources and contributors. A name anywhere
else ("told Reuters", "according to AFP", "the AP poll", "Photo: dpa") is a mention.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from transforms.lexicon import agencies
from transforms.needles import Needles, Words

_SHORT = 60  # a credit list is no longer than this
_BYLINE = 200  # nor is a byline longer than this
_END = 80  # characters at the end of a line that may hold a sign-off or a source
_PART = re.compile(
    r"\s*(?:[/,;&+|·•=＝、，]|\s[-–—]\s|\b(?:and|und|et|y|e|con|avec|with|mit|och|og|ja|en|i|a|и|та)\b)\s*"
)
_FRAME = " \t.:*•·|/\\()[]{}（）【】〔〕［］「」<>«»©®–—-―‐=＝\"'“”"
_ARTICLE = re.compile(
    r"l['’]\s?|(?:the|die|der|la|le|agence|agencia|agência|agenzia|agentur|agenturen|agency|agencies|"
    r"ajans|агентство|وكالة|خبرگزاری)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:news agency|news service|agency|nyhetsbyrån|ajansı|news|wire|report|photos?)$",
    re.IGNORECASE,
)
# Desk codes and initials that newsrooms join to an agency: "dpa/lno", "AFP/cw", "Reuters/kra Bonn".
_CODE = re.compile(r"[a-zäöüß]{1,4}(?:\s[A-ZÄÖÜ][\w-]+)?|[A-Z]{2,5}")
# Picture desks. A list with one of them credits a picture.
_PICTURES = re.compile(
    r"getty|imago|picture.?alliance|shutterstock|istock|alamy|epa\b|photo|foto|bild|image|fotolia|"
    r"keystone(?!-)|archiv|pool|handout|picture|video|grafik|写真|사진|фото|صورة",
    re.IGNORECASE,
)


@cache
def _names() -> dict[str, tuple[str, bool]]:
    """Casefolded name -> (usual name, whether it is too common to stand alone)."""
    return {
        alias.strip(_FRAME).casefold(): (agency.name, agency.ambiguous and alias == agency.name)
        for agency in agencies()
        for alias in (agency.name, *agency.aliases)
    }


_WORDS = re.compile(r"\w+")


@cache
def _telling_words() -> Words:
    """Words of which each name has one. Of several in a name it is the one that the fewest names
    have, the longest of such: "the", "news" and "service" stand in every other line."""
    names = [_WORDS.findall(name) for name in _names()]
    times = Counter(word for words in names for word in words)
    telling: set[str] = set()
    for words in sorted(names, key=len):
        if telling.isdisjoint(words):
            telling.add(min(words, key=lambda word: (times[word], -len(word))))
    return Words(telling)


def may_name(text: str) -> bool:
    """Whether a word that tells of some agency's name stands in ``text``: a quick look. Where none
    does, no part of ``text`` that begins and ends between words is an agency's name."""
    return _telling_words().may_stand_in(text)


def agency_named(text: str, *, in_dateline: bool = False) -> str | None:
    """The agency that ``text`` is a name of, by its usual short name.

    Case, brackets, a leading "the" and a trailing "news agency" do not count. Names that mean
    something else too ("MENA", "Beta") count in a dateline only.
    """
    name = text.strip(_FRAME)
    if not name or len(name) > _SHORT:
        return None
    found = _names().get(name.casefold())
    if found is None and (" " in name or name[1:2] in ("'", "’")) and may_name(name):
        found = _names().get(
            _TAIL.sub("", _ARTICLE.sub("", name, count=1)).strip(_FRAME).casefold()
        )
    return found[0] if found is not None and (in_dateline or not found[1]) else None


def credit_list(text: str, *, in_dateline: bool = False) -> str | None:
    """The first agency of a credit that holds nothing but agencies and desk codes.

    "dpa/lno", "(sda/afp)", "AFP, AP", "Reuters/kra Frankfurt" are such; "Peter Kneffel/dpa" and
    "REUTERS/Akhtar Soomro" credit a picture, "Le Figaro et AFP" needs a byline around it.
    """
    text = text.strip()
    if len(text) > _SHORT or not may_name(text):
        return None
    if whole := agency_named(text, in_dateline=in_dateline):
        return whole
    if _PICTURES.search(text):
        return None
    first = None
    for part in _PART.split(text.strip(_FRAME)):
        named = agency_named(part, in_dateline=in_dateline)
        if named is None and not _CODE.fullmatch(part.strip(_FRAME)):
            return None
        first = first or named
    return first


# Where a page lost the space between two elements: "dpaRedaktion", "Associated PressApril 28".
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z][A-Za-z])(?<!Mc)(?<!Mac)")


def lone_credit(line: str) -> str | None:
    """The agency of a line that is nothing but a credit.

    Two letters alone are a control of the page (the size of its type: "AA") or initials; they
    count in brackets or behind a dash.
    """
    line = line.strip()
    if len(line) > _SHORT:
        return None
    if any(map(str.isdigit, line)):
        pieces = _GLUED.split(line, maxsplit=1)
        if len(pieces) == 2 and len(pieces[0]) > 2:
            return agency_named(pieces[0])  # "Associated PressApril 28, 2023"
    if len(line) <= 2 or (len(line.strip(_FRAME)) <= 2 and line[0] not in "(（[【/—–-©"):
        return None
    return credit_list(line)


def may_credit(lines: Iterable[str]) -> bool:
    """Whether one of ``lines``, read as a byline, ``lone_credit``, ``sign_off`` or ``source_line``, may have
    an agency: a quick look at all together. Of a long line these read the end alone."""
    text = "\n".join([line if len(line) <= _BYLINE else line[-_END:] for line in lines])
    return _telling_words().may_stand_in(text, glued=True)


def agencies_among(text: str) -> tuple[str, ...]:
    """All agencies among the parts of a byline: "Le Figaro et AFP", "Jane Roe, Associated Press"."""
    if not may_name(text):
        return ()
    if whole := agency_named(text):
        return (whole,)
    found = (agency_named(part) for part in _PART.split(text.strip(_FRAME)))
    return tuple(dict.fromkeys(name for name in found if name))


# A sign-off behind the last sentence: "... he said. (AFP)", "... . – dpa", "...。（共同）", ". /ritzau/"
_SIGN_OFF = re.compile(
    r"""[.!?…。！？।؟"”»“')]\s*(?:[(（\[【〔](?P<bracket>[^()（）\[\]【】]{2,40})[)）\]】〕]|"""
    r"""/(?P<slash>[^/]{2,20})/|(?:—|–|--|-|―)\s*(?P<dash>[^\s()][^()]{1,30}))\s*\.?$"""
)


def sign_off(line: str) -> str | None:
    """The agency in a sign-off: the whole of a short line, or the end of a paragraph."""
    if alone := lone_credit(line):
        return alone
    if match := _SIGN_OFF.search(line[-_END:]):
        return credit_list(match["bracket"] or match["slash"] or match["dash"])
    return None


@cache
def _in_prose() -> str:
    """An alternation of the agencies' names as they are written, the longest first.

    Short names in small letters are words ("sid", "beta"): they never count in prose.
    """
    aliases = [
        alias
        for agency in agencies()
        for alias in (agency.name, *agency.aliases)
        if not (agency.ambiguous and alias == agency.name) and (alias[0].isupper() or alias in ("dpa", "epd") or not alias.isascii())
    ]  # fmt: skip
    return "|".join(re.escape(alias) for alias in sorted(aliases, key=len, reverse=True))


# Each says that an agency gave (part of) the copy. ``A`` stands for an agency's name. It is tried
# where one of its cues stands in the line: the names are many, the cues are few.
_PROSE: tuple[tuple[tuple[str, ...], str], ...] = (
    # "did not immediately respond to Reuters' requests for comment": the asking reporter wrote it.
    (("for comment", "for a comment", "seeking comment"),
     r"(?:respon\w+|repl\w+|answer\w*|declin\w+|return\w*|reach\w*|available)\b[^.]{0,80}?\b(?:to\s+|for\s+)?(?:a|an|the|several|multiple|repeated)?\s*(?:A)(?:['’]s?)?\s+(?:e-?mailed\s+|written\s+)?(?:requests?|inquir(?:y|ies)|queries|calls|questions)\s+(?:seeking|for)\s+(?:a\s+)?comments?"),
    (("for comment",),
     r"(?:requests?|inquir(?:y|ies))\s+for\s+comment\s+(?:from|by)\s+(?:the\s+)?(?:A)\b"),
    # "Associated Press writers Jane Roe and John Doe contributed to this report."
    ((" contribut",),
     r"(?:A)(?:['’]s?)?\s(?:[^.]|\.(?=\s?[A-Z][a-z]*\.|\s[A-Z]\w+\s)){0,200}?\bcontribut\w+\b[^.]{0,30}\b(?:report|story|this|dispatch|writing)"),
    ((" contributed",), r"(?:A)\s+(?:also\s+)?contributed\b"),
    # "With reporting by Reuters", "with files from The Canadian Press", "With inputs from PTI"
    (("ith file", "ith report", "ith addit", "ith further", "ith contrib", "ith input", "ith info", "ith mater", "ith agency", "WITH "),
     r"(?:[Ww]ith|WITH)\s+(?:additional\s+|further\s+|agency\s+)?(?:files?|reporting|reports?|contributions?|inputs?|information|material)\s+(?:from|by|of)\s+(?:the\s+)?(?:A)\b"),
    (("dditional reporting",),
     r"[Aa]dditional\s+reporting\s+(?:by|from)\s+(?:[^.]{0,80}[,&]\s*|[^.]{0,80}\sand\s+)?(?:the\s+)?(?:A)\b"),
    (("published by",),
     r"(?:story|report|content)\s+(?:was\s+)?(?:first\s+|originally\s+)?published by\s+(?:the\s+)?(?:A)\b"),
    (("Mit ", "mit Mat", "mit Inf"),
     r"\b[Mm]it\s+(?:Material|Informationen|Agenturmaterial|Inhalten|Meldungen)\s+(?:von|der|des)\s+(?:der\s+|den Agenturen\s+|den Nachrichtenagenturen\s+)?(?:A)\b"),
    (("(avec ", "(Avec ", "Avec "), r"(?:^|[(\s])[Aa]vec\s+(?:l['’]\s?|les? agences?\s+)?(?:A)\s*(?:[).,]|et\b|$)"),
    (("on informaci",), r"\b[Cc]on\s+informaci(?:ón|ones)\s+(?:de\s+(?:la\s+)?(?:agencia\s+)?)(?:A)\b"),
    (("om informa",), r"\b[Cc]om\s+informaç(?:ão|ões)\s+(?:d[aeo]s?\s+)?(?:agências?\s+)?(?:A)\b"),
)  # fmt: skip


@cache
def _prose_patterns() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    names = rf"(?<![\w-])(?P<agency>{_in_prose()})"
    return tuple((cues, re.compile(pattern.replace("(?:A)", names))) for cues, pattern in _PROSE)


_CREW_CUE = "diting by"


@cache
def _cues() -> Needles:
    return Needles([*(cue for cues, _ in _PROSE for cue in cues), _CREW_CUE])


# "(Reporting by Jane Roe; Editing by John Doe)" closes the copy of one agency only.
_REUTERS_CREW = re.compile(
    r"\b(?:Reporting|Writing)\s+by\s[^;]{3,300}[;.]\s*(?:[^;]{3,200};\s*)*?(?:[Ee]diting|[Ww]riting)\s+by\s[^;]{3,100}\)?\s*$"
)

_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\)|copyright)?\s*(?:(?:19|20)\d\d\s*)?,?\s*(?P<owner>[^.,|]{2,60})",
    re.IGNORECASE,
)


def prose_credit(line: str) -> str | None:
    """The agency that a line of prose credits with the copy or a part of it.

    "... did not respond to Reuters' requests for comment", "Associated Press writer Jane Roe
    contributed to this report", "Mit Material von dpa", "(Reporting by …; Editing by …)".
    """
    return next(prose_credits([line]), None)


def prose_credits(lines: Sequence[str]) -> Iterator[str]:
    """``prose_credit`` of each line that has one. Text without any cue costs one quick look, a line
    with one that names no agency another."""
    for number, present in _cues().by_line(lines).items():
        line = lines[number]
        for cues, pattern in _prose_patterns() if may_name(line) else ():
            if not present.isdisjoint(cues) and (match := pattern.search(line)):
                if agency := agency_named(match["agency"], in_dateline=True):
                    yield agency
                break
        else:
            if _CREW_CUE in present and _REUTERS_CREW.search(line):
                yield "Reuters"


# A word for source in the languages of the news, a colon, and the credit up to the end of the line.
_SOURCE_LINE = re.compile(
    r"(?:^|[.!?…。！？।؟)\s(（])(?:Sources?|Quellen?|Fuentes?|Fontes?|Fonti|Bron(?:nen)?|Källa|Kilde|Kilder|Lähde|"
    r"Źródło|Zdroj|Forrás|Sursa|Izvor|Vir|Kaynak|Источник|Джерело|Източник|Извор|Πηγή|المصدر|منبع|מקור|स्रोत|"
    r"来源|來源|出典|출처|ที่มา|Nguồn|Sumber|Šaltinis|Avots|Allikas|Heimild|Chanzo)\s*[:：]\s*(?P<names>[^:：]{2,60})$",
    re.IGNORECASE,
)


def source_line(line: str) -> str | None:
    """The agency in a line that names the story's source: "Quelle: dpa", "来源：新华社"."""
    end = line[-_END:]
    if (":" in end or "：" in end) and (match := _SOURCE_LINE.search(end)):
        return credit_list(match["names"])
    return None


_TOLD_ABOVE = re.compile(r"来源|來源|출처|出典|Kaynak|المصدر|\d{4}")


def header_source(line: str) -> str | None:
    """The agency in a source line above the body.

    There, "Quelle: dpa" belongs to the picture; East Asian and Turkish pages, and lines that have
    the date too, tell the story's source.
    """
    if (":" in line or "：" in line) and _TOLD_ABOVE.search(line):
        return source_line(line)
    return None


def copyright_agency(line: str) -> str | None:
    """The agency that a copyright line names as owner: "© 2012 APA/AP", "©2019 The Associated Press"."""
    if not ("©" in line or "(c)" in line or "opyright" in line):
        return None
    if (match := _COPYRIGHT.search(line[:200])) and not _PICTURES.search(match["owner"]):
        owner = re.sub(r"\s*All rights reserved.*", "", match["owner"], flags=re.IGNORECASE)
        return credit_list(owner)
    return None
