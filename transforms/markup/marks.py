"""What the tag and the attributes of an element say: groups of names, strong type, hiding.

Told of all marks of a page by one compiled loop, but for what styles hide: few marks have any.
"""

import re
from functools import cache, lru_cache
from typing import Final

import numpy as np

from transforms.arrays import Bytes, Hashes, Ints
from transforms.compiled import compiled
from transforms.markup import writing
from transforms.markup.outline import ATTRIBUTES, Outline
from transforms.markup.vocabulary import (
    LANDMARK_BITS,
    NAMED,
    ROLE_BITS,
    STRONG,
    TAGS,
    WORD_BITS,
    tag_number,
)

# Bits above those of the names.
STRONG_BIT: Final = NAMED + 1
HIDDEN_BIT: Final = STRONG_BIT << 1
BITS: Final = np.array([LANDMARK_BITS["a"], STRONG_BIT, HIDDEN_BIT], np.int64)

_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# React sends late parts of a page as hidden boxes of this id, and a script puts them in place.
_STREAMED = re.compile(r"S:[0-9a-f]+")
# The page itself is never hidden: AMP and slow-font tricks hide it until scripts have run.
_NEVER_HIDDEN: Final = frozenset({"html", "body", "main", "article"})
# In these a break of line is the designer's, not the writer's.
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
# Boxes that hold text rather than boxes: all of one kind in one box share its frame.
_SHARED: Final = frozenset("p li dd dt h1 h2 h3 h4 h5 h6 td th tr tbody".split())

# As in `writing` and `outline`, and of the order of its attributes. They stand here again because
# compiled code is kept as long as its own file.
_OWN, _TAG, _LOOK, _TRAITS, _NUMBER = range(5)
_COLUMNS = 5
_SCOPED = 2
_CLASS, _ROLE, _ITEMSCOPE, _IS_HIDDEN, _STYLE = 0, 2, 7, 8, 9
_NAMING = 7  # of the attributes so many, the class among them, name what an element is for
# A trait for this file alone: whether it is hidden is to be seen.
_MAYBE_HIDDEN = 1 << 8
# Of a class or an id so many characters count.
_LONGEST_NAME = 200
# A word that is not in the table counts as the longest one with which it begins or ends.
_SHORTEST_STEM = 5
# FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ Words from behind have a start of their own.
_START = np.uint64(0xCBF29CE484222325)
_FROM_BEHIND = np.uint64(0x84222325CBF29CE4)
_PRIME = np.uint64(0x100000001B3)
_SLOTS = 1 << 12


def table_of(outline: Outline) -> Ints:
    """The marks of a page as the kernel of ``writing`` wants them: of each the bits of its names, what
    stands for its tag, what for its look as a style sheet tells it, its traits, and the number of its
    tag. The look is tag and class, without the numbers that make the class of each ("post-4711") one
    of its own."""
    table = _table(outline.looks, outline.marks, *_known())
    maybe = np.flatnonzero(table[:, _TRAITS] & _MAYBE_HIDDEN)
    looks = outline.looks.tobytes()
    for mark, (start, end) in zip(maybe.tolist(), outline.marks[maybe, :2].tolist(), strict=True):
        if _hides(looks[start:end]):
            table[mark, _OWN] |= HIDDEN_BIT
    return table


@lru_cache(maxsize=1 << 12)
def _hides(look: bytes) -> bool:
    first, *given, _ = look.split(b"\0")
    tag = first.decode("utf-8", "replace")
    attributes = {ATTRIBUTES[each[0] - 1]: each[1:].decode("utf-8", "replace") for each in given}
    if tag == "dialog" and "open" not in attributes:
        return True
    if tag in _NEVER_HIDDEN:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return not _STREAMED.fullmatch(attributes.get("id", ""))
    return _HIDDEN_STYLE.search(attributes.get("style", "")) is not None


@cache
def _known() -> tuple[Hashes, Ints, int, int]:
    """What is known, by its hash: of words the bits, and that some begin with five letters; of tags the
    bits, the traits and the number; of roles the bits. What is not known has zeros. Then the length of
    the longest word, and the number of an unknown tag."""
    keys, values = np.zeros(_SLOTS, np.uint64), np.zeros((_SLOTS, 3), np.int64)

    def learn(text: str, start: np.uint64, *value: int) -> None:
        key = np.uint64(_hash(np.frombuffer(text.encode(), np.uint8), start))
        slot = _slot(keys, key)
        keys[slot], values[slot] = key, value

    for word in WORD_BITS:
        learn(word[:_SHORTEST_STEM], _START, 0, 0, 0)
        learn(word[: -_SHORTEST_STEM - 1 : -1], _FROM_BEHIND, 0, 0, 0)
    for word, bits in WORD_BITS.items():
        learn(word, _START, bits, 0, 0)
        learn(word[::-1], _FROM_BEHIND, bits, 0, 0)
    for tag in {*TAGS, *LANDMARK_BITS, *STRONG, *_SHARED, "dialog"}:
        traits = writing.SHARED * (tag in _SHARED) | writing.ARTICLE * (tag == "article")
        traits |= writing.HEADING * (tag in _HEADINGS) | _MAYBE_HIDDEN * (tag == "dialog")
        bits = LANDMARK_BITS.get(tag, 0) | STRONG_BIT * (tag in STRONG)
        learn(f"<{tag}>", _START, bits, traits, tag_number(tag))
    for role, bits in ROLE_BITS.items():
        learn(f"={role}", _START, bits, 0, 0)
    return keys, values, max(map(len, WORD_BITS)), tag_number("x-")


@compiled
def _step(key: np.uint64, byte: int) -> np.uint64:
    return (key ^ np.uint64(byte)) * _PRIME


@compiled
def _hash(text: Bytes, start: np.uint64) -> np.uint64:
    for byte in text:
        start = _step(start, byte)
    return start


@compiled
def _slot(keys: Hashes, key: np.uint64) -> np.int64:
    """Where a key stands, or the free slot where it belongs."""
    slot = np.int64((key ^ (key >> np.uint64(29))) & np.uint64(_SLOTS - 1))
    while keys[slot] and keys[slot] != key:
        slot = (slot + 1) & (_SLOTS - 1)
    return slot


@compiled
def _stem(text: Bytes, start: int, end: int, keys: Hashes, values: Ints, longest: int) -> np.int64:
    """The bits of the longest known word that one which is not known begins or ends with; of two as
    long those of the first."""
    bits = np.int64(0)
    best = 0
    most = min(end - start - 1, longest)
    for behind in range(2):
        key = _FROM_BEHIND if behind else _START
        for i in range(most):
            key = _step(key, text[end - 1 - i if behind else start + i] | 32)
            if i + 1 >= _SHORTEST_STEM:
                slot = _slot(keys, key)
                if i + 1 > best and values[slot, 0]:
                    best, bits = i + 1, values[slot, 0]
                if i + 1 == _SHORTEST_STEM and not keys[slot]:
                    break  # no word begins so
    return bits


@compiled
def _names(text: Bytes, at: int, end: int, keys: Hashes, values: Ints, longest: int) -> np.int64:
    """The groups of a class attribute, an id or a role.

    Words are told apart by case and punctuation: ``articleBody`` and ``article-body`` are two words
    each. The pair of the two is looked up as one word too.
    """
    bits = np.int64(0)
    before = _START  # the hash of the word before
    while at < end:
        if not 97 <= text[at] | 32 <= 122:
            at += 1
            continue
        start = at
        at += 1
        large = text[start] < 97
        if not large or (at < end and 97 <= text[at] <= 122):
            while at < end and 97 <= text[at] <= 122:
                at += 1
        else:
            while at < end and 65 <= text[at] <= 90:
                at += 1
            # The last of several capitals begins the word in small letters behind them.
            if at < end and 97 <= text[at] <= 122:
                at -= 1
        key = _START
        for i in range(start, at):
            key = _step(key, text[i] | 32)
            before = _step(before, text[i] | 32)
        known = values[_slot(keys, key), 0]
        if not known and at - start > _SHORTEST_STEM:
            known = _stem(text, start, at, keys, values, longest)
        bits |= known | values[_slot(keys, before), 0]
        before = key
    return bits


@compiled
def _first_characters(text: Bytes, start: int, end: int) -> int:
    """How many bytes the characters of a name have that count."""
    counted = 0
    for i in range(start, end):
        counted += text[i] & 0xC0 != 0x80
        if counted > _LONGEST_NAME:
            return i - start
    return end - start


@compiled
def _table(text: Bytes, marks: Ints, keys: Hashes, values: Ints, longest: int, other: int) -> Ints:
    table = np.zeros((len(marks), _COLUMNS), np.int64)
    for mark in range(len(marks)):
        at, end = marks[mark, 0], marks[mark, 1]
        look, tag = _START, _step(_START, 60)
        while text[at]:
            look, tag = _step(look, text[at]), _step(tag, text[at])
            at += 1
        tag = _step(tag, 62)
        slot = _slot(keys, tag)
        own, traits = values[slot, 0], values[slot, 1]
        number = values[slot, 2] if keys[slot] else other
        at += 1
        while at < end:
            attribute = text[at] - 1
            at += 1
            start = at
            while text[at]:
                at += 1
            letters = at - start
            if letters > _LONGEST_NAME:
                letters = _first_characters(text, start, at)
            if attribute < _NAMING:
                own |= _names(text, start, start + letters, keys, values, longest)
            if attribute == _CLASS:
                plain = False
                for i in range(start, start + letters):
                    if not 48 <= text[i] <= 57:
                        if not plain:
                            look = _step(look, 46)
                            plain = True
                        look = _step(look, text[i])
            elif attribute == _ROLE:
                role = _step(_START, 61)
                for i in range(start, at):
                    role = _step(role, text[i])
                own |= values[_slot(keys, role), 0]
            elif attribute == _ITEMSCOPE:
                traits |= _SCOPED
            elif attribute in (_IS_HIDDEN, _STYLE):
                traits |= _MAYBE_HIDDEN
            at += 1
        table[mark, _OWN], table[mark, _TRAITS], table[mark, _NUMBER] = own, traits, number
        table[mark, _TAG], table[mark, _LOOK] = np.int64(tag), np.int64(look)
    return table
