"""Merge the small files of a dataset into large ones, with the promises of an ingest.

Readers see every row exactly once before and after. A query that is reading at the very moment may
fail with "no such file"; it is right when asked again.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.running import calm_engine
from pipeline.cli.terminal import Terminal, counted, duration

SUMMARY = "small files into large ones"
USAGE = "OUT [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="OUT", type=Path, help="the folder of the dataset")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    calm_engine(debug=arguments.debug)
    from pipeline.compact import compact
    from pipeline.query import check_dataset

    check_dataset(arguments.dataset)
    done = compact(arguments.dataset)
    if terminal.json:
        terminal.write_json([asdict(done)])
    elif done.files_before:
        terminal.out.print(
            f"{counted(done.files_before, 'file')} became {done.files_after:,} with "
            f"{counted(done.rows, 'row')} in {duration(done.seconds)}",
            style="bold green",
            soft_wrap=True,
        )
    else:
        terminal.out.print(f"nothing to merge in {arguments.dataset}", soft_wrap=True)
    return 0
