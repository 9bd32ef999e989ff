"""Whole ingests from a real broker: the same rows as from files, nothing lost, nothing twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.config import Bounds, IngestConfig
from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.connectors.kafka.source import PAGE_BYTES
from pipeline.ingest import run
from pipeline.produce import produce_files
from pipeline.progress import Progress, Silent
from pipeline.verify import verify
from scripts.kafka_kill_loop import kill_loop
from scripts.kill_loop import page_text
from tests.broker import PASSWORD, USER, Broker, running_broker

pytestmark = pytest.mark.broker
MakeTopic = Callable[..., str]

# Everything but where the record came from, and what is made of that.
_COORDINATES = ("origin", "topic", "partition", "offset")
# More of them: COPYDESK_PAGES=20000.
_PAGES = int(os.environ.get("COPYDESK_PAGES", "200"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages as lines of JSON, as files of text and of HTML, and lines that are none."""
    folder = tmp_path_factory.mktemp("pages")
    lines = []
    for number in range(_PAGES):
        text, name = page_text(number), f"page{number:05}"
        if number % 4 == 0:
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        elif number % 4 == 1:
            paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
            (folder / f"{name}.html").write_text(f"<body>{paragraphs}</body>", encoding="utf-8")
        else:
            fetched = f"2025-03-{number % 28 + 1:02}T10:00:00Z"
            record = {
                "page_id": name,
                "text": text,
                "fetched_at": fetched,
                "url": f"https://example.org/{number}",
            }
            lines.append(json.dumps(record))
    (folder / "lines.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def settings_of(broker: Broker) -> KafkaSettings:
    return KafkaSettings(servers=(broker.server,), timeout=20)


def config_of(broker: Broker, topic: str, output: Path, **options: object) -> IngestConfig:
    name = f"kafka://{broker.server}/{topic}"
    return IngestConfig(inputs=(name,), output=output, kafka=settings_of(broker), **options)  # type: ignore[arg-type]


def rows(output: Path) -> list[tuple[object, ...]]:
    """All stories without their coordinates, in one order."""
    columns = [
        name for name, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM '{output}/stories/**/*.parquet'").fetchall()
        if name not in _COORDINATES
    ]  # fmt: skip
    listed = ", ".join(f'"{name}"' for name in columns)
    return duckdb.sql(
        f"SELECT {listed} FROM read_parquet('{output}/stories/**/*.parquet') ORDER BY page_id, story_index"
    ).fetchall()


class Lags(Silent):
    """Hears how many records of the topic wait."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def progress(self, progress: Progress) -> None:
        assert progress.lag is not None
        self.seen.append(progress.lag)


def test_a_topic_gives_the_same_rows_as_the_files_that_filled_it(
    broker: Broker, topic: MakeTopic, pages: Path, tmp_path: Path
) -> None:
    name = topic(partitions=4)
    sent = produce_files((str(pages),), f"kafka://{broker.server}/{name}", settings_of(broker))
    assert (sent.sent, sent.failed) == (_PAGES, 0)
    run(IngestConfig(inputs=(str(pages),), output=tmp_path / "files"))
    bounds = Bounds(slice_bytes=3 * _PAGES // 8 * PAGE_BYTES)
    lags = Lags()
    summary = run(config_of(broker, name, tmp_path / "topic", bounds=bounds, workers=2), lags)
    assert lags.seen[-1] == 0
    assert 0 < max(lags.seen) <= _PAGES
    assert summary.counts.pages == _PAGES
    assert summary.commits == 3
    expected = rows(tmp_path / "files")
    assert len(expected) > _PAGES // 2
    assert rows(tmp_path / "topic") == expected
    assert verify(tmp_path / "topic").problems == ()
    # Again: nothing is new.
    assert run(config_of(broker, name, tmp_path / "topic")).counts.pages == 0


def copydesk(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment},
    )  # fmt: skip


def test_a_second_ingest_stops_with_a_clear_message(
    broker: Broker, topic: MakeTopic, pages: Path, tmp_path: Path
) -> None:
    name = topic(partitions=2)
    address = f"kafka://{broker.server}/{name}"
    output = tmp_path / "out"
    first = copydesk(
        "ingest", address, "--output", str(output), "--follow", "--poll-interval", "0.2"
    )
    try:
        deadline = time.monotonic() + 60
        while not (output / "_commits" / "000000001.json").exists():
            assert first.poll() is None, first.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        second = copydesk("ingest", address, "--output", str(output))
        _, said = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"another copydesk (process {first.pid}) is writing to" in said
        assert "Traceback" not in said
        produce_files((str(pages / "lines.jsonl"),), address, settings_of(broker))
        while verify(output).pages < _PAGES // 2:
            assert time.monotonic() < deadline + 60
            time.sleep(0.3)
    finally:
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=60)
    assert first.returncode == 0, said
    report = verify(output)
    assert (report.problems, report.pages) == ((), _PAGES // 2)
    assert list((output / "_staging").iterdir()) == []


@pytest.mark.parametrize("case", ["wrong password", "wrong authority", "right"])
def test_no_secret_is_in_the_output(
    broker: Broker, topic: MakeTopic, tmp_path: Path, pages: Path, case: str
) -> None:
    name = topic(partitions=1)
    produce_files(
        (str(pages / "page00000.txt"),), f"kafka://{broker.server}/{name}", settings_of(broker)
    )
    password = PASSWORD if case != "wrong password" else "wr0ng-p4ssword"
    authority = broker.other_ca_file if case == "wrong authority" else broker.ca_file
    process = copydesk(
        "ingest", f"kafka://{broker.tls_server}/{name}", "--output", str(tmp_path / "out"),
        "--kafka-username", USER, "--kafka-ca-file", str(authority), "--debug",
        COPYDESK_KAFKA_PASSWORD=password,
    )  # fmt: skip
    out, said = process.communicate(timeout=120)
    assert process.returncode == (0 if case == "right" else 1), said
    assert password not in out + said
    if case == "right":
        assert "1 story" in out
        written = b"".join(
            path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()
        )
        assert password.encode() not in written
    else:
        expected = {"wrong password": "refused user 'reader'", "wrong authority": "is not trusted"}
        assert expected[case] in said


def test_a_killed_follower_loses_and_doubles_nothing(tmp_path: Path, broker: Broker) -> None:
    # A broker of its own: this one is stopped in between.
    with running_broker() as own:
        outcome = kill_loop(tmp_path, own, kills=4, broker_stops=1, rate=10)
    assert (outcome.lost, outcome.doubled, outcome.problems) == (0, 0, ())
    assert outcome.offsets >= outcome.acknowledged > 0
    assert (outcome.kills, outcome.broker_stops) == (4, 1)
