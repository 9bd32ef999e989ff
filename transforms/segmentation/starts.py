"""Which of the likely starts are taken, and the scores that make the search keep to them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from transforms.arrays import Doubles, Ints
from transforms.segmentation.context import gaps
from transforms.segmentation.network import BODY_START, HEAD_START, Scores
from transforms.segmentation.view import View

# A gap between two bodies in which a start is likelier than this has one; where that makes a page
# of several stories, a likelihood of less is enough for the others.
_TAKEN: Final = 0.6
_TAKEN_AMONG_OTHERS: Final = 0.3
# The first story of a page is likelier than a further one: the best start that is at least so
# likely is taken where none is likely, of those that the network did not think absurd.
_FIRST: Final = 0.1
_ABSURD: Final = -6.0
# More than all blocks of a page can earn together.
_FORCE: Final = 1e6


@dataclass(frozen=True, slots=True)
class Start:
    """A start that was taken: how likely the story starts about there, and the next likeliest block
    for it, if there is one."""

    confidence: float
    runner_up: int | None = None


def choose_starts(view: View, at: Ints, odds: Doubles) -> dict[int, Start]:
    """The starts of a page's stories by their blocks, in page order, of the candidates ``at``.

    Candidates with no body between them stand for the same start, so their ``odds`` add up, and
    the likeliest of them is it.
    """
    if not len(at):
        return {}
    first, gap = gaps(view, at)
    likely = np.add.reduceat(odds, first)
    taken = likely > _TAKEN
    if taken.sum() > 1:
        taken = likely > _TAKEN_AMONG_OTHERS
    sane = np.where(view.start[at] > _ABSURD, odds, 0.0)
    if not taken.any() and sane.max() > _FIRST:
        taken[gap[sane.argmax()]] = True
    ends = np.append(first[1:], len(at))
    starts = {}
    for low, high, sure in zip(first[taken], ends[taken], likely[taken], strict=True):
        best, *others = low + np.argsort(-odds[low:high], kind="stable")
        runner_up = int(at[others[0]]) if others else None
        starts[int(at[best])] = Start(min(1.0, float(sure)), runner_up)
    return starts


def keep_to(scores: Scores, starts: Mapping[int, Start]) -> Scores:
    """The scores with which the best path starts stories at ``starts`` and nowhere else."""
    states = scores.states.astype(np.float64)
    columns = [HEAD_START, BODY_START]
    states[:, columns] -= _FORCE
    for start in starts:
        states[start, columns] += 2 * _FORCE
    return replace(scores, states=states)
