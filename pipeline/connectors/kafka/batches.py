"""Batches that cannot be unpacked: bombs, broken compression, headers that are no UTF-8.

Kafka compresses records in batches, and kafka-python unpacks a batch without a bound and with no
way past one that fails: the consumer would stumble over the same offset for ever. Here its batches
learn to say what went wrong and which offsets they hold, so that a reader can reject those and go
on behind them. A wrong checksum is not among it: that is a broken disk, and stops the run.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lz4.frame
import zstandard
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.record import default_records, memory_records

from schemas.kinds import RejectReason

# What one batch may unpack to. Producers make batches of at most their largest request, commonly
# 1 MB, rarely some dozens; brokers bound only the compressed size.
MOST_BYTES = 128 * 1024 * 1024


class UnreadableBatchError(Exception):
    """The offsets from ``first`` to ``last`` (included) of ``partition`` cannot be read."""

    partition = -1

    def __init__(self, first: int, last: int, reason: RejectReason, detail: str) -> None:
        super().__init__(detail)
        self.first = first
        self.last = last
        self.reason = reason


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """An offset of a batch that cannot be read, in the place of its record."""

    topic: str
    partition: int
    offset: int
    reason: RejectReason
    detail: str


class _BombError(Exception):
    """A batch unpacks to more than ``MOST_BYTES``."""


def _bounded(unpack: Callable[[Any, int], bytes]) -> Callable[[Any], bytes]:
    def decode(payload: Any) -> bytes:
        data = unpack(payload, MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise _BombError(f"the batch unpacks to more than {MOST_BYTES:,} bytes")
        return data

    return decode


def _gunzip(payload: Any, size: int) -> bytes:
    return zlib.decompressobj(wbits=31).decompress(payload, size)


def _unzstd(payload: Any, size: int) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(
        io.BytesIO(payload), read_across_frames=True
    ) as reader:
        return reader.read(size)


def _unlz4(payload: Any, size: int) -> bytes:
    data: bytes = lz4.frame.LZ4FrameDecompressor().decompress(payload, max_length=size)
    return data


class _Batch(default_records.DefaultRecordBatch):
    """kafka-python's batch, whose errors name its offsets."""

    __slots__ = ()

    def _maybe_uncompress(self) -> None:
        try:
            super()._maybe_uncompress()
        except _BombError as error:
            raise self._unreadable(RejectReason.DECOMPRESSION_BOMB, str(error)) from None
        except Exception as error:
            raise self._unreadable(
                RejectReason.BROKEN_CONTAINER,
                f"the batch cannot be unpacked: {type(error).__name__}: {error}",
            ) from None

    def _read_msg(self, *arguments: Any) -> Any:
        try:
            return super()._read_msg(*arguments)
        except Exception as error:
            raise self._unreadable(
                RejectReason.BROKEN_CONTAINER,
                f"a record of the batch is broken: {type(error).__name__}: {error}",
            ) from None

    def _unreadable(self, reason: RejectReason, detail: str) -> UnreadableBatchError:
        detail = f"{detail} (offsets {self.base_offset} to {self.last_offset})"
        return UnreadableBatchError(self.base_offset, self.last_offset, reason, detail)


class _PartitionRecords(Fetcher.PartitionRecords):
    """What a fetch brought of a partition; the only one who knows which partition it is."""

    def _unpack_records(self, tp: TopicPartition, *arguments: Any) -> Iterator[Any]:
        try:
            yield from super()._unpack_records(tp, *arguments)
        except UnreadableBatchError as error:
            error.partition = tp.partition
            raise


def install() -> None:
    """Lets kafka-python use batches of ours. May be called again.

    The library has no hook for it. Snappy stays as it is: its format gives at most some twenty
    times what is put in.
    """
    default_records.gzip_decode = _bounded(_gunzip)
    default_records.zstd_decode = _bounded(_unzstd)
    default_records.lz4_decode = _bounded(_unlz4)
    memory_records.DefaultRecordBatch = _Batch
    Fetcher.PartitionRecords = _PartitionRecords
