"""Boosted decision trees, evaluated in NumPy. They are learned with LightGBM (``training.boost``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from transforms.features import Doubles, Floats, Ints

_CHUNK = 2048  # rows at a time, so that long pages need no more memory


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
        parts = [self._sums(rows[low : low + _CHUNK]) for low in range(0, len(rows), _CHUNK)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _sums(self, rows: Floats) -> Floats:
        trees, inner = self.limits.shape
        leaves = inner + 1
        first_node, first_leaf = np.arange(trees) * inner, np.arange(trees) * leaves
        at = np.zeros((len(rows), trees), np.int64)
        row = np.arange(len(rows))[:, None]
        columns, limits = self.columns.ravel(), self.limits.ravel()
        for _ in range(leaves.bit_length() - 1):
            node = first_node + at
            at = 2 * at + 1 + (rows[row, columns[node]] > limits[node])
        sums: Floats = self.values.ravel()[first_leaf + at - inner].sum(axis=1)
        return sums

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


def read_trees(stored: Mapping[str, Any], name: str) -> Trees:
    """The trees that ``Trees.arrays`` stored under ``name``."""
    return Trees(
        stored[f"{name}_columns"].astype(np.int64),
        stored[f"{name}_limits"].astype(np.float32),
        stored[f"{name}_values"].astype(np.float32),
    )
