"""Which blocks hold an address or a copyright line, or begin as datelines and list items do."""

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

import numpy as np

from transforms.arrays import Bools, Codes, Floats, Ints, codes_of
from transforms.compiled import compiled
from transforms.features.shape import BAR, CASELESS, DASH, DIGIT, SIGN_BITS, SPACE, UPPER

_SUBSTRINGS: Final = {
    "address": ("://", "www.", "@"),
    "copyright": ("©", "(c)", "copyright"),
}
# The character of each part that texts have least of: where it stands, the others are looked for.
_RAREST: Final = {"://": 2, "www.": 3, "@": 0, "©": 0, "(c)": 0, "copyright": 3}
_LINE_END: Final = 10


def _set(kinds: Iterable[int]) -> int:
    return reduce(int.__or__, (1 << kind for kind in kinds))


def _signs(signs: str) -> int:
    return reduce(int.__or__, (SIGN_BITS[sign] for sign in signs))


# Asked of the head of a block whose first character is of one of the first kinds, and near whose
# head stands a character of one of the second: none of the patterns reaches further.
_ANCHORED: Final = {
    "leading_clock": (re.compile(r"[0-2]?\d[:.h][0-5]\d\b"), _set([DIGIT]), _set([DIGIT])),
    "dateline": (
        # What may follow the first part is looked for from its shortest on, by its first sign.
        re.compile(r"[^.!?\d]{2,40}?(?=[ (,.:—–])(?:\([^)]{2,20}\)|[,.] [^.!?]{2,20})? ?[:—–] ?\S"),
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
_PATTERNS: Final = [pattern for pattern, _, _ in _ANCHORED.values()]
_STARTS: Final = np.array([starts for _, starts, _ in _ANCHORED.values()])
_NEEDS: Final = np.array([needs for _, _, needs in _ANCHORED.values()])


def _watched() -> Bools:
    """Of the first 256 characters: must one stop at it to find the parts and the lines' ends?"""
    watched = np.zeros(256, np.bool_)
    watched[[_LINE_END, *(ord(part[place]) for part, place in _RAREST.items())]] = True
    return watched


def _parts() -> tuple[Codes, Ints, Ints, Ints]:
    """The parts one a row, padded with zeros, with the size, the rarest place and the column of each."""
    columns = {part: i for i, parts in enumerate(_SUBSTRINGS.values()) for part in parts}
    sizes = np.array([*map(len, columns)], np.int64)
    padded = codes_of("".join(part.ljust(sizes.max(), "\0") for part in columns))
    places = np.array([_RAREST[part] for part in columns], np.int64)
    return padded.reshape(len(sizes), -1), sizes, places, np.array([*columns.values()], np.int64)


_WATCHED: Final = _watched()
_PARTS: Final = _parts()


def measure(texts: Sequence[str], low: Codes, first: Ints, heads: Ints, rows: Floats) -> None:
    """Fills ``rows`` (a row a block, a column for each of ``NAMES``). ``low`` has the characters of
    all blocks in lower case, a line end between two; ``first`` is the kind of each block's first
    character, ``heads`` what stands near its head (as in ``Shape``)."""
    _find_parts(low, _WATCHED, *_PARTS, rows)
    for i, k in _asked(first, heads, _STARTS, _NEEDS).tolist():
        if _PATTERNS[k].match(texts[i]):
            rows[i, len(_SUBSTRINGS) + k] = 1.0


@compiled
def _asked(first: Ints, heads: Ints, starts: Ints, needs: Ints) -> Ints:
    """Which blocks are asked for which of the patterns: a row a pair."""
    pairs = np.empty((len(first) * len(starts), 2), np.int64)
    number = 0
    for i in range(len(first)):
        for k in range(len(starts)):
            if starts[k] >> first[i] & 1 and heads[i] & needs[k]:
                pairs[number, 0], pairs[number, 1] = i, k
                number += 1
    return pairs[:number]


@compiled
def _find_parts(
    low: Codes, watched: Bools, parts: Codes, sizes: Ints, places: Ints, columns: Ints, rows: Floats
) -> None:
    """Marks the lines that have each of ``parts`` in its column of ``rows``."""
    line = 0
    for at in range(len(low)):
        code = low[at]
        if code >= len(watched) or not watched[code]:
            continue
        if code == _LINE_END:
            # A line end within a block must not write elsewhere.
            line = min(line + 1, len(rows) - 1)
            continue
        for k in range(len(parts)):
            begin = at - places[k]
            if parts[k, places[k]] != code or begin < 0 or begin + sizes[k] > len(low):
                continue
            same = True
            for i in range(sizes[k]):
                same &= low[begin + i] == parts[k, i]
            if same:
                rows[line, columns[k]] = 1
