"""Send pages to a Kafka topic: what `ingest` reads from files, as the records that it reads there.

JSON records go as they are, files of text and HTML as raw bodies with headers that describe them.
The key is the page's id, so that versions of one page stay in order.
"""

import argparse
import time
from typing import TYPE_CHECKING

from pipeline.cli.running import calm_engine
from pipeline.cli.terminal import Terminal, counted, duration
from pipeline.connectors.kafka import settings
from pipeline.places import on_store

if TYPE_CHECKING:
    from pipeline.produce import Sending

SUMMARY = "files into a Kafka topic"
USAGE = "INPUT... --to kafka://host:port/topic [options]"

_EVERY_SECONDS = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, folder or glob")
    parser.add_argument(
        "--to", metavar="TOPIC", required=True, help="kafka://host:port[,host:port]/topic"
    )
    settings.add_arguments(parser, reading=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from pipeline.cli import EXIT_FAILED, EXIT_FINE

    if any(on_store(name) for name in arguments.inputs):
        calm_engine(debug=arguments.debug)
    from pipeline.produce import produce_files

    begun = time.monotonic()
    with _Bar(terminal) as bar:
        produced = produce_files(
            tuple(arguments.inputs),
            arguments.to,
            settings.KafkaSettings.from_arguments(arguments),
            bar.show,
        )
    if terminal.json:
        terminal.write_json(
            [
                {
                    "sent": produced.sent,
                    "failed": produced.failed,
                    "rejected": produced.rejected,
                    "bytes": produced.bytes,
                    "errors": dict(produced.errors),
                }
            ]
        )
    else:
        seconds = duration(time.monotonic() - begun)
        line = f"{counted(produced.sent, 'page')} sent to {arguments.to} in {seconds}"
        if produced.rejected:
            line += f"; {counted(produced.rejected, 'record')} could not be read"
        terminal.out.print(line, soft_wrap=True)
    if produced.failed:
        errors = ", ".join(f"{name} {number:,}" for name, number in produced.errors.items())
        terminal.error(f"{counted(produced.failed, 'page')} could not be delivered ({errors})")
        return EXIT_FAILED
    return EXIT_FINE


class _Bar:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self, terminal: Terminal) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(),
            console=terminal.err,
            transient=True,
            disable=not terminal.err.is_terminal,
        )
        self._task = self._progress.add_task("", total=None, words="")
        self._shown = 0.0

    def show(self, sending: "Sending") -> None:
        now = time.monotonic()
        if now - self._shown >= _EVERY_SECONDS:
            self._shown = now
            done = sending.produced
            words = f"{counted(done.sent, 'page')} sent"
            if done.failed:
                words += f", {done.failed:,} failed"
            self._progress.update(
                self._task, completed=sending.bytes_done, total=sending.bytes_total, words=words
            )

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
