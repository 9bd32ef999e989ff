"""What a block looks like, as numbers: shape, patterns, place, repetition, cohesion, frame, markup.

Nothing here knows a site, and nothing but the word list of the weights knows a language. Each module
measures one matter for all blocks of a page in one pass, so the time is linear in the page's length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from schemas.records import Block
from transforms.arrays import Codes, Floats, Ints, codes_of
from transforms.features import cohesion, frame, patterns, place, repetition, shape
from transforms.features.marks import mark_words, marks_of, no_marks
from transforms.features.words import NO_WORDS, PageWords, WordList, read_words
from transforms.lowering import small_letters
from transforms.markup import features as markup
from transforms.markup.columns import columns_of

# Of a longer block only so many characters at its head and its tail are measured.
_HEAD, _TAIL = 1600, 400
_PARTS: Final = (shape, patterns, place, repetition, cohesion, frame, markup)
NAMES: Final[tuple[str, ...]] = tuple(name for part in _PARTS for name in part.NAMES)
_ENDS: Final = np.cumsum([len(part.NAMES) for part in _PARTS]).tolist()
_SHAPE, _PATTERNS, _PLACE, _REPETITION, _COHESION, _FRAME, _MARKUP = map(
    slice, [0, *_ENDS[:-1]], _ENDS
)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The blocks of a page as numbers.

    ``numbers`` has a row a block and a column for each of ``NAMES``; all are finite and of the
    order of one. ``head_words`` and ``tail_words`` hold numbers of words of the given word list (0:
    not in it) of the first and the last words of each block, row by row, padded with 0;
    ``marks`` those of the words of its markup. ``words`` are all words of the page, ``length`` counts
    the characters of each block, ``low`` has them in lower case, a line end between two blocks (of
    long ones only the ends). A page that is not ``marked`` has no markup, and zeros where that is
    measured.
    """

    numbers: Floats
    head_words: Ints
    tail_words: Ints
    marks: Ints
    words: PageWords
    length: Ints
    low: Codes
    marked: bool = True


def measure(blocks: Sequence[Block], listed: WordList) -> Features:
    """The features of ``blocks``, which are all of a page in order. Linear in their length."""
    texts = [block.text for block in blocks]
    sizes = length = np.fromiter(map(len, texts), np.int64, len(texts))
    if length.max(initial=0) > _HEAD + _TAIL:
        texts = [_ends_of(text) for text in texts]
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    joined = "\n".join(texts)
    codes = codes_of(joined)
    low = small_letters(codes)
    if low is None:
        low = codes_of(joined.lower())
    gaps = np.fromiter([block.gap for block in blocks], np.int64, len(blocks))
    words, known = read_words(low, len(blocks), listed)
    rows = np.zeros((len(blocks), len(NAMES)), np.float32)
    marked = any(block.hints for block in blocks)
    if blocks:
        seen = shape.measure(codes, sizes, length, rows[:, _SHAPE])
        patterns.measure(texts, low, seen.first, seen.heads, rows[:, _PATTERNS])
        place.measure(gaps, seen.prose, seen.caseless, rows[:, _PLACE])
        repetition.measure(low, rows[:, _REPETITION])
        cohesion.measure(words, known, rows[:, _COHESION])
        frame.measure(rows[:, _SHAPE], length, rows[:, _FRAME])
    marks = no_marks(len(blocks))
    if marked:
        columns = columns_of(blocks)
        markup.measure(columns, length, rows[:, _MARKUP])
        marks = marks_of(columns.near, listed)
    return Features(rows, known.head, known.tail, marks, words, length, low, marked)


def _ends_of(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"


__all__ = ["NAMES", "NO_WORDS", "Features", "PageWords", "WordList", "mark_words", "measure"]
