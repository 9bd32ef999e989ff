"""A Spark cluster on this machine with Beam's job server: two executor processes, two pools.

``python scripts/spark_cluster.py INPUT...`` ingests the input on the cluster and once more
in-process, and says whether the rows are the same. Without INPUT it prints the options that send
an ingest to the cluster, and runs until Ctrl-C. Needs Java 17, and Maven for the first time: 262
jars with 299 MB go into ``build/tools/spark`` (see ``deploy/spark/pom.xml``).
"""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import clusters
from scripts.jars import fetch, home, opens
from scripts.worker_pools import end, free_port, running_pools, wait_for_port

_EXECUTORS = 2
_MASTER = f"local-cluster[{_EXECUTORS},1,1024]"
# Java 17 closes its inner parts to Spark 3.5; this is the list of Spark's own launcher.
_OPENS = (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref",
    "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar",
)  # fmt: skip


@contextlib.contextmanager
def running_cluster(folder: Path) -> Iterator[tuple[str, ...]]:
    """The cluster and its pools, with logs in ``folder``; gives the options for an ingest."""
    fetch("spark")
    port, log = free_port(), folder / "spark.log"
    options = opens(*_OPENS)
    command = [
        "java", "-Xmx1g", *options,
        # What the executors get: little memory each, and the same openings.
        "-Dspark.executor.memory=512m",
        f"-Dspark.executor.extraJavaOptions={' '.join(options)}",
        "-Dspark.ui.enabled=false",
        "-cp", f"{home('spark')}/jars/*",
        "org.apache.beam.runners.spark.SparkJobServerDriver",
        "--job-host", "localhost", "--job-port", str(port),
        "--artifact-port", str(free_port()), "--expansion-port", str(free_port()),
        "--spark-master-url", _MASTER,
    ]  # fmt: skip
    environment = {**os.environ, "SPARK_HOME": str(home("spark")), "SPARK_SCALA_VERSION": "2.12"}
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=folder, env=environment, start_new_session=True
        )
    try:
        wait_for_port(port, server, log)
        with running_pools(folder, _EXECUTORS) as pools:
            yield (
                "--runner=PortableRunner",
                f"--job_endpoint=localhost:{port}",
                "--environment_type=EXTERNAL",
                f"--environment_config={pools}",
            )
    finally:
        end(server)


def executors(folder: Path) -> int:
    """How many executor processes a job had, as the cluster's log tells (each job has its own)."""
    log = (folder / "spark.log").read_text(errors="replace")
    return len(set(re.findall(r"Executor added: app-[\d-]+/(\d+)", log)))


if __name__ == "__main__":
    sys.exit(clusters.main(__doc__, running_cluster, sys.argv[1:]))
