"""Where stories begin: the likely starts of a page, each weighed by what stands on its two sides.

The network sees some eighty blocks and judges each block alone. Whether a heading starts a new
story or a new section of the same one is seen only from both sides of it: do the words go on, is
the heading told by what follows, how long are the pieces that the cut would leave. So every block
that may start a story becomes a row of such numbers, and trees give its odds.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from transforms.arrays import Bools, Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features import NAMES
from transforms.segmentation.cohesion import overlap
from transforms.segmentation.network import (
    BETWEEN,
    BODY,
    BODY_START,
    BYLINE,
    CAPTION,
    HEAD_START,
    HEADLINE,
    NOTHING,
    OTHER,
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
_EDGE = max(_NEAR)
_BEYOND = -30.0  # stands for blocks before the first and after the last
_RIVAL_REACH = 12
_FAR = 200
_BETWEEN = 11  # columns
_WINDOWS: Final = (40, 150, 500)  # rare words of body to each side
_TITLE_AHEAD: Final = (60, 200)
_TITLE_BEHIND: Final = (40, 150)
_DEPTHS: Final = (60, 150)  # rare words on each side of the three edges compared
_TOPIC_WINDOW = 150
_NEAR_KINDS = [OTHER, HEADLINE, BODY, CAPTION, BYLINE, TEASER_HEAD, TEASER_TEXT]
_NEAR_STATES = [NOTHING, BETWEEN, TEASER_STATE]
_NEAR_COLUMNS = [
    NAMES.index(name)
    for name in ("log_length", "sentences", "gap", "near_copy_before", "share_4", "comes_soon",
                 "seen_soon", "dip_near", "frame")
]  # fmt: skip


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
    parts: list[npt.NDArray[Any]] = [
        _own(view, at, columns),
        _around(view, at),
        _pieces(view, at),
        _rivals(view, at),
        _cohesion(view, at),
        _told(view.told, at),
    ]
    return np.concatenate(parts, axis=1, dtype=np.float32)


def _own(view: View, at: Ints, columns: int) -> Floats:
    return np.concatenate(
        (
            view.start[at, None],
            view.margins[:, at].T,
            view.kinds[at],
            view.features.numbers[at, :columns],
        ),
        axis=1,
    )


def _around(view: View, at: Ints) -> Floats:
    """What the network thinks of the three blocks above and below, and how they look."""
    count = len(view.states)
    told = np.concatenate(
        (
            view.kinds[:, _NEAR_KINDS],
            view.start[:, None],
            view.body[:, None],
            view.margins[_NEAR_STATES].T,
            view.features.numbers[:, _NEAR_COLUMNS],
        ),
        axis=1,
    )
    seen = np.full((count + 2 * _EDGE, told.shape[1]), _BEYOND, np.float32)
    seen[_EDGE : _EDGE + count] = told
    return np.concatenate([seen[at + _EDGE + step] for step in _NEAR], axis=1)


def _pieces(view: View, at: Ints) -> Doubles:
    """How much body a cut would leave to each side: between the starts of the first search,
    between likely candidates, between all; and how far the nearest body is."""
    starts = np.flatnonzero((view.states == HEAD_START) | (view.states == BODY_START))
    rows = np.empty((len(at), 4 + 3 * _BETWEEN + 5))
    _near_body(at, view.is_body, view.chars, rows[:, :4])
    for part, where in enumerate((starts, at[view.start[at] > _LIKELY], at)):
        low = 4 + part * _BETWEEN
        _between(where, at, view.is_body, view.chars, view.prose, rows[:, low : low + _BETWEEN])
    prose = view.prose
    sizes = np.diff(prose[np.append(starts, len(view.states))]) if len(starts) else np.zeros(1)
    rows[:, -5] = np.log1p(max(prose[-1], 1.0))
    rows[:, -4] = np.log1p(prose[at])
    rows[:, -3] = np.log1p(prose[-1] - prose[at])
    rows[:, -2] = np.log1p(sizes.max())
    rows[:, -1] = np.log1p(np.median(sizes))
    return rows


@compiled
def _near_body(at: Ints, is_body: Bools, chars: Doubles, rows: Doubles) -> None:
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
    where: Ints, at: Ints, is_body: Bools, chars: Doubles, prose: Doubles, rows: Doubles
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


def _rivals(view: View, at: Ints) -> Floats:
    """How a candidate stands among those of the page, and against the best one nearby."""
    own = view.start[at]
    rank = np.empty(len(at), np.float32)
    rank[np.argsort(-own, kind="stable")] = np.arange(len(at))
    padded = np.full(len(view.start) + 2 * _RIVAL_REACH, -20.0, np.float32)
    padded[at + _RIVAL_REACH] = own
    reach = np.arange(2 * _RIVAL_REACH + 1)
    near = padded[at[:, None] + reach[reach != _RIVAL_REACH]].max(axis=1)
    return np.stack((rank, np.full(len(at), own.max()), own - near), axis=1)


def _told(told: Floats, at: Ints) -> Floats:
    """What the address says of a candidate and of the block below it, against the block of which it
    says most, and how far away that is."""
    best = int(told[:, 0].argmax())
    below = told[np.minimum(at + 1, len(told) - 1)]
    distance = np.sign(at - best) * np.log1p(np.abs(at - best)) * (told[best, 0] > 0)
    return np.column_stack(
        (told[at], below, np.full(len(at), told[best, 0]), told[best, 0] - told[at, 0], distance)
    )


def _cohesion(view: View, at: Ints) -> Doubles:
    """Rare words that the two sides share, and how much of the candidate's own words and of the
    page's title each side tells."""
    body = view.words
    own = view.start[at]
    top = int(own.argmax())
    edge = body.edge[at]
    heads, worth = body.leading(at)
    said = worth.sum(axis=1)
    some = np.maximum(said, 1e-6)
    # Windows and depths have a size in common.
    shared = {size: body.shared(edge, size) for size in {*_WINDOWS, *_DEPTHS}}
    columns: list[npt.NDArray[Any]] = []
    for size in _WINDOWS:
        columns += shared[size]
    columns.append(said)
    for size in _DEPTHS:
        # As far apart within each side: what the words of a language share anyway.
        above, below = (body.shared(edges, size) for edges in (edge - size, edge + size))
        here = shared[size]
        for i in range(2):
            columns += [above[i], below[i], here[i] - (above[i] + below[i]) / 2]
    right = body.told(heads, worth, body.edge[at + 1], ahead=_TITLE_AHEAD) / some
    left = body.told(heads, worth, edge, behind=_TITLE_BEHIND) / some
    for ahead, behind in zip(right, left, strict=True):
        columns += [ahead, behind, ahead - behind]
    for title in (top, int((own > 0).argmax()) if own[top] > 0 else top):
        topic, value = heads[title : title + 1], worth[title : title + 1]
        all_of = max(float(value.sum()), 1e-6)
        distance = at - at[title]
        columns += [
            *body.told(topic, value, edge, (_TOPIC_WINDOW,), (_TOPIC_WINDOW,)) / all_of,
            overlap(heads, worth, topic[0]) / some,
            np.sign(distance) * np.log1p(np.abs(distance)),
        ]
    return np.stack(columns, axis=1)
