"""The dates of pages: which is chosen, which is not, and what is left where none is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.kinds import BlockKind, DateBasis, DateRole, Flag, Precision
from schemas.records import (
    Coordinates,
    DateReading,
    Hints,
    Metadata,
    Page,
    RawPage,
    Segmentation,
    StorySpan,
    StructuredStory,
)  # fmt: skip
from transforms.blocks import split_blocks
from transforms.dates import date_lines, date_mentions, read_dates
from transforms.dates.grammar import find_written
from transforms.dates.machine import read_instant, read_url
from transforms.dates.mentions import mentioned
from transforms.dates.resolve import Context, observed_orders, resolve
from transforms.dates.roles import role_of
from transforms.dates.sightings import find_sightings
from transforms.dates.words import lower
from transforms.dates.zones import zone_of
from transforms.markup.vocabulary import bits_of
from transforms.pages import read_page

FETCHED = datetime(2026, 2, 1, 15, 0, tzinfo=UTC)

# Sentences of no page: long enough to be a body, without any date of their own.
SENTENCES = (
    """The council agreed to widen the old bridge across the river, and to close it to lorries
    while the work lasts, its chairwoman told reporters after a long debate.""",
    """Shopkeepers on the northern bank fear for their trade, because the detour through the
    valley takes half an hour and the bus will not stop at the market any more.""",
    """The contractor, who built the harbour as well, expects the work to be done within a year
    if the winter is mild and the steel arrives in time from the mill.""",
)
BODY = tuple(" ".join(sentence.split()) for sentence in SENTENCES)


def page_of(*lines: str, url: str | None = None, fetched: datetime | None = None) -> Page:
    raw = RawPage(Coordinates("test"), text="\n".join(lines), url=url, fetched_at=fetched)
    page = read_page(raw)
    assert isinstance(page, Page)
    return page


def cut(page: Page, *spans: tuple[int, int]) -> Segmentation:
    """A segmentation with a headline at the start of each span and body to its end."""
    kinds = [BlockKind.BOILERPLATE] * len(page.blocks)
    for first, last in spans:
        kinds[first] = BlockKind.HEADLINE
        for i in range(first + 1, last + 1):
            kinds[i] = BlockKind.BODY if len(page.blocks[i].text) > 80 else BlockKind.DATE
    return Segmentation(
        tuple(kinds), tuple(StorySpan(tuple(range(a, b + 1))) for a, b in spans)
    )  # fmt: skip


def read_one(*lines: str, url: str | None = None, fetched: datetime | None = None) -> DateReading:
    page = page_of(*lines, url=url, fetched=fetched)
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    return reading


def published(reading: DateReading) -> str | None:
    return (
        reading.published.value.date().isoformat()
        if reading.published and reading.published.value
        else None
    )


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published 6 April 2025", "2025-04-06"),
        ("April 6, 2025", "2025-04-06"),
        ("By Ada Moor | April 6, 2025, 9:46 pm", "2025-04-06"),
        ("06.04.2025, 14:05 Uhr", "2025-04-06"),
    ],
)
def test_the_line_under_the_headline_dates_the_story(line: str, day: str) -> None:
    assert published(read_one("Council agrees to widen the bridge", line, *BODY)) == day


def test_the_day_of_a_change_alone_is_not_that_of_the_publication() -> None:
    """On pages of text that show no other day it is in two cases of three: too few to say so."""
    reading = read_one("Council agrees to widen the bridge", "Updated 06 April 2025", *BODY)
    assert reading.published is None
    assert reading.updated is not None
    assert reading.updated.value == datetime(2025, 4, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "© 2024 All rights reserved | The Daily Example",
        "Ada Moor was born on 6 April 1961.",
        "The harbour in a picture of June 13, 2023. REUTERS/Ada Moor",
        "Harbour, seen on 13 June 2023. (AP Photo/Ada Moor)",
        "Version 10.11.12.13",
        "Call 555-12-3456 or 24/7",
    ],
)
def test_other_dates_do_not_become_the_storys(line: str) -> None:
    reading = read_one("Council agrees to widen the bridge", *BODY, line)
    assert published(reading) is None


@pytest.mark.parametrize("words", [("blockquote", "embed"), ("blockquote", "body"), ("embed",)])
def test_the_date_of_an_embedded_post_is_not_the_storys(words: tuple[str, ...]) -> None:
    page = page_of("Council agrees to widen the bridge", "March 12, 2019", *BODY)
    hints = Hints("p", words=bits_of(words), around=bits_of(words))
    post = replace(page.blocks[1], hints=hints)
    page = replace(page, blocks=(page.blocks[0], post, *page.blocks[2:]))
    reading = read_dates(page, cut(page, (0, len(page.blocks) - 1)))[0]
    assert (published(reading) is None) == (set(words) == {"blockquote", "embed"})


def test_the_date_of_a_post_in_plain_text_is_not_the_storys() -> None:
    post = "— Harrow Bay (@hb) March 12, 2019"
    assert published(read_one("Council agrees to widen the bridge", *BODY[:1], post)) is None


def test_a_photos_date_bounds_an_undated_story() -> None:
    caption = "The old bridge is seen from the harbour, June 13, 2023. REUTERS/Ada Moor"
    reading = read_one("Council agrees", BODY[0], caption, BODY[1], fetched=FETCHED)
    assert reading.published is None
    assert reading.not_before == datetime(2023, 6, 13, tzinfo=UTC)
    assert reading.not_after == FETCHED


def test_a_month_in_the_address_bounds_an_undated_story() -> None:
    reading = read_one("Council agrees", *BODY, url="https://example.org/2025/04/council-agrees")
    assert reading.published is None
    assert reading.not_before == datetime(2025, 4, 1, tzinfo=UTC)
    assert reading.not_after is not None
    assert reading.not_after >= datetime(2025, 4, 30, tzinfo=UTC)


def test_a_relative_date_needs_the_time_of_fetching() -> None:
    lines = ("Council agrees to widen the bridge", "Updated 5 sec ago", *BODY)
    blind, seeing = read_one(*lines), read_one(*lines, fetched=FETCHED)
    assert blind.published is None
    assert Flag.RELATIVE_DATE_WITHOUT_FETCH_TIME in blind.flags
    assert [c.text for c in blind.candidates if c.value is None] == ["5 sec ago"]
    assert seeing.published is not None
    assert seeing.published.value == FETCHED - timedelta(seconds=5)
    assert seeing.published.basis is DateBasis.VISIBLE_RELATIVE


def test_a_dateline_dates_a_story_that_nothing_else_dates() -> None:
    lead = f"PORT ELSIN, Jan. 30 (Reuters) - {BODY[0]}"
    reading = read_one("Council agrees to widen the bridge", lead, *BODY[1:], fetched=FETCHED)
    assert published(reading) == "2026-01-30"
    assert reading.published is not None
    assert reading.published.basis is DateBasis.DATELINE


def test_each_story_has_its_own_date() -> None:
    page = page_of(
        "Council agrees to widen the bridge", "Updated 06 April 2025", *BODY,
        "Harbour mill burns for the second night", "March 3, 2025", *BODY,
    )  # fmt: skip
    first, second = read_dates(page, cut(page, (0, 4), (5, 9)))
    assert (published(first), published(second)) == ("2025-04-06", "2025-03-03")


def test_a_second_story_inherits_nothing() -> None:
    page = page_of(
        "Council agrees to widen the bridge", "Updated 06 April 2025", *BODY,
        "Harbour mill burns for the second night", *BODY,
        url="https://example.org/2025/04/06/council-agrees-to-widen-the-bridge",
    )  # fmt: skip
    first, second = read_dates(page, cut(page, (0, 4), (5, 8)))
    assert published(first) == "2025-04-06"
    assert second.published is None


def test_a_page_without_stories_has_no_readings() -> None:
    page = page_of("Home", "About")
    assert read_dates(page, Segmentation((BlockKind.BOILERPLATE,) * 2, ())) == ()


def test_updates_stay_apart() -> None:
    line = "Published 6 April 2025 14:05, updated 8 April 2025 09:30"
    reading = read_one("Council agrees to widen the bridge", line, *BODY)
    assert published(reading) == "2025-04-06"
    assert reading.updated is not None
    assert reading.updated.value == datetime(2025, 4, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2025-04-06", "2025-04-06T00:00:00", Precision.DAY),
        ("20250406", "2025-04-06T00:00:00", Precision.DAY),
        ("2025-04-06T14:05", "2025-04-06T14:05:00", Precision.MINUTE),
        ("2025-04-06T14:05:33.123Z", "2025-04-06T14:05:33", Precision.SECOND),
        ("2025-04-06T14:05:33:123Z", "2025-04-06T14:05:33", Precision.SECOND),
        ("2025-04-06T14:05:33+05:30", "2025-04-06T08:35:33", Precision.SECOND),
        ("2025-04-06 23:05:33 -0500", "2025-04-07T04:05:33", Precision.SECOND),
        ("2025-04", "2025-04-01T00:00:00", Precision.MONTH),
        ("1743948333", "2025-04-06T14:05:33", Precision.SECOND),
        ("1743948333000", "2025-04-06T14:05:33", Precision.SECOND),
        ("Sun, 06 Apr 2025 14:05:33 GMT", "2025-04-06T14:05:33", Precision.SECOND),
    ],
)
def test_machine_dates(text: str, value: str, precision: Precision) -> None:
    there = read_instant(text)
    assert there is not None
    assert (there.value, there.precision) == (
        datetime.fromisoformat(value).replace(tzinfo=UTC), precision,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "suffix", "value", "precision"),
    [
        ("2025-04-05T22:00:00Z", "de", "2025-04-06T00:00:00", Precision.DAY),
        ("2025-01-05T23:00Z", "de", "2025-01-06T00:00:00", Precision.DAY),
        ("2025-01-05T23:00:00+00:00", "fr", "2025-01-06T00:00:00", Precision.DAY),
        ("2025-04-05T15:00:00.000Z", "jp", "2025-04-06T00:00:00", Precision.DAY),
        ("2025-04-05T18:30:00 UTC", "in", "2025-04-06T00:00:00", Precision.DAY),
        ("2025-06-05T12:00:00Z", "nz", "2025-06-06T00:00:00", Precision.DAY),
        ("2025-01-06T05:00:00Z", "pe", "2025-01-06T00:00:00", Precision.DAY),
        # The clock of the other half of the year, a second past it, a site of no one zone.
        ("2025-01-05T22:00:00Z", "de", "2025-01-05T22:00:00", Precision.SECOND),
        ("2025-04-05T22:00:01Z", "de", "2025-04-05T22:00:01", Precision.SECOND),
        ("2025-04-05T22:00:00Z", "com", "2025-04-05T22:00:00", Precision.SECOND),
        # A writer who names an hour of his own, or no zone, means that hour.
        ("2025-04-05T17:00:00-05:00", "de", "2025-04-05T22:00:00", Precision.SECOND),
        ("2025-04-05T22:00:00", "de", "2025-04-05T22:00:00", Precision.SECOND),
    ],
)
def test_a_moment_in_utc_that_is_midnight_on_the_site_is_a_day(
    text: str, suffix: str, value: str, precision: Precision
) -> None:
    there = read_instant(text, zone_of(suffix))
    assert there is not None
    assert there.value == datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert there.precision is precision


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2025-13-06", "2025-02-30", "2025", "67", "06/04/2025", "2025-04-06T25:00", "nan",
     "99999999999999999999", "2025-04-06T14:05:33+99:00"],
)  # fmt: skip
def test_no_machine_date(text: str) -> None:
    assert read_instant(text) is None


def test_the_last_hour_of_all_is_no_midnight() -> None:
    assert read_instant("9999-12-31T23:00:00Z", zone_of("de")) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2025/04/06/a-story", "2025-04-06"),
        ("https://example.org/news/2025-04-06-a-story.html", "2025-04-06"),
        ("https://example.org/2025/apr/06/a-story", "2025-04-06"),
        ("https://example.org/a/20250406/c123.html", "2025-04-06"),
        ("https://example.org/06/04/2025/a-story", "2025-04-06"),
        ("https://example.org/2025/04/a-story", "2025-04-01"),
        ("https://example.org/a-story-20259999", None),
        ("https://example.org/a-story?d=2025-04-06", None),
        ("https://2025-04-06.example.org/", None),
        ("https://example.org/id/12345678", None),
    ],
)
def test_dates_in_addresses(url: str, expected: str | None) -> None:
    there = read_url(url)
    assert (there.value.date().isoformat() if there else None) == expected


def day(expression: str, context: Context) -> str | None:
    found = find_written(lower(expression))
    assert len(found) <= 1
    there = resolve(found[0], context) if found else None
    return there.value.date().isoformat() if there else None


# A word is a weekday in its own language and in English only, a short one not among other words.
WEEKDAYS = (
    ("de", "zum 1. Juli die Preise", "2024-07-01"),
    ("it", "per il 25 giugno", "2024-06-25"),
    ("fr", "Le 5 juin, son avocat", "2025-06-05"),
    ("es", "El 5 de junio son las primarias", "2025-06-05"),
    ("pt", "em 5 de junho ter sido", "2025-06-05"),
    ("pl", "Od 5 czerwca nie ma", "2025-06-05"),
    ("en", "On June 5 sat three men", "2025-06-05"),
    ("en", "June 5, Wed.", "2024-06-05"),
    ("en", "June 5 (Wed)", "2024-06-05"),
    ("en", "June 5 Wed 14:05", "2024-06-05"),
    ("en", "Wednesday, June 5", "2024-06-05"),
    ("de", "Mittwoch, 5. Juni", "2024-06-05"),
    ("de", "Wednesday, 5 June", "2024-06-05"),
    ("tr", "5 Haziran Çar", "2024-06-05"),
    ("no", "onsdag 5. juni", "2024-06-05"),
    ("sr", "srijeda, 5. juni", "2024-06-05"),
)


@pytest.mark.parametrize(
    ("expression", "context", "expected"),
    [
        ("4 min 02/03/2025", Context("en", order="MDY"), "2025-02-03"),
        ("05/04/2025", Context(order="DMY"), "2025-04-05"),
        ("05/04/2025", Context(order="MDY"), "2025-05-04"),
        ("05.04.2025", Context(order="MDY"), "2025-04-05"),
        ("05/04/2025", Context(order="MDY", by_separator=(("/", "DMY"),)), "2025-04-05"),
        ("Saturday 05/04/2025", Context(order="MDY"), "2025-04-05"),
        ("Sunday 05/04/2025", Context(order="DMY"), "2025-05-04"),
        ("05/04/2025", Context(order="MDY", fetched_at=datetime(2025, 4, 6, tzinfo=UTC)), "2025-04-05"),
        ("05/04/2025", Context(order="MDY", days=frozenset({datetime(2025, 4, 5).date()})), "2025-04-05"),
        ("25/04/2025", Context(order="MDY"), "2025-04-25"),
        ("Nov 8", Context(language="en", fetched_at=datetime(2025, 4, 6, tzinfo=UTC)), "2024-11-08"),
        ("Nov 8", Context(language="en"), None),
        ("Nov 8", Context(language="en", year=2020), "2020-11-08"),
        ("6 April 2025", Context(fetched_at=datetime(2025, 4, 4, tzinfo=UTC)), None),
        ("6 April 2025", Context(fetched_at=datetime(2025, 4, 5, 12, tzinfo=UTC)), "2025-04-06"),
        ("6 April 2025 23:30", Context(zone=zone_of("de")), "2025-04-06"),
        ("6 April 2025 00:30", Context(zone=zone_of("de")), "2025-04-06"),
        *((line, Context(language, datetime(2025, 6, 20, tzinfo=UTC)), expected)
          for language, line, expected in WEEKDAYS),
        ("12 Mar 23\nBy Jane", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), "2023-03-12"),
        ("On Monday 12 March 23\n", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), "2023-03-12"),
        ("12 Mar 27\nBy Jane", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), None),
        ("12 March 23 people", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), "2025-03-12"),
        ("The rain that fell in the hills and on the plain on 12 March 23\npeople fled",
         Context("en", datetime(2025, 6, 20, tzinfo=UTC)), "2025-03-12"),
        ("Mar 12, 23", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), None),
        ("Mar 12, 2023 16", Context("en"), "2023-03-12"),
        ("Mar 12, 14:05", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), "2025-03-12"),
        ("6/5(木) 16:30配信", Context("ja", datetime(2025, 6, 20, tzinfo=UTC)), "2025-06-05"),
        ("6/5(水)", Context("ja", datetime(2025, 6, 20, tzinfo=UTC)), "2024-06-05"),
        ("12/31 16:30更新", Context("ja", datetime(2025, 6, 20, tzinfo=UTC)), "2024-12-31"),
        ("6/5（週四）16:30", Context("zh", datetime(2025, 6, 20, tzinfo=UTC)), "2025-06-05"),
        ("6/5(Thu)", Context("en", datetime(2025, 6, 20, tzinfo=UTC)), None),
        ("24/7 16:30", Context("ja", datetime(2025, 6, 20, tzinfo=UTC)), None),
        ("13/5(木)", Context("ja", datetime(2025, 6, 20, tzinfo=UTC)), None),
        ("6 April 1799", Context(), None),
        ("6 April 2067", Context(), None),
    ],
)  # fmt: skip
def test_resolution_by_evidence(expression: str, context: Context, expected: str | None) -> None:
    assert day(expression, context) == expected


@pytest.mark.parametrize(
    ("expression", "country", "value", "precision"),
    [
        ("6 April 2025 14:05", "de", "2025-04-06T12:05", Precision.MINUTE),
        ("6 January 2025 14:05", "de", "2025-01-06T13:05", Precision.MINUTE),
        ("6 April 2025 14:05", "in", "2025-04-06T08:35", Precision.MINUTE),
        ("6 April 2025 14:05", "us", "2025-04-06T14:05", Precision.MINUTE),
        ("6 April 2025 14:05 GMT", "de", "2025-04-06T14:05", Precision.MINUTE),
        ("6 April 2025 00:30", "de", "2025-04-06T00:00", Precision.DAY),
    ],
)
def test_times_are_read_in_the_sites_country(
    expression: str, country: str, value: str, precision: Precision
) -> None:
    (found,) = find_written(lower(expression))
    there = resolve(found, Context(zone=zone_of(country)))
    assert there is not None
    assert there.value == datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert there.precision is precision


@pytest.mark.parametrize(
    ("expression", "country", "said"),
    [
        ("6 April 2025 14:05", None, ("its zone is not known, so it is read as UTC",)),
        ("6 April 2025 14:05", "us", ("its zone is not known, so it is read as UTC",)),
        ("6 April 2025 14:05", "de", ("its zone is that of the site's country, Europe/Berlin",)),
        ("6 April 2025 14:05 GMT", None, ("its zone is written beside it",)),
        ("6 April 2025", None, ()),
    ],
)
def test_the_evidence_says_where_the_zone_is_from(
    expression: str, country: str | None, said: tuple[str, ...]
) -> None:
    (found,) = find_written(lower(expression))
    there = resolve(found, Context(zone=zone_of(country)))
    assert there is not None
    assert there.evidence == said


def test_unmistakable_dates_tell_the_order() -> None:
    assert observed_orders(find_written("25/04/2025, 05/04/2025")) == {"/": "DMY"}
    assert observed_orders(find_written("25/04/2025, 04/26/2025")) == {}


@pytest.mark.parametrize(
    ("line", "date", "role"),
    [
        ("Published: 6 April 2025", "6 April 2025", DateRole.PUBLISHED),
        ("Updated 6 April 2025", "6 April 2025", DateRole.UPDATED),
        ("Veröffentlicht am 6. April 2025", "6. April 2025", DateRole.PUBLISHED),
        ("Zuletzt aktualisiert: 6.4.2025", "6.4.2025", DateRole.UPDATED),
        ("2025年1月14日更新", "2025年1月14日", DateRole.UPDATED),
        ("投稿日：2019/02/16", "2019/02/16", DateRole.PUBLISHED),
        ("Опубликовано 6 апреля 2025", "6 апреля 2025", DateRole.PUBLISHED),
        ("5 April 2025 - Güncelleme: 6 April 2025", "5 April 2025", DateRole.UNKNOWN),
        ("The port, June 13, 2023. REUTERS/A. Moor", "June 13, 2023", DateRole.PHOTO),
        ("© 2024-01-01 Example", "2024-01-01", DateRole.COPYRIGHT),
        ("Ada says: May 2, 2019 at 3:16 pm", "May 2, 2019 at 3:16 pm", DateRole.COMMENT),
        ("— Ada (@ada) September 27, 2020", "September 27, 2020", DateRole.COMMENT),
        ("born 6 April 1961", "6 April 1961", DateRole.BIRTH),
        ("Joined May 11, 2017 Messages 3,066", "May 11, 2017", DateRole.COMMENT),
        ("Registriert: 18.09.2008, 05:56", "18.09.2008", DateRole.COMMENT),
        ("3 Sept 2024 | Originally published", "3 Sept 2024", DateRole.PUBLISHED),
        ("6 April 2025", "6 April 2025", DateRole.UNKNOWN),
        (
            "This article was amended on 6 June 2025 to correct the sum.",
            "6 June 2025",
            DateRole.UPDATED,
        ),
        ("Correction: June 5, 2025", "June 5, 2025", DateRole.UPDATED),
        ("Clarification (June 5, 2025): the sum", "June 5, 2025", DateRole.UPDATED),
        ("Korrigiert am 6. Juni 2025", "6. Juni 2025", DateRole.UPDATED),
        ("Corrigé le 6 juin 2025", "6 juin 2025", DateRole.UPDATED),
        ("Corregido el 6 de junio de 2025", "6 de junio de 2025", DateRole.UPDATED),
        ("Rättad 6 juni 2025", "6 juni 2025", DateRole.UPDATED),
        ("Исправлено 6 июня 2025", "6 июня 2025", DateRole.UPDATED),
        ("【訂正】2025年6月6日", "2025年6月6日", DateRole.UPDATED),
        ("The market correction of June 5, 2025", "June 5, 2025", DateRole.UNKNOWN),
        ("Die Feuerwehr rettet am 6. Juni 2025", "6. Juni 2025", DateRole.UNKNOWN),
        ("The act was amended on 6 June 2025", "6 June 2025", DateRole.UNKNOWN),
    ],
)
def test_roles(line: str, date: str, role: DateRole) -> None:
    start = line.index(date)
    assert role_of(lower(line), start, start + len(date), None, "") is role


def test_structured_data_beats_the_visible_update() -> None:
    page = page_of("Council agrees to widen the bridge", "Updated 8 April 2025", *BODY)
    said = StructuredStory(
        DateBasis.JSON_LD, headline="Council agrees to widen the bridge",
        published="2025-04-06T14:05:33+02:00", modified="2025-04-08T09:00:00+02:00",
    )  # fmt: skip
    page = Page(
        at=page.at, page_id=page.page_id, received=page.received, text=page.text,
        blocks=page.blocks, metadata=Metadata(stories=(said,)),
        fetched_at=datetime(2025, 4, 9, tzinfo=UTC),
    )  # fmt: skip
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    assert reading.published is not None
    assert reading.published.basis is DateBasis.JSON_LD
    assert reading.published.value == datetime(2025, 4, 6, 12, 5, 33, tzinfo=UTC)
    assert reading.updated is not None
    assert reading.updated.value == datetime(2025, 4, 8, 7, tzinfo=UTC)


def test_a_time_element_is_read_from_its_block() -> None:
    page = page_of("Council agrees to widen the bridge", "Sunday afternoon", *BODY)
    line = page.blocks[1]
    hinted = type(line)(
        line.start, line.end, line.text, line.gap, Hints("time", times=("2025-04-06T14:05:00Z",))
    )  # fmt: skip
    page = Page(
        at=page.at, page_id=page.page_id, received=page.received, text=page.text,
        blocks=(page.blocks[0], hinted, *page.blocks[2:]),
    )  # fmt: skip
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    assert [c.value for c in reading.candidates] == [datetime(2025, 4, 6, 14, 5, tzinfo=UTC)]
    assert reading.candidates[0].basis is DateBasis.TIME_ELEMENT


@pytest.mark.parametrize(
    ("line", "moment", "published", "modified", "role"),
    [
        # The markup's moment is that of the last change: the words are silent, the day is its.
        ("3 days ago", "2026-01-29T09:30:00Z", "2025-04-06T14:05:33Z", "2026-01-29T09:30:00Z",
         DateRole.UPDATED),
        ("29 January 2026", "2026-01-29T04:30:00-05:00", "2025-04-06T14:05:33Z",
         "2026-01-29T09:30:00Z", DateRole.UPDATED),
        ("29 January 2026", "2026-01-29T09:30:00Z", "2026-01-28", "2026-01-29T09:30:00Z",
         DateRole.UPDATED),
        # Its own moment, a bare day, an unknown publication, a change of the same day.
        ("6 April 2025", "2025-04-06T14:05:33Z", "2025-04-06T14:05:33Z", "2026-01-29T09:30:00Z",
         DateRole.UNKNOWN),
        ("29 January 2026", "2026-01-29", "2025-04-06T14:05:33Z", "2026-01-29", DateRole.UNKNOWN),
        ("29 January 2026", "2026-01-29T09:30:00Z", None, "2026-01-29T09:30:00Z",
         DateRole.UNKNOWN),
        ("6 April 2025", "2025-04-06T18:00:00Z", "2025-04-06T14:05:33Z", "2025-04-06T18:00:00Z",
         DateRole.UNKNOWN),
        # What the words say of the day stands.
        ("Published 29 January 2026", "2026-01-29T09:30:00Z", "2025-04-06T14:05:33Z",
         "2026-01-29T09:30:00Z", DateRole.PUBLISHED),
    ],
)  # fmt: skip
def test_a_time_element_of_the_last_change_is_an_update(
    line: str, moment: str, published: str | None, modified: str, role: DateRole
) -> None:
    page = page_of("Council agrees to widen the bridge", line, *BODY, fetched=FETCHED)
    shown = replace(page.blocks[1], hints=Hints("time", times=(moment,)))
    said = StructuredStory(DateBasis.JSON_LD, published=published, modified=modified)
    page = replace(
        page, blocks=(page.blocks[0], shown, *page.blocks[2:]), metadata=Metadata(stories=(said,))
    )
    found = [s for s in find_sightings(page, [BlockKind.DATE] * len(page.blocks)) if s.block == 1]
    assert len(found) == 2
    for s in found:
        element = s.basis is DateBasis.TIME_ELEMENT
        told = (
            element and role is DateRole.PUBLISHED
        )  # the element's moment is known to be a change
        assert s.role is (DateRole.UPDATED if told else role)


SUNDAY = mentioned(datetime(2025, 4, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "He said on Sunday that it rained.", [("Sunday", "2025-04-06")]),
        ("en", "They met on Friday.", [("Friday", "2025-04-04")]),
        (
            "en",
            "It fell last month and last year.",
            [("last month", "2025-03"), ("last year", "2024")],
        ),
        ("en", "In December last year, they met.", [("In December last year", "2024-12")]),
        ("en", "They met in January.", [("in January", "2025-01")]),
        ("en", "They met in November.", [("in November", "2024-11")]),
        ("en", "In 2023, it began.", [("2023", "2023")]),
        ("en", "It began on 13 June 2023.", [("13 June 2023", "2023-06-13")]),
        ("en", "It began in June 2023.", [("June 2023", "2023-06")]),
        ("en", "It began on July 13.", [("July 13", "2024-07-13")]),
        ("en", "Yesterday it rained.", [("Yesterday", "2025-04-05")]),
        ("en", "They left 3 days ago.", [("3 days ago", "2025-04-03")]),
        ("en", "About 2023 people may march.", []),
        ("en", "He paid 2,023 dollars.", []),
        ("de", "Das sagte er am Sonntag.", [("Sonntag", "2025-04-06")]),
        ("de", "Gestern regnete es.", [("Gestern", "2025-04-05")]),
        ("de", "Im Dezember trafen sie sich.", [("Im Dezember", "2024-12")]),
        ("de", "Am 13. Juni 2023 begann es.", [("13. Juni 2023", "2023-06-13")]),
        ("fr", "Il l'a dit vendredi.", [("vendredi", "2025-04-04")]),
        ("es", "Lo dijo el viernes.", [("viernes", "2025-04-04")]),
        ("ru", "Он сказал в понедельник.", [("понедельник", "2025-03-31")]),
    ],
)
def test_mentions(language: str, body: str, expected: list[tuple[str, str]]) -> None:
    found = date_mentions(body, SUNDAY, language)
    assert [(m.text, m.value) for m in found] == expected
    assert all(body[m.start : m.start + len(m.text)] == m.text for m in found)


def test_without_a_date_of_publication_only_absolute_mentions_are_read() -> None:
    found = date_mentions("On Sunday he spoke of 13 June 2023 and of June 14.", None, "en")
    assert [m.value for m in found] == ["2023-06-13"]


def dated(lines: Sequence[str]) -> list[bool]:
    text = "\n".join(lines)
    page = Page(Coordinates("page.txt"), "page", text, text, split_blocks(text))
    return date_lines(page, range(len(page.blocks)))


@pytest.mark.parametrize(
    "line",
    ["Updated 06 April 2025", "6 April 2025", "5 sec ago", "vor 3 Stunden", "2025-04-06 14:05",
     "Publié le 6 avril 2025 à 14:05", "2025年4月6日 14:05"],
)  # fmt: skip
def test_date_lines(line: str) -> None:
    assert dated([line]) == [True]


@pytest.mark.parametrize("line", ["Home", "Council agrees to widen the bridge", *BODY, "24/7"])
def test_other_lines(line: str) -> None:
    assert dated([line]) == [False]


def test_each_line_is_judged_alone() -> None:
    lines = [
        "6 April",
        "2025",
        "Home",
        "vor 3 Stunden",
        "x" * 200 + " 6 April 2025",
        "Today",
        "14:05",
    ]
    assert dated(lines) == [dated([line])[0] for line in lines]
    assert dated([]) == []


TOKENS = st.sampled_from(
    ["6", "31", "12", "2025", "1799", "9999", "April", "mai", "März", "января", "年", "月", "日", "/", ".",
     "-", ":", ",", " ", "\n", "Updated", "ago", "hours", "vor", "5", "today", "PM", "+14:00", "-23:59",
     "GMT", "UTC+9", "٦", "令和", "元", "0", "99", "’67", "tháng", "Sunday", "T23:59:59Z", "مايو"],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(TOKENS, max_size=40).map(" ".join) | st.lists(TOKENS, max_size=40).map("".join),
    st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2049, 1, 1)),
    st.none() | st.lists(TOKENS, max_size=6).map(lambda t: "https://a.example/" + "".join(t)),
)
def test_no_date_is_absurd(text: str, fetched: datetime | None, url: str | None) -> None:
    at = fetched.replace(tzinfo=UTC) if fetched else None
    page = page_of("Council agrees", text or "-", *BODY, url=url, fetched=at)
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    latest = at + timedelta(days=1) if at else datetime(2050, 1, 1, tzinfo=UTC)
    for found in (*reading.candidates, reading.published, reading.updated):
        if found is not None and found.value is not None:
            assert datetime(1800, 1, 1, tzinfo=UTC) <= found.value <= latest
            assert 0 <= found.confidence <= 1
    assert read_dates(page, cut(page, (0, len(page.blocks) - 1))) == (reading,)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    low = lower(text)
    assert len(low) == len(text)
    for found in find_written(low):
        assert 0 <= found.start < found.end <= len(text)
    for mention in date_mentions(text, SUNDAY, "en"):
        assert text[mention.start : mention.start + len(mention.text)] == mention.text


def test_the_time_of_reading_grows_with_the_text() -> None:
    text = lower("12 of " * 20_000 + "1/2/" * 20_000 + "may " * 20_000 + "2020. " * 10_000)
    assert find_written(text)[:0] == ()


SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.mark.shared
@pytest.mark.parametrize("name", ["001", "002", "003", "004"])
def test_sample_pages_without_a_date_get_none(name: str) -> None:
    (path,) = SEEDS.glob(f"{name}_*.txt")
    page = page_of(path.read_text("utf-8"))
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    assert reading.published is None
    if name == "001":
        assert reading.not_before == datetime(2023, 6, 13, tzinfo=UTC)


@pytest.mark.shared
def test_the_sample_page_of_two_stories_gets_two_dates() -> None:
    (path,) = SEEDS.glob("000_*.txt")
    page = page_of(path.read_text("utf-8"), fetched=FETCHED)
    second = next(i for i, b in enumerate(page.blocks) if b.text.startswith("Thousands rally"))
    readings = read_dates(page, cut(page, (0, second - 1), (second, len(page.blocks) - 1)))
    assert [published(r) for r in readings] == ["2025-04-06", "2026-02-01"]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("By Ada MoorNovember 11, 2024", ["2024-11-11"]),
        ("Ada MoorApril 3, 2024April 9, 2024 No comments", ["2024-04-03", "2024-04-09"]),
        ("We dismay 11, 2024 of them", []),
        ("The Bismarch 11 of old", []),
    ],
)
def test_a_month_that_lost_the_space_before_it(line: str, days: list[str]) -> None:
    found = (resolve(item, Context(language="en")) for item in find_written(lower(line)))
    assert [f.value.date().isoformat() for f in found if f and f.precision is Precision.DAY] == days


def test_a_story_may_say_when_it_was_changed_only() -> None:
    """The words "last updated" far below a guide do not publish it; they do tell of the update."""
    lines = ("How to choose a bridge: ten tips", *BODY, "Last updated 8 April 2025")
    reading = read_one(*lines)
    told = reading.published if reading.published is not None else reading.updated
    assert told is not None
    assert told.text == "8 April 2025"


def test_a_day_without_a_year_bounds_nothing() -> None:
    """What a caption says of the coming autumn is not when its picture was taken."""
    caption = "The old bridge, June 13, 2023. It is to close on October 4. (AP Photo/Ada Moor)"
    reading = read_one("Council agrees to widen the bridge", *BODY, caption, fetched=FETCHED)
    assert reading.published is None
    assert reading.not_before == datetime(2023, 6, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tail", "bound"),
    [
        ("In 2023 the river rose and took the old pier with it, an engineer remembers.", 2023),
        ("She was the first who wanted to be elected mayor of the town again in 2023.", None),
        ("The bank signaled a faster pace of increases in 2023, and traders sold at once.", None),
    ],
)
def test_only_a_year_that_has_been_bounds(tail: str, bound: int | None) -> None:
    body = (BODY[0], f"{BODY[1]} {tail}")
    reading = read_one("Council agrees to widen the bridge", *body)
    assert reading.published is None
    assert (reading.not_before.year if reading.not_before else None) == bound


def test_a_day_is_that_which_its_writer_sees() -> None:
    """Half past one in Cairo is still the day before in UTC; it agrees with the day on the page."""
    instant = read_instant("2020-12-25T01:30:00+02:00")
    assert instant is not None
    assert instant.value == datetime(2020, 12, 24, 23, 30, tzinfo=UTC)
    assert instant.local is not None
    assert instant.local.isoformat() == "2020-12-25"
    assert read_instant("2020-12-25T03:30:00+02:00") == instant._replace(
        value=datetime(2020, 12, 25, 1, 30, tzinfo=UTC), local=None
    )


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.com/en-gb/news/bridge", "2020-10-02"),
        ("https://example.com/en-us/news/bridge", "2020-02-10"),
        ("https://example.com/news/bridge", "2020-02-10"),
        ("https://example.com/open-gb/bridge", "2020-02-10"),
    ],
)
def test_a_locale_in_the_address_orders_day_and_month(url: str, day: str) -> None:
    reading = read_one("Council agrees to widen the bridge", "Ada Moor 02/10/2020", *BODY, url=url)
    assert day in [c.value.date().isoformat() for c in reading.candidates if c.value]


@pytest.mark.parametrize(
    ("modified", "given"), [("2025-04-08", "2025-04-06"), ("2031-04-08", None), (None, None)]
)
def test_news_is_changed_within_days(modified: str | None, given: str | None) -> None:
    """A page that shows an update only is a guide if years lie between, or if nothing else says."""
    page = page_of("How to choose a bridge: ten tips", "Updated 8 April 2031", *BODY)
    if modified == "2025-04-08":
        page = page_of("Council agrees to widen the bridge", "Updated 8 April 2025", *BODY)
    said = StructuredStory(
        DateBasis.JSON_LD, headline=page.blocks[0].text, published="2025-04-06", modified=modified
    )
    page = replace(page, metadata=Metadata(stories=(said,)))
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    assert given is None or published(reading) == given
    assert published(reading) != "2031-04-08"
    assert reading.candidates[0].text == "2025-04-06"


@pytest.mark.parametrize("days", [0, 4, 13, 400])
def test_structured_data_that_date_a_story_say_when_it_was_changed(days: int) -> None:
    """However late: an update is the less likely to be the publication the later it is."""
    page = page_of("Council agrees to widen the bridge", "6 April 2025", *BODY)
    when = datetime(2025, 4, 6, 18, 30, tzinfo=UTC) + timedelta(days=days)
    said = StructuredStory(
        DateBasis.JSON_LD, headline=page.blocks[0].text, published="2025-04-06T12:30:00Z",
        modified=when.isoformat(),
    )  # fmt: skip
    page = replace(page, metadata=Metadata(stories=(said,)))
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    assert published(reading) == "2025-04-06"
    assert reading.updated is not None
    assert reading.updated.value == when


def test_an_update_of_other_structured_data_is_not_the_storys() -> None:
    page = page_of("Council agrees to widen the bridge", "6 April 2025", *BODY)
    mine = StructuredStory(
        DateBasis.JSON_LD, headline=page.blocks[0].text, published="2025-04-06T12:30:00Z"
    )
    other = StructuredStory(
        DateBasis.JSON_LD, headline="Harbour mill burns", modified="2025-09-30T08:00:00Z"
    )
    page = replace(page, metadata=Metadata(stories=(mine, other)))
    (reading,) = read_dates(page, cut(page, (0, len(page.blocks) - 1)))
    assert published(reading) == "2025-04-06"
    assert reading.updated is None
