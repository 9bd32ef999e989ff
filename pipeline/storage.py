"""The few file operations that the commit protocol rests on, below one folder.

Everything above names files by posix paths relative to that folder. This class is for a POSIX
file system; an object store joins by another class with the same methods (``create`` is then a
conditional put, ``publish`` a copy that must not overwrite).
"""

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

# What a file system answers that knows no hard links (some network and FUSE file systems).
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EXDEV}


class Storage:
    """A folder on a POSIX file system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name

    def exists(self, name: str) -> bool:
        return self.path(name).exists()

    def size(self, name: str) -> int:
        return self.path(name).stat().st_size

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def names(self, folder: str) -> list[str]:
        """The names directly in ``folder``, sorted; none if there is no such folder."""
        try:
            return sorted(path.name for path in self.path(folder).iterdir())
        except FileNotFoundError:
            return []

    def files(self, folder: str) -> Iterator[str]:
        """All files below ``folder`` at any depth, relative to the root, in sorted order."""
        for where, folders, names in os.walk(self.path(folder)):
            folders.sort()
            for name in sorted(names):
                yield Path(where, name).relative_to(self.root).as_posix()

    def make_folder(self, name: str) -> None:
        self.path(name).mkdir(parents=True, exist_ok=True)

    def write(self, name: str, content: bytes) -> None:
        """Writes all of the file or nothing of it, durably; replaces what is there."""
        target = self.path(name)
        with self._temporary(target, content) as temporary:
            temporary.replace(target)
        sync_folder(target.parent)

    def create(self, name: str, content: bytes) -> None:
        """Writes all of a new file or nothing of it, durably.

        Raises:
            FileExistsError: someone else was first; nothing is changed.
        """
        target = self.path(name)
        with self._temporary(target, content) as temporary:
            _move_new(temporary, target)
        sync_folder(target.parent)

    def publish(self, staged: str, name: str) -> None:
        """Moves a staged file to its final name. Call ``sync`` on the folders afterwards.

        Raises:
            FileExistsError: the name is taken; nothing is changed.
        """
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        _move_new(self.path(staged), self.path(name))

    def link(self, name: str, other: str) -> None:
        """Gives a file a second name, which must be free."""
        os.link(self.path(name), self.path(other))

    def exchange(self, folder: str, other: str) -> None:
        """Lets two folders change names, in one step that nobody can see the middle of.

        Raises:
            OSError: ENOSYS or EINVAL where the system or the file system cannot do that.
        """
        _exchange(self.path(folder), self.path(other))
        self.sync(folder)
        self.sync(other)

    def sync(self, folder: str) -> None:
        """Makes the names in ``folder``, and the folder's own name, survive a power cut."""
        sync_folder(self.path(folder))
        sync_folder(self.path(folder).parent)

    def remove(self, name: str) -> None:
        """Removes a file; one that is gone already is fine."""
        self.path(name).unlink(missing_ok=True)

    def remove_tree(self, folder: str) -> None:
        """Removes a folder with all that is in it; one that is gone already is fine."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.path(folder))

    @contextlib.contextmanager
    def _temporary(self, target: Path, content: bytes) -> Iterator[Path]:
        # Beside the target, so that the move stays within one file system. The name does not end
        # in what the target's ends in: no glob for records or Parquet files finds it.
        temporary = target.parent / f".{target.name}.{uuid4().hex}.tmp"
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _move_new(source: Path, target: Path) -> None:
    """Moves a file to a name that must be free. Killed in the middle, both names may exist."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # The writer's lock keeps other writers away, so looking first is enough.
        if target.exists():
            raise FileExistsError(f"{target} exists already") from None
        source.rename(target)
    else:
        source.unlink()


# From linux/fcntl.h and linux/fs.h.
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def _exchange(one: Path, other: Path) -> None:
    """``renameat2`` with RENAME_EXCHANGE, which Python does not offer (Linux 3.15, glibc 2.28)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError) as error:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from error
    names = os.fsencode(one), os.fsencode(other)
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one), None, str(other))


def sync_folder(path: Path) -> None:
    """fsync of a folder: the names in it are durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
