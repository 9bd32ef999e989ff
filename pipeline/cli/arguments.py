"""Types of options that several commands share; what they refuse becomes a usage error."""

import argparse
from datetime import datetime


def time(value: str) -> datetime:
    """An ISO 8601 time; without a zone it is UTC."""
    from schemas.wire import read_time

    try:
        return read_time(value)
    except ValueError as error:
        message = f"{value!r} is no ISO 8601 time; write it like 2025-04-06T12:00:00Z"
        raise argparse.ArgumentTypeError(message) from error


def ratio(value: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no number from 0 to 1")
    return number


def positive(value: str) -> int:
    """A whole number from 1 on."""
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no whole number from 1 on")
    return int(value)
