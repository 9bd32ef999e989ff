"""Write one self-contained HTML page about a dataset: what it holds, from whom, how sure."""

import argparse
from pathlib import Path

from pipeline.cli.terminal import Terminal

SUMMARY = "one self-contained HTML page about it"
USAGE = "OUT [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="OUT", type=Path, help="the folder of the dataset")
    parser.add_argument(
        "--to", metavar="FILE", type=Path, help="where to write it (default OUT/_report.html)"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from pipeline.report import report

    target: Path = arguments.to or arguments.dataset / "_report.html"
    content = report(arguments.dataset).encode("utf-8", "replace")
    target.write_bytes(content)
    if terminal.json:
        terminal.write_json([{"path": str(target), "bytes": len(content)}])
    else:
        terminal.out.print(f"{target}: {len(content):,} bytes", soft_wrap=True)
    return 0
