"""How far a run is: workers leave small notes beside their work, the driver adds them up.

Beam's own metrics come at the end of a bundle, which may be the end of the run. So each worker
writes a note of a few bytes at most twice a second, and a thread of the driver reads them.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol
from uuid import uuid4

from pipeline.places import Place

_EVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Tally:
    """What was read and what became of it. ``pages`` counts rejects too."""

    bytes: int = 0
    pages: int = 0
    stories: int = 0
    rejects: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.bytes + other.bytes,
            self.pages + other.pages,
            self.stories + other.stories,
            self.rejects + other.rejects,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is. ``bytes_total`` is 0 where the size of the input is not known.

    ``lag`` counts the records of a topic that are known to wait; None for other inputs.
    """

    done: Tally
    bytes_total: int
    commits: int
    seconds: float
    lag: int | None = None


class Listener(Protocol):
    """Who wants to know how a run goes. Called from a thread of the driver."""

    def progress(self, progress: Progress) -> None: ...

    def note(self, text: str) -> None:
        """One sentence that the user should see: an input passed over, a crash mended."""
        ...


class Silent:
    """The listener that does not listen."""

    def progress(self, progress: Progress) -> None:
        pass

    def note(self, text: str) -> None:
        pass


class Notes:
    """A worker's side: adds up what one bundle did and writes it down now and then."""

    def __init__(self, folder: Place) -> None:
        self._path = folder / f"{uuid4().hex}.json"
        self._tally = Tally()
        self._written = time.monotonic()

    def add(self, tally: Tally) -> None:
        self._tally += tally
        if time.monotonic() - self._written >= _EVERY_SECONDS:
            self.write()

    def write(self) -> None:
        """Writes the note. A note that cannot be written is not worth failing for."""
        self._written = time.monotonic()
        if not isinstance(self._path, Path):  # on an object store every note costs a request
            return
        temporary = self._path.with_suffix(".tmp")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(asdict(self._tally)))
            temporary.replace(self._path)


def read_notes(folder: Place) -> Tally:
    """The sum of all notes in ``folder``."""
    total = Tally()
    if not isinstance(folder, Path):
        return total
    for path in folder.glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            total += Tally(**json.loads(path.read_text()))
    return total


class Watch:
    """Reads the notes in a thread of its own while a run is at work, and tells the listener."""

    def __init__(self, folder: Place, tell: Callable[[Tally], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def _run(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._tell(read_notes(self._folder))

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
