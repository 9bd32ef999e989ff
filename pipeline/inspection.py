"""Look at one page with everything that copydesk finds on it, also what no row shows."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from pipeline.errors import UsageError
from pipeline.places import place
from schemas.records import (
    Coordinates,
    DateReading,
    Page,
    PageStories,
    RawPage,
    Reject,
    Segmentation,
    SourceReading,
    Story,
)
from schemas.wire import read_record, with_fetched_at
from transforms.dates import read_dates
from transforms.pages import read_page
from transforms.segmentation import segment
from transforms.sources import read_sources
from transforms.stories import page_stories

# A refusal names so many of the pages that a file holds.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Inspection:
    """One page and all that was read on it; ``dates``, ``sources`` and ``stories`` run parallel
    to ``segmentation.spans``. ``stories`` is empty if the page is a reject."""

    page: Page
    segmentation: Segmentation
    dates: tuple[DateReading, ...]
    sources: tuple[SourceReading, ...]
    stories: tuple[Story, ...]
    reject: Reject | None = None


def inspect(raw: RawPage) -> Inspection | Reject:
    """Reads ``raw`` as an ingest would and keeps what led to its rows."""
    page = read_page(raw)
    return page if isinstance(page, Reject) else inspection_of(page, segment(page))


def inspection_of(page: Page, segmentation: Segmentation) -> Inspection:
    """All that is read on a page that was cut like this."""
    found = page_stories(page, segmentation=segmentation)
    return Inspection(
        page=page,
        segmentation=segmentation,
        dates=read_dates(page, segmentation),
        sources=read_sources(page, segmentation),
        stories=found.stories if isinstance(found, PageStories) else (),
        reject=found if isinstance(found, Reject) else None,
    )


def find_page(where: str, fetched_at: datetime | None = None) -> RawPage | Reject:
    """The page that ``where`` names: a file, ``file#N``, ``file#PAGE_ID``, or ``-`` for stdin.
    The file may be an object, by its address.

    ``N`` counts the records of the file from 1. ``fetched_at`` is for a page without its own.

    Raises:
        UsageError: there is no such file or page in it, or the file holds several.
    """
    found = _read_stdin() if where == "-" else _from_file(where)
    return found if isinstance(found, Reject) else with_fetched_at(found, fetched_at)


def _read_stdin() -> RawPage | Reject:
    content = sys.stdin.buffer.read()
    at = Coordinates("-")
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return read_record(content, at)
    if start.startswith(b"<"):
        return RawPage(at=at, html=content, page_id="stdin")
    return RawPage(at=at, text=content, page_id="stdin")


def _from_file(where: str) -> RawPage | Reject:
    path, _, selector = (where, "", "") if place(where).exists() else where.rpartition("#")
    path = path or where
    if not place(path).is_file():
        what = "is a folder; name one page in it" if place(path).is_dir() else "does not exist"
        raise UsageError(f"{path} {what}")
    records = _records(path)
    if not selector:
        first = list(islice(records, _NAMED + 1))
        if len(first) == 1:
            return first[0]
        names = ", ".join(_named(record, number) for number, record in enumerate(first[:_NAMED], 1))
        more = ", …" if len(first) > _NAMED else ""
        raise UsageError(
            f"{path} holds more than one page; say which, like {path}#1 ({names}{more})"
            if first
            else f"{path} holds no page"
        )
    number = int(selector) if selector.isdecimal() and len(selector) < 19 else 0
    for position, record in enumerate(records, 1):
        if position == number or record.page_id == selector:
            return record
    raise UsageError(f"{path} holds no page {selector}")


def _records(path: str) -> Iterator[RawPage | Reject]:
    from pipeline.connectors.files import (
        ENDINGS,
        LineRange,
        LineStripe,
        PageFile,
        format_of,
        read_page_file,
    )
    from pipeline.connectors.warc import WarcRange

    format_ = format_of(path)
    if format_ is None:
        raise UsageError(f"{path} has an ending that copydesk does not know; it reads {ENDINGS}")
    size = place(path).stat().st_size
    if format_.kind == "warc":
        yield from WarcRange(path, path, 0, size, format_.compression).read(_ignore)
    elif format_.kind != "jsonl":
        yield read_page_file(PageFile(path, path, size, format_))
    elif format_.compression:
        yield from LineStripe(path, path, size, format_.compression, 0, 1).read(_ignore)
    else:
        yield from LineRange(path, path, 0, size).read(_ignore)


def _ignore(_: int) -> None:
    """Nobody watches the progress of one page."""


def _named(record: RawPage | Reject, number: int) -> str:
    return record.page_id or f"#{number}"


def as_json(found: Inspection | Reject) -> dict[str, Any]:
    """What ``copydesk inspect --json`` prints: page, blocks, stories with evidence, reject."""
    if isinstance(found, Reject):
        return {"page": None, "blocks": [], "stories": [], "reject": _reject_json(found)}
    page, segmentation = found.page, found.segmentation
    owner = {i: n for n, span in enumerate(segmentation.spans) for i in span.blocks}
    return {
        "page": {
            "page_id": page.page_id,
            "origin": page.at.origin,
            "url": page.url,
            "fetched_at": page.fetched_at,
            "characters": len(page.received),
            "flags": page.flags,
        },
        "blocks": [
            {
                "start": page.offsets.received(block.start),
                "end": page.offsets.received(block.end - 1) + 1,
                "kind": kind,
                "story": owner.get(i),
                "text": block.text,
            }
            for i, (block, kind) in enumerate(zip(page.blocks, segmentation.kinds, strict=True))
        ],
        "stories": [
            {
                **asdict(story),
                "start_confidence": span.start_confidence,
                "end_confidence": span.end_confidence,
                "runner_up": span.runner_up,
                "date_candidates": [
                    candidate._replace(**_received(candidate, page))._asdict()
                    for candidate in dates.candidates
                ],
            }
            for story, span, dates in zip(
                found.stories, segmentation.spans if found.stories else (),
                found.dates if found.stories else (), strict=True,
            )
        ],
        "reject": _reject_json(found.reject) if found.reject else None,
    }  # fmt: skip


def _received(candidate: Any, page: Page) -> dict[str, Any]:
    """Positions of a candidate in the text as received, like those of the rows."""
    if candidate.start is None or candidate.end is None:
        return {}
    return {
        "start": page.offsets.received(candidate.start),
        "end": page.offsets.received(max(candidate.start, candidate.end - 1)) + 1,
    }


def _reject_json(reject: Reject) -> dict[str, Any]:
    return {"stage": reject.stage, "reason": reject.reason, "detail": reject.detail}
