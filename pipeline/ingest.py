"""The driver: plan a slice, run it, commit it, publish it, until the sources have no more."""

import dataclasses
import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam

from pipeline.commitlog import Commit, Counts, kafka_json
from pipeline.config import IngestConfig, RunConfig
from pipeline.connectors.filesource import FileSource, Passed
from pipeline.connectors.find import find_files
from pipeline.connectors.kafka.settings import TopicAddress
from pipeline.connectors.parquet import Staging, read_manifests
from pipeline.connectors.splits import Slice, Source
from pipeline.errors import TemporaryError
from pipeline.failures import explained
from pipeline.follow import rounds
from pipeline.graph import Rules, build
from pipeline.progress import Listener, Progress, Silent, Tally, Watch
from pipeline.publish import Dataset, open_dataset
from pipeline.runners import make_runner
from pipeline.versions import versions


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run came to. ``counts`` has what it added, not what was there before."""

    counts: Counts
    commits: int
    seconds: float
    too_many_rejects: bool = False
    passed: Passed = field(default_factory=Passed)


def run(
    config: IngestConfig, listener: Listener | None = None, stop: threading.Event | None = None
) -> Summary:
    """Ingests what ``config`` names into its dataset. A run that follows ends when ``stop`` is set.

    Raises:
        UsageError: inputs or options that can never work.
        CopydeskError: the run failed; what was committed before stands, nothing else was added.
    """
    listener = listener or Silent()
    stop = stop or threading.Event()
    if config.streaming:
        from pipeline import streaming

        begun = time.monotonic()
        counts, commits = streaming.run(config, listener, stop)
        return _summary(counts, commits, time.monotonic() - begun, config.max_reject_ratio)
    if config.uses_store:
        from pipeline.stores import use_options

        use_options(make_runner(config.beam_args, config.workers)[1])
    found = find_files(config.files)
    if found.others:
        listener.note(f"{found.others:,} files are passed over: by their names they hold no pages")
    files = FileSource(found.files, config.bounds, config.workers)
    topics = [_topic(name, config, stop, listener) for name in config.topics]
    sources: Iterable[Source] = [files, *topics]
    if config.follow:
        sources = itertools.chain([files], rounds(topics, config.poll_interval, stop))
    patience = config.poll_interval if config.follow else None
    summary = drive(sources, config, listener, patience)
    return dataclasses.replace(summary, passed=files.passed())


def _topic(name: str, config: IngestConfig, stop: threading.Event, listener: Listener) -> Source:
    # Only those who read Kafka load its client.
    from pipeline.connectors.kafka.source import KafkaSource

    return KafkaSource(
        TopicAddress.parse(name), config.kafka, config.bounds.slice_bytes, config.workers, stop,
        listener.note,
    )  # fmt: skip


def drive(
    sources: Iterable[Source],
    config: RunConfig,
    listener: Listener,
    patience: float | None = None,
) -> Summary:
    """Takes the slices of each source in turn and makes one commit of each.

    Who follows is patient: when something outside is away, the next round, ``patience`` seconds
    later, tries again.
    """
    # A wrong flag is told before anything is done.
    make_runner(config.beam_args, config.workers)
    ledger = _Ledger(listener)
    with open_dataset(config.output.resolve()) as dataset:
        for source in sources:
            try:
                for piece in source.slices(dataset.history):
                    commit = ingest_slice(dataset, piece, config, ledger.watching(piece))
                    source.committed(piece)
                    ledger.add(piece, commit.counts)
            except TemporaryError as error:
                if patience is None:
                    raise
                listener.note(f"{error} Trying again in {patience:g} s")
    return ledger.summary(config.max_reject_ratio)


def ingest_slice(
    dataset: Dataset, piece: Slice, config: RunConfig, tell: Callable[[Tally], None]
) -> Commit:
    """Runs one slice through the graph and commits what came out.

    Raises:
        CopydeskError: the engine failed; the dataset is as it was before.
    """
    attempt = dataset.begin(plan_of(piece))
    staging = Staging(str(dataset.storage.path(attempt.folder)), attempt.number)
    try:
        with Watch(staging.sub("progress"), tell):
            _run_graph(piece, config, staging)
        files, counts = read_manifests(staging)
        commit = Commit(
            number=attempt.number,
            attempt=attempt.attempt,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            files=files,
            retires=piece.retires,
            inputs=piece.inputs,
            kafka=piece.kafka,
            counts=counts,
            versions=versions(),
            kind=piece.kind,
        )
        dataset.commit(commit)
    except BaseException as error:
        dataset.abandon(attempt)
        raise explained(error, config.output) from error
    return commit


def _run_graph(piece: Slice, config: RunConfig, staging: Staging) -> None:
    runner, options = make_runner(config.beam_args, config.workers)
    rules = Rules(config.fetched_at, config.min_date_confidence)
    pipeline = beam.Pipeline(runner=runner, options=options)
    build(pipeline, piece.splits, rules, staging, config.bounds)
    pipeline.run().wait_until_finish()


def plan_of(piece: Slice) -> dict[str, Any]:
    """What is logged of a slice before it is read."""
    return {
        "inputs": [dataclasses.asdict(item) for item in piece.inputs],
        "kafka": kafka_json(piece.kafka),
        "retires": list(piece.retires),
        "versions": versions(),
    }


class _Ledger:
    """Adds up what a run has done, and tells the listener."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._begun = time.monotonic()
        self._counts = Counts()
        self._done = Tally()
        self._commits = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def watching(self, piece: Slice) -> Callable[[Tally], None]:
        """What the watch over a slice's workers calls with their sum."""
        total = self._done.bytes + piece.bytes + piece.bytes_left

        def tell(at_work: Tally) -> None:
            done = self._done + at_work
            lag = piece.records_left
            if lag is not None:
                lag += max(0, _offsets(piece) - at_work.pages)
            self._listener.progress(Progress(done, total, self._commits, self.seconds, lag))

        return tell

    def add(self, piece: Slice, counts: Counts) -> None:
        self._commits += 1
        self._counts += counts
        self._done += Tally(piece.bytes, counts.pages, counts.stories, counts.rejected)
        total = self._done.bytes + piece.bytes_left
        self._listener.progress(
            Progress(self._done, total, self._commits, self.seconds, piece.records_left)
        )

    def summary(self, max_reject_ratio: float) -> Summary:
        return _summary(self._counts, self._commits, self.seconds, max_reject_ratio)


def _offsets(piece: Slice) -> int:
    """How many offsets of topics a slice holds."""
    return sum(span.end - span.start for spans in piece.kafka.values() for span in spans.values())


def _summary(counts: Counts, commits: int, seconds: float, max_reject_ratio: float) -> Summary:
    too_many = counts.pages > 0 and counts.rejected / counts.pages > max_reject_ratio
    return Summary(counts, commits, seconds, too_many)
