"""Datasets on object stores: the real client libraries, each against a server of its kind."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.commitlog import COMMITS, Commit
from pipeline.config import Bounds, IngestConfig
from pipeline.crash import KILLED
from pipeline.detached import Due, complete, submit
from pipeline.errors import CopydeskError, TemporaryError, UsageError
from pipeline.ingest import run
from pipeline.objects import ObjectPath, ObjectStorage
from pipeline.options import beam_options
from pipeline.publish import LockedError, open_dataset
from pipeline.stores import use_options
from scripts.kill_loop import page_text
from tests.pipeline.conftest import BUCKET

_SMALL = Bounds(slice_bytes=12_000, split_bytes=6_000, spill_bytes=20_000)


@pytest.fixture
def storage(bucket: str) -> ObjectStorage:
    return ObjectStorage(ObjectPath(f"{bucket}/out"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """15 pages of three days, and a line that is none."""
    path = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    texts = [page_text(n) for n in range(15)]
    days = [re.sub(r"(?<=Published )\d+ \w+", f"{n % 3 + 1} May", t) for n, t in enumerate(texts)]
    lines = [json.dumps({"page_id": f"page{n}", "text": text}) for n, text in enumerate(days)]
    path.write_text("\n".join([*lines, "{no json"]), encoding="utf-8")
    return path


def _rows(storage: ObjectStorage, dataset: str) -> list[dict[str, object]]:
    """What a reader's glob finds."""
    names = [name for name in storage.files(dataset) if name.endswith(".parquet")]
    tables = [pq.read_table(io.BytesIO(storage.read(name)), partitioning=None) for name in names]
    return [row for table in tables for row in table.to_pylist()]


def test_only_one_creates(storage: ObjectStorage) -> None:
    storage.create("record", b"mine")
    with pytest.raises(FileExistsError):
        storage.create("record", b"theirs")
    assert storage.read("record") == b"mine"


def test_an_upload_tried_again_finds_itself(storage: ObjectStorage) -> None:
    storage.create("record", b"mine")
    storage.create("record", b"mine")


def test_names_are_those_of_a_folder(storage: ObjectStorage) -> None:
    for name in ("a/x", "a/b/y", "a/b/z", "ab/n"):
        storage.write(name, b"1")
    assert storage.names("") == ["a", "ab"]
    assert storage.names("a") == ["b", "x"]
    assert list(storage.files("a")) == ["a/b/y", "a/b/z", "a/x"]
    assert storage.exists("a")
    assert not storage.exists("a/c")
    storage.remove_tree("a/b")
    storage.remove_tree("a/b")
    storage.remove("nothing")
    assert list(storage.files("")) == ["a/x", "ab/n"]
    assert storage.size("a/x") == 1


@pytest.mark.parametrize("address", ["s3:/x", "ftp://host/x", "s3://", "file:///x"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(CopydeskError, match="object store"):
        ObjectPath(address)


def test_the_same_dataset_as_in_a_folder(
    storage: ObjectStorage, pages: Path, tmp_path: Path
) -> None:
    for output in (tmp_path / "out", storage.root):
        summary = run(IngestConfig(inputs=(str(pages),), output=output, bounds=_SMALL))
        assert summary.counts.pages == 16
        assert summary.commits > 1
    folder = sorted(p.relative_to(tmp_path / "out") for p in tmp_path.rglob("*.parquet"))
    objects = [name for name in storage.files("") if name.endswith(".parquet")]
    assert objects == [path.as_posix() for path in folder]
    for name in objects:
        assert storage.read(name) == (tmp_path / "out" / name).read_bytes()
    assert storage.names("_staging") == []
    again = run(IngestConfig(inputs=(str(pages),), output=storage.root, bounds=_SMALL))
    assert again.commits == 0


def test_two_processes_write_to_a_store(storage: ObjectStorage, pages: Path) -> None:
    run(IngestConfig(inputs=(str(pages),), output=storage.root, bounds=_SMALL, workers=2))
    assert len({row["page_id"] for row in _rows(storage, "stories")}) == 15


@pytest.mark.parametrize("point", ["staged", "recorded", "published:stories:0", "published"])
def test_a_crash_is_mended(point: str, storage: ObjectStorage, pages: Path) -> None:
    command = [sys.executable, "-m", "pipeline.cli", "ingest", str(pages), "--output", str(storage.root), "--quiet"]  # fmt: skip
    died = subprocess.run(
        command, check=False, env={**os.environ, "COPYDESK_CRASH_AT": point}, capture_output=True
    )
    assert died.returncode == KILLED, died.stderr.decode()
    # At no moment does a reader see a row twice.
    seen = [(row["story_id"], row["page_id"]) for row in _rows(storage, "stories")]
    assert len(seen) == len(set(seen))
    subprocess.run(command, check=True)
    stories, rejects = _rows(storage, "stories"), _rows(storage, "rejects")
    assert len({row["story_id"] for row in stories}) == len(stories)
    assert len({row["page_id"] for row in stories}) + len(rejects) == 16
    assert storage.names("_staging") == []


def test_of_two_writers_one_is_told(storage: ObjectStorage, pages: Path) -> None:
    with open_dataset(storage.root) as slow:
        attempt = slow.begin({})
        summary = run(IngestConfig(inputs=(str(pages),), output=storage.root))
        with pytest.raises(LockedError, match="another copydesk has made commit 000000001"):
            slow.commit(_empty(attempt.number, attempt.attempt))
    assert summary.counts.pages == 16
    assert storage.names(COMMITS) == ["000000001.json"]
    assert len({row["page_id"] for row in _rows(storage, "stories")}) == 15


def test_what_another_writer_stages_stays(storage: ObjectStorage) -> None:
    with open_dataset(storage.root) as one:
        attempt = one.begin({})
        with open_dataset(storage.root):
            assert storage.exists(f"{attempt.folder}/plan.json")


def _empty(number: int, attempt: str) -> Commit:
    return Commit(number, attempt, "2025-01-01T00:00:00+00:00")


def test_a_run_that_is_left_alone_commits_itself(storage: ObjectStorage, pages: Path) -> None:
    config = IngestConfig(inputs=(str(pages),), output=storage.root)
    submit(config).wait_until_finish()
    assert storage.names(COMMITS) == ["000000001.json"]
    assert storage.names("_staging") == []
    stories, rejects = _rows(storage, "stories"), _rows(storage, "rejects")
    assert len({row["page_id"] for row in stories}) + len(rejects) == 16
    assert submit(config) is None
    assert run(config).commits == 0


def test_its_commit_may_come_twice(storage: ObjectStorage) -> None:
    with open_dataset(storage.root) as dataset:
        attempt = dataset.begin({})
    due = Due(str(storage.root), attempt.folder, _empty(attempt.number, attempt.attempt))
    complete(due)
    complete(due)
    assert storage.names(COMMITS) == ["000000001.json"]
    with pytest.raises(CopydeskError, match=r"no record|another copydesk"):
        complete(Due(due.root, attempt.folder, _empty(1, "other")))


def test_a_run_that_is_left_alone_needs_a_store(pages: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gs://"):
        submit(IngestConfig(inputs=(str(pages),), output=tmp_path))


def test_a_bucket_that_is_not_there_is_told_before_anything_is_done(
    bucket: str, pages: Path
) -> None:
    away = bucket.replace(BUCKET, "no-such-desk")
    with pytest.raises(UsageError, match=f"there is no bucket {away}"):
        run(IngestConfig(inputs=(str(pages),), output=ObjectPath(f"{away}/out")))


def test_a_store_that_is_away_is_told(s3: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    use_options(beam_options(()))
    away = ObjectPath(f"s3://{BUCKET}/out")
    with pytest.raises(TemporaryError, match="does not answer"), open_dataset(away):
        pass


def test_an_object_that_is_gone_is_a_file_that_is_gone(storage: ObjectStorage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.path("nothing").open()
