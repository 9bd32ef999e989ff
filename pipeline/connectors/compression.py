"""Decompression in bounded memory: gzip and zstd, also of many members, never a bomb."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import zstandard

# Text, even a page repeated a hundred times, packs less than this; bombs pack 1,000 times and
# more. The first quarter of a gigabyte is given away, so that tiny files of spaces pass.
MAX_RATIO = 200
FREE_BYTES = 256 * 1024 * 1024

_PIECE = 1024 * 1024
# zstd gives no way to bound its output but by its input: a block of 4 bytes can stand for 128 KB,
# so that 1 KB of input is at most 32 MB of output.
_ZSTD_PIECE = 1024
# What `zstd --long` of today may ask for; a frame that wants more memory is refused.
_ZSTD_WINDOW = 128 * 1024 * 1024


class ContainerError(ValueError):
    """Compressed data that does not decode, or ends too early."""


class BombError(ValueError):
    """Compressed data that grows beyond any text."""


def decompress(chunks: Iterable[bytes], compression: str | None) -> Iterator[bytes]:
    """The content of compressed ``chunks`` (``gz``, ``zst``, or None for plain) in small pieces.

    Raises:
        ContainerError: broken or cut data; all pieces before the break were given.
        BombError: more than ``FREE_BYTES`` and ``MAX_RATIO`` times as much as its input.
    """
    if compression is None:
        yield from chunks
        return
    pieces = {"gz": _gunzip, "zst": _unzstd}[compression]
    taken = given = 0

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for chunk in chunks:
            taken += len(chunk)
            yield chunk

    for piece in pieces(counted()):
        given += len(piece)
        if given > FREE_BYTES and given > MAX_RATIO * taken:
            raise BombError(
                f"{taken:,} compressed bytes grew to more than {given:,}; no text packs so well"
            )
        yield piece


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    member: Any = zlib.decompressobj(wbits=31)
    begun = whole = False  # inside a member; at least one member came to its end
    for chunk in chunks:
        rest = chunk
        while rest:
            if not begun and whole:
                # Padding behind the last member is zeros, as tar and tape write it.
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
            begun = True
            try:
                piece = member.decompress(rest, _PIECE)
            except zlib.error as error:
                raise ContainerError(f"broken gzip data: {error}") from error
            rest = member.unconsumed_tail
            if piece:
                yield piece
            if member.eof:
                rest, member = member.unused_data, zlib.decompressobj(wbits=31)
                begun, whole = False, True
    if begun or not whole:
        raise ContainerError("the gzip data ends too early")


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = context.decompressobj()
    begun = whole = False
    for chunk in chunks:
        for at in range(0, len(chunk), _ZSTD_PIECE):
            rest = chunk[at : at + _ZSTD_PIECE]
            while rest:
                begun = True
                try:
                    piece = frame.decompress(rest)
                except zstandard.ZstdError as error:
                    raise ContainerError(f"broken zstd data: {error}") from error
                rest = b""
                if piece:
                    yield piece
                if frame.eof:
                    rest, frame = frame.unused_data, context.decompressobj()
                    begun, whole = False, True
    if begun or not whole:
        raise ContainerError("the zstd data ends too early")
