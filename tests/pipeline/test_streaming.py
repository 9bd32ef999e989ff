"""The endless mode: its commits without an engine, then a live topic through Prism."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from pipeline import streaming
from pipeline.commitlog import History, OffsetRange, read_history
from pipeline.config import Bounds, IngestConfig
from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.errors import CopydeskError, UsageError
from pipeline.progress import Silent
from pipeline.publish import STAGING, Dataset, open_dataset
from pipeline.storage import Storage
from pipeline.streaming import Job, StagedPart, _spill, _watch, commit_window, run
from pipeline.verify import verify
from schemas.records import Coordinates, RawPage
from scripts.flink_cluster import running_cluster
from scripts.kafka_kill_loop import compare
from scripts.kill_loop import page_text
from scripts.worker_pools import free_port, running_pools, wait_for_port
from tests.broker import Broker
from transforms.outcomes import split_stories

# --- commits of windows, without an engine -------------------------------------------------------


@pytest.fixture
def job(tmp_path: Path) -> Job:
    output = tmp_path / "out"
    with open_dataset(output):
        pass
    return new_job(output, "one")


def new_job(output: Path, name: str) -> Job:
    job = Job(str(output), name, Bounds(), KafkaSettings(), {"t": "id"})
    job.folder.mkdir(parents=True)
    job.lease.write_text("{}")
    return job


def part(job: Job, window: str, partition: int, *spans: tuple[int, int]) -> StagedPart:
    """A window's part with one page for each offset, written down as a worker would."""
    folder = job.folder / window
    folder.mkdir(exist_ok=True)
    outcomes = [
        split_stories(
            RawPage(
                Coordinates(f"kafka://t/{partition}/{o}", "t", partition, o),
                text=page_text(o),
                page_id=f"{partition}-{o}",
            )
        )
        for start, end in spans
        for o in range(start, end)
    ]
    return StagedPart("t", partition, spans, tuple(_spill(folder, outcomes)))


def history(job: Job) -> History:
    return read_history(Storage(Path(job.output)))


def held(job: Job) -> dict[int, int]:
    return {number: span.end for number, span in history(job).offsets.get("t", {}).items()}


def test_windows_become_commits_that_go_on_where_the_last_ended(job: Job) -> None:
    assert (
        commit_window(job, "001", [part(job, "001", 0, (0, 3)), part(job, "001", 1, (0, 2))]) == 1
    )
    assert commit_window(job, "002", [part(job, "002", 0, (3, 4))]) == 1
    assert held(job) == {0: 4, 1: 2}
    assert history(job).offsets["t"][0] == OffsetRange(3, 4, "id")
    report = verify(Path(job.output))
    assert (report.problems, report.pages, report.commits) == ((), 6, 2)
    assert [path.name for path in job.folder.iterdir()] == ["job.json"]


def test_a_window_that_comes_twice_is_passed_over(job: Job) -> None:
    for _ in range(2):
        commit_window(job, "001", [part(job, "001", 0, (0, 3))])
    assert (held(job), history(job).last) == ({0: 3}, 1)
    assert verify(Path(job.output)).pages == 3


def test_a_window_that_comes_early_waits_for_its_turn(job: Job) -> None:
    commit_window(job, "001", [part(job, "001", 0, (0, 3))])
    assert commit_window(job, "003", [part(job, "003", 0, (5, 6))]) == 0
    assert held(job) == {0: 3}
    assert commit_window(job, "002", [part(job, "002", 0, (3, 5))]) == 2
    assert held(job) == {0: 6}
    assert verify(Path(job.output)).problems == ()


def test_windows_whose_forerunner_is_lost_are_never_committed(job: Job) -> None:
    commit_window(job, "001", [part(job, "001", 0, (0, 3))])
    windows = [(f"{n:03}", [part(job, f"{n:03}", 0, (2 * n, 2 * n + 2))]) for n in range(2, 12)]
    for name, parts in windows[:-1]:
        assert commit_window(job, name, parts) == 0
    with pytest.raises(CopydeskError, match="10 windows wait for offsets that never came"):
        commit_window(job, *windows[-1])
    assert held(job) == {0: 3}


@pytest.mark.parametrize("spans", [[(2, 5)], [(3, 4), (6, 7)]])
def test_offsets_that_overlap_or_have_holes_are_refused(
    job: Job, spans: list[tuple[int, int]]
) -> None:
    commit_window(job, "001", [part(job, "001", 0, (0, 3))])
    with pytest.raises(CopydeskError, match=r"[sS]tart the streaming run anew"):
        commit_window(job, "002", [part(job, "002", 0, *spans)])
    assert held(job) == {0: 3}


def test_a_run_without_its_lease_commits_nothing(job: Job) -> None:
    later = new_job(Path(job.output), "two")
    job.lease.unlink()
    assert commit_window(job, "001", [part(job, "001", 0, (0, 3))]) == 0
    assert commit_window(later, "001", [part(later, "001", 0, (0, 3))]) == 1
    assert held(job) == {0: 3}


class Ended:
    """A job's result on an engine that takes no cancel."""

    def __init__(self, failure: Exception | None = None) -> None:
        self._failure = failure

    def wait_until_finish(self) -> None:
        if self._failure:
            raise self._failure


def test_a_run_that_was_taken_over_says_so(job: Job) -> None:
    job.lease.unlink()
    with pytest.raises(CopydeskError, match="another streaming run has taken over"):
        _watch(Ended(), job, 0, Silent(), threading.Event())


def test_a_job_that_failed_says_so(job: Job) -> None:
    with pytest.raises(CopydeskError, match="the streaming job failed: out of slots"):
        _watch(Ended(RuntimeError("out of slots")), job, 0, Silent(), threading.Event())


def test_a_run_that_is_stopped_takes_its_lease_away(job: Job) -> None:
    stop = threading.Event()
    stop.set()
    _watch(Ended(), job, 0, Silent(), stop)
    logging.disable(logging.NOTSET)
    assert not job.lease.exists()


def test_another_ingest_leaves_the_windows_to_come_alone(job: Job) -> None:
    waiting = part(job, "001", 0, (0, 3))
    with open_dataset(Path(job.output)):
        pass
    assert commit_window(job, "001", [waiting]) == 1


def test_workers_of_one_job_take_turns(job: Job) -> None:
    parts = [(f"{n:03}", [part(job, f"{n:03}", 0, (n * 2, n * 2 + 2))]) for n in range(4)]
    threads = [threading.Thread(target=commit_window, args=(job, *args)) for args in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(job) == {0: 8}
    assert verify(Path(job.output)).problems == ()


@pytest.fixture
def records_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the commit records that are read, as they are read."""
    read: list[str] = []
    real = Storage.read

    def counting(storage: Storage, name: str) -> bytes:
        if name.startswith("_commits/"):
            read.append(name.removeprefix("_commits/").removesuffix(".json").lstrip("0"))
        return real(storage, name)

    monkeypatch.setattr(Storage, "read", counting)
    return read


def commit_pages(job: Job, start: int, end: int) -> int:
    window = f"{end:03}"
    return commit_window(job, window, [part(job, window, 0, (start, end))])


def test_windows_read_what_came_since_the_last_one(job: Job, records_read: list[str]) -> None:
    for n in range(8):
        assert commit_pages(job, n, n + 1) == 1
    # Each window reads the record of the one before, to see that the log is still the same.
    assert records_read == ["1", "2", "3", "4", "5", "6", "7"]
    assert verify(Path(job.output)).problems == ()


def _commit_elsewhere(job: Job, start: int, end: int) -> None:
    """A commit that another process makes: this one does not know of it."""
    known = dict(streaming._KNOWN)
    streaming._KNOWN.clear()
    commit_pages(job, start, end)
    streaming._KNOWN.clear()
    streaming._KNOWN.update(known)


def test_a_commit_of_another_process_is_seen(job: Job, records_read: list[str]) -> None:
    for n in range(5):
        commit_pages(job, n, n + 1)
    _commit_elsewhere(job, 5, 7)
    records_read.clear()
    assert commit_pages(job, 5, 7) == 0, "the other process was first"
    assert records_read == ["5", "6"]
    assert commit_pages(job, 7, 8) == 1
    assert (held(job), history(job).last) == ({0: 8}, 7)
    assert verify(Path(job.output)).problems == ()


def test_a_process_that_begins_reads_the_whole_log(job: Job, records_read: list[str]) -> None:
    for n in range(3):
        commit_pages(job, n, n + 1)
    streaming._KNOWN.clear()
    records_read.clear()
    assert commit_pages(job, 3, 4) == 1
    assert records_read == ["1", "2", "3"]


def test_after_a_failure_the_whole_log_is_read(
    job: Job, records_read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        commit_pages(job, n, n + 1)
    with monkeypatch.context() as failing:
        failing.delattr(Dataset, "begin")
        with pytest.raises(AttributeError):
            commit_pages(job, 3, 4)
    records_read.clear()
    assert commit_window(job, "004", [part(job, "004", 0, (3, 4))]) == 1
    assert records_read == ["1", "2", "3"]
    assert held(job) == {0: 4}


def test_a_dataset_that_was_made_anew_is_not_taken_for_the_old_one(job: Job) -> None:
    for n in range(3):
        commit_pages(job, n, n + 1)
    shutil.rmtree(job.output)
    with open_dataset(Path(job.output)):
        pass
    anew = new_job(Path(job.output), "anew")
    _commit_elsewhere(anew, 7, 8)
    for n in (8, 9, 10):
        assert commit_pages(anew, n, n + 1) == 1
    assert (held(anew), history(anew).last) == ({0: 11}, 4)


def test_what_is_known_between_windows_does_not_grow(job: Job) -> None:
    for n in range(4):
        commit_pages(job, n, n + 1)
    known = streaming._KNOWN[job.output]
    assert [commit.number for commit in known.commits] == [4]
    assert (known.files, known.next_offset("t", 0)) == ({}, 4)


@pytest.mark.parametrize(
    ("arguments", "inputs", "words"),
    [
        (("--streaming",), ("kafka://127.0.0.1:1/t",), "needs a runner that fires windows"),
        (("--streaming", "--runner=PrismRunner"), ("seeds",), "reads kafka:// inputs alone"),
        (
            ("--streaming", "--runner=PortableRunner", "--savepoint_path=file:///data/savepoint-1"),
            ("kafka://127.0.0.1:1/t",),
            "leave out --savepoint_path",
        ),
    ],
)
def test_what_streaming_cannot_do_is_said_first(
    tmp_path: Path, arguments: tuple[str, ...], inputs: tuple[str, ...], words: str
) -> None:
    config = IngestConfig(inputs=inputs, output=tmp_path / "out", beam_args=arguments)
    with pytest.raises(UsageError, match=words):
        run(config)
    assert not (tmp_path / "out" / STAGING).exists()


# --- with engines ----------------------------------------------------------------------------

# A longer look: COPYDESK_LIVE_SECONDS=60 COPYDESK_LIVE_RATE=50.
_SECONDS = float(os.environ.get("COPYDESK_LIVE_SECONDS", "12"))
_RATE = float(os.environ.get("COPYDESK_LIVE_RATE", "12"))


@contextmanager
def job_server(prism: Path, folder: Path) -> Iterator[list[str]]:
    """Prism as a job server, a worker pool beside it; gives the options to submit to them."""
    port, log = free_port(), folder / "prism.log"
    with log.open("wb") as out, running_pools(folder) as pool:
        process = subprocess.Popen(
            [str(prism), f"--job_port={port}", "--serve_http=false"], stdout=out, stderr=out
        )
        try:
            wait_for_port(port, process, log)
            yield [
                "--runner=PortableRunner", f"--job_endpoint=127.0.0.1:{port}",
                "--environment_type=EXTERNAL", f"--environment_config={pool}",
            ]  # fmt: skip
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.broker
@pytest.mark.prism
@pytest.mark.parametrize("engine", ["prism", "job server and worker pool"])
def test_a_live_topic(
    broker: Broker, topic: Callable[..., str], prism: Path, tmp_path: Path, engine: str
) -> None:
    name = topic(partitions=3)
    output = tmp_path / "out"
    given: AbstractContextManager[list[str]]
    if engine == "prism":
        given = nullcontext(["--runner=PrismRunner", f"--prism_location={prism}"])
    else:
        given = job_server(prism, tmp_path)
    with given as arguments:
        for _ in range(2):  # the second run goes on where the first was stopped
            with live_ingest(broker, name, output, arguments) as process:
                # Files were published while records came, not only in the end.
                assert _produce_live(broker, name, output, process) > 1
                _wait_for_all(broker, name, output, process)
    assert_whole(broker, name, output)


@pytest.mark.broker
@pytest.mark.flink
@pytest.mark.usefixtures("big_cluster")
def test_a_live_topic_on_flink_whose_task_manager_is_killed(
    broker: Broker, topic: Callable[..., str], tmp_path: Path
) -> None:
    name = topic(partitions=3)
    output = tmp_path / "out"
    with running_cluster(tmp_path) as cluster:
        # Windows are committed between two checkpoints: what is restored has been written in part.
        arguments = [*cluster.options, "--checkpointing_interval=5000"]
        with live_ingest(broker, name, output, arguments) as process:
            assert _produce_live(broker, name, output, process) > 1
            assert cluster.checkpoints()
            os.killpg(cluster.task_managers[0].pid, signal.SIGKILL)
            cluster.start_task_manager()
            _produce_live(broker, name, output, process)
            _wait_for_all(broker, name, output, process)
        assert (restored := cluster.restored()) >= 1
        time.sleep(10)
        assert cluster.restored() == restored, "a job that was stopped is at rest"
        cluster.cancel_jobs()  # as whoever wants its slots back does
        with live_ingest(broker, name, output, arguments) as process:  # submitted anew
            _produce_live(broker, name, output, process)
            _wait_for_all(broker, name, output, process)
    assert_whole(broker, name, output)


@contextmanager
def live_ingest(
    broker: Broker, name: str, output: Path, arguments: Sequence[str]
) -> Iterator["subprocess.Popen[str]"]:
    """An endless ingest of the topic ``name``, stopped in the end as a user stops it."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "pipeline.cli", "ingest", f"kafka://{broker.server}/{name}",
            "--output", str(output), "--window=2", "--streaming", *arguments,
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"}, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said


def assert_whole(broker: Broker, name: str, output: Path) -> None:
    """Every record of the topic is in the dataset, once."""
    report = verify(output)
    assert report.problems == ()
    assert compare(str(output), _ends(broker, name)) == (0, 0)
    assert {"not_json"} == {
        r for c in read_history(Storage(output)).commits for r in c.counts.rejects
    }


def _produce_live(broker: Broker, name: str, output: Path, process: "subprocess.Popen[str]") -> int:
    """Sends records to two of three partitions for some seconds; gives the commits made meanwhile."""
    from kafka import KafkaProducer

    begun = time.monotonic()
    with closing(KafkaProducer(bootstrap_servers=broker.server)) as producer:
        number = 0
        # However slow the machine: until something has come out, or nothing ever will.
        while time.monotonic() - begun < _SECONDS or (
            len(_commits(output)) < 4 and time.monotonic() - begun < 120
        ):
            assert process.poll() is None, process.communicate()
            value = json.dumps({"page_id": f"{begun}-{number}", "text": page_text(number)}).encode()
            producer.send(name, b"poison" if number % 20 == 0 else value, partition=number % 2)
            number += 1
            time.sleep(1 / _RATE)
    return len(_commits(output))


def _wait_for_all(
    broker: Broker, name: str, output: Path, process: "subprocess.Popen[str]"
) -> None:
    deadline = time.monotonic() + 120
    ends = _ends(broker, name)
    while {n: span.end for n, span in read_history(Storage(output)).offsets[name].items()} != ends:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.5)


def _ends(broker: Broker, name: str) -> dict[int, int]:
    from kafka import KafkaConsumer, TopicPartition

    with closing(KafkaConsumer(bootstrap_servers=broker.server)) as consumer:
        ends = consumer.end_offsets([TopicPartition(name, n) for n in range(3)])
    return {at.partition: end for at, end in ends.items()}


def _commits(output: Path) -> list[Path]:
    return sorted(output.glob("_commits/*.json"))
