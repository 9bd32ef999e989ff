"""Peak memory against the number of pages: settings bound it, not the input."""

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.inputs import write_records
from benchmarks.process import copydesk
from benchmarks.tables import Row, Scale, Section

_DAYS = 365
_WORDS = (
    "harbour council bridge budget minister school river market station engineer report vote "
    "winter museum ferry library signal tunnel orchard festival inspector timber quarry clinic"
).split()


def measure(scale: Scale) -> Section:
    counts = [20, 40] if scale.quick else [10_000, 100_000]
    if scale.million:
        counts.append(1_000_000)
    rows: list[Row] = []
    before: tuple[int, float] | None = None
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            source = Path(name, "pages.jsonl")
            size = write_records(source, generated(count))
            run = copydesk("ingest", str(source), "--output", f"{name}/out")
        what = f"{count:,} pages ({size / 1e6:,.0f} MB)"
        if before is None:
            rows.append(Row(what, run.peak_mb, "MB"))
        else:
            target = "<= 1.2" if before[0] >= 100_000 else None
            ratio = run.peak_mb / before[1]
            rows.append(Row(what, run.peak_mb, "MB", ratio, f"{before[0]:,} pages", target))
        before = (count, run.peak_mb)
    note = (
        "Peak resident memory of `copydesk ingest` with one worker on one JSONL file of generated "
        f"pages of three paragraphs, dated over {_DAYS} days, so that a commit writes to as many "
        "partitions. A slice has 1 GiB of input, as by default."
    )
    return Section("Memory", note, tuple(rows))


def generated(count: int) -> Iterator[bytes]:
    """JSON lines of ``count`` pages with a headline, a date and three paragraphs; always the same."""
    dice = random.Random(7)
    for i in range(count):
        day = date(2024, 1, 1) + timedelta(days=dice.randrange(_DAYS))
        text = "\n\n".join(
            (
                _sentence(dice, 8).rstrip("."),
                f"Published {day:%d %B %Y}",
                *(" ".join(_sentence(dice, 14) for _ in range(3)) for _ in range(3)),
            )
        )
        record = {"page_id": f"page-{i}", "url": f"https://site-{i % 97}.example/{i}", "text": text}
        yield json.dumps(record).encode() + b"\n"


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words)).capitalize() + "."
