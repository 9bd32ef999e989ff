"""The words of lines as one compares them, how near each line is to one of a few headlines, and which may
stand in a body of text. Compiled.

``folds`` is, here, the case-folded form of a character of the basic plane: 0 if it is no part of a
word, -1 if it has no such form of one character.
"""

from typing import Final

import numpy as np

from transforms.arrays import Bools, Codes, Doubles, Hashes, Ints, Ints32
from transforms.compiled import compiled

_START: Final = np.uint64(0xCBF29CE484222325)  # the hash of a word without letters
# A line is near a headline only if it has this part of the letters of the shortest one's words, and no
# more than so many times those of the longest and some.
_SHORTER: Final = 0.4
_LONGER, _MORE = 3, 20
GRAM: Final = 11  # characters
_SHIFT: Final = 6  # bits, so that 64 are gone after ``GRAM`` characters


@compiled
def _step(key: np.uint64, folded: int) -> np.uint64:
    return (key ^ np.uint64(folded)) * np.uint64(0x100000001B3)


@compiled
def _slot(words: Hashes, key: np.uint64) -> np.uint64:
    last = np.uint64(len(words) - 1)
    slot = (key ^ (key >> np.uint64(29))) & last
    while words[slot] and words[slot] != key:
        slot = (slot + np.uint64(1)) & last
    return slot


@compiled
def _line_ends(codes: Codes, lines: int) -> Ints:
    """Where each line of ``codes`` ends; the last at the end of all."""
    ends = np.full(lines, len(codes))
    line = 0
    for i in range(len(codes)):
        if codes[i] == 10:
            ends[line] = i
            line += 1
    return ends


@compiled
def _table_of(headlines: Codes) -> tuple[Hashes, Ints32, Ints32, Ints32, float, float]:
    """A table of the words of ``headlines`` by their hash, the number of the word in each slot; the words
    of all headlines by these numbers, where those of each end; and the fewest and the most
    characters of a line that may be near one of them."""
    most = others = 0
    for code in headlines:
        most += code <= 32  # a space or a line end
        others += code == 10
    size = 64
    while size < 4 * most:
        size *= 2
    keys, numbers = np.zeros(size, np.uint64), np.empty(size, np.int32)
    words, ends = np.empty(most, np.int32), np.empty(others, np.int32)
    latest = np.full(most, -1, np.int32)  # the last headline that has a word
    shortest = longest = known = other = count = 0
    length = letters = 0  # of a word, and of all words of a headline, each once
    key = _START
    for code in headlines:
        if code > 32:
            key = _step(key, int(code))
            length += 1
            continue
        if length:
            slot = _slot(keys, key)
            if not keys[slot]:
                keys[slot], numbers[slot] = key, known
                known += 1
            word = numbers[slot]
            letters += length * (latest[word] < other)
            latest[word] = other
            words[count] = word
            count += 1
            key, length = _START, 0
        if code == 10:
            ends[other] = count
            shortest = min(shortest, letters) if other else letters
            longest = max(longest, letters)
            other += 1
            letters = 0
    return keys, numbers, words[:count], ends, shortest * _SHORTER, longest * _LONGER + _MORE


@compiled
def _most_alike(times: Ints32, count: int, words: Ints32, ends: Ints32, near: float) -> float:
    """The F1 of ``count`` words, of which some are known so many ``times`` each, and the nearest headline;
    0 if it is not above ``near``."""
    best, start = near, 0
    for end in ends:
        shared = 0
        for i in range(start, end):
            times[words[i]] -= 1
            shared += times[words[i]] >= 0
        for i in range(start, end):
            times[words[i]] += 1
        best = max(best, 2 * shared / (count + end - start))
        start = end
    return best if best > near else 0.0


@compiled
def nearness(codes: Codes, lines: int, headlines: Codes, folds: Ints32, near: float) -> Doubles:
    """For each of the ``lines`` of ``codes`` the F1 of its words and those of the nearest of ``headlines``,
    which are case-folded, a space between two words and a line end behind each headline. It is 0
    where it is not above ``near``, or the line is far shorter or longer than all of them; -1 for a
    line with a character of which the words cannot be told here."""
    found = np.zeros(lines)
    keys, numbers, words, ends, low, high = _table_of(headlines)
    if not len(words):
        return found
    fewest = most = ends[0]
    for other in range(1, len(ends)):
        total = ends[other] - ends[other - 1]
        fewest, most = min(fewest, total), max(most, total)
    strangers = (2 / near - 2) * most + 1  # with so many other words a line is near none of them
    times = np.zeros(len(words), np.int32)  # how often the line has each word
    line_ends = _line_ends(codes, lines)
    start, end = 0, -1
    for line in range(lines):
        start, end = end + 1, line_ends[line]
        if not low <= end - start <= high:
            continue
        count = shared = 0
        odd = within = False
        key = _START
        for i in range(start, end + 1):
            code = codes[i] if i < end else np.uint32(10)
            folded = folds[code] if code < 0x10000 else np.int32(-1)
            if folded > 0:
                key = _step(key, int(folded))
                within = True
                continue
            odd |= bool(folded < 0)
            if within:
                count += 1
                slot = _slot(keys, key)
                if keys[slot]:
                    shared += 1
                    times[numbers[slot]] += 1
                key, within = _START, False
                if count - shared > strangers:
                    break
        if odd:
            found[line] = -1
        elif 2 * shared > near * (count + fewest):
            found[line] = _most_alike(times, count, words, ends, near)
        if shared:
            times[:] = 0
    return found


@compiled
def plain(codes: Codes, folds: Ints32) -> tuple[Codes, Bools]:
    """The words of each line of ``codes``, case-folded, a space between two; and which lines have a
    character of which that cannot be told here."""
    lines = 1
    for code in codes:
        lines += code == 10
    out = np.empty(len(codes), np.uint32)
    odd = np.zeros(lines, np.bool_)
    line = written = 0
    begun = apart = False  # whether the line has a word, and whether it ended
    for code in codes:
        folded = folds[code] if code < 0x10000 else np.int32(-1)
        if folded > 0:
            if apart:
                out[written] = 32
                written += 1
            out[written] = folded
            written += 1
            begun, apart = True, False
        elif code == 10:
            out[written] = 10
            written += 1
            line += 1
            begun = apart = False
        else:
            apart = begun
            odd[line] |= folded < 0
    return out[:written], odd


@compiled
def _gram(code: np.uint32, gram: np.uint64) -> np.uint64:
    """The hash of the last ``GRAM`` characters, from that of those before ``code``: older ones are shifted
    out of it."""
    return (gram << np.uint64(_SHIFT)) + np.uint64(code) * np.uint64(0x9E3779B97F4A7C15)


@compiled
def _outer(codes: Codes, at: int, end: int, step: int, folds: Ints32, found: Codes) -> int:
    """Fills ``found`` with the first characters that ``plain`` leaves of a line from ``at`` to ``end``, or
    (``step`` -1) with the last of one the other way; how many there are, -1 if that cannot be told."""
    count = 0
    apart = False
    while at != end and count < len(found):
        code = codes[at]
        folded = folds[code] if code < 0x10000 else np.int32(-1)
        if folded < 0:
            return -1
        if not folded:
            apart = count > 0
        elif apart:
            found[count] = 32
            count += 1
            apart = False
            continue
        else:
            found[count] = folded
            count += 1
        at += step
    return count


@compiled
def maybe_told(codes: Codes, lines: int, body: Codes, folds: Ints32, within: int) -> Bools:
    """Whether the words of each of the ``lines`` of ``codes`` may begin and end as some words of ``body``
    do, which is plain: a quick look at ``GRAM`` characters. They are looked for ``within`` so many at
    each end of a line that is longer than twice that. No line with fewer may be, and one of which
    that cannot be told may."""
    bits = 10
    while 1 << bits < 4 * len(body):
        bits += 1
    shift = np.uint64(64 - bits)
    marked = np.zeros(1 << bits, np.bool_)
    gram = np.uint64(0)
    for code in body:
        gram = _gram(code, gram)
        marked[gram >> shift] = True
    found = np.zeros(lines, np.bool_)
    outer = np.empty(GRAM, np.uint32)
    line_ends = _line_ends(codes, lines)
    start, end = 0, -1
    for line in range(lines):
        start, end = end + 1, line_ends[line]
        long = end - start > 2 * within
        count = _outer(codes, start, start + within if long else end, 1, folds, outer)
        if count == GRAM:
            gram = np.uint64(0)
            for code in outer:
                gram = _gram(code, gram)
            if not marked[gram >> shift]:
                continue
            count = _outer(
                codes, end - 1, end - within - 1 if long else start - 1, -1, folds, outer
            )
            if count == GRAM:
                gram = np.uint64(0)
                for i in range(GRAM - 1, -1, -1):
                    gram = _gram(outer[i], gram)
                found[line] = marked[gram >> shift]
                continue
        found[line] = long or count < 0
    return found
