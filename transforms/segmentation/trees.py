"""Boosted decision trees, evaluated. They are learned with LightGBM (``training.boost``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from transforms.arrays import Doubles, Floats, Shorts
from transforms.compiled import compiled

_TOGETHER: Final = 8
_ROWS: Final = 16  # that go through all trees before others do: so many stay in the nearest cache


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Complete binary trees of one depth. ``columns`` and ``limits`` (trees x inner nodes, level by
    level) say what a node asks: is this column above this limit? ``values`` (trees x leaves) are
    log-odds to sum. A branch that ends early is filled with nodes that send every row left."""

    columns: Shorts
    limits: Floats
    values: Floats

    def log_odds(self, rows: Floats) -> Floats:
        """The log-odds of each row of ``rows`` (rows x columns)."""
        return _sums(np.ascontiguousarray(rows), self.columns, self.limits, self.values)

    def odds(self, rows: Floats) -> Doubles:
        """The probability of each row."""
        return 1.0 / (1.0 + np.exp(-self.log_odds(rows).astype(np.float64)))

    def arrays(self, name: str) -> dict[str, Any]:
        """What ``read`` needs, under names that start with ``name``."""
        return {
            f"{name}_columns": self.columns.astype(np.int16),
            f"{name}_limits": self.limits,
            f"{name}_values": self.values.astype(np.float16),
        }


@compiled
def _sums(rows: Floats, asked: Shorts, limits: Floats, values: Floats) -> Floats:
    """The sums of the leaves. A row goes down several trees side by side, so that no step waits for
    the one before it; numbers without a sign need no look at whether they count from the end. Both
    together halve the time."""
    count = rows.shape[0]
    trees, inner = limits.shape
    alone = trees - trees % _TOGETHER
    sums = np.zeros(count, np.float32)
    at = np.empty(_TOGETHER, np.uintp)
    for begin in range(0, count, _ROWS):
        end = min(begin + _ROWS, count)
        for first in range(0, alone, _TOGETHER):
            low = np.uintp(first)
            for row in range(np.uintp(begin), np.uintp(end)):
                for k in range(np.uintp(_TOGETHER)):
                    at[k] = 0
                nodes = inner
                while nodes:  # a level has one more node than all those above it
                    for k in range(np.uintp(_TOGETHER)):
                        node = at[k]
                        above = rows[row, asked[low + k, node]] > limits[low + k, node]
                        at[k] = node + node + np.uintp(1) + np.uintp(above)
                    nodes >>= 1
                for k in range(np.uintp(_TOGETHER)):
                    sums[row] += values[low + k, at[k] - np.uintp(inner)]
    for tree in range(np.uintp(alone), np.uintp(trees)):
        for row in range(np.uintp(count)):
            node = np.uintp(0)
            while node < inner:
                above = rows[row, asked[tree, node]] > limits[tree, node]
                node += node + np.uintp(1) + np.uintp(above)
            sums[row] += values[tree, node - np.uintp(inner)]
    return sums


def read_trees(stored: Mapping[str, Any], name: str) -> Trees:
    """The trees that ``Trees.arrays`` stored under ``name``."""
    return Trees(
        stored[f"{name}_columns"].astype(np.uint16),
        stored[f"{name}_limits"].astype(np.float32),
        stored[f"{name}_values"].astype(np.float32),
    )
