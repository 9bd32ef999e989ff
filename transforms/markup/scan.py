"""One look through a page's bytes for what makes a parser slow, compiled."""

import numpy as np

from transforms.arrays import Bytes, Ints
from transforms.compiled import compiled
from transforms.memory import byte_at, eight_at

# What a tag is: its number in the table of names is below this for those that are known.
SHALLOW, FORMAT, RAW, LINK, DRAWING = 1, 2, 4, 8, 16
_SLOTS = 1 << 12
# More names than this on one page share their counts.
_MOST_NAMES = 1 << 11


@compiled
def _hash_of(name: Bytes, start: int, end: int) -> np.int64:
    """Of a tag's name in letters of any case; never 0."""
    key = np.uint64(0xCBF29CE484222325)
    for i in range(start, end):
        byte = name[i]
        if 65 <= byte <= 90:
            byte |= 32
        key = (key ^ np.uint64(byte)) * np.uint64(0x100000001B3)
    return np.int64(key >> np.uint64(2)) | np.int64(1)


@compiled
def _slot_of(table: Ints, hashed: np.int64) -> np.int64:
    slot = (hashed ^ hashed >> 21) & (_SLOTS - 1)
    while table[slot, 0] and table[slot, 0] != hashed:
        slot = (slot + 1) & (_SLOTS - 1)
    return slot


@compiled
def table_of(names: Bytes, traits: Ints) -> Ints:
    """The table of known names, which stand one after another, each ended by a line end."""
    table = np.zeros((_SLOTS, 2), np.int64)
    start = number = 0
    for i in range(len(names)):
        if names[i] == 10:
            hashed = _hash_of(names, start, i)
            slot = _slot_of(table, hashed)
            table[slot, 0], table[slot, 1] = hashed, traits[number]
            number += 1
            start = i + 1
    return table


@compiled
def _space(byte: int) -> bool:
    return byte <= 32 and (byte >= 28 or 9 <= byte <= 13)


@compiled
def _find(html: int, stop: int, at: int, pattern: np.uint64) -> int:
    """Where a byte comes next from ``at`` on, else the end; ``pattern`` is eight times the byte.
    Eight bytes are looked at at once: one of them is the byte if its difference is zero. The lowest
    bits are those of the first, as on all machines that Numba knows."""
    while at + 8 <= stop:
        difference = eight_at(html + at) ^ pattern
        zeros = (difference - _ONES) & ~difference & _HIGHEST
        if zeros:
            first = (zeros & (~zeros + np.uint64(1))) >> np.uint64(7)
            return at + int(np.int64(first * _ORDINALS >> np.uint64(56)))
        at += 8
    byte = np.uint8(pattern & np.uint64(0xFF))
    while at < stop and byte_at(html + at) != byte:
        at += 1
    return at


_ONES, _HIGHEST = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
# Times the lowest bit of one of eight bytes it has the number of that byte in its highest.
_ORDINALS = np.uint64(0x0001020304050607)
_ANGLE, _QUOTE, _APOSTROPHE = (np.uint64(0x0101010101010101 * byte) for byte in b"<\"'")


@compiled
def _after(html: int, stop: int, at: int, start: int, end: int) -> int:
    """Where ``</`` and the name at ``start`` comes next, in letters of any case."""
    length = end - start
    last = stop - length - 1
    i = at
    while True:
        i = _find(html, stop, i, _ANGLE)
        if i >= last:
            break
        if byte_at(html + i + 1) != 47:
            i += 1
            continue
        same = True
        for k in range(length):
            if byte_at(html + i + 2 + k) | 32 != byte_at(html + start + k) | 32:
                same = False
                break
        if same:
            return i
        i += 1
    return stop


@compiled
def _behind_value(html: int, stop: int, at: int, unclosed: Ints) -> int:
    """Where a quoted value behind the sign that stands before ``at`` ends; ``at`` if there is none.
    Of an end that was not found once none is to be found behind it."""
    value = at
    while value < stop and _space(byte_at(html + value)):
        value += 1
    if value == stop or (byte_at(html + value) != 34 and byte_at(html + value) != 39):
        return at
    which = 0 if byte_at(html + value) == 34 else 1
    if value >= unclosed[which]:
        return at
    close = _find(html, stop, value + 1, _APOSTROPHE if which else _QUOTE)
    if close < stop:
        return close + 1
    unclosed[which] = value
    return at


@compiled
def _attributes(html: int, stop: int, at: int, end: int) -> int:
    """How many words stand outside of quotes."""
    number = 0
    apart = True
    unclosed = np.full(2, stop, np.int64)
    while at < end:
        byte = byte_at(html + at)
        if _space(byte) or byte == 47:
            apart = True
        else:
            number += apart
            apart = False
            if byte == 61:
                behind = _behind_value(html, stop, at + 1, unclosed)
                if behind > at + 1:
                    at = behind
                    apart = True
                    continue
        at += 1
    return number


@compiled
def scan(html: Bytes, known: Ints) -> tuple[int, int, int, int, int]:
    """The number of tags, how deep elements nest, how many formatting elements begin and how many
    stand open at most, and the most attributes of a tag with 2,000 characters of them. Linear."""
    stop = len(html)
    page = html.ctypes.data
    table = known.copy()
    opened = np.zeros(_SLOTS, np.int64)
    names = seen = depth = deepest = formats = begun = widest = most = drawings = 0
    # Where a quote was found to have no end, none behind it has.
    unclosed = np.full(2, stop, np.int64)
    at = 0
    while at < stop:
        at = _find(page, stop, at, _ANGLE) + 1
        if at >= stop:
            break
        closing = False
        if html[at] == 33:
            if at + 2 < stop and html[at + 1] == 45 and html[at + 2] == 45:
                at += 3
                while at < stop and not (
                    html[at] == 62 and html[at - 1] == 45 and html[at - 2] == 45 and at - 2 >= 0
                ):
                    at += 1
            continue
        if html[at] == 47:
            closing = True
            at += 1
        if at >= stop or not 97 <= html[at] | 32 <= 122:
            continue
        start = at
        while at < stop and not _space(html[at]) and html[at] != 62 and html[at] != 47:
            at += 1
        end = at
        seen += 1
        while at < stop and html[at] != 62:
            if html[at] == 61:
                at = _behind_value(page, stop, at + 1, unclosed)
            else:
                at += 1
        if at - end > 2000:
            most = max(most, _attributes(page, stop, end, at))
        slot = _slot_of(table, _hash_of(html, start, end))
        traits = table[slot, 1]
        if not table[slot, 0] and names < _MOST_NAMES:
            table[slot, 0] = _hash_of(html, start, end)
            names += 1
        if traits & SHALLOW or (drawings and html[at - 1] == 47 and at > end):
            continue
        if closing:
            if opened[slot]:
                opened[slot] -= 1
                depth -= 1
                formats -= (traits & FORMAT) != 0
                drawings -= (traits & DRAWING) != 0
            continue
        if traits & RAW:
            at = _after(page, stop, at, start, end)
            continue
        # A second <a> closes the first.
        if traits & LINK and opened[slot]:
            continue
        opened[slot] += 1
        depth += 1
        drawings += (traits & DRAWING) != 0
        if traits & FORMAT:
            formats += 1
            begun += not traits & LINK
        deepest, widest = max(deepest, depth), max(widest, formats)
    return seen, deepest, begun, widest, most
