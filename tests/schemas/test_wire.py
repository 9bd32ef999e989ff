"""The wire format: what is a record, and what is said of everything that is none."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject
from schemas.wire import MAX_RECORD_BYTES, read_record, read_time, with_fetched_at, write_record

AT = Coordinates("news/a.jsonl:0")

REJECTS = [
    (b"", RejectReason.EMPTY, "empty"),
    (b" \t\n", RejectReason.EMPTY, "empty"),
    (b"{", RejectReason.NOT_JSON, "no JSON"),
    (b"hello", RejectReason.NOT_JSON, "no JSON"),
    (b'{"text": "\xff"}', RejectReason.NOT_JSON, "no JSON"),
    (b"[]", RejectReason.NOT_AN_OBJECT, "JSON array"),
    (b"null", RejectReason.NOT_AN_OBJECT, "JSON null"),
    (b"17", RejectReason.NOT_AN_OBJECT, "JSON number"),
    (b"true", RejectReason.NOT_AN_OBJECT, "JSON boolean"),
    (b'"text"', RejectReason.NOT_AN_OBJECT, "JSON string"),
    (b"{}", RejectReason.NO_CONTENT, "neither text nor html"),
    (b'{"text": null}', RejectReason.NO_CONTENT, "neither text nor html"),
    (b'{"text": 5}', RejectReason.WRONG_TYPE, "text is a JSON number"),
    (b'{"text": "a", "url": []}', RejectReason.WRONG_TYPE, "url is a JSON array"),
    (b'{"text": "a", "page_id": {}}', RejectReason.WRONG_TYPE, "page_id is a JSON object"),
    (b'{"text": "a", "language": false}', RejectReason.WRONG_TYPE, "language is a JSON boolean"),
    (b'{"text": "a", "html": "b"}', RejectReason.WRONG_TYPE, "both text and html"),
    (b'{"text": "a", "fetched_at": "soon"}', RejectReason.WRONG_TYPE, "fetched_at 'soon'"),
    (b'{"text": "a", "fetched_at": "2025"}', RejectReason.WRONG_TYPE, "fetched_at '2025'"),
    (b'{"text": "a", "fetched_at": "20251320120000"}', RejectReason.WRONG_TYPE, "fetched_at"),
    (b'{"text": "a", "fetched_at": "Fri, 31 Feb 2025 12:00:00 GMT"}', RejectReason.WRONG_TYPE, "fetched_at"),
    (b'{"text": "a", "fetched_at": "Fri, 20 Jun 2025 12:00:00 XYZ"}', RejectReason.WRONG_TYPE, "fetched_at"),
    (b'{"text": "a", "fetched_at": "Fri, 20 Jun 2025"}', RejectReason.WRONG_TYPE, "fetched_at"),
    (b'{"text": "a", "page_id": true}', RejectReason.WRONG_TYPE, "page_id is a JSON boolean"),
    (b'{"text": "a", "page_id": 7.5}', RejectReason.WRONG_TYPE, "page_id is a JSON number"),
    (b'{"text": "a", "url": 7}', RejectReason.WRONG_TYPE, "url is a JSON number"),
    (b'{"text": "a", "fetched_at": true}', RejectReason.WRONG_TYPE, "fetched_at"),
    (b'{"text": "a", "fetched_at": 1e300}', RejectReason.WRONG_TYPE, "fetched_at"),
    (b'{"text": "a", "fetched_at": "0001-01-01"}', RejectReason.WRONG_TYPE, "fetched_at"),
    (json.dumps({"text": "a", "page_id": "x" * 1025}).encode(), RejectReason.TOO_LARGE, "page_id"),
    (json.dumps({"text": "a", "url": "x" * 8193}).encode(), RejectReason.TOO_LARGE, "url"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "reason", "words"), REJECTS)
def test_what_is_no_record_becomes_a_reject_that_says_why(value, reason, words):
    got = read_record(value, AT)
    assert isinstance(got, Reject)
    assert (got.at, got.stage, got.reason) == (AT, Stage.DECODE, reason)
    assert words in got.detail
    assert got.payload == value
    assert not got.payload_truncated


def test_a_record_over_the_limit_keeps_what_fits():
    value = b'{"text": "' + b"a" * MAX_RECORD_BYTES + b'"}'
    got = read_record(value, AT)
    assert isinstance(got, Reject)
    assert got.reason is RejectReason.TOO_LARGE
    assert got.payload == value[:MAX_RECORD_BYTES]
    assert got.payload_truncated


def test_a_reject_can_be_found_by_what_its_record_says_of_itself():
    value = b'{"page_id": "a", "url": "https://a.example/", "fetched_at": 1743940800, "text": 5}'
    found = read_record(value, AT)
    assert isinstance(found, Reject)
    assert (found.page_id, found.url) == ("a", "https://a.example/")
    assert found.fetched_at == datetime(2025, 4, 6, 12, tzinfo=UTC)


def test_a_reject_does_not_repeat_what_is_itself_wrong():
    found = read_record(b'{"page_id": [5], "url": "", "fetched_at": "soon", "text": "a"}', AT)
    assert isinstance(found, Reject)
    assert (found.page_id, found.url, found.fetched_at) == (None, None, None)


def test_all_fields():
    value = {
        "text": "Floods in Lorn", "url": "https://lorn.example/floods", "page_id": "p1",
        "publisher": "Lorn Post", "language": "en", "fetched_at": "2026-02-01T16:00:00+01:00",
        "something": ["else"],
    }  # fmt: skip
    assert read_record(json.dumps(value).encode(), AT) == RawPage(
        at=AT, text="Floods in Lorn", url="https://lorn.example/floods", page_id="p1",
        publisher="Lorn Post", language="en", fetched_at=datetime(2026, 2, 1, 15, tzinfo=UTC),
    )  # fmt: skip


def test_empty_strings_say_nothing():
    got = read_record(
        b'{"text": "a", "html": "", "url": "", "page_id": "", "publisher": "", "language": "",'
        b' "fetched_at": " "}',
        AT,
    )
    assert got == RawPage(at=AT, text="a")
    assert read_record(b'{"text": " ", "html": "a"}', AT) == RawPage(at=AT, html="a")
    assert read_record(b'{"text": "", "html": ""}', AT) == RawPage(at=AT, text="")
    assert read_record(b'{"text": ""}', AT) == RawPage(at=AT, text="")


def test_an_integer_id_is_an_id():
    assert read_record(b'{"text": "a", "page_id": 7}', AT) == RawPage(at=AT, text="a", page_id="7")
    found = read_record(b'{"page_id": 7, "text": 5}', AT)
    assert isinstance(found, Reject)
    assert found.page_id == "7"


def test_half_a_surrogate_pair_is_no_reason_to_lose_a_page():
    got = read_record(b'{"text": "smile \\ud83d", "url": "http://a.example/\\ud83d"}', AT)
    assert isinstance(got, RawPage)
    assert got.text == "smile \ud83d"
    assert got.url == "http://a.example/?"


TIMES = [
    ("2026-02-01T15:00:00Z", "2026-02-01T15:00:00+00:00"),
    ("2026-02-01T15:00:00+05:30", "2026-02-01T09:30:00+00:00"),
    ("2026-02-01 15:00:00", "2026-02-01T15:00:00+00:00"),
    ("2026-02-01", "2026-02-01T00:00:00+00:00"),
    (" 2026-02-01 ", "2026-02-01T00:00:00+00:00"),
    ("20260201", "2026-02-01T00:00:00+00:00"),
    ("Sun, 01 Feb 2026 15:00:00 GMT", "2026-02-01T15:00:00+00:00"),
    ("1 Feb 2026 16:00:00 +0100", "2026-02-01T15:00:00+00:00"),
    ("Sunday, 01-Feb-26 15:00:00 GMT", "2026-02-01T15:00:00+00:00"),
    ("Sun Feb  1 15:00:00 2026", "2026-02-01T15:00:00+00:00"),
    ("Sun, 01 Feb 2026 15:00:00 -0000", "2026-02-01T15:00:00+00:00"),
    ("1769958000", "2026-02-01T15:00:00+00:00"),
    ("1769958000.5", "2026-02-01T15:00:00.500000+00:00"),
    ("1769958000123", "2026-02-01T15:00:00.123000+00:00"),
    ("20260201150000", "2026-02-01T15:00:00+00:00"),
    (1769958000, "2026-02-01T15:00:00+00:00"),
    (1769958000.5, "2026-02-01T15:00:00.500000+00:00"),
    (1769958000123, "2026-02-01T15:00:00.123000+00:00"),
]


@pytest.mark.parametrize(("value", "expected"), TIMES)
def test_times(value, expected):
    assert read_time(value).isoformat() == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_a_reject(value):
    got = read_record(value, AT)
    assert isinstance(got, RawPage | Reject)
    if isinstance(got, Reject):
        assert got.payload == value


@given(
    st.builds(
        RawPage,
        at=st.just(AT),
        text=st.text(max_size=100),
        page_id=st.none() | st.text(min_size=1, max_size=20),
        url=st.none() | st.text(min_size=1, max_size=20),
        publisher=st.none() | st.text(min_size=1, max_size=20),
        fetched_at=st.none()
        | st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=st.just(UTC)),
    )
)
def test_what_is_written_is_read_again(page):
    assert read_record(write_record(page), AT) == page


def test_the_users_fetch_time_fills_only_the_gap():
    user, own = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    assert with_fetched_at(RawPage(AT, text="a"), user).fetched_at == user
    assert with_fetched_at(RawPage(AT, text="a", fetched_at=own), user).fetched_at == own
    assert with_fetched_at(RawPage(AT, text="a"), None).fetched_at is None
