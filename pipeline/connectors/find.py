"""From the names that a user gave to the files that they stand for, on disk or on object stores."""

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.connectors.files import ENDINGS, Format, format_of
from pipeline.errors import UsageError
from pipeline.places import on_store


@dataclass(frozen=True, slots=True, order=True)
class FoundFile:
    """A file to read. ``path`` opens it, ``identity`` is its real absolute path, ``origin`` its
    path as the user gave it. In the last two, bytes that are no UTF-8 are written as ``\\udcff``.

    Of an object all three are its address, and ``fingerprint`` is the store's hash of it."""

    origin: str
    path: str
    identity: str
    size: int
    mtime_ns: int
    format: Format
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Files in the order of their origins, each once, and how many others lay between them."""

    files: tuple[FoundFile, ...]
    others: int


def find_files(inputs: tuple[str, ...]) -> Found:
    """The files that ``inputs`` (files, folders, globs, addresses of object stores) stand for.

    Folders are searched at any depth; names with a leading dot are passed over. A file that two
    inputs name counts once, by the smaller origin.

    Raises:
        UsageError: nothing of that name, no page among the files, or an ending that is not read.
        CopydeskError: an object store that cannot be asked.
    """
    found: dict[str, FoundFile] = {}
    others = 0
    for name in inputs:
        files, passed = _find(name)
        others += passed
        for file in files:
            known = found.get(file.identity)
            if known is None or file.origin < known.origin:
                found[file.identity] = file
    return Found(tuple(sorted(found.values())), others)


def _find(name: str) -> tuple[list[FoundFile], int]:
    if on_store(name):
        # Only those who read objects load the engine, whose clients do it.
        from pipeline.connectors.findobjects import find_objects

        return find_objects(name)
    path = Path(name)
    if path.is_dir():
        files, others = _sorted_out(_walk(name))
        if not files:
            raise UsageError(f"no pages in the folder {name}; files read are {ENDINGS}")
        return files, others
    if path.exists():
        format_ = format_of(name)
        if format_ is None:
            raise UsageError(f"cannot tell what {name} holds by its name; files read are {ENDINGS}")
        if not path.is_file():
            raise UsageError(f"{name} is neither a file nor a folder")
        return [_file(name, format_)], 0
    if glob.has_magic(name):
        matches = glob.glob(name, recursive=True)  # noqa: PTH207 - an absolute pattern is fine here
        files, others = _sorted_out(
            inner for m in matches for inner in (_walk(m) if Path(m).is_dir() else [m])
        )
        if not files:
            raise UsageError(f"no pages match {name}; files read are {ENDINGS}")
        return files, others
    raise UsageError(f"there is no file or folder {name}")


def _walk(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield str(Path(where, name))


def _sorted_out(names: Iterator[str]) -> tuple[list[FoundFile], int]:
    files, others = [], 0
    for name in names:
        format_ = format_of(name)
        if format_ is None or not Path(name).is_file():
            others += 1
        else:
            files.append(_file(name, format_))
    return files, others


def _file(name: str, format_: Format) -> FoundFile:
    status = Path(name).stat()
    real = Path(name).resolve()
    origin = _sound(Path(os.path.normpath(name)).as_posix())
    size, mtime_ns = status.st_size, status.st_mtime_ns
    return FoundFile(origin, str(real), _sound(real.as_posix()), size, mtime_ns, format_)


def _sound(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
