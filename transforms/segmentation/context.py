"""The candidates of a page once more, with what the first trees said of all of them.

A page with one sure border is a page of several stories, on which a doubtful border is likelier
than on a page without; a page of one long story has none. Trees that see each candidate alone cannot
know that, so a second set sees the odds of the others, too.
"""

from typing import Final

import numpy as np

from transforms.compiled import compiled
from transforms.features.arrays import Doubles, Floats, Ints
from transforms.segmentation.view import View

_SURE: Final = (0.15, 0.5)
_NEAR: Final = (-2, -1, 1, 2)
_FAR: Final = 200
_LEAST: Final = 1e-4
_PIECES: Final = 11
_COLUMNS: Final = 8 + len(_SURE) * _PIECES + len(_NEAR) * 2


def gaps(view: View, at: Ints) -> tuple[Ints, Ints]:
    """The candidates by the gap between two bodies in which they stand: where in ``at`` each gap
    begins, and the number of each candidate's gap."""
    gap = np.concatenate(([0], np.cumsum(view.is_body)))[at]
    new = np.diff(gap, prepend=-1) != 0
    return np.flatnonzero(new), np.cumsum(new) - 1


def with_context(view: View, at: Ints, evidence: Floats, odds: Doubles) -> Floats:
    """The rows of ``evidence`` of the candidates ``at``, with what the first trees said (``odds``,
    0 to 1) of each and of the others added."""
    if not len(at):
        return evidence
    first, gap = gaps(view, at)
    rows = np.empty((len(at), _COLUMNS), np.float32)
    _fill(at, first, gap, odds, view.prose, rows)
    return np.concatenate((evidence, rows), axis=1)


@compiled
def _fill(at: Ints, first: Ints, gap: Ints, odds: Doubles, prose: Doubles, rows: Floats) -> None:
    likely, best = np.zeros(len(first)), np.empty(len(first), np.int64)
    for i in range(len(at)):
        group = gap[i]
        if i == first[group] or odds[i] > odds[best[group]]:
            best[group] = i
        likely[group] += odds[i]
    likely = np.minimum(likely, 1.0)
    total, above = likely.sum(), (likely > 0.5).sum()
    top = likely.argmax()
    second = 0.0
    for group in range(len(likely)):
        if group != top:
            second = max(second, likely[group])
    until = np.cumsum(likely) - likely
    for i in range(len(at)):
        row, own = rows[i], likely[gap[i]]
        rival = second if own >= likely[top] else likely[top]
        row[0] = np.log(max(odds[i], _LEAST))
        row[1] = np.log(max(own, _LEAST))
        row[2] = total - own
        row[3] = rival
        row[4] = own - rival
        row[5] = above - (own > 0.5)
        row[6] = until[gap[i]]
        row[7] = total - own - until[gap[i]]
    column = 8
    for sure in _SURE:
        chosen = np.flatnonzero(likely > sure)
        _pieces(at, gap, chosen, at[best[chosen]], prose, rows[:, column : column + _PIECES])
        column += _PIECES
    for step in _NEAR:
        for i in range(len(at)):
            there = 0 <= i + step < len(at)
            rows[i, column] = odds[i + step] if there else -1.0
            rows[i, column + 1] = at[i + step] - at[i] if there else 0
        column += 2


@compiled
def _pieces(at: Ints, gap: Ints, chosen: Ints, best: Ints, prose: Doubles, rows: Floats) -> None:
    """What a cut at each candidate would leave to both sides, if the gaps ``chosen`` had starts (the
    ``best`` candidate of each), and how long the pieces of the page would be."""
    count = len(prose) - 1
    sizes = np.zeros(max(len(chosen), 1))
    for k in range(len(chosen)):
        sizes[k] = prose[best[k + 1] if k + 1 < len(chosen) else count] - prose[best[k]]
    median, longest = np.log1p(np.median(sizes)), np.log1p(sizes.max())
    total = max(prose[count], 1.0)
    for i in range(len(at)):
        row = rows[i]
        low = np.searchsorted(chosen, gap[i])
        high = np.searchsorted(chosen, gap[i], side="right")
        before = best[low - 1] if low else -1
        after = best[high] if high < len(chosen) else count
        left = prose[at[i]] - prose[max(before, 0)]
        right = prose[after] - prose[at[i]]
        row[0] = np.log1p(max(left, 0.0))
        row[1] = np.log1p(max(right, 0.0))
        row[2] = left / total
        row[3] = right / total
        row[4] = before >= 0
        row[5] = after < count
        row[6] = min(at[i] - before, _FAR)
        row[7] = min(after - at[i], _FAR)
        row[8] = median
        row[9] = longest
        row[10] = len(chosen)
