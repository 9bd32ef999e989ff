"""Where datasets lie: folders on a file system, or addresses of an object store.

``Place`` is a ``pathlib.Path`` or what does its work on an object store. Beam is loaded only for
the latter, so that commands on folders start quickly.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

if TYPE_CHECKING:
    from pipeline.objects import ObjectPath, ObjectStorage
    from pipeline.storage import Storage

Place: TypeAlias = "Path | ObjectPath"
AnyStorage: TypeAlias = "Storage | ObjectStorage"

_MARK = "://"
_STORES = ("s3://", "gs://")


def on_store(name: str) -> bool:
    """Whether a user's string is the address of an object store."""
    return name.startswith(_STORES)


def place(name: str) -> Place:
    """The place that a user's or a plan's string names: ``out``, ``s3://bucket/out``.

    Raises:
        CopydeskError: an address of a kind that is not known.
    """
    if _MARK not in name:
        return Path(name)
    from pipeline.objects import ObjectPath

    return ObjectPath(name)


def open_input(path: str) -> BinaryIO:
    """A file or object to read, also from its middle; what is fetched ahead is bounded.

    Raises:
        OSError: there is none, or it is not for us.
    """
    if on_store(path):
        return place(path).open("rb")
    return Path(path).open("rb", buffering=0)


def storage_of(root: Place) -> AnyStorage:
    """The file operations of the commit protocol below ``root``."""
    if isinstance(root, Path):
        from pipeline.storage import Storage

        return Storage(root)
    from pipeline.objects import ObjectStorage

    return ObjectStorage(root)
