"""What a block looks like, as numbers: shape, repetition, cohesion, place, markup.

Nothing here knows a site, and nothing but the word list of the weights knows a language. All
blocks of a page are measured in one pass over its characters and one over its words; the rest is
arithmetic on arrays, so the time is linear in the length of the page.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from itertools import chain, repeat
from itertools import count as counter
from typing import Final

import numpy as np
import numpy.typing as npt

from schemas.records import Block, Hints
from transforms.markup import features as markup

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Of a longer block only so many characters at its head and its tail are measured.
_HEAD, _TAIL = 1600, 400
_WORDS_HEAD, _WORDS_TAIL = 8, 6
_LAGS = 8
_KATAKANA = "\u30a0"  # the scripts that part no words, and Korean, come from here on
_COMMON = 25  # a word that stands so often on a page tells no topic
_MARKS = 12
_CLOCK = tuple(map(ord, ":.h"))
_DATE = tuple(map(ord, "./-"))

(_OTHER, _UPPER, _LOWER, _CASELESS, _DIGIT, _SPACE, _STOP, _COMMA, _COLON, _QUOTE, _BRACKET, _DASH,
 _BAR, _MONEY, _SYMBOL, _MARK) = range(16)  # fmt: skip
_BY_CHARACTER = {
    _STOP: ".!?…。！？।؟॥。",
    _COMMA: ",;、，；،؛",
    _COLON: ":：",
    _QUOTE: "\"'“”„‟‘’‚«»‹›「」『』`´",
    _BRACKET: "()[]{}（）［］【】<>",
    _DASH: "-–—―‐‑−_",
    _BAR: "|/\\•·●▪■◆►▶▸→←↑↓»«▲▼★☆*#+~‣◦○✓✔✕×>",
    _MONEY: "$€£¥₹₽%‰§&=@©®™",
}
_BY_CATEGORY = {
    "Lu": _UPPER, "Lt": _UPPER, "Ll": _LOWER, "Lo": _CASELESS, "Lm": _CASELESS, "Nd": _DIGIT,
    "Zs": _SPACE, "Mn": _MARK, "Mc": _MARK, "Me": _MARK, "So": _SYMBOL, "Sk": _SYMBOL,
    "Sc": _MONEY, "Sm": _SYMBOL, "Nl": _DIGIT, "No": _DIGIT,
}  # fmt: skip


def _classes() -> npt.NDArray[np.uint8]:
    """The class of every code point below 65,536; one more entry stands for those above."""
    table = np.fromiter(
        (_BY_CATEGORY.get(unicodedata.category(chr(code)), _OTHER) for code in range(0x10000)),
        dtype=np.uint8,
        count=0x10000,
    )
    for kind, characters in _BY_CHARACTER.items():
        for character in characters:
            table[ord(character)] = kind
    table[ord("\n")] = _SPACE
    return np.append(table, np.uint8(_SYMBOL))


_CLASS: Final = _classes()
_WORD = re.compile(r"\w+")
_NO_SPACES = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_HAS_NO_SPACES = re.compile(f"[{_NO_SPACES}]")
# Where words are not parted, pairs of characters stand in for them.
_WORD_OR_PAIR = re.compile(rf"[{_NO_SPACES}]{{1,2}}|(?:(?![{_NO_SPACES}])\w)+")

_NUMBERS = ("clock", "year", "day")
_SUBSTRINGS: Final = {
    "address": ("://", "www.", "@"),
    "copyright": ("©", "(c)", "copyright"),
}
# Asked of the head of a block whose first character is of one of the first classes and which has a
# character of one of the second.
_ANCHORED: Final = {
    "leading_clock": (re.compile(r"[0-2]?\d[:.h][0-5]\d\b"), [_DIGIT], [_DIGIT]),
    "dateline": (
        re.compile(r"[^.!?\d]{2,40}(?:\([^)]{2,20}\)|[,.] [^.!?]{2,20})? ?[:—–] ?\S"),
        [_UPPER, _CASELESS],
        [_COLON, _DASH],
    ),
    "capital_dateline": (
        re.compile(r"[A-ZÀ-ÞА-Я]{3}[A-ZÀ-ÞА-Я .,'/-]{0,40}(?:\([^)]{2,24}\))? ?[:—–-]"),
        [_UPPER],
        [_COLON, _DASH],
    ),
    "enumeration": (
        re.compile(r"(?:[•·▪◦‣*►–-]|\d{1,2}[.)])\s"),
        [_BAR, _DASH, _DIGIT],
        [_SPACE],
    ),
}

_SHAPE = (
    *(f"share_{kind}" for kind in range(16)),
    "log_length", "length_100", "length_400", "log_words", "word_length", "capitalised",
    "sentences", "all_capitals", "long_words",
    *(f"first_{kind}" for kind in range(16)), *(f"last_{kind}" for kind in range(16)),
    "ends_quoted_stop", "ends_ellipsis",
)  # fmt: skip
_FIRST = _SHAPE.index("first_0")
_PLACE = (
    "gap", "gap_after", "position", "log_index", "log_rest", "prose_before", "prose_after",
    "log_prose_before", "log_prose_after", "page_blocks", "page_prose", "caseless_page",
)  # fmt: skip
_REPEAT = ("copies", "copy_before", "copy_after", "near_copy_before", "near_copy_after",
           "adjacent_copy")  # fmt: skip
_COHESION = ("seen_near", "seen_ever", "comes_near", "comes_ever", "comes_soon", "seen_soon",
             "crossing_near", "crossing_far", "dip_near", "rarity")  # fmt: skip
_FRAME = (*(f"frame_{lag}" for lag in range(1, _LAGS + 1)), "frame", "frame_period")
NAMES: Final[tuple[str, ...]] = (
    *_SHAPE, *_NUMBERS, *_SUBSTRINGS, *_ANCHORED, *_PLACE, *_REPEAT, *_COHESION, *_FRAME,
    *markup.NAMES,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class PageWords:
    """The words of a page in order: the number of each, how many each block has, and what each
    says of the topic (0: nothing)."""

    ids: Ints
    sizes: Ints
    weights: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The blocks of a page as numbers.

    ``numbers`` has a row a block and a column for each of ``NAMES``; all are finite and of the
    order of one. ``head_words`` and ``tail_words`` hold numbers of words of the given word list (0:
    not in it) of the first and the last words of each block, row by row, padded with 0;
    ``marks`` those of the words of its markup. ``words`` are all words of the page.
    """

    numbers: Floats
    head_words: Ints
    tail_words: Ints
    marks: Ints
    words: PageWords


_NOTHING: Final = Features(
    np.zeros((0, len(NAMES)), np.float32),
    np.zeros((0, _WORDS_HEAD), np.int64),
    np.zeros((0, _WORDS_TAIL), np.int64),
    np.zeros((0, _MARKS), np.int64),
    PageWords(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)),
)


def measure(blocks: Sequence[Block], vocabulary: Mapping[str, int]) -> Features:
    """The features of ``blocks``, which are all of a page in order. Linear in their length."""
    if not blocks:
        return _NOTHING
    texts = [
        b.text if len(b.text) <= _HEAD + _TAIL else b.text[:_HEAD] + " " + b.text[-_TAIL:]
        for b in blocks
    ]
    length = _lengths([b.text for b in blocks]).astype(np.float32)
    lowered = "\n".join(texts).lower().split("\n")
    words = _split_words(lowered)
    shape, prose, kept = _shape(texts, length)
    ids, sizes, known, spelled = _number_words(words, vocabulary)
    numbers = np.concatenate(
        (
            shape,
            _patterns(texts, lowered, shape),
            _place(blocks, prose, kept),
            _repetition(lowered),
            _cohesion(ids, sizes, known),
            _frame(shape, length),
            markup.measure(blocks),
        ),
        axis=1,
    )
    head, tail = _ends(known[ids] if len(ids) else ids, sizes)
    return Features(
        numbers,
        head,
        tail,
        _marks(blocks, vocabulary),
        PageWords(ids, sizes, _telling(ids, known, spelled)),
    )


def _split_words(lowered: Sequence[str]) -> list[list[str]]:
    paired = any(map(_HAS_NO_SPACES.search, lowered))
    return list(map((_WORD_OR_PAIR if paired else _WORD).findall, lowered))


def _patterns(texts: Sequence[str], lowered: Sequence[str], shape: Floats) -> Floats:
    """Which block has which of ``_SUBSTRINGS`` and ``_ANCHORED``."""
    rows = np.zeros((len(texts), len(_SUBSTRINGS) + len(_ANCHORED)), np.float32)
    page = "\n".join(lowered)
    for column, parts in enumerate(_SUBSTRINGS.values()):
        for part in parts:
            if part in page:
                rows[[i for i, text in enumerate(lowered) if part in text], column] = 1.0
    first = shape[:, _FIRST : _FIRST + 16]
    for column, (pattern, starts, needs) in enumerate(_ANCHORED.values(), len(_SUBSTRINGS)):
        may = first[:, starts].any(axis=1) & shape[:, needs].any(axis=1)
        for i in np.flatnonzero(may).tolist():
            if pattern.match(texts[i]):
                rows[i, column] = 1.0
    return rows


def _numbers(
    codes: npt.NDArray[np.uint32], digit: npt.NDArray[np.bool_], line: Ints, count: int
) -> Floats:
    """Which block has a time of day, a year (1900 to 2099), a day of a numeric date."""
    edge = np.diff(digit.astype(np.int8), prepend=0, append=0)
    starts, stops = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    rows = np.zeros((count, len(_NUMBERS)), np.float32)
    if not len(starts):
        return rows
    size = stops - starts
    begin = codes[starts]
    second = codes[np.minimum(starts + 1, len(codes) - 1)]
    between = codes[np.minimum(stops, len(codes) - 1)]
    joined = np.append(starts[1:] == stops[:-1] + 1, [False])  # one character to the next number
    next_size = np.append(size[1:], [0])
    next_begin = np.append(begin[1:], [0])
    clock = (size <= 2) & joined & _one_of(between, _CLOCK) & (next_size == 2) & (next_begin < 0x36)
    year = (size == 4) & (
        ((begin == 0x31) & (second == 0x39)) | ((begin == 0x32) & (second == 0x30))
    )
    day = (size <= 2) & joined & _one_of(between, _DATE) & (next_size <= 2)
    for column, found in enumerate((clock, year, day)):
        rows[line[starts[found]], column] = 1.0
    return rows


def _one_of(codes: npt.NDArray[np.uint32], which: Iterable[int]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.logical_or.reduce([codes == code for code in which])
    return found


def _number_words(
    words: Sequence[Sequence[str]], vocabulary: Mapping[str, int]
) -> tuple[Ints, Ints, Ints, list[str]]:
    """Page-wide numbers of all words in order, words a block, their number in the list, and the
    words themselves by page-wide number."""
    numbers: defaultdict[str, int] = defaultdict(counter().__next__)
    ids = np.array([*map(numbers.__getitem__, chain.from_iterable(words))], np.int64)
    known = np.array([*map(vocabulary.get, numbers, repeat(0))], np.int64)
    return ids, _lengths(words), known, [*numbers]


def _lengths(of: Sequence[Sized]) -> Ints:
    return np.array([*map(len, of)], np.int64)


def _shape(texts: Sequence[str], length: Floats) -> tuple[Floats, Floats, Floats]:
    """Shape columns, characters of prose a block, and the share of caseless letters."""
    count = len(texts)
    joined = "\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kind = _CLASS[np.minimum(codes, 0x10000)]
    sizes = _lengths(texts)
    starts = np.cumsum(sizes + 1) - sizes - 1
    line = np.repeat(np.arange(count), sizes + 1)[: len(codes)]
    counts = np.bincount(line * 16 + kind, minlength=count * 16).reshape(count, 16)
    counts[:-1, _SPACE] -= 1  # the line ends between the blocks
    measured = np.maximum(sizes, 1)[:, None]
    shares = (counts / measured).astype(np.float32)

    letter = (kind >= _UPPER) & (kind <= _CASELESS)
    word_start = letter.copy()
    word_start[1:] &= ~(letter[:-1] | (kind[:-1] == _MARK))
    words = np.bincount(line[word_start], minlength=count).astype(np.float32)
    capitals = np.bincount(line[word_start & (kind == _UPPER)], minlength=count)
    # A sentence ends where a full stop is followed by a space or by nothing.
    stop = kind == _STOP
    ends = stop.copy()
    ends[:-1] &= (kind[1:] == _SPACE) | (kind[1:] == _QUOTE) | (codes[:-1] > 0x2E7F)
    sentences = np.bincount(line[ends], minlength=count).astype(np.float32)

    letters = counts[:, [_UPPER, _LOWER, _CASELESS, _MARK]].sum(axis=1)
    cased = counts[:, _UPPER] + counts[:, _LOWER]
    last = starts + np.maximum(sizes - 1, 0)
    first_kind, last_kind = kind[starts], kind[last]
    before_last = np.maximum(last - 1, 0)
    closes = (last_kind == _QUOTE) | (last_kind == _BRACKET)
    one = np.eye(16, dtype=np.float32)
    columns = (
        np.log1p(length) / 6,
        np.minimum(length, 100) / 100,
        np.minimum(length, 400) / 400,
        np.log1p(words) / 4,
        np.minimum(letters / np.maximum(words, 1), 20) / 10,
        capitals / np.maximum(words, 1),
        np.log1p(sentences),
        (counts[:, _UPPER] > 0.8 * np.maximum(cased, 3)),
        np.minimum(length / np.maximum(words, 1), 40) / 20,
    )
    tails = (
        closes & (kind[before_last] == _STOP),
        (codes[last] == 0x2026)
        | ((codes[last] == 0x2E) & (codes[before_last] == 0x2E) & (sizes > 1)),
    )
    shape = np.concatenate(
        (shares, np.stack(columns, 1), one[first_kind], one[last_kind], np.stack(tails, 1),
         _numbers(codes, kind == _DIGIT, line, count)),
        axis=1,
        dtype=np.float32,
    )  # fmt: skip
    flowing = (length >= 80) & (sentences + counts[:, _COMMA] > 0) & (shares[:, _DIGIT] < 0.2)
    return shape, np.where(flowing, length, 0).astype(np.float32), shares[:, _CASELESS]


def _place(blocks: Sequence[Block], prose: Floats, caseless: Floats) -> Floats:
    count = len(blocks)
    gap = np.minimum(np.fromiter((b.gap for b in blocks), np.float32, count), 4) / 4
    after = np.append(gap[1:], np.float32(1))
    index = np.arange(count, dtype=np.float32)
    until = np.cumsum(prose, dtype=np.float64)
    total = until[-1] if count else 0.0
    before, rest = until - prose, total - until
    columns = (
        gap,
        after,
        index / max(count, 1),
        np.log1p(index) / 6,
        np.log1p(count - 1 - index) / 6,
        before / max(total, 1.0),
        rest / max(total, 1.0),
        np.log1p(before) / 10,
        np.log1p(rest) / 10,
        np.full(count, np.log1p(count) / 6),
        np.full(count, np.log1p(total) / 10),
        np.full(count, caseless.mean() if count else 0.0),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _repetition(lowered: Sequence[str]) -> Floats:
    """How often a block stands on the page, and how near its copies are."""
    keys: defaultdict[str, int] = defaultdict(counter().__next__)
    ids = np.array([*map(keys.__getitem__, lowered)], np.int64)
    count = len(ids)
    before, after = neighbours(ids)
    far = count + 1000
    back = np.where(before >= 0, np.arange(count) - before, far).astype(np.float32)
    ahead = np.where(after >= 0, after - np.arange(count), far).astype(np.float32)
    copies = np.bincount(ids, minlength=len(keys))[ids] if count else ids
    columns = (
        np.log(np.maximum(copies, 1)),
        before >= 0,
        after >= 0,
        np.exp(-back / 8),
        np.exp(-ahead / 8),
        np.minimum(back, ahead) <= 6,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def neighbours(ids: Ints) -> tuple[Ints, Ints]:
    """For each place the previous and the next place of the same number, or -1."""
    count = len(ids)
    before, after = np.full(count, -1), np.full(count, -1)
    order = np.argsort(ids, kind="stable")
    same = ids[order[1:]] == ids[order[:-1]]
    before[order[1:][same]] = order[:-1][same]
    after[order[:-1][same]] = order[1:][same]
    return before, after


def _telling(ids: Ints, known: Ints, spelled: Sequence[str]) -> npt.NDArray[np.float64]:
    """What each word of a page says of its topic, 0 to 1. Words that many sites use, listed ones,
    say nothing; the others count by how rare and how long they are, since the commonest words of
    every language are short. ``spelled`` are the words by their number, as ``known`` is.
    """
    if not len(ids):
        return np.zeros(0)
    often = np.maximum(np.bincount(ids), 1)
    length = np.array([*map(len, spelled)])
    long = np.clip((length - 2) / 4, 0.0, 1.0)
    if max(spelled) >= _KATAKANA:
        # Korean writes a syllable a character; pairs of Han or katakana are words, of kana endings.
        first = np.array([ord(word[0]) for word in spelled])
        last = np.array([ord(word[-1]) for word in spelled])
        long = np.where((first >= 0xAC00) & (first < 0xD7B0), np.clip(length / 3, 0.0, 1.0), long)
        long = np.where((first >= 0x30A0) & (first < 0xA000) & (last >= 0x30A0), 1.0, long)
    rare = long / np.log2(1.0 + often) * (often < _COMMON) * (known == 0)
    weights: npt.NDArray[np.float64] = rare[ids]
    return weights


def _cohesion(ids: Ints, sizes: Ints, known: Ints) -> Floats:
    """Which share of a block's words stood before and comes again, and how many chains of
    repeated words run across its upper edge (lexical chains, as TextTiling counts them).

    The words that many sites use, listed ones, bind nothing; the others count by how rare they
    are on the page, so function words of languages that the list lacks count for little too.
    """
    count = len(sizes)
    line = np.repeat(np.arange(count), sizes)
    if not len(ids):
        return np.zeros((count, len(_COHESION)), np.float32)
    often = np.bincount(ids)[ids]
    weight = (1.0 / np.log2(1.0 + often)) * (often < _COMMON) * (known[ids] == 0)
    before, after = neighbours(ids)
    # Words of the same block say nothing: their chains go nowhere.
    has_before = (before >= 0) & (line[np.maximum(before, 0)] != line)
    has_after = (after >= 0) & (line[np.maximum(after, 0)] != line)
    step_back = np.where(has_before, np.arange(len(ids)) - before, 1 << 30)
    step_on = np.where(has_after, after - np.arange(len(ids)), 1 << 30)

    total = np.maximum(np.bincount(line, weight, minlength=count), 1e-6)

    def share(where: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return np.asarray(np.bincount(line, weight * where, minlength=count) / total, np.float64)

    def crossing(reach: int) -> npt.NDArray[np.float64]:
        kept = has_before & (step_back <= reach)
        change = np.bincount(line[before[kept]] + 1, weight[kept], minlength=count + 1)[: count + 1]
        change = (
            change - np.bincount(line[kept] + 1, weight[kept], minlength=count + 1)[: count + 1]
        )
        return np.asarray(np.cumsum(change)[:count], np.float64)

    near, far = crossing(60), crossing(300)
    local = _smooth(near, 4)
    columns = (
        share(step_back <= 300),
        share(has_before),
        share(step_on <= 300),
        share(has_after),
        share(step_on <= 60),
        share(step_back <= 60),
        np.log1p(near) / 2,
        np.log1p(far) / 3,
        near / np.maximum(local, 1e-3) / 2,
        total / np.maximum(sizes, 1),
    )
    return np.minimum(np.stack(columns, axis=1), 4).astype(np.float32)


def _smooth(values: npt.NDArray[np.float64], radius: int) -> npt.NDArray[np.float64]:
    """The mean of each value and its ``radius`` neighbours to each side."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    index = np.arange(len(values))
    low, high = np.maximum(index - radius, 0), np.minimum(index + radius + 1, len(values))
    means: npt.NDArray[np.float64] = (sums[high] - sums[low]) / np.maximum(high - low, 1)
    return means


def _frame(shape: Floats, length: Floats) -> Floats:
    """How regularly the shape of blocks recurs at each distance: lists of teasers, of entries."""
    count = len(length)
    size = np.digitize(length, (8, 25, 60, 110, 220))
    begin = _SHAPE.index("last_0")
    ends = shape[:, begin + _STOP] > 0
    digits = shape[:, _DIGIT] > 0.2
    code = size * 4 + ends * 2 + digits
    rows = np.zeros((count, _LAGS), np.float64)
    for lag in range(1, min(_LAGS, count - 1) + 1):
        same = np.zeros(count)
        same[:-lag] += code[:-lag] == code[lag:]
        same[lag:] += code[:-lag] == code[lag:]
        rows[:, lag - 1] = _smooth(same / 2, 2 * lag + 2)
    best = rows.max(axis=1) if count else np.zeros(0)
    period = (rows.argmax(axis=1) + 1) / _LAGS if count else np.zeros(0)
    return np.column_stack((rows, best, period)).astype(np.float32)


def _marks(blocks: Sequence[Block], vocabulary: Mapping[str, int]) -> Ints:
    """Numbers of the words of each block's markup, ``_MARKS`` at most, padded with 0."""
    rows = np.zeros((len(blocks), _MARKS), np.int64)
    known: dict[frozenset[str], list[int]] = {}
    for row, block in zip(rows, blocks, strict=True):
        if block.hints is not None:
            words = block.hints.words
            if words not in known:
                listed = map(vocabulary.get, mark_words(block.hints))
                known[words] = [number for number in listed if number][:_MARKS]
            row[: len(known[words])] = known[words]
    return rows


def mark_words(hints: Hints) -> list[str]:
    """The words of the markup as they stand in the word list: each with a leading ``=``."""
    return [f"={word}" for word in sorted(hints.words)]


def _ends(known: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """The listed words among the first and the last words of each block."""
    stops = np.cumsum(sizes)
    starts = stops - sizes
    padded = np.append(known, 0)
    nothing = len(known)
    head = starts[:, None] + np.arange(_WORDS_HEAD)
    tail = stops[:, None] - 1 - np.arange(_WORDS_TAIL)
    head = np.where(head < stops[:, None], head, nothing)
    # A word that the head has is not told twice.
    tail = np.where(tail >= starts[:, None] + _WORDS_HEAD, tail, nothing)
    return padded[head], padded[tail]
