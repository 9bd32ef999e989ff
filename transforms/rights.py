"""Copyright lines: whom a footer names as the owner of what the page prints.

Footers name others too: the maker of the theme, the photographer, the law. The words for copyright
and for reserved rights come from ``lexicons/rights.toml``.
"""

import re
from functools import cache, lru_cache
from typing import Final

from transforms.dates import words as date_words
from transforms.lexicon import small_words, words_of

_LONGEST: Final = 300  # characters of a copyright line
_NAME_CHARACTERS: Final = 60
_FEW: Final = 3  # words in small letters that may be a name
_SIGNS: Final = ("©", "ⓒ", "&copy;", "(c)")
_MARK: Final = f"(?:{'|'.join(map(re.escape, _SIGNS))})"
# Years in ASCII digits, or four digits of another script.
_YEAR: Final = r"(?:(?:19|20)[0-9]{2}|(?![0-9])\d{4})"
_YEARS: Final = re.compile(
    rf"{_YEAR}(?:\s*[-–—/,]\s*(?:{_YEAR}|\d\d\b|today|present|heute|presente|aujourd'hui|now))?"
)
_PARTED: Final = re.compile(r"\s*(?:[|•·*。]|\s[-–—]\s|\.(?:\s|$)|;)\s*")
_LEGAL: Final = re.compile(
    r"[,\s]*(?:\b(?:inc|ltd|llc|l\.l\.c|limited|gmbh(?:\s*&\s*co\.?(?:\s*kg(?:aa)?)?)?|ag|kg|s\.?a\.?|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|"
    r"oy|oyj|ab|as|asa|a/s|aps|plc|corp|co|pty|pvt|sp\. z o\.o|sp|s\.l|sl|hf|ehf|s\.r\.o|a\.s|c\.a)\b\.?|\((?:pty|pvt)\)|&)$",
    re.IGNORECASE,
)
# Forms that stand before the name: «ООО „Вестник“», "PT Harian Pantai", "(주)해오름".
_LEGAL_FIRST: Final = re.compile(
    r"^(?:(?:ООО|ОАО|ЗАО|ПАО|АО|АНО|ТОВ|ПрАТ|PT|CV|株式会社|주식회사)\b\.?|[(（]주[)）]|㈜)\s*(?=\S)"
)
_NO_NAME: Final = re.compile(
    r"^(?:a|an|all|the contents?|contents?|original|this|eine?|by|on|for|in|and|site|website|page|photo|images?|fotos?)\b",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"^(?:by|von|par|por|di)\s+", re.IGNORECASE)
# Of a theme or the program that serves the page: what follows it in the line are controls.
_MAKER: Final = re.compile(
    r"\bthemes?(?:\s+(?:by|on|from|for)\b|\s*:|$)|\b(?:wordpress|framework|template)\b|\bproudly\b",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[^\s\d.,:;/|()–—-]+")
_CLOCK: Final = re.compile(r"\d[:.h]\d\d")
# Small words of dates as they stand by themselves between digits.
_OF_DATES: Final = frozenset(
    "de del of at um uhr am pm le el den st nd rd th h 年 月 日 년 월 일 г года год р року година".split()
)


def _either(table: str) -> str:
    """A pattern for the phrases of ``table``, the longest first; a space may be missing.

    It looks at the first letter before it tries the phrases: most places do not have one of theirs.
    """
    phrases = sorted(words_of("rights", table), key=len, reverse=True)
    spelled = "|".join(re.escape(phrase).replace(r"\ ", r"\s*") for phrase in phrases)
    heads = re.escape("".join(sorted({phrase[0] for phrase in phrases})))
    return f"(?=[{heads}])(?:{spelled})"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Rights reserved; a claim by sign and year; a picture's line; what is none of the name."""
    sign = rf"(?:{_MARK}|(?<!\w)(?:{_either('signs')})(?!\w))"
    reserved = rf"(?:{_either('reserved')})\w*"
    # A word for copyright is one of prose too: "the copyright on the tune ended". In a claim its
    # year stands beside it, or it opens the line and no word in small letters follows.
    claim = (
        rf"{_MARK}|{_YEAR}\W{{0,4}}{sign}|{sign}\W{{0,4}}{_YEAR}|"
        rf"^.{{0,40}}?{sign}(?:\s+(?:by|von|of)\b)?(?!\s+(?-i:[a-zß-ÿ])[^\W.]*(?:\s|$))"
    )
    noise = (
        rf"{sign}(?:\s+(?:by|von|of|the contents?)\b)?|"
        r"(?:proudly\s+)?(?:powered|designed|developed|website|site|hosted|built|made|published|operated) (?:by|with)\b.*|"
        r"\b(?:terms|privacy|impressum|datenschutz|cookies?|contact|kontakt|agb|imprint|sitemap|registered|unauthorized|reproduction)\b.*|"
        r"\b(?:unless|except) (?:otherwise|where)\b.*|\bis an? (?:registered )?trade ?mark\b.*|"
        r",? (?:a|an) (?:division|subsidiary|part|unit|brand|property|service|member) of\b.*|\b(?:is )?(?:a )?part of\b.*|"
        r",? (?:and|or|and/or) (?:its|their) (?:affiliat|licens|respective|subsidiar)\w+.*|\ba \w+ plc subsidiary\b|"
        r"\beine? (?:webseite|marke|angebot|unternehmen|produkt) (?:der|von|des)\b.*"
    )
    picture = rf"\b(?:photo|photograph|image|picture|foto|bild|фото)s?\W{{0,4}}{sign}|(?:写真|사진|صورة)\W{{0,4}}{sign}"
    return tuple(re.compile(p, re.IGNORECASE) for p in (reserved, claim, picture, noise))


@cache
def rights_cues(language: str | None) -> tuple[str, ...]:
    """In small letters what a copyright line of a page in ``language`` (ISO 639-1) has one of: a
    sign, or the longest word of what English or that language says of rights."""
    languages = ("en", language or "en")
    phrases = [p for table in ("signs", "reserved") for p in words_of("rights", table, languages)]
    longest = {max(phrase.split(), key=len) for phrase in phrases}
    return (*_SIGNS, *sorted(w for w in longest if not any(o in w for o in longest - {w})))


def copyright_owner(line: str) -> str | None:
    """The publisher in a copyright line, without year, rights and legal form.

    ``© 2024 All rights reserved | Pakistan Observer`` is ``Pakistan Observer``. A line with neither
    a year nor words about rights credits a picture ("© Jane Roe") and has none; nor has prose about
    copyright, nor a line that names none but the maker of the page's theme.
    """
    return _owner(line) if len(line) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _owner(line: str) -> str | None:
    """``copyright_owner`` of a line that is not too long. Kept, because all pages of a site end with
    the same one."""
    reserved, claim, picture, noise = _patterns()
    told = reserved.search(line)
    if not told and not (_YEARS.search(line) and claim.search(line)):
        return None
    if picture.search(line):
        return None
    marked = re.search(_MARK, line, re.IGNORECASE) is not None
    plain = reserved.sub("|", line) if told else line
    for part in _PARTED.split(noise.sub("|", _YEARS.sub("|", plain))):
        if _MAKER.search(part):
            return None
        name = _LEGAL_FIRST.sub("", _BY.sub("", _trim(part)))
        while (shorter := _trim(_LEGAL.sub("", name))) != name:
            name = shorter
        if (
            2 <= len(name) <= _NAME_CHARACTERS
            and sum(map(str.isalpha, name)) >= 2
            and not _NO_NAME.match(name)
            and not tells_when(name)
            and not _is_phrase(name, marked)
        ):
            return name
    return None


def tells_when(text: str) -> bool:
    """Whether ``text`` is a date or a time and nothing else: "5 June", "Thu Dec 15 06:14:35 EST"."""
    dated = any(map(str.isdigit, text))
    clock = _CLOCK.search(text) is not None
    words = [date_words.lower(word) for word in _LETTERS.findall(text)]
    return (dated or bool(words)) and all(
        word in date_words.MONTHS
        or word in date_words.WEEKDAYS
        or (dated and word in _OF_DATES)
        or (clock and len(word) <= 4 and word.upper() in text)
        for word in words
    )


def _is_phrase(name: str, marked: bool) -> bool:
    """Whether what is left is no name: words that only join others ("the", "است"), or a clause
    ("law protects authors"). Beside a sign a few words in small letters may be a name."""
    words = name.split()
    if all(word in small_words() for word in words):
        return True
    few = marked and len(words) <= _FEW
    return not few and words[0].islower() and "." not in words[0]


def _trim(text: str) -> str:
    return text.strip(" \t\xa0,.:-–—|/*»«“”„\"'‘’،")
