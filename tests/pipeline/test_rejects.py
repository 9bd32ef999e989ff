"""A reject's row becomes the record that it was."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.connectors.rejects import again, can_be_replayed
from schemas.arrow import reject_rows
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject

_AT = Coordinates("kafka://news/3/17", "news", 3, 17)
_WHEN = datetime(2025, 4, 6, 12, tzinfo=UTC)
_REJECT = Reject(
    _AT, Stage.SPLIT, RejectReason.NO_STORY, "no story", b"body", "txt",
    page_id="p", url="https://news.example/", fetched_at=_WHEN,
)  # fmt: skip


def _row(reject: Reject) -> dict[str, Any]:
    (row,) = reject_rows([reject]).to_pylist()
    return dict(row)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {"text": b"body"}),
        ({"format": "html"}, {"html": b"body"}),
        ({"format": "txt.gz", "payload": gzip.compress(b"packed")}, {"text": b"packed"}),
    ],
)
def test_bytes_come_back_at_their_old_place(
    change: dict[str, Any], expected: dict[str, Any]
) -> None:
    page = again(_row(replace(_REJECT, **change)))
    assert page == RawPage(
        _AT, page_id="p", url="https://news.example/", fetched_at=_WHEN, **expected
    )


def test_json_comes_back_as_its_record() -> None:
    record = {"text": "body", "publisher": "Example News", "page_id": "p9"}
    page = again(_row(replace(_REJECT, format="json", payload=json.dumps(record).encode())))
    assert page == RawPage(_AT, text="body", publisher="Example News", page_id="p9")


def test_json_that_is_still_none_is_a_reject_again() -> None:
    reject = again(_row(replace(_REJECT, format="json", payload=b"{")))
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.at) == (RejectReason.NOT_JSON, _AT)


@pytest.mark.parametrize(
    "change",
    [
        {"payload_truncated": True},
        {"payload": None, "reason": RejectReason.TOMBSTONE},
        {"payload": None, "reason": RejectReason.UNREADABLE},
        {"payload": b"", "reason": RejectReason.EMPTY, "format": "json"},
        {"payload": b"no gzip", "format": "txt.gz"},
        {"format": "of the future"},
    ],
)
def test_what_cannot_be_tried_again_stays_as_it_is(change: dict[str, Any]) -> None:
    reject = replace(_REJECT, **change)
    assert again(_row(reject)) == reject


@pytest.mark.parametrize(
    ("change", "hopeful"),
    [
        ({}, True),
        ({"reason": RejectReason.INTERNAL_ERROR}, True),
        ({"payload_truncated": True}, False),
        ({"reason": RejectReason.EMPTY}, False),
        ({"reason": RejectReason.TOMBSTONE}, False),
    ],
)
def test_a_file_of_hopeless_rejects_is_left_alone(change: dict[str, Any], hopeful: bool) -> None:
    assert can_be_replayed(_row(replace(_REJECT, **change))) == hopeful
