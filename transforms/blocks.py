"""Cut a cleaned text into blocks: paragraphs, headings, menu lines, with their spans."""

from collections.abc import Callable

from schemas.records import Block, Hints


def split_blocks(text: str, hints_at: Callable[[int], Hints] | None = None) -> tuple[Block, ...]:
    """One block a line that is not empty. Linear in the length of ``text``.

    ``hints_at`` gives what the markup says of the line at a position, where there is markup.
    """
    blocks: list[Block] = []
    start = gap = 0
    for line in text.split("\n"):
        stripped = line.strip(" ")
        if stripped:
            at = start + len(line) - len(line.lstrip(" "))
            hints = hints_at(at) if hints_at else None
            blocks.append(Block(at, at + len(stripped), stripped, gap, hints))
            gap = 0
        else:
            gap += 1
        start += len(line) + 1
    return tuple(blocks)
