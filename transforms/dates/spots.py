"""Where in a text a word of a long list may begin: one compiled pass over its characters.

A pattern of hundreds of words is slow where it is tried at every word of a text. Here the first
letters of each word are looked up in a table; the pattern is then tried only at the few places
that are left. A place too many costs a moment, one too few would be an error: nothing is left out.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

import numpy as np

from transforms.arrays import Bytes, Codes, Ints32, all_characters
from transforms.compiled import compiled

_SLOTS: Final = 1 << 16
_FACTORS: Final = (961, 31, 1, 29791)  # of the first letters; three Latin ones never share a slot
_MORE: Final = 128  # in a table of beginnings: words of more letters begin so

# What a number may be to a date.
BEGINS: Final = 1
ENDS: Final = 2
COUNTS: Final = 4
YEAR: Final = 8  # four digits behind a space: one without a month, perhaps

_SIGNS: Final = 4  # that stand between two parts of a date at most: ". - "
_ORDINAL: Final = 3  # the number's end and the two letters behind it: "29th"
_ASCII, _SPACE, _BRACKET, _COLON, _COLON_E, _SMALL_A, _SMALL_Z = 128, 32, 40, 58, 101, 97, 122


def beginnings(lists: Sequence[Iterable[str]]) -> Bytes:
    """The beginnings of up to seven lists of words, to be looked up: one row for words of one
    letter, one for two, one for three, one for four and more. Each slot has the bits of the lists that
    have a word whose first letters fall there, and a bit if longer words begin so: where it is not
    set, no further row needs a look.
    """
    table = np.zeros((len(_FACTORS), _SLOTS), np.uint8)
    for number, words in enumerate(lists):
        for word in words:
            first = word[: len(_FACTORS)]
            codes = zip(map(ord, first), _FACTORS, strict=False)
            slots = [at % _SLOTS for at in accumulate(code * by for code, by in codes)]
            for row, slot in enumerate(slots[:-1]):
                table[row, slot] |= _MORE
            table[len(slots) - 1, slots[-1]] |= 1 << number
    return table


def marked(*lists: Iterable[str]) -> Bytes:
    """A table by code point: bit ``i`` is set for the characters of the list ``i``. Behind the last
    of them it has one slot more, for all others."""
    codes = [[ord(character) for character in characters] for characters in lists]
    table = np.zeros(max(map(max, codes)) + 2, np.uint8)
    for number, listed in enumerate(codes):
        table[listed] |= 1 << number
    return table


def hashes(*lists: Iterable[str]) -> Bytes:
    """What ``known_words`` knows words by: bit ``i`` is set for those of the list ``i``."""
    table = np.zeros(_SLOTS, np.uint8)
    for number, words in enumerate(lists):
        for word in words:
            table[_slot(np.array([*map(ord, word)], np.uint32), 0, len(word))] |= 1 << number
    return table


# ``\d`` and ``\s`` of patterns; none lies beyond.
DIGITS: Final = marked(filter(str.isdecimal, all_characters(0x20000)))
SPACES: Final = tuple(filter(str.isspace, all_characters(0x3001)))


@compiled
def _marks(codes: Codes, table: Bytes) -> Ints32:
    """Where the characters stand that ``table`` marks. There is no branch to be guessed wrong: the
    place of each character is written down, and the next one's over it unless it is marked."""
    places = np.empty(codes.shape[0] + 1, np.int32)
    others = np.uint32(table.shape[0] - 1)
    found = np.uintp(0)
    for i in range(np.uintp(codes.shape[0])):
        places[found] = i
        found += np.uintp(table[np.uintp(min(codes[i], others))] != 0)
    return places[:found]


@compiled
def _lists_at(codes: Codes, at: int, heads: Bytes) -> np.uint8:
    """The bits of the lists that have a word beginning like the text at ``at``."""
    size = codes.shape[0]
    bits = np.uint8(0)
    if at < size:
        slot = np.int64(codes[at]) * 961
        bits |= heads[0, slot & 0xFFFF]
        if bits & _MORE and at + 1 < size:
            slot += np.int64(codes[at + 1]) * 31
            there = heads[1, slot & 0xFFFF]
            bits |= there
            if there & _MORE and at + 2 < size:
                slot += np.int64(codes[at + 2])
                there = heads[2, slot & 0xFFFF]
                bits |= there
                if there & _MORE and at + 3 < size:
                    bits |= heads[3, (slot + np.int64(codes[at + 3]) * 29791) & 0xFFFF]
    return np.uint8(bits & ~np.uint8(_MORE))


@compiled
def _lists_before(codes: Codes, at: int, tails: Bytes) -> np.uint8:
    """The same backwards from ``at``, of words that are spelled backwards."""
    bits = np.uint8(0)
    if at >= 0:
        slot = np.int64(codes[at]) * 961
        bits |= tails[0, slot & 0xFFFF]
        if bits & _MORE and at > 0:
            slot += np.int64(codes[at - 1]) * 31
            there = tails[1, slot & 0xFFFF]
            bits |= there
            if there & _MORE and at > 1:
                slot += np.int64(codes[at - 2])
                there = tails[2, slot & 0xFFFF]
                bits |= there
                if there & _MORE and at > 2:
                    bits |= tails[3, (slot + np.int64(codes[at - 3]) * 29791) & 0xFFFF]
    return np.uint8(bits & ~np.uint8(_MORE))


@compiled
def _is_between(code: int) -> bool:
    """Whether it is one of the signs that may stand between a month and a number: " .,·|/-–—"."""
    return code in (32, 44, 45, 46, 47, 124, 0xB7, 0x2013, 0x2014)


@compiled
def _has_date_behind(codes: Codes, at: int, kind: int, digits: Bytes, heads: Bytes) -> bool:
    """Whether signs and then a month or a number stand at ``at``, as in a date behind its first
    number: "12. May", "12/19 - 2025", "20.-27. January"."""
    size, many = codes.shape[0], digits.shape[0]
    behind = at
    while behind < size and behind < at + _SIGNS and _is_between(codes[behind]):
        behind += 1
    if behind >= size:
        return False
    if behind == at or codes[behind] >= many or not digits[codes[behind]]:
        return bool(codes[behind] >= _ASCII or _lists_at(codes, behind, heads) & kind)
    end = behind + 1
    while end < size and codes[end] < many and digits[codes[end]]:
        end += 1
    if end - behind > 2:  # "0.005", "98-299": the second number of a date is a month or a day
        return False
    behind = end
    while behind < size and behind < end + _SIGNS and _is_between(codes[behind]):
        behind += 1
    if behind >= size:
        return False
    if codes[behind] >= _ASCII or codes[behind] == _BRACKET or digits[codes[behind]]:
        return True
    return bool(_lists_at(codes, behind, heads) & kind)


@compiled
def _begins(codes: Codes, end: int, kind: int, digits: Bytes, heads: Bytes) -> bool:
    """Whether a date may begin with the number that ends at ``end``: a day (``kind`` 1), which the
    letters of an ordinal may follow, or a year (2)."""
    size = codes.shape[0]
    if kind == 1 and end + 1 < size and codes[end] == _COLON:
        return bool(codes[end + 1] == _COLON_E)
    for at in range(end, min(size, end + _ORDINAL)):
        if _has_date_behind(codes, at, kind, digits, heads):
            return True
        if kind != 1 or not _SMALL_A <= codes[at] <= _SMALL_Z:
            break
    return False


@compiled
def numbers(codes: Codes, digits: Bytes, heads: Bytes, tails: Bytes) -> Ints32:
    """The numbers that a date may begin or end with, and those that may count a unit of time.

    One row a number: where it starts and ends, and its roles (``BEGINS``, ``ENDS``, ``COUNTS``,
    ``YEAR``).
    One that counts has a row of its own, with its last three digits. ``heads`` has bit 1 for the
    words that may follow a day, bit 2 for those that may follow a year, bit 4 for units. ``tails``
    are the ends of the words that may stand before, spelled backwards.
    """
    size = codes.shape[0]
    places = _marks(codes, digits)
    rows = np.empty((2 * len(places), 3), np.int32)
    found = k = 0
    while k < len(places):
        at = int(places[k])
        end = at + 1
        k += 1
        while k < len(places) and places[k] == end:
            end += 1
            k += 1
        length = end - at
        if length <= 2 or length == 4:
            kind = 1 if length <= 2 else 2
            roles = BEGINS if _begins(codes, end, kind, digits, heads) else 0
            before = at - 1
            while before >= 0 and before >= at - 3 and _is_between(codes[before]):
                before -= 1
            if _lists_before(codes, before, tails):
                roles |= ENDS
            if length == 4 and at > 0 and codes[at - 1] == _SPACE:
                roles |= YEAR
            if roles:
                rows[found, 0], rows[found, 1], rows[found, 2] = at, end, roles
                found += 1
        for i in range(at, end):  # there are units that begin with a digit
            after = i + 2 if i + 1 < size and codes[i + 1] == _SPACE else i + 1
            if _lists_at(codes, after, heads) & COUNTS:
                rows[found, 0], rows[found, 1], rows[found, 2] = max(at, i - 2), i + 1, COUNTS
                found += 1
    return rows[:found].copy()


@compiled
def _slot(codes: Codes, begin: int, end: int) -> int:
    """Where ``hashes`` has the word at ``[begin, end)``: by its length, its last letter and its first
    three. To look at every letter takes longer than the few words that come of it too many."""
    slot = np.int64(codes[np.uintp(end - 1)]) + 31 * (end - begin)
    for at in range(np.uintp(begin), np.uintp(min(begin + 3, end))):
        slot = slot * 31 + np.int64(codes[at])
    return int(slot & 0xFFFF)


@compiled
def known_words(codes: Codes, edges: Bytes, keys: Bytes, tails: Bytes) -> Ints32:
    """The words, parted by characters with a mark in ``edges``, that ``keys`` may know: one row a
    word, where it starts and ends.

    A word whose key has bit 2 only counts behind what ends in one of ``tails`` (spelled backwards);
    of the marked characters only those with bit 2 may stand between.
    """
    size, many = codes.shape[0], edges.shape[0]
    found = begun = 0
    places = _marks(codes, edges)
    rows = np.empty((len(places) + 1, 2), np.int32)
    for k in range(len(places) + 1):
        i = int(places[k]) if k < len(places) else size
        key = keys[np.uintp(_slot(codes, begun, i))] if i > begun else np.uint8(0)
        if key:
            known = key & 1 != 0
            if not known:
                before = begun - 1
                while before >= 0 and codes[before] < many and edges[codes[before]] & 2:
                    before -= 1
                known = _lists_before(codes, before, tails) != 0
            if known:
                rows[found, 0], rows[found, 1] = begun, i
                found += 1
        begun = i + 1
    return rows[:found].copy()


@compiled
def after_edges(codes: Codes, edges: Bytes, heads: Bytes) -> tuple[Ints32, Bytes]:
    """Where a marked character stands before what a word begins with, and the bits of the lists."""
    places = _marks(codes, edges)
    few = _promising(codes, places, heads)
    lists = np.empty(few, np.uint8)
    found = 0
    for k in range(few):
        bits = _lists_at(codes, int(places[k]) + 1, heads)
        if bits:
            places[found] = places[k]
            lists[found] = bits
            found += 1
    return places[:found].copy(), lists[:found].copy()


@compiled
def _promising(codes: Codes, places: Ints32, heads: Bytes) -> int:
    """How many of ``places`` may stand before a word of ``heads`` by its first two letters: those
    are moved to the front. No branch is there to be guessed wrong, and the other rows of the table
    are not touched for most words."""
    last = np.uintp(codes.shape[0] - 1)
    found = np.uintp(0)
    for k in range(np.uintp(len(places))):
        place = places[k]
        slot = np.uintp(codes[min(np.uintp(place) + np.uintp(1), last)]) * np.uintp(961)
        alone = heads[np.uintp(0), slot & np.uintp(0xFFFF)] & np.uint8(_MORE - 1)
        slot += np.uintp(codes[min(np.uintp(place) + np.uintp(2), last)]) * np.uintp(31)
        places[found] = place
        found += np.uintp((alone | heads[np.uintp(1), slot & np.uintp(0xFFFF)]) != 0)
    return int(found)
