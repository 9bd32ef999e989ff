"""One Kafka record to one page or one reject, whatever is in it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors.kafka.produce import message_of
from pipeline.connectors.kafka.records import coordinates, read_kafka_record
from schemas.kinds import RejectReason
from schemas.records import RawPage, Reject
from schemas.wire import MAX_PAYLOAD_BYTES, MAX_RECORD_BYTES

Headers = list[tuple[str, bytes | None]]
FETCHED = datetime(2025, 4, 6, 12, tzinfo=UTC)


@dataclass
class Record:
    value: bytes | None
    headers: Headers = field(default_factory=list)
    topic: str = "news"
    partition: int = 3
    offset: int = 4711


def page(value: bytes | None, headers: Headers | None = None) -> RawPage:
    read = read_kafka_record(Record(value, headers or []))
    assert isinstance(read, RawPage), read
    return read


def reject(value: bytes | None, headers: Headers | None = None) -> Reject:
    read = read_kafka_record(Record(value, headers or []))
    assert isinstance(read, Reject), read
    return read


def test_every_record_knows_where_it_lives() -> None:
    for read in (page(b'{"text": "x"}'), reject(None)):
        assert read.at == coordinates("news", 3, 4711)
        assert read.at.origin == "kafka://news/3/4711"
        assert (read.at.topic, read.at.partition, read.at.offset) == ("news", 3, 4711)


def test_a_json_value() -> None:
    read = page(
        b'{"text": "Body.", "url": "https://e.org/1", "page_id": "1", "fetched_at": "2025-04-06T12:00:00Z"}'
    )
    assert (read.text, read.url, read.page_id, read.fetched_at) == (
        "Body.",
        "https://e.org/1",
        "1",
        FETCHED,
    )


@pytest.mark.parametrize(
    ("value", "headers", "text", "html", "charset"),
    [
        # What headers say of the body counts first, ...
        (b"Body.", [("content-type", b"text/plain")], b"Body.", None, None),
        (b"Body.", [("Content-Type", b"text/html; charset=windows-1252")], None, b"Body.", "windows-1252"),
        (b'{"a": 1}', [("content-type", b"text/plain")], b'{"a": 1}', None, None),
        (b"Body.", [("format", b"txt"), ("charset", b"latin-1")], b"Body.", None, "latin-1"),
        # ... then how it begins, ...
        (b"\n <!doctype html><p>Body.", [], None, b"\n <!doctype html><p>Body.", None),
        # ... then that someone described it at all.
        (b"Body.", [("url", b"https://e.org/1")], b"Body.", None, None),
        # Of several headers with one name the last counts; null headers say nothing.
        (b"Body.", [("format", b"html"), ("format", b"txt"), ("url", None)], b"Body.", None, None),
    ],
)  # fmt: skip
def test_raw_bodies(
    value: bytes, headers: Headers, text: bytes | None, html: bytes | None, charset: str | None
) -> None:
    read = page(value, headers)
    assert (read.text, read.html, read.charset) == (text, html, charset)


def test_headers_fill_what_a_json_value_does_not_say() -> None:
    headers: Headers = [
        ("url", b"https://header.org"),
        ("fetched_at", b"2025-04-06T12:00:00Z"),
        ("publisher", "Blätt".encode()),
    ]
    read = page(b'{"text": "x", "url": "https://value.org"}', headers)
    assert (read.url, read.fetched_at, read.publisher) == ("https://value.org", FETCHED, "Blätt")


@pytest.mark.parametrize(
    ("value", "headers", "reason", "form"),
    [
        (None, [], RejectReason.TOMBSTONE, "json"),
        (b"", [], RejectReason.EMPTY, "json"),
        (b" \n ", [("content-type", b"text/plain")], RejectReason.EMPTY, "txt"),
        (b"no json", [], RejectReason.NOT_JSON, "json"),
        (b"\xff\xfe\x00\x80", [], RejectReason.NOT_JSON, "json"),
        (b"[1, 2]", [], RejectReason.NOT_JSON, "json"),
        (b'{"text": 5}', [], RejectReason.WRONG_TYPE, "json"),
        (b'{"url": "https://e.org"}', [], RejectReason.NO_CONTENT, "json"),
        (b"<p>Body.", [("content-type", b"application/json")], RejectReason.NOT_JSON, "json"),
        (b"Body.", [("url", b"\xff\xfe")], RejectReason.WRONG_TYPE, "json"),
        (b"Body.", [("format", b"txt"), ("fetched_at", b"yesterday")], RejectReason.WRONG_TYPE, "txt"),
        (b'{"text": "x"}', [("fetched_at", b"yesterday")], RejectReason.WRONG_TYPE, "json"),
        (b"Body.", [("format", b"txt"), ("url", b"h" * 9000)], RejectReason.TOO_LARGE, "txt"),
    ],
)  # fmt: skip
def test_poison(value: bytes | None, headers: Headers, reason: RejectReason, form: str) -> None:
    read = reject(value, headers)
    if value == b"[1, 2]":
        reason = RejectReason.NOT_AN_OBJECT
    assert (read.reason, read.format, read.payload) == (reason, form, value)
    assert not read.payload_truncated


@pytest.mark.parametrize("headers", [[], [("format", b"txt")]])
def test_a_record_that_is_too_large_keeps_its_beginning(headers: Headers) -> None:
    read = reject(b"x" * (MAX_RECORD_BYTES + 1), headers)
    assert read.reason is RejectReason.TOO_LARGE
    assert read.payload is not None
    assert len(read.payload) == MAX_PAYLOAD_BYTES
    assert read.payload_truncated


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["url", "fetched_at", "page_id", "publisher", "language", "charset", "format", "content-type", "URL", "x"]) | st.text(max_size=8),
        st.none() | st.binary(max_size=40) | st.sampled_from([b"text/html", b"application/json; charset=", b"txt", b"2025-04-06", b"1e400"]),
    ),
    max_size=6,
)  # fmt: skip
VALUES = (
    st.none()
    | st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(["text", "html", "url", "fetched_at", "page_id"]), st.text(max_size=30) | st.none() | st.integers() | st.floats()).map(lambda record: repr(record).replace("'", '"').encode())
)  # fmt: skip


@given(VALUES, HEADERS)
def test_a_record_is_always_one_page_or_one_reject(value: bytes | None, headers: Headers) -> None:
    read = read_kafka_record(Record(value, headers))
    assert read.at.offset == 4711
    if isinstance(read, RawPage):
        assert (read.text is None) != (read.html is None)
    else:
        assert read.payload == value
        assert read.detail


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() != ""
)
NAMES = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
PAGES = st.builds(
    RawPage,
    at=st.just(coordinates("news", 3, 4711)),
    text=TEXTS | TEXTS.map(str.encode),
    page_id=NAMES,
    url=NAMES,
    publisher=NAMES,
    language=NAMES,
    fetched_at=st.none()
    | st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)


@given(PAGES, st.booleans())
def test_what_is_produced_is_read_as_the_same_page(sent: RawPage, as_html: bool) -> None:
    if as_html:
        sent = RawPage(
            at=sent.at,
            html=sent.text,
            page_id=sent.page_id,
            url=sent.url,
            fetched_at=sent.fetched_at,
            publisher=sent.publisher,
            language=sent.language,
        )
    message = message_of(sent)
    read = read_kafka_record(Record(message.value, list(message.headers)))
    assert read == sent
    name = sent.page_id or sent.url
    assert message.key == (name.encode() if name else None)
