"""Work counted in calls: it grows with the input alone, whatever else the machine does."""

import sys
from collections.abc import Callable


def calls(do: Callable[[], object]) -> int:
    """How many functions a call calls, Python's and built-in ones."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count
