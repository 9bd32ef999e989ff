"""The candidates of a page once more, with what the first trees said of all of them.

A page with one sure border is a page of several stories, on which a doubtful border is likelier
than on a page without; a page of one long story has none. Trees that see each candidate alone cannot
know that, so a second set sees the odds of the others, too.
"""

from typing import Final

import numpy as np

from transforms.arrays import Bools, Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.segmentation.view import View

_SURE: Final = (0.15, 0.5)
_NEAR: Final = (-2, -1, 1, 2)
_FAR: Final = 200
_LEAST: Final = 1e-4
_OTHERS: Final = 8  # columns
_PIECES: Final = 11
_COLUMNS: Final = _OTHERS + len(_SURE) * _PIECES + len(_NEAR) * 2


def gaps(view: View, at: Ints) -> tuple[Ints, Ints]:
    """The candidates by the gap between two bodies in which they stand: where in ``at`` each gap
    begins, and the number of each candidate's gap."""
    return _gaps(view.is_body, at)


@compiled
def _gaps(is_body: Bools, at: Ints) -> tuple[Ints, Ints]:
    first, gap = np.empty(len(at), np.int64), np.empty(len(at), np.int64)
    block = count = 0
    new = True
    for i in range(len(at)):
        while block < at[i]:
            new |= is_body[block]
            block += 1
        if new:
            first[count] = i
            count += 1
            new = False
        gap[i] = count - 1
    return first[:count].copy(), gap


def with_context(view: View, at: Ints, evidence: Floats, odds: Doubles) -> Floats:
    """The rows of ``evidence`` of the candidates ``at``, with what the first trees said (``odds``,
    0 to 1) of each and of the others added."""
    if not len(at):
        return evidence
    columns = evidence.shape[1]
    told = np.empty((len(at), columns + _COLUMNS), np.float32)
    told[:, :columns] = evidence
    _fill(view.is_body, view.prose, at, odds, told[:, columns:])
    return told


@compiled
def _fill(is_body: Bools, prose: Doubles, at: Ints, odds: Doubles, rows: Floats) -> None:
    """What a candidate is told of itself and of the others."""
    first, gap = _gaps(is_body, at)
    likely, best = _likeliest(len(first), gap, odds)
    _beside(gap, odds, likely, rows)
    column = _OTHERS
    for sure in _SURE:
        _pieces(at, gap, likely > sure, best, prose, rows[:, column : column + _PIECES])
        column += _PIECES
    _near(at, odds, rows[:, column:])


@compiled
def _likeliest(count: int, gap: Ints, odds: Doubles) -> tuple[Doubles, Ints]:
    """Of each of ``count`` gaps how likely it has a start, and its likeliest candidate."""
    likely, best = np.zeros(count), np.full(count, -1, np.int64)
    for i in range(len(gap)):
        group = gap[i]
        if best[group] < 0 or odds[i] > odds[best[group]]:
            best[group] = i
        likely[group] = min(likely[group] + odds[i], 1.0)
    return likely, best


@compiled
def _beside(gap: Ints, odds: Doubles, likely: Doubles, rows: Floats) -> None:
    """Each candidate's own odds, its gap's, and those of the other gaps."""
    total = first = second = 0.0
    above = 0
    until = np.empty(len(likely))
    for group in range(len(likely)):
        until[group] = total
        total += likely[group]
        above += likely[group] > 0.5
        second = max(second, min(first, likely[group]))
        first = max(first, likely[group])
    for i in range(len(gap)):
        own = likely[gap[i]]
        rival = second if own >= first else first
        rows[i, 0] = np.log(max(odds[i], _LEAST))
        rows[i, 1] = np.log(max(own, _LEAST))
        rows[i, 2] = total - own
        rows[i, 3] = rival
        rows[i, 4] = own - rival
        rows[i, 5] = above - (own > 0.5)
        rows[i, 6] = until[gap[i]]
        rows[i, 7] = total - own - until[gap[i]]


@compiled
def _pieces(at: Ints, gap: Ints, chosen: Bools, best: Ints, prose: Doubles, rows: Floats) -> None:
    """What a cut at each candidate would leave to both sides, if the gaps ``chosen`` had starts (the
    ``best`` candidate of each); and the pieces into which those would cut the page."""
    count, gaps_ = len(prose) - 1, len(chosen)
    starts = at[best[chosen]]
    sizes = np.zeros(max(len(starts), 1))
    for i in range(len(starts)):
        following = starts[i + 1] if i + 1 < len(starts) else count
        sizes[i] = prose[following] - prose[starts[i]]
    median, largest = np.log1p(np.median(sizes)), np.log1p(sizes.max())
    before, after = np.full(gaps_, -1, np.int64), np.full(gaps_, count, np.int64)
    for group in range(1, gaps_):
        before[group] = at[best[group - 1]] if chosen[group - 1] else before[group - 1]
    for group in range(gaps_ - 2, -1, -1):
        after[group] = at[best[group + 1]] if chosen[group + 1] else after[group + 1]
    total = max(prose[count], 1.0)
    for i in range(len(at)):
        above, below = before[gap[i]], after[gap[i]]
        left = prose[at[i]] - prose[max(above, 0)]
        right = prose[below] - prose[at[i]]
        rows[i, 0] = np.log1p(max(left, 0.0))
        rows[i, 1] = np.log1p(max(right, 0.0))
        rows[i, 2] = left / total
        rows[i, 3] = right / total
        rows[i, 4] = above >= 0
        rows[i, 5] = below < count
        rows[i, 6] = min(at[i] - above, _FAR)
        rows[i, 7] = min(below - at[i], _FAR)
        rows[i, 8], rows[i, 9], rows[i, 10] = median, largest, len(starts)


@compiled
def _near(at: Ints, odds: Doubles, rows: Floats) -> None:
    """The odds of the candidates nearby, and how far they are."""
    for i in range(len(at)):
        for k in range(len(_NEAR)):
            near = i + _NEAR[k]
            there = 0 <= near < len(at)
            rows[i, 2 * k] = odds[near] if there else -1.0
            rows[i, 2 * k + 1] = at[near] - at[i] if there else 0
