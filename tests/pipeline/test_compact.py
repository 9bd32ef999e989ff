"""Compaction: fewer files, the same rows, and a reader that never sees a mixture."""

import contextlib
import errno
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline import compact as module
from pipeline import crash
from pipeline.commitlog import read_history
from pipeline.compact import Compaction, compact
from pipeline.config import Bounds, IngestConfig
from pipeline.errors import CopydeskError
from pipeline.ingest import run
from pipeline.publish import STAGING, open_dataset
from pipeline.storage import Storage
from pipeline.verify import verify
from scripts.kill_loop import page_text

_PAGES = 20


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the protocol may catch it."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of many commits, with stories of many days and some rejects."""
    folder = tmp_path_factory.mktemp("compact")
    source = folder / "pages"
    source.mkdir()
    for number in range(_PAGES):
        day = f"Published {1 + number % 3:02} January 2025"
        text = page_text(number).split("\n\n")
        (source / f"p{number:02}.txt").write_text("\n\n".join([text[0], day, *text[2:]]))
        if number % 5 == 0:
            (source / f"p{number:02}-empty.txt").write_bytes(b"")
    bounds = Bounds(slice_files=4)
    run(IngestConfig(inputs=(str(source),), output=folder / "out", bounds=bounds))
    return folder / "out"


@pytest.fixture
def dataset(original: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    copy = tmp_path / "out"
    for path in original.rglob("*"):
        target = copy / path.relative_to(original)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return copy


def _rows(root: Path, dataset: str = "stories") -> list[tuple[Any, ...]]:
    glob = f"{root}/{dataset}/**/*.parquet"
    return duckdb.sql(f"SELECT * FROM read_parquet('{glob}') ORDER BY ALL").fetchall()


def _files(root: Path) -> list[Path]:
    return sorted(root.glob("stories/**/*.parquet")) + sorted(root.glob("rejects/*.parquet"))


def test_fewer_files_hold_the_same_rows(dataset: Path) -> None:
    stories, rejects, before = _rows(dataset), _rows(dataset, "rejects"), len(_files(dataset))
    done = compact(dataset)
    folders = {path.parent for path in _files(dataset)}
    assert len(_files(dataset)) == len(folders)
    assert (done.files_before, done.files_after) == (before, len(folders))
    assert (_rows(dataset), _rows(dataset, "rejects")) == (stories, rejects)
    report = verify(dataset)
    assert (report.problems, report.notes, report.pages) == ((), (), _PAGES + 4)
    assert Storage(dataset).names(STAGING) == []


def test_rows_stay_sorted(dataset: Path) -> None:
    compact(dataset)
    for path in _files(dataset):
        if "stories" in path.parts:
            ids = pq.ParquetFile(path).read(["page_id"]).column(0).to_pylist()
            assert ids == sorted(ids)


def test_a_second_compaction_has_nothing_to_do(dataset: Path) -> None:
    compact(dataset)
    last = read_history(Storage(dataset)).last
    assert compact(dataset) == Compaction()
    assert read_history(Storage(dataset)).last == last


def test_large_files_stay_and_many_are_merged_in_groups(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = _rows(dataset)
    largest = max(_files(dataset), key=lambda path: path.stat().st_size)
    monkeypatch.setattr(module, "SMALL_BYTES", largest.stat().st_size)
    monkeypatch.setattr(module, "_TOGETHER", 2)
    inode = largest.stat().st_ino
    compact(dataset)
    assert largest.stat().st_ino == inode
    assert _rows(dataset) == stories
    assert verify(dataset).clean


def test_an_ingest_goes_on_behind_a_compaction(dataset: Path, tmp_path: Path) -> None:
    compact(dataset)
    (tmp_path / "new.txt").write_text(page_text(1000))
    summary = run(IngestConfig(inputs=(str(tmp_path / "new.txt"),), output=dataset))
    assert summary.counts.pages == 1
    assert (verify(dataset).pages, verify(dataset).problems) == (_PAGES + 5, ())


@pytest.mark.parametrize(
    "point",
    [
        "staged",
        "recorded",
        "swapping:2",
        "published",
    ],
)
def test_the_next_start_mends_what_a_crash_left(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    stories, rejects = _rows(dataset), _rows(dataset, "rejects")

    def die(here: str) -> None:
        if here == point:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(crash, "point", die)
        # What tidies up after an error does not run after a kill.
        patch.setattr("pipeline.publish.Dataset.abandon", lambda *_: None)
        with pytest.raises(Killed):
            compact(dataset)
    assert _rows(dataset) == stories, "right before it is mended, too"
    assert verify(dataset).problems == ()
    with open_dataset(dataset):
        pass
    assert (_rows(dataset), _rows(dataset, "rejects")) == (stories, rejects)
    report = verify(dataset)
    assert (report.problems, report.notes) == ((), ())
    compact(dataset)
    assert (_rows(dataset), verify(dataset).problems) == (stories, ())


@pytest.mark.parametrize("step", ["exchange", "link"])
def test_a_file_system_that_cannot_is_told_before_anything_is_recorded(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cannot(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    stories = _rows(dataset)
    with monkeypatch.context() as patch:
        patch.setattr(Storage, step, cannot)
        with pytest.raises(CopydeskError, match="cannot exchange two folders"):
            compact(dataset)
    assert _rows(dataset) == stories
    assert (verify(dataset).problems, verify(dataset).notes) == ((), ())


def _read_on(root: str, told: Connection) -> None:
    """Counts rows by a glob; a file that went away between listing and opening is no answer."""
    counts = {len(_rows(Path(root)))}
    told.send("begun")
    while not told.poll():
        with contextlib.suppress(duckdb.IOException):
            counts.add(len(_rows(Path(root))))
    told.send(counts)


def test_a_reader_sees_all_rows_or_a_missing_file_but_never_something_else(dataset: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    ours, theirs = processes.Pipe()
    reader = processes.Process(target=_read_on, args=(str(dataset), theirs))
    reader.start()
    assert ours.recv() == "begun"
    compact(dataset)
    ours.send("stop")
    assert ours.recv() == {len(_rows(dataset))}
    reader.join()
