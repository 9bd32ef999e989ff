"""Where a block stands: the gap above it, its place on the page, the prose before and after it."""

from typing import Final

import numpy as np

from transforms.arrays import Floats, Ints
from transforms.compiled import compiled

NAMES: Final = (
    "gap", "gap_after", "position", "log_index", "log_rest", "prose_before", "prose_after",
    "log_prose_before", "log_prose_after", "page_blocks", "page_prose", "caseless_page",
)  # fmt: skip
_WIDEST = 4


@compiled
def measure(gaps: Ints, prose: Floats, caseless: Floats, rows: Floats) -> None:
    """Fills ``rows`` (a row a block, a column for each of ``NAMES``) from the empty lines above
    each block, its characters if it is prose, and its share of caseless letters."""
    count = len(gaps)
    total = letters = 0.0
    for i in range(count):
        total += prose[i]
        letters += caseless[i]
    until = 0.0
    for i in range(count):
        row = rows[i]
        rest = total - until - prose[i]
        row[0] = min(gaps[i], _WIDEST) / _WIDEST
        row[1] = min(gaps[i + 1], _WIDEST) / _WIDEST if i + 1 < count else 1.0
        row[2] = i / count
        row[3] = np.log1p(i) / 6
        row[4] = np.log1p(count - 1 - i) / 6
        row[5] = until / max(total, 1.0)
        row[6] = rest / max(total, 1.0)
        row[7] = np.log1p(until) / 10
        row[8] = np.log1p(rest) / 10
        row[9] = np.log1p(count) / 6
        row[10] = np.log1p(total) / 10
        row[11] = letters / count
        until += prose[i]
