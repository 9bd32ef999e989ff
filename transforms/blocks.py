"""Cut a cleaned text into blocks: paragraphs, headings, menu lines, with their spans."""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.drafts import block_of
from schemas.records import Block, Hints


class Cut(NamedTuple):
    """The lines of a text that are not empty, without outer spaces; where each begins, and how many
    empty ones stand before it."""

    starts: list[int]
    lines: list[str]
    gaps: list[int]


def cut(text: str) -> Cut:
    """Linear in the length of ``text``."""
    starts: list[int] = []
    lines: list[str] = []
    gaps: list[int] = []
    start = gap = 0
    for line in text.split("\n"):
        stripped = line.strip(" ")
        if stripped:
            outer = len(line) - len(line.lstrip(" ")) if line[0] == " " else 0
            starts.append(start + outer)
            lines.append(stripped)
            gaps.append(gap)
            gap = 0
        else:
            gap += 1
        start += len(line) + 1
    return Cut(starts, lines, gaps)


def blocks_of(lines: Cut, hints: Iterable[Hints | None]) -> list[Block]:
    """A block a line, each with its hints."""
    return [
        block_of(start, start + len(line), line, gap, hint)
        for start, line, gap, hint in zip(*lines, hints, strict=True)
    ]


def split_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text without markup."""
    lines = cut(text)
    return tuple(blocks_of(lines, [None] * len(lines.starts)))
