"""Through the whole pipeline, from a JSONL file to published Parquet, with one and two workers."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from benchmarks.clock import race
from benchmarks.inputs import Sample, origin, records, samples, write_records
from benchmarks.process import Run, copydesk
from benchmarks.tables import Row, Scale, Section
from transforms.outcomes import split_stories

_BARE = "bare functions"
_ONE = "1 worker"


def measure(scale: Scale) -> Section:
    count, kinds = (60, 20) if scale.quick else (20_000, 1_000)
    pages = samples(kinds)
    bare = len(pages) / race({"": _split}, pages, rounds=1 if scale.quick else 2)[""]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write_records(folder / "pages.jsonl", records(count, pages))
        rounds = [(_ingest(folder, 1), _ingest(folder, 2)) for _ in range(1 if scale.quick else 2)]
    one, two = (_best(runs) for runs in zip(*rounds, strict=True))
    rows = (
        Row(_BARE, bare, "pages/s of CPU"),
        Row(_ONE, count / one.cpu, "pages/s of CPU", count / one.cpu / bare, _BARE, ">= 0.75"),
        Row("2 workers", count / two.cpu, "pages/s of CPU", count / two.cpu / bare, _BARE),
        Row("1 worker, by the clock", count / one.wall, "pages/s"),
        Row("2 workers, by the clock", count / two.wall, "pages/s", one.wall / two.wall, _ONE, ">= 1.7"),
        Row("1 worker, peak memory", one.peak_mb, "MB"),
        Row("2 workers, peak memory of all processes", two.peak_mb, "MB"),
    )  # fmt: skip
    note = (
        f"`copydesk ingest` of one JSONL file with {count:,} text pages ({size / 1e6:,.0f} MB, "
        f"{kinds:,} {origin()} over and over), Python's and Beam's start included, to published "
        "Parquet. CPU counts all processes; the clock also sees what else the machine does. All take turns, "
        "and the better of two rounds counts."
    )
    return Section("Through the pipeline", note, rows)


def _split(page: Sample) -> None:
    split_stories(page.as_text())


def _ingest(folder: Path, workers: int) -> Run:
    """One ingest into a dataset of its own."""
    output = folder / f"out-{uuid4().hex}"
    run = copydesk(
        "ingest", str(folder / "pages.jsonl"), "--output", str(output), "--workers", str(workers)
    )
    shutil.rmtree(output)
    return run


def _best(runs: Sequence[Run]) -> Run:
    """The least that any of ``runs`` took, but the most memory."""
    return Run(
        min(run.wall for run in runs),
        min(run.cpu for run in runs),
        max(run.peak_bytes for run in runs),
        runs[0].printed,
    )
