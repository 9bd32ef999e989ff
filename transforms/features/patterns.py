"""Which blocks hold an address or a copyright line, or begin as datelines and list items do."""

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

import numpy as np

from transforms.arrays import Floats, Ints
from transforms.features.shape import BAR, CASELESS, COLON, DASH, DIGIT, SPACE, UPPER

_SUBSTRINGS: Final = {
    "address": ("://", "www.", "@"),
    "copyright": ("©", "(c)", "copyright"),
}


def _set(kinds: Iterable[int]) -> int:
    return reduce(int.__or__, (1 << kind for kind in kinds))


_REACH: Final = 80  # characters; none of the patterns with signs reaches further
# Asked of the head of a block whose first character is of one of the first kinds, which has a
# character of one of the second, and one of the signs near its head, if there are any.
_ANCHORED: Final = {
    "leading_clock": (re.compile(r"[0-2]?\d[:.h][0-5]\d\b"), _set([DIGIT]), _set([DIGIT]), ""),
    "dateline": (
        re.compile(r"[^.!?\d]{2,40}(?:\([^)]{2,20}\)|[,.] [^.!?]{2,20})? ?[:—–] ?\S"),
        _set([UPPER, CASELESS]),
        _set([COLON, DASH]),
        ":—–",
    ),
    "capital_dateline": (
        re.compile(r"[A-ZÀ-ÞА-Я]{3}[A-ZÀ-ÞА-Я .,'/-]{0,40}(?:\([^)]{2,24}\))? ?[:—–-]"),
        _set([UPPER]),
        _set([COLON, DASH]),
        ":—–-",
    ),
    "enumeration": (
        re.compile(r"(?:[•·▪◦‣*►–-]|\d{1,2}[.)])\s"),
        _set([BAR, DASH, DIGIT]),
        _set([SPACE]),
        "",
    ),
}
NAMES: Final = (*_SUBSTRINGS, *_ANCHORED)


def measure(
    texts: Sequence[str], lowered: Sequence[str], page: str, first: Ints, kinds: Ints, rows: Floats
) -> None:
    """Fills ``rows`` (a row a block, a column for each of ``NAMES``). ``page`` is all of
    ``lowered``; ``first`` the kind of each block's first character, ``kinds`` the set of all."""
    for column, parts in enumerate(_SUBSTRINGS.values()):
        for part in parts:
            if part in page:
                rows[[i for i, text in enumerate(lowered) if part in text], column] = 1.0
    begins = 1 << first
    for column, (pattern, starts, needs, signs) in enumerate(_ANCHORED.values(), len(_SUBSTRINGS)):
        may = ((begins & starts) != 0) & ((kinds & needs) != 0)
        for i in np.flatnonzero(may).tolist():
            if signs and not any(map(texts[i][:_REACH].__contains__, signs)):
                continue
            if pattern.match(texts[i]):
                rows[i, column] = 1.0
