"""The words of dates: names of months and weekdays, relative expressions, labels, zones.

The tables are data: ``words.json`` (Unicode CLDR, written by ``training/date_words.py``) and
``lexicon.toml`` (labels, written by hand). All of it is lower case; look up ``lower(text)``.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Final

_RAW: Final[dict[str, dict[str, Any]]] = json.loads(
    files(__package__).joinpath("words.json").read_text("utf-8")
)
_LEXICON: Final[dict[str, dict[str, str]]] = tomllib.loads(
    files(__package__).joinpath("lexicon.toml").read_text("utf-8")
)


def _listed(text: str) -> tuple[str, ...]:
    """The entries of a list in the lexicon: parted by bars, over as many lines as it takes."""
    words = unicodedata.normalize("NFC", text).replace("\n", "").split("|")
    return tuple(word.strip(" ") for word in words if word.strip())


LANGUAGES: Final = tuple(_RAW)
ORDER: Final[dict[str, str]] = {language: raw["order"] for language, raw in _RAW.items()}


_TWO_IN_LOWER: Final = "İ"  # the only capital whose small letter takes two characters


def lower(text: str) -> str:
    """Lower case of the same length, so that positions stay (Turkish dotted I becomes ``i``)."""
    low = text.lower()
    return low if len(low) == len(text) else text.replace(_TWO_IN_LOWER, "i").lower()


# Digits of all scripts stand in these ranges, and no punctuation of the Latin ones.
_MAYBE_DIGIT: Final = re.compile("[0-9\u0660-\u1fff\u2070-\U0010ffff]")


def may_have_digits(text: str) -> bool:
    """Whether ``text`` has a digit, or is in a script that may have other digits: a quick look."""
    return _MAYBE_DIGIT.search(text) is not None


# Languages that have the words of another: what is said of "nb" holds for pages told to be in "no",
# and Serbian is printed in the letters of Croatian, too.
_KIN: Final = {
    "nb": ("no",), "nn": ("no",), "hr": ("bs", "sr"), "bs": ("hr", "sr"),
}  # fmt: skip


def _invert(key: str) -> dict[str, dict[int, frozenset[str]]]:
    """Word to number to the languages in which it means that."""
    table: dict[str, dict[int, set[str]]] = {}
    for language, raw in _RAW.items():
        for number, forms in enumerate(raw[key]):
            for form in forms:
                also = _KIN.get(language, ())
                table.setdefault(form, {}).setdefault(number, set()).update((language, *also))
    return {w: {n: frozenset(ls) for n, ls in numbers.items()} for w, numbers in table.items()}


MONTHS: Final = _invert("months")  # January is 0 here; see month()
WEEKDAYS: Final = _invert("weekdays")  # Monday is 0


def _pick(table: dict[str, dict[int, frozenset[str]]], word: str, language: str | None) -> int:
    numbers = table[word]
    if len(numbers) == 1:
        return next(iter(numbers))
    fit = [n for n, languages in numbers.items() if language in languages]
    return fit[0] if fit else max(numbers, key=lambda n: (len(numbers[n]), n))


def month(word: str, language: str | None) -> int:
    """1 to 12 for a folded month name: by ``language``, else as most languages have it."""
    return _pick(MONTHS, word, language) + 1


def weekday(word: str, language: str | None) -> int:
    """0 (Monday) to 6 for a folded weekday name."""
    return _pick(WEEKDAYS, word, language)


def month_languages(word: str) -> frozenset[str]:
    """The languages that have ``word`` as a month."""
    return frozenset().union(*MONTHS[word].values())


def weekday_languages(word: str) -> frozenset[str]:
    """The languages that have ``word`` as a weekday."""
    return frozenset().union(*WEEKDAYS[word].values())


def trie(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, the longest first, as a trie: linear to match."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}

    def spell(node: dict[str, Any]) -> str:
        ends = "" in node
        by_tail: dict[str, list[str]] = {}
        for char, child in sorted(node.items()):
            if char:
                by_tail.setdefault(spell(child), []).append(char)
        branches = []
        for tail, chars in by_tail.items():
            escaped = "".join(map(re.escape, chars))
            branches.append((escaped if len(chars) == 1 else f"[{escaped}]") + tail)
        if not branches:
            return ""
        joined = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
        return joined + ("?" if ends else "")

    return spell(root)


def guarded(words: Iterable[str]) -> str:
    """``trie`` behind a look at the first letter, which most places do not have. For patterns that
    are matched at a place, not searched for: a search is faster without."""
    words = list(words)
    parts = (
        [word for word in words if word[0].isascii()],
        [word for word in words if not word[0].isascii()],
    )
    heads = ("".join(sorted({re.escape(word[0]) for word in part})) for part in parts)
    each = (f"(?=[{head}]){trie(part)}" for head, part in zip(heads, parts, strict=True) if part)
    return f"(?:{'|'.join(each)})"


def _collect(kind: str) -> Iterable[tuple[str, str, Any]]:
    for language, raw in _RAW.items():
        for key, value in raw[kind].items():
            yield language, key, value


def bare(half: str) -> str:
    """A half of the day without its points and spaces: "p. m." is "pm"."""
    return half.translate(_NO_POINTS)


_NO_POINTS: Final = dict.fromkeys(map(ord, ". \xa0\u202f"))


def _halves() -> dict[str, bool]:
    """The words for the halves of the day, and whether each is the second."""
    listed = (
        *((form, n == 1) for raw in _RAW.values() for n in (0, 1) for form in raw["halves"][n]),
        *(
            (form, half == "pm")
            for half, text in _LEXICON["halves"].items()
            for form in _listed(text)
        ),
    )
    return {form: late for said, late in listed for form in (said, bare(said))}


HALVES: Final = _halves()


def _counted() -> dict[str, dict[str, str]]:
    """What follows the number ("hours ago", "stunden") to what goes before ("", "vor") to unit."""
    table: dict[str, dict[str, str]] = {}
    for _, unit, pairs in _collect("counted"):
        for before, after in pairs:
            if after and len(before) != 1 and before not in ("in", "i", "w"):
                table.setdefault(after, {}).setdefault(before, unit)
    for unit, text in _LEXICON["counted"].items():
        for form in _listed(text):
            before, after = (part.strip() for part in form.split("…"))
            table.setdefault(after, {})[before] = unit
    for unit, forms in _ENGLISH_SHORT.items():
        for form in forms:
            table.setdefault(form, {}).setdefault("", unit)
    return table


_ENGLISH_SHORT: Final = {
    "second": ("sec ago", "secs ago", "seconds ago"), "minute": ("min ago", "mins ago", "m ago"),
    "hour": ("hr ago", "hrs ago", "h ago"), "day": ("d ago", "day ago"), "week": ("w ago", "wk ago", "wks ago"),
    "month": ("mo ago", "mos ago"), "year": ("yr ago", "yrs ago", "y ago"),
}  # fmt: skip

COUNTED: Final = _counted()

# "vor einer Stunde", "hace una hora": the number one in words, where CLDR has digits.
ONES: Final = frozenset(
    [
        "a",
        "an",
        "one",
        "ein",
        "eine",
        "einem",
        "einer",
        "einen",
        "un",
        "une",
        "una",
        "uno",
        "um",
        "uma",
        "en",
        "et",
        "ett",
        "een",
        "één",
        "yksi",
        "jeden",
        "jedna",
        "jedną",
        "jednu",
        "один",
        "одну",
        "одна",
        "egy",
        "bir",
        "ένα",
        "έναν",
        "μία",
        "μια",
        "یک",
        "ایک",
        "एक",
        "এক",
        "satu",
        "një",
        "o",
    ]
)


# "منذ ساعتين", "לפני שעה", "час назад": how many, and of which unit.
SPELLED: Final[dict[str, tuple[int, str]]] = {
    form: (int(said.split()[0]), said.split()[1])
    for said, text in _LEXICON["spelled"].items()
    for form in _listed(text)
}


def _fixed() -> dict[str, tuple[int, str, frozenset[str]]]:
    """Phrases such as "yesterday", "last month": the offset, its unit, the phrase's languages."""
    table: dict[str, tuple[int, str, set[str]]] = {}
    for language, key, forms in _collect("fixed"):
        number, unit = key.split()
        if unit in ("day", "week", "month", "year"):
            for form in forms:
                table.setdefault(form, (int(number), unit, set()))[2].add(language)
    for ahead, text in _LEXICON["days"].items():
        for form in _listed(text):
            table.setdefault(form, (int(ahead), "day", set()))
    return {form: (n, unit, frozenset(ls)) for form, (n, unit, ls) in table.items()}


FIXED: Final = _fixed()
DAY_WORDS: Final = {w: n for w, (n, unit, _) in FIXED.items() if unit == "day" and -3 < n <= 0}

LABELS: Final[dict[str, tuple[str, ...]]] = {
    role: _listed(text) for role, text in _LEXICON["labels"].items()
}

# Minutes east of Greenwich. Names that several zones share carry the one that news pages mean
# most; IST is India's (Israel's and Ireland's pages rarely print theirs).
ZONES: Final = {
    "z": 0, "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60,
    "cest": 120, "mesz": 120, "wat": 60, "cat": 120, "sast": 120, "eet": 120, "eest": 180,
    "msk": 180, "мск": 180, "trt": 180, "ast": 180, "eat": 180, "gst": 240, "pkt": 300, "pst": -480,
    "ist": 330, "npt": 345, "bdt": 360, "ict": 420, "wib": 420, "wita": 480, "wit": 540,
    "sgt": 480, "hkt": 480, "pht": 480, "myt": 480, "awst": 480, "jst": 540, "kst": 540,
    "acst": 570, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "pdt": -420, "mst": -420,
    "mdt": -360, "cst": -360, "cdt": -300, "est": -300, "edt": -240, "adt": -180, "brt": -180,
    "art": -180, "akst": -540, "akdt": -480, "hst": -600, "greenwich mean time": 0,
    "coordinated universal time": 0, "british summer time": 60, "moscow time": 180,
    "gulf standard time": 240, "india standard time": 330, "indian standard time": 330,
    "singapore time": 480, "hong kong time": 480, "beijing time": 480, "china standard time": 480,
    "japan standard time": 540, "korea standard time": 540, "west africa time": 60,
    "central africa time": 120, "east africa time": 180, "australian eastern standard time": 600,
    "australian eastern daylight time": 660,
}  # fmt: skip
# Zones whose name does not say whether it is summer.
CIVIL_ZONES: Final = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
    "pt": "America/Los_Angeles", "uk time": "Europe/London", "london time": "Europe/London",
    "paris time": "Europe/Paris", "central european time": "Europe/Paris",
    "central european summer time": "Europe/Paris", "eastern european time": "Europe/Athens",
    "eastern european summer time": "Europe/Athens",
}  # fmt: skip
# Press releases spell them out. "Standard" is written in summer, too, so it is the civil time.
_AMERICAN: Final = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "alaska": "America/Anchorage", "hawaii": "Pacific/Honolulu",
    "atlantic": "America/Halifax",
}  # fmt: skip
CIVIL_ZONES.update(
    (f"{name} {kind}time", zone)
    for name, zone in _AMERICAN.items()
    for kind in ("", "standard ", "daylight ")
)
