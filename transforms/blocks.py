"""Cut a cleaned text into blocks: paragraphs, headings, menu lines, with their spans."""

from collections.abc import Callable

from schemas.records import Block, Hints


def split_blocks(
    text: str, hints_of: Callable[[int, str], Hints] | None = None
) -> tuple[Block, ...]:
    """One block a line that is not empty. Linear in the length of ``text``.

    ``hints_of`` says of a position and the line there what the markup does, where there is markup.
    """
    blocks: list[Block] = []
    start = gap = 0
    hints = None
    for line in text.split("\n"):
        stripped = line.strip(" ")
        if stripped:
            at = start if line[0] != " " else start + len(line) - len(line.lstrip(" "))
            if hints_of is not None:
                hints = hints_of(at, stripped)
            blocks.append(Block(at, at + len(stripped), stripped, gap, hints))
            gap = 0
        else:
            gap += 1
        start += len(line) + 1
    return tuple(blocks)
