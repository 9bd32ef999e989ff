"""How often a block stands on the page word for word, and how near its copies are."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count as counter
from typing import Final

import numpy as np

from transforms.arrays import Floats, Ints
from transforms.compiled import compiled

NAMES: Final = ("copies", "copy_before", "copy_after", "near_copy_before", "near_copy_after",
                "adjacent_copy")  # fmt: skip
_ADJACENT = 6  # blocks
_REACH = 8.0


def measure(lowered: Sequence[str], rows: Floats) -> None:
    """Fills ``rows``: a row for each block of ``lowered``, a column for each of ``NAMES``."""
    keys: defaultdict[str, int] = defaultdict(counter().__next__)
    _measure(np.array([*map(keys.__getitem__, lowered)], np.int64), len(keys), rows)


@compiled
def _measure(ids: Ints, different: int, rows: Floats) -> None:
    count = len(ids)
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
