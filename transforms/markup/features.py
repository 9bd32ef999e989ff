"""What the markup says of each block, as numbers for the labeller. Zeros for a page of text.

Class names lie from site to site, so a group of words counts for less the more of the page's
prose it covers: ``sidebar`` on the whole page is the name of its template. Boxes do not lie: the
prose of a story stands in one box, and its share of the page's prose is told at three heights.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from schemas.records import Block, Hints
from transforms.markup import forms
from transforms.markup.vocabulary import GROUPS, LANDMARKS

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_TAGS: Final = ("h1", "h2", "h3", "h4", "p", "li", "a", "figcaption", "blockquote", "td", "div",
                "button", "time")  # fmt: skip
_HEIGHTS: Final = 3
_PARENTS: Final = 4
_NO_PARENTS: Final = (0,) * _PARENTS
_WORDS: Final = tuple(dict.fromkeys((*GROUPS, *LANDMARKS)))
_PLACE_OF: Final = {word: place for place, word in enumerate(_WORDS)}
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
    places = {id(h): i for i, h in enumerate(every)}
    which = np.array([places[id(h)] for h in every])
    kept, which = np.unique(which, return_inverse=True)
    hints = [every[i] for i in kept]
    length = np.array([len(b.text) for b in blocks], np.float32)
    links = np.array([h.link_density for h in hints], np.float32)[which]
    prose = np.where((length >= _LONG) & (links < 0.5), length * (1 - links), 0)
    share = (prose / max(1.0, float(prose.sum()))).astype(np.float32)
    around = np.array([_bits(h.around) for h in hints])[which]
    covered = share @ around
    return np.concatenate(
        (
            _own(hints)[which],
            np.array([_bits(h.words) for h in hints])[which],
            around * (1 - 0.8 * covered),
            _boxes(_parents(hints)[which], share, links, length),
            _articles(hints, which, share),
            forms.measure(hints, which, prose),
        ),
        axis=1,
        dtype=np.float32,
    )


_NONE: Final = Hints("")


@lru_cache(maxsize=1 << 14)
def _bits(words: frozenset[str]) -> Floats:
    row = np.zeros(len(_WORDS), np.float32)
    row[[_PLACE_OF[word] for word in words if word in _PLACE_OF]] = 1.0
    return row


@lru_cache(maxsize=256)
def _tag(tag: str) -> Floats:
    return np.array([tag == known for known in _TAGS], np.float32)


def _own(hints: Sequence[Hints]) -> Floats:
    numbers = [
        (
            bool(h.tag), h.link_density, h.strong_density, h.titled, h.told is True,
            h.told is False, bool(h.times),
        )
        for h in hints
    ]  # fmt: skip
    tags = [_tag(h.tag) for h in hints]
    return np.concatenate((np.array(numbers, np.float32), tags), axis=1, dtype=np.float32)


def _parents(hints: Sequence[Hints]) -> Ints:
    """The ordinals of the boxes around, the nearest first, padded with 0."""
    known = [(*h.parents[:_PARENTS], *_NO_PARENTS[len(h.parents) :]) for h in hints]
    return np.array(known, np.int64)


def _boxes(parents: Ints, share: Floats, links: Floats, length: Floats) -> Floats:
    """Prose, blocks and links of the boxes around each block, and which it has in common with its
    neighbours."""
    count = len(parents)
    values: tuple[Floats, ...] = (share, np.ones(count, np.float32), links * length, length)
    size = int(parents.max()) + 1
    sums = []
    # A box holds what stands in it at any height.
    totals = np.zeros((4, size))
    for height in range(_HEIGHTS):
        box = parents[:, height]
        for total, each in zip(totals, values, strict=True):
            total += np.bincount(box, each, minlength=size)
        totals[:, 0] = 0
        held = totals[0][box]
        sums.append(
            (
                held,
                np.log1p(totals[1][box]) / 4,
                totals[2][box] / np.maximum(totals[3][box], 1),
                (held > 0) & (held >= totals[0].max() - 1e-6),
            )
        )
    columns = [part[i] for i in range(4) for part in sums]
    shared, same = np.zeros(count + 1), np.zeros(count + 1)
    here, before = parents[1:, :, None], parents[:-1, None, :]
    shared[1:-1] = ((here == before) & (here > 0)).sum(axis=(1, 2)) / 4
    same[1:-1] = parents[1:, 0] == parents[:-1, 0]
    return np.stack((*columns, shared[:-1], shared[1:], same[:-1], same[1:]), axis=1)


def _articles(hints: Sequence[Hints], which: Ints, share: Floats) -> Floats:
    article = np.array([-1 if h.article is None else h.article for h in hints], np.int64)[which]
    inside = article >= 0
    number = int(article.max()) + 1
    prose = np.bincount(np.maximum(article, 0), share * inside, minlength=max(1, number))
    before = np.append(-1, article[:-1])
    titled = np.array([h.titled >= 0.8 for h in hints], np.float32)[which]
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
