"""Verify: the commit log against the files, and the rows against each other."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipeline.commitlog import COMMITS, Commit, DataFile, History, read_history
from pipeline.errors import CopydeskError
from pipeline.publish import STAGING
from pipeline.storage import Storage
from schemas.arrow import DATASETS

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What ``verify`` found. ``problems`` breaks a promise each, ``notes`` only says something.

    ``pages`` counts pages with stories and rejects, as the rows are now.
    """

    commits: int
    files: int
    stories: int
    teasers: int
    rejects: int
    pages: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.problems


def verify(root: Path) -> Report:
    """Checks a dataset in full: reads every file once. May run beside an ingest.

    Raises:
        CopydeskError: there is no dataset, or its commit log is damaged.
    """
    storage = Storage(root)
    if not storage.exists(COMMITS):
        raise CopydeskError(f"{root} is no copydesk dataset: it has no folder {COMMITS}")
    history = read_history(storage)
    unknown = set(_files_on_disk(storage)) - set(history.live_files())
    if unknown:
        # An ingest beside us may have published since the log was read.
        history = read_history(storage)
    pending = _pending(storage, history)
    live = history.live_files()
    problems = [*_log_problems(history)]
    whole: list[DataFile] = []
    for file in live.values():
        found = list(_file_problems(storage, file))
        if found and file.path in pending and not storage.exists(file.path):
            continue
        problems += found
        if not found:
            whole.append(file)
    for path in sorted(unknown - set(live) - _retiring(pending, history)):
        problems.append(f"{path} is in the dataset's folder but no commit knows it")
    counts, row_problems = _row_problems(storage, whole)
    notes = []
    if pending:
        notes.append("the last commit is recorded but not published; the next ingest does that")
    elif storage.names(STAGING):
        notes.append(f"{STAGING} is not empty: a run is at work, or the next ingest tidies up")
    if counts["repeated"]:
        notes.append(
            f"{counts['repeated']:,} stories came in more than once, each time as a record of its own"
        )
    return Report(
        commits=len(history.commits), files=len(live), stories=counts["stories"],
        teasers=counts["teasers"], rejects=counts["rejects"], pages=counts["pages"],
        problems=(*problems, *row_problems), notes=tuple(notes),
    )  # fmt: skip


def _files_on_disk(storage: Storage) -> Iterator[str]:
    for dataset in DATASETS:
        yield from storage.files(dataset)


def _pending(storage: Storage, history: History) -> set[str]:
    """Paths of the last commit's files if its staging folder still stands."""
    if history.commits and storage.exists(f"{STAGING}/{history.commits[-1].name}"):
        return {file.path for file in history.commits[-1].files}
    return set()


def _retiring(pending: set[str], history: History) -> set[str]:
    return set(history.commits[-1].retires) if pending else set()


def _log_problems(history: History) -> Iterator[str]:
    spans: dict[tuple[Any, ...], list[tuple[int, int, str]]] = {}
    for commit in history.commits:
        yield from _count_problems(commit)
        for item in commit.inputs:
            key: tuple[Any, ...] = (item.path,)
            spans.setdefault(key, []).append((item.start, item.end, commit.name))
        for topic, partitions in commit.kafka.items():
            for partition, span in partitions.items():
                # A topic that was made again begins again at offset 0, under another id.
                key = (topic, partition, *filter(None, [span.topic_id]))
                spans.setdefault(key, []).append((span.start, span.end, commit.name))
    for key, ranges in spans.items():
        ranges.sort()
        for (_, end, first), (start, _, second) in pairwise(ranges):
            if start < end:
                name = "/".join(map(str, key))
                yield f"commits {first} and {second} both hold {name} from {start} to {end}"


def _count_problems(commit: Commit) -> Iterator[str]:
    counts = commit.counts
    if commit.kind == "compact":
        return
    for dataset, rows in (
        ("stories", counts.stories + counts.teasers),
        ("rejects", counts.rejected),
    ):
        there = sum(file.rows for file in commit.files if file.dataset == dataset)
        if there != rows:
            yield f"commit {commit.name} counts {rows:,} {dataset} rows and lists files with {there:,}"


def _file_problems(storage: Storage, file: DataFile) -> Iterator[str]:
    path = storage.path(file.path)
    if not path.is_file():
        yield f"{file.path} is gone; restore it from a backup"
        return
    size = path.stat().st_size
    if size != file.bytes:
        yield f"{file.path} has {size:,} bytes, its commit says {file.bytes:,}"
        return
    with path.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
            yield f"{file.path} was changed: its hash is not what its commit says"
            return
    rows = pq.read_metadata(path).num_rows
    if rows != file.rows:
        yield f"{file.path} has {rows:,} rows, its commit says {file.rows:,}"


# A record is told by its origin, and in Kafka by its partition and offset too.
_COUNTS = """
    SELECT (SELECT count(*) FROM stories WHERE NOT is_teaser),
           (SELECT count(*) FROM stories WHERE is_teaser),
           (SELECT count(*) FROM rejects),
           (SELECT count(*) FROM stories WHERE story_index = 0),
           (SELECT count(*) - count(DISTINCT story_id) FROM stories)
"""
_TWICE = {
    "a story is": """
        SELECT origin FROM stories
        GROUP BY origin, "partition", "offset", story_index HAVING count(*) > 1
    """,
    "a reject is": """
        SELECT origin FROM rejects GROUP BY origin, "partition", "offset" HAVING count(*) > 1
    """,
    "a record has stories and a reject, so it is": """
        SELECT origin FROM (SELECT origin, "partition", "offset" FROM stories
                            INTERSECT SELECT origin, "partition", "offset" FROM rejects)
    """,
}


def _row_problems(
    storage: Storage, files: Iterable[DataFile]
) -> tuple[dict[str, int], Iterator[str]]:
    """Counts of the rows of ``files``, and what is there twice."""
    connection = duckdb.connect()
    # DuckDB draws a bar on the terminal when a query takes two seconds.
    connection.execute("SET enable_progress_bar = false")
    for dataset, schema in DATASETS.items():
        paths = [str(storage.path(file.path)) for file in files if file.dataset == dataset]
        if paths:
            connection.read_parquet(paths, union_by_name=True).create_view(dataset)
        else:
            connection.from_arrow(schema.empty_table()).create_view(dataset)
    names = ("stories", "teasers", "rejects", "pages", "repeated")
    row = connection.execute(_COUNTS).fetchone() or ()
    counts = dict(zip(names, row, strict=True))
    counts["pages"] += counts["rejects"]
    return counts, _twice(connection)


def _twice(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for what, sql in _TWICE.items():
        origins = [origin for (origin,) in connection.execute(sql).fetchall()]
        if origins:
            some = ", ".join(sorted(origins)[:_SHOWN])
            yield f"{len(origins):,} times {what} in the dataset twice: {some}"
