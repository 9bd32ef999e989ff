"""What the markup says of the blocks of a page, column by column: what the labeller measures.

The reader of HTML has it in columns, and a page of its blocks (``MarkedBlocks``) keeps them. Of other
blocks, such as those of a composed page, the columns are made of their hints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from schemas.records import Block, Hints
from transforms.arrays import Doubles, Ints
from transforms.markup.vocabulary import tag_number

BOXES: Final = 4
# The rows of ``ordinals``; the nearest of the boxes comes first.
TAG, TOLD, TIMES, ARTICLE, FORM, RULED, NEAR, AROUND, BOX = range(9)
ORDINALS: Final = BOX + BOXES
# The rows of ``shares``.
LINKS, STRONG, TITLED = range(3)
SHARES: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A column a block; a row of ``ordinals`` and ``shares`` is a field of its hints.

    Tags are numbers of the vocabulary, that of no tag for a block without hints; names are bits; times are
    counted; what is told and the ordinal of the <article> are -1 for None; boxes are 0 for none.
    """

    ordinals: Ints
    shares: Doubles

    @property
    def near(self) -> Ints:
        """The bits of the names near each block."""
        near: Ints = self.ordinals[NEAR]
        return near


class MarkedBlocks(tuple[Block, ...]):
    """The blocks of a page with what its markup says of them."""

    columns: Columns


def marked(blocks: Sequence[Block], columns: Columns) -> MarkedBlocks:
    """``blocks``, which ``columns`` are of."""
    made = MarkedBlocks(blocks)
    made.columns = columns
    return made


def columns_of(blocks: Sequence[Block]) -> Columns:
    """The columns of ``blocks``: their own, else what their hints say."""
    if isinstance(blocks, MarkedBlocks):
        return blocks.columns
    every = [block.hints or _NONE for block in blocks]
    ordinals = np.array([_ordinals(hints) for hints in every], np.int64)
    shares = np.array([(h.link_density, h.strong_density, h.titled) for h in every], np.float64)
    return Columns(
        np.ascontiguousarray(ordinals.reshape(-1, ORDINALS).T),
        np.ascontiguousarray(shares.reshape(-1, SHARES).T),
    )


_NONE: Final = Hints("")


def _ordinals(hints: Hints) -> tuple[int, ...]:
    boxes = (*hints.parents, *(0,) * BOXES)[:BOXES]
    return (
        tag_number(hints.tag),
        -1 if hints.told is None else hints.told,
        len(hints.times),
        -1 if hints.article is None else hints.article,
        hints.form,
        hints.ruled,
        hints.words,
        hints.around,
        *boxes,
    )
