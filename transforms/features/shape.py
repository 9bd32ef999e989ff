"""The shape of a block: the kinds of its characters, its words and sentences, its two ends, and
the numbers in it. One pass over the characters of a page."""

import unicodedata
from typing import Final, NamedTuple

import numpy as np

from transforms.arrays import Bytes, Codes, Floats, Ints, all_characters
from transforms.compiled import compiled

(OTHER, UPPER, LOWER, CASELESS, DIGIT, SPACE, STOP, COMMA, COLON, QUOTE, BRACKET, DASH,
 BAR, MONEY, SYMBOL, MARK) = range(16)  # fmt: skip
_KINDS = 16
_BY_CHARACTER = {
    STOP: ".!?…。！？।؟॥。",
    COMMA: ",;、，；،؛",
    COLON: ":：",
    QUOTE: "\"'“”„‟‘’‚«»‹›「」『』`´",
    BRACKET: "()[]{}（）［］【】<>",
    DASH: "-–—―‐‑−_",
    BAR: "|/\\•·●▪■◆►▶▸→←↑↓»«▲▼★☆*#+~‣◦○✓✔✕×>",
    MONEY: "$€£¥₹₽%‰§&=@©®™",
}
_BY_CATEGORY = {
    "Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Lo": CASELESS, "Lm": CASELESS, "Nd": DIGIT,
    "Zs": SPACE, "Mn": MARK, "Mc": MARK, "Me": MARK, "So": SYMBOL, "Sk": SYMBOL,
    "Sc": MONEY, "Sm": SYMBOL, "Nl": DIGIT, "No": DIGIT,
}  # fmt: skip
_PLAIN = 0x10000  # those above are symbols
_HEAD: Final = 80
# The letters as a bit set of kinds, and what may stand before a letter of the same word.
_LETTERS: Final = np.uint64(1 << UPPER | 1 << LOWER | 1 << CASELESS)
_WITHIN: Final = _LETTERS | np.uint64(1 << MARK)
_SIGNS: Final = (0x3A, 0x2D, 0x2013, 0x2014)
# The bits of the signs that part a place or a name from what follows it, beside those of all kinds.
SIGN_BITS: Final = {chr(sign): 1 << _KINDS + i for i, sign in enumerate(_SIGNS)}

SHAPE: Final = (
    *(f"share_{kind}" for kind in range(_KINDS)),
    "log_length", "length_100", "length_400", "log_words", "word_length", "capitalised",
    "sentences", "all_capitals", "long_words",
    *(f"first_{kind}" for kind in range(_KINDS)), *(f"last_{kind}" for kind in range(_KINDS)),
    "ends_quoted_stop", "ends_ellipsis",
)  # fmt: skip
NUMBERS: Final = ("clock", "year", "day")
NAMES: Final = (*SHAPE, *NUMBERS)
_LENGTH: Final = NAMES.index("log_length")
_FIRST: Final = NAMES.index("first_0")
_LAST: Final = NAMES.index("last_0")
_ENDS: Final = NAMES.index("ends_quoted_stop")
_NUMBERS: Final = NAMES.index("clock")


class Shape(NamedTuple):
    """What later features ask of the shape of each block: its characters if it is prose, else 0
    (``prose``), the share of caseless letters, the kind of its first character, and what stands
    among its first 80 characters, as a bit set: a bit for each kind, and those of ``SIGN_BITS``."""

    prose: Floats
    caseless: Floats
    first: Ints
    heads: Ints


def _kinds() -> Bytes:
    """The kind of every code point below 65,536, and of those above as one more."""
    characters = all_characters()[:_PLAIN]
    table = np.fromiter(
        (_BY_CATEGORY.get(category, OTHER) for category in map(unicodedata.category, characters)),
        dtype=np.uint8,
        count=_PLAIN,
    )
    for kind, written in _BY_CHARACTER.items():
        for character in written:
            table[ord(character)] = kind
    table[ord("\n")] = SPACE
    return np.append(table, np.uint8(SYMBOL))


_KIND: Final = _kinds()


def measure(codes: Codes, sizes: Ints, length: Ints, rows: Floats) -> Shape:
    """Fills ``rows`` (a row a block, a column for each of ``NAMES``, zeros before).

    ``codes`` are the characters of all blocks, a line end between two; ``sizes`` how many of them
    each block has, ``length`` how many it has in truth (of long ones only the ends are measured).
    """
    count = len(sizes)
    shape = Shape(
        np.zeros(count, np.float32), np.zeros(count, np.float32), np.zeros(count, np.int64),
        np.zeros(count, np.int64),
    )  # fmt: skip
    _measure(codes, _KIND, sizes, length, rows, *shape)
    return shape


@compiled
def _measure(
    codes: Codes, table: Bytes, sizes: Ints, length: Ints, rows: Floats, prose: Floats,
    caseless: Floats, firsts: Ints, heads: Ints,
) -> None:  # fmt: skip
    counts = np.zeros(_KINDS, np.int64)
    begin = 0
    for i in range(len(sizes)):
        size = sizes[i]
        stop = begin + size
        row = rows[i]
        counts[:] = 0
        words = capitals = sentences = 0
        kind = np.uintp(SPACE)
        within = np.uint64(0)  # in its lowest bit whether the character before is of a word
        # Where words start is added up: as a branch it would be hard to foresee. Numbers without a
        # sign need no look at whether they count from the end.
        for at in range(np.uintp(begin), np.uintp(stop)):
            code = codes[at]
            kind = np.uintp(table[min(code, np.uint32(_PLAIN))])
            counts[kind] += 1
            starts = int(np.int64(_LETTERS >> kind & ~within & np.uint64(1)))
            words += starts
            capitals += starts & (kind == UPPER)
            # A sentence ends where a full stop is followed by a space, a quote or nothing.
            if kind == STOP:
                behind = int(at) + 1
                after = table[min(codes[behind], _PLAIN)] if behind < stop else SPACE
                sentences += after in (SPACE, QUOTE) or code > 0x2E7F
            within = _WITHIN >> kind
        if size > _HEAD or counts[COLON] or counts[DASH]:
            heads[i] = _near_head(codes, table, begin, min(stop, begin + _HEAD))
        else:  # all of it is near, and no sign in it: the kinds are known
            for k in range(_KINDS):
                heads[i] |= (counts[k] > 0) << k
        first = table[min(codes[begin], _PLAIN)] if size else SPACE
        firsts[i] = first
        measured = max(size, 1)
        for k in range(_KINDS):
            row[k] = counts[k] / measured
        caseless[i] = row[CASELESS]
        letters = counts[UPPER] + counts[LOWER] + counts[CASELESS] + counts[MARK]
        cased = counts[UPPER] + counts[LOWER]
        long = length[i]
        row[_LENGTH] = np.log1p(long) / 6
        row[_LENGTH + 1] = min(long, 100) / 100
        row[_LENGTH + 2] = min(long, 400) / 400
        row[_LENGTH + 3] = np.log1p(words) / 4
        row[_LENGTH + 4] = min(letters / max(words, 1), 20) / 10
        row[_LENGTH + 5] = capitals / max(words, 1)
        row[_LENGTH + 6] = np.log1p(sentences)
        row[_LENGTH + 7] = counts[UPPER] > 0.8 * max(cased, 3)
        row[_LENGTH + 8] = min(long / max(words, 1), 40) / 20
        row[_FIRST + first] = 1
        row[_LAST + kind] = 1
        if size > 1:
            last, next_to_last = codes[stop - 1], codes[stop - 2]
            closes = kind in (QUOTE, BRACKET)
            row[_ENDS] = closes and table[min(next_to_last, _PLAIN)] == STOP
            row[_ENDS + 1] = last == 0x2E and next_to_last == 0x2E
        if size and codes[stop - 1] == 0x2026:
            row[_ENDS + 1] = 1
        if counts[DIGIT]:
            _find_numbers(codes, table, begin, stop, row)
        if long >= 80 and sentences + counts[COMMA] > 0 and row[DIGIT] < 0.2:
            prose[i] = long
        begin = stop + 1


@compiled
def _near_head(codes: Codes, table: Bytes, begin: int, stop: int) -> int:
    """The bit set of what stands there."""
    bits = 0
    for at in range(begin, stop):
        kind = table[min(codes[at], _PLAIN)]
        bits |= 1 << kind
        if kind in (COLON, DASH):
            for sign in range(len(_SIGNS)):
                if codes[at] == _SIGNS[sign]:
                    bits |= 1 << _KINDS + sign
    return bits


@compiled
def _find_numbers(codes: Codes, table: Bytes, begin: int, stop: int, row: Floats) -> None:
    """Has the block a time of day, a year (1900 to 2099), a day of a numeric date?"""
    at = begin
    while at < stop:
        if table[min(codes[at], _PLAIN)] != DIGIT:
            at += 1
            continue
        end = at
        while end < stop and table[min(codes[end], _PLAIN)] == DIGIT:
            end += 1
        following = end + 1  # the digits after one character that is none
        while following < stop and table[min(codes[following], _PLAIN)] == DIGIT:
            following += 1
        size, next_size = end - at, following - end - 1
        if size == 4:
            one, two = codes[at], codes[at + 1]
            if (one == 0x31 and two == 0x39) or (one == 0x32 and two == 0x30):
                row[_NUMBERS + 1] = 1
        elif size <= 2 and end < stop and next_size > 0:
            between = codes[end]
            if (
                (between in (0x3A, 0x2E, 0x68))  # : . h
                and next_size == 2
                and codes[end + 1] < 0x36
            ):
                row[_NUMBERS] = 1
            if between in (0x2E, 0x2F, 0x2D) and next_size <= 2:  # . / -
                row[_NUMBERS + 2] = 1
        at = end
