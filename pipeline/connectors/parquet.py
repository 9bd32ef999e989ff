"""The Parquet sink: stories and rejects become staged files, one set for each partition.

Beam's own file sinks lose rows in hive folders or give names that hang on the run, so this is
our own. Rows are spilled in sorted runs as they come; only references to the runs go through
the shuffle; one worker merges the runs of a partition into its files. So memory is bounded by
settings, a bundle that fails leaves nothing but litter in the staging folder, and files, rows
and their order do not hang on workers or runner.
"""

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.commitlog import Counts, DataFile, commit_name
from pipeline.config import Bounds
from pipeline.connectors.runs import SORT_COLUMNS, RunPart, merge_runs, write_run
from pipeline.places import Place, place
from pipeline.progress import Notes, Tally
from pipeline.publish import staged_name
from pipeline.storage import sync_folder
from schemas.arrow import DATASETS, reject_rows, story_rows
from schemas.partitions import partition_folder, partition_key
from schemas.records import PageStories, Reject, Story

# Columns of few values. Bodies and hashes are all different: a dictionary of them is a waste.
_DICTIONARY = {
    "stories": ["agency", "publisher", "source", "published_precision", "published_basis", "language", "topic"],
    "rejects": ["stage", "reason", "format", "topic"],
}  # fmt: skip
_BLOOM = {"stories": ("story_id", "url"), "rejects": ()}
_BLOOM_FALSE_POSITIVES = 0.01
_ZSTD_LEVEL = 3  # 149 MB/s and 3.2 times smaller; level 9 is 3 % smaller at a fifth of the speed

# Name of the dataset, and the partition in it if it has partitions.
PartitionKey = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Staging:
    """Where one commit's files are written before they are published."""

    folder: str
    commit: int

    def sub(self, name: str) -> Place:
        """A folder below the staging folder, made if need be."""
        path = place(self.folder) / name
        path.mkdir(parents=True, exist_ok=True)
        return path


@dataclass(eq=False)  # not frozen: Beam sets a label on it
class WriteDataset(beam.PTransform[Any, Any]):
    """``PageStories | Reject`` in; staged Parquet files and their manifests out."""

    staging: Staging
    bounds: Bounds

    def expand(self, outcomes: PCollection[Any]) -> PCollection[Any]:
        staged: PCollection[Any] = (
            outcomes
            | "SpillRuns" >> beam.ParDo(SpillRuns(self.staging, self.bounds.spill_bytes))
            | "GroupByPartition" >> beam.GroupByKey()
            | "MergePartitions" >> beam.MapTuple(self._merge)
        )
        return staged

    def _merge(self, key: PartitionKey, parts: Iterable[RunPart]) -> int:
        return write_partition(self.staging, self.bounds, key, list(parts))


class SpillRuns(beam.DoFn):
    """Writes down the rows of a bundle in runs; yields ``(partition key, RunPart)``."""

    def __init__(self, staging: Staging, spill_bytes: int) -> None:
        self._staging = staging
        self._spill_bytes = spill_bytes

    def start_bundle(self) -> None:
        self._stories: list[Story] = []
        self._rejects: list[Reject] = []
        self._held = 0
        self._notes = Notes(self._staging.sub("progress"))

    def process(self, outcome: PageStories | Reject) -> Iterator[tuple[PartitionKey, RunPart]]:
        if isinstance(outcome, Reject):
            self._rejects.append(outcome)
            self._held += 1024 + len(outcome.payload or b"")
            self._notes.add(Tally(pages=1, rejects=1))
        else:
            self._stories += outcome.stories
            self._held += sum(2048 + 2 * len(story.body) for story in outcome.stories)
            found = sum(not story.is_teaser for story in outcome.stories)
            self._notes.add(Tally(pages=1, stories=found))
        if self._held >= self._spill_bytes:
            yield from self._spill()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        window = GlobalWindow()
        for pair in self._spill():
            yield WindowedValue(pair, window.max_timestamp(), (window,))
        self._notes.write()

    def _spill(self) -> Iterator[tuple[PartitionKey, RunPart]]:
        folder = self._staging.sub("runs")
        if self._stories:
            days = [partition_key(story.published_at) for story in self._stories]
            rows = story_rows(self._stories)
            for day, part in write_run(folder / f"{uuid4().hex}.arrow", rows, days):
                yield ("stories", day), part
        if self._rejects:
            rows = reject_rows(self._rejects)
            nowhere = [None] * len(self._rejects)
            for _, part in write_run(folder / f"{uuid4().hex}.arrow", rows, nowhere):
                yield ("rejects", None), part
        self._stories, self._rejects, self._held = [], [], 0


def write_partition(
    staging: Staging, bounds: Bounds, key: PartitionKey, parts: list[RunPart]
) -> int:
    """Merges the runs of one partition into its staged files and their manifest; gives the rows.

    The same rows give the same files, byte for byte, so it may run again or twice at a time.
    """
    total = sum(part.rows for part in parts)
    batches = merge_runs(parts, bounds.row_group_rows, bounds.row_group_bytes)
    files, counts = write_files(staging, bounds, key, total, batches)
    _write_manifest(staging, f"{key[0]}-{key[1] or 'all'}", files, counts)
    return total


def write_files(
    staging: Staging,
    bounds: Bounds,
    key: PartitionKey,
    rows: int,
    batches: Iterator[tuple[pa.RecordBatch, int]],
    shard: int = 0,
) -> tuple[list[DataFile], Counts]:
    """Writes sorted batches (with weights) as staged files, each batch as a row group.

    ``rows`` is about how many there are, ``shard`` the number of the first file.
    """
    dataset, partition = key
    folder = dataset if partition is None else f"{dataset}/{partition_folder(partition)}"
    files: list[DataFile] = []
    counts = Counts()
    for first in batches:
        path = f"{folder}/{commit_name(staging.commit)}-{shard + len(files):04}.parquet"
        target = place(staging.folder) / staged_name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _ParquetFile(target, dataset, min(rows, bounds.row_group_rows)) as file:
            held = 0
            for batch, weight in chain((first,), batches):
                file.write(batch)
                counts += count_rows(dataset, batch)
                held += weight
                if held >= bounds.file_bytes:
                    break
        files.append(DataFile(path, dataset, partition, file.rows, file.bytes, file.sha256))
    return files, counts


def count_rows(dataset: str, batch: pa.RecordBatch) -> Counts:
    """What a batch of rows adds up to. A page with stories has one row of story_index 0."""
    if dataset == "rejects":
        reasons = pc.value_counts(batch.column("reason")).to_pylist()
        return Counts(rejects={item["values"]: item["counts"] for item in reasons})
    teasers = pc.sum(batch.column("is_teaser")).as_py() or 0
    pages = pc.sum(pc.equal(batch.column("story_index"), 0)).as_py() or 0
    return Counts(pages, batch.num_rows - teasers, teasers)


def read_manifests(staging: Staging) -> tuple[tuple[DataFile, ...], Counts]:
    """What all partitions of a run came to: their files in order of path, and their sum."""
    files: list[DataFile] = []
    counts = Counts()
    found: Iterable[Place] = staging.sub("manifests").glob("*.json")
    for path in sorted(found, key=str):
        manifest = json.loads(path.read_text())
        files += [DataFile(**file) for file in manifest["files"]]
        counts += Counts(**manifest["counts"])
    return tuple(sorted(files)), counts


def _write_manifest(staging: Staging, name: str, files: list[DataFile], counts: Counts) -> None:
    folder = staging.sub("manifests")
    content = {"files": [asdict(file) for file in files], "counts": asdict(counts)}
    if not isinstance(folder, Path):
        (folder / f"{name}.json").write_text(json.dumps(content))
        return
    temporary = folder / f"{name}.{uuid4().hex}.tmp"
    temporary.write_text(json.dumps(content))
    temporary.replace(folder / f"{name}.json")


class _ParquetFile:
    """A staged Parquet file, whole and durable once the context is left without an error."""

    def __init__(self, target: Place, dataset: str, rows_in_group: int) -> None:
        self._target = target
        # An object appears whole, so it needs no other name until then.
        name = f".{uuid4().hex}.tmp"
        self._temporary = target.with_suffix(name) if isinstance(target, Path) else target
        self._dataset = dataset
        self._rows_in_group = rows_in_group
        self.rows = 0
        self.bytes = 0
        self.sha256 = ""

    def __enter__(self) -> "_ParquetFile":
        schema = DATASETS[self._dataset]
        self._sink = _HashingSink(self._temporary.open("xb"))
        order = [(name, "ascending") for name in SORT_COLUMNS[self._dataset]]
        bloom = {"ndv": self._rows_in_group, "fpp": _BLOOM_FALSE_POSITIVES}
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, "w"),
            schema,
            compression="zstd",
            compression_level=_ZSTD_LEVEL,
            use_dictionary=_DICTIONARY[self._dataset],
            write_page_index=True,
            sorting_columns=pq.SortingColumn.from_ordering(schema, order, "at_start"),
            bloom_filter_options=dict.fromkeys(_BLOOM[self._dataset], bloom),
        )
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """One row group."""
        table = pa.Table.from_batches([batch])
        self._writer.write_table(table, row_group_size=max(1, batch.num_rows))
        self.rows += batch.num_rows

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        try:
            self._writer.close()
            self._sink.finish()
        finally:
            self._sink.close()
            if kind is not None and isinstance(self._temporary, Path):
                self._temporary.unlink(missing_ok=True)
        if kind is None:
            self.bytes, self.sha256 = self._sink.written, self._sink.sha256
            if isinstance(self._target, Path) and isinstance(self._temporary, Path):
                self._temporary.replace(self._target)
                sync_folder(self._target.parent)


class _HashingSink:
    """A file that knows the length and the hash of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.written = 0
        self.closed = False

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self._file.write(view)
        self._hash.update(view)
        self.written += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        return self.written

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> None:
        self._file.flush()
        with contextlib.suppress(io.UnsupportedOperation):  # an object is durable once it is there
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self.closed = True
        self._file.close()

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
