"""A forest gives the sum of the leaves that a row comes to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import Floats
from transforms.segmentation.trees import Trees

COLUMNS = 4


def grown(trees: int, depth: int, seed: int) -> Trees:
    random = np.random.default_rng(seed)
    inner = 2**depth - 1
    return Trees(
        random.integers(0, COLUMNS, (trees, inner)).astype(np.uint16),
        random.integers(-2, 3, (trees, inner)).astype(np.float32),
        random.normal(size=(trees, inner + 1)).astype(np.float32),
    )


def walked(trees: Trees, tree: int, row: Floats) -> float:
    """The leaf of one row in one tree, step by step."""
    inner = trees.limits.shape[1]
    node = 0
    while node < inner:
        node = 2 * node + 1 + int(row[trees.columns[tree, node]] > trees.limits[tree, node])
    return float(trees.values[tree, node - inner])


# Rows are looked at by sixteen.
@given(st.integers(0, 20), st.integers(1, 5), st.integers(0, 35), st.integers(0, 1000))
def test_every_row_in_every_tree(trees: int, depth: int, rows: int, seed: int) -> None:
    forest = grown(trees, depth, seed)
    # Whole numbers: many a row stands just on a limit.
    evidence = np.random.default_rng(seed).integers(-3, 4, (rows, COLUMNS)).astype(np.float32)
    want = [sum(walked(forest, tree, row) for tree in range(trees)) for row in evidence]
    assert forest.log_odds(evidence).tolist() == pytest.approx(want, abs=1e-5)
    assert forest.log_odds(np.asfortranarray(evidence)).tolist() == pytest.approx(want, abs=1e-5)
