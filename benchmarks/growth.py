"""How cost grows with commits, files, partitions and pages: drawn, and as an exponent.

An exponent of 1 is linear: twice the amount, twice the cost. Above 1 it will end some day.
"""

import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.chart import Curve, draw
from benchmarks.clock import race
from benchmarks.inputs import records, samples, write_records
from benchmarks.process import copydesk
from benchmarks.tables import Row, Scale, Section
from pipeline.commitlog import COMMITS, Commit, Counts, DataFile, FileInput, commit_name
from pipeline.connectors.find import find_files
from pipeline.publish import open_dataset

_CHART = Path(__file__).resolve().parents[1] / "build" / "growth.svg"


def measure(scale: Scale) -> Section:
    commits = (10, 20) if scale.quick else (10, 100, 1_000, 10_000)
    files = (10, 20) if scale.quick else (100, 1_000, 10_000, 100_000)
    partitions = (2, 4) if scale.quick else (10, 100, 1_000)
    pages = (10, 20) if scale.quick else (500, 2_000, 8_000)
    curves = (
        _curve("open a dataset of so many commits", commits, _open),
        _curve("the same, with a hundred files in each commit", commits[:3], _open_files),
        _curve("find so many input files", files, _find),
        _curve("ingest 2,000 rows into so many days", partitions, _days),
        _curve("ingest so many pages", pages, _pages),
    )
    _CHART.parent.mkdir(parents=True, exist_ok=True)
    _CHART.write_text(draw("Seconds against amount", curves), encoding="utf-8")
    rows = []
    for curve in curves:
        last = f"{curve.name}: {curve.points[-1][0]:,}"
        rows.append(Row(last, curve.points[-1][1], "s"))
        rows.append(Row(f"{curve.name}: exponent", exponent(curve.points), ""))
    note = (
        "CPU seconds against amount; the exponent is the slope between the last two amounts on a "
        "chart with logarithmic axes (`build/growth.svg`). 1 is linear, below 1 a fixed cost still weighs."
    )
    points = {curve.name: curve.points for curve in curves}
    return Section("How cost grows", note, tuple(rows), {"points": points})


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope between the last two points on logarithmic axes."""
    (x0, y0), (x1, y1) = points[-2:]
    floor = 1e-4  # below it the clock tells nothing
    return math.log(max(y1, floor) / max(y0, floor)) / math.log(x1 / x0)


def _curve(name: str, amounts: Sequence[int], cost: Callable[[Path, int], float]) -> Curve:
    points = []
    for amount in amounts:
        with tempfile.TemporaryDirectory() as folder:
            points.append((amount, cost(Path(folder), amount)))
    return Curve(name, tuple(points))


def _timed(work: Callable[[], object]) -> float:
    """The best of three: a slope between two single looks is more of the machine than of the work."""
    return race({"work": lambda _: work()}, [None], rounds=3)["work"]


def _open(folder: Path, commits: int, files: int = 1) -> float:
    (folder / COMMITS).mkdir()
    for number in range(1, commits + 1):
        added = tuple(
            DataFile(f"stories/published_date=2024-01-01/{commit_name(number)}-{n:04}.parquet", "stories", "2024-01-01", 1, 1, "0" * 64)
            for n in range(files)
        )  # fmt: skip
        source = FileInput(f"/in/{number}.jsonl", f"{number}.jsonl", 1, 1, "0" * 64, 0, 1)
        commit = Commit(
            number, "attempt", "2024-01-01", added, inputs=(source,), counts=Counts(1, 1)
        )
        (folder / COMMITS / f"{commit.name}.json").write_bytes(commit.to_json())

    def work() -> None:
        with open_dataset(folder) as dataset:
            dataset.history.live_files()

    return _timed(work)


def _open_files(folder: Path, commits: int) -> float:
    return _open(folder, commits, 100)


def _find(folder: Path, files: int) -> float:
    for number in range(files):
        target = folder / f"{number // 1000}"
        target.mkdir(exist_ok=True)
        (target / f"{number}.txt").touch()
    return _timed(lambda: find_files((str(folder),)))


def _days(folder: Path, days: int) -> float:
    lines = []
    for i in range(2_000 if days > 4 else 20):
        text = (
            f"Headline number {i} of the morning paper\n\nPublished {1 + i % 28} March "
            f"{1990 + i % days // 28}\n\n"
            + "The council of the harbour town met on the old bridge. "
            * 8
        )
        lines.append(json.dumps({"page_id": str(i), "text": text}).encode() + b"\n")
    write_records(folder / "pages.jsonl", iter(lines))
    return copydesk("ingest", str(folder / "pages.jsonl"), "--output", str(folder / "out")).cpu


def _pages(folder: Path, pages: int) -> float:
    write_records(folder / "pages.jsonl", records(pages, samples(min(pages, 400))))
    return copydesk("ingest", str(folder / "pages.jsonl"), "--output", str(folder / "out")).cpu
