"""The command of a cluster's script: the same rows from the cluster as from this process?"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from scripts.same_rows import difference

_ROOT = Path(__file__).resolve().parents[1]


def main(
    about: str | None,
    cluster: Callable[[Path], AbstractContextManager[Sequence[str]]],
    arguments: Sequence[str],
) -> int:
    """Ingests the inputs among ``arguments`` here and on the ``cluster`` (which keeps its logs in the
    folder that it is given, and gives the options for an ingest), and says whether the rows are the
    same. Without inputs it prints the options and waits for Ctrl-C."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("inputs", nargs="*", metavar="INPUT")
    inputs = parser.parse_args(arguments).inputs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with cluster(folder) as options:
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
