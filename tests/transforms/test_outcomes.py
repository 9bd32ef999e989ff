"""What becomes of one record: stories, or a reject from which the record can be made again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas.arrow import reject_rows
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, Page, PageStories, RawPage, Reject
from schemas.wire import MAX_PAYLOAD_BYTES, parse_record
from transforms import outcomes
from transforms.outcomes import split_stories

_AT = Coordinates("news.jsonl:7")
_MENU = "Home\nNews\nSport\nLog in\n"
_WHEN = datetime(2025, 5, 1, tzinfo=UTC)
_STORY = """New bridge opens in Velmont

6 April 2025

VELMONT: The bridge over the Sorn was opened to traffic on Sunday, two years later than planned, in front of several hundred people from both banks of the river.

The mayor said that the first cars had crossed before noon. Repairs to the old ferry landing, which closed last year, would begin in the summer, she added.
"""


def _reject(raw: RawPage) -> Reject:
    outcome = split_stories(raw)
    assert isinstance(outcome, Reject)
    return outcome


def test_a_page_with_a_story_has_its_stories() -> None:
    outcome = split_stories(RawPage(_AT, text=_STORY.encode(), page_id="p1"), fetched_at=_WHEN)
    assert isinstance(outcome, PageStories)
    assert {(s.page_id, s.origin, s.fetched_at) for s in outcome.stories} == {
        ("p1", "news.jsonl:7", _WHEN)
    }


@pytest.mark.parametrize(
    ("raw", "payload", "form"),
    [
        (RawPage(_AT, text=_MENU.encode()), _MENU.encode(), "txt"),
        (RawPage(_AT, html=b"<p>Home<p>News"), b"<p>Home<p>News", "html"),
        (RawPage(_AT, text=b""), b"", "txt"),
        (RawPage(_AT, text=b"\xff\xfe\x00\xd8"), b"\xff\xfe\x00\xd8", "txt"),
    ],
)
def test_bytes_are_kept_as_they_came(raw: RawPage, payload: bytes, form: str) -> None:
    reject = _reject(raw)
    assert (reject.payload, reject.format, reject.payload_truncated) == (payload, form, False)
    assert reject.at == _AT


def test_a_record_out_of_json_is_kept_with_all_that_it_said() -> None:
    raw = RawPage(
        _AT, text=_MENU, page_id="p1", url="https://news.example/", fetched_at=_WHEN,
        publisher="Example News", language="en",
    )  # fmt: skip
    reject = _reject(raw)
    assert (reject.stage, reject.reason, reject.format) == (
        Stage.SPLIT,
        RejectReason.NO_STORY,
        "json",
    )
    assert parse_record(reject.payload or b"", _AT) == raw


def test_half_of_an_emoji_does_not_stop_the_reject() -> None:
    raw = parse_record(b'{"text": "Home\\nNews \\ud83d\\n"}', _AT)
    reject = _reject(raw)
    assert parse_record(reject.payload or b"", _AT) == raw


def test_the_users_time_of_fetching_is_not_written_into_a_reject() -> None:
    outcome = split_stories(RawPage(_AT, text=_MENU), fetched_at=_WHEN)
    assert isinstance(outcome, Reject)
    assert outcome.fetched_at is None
    assert b"fetched_at" not in (outcome.payload or b"")


def test_an_error_that_nobody_expected_is_a_reject_with_its_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a rule with a bug")

    monkeypatch.setattr(outcomes, "page_stories", broken)
    reject = _reject(RawPage(_AT, text=_STORY.encode(), url="https://news.example/"))
    assert (reject.stage, reject.reason) == (Stage.INTERNAL, RejectReason.INTERNAL_ERROR)
    assert reject.detail.startswith("ZeroDivisionError: a rule with a bug\n")
    assert "in broken" in reject.detail
    assert reject.payload == _STORY.encode()
    assert reject.url == "https://news.example/"


def test_a_story_that_no_file_can_hold_costs_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    real = outcomes.page_stories

    def with_half_a_pair(page: Page, least: float) -> PageStories | Reject:
        found = real(page, least)
        assert isinstance(found, PageStories)
        return PageStories(tuple(replace(s, headline="\ud83d") for s in found.stories))

    monkeypatch.setattr(outcomes, "page_stories", with_half_a_pair)
    reject = _reject(RawPage(_AT, text=_STORY.encode()))
    assert reject.reason is RejectReason.INTERNAL_ERROR
    reject_rows([reject])


def test_a_trace_with_half_a_pair_in_it_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("\ud83d")

    monkeypatch.setattr(outcomes, "page_stories", broken)
    reject_rows([_reject(RawPage(_AT, text=_STORY.encode()))])


def _deep() -> bytes:
    return b"<div>" * 200_000 + b"text"


@pytest.mark.parametrize("make", [_deep, lambda: b"\0" * 1000, lambda: b"&#" * 100_000])
def test_hostile_pages_end_as_something(make: Callable[[], bytes]) -> None:
    for raw in (RawPage(_AT, html=make()), RawPage(_AT, text=make())):
        assert isinstance(split_stories(raw), PageStories | Reject)


def test_a_payload_beyond_the_limit_is_cut_and_says_so() -> None:
    raw = RawPage(_AT, text=b" " * (MAX_PAYLOAD_BYTES + 10))
    reject = _reject(raw)
    assert len(reject.payload or b"") == MAX_PAYLOAD_BYTES
    assert reject.payload_truncated
