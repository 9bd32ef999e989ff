"""The words of a block's markup as numbers of a word list, where each stands with a leading ``=``."""

from functools import lru_cache
from typing import Final

import numpy as np

from transforms.arrays import Ints
from transforms.compiled import compiled
from transforms.features.words import WordList
from transforms.markup.vocabulary import NAMED, bits_of, names_of

_MOST: Final = 12  # of a block
_NAMES: Final = sorted(names_of(NAMED))
_MASKS: Final = np.array([bits_of({name}) for name in _NAMES], np.int64)


def marks_of(near: Ints, listed: WordList) -> Ints:
    """For the bits of each block's names a row of the numbers of those that are listed, in the order
    of the alphabet, padded with 0."""
    return _filled(near, _MASKS, _numbers_in(listed), _MOST)


def no_marks(count: int) -> Ints:
    """Those of so many blocks without markup."""
    return np.zeros((count, _MOST), np.int64)


def mark_words(bits: int) -> list[str]:
    """The words of a block's markup as they stand in the word list."""
    return [f"={name}" for name in sorted(names_of(bits))]


@lru_cache(maxsize=16)
def _numbers_in(listed: WordList) -> Ints:
    """The number of each name in a word list, 0 for none."""
    numbers = (next(listed.numbers_of([f"={name}"]), 0) for name in _NAMES)
    return np.fromiter(numbers, np.int64, len(_NAMES))


@compiled
def _filled(near: Ints, masks: Ints, numbers: Ints, most: int) -> Ints:
    rows = np.zeros((len(near), most), np.int64)
    for i in range(len(near)):
        filled = 0
        for k in range(len(masks)):
            if near[i] & masks[k] and numbers[k] and filled < most:
                rows[i, filled] = numbers[k]
                filled += 1
    return rows
