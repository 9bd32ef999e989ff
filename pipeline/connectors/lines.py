"""Lines out of a stream of bytes, in bounded memory however long a line is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. ``start`` is the position of its first byte in the stream.

    ``length`` is its true length; ``content`` is cut at the limit of the reader. ``whole`` is
    false for a line at the end of a stream that has no line end.
    """

    start: int
    content: bytes
    length: int
    whole: bool = True


def read_lines(chunks: Iterable[bytes], limit: int, start: int = 0) -> Iterator[Line]:
    """The lines of a stream whose first byte has position ``start``.

    Holds one chunk and at most ``limit`` bytes of one line. Lines end in ``\\n``; a ``\\r``
    before it stays. What stands behind the last line end is a line if there is anything.
    """
    kept: list[bytes] = []
    room, length = limit, 0
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            size = length + len(end)
            content = b"".join((*kept, end[:room])) if kept else end[:limit]
            yield Line(start, content, size)
            start += size + 1
            kept, room, length = [], limit, 0
        if rest:
            if room:
                kept.append(rest[:room])
                room -= len(kept[-1])
            length += len(rest)
    if length:
        yield Line(start, b"".join(kept), length, whole=False)
