"""Story assembly: from the cut of a page to rows with headline, body, dates and sources."""

import hashlib
from collections.abc import Iterable

from schemas.kinds import BlockKind, Flag, RejectReason, Stage
from schemas.records import (
    DateReading,
    Page,
    PageStories,
    Reject,
    Segmentation,
    SourceReading,
    Story,
    StorySpan,
)
from transforms.captions import read_caption
from transforms.dates import date_mentions, passage_of, read_dates
from transforms.headlines import PARTING, body_blocks, choose_headline
from transforms.language import identify, page_language
from transforms.segmentation import segment
from transforms.sources import read_sources
from transforms.words import SEAL, seal, sealed_words

UNCERTAIN_BELOW = 0.5
_SAID = (BlockKind.KICKER, BlockKind.STANDFIRST, BlockKind.CAPTION)


def page_stories(
    page: Page, min_date_confidence: float = 0.0, segmentation: Segmentation | None = None
) -> PageStories | Reject:
    """The stories and teasers of ``page`` in page order, or a ``no_story`` reject.

    A date whose confidence is below ``min_date_confidence`` is left out and flagged
    ``low_date_confidence``. The reject's payload is the text as received. A ``segmentation`` that
    is known already, or is another model's, is taken as it is.
    """
    if segmentation is None:
        segmentation = segment(page)
    if all(span.is_teaser for span in segmentation.spans):
        return Reject(
            at=page.at, stage=Stage.SPLIT, reason=RejectReason.NO_STORY,
            detail=f"none of its {len(page.blocks)} blocks reads as a story",
            payload=page.received.encode("utf-8", "surrogatepass"), format="txt",
            page_id=page.page_id, url=page.url, fetched_at=page.fetched_at,
        )  # fmt: skip
    readings = zip(
        segmentation.spans,
        read_dates(page, segmentation),
        read_sources(page, segmentation),
        strict=True,
    )
    count = sum(not span.is_teaser for span in segmentation.spans)
    # What a page advertises is in its own language, where a line or two do not say another.
    around = page_language(page) if count < len(segmentation.spans) else None
    return PageStories(
        tuple(
            _assemble(
                page,
                segmentation,
                span,
                dates,
                source,
                index,
                count,
                min_date_confidence,
                around if span.is_teaser else None,
            )
            for index, (span, dates, source) in enumerate(readings)
        )
    )


def _assemble(
    page: Page,
    segmentation: Segmentation,
    span: StorySpan,
    dates: DateReading,
    source: SourceReading,
    index: int,
    count: int,
    min_date_confidence: float,
    around: str | None,
) -> Story:
    of: dict[BlockKind, list[str]] = {kind: [] for kind in _SAID}
    for i in span.blocks:
        if (kind := segmentation.kinds[i]) in of:
            of[kind].append(page.blocks[i].text)
    headline = choose_headline(page, segmentation, span)
    kickers = of[BlockKind.KICKER]
    paragraphs = body_blocks(segmentation, span)
    body = PARTING.join([page.blocks[i].text for i in paragraphs])
    start = page.offsets.received(page.blocks[span.blocks[0]].start)
    end = page.offsets.received(page.blocks[span.blocks[-1]].end - 1) + 1
    spelled = sealed_words(body)
    language = identify(body or headline or "", page.language, around)
    published = dates.published
    flags = [*page.flags, *dates.flags, *_flags(headline, span)]
    if published is not None and published.confidence < min_date_confidence:
        published = None
        flags.append(Flag.LOW_DATE_CONFIDENCE)
    return Story(
        story_id=_digest(seal([page.page_id, str(start), str(end)]), sealed_words(headline or ""), spelled),
        page_id=page.page_id, url=page.url, fetched_at=page.fetched_at,
        story_index=index, story_count=count, is_teaser=span.is_teaser,
        headline=headline, kicker=kickers[0] if kickers else None,
        standfirst=tuple(of[BlockKind.STANDFIRST]), body=body,
        captions=tuple(read_caption(line) for line in of[BlockKind.CAPTION]),
        authors=source.authors, agency=source.agency, publisher=source.publisher,
        source=source.source, dateline_place=source.dateline_place,
        published_at=published.value if published else None,
        updated_at=dates.updated.value if dates.updated else None,
        published_precision=published.precision if published else None,
        published_basis=published.basis if published else None,
        published_text=published.text if published else None,
        published_confidence=published.confidence if published else None,
        not_before=dates.not_before, not_after=dates.not_after,
        date_mentions=date_mentions(
            body, published, language, passage_of(page, paragraphs, PARTING)
        ),
        language=language, word_count=spelled.count(SEAL), content_hash=_digest(spelled),
        near_duplicate_of=None, origin=page.at.origin, topic=page.at.topic,
        partition=page.at.partition, offset=page.at.offset, span_start=start, span_end=end,
        flags=tuple(dict.fromkeys(flags)),
    )  # fmt: skip


def _flags(headline: str | None, span: StorySpan) -> Iterable[Flag]:
    if headline is None:
        yield Flag.NO_HEADLINE
    if span.start_confidence < UNCERTAIN_BELOW:
        yield Flag.UNCERTAIN_START
    if span.end_confidence < UNCERTAIN_BELOW:
        yield Flag.UNCERTAIN_END


def _digest(*sealed: bytes) -> str:
    """32 hex digits over bytes in a row."""
    return hashlib.sha256(b"".join(sealed)).hexdigest()[:32]
