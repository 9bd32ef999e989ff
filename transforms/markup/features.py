"""What the markup says of each block, as numbers for the labeller. Zeros for a page of text.

Class names lie from site to site, so a group of words counts for less the more of the page's
prose it covers: ``sidebar`` on the whole page is the name of its template. Boxes do not lie: the
prose of a story stands in one box, and its share of the page's prose is told at three heights.
"""

from collections.abc import Sequence, Set
from itertools import chain
from typing import Final

import numpy as np

from schemas.records import Block, Hints
from transforms.arrays import Doubles, Floats, Ints
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
# Where the bits of each word are: a word may name a group, a landmark, or both.
_BITS_OF: Final = [(f"{word}-", word) if word in GROUPS else (word, word) for word in _WORDS]
_GROUP_PLACES: Final = [NAMED.index(first) for first, _ in _BITS_OF]
_LANDMARK_PLACES: Final = [
    NAMED.index(second if second in LANDMARKS else first) for first, second in _BITS_OF
]
_ROW_OF: Final = {tag: row for row, tag in enumerate(_TAGS)}
_TAG_ROWS: Final = np.eye(len(_TAGS) + 1, len(_TAGS), dtype=np.float32)
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


def measure(blocks: Sequence[Block]) -> Floats:
    """One row a block, one column a name of ``NAMES``. Linear in the number of blocks."""
    count = len(blocks)
    if not any(block.hints for block in blocks):
        return np.zeros((count, len(NAMES)), np.float32)
    every = [block.hints or _NONE for block in blocks]
    # Lines of one box have one value in common: each is looked at once.
    kept = dict(zip(map(id, every), every, strict=True))
    places = dict(zip(kept, range(len(kept)), strict=True))
    which = np.fromiter(map(places.__getitem__, map(id, every)), np.int64, count)
    hints = list(kept.values())
    numbers = _numbers(hints)
    length = np.fromiter([len(b.text) for b in blocks], np.float32, count)
    links = numbers[:, _LINKS].astype(np.float32)[which]
    prose = np.where((length >= _LONG) & (links < 0.5), length * (1 - links), 0)
    share = (prose / max(1.0, float(prose.sum()))).astype(np.float32)
    around = _named([h.around for h in hints])[which]
    covered = share @ around
    return np.concatenate(
        (
            _own(numbers)[which],
            _named([h.words for h in hints])[which],
            around * (1 - 0.8 * covered),
            _boxes(numbers[:, _BOXES:].astype(np.int64)[which], share, links, length),
            _articles(numbers, which, share),
            forms.measure(numbers[:, _FORMED], [h.tag for h in hints], which, prose),
        ),
        axis=1,
        dtype=np.float32,
    )


_NONE: Final = Hints("")


def _named(sets: Sequence[Set[str]]) -> Floats:
    """One row a set, one column a word of ``_WORDS``."""
    bits = np.array([bits_of(names) for names in sets], "<u8").view(np.uint8).reshape(-1, 8)
    each = np.unpackbits(bits, axis=1, bitorder="little")
    return (each[:, _GROUP_PLACES] | each[:, _LANDMARK_PLACES]).astype(np.float32)


# The columns of the numbers that are taken from hints; the ordinals of four boxes come last, the
# nearest first, padded with 0.
_HAS_TAG, _LINKS, _STRONG, _TITLED, _TOLD, _NOT_TOLD, _TIMED, _TAG, _ARTICLE = range(9)
_FORM, _RULED, _BOXES = 9, 10, 11
_FORMED: Final = [_FORM, _RULED, _LINKS, _TIMED, _TITLED]


def _numbers(hints: Sequence[Hints]) -> Doubles:
    rows = [
        (
            h.tag != "", h.link_density, h.strong_density, h.titled, h.told is True,
            h.told is False, h.times != (), _ROW_OF.get(h.tag, len(_TAGS)),
            -1 if h.article is None else h.article, h.form, h.ruled,
            *(h.parents if len(h.parents) == _PARENTS else _padded(h.parents)),
        )
        for h in hints
    ]  # fmt: skip
    flat = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * (_BOXES + _PARENTS))
    return flat.reshape(len(rows), -1)


def _padded(parents: tuple[int, ...]) -> tuple[int, ...]:
    return (*parents[:_PARENTS], *_NO_PARENTS[len(parents) :])


def _own(numbers: Doubles) -> Floats:
    tags = _TAG_ROWS[numbers[:, _TAG].astype(np.int64)]
    return np.concatenate((numbers[:, :_TAG], tags), axis=1, dtype=np.float32)


def _boxes(parents: Ints, share: Floats, links: Floats, length: Floats) -> Floats:
    """Prose, blocks and links of the boxes around each block, and which it has in common with its
    neighbours."""
    rows = np.zeros((len(parents), 4 * _HEIGHTS + 4), np.float32)
    _fill_boxes(parents, share, links, length, int(parents.max()) + 1, rows)
    return rows


@compiled
def _fill_boxes(
    parents: Ints, share: Floats, links: Floats, length: Floats, size: int, rows: Floats
) -> None:
    count = len(parents)
    # A box holds what stands in it at any height: prose, blocks, characters of links and of all.
    totals = np.zeros((size, 4))
    for height in range(_HEIGHTS):
        for i in range(count):
            box = parents[i, height]
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
            box = parents[i, height]
            held = totals[box, 0]
            rows[i, height] = held
            rows[i, _HEIGHTS + height] = np.log1p(totals[box, 1]) / 4
            rows[i, 2 * _HEIGHTS + height] = totals[box, 2] / max(totals[box, 3], 1)
            rows[i, 3 * _HEIGHTS + height] = held > 0 and held >= best - 1e-6
    beside = 4 * _HEIGHTS
    for i in range(1, count):
        shared = 0
        for one in range(_PARENTS):
            for other in range(_PARENTS):
                here = parents[i, one]
                shared += here > 0 and here == parents[i - 1, other]
        same = parents[i, 0] == parents[i - 1, 0]
        rows[i, beside] = shared / 4
        rows[i - 1, beside + 1] = shared / 4
        rows[i, beside + 2] = same
        rows[i - 1, beside + 3] = same


def _articles(numbers: Doubles, which: Ints, share: Floats) -> Floats:
    article = numbers[:, _ARTICLE].astype(np.int64)[which]
    inside = article >= 0
    number = int(article.max()) + 1
    prose = np.bincount(np.maximum(article, 0), share * inside, minlength=max(1, number))
    before = np.append(-1, article[:-1])
    titled = (numbers[:, _TITLED] >= 0.8).astype(np.float32)[which]
    return np.stack(
        (
            inside,
            inside & (article != before),
            np.where(inside, prose[np.maximum(article, 0)], 0),
            np.full(len(which), np.log1p(number) / 3),
            titled * titled.sum() / 3,
        ),
        axis=1,
    ).astype(np.float32)
