"""What a reader would copy from a span: its headline and its body."""

from collections.abc import Sequence
from typing import Final

from schemas.kinds import BlockKind
from schemas.records import Block, Page, Segmentation, StorySpan
from transforms.markup.agreement import headlines_of

# From this nearness on a block prints the headline that structured data tell.
_SAME: Final = 0.8
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
PARTING: Final = "\n\n"  # a blank line
BODY: Final = frozenset({BlockKind.BODY, BlockKind.SUBHEADING})


def blocks_of(segmentation: Segmentation, span: StorySpan, *kinds: BlockKind) -> list[int]:
    """The blocks of ``span`` that are of one of ``kinds``."""
    return [i for i in span.blocks if segmentation.kinds[i] in kinds]


def choose_headline(page: Page, segmentation: Segmentation, span: StorySpan) -> str | None:
    """The headline of a story, or None. Of a teaser it is the first block.

    Of several headline blocks the one that structured data call the headline, then the one that
    says most: a page that prints its headline twice has it in full at least once, and a kicker
    taken for a headline is shorter. Ties go to the one nearest to the body.

    Structured data tell of a page's first story. It may also take a headline from above its span
    (``_above``), and one that the page prints nowhere where it is the page's only story.
    """
    blocks = page.blocks
    if span.is_teaser:
        return blocks[span.blocks[0]].text
    heads = blocks_of(segmentation, span, BlockKind.HEADLINE)
    titled = [i for i in heads if _titled(blocks[i]) >= _SAME]
    if not titled and (above := _above(page, segmentation, span)) is not None:
        return blocks[above].text
    if heads:
        best = max(titled or heads, key=lambda i: (len(blocks[i].text), i))
        return blocks[best].text
    alone = sum(not other.is_teaser for other in segmentation.spans) == 1
    return next(iter(headlines_of(page.metadata)), None) if alone else None


def _titled(block: Block) -> float:
    return block.hints.titled if block.hints is not None else 0.0


def _above(page: Page, segmentation: Segmentation, span: StorySpan) -> int | None:
    """The block above the first story that structured data call its headline: the nearest of
    those in a heading, then of all; None for a later story or if there is no such block."""
    first = min(other.blocks[0] for other in segmentation.spans if not other.is_teaser)
    start = span.blocks[0]
    if start != first:
        return None
    found = [
        (block.hints.tag in _HEADINGS, i)
        for i, block in enumerate(page.blocks[:start])
        if block.hints is not None and block.hints.titled >= _SAME
    ]
    return max(found)[1] if found else None


def body_blocks(segmentation: Segmentation, span: StorySpan) -> Sequence[int]:
    """The blocks of the body's paragraphs and subheadings. Of a teaser all but the first."""
    return span.blocks[1:] if span.is_teaser else blocks_of(segmentation, span, *BODY)


def body_of(page: Page, segmentation: Segmentation, span: StorySpan) -> str:
    """The body's paragraphs and subheadings, parted by ``PARTING``."""
    return PARTING.join(page.blocks[i].text for i in body_blocks(segmentation, span))
