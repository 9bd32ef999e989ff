"""Datasets on object stores (``s3://…``, ``gs://…``), by the clients of Beam's file systems.

An object store differs from a folder in three ways, and the commit protocol bears them:

- There is no lock. Writers meet at the commit record: it is created with a precondition
  (``If-None-Match: *`` on S3, generation 0 on GCS), so of two that make the same commit one is
  first, and the other fails with nothing published.
- A rename is a copy and a removal. The copy is made after the record, of an object that nobody
  changes, to a name that only this commit uses: copied twice it is the same object.
- An object appears whole or not at all, when its upload ends. A reader's glob sees the files of
  a commit come one by one after its record, never a torn one.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from pipeline import stores

_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ObjectStatus:
    """The part of ``os.stat_result`` that the pipeline uses."""

    st_size: int


class ObjectPath:
    """The part of ``pathlib.Path`` that the pipeline uses, for the address of an object."""

    def __init__(self, address: str) -> None:
        stores.parts(address)
        self._address = address.rstrip("/")

    def __str__(self) -> str:
        return self._address

    def __repr__(self) -> str:
        return f"ObjectPath({self._address!r})"

    def __fspath__(self) -> str:
        return self._address

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectPath) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._address)

    def __lt__(self, other: "ObjectPath") -> bool:
        return str(self) < str(other)

    def __truediv__(self, name: str) -> "ObjectPath":
        return ObjectPath(f"{self._address}/{name}") if name else self

    @property
    def name(self) -> str:
        return PurePosixPath(self._address).name

    @property
    def parent(self) -> "ObjectPath":
        return ObjectPath(self._address.rpartition("/")[0])

    def with_suffix(self, suffix: str) -> "ObjectPath":
        return self.parent / PurePosixPath(self.name).with_suffix(suffix).name

    def resolve(self) -> "ObjectPath":
        return self

    def mkdir(self, *_: object, **__: object) -> None:
        """Object stores have no folders."""

    def is_dir(self) -> bool:
        return False

    def is_file(self) -> bool:
        return self.exists()

    def stat(self) -> ObjectStatus:
        """
        Raises:
            FileNotFoundError: there is no such object.
        """
        found = stores.head(self._address)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, "No such object", self._address)
        return ObjectStatus(found.size)

    def exists(self) -> bool:
        with stores.explaining(str(self)):
            found: bool = self._io.exists(str(self))
        return found

    @property
    def _store(self) -> stores.Store:
        return stores.store_of(self._address.partition(":")[0])

    @property
    def _io(self) -> Any:
        return self._store.io()

    def open(self, mode: str = "rb") -> BinaryIO:
        """``rb`` seeks and reads ranges; ``wb`` and ``xb`` give an object that appears on close.

        Raises:
            OSError: there is no such object to read, or it is not for us.
            CopydeskError: the store cannot be asked.
        """
        kind = "r" if mode == "rb" else "w"
        with stores.explaining(str(self), opening=mode == "rb"):
            file: BinaryIO = self._io.open(str(self), kind, read_buffer_size=_READ_BYTES)
        return file

    def read_bytes(self) -> bytes:
        with self.open() as file:
            return file.read()

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def write_bytes(self, content: bytes) -> None:
        _, bucket, key = stores.parts(str(self))
        with stores.explaining(str(self)):
            self._store.put(bucket, key, content)

    def write_text(self, text: str, encoding: str = "utf-8") -> None:
        self.write_bytes(text.encode(encoding))

    def copy(self, target: "ObjectPath") -> None:
        """Copies within the store, without the bytes coming here."""
        with stores.explaining(str(target)):
            self._io.copy(str(self), str(target))

    def remove(self) -> None:
        """Removes the object; one that is gone already is fine."""
        with stores.explaining(str(self)):
            self._io.delete(str(self))

    def glob(self, pattern: str) -> Iterator["ObjectPath"]:
        """Objects directly below this address whose names match ``*.ending``."""
        ending = pattern.removeprefix("*")
        for address in _below(self):
            name = address[len(self._address) + 1 :]
            if "/" not in name and name.endswith(ending):
                yield ObjectPath(address)


def _below(address: ObjectPath) -> list[str]:
    """All objects below an address, in order."""
    return sorted(item.address for item in stores.listed(f"{address}/"))


class ObjectStorage:
    """A dataset below an address: what ``pipeline.storage.Storage`` is for a folder."""

    def __init__(self, root: ObjectPath) -> None:
        self.root = root

    def probe(self) -> None:
        """Asks for anything below the root.

        Raises:
            CopydeskError: what a user can mend: no bucket, no credentials, no right to read.
        """
        stores.probe(f"{self.root}/")

    def path(self, name: str) -> ObjectPath:
        return self.root / name

    def exists(self, name: str) -> bool:
        """Whether there is an object of this name, or one below it."""
        return self.path(name).exists() or bool(_below(self.path(name)))

    def size(self, name: str) -> int:
        return self.path(name).stat().st_size

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def names(self, folder: str) -> list[str]:
        """The names directly in ``folder``, sorted; none if there is no such folder."""
        cut = len(str(self.path(folder))) + 1
        found = _below(self.path(folder))
        return sorted({address[cut:].partition("/")[0] for address in found})

    def files(self, folder: str) -> Iterator[str]:
        """All objects below ``folder``, relative to the root, in sorted order."""
        cut = len(str(self.root)) + 1
        for address in _below(self.path(folder)):
            yield address[cut:]

    def make_folder(self, name: str) -> None:
        """Object stores have no folders."""

    def write(self, name: str, content: bytes) -> None:
        """Writes all of the object or nothing of it; replaces what is there."""
        self.path(name).write_bytes(content)

    def create(self, name: str, content: bytes) -> None:
        """Writes all of a new object or nothing of it.

        Raises:
            FileExistsError: someone else was first; nothing is changed.
        """
        path = self.path(name)
        scheme, bucket, key = stores.parts(str(path))
        with stores.explaining(str(path)):
            if stores.store_of(scheme).create(bucket, key, content):
                return
        # An upload that was tried again because its answer got lost finds itself.
        if path.read_bytes() != content:
            raise FileExistsError(f"{path} exists already")

    def publish(self, staged: str, name: str) -> None:
        """Copies a staged object to its final name; the staging folder is removed later."""
        try:
            self.path(staged).copy(self.path(name))
        except Exception:
            # Another process that mends the same commit may be ahead of us.
            if not self.path(name).exists():
                raise

    def sync(self, folder: str) -> None:
        """An object that was written is durable."""

    def remove(self, name: str) -> None:
        """Removes an object; one that is gone already is fine."""
        self.path(name).remove()

    def remove_tree(self, folder: str) -> None:
        """Removes all objects below an address; none is fine."""
        for address in _below(self.path(folder)):
            ObjectPath(address).remove()
