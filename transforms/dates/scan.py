"""A text looked through for dates, once: a page's stories ask for what its own reading found."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from schemas.records import Page
from transforms.arrays import Codes
from transforms.dates.grammar import Written, find_written
from transforms.dates.lowering import lowered
from transforms.dates.numbers import numbers_of
from transforms.dates.relative import Relative, find_counted, key_words
from transforms.dates.spots import YEAR


class Scan(NamedTuple):
    """``low`` is ``words.lower`` of a text, ``codes`` its code points. ``written`` are the dates in
    it, ``counted`` the numbers of hours or days that lie back, ``years`` where four digits stand
    behind a space; all in order."""

    low: str
    codes: Codes
    written: tuple[Written, ...]
    counted: tuple[Relative, ...]
    years: tuple[int, ...]


def scan(text: str) -> Scan:
    """All numbers of ``text`` that are those of a date, in one pass."""
    low, codes = lowered(text)
    numbers = numbers_of(low, codes)
    years = tuple([at for at, _, roles in numbers if roles & YEAR])
    return Scan(low, codes, find_written(low, numbers), (*find_counted(low, numbers),), years)


scan_page = lru_cache(maxsize=4)(scan)
"""``scan`` of a page's text, kept for its stories."""


def relative_places(seen: Scan, *, spaced: bool = True) -> list[int]:
    """Where something stands for which ``find_relative`` may find more in its line."""
    return [
        *(item.start for item in seen.counted),
        *key_words(seen.low, seen.codes, spaced=spaced),
    ]


_Item = TypeVar("_Item")
_START: Final = attrgetter("start")


class Passage(NamedTuple):
    """What ``Scan`` says of a text made of blocks of a page, each item with how far behind its
    place it stands in the text."""

    low: str
    written: Sequence[tuple[int, Written]]
    counted: Sequence[tuple[int, Relative]]
    years: Sequence[tuple[int, int]]


def passage(text: str) -> Passage:
    """The dates in ``text``."""
    seen = scan(text)
    return Passage(
        seen.low,
        [(0, item) for item in seen.written],
        [(0, item) for item in seen.counted],
        [(0, at) for at in seen.years],
    )


def passage_of(page: Page, chosen: Iterable[int], parting: str) -> Passage:
    """The dates in a text of the blocks ``chosen``, with ``parting`` between them. No date reaches
    from one block into the next, so the page's own are those of the text."""
    seen = scan_page(page.text)
    blocks = [page.blocks[i] for i in chosen]
    shifts, at = [], 0
    for block in blocks:
        shifts.append((block.start, block.end, at - block.start))
        at += block.end - block.start + len(parting)
    return Passage(
        parting.join([seen.low[block.start : block.end] for block in blocks]),
        [*_moved(seen.written, [*map(_START, seen.written)], shifts)],
        [*_moved(seen.counted, [*map(_START, seen.counted)], shifts)],
        [*_moved(seen.years, seen.years, shifts)],
    )


def _moved(
    found: Sequence[_Item], starts: Sequence[int], shifts: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, _Item]]:
    """The items of ``found`` whose ``starts`` lie in the places of ``shifts``, each with its shift."""
    if not found:
        return
    for start, end, shift in shifts:
        first = bisect_left(starts, start)
        for item in found[first : bisect_left(starts, end, first)]:
            yield shift, item
