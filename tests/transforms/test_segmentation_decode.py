"""The Viterbi search against trying every path."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.segmentation.decode import decode
from transforms.segmentation.network import (
    BEFORE,
    BETWEEN,
    BODY_START,
    HEAD_START,
    KINDS,
    LAST,
    MORE,
    NOTHING,
    STATES,
    Scores,
)

FIRST = [i for i, before in enumerate(BEFORE) if NOTHING in before]


def scores(states: list[list[float]], moves: np.ndarray | None = None) -> Scores:
    count = len(states)
    return Scores(
        np.zeros((count, len(KINDS)), np.float32),
        np.array(states, np.float32).reshape(count, len(STATES)),
        np.zeros((len(STATES), len(STATES)), np.float32) if moves is None else moves,
    )


def legal(path: tuple[int, ...]) -> bool:
    return path[0] in FIRST and path[-1] in LAST and all(a in BEFORE[b] for a, b in pairwise(path))


def worth(path: tuple[int, ...], given: Scores) -> float:
    earned = sum(float(given.states[i, s]) for i, s in enumerate(path))
    return earned + sum(float(given.moves[a, b]) for a, b in pairwise(path))


numbers = st.integers(-8, 8).map(float)


@given(
    st.lists(st.lists(numbers, min_size=6, max_size=6), min_size=1, max_size=5),
    st.lists(numbers, min_size=36, max_size=36),
)
def test_no_path_is_better(states: list[list[float]], moves: list[float]) -> None:
    given_scores = scores(states, np.array(moves, np.float32).reshape(6, 6))
    path = decode(given_scores)
    paths = [p for p in product(range(6), repeat=len(states)) if legal(p)]
    best = max(worth(p, given_scores) for p in paths)
    found = tuple(path.states.tolist())
    assert legal(found)
    assert worth(found, given_scores) == pytest.approx(best)
    for i in range(len(states)):
        for state in range(6):
            through = [worth(p, given_scores) for p in paths if p[i] == state]
            if through:
                assert path.through[state, i] == pytest.approx(max(through))
            else:
                assert path.through[state, i] < -1e20


def test_a_page_of_no_blocks_has_an_empty_path() -> None:
    path = decode(scores([]))
    assert not len(path.states)
    assert path.through.shape == (6, 0)


def wants(*states: int) -> list[list[float]]:
    return [[3.0 if k == s else 0.0 for k in range(6)] for s in states]


@pytest.mark.parametrize(
    "states",
    [
        (NOTHING, HEAD_START, MORE, MORE, NOTHING),
        (BODY_START, MORE, HEAD_START, MORE),
        (HEAD_START, BETWEEN, MORE, BETWEEN, MORE, BODY_START),
    ],
)
def test_a_legal_wish_is_granted(states: tuple[int, ...]) -> None:
    assert decode(scores(wants(*states))).states.tolist() == [*states]


@pytest.mark.parametrize(
    "states",
    [
        pytest.param((NOTHING, MORE, MORE), id="a body needs a start"),
        pytest.param((NOTHING, HEAD_START), id="a headline alone is no story"),
        pytest.param((BODY_START, BETWEEN), id="an interruption needs an end"),
    ],
)
def test_an_illegal_wish_is_not(states: tuple[int, ...]) -> None:
    assert legal(tuple(decode(scores(wants(*states))).states.tolist()))
