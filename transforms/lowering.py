"""Small letters by a table: a page's code points become those of its lower case in one loop; and the
table of case-folded letters, by which words are compared."""

import re
from functools import cache
from typing import Final

import numpy as np

from transforms.arrays import Codes, Ints32, all_characters, codes_of
from transforms.compiled import compiled

_ALPHABETS: Final = 0x20000  # no script behind it has capitals
# What no table can say: a letter whose small one hangs on its neighbours, and one that has two.
_ODD: Final = "Σİ"
_NONE: Final = 0xFFFFFFFF
_LETTER: Final = re.compile(r"\w")


def small_letters(codes: Codes) -> Codes | None:
    """The code points of the lower case of a text, from its own; None where one of its letters
    cannot be lowered by itself ("Σ", "İ")."""
    low, is_sure = _lowered(codes, _small())
    if not is_sure:
        return None
    low.flags.writeable = False  # as those of ``codes_of``: loops are compiled for one kind
    return low


@cache
def _small() -> Codes:
    """The small letter of each code point, ``_NONE`` for the odd ones."""
    letters = all_characters(_ALPHABETS)
    for odd in _ODD:
        letters = letters.replace(odd, " ")
    small = codes_of(letters.lower()).copy()
    small[[*map(ord, _ODD)]] = _NONE
    return small


@compiled
def _lowered(codes: Codes, small: Codes) -> tuple[Codes, bool]:
    """The small letters, and whether there is no odd one among them."""
    low = np.empty(len(codes), np.uint32)
    is_sure = True
    for i in range(len(codes)):
        code = codes[i]
        low[i] = small[code] if code < _ALPHABETS else code
        is_sure &= low[i] != _NONE
    return low, is_sure


@cache
def case_folds() -> Ints32:
    """The case-folded form of each character of the basic plane: 0 if it is no part of a word, -1 if
    it has no such form of one character."""
    table = np.zeros(0x10000, np.int32)
    for code in range(0x10000):
        folded = chr(code).casefold()
        if len(folded) != 1:
            table[code] = -1
        elif _LETTER.match(folded):
            table[code] = ord(folded)
    return table
