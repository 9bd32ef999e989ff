"""Sentences in pieces: a converter that ends a line at every element breaks them at links and emphasis
("he told the", "city council", ", which voted"). They are put together again.

A line that begins with a comma or a stop is what no page shows, so some of them give the converter
away. Then a line goes on in the next one where that begins with such a mark or, amid a sentence, in
small letters; and a piece between two of them may begin as it likes (a name, a number) if the
sentence goes on behind it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from transforms.letters import SMALL

_MARKED: Final = re.compile(r"\n *(?:[,.;)] (?=[^\W\d_])|[’']s |[、。，؛،])")
# Much rarer on whole pages than in pieces, but lists and code have it too.
_AMID: Final = re.compile(rf"\n(?<=[^\n]{{20}}[^\s.!?…:;,”\"»)]\n)(?!o )[{SMALL}][^\n]{{40}}")
_ENOUGH: Final = 3  # such lines, one of them with a mark, are no chance

# How a line begins that goes on with the one before: with a mark and what parts it from a word.
_CLOSING: Final = re.compile(r"(?:[,.;:!?%)\]»”…]+|['’]s)(?=\s|$)|[、。，；：）」』！？،؛؟]")
_STOPS: Final = tuple('.!?…:;。！？।؟”"»')
_OPENING: Final = tuple("([“„«‘¿¡")
# How a line ends that wants another, as short headings seldom do: with a comma or a short word.
_WANTS_MORE: Final = re.compile(rf".{{15}}(?:,|\s(?:[{SMALL}]|[^\W\d_A-Z](?<![{SMALL}])){{1,4}})$")
_LONG: Final = 40
_PIECE: Final = 80  # characters of a link's or a name's text at most


def broken_sentences(text: str) -> dict[int, str]:
    """Where each line end (with the spaces before it) begins that parts a sentence, and what is to
    stand there instead: a space, or nothing before a mark. Empty for a text in which no sentence is
    in pieces. Linear in the length of ``text``."""
    marked = len(_MARKED.findall(text))
    if not marked or (marked < _ENOUGH and marked + len(_AMID.findall(text)) < _ENOUGH):
        return {}
    found: dict[int, str] = {}
    for lines in _paragraphs(text):
        goes_on = _goes_on([text[start:end] for start, end in lines])
        for ((_, end), (start, _)), joined in zip(pairwise(lines), goes_on, strict=True):
            if joined:
                glued = _closes(text, start) or text[end - 1] in _OPENING
                found[end] = "" if glued else " "
    return found


def _paragraphs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Runs of lines with no empty one between, each as where it starts and ends without spaces."""
    run: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        bare = line.strip(" ")
        if bare:
            at = start + line.index(bare[0])
            run.append((at, at + len(bare)))
        elif run:
            yield run
            run = []
        start += len(line) + 1
    if run:
        yield run


def _goes_on(lines: Sequence[str]) -> list[bool]:
    """Of each line but the last whether its sentence goes on in the next one."""
    joined = [_closes(b) or a.endswith(_OPENING) or _amid(a, b) for a, b in pairwise(lines)]
    for i, (a, b) in enumerate(pairwise(lines)):
        amid = len(a) >= _LONG or _WANTS_MORE.search(a[-24:]) or any(joined[max(0, i - 1) : i])
        behind = any(joined[i + 1 : i + 2])
        if amid and behind and len(b) <= _PIECE and not a.endswith(_STOPS):
            joined[i] = True
    first = 0
    for i, on in enumerate([*joined, False]):
        if not on:
            if not _is_prose(lines[first : i + 1]):
                joined[first:i] = [False] * (i - first)
            first = i + 1
    return joined


def _closes(text: str, at: int = 0) -> bool:
    return _CLOSING.match(text, at) is not None


def _amid(line: str, behind: str) -> bool:
    return behind[0].islower() and not line.endswith(_STOPS)


def _is_prose(lines: Sequence[str]) -> bool:
    """Not a menu in small letters, nor a headline with "by" and a name below it."""
    return lines[-1].endswith(_STOPS) or any(_closes(line) for line in lines[1:])
