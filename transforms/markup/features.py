"""What the markup says of each block, as numbers for the labeller. Zeros for a page of text.

Class names lie from site to site, so a group of words counts for less the more of the page's
prose it covers: ``sidebar`` on the whole page is the name of its template. Boxes do not lie: the
prose of a story stands in one box, and its share of the page's prose is told at three heights.
"""

from typing import Final

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.markup import forms
from transforms.markup.columns import BOX, Columns
from transforms.markup.vocabulary import GROUPS, LANDMARKS, TAGS
from transforms.markup.vocabulary import NAMES as NAMED

_TAGS: Final = TAGS[: TAGS.index("h5")]
_HEIGHTS: Final = 3
_WORDS: Final = tuple(dict.fromkeys((*GROUPS, *LANDMARKS)))
# The bits of each word: it may name a group, a landmark, or both.
_MASKS: Final = np.array(
    [
        sum(1 << place for place, name in enumerate(NAMED) if name.rstrip("-") == word)
        for word in _WORDS
    ],
    np.int64,
)
_LONG: Final = 60  # characters from which on a block may be prose

NAMES: Final[tuple[str, ...]] = (
    "markup", "link_density", "strong_density", "titled", "told", "not_told", "has_times",
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"near_{word}" for word in _WORDS),
    *(f"around_{word}" for word in _WORDS),
    *(f"box_prose_{height}" for height in range(_HEIGHTS)),
    *(f"box_blocks_{height}" for height in range(_HEIGHTS)),
    *(f"box_links_{height}" for height in range(_HEIGHTS)),
    *(f"best_box_{height}" for height in range(_HEIGHTS)),
    "shared_before", "shared_after", "same_box_before", "same_box_after",
    "in_article", "new_article", "article_prose", "articles", "twin_titles",
    *forms.NAMES,
)  # fmt: skip


def measure(columns: Columns, length: Ints, rows: Floats) -> None:
    """Fills ``rows``: a row a block, a column for each of ``NAMES``, zeros before. ``columns`` are
    what the markup says of the blocks, ``length`` their characters. Linear in the number of blocks."""
    tag, told, times, article, form, ruled, near, around = columns.ordinals[:BOX]
    boxes = columns.ordinals[BOX:]
    links, strong, titled = columns.shares
    prose = _prose(links, length)
    share = prose / max(1.0, prose.sum())
    _fill_own(tag, told, times, links, strong, titled, near, around, _MASKS, share, rows)
    _fill_boxes(boxes, links, share, length, rows)
    _fill_articles(article, titled, share, rows)
    forms.fill(tag, form, ruled, times, links, titled, prose, forms.HEADINGS, rows[:, _FORMS:])


# The columns of ``NAMES``.
_TAG: Final = NAMES.index("tag_h1")
_NEAR: Final = _TAG + len(_TAGS)
_AROUND: Final = _NEAR + len(_WORDS)
_BOX: Final = _AROUND + len(_WORDS)
_BESIDE: Final = _BOX + 4 * _HEIGHTS
_IN_ARTICLE: Final = _BESIDE + 4
_FORMS: Final = _IN_ARTICLE + 5


@compiled
def _prose(links: Doubles, length: Ints) -> Doubles:
    """How many characters of prose each block has."""
    prose = np.zeros(len(length))
    for i in range(len(length)):
        if length[i] >= _LONG and links[i] < 0.5:
            prose[i] = length[i] * (1 - links[i])
    return prose


@compiled
def _fill_own(
    tag: Ints, told: Ints, times: Ints, links: Doubles, strong: Doubles, titled: Doubles,
    near: Ints, around: Ints, masks: Ints, share: Doubles, rows: Floats,
) -> None:  # fmt: skip
    """What the markup says of a block itself, and the names near it and around it. ``share``: what
    each block has of the page's prose."""
    covered = np.zeros(len(masks))  # the share of the prose that each name is around
    for i in range(len(share)):
        if share[i]:
            for k in range(len(masks)):
                if around[i] & masks[k]:
                    covered[k] += share[i]
    for i in range(len(share)):
        rows[i, 0] = tag[i] >= 0
        rows[i, 1], rows[i, 2], rows[i, 3] = links[i], strong[i], titled[i]
        rows[i, 4], rows[i, 5], rows[i, 6] = told[i] == 1, told[i] == 0, times[i] > 0
        if 0 <= tag[i] < _NEAR - _TAG:
            rows[i, _TAG + tag[i]] = 1
        for k in range(len(masks)):
            if near[i] & masks[k]:
                rows[i, _NEAR + k] = 1
            if around[i] & masks[k]:
                rows[i, _AROUND + k] = 1 - 0.8 * covered[k]


@compiled
def _fill_boxes(boxes: Ints, links: Doubles, share: Doubles, length: Ints, rows: Floats) -> None:
    """Prose, blocks and links of the boxes around each block, and which it has in common with its
    neighbours."""
    count = len(length)
    size = boxes.max() + 1
    # A box holds what stands in it at any height: prose, blocks, characters of links and of all.
    totals = np.zeros((size, 4))
    for height in range(_HEIGHTS):
        for i in range(count):
            box = boxes[height, i]
            totals[box, 0] += share[i]
            totals[box, 1] += 1
            totals[box, 2] += links[i] * length[i]
            totals[box, 3] += length[i]
        best = 0.0
        for k in range(4):
            totals[0, k] = 0
        for box in range(size):
            best = max(best, totals[box, 0])
        for i in range(count):
            box = boxes[height, i]
            held = totals[box, 0]
            rows[i, _BOX + height] = held
            rows[i, _BOX + _HEIGHTS + height] = np.log1p(totals[box, 1]) / 4
            rows[i, _BOX + 2 * _HEIGHTS + height] = totals[box, 2] / max(totals[box, 3], 1)
            rows[i, _BOX + 3 * _HEIGHTS + height] = held > 0 and held >= best - 1e-6
    for i in range(1, count):
        shared = 0
        for one in range(len(boxes)):
            here = boxes[one, i]
            for other in range(len(boxes)):
                shared += here > 0 and here == boxes[other, i - 1]
        same = boxes[0, i] == boxes[0, i - 1]
        rows[i, _BESIDE] = shared / 4
        rows[i - 1, _BESIDE + 1] = shared / 4
        rows[i, _BESIDE + 2] = same
        rows[i - 1, _BESIDE + 3] = same


@compiled
def _fill_articles(article: Ints, titled: Doubles, share: Doubles, rows: Floats) -> None:
    """Where <article>s begin, how much prose each has, and how many blocks print the headline."""
    number = titles = 0
    for i in range(len(share)):
        number = max(number, article[i] + 1)
        titles += titled[i] >= forms.TITLED
    held = np.zeros(number + 1)  # the last for what stands in none
    for i in range(len(share)):
        held[article[i]] += share[i]
    before = -1
    for i in range(len(share)):
        if article[i] >= 0:
            rows[i, _IN_ARTICLE] = 1
            rows[i, _IN_ARTICLE + 1] = article[i] != before
            rows[i, _IN_ARTICLE + 2] = held[article[i]]
        before = article[i]
        rows[i, _IN_ARTICLE + 3] = np.log1p(number) / 3
        if titled[i] >= forms.TITLED:
            rows[i, _IN_ARTICLE + 4] = titles / 3
