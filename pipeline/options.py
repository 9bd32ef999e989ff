"""Beam's options, passed through: whatever copydesk does not know belongs to the engine."""

import argparse
from contextlib import suppress

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from pipeline.errors import UsageError


def beam_options(arguments: tuple[str, ...]) -> PipelineOptions:
    """The engine's options from the command line's unknown flags.

    Raises:
        UsageError: a flag has a value that it cannot have.
    """
    options = PipelineOptions(list(arguments))

    def look(parser: argparse.ArgumentParser) -> None:
        parser.exit_on_error = False
        try:
            parser.parse_known_args(list(arguments))
        except argparse.ArgumentError as error:
            raise UsageError(f"Beam does not take this option: {error}") from error

    options.get_all_options(add_extra_args_fn=look, retain_unknown_options=True)
    return options


def unknown_flags(arguments: tuple[str, ...]) -> list[str]:
    """The arguments that Beam's Python SDK does not know; a job server may."""
    unknown: list[str] = []

    def look(parser: argparse.ArgumentParser) -> None:
        # A wrong value is another error than an unknown name, told by `beam_options`.
        parser.exit_on_error = False
        with suppress(argparse.ArgumentError):
            unknown.extend(parser.parse_known_args(list(arguments))[1])

    PipelineOptions([]).get_all_options(add_extra_args_fn=look)
    return unknown


def chosen_runner(options: PipelineOptions) -> str | None:
    """The name given by ``--runner``; None if none was."""
    name: str | None = options.view_as(StandardOptions).runner
    return name
