"""Clean a page's text without losing the way back: every step keeps a map to what was received.

Cleaning is for the eye of the rules that follow: one kind of line end, one kind of space, no
invisible characters, entities and mojibake resolved. It never drops a visible character.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from html.entities import html5
from typing import Final

import numpy as np
from ftfy import fix_encoding
from ftfy.badness import is_bad

from schemas.kinds import Flag
from schemas.records import OffsetMap
from transforms.arrays import Codes, Ints, codes_of
from transforms.compiled import compiled
from transforms.fragments import broken_sentences
from transforms.link_numbers import LINK_NUMBER, has_link_numbers
from transforms.markdown import MARKS, is_markdown
from transforms.wrapping import BREAK, wrapped_breaks

_LINE_ENDS = frozenset("\r\x0b\x0c\x85\u2028\u2029")
_SPACES = frozenset(
    "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
# One character for one character: positions stay.
_SAME_LENGTH = {**dict.fromkeys(_LINE_ENDS, "\n"), **dict.fromkeys(_SPACES, " ")}
_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))
_SURROGATE = re.compile("[\ud800-\udfff]")
# Invisible characters that mean nothing to a reader. The zero-width joiner and non-joiner stay:
# Persian, Indic scripts and emoji spell with them.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            *range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x200B,
            0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A),
            0xFE0F, 0xFEFF, *range(0xFFF9, 0xFFFC),
        ),
    )
)  # fmt: skip
_LINE_END: Final = ord("\n")
_RETURN: Final = ord("\r")  # invisible, too, where a line end follows
_JOINERS = "\u200c\u200d"
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LINE = re.compile("[^\n]+")
_WORD = re.compile(r"\S+")
_ASCII = re.compile("[\x20-\x7e]+")

# ftfy is asked about a line only if one of the characters that mojibake is made of stands in it.
_MOJIBAKE_STARTS = frozenset("\xc2\xc3\xc5\xc4\xd0\xd1\xe2\xe3\xef")
_MAYBE_MOJIBAKE = re.compile("[\xc2\xc3\xc5\xc4\xd0\xd1\xe2\xe3\xef][\x80-\xff\u0152-\u2122]")


# Bits of the table by which one look at a text tells what there is to do.
_DROP, _SUSPECT, _BROKEN, _COMPOSING = 1, 2, 4, 8
# A bit for each character that another takes the place of.
_SAME: Final = {character: 1 << 4 + i for i, character in enumerate(_SAME_LENGTH)}


@cache
def _table() -> Codes:
    table = np.zeros(0x10000, np.uint32)
    for bit, characters in (
        *((bit, character) for character, bit in _SAME.items()),
        (_DROP, _INVISIBLE | {"\r"}),
        (_SUSPECT, _MOJIBAKE_STARTS),
        (_BROKEN, _SURROGATES),
    ):
        table[[ord(character) for character in characters]] |= bit
    table[_composing()] |= _COMPOSING
    return table


def _composing() -> list[int]:
    """The characters without which every text is in NFC: those that are not, those that move, and
    those that may be one with what stands before them. The last place stands for all beyond."""
    found = {0xFFFF, *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}
    for code in range(0xC0, 0x10000):
        character = chr(code)
        parts = unicodedata.decomposition(character)
        if parts and parts[0] != "<":
            found.update(int(part, 16) for part in parts.split()[1:])
            if not unicodedata.is_normalized("NFC", character):
                found.add(code)
        elif unicodedata.combining(character):
            found.add(code)
    return [code for code in found if code < 0x10000]


def _chores(text: str) -> int:
    """The bits of all characters of ``text``."""
    return _bits(codes_of(text), _table())


@compiled
def _bits(codes: Codes, table: Codes) -> int:
    bits = np.uint32(0)
    for code in codes:
        bits |= table[min(code, np.uint32(len(table) - 1))]
    return int(bits)


@compiled
def _dropped(codes: Codes, table: Codes) -> Ints:
    """From where to where invisible characters stand: a row a run."""
    runs = np.empty((len(codes), 2), np.int64)
    number = end = 0
    for at in range(len(codes)):
        code = codes[at]
        if not table[min(code, np.uint32(len(table) - 1))] & np.uint32(_DROP):
            continue
        if code == _RETURN and (at + 1 == len(codes) or codes[at + 1] != _LINE_END):
            continue
        if not number or at > end:
            runs[number, 0] = at
            number += 1
        end = at + 1
        runs[number - 1, 1] = end
    return runs[:number]


_Change = tuple[int, int, str]  # of a text: from, up to, what stands there from now on


class _Edit:
    """A text under repair, with the map from its positions to the received ones."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offsets = OffsetMap()

    def replace(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> bool:
        """Replaces every match and composes the maps. True if anything changed."""
        return self._apply(_changes(self.text, pattern, new))

    def peel(self, pattern: re.Pattern[str]) -> None:
        """Leaves of every match its first group, if it has one."""
        self._apply(_peeled(self.text, pattern))

    def drop(self) -> None:
        """Leaves out what is invisible."""
        self._apply(
            (start, end, "") for start, end in _dropped(codes_of(self.text), _table()).tolist()
        )

    def _apply(self, changes: Iterator[_Change]) -> bool:
        pieces: list[str] = []
        at, shift = [0], [0]
        done = length = 0
        for start, end, with_ in changes:
            pieces += (self.text[done:start], with_)
            length += start - done
            # What is longer than before has no place of its own: the surplus maps to the last.
            for surplus in range(max(end - start, 1), len(with_)):
                at.append(length + surplus)
                shift.append(max(start, end - 1) - length - surplus)
            length += len(with_)
            done = end
            at.append(length)
            shift.append(done - length)
        if not pieces:
            return False
        pieces.append(self.text[done:])
        self.text = "".join(pieces)
        places = dict(zip(at, shift, strict=True))  # of two changes at one place the later holds
        inner = OffsetMap(tuple(places), tuple(places.values()))
        self.offsets = _compose(inner, self.offsets)
        return True


def _changes(
    text: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Iterator[_Change]:
    """Each place that changes; a match whose ASCII stays as it was is cut at it, so that the map is
    exact inside long matches too."""
    for match in pattern.finditer(text):
        with_ = new(match)
        if with_ == match.group():
            continue
        old_ascii = list(_ASCII.finditer(match.group()))
        new_ascii = list(_ASCII.finditer(with_))
        if [m.group() for m in old_ascii] != [m.group() for m in new_ascii]:
            yield match.start(), match.end(), with_
            continue
        a = b = 0
        for old, kept in zip(old_ascii, new_ascii, strict=True):
            if match.group()[a : old.start()] != with_[b : kept.start()]:
                yield match.start() + a, match.start() + old.start(), with_[b : kept.start()]
            a, b = old.end(), kept.end()
        if match.group()[a:] != with_[b:]:
            yield match.start() + a, match.end(), with_[b:]


def _peeled(text: str, pattern: re.Pattern[str]) -> Iterator[_Change]:
    """What goes before and behind the first group of each match, or all of it."""
    for match in pattern.finditer(text):
        if pattern.groups:
            yield match.start(), match.start(1), ""
            yield match.end(1), match.end(), ""
        else:
            yield match.start(), match.end(), ""


def _compose(inner: OffsetMap, outer: OffsetMap) -> OffsetMap:
    """The map that first goes through ``inner``, then through ``outer``; linear in both."""
    if outer == OffsetMap():
        return inner
    points = set(inner.at)
    i = 0
    for mark in outer.at:
        while i + 1 < len(inner.at) and inner.at[i + 1] + inner.shift[i + 1] <= mark:
            i += 1
        points.add(max(inner.at[i], mark - inner.shift[i]))
    at = sorted(points)
    shift = [outer.received(inner.received(p)) - p for p in at]
    return OffsetMap(tuple(at), tuple(shift))


def _unescape(match: re.Match[str]) -> str:
    """The character of a reference; references that HTML does not know stay as they are."""
    entity = match.group()
    plain = html.unescape(entity) if entity[1] == "#" else html5.get(entity[1:], entity)
    # "&#0;" and its like come back as U+FFFD; a control character never replaces visible text.
    return plain if plain.isprintable() or plain.isspace() or plain in _JOINERS else ""


def _repair_line(match: re.Match[str]) -> str:
    line = match.group()
    return fix_encoding(line) if _MAYBE_MOJIBAKE.search(line) and is_bad(line) else line


def clean(
    received: str, *, maybe_markdown: bool = False
) -> tuple[str, OffsetMap, tuple[Flag, ...]]:
    """The cleaned text, the map back to ``received``, and what had to be repaired.

    Line ends become ``\\n``, all spaces ``U+0020``; control, zero-width and direction characters
    go; character references are resolved once, so that ``&amp;lt;`` is ``&lt;``; UTF-8 that was
    read as Latin-1 or cp1252 is repaired line by line (ftfy); half a surrogate pair becomes
    U+FFFD; the result is in NFC, and paragraphs that a tool broke at a width are one line again.
    The numbers that a tool gave to links go, and so do the marks of Markdown where the text
    ``maybe_markdown`` and is. Never raises.
    """
    edit = _Edit(received)
    flags = []
    if "&" in received:
        edit.replace(_ENTITY, _unescape)
    chores = _chores(edit.text)
    if (
        chores & _SUSPECT
        and _MAYBE_MOJIBAKE.search(edit.text)
        and edit.replace(_LINE, _repair_line)
    ):
        flags.append(Flag.MOJIBAKE_REPAIRED)
        chores = _chores(edit.text)
    if chores & _DROP:
        edit.drop()
    for character, bit in _SAME.items():
        if chores & bit:
            edit.text = edit.text.replace(character, _SAME_LENGTH[character])
    if chores & _BROKEN:
        edit.text = _SURROGATE.sub("\ufffd", edit.text)
    composing = chores & _COMPOSING and not edit.text.isascii()
    if composing and not unicodedata.is_normalized("NFC", edit.text):
        edit.replace(_WORD, lambda match: unicodedata.normalize("NFC", match.group()))
    if joints := wrapped_breaks(edit.text) or broken_sentences(edit.text):
        edit.replace(BREAK, lambda match: joints.get(match.start(), match.group()))
    if has_link_numbers(edit.text):
        edit.replace(LINK_NUMBER, lambda _: "")
    if maybe_markdown and is_markdown(edit.text):
        for mark in MARKS:
            edit.peel(mark)
    if "\ufffd" in edit.text:
        flags.append(Flag.REPLACEMENT_CHARACTERS)
    return edit.text, edit.offsets, tuple(flags)
