"""What the commands that run the engine share: options, calm, the summary, the exit status."""

import argparse
import logging
import warnings
from typing import TYPE_CHECKING, Any

from pipeline.cli.arguments import positive, ratio, time
from pipeline.cli.terminal import Terminal, counted, duration
from pipeline.errors import UsageError
from pipeline.places import Place

if TYPE_CHECKING:
    from pipeline.ingest import Summary

_NAMED = 3  # a summary names so many of the files that were passed over


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say how to work and what to take."""
    parser.add_argument(
        "--workers", metavar="N", type=positive, default=1,
        help="work in so many processes (default 1)",
    )  # fmt: skip
    stories = parser.add_argument_group("stories")
    stories.add_argument(
        "--fetched-at", metavar="WHEN", type=time,
        help="when pages that do not say so were fetched (ISO 8601); relative dates need it",
    )  # fmt: skip
    stories.add_argument(
        "--min-date-confidence", metavar="P", type=ratio, default=0.0,
        help="leave out publication dates that are less sure (0 to 1); below 0.6 none is given anyway",
    )  # fmt: skip
    stories.add_argument(
        "--max-reject-ratio", metavar="P", type=ratio, default=1.0,
        help="exit with 3 if a larger part of the pages are rejects (0 to 1, default 1)",
    )  # fmt: skip


def run_settings(arguments: argparse.Namespace, output: Place) -> dict[str, Any]:
    """The fields of ``RunConfig`` from the options.

    Raises:
        UsageError: a word that only looks like an option of Beam.
    """
    beam_args = getattr(arguments, "beam_options", ())
    for option in beam_args:
        # A value that came loose of its option would be lost without a word.
        if not option.startswith("--"):
            raise UsageError(f"unknown option: {option}; options of Beam begin with --")
    return {
        "output": output,
        "workers": arguments.workers,
        "fetched_at": arguments.fetched_at,
        "min_date_confidence": arguments.min_date_confidence,
        "max_reject_ratio": arguments.max_reject_ratio,
        "beam_args": beam_args,
    }


def calm_engine(*, debug: bool) -> None:
    """Lets Beam speak of errors only: its warnings are about cloud extras that nobody asked for.

    To be called before Beam is imported, which is when it warns.
    """
    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger().setLevel(logging.INFO if debug else logging.ERROR)
    if not debug:
        warnings.filterwarnings("ignore")
        # The local engine logs the trace of an error that it raises anyway.
        for name in ("common", "portability.local_job_service", "worker"):
            logging.getLogger(f"apache_beam.runners.{name}").setLevel(logging.CRITICAL)


def finish(
    summary: "Summary", arguments: argparse.Namespace, what: Place, terminal: Terminal
) -> int:
    """Tells what a run came to and returns its exit status."""
    from pipeline.cli import EXIT_FINE, EXIT_REJECTS

    if terminal.json:
        terminal.write_json([as_json(summary)])
    else:
        print_summary(summary, str(what), terminal)
    if summary.too_many_rejects:
        terminal.error(
            f"{summary.counts.rejected:,} of {summary.counts.pages:,} pages are rejects, more than "
            f"--max-reject-ratio {arguments.max_reject_ratio:g}; "
            "the dataset holds what came through"
        )
        return EXIT_REJECTS
    return EXIT_FINE


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
        )
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
