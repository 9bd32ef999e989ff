"""A topic as an endless Beam source, in pure Python: no JVM, no expansion service.

Beam's ``UnboundedSource`` for Python is experimental, so nothing else of the project knows it.

Time is the time of reading. A record's timestamp is when its reader took it, never before the
one that came ahead of it, and a reader's watermark is the time of its last look. So no record
can be late, an idle partition holds nothing back, and what falls into a window is, of each
partition, one run of offsets without a hole: that is what a commit record can name. (Windows by
the producers' clocks would be torn by one wrong clock, and a backlog of a month would become a
month of windows. Days of publication, which tables are cut by, come from the pages.)

Nothing is acknowledged when Beam finalizes a checkpoint: on some runners that is before anything
was written (the in-process one: 21 calls, 0 windows in 26 s). The offsets that count are those
in the dataset's commit records.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam import coders
from apache_beam.io import unbounded_source
from apache_beam.io.iobase import RestrictionProgress
from apache_beam.io.unbounded_source import (
    CheckpointMark,
    ReadFromUnboundedSource,
    UnboundedReader,
    UnboundedSource,
)
from apache_beam.utils.timestamp import MAX_TIMESTAMP, MIN_TIMESTAMP, Timestamp
from kafka import TopicPartition
from kafka import errors as kafka_errors

from pipeline.connectors.kafka.batches import UnreadableBatchError, UnreadableRecord
from pipeline.connectors.kafka.client import explained, new_consumer
from pipeline.connectors.kafka.drain import OffsetGapError
from pipeline.connectors.kafka.records import KafkaRecord, read_kafka_record
from pipeline.connectors.kafka.settings import KafkaSettings
from schemas.records import RawPage, Reject

# A busy reader hands over so often, by records or seconds, whatever is first. The runner can
# make progress durable only then, and holds what came in between.
_BUNDLE_RECORDS = 1_000
_BUNDLE_SECONDS = 5.0
_IDLE_SECONDS = 0.5
# Less than the 100 ms after which Prism takes a bundle without news for a slow one.
_POLL_MS = 20
_PARTITIONS_EVERY_SECONDS = 30.0
_LEASE_EVERY_SECONDS = 1.0
_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class KafkaPage:
    """One record read, and the offsets ``[start, end)`` of its partition that it stands for:
    itself and the offsets without a record before it."""

    page: RawPage | Reject
    topic: str
    partition: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark(CheckpointMark):
    """Where a reader stands: the next offset of each partition, and the time (microseconds since
    the epoch) that no later record may be before."""

    offsets: Mapping[int, int]
    floor: int

    def finalize_checkpoint(self) -> None:
        """Nothing: see the module's text."""


class MarkCoder(coders.Coder):
    """A mark as one JSON object: ``{"floor": 1700000000000000, "offsets": {"0": 4711}}``."""

    def encode(self, value: Mark) -> bytes:
        offsets = {str(number): offset for number, offset in sorted(value.offsets.items())}
        return json.dumps({"floor": value.floor, "offsets": offsets}, sort_keys=True).encode()

    def decode(self, encoded: bytes) -> Mark:
        record = json.loads(encoded)
        return Mark({int(n): offset for n, offset in record["offsets"].items()}, record["floor"])

    def is_deterministic(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


@dataclass(frozen=True, slots=True)
class KafkaPages(UnboundedSource):
    """All partitions of a topic, those included that are still to come.

    ``starts`` are the first offsets to read; a partition that is not in it is new and is read
    from its beginning. With a ``lease``, the path of a file, the source has an end after all: when
    that file is gone, so that a job ends wherever it runs, also where no cancel reaches it.

    ``committed`` is asked by each new reader for the first offset of each partition that nobody has
    written yet. An engine that lost a worker goes back to its last checkpoint, and windows may have
    been written since: records of theirs that came again would be in later windows, each with offsets
    that are taken already.

    The source is never split: Prism 2.77 knows one watermark for all readers
    of a step, that of the last one to report (``stageState.estimatedOutput``), and drops as late
    what a slower reader brings. One reader takes some thousand records a second, many times what
    the work on their pages allows; that work is dealt out behind it.
    """

    settings: KafkaSettings
    topic: str
    starts: Mapping[int, int]
    lease: str | None = None
    committed: Callable[[], Mapping[int, int]] | None = None

    def split(self, desired_num_splits: int, options: Any = None) -> list["KafkaPages"]:
        return [self]

    def create_reader(self, options: Any, checkpoint_mark: CheckpointMark | None) -> "KafkaReader":
        assert isinstance(checkpoint_mark, Mark | None)
        return KafkaReader(self, checkpoint_mark)

    def get_checkpoint_mark_coder(self) -> MarkCoder:
        return MarkCoder()


class KafkaReader(UnboundedReader):
    """Reads the partitions with one consumer. ``clock`` gives seconds since the epoch."""

    def __init__(
        self, source: KafkaPages, mark: Mark | None, clock: Callable[[], float] = time.time
    ) -> None:
        self._source = source
        self._clock = clock
        self._floor = mark.floor if mark else None
        self._next: dict[int, int] = {**source.starts, **(mark.offsets if mark else {})}
        for number, offset in (source.committed() if source.committed else {}).items():
            self._next[number] = max(offset, self._next.get(number, 0))
        self._waiting: deque[KafkaRecord | UnreadableRecord] = deque()
        self._current: KafkaPage | None = None
        self._consumer = new_consumer(source.settings, max_poll_records=_BUNDLE_RECORDS)
        self._looked = float("-inf")
        self._leased = float("-inf")
        self._over = False

    def start(self) -> bool:
        return self.advance()

    def advance(self) -> bool:
        if self._is_over():
            self._current = None
            return False
        if not self._waiting:
            self._fetch()
        # The clock is read after the fetch: what it brought was there before that time, and
        # what comes later is taken at a later one.
        now = int(self._clock() * _MICROS)
        self._floor = now if self._floor is None else max(self._floor, now)
        if not self._waiting:
            self._current = None
            return False
        record = self._waiting.popleft()
        start = min(self._next[record.partition], record.offset)
        end = record.offset + 1
        self._next[record.partition] = end
        page = read_kafka_record(record)
        self._current = KafkaPage(page, record.topic, record.partition, start, end)
        return True

    def get_current(self) -> KafkaPage:
        if self._current is None:
            raise ValueError("no current record: advance() gave False")
        return self._current

    def get_current_timestamp(self) -> Timestamp:
        return self._time()

    def get_watermark(self) -> Timestamp:
        return MAX_TIMESTAMP if self._over else self._time()

    def _time(self) -> Timestamp:
        return MIN_TIMESTAMP if self._floor is None else Timestamp(micros=self._floor)

    def get_checkpoint_mark(self) -> Mark:
        # What the consumer has and nobody has taken yet is read again by whoever resumes; the
        # reader itself may go on too, its position is the same.
        return Mark(dict(self._next), self._floor if self._floor is not None else 0)

    def close(self) -> None:
        self._consumer.close(autocommit=False)

    def _is_over(self) -> bool:
        """Whether the source's lease has ended."""
        now = time.monotonic()
        if self._source.lease and not self._over and now - self._leased >= _LEASE_EVERY_SECONDS:
            self._over = not Path(self._source.lease).exists()
            self._leased = now
        return self._over

    def _fetch(self) -> None:
        self._find_partitions()
        with explained(self._source.settings):
            try:
                answer = self._consumer.poll(timeout_ms=_POLL_MS)
            except kafka_errors.OffsetOutOfRangeError as error:
                raise OffsetGapError(
                    f"offsets of {self._source.topic} went away before they were read (retention "
                    f"passed, or the topic was made again): {error}. Start again with "
                    "--on-offset-gap skip or earliest"
                ) from None
            except UnreadableBatchError as batch:
                self._pass_over(batch)
                return
        for records in answer.values():
            self._waiting.extend(records)

    def _pass_over(self, batch: UnreadableBatchError) -> None:
        """Puts the batch's offsets where its records would be, and goes on behind it."""
        topic, number = self._source.topic, batch.partition
        first = max(self._consumer.position(TopicPartition(topic, number)), batch.first)
        self._waiting.extend(
            UnreadableRecord(topic, number, offset, batch.reason, str(batch))
            for offset in range(first, batch.last + 1)
        )
        self._consumer.seek(TopicPartition(topic, number), batch.last + 1)

    def _find_partitions(self) -> None:
        now = time.monotonic()
        if now - self._looked < _PARTITIONS_EVERY_SECONDS:
            return
        source = self._source
        with explained(source.settings):
            names = self._consumer.topics()
            there = self._consumer.partitions_for_topic(source.topic) if source.topic in names else set()  # fmt: skip
            numbers = there | set(self._next)
            known = {at.partition for at in self._consumer.assignment()}
            fresh = {TopicPartition(source.topic, number) for number in numbers - known}
            if fresh:
                beginnings = self._consumer.beginning_offsets(
                    [at for at in fresh if at.partition not in self._next]
                )
                for at, offset in beginnings.items():
                    self._next[at.partition] = offset
                self._consumer.assign([TopicPartition(source.topic, number) for number in numbers])
                for at in fresh:
                    self._consumer.seek(at, self._next[at.partition])
        self._looked = now


class ReadKafkaPages(beam.PTransform[Any, Any]):
    """A ``KafkaPages`` source as a collection of its ``KafkaPage`` values."""

    def __init__(self, source: KafkaPages) -> None:
        super().__init__()
        self._source = source

    def expand(self, begin: Any) -> Any:
        return begin | ReadFromUnboundedSource(
            self._source,
            poll_interval=_IDLE_SECONDS,
            max_records_per_bundle=_BUNDLE_RECORDS,
            max_read_time_seconds=_BUNDLE_SECONDS,
        )


def runs(pages: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges ``[start, end)`` in any order, as the fewest ranges that hold the same offsets."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pages):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _progress(tracker: Any) -> RestrictionProgress:
    """The progress of a reader as a fraction: none, or all of it.

    Beam 2.77 tells it as work done and left, and puts bytes of output for the work done: records
    times their mean size. While no size has been sampled yet that mean is not a number, and a
    runner that asks to split just then (Prism does when a bundle seems slow) fails the bundle and
    the job with "cannot convert float NaN to integer".
    """
    return RestrictionProgress(fraction=1.0 if tracker.current_restriction().is_done else 0.0)


# Workers load this module to get at the source, so it is so wherever a reader runs.
unbounded_source._UnboundedSourceRestrictionTracker.current_progress = _progress  # type: ignore[method-assign, assignment]
