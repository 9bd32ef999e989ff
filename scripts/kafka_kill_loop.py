"""Kill a following ingest at random moments while a producer runs and the broker comes and goes.

    python -m scripts.kafka_kill_loop --kills 50 --broker-stops 3

A real broker, a topic of four partitions, a producer that never rests (every 29th record is
poison). A child process follows the topic and gets SIGKILL at a random moment, again and again;
in between the broker is stopped for some seconds, now by SIGTERM, now by SIGKILL. In the end one
more ingest drains what is left, and every offset of the topic must be in the dataset exactly once,
as a page with stories or as a reject.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from pipeline.config import Bounds, IngestConfig
from pipeline.connectors.kafka.client import new_producer
from pipeline.connectors.kafka.drain import look
from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.connectors.kafka.source import PAGE_BYTES
from pipeline.follow import stop_on_signals
from pipeline.ingest import run
from pipeline.verify import verify
from scripts.kill_loop import page_text
from tests.broker import Broker, running_broker

TOPIC = "pages"
PARTITIONS = 4
_POISON = 29
# A slice of 100 records, so that a run has many commits and most kills fall near one.
_BOUNDS = Bounds(slice_bytes=100 * PAGE_BYTES, spill_bytes=60_000)
_LONGEST_LIFE = 8.0  # seconds that a child lives at most before it is killed
_BROKER_AWAY = 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a loop saw. ``lost``, ``doubled`` and ``problems`` must be empty."""

    kills: int
    broker_stops: int
    acknowledged: int  # records that the producer knows to be in the topic
    offsets: int  # records in the topic
    commits: int
    lost: int
    doubled: int
    problems: tuple[str, ...]


def settings_of(server: str) -> KafkaSettings:
    return KafkaSettings(servers=(server,), group="copydesk", timeout=10)


def follow(server: str, output: str, workers: int) -> None:
    """One following ingest in a process group of its own, so that a kill takes its workers along."""
    os.setpgid(0, 0)
    with stop_on_signals() as stop:
        run(config_of(server, output, workers, follow=True), stop=stop)


def config_of(server: str, output: str, workers: int, *, follow: bool) -> IngestConfig:
    return IngestConfig(
        inputs=(f"kafka://{server}/{TOPIC}",), output=Path(output), workers=workers,
        bounds=_BOUNDS, kafka=settings_of(server), follow=follow, poll_interval=0.3,
    )  # fmt: skip


def produce(server: str, rate: float, told: Connection) -> None:
    """Sends about ``rate`` records a second until told to stop; sends back how many arrived."""
    acknowledged = 0
    waiting = []
    with closing(new_producer(settings_of(server), delivery_timeout_ms=120_000)) as producer:
        number = 0
        while not told.poll(1 / rate):
            text = page_text(number)
            value = json.dumps({"page_id": f"page{number}", "text": text}).encode()
            waiting.append(producer.send(TOPIC, b"poison" if number % _POISON == 0 else value))
            number += 1
        producer.flush(timeout=120)
    for future in waiting:
        acknowledged += future.succeeded()
    told.send(acknowledged)


def kill_loop(
    folder: Path, broker: Broker, kills: int, broker_stops: int, rate: float = 20, workers: int = 1, seed: int = 0
) -> Outcome:  # fmt: skip
    """Runs the loop; ``seed`` fixes the moments, not what they hit."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(
        ["pipeline.ingest", "pipeline.connectors.kafka.source", "transforms.ptransforms"]
    )
    dice = random.Random(seed)
    output = str(folder / "dataset")
    _make_topic(broker)
    ours, theirs = processes.Pipe()
    producer = processes.Process(target=produce, args=(broker.server, rate, theirs))
    producer.start()
    stops = {(number + 1) * kills // (broker_stops + 1) for number in range(broker_stops)}
    problems: list[str] = []
    for number in range(kills):
        child = processes.Process(target=follow, args=(broker.server, output, workers))
        child.start()
        if number in stops:
            _restart(broker, hard=bool(dice.randrange(2)))
        child.join(dice.uniform(0, _LONGEST_LIFE))
        if child.exitcode is not None:
            problems.append(f"a follower ended by itself with status {child.exitcode}")
        else:
            _kill(child.pid or 0, signal.SIGKILL)
            child.join()
    ours.send("stop")
    acknowledged = ours.recv()
    producer.join()
    problems += _ends_by_signal(processes.Process(target=follow, args=(broker.server, output, workers)), output)  # fmt: skip
    run(config_of(broker.server, output, workers, follow=False))
    state = look(settings_of(broker.server), TOPIC)
    ends = {number: span.end for number, span in state.partitions.items()}
    lost, doubled = compare(output, ends)
    report = verify(Path(output))
    if sum(ends.values()) < acknowledged:
        problems.append("the topic holds less than was acknowledged")
    return Outcome(
        kills, len(stops), acknowledged, sum(ends.values()), report.commits, lost, doubled,
        (*problems, *report.problems),
    )  # fmt: skip


def compare(output: str, ends: Mapping[int, int]) -> tuple[int, int]:
    """How many offsets below ``ends`` are not in the dataset, and how many are in it twice."""
    rows = duckdb.sql(f"""
        SELECT partition, "offset", count(*) FROM (
            SELECT partition, "offset" FROM read_parquet('{output}/stories/**/*.parquet')
            WHERE story_index = 0
            UNION ALL
            SELECT partition, "offset" FROM read_parquet('{output}/rejects/*.parquet')
        ) GROUP BY ALL
    """).fetchall()
    seen = {(partition, offset): times for partition, offset, times in rows}
    every = {(partition, offset) for partition, end in ends.items() for offset in range(end)}
    return len(every - set(seen)), sum(times > 1 for times in seen.values())


def _make_topic(broker: Broker) -> None:
    from kafka.admin import KafkaAdminClient

    with closing(KafkaAdminClient(bootstrap_servers=broker.server)) as admin:
        topic = {"num_partitions": PARTITIONS, "replication_factor": 1}
        admin.create_topics({TOPIC: topic}, wait_for_metadata=True)


def _restart(broker: Broker, *, hard: bool) -> None:
    time.sleep(1)
    (broker.kill if hard else broker.stop)()
    time.sleep(_BROKER_AWAY)
    broker.start()


def _ends_by_signal(child: "multiprocessing.process.BaseProcess", output: str) -> list[str]:
    """A follower that is told to end by SIGTERM ends well, with nothing half done."""
    child.start()
    time.sleep(_LONGEST_LIFE)
    _kill(child.pid or 0, signal.SIGTERM)
    child.join(120)
    problems = [] if child.exitcode == 0 else [f"SIGTERM ended a follower with {child.exitcode}"]
    left = list(Path(output, "_staging").iterdir())
    return problems + [f"SIGTERM left {path.name} in _staging" for path in left]


def _kill(pid: int, number: signal.Signals) -> None:
    """Signals a child with its group; one that has no group yet alone."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        os.kill(pid, number)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill a following ingest at random moments.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--broker-stops", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20, help="records a second")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_broker() as broker:
        outcome = kill_loop(
            Path(folder), broker, args.kills, args.broker_stops, args.rate, args.workers, args.seed
        )
    print(outcome)
    return int(bool(outcome.lost or outcome.doubled or outcome.problems))


if __name__ == "__main__":
    sys.exit(main())
