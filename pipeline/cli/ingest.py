"""Read pages, split them into stories, and add them to a dataset.

INPUT is a file (.txt, .html, .jsonl, .warc; also .gz or .zst), a folder, a glob, each also on an
object store (s3://bucket/pages, gs://…), or kafka://host:port/topic. What the dataset holds already
is passed over, so the same command goes on after a crash. Options that copydesk does not know go to
Beam; write them as --name=value.
"""

import argparse

from pipeline.cli.running import add_run_arguments, calm_engine, finish, run_settings
from pipeline.cli.terminal import Terminal
from pipeline.connectors.kafka import settings

SUMMARY = "pages in, stories out: files, folders, globs, Kafka topics"
USAGE = "INPUT... --output OUT [options]"
PASSES_UNKNOWN_OPTIONS = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, folder, glob or topic")
    parser.add_argument(
        "--output",
        metavar="OUT",
        required=True,
        help="the folder of the dataset, or its address: s3://…, gs://…",
    )
    add_run_arguments(parser)
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
    calm_engine(debug=arguments.debug)
    from pipeline.cli.progress_view import ProgressView
    from pipeline.config import IngestConfig
    from pipeline.follow import stop_on_signals
    from pipeline.ingest import run as ingest
    from pipeline.places import place

    output = place(arguments.output)
    config = IngestConfig(
        inputs=tuple(arguments.inputs),
        **run_settings(arguments, output),
        kafka=settings.KafkaSettings.from_arguments(arguments),
        follow=arguments.follow,
        poll_interval=arguments.poll_interval,
        window=arguments.window,
    )
    with ProgressView(terminal.err) as listener, stop_on_signals(follow=config.endless) as stop:
        summary = ingest(config, listener, stop)
    return finish(summary, arguments, output, terminal)
