"""Try the rejects of a dataset once more, by today's rules.

What became of each, story or reject, replaces it in one commit. Rejects whose bytes were cut or
never came stay as they are. Options that copydesk does not know go to Beam; write them as
--name=value.
"""

import argparse
from pathlib import Path

from pipeline.cli.running import add_run_arguments, calm_engine, finish, run_settings
from pipeline.cli.terminal import Terminal

SUMMARY = "the rejects once more"
USAGE = "OUT [options]"
PASSES_UNKNOWN_OPTIONS = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="OUT", type=Path, help="the folder of the dataset")
    add_run_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    calm_engine(debug=arguments.debug)
    from pipeline.cli.progress_view import ProgressView
    from pipeline.config import RunConfig
    from pipeline.query import check_dataset
    from pipeline.replay import replay

    check_dataset(arguments.dataset)
    config = RunConfig(**run_settings(arguments, arguments.dataset))
    with ProgressView(terminal.err) as listener:
        summary = replay(config, listener)
    return finish(summary, arguments, arguments.dataset, terminal)
