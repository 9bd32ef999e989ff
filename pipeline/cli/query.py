"""Ask a dataset with SQL, or see at a glance what it holds.

The views are stories, teasers, rejects and commits; `copydesk schema` lists the columns.
Without SQL a summary is printed.
"""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.terminal import Terminal, counted

if TYPE_CHECKING:
    from pipeline.query import Rows, Summary

SUMMARY = "ask it with SQL (DuckDB), or see what it holds"
USAGE = 'OUT ["SQL"] [options]'

# A terminal shows so many rows of an answer. Programs take --json, which shows all.
_SHOWN_ROWS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="OUT", type=Path, help="the folder of the dataset")
    parser.add_argument("sql", metavar="SQL", nargs="?", help="one statement; quote it")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from pipeline.query import ask, connect, summarize

    with connect(arguments.dataset) as connection:
        if arguments.sql is not None:
            answer = ask(connection, arguments.sql)
            if terminal.json:
                terminal.write_json(_records(answer))
            else:
                _print_answer(answer, terminal)
            return 0
        summary = summarize(connection)
    if terminal.json:
        terminal.write_json([_as_json(summary)])
    else:
        print_summary(str(arguments.dataset), summary, terminal)
    return 0


def _records(answer: "Rows") -> Iterator[dict[str, Any]]:
    for row in answer.rows:
        yield dict(zip(answer.columns, row, strict=True))


def _print_answer(answer: "Rows", terminal: Terminal) -> None:
    from pipeline.cli.tables import table

    if not answer.columns:
        return
    rows = list(islice(answer.rows, _SHOWN_ROWS + 1))
    terminal.out.print(table(answer.columns, rows[:_SHOWN_ROWS], terminal.out.width))
    if len(rows) > _SHOWN_ROWS:
        terminal.out.print(
            f"the first {_SHOWN_ROWS} rows; add LIMIT, or --json for all", style="dim"
        )


def _as_json(summary: "Summary") -> dict[str, Any]:
    from pipeline.query import LISTED_COLUMNS

    made = asdict(summary)
    for name in ("bases", "agencies", "publishers", "languages", "reasons"):
        made[name] = dict(made[name])
    made["listed"] = [dict(zip(LISTED_COLUMNS, row, strict=True)) for row in made["listed"]]
    return made


def print_summary(name: str, summary: "Summary", terminal: Terminal) -> None:
    """The summary as people read it: one sentence, the stories, then who and how."""
    from rich.text import Text

    from pipeline.cli.tables import table
    from pipeline.query import LISTED_COLUMNS

    out = terminal.out
    out.print(
        Text.assemble(
            (name, "bold"), ": ",
            (counted(summary.stories, "story", "stories"), "bold green"),
            f" and {counted(summary.teasers, 'teaser')} on {counted(summary.pages, 'page')}, ",
            (counted(summary.rejects, "reject"), "yellow" if summary.rejects else ""),
            f", {counted(summary.commits, 'commit')}",
        ),
        soft_wrap=True,  # the name of a dataset may be long, and a line is to be searched for
    )  # fmt: skip
    if summary.listed:
        whole = len(summary.listed) == summary.stories
        out.print()
        out.print(
            table(
                LISTED_COLUMNS,
                summary.listed,
                out.width,
                title="the stories" if whole else f"the newest {len(summary.listed)} stories",
            )
        )
    if summary.first_day:
        days = f"{summary.first_day} to {summary.last_day}"
        out.print(f"days        {days}, {summary.undated:,} undated")
    for label, counts in (
        ("dated by", summary.bases),
        ("agencies", summary.agencies),
        ("publishers", summary.publishers),
        ("languages", summary.languages),
        ("rejects", summary.reasons),
    ):
        if counts:
            out.print(f"{label:<12}" + ", ".join(f"{what} {n:,}" for what, n in counts))
