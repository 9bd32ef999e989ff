"""The endless mode: a topic through a streaming runner into the same dataset, by the same protocol.

Pages are split as they come and gathered in windows of the time of reading. A window's rows are
written down in sorted runs by whoever has them; one step at the end makes the window's commit:
plan, Parquet files, record, publish, as every ingest does. In a window the pages of a partition
are one run of offsets, and a commit must go on exactly where the one before ended. So a window
that comes twice is passed over, one that comes early waits for its turn, and one whose
predecessor is lost is never committed: no runner can lose or double a page without it being seen.
"""

import contextlib
import json
import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, SetupOptions
from apache_beam.transforms.window import FixedWindows, IntervalWindow

from pipeline.commitlog import Commit, Counts, History, OffsetRange, kafka_json, read_history
from pipeline.config import Bounds, IngestConfig
from pipeline.connectors.kafka.drain import look, plan
from pipeline.connectors.kafka.settings import KafkaSettings, TopicAddress
from pipeline.connectors.kafka.source import KafkaSource
from pipeline.connectors.kafka.unbounded import KafkaPage, KafkaPages, ReadKafkaPages, runs
from pipeline.connectors.parquet import PartitionKey, Staging, read_manifests, write_partition
from pipeline.connectors.runs import RunPart, write_run
from pipeline.connectors.splits import Slice
from pipeline.errors import CopydeskError, UsageError
from pipeline.graph import Rules
from pipeline.options import beam_options, chosen_runner
from pipeline.progress import Listener, Progress, Silent, Tally
from pipeline.publish import STAGING, STREAM, Dataset, LockedError, open_dataset
from pipeline.storage import Storage
from pipeline.versions import versions
from schemas.arrow import reject_rows, story_rows
from schemas.partitions import partition_key
from schemas.records import PageStories, Reject, Story
from transforms.outcomes import split_stories

_LOG = logging.getLogger(__name__)
# Another worker of the same job may be at its commit; so long its lock is waited for.
_LOCK_SECONDS = 120.0
_LOOK_SECONDS = 1.0
# Windows end in order and are committed within seconds; so many in a queue mean that one is lost.
_WAITING_WINDOWS = 10


@dataclass(frozen=True, slots=True)
class Job:
    """One submitted streaming run: where its workers meet. ``topic_ids`` by topic."""

    output: str
    name: str
    bounds: Bounds
    kafka: KafkaSettings
    topic_ids: Mapping[str, str | None]

    @property
    def folder(self) -> Path:
        return Path(self.output, STAGING, STREAM, self.name)

    @property
    def lease(self) -> Path:
        """The job goes on as long as this file is there: its launcher takes it away when it is told
        to stop, a run that comes after it removes the folder."""
        return self.folder / "job.json"


@dataclass(frozen=True, slots=True)
class Committed:
    """The offsets of ``topic`` that come next in the dataset at ``output``, by partition."""

    output: str
    topic: str

    def __call__(self) -> dict[int, int]:
        spans = read_history(Storage(Path(self.output))).offsets.get(self.topic, {})
        return {number: span.end for number, span in spans.items()}


@dataclass(frozen=True, slots=True)
class StagedPart:
    """What one partition of a topic brought into one window, written down as runs of rows."""

    topic: str
    partition: int
    spans: tuple[tuple[int, int], ...]
    parts: tuple[tuple[PartitionKey, RunPart], ...]


def run(
    config: IngestConfig, listener: Listener | None = None, stop: threading.Event | None = None
) -> tuple[Counts, int]:
    """Runs until the job ends or ``stop`` is set; gives what was committed meanwhile.

    What is not committed when it stops is read again by the next run.

    Raises:
        UsageError: inputs that are no topics, or a runner that cannot do it.
        CopydeskError: the job failed.
    """
    listener, stop = listener or Silent(), stop or threading.Event()
    if config.files or not config.topics:
        raise UsageError("--streaming reads kafka:// inputs alone; ingest files without it")
    options = engine_options(config.beam_args)
    if not isinstance(config.output, Path):
        raise UsageError("--streaming needs a folder that all workers share as --output")
    root = config.output.resolve()
    with open_dataset(root) as dataset:
        job, sources = _begin(dataset, config, listener)
        seen = dataset.history.last
    # Workers elsewhere import this package; the state of this process is of no use to them.
    options.view_as(SetupOptions).save_main_session = False
    pipeline = beam.Pipeline(options=options)
    build(
        pipeline, sources, Rules(config.fetched_at, config.min_date_confidence), job, config.window
    )
    return _watch(pipeline.run(), job, seen, listener, stop)


def engine_options(arguments: tuple[str, ...]) -> PipelineOptions:
    """The engine's options for an endless job, from the command line's unknown flags.

    Raises:
        UsageError: a runner or an option that an endless job cannot have.
    """
    if any(flag.startswith("--checkpointing_interval") for flag in arguments):
        # What a bundle gives while Flink takes a checkpoint, Beam keeps until the step's next bundle
        # begins (BEAM-10558). The step that deals out the source has one bundle in all: nothing
        # would ever be read; a step that has none for a while would keep a window back.
        arguments = (*arguments, "--finish_bundle_before_checkpointing")
    options = beam_options(arguments)
    if chosen_runner(options) in (None, "FnApiRunner", "DirectRunner"):
        raise UsageError(
            "--streaming needs a runner that fires windows: --runner=PrismRunner, PortableRunner, "
            "FlinkRunner or DataflowRunner; on the local one use --follow"
        )
    if any(flag.startswith("--savepoint_path") for flag in arguments):
        # What a savepoint restores is the job of before, whose lease is gone: it reads nothing.
        raise UsageError(
            "--streaming begins at the dataset's last commit and takes no savepoint: "
            "leave out --savepoint_path"
        )
    return options


def build(
    root: beam.Pipeline, sources: list[KafkaPages], rules: Rules, job: Job, seconds: float
) -> None:
    """Adds all steps of the endless mode to ``root``."""
    _ = (
        [root | f"Read {source.topic}" >> ReadKafkaPages(source) for source in sources]
        | "AllTopics" >> beam.Flatten()
        | "DealPages" >> beam.Reshuffle()
        | "SplitStories" >> beam.ParDo(SplitPages(rules))
        | "Windows" >> beam.WindowInto(FixedWindows(seconds))
        | "GroupByPartition" >> beam.GroupByKey()
        | "WriteRuns" >> beam.ParDo(WriteRuns(job))
        | "GroupByWindow" >> beam.GroupByKey()
        | "CommitWindows" >> beam.ParDo(CommitWindows(job))
    )


Outcome = tuple[PageStories | Reject, int, int]


@beam.typehints.with_output_types(tuple[str, Any])
class SplitPages(beam.DoFn):
    """``KafkaPage`` in; out what became of it, by its partition, with the offsets that it covers."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def process(self, read: KafkaPage) -> Iterator[tuple[str, Outcome]]:
        page = read.page
        outcome = (
            page
            if isinstance(page, Reject)
            else split_stories(page, self._rules.fetched_at, self._rules.min_date_confidence)
        )
        yield f"{read.partition}/{read.topic}", (outcome, read.start, read.end)


@beam.typehints.with_output_types(tuple[str, Any])
class WriteRuns(beam.DoFn):
    """All outcomes of a partition in a window; writes their rows down, gives a ``StagedPart``."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def process(
        self,
        element: tuple[str, Iterable[Outcome]],
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[tuple[str, StagedPart]]:
        if not self._job.lease.exists():
            return
        key, outcomes = element
        number, _, topic = key.partition("/")
        folder = self._job.folder / window_name(window)
        folder.mkdir(parents=True, exist_ok=True)
        spans: list[tuple[int, int]] = []
        parts: list[tuple[PartitionKey, RunPart]] = []
        held: list[PageStories | Reject] = []
        size = 0
        for outcome, start, end in outcomes:
            spans.append((start, end))
            held.append(outcome)
            size += _size(outcome)
            if size >= self._job.bounds.spill_bytes:
                parts += _spill(folder, held)
                held, size = [], 0
        parts += _spill(folder, held)
        yield "", StagedPart(topic, int(number), tuple(runs(iter(spans))), tuple(parts))


class CommitWindows(beam.DoFn):
    """All parts of a window; makes its commit. The last step, so nothing comes out."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def process(
        self,
        element: tuple[str, Iterable[StagedPart]],
        window: Any = beam.DoFn.WindowParam,
    ) -> None:
        commit_window(self._job, window_name(window), list(element[1]))


def window_name(window: IntervalWindow) -> str:
    """The window's end in milliseconds since the epoch, so that names sort as windows do."""
    return f"{int(window.end.micros) // 1000:015}"


def _size(outcome: PageStories | Reject) -> int:
    if isinstance(outcome, Reject):
        return 1024 + len(outcome.payload or b"")
    return sum(2048 + 2 * len(story.body) for story in outcome.stories)


def _spill(folder: Path, outcomes: list[PageStories | Reject]) -> Iterator[tuple[PartitionKey, RunPart]]:  # fmt: skip
    stories: list[Story] = []
    rejects: list[Reject] = []
    for outcome in outcomes:
        if isinstance(outcome, Reject):
            rejects.append(outcome)
        else:
            stories += outcome.stories
    if stories:
        days = [partition_key(story.published_at) for story in stories]
        for day, part in write_run(folder / f"{uuid4().hex}.arrow", story_rows(stories), days):
            yield ("stories", day), part
    if rejects:
        rows = reject_rows(rejects)
        for _, part in write_run(folder / f"{uuid4().hex}.arrow", rows, [None] * len(rejects)):
            yield ("rejects", None), part


# --- the commits -----------------------------------------------------------------------------

_COMMITTING = threading.Lock()
# What this process knows of the commit logs of datasets since its last window, by their folders:
# else each window would read the whole log. Guarded by _COMMITTING.
_KNOWN: dict[str, History] = {}


def commit_window(job: Job, window: str, parts: list[StagedPart]) -> int:
    """Commits a window, and those that waited for it; gives the number of commits made.

    Safe to call again with the same window, from any worker. A job without a lease commits nothing:
    who reads next begins at the last commit.

    Raises:
        CopydeskError: offsets overlap what the dataset holds, or a window was lost.
    """
    made = 0
    # What is known is taken out first: after a failure the log is read from its beginning.
    with _COMMITTING, _opened(Path(job.output), _KNOWN.pop(job.output, None)) as dataset:
        if not job.lease.exists():
            return 0
        _write_pending(job, window, parts)
        while _commit_next(job, dataset):
            made += 1
        _KNOWN[job.output] = dataset.history.tip()
    return made


@contextlib.contextmanager
def _opened(root: Path, known: History | None) -> Iterator[Dataset]:
    deadline = time.monotonic() + _LOCK_SECONDS
    with contextlib.ExitStack() as stack:
        while True:
            try:
                dataset = stack.enter_context(open_dataset(root, known))
                break
            except LockedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield dataset


def _write_pending(job: Job, window: str, parts: list[StagedPart]) -> None:
    path = job.folder / f"{window}.json"
    temporary = path.with_suffix(f".{uuid4().hex}.tmp")
    temporary.write_text(json.dumps([asdict(part) for part in parts]))
    temporary.replace(path)


def _read_pending(path: Path) -> list[StagedPart]:
    return [
        StagedPart(
            item["topic"],
            item["partition"],
            tuple((start, end) for start, end in item["spans"]),
            tuple(((key[0], key[1]), RunPart(**run)) for key, run in item["parts"]),
        )
        for item in json.loads(path.read_text())
    ]


def _commit_next(job: Job, dataset: Dataset) -> bool:
    """Commits one waiting window whose offsets come next; False if there is none."""
    waiting = 0
    for path in sorted(job.folder.glob("*[0-9].json")):
        parts = _read_pending(path)
        states = {_state(dataset.history, part) for part in parts}
        if states == {"next"}:
            _commit(job, dataset, parts)
        elif states <= {"next", "early"}:
            waiting += 1
            _LOG.warning("window %s waits for offsets that come before it", path.stem)
            if waiting < _WAITING_WINDOWS:
                continue
            raise CopydeskError(
                f"{waiting} windows wait for offsets that never came: the engine lost a window. "
                "Start the streaming run anew, it goes on where the dataset ends"
            )
        elif states != {"held"}:
            raise CopydeskError(
                f"window {path.stem} holds offsets of which the dataset has a part already. Start "
                "the streaming run anew, it goes on where the dataset ends"
            )
        path.unlink()
        shutil.rmtree(job.folder / path.stem, ignore_errors=True)
        if states == {"next"}:
            return True
    return False


def _state(history: History, part: StagedPart) -> str:
    """How a part lies to what the dataset holds: ``next``, ``held``, ``early`` or ``torn``."""
    if len(part.spans) != 1:
        return "torn"
    ((start, end),) = part.spans
    known = history.next_offset(part.topic, part.partition)
    if known is None or start == known:
        return "next"
    if end <= known:
        return "held"
    return "early" if start > known else "torn"


def _commit(job: Job, dataset: Dataset, parts: list[StagedPart]) -> None:
    ranges: dict[str, dict[int, OffsetRange]] = {}
    merged: dict[PartitionKey, list[RunPart]] = {}
    for part in parts:
        start, end = part.spans[0]
        span = OffsetRange(start, end, job.topic_ids.get(part.topic))
        ranges.setdefault(part.topic, {})[part.partition] = span
        for key, run_part in part.parts:
            merged.setdefault(key, []).append(run_part)
    attempt = dataset.begin({"kafka": kafka_json(ranges), "versions": versions()})
    staging = Staging(str(dataset.storage.path(attempt.folder)), attempt.number)
    for key, run_parts in sorted(merged.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        write_partition(staging, job.bounds, key, run_parts)
    files, counts = read_manifests(staging)
    dataset.commit(
        Commit(
            number=attempt.number,
            attempt=attempt.attempt,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            files=files,
            kafka=ranges,
            counts=counts,
            versions=versions(),
        )
    )
    for topic, spans in ranges.items():
        # The cluster's address is in the settings; the topic's name is all that is missing.
        address = TopicAddress(job.kafka.servers, topic)
        KafkaSource(address, job.kafka, 1).committed(Slice((), kafka={topic: spans}))


# --- the driver ------------------------------------------------------------------------------


def _begin(
    dataset: Dataset, config: IngestConfig, listener: Listener
) -> tuple[Job, list[KafkaPages]]:
    """Says where each partition begins, in a commit where that is new, and makes the job's folder.

    The folders of earlier jobs go: a job that is still alive somewhere finds that it was replaced.
    """
    sources: list[KafkaPages] = []
    topic_ids: dict[str, str | None] = {}
    settings = config.kafka
    begins: dict[str, dict[int, OffsetRange]] = {}
    for name in config.topics:
        address = TopicAddress.parse(name)
        settings = config.kafka.with_servers(address.servers)
        state = look(settings, address.topic)
        read = dataset.history.offsets.get(address.topic, {})
        ranges, gaps = plan(settings, state, read)
        for gap in gaps:
            listener.note(gap)
        topic_ids[address.topic] = state.topic_id
        starts = {number: span.start for number, span in ranges.items()}
        moved = {
            number: OffsetRange(start, start, state.topic_id)
            for number, start in starts.items()
            if number not in read or read[number].end != start
        }
        if moved:
            begins[address.topic] = moved
        sources.append(KafkaPages(settings, address.topic, starts))
    if len({source.settings.servers for source in sources}) > 1:
        raise UsageError("--streaming reads topics of one cluster in one run")
    job = Job(str(dataset.storage.root), uuid4().hex[:12], config.bounds, settings, topic_ids)
    if begins:
        _commit(job, dataset, [
            StagedPart(topic, number, ((span.start, span.end),), ())
            for topic, spans in begins.items() for number, span in spans.items()
        ])  # fmt: skip
    dataset.storage.remove_tree(f"{STAGING}/{STREAM}")
    job.folder.mkdir(parents=True)
    job.lease.write_text(json.dumps({"topics": sorted(topic_ids)}))
    return job, [
        replace(source, lease=str(job.lease), committed=Committed(job.output, source.topic))
        for source in sources
    ]


def _watch(
    result: Any, job: Job, seen: int, listener: Listener, stop: threading.Event
) -> tuple[Counts, int]:
    """Tells of each commit, until the job ends or is told to stop."""
    root = Path(job.output)
    ended = threading.Event()
    failure: list[BaseException] = []

    def wait() -> None:
        try:
            result.wait_until_finish()
        except BaseException as error:
            failure.append(error)
        ended.set()

    _quiet_after(stop)
    threading.Thread(target=wait, name="job", daemon=True).start()
    begun = time.monotonic()
    counts, made = Counts(), 0
    while True:
        over = ended.wait(_LOOK_SECONDS) or stop.is_set()
        for commit in _commits_since(root, seen + made):
            counts += commit.counts
            made += 1
        tally = Tally(0, counts.pages, counts.stories, counts.rejected)
        listener.progress(Progress(tally, 0, made, time.monotonic() - begun))
        if over:
            break
    if stop.is_set():
        logging.disable()
        # Beam's job server for Flink takes the cancel and leaves the job running on the cluster.
        job.lease.unlink(missing_ok=True)
        with contextlib.suppress(Exception):
            result.cancel()
    elif not job.lease.exists():
        raise CopydeskError(
            f"another streaming run has taken over {job.output}; this one ends here"
        )
    elif failure:
        raise CopydeskError(f"the streaming job failed: {failure[0]}") from failure[0]
    return counts, made


def _quiet_after(stop: threading.Event) -> None:
    """Lets threads die in silence once the run is told to stop.

    Ctrl-C also reaches an engine that was started from here, maybe before it reaches us. What
    our threads say about being cut off from it is no news then.
    """
    aloud = threading.excepthook

    def say(thread: Any) -> None:
        if not stop.wait(_LOOK_SECONDS):
            aloud(thread)

    threading.excepthook = say


def _commits_since(root: Path, number: int) -> Iterator[Commit]:
    while True:
        number += 1
        path = root / "_commits" / f"{number:09}.json"
        if not path.exists():
            return
        yield Commit.from_json(path.read_bytes())
