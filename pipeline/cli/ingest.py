"""Read pages, split them into stories, and add them to a dataset.

INPUT is a file (.txt, .html, .jsonl; also .gz or .zst), a folder, a glob, or
kafka://host:port/topic. What the dataset holds already is passed over, so the same command goes
on after a crash. Options that copydesk does not know go to Beam; write them as --name=value.
"""

import argparse
import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.arguments import positive, ratio, time
from pipeline.cli.terminal import Terminal, counted, duration
from pipeline.connectors.kafka import settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.ingest import Summary

SUMMARY = "pages in, stories out: files, folders, globs, Kafka topics"
PASSES_UNKNOWN_OPTIONS = True

_NAMED = 3  # a summary names so many of the files that were passed over


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, folder, glob or topic")
    parser.add_argument(
        "--output", metavar="OUT", type=Path, required=True, help="the folder of the dataset"
    )
    parser.add_argument(
        "--workers", metavar="N", type=positive, default=1, help="work in so many processes"
    )
    stories = parser.add_argument_group("stories")
    stories.add_argument(
        "--fetched-at", metavar="WHEN", type=time,
        help="when pages that do not say so were fetched (ISO 8601); relative dates need it",
    )  # fmt: skip
    stories.add_argument(
        "--min-date-confidence", metavar="P", type=ratio, default=0.0,
        help="leave out publication dates that are less sure (0 to 1, default 0)",
    )  # fmt: skip
    stories.add_argument(
        "--max-reject-ratio", metavar="P", type=ratio, default=1.0,
        help="exit with 3 if a larger part of the pages are rejects (0 to 1, default 1)",
    )  # fmt: skip
    following = parser.add_argument_group("following a topic")
    following.add_argument(
        "--follow", action="store_true",
        help="go on with what comes next, until Ctrl-C or SIGTERM; what is at work is finished",
    )  # fmt: skip
    following.add_argument(
        "--poll-interval", metavar="SECONDS", type=float, default=30.0,
        help="look for new records so often (default 30)",
    )  # fmt: skip
    following.add_argument(
        "--window", metavar="SECONDS", type=float, default=60.0,
        help="with --streaming: make one commit of so much time of reading (default 60)",
    )  # fmt: skip
    settings.add_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from pipeline.cli import EXIT_FINE, EXIT_REJECTS
    from pipeline.cli.progress_view import ProgressView

    beam_options = getattr(arguments, "beam_options", ())
    check_beam_options(beam_options)
    calm_engine(debug=arguments.debug)
    from pipeline.config import IngestConfig
    from pipeline.connectors.kafka.settings import KafkaSettings
    from pipeline.follow import stop_on_signals
    from pipeline.ingest import run as ingest

    config = IngestConfig(
        inputs=tuple(arguments.inputs),
        output=arguments.output,
        workers=arguments.workers,
        fetched_at=arguments.fetched_at,
        min_date_confidence=arguments.min_date_confidence,
        max_reject_ratio=arguments.max_reject_ratio,
        beam_args=beam_options,
        kafka=KafkaSettings.from_arguments(arguments),
        follow=arguments.follow,
        poll_interval=arguments.poll_interval,
        window=arguments.window,
    )
    with ProgressView(terminal.err) as listener, stop_on_signals(follow=config.endless) as stop:
        summary = ingest(config, listener, stop)
    if terminal.json:
        terminal.write_json([as_json(summary)])
    else:
        print_summary(summary, str(arguments.output), terminal)
    if summary.too_many_rejects:
        terminal.error(
            f"{summary.counts.rejected:,} of {summary.counts.pages:,} pages are rejects, more than "
            f"--max-reject-ratio {config.max_reject_ratio:g}; the dataset holds what came through"
        )
        return EXIT_REJECTS
    return EXIT_FINE


def check_beam_options(options: tuple[str, ...]) -> None:
    """Refuses what only looks like an option: a word that came loose of the one before it."""
    for option in options:
        if not option.startswith("--"):
            raise UsageError(f"unknown option: {option}; options of Beam begin with --")


def calm_engine(*, debug: bool) -> None:
    """Lets Beam speak of errors only: its warnings are about cloud extras that nobody asked for."""
    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger().setLevel(logging.INFO if debug else logging.ERROR)
    if not debug:
        warnings.filterwarnings("ignore")


def as_json(summary: "Summary") -> dict[str, Any]:
    """The summary for programs."""
    counts = summary.counts
    return {
        "pages": counts.pages,
        "pages_with_stories": counts.pages_with_stories,
        "stories": counts.stories,
        "teasers": counts.teasers,
        "rejects": dict(counts.rejects),
        "commits": summary.commits,
        "seconds": round(summary.seconds, 3),
        "passed": {
            "ingested": list(summary.passed.ingested),
            "changed": list(summary.passed.changed),
            "unreadable": list(summary.passed.unreadable),
        },
    }


def print_summary(summary: "Summary", output: str, terminal: Terminal) -> None:
    """The summary for people: what was added, what was rejected and why, what was passed over."""
    from rich.text import Text

    counts, passed = summary.counts, summary.passed
    if counts.pages:
        rejects = ", ".join(f"{reason} {number:,}" for reason, number in counts.rejects.items())
        terminal.out.print(
            Text.assemble(
                (counted(counts.stories, "story", "stories"), "bold green"),
                f" and {counted(counts.teasers, 'teaser')} from {counted(counts.pages, 'page')}, ",
                (counted(counts.rejected, "reject"), "yellow" if counts.rejected else ""),
                f" ({rejects})" if rejects else "",
                f"; {counted(summary.commits, 'commit')} to {output}"
                f" in {duration(summary.seconds)}",
            ),
            soft_wrap=True,
        )  # fmt: skip
    else:
        terminal.out.print(f"nothing new for {output}", soft_wrap=True)
    for names, what in (
        (passed.ingested, "ingested before and passed over"),
        (passed.changed, "ingested before, with another content by now, and passed over"),
        (passed.unreadable, "not readable and passed over"),
    ):
        if names:
            others = ", …" if len(names) > _NAMED else ""
            terminal.out.print(
                f"{counted(len(names), 'file')} {what}: {', '.join(names[:_NAMED])}{others}",
                style="dim" if names is passed.ingested else "yellow",
                soft_wrap=True,
            )
