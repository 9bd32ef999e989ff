"""Boosted decision trees, evaluated. They are learned with LightGBM (``training.boost``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Complete binary trees of one depth. ``columns`` and ``limits`` (trees x inner nodes, level by
    level) say what a node asks: is this column above this limit? ``values`` (trees x leaves) are
    log-odds to sum. A branch that ends early is filled with nodes that send every row left."""

    columns: Ints
    limits: Floats
    values: Floats

    def log_odds(self, rows: Floats) -> Floats:
        """The log-odds of each row of ``rows`` (rows x columns)."""
        return _sums(np.ascontiguousarray(rows.T), self.columns, self.limits, self.values)

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
def _sums(columns: Floats, asked: Ints, limits: Floats, values: Floats) -> Floats:
    """The sums of the leaves. All rows go down a tree level by level, column by column of the
    evidence: no step waits for the one before it, which halves the time."""
    count = columns.shape[1]
    trees, inner = limits.shape
    sums = np.zeros(count, np.float32)
    at = np.empty(count, np.int32)
    for tree in range(trees):
        for row in range(count):
            at[row] = 0
        nodes = inner
        while nodes:  # a level has one more node than all those above it
            for row in range(count):
                node = at[row]
                at[row] = 2 * node + 1 + (columns[asked[tree, node], row] > limits[tree, node])
            nodes >>= 1
        for row in range(count):
            sums[row] += values[tree, at[row] - inner]
    return sums


def read_trees(stored: Mapping[str, Any], name: str) -> Trees:
    """The trees that ``Trees.arrays`` stored under ``name``."""
    return Trees(
        stored[f"{name}_columns"].astype(np.int64),
        stored[f"{name}_limits"].astype(np.float32),
        stored[f"{name}_values"].astype(np.float32),
    )
