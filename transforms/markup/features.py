"""What the markup says of each block, as numbers for the labeller. Zeros for a page of text.

Class names lie from site to site, so a group of words counts for less the more of the page's
prose it covers: ``sidebar`` on the whole page is the name of its template. Boxes do not lie: the
prose of a story stands in one box, and its share of the page's prose is told at three heights.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Final

import numpy as np

from schemas.records import Block, Hints
from transforms.arrays import Doubles, Floats, Hashes, Ints
from transforms.compiled import compiled
from transforms.markup import forms
from transforms.markup.vocabulary import GROUPS, LANDMARKS, bits_of
from transforms.markup.vocabulary import NAMES as NAMED

_TAGS: Final = ("h1", "h2", "h3", "h4", "p", "li", "a", "figcaption", "blockquote", "td", "div",
                "button", "time")  # fmt: skip
_HEIGHTS: Final = 3
_PARENTS: Final = 4
_NO_PARENTS: Final = (0,) * _PARENTS
_WORDS: Final = tuple(dict.fromkeys((*GROUPS, *LANDMARKS)))
# The bits of each word: it may name a group, a landmark, or both.
_MASKS: Final = np.array(
    [
        sum(1 << place for place, name in enumerate(NAMED) if name.rstrip("-") == word)
        for word in _WORDS
    ],
    np.uint64,
)
_ROW_OF: Final = {tag: row for row, tag in enumerate(_TAGS)}
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


def distinct(blocks: Sequence[Block]) -> tuple[list[Hints], Ints]:
    """The different hints of ``blocks``, and which of them each has: lines of one box have one value
    in common, and it is looked at once."""
    found: list[Hints] = []
    places: dict[int, int] = {}
    which = []
    for block in blocks:
        hints = block.hints or _NONE
        place = places.setdefault(id(hints), len(found))
        if place == len(found):
            found.append(hints)
        which.append(place)
    return found, np.array(which, np.int64)


def measure(
    hints: Sequence[Hints], near: Sequence[int], which: Ints, length: Ints, rows: Floats
) -> None:
    """Fills ``rows``: a row a block, a column for each of ``NAMES``, zeros before. Block ``i`` has
    ``hints[which[i]]``, the bits ``near[which[i]]`` of its names, and ``length[i]`` characters.
    Linear in the number of blocks."""
    numbers = _numbers(hints)
    words = np.fromiter(near, np.uint64, len(hints))
    around = np.fromiter([bits_of(h.around) for h in hints], np.uint64, len(hints))
    prose = _prose(numbers, which, length)
    share = prose / max(1.0, prose.sum())
    _fill_own(numbers, words, around, _MASKS, which, share, rows)
    _fill_boxes(numbers, which, share, length, rows)
    _fill_articles(numbers, which, share, rows)
    levels = forms.levels([h.tag for h in hints])
    forms.fill(numbers[:, _FORMED], levels, which, prose, rows[:, _FORMS:])


_NONE: Final = Hints("")

# The columns of the numbers that are taken from hints; the ordinals of four boxes come last, the
# nearest first, padded with 0.
_HAS_TAG, _LINKS, _STRONG, _TITLED, _TOLD, _NOT_TOLD, _TIMED, _TAG, _ARTICLE = range(9)
_FORM, _RULED, _BOXES = 9, 10, 11
_PACKED: Final = Struct(f"{_BOXES + _PARENTS}d")
_FORMED: Final = [_FORM, _RULED, _LINKS, _TIMED, _TITLED]
# The columns of ``NAMES``: those of the numbers up to the tag come first.
_NEAR: Final = _TAG + len(_TAGS)
_AROUND: Final = _NEAR + len(_WORDS)
_BOX: Final = _AROUND + len(_WORDS)
_BESIDE: Final = _BOX + 4 * _HEIGHTS
_IN_ARTICLE: Final = _BESIDE + 4
_FORMS: Final = _IN_ARTICLE + 5


def _numbers(hints: Sequence[Hints]) -> Doubles:
    pack = _PACKED.pack  # four fifths of the time that an array of the same numbers takes
    rows = [
        pack(
            h.tag != "", h.link_density, h.strong_density, h.titled, h.told is True,
            h.told is False, h.times != (), _ROW_OF.get(h.tag, len(_TAGS)),
            -1 if h.article is None else h.article, h.form, h.ruled,
            *(h.parents if len(h.parents) == _PARENTS else _padded(h.parents)),
        )
        for h in hints
    ]  # fmt: skip
    return np.frombuffer(b"".join(rows), np.float64).reshape(len(rows), -1)


def _padded(parents: tuple[int, ...]) -> tuple[int, ...]:
    return (*parents[:_PARENTS], *_NO_PARENTS[len(parents) :])


@compiled
def _prose(numbers: Doubles, which: Ints, length: Ints) -> Doubles:
    """How many characters of prose each block has."""
    prose = np.zeros(len(which))
    for i in range(len(which)):
        links = numbers[which[i], _LINKS]
        if length[i] >= _LONG and links < 0.5:
            prose[i] = length[i] * (1 - links)
    return prose


@compiled
def _fill_own(
    numbers: Doubles, words: Hashes, around: Hashes, masks: Hashes, which: Ints, share: Doubles,
    rows: Floats,
) -> None:  # fmt: skip
    """What the hints of a block say of itself, and the names near it and around it. ``share``: what
    each block has of the page's prose."""
    covered = np.zeros(len(masks))  # the share of the prose that each name is around
    for i in range(len(which)):
        if share[i]:
            for k in range(len(masks)):
                if around[which[i]] & masks[k]:
                    covered[k] += share[i]
    for i in range(len(which)):
        of = which[i]
        for column in range(_TAG):
            rows[i, column] = numbers[of, column]
        tag = int(numbers[of, _TAG])
        if _TAG + tag < _NEAR:
            rows[i, _TAG + tag] = 1
        for k in range(len(masks)):
            if words[of] & masks[k]:
                rows[i, _NEAR + k] = 1
            if around[of] & masks[k]:
                rows[i, _AROUND + k] = 1 - 0.8 * covered[k]


@compiled
def _fill_boxes(numbers: Doubles, which: Ints, share: Doubles, length: Ints, rows: Floats) -> None:
    """Prose, blocks and links of the boxes around each block, and which it has in common with its
    neighbours."""
    count = len(which)
    parents = np.empty((count, _PARENTS), np.int64)
    size = 1
    for i in range(count):
        for k in range(_PARENTS):
            parents[i, k] = int(numbers[which[i], _BOXES + k])
            size = max(size, parents[i, k] + 1)
    # A box holds what stands in it at any height: prose, blocks, characters of links and of all.
    totals = np.zeros((size, 4))
    for height in range(_HEIGHTS):
        for i in range(count):
            box = parents[i, height]
            totals[box, 0] += share[i]
            totals[box, 1] += 1
            totals[box, 2] += numbers[which[i], _LINKS] * length[i]
            totals[box, 3] += length[i]
        best = 0.0
        for k in range(4):
            totals[0, k] = 0
        for box in range(size):
            best = max(best, totals[box, 0])
        for i in range(count):
            box = parents[i, height]
            held = totals[box, 0]
            rows[i, _BOX + height] = held
            rows[i, _BOX + _HEIGHTS + height] = np.log1p(totals[box, 1]) / 4
            rows[i, _BOX + 2 * _HEIGHTS + height] = totals[box, 2] / max(totals[box, 3], 1)
            rows[i, _BOX + 3 * _HEIGHTS + height] = held > 0 and held >= best - 1e-6
    for i in range(1, count):
        shared = 0
        for one in range(_PARENTS):
            for other in range(_PARENTS):
                here = parents[i, one]
                shared += here > 0 and here == parents[i - 1, other]
        same = parents[i, 0] == parents[i - 1, 0]
        rows[i, _BESIDE] = shared / 4
        rows[i - 1, _BESIDE + 1] = shared / 4
        rows[i, _BESIDE + 2] = same
        rows[i - 1, _BESIDE + 3] = same


@compiled
def _fill_articles(numbers: Doubles, which: Ints, share: Doubles, rows: Floats) -> None:
    """Where <article>s begin, how much prose each has, and how many blocks print the headline."""
    number = titles = 0
    for i in range(len(which)):
        number = max(number, int(numbers[which[i], _ARTICLE]) + 1)
        titles += numbers[which[i], _TITLED] >= forms.TITLED
    held = np.zeros(number + 1)  # the last for what stands in none
    for i in range(len(which)):
        held[int(numbers[which[i], _ARTICLE])] += share[i]
    before = -1
    for i in range(len(which)):
        article = int(numbers[which[i], _ARTICLE])
        if article >= 0:
            rows[i, _IN_ARTICLE] = 1
            rows[i, _IN_ARTICLE + 1] = article != before
            rows[i, _IN_ARTICLE + 2] = held[article]
        before = article
        rows[i, _IN_ARTICLE + 3] = np.log1p(number) / 3
        if numbers[which[i], _TITLED] >= forms.TITLED:
            rows[i, _IN_ARTICLE + 4] = titles / 3
