"""What a connector for input must offer: a plan in slices, and splits that workers read.

A *source* is asked by the driver, in one process, what there is that the dataset does not hold
yet. It answers in *slices*: each is one Beam run and one commit. A slice holds *splits*, which
are sent to workers; one split is read by one worker, splits of a slice in any order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.commitlog import FileInput, History, KafkaRanges
from schemas.records import RawPage, Reject

# Called by a split while it reads: so many further bytes of the input are done.
Advance = Callable[[int], None]


class Split(Protocol):
    """A share of the input. A frozen value that can be pickled and read twice with one result."""

    @property
    def bytes(self) -> int:
        """Size of the share in bytes of the input, about; for progress and balance only."""
        ...

    def read(self, advance: Advance) -> Iterator[RawPage | Reject]:
        """Yields every record of the share once, a record that cannot be read as a reject.

        Holds no more than a record and a buffer in memory. An exception fails the whole run, so
        only what another run could mend (a broker that is away) may leave as one.
        """
        ...


@dataclass(frozen=True, slots=True)
class Slice:
    """So much of the input as becomes one commit.

    ``kind``, ``inputs``, ``kafka`` and ``retires`` go into the commit record as they are.
    ``bytes_left`` is the size of what the source has behind this slice, if it knows;
    ``records_left`` the same in records, for a topic.
    """

    splits: tuple[Split, ...]
    inputs: tuple[FileInput, ...] = ()
    kafka: KafkaRanges = field(default_factory=dict)
    retires: tuple[str, ...] = ()
    bytes_left: int = 0
    records_left: int | None = None
    kind: str = "ingest"

    @property
    def bytes(self) -> int:
        return sum(split.bytes for split in self.splits)


class Source(Protocol):
    """Where input comes from, as the driver sees it."""

    def slices(self, history: History) -> Iterator[Slice]:
        """Yields what the dataset does not hold yet; the driver commits each before the next.

        ``history`` grows by each commit while the iterator lives. A source that follows its
        input sleeps in here and returns when it is told to stop.
        """
        ...

    def committed(self, done: Slice) -> None:
        """Called when a slice's rows are published: the time to tell the outside."""
        ...
