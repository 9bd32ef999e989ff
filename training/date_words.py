"""Writes ``transforms/dates/words.json``: the words of dates in the languages that we read.

Month and weekday names and the halves of the day come from Unicode CLDR by way of Babel (BSD-3-Clause, data under the
Unicode licence), relative expressions and the regional names of months from the tables of
dateparser (BSD-3-Clause), which are CLDR's with the additions of their users. Neither library
is needed to read a page. Run ``python -m training.date_words`` after an upgrade of either.
"""

import importlib
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from babel import Locale, localedata

OUT = Path(__file__).parents[1] / "transforms" / "dates" / "words.json"

# The corpus's languages and their neighbours; English first, so that it wins where all else ties.
LANGUAGES = [
    "en",
    "de",
    "es",
    "fr",
    "it",
    "pt",
    "ca",
    "gl",
    "eu",
    "ro",
    "nl",
    "af",
    "sv",
    "da",
    "nb",
    "nn",
    "fi",
    "is",
    "et",
    "lv",
    "lt",
    "pl",
    "cs",
    "sk",
    "sl",
    "hr",
    "bs",
    "sr",
    "mk",
    "bg",
    "ru",
    "uk",
    "be",
    "hu",
    "el",
    "sq",
    "tr",
    "az",
    "kk",
    "ka",
    "hy",
    "ar",
    "fa",
    "ur",
    "he",
    "hi",
    "bn",
    "gu",
    "mr",
    "pa",
    "ta",
    "te",
    "kn",
    "ml",
    "th",
    "vi",
    "id",
    "ms",
    "tl",
    "sw",
    "am",
    "mn",
    "ja",
    "ko",
    "zh",
]

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_NUMBER = re.compile(r"\(\\d\+\+\[\.,\]\?\\d\*\+\)|\{0\}|\(\\d\+\)")
_DATEPARSER = {"tl": "fil", "nb": "nb", "nn": "nn"}


def fold(word: str) -> str:
    """Lower case without length changes, without outer dots and space."""
    word = unicodedata.normalize("NFC", word).replace("\u200f", "").replace("\xa0", " ")
    word = "".join(c.lower() if len(c.lower()) == 1 else c for c in word.replace("İ", "i"))
    return word.strip(" .")


def _plain(word: str) -> str:
    """``word`` without accents, as people type it in a hurry (Latin, Greek, Arabic)."""
    if not re.search("[a-zα-ωأإآ]", word):
        return word
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("ı", "i").replace("ł", "l").replace("ø", "o"))


def _forms(words: Iterable[str]) -> list[str]:
    """The forms of one name: folded, with and without accents, none that is not a word."""
    out: dict[str, None] = {}
    for word in map(fold, words):
        for form in (word, _plain(word)):
            letters = sum(
                c.isalpha() or unicodedata.combining(c) > 0 or ord(c) > 0x900 for c in form
            )
            short = 3 if form.isascii() else 2
            if letters >= short and not re.search(r"\d", form):
                out[form] = None
    return list(out)


def _dateparser(language: str) -> dict[str, object]:
    name = _DATEPARSER.get(language, language)
    try:
        module = importlib.import_module(f"dateparser.data.date_translation_data.{name}")
    except ModuleNotFoundError:
        return {}
    info: dict[str, object] = module.info
    return info


def _names(language: str, kind: str, index: int, extra: dict[str, object], key: str) -> list[str]:
    """All forms of one month (``index`` from 1) or weekday (``index`` from 0)."""
    words: list[str] = []
    try:
        table = getattr(Locale.parse(language), kind)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                words += [str(table[context][width][index])]
    except Exception as error:  # a locale that Babel lacks has dateparser's names
        print(f"{language}: {error}")
    words += extra.get(key, [])  # type: ignore[arg-type]
    for region in extra.get("locale_specific", {}).values():  # type: ignore[attr-defined]
        words += region.get(key, [])
    return _forms(words)


def _halves(language: str, extra: dict[str, object]) -> list[list[str]]:
    """The words for the morning and the afternoon. Short ones in plain letters are left out: "de" and
    "em" are other words elsewhere, and "am" and "pm" are in the lexicon."""
    found = []
    for half in ("am", "pm"):
        said: list[str] = list(extra.get(half, []))  # type: ignore[call-overload]
        try:
            widths = Locale.parse(language).day_periods["format"]
            said += [width[half] for width in widths.values() if half in width]
        except Exception as error:
            print(f"{language}: {error}")
        forms = dict.fromkeys(map(fold, sorted(said)))
        found.append([w for w in forms if len(w) > (3 if w.replace("\u202f", "").isascii() else 1)])
    return found


def _relative(extra: dict[str, object]) -> dict[str, object]:
    """Phrases with a number (as [before, after]) by unit, and fixed ones by ``days`` or unit."""
    counted: dict[str, list[list[str]]] = {}
    for unit in _UNITS:
        pairs: dict[tuple[str, str], None] = {}
        for pattern in extra.get("relative-type-regex", {}).get(f"\\1 {unit} ago", []):  # type: ignore[attr-defined]
            parts = [part.replace("\\", "") for part in _NUMBER.split(pattern.replace("\\s*", " "))]
            if len(parts) != 2 or re.search(r"[()\[\]|?*+]", "".join(parts)):
                continue
            before, after = map(fold, parts)
            if len(after) < 2 and not before:
                continue
            pairs[before, after] = None
            pairs[_plain(before), _plain(after)] = None
        if pairs:
            counted[unit] = sorted(map(list, pairs))
    fixed: dict[str, list[str]] = {}
    types: dict[str, list[str]] = extra.get("relative-type", {})  # type: ignore[assignment]
    for key, words in types.items():
        hit = re.fullmatch(r"(?:in )?(\d+) (\w+)( ago)?", key)
        if hit and (forms := _forms(words)):
            n = int(hit[1])
            fixed[f"{n if key.startswith('in ') else -n} {hit[2]}"] = forms
    return {"counted": counted, "fixed": fixed}


def build() -> dict[str, dict[str, object]]:
    """Language to its words. Deterministic for given versions of Babel and dateparser."""
    table: dict[str, dict[str, object]] = {}
    for language in LANGUAGES:
        extra = _dateparser(language)
        localedata._cache.clear()  # one locale's aliases leak into the next
        table[language] = {
            "months": [
                _names(language, "months", i + 1, extra, name) for i, name in enumerate(_MONTHS)
            ],
            "weekdays": [
                _names(language, "days", i, extra, name) for i, name in enumerate(_WEEKDAYS)
            ],
            "halves": _halves(language, extra),
            "order": extra.get("date_order", "DMY"),
            **_relative(extra),
        }
    return table


def main() -> None:
    lines = (
        f"{json.dumps(language)}: {json.dumps(words, ensure_ascii=False, sort_keys=True)}"
        for language, words in build().items()
    )
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
