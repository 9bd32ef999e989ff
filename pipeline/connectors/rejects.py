"""Rejects as input: a dataset's own rejects, read to be tried once more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.commitlog import DataFile, History
from pipeline.connectors.compression import BombError, ContainerError, decompress
from pipeline.connectors.splits import Advance, Slice
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject
from schemas.wire import MAX_RECORD_BYTES, read_record

_BATCH_ROWS = 64


@dataclass(frozen=True, slots=True)
class RejectFile:
    """A split: all rows of one file of rejects, as the records that they were."""

    path: str
    bytes: int

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        with pq.ParquetFile(self.path, memory_map=True) as file:
            step = self.bytes // max(1, file.metadata.num_rows)
            for batch in file.iter_batches(_BATCH_ROWS):
                for row in batch.to_pylist():
                    yield again(row)
                advance(step * batch.num_rows)


class RejectSource:
    """The rejects of a dataset. Files without any row that can be tried again are left alone."""

    def __init__(self, dataset: Path) -> None:
        self._dataset = dataset

    def slices(self, history: History) -> Iterator[Slice]:
        """One slice with all of them: they come back as stories or as rejects of its commit."""
        due = [file for file in history.live_files().values() if self._hopeful(file)]
        if due:
            splits = tuple(RejectFile(str(self._dataset / file.path), file.bytes) for file in due)
            retired = tuple(sorted(file.path for file in due))
            yield Slice(splits, retires=retired, kind="replay")

    def committed(self, done: Slice) -> None:
        """The commit retires the old rows by itself."""

    def _hopeful(self, file: DataFile) -> bool:
        if file.dataset != "rejects":
            return False
        columns = ["payload_truncated", "format", "reason"]
        rows = pq.read_table(self._dataset / file.path, columns=columns).to_pylist()
        return any(map(can_be_replayed, rows))


# Nothing came, or nothing is in it: no rule of ours will ever change that.
_HOPELESS = {RejectReason.UNREADABLE, RejectReason.TOMBSTONE, RejectReason.EMPTY}


def can_be_replayed(row: dict[str, Any]) -> bool:
    """Whether a reject's row holds all that its record was, and there was something."""
    return not row["payload_truncated"] and row["reason"] not in _HOPELESS


def again(row: dict[str, Any]) -> RawPage | Reject:
    """The record that a reject's row was, at its old coordinates; itself where it is cut."""
    at = Coordinates(row["origin"], row["topic"], row["partition"], row["offset"])
    payload: bytes | None = row["payload"]
    same = Reject(
        at=at, stage=Stage(row["stage"]), reason=RejectReason(row["reason"]),
        detail=row["detail"], payload=payload, format=row["format"], page_id=row["page_id"],
        url=row["url"], fetched_at=row["fetched_at"], payload_truncated=row["payload_truncated"],
    )  # fmt: skip
    if payload is None or not can_be_replayed(row):
        return same
    kind, _, compression = row["format"].partition(".")
    if kind == "json":
        return read_record(payload, at)
    try:
        body = _unpacked(payload, compression or None)
    except (ContainerError, BombError):
        return same
    if body is None or kind not in ("txt", "html"):
        return same
    known: dict[str, Any] = {"page_id": row["page_id"], "url": row["url"]}
    fetched_at: datetime | None = row["fetched_at"]
    if kind == "html":
        return RawPage(at=at, html=body, fetched_at=fetched_at, **known)
    return RawPage(at=at, text=body, fetched_at=fetched_at, **known)


def _unpacked(payload: bytes, compression: str | None) -> bytes | None:
    """The payload's content; None if it is larger than a page may be."""
    content = bytearray()
    for piece in decompress([payload], compression):
        content += piece
        if len(content) > MAX_RECORD_BYTES:
            return None
    return bytes(content)
