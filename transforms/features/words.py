"""The words of a page: where they stand, which are the same, what each says of the topic."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.arrays import (
    Bytes,
    Codes,
    Doubles,
    Hashes,
    Ints,
    all_characters,
    codes_of,
)
from transforms.compiled import compiled
from transforms.letters import NO_SPACES

_HEAD, _TAIL = 8, 6
COMMON: Final = 25  # a word that stands so often on a page tells no topic
_LINE_END = 10
_NOTHING, _LETTER, _UNPARTED = range(3)
# FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
_FNV_START: Final = np.uint64(0xCBF29CE484222325)
_FNV_PRIME: Final = np.uint64(0x100000001B3)


def _roles() -> Bytes:
    """What every code point is to a word. In scripts that part no words pairs of characters stand in
    for them."""
    characters = all_characters()
    table = np.zeros(len(characters), np.uint8)
    for pattern, role in ((r"\w+", _LETTER), (f"[{NO_SPACES}]+", _UNPARTED)):
        for found in re.finditer(pattern, characters):
            table[found.start() : found.end()] = role
    return table


_ROLE: Final = _roles()


class WordList:
    """Words by number, from 1 on, as kernels look them up: by a hash of 64 bits, which a word
    outside the list shares with one of it in one of 10^15 cases (and two words of a page with each
    other in fewer). ``hashes`` and ``numbers`` are a
    table of slots; the number of an empty one is 0."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._numbers = {word: number for number, word in enumerate(words, 1)}
        sizes = np.array([*map(len, words)], np.int64)
        self.hashes, self.numbers = _listed(codes_of("".join(words)), sizes)

    def numbers_of(self, words: Iterable[str]) -> Iterator[int]:
        """The numbers of those of ``words`` that are listed."""
        return (self._numbers[word] for word in words if word in self._numbers)


@dataclass(frozen=True, slots=True, eq=False)
class PageWords:
    """The words of a page in order: the page's own number of each (the first word is 0), how many
    each block has, what each says of the topic (0: nothing), and where each stood before (-1:
    nowhere)."""

    ids: Ints
    sizes: Ints
    weights: Doubles
    before: Ints


@dataclass(frozen=True, slots=True, eq=False)
class ListedWords:
    """Of the words of a page those on the list: their number in it (0: none) by the word's own
    number; and of each block the first and the last, a row a block, padded with 0."""

    known: Ints
    head: Ints
    tail: Ints


NO_WORDS: Final = PageWords(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)
)


def read_words(codes: Codes, count: int, listed: WordList) -> tuple[PageWords, ListedWords]:
    """The words of ``count`` blocks whose lower-case characters are ``codes``, a line end between
    two blocks."""
    ids, sizes, weights, before, known, head, tail = _read(
        codes, _ROLE, count, listed.hashes, listed.numbers
    )
    return PageWords(ids, sizes, weights, before), ListedWords(known, head, tail)


def split_words(lowered: Sequence[str]) -> list[list[str]]:
    """The words of each of ``lowered``, blocks in lower case without line ends."""
    page = "\n".join(lowered)
    starts, stops, sizes, _ = _spans(codes_of(page), _ROLE, len(lowered))
    found = map(page.__getitem__, map(slice, starts.tolist(), stops.tolist()))
    return [[next(found) for _ in range(size)] for size in sizes.tolist()]


def ends_of(words: Sequence[str]) -> tuple[str, ...]:
    """Those of the words of a block that count as its first and its last."""
    return (*words[:_HEAD], *words[-_TAIL:])


@compiled
def _read(
    codes: Codes, roles: Bytes, count: int, hashes: Hashes, numbers: Ints
) -> tuple[Ints, Ints, Doubles, Ints, Ints, Ints, Ints]:
    """All of ``PageWords``, then of ``ListedWords``: one call for what is asked of every page."""
    starts, stops, sizes, values = _spans(codes, roles, count)
    ids, before, first = _number(values)
    known, weights = _weigh(codes, starts, stops, values, ids, first, hashes, numbers)
    head, tail = _ends(known, ids, sizes)
    return ids, sizes, weights, before, known, head, tail


@compiled
def _spans(codes: Codes, roles: Bytes, count: int) -> tuple[Ints, Ints, Ints, Hashes]:
    """Where words start and stop, how many each of ``count`` blocks has, and the hash of each."""
    starts = np.empty(len(codes), np.int64)
    stops = np.empty(len(codes), np.int64)
    hashes = np.empty(len(codes), np.uint64)
    sizes = np.zeros(count, np.int64)
    block = number = at = 0
    while at < len(codes):
        code = codes[at]
        role = roles[code]
        start = at
        at += 1
        if code == _LINE_END:
            block = min(block + 1, count - 1)  # a line end within a block must not write elsewhere
        if role == _NOTHING:
            continue
        value = _with(_FNV_START, code)
        if role == _UNPARTED:
            if at < len(codes) and roles[codes[at]] == _UNPARTED:
                value = _with(value, codes[at])
                at += 1
        else:
            while at < len(codes) and roles[codes[at]] == _LETTER:
                value = _with(value, codes[at])
                at += 1
        starts[number], stops[number], hashes[number] = start, at, value
        number += 1
        sizes[block] += 1
    return starts[:number], stops[:number], sizes, hashes[:number]


@compiled
def _with(value: np.uint64, code: np.uint32) -> np.uint64:
    """The hash of a word with one more character."""
    return (value ^ np.uint64(code)) * _FNV_PRIME


@compiled
def _slot(hashes: Hashes, numbers: Ints, value: np.uint64) -> np.uint64:
    """Where a hash stands in a table, or would stand."""
    last = np.uint64(len(hashes) - 1)
    slot = (value ^ (value >> np.uint64(32))) & last
    while numbers[slot] and hashes[slot] != value:
        slot = (slot + np.uint64(1)) & last
    return slot


@compiled
def _listed(codes: Codes, sizes: Ints) -> tuple[Hashes, Ints]:
    """The table of the words in ``codes``, whose characters ``sizes`` counts."""
    slots = 16
    while slots < 4 * len(sizes):
        slots *= 2
    hashes, numbers = np.zeros(slots, np.uint64), np.zeros(slots, np.int64)
    start = 0
    for i in range(len(sizes)):
        value = _FNV_START
        for at in range(start, start + sizes[i]):
            value = _with(value, codes[at])
        slot = _slot(hashes, numbers, value)
        if not numbers[slot]:
            hashes[slot], numbers[slot] = value, i + 1
        start += sizes[i]
    return hashes, numbers


@compiled
def _number(hashes: Hashes) -> tuple[Ints, Ints, Ints]:
    """The number of each word in order of first sight, the place of the same word before it (-1:
    none), and the place of each number's first word."""
    count = len(hashes)
    ids, before = np.empty(count, np.int64), np.empty(count, np.int64)
    first, last = np.empty(count, np.int64), np.empty(count, np.int64)
    size = 16
    while size < 2 * count:
        size *= 2
    end = np.uint64(size - 1)
    slots = np.full(size, -1, np.int32)
    keys = np.empty(size, np.uint64)
    known = 0
    for i in range(count):
        value = hashes[i]
        slot = (value ^ (value >> np.uint64(32))) & end
        while slots[slot] >= 0 and keys[slot] != value:
            slot = (slot + np.uint64(1)) & end
        number = slots[slot]
        if number < 0:
            number = slots[slot] = known
            keys[slot] = value
            first[known] = i
            last[known] = -1
            known += 1
        ids[i] = number
        before[i] = last[number]
        last[number] = i
    return ids, before, first[:known]


@compiled
def _weigh(
    codes: Codes, starts: Ints, stops: Ints, values: Hashes, ids: Ints, first: Ints,
    hashes: Hashes, numbers: Ints,
) -> tuple[Ints, Doubles]:  # fmt: skip
    """By number the listed number of each word, and by place what it says of the topic, 0 to 1.

    Words that many sites use, listed ones, say nothing; the others count by how rare and how long
    they are, since the commonest words of every language are short.
    """
    often = np.zeros(len(first), np.int64)
    for i in ids:
        often[i] += 1
    known = np.zeros(len(first), np.int64)
    worth = np.zeros(len(first))
    rarity = np.empty(COMMON)  # a logarithm for each count, not for each word
    for times in range(COMMON):
        rarity[times] = np.log2(1.0 + times)
    for number in range(len(first)):
        start, stop = starts[first[number]], stops[first[number]]
        known[number] = numbers[_slot(hashes, numbers, values[first[number]])]
        if often[number] >= COMMON or known[number]:
            continue
        head, end = codes[start], codes[stop - 1]
        length = stop - start
        # Korean writes a syllable a character; pairs of Han or katakana are words, of kana endings.
        if 0xAC00 <= head < 0xD7B0:
            long = min(length / 3, 1.0)
        elif 0x30A0 <= head < 0xA000 and end >= 0x30A0:
            long = 1.0
        else:
            long = min(max((length - 2) / 4, 0.0), 1.0)
        worth[number] = long / rarity[often[number]]
    weights = np.empty(len(ids))
    for i in range(len(ids)):
        weights[i] = worth[ids[i]]
    return known, weights


@compiled
def _ends(known: Ints, ids: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """The listed numbers of the first and of the last words of each block."""
    head = np.zeros((len(sizes), _HEAD), np.int64)
    tail = np.zeros((len(sizes), _TAIL), np.int64)
    start = 0
    for block in range(len(sizes)):
        size = sizes[block]
        for i in range(min(size, _HEAD)):
            head[block, i] = known[ids[start + i]]
        # A word that the head has is not told twice.
        for i in range(min(max(size - _HEAD, 0), _TAIL)):
            tail[block, i] = known[ids[start + size - 1 - i]]
        start += size
    return head, tail
