"""The best cut of a page under the network's scores: Viterbi over the states of its blocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from transforms.arrays import Bools, Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.segmentation.network import (
    BEFORE,
    BODY_START,
    HEAD_START,
    LAST,
    STATES,
    Scores,
)

_NEVER: Final = -1e30
# More than all blocks of a page can earn together.
_FORCE: Final = 1e6
_STARTS: Final = (HEAD_START, BODY_START)
Earned = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A state for each block, and for each state and block the score of the best path through it
    (max-marginals, a row a state)."""

    states: Ints
    through: Floats


def decode(scores: Scores) -> Path:
    """The best path and its rivals. Linear in the number of blocks."""
    return Path(*_decoded(scores.states, scores.moves, _ALLOWED, _FIRST, _LAST))


def states_with(scores: Scores, starts: Iterable[int]) -> tuple[int, ...]:
    """The states of the best path that starts stories at the blocks ``starts`` and nowhere else."""
    at = np.array([*starts], np.int64)
    states = _with_starts(scores.states, scores.moves, _ALLOWED, _FIRST, _LAST, at)
    return tuple(states.tolist())


@compiled
def _decoded(
    earned: Earned, moves: Floats, allowed: Bools, first: Doubles, last: Doubles
) -> tuple[Ints, Floats]:
    """The states of the best path, and what is best through each (states x blocks)."""
    legal = _legal(moves, allowed)
    forward, backward = _forward(earned, legal, first), _backward(earned, legal, last)
    count, states = earned.shape
    through = np.empty((states, count), np.float32)
    for i in range(count):
        for state in range(states):
            through[state, i] = forward[i, state] + backward[i, state]
    return _trace(forward, legal, last), through


@compiled
def _with_starts(
    earned: Earned, moves: Floats, allowed: Bools, first: Doubles, last: Doubles, starts: Ints
) -> Ints:
    """The states of the best path with these starts alone."""
    count, states = earned.shape
    kept = np.empty((count, states))
    for i in range(count):
        for state in range(states):
            kept[i, state] = earned[i, state]
        for state in _STARTS:
            kept[i, state] -= _FORCE
    for i in starts:
        for state in _STARTS:
            kept[i, state] += 2 * _FORCE
    legal = _legal(moves, allowed)
    return _trace(_forward(kept, legal, first), legal, last)


@compiled
def _legal(moves: Floats, allowed: Bools) -> Doubles:
    legal = np.full(moves.shape, _NEVER)
    for before in range(len(moves)):
        for state in range(len(moves)):
            if allowed[before, state]:
                legal[before, state] = moves[before, state]
    return legal


@compiled
def _forward(earned: Earned, moves: Doubles, first: Doubles) -> Doubles:
    """Best scores of paths up to each block, what it earns included."""
    count, states = earned.shape
    best = np.empty((count, states))
    for i in range(count):
        for state in range(states):
            into = first[state]
            if i:
                into = best[i - 1, 0] + moves[0, state]
                for before in range(1, states):
                    into = max(into, best[i - 1, before] + moves[before, state])
            best[i, state] = into + earned[i, state]
    return best


@compiled
def _backward(earned: Earned, moves: Doubles, last: Doubles) -> Doubles:
    """Best scores of what follows each block in each state."""
    count, states = earned.shape
    best = np.empty((count, states))
    for i in range(count - 1, -1, -1):
        for state in range(states):
            out = last[state]
            if i + 1 < count:
                out = best[i + 1, 0] + earned[i + 1, 0] + moves[state, 0]
                for after in range(1, states):
                    rival = best[i + 1, after] + earned[i + 1, after] + moves[state, after]
                    out = max(out, rival)
            best[i, state] = out
    return best


@compiled
def _trace(forward: Doubles, moves: Doubles, last: Doubles) -> Ints:
    count, states = forward.shape
    path = np.empty(count, np.int64)
    for i in range(count - 1, -1, -1):
        best, top = 0, -np.inf
        for state in range(states):
            ahead = last[state] if i + 1 == count else moves[state, path[i + 1]]
            if forward[i, state] + ahead > top:
                best, top = state, forward[i, state] + ahead
        path[i] = best
    return path


def _among(states: tuple[int, ...]) -> Doubles:
    return np.where(np.isin(np.arange(len(STATES)), states), 0.0, _NEVER)


_ALLOWED: Final = np.stack([_among(before) == 0.0 for before in BEFORE], axis=1)
_LAST: Final = _among(LAST)
# A page starts outside any story.
_FIRST: Final = np.where(_ALLOWED[0], 0.0, _NEVER)
