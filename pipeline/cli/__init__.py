"""The command line: one module a command, with ``SUMMARY``, ``USAGE``, ``add_arguments``, ``run``.

Modules of commands import what is heavy (Beam, Arrow, DuckDB, rich) inside their functions, so
that ``copydesk --help`` and ``copydesk schema`` answer at once.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from types import ModuleType

from pipeline.cli.terminal import Terminal, add_output_arguments
from pipeline.errors import CopydeskError, UsageError

# In the order in which somebody who is new to copydesk meets them.
COMMANDS = (
    "ingest", "query", "inspect", "report", "produce", "verify", "replay", "compact", "schema",
)  # fmt: skip

EXIT_FINE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_REJECTS = 3

_DESCRIPTION = "Raw news pages in, a dataset of single, dated, sourced stories out."
_EPILOG = """\
exit status: 0 fine; 1 the run failed; 2 wrong usage; 3 more rejects than --max-reject-ratio

copydesk COMMAND --help says more about a command."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status. ``argv`` is without the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in COMMANDS:
        _top_parser().parse_args(arguments or ["--help"])
        return EXIT_FINE
    module = load(arguments[0])
    parser = command_parser(arguments[0], module)
    # Intermixed, so that `ingest a --output OUT b` reads b as an input and not as an option of Beam.
    parsed, unknown = parser.parse_known_intermixed_args(arguments[1:])
    if unknown:
        if not getattr(module, "PASSES_UNKNOWN_OPTIONS", False):
            parser.error(f"unknown option: {' '.join(unknown)}")
        parsed.beam_options = tuple(unknown)
    return _run(module, parsed)


def load(name: str) -> ModuleType:
    """The module of the command ``name``."""
    return importlib.import_module(f"pipeline.cli.{name}")


def command_parser(name: str, module: ModuleType) -> argparse.ArgumentParser:
    """The parser of one command."""
    parser = argparse.ArgumentParser(
        prog=f"copydesk {name}",
        usage=f"copydesk {name} {module.USAGE}",
        description=module.__doc__,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    add_output_arguments(parser)
    return parser


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)


def _top_parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<10}{load(name).SUMMARY}" for name in COMMANDS)
    parser = argparse.ArgumentParser(
        prog="copydesk",
        usage="copydesk COMMAND ...",
        description=f"{_DESCRIPTION}\n\ncommands:\n{commands}",
        epilog=_EPILOG,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"copydesk {version('copydesk')}")
    parser.add_argument("command", metavar="COMMAND", choices=COMMANDS, help=argparse.SUPPRESS)
    return parser


def _run(module: ModuleType, parsed: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A file's name may be no text, and a terminal may not know every letter of the world.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    terminal = Terminal(json=parsed.json, quiet=parsed.quiet)
    try:
        status: int = module.run(parsed, terminal)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FINE
    except KeyboardInterrupt:
        terminal.error("stopped; what was committed stands, the same command goes on from there")
        return EXIT_FAILED
    except (CopydeskError, OSError, MemoryError) as error:
        if parsed.debug:
            raise
        terminal.error(sentence(error))
        return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED
    return status


def sentence(error: BaseException) -> str:
    """An error as one sentence for people."""
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return f"{name}{error.strerror[:1].lower()}{error.strerror[1:]}"
    if isinstance(error, MemoryError):
        return "out of memory; fewer --workers need less"
    return str(error) or type(error).__name__
