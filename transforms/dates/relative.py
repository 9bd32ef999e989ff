"""Relative dates as written: "5 sec ago", "vor 3 Stunden", "yesterday, 14:05", "last month"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from schemas.kinds import Precision
from transforms.arrays import Codes
from transforms.dates import words
from transforms.dates.numbers import Number, numbers_of
from transforms.dates.spots import COUNTS, SPACES, beginnings, hashes, known_words, marked


class Relative(NamedTuple):
    """An offset from the time of fetching, written at ``[start, end)``: ``number`` units back."""

    start: int
    end: int
    number: int
    unit: str
    hour: int | None = None
    minute: int | None = None


_LETTER: Final = r"[^\W\d_]"
_COUNTED: Final = re.compile(rf"(\d{{1,3}}) ?({words.guarded(words.COUNTED)})(?!{_LETTER})")
_ONE: Final = re.compile(
    rf"(?<!{_LETTER})(?:{words.guarded(words.ONES)}) ({words.guarded(words.COUNTED)})(?!{_LETTER})"
)
_ONE_KEYS: Final = frozenset(w for after in words.COUNTED if len(w := after.split()[0]) > 1)
_SPELLED: Final = re.compile(
    rf"(?<!{_LETTER})(?<!\d)(?<!\d )({words.trie(words.SPELLED)})(?= ?(?:$|[|·•,،.;:()–-]))"
)
_SPELLED_KEYS: Final = frozenset(phrase.split()[-1] for phrase in words.SPELLED)
_TIME: Final = r"(?P<{0}h>\d{{1,2}})(?::|h|\.(?=\d\d(?: ?uhr|$)))(?P<{0}m>\d\d)(?: ?uhr| ?(?P<{0}x>[ap]\.?m\.?))?"
_DAY: Final = re.compile(
    rf"(?:^|[|·•,:(–-] ?|(?<=\w) )(?P<day>{words.trie(words.DAY_WORDS)})(?!{_LETTER})"
    rf"(?:[ ,|·–-]{{0,3}}(?:(?:at|um|à|a las|alle|às|kl\.?|klo|om|o|в|о|saat|ore|la|pukul|jam|lúc) ?)?"
    + _TIME.format("a")
    + r")?(?=$|[ ]?[|·•,)(–-]| uhr)"
)
_DAY_KEYS: Final = frozenset(word.split()[-1] for word in words.DAY_WORDS)
_UNSPACED: Final = re.compile(words.trie(words.DAY_WORDS))
_TIME_BEFORE: Final = re.compile(_TIME.format("b") + r"[ ,|·–-]{1,3}$")
_LONGEST_LINE: Final = 120
_PUNCTUATION: Final = ",:|()"
_CLINGING: Final = re.compile("[,:|()]")
_BETWEEN: Final = f" {_PUNCTUATION}"
_PARTED: Final = marked((*_PUNCTUATION, *SPACES), _BETWEEN)
_ALONE_KEYS: Final = _DAY_KEYS | _SPELLED_KEYS
_ALL_KEYS: Final = _ONE_KEYS | _ALONE_KEYS
_KEYS: Final = hashes(_ALONE_KEYS, _ONE_KEYS)
_WORD_BEFORE: Final = re.compile(rf"([^\s{_PUNCTUATION}]+)[{_BETWEEN}]+$")
# The last two letters of the words for one, or the only one, backwards.
_ONE_ENDS: Final = beginnings([[one[-2:][::-1] for one in words.ONES]])


def _numbers(low: str, known: Iterable[Number] | None) -> Iterator[re.Match[str]]:
    """The matches of ``_COUNTED``; in a long text it is tried only where it may match."""
    if known is None and len(low) <= _LONGEST_LINE:
        yield from _COUNTED.finditer(low)
        return
    done = 0
    for at, _, roles in numbers_of(low) if known is None else known:
        if roles & COUNTS and at >= done and (hit := _COUNTED.match(low, at)):
            yield hit
            done = hit.end()


def find_counted(low: str, known: Iterable[Number] | None = None) -> Iterator[Relative]:
    """ "3 hours ago" in all languages: a number, what follows it, and what goes before it.
    ``known`` are the numbers of ``low``, where they have been looked for."""
    for after in _numbers(low, known):
        at = after.start()
        if at and (low[at - 1].isdigit() or low[at - 1] in ".,:/-+$€£"):
            continue
        if hit := _counted(low, at, after):
            yield hit


def _counted(low: str, at: int, after: re.Match[str]) -> Relative | None:
    number, units = int(after[1]), words.COUNTED[after[2]]
    before = low[max(0, at - 16) : at].rstrip(" ")
    for prefix, unit in units.items():
        if prefix and before.endswith(prefix):
            cut = len(before) - len(prefix)
            if cut == 0 or not before[cut - 1].isalpha():
                return Relative(at - (at - max(0, at - 16)) + cut, after.end(), number, unit)
    return Relative(at, after.end(), number, units[""]) if "" in units else None


def _spread(low: str) -> str:
    """``low`` with spaces for the punctuation that clings to words."""
    return _CLINGING.sub(" ", low)


def key_words(low: str, codes: Codes, *, spaced: bool = True) -> Iterator[int]:
    """Where a word such as "today" stands, or a unit of time behind the number one. ``codes`` are
    the characters of ``low``."""
    if not spaced:
        yield from (hit.start() for hit in _UNSPACED.finditer(low))
        return
    for begin, end in known_words(codes, _PARTED, _KEYS, _ONE_ENDS).tolist():
        word = low[begin:end]
        if word in _ALONE_KEYS:
            yield begin
        elif word in _ONE_KEYS:
            before = _WORD_BEFORE.search(low, max(0, begin - 16), begin)
            if before and before[1] in words.ONES:
                yield begin


def find_relative(low: str, *, spaced: bool = True) -> tuple[Relative, ...]:
    """Relative dates in one short line (longer than 120 characters: none).

    ``spaced``: the script parts words by spaces, so that a line without any of the key words
    needs no second look.
    """
    if len(low) > _LONGEST_LINE:
        return ()
    keys = _spread(low).split()
    known = not spaced or not _ALL_KEYS.isdisjoint(keys)
    found = list(find_counted(low)) if words.may_have_digits(low) else []
    if known and (not spaced or not _ONE_KEYS.isdisjoint(keys)):
        for one in _ONE.finditer(low):
            units = words.COUNTED[one[1]]
            before = low[max(0, one.start() - 16) : one.start()].rstrip(" ")
            unit = next((u for p, u in units.items() if p and before.endswith(p)), units.get(""))
            if unit:
                found.append(Relative(one.start(), one.end(), 1, unit))
    if known and spaced and not _SPELLED_KEYS.isdisjoint(keys):
        found += _spelled(low, found)
    if known and (not spaced or not _DAY_KEYS.isdisjoint(keys)):
        found += _days(low)
    return tuple(found)


def _spelled(low: str, others: Sequence[Relative]) -> list[Relative]:
    """Phrases that have their number in the word, where none is counted: "один час назад"."""
    return [
        Relative(hit.start(), hit.end(), *words.SPELLED[hit[1]])
        for hit in _SPELLED.finditer(low)
        if all(hit.end() <= other.start or other.end <= hit.start() for other in others)
    ]


def _days(low: str) -> Iterator[Relative]:
    for day in _DAY.finditer(low):
        hour, minute, half, start = day["ah"], day["am"], day["ax"], day.start("day")
        if hour is None and (before := _TIME_BEFORE.search(low[:start])):
            hour, minute, half, start = before["bh"], before["bm"], before["bx"], before.start()
        bare = low[day.start() - 1 : day.start() + 1].strip(" ").isalnum()
        if len(low) > len(day[0]) + (40 if hour else 24) or (hour is None and bare):
            continue  # a sentence or a headline with "today" in it
        clock = _clock(hour, minute, half)
        yield Relative(start, day.end(), -words.DAY_WORDS[day["day"]], "day", *clock)


def _clock(hour: str | None, minute: str | None, half: str | None) -> tuple[int, int] | tuple[()]:
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return ()
    h = int(hour)
    if half and h <= 12:
        h = h % 12 + (12 if half[0] == "p" else 0)
    return h, int(minute)


_DAY_STEP: Final = timedelta(days=1)
_AHEAD: Final = timedelta(hours=1)  # that a site's clock may be ahead of ours
_STEPS: Final = {
    "second": (timedelta(seconds=1), Precision.SECOND),
    "minute": (timedelta(minutes=1), Precision.MINUTE),
    "hour": (timedelta(hours=1), Precision.HOUR),
    "day": (_DAY_STEP, Precision.DAY),
    "week": (timedelta(weeks=1), Precision.DAY),
}
_CUT: Final = {
    Precision.SECOND: {"microsecond": 0},
    Precision.MINUTE: {"second": 0, "microsecond": 0},
    Precision.HOUR: {"minute": 0, "second": 0, "microsecond": 0},
    Precision.DAY: {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
}


def cut(value: datetime, precision: Precision) -> datetime:
    """``value`` at the start of its ``precision``."""
    if precision is Precision.MONTH:
        value = value.replace(day=1)
    elif precision is Precision.YEAR:
        value = value.replace(month=1, day=1)
    return value.replace(**_CUT.get(precision, _CUT[Precision.DAY]))  # type: ignore[arg-type]


def resolve_relative(
    found: Relative, fetched: datetime, zone: tzinfo | None = None
) -> tuple[datetime, Precision] | None:
    """The moment meant by ``found`` on a page ``fetched`` then (UTC); None before year 1.

    Whole weeks are exact to the day; months to the month, years to the year. "Yesterday 14:05"
    is read in ``zone``, that of the page's country; the day stays the one that the page means.
    """
    now = fetched
    try:
        if found.unit in _STEPS:
            step, precision = _STEPS[found.unit]
            if found.unit == "day" and zone is not None:
                now = now.astimezone(zone).replace(tzinfo=UTC)
            value = cut(now - found.number * step, precision)
            if found.hour is not None:
                value = value.replace(hour=found.hour, minute=found.minute or 0)
                there = value.replace(tzinfo=zone or UTC).astimezone(UTC)
                if zone is not None and not found.number and there > fetched + _AHEAD:
                    # Written before midnight, fetched after it: "today" was the day before.
                    value, there = value - _DAY_STEP, there - _DAY_STEP
                if there.date() == value.date():
                    return there, Precision.MINUTE
            return value, precision
        months = now.year * 12 + now.month - 1 - found.number * (12 if found.unit == "year" else 1)
        precision = Precision.YEAR if found.unit == "year" else Precision.MONTH
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=now.tzinfo), precision
    except (OverflowError, ValueError):
        return None
