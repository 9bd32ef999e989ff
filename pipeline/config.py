"""What one ingest is to do: a frozen value, checked once when it is made.

The command line, the scheduler and the tests all build this value; nothing below reads options.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.errors import UsageError
from pipeline.places import Place, on_store

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The sizes that bound memory, files and commits. The defaults suit one machine.

    ``slice_bytes`` and ``slice_files``: so much input is one Beam run and one commit, so this is
    what a crash costs at most. ``split_bytes``: so much of a large file one worker reads at a
    time. ``spill_bytes``: so many rows a worker holds before it writes them down.
    ``file_bytes``, ``row_group_rows`` and ``row_group_bytes``: the shape of the Parquet files,
    in bytes of text before compression; DuckDB wants row groups of about 100,000 rows.
    """

    slice_bytes: int = 1024 * _MB
    slice_files: int = 20_000
    split_bytes: int = 2 * _MB
    spill_bytes: int = 64 * _MB
    file_bytes: int = 1024 * _MB
    row_group_rows: int = 100_000
    row_group_bytes: int = 64 * _MB

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """How a run works and where its rows go, wherever its pages come from.

    ``fetched_at`` (aware) is for records that have none of their own. A published date below
    ``min_date_confidence`` is left out of its row. More rejects than ``max_reject_ratio`` of the
    pages make ``Summary.too_many_rejects``. ``beam_args`` go to Beam as they are.

    Raises:
        UsageError: a value that can never work, with what to write instead.
    """

    output: Place
    workers: int = 1
    fetched_at: datetime | None = None
    min_date_confidence: float = 0.0
    max_reject_ratio: float = 1.0
    beam_args: tuple[str, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise UsageError(f"--workers is {self.workers}; it must be at least 1")
        if self.fetched_at is not None and self.fetched_at.tzinfo is None:
            raise UsageError("--fetched-at has no time zone; write it like 2025-04-06T12:00:00Z")
        for name in ("min_date_confidence", "max_reject_ratio"):
            if not 0 <= getattr(self, name) <= 1:
                option = name.replace("_", "-")
                raise UsageError(f"--{option} is {getattr(self, name)}; it must be from 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestConfig(RunConfig):
    """One ingest: ``inputs`` are files, folders and globs, on disk or on object stores (``s3://``,
    ``gs://``), and ``kafka://`` addresses.

    ``follow`` looks for new records every ``poll_interval`` seconds, until it is told to stop.
    ``window``: with ``--streaming``, so many seconds of reading become one commit.
    """

    inputs: tuple[str, ...]
    kafka: KafkaSettings = field(default_factory=KafkaSettings)
    follow: bool = False
    poll_interval: float = 30.0
    window: float = 60.0

    def __post_init__(self) -> None:
        RunConfig.__post_init__(self)
        if not self.inputs or "" in self.inputs:
            raise UsageError("no input: name at least one file, folder, glob or kafka:// address")
        for name in ("poll_interval", "window"):
            if not getattr(self, name) > 0:
                option = name.replace("_", "-")
                raise UsageError(
                    f"--{option} is {getattr(self, name):g}; it must be above 0 seconds"
                )
        if self.follow and not self.topics:
            raise UsageError("--follow needs a kafka:// input; files are read once")

    @property
    def streaming(self) -> bool:
        """Whether the engine is asked for the endless mode."""
        return any(name in ("--streaming", "--streaming=true") for name in self.beam_args)

    @property
    def endless(self) -> bool:
        """Whether the run goes on until it is told to stop."""
        return self.follow or self.streaming

    @property
    def uses_store(self) -> bool:
        """Whether the run reads or writes an object store."""
        return not isinstance(self.output, Path) or any(on_store(name) for name in self.inputs)

    @property
    def topics(self) -> tuple[str, ...]:
        """The inputs that are Kafka topics."""
        return tuple(name for name in self.inputs if name.startswith("kafka://"))

    @property
    def files(self) -> tuple[str, ...]:
        """The inputs that are files, folders and globs, on disk or on object stores.

        Raises:
            UsageError: an address of a kind that copydesk cannot read.
        """
        names = tuple(name for name in self.inputs if not name.startswith("kafka://"))
        for name in names:
            scheme, mark, _ = name.partition("://")
            if mark and not on_store(name):
                raise UsageError(
                    f"{scheme}:// is not known; an input is a file, a folder or a glob, also as "
                    "s3://… or gs://…, or kafka://…"
                )
        return names
