"""Pages of the corpus: nothing that is said of a story's time lies after the fetch or before 1800."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.records import DateReading, Page
from training.corpus import SHARED, Row, read_rows, render_html, render_text
from transforms.dates import read_dates
from transforms.segmentation import segment

_EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
_EACH = 20  # pages of a rendering, evenly from the whole corpus


def pages() -> Iterator[Page]:
    """Some pages in HTML, as text and of several stories, each with a fetch time.

    Few pages of the corpus have one. The others are taken as fetched on a day in the middle of the
    corpus, so that the text of half of them speaks of days to come.
    """
    for kind, renderings in (("single", (html, text)), ("mixed", (mixed,))):
        rows = read_rows(kind)
        for start, render in enumerate(renderings):
            for row in rows[start :: len(rows) // _EACH][:_EACH]:
                if (page := render(row)) is not None:
                    yield replace(page, fetched_at=fetched(row))


def html(row: Row) -> Page | None:
    return render_html(row)


def text(row: Row) -> Page | None:
    return render_text("text_a", row)


def mixed(row: Row) -> Page | None:
    return render_text("text", row)


def fetched(row: Row) -> datetime:
    if known := row.page.get("fetched_at"):
        there = datetime.fromisoformat(known)
        return there if there.tzinfo else there.replace(tzinfo=UTC)
    return datetime(2020, 6, 30, 12, tzinfo=UTC)


def moments(reading: DateReading) -> Iterator[tuple[str, datetime]]:
    for candidate in (reading.published, reading.updated, *reading.candidates):
        if candidate is not None and candidate.value is not None:
            yield candidate.text, candidate.value
    if reading.not_before is not None:
        yield "not_before", reading.not_before
    if reading.not_after is not None:
        yield "not_after", reading.not_after


@pytest.mark.skipif(not SHARED.exists(), reason="the development corpus is not beside the project")
def test_no_date_or_bound_lies_after_the_fetch_or_before_1800() -> None:
    seen = 0
    for page in pages():
        assert page.fetched_at is not None
        latest = page.fetched_at + timedelta(days=1)
        for reading in read_dates(page, segment(page)):
            found = list(moments(reading))
            seen += len(found)
            absurd = [(what, when) for what, when in found if not _EARLIEST <= when <= latest]
            assert not absurd, (page.page_id, page.fetched_at)
            if reading.not_before is not None and reading.not_after is not None:
                assert reading.not_before <= reading.not_after, page.page_id
    assert seen > _EACH
