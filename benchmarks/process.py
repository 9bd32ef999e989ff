"""Runs of copydesk as a process of their own, with what they took."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock, CPU seconds of the process and all its children, the peak of their
    resident memory together, and what the command printed as JSON."""

    wall: float
    cpu: float
    peak_bytes: int
    printed: dict[str, Any]

    @property
    def peak_mb(self) -> float:
        return self.peak_bytes / 1e6


def copydesk(*arguments: str) -> Run:
    """One ``copydesk … --json``.

    Raises:
        RuntimeError: it failed; with what it wrote to standard error.
    """
    command = [sys.executable, "-m", "pipeline.cli", *arguments, "--json"]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=_ROOT)
        peak = _Peak(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.over.set()
        peak.join()
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}: {err.read().decode()}")
        printed = json.loads(out.read() or b"{}")
    return Run(wall, usage.ru_utime + usage.ru_stime, peak.bytes, printed)


class _Peak(threading.Thread):
    """Watches the resident memory of a process and its children, shared pages counted once a
    process. Between two looks the system's own mark of each process alone is what is known.

    ``ru_maxrss`` would not do: it counts what the parent had when it forked, too.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.bytes = 0
        self.over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.wait(_EVERY_SECONDS):
            family = _family(self._pid)
            together = sum(map(_resident, family))
            self.bytes = max(self.bytes, together, *map(_highest, family))


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _highest(pid: int) -> int:
    """The most that a process had since it began its program."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        return 0


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
