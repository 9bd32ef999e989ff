"""Whether bytes are sound UTF-8, told without making a text of them. Compiled."""

import numpy as np

from transforms.arrays import Bytes, Hashes
from transforms.compiled import compiled

_HIGH = np.uint64(0x8080808080808080)


@compiled
def _is_utf8(page: Bytes, eights: Hashes) -> bool:
    """``eights``: the bytes by eight, without the last few."""
    end = len(page)
    i = 0
    while i < end:
        if i & 7 == 0:
            at = i >> 3
            while at < len(eights) and not eights[at] & _HIGH:
                at += 1
            i = at << 3
            if i >= end:
                break
        byte = page[i]
        if byte < 0x80:
            i += 1
            continue
        # The second byte of some first ones has narrower bounds: nothing is written longer than
        # need be, surrogates are no characters, and U+10FFFF is the last.
        low, high, more = 0x80, 0xBF, 0
        if 0xC2 <= byte <= 0xDF:
            more = 1
        elif 0xE0 <= byte <= 0xEF:
            more = 2
            if byte == 0xE0:
                low = 0xA0
            elif byte == 0xED:
                high = 0x9F
        elif 0xF0 <= byte <= 0xF4:
            more = 3
            if byte == 0xF0:
                low = 0x90
            elif byte == 0xF4:
                high = 0x8F
        if not more or i + more > end - 1 or not low <= page[i + 1] <= high:
            return False
        for k in range(2, more + 1):
            if page[i + k] & 0xC0 != 0x80:
                return False
        i += more + 1
    return True


def is_utf8(page: bytes) -> bool:
    """Whether ``page`` could be decoded as UTF-8."""
    if page.isascii():
        return True
    eights = np.frombuffer(page, np.uint64, len(page) // 8)
    return _is_utf8(np.frombuffer(page, np.uint8), eights)
