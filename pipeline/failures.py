"""What went wrong in the engine, as an error that says what to do."""

import errno
import re
from collections.abc import Iterator

from pipeline.errors import CopydeskError, TemporaryError
from pipeline.places import Place

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What they are called in a trace that comes as text from another process.
_DISK_FULL_WORDS = tuple(f"[Errno {number}]" for number in sorted(_DISK_FULL))
# One of our own errors in such a trace is a sentence already.
_OWN = re.compile(r"^pipeline\.[\w.]+\.(\w+Error): (.+?)(?: \[while running .*)?$", re.M)
_TEMPORARY = {"TemporaryError", "KafkaUnavailableError"}


def explained(error: BaseException, output: Place) -> BaseException:
    """The error to raise in the place of ``error``.

    An interrupt stays one, also where the engine wrapped it; the rest is a ``CopydeskError``.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, CopydeskError) or not isinstance(cause, Exception):
            return cause
    if own := _OWN.search(str(error)):
        return TemporaryError(own[2]) if own[1] in _TEMPORARY else CopydeskError(own[2])
    if any(isinstance(cause, OSError) and cause.errno in _DISK_FULL for cause in causes) or any(
        word in str(error) for word in _DISK_FULL_WORDS
    ):
        return CopydeskError(
            f"there is no room left to write below {output}; what was committed before stands. "
            "Make room and start the same command again, it goes on where it stopped"
        )
    words = str(error).strip().splitlines() or [""]
    return CopydeskError(
        f"the run failed: {type(error).__name__}: {words[-1][:500]}. "
        "What was committed before stands; start the same command again to go on"
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, the last first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
