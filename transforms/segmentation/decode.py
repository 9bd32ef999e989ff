"""The best cut of a page under the network's scores: Viterbi over the states of its blocks.

The two passes are written out state by state: they run once a block, and a loop over the six
states of each costs twice as much. ``BEFORE`` says what they know; a test holds them to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.features import Floats
from transforms.segmentation.network import BEFORE, LAST, STATES, Scores

_NEVER = -1e30
_Row = tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A state for each block, and for each state and block the score of the best path through it
    (max-marginals, a row a state)."""

    states: tuple[int, ...]
    through: Floats


def decode(scores: Scores) -> Path:
    """The best path and its rivals. Linear in the number of blocks."""
    if not len(scores.states):
        return Path((), np.zeros((len(STATES), 0), np.float32))
    earned, moves = scores.states.tolist(), scores.moves.tolist()
    forward = _forward(earned, moves)
    through = np.array(forward) + np.array(_backward(earned, moves))
    return Path(_trace(forward, moves), through.T.astype(np.float32))


def best_states(scores: Scores) -> tuple[int, ...]:
    """The states of the best path alone."""
    if not len(scores.states):
        return ()
    moves = scores.moves.tolist()
    return _trace(_forward(scores.states.tolist(), moves), moves)


def _forward(earned: Sequence[Sequence[float]], moves: Sequence[Sequence[float]]) -> list[_Row]:
    """Best scores of paths up to each block, what it earns included."""
    nn, nh, nb, _, _, nt = moves[0]
    _, _, _, hm, hw, _ = moves[1]
    bn, bh, bb, bm, bw, bt = moves[2]
    mn, mh, mb, mm, mw, mt = moves[3]
    _, _, _, wm, ww, _ = moves[4]
    tn, th, tb, _, _, tt = moves[5]
    # A page starts outside any story; all outside states have the same moves in.
    n, h, b, m, w, t = (e if i in _FIRST else _NEVER for i, e in enumerate(earned[0]))
    rows: list[_Row] = [(n, h, b, m, w, t)]
    for en, eh, eb, em, ew, et in earned[1:]:
        n, h, b, m, w, t = (
            max(n + nn, b + bn, m + mn, t + tn) + en,
            max(n + nh, b + bh, m + mh, t + th) + eh,
            max(n + nb, b + bb, m + mb, t + tb) + eb,
            max(h + hm, b + bm, m + mm, w + wm) + em,
            max(h + hw, b + bw, m + mw, w + ww) + ew,
            max(n + nt, b + bt, m + mt, t + tt) + et,
        )
        rows.append((n, h, b, m, w, t))
    return rows


def _backward(earned: Sequence[Sequence[float]], moves: Sequence[Sequence[float]]) -> list[_Row]:
    """Best scores of what follows each block in each state."""
    nn, nh, nb, _, _, nt = moves[0]
    _, _, _, hm, hw, _ = moves[1]
    bn, bh, bb, bm, bw, bt = moves[2]
    mn, mh, mb, mm, mw, mt = moves[3]
    _, _, _, wm, ww, _ = moves[4]
    tn, th, tb, _, _, tt = moves[5]
    n, h, b, m, w, t = (0.0 if i in LAST else _NEVER for i in range(len(STATES)))
    rows: list[_Row] = [(n, h, b, m, w, t)]
    for en, eh, eb, em, ew, et in reversed(earned[1:]):
        n, h, b, m, w, t = n + en, h + eh, b + eb, m + em, w + ew, t + et
        n, h, b, m, w, t = (
            max(n + nn, h + nh, b + nb, t + nt),
            max(m + hm, w + hw),
            max(n + bn, h + bh, b + bb, m + bm, w + bw, t + bt),
            max(n + mn, h + mh, b + mb, m + mm, w + mw, t + mt),
            max(m + wm, w + ww),
            max(n + tn, h + th, b + tb, t + tt),
        )
        rows.append((n, h, b, m, w, t))
    rows.reverse()
    return rows


def _trace(forward: Sequence[_Row], moves: Sequence[Sequence[float]]) -> tuple[int, ...]:
    last = forward[-1]
    state = max(LAST, key=lambda k: last[k])
    states = [state]
    into = [[(k, moves[k][j]) for k in before] for j, before in enumerate(BEFORE)]
    for row in reversed(forward[:-1]):
        (a, ma), (b, mb), (c, mc), (d, md) = into[state]
        best, state = row[a] + ma, a
        if (rival := row[b] + mb) > best:
            best, state = rival, b
        if (rival := row[c] + mc) > best:
            best, state = rival, c
        if row[d] + md > best:
            state = d
        states.append(state)
    return tuple(reversed(states))


_FIRST = tuple(i for i, before in enumerate(BEFORE) if 0 in before)
