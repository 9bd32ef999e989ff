"""A page as the network and the first search over it see it: what the trees take evidence from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from schemas.records import Block
from transforms.arrays import Bools, Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features import Features
from transforms.segmentation.address import told_by
from transforms.segmentation.cohesion import BodyWords
from transforms.segmentation.decode import Path
from transforms.segmentation.network import (
    BETWEEN,
    BODY_START,
    HEAD_START,
    MORE,
    NOTHING,
    TEASER_STATE,
    Scores,
)

_FLOOR = -20.0
_KINDS_FLOOR = -10.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The blocks of a page with all that was measured of them.

    ``margins`` (states x blocks) are max-marginals less the best path's score: how much worse the
    best path is that has the block in that state. ``start`` and ``body`` (a number a block) say how
    much better the page is with a start, with body, just there than without. ``kinds`` are floored
    log-probabilities. ``is_body`` marks what is body, ``chars`` and ``prose`` are running sums of
    characters over all blocks and over the body, with a zero in front; ``words`` are the body's.
    ``told`` is what the page's address says of each block (``told_by``).
    """

    blocks: Sequence[Block]
    features: Features
    states: Ints
    kinds: Floats
    margins: Floats
    start: Floats
    body: Floats
    is_body: Bools
    chars: Doubles
    prose: Doubles
    words: BodyWords
    told: Floats


def view(
    blocks: Sequence[Block], features: Features, scores: Scores, path: Path, url: str | None = None
) -> View:
    """The view of a page of at least one block, at the address ``url`` if that is known."""
    margins, start, body = _margins(path.through)
    is_body, chars, prose = _bodies(path.states, body, features.length)
    return View(
        blocks,
        features,
        path.states,
        np.maximum(scores.kinds, _KINDS_FLOOR),
        margins,
        start,
        body,
        is_body,
        chars,
        prose,
        BodyWords(features.words, is_body),
        told_by(url, features.low, features.length),
    )


@compiled
def _margins(through: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each block: how much worse the best path is through each state, and how much better with a
    start there, with body, than without."""
    states, count = through.shape
    margins = np.empty((states, count), np.float32)
    start, body = np.empty(count, np.float32), np.empty(count, np.float32)
    for i in range(count):
        starts = max(through[HEAD_START, i], through[BODY_START, i])
        bodies = max(through[MORE, i], through[BODY_START, i])
        others = max(through[NOTHING, i], through[BETWEEN, i], through[TEASER_STATE, i])
        best = max(starts, bodies, others)
        for state in range(states):
            margins[state, i] = max(through[state, i] - best, _FLOOR)
        without = max(others, through[MORE, i])
        start[i] = min(max(starts - without, _FLOOR), -_FLOOR)
        without = max(others, through[HEAD_START, i])
        body[i] = min(max(bodies - without, _FLOOR), -_FLOOR)
    return margins, start, body


@compiled
def _bodies(states: Ints, body: Floats, length: Ints) -> tuple[Bools, Doubles, Doubles]:
    """What is body, and the running sums of characters over all blocks and over the body."""
    count = len(states)
    is_body = np.empty(count, np.bool_)
    chars, prose = np.zeros(count + 1), np.zeros(count + 1)
    for i in range(count):
        is_body[i] = states[i] == BODY_START or states[i] == MORE or body[i] > 0
        chars[i + 1] = chars[i] + length[i]
        prose[i + 1] = prose[i] + length[i] * is_body[i]
    return is_body, chars, prose


def without_address(view: View) -> View:
    """``view`` as that of a page whose address is not known."""
    return replace(view, told=np.zeros_like(view.told))
