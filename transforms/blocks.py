"""Cut a cleaned text into blocks: paragraphs, headings, menu lines, with their spans."""

from schemas.records import Block


def split_blocks(text: str) -> tuple[Block, ...]:
    """One block a line that is not empty. Linear in the length of ``text``."""
    blocks: list[Block] = []
    start = gap = 0
    for line in text.split("\n"):
        stripped = line.strip(" ")
        if stripped:
            at = start + len(line) - len(line.lstrip(" "))
            blocks.append(Block(at, at + len(stripped), stripped, gap))
            gap = 0
        else:
            gap += 1
        start += len(line) + 1
    return tuple(blocks)
