"""A Spark cluster on this machine with Beam's job server: two executor processes, two pools.

``python scripts/spark_cluster.py INPUT...`` ingests the input on the cluster and once more
in-process, and says whether the rows are the same. Without INPUT it prints the options that send
an ingest to the cluster, and runs until Ctrl-C. Needs Java 17, and Maven for the first time: 262
jars with 299 MB go into ``build/tools/spark`` (see ``deploy/spark/pom.xml``).
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.same_rows import difference
from scripts.worker_pools import end, free_port, running_pools, wait_for_port

_ROOT = Path(__file__).resolve().parents[1]
_HOME = _ROOT / "build" / "tools" / "spark"
_POM = _ROOT / "deploy" / "spark" / "pom.xml"
_EXECUTORS = 2
_MASTER = f"local-cluster[{_EXECUTORS},1,1024]"
# Java 17 closes its inner parts to Spark 3.5; this is the list of Spark's own launcher.
_OPENS = (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref",
    "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar",
)  # fmt: skip


def missing_tools() -> str | None:
    """What is not here to start the cluster; None if all is."""
    tools = ["java"] if (_HOME / "jars").is_dir() else ["java", "mvn"]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return f"{' and '.join(missing)} not found" if missing else None


def fetch() -> None:
    """Brings the jars, whole or not at all, unless they are here."""
    if (_HOME / "jars").is_dir():
        return
    _HOME.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_HOME.parent) as folder:
        subprocess.run(
            [
                "mvn", "--quiet", "--batch-mode", "--file", str(_POM),
                "dependency:copy-dependencies", "-DincludeScope=runtime",
                f"-DoutputDirectory={folder}/spark/jars",
            ],
            check=True, timeout=1800,
        )  # fmt: skip
        Path(folder, "spark").rename(_HOME)


@contextlib.contextmanager
def running_cluster(folder: Path) -> Iterator[tuple[str, ...]]:
    """The cluster and its pools, with logs in ``folder``; gives the options for an ingest."""
    fetch()
    port, log = free_port(), folder / "spark.log"
    opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENS]
    command = [
        "java", "-Xmx1g", *opens,
        # What the executors get: little memory each, and the same openings.
        "-Dspark.executor.memory=512m",
        f"-Dspark.executor.extraJavaOptions={' '.join(opens)}",
        "-Dspark.ui.enabled=false",
        "-cp", f"{_HOME}/jars/*",
        "org.apache.beam.runners.spark.SparkJobServerDriver",
        "--job-host", "localhost", "--job-port", str(port),
        "--artifact-port", str(free_port()), "--expansion-port", str(free_port()),
        "--spark-master-url", _MASTER,
    ]  # fmt: skip
    environment = {**os.environ, "SPARK_HOME": str(_HOME), "SPARK_SCALA_VERSION": "2.12"}
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
    """How many executor processes the cluster's log tells of."""
    log = (folder / "spark.log").read_text(errors="replace")
    return sum("Executor added: app-" in line for line in log.splitlines())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="*", metavar="INPUT")
    inputs = parser.parse_args(arguments).inputs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_cluster(folder) as options:
            if not inputs:
                print(" ".join(options), flush=True)
                with contextlib.suppress(KeyboardInterrupt):
                    threading.Event().wait()
                return 0
            for out, extra in (("here", ()), ("cluster", options)):
                begun = time.monotonic()
                subprocess.run(
                    [sys.executable, "-m", "pipeline.cli", "ingest", *inputs, "--output", str(folder / out), *extra],
                    check=True, cwd=_ROOT,
                )  # fmt: skip
                print(f"{out}: {time.monotonic() - begun:.1f} s")
        found = difference(folder / "here", folder / "cluster")
        print(found or "the same rows")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
