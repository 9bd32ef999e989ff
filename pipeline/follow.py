"""Following an input: its sources are asked again and again, until someone says stop."""

import contextlib
import signal
import threading
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

from pipeline.connectors.splits import Source


def rounds(sources: Sequence[Source], interval: float, stop: threading.Event) -> Iterator[Source]:
    """The sources in turn, then again after ``interval`` seconds, until ``stop`` is set."""
    while not stop.is_set():
        for source in sources:
            if stop.is_set():
                return
            yield source
        stop.wait(interval)


@contextlib.contextmanager
def stop_on_signals(*, follow: bool = True) -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, so that what is at work comes to its end.

    A second SIGINT interrupts as usual. Without ``follow``, and outside of the main thread,
    signals stay as they are.
    """
    stop = threading.Event()
    if not follow or threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before: dict[signal.Signals, Any] = {
        number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
