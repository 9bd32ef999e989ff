"""Boosted decision trees as the weights hold them, learned with LightGBM (``training.boost``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from transforms.arrays import Doubles, Floats, Shorts
from transforms.forests import Forest, forest_of


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
        return _forest(self).sums(rows)

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


@lru_cache(maxsize=16)
def _forest(trees: Trees) -> Forest:
    """Trees as they are evaluated. What sends every row left asks nothing."""
    inner = trees.limits.shape[1]
    tree, node = np.nonzero(trees.limits < np.inf)
    struck = np.array([_left_of(node, inner + 1) for node in range(inner)], np.uint32)
    columns, limits = trees.columns[tree, node].astype(np.int64), trees.limits[tree, node]
    return forest_of(tree, columns, limits, struck[node], trees.values)


def _left_of(node: int, leaves: int) -> int:
    """The leaves left of a node of a complete tree, as bits."""
    level = (node + 1).bit_length() - 1
    below = leaves >> level
    place = node + 1 - (1 << level)
    return (1 << below // 2) - 1 << place * below


def read_trees(stored: Mapping[str, Any], name: str) -> Trees:
    """The trees that ``Trees.arrays`` stored under ``name``."""
    return Trees(
        stored[f"{name}_columns"].astype(np.uint16),
        stored[f"{name}_limits"].astype(np.float32),
        stored[f"{name}_values"].astype(np.float32),
    )
