"""Bylines: the people who wrote a story, without their roles, places and employers.

``By Jane Roe, Political Correspondent``, ``Von Max Muster und Eva Müller``, ``文＝山田太郎``,
``홍길동 기자``, ``Автор: Иван Петров``. The words come from ``lexicons/bylines.toml``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.agencies import agencies_among, agency_named, may_name
from transforms.letters import JOINERS, MARKS, is_small
from transforms.lexicon import read_lexicon, small_words, word_lists, words_of

_EDGES = " .,:*–—-\t\"'“”"
_SHORTEST, _LONGEST_NAME_LINE = 3, 120
_HOUSE = 3  # words of a house before "staff"
_WORDS_OF_NAME = 5
_LONGEST = 200  # a byline is no longer line
_CREDITS = 120  # characters behind its opening words among which an agency is looked for


@dataclass(frozen=True, slots=True)
class Byline:
    """The people in a byline in its order, and the first agency among them.

    ``sure`` is false for a line that is nothing but a name: what stands around it must tell a
    byline from a menu, a caption or a teaser.
    """

    authors: tuple[str, ...]
    agency: str | None = None
    sure: bool = True


_DASH = "[-–—]"
_MONTH = (
    r"(?:jan|feb|f[ée]v|m[aä]r|ma[iyjr]|apr|avr|abr|a[gv]o|jun|jul|juin|juil|giu|lug|aug|ao[uû]|sep|set|o[ckt]t|"
    r"out|nov|d[eéi]c|dez|des|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]{0,8}\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|[^\W\d_]{1,8}(?:tag|woch|dag|di))(?:day)?\.?,?"
# Where the names of a byline end: at a sign, at a word, at the date.
_SIGNS = re.compile(rf"[|•·⋅@(\[<>\d]|\s{_DASH}+\s|https?:")
_LAST_WORDS = (
    "updated", "published", "posted", "modified", "fact-checked", "reviewed", "edited", "publié", "actualiza",
    "aggiorna", "publicad", "pubblicat", "veröffentlicht", "aktualisiert", "publisert", "publicerad", "opdateret",
    "follow ", "photo", "via ", "from ", "leave a ", "no comment", "add comment", "add a comment",
)  # fmt: skip
_LAST_WORD = re.compile(
    rf"\s*(?:\b|(?<=[a-z]))(?:last\s+)?(?:{'|'.join(_LAST_WORDS)})", re.IGNORECASE
)
_MAYBE_LAST = re.compile("|".join(_LAST_WORDS))  # in small letters: a quick look
_BEFORE_DATE = re.compile(
    rf"(?:\s(?:on|le|el|il|em|am|den|vom))?(?:(?:^|[\s,]){_WEEKDAY})?(?:(?:^|[\s,]|(?<=[a-zà-ÿ])){_MONTH})?[\s,]*$",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"[\s,|{_DASH[1:-1]}]*(?:\b{_WEEKDAY}\s+)?\b(?:{_MONTH}\s*)?\d.*$", re.IGNORECASE
)
# "By Jane Roe in London", "for The Daily", "aus Berlin", "на ..."
_PLACE = re.compile(r"\s+(?:in|at|[Ff]or|FOR|aus|à|w|from|для|из|в)\s+(?=[A-ZÄÖÜÉА-Я]|the\s).*$")
# Words before a place in some languages and "and" in others: the opener tells which it is.
_PLACE_OR_AND = {"en": "es fr ca", "a": "es pt it ca", "i": "sv no da"}
_GLUED_OPENER = re.compile(r"^(?:By|by|BY|Von|von)(?=[A-ZÄÖÜ][^\W\d_A-Z]+\s[A-Z])")
_AGAIN = re.compile(r"^(?:by|von)\s+", re.IGNORECASE)
_GLUE = frozenset(("By", "by", "BY", "Vo", "vo"))
_LATE_OPENER = re.compile(
    r"(?:\d|\b[ap]\.?m\.?|\||•|·|/)[,.]?\s+(?:(?:posted|written|published)\s+)?by:?\s+(?=[A-Z])(?P<rest>.+)$",
    re.IGNORECASE,
)
_ROLE_GLUE = re.compile(r"(?<!Mc)(?<!Mac)(?<!De)(?<!La)(?<=[a-zà-ÿ])(?=[A-Z][a-z]+)")
_TITLE = re.compile(
    r"^(?:(?:dr|prof|med|mr|mrs|ms|sir|dame|rev|mag|dipl\.-\w+|d-r)\b\.?\s+)+|^\d+\.\s+", re.IGNORECASE
)  # fmt: skip
_TITLES = frozenset("dr prof mr mrs ms sir dame rev mag".split())
_DEGREE = re.compile(
    r"\b(?:ph\.?d|m\.?d|mba|msc|rn|rd|dvm|cfp|cpa|cfa|jr|sr|esq|m\.?a|b\.?a|dds|do|facp)\b\.?®?$",
    re.IGNORECASE,
)
# Their last two letters: nothing else need be tried.
_DEGREE_ENDS = frozenset("hd .d md ba sc rn rd vm fp pa fa jr sr sq ma .a ds do cp".split())
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+)+")
# "3 May 2024, 14:26 / Jane Roe": the date may come first.
_AFTER_DATE = re.compile(
    r"^.{0,60}?\d{4}(?:\s|[\d:.,]|\b(?:um|[Uu]hr|at|[ap]\.?m\.?|à|[A-Z]{2,4})\b){0,20}[,/|•·–-]\s*(?=[^\W\d_a-z])"
)
# A run of letters first: marks are looked for at its end only.
_LETTERS = rf"[^\W\d_]+(?:[{MARKS}{JOINERS}]+[^\W\d_]*)*"
_WORD_OF_NAME = re.compile(rf"{_LETTERS}(?:['’‘ʼ\-‑.](?:{_LETTERS})?)*")
# "al-Mughrabi", "d'Ávila": the name behind a particle that is written with it.
_BEHIND_PARTICLE = re.compile(r"^(?P<particle>[^\W\d_]{1,5})['’‘ʼ\-‑](?=[^\W\d_])")

_HAN = r"\u3400-\u9fff々"
_KANA = r"\u3040-\u30ff"
_CJK_NAME = re.compile(rf"[{_HAN}{_KANA}ー]{{2,8}}(?:[\s・][{_HAN}{_KANA}ー]{{1,8}})?")
_CJK_NOT = re.compile(
    "新聞|新闻|記者|记者|編集|编辑|写真|通信|通讯|社$|部$|取材班|来源|デジタル|ニュース"
)
_CJK_LETTER = re.compile(f"[{_HAN}{_KANA}\uac00-\ud7a3]")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,4}")
_HANGUL_NOT = re.compile("(?:팀|국|실|기자|뉴스|일보|신문|방송|데스크|닷컴|통신)$")
_KOREAN = re.compile(
    r"(?:^|[=\]\s/·,])(?P<names>[\uac00-\ud7a3]{2,4}(?:\s?[·ㆍ,/]\s?[\uac00-\ud7a3]{2,4}){0,4})\s?(?:선임|수습|인턴)?(?:기자|특파원|논설위원)(?=[\s=()\[·,/]|$)"
)
_CHINESE = re.compile(
    rf"(?:^|[（(【〔\s])(?:本报|本報|见习|見習|特约|实习)?(?:记者|記者|撰文|作者|通讯员|文字)\s?[:：/／]?\s?(?P<names>[{_HAN}]{{2,4}}(?:[\s、，][{_HAN}]{{2,4}}){{0,4}})(?=[）)】〕／/\s]|$)"
)
_JAPANESE = re.compile(
    rf"^[【（(［\[]?(?:(?:取材・)?文|執筆|筆者|著者|聞き手|取材|構成)?\s?[＝=・/／:：]?\s?(?P<name>[{_HAN}{_KANA}]{{2,6}}?(?:[\s・][{_HAN}{_KANA}]{{1,6}})?)\s?(?:記者|特派員)?[】）)］\]]?$"
)
_JAPANESE_CUE = re.compile(
    "^[【（(［\\[]?(?:(?:取材・)?文|執筆|筆者|著者|聞き手|取材|構成)\\s?[＝=・/／:：]|(?:記者|特派員)[】）)］\\]]?$"
)


@cache
def _openers() -> tuple[frozenset[str], re.Pattern[str]]:
    """The first words of openers, for a quick look, and the pattern for a thorough one."""
    plain = sorted(words_of("bylines", "openers"), key=len, reverse=True)
    labels = sorted(words_of("bylines", "labels"), key=len, reverse=True)
    pattern = re.compile(
        rf"(?:{'|'.join(map(re.escape, plain))})(?:\s*[:：]\s*|\s+|$)|"
        rf"(?:{'|'.join(map(re.escape, labels))})(?:\(in\)|/in|\*in)?\s*[:：/]\s*",
        re.IGNORECASE,
    )
    first = frozenset(words.split()[0].rstrip(":") for words in (*plain, *labels))
    return first, pattern


@cache
def _lists(name: str) -> frozenset[str]:
    return frozenset(word_lists("bylines", name))


_SIGN_OF_LIST = re.compile("[,;/+]")  # those in ASCII


@cache
def _parting() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_lists("and"))))
    return re.compile(rf"\s*[,;/、，+]\s*(?:(?:{words})\s+)?|\s+(?:{words})\s+|\s+و", re.IGNORECASE)


def is_person(name: str) -> bool:
    """Whether ``name`` is written as a person's: two to five capitalised words, or a CJK name."""
    if not name.isascii() and _CJK_NAME.fullmatch(name):
        return _CJK_NOT.search(name) is None and agency_named(name) is None
    words = name.split()
    if not 2 <= len(words) <= _WORDS_OF_NAME or len(name) > 50:
        return False
    solid = [word for word in words if word.lower() not in _lists("particles")]
    return (
        len(solid) >= 2
        and all(map(_WORD_OF_NAME.fullmatch, words))
        and all(map(_begins_name, solid))
        and any(len(word) > 1 for word in solid[:-1])
        and len(solid[-1].rstrip(".")) > 1
        and not any(map(_is_office, words))
        and (
            name.isupper() or "." in words[0] or not (len(words[0]) > 2 and words[0].isupper())
        )  # "CNN Business"
        and agency_named(name) is None
    )


def _begins_name(word: str) -> bool:
    """Whether a word of a name is written as one: with a capital where its script has them."""
    joined = _BEHIND_PARTICLE.match(word)
    if joined and joined["particle"].lower() in _lists("joined"):
        word = word[joined.end() :]
    return not is_small(word[0]) and not (
        # Where no capital tells, a clause is one by its small words: "ने कहा", "قال في".
        word[0].lower() == word[0].upper() and word in small_words()
    )


def _is_office(word: str) -> bool:
    plain = word.lower().strip(".:")
    return plain in _lists("offices") or plain in _lists("roles")


def _without_role(part: str) -> tuple[str, bool]:
    """The name in "Jane Roe Senior Political Correspondent", and whether a role stood there."""
    words = part.split()
    roles = _lists("roles")
    at = next((i for i, word in enumerate(words) if word.lower().strip(".:") in roles), None)
    if at is None:
        if words and (glued := _glued_role(words[-1])):
            return " ".join((*words[:-1], glued)), True
        return part, False
    if at == len(words) - 1 and at <= _HOUSE and words[at].lower().strip(".:") == "staff":
        return "", True  # "Kiln Valley Herald Staff": nobody in particular
    while at and words[at - 1].lower().strip(".:&") in _lists("qualifiers"):
        at -= 1
    if at > 3:
        at = 2
    if at and (glued := _glued_role(words[at - 1])):
        words[at - 1] = glued  # "Jane RoeTravel Writer"
    return " ".join(words[:at]), True


def _without_agency(part: str) -> tuple[str, str | None]:
    """The name in "Jane Roe Associated Press", and the agency."""
    words = part.split()
    if len(words) > 2 and may_name(part):
        for cut in range(2, min(len(words), _WORDS_OF_NAME + 1)):
            if (agency := agency_named(" ".join(words[cut:]))) and is_person(" ".join(words[:cut])):
                return " ".join(words[:cut]), agency
    return part, None


def _glued_role(word: str) -> str | None:
    """The name in "RoeTravel" or "RoeEditor", where a page lost the space between two elements."""
    parts = [] if word[1:].islower() else _ROLE_GLUE.split(word)
    if len(parts) < 2:
        return None
    after = parts[1].lower()
    return parts[0] if after in _lists("roles") or after in _lists("qualifiers") else None


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a list, each with whether a word joins it ("and") rather than a comma."""
    if (
        text.isascii()
        and not _SIGN_OF_LIST.search(text)
        and _lists("and").isdisjoint(text.lower().split())
    ):
        yield text, True  # most are no list
        return
    done, joined = 0, True
    for match in _parting().finditer(text):
        yield text[done : match.start()], joined
        done, joined = (
            match.end(),
            any(character.isalpha() or character in ";&+" for character in match.group()),
        )
    yield text[done:], joined


class Names(NamedTuple):
    """The people in a list; whether a role stood there; whether anything else stood there."""

    people: tuple[str, ...]
    role: bool
    other: bool


def _names(text: str, *, placed: bool = False) -> Names:
    """What a list of names holds.

    ``placed``: a place or an employer may stand behind each ("Jane Roe in London"), and what is no
    name is passed over; else the list is read up to there only.
    """
    names: list[str] = []
    role = other = employer = away = False
    for part, joined in _parts(text):
        whole = part.strip(_EDGES)
        part = _PLACE.sub("", f" {whole}").strip(_EDGES) if placed else whole
        if away and part == whole:
            continue  # "in London, New York and San Francisco": a list of places
        away = away or part != whole
        if not part.isalnum() and (
            "." in part or " " not in part or part[:4].lower().strip() in _TITLES
        ):
            part = _TITLE.sub("", part)
        if part.rstrip("®").rstrip(".")[-2:].lower() in _DEGREE_ENDS:
            part = _DEGREE.sub("", part)
        part = part.strip(_EDGES)
        if not part or (employer and not joined):
            continue  # "Jane Roe, Director of News, Daily Planet": one person
        part = _without_agency(part)[0]
        name, with_role = _without_role(part)
        role = role or with_role
        employer = with_role and not is_person(name)
        words = name.split()
        half = len(words) // 2
        if half >= 2 and words[:half] == words[half:]:
            name, role = (
                " ".join(words[:half]),
                True,
            )  # "Jane Roe Jane Roe": a picture and its label
        if is_person(name):
            names.append(name)
        elif name and not (agency_named(part) or _SITE.fullmatch(name)):
            other = True
            if not placed:
                break  # who asks for names alone has an answer
    return Names(tuple(dict.fromkeys(names)), role, other)


def authors_in(text: str) -> tuple[str, ...]:
    """The people in the author's field of structured data, where a name needs no sign that it is one.

    Pages write a byline there too, and the employer behind a bar or in brackets.
    """
    if byline := read_byline(text):
        return byline.authors
    head, _ = _cut(text)
    if found := names_in(head):
        return found
    parts = [part.strip(_EDGES) for part in re.split(r"[,·ㆍ、/\s]+", head)]
    return tuple(dict.fromkeys(parts)) if parts and all(map(_is_korean, parts)) else ()


def _is_korean(name: str) -> bool:
    """Whether three syllables (two and four are rare) begin with a family name of Korea."""
    return (
        _HANGUL.fullmatch(name) is not None
        and (name[0] in _lists("families") or name[:2] in _lists("families"))
        and not _HANGUL_NOT.search(name)
        and agency_named(name) is None
    )


def list_names(text: str) -> Names:
    """The people in a list of names, roles, employers and places, in its order."""
    return _names(text, placed=True)


def names_in(text: str) -> tuple[str, ...]:
    """The people of ``list_names``."""
    return list_names(text).people


@lru_cache(maxsize=512)
def _rest(line: str) -> str | None:
    """What follows a byline's opening words; None where the line does not open so. Kept, because
    the lines above a story are asked for a byline, for its opening and for bare names."""
    first, pattern = _openers()
    head = line.lstrip("*•·|»>–—- ")
    words = head.split(None, 1)
    word = words[0].lower() if words else ""
    if (word.rstrip(":") in first or ":" in word or "/" in word) and (match := pattern.match(head)):
        rest = head[match.end() :]
        return _AGAIN.sub("", rest)  # "Posted by By Jane Roe"
    if head[:2] in _GLUE and (match := _GLUED_OPENER.match(head)):
        return head[match.end() :]
    if "by" in line.lower() and (match := _LATE_OPENER.search(line)):
        return match["rest"]
    return None


def _cut(text: str) -> tuple[str, bool]:
    """The names at the beginning of ``text``, and whether a date or another number follows."""
    head = text
    if end := _SIGNS.search(head):
        head = head[: end.start()].rstrip()
    low = head.lower()
    if _MAYBE_LAST.search(low) and (end := _LAST_WORD.search(head)):
        head = head[: end.start()]
    dated = any(map(str.isdigit, text[len(head) :]))
    if text[len(head) :].lstrip()[:1].isdigit():
        head = _BEFORE_DATE.sub("", head, count=1)
    return head, dated


def read_byline(line: str) -> Byline | None:
    """The byline in a line that opens like one ("By", "Von", "Автор:", "文＝", "… 기자").

    None where the line does not open so, or names neither a person nor an agency: "By clicking
    here", "Von wegen", "Par ailleurs".
    """
    if len(line) > _LONGEST:
        return None
    if not line.isascii() and (byline := _cjk(line)):
        return byline
    rest = _rest(line)
    if not rest:
        return None
    head, _ = _cut(rest)
    authors = names_in(_without_place(head, line[: len(line) - len(rest)]))
    said = rest[:_CREDITS]
    agency = next(iter(agencies_among(_WHEN.sub("", said))), None) if may_name(said) else None
    agency = agency or _without_agency(head.strip(_EDGES))[1]
    if not authors and agency is None:
        return None
    return Byline(authors, agency)


@cache
def _openers_of(languages: str) -> frozenset[str]:
    table = read_lexicon("bylines")["openers"]
    return frozenset(opener for language in languages.split() for opener in table.get(language, ()))


def _without_place(head: str, opener: str) -> str:
    """``head`` up to a word that in the opener's language stands before a place: "en", "a", "i"."""
    opener = opener.strip(" *•·|»>–—-:").lower()
    for word, languages in _PLACE_OR_AND.items():
        if f" {word} " in head and opener in _openers_of(languages):
            head = re.split(rf",?\s{word}\s(?=[^\W\d_a-z])", head, maxsplit=1)[0]
    return head


def _cjk(line: str) -> Byline | None:
    if not _CJK_LETTER.search(line):
        return None  # no pattern below has a name without one
    people: list[str] = []
    for listed in _KOREAN.finditer(line):
        *others, last = re.split(r"\s?[·ㆍ,/]\s?", listed["names"])
        people += [*filter(_is_korean, others), last]
    if people:
        return Byline(tuple(dict.fromkeys(people)))
    if len(line) <= 60 and (match := _CHINESE.search(line)):
        found = re.split(r"[\s、，]", match["names"])
        return Byline(tuple(dict.fromkeys(filter(is_person, found))))
    if len(line) <= 30 and _JAPANESE_CUE.search(line) and (match := _JAPANESE.match(line)):
        return Byline((match["name"],)) if is_person(match["name"]) else None
    return None


def opens_byline(line: str) -> bool:
    """Whether a line is a byline's opening words alone ("By", "Kommentar von"), names below it."""
    if len(line) > 40:
        return False
    rest = _rest(line)
    return rest is not None and not rest.strip(" :")


def name_line(line: str) -> Byline | None:
    """A line that holds nothing but names, with a date or role behind them: "Jane Roe, Reporter".

    ``sure`` where the line itself has such a date or role. In scripts without capitals a name needs
    a word beside it to be told from other words, so ``read_byline`` reads those.
    """
    head = line.lstrip("*•·|»>–—- ")
    if not _SHORTEST <= len(head) <= _LONGEST_NAME_LINE:
        return None
    capitals = sum([word[0].isupper() for word in head.split(None, 12)[:12]])
    if capitals < 2 or _rest(line) is not None:
        return None
    head, dated = _cut(head)
    if not head and (date := _AFTER_DATE.match(line)):
        head, dated = _cut(line[date.end() :])[0], True
    names, role, other = _names(head)
    if not names or other or len(names) > 6 or any(map(_CJK_NAME.fullmatch, names)):
        return None
    agency = next(iter(agencies_among(head)), None)
    if agency and "/" in head:
        return None  # "Jane Roe/dpa" took the picture
    # "Reuters, Jane Roe": nobody but a byline puts the agency first.
    leads = agency is not None and agency_named(_parting().split(head, maxsplit=1)[0]) is not None
    return Byline(names, agency, sure=role or dated or leads)
