"""Plan the reading of files: which are new, in what slices, in what splits."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.commitlog import FileInput, History
from pipeline.config import Bounds
from pipeline.connectors.files import LineRange, LineStripe, PageFile, PageFiles
from pipeline.connectors.find import FoundFile
from pipeline.connectors.splits import Slice, Split
from pipeline.connectors.warc import warc_ranges

_BATCH_FILES = 64
_BATCH_BYTES = 1024 * 1024
# So much text comes out of compressed news pages, about. Only the size of slices hangs on it.
_UNPACKED = 4


@dataclass(frozen=True, slots=True)
class Passed:
    """Files that were not read, by their origins: ``ingested`` are in the dataset already,
    ``changed`` too but with another content by now, ``unreadable`` could not be opened."""

    ingested: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


class FileSource:
    """Files as a source."""

    def __init__(self, files: tuple[FoundFile, ...], bounds: Bounds, workers: int) -> None:
        self._files = files
        self._bounds = bounds
        self._workers = workers
        self._ingested: list[str] = []
        self._changed: list[str] = []
        self._unreadable: list[str] = []

    def passed(self) -> Passed:
        """What was passed over so far; complete when the slices have come to their end."""
        return Passed(tuple(self._ingested), tuple(self._changed), tuple(self._unreadable))

    def slices(self, history: History) -> Iterator[Slice]:
        """Slices of new bytes in the order of the files' origins.

        A file is new if no commit names its absolute path (an object: its address). One that a
        commit names is passed over, also when its content is another by now: its rows stand, and
        the user is told.
        """
        due = [(file, self._begin(file, history)) for file in self._files]
        left = sum(file.size - begin for file, begin in due if begin is not None)
        piece = _Piece()
        for file, begin in due:
            if begin is None:
                continue
            try:
                sha256 = None if file.fingerprint else _sha256(file.path)
            except OSError:
                self._unreadable.append(file.origin)
                left -= file.size - begin
                continue
            while begin is not None:
                begin = self._add(piece, file, begin, sha256)
                if begin is not None or self._full(piece):
                    left -= piece.taken
                    yield piece.close(left)
                    piece = _Piece()
        if piece.inputs:
            yield piece.close(0)

    def committed(self, done: Slice) -> None:
        """Nobody outside waits for news about files."""

    def _begin(self, file: FoundFile, history: History) -> int | None:
        """The first byte of a file that is not in the dataset; None if nothing is to be done."""
        known = history.files.get(file.identity)
        if known is None:
            return 0
        same = (file.size, file.mtime_ns) == (known.size, known.mtime_ns)
        try:
            if not same and (file.size != known.size or not _same_content(file, known)):
                self._changed.append(file.origin)
                return None
        except OSError:
            self._unreadable.append(file.origin)
            return None
        if known.end < file.size:
            return known.end
        self._ingested.append(file.origin)
        return None

    def _add(self, piece: "_Piece", file: FoundFile, begin: int, sha256: str | None) -> int | None:
        """Adds as much of a file as fits; the byte to go on from, None if all of it is in."""
        ranged = file.format.kind == "jsonl" and file.format.compression is None
        room = max(self._bounds.slice_bytes - piece.weight, 1)
        end = min(file.size, begin + room) if ranged else file.size
        planned = FileInput(
            file.identity, file.origin, file.size, file.mtime_ns, sha256, begin, end, file.fingerprint
        )  # fmt: skip
        piece.add(file, planned)
        if file.format.kind == "warc":
            piece.splits += warc_ranges(
                file.path, file.origin, file.size, file.format.compression, self._bounds.split_bytes
            )
        elif file.format.kind != "jsonl":
            piece.pages.append(PageFile(file.path, file.origin, file.size, file.format))
        elif file.format.compression is None:
            step = self._bounds.split_bytes
            piece.splits += [
                LineRange(file.path, file.origin, at, min(at + step, end))
                for at in range(begin, max(end, begin + 1), step)
            ]
        else:
            stripes = max(1, min(self._workers, file.size * _UNPACKED // self._bounds.split_bytes))
            piece.splits += [
                LineStripe(file.path, file.origin, file.size, file.format.compression, n, stripes)
                for n in range(stripes)
            ]
        return None if end == file.size else end

    def _full(self, piece: "_Piece") -> bool:
        bounds = self._bounds
        return piece.weight >= bounds.slice_bytes or len(piece.inputs) >= bounds.slice_files


class _Piece:
    """A slice in the making."""

    def __init__(self) -> None:
        self.inputs: list[FileInput] = []
        self.splits: list[Split] = []
        self.pages: list[PageFile] = []
        self.taken = 0  # bytes of files
        self.weight = 0  # bytes of text, about

    def add(self, file: FoundFile, taken: FileInput) -> None:
        size = taken.end - taken.start
        self.inputs.append(taken)
        self.taken += size
        self.weight += size * (_UNPACKED if file.format.compression else 1)

    def close(self, left: int) -> Slice:
        splits = self.splits + list(_batches(self.pages))
        # Runners without dynamic balance deal splits out like cards: the large ones first.
        splits.sort(key=lambda split: -split.bytes)
        return Slice(tuple(splits), tuple(self.inputs), bytes_left=left)


def _batches(pages: list[PageFile]) -> Iterator[PageFiles]:
    batch: list[PageFile] = []
    size = 0
    for page in pages:
        if batch and (len(batch) >= _BATCH_FILES or size + page.size > _BATCH_BYTES):
            yield PageFiles(tuple(batch))
            batch, size = [], 0
        batch.append(page)
        size += page.size
    if batch:
        yield PageFiles(tuple(batch))


def _same_content(file: FoundFile, known: FileInput) -> bool:
    if file.fingerprint:
        return file.fingerprint == known.fingerprint
    return _sha256(file.path) == known.sha256


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
