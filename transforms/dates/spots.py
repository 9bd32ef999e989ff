"""Where in a text a word of a long list may begin: one compiled pass over its characters.

A pattern of hundreds of words is slow where it is tried at every word of a text. Here the first
letters of each word are looked up in a table; the pattern is then tried only at the few places
that are left. A place too many costs a moment, one too few would be an error: nothing is left out.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from transforms.arrays import Bytes, Codes, Ints32, all_characters
from transforms.compiled import compiled

_SLOTS: Final = 1 << 16
_FACTORS: Final = (961, 31, 1)  # of the first three letters; small Latin ones never share a slot


def beginnings(lists: Sequence[Iterable[str]]) -> Bytes:
    """The beginnings of up to eight lists of words, to be looked up: one row for words of one
    letter, one for two, one for three and more. Each slot has the bits of the lists that have a
    word whose first letters fall there.
    """
    table = np.zeros((3, _SLOTS), np.uint8)
    for number, words in enumerate(lists):
        for word in words:
            first = word[:3]
            slot = sum(ord(letter) * by for letter, by in zip(first, _FACTORS, strict=False))
            table[len(first) - 1, slot % _SLOTS] |= 1 << number
    return table


def marked(characters: Iterable[str]) -> Bytes:
    """A table by code point with ones for ``characters``; it ends behind the last of them."""
    codes = [ord(character) for character in characters]
    table = np.zeros(max(codes) + 1, np.uint8)
    table[codes] = 1
    return table


def hashes(words: Iterable[str]) -> Bytes:
    """What ``known_words`` knows ``words`` by."""
    table = np.zeros(_SLOTS, np.uint8)
    for word in words:
        slot = 0
        for letter in word:
            slot = (slot * 31 + ord(letter)) % _SLOTS
        table[slot] = 1
    return table


# ``\d`` and ``\s`` of patterns; none lies beyond.
DIGITS: Final = marked(filter(str.isdecimal, all_characters(0x20000)))
SPACES: Final = tuple(filter(str.isspace, all_characters(0x3001)))


@compiled
def _lists_at(codes: Codes, at: int, heads: Bytes) -> np.uint8:
    """The bits of the lists that have a word beginning like the text at ``at``."""
    size = codes.shape[0]
    bits = np.uint8(0)
    if at < size:
        slot = np.int64(codes[at]) * 961
        bits |= heads[0, slot & 0xFFFF]
        if at + 1 < size:
            slot += np.int64(codes[at + 1]) * 31
            bits |= heads[1, slot & 0xFFFF]
            if at + 2 < size:
                bits |= heads[2, (slot + np.int64(codes[at + 2])) & 0xFFFF]
    return bits


@compiled
def _lists_before(codes: Codes, at: int, tails: Bytes) -> np.uint8:
    """The same backwards from ``at``, of words that are spelled backwards."""
    bits = np.uint8(0)
    if at >= 0:
        slot = np.int64(codes[at]) * 961
        bits |= tails[0, slot & 0xFFFF]
        if at > 0:
            slot += np.int64(codes[at - 1]) * 31
            bits |= tails[1, slot & 0xFFFF]
            if at > 1:
                bits |= tails[2, (slot + np.int64(codes[at - 2])) & 0xFFFF]
    return bits


@compiled
def _is_between(code: int) -> bool:
    """Whether it is one of the signs that may stand between a month and a number: " .,·|/-–—"."""
    return code in (32, 44, 45, 46, 47, 124, 0xB7, 0x2013, 0x2014)


@compiled
def numbers(codes: Codes, digits: Bytes, behind: Bytes, heads: Bytes, tails: Bytes) -> Ints32:
    """The numbers of one, two and four digits that a date may begin or end with.

    One row a number: where it starts and ends, 1 if a date may begin with it, 1 if a month may end
    before it. ``behind`` has bit 1 for each ASCII character that may follow a day, bit 2 for those
    that may follow a year; ``heads`` the same bits for words that may follow them and a space.
    ``tails`` are the ends of the words that may stand before, spelled backwards.
    """
    size, many = codes.shape[0], digits.shape[0]
    rows = np.empty((size, 4), np.int32)
    found = at = 0
    while at < size:
        if codes[at] >= many or not digits[codes[at]]:
            at += 1
            continue
        end = at + 1
        while end < size and codes[end] < many and digits[codes[end]]:
            end += 1
        length = end - at
        if length <= 2 or length == 4:
            kind = 1 if length <= 2 else 2
            begins = end < size and (codes[end] >= 128 or behind[codes[end]] & kind != 0)
            if begins and codes[end] == 32 and end + 1 < size and 97 <= codes[end + 1] <= 122:
                begins = _lists_at(codes, end + 1, heads) & kind != 0
            elif begins and codes[end] == 44 and end + 1 < size and 48 <= codes[end + 1] <= 57:
                begins = False  # "5,000"
            before = at - 1
            while before >= 0 and before >= at - 3 and _is_between(codes[before]):
                before -= 1
            ends = _lists_before(codes, before, tails) != 0
            if begins or ends:
                rows[found, 0], rows[found, 1] = at, end
                rows[found, 2], rows[found, 3] = begins, ends
                found += 1
        at = end
    return rows[:found].copy()


@compiled
def known_words(codes: Codes, edges: Bytes, keys: Bytes) -> tuple[Ints32, Ints32]:
    """Where the words start and end, parted by marked characters, whose hash ``keys`` knows."""
    size, many = codes.shape[0], edges.shape[0]
    starts, ends = np.empty(size, np.int32), np.empty(size, np.int32)
    found = begun = 0
    hashed = np.int64(0)
    for i in range(size + 1):
        if i < size and (codes[i] >= many or not edges[codes[i]]):
            hashed = (hashed * 31 + np.int64(codes[i])) & 0xFFFF
            continue
        if i > begun and keys[hashed]:
            starts[found], ends[found] = begun, i
            found += 1
        begun, hashed = i + 1, np.int64(0)
    return starts[:found].copy(), ends[:found].copy()


@compiled
def after_edges(codes: Codes, edges: Bytes, heads: Bytes) -> tuple[Ints32, Bytes]:
    """Where a marked character stands before what a word begins with, and the bits of the lists."""
    size, many = codes.shape[0], edges.shape[0]
    places, lists = np.empty(size, np.int32), np.empty(size, np.uint8)
    found = 0
    for i in range(size):
        if codes[i] < many and edges[codes[i]]:
            bits = _lists_at(codes, i + 1, heads)
            if bits:
                places[found] = i
                lists[found] = bits
                found += 1
    return places[:found].copy(), lists[:found].copy()


@compiled
def after_digits(codes: Codes, digits: Bytes, heads: Bytes) -> Ints32:
    """Where one to three digits and perhaps a space stand before what a word begins with."""
    size, many = codes.shape[0], digits.shape[0]
    places = np.empty(size, np.int32)
    found = begun = 0
    inside = False
    for i in range(size):
        if codes[i] >= many or not digits[codes[i]]:
            inside = False
            continue
        if not inside:
            inside, begun = True, i
        after = i + 2 if i + 1 < size and codes[i + 1] == 32 else i + 1
        if _lists_at(codes, after, heads):
            places[found] = max(begun, i - 2)
            found += 1
    return places[:found].copy()
