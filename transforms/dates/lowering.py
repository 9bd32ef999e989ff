"""The small letters of a long text, and their code points: both at once, in half the time."""

from functools import cache
from typing import Final

import numpy as np

from transforms.arrays import Codes, all_characters, codes_of
from transforms.compiled import compiled
from transforms.dates import words

_ALPHABETS: Final = 0x20000  # no script behind it has capitals
# What no table can say: a letter whose small one hangs on its neighbours, and one that has two.
_ODD: Final = "Σİ"


@cache
def _small() -> Codes:
    """The small letter of each code point but the odd ones."""
    letters = all_characters(_ALPHABETS)
    for odd in _ODD:
        letters = letters.replace(odd, " ")
    return codes_of(letters.lower())


@compiled
def _lower(codes: Codes, small: Codes) -> Codes:
    low = np.empty_like(codes)
    for i in range(codes.shape[0]):
        low[i] = small[codes[i]] if codes[i] < small.shape[0] else codes[i]
    return low


def lowered(text: str) -> tuple[str, Codes]:
    """``words.lower(text)`` and its code points."""
    if text.isascii() or any(odd in text for odd in _ODD):
        low = words.lower(text)
        return low, codes_of(low)
    codes = _lower(codes_of(text), _small())
    codes.flags.writeable = False  # as those of ``codes_of``: loops are compiled for one kind
    return str(codes.data, "utf-32-le", "surrogatepass"), codes
