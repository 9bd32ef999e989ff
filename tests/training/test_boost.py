"""Trees as plain arrays say what the library that learned them says."""

import lightgbm
import numpy as np
import pytest

from training.boost import DEPTH, Rows, boost, complete, settings, together
from transforms.segmentation.trees import read_trees


@pytest.fixture(scope="module")
def rows() -> Rows:
    random = np.random.default_rng(3)
    evidence = random.normal(size=(4000, 6)).astype(np.float32)
    evidence[:, 2] = np.round(evidence[:, 2])
    odds = evidence[:, 0] * evidence[:, 1] + evidence[:, 2]
    return Rows(evidence, (odds > 0.5).astype(np.int64), np.ones(4000, np.float32))


def test_the_arrays_are_the_trees_of_the_library(rows: Rows) -> None:
    booster = lightgbm.train(settings(), lightgbm.Dataset(rows.evidence, rows.truth), 40)
    trees = complete([t["tree_structure"] for t in booster.dump_model()["tree_info"]], DEPTH)
    want = booster.predict(rows.evidence, raw_score=True)
    np.testing.assert_allclose(trees.log_odds(rows.evidence), want, atol=1e-4)


def test_a_row_on_the_limit_goes_the_same_way() -> None:
    evidence = np.array([[x / 3] for x in range(400)], np.float32)
    truth = (np.arange(400) % 50 < 25).astype(np.int64)
    booster = lightgbm.train(settings(), lightgbm.Dataset(evidence, truth), 20)
    trees = complete([t["tree_structure"] for t in booster.dump_model()["tree_info"]], DEPTH)
    np.testing.assert_allclose(
        trees.log_odds(evidence), booster.predict(evidence, raw_score=True), atol=1e-4
    )


def test_the_same_rows_give_the_same_trees_and_they_learn(rows: Rows) -> None:
    one, two = boost(rows, 30), boost(together([rows]), 30)
    assert np.array_equal(one.limits, two.limits)
    assert np.array_equal(one.values, two.values)
    assert ((one.odds(rows.evidence) > 0.5) == rows.truth).mean() > 0.8  # 0.5 without learning


def test_stored_trees_are_read_again(rows: Rows) -> None:
    trees = boost(rows, 10)
    again = read_trees(trees.arrays("x"), "x")
    np.testing.assert_allclose(
        again.log_odds(rows.evidence), trees.log_odds(rows.evidence), atol=1e-2
    )
    assert again.odds(rows.evidence[:0]).shape == (0,)
