"""The day on top of a live page or of a column of briefs, and the pages that only look like one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas.kinds import BlockKind, Precision
from schemas.records import Coordinates, DateReading, Page, RawPage, Segmentation, StorySpan
from transforms.dates import read_dates
from transforms.dates.entries import date_entries
from transforms.dates.sightings import find_sightings
from transforms.dates.territory import territories
from transforms.pages import read_page

SHORT = (
    "The harbour master has closed the outer quay to all ships until the wind has gone down again.",
    "Two buses stand at the station for those who cannot walk home, the town hall says this noon.",
    "The baker on the square gives bread away, because nobody will come for it before the evening.",
    "School is out for the rest of the day; parents are asked to wait until the gate is opened.",
)


def read(*lines: str, heads: tuple[int, ...], url: str | None = None) -> tuple[DateReading, ...]:
    """The readings of a page whose stories begin at ``heads`` and go up to the next."""
    raw = RawPage(Coordinates("test"), text="\n".join(lines), url=url)
    page = read_page(raw)
    assert isinstance(page, Page)
    ends = (*heads[1:], len(lines))
    kinds = [BlockKind.BOILERPLATE] * len(lines)
    spans = []
    for head, end in zip(heads, ends, strict=True):
        kinds[head] = BlockKind.HEADLINE
        body = [i for i in range(head + 1, end) if len(lines[i]) > 80]
        for i in body:
            kinds[i] = BlockKind.BODY
        spans.append(StorySpan((head, *body)))
    return read_dates(page, Segmentation(tuple(kinds), tuple(spans)))


def moments(readings: tuple[DateReading, ...]) -> list[datetime | None]:
    return [reading.published.value if reading.published else None for reading in readings]


def live(*clocks: str, date: str = "4 February 2025") -> list[str]:
    lines = ["Storm over the county: what we know", date]
    for clock, text in zip(clocks, SHORT, strict=False):
        lines += [f"{clock} What the town says now", text]
    return lines


def test_an_entrys_clock_time_joins_the_day_on_top() -> None:
    readings = read(*live("14:05", "13:20", "11:58"), heads=(2, 4, 6))
    day = datetime(2025, 2, 4, tzinfo=UTC)
    assert moments(readings) == [
        day.replace(hour=h, minute=m) for h, m in ((14, 5), (13, 20), (11, 58))
    ]
    assert {r.published.precision for r in readings if r.published} == {Precision.MINUTE}


def test_the_zone_of_the_sites_country_counts() -> None:
    address = "https://example.fi/live"
    readings = read(*live("14.05", "13.20"), heads=(2, 4), url=address)
    assert moments(readings)[0] == datetime(2025, 2, 4, 12, 5, tzinfo=UTC)


def test_times_that_run_over_midnight_are_left_out() -> None:
    """Of 00:10, 23:50 and 23:30 one is of another day than the others: which is not written."""
    readings = read(*live("00:10", "23:50", "23:30"), heads=(2, 4, 6))
    assert moments(readings) == [datetime(2025, 2, 4, tzinfo=UTC)] * 3


def test_a_column_of_briefs_has_one_day() -> None:
    lines = ["In brief", "Thursday, 9 January 2025"]
    for number, text in enumerate(SHORT):
        lines += [("Quay closed", "Buses wait", "Bread for all", "School is out")[number], text]
    assert moments(read(*lines, heads=(2, 4, 6, 8))) == [datetime(2025, 1, 9, tzinfo=UTC)] * 4


def test_whole_stories_keep_to_themselves() -> None:
    """Long stories below one another are no briefs: the first one's day is not the others'."""
    long = " ".join(SHORT * 3)
    lines = ["Thursday, 9 January 2025"]
    for head in ("Quay closed", "Buses wait", "Bread for all"):
        lines += [head, long]
    assert moments(read(*lines, heads=(1, 3, 5)))[1:] == [None, None]


def test_an_entry_that_prints_a_day_has_that() -> None:
    lines = ["In brief", "Thursday, 9 January 2025"]
    for number, text in enumerate(SHORT):
        lines += [("Quay closed", "Buses wait", "Bread for all", "School is out")[number], text]
    lines.insert(5, "Tuesday, 7 January 2025")
    days = moments(read(*lines, heads=(2, 4, 7, 9)))
    assert days[1] in (None, datetime(2025, 1, 7, tzinfo=UTC))
    assert days[2] == datetime(2025, 1, 9, tzinfo=UTC)


def test_an_entry_with_a_day_above_it_takes_none_from_the_top() -> None:
    """Not even where that day was too unsure to be given: <time datetime="..."> has another."""
    html = "".join(
        f"<div><p><time datetime='2025-01-0{day}T1{day}:00:00Z'>1{day}:00</time></p>"
        f"<h2>{head}</h2><p>{text}</p></div>"
        for day, head, text in zip((9, 7, 5), ("Quay closed", "Buses wait", "Bread"), SHORT, strict=False)
    )  # fmt: skip
    page = read_page(RawPage(Coordinates("test"), html=html))
    assert isinstance(page, Page)
    kinds = (BlockKind.DATE, BlockKind.HEADLINE, BlockKind.BODY) * 3
    cut = Segmentation(kinds, tuple(StorySpan((i, i + 1)) for i in (1, 4, 7)))
    sightings = find_sightings(page, kinds)
    first, *others = read_dates(page, cut)
    unsure = [first, *(replace(reading, published=None) for reading in others)]
    places = territories(page, cut, sightings)
    found = moments(date_entries(page, cut, places, sightings, unsure, None))
    assert found == [datetime(2025, 1, 9, 19, tzinfo=UTC), None, None]


@pytest.mark.parametrize("clock", ["14:05:33 of tape", "25:70", "14:05.33", "3:2"])
def test_numbers_that_are_no_clock_time_make_no_live_page(clock: str) -> None:
    readings = read(*live(clock, clock), heads=(2, 4))
    assert moments(readings)[1] is None


def test_the_title_of_a_live_page_may_be_joined_to_its_first_entry() -> None:
    """The date stands below that headline then, and the first entry's time between it and the body."""
    lines = ["Storm over the county: what we know", "4 February 2025"]
    for clock, text in zip(("14:05 CET", "13:20 CET", "11:58 CET"), SHORT, strict=False):
        lines += [clock, "What the town says now", text]
    readings = read(*lines, heads=(0, 6, 9))
    day = datetime(2025, 2, 4, tzinfo=UTC)
    assert moments(readings) == [
        day.replace(hour=h, minute=m) for h, m in ((14, 5), (13, 20), (11, 58))
    ]


def test_the_first_entry_may_lack_a_time_if_all_others_have_theirs() -> None:
    lines = ["Storm over the county: what we know", "4 February 2025", SHORT[0]]
    for clock, text in zip(("13:20", "11:58"), SHORT[1:], strict=False):
        lines += [f"{clock} What the town says now", text]
    day = datetime(2025, 2, 4, tzinfo=UTC)
    assert moments(read(*lines, heads=(0, 3, 5))) == [
        day, day.replace(hour=13, minute=20), day.replace(hour=11, minute=58)
    ]  # fmt: skip
    lines[5] = "What the town says now"
    assert moments(read(*lines, heads=(0, 3, 5)))[1:] == [None, None]


def test_the_date_below_the_first_briefs_headline_is_its_own() -> None:
    lines = ["Quay closed", "Thursday, 9 January 2025", SHORT[0]]
    for head, text in zip(("Buses wait", "Bread for all"), SHORT[1:], strict=False):
        lines += [head, text]
    assert moments(read(*lines, heads=(0, 3, 5)))[1:] == [None, None]
