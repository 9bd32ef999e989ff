"""Bylines: the people who wrote a story, without their roles, places and employers."""

import re
from dataclasses import dataclass

from transforms.agencies import agencies_among, agency_named


@dataclass(frozen=True, slots=True)
class Byline:
    """The people in a byline, in its order, and the first agency among them."""

    authors: tuple[str, ...]
    agency: str | None = None


# What a byline begins with, by language. Each is followed by names.
_OPENINGS = re.compile(
    r"""^(?:[*•·|»>-]\s*)?(?:
      (?:(?:written|words|text|story|reported|posted|authored|published|analysis|opinion|review|interview|photographs)\s+)?by(?::|\s|$)
    | (?:author|authors|reporter|writer|byline)s?\s*:
    | (?:(?:ein\s+\w+|text|bericht|kommentar|analyse|interview|protokoll)\s+)?von(?::|\s|$)
    | (?:autor|autoren|autorin|autor/in|verfasser|text|redaktion)\s*:
    | (?:propos\s+recueillis\s+|écrit\s+|publié\s+|rédigé\s+)?par(?::|\s|$)
    | auteure?s?\s*:
    | (?:escrito\s+|publicado\s+|texto\s+)?por(?::|\s|$)
    | (?:autora?|autores|redator|texto|reportagem)\s*:
    | (?:scritto\s+|articolo\s+)?(?:di|a\ cura\s+di)(?::|\s|$)
    | (?:autore|autrice)\s*:
    | (?:geschreven\s+)?door(?::|\s|$)
    | (?:publicerad\s+|skriven\s+|skrevet\s+|publisert\s+)?(?:av|af)(?::|\s|$)
    | (?:tekst|text|teksti|författare|forfatter|kirjoittaja|kirjoittanut|journalist)\s*:
    | (?:autor|autorka|autorzy|autoři|autorica|avtor|avtorica|szerző|írta|scris\s+de|piše|pišu|napisao|napisala|tekst|autorius|autors|höfundur)\s*:\s*
    | (?:yazan|yazar|haber|muhabir)\s*:
    | (?:автор|авторы|автори|текст|журналист|корреспондент|авторка|пише)\s*(?::|\s)
    | (?:συντάκτης|γράφει\s+(?:ο|η)|του|της|κείμενο)\s*:?\s
    | (?:بقلم|كتب|كتبت|الكاتب|المصدر\s*-|نویسنده|گزارش|خبرنگار)\s*[:：]?\s?
    | (?:מאת|כתב)\s*:?\s
    | (?:oleh|penulis|reporter|penulis\s+berita)\s*:
    | (?:tác\s+giả|theo)\s*:
    | (?:लेखक|रिपोर्ट|द्वारा|संवाददाता)\s*[:：]?\s
    | (?:โดย|เรื่อง)\s*[:：]?\s?
    | (?:文|取材・文|取材|執筆|筆者|著者|作者|撰文|文字|責任編集)\s*[:：/／＝=・]\s?
    | (?:本报)?(?:记者|記者)\s*[:：]?\s?
    )\s*(?P<rest>.*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_CUT = re.compile(
    r"\s*(?:\||•|·|\s[-–—]\s|\s/\s(?=\d)|@|\(|\[|\d|https?:|\bupdated\b|\bpublished\b|\bposted\b|\bfor the\b|\bfor\s(?=[A-Z])|\bvia\b|\bon\s(?=[A-Z])|"
    r"\bin\s(?=[A-Z])|\baus\s(?=[A-ZÄÖÜ])|\bà\s(?=[A-Z])|\ben\s(?=[A-Z])|\bfollow\b|\bum\s(?=\d)|\bam\s(?=\d)|\bvom\s(?=\d)|"
    r"[,;]?\s*(?:senior\s+|chief\s+|staff\s+)?(?:reporter|correspondent|staff writer|editor|contributor|columnist|redakteur(?:in)?|korrespondent(?:in)?|journaliste?)\b).*$",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:[,;/、，·・&+]|\b(?:and|und|et|y|e|og|och|en|ja|i|oraz|ve|и|та|και|dan)\b|\sو)\s*"
)
_PARTICLE = frozenset(
    "de da do dos das del della di du van von der den ter ten la le el al bin ibn abu zu zur af av mac mc st. y e i dit".split()
)
_NOT_A_PERSON = re.compile(
    r"""\b(?:staff|editors?|editorial|reporters?|writers?|correspondents?|contributors?|columnist|team|desk|bureau|news|newsroom|agenc(?:y|ies)|
    press|media|daily|times|post|network|redaktion|redaktions?leit\w*|redaktör|redacción|redação|rédaction|redazione|redakcja|redaksi|redactie|
    toimitus|online|admin|guest|author|associate|senior|chief|journalist\w*|journaliste|digital|service|services|services|web|report|wire|
    magazine|tv|radio|channel|inc|llc|ltd|gmbh|university|institute|company|group|editor-in-chief|producer|photograph\w*|minutes?|read|
    share|comments?|updated|published|subscribe|newsletter|here|click|more|this|that|the|your|our|agentur\w*|nachrichten|zeitung|verlag|
    policy|terms|privacy|mail|email|facebook|twitter|linkedin|rights|reserved)\b|редакци|агентств""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_ROLE_BEFORE = re.compile(
    r"^(?:dr|prof|mr|mrs|ms|sir|dame|rev|col|lt|maj|gen|фото|our|unser[e]?|unserem|unserer|notre|nuestro|nostro)\b\.?\s+",
    re.IGNORECASE,
)
_CJK_NAME = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff々]{2,8}(?:\s[\u3040-\u30ff\u3400-\u9fff]{1,5})?"
)
_KOREAN_LINE = re.compile(
    r"(?:^|[=\]\s])(?P<name>[\uac00-\ud7a3]{2,4})\s?(?:선임|수습)?\s?(?:기자|특파원|논설위원|인턴기자)(?:\s|=|$|\()"
)
_JAPANESE_LINE = re.compile(
    r"^[【（(\[]?\s*(?P<name>[\u3040-\u30ff\u3400-\u9fff々]{2,5}(?:[\s・][\u3040-\u30ff\u3400-\u9fff々]{1,6})?)\s?(?:記者|特派員)?\s*[】）)\]]?$"
)
_LONGEST = 200


def is_person(name: str) -> bool:
    """Whether ``name`` is written as a person's: two to five capitalised words, or a CJK name."""
    if _CJK_NAME.fullmatch(name) and not re.search("記者|记者|編集|编辑|新聞|新闻", name):
        return True
    words = name.split()
    if not 2 <= len(words) <= 5 or len(name) > 50 or _NOT_A_PERSON.search(name):
        return False
    if agency_named(name):
        return False
    solid = [word for word in words if word.lower() not in _PARTICLE]
    return len(solid) >= 2 and all(
        (word[0].isupper() or not _cased(word))
        and re.fullmatch(r"[^\W\d_][\w.'’\-‑]*", word) is not None
        for word in solid
    )


def _cased(word: str) -> bool:
    return word.upper() != word.lower()


def names_in(text: str) -> tuple[str, ...]:
    """The people in a list of names, roles and employers, in its order."""
    names = []
    for part in _AND.split(text):
        name = _ROLE_BEFORE.sub("", part.strip(" .:*\t\"'“”")).strip(" .:*")
        if name and is_person(name):
            names.append(name)
    return tuple(dict.fromkeys(names))


def read_byline(line: str) -> Byline | None:
    """The byline in a line that opens like one ("By", "Von", "Автор:", "文＝", "… 기자").

    None where the line does not open so, or names neither a person nor an agency: "By clicking
    here", "Von wegen", "Par ailleurs".
    """
    if len(line) > _LONGEST:
        return None
    if match := _KOREAN_LINE.search(line):
        return Byline((match["name"],))
    match = _OPENINGS.match(line)
    if match is None:
        return None
    rest = match["rest"]
    authors = names_in(_CUT.sub("", rest))
    agency = next(iter(agencies_among(_DATES.sub("", rest))), None)
    if not authors and agency is None:
        return None
    return Byline(authors, agency)


_DATES = re.compile(r"\s*[-–—|,]?\s*(?:\w+,?\s+)?(?:\w+\.?\s+)?\d.*$")


def opens_byline(line: str) -> bool:
    """Whether a line is a byline's opening word alone ("By", "Von"), the names below it."""
    match = _OPENINGS.match(line)
    return match is not None and not match["rest"].strip(" :")
