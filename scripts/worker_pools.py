"""Beam worker pools on this machine, several behind one address, as a cluster has them.

``python scripts/worker_pools.py --pools 2`` prints the address to give as ``--environment_config``
together with ``--environment_type=EXTERNAL``, and runs until Ctrl-C. Connections are dealt out in
turn, as a load balancer does it, so each executor of a cluster gets a pool of its own.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_START_SECONDS = 60
_BUFFER = 1 << 16


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once something listens on ``port``.

    Raises:
        RuntimeError: the process that should has ended, or it took too long; with its log.
    """
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise RuntimeError(f"nothing listens on {port}:\n{log.read_text(errors='replace')[-4000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that leads a session, with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def running_pools(folder: Path, count: int = 1) -> Iterator[str]:
    """So many worker pools, with logs in ``folder``; gives ``host:port`` of what deals them out."""
    # A pool starts `python`: that must be the one with copydesk in it.
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with contextlib.ExitStack() as stack:
        ports = []
        for number in range(count):
            port, log = free_port(), folder / f"pool-{number}.log"
            with log.open("wb") as out:
                process = subprocess.Popen(
                    [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"],
                    stdout=out, stderr=out, start_new_session=True, env={**os.environ, "PATH": here, "OPENBLAS_NUM_THREADS": "1"},
                )  # fmt: skip
            stack.callback(end, process)
            wait_for_port(port, process, log)
            ports.append(port)
        dealer = stack.enter_context(_Dealer(ports))
        yield f"127.0.0.1:{dealer.port}"


class _Dealer:
    """Listens on one port and hands each connection to the next of ``ports``."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    def __enter__(self) -> "_Dealer":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _serve(self) -> None:
        turn = 0
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            try:
                pool = socket.create_connection(("127.0.0.1", self._ports[turn % len(self._ports)]))
            except OSError:
                caller.close()
                continue
            turn += 1
            for source, sink in ((caller, pool), (pool, caller)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_BUFFER):
            sink.sendall(data)
    for end_ in (source, sink):
        with contextlib.suppress(OSError):
            end_.shutdown(socket.SHUT_RDWR)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pools", type=int, default=2)
    parser.add_argument("--logs", type=Path, default=Path("build/worker_pools"))
    chosen = parser.parse_args(arguments)
    chosen.logs.mkdir(parents=True, exist_ok=True)
    with (
        running_pools(chosen.logs, chosen.pools) as address,
        contextlib.suppress(KeyboardInterrupt),
    ):
        print(f"--environment_type=EXTERNAL --environment_config={address}", flush=True)
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
