"""The candidates of a page once more, with what the first trees said of all of them.

A page with one sure border is a page of several stories, on which a doubtful border is likelier
than on a page without; a page of one long story has none. Trees that see each candidate alone cannot
know that, so a second set sees the odds of the others, too.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.features import Doubles, Floats, Ints
from transforms.segmentation.view import View

_SURE: Final = (0.15, 0.5)
_NEAR: Final = (-2, -1, 1, 2)
_FAR: Final = 200
_LEAST: Final = 1e-4


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
    likely = np.minimum(np.add.reduceat(odds, first), 1.0)
    own = likely[gap]
    until = np.cumsum(likely) - likely
    two = np.sort(np.append(likely, 0.0))[-2:]
    rival = np.where(own >= two[1], two[0], two[1])
    total = likely.sum()
    columns: list[npt.NDArray[np.generic]] = [
        np.log(np.maximum(odds, _LEAST)),
        np.log(np.maximum(own, _LEAST)),
        total - own,
        rival,
        own - rival,
        (likely > 0.5).sum() - (own > 0.5),
        until[gap],
        total - own - until[gap],
    ]
    best = np.array([low + odds[low:high].argmax()
                     for low, high in zip(first, [*first[1:], len(at)], strict=True)])  # fmt: skip
    for sure in _SURE:
        columns += _pieces(view, at, gap, np.flatnonzero(likely > sure), at[best])
    order = np.arange(len(at))
    for step in _NEAR:
        other = np.clip(order + step, 0, len(at) - 1)
        there = other == order + step
        columns += [np.where(there, odds[other], -1.0), np.where(there, at[other] - at, 0)]
    return np.concatenate((evidence, np.stack(columns, axis=1).astype(np.float32)), axis=1)


def _pieces(
    view: View, at: Ints, gap: Ints, chosen: Ints, best: Ints
) -> list[npt.NDArray[np.generic]]:
    """What a cut at each candidate would leave to both sides, if the gaps ``chosen`` had starts (the
    ``best`` candidate of each), and how long the pieces of the page would be."""
    count, prose = len(view.states), view.prose
    fenced = np.concatenate(([-1], best[chosen], [count]))
    before = fenced[np.searchsorted(chosen, gap)]
    after = fenced[np.searchsorted(chosen, gap, side="right") + 1]
    left = prose[at] - prose[np.maximum(before, 0)]
    right = prose[after] - prose[at]
    total = max(prose[-1], 1.0)
    sizes = np.diff(prose[fenced[1:]]) if len(chosen) else np.zeros(1)
    same = np.ones(len(at))
    return [
        np.log1p(np.maximum(left, 0)),
        np.log1p(np.maximum(right, 0)),
        left / total,
        right / total,
        before >= 0,
        after < count,
        np.minimum(at - before, _FAR),
        np.minimum(after - at, _FAR),
        same * np.log1p(np.median(sizes)),
        same * np.log1p(sizes.max()),
        same * len(chosen),
    ]
