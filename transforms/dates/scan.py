"""A text looked through for dates, once: a page's stories ask for what its own reading found."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from schemas.records import Page
from transforms.arrays import Codes
from transforms.dates.grammar import Written, find_written
from transforms.dates.lowering import lowered
from transforms.dates.numbers import numbers_of
from transforms.dates.relative import Relative, find_counted, key_words


class Scan(NamedTuple):
    """``low`` is ``words.lower`` of a text, ``codes`` its code points. ``written`` are the dates in
    it, ``counted`` the numbers of hours or days that lie back; both in order."""

    low: str
    codes: Codes
    written: tuple[Written, ...]
    counted: tuple[Relative, ...]


def scan(text: str) -> Scan:
    """All numbers of ``text`` that are those of a date, in one pass."""
    low, codes = lowered(text)
    numbers = numbers_of(low, codes)
    return Scan(low, codes, find_written(low, numbers), (*find_counted(low, numbers),))


scan_page = lru_cache(maxsize=4)(scan)
"""``scan`` of a page's text, kept for its stories."""


def relative_places(seen: Scan, *, spaced: bool = True) -> list[int]:
    """Where something stands for which ``find_relative`` may find more in its line."""
    return [
        *(item.start for item in seen.counted),
        *key_words(seen.low, seen.codes, spaced=spaced),
    ]


_Item = TypeVar("_Item", Written, Relative)


class Passage(NamedTuple):
    """What ``Scan`` says of a text made of blocks of a page, each item with how far behind its
    place it stands in the text."""

    low: str
    written: Sequence[tuple[int, Written]]
    counted: Sequence[tuple[int, Relative]]


def passage(text: str) -> Passage:
    """The dates in ``text``."""
    seen = scan(text)
    return Passage(
        seen.low, [(0, item) for item in seen.written], [(0, item) for item in seen.counted]
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
        [*_moved(seen.written, shifts)],
        [*_moved(seen.counted, shifts)],
    )


def _moved(
    found: Sequence[_Item], shifts: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, _Item]]:
    """The items of ``found`` that start in the places of ``shifts``, each with its shift."""
    if not found:
        return
    starts = [item.start for item in found]
    for start, end, shift in shifts:
        for item in found[bisect_left(starts, start) : bisect_left(starts, end)]:
            yield shift, item
