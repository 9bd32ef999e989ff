"""Where stories begin: the likely starts of a page, each weighed by what stands on its two sides.

The network sees some eighty blocks and judges each block alone. Whether a heading starts a new
story or a new section of the same one is seen only from both sides of it: do the words go on, is
the heading told by what follows, how long are the pieces that the cut would leave. So every block
that may start a story becomes a row of such numbers, and trees give its odds.
"""

from typing import Final

import numpy as np

from transforms.arrays import Bools, Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features import NAMES
from transforms.segmentation import cohesion
from transforms.segmentation.network import (
    BETWEEN,
    BODY,
    BODY_START,
    BYLINE,
    CAPTION,
    HEAD_START,
    HEADLINE,
    KINDS,
    NOTHING,
    OTHER,
    STATES,
    TEASER_HEAD,
    TEASER_STATE,
    TEASER_TEXT,
)
from transforms.segmentation.view import View

# A block whose best path with a start is so much worse than one without is no candidate, and of a
# page's candidates the likeliest count, so that a page of a million headings needs no more memory.
_MARGIN: Final = -12.0
_MOST: Final = 20_000
_LIKELY: Final = -2.5
_NEAR: Final = (-3, -2, -1, 1, 2, 3)
_BEYOND: Final = -30.0  # stands for blocks before the first and after the last
_RIVAL_REACH: Final = 12
_NO_RIVAL: Final = -20.0
_FAR: Final = 200
_BETWEEN: Final = 11  # columns
_PIECES: Final = 4 + 3 * _BETWEEN + 5
_RIVALS: Final = 3
_TOLD: Final = 7
# What is seen of the blocks near a candidate.
_NEAR_KINDS: Final = np.array([OTHER, HEADLINE, BODY, CAPTION, BYLINE, TEASER_HEAD, TEASER_TEXT])
_NEAR_STATES: Final = np.array([NOTHING, BETWEEN, TEASER_STATE])
_NEAR_COLUMNS: Final = np.array([
    NAMES.index(name)
    for name in ("log_length", "sentences", "gap", "near_copy_before", "share_4", "comes_soon",
                 "seen_soon", "dip_near", "frame")
])  # fmt: skip
_SEEN: Final = len(_NEAR) * (len(_NEAR_KINDS) + 2 + len(_NEAR_STATES) + len(_NEAR_COLUMNS))


def candidates(view: View) -> Ints:
    """The blocks that may start a story, in order."""
    at = np.flatnonzero(view.start > _MARGIN)
    if len(at) > _MOST:
        at = np.sort(at[np.argsort(-view.start[at], kind="stable")[:_MOST]])
    return at


def border_evidence(view: View, at: Ints, columns: int) -> Floats:
    """A row for each of the candidates ``at``; ``columns`` of the block's own features count."""
    if not len(at):
        return np.zeros((0, 0), np.float32)
    looks = 1 + len(STATES) + len(KINDS) + columns + _SEEN
    shared = looks + _PIECES + _RIVALS
    rows = np.empty((len(at), shared + cohesion.COLUMNS + _TOLD), np.float32)
    own = view.start[at]
    _fill(
        at, own, columns, view.start, view.body, view.margins, view.kinds, view.features.numbers,
        _NEAR_KINDS, _NEAR_STATES, _NEAR_COLUMNS, view.states, view.is_body, view.chars, view.prose,
        view.told, looks, rows,
    )  # fmt: skip
    view.words.evidence(at, own, rows[:, shared:-_TOLD])
    return rows


@compiled
def _fill(
    at: Ints, own: Floats, columns: int, start: Floats, body: Floats, margins: Floats, kinds: Floats,
    numbers: Floats, near_kinds: Ints, near_states: Ints, near_numbers: Ints, states: Ints,
    is_body: Bools, chars: Doubles, prose: Doubles, told: Floats, looks: int, rows: Floats,
) -> None:  # fmt: skip
    """All that the words do not tell; their columns stand before the last ``_TOLD``. The looks fill the
    first ``looks``."""
    _fill_looks(
        at, columns, start, body, margins, kinds, numbers, near_kinds, near_states, near_numbers,
        rows[:, :looks],
    )  # fmt: skip
    rivals = looks + _PIECES
    _fill_pieces(at, own, states, is_body, chars, prose, rows[:, looks:rivals])
    order = np.argsort(-own, kind="mergesort")  # stable
    _fill_rivals(at, own, order, rows[:, rivals : rivals + _RIVALS])
    _fill_told(at, told, rows[:, rows.shape[1] - _TOLD :])


@compiled
def _fill_looks(
    at: Ints, columns: int, start: Floats, body: Floats, margins: Floats, kinds: Floats,
    numbers: Floats, near_kinds: Ints, near_states: Ints, near_numbers: Ints, rows: Floats,
) -> None:  # fmt: skip
    """What the network thinks of each candidate and how it looks, and in part the same of the three
    blocks above and below."""
    for i in range(len(at)):
        block, row = at[i], rows[i]
        row[0] = start[block]
        column = 1
        for state in range(len(margins)):
            row[column] = margins[state, block]
            column += 1
        for kind in range(kinds.shape[1]):
            row[column] = kinds[block, kind]
            column += 1
        for k in range(columns):
            row[column] = numbers[block, k]
            column += 1
        for step in _NEAR:
            near = block + step
            if not 0 <= near < len(start):
                for _ in range(len(near_kinds) + 2 + len(near_states) + len(near_numbers)):
                    row[column] = _BEYOND
                    column += 1
                continue
            for kind in near_kinds:
                row[column] = kinds[near, kind]
                column += 1
            row[column], row[column + 1] = start[near], body[near]
            column += 2
            for state in near_states:
                row[column] = margins[state, near]
                column += 1
            for k in near_numbers:
                row[column] = numbers[near, k]
                column += 1


@compiled
def _fill_pieces(
    at: Ints,
    own: Floats,
    states: Ints,
    is_body: Bools,
    chars: Doubles,
    prose: Doubles,
    rows: Floats,
) -> None:
    """How much body a cut would leave to each side: between the starts of the first search,
    between likely candidates, between all; and how far the nearest body is."""
    starts = np.flatnonzero((states == HEAD_START) | (states == BODY_START))
    sizes = np.zeros(max(len(starts), 1))
    for i in range(len(starts)):
        following = starts[i + 1] if i + 1 < len(starts) else len(states)
        sizes[i] = prose[following] - prose[starts[i]]
    largest, median = np.log1p(sizes.max()), np.log1p(np.median(sizes))
    _near_body(at, is_body, chars, rows)
    column = 4
    for where in (starts, at[own > _LIKELY], at):
        _between(where, at, is_body, chars, prose, rows[:, column : column + _BETWEEN])
        column += _BETWEEN
    total = prose[len(is_body)]
    for i in range(len(at)):
        rows[i, column] = np.log1p(max(total, 1.0))
        rows[i, column + 1] = np.log1p(prose[at[i]])
        rows[i, column + 2] = np.log1p(total - prose[at[i]])
        rows[i, column + 3] = largest
        rows[i, column + 4] = median


@compiled
def _near_body(at: Ints, is_body: Bools, chars: Doubles, rows: Floats) -> None:
    """Blocks and characters to the nearest body on either side."""
    count = len(is_body)
    before, after = np.empty(count, np.int64), np.empty(count, np.int64)
    last = -1
    for block in range(count):
        before[block] = last
        if is_body[block]:
            last = block
    last = count
    for block in range(count - 1, -1, -1):
        if is_body[block]:  # the body may begin with the candidate itself
            last = block
        after[block] = last
    for i in range(len(at)):
        here = at[i]
        rows[i, 0] = min(here - before[here], 100)
        rows[i, 1] = min(after[here] - here, 100)
        rows[i, 2] = np.log1p(chars[here] - chars[before[here] + 1])
        rows[i, 3] = np.log1p(max(chars[after[here]] - chars[min(here + 1, count)], 0.0))


@compiled
def _between(
    where: Ints, at: Ints, is_body: Bools, chars: Doubles, prose: Doubles, rows: Floats
) -> None:
    """For each candidate how many of ``where`` stand before and after it, and what lies between it
    and the nearest of them."""
    count = len(is_body)
    paragraphs = np.zeros(count + 1)
    for block in range(count):
        paragraphs[block + 1] = paragraphs[block] + is_body[block]
    total = max(prose[count], 1.0)
    number = 0
    for i in range(len(at)):
        here = at[i]
        while number < len(where) and where[number] < here:
            number += 1
        up_to = number
        if number < len(where) and where[number] == here:
            up_to += 1
        previous = where[number - 1] if number else -1
        following = where[up_to] if up_to < len(where) else count
        since = max(previous, 0)
        left, right = prose[here] - prose[since], prose[following] - prose[here]
        rows[i, 0] = number
        rows[i, 1] = len(where) - up_to
        rows[i, 2] = np.log1p(left)
        rows[i, 3] = np.log1p(right)
        rows[i, 4] = paragraphs[here] - paragraphs[since]
        rows[i, 5] = paragraphs[following] - paragraphs[here]
        rows[i, 6] = right / total
        rows[i, 7] = left / total
        rows[i, 8] = right / max(chars[following] - chars[here], 1.0)
        rows[i, 9] = min(here - previous, _FAR)
        rows[i, 10] = min(following - here, _FAR)


@compiled
def _fill_rivals(at: Ints, own: Floats, order: Ints, rows: Floats) -> None:
    """How a candidate stands among those of the page (``order``: the likeliest first), and against
    the best one nearby."""
    for rank in range(len(order)):
        i = order[rank]
        near = np.float32(_NO_RIVAL)
        for step in (-1, 1):
            other = i + step
            while 0 <= other < len(at) and abs(at[other] - at[i]) <= _RIVAL_REACH:
                near = max(near, own[other])
                other += step
        rows[i, 0], rows[i, 1], rows[i, 2] = rank, own[order[0]], own[i] - near


@compiled
def _fill_told(at: Ints, told: Floats, rows: Floats) -> None:
    """What the address says of a candidate and of the block below it, against the block of which it
    says most, and how far away that is."""
    best = 0
    for block in range(len(told)):
        if told[block, 0] > told[best, 0]:
            best = block
    most = told[best, 0]
    for i in range(len(at)):
        block, below = at[i], min(at[i] + 1, len(told) - 1)
        far = np.log1p(abs(block - best)) if most > 0 else 0.0
        rows[i, 0], rows[i, 1] = told[block, 0], told[block, 1]
        rows[i, 2], rows[i, 3] = told[below, 0], told[below, 1]
        rows[i, 4], rows[i, 5] = most, most - told[block, 0]
        rows[i, 6] = far if block > best else -far
