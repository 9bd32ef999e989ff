"""Learns the trees that weigh starts and headlines, from networks that did not know the pages.

LightGBM learns them; what is kept is plain arrays (``transforms.segmentation.trees``). One thread
and fixed seeds: the same rows give the same trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np

from transforms.arrays import Floats, Ints
from transforms.segmentation.trees import Trees

DEPTH = 5
_ROUNDS = 250


def settings(seed: int = 1) -> dict[str, Any]:
    """How LightGBM learns: small trees, much noise, one thread and one seed."""
    return {
        "objective": "binary", "learning_rate": 0.05, "num_leaves": 15, "max_depth": DEPTH,
        "min_data_in_leaf": 30, "feature_fraction": 0.3, "bagging_fraction": 0.7,
        "bagging_freq": 1, "lambda_l2": 5.0, "seed": seed, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbose": -1,
    }  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Evidence (rows x columns) with what is true of each row (1 or 0) and what it counts."""

    evidence: Floats
    truth: Ints
    weight: Floats


def together(parts: Sequence[Rows]) -> Rows:
    return Rows(
        np.concatenate([part.evidence for part in parts]),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def boost(rows: Rows, rounds: int = _ROUNDS, draws: int = 1) -> Trees:
    """Trees that tell the true rows from the others: the mean of ``draws`` of them."""
    drawn = [_boost(rows, rounds, seed) for seed in range(1, draws + 1)]
    return Trees(
        np.concatenate([trees.columns for trees in drawn]),
        np.concatenate([trees.limits for trees in drawn]),
        np.concatenate([trees.values / draws for trees in drawn]).astype(np.float32),
    )


def _boost(rows: Rows, rounds: int, seed: int) -> Trees:
    data = lightgbm.Dataset(rows.evidence, rows.truth, weight=rows.weight)
    booster = lightgbm.train(settings(seed), data, rounds)
    dump = booster.dump_model()
    return complete([tree["tree_structure"] for tree in dump["tree_info"]], DEPTH)


def complete(trees: Sequence[dict[str, Any]], depth: int) -> Trees:
    """LightGBM's trees as complete binary trees of ``depth``."""
    inner = 2**depth - 1
    columns = np.zeros((len(trees), inner), np.uint16)
    limits = np.full((len(trees), inner), np.inf, np.float32)
    values = np.zeros((len(trees), inner + 1), np.float32)

    def fill(tree: int, node: dict[str, Any], at: int) -> None:
        if at >= inner:
            values[tree, at - inner] = node["leaf_value"]
        elif "leaf_value" in node:  # every row goes left from here on
            fill(tree, node, 2 * at + 1)
        else:
            columns[tree, at] = node["split_feature"]
            limits[tree, at] = _below(node["threshold"])
            fill(tree, node["left_child"], 2 * at + 1)
            fill(tree, node["right_child"], 2 * at + 2)

    for number, tree in enumerate(trees):
        fill(number, tree, 0)
    return Trees(columns, limits, values)


def _below(limit: float) -> np.float32:
    """The largest float32 that is not above ``limit``: evidence is float32, so nothing changes."""
    rounded = np.float32(limit)
    return np.float32(np.nextafter(rounded, np.float32(-np.inf))) if rounded > limit else rounded
