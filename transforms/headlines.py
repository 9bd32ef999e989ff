"""What a reader would copy from a span: its headline and its body."""

from typing import Final

from schemas.kinds import BlockKind
from schemas.records import Page, Segmentation, StorySpan

BODY: Final = frozenset({BlockKind.BODY, BlockKind.SUBHEADING})


def blocks_of(segmentation: Segmentation, span: StorySpan, *kinds: BlockKind) -> list[int]:
    """The blocks of ``span`` that are of one of ``kinds``."""
    return [i for i in span.blocks if segmentation.kinds[i] in kinds]


def choose_headline(page: Page, segmentation: Segmentation, span: StorySpan) -> str | None:
    """The headline of a story, or None. Of a teaser it is the first block.

    Of several headline blocks the one that says most: a page that prints its headline twice has it
    in full at least once, and a kicker taken for a headline is shorter. Ties go to the one
    nearest to the body.
    """
    if span.is_teaser:
        return page.blocks[span.blocks[0]].text
    heads = blocks_of(segmentation, span, BlockKind.HEADLINE)
    if not heads:
        return None
    return page.blocks[max(heads, key=lambda i: (len(page.blocks[i].text), i))].text


def body_of(page: Page, segmentation: Segmentation, span: StorySpan) -> str:
    """The body's paragraphs and subheadings, parted by a blank line."""
    body = span.blocks[1:] if span.is_teaser else blocks_of(segmentation, span, *BODY)
    return "\n\n".join(page.blocks[i].text for i in body)
