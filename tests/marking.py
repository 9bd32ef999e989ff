"""What the markup of a page's lines says, for the tests."""

import re

import numpy as np

from schemas.records import Hints
from transforms.markup import Markup
from transforms.markup.lines import columns_and_hints
from transforms.markup.vocabulary import WORD_BITS


def hints_of(markup: Markup) -> list[Hints]:
    """Where structured data tell nothing."""
    count = len(markup.starts)
    _, hints = columns_and_hints(
        markup.lines, np.arange(count), np.zeros(count), np.full(count, -1)
    )
    return hints


def name_bits(names: str) -> int:
    """The groups of a class attribute, told word by word."""
    bits = 0
    before = ""
    for token in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", names[:200]):
        word = token.lower()
        bits |= _word_bits(word) | WORD_BITS.get(before + word, 0)
        before = word
    return bits


def _word_bits(word: str) -> int:
    if word in WORD_BITS:
        return WORD_BITS[word]
    for length in range(len(word) - 1, 4, -1):
        if bits := WORD_BITS.get(word[:length]) or WORD_BITS.get(word[-length:]):
            return bits
    return 0
