"""What the words beside a weekday, a month or a day without a year make of it.

News announces as often as it recounts: "next Monday", "will rule on Monday", "June 25 last year",
下周一. The words are data, ``neighbours.toml``. Everything here works on ``words.lower(text)``; a day
is the place ``[start, end)`` in it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from transforms.dates import words

_LEXICON: Final[dict[str, dict[str, str]]] = tomllib.loads(
    files(__package__).joinpath("neighbours.toml").read_text("utf-8")
)
_LETTER: Final = r"[^\W\d_]"
_NEAR: Final = 32  # characters beside a day that the longest of the words has room in
_GAP: Final = 48  # between a verb that looks ahead and the day
_OPENING: Final = 10  # before a day that opens its sentence: "Am ", "On the "
# What needs no edge of a word: the scripts of Thai, Chinese, Japanese and Korean, and signs.
_CLINGS: Final = re.compile(r"[\u0e00-\u0e7f\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af'’ ,(]")
# "June 25 of last year", "25. Juni des letzten Jahres", "el 25 de junio del año pasado"
_OF: Final = r",? (?:(?:of|de|del|des|do|dello|dell'|van|en|le|i|w) )?"
_BREAK: Final = re.compile(r"[.!?;:,\n\"“”„«»()–—。，；：、]")
_ENGLISH_PAST: Final = re.compile(r"(?<!be )(?<!been )\b[a-z]{3,}ed\b")


def forms(text: str) -> tuple[str, ...]:
    """The entries of a list: parted by bars, over as many lines as it takes. "#" is any digit."""
    parts = unicodedata.normalize("NFC", text).replace("\n", "").split("|")
    return tuple(part for part in parts if part)


def before(entries: Iterable[str]) -> re.Pattern[str]:
    """A pattern for the end of what stands before a day: one of ``entries``."""
    spaced, clinging = _parted(entries)
    parts = [rf"(?<!{_LETTER}){_any(spaced)} "] if spaced else []
    parts += [rf"{_any(clinging)} ?"] if clinging else []
    return re.compile(f"(?:{'|'.join(parts) or '(?!)'})$")


def after(entries: Iterable[str], between: str = " ") -> re.Pattern[str]:
    """A pattern for what follows a day: ``between``, then one of ``entries``."""
    spaced, clinging = _parted(entries)
    parts = [rf"{between}{_any(spaced)}(?!{_LETTER})"] if spaced else []
    parts += [rf" ?{_any(clinging)}"] if clinging else []
    return re.compile("|".join(parts) or "(?!)")


def _any(entries: Iterable[str]) -> str:
    return words.trie(entries).replace(r"\#", r"\d")


def _parted(entries: Iterable[str]) -> tuple[list[str], list[str]]:
    """The entries that are words between spaces, and those that cling to what they stand beside."""
    every = list(entries)
    clinging = [entry for entry in every if _CLINGS.match(entry)]
    return [entry for entry in every if entry not in clinging], clinging


def _inside(entries: Sequence[str]) -> re.Pattern[str]:
    """A pattern for one of ``entries`` somewhere in a text."""
    spaced, clinging = _parted(entries)
    parts = [rf"(?<!{_LETTER}){_any(spaced)}(?!{_LETTER})"] if spaced else []
    parts += [_any(clinging)] if clinging else []
    return re.compile("|".join(parts) or "(?!)")


Span = tuple[int, int]


class _Neighbours(NamedTuple):
    """The patterns of one language; pairs are for what stands before and after a day."""

    years: tuple[tuple[int, re.Pattern[str], re.Pattern[str]], ...]
    weeks: tuple[tuple[int, re.Pattern[str]], ...]
    last: tuple[re.Pattern[str], re.Pattern[str]]
    next: tuple[re.Pattern[str], re.Pattern[str]]
    since: re.Pattern[str]
    every: re.Pattern[str]
    ahead: re.Pattern[str]
    told: re.Pattern[str]


_STEPS: Final = (("last", -1), ("this", 0), ("next", 1))


@cache
def _of(language: str) -> _Neighbours:
    raw = _LEXICON.get(language, {})
    raw = _LEXICON[raw["like"]] if "like" in raw else raw

    def entries(key: str) -> tuple[str, ...]:
        return forms(raw.get(key, ""))

    return _Neighbours(
        years=tuple(
            (step, before(entries(f"{key}_year")), after(entries(f"{key}_year"), _OF))
            for key, step in _STEPS
        ),
        weeks=tuple((step, before(entries(f"{key}_week"))) for key, step in _STEPS),
        last=(before(entries("last")), after(entries("last"))),
        next=(before(entries("next")), after(entries("next"))),
        since=before(entries("since")),
        every=before(entries("every")),
        ahead=_inside(entries("ahead")),
        told=_inside(entries("told")),
    )


def _lead(low: str, start: int) -> str:
    """What stands before a day, as far as a word that says something of it may reach."""
    return low[max(0, start - _NEAR) : start]


def _stands(front: re.Pattern[str], behind: re.Pattern[str], low: str, day: Span) -> Span | None:
    """``day`` with the word behind it, or as it is where the word stands before it."""
    start, end = day
    if hit := behind.match(low, end, end + _NEAR):
        return start, hit.end()
    return day if front.search(_lead(low, start)) else None


def year_said(low: str, day: Span, language: str) -> tuple[int, Span] | None:
    """Of which year the day is said to be: the last (-1), this (0) or the next; and the day with
    the words behind it that say so. None: it is not said."""
    for step, front, behind in _of(language).years:
        if found := _stands(front, behind, low, day):
            return step, found
    return None


def turn_said(low: str, day: Span, language: str) -> tuple[int, Span]:
    """-1 if the day is said to be the last such day, 1 if the next one, 0 if neither is said; and
    the day with the words behind it that say so."""
    there = _of(language)
    if found := _stands(*there.last, low, day):
        return -1, found
    found = _stands(*there.next, low, day)
    return (1, found) if found else (0, day)


def is_since(low: str, start: int, language: str) -> bool:
    """Whether the word before says that the day is past: "since Monday"."""
    return bool(_of(language).since.search(_lead(low, start)))


def week_said(low: str, start: int, language: str) -> int | None:
    """The same of the week of a weekday."""
    near = _lead(low, start)
    return next((step for step, there in _of(language).weeks if there.search(near)), None)


def is_repeated(low: str, start: int, language: str) -> bool:
    """Whether it is a day that comes again and again, and so no day: "every Monday"."""
    return bool(_of(language).every.search(_lead(low, start)))


def looks_ahead(low: str, start: int, end: int, language: str) -> bool:
    """Whether the sentence speaks of a bare weekday or month as of one to come.

    A verb that looks ahead must stand shortly before it ("will rule on Monday"), or behind it
    where it opens the sentence ("Am Montag wird"), and nothing between that parts the two or
    tells who said so: in "will close, it said on Monday" the day is past.
    """
    there = _of(language)
    if there.since.search(_lead(low, start)):
        return False
    lead = _BREAK.split(low[max(0, start - _GAP) : start])[-1]
    if verbs := list(there.ahead.finditer(lead)):
        return not _parts(there, lead[verbs[-1].end() :], language)
    opening = low[max(0, start - _OPENING) : start]
    if not _BREAK.search(opening) and start > _OPENING:
        return False
    behind = _BREAK.split(low[end : end + _GAP].removeprefix(","))[0]
    first = there.ahead.search(behind)
    return first is not None and not _parts(there, behind[: first.start()], language)


def _parts(there: _Neighbours, between: str, language: str) -> bool:
    return bool(there.told.search(between) or (language == "en" and _ENGLISH_PAST.search(between)))
