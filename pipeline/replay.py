"""Replay: the rejects of a dataset once more, by today's rules.

A replay is a commit like any other. It reads the files of rejects, writes what became of each
row, story or reject, as its own files, and retires the files that it read. So every record is
still in the dataset exactly once, also when the replay is killed at any moment.
"""

from pathlib import Path

from pipeline.config import RunConfig
from pipeline.connectors.rejects import RejectSource
from pipeline.errors import UsageError
from pipeline.ingest import Summary, drive
from pipeline.progress import Listener, Silent


def replay(config: RunConfig, listener: Listener | None = None) -> Summary:
    """Tries all rejects of ``config.output`` again; ``counts`` says what became of them.

    Rows whose payload was cut, or never came, are kept as they are.

    Raises:
        CopydeskError: the run failed; the dataset is as it was before.
    """
    if not isinstance(config.output, Path):
        raise UsageError("replay works on folders; copy the dataset's rejects out to replay them")
    return drive([RejectSource(config.output.resolve())], config, listener or Silent())
