"""Decompression: whole, cut, broken, of many members, and bombs."""

import gzip
import random
from collections.abc import Callable, Iterator

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors import compression
from pipeline.connectors.compression import BombError, ContainerError, decompress

PACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstandard.compress}
_KINDS = pytest.mark.parametrize("kind", ["gz", "zst"])


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def _collect(pieces: Iterator[bytes], into: list[bytes]) -> None:
    for piece in pieces:
        into.append(piece)  # noqa: PERF402 - what came before an error is to be kept


@given(
    kind=st.sampled_from(["gz", "zst"]),
    members=st.lists(st.binary(max_size=5000), min_size=1, max_size=4),
    size=st.integers(1, 4000),
)
def test_any_members_in_any_chunks_come_out_as_they_went_in(
    kind: str, members: list[bytes], size: int
) -> None:
    packed = b"".join(map(PACK[kind], members))
    assert b"".join(decompress(_cut(packed, size), kind)) == b"".join(members)


def test_plain_data_passes_through() -> None:
    assert list(decompress([b"a", b"b"], None)) == [b"a", b"b"]


@_KINDS
def test_data_that_ends_early_gives_what_it_has_and_says_so(kind: str) -> None:
    content = random.Random(1).randbytes(400_000)
    packed = PACK[kind](content)[:-1000]
    pieces: list[bytes] = []
    with pytest.raises(ContainerError, match="too early"):
        _collect(decompress(_cut(packed, 999), kind), pieces)
    got = b"".join(pieces)
    assert len(got) > 200_000
    assert content.startswith(got)


@_KINDS
@pytest.mark.parametrize("data", [b"", b"not packed at all", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"])
def test_what_is_not_packed_is_told(kind: str, data: bytes) -> None:
    with pytest.raises(ContainerError):
        list(decompress([data] if data else [], kind))


@_KINDS
def test_garbage_behind_a_member_is_told(kind: str) -> None:
    with pytest.raises(ContainerError):
        list(decompress([PACK[kind](b"good") + b"garbage here"], kind))


def test_zeros_behind_gzip_are_padding() -> None:
    assert b"".join(decompress([gzip.compress(b"good") + bytes(500)], "gz")) == b"good"


@_KINDS
def test_a_bomb_is_stopped_before_it_goes_off(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "FREE_BYTES", 1_000_000)
    packed = PACK[kind](bytes(80_000_000))
    pieces: list[bytes] = []
    with pytest.raises(BombError, match="no text packs so well"):
        _collect(decompress(_cut(packed, 100), kind), pieces)
    sizes = [len(piece) for piece in pieces]
    assert max(sizes, default=0) <= 40_000_000
    assert sum(sizes) < 60_000_000


@_KINDS
def test_a_small_file_of_one_letter_is_no_bomb(kind: str) -> None:
    content = b"a" * 3_000_000
    assert b"".join(decompress([PACK[kind](content)], kind)) == content


def test_a_frame_that_asks_for_too_much_memory_is_refused() -> None:
    # The header of a frame with a window of 1 GB, as `zstd --long=30` writes it.
    with pytest.raises(ContainerError, match="memory"):
        list(decompress([b"\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00"], "zst"))
