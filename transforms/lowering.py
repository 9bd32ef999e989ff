"""Small letters by a table: a page's code points become those of its lower case in one loop."""

from functools import cache
from typing import Final

import numpy as np

from transforms.arrays import Codes, all_characters, codes_of
from transforms.compiled import compiled

_ALPHABETS: Final = 0x20000  # no script behind it has capitals
# What no table can say: a letter whose small one hangs on its neighbours, and one that has two.
_ODD: Final = "Σİ"
_NONE: Final = 0xFFFFFFFF


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
