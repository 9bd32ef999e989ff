"""How many of a text's words are function words of each language: counted by a compiled loop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.arrays import Bytes, Codes, Doubles, Hashes, Ints32, codes_of
from transforms.compiled import compiled

_SLOTS: Final = 1 << 14
_MOST: Final = 4  # times that one word counts
_KNOWN: Final = 1 << 17  # behind them come Chinese characters only


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """The words of languages; a word that few languages share says more.

    Words are known by a hash of 64 bits: ``keys`` is a table with open addresses, ``entry`` the
    number of the word there. The languages of word ``i`` are ``owners[first[i]:first[i + 1]]``,
    each worth ``weights[i]``. ``letters`` has ones for the characters that words are made of.
    """

    languages: tuple[str, ...]
    keys: Hashes
    entry: Ints32
    first: Ints32
    owners: Ints32
    weights: Doubles
    letters: Bytes


def function_words(words: Mapping[str, Sequence[str]], letters: Iterable[str]) -> FunctionWords:
    """``words`` by language; ``letters`` are all characters of words up to U+1FFFF."""
    owners: dict[str, list[int]] = {}
    for number, language in enumerate(words):
        for word in words[language]:
            owners.setdefault(word, []).append(number)
    keys, entry = np.zeros(_SLOTS, np.uint64), np.zeros(_SLOTS, np.int32)
    for i, word in enumerate(owners):
        key = 0
        for letter in word:
            key = (key * _FACTOR + ord(letter) + 1) % 2**64
        slot = key % _SLOTS
        while keys[slot]:
            slot = (slot + 1) % _SLOTS
        keys[slot], entry[slot] = key, i
    marked = np.zeros(_KNOWN, np.uint8)
    marked[[ord(letter) for letter in letters]] = 1
    return FunctionWords(
        tuple(words), keys, entry,
        np.cumsum([0, *map(len, owners.values())]).astype(np.int32),
        np.array([number for numbers in owners.values() for number in numbers], np.int32),
        np.array([1 / len(numbers) for numbers in owners.values()]),
        marked,
    )  # fmt: skip


def leading(text: str, known: FunctionWords) -> tuple[str, float, float]:
    """The language with the most points for its words in ``text`` (small letters), its points, and
    those of the next. Of languages with as many points the one that was met first."""
    codes = codes_of(text)
    best, most, next_ = _leading(
        codes, known.letters, known.keys, known.entry, known.first, known.owners, known.weights,
        len(known.languages),
    )  # fmt: skip
    return known.languages[best] if most else "", most, next_


_FACTOR: Final = 1099511628211


@compiled
def _leading(
    codes: Codes,
    letters: Bytes,
    keys: Hashes,
    entry: Ints32,
    first: Ints32,
    owners: Ints32,
    weights: Doubles,
    languages: int,
) -> tuple[int, float, float]:
    times = np.zeros(weights.shape[0], np.int32)
    met = np.empty(weights.shape[0], np.int32)
    many = 0
    key = np.uint64(0)
    for i in range(codes.shape[0] + 1):
        # What stands beyond the table are Chinese characters: letters, of words that nobody knows.
        if i < codes.shape[0] and (codes[i] >= letters.shape[0] or letters[codes[i]]):
            key = key * np.uint64(_FACTOR) + np.uint64(codes[i]) + np.uint64(1)
            continue
        if key:
            slot = np.int64(key & np.uint64(_SLOTS - 1))
            while keys[slot] and keys[slot] != key:
                slot = (slot + 1) & (_SLOTS - 1)
            if keys[slot]:
                word = entry[slot]
                if times[word] == 0:
                    met[many] = word
                    many += 1
                times[word] += 1
        key = np.uint64(0)
    points = np.zeros(languages)
    ranks = np.full(languages, languages, np.int32)  # in which order they were met
    seen = 0
    for i in range(many):
        word = met[i]
        for j in range(first[word], first[word + 1]):
            if ranks[owners[j]] == languages:
                ranks[owners[j]] = seen
                seen += 1
            points[owners[j]] += min(times[word], _MOST) * weights[word]
    best = 0
    for i in range(1, languages):
        if points[i] > points[best] or (points[i] == points[best] and ranks[i] < ranks[best]):
            best = i
    following = 0.0
    for i in range(languages):
        if i != best and points[i] > following:
            following = points[i]
    return best, points[best], following
