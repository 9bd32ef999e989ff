"""The words of lines as one compares them, and which lines have so many words of a few given ones that
a closer look pays. Compiled.

``folds`` is, here, the case-folded form of a character of the basic plane: 0 if it is no part of a
word, -1 if it has no such form of one character.
"""

import numpy as np

from transforms.arrays import Bools, Codes, Hashes, Ints32
from transforms.compiled import compiled


@compiled
def _step(key: np.uint64, folded: int) -> np.uint64:
    return (key ^ np.uint64(folded)) * np.uint64(0x100000001B3)


@compiled
def _slot(words: Hashes, key: np.uint64) -> np.uint64:
    last = np.uint64(len(words) - 1)
    slot = (key ^ (key >> np.uint64(29))) & last
    while words[slot] and words[slot] != key:
        slot = (slot + np.uint64(1)) & last
    return slot


@compiled
def promising(codes: Codes, known: Codes, folds: Ints32, fewest: int, near: float) -> Bools:
    """For each line of ``codes`` whether the share of its words that are ``known`` (case-folded, a
    word a line) lets the F1 of both exceed ``near`` if the other side has ``fewest`` words. A line
    with a character of more than one passes."""
    size = 64
    while size < 2 * len(known):
        size *= 2
    words = np.zeros(size, np.uint64)
    start = np.uint64(0xCBF29CE484222325)
    key = start
    for code in known:
        if code == 10:
            words[_slot(words, key)] = key
            key = start
        else:
            key = _step(key, int(code))
    lines = 1
    for code in codes:
        lines += code == 10
    passed = np.zeros(lines, np.bool_)
    line = count = shared = 0
    odd = within = False
    key = start
    for i in range(len(codes) + 1):
        code = codes[i] if i < len(codes) else np.uint32(10)
        folded = folds[code] if code < 0x10000 else np.int32(-1)
        if folded > 0:
            key = _step(key, int(folded))
            within = True
        else:
            if within:
                count += 1
                shared += words[_slot(words, key)] == key
                key = start
                within = False
            if folded < 0:
                odd = True
        if code != 10:
            continue
        passed[line] = odd or 2 * shared > near * (count + fewest)
        line += 1
        count = shared = 0
        odd = False
    return passed


@compiled
def plain(codes: Codes, folds: Ints32) -> tuple[Codes, Bools]:
    """The words of each line of ``codes``, case-folded, a space between two; and which lines have a
    character of which that cannot be told here."""
    lines = 1
    for code in codes:
        lines += code == 10
    out = np.empty(len(codes), np.uint32)
    odd = np.zeros(lines, np.bool_)
    line = written = 0
    begun = apart = False  # whether the line has a word, and whether it ended
    for code in codes:
        folded = folds[code] if code < 0x10000 else np.int32(-1)
        if folded > 0:
            if apart:
                out[written] = 32
                written += 1
            out[written] = folded
            written += 1
            begun, apart = True, False
        elif code == 10:
            out[written] = 10
            written += 1
            line += 1
            begun = apart = False
        else:
            apart = begun
            odd[line] |= folded < 0
    return out[:written], odd
