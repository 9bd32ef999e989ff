"""A topic as a source of the ingest driver: drains, once or again and again."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from pipeline.commitlog import History, OffsetRange
from pipeline.connectors.kafka.client import new_consumer
from pipeline.connectors.kafka.drain import cut, look, plan, read_range
from pipeline.connectors.kafka.records import read_kafka_record
from pipeline.connectors.kafka.settings import KafkaSettings, TopicAddress
from pipeline.connectors.splits import Advance, Slice
from schemas.records import RawPage, Reject

_LOG = logging.getLogger(__name__)

# Brokers tell offsets, not bytes; for progress and for the size of a slice a page is taken to be
# as large as the mean page of the corpus's text pages.
PAGE_BYTES = 8 * 1024
# A range of fewer records costs more to open than to read.
_MIN_RANGE = 500


@dataclass(frozen=True, slots=True)
class RangeSplit:
    """Offsets ``[start, end)`` of one partition: the share of one worker."""

    settings: KafkaSettings
    topic: str
    partition: int
    span: OffsetRange

    @property
    def bytes(self) -> int:
        return (self.span.end - self.span.start) * PAGE_BYTES

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        """The records as pages and rejects, in the partition's order."""
        done = self.span.start
        for record in read_range(self.settings, self.topic, self.partition, self.span):
            yield read_kafka_record(record)
            advance((record.offset + 1 - done) * PAGE_BYTES)
            done = record.offset + 1
        advance((self.span.end - done) * PAGE_BYTES)


@dataclass(slots=True)
class KafkaSource:
    """One drain of a topic each time that it is asked: up to where the topic ends at that moment.

    ``stop`` ends a drain after the slice that is at work.
    """

    address: TopicAddress
    settings: KafkaSettings
    slice_bytes: int
    workers: int = 1
    stop: threading.Event = field(default_factory=threading.Event)
    say: Callable[[str], None] = _LOG.warning

    def __post_init__(self) -> None:
        self.settings = self.settings.with_servers(self.address.servers)

    def slices(self, history: History) -> Iterator[Slice]:
        """Slices of whole offset ranges, balanced over the partitions.

        Raises:
            KafkaUnavailableError: no broker answers.
            KafkaRefusedError: a broker refuses, or has no such topic.
            OffsetGapError: offsets that come next are gone.
        """
        state = look(self.settings, self.address.topic)
        read = history.offsets.get(state.topic, {})
        ranges, gaps = plan(self.settings, state, read)
        for gap in gaps:
            self.say(gap)
        # Where a partition begins is written down even if it is empty: else `--kafka-start
        # latest` would mean another place at every run, and what came in between would be lost.
        begins = not set(ranges) <= set(read)
        while not self.stop.is_set():
            shares = share(ranges, max(1, self.slice_bytes // PAGE_BYTES))
            if not begins and not any(span.end > span.start for span in shares.values()):
                return
            begins = False
            ranges = {n: replace(span, start=shares[n].end) for n, span in ranges.items()}
            waiting = sum(span.end - span.start for span in ranges.values())
            yield Slice(
                splits=self._splits(state.topic, shares),
                kafka={state.topic: shares},
                bytes_left=waiting * PAGE_BYTES,
                records_left=waiting,
            )

    def committed(self, done: Slice) -> None:
        """Tells the consumer group, for those who watch its lag. Its failure loses nothing."""
        group = self.settings.group
        offsets = {
            TopicPartition(topic, number): OffsetAndMetadata(span.end, "copydesk", -1)
            for topic, partitions in done.kafka.items()
            for number, span in partitions.items()
        }
        if group is None or not offsets:
            return
        try:
            consumer = new_consumer(self.settings, group_id=group)
            try:
                consumer.assign(list(offsets))
                consumer.commit(offsets, timeout_ms=int(self.settings.timeout * 1000))
            finally:
                consumer.close(autocommit=False)
        except Exception as error:
            self.say(
                f"the consumer group {group!r} could not be told what was read "
                f"({type(error).__name__}); the dataset is whole, only monitoring lags"
            )

    def _splits(self, topic: str, shares: dict[int, OffsetRange]) -> tuple[RangeSplit, ...]:
        records = sum(span.end - span.start for span in shares.values())
        # Four shares a worker keep all of them busy to the end, also on one partition.
        size = max(_MIN_RANGE, -(-records // (4 * self.workers)))
        return tuple(
            RangeSplit(self.settings, topic, number, piece)
            for number, span in sorted(shares.items())
            for piece in cut(span, size)
        )


def share(ranges: dict[int, OffsetRange], size: int) -> dict[int, OffsetRange]:
    """The beginnings of ``ranges`` that together hold at most ``size`` offsets.

    Each partition gets an equal part; what a short one leaves goes to the others. At least one
    offset is given where there is one.
    """
    taken = dict.fromkeys(ranges, 0)
    left = max(size, 1)
    open_ = {n: span.end - span.start for n, span in ranges.items() if span.end > span.start}
    while open_ and left > 0:
        part = max(1, left // len(open_))
        for number in sorted(open_):
            take = min(part, open_[number], left)
            taken[number] += take
            left -= take
            open_[number] -= take
        open_ = {number: rest for number, rest in open_.items() if rest}
    return {
        n: OffsetRange(span.start, span.start + taken[n], span.topic_id)
        for n, span in ranges.items()
    }
