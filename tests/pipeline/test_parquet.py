"""The files of the dataset: their shape, and that they hang on nothing but the rows."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.config import Bounds
from pipeline.connectors.parquet import PartitionKey, Staging, read_manifests, write_partition
from pipeline.connectors.runs import SORT_COLUMNS, write_run
from pipeline.publish import staged_name
from schemas.arrow import DATASETS, SCHEMA_VERSION, reject_rows, story_rows
from schemas.kinds import RejectReason, Stage
from schemas.partitions import UNDATED
from schemas.records import Coordinates, Reject, Story

_BASE = Story(
    story_id="", page_id="p", url="https://news.example/1", fetched_at=None, story_index=0,
    story_count=1, is_teaser=False, headline="A headline", kicker=None, standfirst=(),
    body="word " * 200, captions=(), authors=(), agency=None, publisher=None, source=None,
    dateline_place=None, published_at=None, updated_at=None, published_precision=None,
    published_basis=None, published_text=None, published_confidence=None, not_before=None,
    not_after=None, date_mentions=(), language="en", word_count=200, content_hash="h",
    near_duplicate_of=None, origin="", topic=None, partition=None, offset=None, span_start=0,
    span_end=1000,
)  # fmt: skip


def _stories(count: int) -> list[Story]:
    return [
        replace(_BASE, story_id=f"s{i:04}", origin=f"o{i:04}", source=f"{i % 7}.example",
                story_index=i % 2, is_teaser=i % 4 == 3)
        for i in range(count)
    ]  # fmt: skip


def _write(
    folder: Path, stories: list[Story], bounds: Bounds, runs: int = 1, commit: int = 1
) -> Staging:
    staging = Staging(str(folder), commit)
    parts = []
    for run in range(runs):
        share = stories[run::runs]
        path = staging.sub("runs") / f"{run}.arrow"
        parts += [part for _, part in write_run(path, story_rows(share), [UNDATED] * len(share))]
    write_partition(staging, bounds, ("stories", UNDATED), parts)
    return staging


def _paths(staging: Staging) -> list[Path]:
    files, _ = read_manifests(staging)
    return [Path(staging.folder, staged_name(file.path)) for file in files]


_SMALL = Bounds(file_bytes=60_000, row_group_rows=20, row_group_bytes=25_000)


def test_files_and_row_groups_are_bounded_by_rows_and_bytes(tmp_path: Path) -> None:
    paths = _paths(_write(tmp_path, _stories(100), _SMALL))
    groups = [
        [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        for file in map(pq.ParquetFile, paths)
    ]
    # A row weighs 1,522 bytes, so 17 of them reach 25,000 bytes, and three groups 60,000.
    assert groups == [[17, 17, 17], [17, 17, 15]]
    wide = replace(_SMALL, row_group_bytes=10**9)
    (rows,) = {
        pq.ParquetFile(path).metadata.row_group(0).num_rows
        for path in _paths(_write(tmp_path / "wide", _stories(100), wide))
    }
    assert rows == 20


def test_the_same_rows_give_the_same_bytes_in_whatever_runs_they_came(tmp_path: Path) -> None:
    one = _write(tmp_path / "1", _stories(100), _SMALL)
    many = _write(tmp_path / "7", list(reversed(_stories(100))), _SMALL, runs=7)
    assert read_manifests(one) == read_manifests(many)
    assert [p.read_bytes() for p in _paths(one)] == [p.read_bytes() for p in _paths(many)]


def test_manifests_say_what_is_in_the_files(tmp_path: Path) -> None:
    staging = _write(tmp_path, _stories(100), _SMALL, commit=12)
    files, counts = read_manifests(staging)
    assert [file.path for file in files] == [
        f"stories/published_date={UNDATED}/000000012-{n:04}.parquet" for n in range(2)
    ]
    for file, path in zip(files, _paths(staging), strict=True):
        content = path.read_bytes()
        assert (file.bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert file.rows == pq.read_metadata(path).num_rows
    assert (counts.pages_with_stories, counts.stories, counts.teasers) == (50, 75, 25)


def test_writing_a_partition_again_changes_nothing(tmp_path: Path) -> None:
    first = read_manifests(_write(tmp_path, _stories(30), _SMALL))
    assert read_manifests(_write(tmp_path, _stories(30), _SMALL)) == first
    litter = [path for path in tmp_path.rglob("*") if path.suffix == ".tmp"]
    assert litter == []


def test_files_are_packed_sorted_and_indexed_for_readers(tmp_path: Path) -> None:
    (path,) = _paths(_write(tmp_path, _stories(1000), Bounds()))
    metadata = pq.read_metadata(path)
    group = metadata.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert all(column.has_column_index and column.has_offset_index for column in columns.values())
    blooms = {name for name, column in columns.items() if column.bloom_filter_offset is not None}
    assert blooms == {"story_id", "url"}
    assert sum(columns[name].bloom_filter_length for name in blooms) < 10_000, "sized by the rows"
    schema = pq.read_schema(path)
    sorted_by = [group.column(order.column_index).path_in_schema for order in group.sorting_columns]
    assert tuple(sorted_by) == SORT_COLUMNS["stories"]
    assert schema.equals(DATASETS["stories"], check_metadata=False)
    assert schema.metadata[b"copydesk.schema_version"] == str(SCHEMA_VERSION).encode()
    sources = pq.read_table(path, columns=["source", "story_id"]).to_pylist()
    assert sources == sorted(sources, key=lambda row: (row["source"], row["story_id"]))


def test_duckdb_reads_the_partition_from_the_folder(tmp_path: Path) -> None:
    staging = Staging(str(tmp_path), 1)
    story = replace(_BASE, published_at=datetime(2025, 4, 6, 23, 59, tzinfo=UTC))
    key: PartitionKey = ("stories", "2025-04-06")
    ((_, part),) = write_run(staging.sub("runs") / "a", story_rows([story]), ["2025-04-06"])
    write_partition(staging, Bounds(), key, [part])
    (path,) = _paths(staging)
    rows = duckdb.sql(
        f"SELECT published_date::VARCHAR, body FROM read_parquet('{path}', hive_partitioning=true)"
    ).fetchall()
    assert rows == [("2025-04-06", story.body)]


def test_rejects_are_flat_and_keep_their_bytes(tmp_path: Path) -> None:
    staging = Staging(str(tmp_path), 3)
    rejects = [
        Reject(Coordinates(f"o{i}"), Stage.DECODE, reason, "why", bytes([0, 255, i]), "json")
        for i, reason in enumerate([RejectReason.EMPTY, RejectReason.NOT_JSON, RejectReason.EMPTY])
    ]
    ((_, part),) = write_run(staging.sub("runs") / "a", reject_rows(rejects), [None] * 3)
    write_partition(staging, Bounds(), ("rejects", None), [part])
    (file,), counts = read_manifests(staging)
    assert file.path == "rejects/000000003-0000.parquet"
    assert counts.rejects == {"empty": 2, "not_json": 1}
    (path,) = _paths(staging)
    assert pq.read_table(path).column("payload").to_pylist() == [r.payload for r in rejects]


def test_a_write_that_fails_leaves_no_file_and_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.connectors.parquet._HashingSink.finish", full)
    with pytest.raises(OSError, match="No space"):
        _write(tmp_path, _stories(10), Bounds())
    assert list(tmp_path.rglob("*.part")) == []
    assert not (tmp_path / "manifests").exists()
