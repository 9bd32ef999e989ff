"""The wire format: a JSON line or Kafka value to a raw page, with limits, and back.

A record is ``{"url", "fetched_at", "text" | "html", "page_id", "publisher", "language"}``; only
one of text and html is required. An empty string is a missing value, a ``page_id`` may be an
integer. Fields that copydesk does not know are passed over.
"""

import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject

# A record larger than this is a reject: the largest page of a news site that we know has 12 MB.
MAX_RECORD_BYTES = 16 * 1024 * 1024
# So much of a reject's bytes is kept. More than MAX_RECORD_BYTES would never be replayed.
MAX_PAYLOAD_BYTES = MAX_RECORD_BYTES
MAX_ID_CHARACTERS = 1024
MAX_URL_CHARACTERS = 8192

_TEXT_FIELDS = ("url", "text", "html", "page_id", "publisher", "language")
# Epoch seconds from here on are milliseconds: the year 5138 as seconds, 1973 as milliseconds.
_MILLISECONDS_FROM = 100_000_000_000
_EPOCH = re.compile(r"[0-9]{9,13}(?:\.[0-9]{1,9})?")  # shorter ones are years and days
_STAMP = re.compile(r"[0-9]{14}")
_DATE_HEADER = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?:\d{1,2}[\s-]+[A-Za-z]{3}|[A-Za-z]{3}\s+\d{1,2})[\s-]"
)
_NO_ZONE = re.compile(r"(?:-0000|:\d\d|\d{4})$")


class RecordError(ValueError):
    """A record breaks the wire format. ``reason`` says how; the message says what to do."""

    def __init__(self, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def read_time(value: Any) -> datetime:
    """A time as crawlers write it, in UTC; without a zone it is taken as UTC.

    That is an ISO 8601 string, the ``Date`` of a mail or an HTTP answer, seconds or milliseconds
    since 1970 as a number or in digits, or a stamp of 14 digits (``20250620120000``).

    Raises:
        ValueError: it is none of them, or outside the years 1970 to 9998.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no time")  # noqa: TRY004 - a bad value, whatever its type
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = float(value) if "." in value else int(value)
    if isinstance(value, str):
        time = _written_time(value.strip())
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    else:
        seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
        try:
            time = datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, OSError) as error:
            raise ValueError(f"{value!r} is no epoch time") from error
    if not 1970 <= time.year <= 9998:
        raise ValueError(f"{value!r} is outside the years 1970 to 9998")
    return time


def _written_time(text: str) -> datetime:
    if _STAMP.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - the caller says UTC
    if _DATE_HEADER.match(text):
        time = parsedate_to_datetime(text)
        if time.tzinfo is None and not _NO_ZONE.search(text):
            raise ValueError(f"{text!r} has a zone that nobody knows")
        return time
    return datetime.fromisoformat(text)


def parse_record(value: bytes, at: Coordinates) -> RawPage:
    """One JSON object as a raw page.

    Raises:
        RecordError: too large, no JSON, no object, a wrong type, neither text nor html or both.
    """
    if len(value) > MAX_RECORD_BYTES:
        raise RecordError(
            RejectReason.TOO_LARGE,
            f"the record has {len(value):,} bytes, more than the limit of {MAX_RECORD_BYTES:,}; "
            "cut it before it comes here",
        )
    try:
        record = _loads(value)
    except ValueError as error:
        raise RecordError(RejectReason.NOT_JSON, f"no JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(
            RejectReason.NOT_AN_OBJECT,
            f"a JSON {_json_type(record)} where an object with text or html must be",
        )
    return page_of_record(record, at)


def _loads(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        # JavaScript and Python write half of a surrogate pair where they cut a text in the middle
        # of an emoji. The page is worth more than its last character.
        if b"\\ud" not in value and b"\\uD" not in value:
            raise
        return json.loads(value)


def page_of_record(record: dict[str, Any], at: Coordinates) -> RawPage:
    """A decoded record (from JSON, Avro or Kafka headers) as a raw page.

    Raises:
        RecordError: a wrong type, neither text nor html, or both.
    """
    record = {**record, "page_id": _id(record.get("page_id"))}
    if record.get("text") is not None and record.get("html") is not None:
        # An empty one beside the other says nothing; alone it is told apart from a missing one.
        empty = next((name for name in ("html", "text") if _is_blank(record[name])), None)
        if empty:
            del record[empty]
    for name in _TEXT_FIELDS:
        if not isinstance(record.get(name), str | None):
            raise RecordError(
                RejectReason.WRONG_TYPE,
                f"{name} is a JSON {_json_type(record[name])}, it must be a string",
            )
    if record.get("text") is not None and record.get("html") is not None:
        raise RecordError(RejectReason.WRONG_TYPE, "both text and html are given; send one of them")
    if record.get("text") is None and record.get("html") is None:
        raise RecordError(RejectReason.NO_CONTENT, "neither text nor html; one of them is needed")
    for name, limit in (("page_id", MAX_ID_CHARACTERS), ("url", MAX_URL_CHARACTERS)):
        if len(record.get(name) or "") > limit:
            raise RecordError(RejectReason.TOO_LARGE, f"{name} is longer than {limit} characters")
    fetched_at = record.get("fetched_at")
    try:
        time = None if fetched_at is None or _is_blank(fetched_at) else read_time(fetched_at)
    except ValueError as error:
        raise RecordError(
            RejectReason.WRONG_TYPE,
            f"fetched_at {str(fetched_at)[:60]!r} is no time: write ISO 8601, an HTTP date, seconds "
            "since 1970, or 14 digits",
        ) from error
    texts = {name: record.get(name) for name in _TEXT_FIELDS}
    # An empty id or address says nothing; text and html keep their emptiness to be told apart.
    for name in ("url", "page_id", "publisher", "language"):
        texts[name] = _sound(texts[name]) or None
    return RawPage(at=at, fetched_at=time, **texts)


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _id(value: Any) -> Any:
    """A number that a database gave for an id, in digits; all else as it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _sound(value: str | None) -> str | None:
    """Without lone surrogates, which neither UTF-8 nor Parquet can hold."""
    return value and value.encode("utf-8", "replace").decode("utf-8")


def reject_record(
    value: bytes | None,
    at: Coordinates,
    reason: RejectReason,
    detail: str,
    stage: Stage,
    format: str,
) -> Reject:
    """A reject that keeps the record's bytes, cut at ``MAX_PAYLOAD_BYTES``."""
    cut = value is not None and len(value) > MAX_PAYLOAD_BYTES
    return Reject(
        at=at, stage=stage, reason=reason, detail=detail, format=format,
        payload=value[:MAX_PAYLOAD_BYTES] if cut and value else value, payload_truncated=cut,
    )  # fmt: skip


def read_record(value: bytes, at: Coordinates) -> RawPage | Reject:
    """``parse_record`` with the error as a reject."""
    if not value.strip():
        return reject_record(value, at, RejectReason.EMPTY, "an empty record", Stage.DECODE, "json")
    try:
        return parse_record(value, at)
    except RecordError as error:
        rejected = reject_record(value, at, error.reason, str(error), Stage.DECODE, "json")
        return replace(rejected, **_identity(value))


def _identity(value: bytes) -> dict[str, Any]:
    """What can be read of a broken record's id, address and time, so that its reject is found."""
    try:
        record = _loads(value) if len(value) <= MAX_RECORD_BYTES else {}
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return {}
    found: dict[str, Any] = {}
    for name, limit in (("page_id", MAX_ID_CHARACTERS), ("url", MAX_URL_CHARACTERS)):
        text = _id(record.get(name)) if name == "page_id" else record.get(name)
        if isinstance(text, str) and 0 < len(text) <= limit:
            found[name] = _sound(text)
    with suppress(ValueError):
        found["fetched_at"] = read_time(record.get("fetched_at"))
    return found


def write_record(page: RawPage) -> bytes:
    """A raw page as one line of JSON without the line end. Bytes bodies must be UTF-8."""
    record: dict[str, Any] = {}
    for name in ("page_id", "url", "publisher", "language", "text", "html"):
        value = getattr(page, name)
        if value is not None:
            record[name] = value.decode("utf-8") if isinstance(value, bytes) else value
    if page.fetched_at is not None:
        record["fetched_at"] = page.fetched_at.isoformat().replace("+00:00", "Z")
    try:
        return orjson.dumps(record)
    except orjson.JSONEncodeError:
        # Half of a surrogate pair, as `_loads` lets it in; written as the escape that it was.
        return json.dumps(record).encode("ascii")


def with_fetched_at(page: RawPage, fetched_at: datetime | None) -> RawPage:
    """The page with the user's ``--fetched-at`` where the record itself gives none."""
    if fetched_at is None or page.fetched_at is not None:
        return page
    return replace(page, fetched_at=fetched_at)


def _json_type(value: Any) -> str:
    return {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}.get(
        type(value), "number"
    )
