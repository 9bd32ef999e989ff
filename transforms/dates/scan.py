"""A text looked through for dates, once: a page's stories ask for what its own reading found."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from schemas.records import Page
from transforms.arrays import Codes, codes_of
from transforms.dates import words
from transforms.dates.grammar import Written, find_written
from transforms.dates.numbers import numbers_of
from transforms.dates.relative import Relative, find_counted, key_words
from transforms.dates.spots import YEAR
from transforms.lowering import small_letters

START: Final = attrgetter("start")  # where a date or a block begins: what both are in order by


class Scan(NamedTuple):
    """``low`` is ``words.lower`` of a text, ``codes`` its code points. ``written`` are the dates in
    it, ``counted`` the numbers of hours or days that lie back, ``years`` where four digits stand
    behind a space; ``near`` is where a number is counted so or a word such as "today" stands, if the
    script parts words. All are in order."""

    low: str
    codes: Codes
    written: tuple[Written, ...]
    counted: tuple[Relative, ...]
    years: tuple[int, ...]
    near: tuple[int, ...]


def scan(text: str) -> Scan:
    """All numbers of ``text`` that are those of a date, in one pass."""
    low, codes = _lowered(text)
    numbers = numbers_of(low, codes)
    years = tuple([at for at, _, roles in numbers if roles & YEAR])
    counted = tuple(find_counted(low, numbers))
    near = sorted([*map(START, counted), *key_words(low, codes)])
    return Scan(low, codes, find_written(low, numbers), counted, years, tuple(near))


def _lowered(text: str) -> tuple[str, Codes]:
    """``words.lower`` of ``text``, and its code points."""
    codes = None if text.isascii() else small_letters(codes_of(text))
    if codes is None:
        low = words.lower(text)
        return low, codes_of(low)
    return str(codes.data, "utf-32-le", "surrogatepass"), codes


scan_page = lru_cache(maxsize=4)(scan)
"""``scan`` of a page's text, kept for its stories."""


def relative_places(seen: Scan, *, spaced: bool) -> Sequence[int]:
    """Where something stands for which ``find_relative`` may find more in its line."""
    if spaced:
        return seen.near
    return [*map(START, seen.counted), *key_words(seen.low, seen.codes, spaced=False)]


_Item = TypeVar("_Item")


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
    """The dates in a text of the blocks ``chosen``, in order, with ``parting`` between them. No date
    reaches from one block into the next, so the page's own are those of the text."""
    seen = scan_page(page.text)
    blocks = [page.blocks[i] for i in chosen]
    if not blocks:
        return Passage("", (), (), ())
    starts = [block.start for block in blocks]
    ends = [block.end for block in blocks]
    sizes = [end - start + len(parting) for start, end in zip(starts, ends, strict=True)]
    behind = [*accumulate(sizes, initial=0)]  # where each block stands in the text

    def moved(found: Sequence[_Item], place_of: Callable[[_Item], int]) -> list[tuple[int, _Item]]:
        """The items of ``found`` that lie in the blocks, each with its shift."""
        inside = []
        for item in found[bisect_left(found, starts[0], key=place_of) :]:
            place = place_of(item)
            i = bisect_right(starts, place) - 1
            if place < ends[i]:
                inside.append((behind[i] - starts[i], item))
            elif place >= ends[-1]:
                break
        return inside

    low = seen.low
    return Passage(
        parting.join([low[start:end] for start, end in zip(starts, ends, strict=True)]),
        moved(seen.written, START),
        moved(seen.counted, START),
        moved(seen.years, int),
    )
