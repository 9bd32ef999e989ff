"""What the commands print with: results to stdout, all that is said about them to stderr."""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

# The width where there is no terminal to ask: a piped table stays a table.
_PLAIN_WIDTH = 120


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that every command has."""
    group = parser.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="print JSON, for programs")
    group.add_argument("--quiet", action="store_true", help="print errors only")
    group.add_argument("--debug", action="store_true", help="show the traceback of an error")


class Terminal:
    """One command's way to its user. ``json`` and ``quiet`` are the user's wishes."""

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet

    @cached_property
    def out(self) -> "Console":
        """For results. Silent with ``--quiet``."""
        return _console(sys.stdout, quiet=self.quiet)

    @cached_property
    def err(self) -> "Console":
        """For progress and summaries. Silent with ``--quiet`` and with ``--json``."""
        return _console(sys.stderr, quiet=self.quiet or self.json)

    def error(self, message: str) -> None:
        """One line on stderr, always."""
        sys.stderr.write(f"copydesk: {message}\n")

    def write_json(self, values: Iterable[Any]) -> None:
        """Each value as one line of JSON, also with ``--quiet``: programs asked for it."""
        for value in values:
            sys.stdout.write(_json(value) + "\n")


def _json(value: Any) -> str:
    import orjson

    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z).decode()
    except TypeError:
        # Half a surrogate pair (the name of a file that is no text), or a very large number.
        return json.dumps(value, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _console(file: TextIO, *, quiet: bool) -> "Console":
    from rich.console import Console

    class Printer(Console):
        def on_broken_pipe(self) -> None:
            # rich would end the process with 1; a reader that has seen enough is no failure.
            raise BrokenPipeError

    # rich itself honours NO_COLOR, FORCE_COLOR, TERM and, on a terminal, COLUMNS.
    width = None
    if not file.isatty():
        columns = os.environ.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() and int(columns) else _PLAIN_WIDTH
    return Printer(file=file, quiet=quiet, width=width, highlight=False, markup=False, emoji=False)


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 page``, ``2,000 pages``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """``1.4 s``, ``45 s``, ``3 min 20 s``, ``2 h 05 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
