"""The commit protocol: one writer, all or nothing, and what a crash leaves is mended."""

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline import crash
from pipeline.commitlog import Commit, DataFile, read_history
from pipeline.errors import CopydeskError, UsageError
from pipeline.publish import STAGING, Attempt, Dataset, open_dataset, staged_name
from pipeline.storage import Storage

_STORY = "stories/published_date=2025-04-06/{}-0000.parquet"
_REJECT = "rejects/{}-0000.parquet"


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the protocol may catch it."""


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def arm(name: str | None) -> None:
        def point(here: str) -> None:
            if here == name:
                raise Killed

        monkeypatch.setattr(crash, "point", point)

    return arm


def _stage(dataset: Dataset, retires: tuple[str, ...] = ()) -> Commit:
    """A commit of one file of stories and one of rejects, staged and ready."""
    attempt = dataset.begin({})
    name = f"{attempt.number:09}"
    files = []
    for kind, path in (("stories", _STORY.format(name)), ("rejects", _REJECT.format(name))):
        staged = dataset.storage.path(f"{attempt.folder}/{staged_name(path)}")
        staged.parent.mkdir(parents=True, exist_ok=True)
        content = f"{kind} of {name}".encode()
        staged.write_bytes(content)
        files.append(
            DataFile(path, kind, None, 1, len(content), hashlib.sha256(content).hexdigest())
        )
    return Commit(attempt.number, attempt.attempt, "now", tuple(files), retires)


def _visible(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.glob("**/*.parquet")}


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _all_of(*names: str) -> set[str]:
    return {path.format(name) for path in (_STORY, _REJECT) for name in names}


def test_a_commit_is_published_whole_and_leaves_no_litter(tmp_path: Path) -> None:
    with open_dataset(tmp_path) as dataset:
        commit = _stage(dataset)
        assert _visible(tmp_path) == set(), "a glob sees nothing of what is staged"
        dataset.commit(commit)
    assert _visible(tmp_path) == _all_of("000000001")
    assert _names(tmp_path / STAGING) == []


# (point, whether the commit is made by then)
_POINTS = [
    ("planned", False),
    ("staged", False),
    ("recorded", True),
    ("published:stories:0", True),
    ("retired", True),
    ("published:rejects:0", True),
    ("published", True),
]


@pytest.mark.parametrize(("point", "made"), _POINTS)
def test_the_next_start_mends_what_a_crash_left(
    tmp_path: Path, kill_at: Any, point: str, made: bool
) -> None:
    with open_dataset(tmp_path) as dataset:
        dataset.commit(_stage(dataset))
    retired = _REJECT.format("000000001")
    kill_at(point)
    with pytest.raises(Killed), open_dataset(tmp_path) as dataset:
        dataset.commit(_stage(dataset, retires=(retired,)))
    kill_at(None)
    with open_dataset(tmp_path) as dataset:
        assert dataset.history.last == (2 if made else 1)
        expected = _all_of("000000001", "000000002") - {retired} if made else _all_of("000000001")
        assert _visible(tmp_path) == expected
        assert _names(tmp_path / STAGING) == []
        dataset.commit(_stage(dataset))
    for file in read_history(Storage(tmp_path)).live_files().values():
        content = (tmp_path / file.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256


@pytest.mark.parametrize(
    "second", ["recorded", "published:stories:0", "published:rejects:0", "published"]
)
@pytest.mark.parametrize("first", ["recorded", "published:stories:0", "published:rejects:0"])
def test_a_crash_while_mending_is_mended_too(
    tmp_path: Path, kill_at: Any, first: str, second: str
) -> None:
    kill_at(first)
    with pytest.raises(Killed), open_dataset(tmp_path) as dataset:
        dataset.commit(_stage(dataset))
    kill_at(second)
    try:
        with open_dataset(tmp_path):
            pass
    except Killed:
        pass
    kill_at(None)
    with open_dataset(tmp_path):
        assert _visible(tmp_path) == _all_of("000000001")
        assert _names(tmp_path / STAGING) == []


def test_a_move_killed_between_its_two_steps_is_mended(tmp_path: Path, kill_at: Any) -> None:
    kill_at("recorded")
    with pytest.raises(Killed), open_dataset(tmp_path) as dataset:
        dataset.commit(commit := _stage(dataset))
    story = _STORY.format("000000001")
    staged = tmp_path / STAGING / commit.name / commit.attempt / staged_name(story)
    (tmp_path / story).parent.mkdir(parents=True)
    os.link(staged, tmp_path / story)
    kill_at(None)
    with open_dataset(tmp_path):
        assert _visible(tmp_path) == _all_of("000000001")
        assert _names(tmp_path / STAGING) == []


def test_a_published_file_that_is_gone_stops_the_mending(tmp_path: Path, kill_at: Any) -> None:
    kill_at("recorded")
    with pytest.raises(Killed), open_dataset(tmp_path) as dataset:
        dataset.commit(commit := _stage(dataset))
    kill_at(None)
    staged = tmp_path / STAGING / commit.name / commit.attempt
    (staged / staged_name(_REJECT.format("000000001"))).unlink()
    with pytest.raises(CopydeskError, match="restore it from a backup"), open_dataset(tmp_path):
        pass


def test_a_half_written_record_is_no_record(tmp_path: Path) -> None:
    with open_dataset(tmp_path) as dataset:
        dataset.commit(_stage(dataset))
    litter = tmp_path / "_commits" / ".000000002.json.0123.tmp"
    litter.write_bytes(b'{"commit": "0000')
    with open_dataset(tmp_path) as dataset:
        assert dataset.history.last == 1
    assert not litter.exists()


def test_two_writers_one_waits_outside(tmp_path: Path) -> None:
    with (
        open_dataset(tmp_path),
        pytest.raises(CopydeskError, match=rf"process {os.getpid()}\) is writing"),
        open_dataset(tmp_path),
    ):
        pass
    with open_dataset(tmp_path):
        pass


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from pipeline.publish import open_dataset\n"
        "with open_dataset(Path(sys.argv[1])): os._exit(137)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 137
    )
    with open_dataset(tmp_path):
        pass


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "stories.csv"])
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="holds other things"), open_dataset(tmp_path):
        pass
    assert _names(tmp_path) == [name]


def test_a_file_is_no_dataset(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is a file"), open_dataset(path):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(CopydeskError, match="cannot write"), open_dataset(path / "below"):
        pass


def test_the_plan_is_logged_before_anything_else(tmp_path: Path, kill_at: Any) -> None:
    kill_at("planned")
    with pytest.raises(Killed), open_dataset(tmp_path) as dataset:
        dataset.begin({"kafka": {"topic": {"0": {"start": 3, "end": 9}}}})
    (plan,) = (tmp_path / STAGING).glob("*/*/plan.json")
    assert '"end": 9' in plan.read_text()


def test_a_failure_right_behind_the_record_keeps_what_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with open_dataset(tmp_path) as dataset:
        commit = _stage(dataset)
        with monkeypatch.context() as patch:
            patch.setattr("pipeline.storage.sync_folder", broken)
            with pytest.raises(OSError, match="Input/output"):
                dataset.commit(commit)
        # The caller only knows that something failed, and tidies up.
        dataset.abandon(Attempt(commit.number, commit.attempt))
    with open_dataset(tmp_path) as dataset:
        assert dataset.history.last == 1
        assert _visible(tmp_path) == _all_of("000000001")


def test_an_abandoned_attempt_leaves_nothing(tmp_path: Path) -> None:
    with open_dataset(tmp_path) as dataset:
        commit = _stage(dataset)
        dataset.abandon(Attempt(commit.number, commit.attempt))
        assert _names(tmp_path / STAGING) == []
