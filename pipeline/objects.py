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

import io
import re
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.errors import CopydeskError

_ADDRESS = re.compile(r"(s3|gs)://([^/]+)(?:/(.*))?", re.DOTALL)
_READ_BYTES = 1024 * 1024


def use_options(options: PipelineOptions) -> None:
    """Hands the engine's options (credentials, endpoints) to the file systems of this process."""
    FileSystems.set_options(options)
    _client.cache_clear()


class ObjectPath:
    """The part of ``pathlib.Path`` that the pipeline uses, for the address of an object."""

    def __init__(self, address: str) -> None:
        if not _ADDRESS.fullmatch(address):
            raise CopydeskError(f"{address} is no address of an object store: s3://… or gs://…")
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

    def exists(self) -> bool:
        found: bool = self._io.exists(str(self))
        return found

    @property
    def _io(self) -> Any:
        return _io(self._address.partition(":")[0])

    def open(self, mode: str = "rb") -> BinaryIO:
        """``rb`` seeks and reads ranges; ``wb`` and ``xb`` give an object that appears on close."""
        kind = "r" if mode == "rb" else "w"
        file: BinaryIO = self._io.open(str(self), kind, read_buffer_size=_READ_BYTES)
        return file

    def read_bytes(self) -> bytes:
        with self.open() as file:
            return file.read()

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def write_bytes(self, content: bytes) -> None:
        with self.open("wb") as file:
            file.write(content)

    def write_text(self, text: str, encoding: str = "utf-8") -> None:
        self.write_bytes(text.encode(encoding))

    def copy(self, target: "ObjectPath") -> None:
        """Copies within the store, without the bytes coming here."""
        self._io.copy(str(self), str(target))

    def remove(self) -> None:
        """Removes the object; one that is gone already is fine."""
        self._io.delete(str(self))

    def glob(self, pattern: str) -> Iterator["ObjectPath"]:
        """Objects directly below this address whose names match ``*.ending``."""
        ending = pattern.removeprefix("*")
        for address, _ in _below(self):
            name = address[len(self._address) + 1 :]
            if "/" not in name and name.endswith(ending):
                yield ObjectPath(address)


def _below(address: ObjectPath) -> list[tuple[str, int]]:
    """All objects below an address with their sizes, in order."""
    found = address._io.list_files(f"{address}/", with_metadata=True)
    return sorted((path, size) for path, (size, _) in found)


class ObjectStorage:
    """A dataset below an address: what ``pipeline.storage.Storage`` is for a folder."""

    def __init__(self, root: ObjectPath) -> None:
        self.root = root

    def path(self, name: str) -> ObjectPath:
        return self.root / name

    def exists(self, name: str) -> bool:
        """Whether there is an object of this name, or one below it."""
        return self.path(name).exists() or bool(_below(self.path(name)))

    def size(self, name: str) -> int:
        path = self.path(name)
        size: int = path._io.size(str(path))
        return size

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def names(self, folder: str) -> list[str]:
        """The names directly in ``folder``, sorted; none if there is no such folder."""
        cut = len(str(self.path(folder))) + 1
        found = _below(self.path(folder))
        return sorted({address[cut:].partition("/")[0] for address, _ in found})

    def files(self, folder: str) -> Iterator[str]:
        """All objects below ``folder``, relative to the root, in sorted order."""
        cut = len(str(self.root)) + 1
        for address, _ in _below(self.path(folder)):
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
        scheme, bucket, key = _parts(str(path))
        if _CREATE[scheme](bucket, key, content):
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
        for address, _ in _below(self.path(folder)):
            ObjectPath(address).remove()


def _parts(address: str) -> tuple[str, str, str]:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise CopydeskError(f"{address} is no address of an object store: s3://… or gs://…")
    return match[1], match[2], match[3] or ""


@lru_cache(maxsize=2)
def _client(scheme: str) -> Any:
    """The store's own client, with the options that the engine was given. Made once: making one
    takes S3's library 150 ms of CPU, and Beam's file system makes one for every call."""
    options = FileSystems._pipeline_options or PipelineOptions([])
    if scheme == "s3":
        from apache_beam.io.aws.clients.s3.boto3_client import Client

        return Client(options).client
    from apache_beam.io.gcp.gcsio import create_storage_client

    return create_storage_client(options)


def _io(scheme: str) -> Any:
    """Beam's reader and writer of objects. One for each use: it remembers what it reads."""
    if scheme == "s3":
        from apache_beam.io.aws.clients.s3.boto3_client import Client
        from apache_beam.io.aws.s3io import S3IO

        client = Client.__new__(Client)
        client.client = _client(scheme)
        client._download_request = client._download_stream = None
        client._download_pos = 0
        return S3IO(client=client)
    from apache_beam.io.gcp.gcsio import GcsIO

    return GcsIO(storage_client=_client(scheme))


def _create_s3(bucket: str, key: str, content: bytes) -> bool:
    from botocore.exceptions import ClientError

    for wait in (0.2, 1.0, 5.0, None):
        try:
            _client("s3").put_object(Bucket=bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            # Conflict: another conditional upload of the same name is under way, and may yet fail.
            if status == HTTPStatus.CONFLICT and wait is not None:
                time.sleep(wait)
                continue
            if status == HTTPStatus.PRECONDITION_FAILED:
                return False
            raise
        return True
    return False


def _create_gcs(bucket: str, key: str, content: bytes) -> bool:
    from google.api_core.exceptions import PreconditionFailed

    blob = _client("gs").bucket(bucket).blob(key)
    try:
        blob.upload_from_file(io.BytesIO(content), size=len(content), if_generation_match=0)
    except PreconditionFailed:
        return False
    return True


# Creates an object that must not exist; False if it does.
_CREATE: dict[str, Callable[[str, str, bytes], bool]] = {"s3": _create_s3, "gs": _create_gcs}
