"""A forest of uneven trees gives the sum of the leaves that a row comes to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import Doubles
from transforms.dates.trees import Tree, read_forest

COLUMNS = 5
Nodes = list[list[float]]


@st.composite
def grown(draw: st.DrawFn) -> Nodes:
    """A tree of up to 32 leaves, any of which may be split next."""
    tree: Nodes = [[0, 0.0, 0, 0, draw(st.floats(-1, 1))]]
    for _ in range(draw(st.integers(0, 31))):
        leaf = draw(st.sampled_from([at for at, node in enumerate(tree) if node[2] == at]))
        column, limit = draw(st.integers(0, COLUMNS - 1)), float(draw(st.integers(-2, 2)))
        left = len(tree)
        tree[leaf] = [column, limit, left, left + 1, 0.0]
        tree += [[0, 0.0, at, at, draw(st.floats(-1, 1))] for at in (left, left + 1)]
    return tree


def walked(tree: Tree, row: Doubles) -> float:
    at = 0
    while tree[at][2] != at:
        feature, threshold, left, right, _ = tree[at]
        at = int(left if not row[int(feature)] > threshold else right)
    return tree[at][4]


@given(st.lists(grown(), max_size=6), st.integers(0, 35), st.integers(0, 1000))
def test_every_row_in_every_tree(trees: list[Nodes], count: int, seed: int) -> None:
    # Whole numbers: many a row stands just on a limit.
    rows = np.random.default_rng(seed).integers(-3, 4, (count, COLUMNS)).astype(np.float64)
    want = [sum(walked(tree, row) for tree in trees) for row in rows]
    assert read_forest(trees).sums(rows).tolist() == want


@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
def test_odd_numbers_go_where_a_reader_sends_them(odd: float) -> None:
    forest = read_forest([[[1, 0.5, 1, 2, 0.0], [0, 0.0, 1, 1, -1.0], [0, 0.0, 2, 2, 1.0]]])
    assert forest.sums(np.array([[9.0, odd]])).tolist() == [1.0 if odd > 0.5 else -1.0]


def test_rows_of_shorter_numbers_are_read_as_what_they_are() -> None:
    forest = read_forest([[[1, 0.5, 1, 2, 0.0], [0, 0.0, 1, 1, -1.0], [0, 0.0, 2, 2, 1.0]]])
    rows = np.array([[0, 0.25], [0, 0.75]], np.float32)
    assert forest.sums(rows).tolist() == [-1.0, 1.0]


def test_a_tree_of_too_many_leaves_is_named() -> None:
    comb: Nodes = []
    for at in range(0, 64, 2):
        comb += [[0, float(at), at + 1, at + 2, 0.0], [0, 0.0, at + 1, at + 1, 1.0]]
    comb.append([0, 0.0, 64, 64, 1.0])
    with pytest.raises(ValueError, match="tree 1 has 33 leaves, more than 32"):
        read_forest([[[0, 0.0, 0, 0, 1.0]], comb])
