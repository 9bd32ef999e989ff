"""A run whose commit is its own last step: submit it and leave, as Dataflow's templates do.

The driver plans one slice, hands it to the engine and ends. When all rows are staged, a last step
makes the commit. It needs an output without a lock that dies with the driver: an object store,
where writers meet at the commit record.
"""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.transforms.combiners import Count

from pipeline.commitlog import Commit, read_history
from pipeline.config import IngestConfig
from pipeline.connectors.filesource import FileSource
from pipeline.connectors.find import find_files
from pipeline.connectors.kafka.settings import TopicAddress
from pipeline.connectors.kafka.source import KafkaSource
from pipeline.connectors.parquet import Staging, read_manifests
from pipeline.connectors.splits import Source
from pipeline.errors import UsageError
from pipeline.graph import Rules, build
from pipeline.ingest import plan_of
from pipeline.objects import ObjectStorage
from pipeline.places import place
from pipeline.publish import Dataset, open_dataset
from pipeline.runners import make_runner
from pipeline.stores import use_options
from pipeline.versions import versions

# All that is new goes into the one slice of a run.
_UNBOUNDED = 1 << 50


@dataclass(frozen=True, slots=True)
class Due:
    """A commit that waits for its files. ``root`` is the dataset's address."""

    root: str
    folder: str
    commit: Commit


def submit(config: IngestConfig) -> Any:
    """Hands what is new in the inputs to the engine; gives its result, or None if nothing is new.

    Raises:
        UsageError: the output is a folder, or the inputs are more than files or one topic.
    """
    if isinstance(config.output, Path):
        raise UsageError("a run that is left alone needs an --output like gs://… or s3://…")
    runner, options = make_runner(config.beam_args, config.workers)
    use_options(options)
    source = _source(config)
    with open_dataset(config.output) as dataset:
        piece = next(iter(source.slices(dataset.history)), None)
        if piece is None:
            return None
        attempt = dataset.begin(plan_of(piece))
    commit = Commit(
        number=attempt.number,
        attempt=attempt.attempt,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        retires=piece.retires,
        inputs=piece.inputs,
        kafka=piece.kafka,
        versions=versions(),
        kind=piece.kind,
    )
    due = Due(str(config.output), attempt.folder, commit)
    pipeline = beam.Pipeline(runner=runner, options=options)
    rules = Rules(config.fetched_at, config.min_date_confidence)
    staging = Staging(f"{due.root}/{due.folder}", commit.number)
    _ = (
        build(pipeline, piece.splits, rules, staging, config.bounds)
        # One element when all partitions are written, also if there are none.
        | "AllWritten" >> Count.Globally()
        | "Commit" >> beam.Map(lambda _: complete(due))
    )
    return pipeline.run()


def complete(due: Due) -> None:
    """Makes the commit of staged files. An engine may call it twice.

    Raises:
        LockedError: another run has made a commit of this number.
    """
    root = place(due.root)
    if isinstance(root, Path):
        raise UsageError(f"{root} is no address of an object store")
    storage = ObjectStorage(root)
    history = read_history(storage)
    made = [c for c in history.commits if c.number == due.commit.number]
    if made and made[0].attempt == due.commit.attempt:
        with open_dataset(root):  # mends what a step that died left unpublished
            return
    files, counts = read_manifests(Staging(f"{due.root}/{due.folder}", due.commit.number))
    commit = dataclasses.replace(due.commit, files=files, counts=counts)
    Dataset(storage, history).commit(commit)


def _source(config: IngestConfig) -> Source:
    bounds = dataclasses.replace(config.bounds, slice_bytes=_UNBOUNDED, slice_files=_UNBOUNDED)
    if not config.topics:
        return FileSource(find_files(config.files).files, bounds, config.workers)
    if len(config.topics) > 1 or config.files:
        raise UsageError("a run that is left alone reads files, or one topic; start one for each")
    address = TopicAddress.parse(config.topics[0])
    return KafkaSource(address, config.kafka, bounds.slice_bytes, config.workers)
