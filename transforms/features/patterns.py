"""Which blocks hold an address or a copyright line, or begin as datelines and list items do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Final

import numpy as np

from transforms.arrays import Floats, Ints
from transforms.features.shape import BAR, CASELESS, DASH, DIGIT, SIGN_BITS, SPACE, UPPER

_SUBSTRINGS: Final = {
    "address": ("://", "www.", "@"),
    "copyright": ("©", "(c)", "copyright"),
}


def _set(kinds: Iterable[int]) -> int:
    return reduce(int.__or__, (1 << kind for kind in kinds))


def _signs(signs: str) -> int:
    return reduce(int.__or__, (SIGN_BITS[sign] for sign in signs))


# Asked of the head of a block whose first character is of one of the first kinds, and near whose
# head stands a character of one of the second: none of the patterns reaches further.
_ANCHORED: Final = {
    "leading_clock": (re.compile(r"[0-2]?\d[:.h][0-5]\d\b"), _set([DIGIT]), _set([DIGIT])),
    "dateline": (
        re.compile(r"[^.!?\d]{2,40}(?:\([^)]{2,20}\)|[,.] [^.!?]{2,20})? ?[:—–] ?\S"),
        _set([UPPER, CASELESS]),
        _signs(":—–"),
    ),
    "capital_dateline": (
        re.compile(r"[A-ZÀ-ÞА-Я]{3}[A-ZÀ-ÞА-Я .,'/-]{0,40}(?:\([^)]{2,24}\))? ?[:—–-]"),
        _set([UPPER]),
        _signs(":—–-"),
    ),
    "enumeration": (
        re.compile(r"(?:[•·▪◦‣*►–-]|\d{1,2}[.)])\s"),
        _set([BAR, DASH, DIGIT]),
        _set([SPACE]),
    ),
}
NAMES: Final = (*_SUBSTRINGS, *_ANCHORED)


def measure(texts: Sequence[str], page: str, first: Ints, heads: Ints, rows: Floats) -> None:
    """Fills ``rows`` (a row a block, a column for each of ``NAMES``). ``page`` has all blocks in
    lower case, one a line; ``first`` is the kind of each block's first character, ``heads`` what
    stands near its head (as in ``Shape``)."""
    for column, parts in enumerate(_SUBSTRINGS.values()):
        for part in parts:
            for line in _lines_with(part, page):
                rows[line, column] = 1.0
    begins = 1 << first
    for column, (pattern, starts, needs) in enumerate(_ANCHORED.values(), len(_SUBSTRINGS)):
        for i in np.flatnonzero((begins & starts != 0) & (heads & needs != 0)).tolist():
            if pattern.match(texts[i]):
                rows[i, column] = 1.0


def _lines_with(part: str, page: str) -> Iterator[int]:
    """The numbers of the lines of ``page`` that have ``part``."""
    line = start = 0
    at = page.find(part)
    while at >= 0:
        line += page.count("\n", start, at)
        yield line
        start = page.find("\n", at)
        if start < 0:
            break
        at = page.find(part, start)
