"""Every engine gives the same rows in the same files.

The in-process run is what the others are held to: more processes, Prism, a job endpoint with worker
pools beside it, and (``-m spark``, ``-m flink``, for their 299 and 152 MB) Spark with two executors and
Flink with two task managers.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Bounds, IngestConfig
from pipeline.ingest import run
from pipeline.verify import verify
from scripts import flink_cluster, spark_cluster
from scripts.kill_loop import page_text
from scripts.same_rows import difference
from scripts.worker_pools import end, free_port, running_pools, wait_for_port

_SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "pages"
# Several slices, splits and runs, so that there is something to put in order.
_SMALL = Bounds(slice_bytes=100_000, slice_files=20, split_bytes=8_000, spill_bytes=30_000)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 lines with a page each, one of them damaged."""
    path = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    lines = [json.dumps({"page_id": f"page{n}", "text": page_text(n)}) for n in range(59)]
    path.write_text("\n".join([*lines[:30], "{no json", *lines[30:]]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def in_process(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the default engine makes of the pages."""
    output = tmp_path_factory.mktemp("in_process") / "out"
    _ingest(pages, output)
    return output


def _ingest(pages: Path, output: Path, *beam_args: str, workers: int = 1) -> None:
    inputs = (str(_SEEDS), str(pages))
    run(IngestConfig(inputs=inputs, output=output, bounds=_SMALL, workers=workers, beam_args=beam_args))  # fmt: skip
    assert verify(output).clean


@pytest.fixture
def job_endpoint(prism: Path, tmp_path: Path) -> Iterator[str]:
    """Prism as a job server: what Flink's is in a cluster."""
    port, log = free_port(), tmp_path / "prism.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [prism, f"--job_port={port}", "--serve_http=false"],
            stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for_port(port, server, log)
        yield f"localhost:{port}"
    finally:
        end(server)


def test_two_processes(pages: Path, in_process: Path, tmp_path: Path) -> None:
    _ingest(pages, tmp_path / "out", workers=2)
    assert difference(in_process, tmp_path / "out") is None


def test_a_difference_is_seen(pages: Path, in_process: Path, tmp_path: Path) -> None:
    run(IngestConfig(inputs=(str(_SEEDS),), output=tmp_path / "out", bounds=_SMALL))
    assert difference(in_process, tmp_path / "out") is not None


@pytest.mark.prism
def test_prism(pages: Path, in_process: Path, prism: Path, tmp_path: Path) -> None:
    _ingest(pages, tmp_path / "out", "--runner=PrismRunner", f"--prism_location={prism}")
    assert difference(in_process, tmp_path / "out") is None


@pytest.mark.prism
@pytest.mark.parametrize("pools", [1, 2])
def test_job_endpoint_and_worker_pools(
    pools: int, pages: Path, in_process: Path, job_endpoint: str, tmp_path: Path
) -> None:
    with running_pools(tmp_path, pools) as address:
        _ingest(
            pages, tmp_path / "out", "--runner=PortableRunner", f"--job_endpoint={job_endpoint}",
            "--environment_type=EXTERNAL", f"--environment_config={address}",
        )  # fmt: skip
    assert difference(in_process, tmp_path / "out") is None
    # Each pool had work: the slices are jobs of their own, dealt out in turn.
    logs = [log.read_text() for log in sorted(tmp_path.glob("pool-*.log"))]
    assert len(logs) == pools
    assert all("Starting worker with command" in log for log in logs)


@pytest.mark.spark
@pytest.mark.usefixtures("big_cluster")
def test_spark_with_two_executors(pages: Path, in_process: Path, tmp_path: Path) -> None:
    with spark_cluster.running_cluster(tmp_path) as options:
        _ingest(pages, tmp_path / "out", *options)
    assert difference(in_process, tmp_path / "out") is None
    assert spark_cluster.executors(tmp_path) == 2


@pytest.mark.flink
@pytest.mark.usefixtures("big_cluster")
def test_flink_with_two_task_managers(pages: Path, in_process: Path, tmp_path: Path) -> None:
    with flink_cluster.running_cluster(tmp_path) as cluster:
        _ingest(pages, tmp_path / "out", *cluster.options)
    assert difference(in_process, tmp_path / "out") is None
    assert all("switched from RUNNING to FINISHED" in log for log in cluster.task_logs())
