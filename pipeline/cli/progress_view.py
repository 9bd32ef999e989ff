"""How a run goes: one living line on a terminal, a plain line now and then elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import printable
from pipeline.cli.terminal import duration
from pipeline.progress import Progress

_PLAIN_EVERY_SECONDS = 10.0
_BAR = range(8, 25)  # cells; the words beside it are worth more than its length
_WORDS = 72


class ProgressView:
    """A listener that prints to ``console``; a context, so that the living line ends whole."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._told = time.monotonic()

    def progress(self, progress: Progress) -> None:
        """Shows where the run is."""
        if self._console.is_terminal:
            self._live.update(_living_line(progress, self._console.width), refresh=True)
        elif time.monotonic() - self._told >= _PLAIN_EVERY_SECONDS:
            self._told = time.monotonic()
            self._console.print(sentence(progress), soft_wrap=True)

    def note(self, text: str) -> None:
        """Shows a sentence; the living line stays below it."""
        self._console.print(printable(text), style="yellow", soft_wrap=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()


def sentence(progress: Progress) -> str:
    """How far a run is, in words: ``1,200 pages, 1,350 stories, 4 rejects, 240 pages/s, …``."""
    done = progress.done
    parts = [
        f"{done.pages:,} pages",
        f"{done.stories:,} stories",
        f"{done.rejects:,} rejects",
        f"{rate(progress):,.0f} pages/s",
    ]
    if progress.lag is not None:
        parts.append(f"lag {progress.lag:,}")
    if progress.bytes_total:
        parts.append(f"{min(1.0, done.bytes / progress.bytes_total):.0%}")
    if (left := seconds_left(progress)) is not None:
        parts.append(f"{duration(left)} left")
    return ", ".join(parts)


def rate(progress: Progress) -> float:
    """Pages a second since the run began."""
    return progress.done.pages / progress.seconds if progress.seconds > 0 else 0.0


def seconds_left(progress: Progress) -> float | None:
    """What is left at the speed so far; None where that cannot be told yet."""
    done, total = progress.done.bytes, progress.bytes_total
    if not total or not done or progress.seconds < 1:
        return None
    return progress.seconds * max(0, total - done) / done


def _living_line(progress: Progress, width: int) -> Table:
    line = Table.grid(padding=(0, 1))
    total = progress.bytes_total or None
    bar = ProgressBar(
        total=total,
        completed=min(progress.done.bytes, total or 0),
        width=min(max(width - _WORDS, _BAR.start), _BAR.stop - 1),
        pulse=total is None,
    )
    line.add_row(bar, Text(sentence(progress), no_wrap=True, overflow="ellipsis"))
    return line
