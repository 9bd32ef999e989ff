"""The Parquet sink beside pyarrow alone: what order, hashes and exactly-once cost."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.inputs import origin, samples
from benchmarks.tables import Row, Scale, Section
from pipeline.config import Bounds
from pipeline.connectors.parquet import (
    PartitionKey,
    SpillRuns,
    Staging,
    read_manifests,
    write_partition,
)
from pipeline.connectors.runs import RunPart
from schemas.arrow import story_rows
from schemas.records import PageStories
from transforms.outcomes import split_stories

_ALONE = "pyarrow alone"
_TO_ARROW = "records to Arrow alone"
_CLOCK_SECONDS = 1e-3  # below it the clock tells nothing
_FEW_DAYS = 10


def measure(scale: Scale) -> Section:
    pages = samples(6 if scale.quick else 300)
    found = [split_stories(page.as_text()) for page in pages]
    once = [outcome for outcome in found if isinstance(outcome, PageStories)]
    outcomes = once * (1 if scale.quick else 60)
    few = [_dated(outcome, i % _FEW_DAYS) for i, outcome in enumerate(outcomes)]
    days = {s.published_at.date() if s.published_at else None for o in outcomes for s in o.stories}
    ways: dict[str, Callable[[], float]] = {
        _TO_ARROW: lambda: _arrow(few),
        _ALONE: lambda: _alone(few),
        f"copydesk's sink, {_FEW_DAYS} days": lambda: _sink(few),
        f"copydesk's sink, {len(days)} days": lambda: _sink(outcomes),
    }
    seconds = dict.fromkeys(ways, float("inf"))
    # In turns, so that a slow moment of the machine is not one contender's.
    for _ in range(1 if scale.quick else 3):
        for name, way in ways.items():
            seconds[name] = min(seconds[name], max(way(), _CLOCK_SECONDS))
    rows = sum(len(outcome.stories) for outcome in outcomes)
    size = sum(len(story.body.encode()) for outcome in outcomes for story in outcome.stories)
    table = [
        Row(name, rows / taken, "rows/s", seconds[_ALONE] / taken, _ALONE)
        for name, taken in seconds.items()
    ]
    note = (
        f"CPU time for {rows:,} rows with {size / 1e6:,.0f} MB of bodies from {origin()}, records "
        "in memory to files on disk. pyarrow alone makes Arrow rows and writes one file of them as "
        "they come (zstd-3). The sink parts them by day, sorts them through runs on disk, writes "
        "page index and Bloom filters, hashes and syncs each file."
    )
    return Section("Parquet writing", note, tuple(table))


def _dated(outcome: PageStories, day: int) -> PageStories:
    time_ = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=day)
    return PageStories(tuple(replace(story, published_at=time_) for story in outcome.stories))


def _arrow(outcomes: list[PageStories]) -> float:
    begun = time.process_time()
    story_rows(story for outcome in outcomes for story in outcome.stories)
    return time.process_time() - begun


def _alone(outcomes: list[PageStories]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        rows = story_rows(story for outcome in outcomes for story in outcome.stories)
        table = pa.Table.from_batches([rows])
        pq.write_table(table, f"{folder}/rows.parquet", compression="zstd", compression_level=3)
        return time.process_time() - begun


def _sink(outcomes: list[PageStories]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        staging, bounds = Staging(folder, 1), Bounds()
        parts: dict[PartitionKey, list[RunPart]] = {}
        begun = time.process_time()
        spill = SpillRuns(staging, bounds.spill_bytes)
        spill.start_bundle()
        for outcome in outcomes:
            for key, part in spill.process(outcome):
                parts.setdefault(key, []).append(part)
        for windowed in spill.finish_bundle():
            key, part = windowed.value
            parts.setdefault(key, []).append(part)
        for key, group in parts.items():
            write_partition(staging, bounds, key, group)
        read_manifests(staging)
        return time.process_time() - begun
