"""The trees that weigh dates, from the lists that the weights hold them as."""

from collections.abc import Sequence

import numpy as np

from transforms.forests import MOST_LEAVES, Forest, forest_of

Tree = Sequence[Sequence[float]]
"""Nodes as ``[feature, threshold, left, right, value]``, the first the root. A row goes left where
its feature is at most the threshold; a leaf is its own left child."""


def read_forest(trees: Sequence[Tree]) -> Forest:
    """The forest of ``trees``.

    Raises:
        ValueError: a tree has more leaves than a forest may.
    """
    nodes: list[tuple[int, int, float, int]] = []
    values = np.zeros((len(trees), MOST_LEAVES))
    for number, tree in enumerate(trees):
        leaves = [node[4] for node in _inside(tree, nodes, number)]
        if len(leaves) > MOST_LEAVES:
            raise ValueError(f"tree {number} has {len(leaves)} leaves, more than {MOST_LEAVES}")
        values[number, : len(leaves)] = leaves
    owner, columns, limits, struck = zip(*nodes, strict=True) if nodes else ((),) * 4
    return forest_of(
        np.array(owner, np.int64), np.array(columns, np.int64), np.array(limits, np.float64),
        np.array(struck, np.uint32), values,
    )  # fmt: skip


def _inside(
    tree: Tree, nodes: list[tuple[int, int, float, int]], number: int, at: int = 0, before: int = 0
) -> list[Sequence[float]]:
    """The leaves below a node, from left to right, where ``before`` leaves of the tree stand left of
    them. Adds to ``nodes`` what asks on the way to them."""
    feature, threshold, left, right, _ = tree[at]
    if left == at:
        return [tree[at]]
    smaller = _inside(tree, nodes, number, int(left), before)
    struck = (1 << len(smaller)) - 1 << before
    nodes.append((number, int(feature), threshold, struck))
    return smaller + _inside(tree, nodes, number, int(right), before + len(smaller))
