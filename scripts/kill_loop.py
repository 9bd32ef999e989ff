"""Kill an ingest at random moments, again and again, and see that nothing is lost or doubled.

    python -m scripts.kill_loop --kills 100 --pages 2000

Pages of our own making are ingested by a child process that gets SIGKILL at a random moment; the
next child goes on. All the while DuckDB reads the dataset by a glob from another process, and
must never fail nor see a row twice. When an ingest comes to its end, the dataset is checked and
the next one begun, until so many kills are done.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from pipeline.config import Bounds, IngestConfig
from pipeline.ingest import run
from pipeline.verify import verify

_PLACES = ("Harborough", "Velmont", "Ostrava Bay", "Kirkwall Sound", "San Telmo", "Lindqvist")
_WHO = ("The council", "A spokeswoman", "The harbour master", "The minister", "A farmer")
_DID = ("said", "confirmed", "denied", "announced", "explained", "repeated")
_WHAT = (
    "that the new bridge would open before the winter storms arrive",
    "that the ferry line would run every hour from the coming month",
    "that the vote on the reservoir had been put off for another week",
    "that repairs to the old market hall would cost less than feared",
    "that the search for the missing trawler would go on through the night",
)
# A slice is small, so that a run has many commits and most kills fall near one.
_LONGEST_LIFE = 4.0  # seconds that a child lives at most before it is killed
_BOUNDS = Bounds(slice_bytes=150_000, slice_files=40, split_bytes=20_000, spill_bytes=60_000)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a loop saw. Everything but ``kills``, ``finished`` and ``polls`` must be zero."""

    kills: int
    finished: int  # ingests that came to their end
    polls: int
    failed_polls: int
    doubled_rows: int
    missing_pages: int
    problems: tuple[str, ...]


def page_text(number: int) -> str:
    """A page of one story, different for each number."""
    dice = random.Random(number)
    day = date(2025, 1, 1) + timedelta(days=dice.randrange(40))
    place = dice.choice(_PLACES)
    paragraphs = [
        " ".join(f"{dice.choice(_WHO)} {dice.choice(_DID)} {dice.choice(_WHAT)}." for _ in range(4))
        for _ in range(4)
    ]
    head = f"Number {number} arrives late in {place} after a long delay"
    return "\n\n".join(
        [head, f"Published {day:%d %B %Y}", f"{place}: {paragraphs[0]}", *paragraphs[1:]]
    )


def make_pages(folder: Path, pages: int) -> None:
    """Half of the pages as files of text, half as lines of JSON."""
    (folder / "texts").mkdir(parents=True)
    with (folder / "lines.jsonl").open("w") as lines:
        for number in range(pages):
            text = page_text(number)
            if number % 2:
                lines.write(json.dumps({"page_id": f"page{number}", "text": text}) + "\n")
            else:
                (folder / "texts" / f"page{number}.txt").write_text(text)


def ingest(pages: str, output: str, workers: int) -> None:
    """One ingest in a process group of its own, so that a kill takes its workers along."""
    os.setpgid(0, 0)
    run(IngestConfig(inputs=(pages,), output=Path(output), workers=workers, bounds=_BOUNDS))


def poll(output: str, told: Connection) -> None:
    """Reads the dataset by a glob until told to stop; sends (polls, failures, doubled rows)."""
    polls = failed = doubled = 0
    glob = f"{output}/stories/**/*.parquet"
    sql = "SELECT count(*) - count(DISTINCT (origin, story_index)) FROM read_parquet(?)"
    while not told.poll(0.02):
        if not any(Path(output).glob("stories/**/*.parquet")):
            continue
        try:
            reader = duckdb.connect()
            reader.execute("SET enable_progress_bar = false")
            row = reader.execute(sql, [glob]).fetchone() or (0,)
            doubled += row[0]
        except duckdb.Error as error:
            failed += 1
            print(f"poll failed: {error}", file=sys.stderr)
        polls += 1
    told.send((polls, failed, doubled))


def kill_loop(folder: Path, kills: int, pages: int, workers: int = 1, seed: int = 0) -> Outcome:
    """Runs the loop below ``folder``; ``seed`` fixes the moments, not what they hit."""
    source = folder / "pages"
    make_pages(source, pages)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(
        ["pipeline.ingest", "pipeline.verify", "transforms.ptransforms"]
    )
    dice = random.Random(seed)
    killed = finished = polls = failed = doubled = missing = 0
    problems: list[str] = []
    while killed < kills or not finished:
        output = folder / f"dataset{finished}"
        ours, theirs = processes.Pipe()
        poller = processes.Process(target=poll, args=(str(output), theirs))
        poller.start()
        while True:
            child = processes.Process(target=ingest, args=(str(source), str(output), workers))
            child.start()
            child.join(dice.uniform(0, _LONGEST_LIFE) if killed < kills else None)
            if child.exitcode is not None:
                break
            _kill(child.pid or 0)
            child.join()
            killed += 1
        if child.exitcode:
            problems.append(f"an ingest ended with status {child.exitcode}")
        ours.send("stop")
        seen = ours.recv()
        poller.join()
        polls, failed, doubled = polls + seen[0], failed + seen[1], doubled + seen[2]
        finished += 1
        report = verify(output)
        problems += report.problems
        missing += pages - report.pages
        shutil.rmtree(output)
    return Outcome(killed, finished, polls, failed, doubled, missing, tuple(problems))


def _kill(pid: int) -> None:
    """Kills a child with its group; one that has no group yet alone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill an ingest at random moments.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_loop(Path(folder), args.kills, args.pages, args.workers, args.seed)
    print(outcome)
    return int(
        bool(
            outcome.failed_polls
            or outcome.doubled_rows
            or outcome.missing_pages
            or outcome.problems
        )
    )


if __name__ == "__main__":
    sys.exit(main())
