"""Clean a page's text without losing the way back: every step keeps a map to what was received.

Cleaning is for the eye of the rules that follow: one kind of line end, one kind of space, no
invisible characters, entities and mojibake resolved. It never drops a visible character.
"""

import html
import re
import unicodedata
from collections.abc import Callable

from ftfy import fix_encoding
from ftfy.badness import is_bad

from schemas.kinds import Flag
from schemas.records import OffsetMap

# One character for one character: positions stay.
_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008", " "),
        **dict.fromkeys("\u2009\u200a\u202f\u205f\u3000", " "),
        **{chr(code): "\ufffd" for code in range(0xD800, 0xE000)},
    }
)

# Invisible characters that mean nothing to a reader. The zero-width joiner and non-joiner stay:
# Persian, Indic scripts and emoji spell with them.
_INVISIBLE = re.compile(
    "\r(?=\n)|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufe0f\ufeff\ufff9-\ufffb]+"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

# ftfy is asked about a line only if one of the characters that mojibake is made of stands in it.
_MAYBE_MOJIBAKE = re.compile("[\xc2\xc3\xc5\xc4\xd0\xd1\xe2\xe3\xef][\x80-\xff\u0152-\u2122]")


class _Edit:
    """A text under repair, with the map from its positions to the received ones."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offsets = OffsetMap()

    def replace(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> bool:
        """Replaces every match and composes the maps. True if anything changed."""
        pieces: list[str] = []
        at, shift = [0], [0]
        done = length = 0
        for match in pattern.finditer(self.text):
            with_ = new(match)
            if with_ == match.group():
                continue
            pieces += (self.text[done : match.start()], with_)
            length += match.start() - done + len(with_)
            done = match.end()
            at.append(length)
            shift.append(done - length)
        if not pieces:
            return False
        pieces.append(self.text[done:])
        self.text = "".join(pieces)
        self.offsets = _compose(OffsetMap(tuple(at), tuple(shift)), self.offsets)
        return True


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
    plain = html.unescape(match.group())
    # "&#0;" and its like come back as U+FFFD; a control character never replaces visible text.
    return plain if plain.isprintable() or plain in "\n\t\xa0\xad" else ""


_LINE = re.compile("[^\n]+")


def _repair_line(match: re.Match[str]) -> str:
    line = match.group()
    return fix_encoding(line) if _MAYBE_MOJIBAKE.search(line) and is_bad(line) else line


def _compose_line(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match.group())


def clean(received: str) -> tuple[str, OffsetMap, tuple[Flag, ...]]:
    """The cleaned text, the map back to ``received``, and what had to be repaired.

    Line ends become ``\\n``, all spaces ``U+0020``; control, zero-width and direction characters
    go; character references are resolved once; UTF-8 that was read as Latin-1 or cp1252 is
    repaired line by line (ftfy); the result is in NFC.
    """
    edit = _Edit(received)
    flags = []
    if "&" in received:
        edit.replace(_ENTITY, _unescape)
    edit.replace(_INVISIBLE, lambda _: "")
    if _MAYBE_MOJIBAKE.search(edit.text) and edit.replace(_LINE, _repair_line):
        flags.append(Flag.MOJIBAKE_REPAIRED)
    if not edit.text.isascii():
        edit.text = edit.text.translate(_SAME_LENGTH)
        if not unicodedata.is_normalized("NFC", edit.text):
            edit.replace(_LINE, _compose_line)
    elif not edit.text.isprintable():
        edit.text = edit.text.translate(_SAME_LENGTH)
    if "\ufffd" in edit.text:
        flags.append(Flag.REPLACEMENT_CHARACTERS)
    return edit.text, edit.offsets, tuple(flags)
