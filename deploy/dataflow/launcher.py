"""What Dataflow's launcher runs: plans a drain, submits it, and leaves it alone.

A template's parameters come as ``--name=value``. Those of ``copydesk ingest`` are called as there,
with ``_`` for ``-``, and ``input`` for its INPUT; all others are Beam's. The job makes its own
commit as its last step (``pipeline.detached``), so nobody has to wait for it.
"""

import argparse
import sys
from collections.abc import Sequence

from pipeline import cli
from pipeline.cli.running import run_settings
from pipeline.config import IngestConfig
from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.detached import submit
from pipeline.errors import CopydeskError, UsageError
from pipeline.places import place

# Parameters that say how a driver that stays works; this one leaves.
_NOT_OURS = {"workers", "follow", "poll_interval", "window", "max_reject_ratio", "json", "quiet", "debug"}  # fmt: skip


def ingest_arguments(given: Sequence[str]) -> list[str]:
    """The command line of ``copydesk ingest`` that the template's parameters stand for.

    Raises:
        UsageError: a parameter of ``ingest`` that a template has no use for.
    """
    ours = parameters()
    inputs: list[str] = []
    options: list[str] = []
    for argument in given:
        name, mark, value = argument.removeprefix("--").partition("=")
        if name in _NOT_OURS:
            raise UsageError(f"a template has no parameter {name}: the launcher does not wait")
        if name == "input" and mark:
            inputs.append(value)
        elif name in ours and mark:
            options.append(f"--{name.replace('_', '-')}={value}")
        else:
            options.append(argument)
    return [*inputs, *options]


def parameters() -> set[str]:
    """The names of the template's parameters that are options of ``copydesk ingest``."""
    parser = cli.command_parser("ingest", cli.load("ingest"))
    names = {
        option[2:].replace("-", "_")
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--") and not isinstance(action, argparse._HelpAction)
    }
    return names - _NOT_OURS


def config_of(given: Sequence[str]) -> IngestConfig:
    """The ingest that the parameters ask for."""
    parser = cli.command_parser("ingest", cli.load("ingest"))
    arguments, beam_options = parser.parse_known_intermixed_args(ingest_arguments(given))
    arguments.beam_options = tuple(beam_options)
    return IngestConfig(
        inputs=tuple(arguments.inputs),
        kafka=KafkaSettings.from_arguments(arguments),
        **run_settings(arguments, place(arguments.output)),
    )


def main(given: Sequence[str]) -> int:
    try:
        if submit(config_of(given)) is None:
            print("nothing new in the input", file=sys.stderr)
    except CopydeskError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
