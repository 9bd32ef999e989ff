"""Beam's options, passed through: whatever copydesk does not know belongs to the engine."""

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

from pipeline.errors import UsageError


def beam_options(arguments: tuple[str, ...]) -> PipelineOptions:
    """The engine's options from the command line's unknown flags.

    Raises:
        UsageError: an argument that is no flag of Beam's, with its name.
    """
    options = PipelineOptions(list(arguments))
    unknown = [name for name in _flags(arguments) if name not in options.get_all_options()]
    if unknown:
        raise UsageError(
            f"neither copydesk nor Beam knows --{unknown[0]}; `copydesk ingest --help` lists ours"
        )
    return options


def chosen_runner(options: PipelineOptions) -> str | None:
    """The name given by ``--runner``; None if none was."""
    name: str | None = options.view_as(StandardOptions).runner
    return name


def _flags(arguments: tuple[str, ...]) -> list[str]:
    return [
        argument[2:].split("=", 1)[0].replace("-", "_")
        for argument in arguments
        if argument.startswith("--")
    ]
