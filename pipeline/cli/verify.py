"""Check a dataset in full: the commit log against the files, the rows against each other.

Reads every file once; may run beside an ingest. Exit status 1 if a promise is broken.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.tables import printable
from pipeline.cli.terminal import Terminal, counted

SUMMARY = "the commit log against the files: hashes, rows, duplicates"
USAGE = "OUT [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="OUT", type=Path, help="the folder of the dataset")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from pipeline.cli import EXIT_FAILED, EXIT_FINE
    from pipeline.query import check_dataset
    from pipeline.verify import verify

    check_dataset(arguments.dataset)
    report = verify(arguments.dataset)
    if terminal.json:
        terminal.write_json([{"clean": report.clean, **asdict(report)}])
        return EXIT_FINE if report.clean else EXIT_FAILED
    for problem in report.problems:
        terminal.out.print(f"✗ {printable(problem)}", style="red", soft_wrap=True)
    for note in report.notes:
        terminal.out.print(f"· {printable(note)}", style="yellow", soft_wrap=True)
    verdict = "clean" if report.clean else counted(len(report.problems), "problem")
    terminal.out.print(
        f"{arguments.dataset}: {verdict}; {counted(report.commits, 'commit')}, "
        f"{counted(report.files, 'file')}, {counted(report.stories, 'story', 'stories')}, "
        f"{counted(report.teasers, 'teaser')}, {counted(report.rejects, 'reject')} "
        f"of {counted(report.pages, 'page')}; every hash and every row counted",
        style="bold green" if report.clean else "bold red",
        soft_wrap=True,
    )
    return EXIT_FINE if report.clean else EXIT_FAILED
