"""Compaction: the small files of a partition become large ones, with the promises of an ingest.

A compaction is a commit that holds the rows of the files which it retires. Files cannot be
replaced by another number of files in one step, but folders can change names: each partition's
new folder takes the place of the old one at once, so that a glob sees every row exactly once
before and after. A query that listed the old folder and opens a file after the change fails
(no such file) rather than being wrong; run it again.
"""

import errno
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.commitlog import Commit, DataFile, History
from pipeline.config import Bounds
from pipeline.connectors.parquet import PartitionKey, Staging, write_files
from pipeline.connectors.runs import Row, batch_rows, merge_rows
from pipeline.errors import CopydeskError, UsageError
from pipeline.failures import explained
from pipeline.publish import Dataset, open_dataset
from pipeline.storage import Storage
from pipeline.versions import versions
from schemas.arrow import DATASETS

# A file below this is small. DuckDB reads files of 100 MB and more best, but a file that is
# nearly so large is not worth writing again.
SMALL_BYTES = 64 * 1024 * 1024
# So many files are merged at a time; each holds a page of every column in memory.
_TOGETHER = 32
_BATCH_ROWS = 256
_CANNOT_SWAP = {errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP}


@dataclass(frozen=True, slots=True)
class Compaction:
    """What a compaction did; zeros if there was nothing to do."""

    files_before: int = 0
    files_after: int = 0
    rows: int = 0
    seconds: float = 0.0


def compact(output: Path, bounds: Bounds | None = None) -> Compaction:
    """Merges the small files of every partition that has more than one.

    Raises:
        CopydeskError: it failed; the dataset is as it was, or the next start completes it.
    """
    begun = time.monotonic()
    bounds = bounds or Bounds()
    with open_dataset(output.resolve()) as dataset:
        due = list(_due(dataset.history))
        if not due:
            return Compaction()
        commit = _compact(dataset, due, bounds, output)
    rows = sum(file.rows for file in commit.files)
    return Compaction(len(commit.retires), len(commit.files), rows, time.monotonic() - begun)


def _compact(dataset: Dataset, due: list[list[DataFile]], bounds: Bounds, output: Path) -> Commit:
    storage = dataset.storage
    if not isinstance(storage, Storage):
        raise UsageError("compact works on folders: object stores cannot exchange two in one step")
    retires = tuple(sorted(file.path for group in due for file in group))
    attempt = dataset.begin({"retires": list(retires), "versions": versions()})
    staging = Staging(str(dataset.storage.path(attempt.folder)), attempt.number)
    shards: dict[PartitionKey, int] = {}
    files: list[DataFile] = []
    try:
        _try_swap(storage, attempt.folder)
        for group in due:
            key = (group[0].dataset, group[0].partition)
            streams = [_rows(storage.path(file.path), key[0]) for file in group]
            batches = merge_rows(streams, bounds.row_group_rows, bounds.row_group_bytes)
            rows = sum(file.rows for file in group)
            written, _ = write_files(staging, bounds, key, rows, batches, shards.get(key, 0))
            shards[key] = shards.get(key, 0) + len(written)
            files += written
        commit = Commit(
            number=attempt.number,
            attempt=attempt.attempt,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            files=tuple(sorted(files)),
            retires=retires,
            versions=versions(),
            kind="compact",
        )
        dataset.commit(commit)
    except BaseException as error:
        dataset.abandon(attempt)
        raise explained(error, output) from error
    return commit


def _due(history: History) -> Iterator[list[DataFile]]:
    """Groups of small files to merge, each of one partition, in order of path."""
    partitions: dict[PartitionKey, list[DataFile]] = {}
    for _, file in sorted(history.live_files().items()):
        if file.bytes < SMALL_BYTES:
            partitions.setdefault((file.dataset, file.partition), []).append(file)
    for files in partitions.values():
        for at in range(0, len(files), _TOGETHER):
            group = files[at : at + _TOGETHER]
            if len(group) > 1:
                yield group


def _rows(path: Path, dataset: str) -> Iterator[Row]:
    schema = DATASETS[dataset]
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(_BATCH_ROWS):
            # A file of an older schema has no value for what came later.
            columns = [
                batch.column(field.name)
                if field.name in batch.schema.names
                else pa.nulls(batch.num_rows, field.type)
                for field in schema
            ]
            yield from batch_rows(pa.RecordBatch.from_arrays(columns, schema=schema))


def _try_swap(storage: Storage, folder: str) -> None:
    """Does in the staging folder what publishing will do: later is too late to find out."""
    one, two = f"{folder}/try/one", f"{folder}/try/two"
    try:
        storage.make_folder(one)
        storage.make_folder(two)
        storage.write(f"{one}/a", b"")
        storage.link(f"{one}/a", f"{two}/a")
        storage.exchange(one, two)
    except OSError as error:
        if error.errno not in _CANNOT_SWAP:
            raise
        raise CopydeskError(
            f"the file system of {storage.root} cannot exchange two folders in one step "
            f"({error.strerror}), so its files cannot be made fewer; the dataset is as it was"
        ) from error
