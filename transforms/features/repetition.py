"""How often a block stands on the page word for word, and how near its copies are."""

from typing import Final

import numpy as np

from transforms.arrays import Codes, Floats, Ints
from transforms.compiled import compiled

NAMES: Final = ("copies", "copy_before", "copy_after", "near_copy_before", "near_copy_after",
                "adjacent_copy")  # fmt: skip
_ADJACENT = 6  # blocks
_REACH = 8.0
_LINE_END = 10
_HALF: Final = np.uint64(32)
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)


@compiled
def measure(codes: Codes, rows: Floats) -> None:
    """Fills ``rows``: a row a block, a column for each of ``NAMES``. ``codes`` are the characters of
    all blocks in lower case, a line end between two."""
    count = len(rows)
    ids, different = _number(codes, count)
    last = np.full(different, -1, np.int64)
    copies = np.zeros(different, np.int64)
    before = np.full(count, -1, np.int64)
    after = np.full(count, -1, np.int64)
    for i in range(count):
        copies[ids[i]] += 1
        before[i] = last[ids[i]]
        if before[i] >= 0:
            after[before[i]] = i
        last[ids[i]] = i
    for i in range(count):
        row = rows[i]
        row[0] = np.log(copies[ids[i]])
        if before[i] >= 0:
            row[1] = 1
            row[3] = np.exp(-(i - before[i]) / _REACH)
            row[5] = i - before[i] <= _ADJACENT
        if after[i] >= 0:
            row[2] = 1
            row[4] = np.exp(-(after[i] - i) / _REACH)
            if after[i] - i <= _ADJACENT:
                row[5] = 1


@compiled
def _number(codes: Codes, count: int) -> tuple[Ints, int]:
    """The number of each line in order of first sight, and how many there are. Lines are told apart
    by a hash of 64 bits."""
    ids = np.empty(count, np.int64)
    size = 16
    while size < 2 * count:
        size *= 2
    end = np.uint64(size - 1)
    slots, keys = np.full(size, -1, np.int64), np.empty(size, np.uint64)
    at = known = 0
    for i in range(count):
        value = np.uint64(0)
        while at < len(codes) and codes[at] != _LINE_END:
            value = (value ^ np.uint64(codes[at])) * _FACTOR
            value ^= value >> _HALF
            at += 1
        at += 1
        slot = value & end
        while slots[slot] >= 0 and keys[slot] != value:
            slot = (slot + np.uint64(1)) & end
        if slots[slot] < 0:
            slots[slot], keys[slot] = known, value
            known += 1
        ids[i] = slots[slot]
    return ids, known
