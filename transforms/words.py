"""The words of a text, normalised: what stories are compared and counted by."""

import re
import unicodedata
from functools import cache
from typing import Final

import numpy as np

from transforms.arrays import Bytes, Codes, Shorts, codes_of
from transforms.compiled import compiled
from transforms.letters import JOINERS, NO_SPACES, VOWELS

SEAL: Final = b"\x1f"  # a separator that no word holds
_NO_SPACES: Final = f"[{NO_SPACES}]"
# Vowels that are marks belong to the word, and so does a joiner behind them: ``\w`` has neither.
_LETTERS: Final = rf"(?:(?!{_NO_SPACES})[^\W_])"
_MARK: Final = rf"[{VOWELS}][{JOINERS}]?"
_WORD: Final = re.compile(rf"{_NO_SPACES}|{_LETTERS}+(?:{_MARK}{_LETTERS}*)*")
# Where no script without spaces occurs, and twice as fast.
_PARTED_WORD: Final = re.compile(rf"[^\W_]+(?:{_MARK}[^\W_]*)*")
_UNPARTED: Final = re.compile(_NO_SPACES)
# Where the table is made out character by character, and the ends of the two long runs between: Han,
# whose characters are a word each, and the syllables of Korean. Of all others it knows nothing.
_KNOWN: Final = (*range(0x3400), *range(0xFF00, 0xFFF0), *range(0x1F000, 0x1FB00))
_HAN, _SYLLABLES = (0x3400, 0xA000), (0xAC00, 0xD7A4)
_OTHERWISE: Final = 1
_ALONE: Final = 0xFFFF  # none of what is written with two letters


def words(text: str) -> list[str]:
    """The words of ``text`` in NFKC and case-folded, without punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return (_WORD if _UNPARTED.search(plain) else _PARTED_WORD).findall(plain)


def seal(parts: list[str]) -> bytes:
    """``parts`` in a row, each ended by the separator."""
    return "\x1f".join([*parts, ""]).encode("utf-8", "surrogatepass")


def sealed_words(text: str) -> bytes:
    """``seal(words(text))``, for most texts by one pass of a compiled loop."""
    if not text:
        return b""
    codes = codes_of(text)
    spelled, size = _spelled(codes, *_table())
    return spelled[:size].tobytes() if size >= 0 else seal(words(text))


@cache
def _table() -> tuple[Shorts, Shorts]:
    """What each character becomes: one or two characters of a word (the second 0 where there is
    none, ``_ALONE`` where the first is a word by itself), 0 for what parts words, ``_OTHERWISE``
    where its neighbours or more than that decide."""
    size = max(_KNOWN) + 1
    first, second = np.full(size, _OTHERWISE, np.uint16), np.zeros(size, np.uint16)
    for start, end in (_HAN, _SYLLABLES):
        first[start:end] = np.arange(start, end)
    second[slice(*_HAN)] = _ALONE
    for code in _KNOWN:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char).casefold()
        if not any(map(_may_join, char + plain)):
            first[code], second[code] = _spelling(plain)
    return first, second


def _may_join(char: str) -> bool:
    """Marks may join the letter before; so do the later letters of a Korean syllable."""
    return unicodedata.category(char)[0] == "M" or "\u1100" <= char < "\u1200"


def _spelling(plain: str) -> tuple[int, int]:
    """The entry of a character that joins no other: ``plain`` is what it becomes."""
    if _UNPARTED.search(plain):
        return (ord(plain), _ALONE) if len(plain) == 1 else (_OTHERWISE, 0)
    letters = "".join(_PARTED_WORD.findall(plain))
    if not letters:
        return 0, 0
    if letters != plain or len(plain) > 2 or ord(max(plain)) > 0xFFFF:
        return _OTHERWISE, 0
    return ord(plain[0]), ord(plain[1]) if len(plain) == 2 else 0


@compiled
def _put(letter: int, out: Bytes, size: int) -> int:
    """Writes a letter below U+10000 behind the first ``size`` bytes; how many there are then."""
    if letter < 0x80:
        out[size] = letter
        return size + 1
    if letter < 0x800:
        out[size] = 0xC0 | letter >> 6
        out[size + 1] = 0x80 | letter & 0x3F
        return size + 2
    out[size] = 0xE0 | letter >> 12
    out[size + 1] = 0x80 | letter >> 6 & 0x3F
    out[size + 2] = 0x80 | letter & 0x3F
    return size + 3


@compiled
def _spelled(codes: Codes, first: Shorts, second: Shorts) -> tuple[Bytes, int]:
    """The words in UTF-8, each ended by the separator, and how many bytes they are; -1 where a
    character is none that the tables have an answer for."""
    out = np.empty(7 * codes.shape[0] + 1, np.uint8)
    size = 0
    inside = False
    for i in range(codes.shape[0]):
        code = codes[i]
        if code < 0x80:  # a letter, or what parts words: no branch is there to be guessed wrong
            small = np.uint8(first[code])
            out[size] = small if small else 0x1F
            size += inside or small != 0
            inside = small != 0
            continue
        if code >= first.shape[0] or first[code] == 1:
            return out, -1
        letter = int(first[code])
        if letter == 0:
            if inside:
                out[size] = 0x1F
                size += 1
            inside = False
            continue
        alone = second[code] == _ALONE
        if alone and inside:
            out[size] = 0x1F
            size += 1
        size = _put(letter, out, size)
        if second[code] and not alone:
            size = _put(int(second[code]), out, size)
        inside = not alone
        if alone:
            out[size] = 0x1F
            size += 1
    if inside:
        out[size] = 0x1F
        size += 1
    return out, size
