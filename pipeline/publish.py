"""The commit protocol: plan, stage, record, publish; and at start, what a crash left is mended.

1. *Plan*: ``_staging/<commit>/<attempt>/plan.json`` says what will be read.
2. *Stage*: workers write below that folder; no name there ends in ``.parquet``.
3. *Record*: ``_commits/<commit>.json`` is created whole and exclusively. This is the commit.
4. *Publish*: the staged files are moved to their final names, files they replace are removed.
   Where rows only change their files (compaction), whole folders change names instead.

Before 3 a crash leaves a staging folder without a record: it is removed. After 3 it leaves a
record with a staging folder: it is published. A staging folder is removed last, so one that is
gone says that nothing is left to do. One process writes at a time, held by a lock on ``_lock``; on
an object store, which has no locks, writers meet at the record (see ``pipeline.objects``).
"""

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from pipeline import crash
from pipeline.commitlog import (
    COMMITS,
    Commit,
    DataFile,
    History,
    commit_name,
    go_on,
    read_history,
)
from pipeline.errors import CopydeskError, UsageError
from pipeline.places import AnyStorage, Place, storage_of
from pipeline.storage import Storage

STAGING = "_staging"
# Below STAGING: what workers of a streaming run have written for windows to come.
STREAM = "stream"
LOCK = "_lock"
STAGED_SUFFIX = ".part"
_OWN_NAMES = {COMMITS, STAGING, LOCK, "stories", "rejects"}


def staged_name(path: str) -> str:
    """The name below the staging folder of a file that will be published as ``path``."""
    return str(PurePosixPath(path).with_suffix(STAGED_SUFFIX))


class LockedError(CopydeskError):
    """Another process writes to the dataset now."""


class Dataset:
    """A dataset that this process holds as its only writer. Made by ``open_dataset``."""

    def __init__(self, storage: AnyStorage, history: History) -> None:
        self.storage = storage
        self.history = history

    def begin(self, plan: dict[str, Any]) -> "Attempt":
        """Logs the plan of the next commit and makes a fresh staging folder for it."""
        number = self.history.last + 1
        # A folder of its own for each attempt: a worker that outlived a killed run must not
        # write between the files of the run that came after it.
        attempt = Attempt(number, uuid4().hex[:8])
        self.storage.make_folder(attempt.folder)
        content = json.dumps({"commit": commit_name(number), **plan}, indent=1)
        self.storage.write(f"{attempt.folder}/plan.json", content.encode())
        crash.point("planned")
        return attempt

    def abandon(self, attempt: "Attempt") -> None:
        """Removes what a failed attempt staged, unless its record stands: then the next start
        publishes it. What cannot be removed now, the next start removes."""
        name = commit_name(attempt.number)
        if not self.storage.exists(f"{COMMITS}/{name}.json"):
            with contextlib.suppress(OSError):
                self.storage.remove_tree(f"{STAGING}/{name}")

    def commit(self, commit: Commit) -> None:
        """Writes the record and publishes its files, which must be staged already."""
        crash.point("staged")
        try:
            self.storage.create(f"{COMMITS}/{commit.name}.json", commit.to_json())
        except FileExistsError as error:
            raise LockedError(
                f"another copydesk has made commit {commit.name} of {self.storage.root} while this "
                "one was at work; nothing of this run was kept. Run it again"
            ) from error
        crash.point("recorded")
        self.history.add(commit)
        _publish(self.storage, commit)


class Attempt:
    """One try at one commit: its number and its folder below the dataset."""

    def __init__(self, number: int, attempt: str) -> None:
        self.number = number
        self.attempt = attempt
        self.folder = f"{STAGING}/{commit_name(number)}/{attempt}"


@contextlib.contextmanager
def open_dataset(root: Place, known: History | None = None) -> Iterator[Dataset]:
    """Takes the dataset's lock, mends what a crash left, and gives the dataset.

    With ``known``, what this process knew of the log when it had the dataset last (a ``tip`` will
    do), only the records that came since are read.

    Raises:
        UsageError: the folder holds something else, or there is no such bucket.
        CopydeskError: another process writes to it, it cannot be written, or its log is damaged.
    """
    storage = storage_of(root)
    with contextlib.ExitStack() as held:
        try:
            if not isinstance(storage, Storage):
                storage.probe()
            _claim(storage)
            if isinstance(storage, Storage):
                held.callback(os.close, _lock(storage))
            history = go_on(storage, known) if known and known.commits else None
            if history is None:
                history = read_history(storage)
                _remove_torn(storage)
            _recover(storage, history)
        except OSError as error:
            raise CopydeskError(f"cannot write to {root}: {error.strerror or error}") from error
        yield Dataset(storage, history)


def _claim(storage: AnyStorage) -> None:
    if storage.root.exists() and not storage.root.is_dir():
        raise UsageError(f"{storage.root} is a file; --output must name a folder")
    if not storage.exists(COMMITS):
        foreign = sorted(set(storage.names("")) - _OWN_NAMES)
        if foreign:
            raise UsageError(
                f"{storage.root} holds other things ({foreign[0]}) and no copydesk dataset; "
                "choose a new or empty folder for --output"
            )
    for name in (COMMITS, STAGING):
        storage.make_folder(name)
    storage.sync("")


def _lock(storage: Storage) -> int:
    """A descriptor that holds the lock until it is closed, also by the death of the process."""
    descriptor = os.open(storage.path(LOCK), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        raise LockedError(
            f"another copydesk (process {holder}) is writing to {storage.root}; "
            "wait until it ends, or choose another folder"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _remove_torn(storage: AnyStorage) -> None:
    """Removes records that were never whole. They harm nobody, so a full reading sees to them."""
    for name in storage.names(COMMITS):
        if name.startswith(".") and name.endswith(".tmp"):
            storage.remove(f"{COMMITS}/{name}")


def _recover(storage: AnyStorage, history: History) -> None:
    for name in storage.names(STAGING):
        # Only the last commit can be half published: the next begins when it is done.
        if history.commits and name == history.commits[-1].name:
            _publish(storage, history.commits[-1])
        elif name != STREAM and (
            isinstance(storage.root, Path) or name <= commit_name(history.last)
        ):
            # Without a lock, what is staged for the next commit may be another writer's.
            storage.remove_tree(f"{STAGING}/{name}")


def _publish(storage: AnyStorage, commit: Commit) -> None:
    """Moves staged files to their names. May be called again after a crash at any point."""
    staged = f"{STAGING}/{commit.name}/{commit.attempt}"
    if commit.kind == "compact" and isinstance(storage, Storage):
        _swap_folders(storage, staged, commit)
    else:
        _move_files(storage, staged, commit)
    crash.point("published")
    storage.remove_tree(f"{STAGING}/{commit.name}")


def _move_files(storage: AnyStorage, staged: str, commit: Commit) -> None:
    # New stories come before the rejects that they replace go, and those go before their
    # successors come: a page may be in both datasets for a moment, but in none of them twice.
    for moment, dataset in enumerate(("stories", "rejects")):
        files = [file for file in commit.files if file.dataset == dataset]
        for index, file in enumerate(files):
            _publish_file(storage, staged, file)
            crash.point(f"published:{dataset}:{index}")
        for folder in sorted({str(PurePosixPath(file.path).parent) for file in files}):
            storage.sync(folder)
        if moment == 0:
            for path in commit.retires:
                storage.remove(path)
            crash.point("retired")


def _swap_folders(storage: Storage, staged: str, commit: Commit) -> None:
    """Puts a folder with the new files and those that stay in the place of the old folder.

    A reader's glob sees the old folder or the new one, never a mixture.
    """
    retired = set(commit.retires)
    folders = sorted({str(PurePosixPath(file.path).parent) for file in commit.files})
    for index, folder in enumerate(folders):
        files = [file for file in commit.files if str(PurePosixPath(file.path).parent) == folder]
        if not all(storage.exists(file.path) for file in files):
            swap = f"{staged}/swap/{folder}"
            storage.remove_tree(swap)
            storage.make_folder(swap)
            for name in storage.names(folder):
                if f"{folder}/{name}" not in retired:
                    storage.link(f"{folder}/{name}", f"{swap}/{name}")
            for file in files:
                storage.link(f"{staged}/{staged_name(file.path)}", f"{staged}/swap/{file.path}")
            crash.point(f"swapping:{index}")
            storage.exchange(swap, folder)
        crash.point(f"swapped:{index}")


def _publish_file(storage: AnyStorage, folder: str, file: DataFile) -> None:
    staged = f"{folder}/{staged_name(file.path)}"
    if storage.exists(file.path):
        # Published before the crash; between the two steps of a move both names exist.
        storage.remove(staged)
    elif storage.exists(staged):
        storage.publish(staged, file.path)
    elif not storage.exists(file.path):  # it may have been published between the two looks
        raise CopydeskError(
            f"{storage.path(file.path)} belongs to the dataset and is gone, also from "
            f"{STAGING}; restore it from a backup"
        )
