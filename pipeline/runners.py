"""Which engine runs the graph.

Beam's ``DirectRunner`` first tries Prism, which it downloads, and then falls back: on a machine
without internet that is a wait for nothing. So our default is the in-process ``FnApiRunner`` by
name. Any other ``--runner`` passes through untouched.
"""

import shlex
import sys
from typing import Any

from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipeline.errors import UsageError
from pipeline.options import beam_options, chosen_runner, unknown_flags

_LOCAL = {None, "FnApiRunner"}


def make_runner(arguments: tuple[str, ...], workers: int) -> tuple[Any, PipelineOptions]:
    """The runner (None: the one that the options name) and the options for it.

    ``workers`` above 1 runs the in-process engine on so many processes.

    Raises:
        UsageError: a flag that the engine does not know or take, or ``workers`` together with a
            runner that has its own way to say it.
    """
    options = beam_options(arguments)
    if chosen_runner(options) not in _LOCAL:
        # A job server may know flags that Beam's SDK does not, so none is refused here.
        if workers > 1:
            raise UsageError(
                f"--workers is for the local runner; {chosen_runner(options)} has options of its own"
            )
        return None, options
    if unknown := unknown_flags(arguments):
        raise UsageError(f"neither copydesk nor Beam knows {unknown[0].split('=', 1)[0]}")
    options = PipelineOptions(list(arguments), runner="FnApiRunner")
    if workers == 1:
        return FnApiRunner(), options
    options.view_as(DirectOptions).direct_num_workers = workers
    command = f"{shlex.quote(sys.executable)} -m pipeline.worker"
    return FnApiRunner(SubprocessSDKEnvironment.from_command_string(command)), options
