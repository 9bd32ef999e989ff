"""The best cut of a page under the network's scores: Viterbi over the states of its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.features import Floats
from transforms.segmentation.network import BEFORE, LAST, STATES, Scores

_NEVER = -1e30
_Row = list[float]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A state for each block, and for each state and block the score of the best path through it
    (max-marginals, a row a state)."""

    states: tuple[int, ...]
    through: Floats


def decode(scores: Scores) -> Path:
    """The best path. Linear in the number of blocks."""
    if not len(scores.states):
        return Path((), np.zeros((len(STATES), 0), np.float32))
    earned: list[_Row] = scores.states.tolist()
    moves: list[_Row] = scores.moves.tolist()
    forward = _forward(earned, moves)
    through = np.array(forward) + np.array(_backward(earned, moves))
    return Path(_trace(forward, moves), through.T.astype(np.float32))


def _forward(earned: Sequence[_Row], moves: Sequence[_Row]) -> list[_Row]:
    """Best scores of paths up to each block, what it earns included."""
    # A page starts outside any story; all outside states have the same moves in.
    row = [e if i in _FIRST else _NEVER for i, e in enumerate(earned[0])]
    rows = [row]
    ways = [[(k, moves[k][j]) for k in before] for j, before in enumerate(BEFORE)]
    for earns in earned[1:]:
        row = [
            max(row[a] + ma, row[b] + mb, row[c] + mc, row[d] + md) + earn
            for earn, ((a, ma), (b, mb), (c, mc), (d, md)) in zip(earns, ways, strict=True)
        ]
        rows.append(row)
    return rows


def _backward(earned: Sequence[_Row], moves: Sequence[_Row]) -> list[_Row]:
    """Best scores of what follows each block in each state."""
    row = [0.0 if i in LAST else _NEVER for i in range(len(STATES))]
    rows = [row]
    ways = [
        [(j, moves[k][j]) for j, before in enumerate(BEFORE) if k in before]
        for k in range(len(STATES))
    ]
    for earns in reversed(earned[1:]):
        after = [a + b for a, b in zip(row, earns, strict=True)]
        row = [max(after[j] + move for j, move in out) for out in ways]
        rows.append(row)
    rows.reverse()
    return rows


def _trace(forward: Sequence[_Row], moves: Sequence[_Row]) -> tuple[int, ...]:
    last = forward[-1]
    state = max(LAST, key=lambda k: last[k])
    states = [state]
    for row in reversed(forward[:-1]):
        state = max(BEFORE[state], key=lambda k: row[k] + moves[k][state])
        states.append(state)
    return tuple(reversed(states))


_FIRST = tuple(i for i, before in enumerate(BEFORE) if 0 in before)
