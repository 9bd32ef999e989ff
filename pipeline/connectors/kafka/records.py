"""One Kafka record to one raw page or one reject.

The value is a JSON record, or a raw body of text or HTML that headers describe. What it is, in
this order: the header ``content-type`` or ``format`` says so; it begins with ``{``; it begins with
``<``; it has a header that describes a body. Anything else must be JSON, and is a reject if not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from pipeline.connectors.kafka.batches import UnreadableRecord
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject
from schemas.wire import (
    MAX_RECORD_BYTES,
    RecordError,
    page_of_record,
    parse_record,
    read_time,
    reject_record,
)

# Headers that describe the page; the same names as in a JSON record.
_PAGE_HEADERS = ("url", "fetched_at", "page_id", "publisher", "language")
_FORMAT_HEADERS = ("content-type", "format", "charset")
_FORMATS = {
    "json": "json", "application/json": "json",
    "html": "html", "text/html": "html", "application/xhtml+xml": "html",
    "txt": "txt", "text": "txt", "text/plain": "txt",
}  # fmt: skip


class KafkaRecord(Protocol):
    """What of kafka-python's ``ConsumerRecord`` is read here."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    headers: Iterable[tuple[str, bytes | None]]


def coordinates(topic: str, partition: int, offset: int) -> Coordinates:
    """Where a record lives: ``kafka://topic/partition/offset`` and the three parts."""
    return Coordinates(f"kafka://{topic}/{partition}/{offset}", topic, partition, offset)


def read_kafka_record(record: KafkaRecord | UnreadableRecord) -> RawPage | Reject:
    """The record as a raw page, or as a reject that keeps its bytes. Never raises."""
    at = coordinates(record.topic, record.partition, record.offset)
    if isinstance(record, UnreadableRecord):
        return reject_record(None, at, record.reason, record.detail, Stage.READ, "json")
    value = record.value
    if value is None:
        return reject_record(
            None, at, RejectReason.TOMBSTONE,
            "a record without a value, as compacted topics delete keys", Stage.DECODE, "json",
        )  # fmt: skip
    form = "json"
    try:
        headers = _headers(record.headers)
        form = _format(value, headers)
        return _page(value, form, headers, at)
    except RecordError as error:
        return reject_record(value, at, error.reason, str(error), Stage.DECODE, form)


def _headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """The headers that mean something here; of several with one name the last counts."""
    known: dict[str, str] = {}
    for key, value in headers:
        name = key.lower().replace("_", "-") if key.lower() == "content_type" else key.lower()
        if value is not None and (name in _PAGE_HEADERS or name in _FORMAT_HEADERS):
            try:
                known[name] = value.decode("utf-8")
            except UnicodeDecodeError as error:
                raise RecordError(
                    RejectReason.WRONG_TYPE, f"the header {name} is not UTF-8"
                ) from error
    return known


def _format(value: bytes, headers: Mapping[str, str]) -> str:
    claim = headers.get("content-type") or headers.get("format")
    if claim is not None:
        named = _FORMATS.get(claim.partition(";")[0].strip().lower())
        if named is not None:
            return named
    head = value[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return "json"
    if head.startswith(b"<"):
        return "html"
    return "txt" if any(name in headers for name in _PAGE_HEADERS) else "json"


def _page(value: bytes, form: str, headers: Mapping[str, str], at: Coordinates) -> RawPage:
    if len(value) <= MAX_RECORD_BYTES and not value.strip():
        raise RecordError(RejectReason.EMPTY, "an empty record")
    described = {name: headers[name] for name in _PAGE_HEADERS if name in headers}
    if form == "json":
        return _filled(parse_record(value, at), described)
    if len(value) > MAX_RECORD_BYTES:
        raise RecordError(
            RejectReason.TOO_LARGE,
            f"the record has {len(value):,} bytes, more than the limit of {MAX_RECORD_BYTES:,}; "
            "cut it before it comes here",
        )
    # The described fields are checked as those of a JSON record; the body stays bytes, for its
    # charset is found out later.
    page = page_of_record({**described, "text": ""}, at)
    charset = headers.get("charset") or _charset(headers.get("content-type", ""))
    if form == "html":
        return replace(page, text=None, html=value, charset=charset)
    return replace(page, text=value, charset=charset)


def _filled(page: RawPage, described: Mapping[str, str]) -> RawPage:
    """The page with the headers' values where the record itself has none."""
    missing = {n: v for n, v in described.items() if getattr(page, n) is None and v.strip()}
    if "fetched_at" in missing:
        try:
            page = replace(page, fetched_at=read_time(missing.pop("fetched_at")))
        except ValueError as error:
            raise RecordError(RejectReason.WRONG_TYPE, f"the header fetched_at: {error}") from error
    if not missing:
        return page
    checked = page_of_record({**missing, "text": ""}, page.at)
    return replace(page, **{name: getattr(checked, name) for name in missing})


def _charset(content_type: str) -> str | None:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None
