"""Golden: the pages of seeds/ through the pure functions, held against what a reader expects."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.inspection import find_page
from schemas.records import Page, PageStories, RawPage, Reject, Story
from transforms.pages import read_page
from transforms.stories import page_stories

SEEDS = Path(__file__).parents[1] / "seeds"
EXPECTED: dict[str, dict[str, Any]] = {
    row["page_id"]: row
    for row in map(json.loads, (SEEDS / "expected.jsonl").read_text("utf-8").splitlines())
}
# Of the runs of four words of both bodies so many must be shared (F1). A line that strays in or
# is lost costs a short story about this much.
BODY_F1 = 0.97

# What copydesk does not read as it should yet. Each is strict: what comes right must be struck off.
SHORTFALLS: dict[tuple[str, str], str] = {
    (
        "body",
        "one-line-teasers",
    ): "teasers of one line with nothing before them are taken for the body",
    (
        "teasers",
        "one-line-teasers",
    ): "teasers of one line with nothing before them are taken for the body",
}


def seeds(aspect: str, names: Iterable[str]) -> pytest.MarkDecorator:
    """One case a page; those of ``SHORTFALLS`` are expected to fail."""
    return pytest.mark.parametrize(
        "page_id",
        [
            pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=reason))
            if (reason := SHORTFALLS.get((aspect, name)))
            else name
            for name in names
        ],
    )


STORY_PAGES = [name for name, row in EXPECTED.items() if row["stories"]]
TEASER_PAGES = [name for name, row in EXPECTED.items() if row.get("teasers")]


@cache
def page_of(page_id: str) -> Page | Reject:
    """One seed, decoded and cut into blocks."""
    files = list((SEEDS / "pages").glob(f"{page_id}.*"))
    raw = find_page(str(files[0]) if files else f"{SEEDS}/pages/records.jsonl#{page_id}")
    return read_page(raw) if isinstance(raw, RawPage) else raw


@cache
def read(page_id: str) -> PageStories | Reject:
    """What copydesk makes of one seed."""
    page = page_of(page_id)
    return page if isinstance(page, Reject) else page_stories(page)


def stories_of(page_id: str) -> list[Story]:
    found = read(page_id)
    return [s for s in found.stories if not s.is_teaser] if isinstance(found, PageStories) else []


def pairs(page_id: str) -> list[tuple[dict[str, Any], Story]]:
    """The expected stories beside those that were found, in page order."""
    expected, stories = EXPECTED[page_id]["stories"], stories_of(page_id)
    if len(stories) != len(expected):
        pytest.skip("the page was cut wrongly: test_stories_and_rejects says so")
    return list(zip(expected, stories, strict=True))


def words(text: str | None) -> list[str]:
    """Words in small letters; in Japanese each character is one."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return re.findall(
        r"[\u3040-\u30ff\u3400-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])\w)+", plain
    )


def runs(text: str) -> Counter[tuple[str, ...]]:
    tokens = words(text)
    return Counter(tuple(tokens[i : i + 4]) for i in range(max(1, len(tokens) - 3)))


def share(one: Counter[Any], other: Counter[Any]) -> float:
    return 2 * (one & other).total() / (one.total() + other.total())


@seeds("count", EXPECTED)
def test_stories_and_rejects(page_id: str) -> None:
    found = read(page_id)
    if "reject" in EXPECTED[page_id]:
        assert isinstance(found, Reject)
        assert found.reason == EXPECTED[page_id]["reject"]
    else:
        headlines = [story.headline for story in stories_of(page_id)]
        assert len(headlines) == len(EXPECTED[page_id]["stories"]), headlines


@seeds("body", STORY_PAGES)
def test_bodies(page_id: str) -> None:
    for expected, story in pairs(page_id):
        shared = share(runs(expected["body"]), runs(story.body))
        assert shared >= BODY_F1, story.body


@seeds("headline", STORY_PAGES)
def test_headlines(page_id: str) -> None:
    assert [words(story.headline) for _, story in pairs(page_id)] == [
        words(expected.get("title")) for expected, _ in pairs(page_id)
    ]


@seeds("captions", STORY_PAGES)
def test_captions_and_summaries_are_not_the_body(page_id: str) -> None:
    for expected, story in pairs(page_id):
        body = " ".join(words(story.body))
        for line in (*expected.get("captions", ()), *expected.get("summary", ())):
            assert " ".join(words(line)) not in body


@seeds("date", STORY_PAGES)
def test_dates(page_id: str) -> None:
    for expected, story in pairs(page_id):
        days = {expected.get("published")}
        if "published_at" in expected:
            moment = datetime.fromisoformat(expected["published_at"])
            assert story.published_at is not None
            assert abs((story.published_at - moment).total_seconds()) <= 3600
            days.add(story.published_at.date().isoformat())
        found = story.published_at and story.published_at.date().isoformat()
        assert found in days, f"{story.published_text!r}, {story.published_basis}"
        if "updated" in expected:
            assert story.updated_at is not None
            assert story.updated_at.date().isoformat() == expected["updated"]
        assert set(expected.get("flags", ())) <= set(story.flags)


@seeds("source", STORY_PAGES)
def test_sources(page_id: str) -> None:
    for expected, story in pairs(page_id):
        # No agency is named without a credit: a mention is none.
        assert (story.agency in expected["agency"]) if "agency" in expected else not story.agency
        if "authors" in expected:
            assert list(story.authors) == expected["authors"]
        if "publisher" in expected:
            assert story.publisher == expected["publisher"]
        if "dateline" in expected:
            assert words(story.dateline_place) == words(expected["dateline"])


@seeds("language", STORY_PAGES)
def test_language(page_id: str) -> None:
    assert {story.language for _, story in pairs(page_id)} == {EXPECTED[page_id]["language"]}


@seeds("teasers", TEASER_PAGES)
def test_teasers_are_rows_of_their_own(page_id: str) -> None:
    found = read(page_id)
    assert isinstance(found, PageStories)
    teasers = [f"{s.headline or ''} {s.body}" for s in found.stories if s.is_teaser]
    bodies = [s.body for s in found.stories if not s.is_teaser]
    for teaser in EXPECTED[page_id]["teasers"]:
        title = " ".join(words(teaser["title"]))
        assert any(title in " ".join(words(text)) for text in teasers), teaser["title"]
        assert not any(title in " ".join(words(text)) for text in bodies), teaser["title"]


@seeds("span", STORY_PAGES)
def test_spans_are_what_a_pen_would_mark(page_id: str) -> None:
    """A story's span holds its headline and its body, in the text as received.

    A teaser may stand inside the span of a story that it interrupts; stories never overlap.
    """
    page, found = page_of(page_id), read(page_id)
    assert isinstance(page, Page)
    assert isinstance(found, PageStories)
    starts = [story.span_start for story in found.stories]
    assert starts == sorted(starts)
    end = 0
    for story in found.stories:
        marked = " ".join(words(page.received[story.span_start : story.span_end]))
        for line in (story.headline, *story.body.split("\n\n")):
            assert " ".join(words(line)) in marked
        if not story.is_teaser:
            assert end <= story.span_start
            end = story.span_end


def test_every_seed_is_expected_and_described() -> None:
    files = {path for path in (SEEDS / "pages").iterdir() if path.suffix != ".jsonl"}
    records = [
        json.loads(line)["page_id"]
        for line in (SEEDS / "pages" / "records.jsonl").read_text("utf-8").splitlines()
    ]
    assert {path.stem for path in files} | set(records) == set(EXPECTED)
    readme = (SEEDS / "README.md").read_text("utf-8")
    assert [path.stem for path in files if f"`{path.stem}`" not in readme] == []
