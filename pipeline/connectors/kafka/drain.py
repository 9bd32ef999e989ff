"""Bounded reading: from a plan of offset ranges to their records, each once.

A drain looks once where the topic ends, and reads up to there. ``plan`` decides from which offsets
(the commit log's, else the user's), ``cut`` shares them out, ``read_range`` reads one share.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition
from kafka import errors as kafka_errors

from pipeline.commitlog import OffsetRange
from pipeline.connectors.kafka.batches import UnreadableBatchError, UnreadableRecord
from pipeline.connectors.kafka.client import POOL, explained
from pipeline.connectors.kafka.probe import KafkaRefusedError, KafkaUnavailableError
from pipeline.connectors.kafka.records import KafkaRecord
from pipeline.connectors.kafka.settings import KafkaSettings, OnOffsetGap, StartAt
from pipeline.errors import CopydeskError

# A poll comes back at once if there are records; if not, there may be none before the end.
_POLL_MS = 50


class OffsetGapError(CopydeskError):
    """Offsets that were to be read next do not exist any more."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the brokers describe it: its id (none from brokers before 2.8) and the offsets
    ``[first, end)`` that each partition holds now."""

    topic: str
    topic_id: str | None
    partitions: Mapping[int, OffsetRange]


def look(settings: KafkaSettings, topic: str) -> TopicState:
    """Asks the brokers for the topic's partitions and where they begin and end.

    With ``read_committed`` a partition ends before its first open transaction.

    Raises:
        KafkaUnavailableError: no broker answers.
        KafkaRefusedError: there is no such topic, or no right to read it.
    """
    with POOL.borrow(settings) as consumer, explained(settings):
        numbers = _partitions(consumer, settings, topic)
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        patience = int(settings.timeout * 1000)
        first = consumer.beginning_offsets(partitions, patience)
        end = consumer.end_offsets(partitions, patience)
        # No public name gives the id (kafka-python 3.0); without it a topic that was made again
        # is noticed only when it is shorter than before.
        identity = consumer._cluster.topic_id(topic)
    return TopicState(
        topic,
        str(identity) if identity is not None else None,
        {p.partition: OffsetRange(first[p], max(first[p], end[p])) for p in partitions},
    )


def _partitions(consumer: KafkaConsumer, settings: KafkaSettings, topic: str) -> set[int]:
    # A pooled consumer remembers what it saw: `topics` asks the brokers anew.
    numbers: set[int] = (
        consumer.partitions_for_topic(topic) if topic in consumer.topics() else set()
    )
    if not numbers:
        raise KafkaRefusedError(
            f"there is no topic {topic!r} on {', '.join(settings.servers)}, or no right to see it"
        )
    return numbers


def plan(
    settings: KafkaSettings, state: TopicState, read: Mapping[int, OffsetRange]
) -> tuple[dict[int, OffsetRange], list[str]]:
    """What to read of a topic: offsets by partition, and a sentence for each gap passed over.

    ``read`` holds the last range of each partition that the dataset has committed. A partition
    without one begins where ``settings.start`` says.

    Raises:
        OffsetGapError: the next offset is gone and ``on_offset_gap`` is ``fail``.
    """
    ranges: dict[int, OffsetRange] = {}
    gaps: list[str] = []
    unread = [number for number in state.partitions if number not in read]
    if read and StartAt.parse(settings.start).offsets is None:
        # A partition that came into being after the first drain: all of it is new.
        starts = {number: state.partitions[number].start for number in unread}
    else:
        starts = _first_offsets(settings, state, unread)
    for number, held in sorted(state.partitions.items()):
        if number not in read:
            ranges[number] = OffsetRange(starts[number], held.end, state.topic_id)
            continue
        start = read[number].end
        problem, skip_to = _gap(state, number, held, read[number])
        if problem is not None:
            if settings.on_offset_gap is OnOffsetGap.FAIL:
                raise OffsetGapError(_gap_words(problem))
            earliest = settings.on_offset_gap is OnOffsetGap.EARLIEST
            start = held.start if earliest else skip_to
            gaps.append(f"{problem}; going on at offset {start}")
        ranges[number] = OffsetRange(start, max(start, held.end), state.topic_id)
    # Once a topic that was made again has been read, what its forerunner had more is settled.
    settled = state.topic_id is not None and any(
        span.topic_id == state.topic_id for span in read.values()
    )
    for number in sorted(set(read) - set(state.partitions)):
        if settled and read[number].topic_id != state.topic_id:
            continue
        problem = (
            f"partition {number} of {state.topic} does not exist any more: the topic was deleted "
            "and made again with fewer partitions"
        )
        if settings.on_offset_gap is OnOffsetGap.FAIL:
            raise OffsetGapError(_gap_words(problem))
        gaps.append(problem)
    return ranges, gaps


def _gap(
    state: TopicState, number: int, held: OffsetRange, read: OffsetRange
) -> tuple[str | None, int]:
    """What is wrong with going on at ``read.end``, and where there is something to go on with."""
    place = f"partition {number} of {state.topic}"
    if read.topic_id and state.topic_id and read.topic_id != state.topic_id:
        return (
            f"{state.topic} is another topic than the one read before (id {state.topic_id}, was "
            f"{read.topic_id}): it was deleted and made again, or lives in another cluster; "
            f"{place} now holds offsets {held.start} to {held.end}"
        ), held.end
    if read.end > held.end:
        return (
            f"{place} was read up to offset {read.end} and now ends at {held.end}: it was deleted "
            "and made again, or lost its last records when a broker failed"
        ), held.end
    if read.end < held.start:
        return (
            f"{place}: offsets {read.end} to {held.start - 1} were never read and are gone "
            "(retention passed)"
        ), held.start
    return None, read.end


def _gap_words(problem: str) -> str:
    return (
        f"{problem}. Nothing was read. To go on without what is gone use --on-offset-gap skip; to "
        "begin again with the oldest record, --on-offset-gap earliest"
    )


def _first_offsets(
    settings: KafkaSettings, state: TopicState, numbers: list[int]
) -> dict[int, int]:
    """The first offset of partitions that were never read, within what they hold."""
    start = StartAt.parse(settings.start)
    wanted: dict[int, int] = {}
    if start.time is not None and numbers:
        stamp = int(start.time.timestamp() * 1000)
        asked = {TopicPartition(state.topic, number): stamp for number in numbers}
        with POOL.borrow(settings) as consumer, explained(settings):
            found = consumer.offsets_for_times(asked, int(settings.timeout * 1000))
        # None: no record is that young yet.
        for at, answer in found.items():
            held = state.partitions[at.partition]
            wanted[at.partition] = held.end if answer is None else answer.offset
    for number in numbers:
        held = state.partitions[number]
        offset = wanted.get(number, held.end if start.latest else held.start)
        if start.offsets is not None and number in start.offsets:
            offset = start.offsets[number]
            if not held.start <= offset <= held.end:
                raise OffsetGapError(
                    f"--kafka-start names offset {offset} of partition {number}, but {state.topic} "
                    f"holds offsets {held.start} to {held.end} there"
                )
        wanted[number] = min(max(offset, held.start), held.end)
    return wanted


def cut(span: OffsetRange, size: int) -> Iterator[OffsetRange]:
    """The range in pieces of at most ``size`` offsets, in order."""
    for start in range(span.start, span.end, size):
        yield OffsetRange(start, min(start + size, span.end), span.topic_id)


def read_range(
    settings: KafkaSettings, topic: str, partition: int, span: OffsetRange
) -> Iterator[KafkaRecord | UnreadableRecord]:
    """Every record with an offset in ``[span.start, span.end)``, in order.

    Offsets without a record (compaction, aborted transactions, their markers) are passed over:
    what counts is the position that the broker's answers lead to, not the offsets seen. The
    offsets of a batch that cannot be unpacked come as unreadable records.

    Raises:
        OffsetGapError: retention took offsets of the range away while it was read.
        KafkaUnavailableError: nothing came for ``settings.timeout`` seconds.
    """
    at = TopicPartition(topic, partition)
    if span.start >= span.end:
        return
    with POOL.borrow(settings) as consumer, explained(settings):
        _begin(consumer, at, span.start)
        position, asked_anew = span.start, False
        deadline = time.monotonic() + settings.timeout
        while position < span.end:
            try:
                records = consumer.poll(_POLL_MS).get(at, ())
            except kafka_errors.OffsetOutOfRangeError:
                raise OffsetGapError(
                    f"offset {position} of partition {partition} of {topic} went away while it "
                    "was to be read (retention passed). Nothing of this run was kept; run again, "
                    "with --on-offset-gap skip to go on without it"
                ) from None
            except UnreadableBatchError as batch:
                # The batch may reach into ranges of others: each rejects its own offsets.
                last = min(batch.last + 1, span.end)
                for offset in range(max(position, batch.first), last):
                    yield UnreadableRecord(topic, partition, offset, batch.reason, str(batch))
                position, asked_anew = last, False
                _begin(consumer, at, position)
                continue
            for record in records:
                if record.offset >= span.end:
                    return
                yield record
            reached = records[-1].offset + 1 if records else consumer.position(at, _POLL_MS)
            if reached is not None and reached > position:
                position, asked_anew = reached, False
                deadline = time.monotonic() + settings.timeout
                continue
            # Compaction and retention can empty the tail of a partition; no record will ever
            # lead to its end then. A broker gives the next batch that there is, so one that is
            # asked anew, answers, knows of offsets up to the end and gives none has none. The
            # high watermark is unknown after `_begin` until there is an answer: a broker that is
            # away is never taken for a partition that is empty.
            highwater = consumer.highwater(at)
            if asked_anew and highwater is not None and highwater >= span.end:
                return
            if highwater is not None or not asked_anew:
                _begin(consumer, at, position)
                asked_anew = True
            if time.monotonic() > deadline:
                raise KafkaUnavailableError(
                    f"partition {partition} of {topic} gave nothing at offset {position} for "
                    f"{settings.timeout:g} s, though it ends at {span.end}; is its leader up?"
                )


def _begin(consumer: KafkaConsumer, at: TopicPartition, offset: int) -> None:
    """Reads from ``offset``, with nothing remembered of what was read before."""
    consumer.unsubscribe()
    consumer.assign([at])
    consumer.seek(at, offset)
