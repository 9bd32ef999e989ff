"""Errors of the engine as sentences that say what to do."""

import errno
from pathlib import Path

import pytest

from pipeline.errors import CopydeskError, TemporaryError
from pipeline.failures import explained


def _wrapped(cause: BaseException, words: str = "[while running 'Merge']") -> Exception:
    """As Beam does it: a RuntimeError that has the cause only as its context."""
    try:
        try:
            raise cause  # noqa: TRY301
        except BaseException:
            raise RuntimeError(words)  # noqa: B904
    except RuntimeError as error:
        return error


_TRACE = """Traceback (most recent call last):
  File "x.py", line 1, in f
{} [while running 'ReadSplits']
"""


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (_wrapped(OSError(errno.ENOSPC, "No space left")), CopydeskError, "there is no room left"),
        (_wrapped(OSError(errno.EACCES, "denied")), CopydeskError, "the run failed: RuntimeError"),
        (
            RuntimeError(_TRACE.format("OSError: [Errno 28] No space left")),
            CopydeskError,
            "no room",
        ),
        (
            RuntimeError(_TRACE.format("pipeline.errors.TemporaryError: the broker is away.")),
            TemporaryError,
            "the broker is away.",
        ),
        (
            RuntimeError(_TRACE.format("pipeline.errors.CopydeskError: offset 7 is gone.")),
            CopydeskError,
            "offset 7 is gone.",
        ),
        (_wrapped(TemporaryError("the broker is away.")), TemporaryError, "the broker is away."),
        (RuntimeError(""), CopydeskError, "the run failed: RuntimeError"),
        (RuntimeError("x" * 5000), CopydeskError, "x" * 500 + ". What"),
    ],
)
def test_errors_say_what_to_do(error: Exception, kind: type[CopydeskError], words: str) -> None:
    found = explained(error, Path("out"))
    assert type(found) is kind
    assert words in str(found)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(3)])
def test_an_interrupt_stays_one(interrupt: BaseException) -> None:
    assert explained(interrupt, Path("out")) is interrupt
    assert explained(_wrapped(interrupt), Path("out")) is interrupt
