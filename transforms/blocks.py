"""Cut a cleaned text into blocks: paragraphs, headings, menu lines, with their spans."""

from collections.abc import Callable, Sequence

from schemas.drafts import block_of
from schemas.records import Block, Hints


def split_blocks(
    text: str, hints_of: Callable[[list[int], list[str]], Sequence[Hints | None]] | None = None
) -> tuple[Block, ...]:
    """One block a line that is not empty. Linear in the length of ``text``.

    ``hints_of`` says of the positions of all lines, and the lines, what the markup does, where
    there is markup.
    """
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
    hints = [None] * len(lines) if hints_of is None else hints_of(starts, lines)
    return tuple(
        [
            block_of(start, start + len(line), line, gap, hint)
            for start, line, gap, hint in zip(starts, lines, gaps, hints, strict=True)
        ]
    )
