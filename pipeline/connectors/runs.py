"""Sorted runs of rows on disk, and their merge: an external sort with bounded memory.

A worker writes the rows that it holds as one *run*: an Arrow file whose batches are sorted by
partition and then by ``SORT_COLUMNS``, each batch of one partition. Merging the runs of a
partition gives its rows in one order, whatever worker made them and in whatever runs. Runs live
for minutes and are read once, so they are not compressed.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.places import Place, place

# The order of rows in a file. It is total: no two rows of a dataset are equal in all of these.
SORT_COLUMNS = {
    "stories": ("source", "published_at", "page_id", "origin", "offset", "story_index"),
    "rejects": ("origin", "offset", "stage", "reason", "page_id"),
}
_LARGE_COLUMNS = ("body", "headline", "payload")
_OTHER_BYTES = 512  # what the small columns of a row take, about
_BATCH_ROWS = 1024
_BATCH_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class RunPart:
    """The rows of one partition in a run: batches ``[first, end)`` of the Arrow file ``path``."""

    path: str
    first: int
    end: int
    rows: int


# Its key, its weight, and where it lies: a batch and the place in it.
Row = tuple[tuple[Any, ...], int, pa.RecordBatch, int]


def row_keys(batch: pa.RecordBatch) -> list[tuple[Any, ...]]:
    """What each row is sorted by; nulls come first."""
    dataset = batch.schema.metadata[b"copydesk.dataset"].decode()
    columns = []
    for name in SORT_COLUMNS[dataset]:
        column = batch.column(name)
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        columns.append([(value is not None, value) for value in column.to_pylist()])
    return list(zip(*columns, strict=True))


def row_weights(batch: pa.RecordBatch) -> list[int]:
    """About how many bytes each row takes; the same however rows are batched."""
    total = pa.array([_OTHER_BYTES] * batch.num_rows, pa.int64())
    for name in _LARGE_COLUMNS:
        if name in batch.schema.names:
            length = pc.binary_length(batch.column(name)).cast(pa.int64())
            total = pc.add(total, pc.fill_null(length, 0))
    weights: list[int] = total.to_pylist()
    return weights


def write_run(
    path: Place, rows: pa.RecordBatch, partitions: Sequence[str | None]
) -> list[tuple[str | None, RunPart]]:
    """Writes ``rows`` as one run; ``partitions`` names the partition of each row."""
    keys, weights = row_keys(rows), row_weights(rows)
    order = sorted(range(rows.num_rows), key=lambda i: (partitions[i] or "", keys[i]))
    parts = []
    batches = 0
    with _sink(path) as sink, pa.ipc.new_file(sink, rows.schema) as w:
        for partition, group in groupby(order, key=lambda i: partitions[i]):
            indices = list(group)
            first = batches
            for chunk in _chunked(indices, weights):
                w.write_batch(rows.take(pa.array(chunk, pa.int64())))
                batches += 1
            parts.append((partition, RunPart(str(path), first, batches, len(indices))))
    return parts


def _sink(path: Place) -> pa.NativeFile:
    return (
        pa.OSFile(str(path), "wb")
        if isinstance(path, Path)
        else pa.PythonFile(path.open("wb"), "w")
    )


def _source(path: str) -> pa.NativeFile:
    where = place(path)
    return pa.OSFile(path) if isinstance(where, Path) else pa.PythonFile(where.open("rb"), "r")


def _chunked(indices: list[int], weights: list[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    weight = 0
    for i in indices:
        chunk.append(i)
        weight += weights[i]
        if len(chunk) >= _BATCH_ROWS or weight >= _BATCH_BYTES:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def merge_runs(
    parts: Iterable[RunPart], max_rows: int, max_bytes: int
) -> Iterator[tuple[pa.RecordBatch, int]]:
    """All rows of ``parts`` in order, as batches with their weights.

    A batch has at most ``max_rows`` rows and ends with the row that brings it to ``max_bytes``.
    Holds such a batch and one batch of each run.
    """
    runs = sorted(parts, key=lambda part: (part.path, part.first))
    return merge_rows(map(_run_rows, runs), max_rows, max_bytes)


def merge_rows(
    streams: Iterable[Iterator[Row]], max_rows: int, max_bytes: int
) -> Iterator[tuple[pa.RecordBatch, int]]:
    """``merge_runs`` for rows that come from anywhere, in order in each of the streams."""
    rows: list[Row] = []
    weight = 0
    for key, size, batch, index in heapq.merge(*streams, key=lambda row: row[0]):
        rows.append((key, size, batch, index))
        weight += size
        if len(rows) >= max_rows or weight >= max_bytes:
            gathered = _gather(rows), weight
            # Before the yield, so that the runs' batches are free while this one is written.
            rows, weight = [], 0
            yield gathered
    if rows:
        yield _gather(rows), weight


def _run_rows(part: RunPart) -> Iterator[Row]:
    # Not mapped: pages of a mapped file would count as memory that grows with the input.
    with _source(part.path) as source:
        reader = pa.ipc.open_file(source)
        for number in range(part.first, part.end):
            yield from batch_rows(reader.get_batch(number))


def batch_rows(batch: pa.RecordBatch) -> Iterator[Row]:
    """The rows of a batch, each with its key and weight."""
    keys, weights = row_keys(batch), row_weights(batch)
    for index in range(batch.num_rows):
        yield keys[index], weights[index], batch, index


def _gather(rows: list[Row]) -> pa.RecordBatch:
    """The rows, which lie in several batches, as one batch in their order."""
    bases: dict[int, int] = {}
    batches: list[pa.RecordBatch] = []
    length = 0
    indices = []
    for _, _, batch, index in rows:
        base = bases.get(id(batch))
        if base is None:
            base = bases[id(batch)] = length
            batches.append(batch)
            length += batch.num_rows
        indices.append(base + index)
    return pa.concat_batches(batches).take(pa.array(indices, pa.int64()))
