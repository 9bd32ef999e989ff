"""A Flink cluster on this machine with Beam's job server: a job manager, two task managers, two pools.

``python scripts/flink_cluster.py INPUT...`` ingests the input on the cluster and once more
in-process, and says whether the rows are the same. Without INPUT it prints the options that send
an ingest to the cluster, and runs until Ctrl-C. Needs Java 17, and Maven for the first time: 162
jars with 152 MB go into ``build/tools/flink`` (see ``deploy/flink/pom.xml``).
"""

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import clusters
from scripts.jars import fetch, home, opens
from scripts.worker_pools import end, free_port, running_pools, wait_for_port

_TASK_MANAGERS = 2
_JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
_JOB_SERVER = "org.apache.beam.runners.flink.FlinkJobServerDriver"
# Java 17 closes its inner parts to Flink 1.19; this is the list of Flink's own launcher.
_OPENS = (
    "java.lang", "java.lang.reflect", "java.net", "java.io", "java.nio", "java.text", "java.time",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic",
    "java.util.concurrent.locks", "sun.nio.ch",
)  # fmt: skip
_LOGGING = (
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)
# Flink's launch scripts reckon these out of one number; started without them it wants each.
_MEMORY = {
    "framework.heap.size": "128m", "framework.off-heap.size": "64m", "task.heap.size": "256m",
    "task.off-heap.size": "0m", "managed.size": "64m", "network.min": "64m", "network.max": "64m",
    "jvm-metaspace.size": "256m", "jvm-overhead.min": "64m", "jvm-overhead.max": "64m",
}  # fmt: skip


@dataclass
class Cluster:
    """A cluster that runs, with its logs and checkpoints in ``folder``.

    ``options`` send an ingest to it, ``rest`` is the address of its own service. Each task manager
    has one slot.
    """

    folder: Path
    rest: str
    options: tuple[str, ...] = ()
    task_managers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_task_manager(self) -> None:
        name = f"task-manager-{len(self.task_managers)}"
        process, _ = self.start(name, _TASK_MANAGER, "--configDir", str(self.folder / "conf"))
        self.task_managers.append(process)

    def start(self, name: str, main: str, *arguments: str) -> tuple[subprocess.Popen[bytes], Path]:
        """A process of Flink's, and where its log is."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [
                    "java", "-Xmx700m", *opens(*_OPENS), *_LOGGING,
                    "-cp", f"{home('flink')}/jars/*", main, *arguments,
                ],
                stdout=out, stderr=out, cwd=self.folder, start_new_session=True,
                env={**os.environ, "FLINK_CONF_DIR": str(self.folder / "conf")},
            )  # fmt: skip
        return process, log

    def checkpoints(self) -> int:
        """How many checkpoints were completed."""
        return self._log("job-manager").count("Completed checkpoint ")

    def restored(self) -> int:
        """How often a job went on from a checkpoint."""
        return self._log("job-manager").count("Restoring job ")

    def cancel_jobs(self) -> None:
        """What `flink cancel` does, for all jobs that run."""
        with urllib.request.urlopen(f"{self.rest}/jobs", timeout=10) as answer:
            jobs = json.load(answer)["jobs"]
        for job in jobs:
            if job["status"] == "RUNNING":
                url = f"{self.rest}/jobs/{job['id']}?mode=cancel"
                urllib.request.urlopen(urllib.request.Request(url, method="PATCH"), timeout=10)

    def task_logs(self) -> list[str]:
        """What the task managers wrote."""
        return [self._log(f"task-manager-{n}") for n in range(len(self.task_managers))]

    def _log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


@contextlib.contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """The cluster and its pools, with logs in ``folder``."""
    fetch("flink")
    rest = free_port()
    cluster = Cluster(folder, f"http://localhost:{rest}")
    with contextlib.ExitStack() as stack:
        _configure(folder, rest)
        stack.callback(lambda: [end(process) for process in cluster.task_managers])
        manager, log = cluster.start(
            "job-manager", _JOB_MANAGER, "--configDir", str(folder / "conf")
        )
        stack.callback(end, manager)
        wait_for_port(rest, manager, log)
        for _ in range(_TASK_MANAGERS):
            cluster.start_task_manager()
        port = free_port()
        server, log = cluster.start(
            "job-server", _JOB_SERVER,
            "--job-host=localhost", f"--job-port={port}", f"--artifact-port={free_port()}",
            f"--expansion-port={free_port()}", f"--flink-master=localhost:{rest}",
            f"--flink-conf-dir={folder}/conf", f"--artifacts-dir={folder}/artifacts",
        )  # fmt: skip
        stack.callback(end, server)
        wait_for_port(port, server, log)
        pools = stack.enter_context(running_pools(folder, _TASK_MANAGERS))
        cluster.options = (
            "--runner=PortableRunner",
            f"--job_endpoint=localhost:{port}",
            "--environment_type=EXTERNAL",
            f"--environment_config={pools}",
            f"--parallelism={_TASK_MANAGERS}",
        )
        yield cluster


def _configure(folder: Path, rest: int) -> None:
    """Writes down what the cluster's processes are to know; its page of addresses is ``rest``."""
    lines = {
        "jobmanager.rpc.address": "localhost",
        "jobmanager.rpc.port": str(free_port()),
        "jobmanager.bind-host": "localhost",
        "rest.address": "localhost",
        "rest.bind-address": "localhost",
        "rest.port": str(rest),
        "taskmanager.host": "localhost",
        "taskmanager.bind-host": "localhost",
        "taskmanager.numberOfTaskSlots": "1",
        "taskmanager.cpu.cores": "1.0",
        **{f"taskmanager.memory.{name}": size for name, size in _MEMORY.items()},
        "heartbeat.timeout": "10000",
        "heartbeat.interval": "2000",
        "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": "20",
        "restart-strategy.fixed-delay.delay": "1 s",
        "state.checkpoints.dir": (folder / "checkpoints").as_uri(),
        "io.tmp.dirs": str(folder / "tmp"),
        # Beam's classes stand on each process's own path, and come with a job once more.
        "classloader.resolve-order": "parent-first",
    }
    (folder / "conf").mkdir()
    (folder / "tmp").mkdir()
    text = "".join(f"{key}: {value}\n" for key, value in lines.items())
    (folder / "conf" / "config.yaml").write_text(text)


@contextlib.contextmanager
def _options(folder: Path) -> Iterator[tuple[str, ...]]:
    with running_cluster(folder) as cluster:
        yield cluster.options


if __name__ == "__main__":
    sys.exit(clusters.main(__doc__, _options, sys.argv[1:]))
