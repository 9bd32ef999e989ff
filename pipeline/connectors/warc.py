"""Pages from web archives: ``.warc`` and ``.warc.gz`` (Common Crawl's news archives), ISO 28500.

Records are framed here, in bounded memory, and each is parsed by FastWARC. So one broken record is
one reject and the next is read. In a ``.warc.gz`` each record is a gzip member of its own, by the
standard's annex; such a file is cut into byte ranges, and a record belongs to the range that its
member starts in. All other archives are read by one reader.

Of the records only HTML that a server gave with status 200 is a page. Its ``page_id`` is the
record's id, its ``fetched_at`` the record's date; the origin ends in the byte at which the record's
member (in a plain file the record) starts.
"""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from fastwarc.warc import ArchiveIterator

from pipeline.connectors.compression import (
    FREE_BYTES,
    MAX_RATIO,
    BombError,
    ContainerError,
    decompress,
)
from pipeline.connectors.splits import Advance
from pipeline.places import open_input
from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, RawPage, Reject
from schemas.wire import MAX_RECORD_BYTES, MAX_URL_CHARACTERS, reject_record

_CHUNK: Final = 256 * 1024
_PIECE: Final = 1024 * 1024
_MAX_HEADER: Final = 64 * 1024
# Headers of the record and of the response come on top of the page.
_MAX_FRAME: Final = MAX_RECORD_BYTES + 2 * _MAX_HEADER
_MAGIC: Final = b"\x1f\x8b\x08"
_START: Final = b"WARC/"
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,15})\s*$", re.IGNORECASE | re.MULTILINE)
_RESPONSE = re.compile(rb"^warc-type:\s*response\s*$", re.IGNORECASE | re.MULTILINE)
_NEXT = re.compile(rb"\nWARC/\d\.\d\r?\nWARC-|\nWARC/\d\.\d\r?\nContent-", re.IGNORECASE)
_MAX_START: Final = 64  # longer than what _NEXT matches
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_LOOKS_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WarcRange:
    """A split of an archive: the records whose members start in bytes ``[start, end)``.

    Only a ``gz`` archive has more than one range.
    """

    path: str
    origin: str
    start: int
    end: int
    compression: str | None = "gz"

    @property
    def bytes(self) -> int:
        return self.end - self.start

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        """Yields the pages of the range in file order; what cannot be read is a reject."""
        done = self.start
        try:
            with open_input(self.path) as file:
                for frame in self._frames(file):
                    if frame.at > done:
                        advance(min(frame.at, self.end) - done)
                        done = min(frame.at, self.end)
                    yield from _page(frame, self.origin)
        except OSError as error:
            yield _reject(
                _Frame(done), self.origin, RejectReason.UNREADABLE, error.strerror or str(error)
            )
        advance(self.end - done)

    def _frames(self, file: BinaryIO) -> "Iterator[_Frame]":
        if self.compression == "gz":
            return _gzip_frames(file, self.start, self.end)
        return _stream_frames(file, self.compression)


def warc_ranges(
    path: str, origin: str, size: int, compression: str | None, step: int
) -> tuple[WarcRange, ...]:
    """The splits of an archive of ``size`` bytes: of a ``.gz`` ranges of ``step`` bytes."""
    if compression != "gz":
        return (WarcRange(path, origin, 0, size, compression),)
    return tuple(
        WarcRange(path, origin, at, min(at + step, size)) for at in range(0, max(size, 1), step)
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """One record as bytes, or why there is none. ``at`` is where its member starts."""

    at: int
    content: bytes = b""
    reason: RejectReason | None = None
    detail: str = ""
    inner: int = 0  # its place among the records of a member that holds several


# -------------------------------------------------------------------------------------- framing
def _stream_frames(file: BinaryIO, compression: str | None) -> Iterator[_Frame]:
    stream = _Stream(decompress(iter(lambda: file.read(_CHUNK), b""), compression))
    try:
        yield from (frame for _, frame in _records(stream))
    except (ContainerError, BombError) as error:
        yield _Frame(stream.at, b"", _reason(error), str(error))


def _gzip_frames(file: BinaryIO, start: int, end: int) -> Iterator[_Frame]:
    found = start if start == 0 else _next_member(file, start)
    while found is not None and found < end:
        at = found
        member = _Member(file, at)
        try:
            for inner, frame in _records(_Stream(member.pieces())):
                yield _Frame(at, frame.content, frame.reason, frame.detail, inner)
            found = member.end
        except (ContainerError, BombError) as error:
            yield _Frame(at, member.head(), _reason(error), str(error))
            found = _next_member(file, at + 1)


def _reason(error: ContainerError | BombError) -> RejectReason:
    if isinstance(error, BombError):
        return RejectReason.DECOMPRESSION_BOMB
    return RejectReason.BROKEN_CONTAINER


class _Member:
    """One gzip member of a file. ``end`` is known when its pieces were read to their end: where
    the next member starts, None at the end of the file."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        self.end: int | None = None

    def pieces(self) -> Iterator[bytes]:
        """Raises ContainerError for broken or cut data and BombError."""
        self._file.seek(self._start)
        member: Any = zlib.decompressobj(wbits=31)
        taken = given = 0
        while not member.eof:
            chunk = member.unconsumed_tail or self._file.read(_CHUNK)
            if not chunk:
                raise ContainerError("the gzip data ends too early")
            try:
                piece = member.decompress(chunk, _PIECE)
            except zlib.error as error:
                raise ContainerError(f"broken gzip data: {error}") from error
            taken += len(chunk) - len(member.unconsumed_tail)
            given += len(piece)
            if given > FREE_BYTES and given > MAX_RATIO * taken:
                raise BombError(f"{taken:,} compressed bytes grew to more than {given:,}")
            if piece:
                yield piece
        # Padding behind the last member is zeros, as tar and tape write it.
        end = self._file.tell() - len(member.unused_data)
        self._file.seek(end)
        self.end = end if self._file.read(1) not in {b"", b"\0"} else None

    def head(self) -> bytes:
        self._file.seek(self._start)
        return self._file.read(_CHUNK)


def _next_member(file: BinaryIO, start: int) -> int | None:
    """The first byte from ``start`` on at which a member with a record begins."""
    at, kept = start, b""
    while True:
        file.seek(at + len(kept))
        chunk = file.read(_CHUNK)
        if not chunk:
            return None
        window = kept + chunk
        found = window.find(_MAGIC)
        while found >= 0:
            if _holds_record(file, at + found):
                return at + found
            found = window.find(_MAGIC, found + 1)
        kept = window[-(len(_MAGIC) - 1) :]
        at += len(window) - len(kept)


def _holds_record(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(4096), 16).startswith(_START)
    except zlib.error:
        return False


class _Stream:
    """Pieces of bytes as one stream that is looked into and taken from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = bytearray()
        self.at = 0

    def fill(self, size: int) -> bool:
        """True if ``size`` bytes are there to be looked at."""
        while len(self._buffer) < size:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._buffer += piece
        return True

    def look(self, size: int) -> bytes:
        self.fill(size)
        return bytes(self._buffer[:size])

    def take(self, size: int) -> bytes:
        """At most ``size`` bytes."""
        self.fill(size)
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self.at += len(taken)
        return taken

    def skip(self, size: int) -> int:
        """Drops ``size`` bytes and says how many there were."""
        left = size
        while left and (dropped := len(self.take(min(left, _PIECE)))):
            left -= dropped
        return size - left

    def skip_to(self, pattern: re.Pattern[bytes]) -> bool:
        """Goes to one byte behind the start of the next match; False at the end."""
        while True:
            window = self.look(_PIECE)
            if found := pattern.search(window):
                self.take(found.start() + 1)
                return True
            if len(window) < _PIECE:
                self.take(len(window))
                return False
            self.take(_PIECE - _MAX_START)


def _records(stream: _Stream) -> Iterator[tuple[int, _Frame]]:
    """The responses among a stream's records with their places in it, one broken one a reject."""
    while True:
        while (blank := stream.look(2)) in {b"\r\n", b"\n\n"} or blank[:1] == b"\n":
            stream.take(1)
        if not stream.look(1):
            return
        at = stream.at
        head, length, fault = _head(stream)
        if fault:
            content = stream.look(_MAX_HEADER)
            yield at, _Frame(at, content, RejectReason.BROKEN_CONTAINER, fault)
            if not stream.skip_to(_NEXT):
                return
            continue
        if not _RESPONSE.search(head):
            stream.skip(len(head) + length)
            continue
        if length > _MAX_FRAME:
            detail = f"the record has {length:,} bytes, more than the limit of {MAX_RECORD_BYTES:,}"
            yield at, _Frame(at, stream.take(_MAX_HEADER), RejectReason.TOO_LARGE, detail)
            stream.skip(len(head) + length - (stream.at - at))
            continue
        content = stream.take(len(head) + length)
        if len(content) < len(head) + length:
            fault = f"the record ends after {len(content) - len(head):,} of {length:,} bytes"
            yield at, _Frame(at, content, RejectReason.BROKEN_CONTAINER, fault)
            return
        yield at, _Frame(at, content)


def _head(stream: _Stream) -> tuple[bytes, int, str]:
    """A record's header with its empty line, the length of its block, what is wrong with it."""
    if stream.look(len(_START)) != _START:
        return b"", 0, "no WARC record starts here"
    size = 1024
    while True:
        window = stream.look(size)
        end = window.find(b"\r\n\r\n")
        if end >= 0 or len(window) < size or size >= _MAX_HEADER:
            break
        size *= 4
    if end < 0:
        return b"", 0, "a WARC header without an end"
    head = window[: end + 4]
    length = _LENGTH.search(head.replace(b"\r", b""))
    if length is None:
        return b"", 0, "a WARC header without a Content-Length"
    return head, int(length.group(1)), ""


# -------------------------------------------------------------------------------------- records
def _page(frame: _Frame, origin: str) -> Iterator[RawPage | Reject]:
    """The page of a record, a reject for a broken one, nothing for what is no HTML page."""
    if frame.reason is not None:
        yield _reject(frame, origin, frame.reason, frame.detail)
        return
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(frame.content), parse_http=False)))
        record.parse_http(auto_decode="all")
        http = record.http_headers
        if not record.is_http or http is None or http.status_code != 200:
            return
        kind = (record.http_content_type or "").lower()
        if kind and kind not in _HTML_TYPES:
            return
        body = record.reader.read(MAX_RECORD_BYTES + 1)
    except (OSError, ValueError, StopIteration, RuntimeError) as error:
        yield _reject(frame, origin, RejectReason.BROKEN_CONTAINER, f"a broken response: {error}")
        return
    if len(body) > MAX_RECORD_BYTES:
        yield _reject(
            frame, origin, RejectReason.TOO_LARGE,
            f"the page is larger than the limit of {MAX_RECORD_BYTES:,} bytes",
        )  # fmt: skip
        return
    if not kind and not _LOOKS_HTML.match(body):
        return
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    yield RawPage(
        at=_place(frame, origin),
        html=body,
        page_id=_record_id(record.record_id),
        url=url[:MAX_URL_CHARACTERS] or None,
        fetched_at=_utc(record.record_date),
        charset=record.http_charset,
    )


def _record_id(value: str | None) -> str | None:
    """``<urn:uuid:…>`` without its wrapping."""
    return (value or "").strip("<> ").removeprefix("urn:uuid:")[:1024] or None


def _utc(time: datetime | None) -> datetime | None:
    if time is None or not 1970 <= time.year <= 9998:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _place(frame: _Frame, origin: str) -> Coordinates:
    inner = f"+{frame.inner}" if frame.inner else ""
    return Coordinates(f"{origin}:{frame.at}{inner}")


def _reject(frame: _Frame, origin: str, reason: RejectReason, detail: str) -> Reject:
    return reject_record(frame.content, _place(frame, origin), reason, detail, Stage.READ, "warc")
