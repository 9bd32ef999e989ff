"""Show one page: every block with its kind, the stories, each date with its evidence.

PAGE is a .txt or .html file, a record of a .jsonl or .warc file as FILE#N (counted from 1) or
FILE#PAGE_ID, or - for stdin; FILE may be an object, like s3://bucket/pages.jsonl. NO_COLOR turns colours off.
"""

import argparse

from pipeline.cli.arguments import time
from pipeline.cli.running import calm_engine
from pipeline.cli.terminal import Terminal
from pipeline.places import on_store

SUMMARY = "one page: its blocks, its stories, each date with its evidence"
USAGE = "PAGE [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("page", metavar="PAGE", help="a file, FILE#N, FILE#PAGE_ID, or -")
    parser.add_argument(
        "--fetched-at", type=time, metavar="WHEN",
        help="when it was fetched (ISO 8601), if the page does not say",
    )  # fmt: skip


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    if on_store(arguments.page):
        calm_engine(debug=arguments.debug)
    from pipeline.inspection import as_json, find_page, inspect
    from schemas.records import Reject

    raw = find_page(arguments.page, arguments.fetched_at)
    found = raw if isinstance(raw, Reject) else inspect(raw)
    if terminal.json:
        terminal.write_json([as_json(found)])
    else:
        from pipeline.cli.page_view import print_page

        print_page(found, terminal.out)
    return 0
