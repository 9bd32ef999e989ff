"""Standfirsts that stand where a body begins and are told by the page's own description."""

from collections.abc import Sequence
from typing import Final

from schemas.records import Block
from transforms.words import sealed_words

_ENOUGH: Final = 3  # blocks of body after which a look of its own means something


def is_described(first: Block, others: Sequence[Block], description: str | None) -> bool:
    """Whether the block with which a body seems to begin is the standfirst above it.

    So it is where the page's description repeats it word for word and its look is that of none of
    the ``others`` of the body. Either alone is true of many first paragraphs. Where structured
    data have it as part of the body it stays.
    """
    hints = first.hints
    if description is None or hints is None or hints.told or len(others) < _ENOUGH:
        return False
    if any(other.hints is not None and other.hints.form == hints.form for other in others):
        return False
    return sealed_words(first.text) == sealed_words(description)
