"""Verify finds what was done to a dataset behind the log's back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import crash
from pipeline.commitlog import Commit, Counts, DataFile, FileInput, OffsetRange
from pipeline.config import Bounds
from pipeline.connectors.parquet import Staging, read_manifests, write_partition
from pipeline.connectors.runs import write_run
from pipeline.errors import CopydeskError
from pipeline.publish import Dataset, open_dataset
from pipeline.verify import verify
from schemas.arrow import reject_rows
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, Reject


def _commit(dataset: Dataset, origins: list[str], **fields: Any) -> None:
    """Commits one reject for each origin."""
    attempt = dataset.begin({})
    staging = Staging(str(dataset.storage.path(attempt.folder)), attempt.number)
    rejects = [
        Reject(Coordinates(o), Stage.DECODE, RejectReason.NOT_JSON, "no JSON", b"{", "json")
        for o in origins
    ]
    run = staging.sub("runs") / "a"
    ((_, part),) = write_run(run, reject_rows(rejects), [None] * len(origins))
    write_partition(staging, Bounds(), ("rejects", None), [part])
    files, counts = read_manifests(staging)
    fields = {"files": files, "counts": counts, **fields}
    dataset.commit(Commit(attempt.number, attempt.attempt, "now", **fields))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    with open_dataset(tmp_path) as opened:
        _commit(opened, ["a", "b"])
        _commit(opened, ["c"])
    return tmp_path


def test_a_whole_dataset_is_clean(dataset: Path) -> None:
    report = verify(dataset)
    assert report.clean
    assert (report.commits, report.files, report.rejects, report.pages) == (2, 2, 3, 3)
    assert report.notes == ()


def _first(root: Path) -> Path:
    return root / "rejects" / "000000001-0000.parquet"


def _flip(root: Path) -> None:
    content = bytearray(_first(root).read_bytes())
    content[len(content) // 2] ^= 1
    _first(root).write_bytes(content)


def _rewrite(root: Path) -> None:
    table = pq.read_table(_first(root)).slice(0, 1)
    pq.write_table(table, _first(root))


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda root: _first(root).unlink(), "000000001-0000.parquet is gone"),
        (_flip, "000000001-0000.parquet was changed"),
        (_rewrite, "its commit says"),
        (lambda root: _first(root).write_bytes(b""), "has 0 bytes, its commit says"),
        (lambda root: (root / "rejects" / "mine.parquet").write_bytes(b"x"), "no commit knows it"),
        (lambda root: (root / "rejects" / ".tmp").write_bytes(b"x"), "no commit knows it"),
    ],
)
def test_damage_is_found(dataset: Path, damage: Callable[[Path], None], problem: str) -> None:
    damage(dataset)
    (found,) = verify(dataset).problems
    assert problem in found


def test_a_record_that_is_there_twice_is_found(tmp_path: Path) -> None:
    with open_dataset(tmp_path) as opened:
        _commit(opened, ["a", "b"])
        _commit(opened, ["b"])
    (found,) = verify(tmp_path).problems
    assert found == "1 times a reject is in the dataset twice: b"


@pytest.mark.parametrize(
    "fields",
    [
        {"inputs": (FileInput("/n/a.jsonl", "a.jsonl", 100, 0, "", 0, 60),)},
        {"kafka": {"news": {3: OffsetRange(0, 60)}}},
    ],
)
def test_input_that_two_commits_hold_is_found(tmp_path: Path, fields: dict[str, Any]) -> None:
    with open_dataset(tmp_path) as opened:
        _commit(opened, ["a"], **fields)
        _commit(opened, ["b"], **fields)
    (found,) = verify(tmp_path).problems
    assert found.startswith("commits 000000001 and 000000002 both hold ")


def test_ranges_that_follow_each_other_are_fine(tmp_path: Path) -> None:
    with open_dataset(tmp_path) as opened:
        _commit(opened, ["a"], kafka={"t": {0: OffsetRange(0, 5), 1: OffsetRange(0, 9)}})
        _commit(opened, ["b"], kafka={"t": {0: OffsetRange(5, 7)}})
    assert verify(tmp_path).clean


def test_counts_that_do_not_fit_the_rows_are_found(tmp_path: Path) -> None:
    with open_dataset(tmp_path) as opened:
        _commit(opened, ["a"], counts=Counts(rejects={"not_json": 2}))
    (found,) = verify(tmp_path).problems
    assert found == "commit 000000001 counts 2 rejects rows and lists files with 1"


def test_a_commit_that_is_not_published_yet_is_a_note_and_no_problem(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def point(name: str) -> None:
        if name == "recorded":
            raise Killed

    monkeypatch.setattr(crash, "point", point)
    retired = "rejects/000000001-0000.parquet"
    with pytest.raises(Killed), open_dataset(dataset) as opened:
        _commit(opened, ["d"], retires=(retired,))
    report = verify(dataset)
    assert report.problems == ()
    assert report.notes == (
        "the last commit is recorded but not published; the next ingest does that",
    )


def test_no_dataset_is_told(tmp_path: Path) -> None:
    with pytest.raises(CopydeskError, match="is no copydesk dataset"):
        verify(tmp_path)


def test_the_record_on_disk_is_what_the_contract_says(dataset: Path) -> None:
    record = json.loads((dataset / "_commits" / "000000001.json").read_text())
    assert record["commit"] == "000000001"
    (file,) = record["files"]
    assert DataFile(**file).rows == 2
    assert record["counts"] == {
        "pages": 2, "pages_with_stories": 0, "stories": 0, "teasers": 0, "rejects": {"not_json": 2},
    }  # fmt: skip
    assert record["kafka"] is None
