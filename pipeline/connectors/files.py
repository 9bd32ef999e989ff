"""Pages from files: ``.txt``, ``.html`` and ``.jsonl``, plain, ``.gz`` or ``.zst``.

Archives (``.warc``) are read by ``pipeline.connectors.warc``.

Small files are read many to a split. A plain ``.jsonl`` is cut into byte ranges; a line belongs
to the range that it starts in. A compressed one cannot be entered in its middle, so each of
several readers decompresses all of it and takes every n-th block of lines: decompression is a
hundred times as fast as the work on a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from pipeline.connectors.compression import BombError, ContainerError, decompress
from pipeline.connectors.lines import Line, read_lines
from pipeline.connectors.splits import Advance
from pipeline.places import open_input
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject
from schemas.wire import MAX_PAYLOAD_BYTES, MAX_RECORD_BYTES, read_record, reject_record

_CHUNK = 1024 * 1024
_STRIPE_BYTES = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Format:
    """How to read a file, by the ending of its name."""

    kind: str  # txt, html, jsonl or warc
    compression: str | None = None


_KINDS = {".txt": "txt", ".html": "html", ".htm": "html", ".jsonl": "jsonl", ".ndjson": "jsonl",
          ".warc": "warc"}  # fmt: skip
_COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
ENDINGS = f"{', '.join(_KINDS)} (also with {' or '.join(_COMPRESSIONS)})"


def format_of(name: str) -> Format | None:
    """How a file of this name is read; None if it is not."""
    path = PurePath(name.lower())
    compression = _COMPRESSIONS.get(path.suffix)
    kind = _KINDS.get(path.with_suffix("").suffix if compression else path.suffix)
    return None if kind is None else Format(kind, compression)


def page_name(path: str) -> str:
    """The page_id of a file that is one page: its name without the endings that we know.

    >>> page_name("news/000_ef8b.v2.txt.gz")
    '000_ef8b.v2'
    """
    name = PurePath(path)
    for endings in (_COMPRESSIONS, _KINDS):
        if name.suffix.lower() in endings:
            name = name.with_suffix("")
    return name.name


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that is one page. ``path`` is opened, ``origin`` is what rows call it."""

    path: str
    origin: str
    size: int
    format: Format


@dataclass(frozen=True, slots=True)
class PageFiles:
    """A split of small files, each one page."""

    files: tuple[PageFile, ...]

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        for file in self.files:
            yield read_page_file(file)
            advance(file.size)


@dataclass(frozen=True, slots=True)
class LineRange:
    """A split of a plain ``.jsonl``: the lines that start in bytes ``[start, end)``."""

    path: str
    origin: str
    start: int
    end: int

    @property
    def bytes(self) -> int:
        return self.end - self.start

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        at = self.start
        # From one byte earlier: whether a line starts at `start` is told by the byte before it.
        first = max(0, self.start - 1)
        lines = read_lines(_chunks(self.path, first), MAX_PAYLOAD_BYTES, first)
        try:
            if self.start:
                next(lines, None)
            elif not self.end:
                yield _empty(self.origin)
            for line in lines:
                if line.start >= self.end:
                    break
                advance(line.start - at)
                at = line.start
                yield from _record(line, self.origin)
        except OSError as error:
            yield _failed(self.origin, at, error)
        advance(self.end - at)


@dataclass(frozen=True, slots=True)
class LineStripe:
    """A split of a compressed ``.jsonl``: every ``stripes``-th block of its lines."""

    path: str
    origin: str
    size: int
    compression: str
    stripe: int
    stripes: int

    @property
    def bytes(self) -> int:
        return self.size // self.stripes

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        taken = 0

        def counted() -> Iterator[bytes]:
            nonlocal taken
            for chunk in _chunks(self.path):
                yield chunk
                taken += len(chunk)
                advance(len(chunk) // self.stripes)

        broken: Exception | None = None

        def pieces() -> Iterator[bytes]:
            nonlocal broken
            try:
                yield from decompress(counted(), self.compression)
            except (OSError, ContainerError, BombError) as error:
                broken = error

        at, rest = 0, b""
        for line in read_lines(pieces(), MAX_PAYLOAD_BYTES):
            if broken and not line.whole:
                at, rest = line.start, line.content
            else:
                at = line.start + line.length + 1
                if self._mine(line.start):
                    yield from _record(line, self.origin)
        # All readers stop at the same place, and the owner of that place says so.
        if broken:
            if self._mine(at):
                yield _failed(self.origin, at, broken, rest)
        elif at == 0 and self.stripe == 0:
            yield _empty(self.origin)

    def _mine(self, position: int) -> bool:
        return position // _STRIPE_BYTES % self.stripes == self.stripe


def read_page_file(file: PageFile) -> RawPage | Reject:
    """The one page of a file, or the reject that says why it cannot be read."""
    content = bytearray()
    try:
        for piece in decompress(_chunks(file.path), file.format.compression):
            content += piece
            if len(content) > MAX_RECORD_BYTES:
                break
    except (OSError, ContainerError, BombError) as error:
        return _failed_file(file, _reason(error), _words(error))
    if len(content) > MAX_RECORD_BYTES:
        return _failed_file(
            file,
            RejectReason.TOO_LARGE,
            f"the page is larger than the limit of {MAX_RECORD_BYTES:,} bytes; "
            "cut it before it comes here",
        )
    body, name = bytes(content), page_name(file.origin)
    at = Coordinates(file.origin)
    if file.format.kind == "html":
        return RawPage(at=at, html=body, page_id=name)
    return RawPage(at=at, text=body, page_id=name)


def _chunks(path: str, start: int = 0) -> Iterator[bytes]:
    with open_input(path) as file:
        file.seek(start)
        while chunk := file.read(_CHUNK):
            yield chunk


def _record(line: Line, origin: str) -> Iterator[RawPage | Reject]:
    """The record of a line; an empty line is none."""
    content = line.content.removeprefix(_BOM) if line.start == 0 else line.content
    if line.length > MAX_RECORD_BYTES:
        detail = (
            f"the line has {line.length:,} bytes, more than the limit of {MAX_RECORD_BYTES:,}; "
            "cut it before it comes here"
        )
        reason = RejectReason.TOO_LARGE
        yield _cut(line.start, origin, reason, detail, content)
    elif content.strip():
        yield read_record(content, _place(origin, line.start))


def _place(origin: str, position: int) -> Coordinates:
    return Coordinates(f"{origin}:{position}")


def _cut(position: int, origin: str, reason: RejectReason, detail: str, content: bytes) -> Reject:
    return Reject(
        at=_place(origin, position), stage=Stage.READ, reason=reason, detail=detail,
        payload=content, format="json", payload_truncated=True,
    )  # fmt: skip


def _failed(origin: str, position: int, error: Exception, content: bytes = b"") -> Reject:
    detail = f"{_words(error)}; what stands before this place came through"
    return _cut(position, origin, _reason(error), detail, content)


def _empty(origin: str) -> Reject:
    return reject_record(
        b"", Coordinates(origin), RejectReason.EMPTY, "a file without a record", Stage.READ, "json"
    )


def _failed_file(file: PageFile, reason: RejectReason, detail: str) -> Reject:
    """A reject with the file's bytes as they lie on the disk, as many as are kept."""
    try:
        with open_input(file.path) as opened:
            payload: bytes | None = opened.read(MAX_PAYLOAD_BYTES + 1)
    except OSError:
        payload = None
    packed = file.format.compression
    name = f"{file.format.kind}.{packed}" if packed else file.format.kind
    found = reject_record(payload, Coordinates(file.origin), reason, detail, Stage.READ, name)
    return replace(found, page_id=page_name(file.origin))


def _reason(error: Exception) -> RejectReason:
    if isinstance(error, BombError):
        return RejectReason.DECOMPRESSION_BOMB
    if isinstance(error, ContainerError):
        return RejectReason.BROKEN_CONTAINER
    return RejectReason.UNREADABLE


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
