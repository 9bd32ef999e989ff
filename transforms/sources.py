"""Who wrote, filed and printed each story of a page."""

from collections.abc import Iterator

from schemas.kinds import BlockKind
from schemas.records import Page, Segmentation, SourceReading, StorySpan
from transforms.agencies import (
    agency_named,
    copyright_agency,
    credit_list,
    prose_credit,
    sign_off,
    source_line,
)
from transforms.bylines import Byline, names_in, opens_byline, read_byline
from transforms.datelines import Dateline, read_dateline
from transforms.publishers import copyright_owner, registrable_domain, title_suffix

_BODY = frozenset({BlockKind.BODY, BlockKind.SUBHEADING})
_ABOVE = 3  # blocks above a headline that may hold its byline
_BELOW = 8  # blocks below the last paragraph that may hold a sign-off or a byline


def read_sources(page: Page, segmentation: Segmentation) -> tuple[SourceReading, ...]:
    """One reading for each span of ``segmentation``, in its order.

    Each story is read from its own blocks and the blocks around it, up to its neighbours. The
    page's address and markup hold for all its stories, unless a story's own lines name another
    publisher.
    """
    return tuple(
        _read(page, segmentation, index, span) for index, span in enumerate(segmentation.spans)
    )


def _read(page: Page, segmentation: Segmentation, index: int, span: StorySpan) -> SourceReading:
    spans, blocks = segmentation.spans, page.blocks
    body = [i for i in span.blocks if segmentation.kinds[i] in _BODY]
    first = body[0] if body else span.blocks[-1]
    last = span.blocks[-1]
    before = spans[index - 1].blocks[-1] + 1 if index else 0
    behind = spans[index + 1].blocks[0] if index + 1 < len(spans) else len(blocks)
    top = [blocks[i].text for i in range(max(before, span.blocks[0] - _ABOVE), first)]
    bottom = [blocks[i].text for i in range(last + 1, min(behind, last + 1 + _BELOW))]
    paragraphs = [blocks[i].text for i in body]

    dateline = next(filter(None, map(read_dateline, paragraphs[:2])), None)
    bylines = list(_bylines(top)) + list(_bylines(bottom)) + list(_bylines(paragraphs[-2:]))
    authors = next((b.authors for b in bylines if b.authors), ())
    agency = next(_agencies(dateline, bylines, top, paragraphs, bottom), None)
    publisher, source = _publisher(
        page, span, index, [blocks[i].text for i in range(last + 1, behind)]
    )
    return SourceReading(
        authors=authors, agency=agency, publisher=publisher, source=source,
        dateline_place=dateline.place if dateline else None,
    )  # fmt: skip


def _bylines(lines: list[str]) -> Iterator[Byline]:
    for number, line in enumerate(lines):
        if byline := read_byline(line):
            yield byline
        elif opens_byline(line) and number + 1 < len(lines):
            if names := names_in(lines[number + 1]):
                yield Byline(names)
            elif agency := agency_named(lines[number + 1]):
                yield Byline((), agency)


def _agencies(
    dateline: Dateline | None,
    bylines: list[Byline],
    top: list[str],
    paragraphs: list[str],
    bottom: list[str],
) -> Iterator[str]:
    """The agencies credited with the copy, the surest credit first."""
    if dateline is not None and dateline.agency:
        yield dateline.agency
    yield from (byline.agency for byline in bylines if byline.agency)
    for line in top:
        yield from filter(None, [credit_list(line)])
    for line in (*reversed(paragraphs[-3:]), *bottom[:3]):
        yield from filter(None, [sign_off(line)])
    for line in (*reversed(paragraphs), *bottom):
        yield from filter(None, [prose_credit(line), source_line(line)])
    for line in bottom:
        yield from filter(None, [copyright_agency(line)])


def _publisher(
    page: Page, span: StorySpan, index: int, behind: list[str]
) -> tuple[str | None, str | None]:
    url = page.metadata.canonical_url or page.url
    source = registrable_domain(page.url) or registrable_domain(url)
    own = next(filter(None, map(copyright_owner, behind)), None)
    structured = next(
        (s.publisher for s in page.metadata.stories if s.is_story and s.publisher), None
    )
    publisher = page.publisher or structured or page.metadata.site_name or own
    if publisher is None:
        publisher = title_suffix(page.metadata.title, page.metadata.og_title)
    return publisher, source
