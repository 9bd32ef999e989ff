"""Where stories begin: the likely starts of a page, each weighed by what stands on its two sides.

The network sees some eighty blocks and judges each block alone. Whether a heading starts a new
story or a new section of the same one is seen only from both sides of it: do the words go on, is
the heading told by what follows, how long are the pieces that the cut would leave. So every block
that may start a story becomes a row of such numbers, and trees give its odds.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from transforms.features import NAMES, Doubles, Floats, Ints
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
from transforms.segmentation.view import View, running

# A block whose best path with a start is so much worse than one without is no candidate.
_MARGIN: Final = -6.0
_LIKELY: Final = -2.5
_NEAR: Final = (-3, -2, -1, 1, 2, 3)
_EDGE = max(_NEAR)
_BEYOND = -30.0  # stands for blocks before the first and after the last
_RIVAL_REACH = 12
_FAR = 200
_WINDOWS: Final = (40, 150, 500)  # rare words of body to each side
_TITLE_WINDOWS: Final = ((60, 40), (200, 150))
_DEPTHS: Final = (60, 150)  # rare words on each side of the three edges compared
_TOPIC_WINDOW = 150
_CHUNK = 1024
_NEAR_KINDS = [OTHER, HEADLINE, BODY, CAPTION, BYLINE, TEASER_HEAD, TEASER_TEXT]
_NEAR_STATES = [NOTHING, BETWEEN, TEASER_STATE]
_NEAR_COLUMNS = [
    NAMES.index(name)
    for name in ("log_length", "sentences", "gap", "near_copy_before", "share_4", "comes_soon",
                 "seen_soon", "dip_near", "frame")
]  # fmt: skip


def candidates(view: View) -> Ints:
    """The blocks that may start a story, in order."""
    return np.flatnonzero(view.start > _MARGIN)


def border_evidence(view: View, at: Ints, columns: int) -> Floats:
    """A row for each of the candidates ``at``; ``columns`` of the block's own features count."""
    if not len(at):
        return np.zeros((0, 0), np.float32)
    parts: list[npt.NDArray[Any]] = [
        _own(view, at, columns),
        _around(view, at),
        _pieces(view, at),
        _rivals(view, at),
        np.concatenate([*_cohesion(view, at)]),
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
    count, prose, chars = len(view.states), view.prose, view.chars
    bodies = np.flatnonzero(view.is_body)
    paragraphs = running(view.is_body.astype(np.float64))
    total = max(prose[-1], 1.0)
    starts = np.flatnonzero((view.states == HEAD_START) | (view.states == BODY_START))
    _, before, after, _ = _between(bodies, at, count)
    # The body may begin with the candidate itself.
    after = np.where(view.is_body[at], at, after)
    columns: list[npt.NDArray[Any]] = [
        np.minimum(at - before, 100.0),
        np.minimum(after - at, 100.0),
        np.log1p(chars[at] - chars[before + 1]),
        np.log1p(np.maximum(chars[after] - chars[np.minimum(at + 1, count)], 0)),
    ]
    for where in (starts, at[view.start[at] > _LIKELY], at):
        number, previous, following, rest = _between(where, at, count)
        since = np.maximum(previous, 0)
        left, right = prose[at] - prose[since], prose[following] - prose[at]
        columns += [
            number,
            rest,
            np.log1p(left),
            np.log1p(right),
            paragraphs[at] - paragraphs[since],
            paragraphs[following] - paragraphs[at],
            right / total,
            left / total,
            right / np.maximum(chars[following] - chars[at], 1),
            np.minimum(at - previous, _FAR),
            np.minimum(following - at, _FAR),
        ]
    sizes = np.diff(prose[np.append(starts, count)]) if len(starts) else np.zeros(1)
    columns += [
        np.full(len(at), np.log1p(total)),
        np.log1p(prose[at]),
        np.log1p(prose[-1] - prose[at]),
        np.full(len(at), np.log1p(sizes.max())),
        np.full(len(at), np.log1p(np.median(sizes))),
    ]
    return np.stack(columns, axis=1)


def _between(where: Ints, at: Ints, count: int) -> tuple[Ints, Ints, Ints, Ints]:
    """For each candidate how many of ``where`` stand before it, the nearest before (-1: none), the
    nearest after (``count``: none), and how many after."""
    fenced = np.concatenate(([-1], where, [count]))
    before = np.searchsorted(where, at)
    up_to = np.searchsorted(where, at, side="right")
    return before, fenced[before], fenced[up_to + 1], len(where) - up_to


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


def _cohesion(view: View, at: Ints) -> Iterator[Doubles]:
    """Rare words that the two sides share, and how much of the candidate's own words and of the
    page's title each side tells. Candidates in groups, so that long pages need no more memory."""
    body = view.words
    own = view.start[at]
    top = int(own.argmax())
    titles = (top, int((own > 0).argmax()) if own[top] > 0 else top)
    heads, worth = body.leading(at)
    for low in range(0, len(at), _CHUNK):
        part = slice(low, low + _CHUNK)
        edge, head, weight = body.edge[at[part]], heads[part], worth[part]
        said = weight.sum(axis=1)
        some = np.maximum(said, 1e-6)
        columns = [*body.shared(edge, _WINDOWS), said]
        for size in _DEPTHS:
            # As far apart within each side: what the words of a language share anyway.
            edges = np.concatenate((edge, edge - size, edge + size))
            for column in body.shared(edges, [size])[:2]:
                here, above, below = column.reshape(3, -1)
                columns += [above, below, here - (above + below) / 2]
        for ahead, behind in _TITLE_WINDOWS:
            right = (weight * body.ahead(head, body.edge[at[part] + 1], ahead)).sum(axis=1) / some
            left = (weight * body.behind(head, edge, behind)).sum(axis=1) / some
            columns += [right, left, right - left]
        for title in titles:
            topic, value = heads[title], worth[title]
            all_of = max(float(value.sum()), 1e-6)
            distance = at[part] - at[title]
            both = (weight * (head[:, :, None] == topic).any(axis=2)).sum(axis=1)
            columns += [
                body.ahead(topic[None], edge, _TOPIC_WINDOW) @ value / all_of,
                body.behind(topic[None], edge, _TOPIC_WINDOW) @ value / all_of,
                both / some,
                np.sign(distance) * np.log1p(np.abs(distance)),
            ]
        yield np.stack(columns, axis=1)
