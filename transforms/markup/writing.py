"""The lines of a page out of its outline, written by one compiled loop.

What holds for text right in an open element is its *frame*: made when the first text in the element
is met, as most elements have none. Elements of one look and one meaning in the same element share a
frame, so the paragraphs of a text have one. A line takes its hints from the frame of all its text,
or from the weights of those that it has.
"""

from unicodedata import category

import numpy as np

from transforms.arrays import Bytes, Ints, all_characters
from transforms.compiled import compiled

# As in `outline`. They stand here again because compiled code is kept as long as its own file.
_INLINE, _CELL, _TEXT, _BREAK, _SKIPPED, _NOSCRIPT, _HEAD, _TIME, _RULE, _UNKNOWN = range(
    0, -10, -1
)
_SPACE, _WORDS, _WHEN = -10, -11, -12
_KIND, _LEVEL, _MARK, _FROM, _TO = range(5)

# The columns of a mark: the bits of its names, a number for its tag and one for its look, its traits,
# and its tag's number in the vocabulary.
OWN, TAG, LOOK, TRAITS, NUMBER = range(5)
SHARED, SCOPED, ARTICLE, HEADING = 1, 2, 4, 8
# The places of the bits that mean something to the writing.
LINK, STRONG, HIDDEN = range(3)
# The columns of a frame. ``TAG`` is the mark of the element that it has its tag from, -1 for the
# page's own. ``BOX`` is the first of four ordinals, 0 where there is none.
F_OWN, F_NEAR, F_AROUND, F_LOOK, F_TAG, F_ARTICLE, F_FORM, F_BOX = range(8)
BOXES = 4
# The columns of a line: where it begins; its frame, or the one with most of its text; whether it
# has that frame's hints; whether a rule stands before it; how many times were met by its end; the
# characters in all, in links and in strong type; and the bits that hold for half.
L_START, L_FRAME, L_ALONE, L_RULED, L_TIMES, L_TOTAL, L_LINK, L_STRONG, L_NEAR, L_AROUND = range(10)
_LINE_COLUMNS = 10
_FRAME_COLUMNS = 11

_LONG_CELL = 80

# What a character is to the words beside it, by code point; those beyond the table are letters
# without capitals. A joiner is never the end of a word: "(", "don’".
_OTHER, _SMALL, _LARGE, _FIGURE, _JOINER = range(5)
_JOINERS = "([{¿¡“„‘‚«'’-\u2010\u2011"


def _kind_of(character: str) -> int:
    if character in _JOINERS:
        return _JOINER
    if character.isupper() or character.istitle():
        return _LARGE
    if character.isalpha() or category(character)[0] == "M":
        return _SMALL
    return _FIGURE if character.isdigit() else _OTHER


LETTERS = np.fromiter(map(_kind_of, all_characters(0x3000)), np.uint8, 0x3000)


@compiled
def _slot_of(a: int, b: int, c: int, slots: int) -> np.int64:
    key = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(31)) ^ np.uint64(b)) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(29)) ^ np.uint64(c)) * np.uint64(0x94D049BB133111EB)
    return np.int64((key ^ (key >> np.uint64(32))) & np.uint64(slots - 1))


@compiled
def _found(table: Ints, a: int, b: int, c: int) -> np.int64:
    """The slot of a key of three numbers, or the free one where it belongs (column 3 is -1)."""
    slot = _slot_of(a, b, c, len(table))
    while table[slot, 3] >= 0:
        if table[slot, 0] == a and table[slot, 1] == b and table[slot, 2] == c:
            break
        slot = (slot + 1) & (len(table) - 1)
    return slot


@compiled
def _space(first: int, second: int, third: int) -> int:
    """The length of the white space that begins with these bytes of UTF-8, 0 if there is none."""
    length = 0
    if first <= 0x20:
        length = 1 if first >= 28 or 9 <= first <= 13 else 0
    elif first == 0xC2:
        length = 2 if second in (0x85, 0xA0) else 0
    elif first == 0xE1:
        length = 3 if second == 0x9A and third == 0x80 else 0
    elif first == 0xE2 and second == 0x80:
        length = 3 if third <= 0x8A or third in (0xA8, 0xA9, 0xAF) else 0
    elif first == 0xE2:
        length = 3 if second == 0x81 and third == 0x9F else 0
    elif first == 0xE3:
        length = 3 if second == 0x80 and third == 0x80 else 0
    return length


@compiled
def _code(text: Bytes, i: int) -> int:
    """The character of UTF-8 that begins at ``i``."""
    code = int(text[i])
    if code >= 0xF0:
        code = (code & 0x07) << 18 | (text[i + 1] & 0x3F) << 12
        code |= (text[i + 2] & 0x3F) << 6 | text[i + 3] & 0x3F
    elif code >= 0xE0:
        code = (code & 0x0F) << 12 | (text[i + 1] & 0x3F) << 6 | text[i + 2] & 0x3F
    elif code >= 0x80:
        code = (code & 0x1F) << 6 | text[i + 1] & 0x3F
    return code


@compiled
def _unparted(code: int) -> bool:
    """Whether a character is of a script that parts no words (Chinese, Japanese, Thai, Lao,
    Burmese, Khmer)."""
    return (
        0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF
        or 0x0E00 <= code <= 0x0EFF or 0x1000 <= code <= 0x109F or 0x1780 <= code <= 0x17FF
    )  # fmt: skip


@compiled
def _goes_on(
    out: Bytes, written: int, store: Bytes, at: int, end: int, letters: Bytes, bare: bool
) -> bool:  # fmt: skip
    """Whether the text at ``at``, right behind the end of an element, goes on with what is written.

    Two elements that touch are parted, but in scripts that part no words. ``bare`` text, of the
    element that holds the one that ended, goes on with its last word: a drop cap, the ending of a
    linked word. Yet a figure and a word, or a word and a capital, are a label and what it stands
    for ("Video" and "The man who ...")."""
    last = written - 1
    while last > 0 and out[last] & 0xC0 == 0x80:
        last -= 1
    before, behind = _code(out, last), _code(store, at)
    if _unparted(before) and _unparted(behind):
        return True
    if not bare:
        return False
    if _unparted(before) or _unparted(behind):
        return True
    first = letters[before] if before < len(letters) else np.uint8(_SMALL)
    then = letters[behind] if behind < len(letters) else np.uint8(_SMALL)
    if first == _JOINER:
        return True
    if then == _SMALL:
        return first in (_SMALL, _LARGE)
    if then == _LARGE and first == _LARGE:
        after = at + 1
        while after < end and store[after] & 0xC0 == 0x80:
            after += 1
        if after >= end:
            return True
        third = _code(store, after)
        return third < len(letters) and bool(letters[third] != _SMALL)
    return bool(then == _FIGURE and first == _FIGURE)


@compiled
def _slots(count: int) -> Ints:
    """An empty table for so many keys."""
    size = 64
    while size < 2 * count + 2:
        size *= 2
    return np.full((size, 4), -1, np.int64)


# What the line being written has come to. ``_GAP``: line ends owed before the next. ``_RAW``: its
# characters as they came. ``_SPACED``: a space is owed before the next word. ``_OWNED``: frames.
_LINE, _GAP, _BEGUN, _RAW, _SPACED, _OWNED, _RULED, _MET, _TAKEN, _WRITTEN, _LENGTH = range(11)
_STATES = 11


@compiled
def _end(
    gap: int, now: Ints, lines: Ints, frames: Ints, sizes: Ints, owners: Ints, bits: Ints
) -> None:
    """Ends the line that was begun, or asks for a larger gap before the next."""
    if not now[_BEGUN]:
        now[_GAP] = max(now[_GAP], gap)
        return
    line = now[_LINE]
    lines[line, L_RULED] = now[_RULED]
    lines[line, L_TIMES] = now[_MET]
    count = now[_OWNED]
    total = link = strong = largest = every = 0
    near = around = -1
    most = owners[0]
    for i in range(count):
        owner = owners[i]
        size = sizes[owner]
        total += size
        if frames[owner, F_AROUND] & bits[LINK]:
            link += size
        if frames[owner, F_AROUND] & bits[STRONG]:
            strong += size
        if size > largest:
            most, largest = owner, size
        every |= frames[owner, F_NEAR] | frames[owner, F_AROUND]
        near &= frames[owner, F_NEAR]
        around &= frames[owner, F_AROUND]
    if count > 1:
        # What holds for at least half of the characters holds for the line.
        while every:
            bit = every & -every
            every ^= bit
            if not near & bit or not around & bit:
                half_near = half_around = 0
                for i in range(count):
                    owner = owners[i]
                    if frames[owner, F_NEAR] & bit:
                        half_near += sizes[owner]
                    if frames[owner, F_AROUND] & bit:
                        half_around += sizes[owner]
                if half_near and 2 * half_near >= total:
                    near |= bit
                if half_around and 2 * half_around >= total:
                    around |= bit
    for i in range(count):
        sizes[owners[i]] = 0
    lines[line, L_FRAME], lines[line, L_ALONE] = most, count == 1 and now[_MET] == now[_TAKEN]
    lines[line, L_TOTAL], lines[line, L_LINK], lines[line, L_STRONG] = total, link, strong
    lines[line, L_NEAR], lines[line, L_AROUND] = near, around
    now[_TAKEN] = now[_MET]
    now[_LINE] += 1
    now[_BEGUN] = now[_RULED] = now[_RAW] = now[_SPACED] = now[_OWNED] = 0
    now[_GAP] = gap


@compiled
def _edge(kind: int, now: Ints) -> int:
    """Parts what is before an edge of an element from what is behind it; with how large a gap the
    line is to end, 0 if it goes on. (To end it takes many arrays, and the compiled code counts each
    that a call is given; most edges end none.)"""
    gap = 0
    if kind > 0:
        if now[_BEGUN]:
            gap = kind
        else:
            now[_GAP] = max(now[_GAP], kind)
    elif kind == _CELL and now[_BEGUN]:
        if now[_RAW] > _LONG_CELL:
            gap = 1
        else:
            now[_RAW] += 1
            now[_SPACED] = 1
    return gap


@compiled
def _in_heading(rows: Ints, marks: Ints, stack: Ints, depth: int, number: int) -> bool:
    """Whether the break in row ``number`` stands in a heading, and text of the same element goes on
    behind it. Elements of their own on either side are a headline and its kicker or byline."""
    behind = number + 1
    while behind < len(rows) and rows[behind, _KIND] == _SPACE:
        behind += 1
    if behind == len(rows) or rows[behind, _LEVEL] != depth:
        return False
    if rows[behind, _KIND] != _TEXT and rows[behind, _KIND] != _WORDS:
        return False
    for i in range(depth - 1, -1, -1):
        mark = rows[stack[i], _MARK]
        if mark >= 0 and marks[mark, TRAITS] & HEADING:
            return True
    return False


@compiled
def write(
    rows: Ints, store: Bytes, marks: Ints, bits: Ints, everything: bool, letters: Bytes
) -> tuple[Bytes, Ints, Ints, Ints, int]:
    """The text in UTF-8, its lines, the frames, the rows of the times, and how many characters were
    passed over as hidden. ``everything``: also what is hidden or stands in <noscript>.
    ``bits``: those of links, of strong type and of what is hidden (``LINK`` to ``HIDDEN``).
    ``letters``: ``LETTERS``."""
    texts = elements = waits = deepest = 0
    for i in range(len(rows)):
        kind = rows[i, _KIND]
        texts += kind in (_TEXT, _WORDS)
        elements += rows[i, _MARK] >= 0
        waits += kind == _WHEN
        deepest = max(deepest, rows[i, _LEVEL])
    out = np.empty(len(store) + 3 * len(rows) + 16, np.uint8)
    lines = np.empty((texts + 1, _LINE_COLUMNS), np.int64)
    times = np.empty(waits, np.int64)
    frames = np.zeros((elements + 1, _FRAME_COLUMNS), np.int64)
    frames[0, F_TAG] = frames[0, F_ARTICLE] = -1
    made = 1
    # The characters of each frame in the line being written, and the frames that have some.
    sizes = np.zeros(elements + 1, np.int64)
    owners = np.empty(elements + 1, np.int64)
    inner, forms = _slots(elements), _slots(elements)
    formed = boxes = articles = hidden = 0
    # The rows of the open elements; the frames of those that text was met in, the page's before.
    stack = np.empty(deepest + 2, np.int64)
    framed = np.zeros(deepest + 3, np.int64)
    depth = known = 0
    now = np.zeros(_STATES, np.int64)
    # Whether an element of running text ended right before, and how far out they ended; and how
    # deep the last text stood.
    touching = False
    outermost = 0
    said = 0
    skip = -1
    for number in range(len(rows) + 1):
        level = rows[number, _LEVEL] if number < len(rows) else 0
        if skip >= 0:
            if level > skip:
                continue
            skip = -1
        while depth > level:
            depth -= 1
            known = min(known, depth)
            kind = rows[stack[depth], _KIND]
            kind = 2 if kind == _RULE else kind
            gap = _edge(kind, now)
            if gap:
                _end(gap, now, lines, frames, sizes, owners, bits)
            if kind > 0 or kind == _CELL:
                touching = False
            else:
                outermost = min(outermost, depth) if touching else depth
                touching = True
        if number == len(rows):
            break
        kind = rows[number, _KIND]
        if kind in (_TEXT, _WORDS):
            while known < depth:
                element = stack[known]
                outer = framed[known]
                mark = rows[element, _MARK]
                own = marks[mark, OWN]
                if everything:
                    own &= ~bits[HIDDEN]
                inline = rows[element, _KIND] == _INLINE
                shared = (inline or marks[mark, TRAITS] & SHARED != 0) and marks[
                    mark, TRAITS
                ] & SCOPED == 0
                look = marks[mark, TAG if inline else LOOK]
                slot = np.int64(0)
                frame = -1
                if shared:
                    slot = _found(inner, outer, look, own)
                    frame = inner[slot, 3]
                if frame < 0:
                    frame = made
                    made += 1
                    for i in range(_FRAME_COLUMNS):
                        frames[frame, i] = frames[outer, i]
                    frames[frame, F_OWN] = own
                    frames[frame, F_NEAR] = own | frames[outer, F_OWN]
                    frames[frame, F_AROUND] = own | frames[outer, F_AROUND]
                    if not inline:
                        frames[frame, F_TAG] = mark
                        frames[frame, F_LOOK] = look
                        form = _found(forms, frames[outer, F_LOOK], look, 0)
                        if forms[form, 3] < 0:
                            formed += 1
                            forms[form, 0], forms[form, 1] = frames[outer, F_LOOK], look
                            forms[form, 2], forms[form, 3] = 0, formed
                        frames[frame, F_FORM] = forms[form, 3]
                        if not shared:
                            boxes += 1
                            for i in range(BOXES - 1):
                                frames[frame, F_BOX + i + 1] = frames[outer, F_BOX + i]
                            frames[frame, F_BOX] = boxes
                        if marks[mark, TRAITS] & ARTICLE:
                            frames[frame, F_ARTICLE] = articles
                            articles += 1
                    if shared:
                        inner[slot, 0], inner[slot, 1] = outer, look
                        inner[slot, 2], inner[slot, 3] = own, frame
                known += 1
                framed[known] = frame
            frame = framed[depth]
            characters = 0
            for i in range(rows[number, _FROM], rows[number, _TO]):
                characters += (store[i] & 0xC0) != 0x80
            if frames[frame, F_AROUND] & bits[HIDDEN]:
                hidden += characters
            else:
                if not now[_BEGUN]:
                    if now[_LINE]:
                        for _ in range(2 if now[_GAP] > 1 else 1):
                            out[now[_WRITTEN]] = 10
                            now[_WRITTEN] += 1
                            now[_LENGTH] += 1
                    lines[now[_LINE], L_START] = now[_LENGTH]
                elif (
                    touching and kind == _WORDS and not _goes_on(
                        out, now[_WRITTEN], store, rows[number, _FROM], rows[number, _TO], letters,
                        depth == outermost,
                    )
                ):  # fmt: skip
                    now[_RAW] += 1
                    now[_SPACED] = 1
                if not sizes[frame]:
                    owners[now[_OWNED]] = frame
                    now[_OWNED] += 1
                sizes[frame] += characters
                now[_RAW] += characters
                i, end = rows[number, _FROM], rows[number, _TO]
                written, length = now[_WRITTEN], now[_LENGTH]
                started, spaced = now[_BEGUN], now[_SPACED]
                while i < end:
                    byte = store[i]
                    if byte <= 0x20 or byte >= 0xC2:
                        second = int(store[i + 1]) if i + 1 < end else 0
                        third = int(store[i + 2]) if i + 2 < end else 0xFF
                        space = _space(int(byte), second, third)
                        if space > 0:
                            spaced = 1
                            i += space
                            continue
                    if spaced:
                        if started:
                            out[written] = 32
                            written += 1
                            length += 1
                        spaced = 0
                    started = 1
                    out[written] = byte
                    written += 1
                    length += (byte & 0xC0) != 0x80
                    i += 1
                now[_WRITTEN], now[_LENGTH] = written, length
                now[_BEGUN], now[_SPACED] = 1, spaced
            touching = False
            said = depth
        elif kind == _SPACE:
            if now[_BEGUN]:
                now[_RAW] += 1
                now[_SPACED] = 1
            touching = False
        elif kind == _WHEN:
            times[now[_MET]] = number
            now[_MET] += 1
        elif kind == _BREAK:
            begun = now[_BEGUN]
            if begun and said == depth and _in_heading(rows, marks, stack, depth, number):
                now[_RAW] += 1
                now[_SPACED] = 1
            else:
                _end(1 if begun else 2, now, lines, frames, sizes, owners, bits)
            touching = False
        elif kind == _NOSCRIPT and not everything:
            skip = level
        else:
            if kind == _RULE:
                _end(2, now, lines, frames, sizes, owners, bits)
                now[_RULED] = now[_LINE] > 0
                touching = False
            else:
                gap = _edge(kind, now)
                if gap:
                    _end(gap, now, lines, frames, sizes, owners, bits)
                if kind > 0 or kind == _CELL:
                    touching = False
            if rows[number, _FROM]:
                stack[depth] = number
                depth += 1
    if now[_BEGUN]:
        _end(0, now, lines, frames, sizes, owners, bits)
    return out[: now[_WRITTEN]], lines[: now[_LINE]], frames[:made], times[: now[_MET]], hidden
