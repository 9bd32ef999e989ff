"""What a page's address says of its blocks: most addresses end in the words of the page's headline.

Nothing here knows a site: the host is not looked at, and an address without words tells nothing.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

import numpy as np

from transforms.arrays import Codes, Floats, Ints, Shorts, all_characters, codes_of
from transforms.compiled import compiled

COLUMNS: Final = 2
_LONGEST: Final = 300  # characters of a block that may be a headline
_LEAST_WORDS, _LEAST_LETTERS = 2, 10
_ENDING = re.compile(r"\.\w{2,5}$")
_WORD = re.compile(r"[^\W_]+")
# Numbers that count stories, and hashes of them, are no words.
_NUMBER = re.compile(r"\d{5,}|(?=\w*\d)[0-9a-f]{6,}|\w*\d\w*\d\w*\d\w*")
# Letters that have no accent to lose.
_LETTERS: Final = {"ß": "ss", "æ": "a", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
_ACCENTS = re.compile("[\u0300-\u036f]+")
_KNOWN: Final = 0x10000
_LINE, _SPACE, _A, _E, _O, _U = map(ord, "\n aeou")
_FACTOR: Final = 1099511628211


def told_by(url: str | None, low: Codes, length: Ints) -> Floats:
    """A row a block: how much of the address's words it has, and how much of its words the address
    has, both 0 to 1 by letters. Zeros where the address has no words.

    ``low`` has the characters of all blocks in lower case, a line end between two; ``length`` how
    many each block has in truth (of long ones, which are no headlines, only the ends are there).
    """
    rows = np.zeros((len(length), COLUMNS), np.float32)
    wanted = address_words(url) if url else ()
    if wanted:
        _tell(low, length, *_folds(), codes_of(" ".join(wanted)), len(wanted), rows)
    return rows


@lru_cache(maxsize=256)
def address_words(url: str) -> tuple[str, ...]:
    """The different words of the part of an address that has the most of them, or none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ()
    parts = [_words(part) for part in path.split("/")]
    best = max(parts, key=lambda words: sum(map(len, words)))
    enough = len(best) >= _LEAST_WORDS and sum(map(len, best)) >= _LEAST_LETTERS
    return best if enough else ()


def _words(part: str) -> tuple[str, ...]:
    plain = _folded(codes_of(unquote(_ENDING.sub("", part))), *_folds()).tobytes()
    found = plain.decode("utf-32-le", "surrogatepass").split()
    return tuple(dict.fromkeys(word for word in found if not _NUMBER.fullmatch(word)))


@cache
def _folds() -> tuple[Shorts, Shorts]:
    """What each character becomes: one or two small letters without accents (the second 0 where
    there is none), a space where it parts words, 0 for an accent."""
    first, second = np.zeros(_KNOWN, np.uint16), np.zeros(_KNOWN, np.uint16)
    for code, character in enumerate(all_characters(_KNOWN)):
        low = character.lower()
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", _LETTERS.get(low, low)))
        if len(plain) > 2 or not all(map(_is_letter, plain)):
            plain = character if _WORD.fullmatch(character) else " "
        first[code] = ord(plain[0]) if plain else 0
        second[code] = ord(plain[1]) if len(plain) > 1 else 0
    first[_LINE] = _LINE
    return first, second


def _is_letter(character: str) -> bool:
    return ord(character) < _KNOWN and _WORD.fullmatch(character) is not None


@compiled
def _folded(codes: Codes, first: Shorts, second: Shorts) -> Codes:
    """The characters as ``first`` and ``second`` have them, each digraph one letter."""
    out = np.empty(2 * len(codes), np.uint32)
    size, last = 0, np.uint32(0)
    for code in codes:
        letter, other = code, np.uint32(0)
        if code < _KNOWN:
            letter, other = np.uint32(first[code]), np.uint32(second[code])
        if letter and not _ends_digraph(letter, last):
            out[size] = last = letter
            size += 1
            if other:
                out[size] = last = other
                size += 1
    return out[:size]


@compiled
def _ends_digraph(letter: np.uint32, last: np.uint32) -> bool:
    """Whether a letter behind ``last`` is the second of ae, oe, ue or aa: what addresses write for
    ä, ö, ü, å."""
    # Without branches: those two letters are so many that they would be hard to foresee.
    of_e = (letter == _E) & ((last == _A) | (last == _O) | (last == _U))
    return bool(of_e | ((letter == _A) & (last == _A)))


@compiled
def _tell(
    page: Codes, length: Ints, first: Shorts, second: Shorts, address: Codes, words: int,
    rows: Floats,
) -> None:  # fmt: skip
    """Fills ``rows``, one a line of ``page``, whose characters are folded as in ``_folded``;
    ``address`` has its words, folded, between spaces."""
    wanted, sizes = np.zeros(words, np.uint64), np.zeros(words, np.int64)
    word = 0
    for code in address:
        if code == _SPACE:
            word += 1
        else:
            wanted[word] = wanted[word] * np.uint64(_FACTOR) + code
            sizes[word] += 1
    # A bit for each key by its lowest six: most words have none of them.
    hints = np.uint64(0)
    for word in range(words):
        hints |= np.uint64(1) << (wanted[word] & np.uint64(63))
    has = np.full(words, -1, np.int64)  # the last line that has each word
    line = every = both = size = 0
    key, last = np.uint64(0), np.uint32(0)
    for i in range(len(page) + 1):
        code = page[i] if i < len(page) else np.uint32(_LINE)
        if length[line] > _LONGEST and code != _LINE:
            continue
        letter, other = code, np.uint32(0)
        if code < _KNOWN:
            letter, other = np.uint32(first[code]), np.uint32(second[code])
        if letter == 0 or _ends_digraph(letter, last):
            continue
        last = other if other else letter
        if letter not in (_SPACE, _LINE):
            key = key * np.uint64(_FACTOR) + letter
            size += 1
            if other:
                key = key * np.uint64(_FACTOR) + other
                size += 1
            continue
        every += size
        maybe = size and hints >> (key & np.uint64(63)) & np.uint64(1)
        for word in range(words if maybe else 0):
            if wanted[word] == key and sizes[word] == size:
                both += size
                has[word] = line
        key, size = np.uint64(0), 0
        if letter == _LINE:
            if both:
                for word in range(words):
                    if has[word] == line:
                        rows[line, 0] += sizes[word]
                rows[line, 0] /= sizes.sum()
                rows[line, 1] = both / every
            # A line end within a block must not write elsewhere.
            line = min(line + 1, len(rows) - 1)
            every = both = 0
