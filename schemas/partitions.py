"""The partition spec: which folder of the dataset a row lives in.

Only values that copydesk made itself, days in UTC, ever reach a path; nothing a page says does.
"""

import re
from datetime import UTC, date, datetime

PARTITION_COLUMN = "published_date"
# Hive's own name for "no value"; DuckDB, Spark and pyarrow read it back as null.
UNDATED = "__HIVE_DEFAULT_PARTITION__"

_FOLDER = re.compile(rf"{PARTITION_COLUMN}=(\d{{4}}-\d\d-\d\d|{UNDATED})")


def partition_key(published_at: datetime | None) -> str:
    """The partition's value: the UTC day as ``YYYY-MM-DD``, or ``UNDATED``."""
    return UNDATED if published_at is None else published_at.astimezone(UTC).date().isoformat()


def partition_folder(key: str) -> str:
    """The folder below ``stories/`` for a partition's value.

    Raises:
        ValueError: ``key`` is neither a day nor ``UNDATED``.
    """
    folder = f"{PARTITION_COLUMN}={key}"
    if not _FOLDER.fullmatch(folder) or (key != UNDATED and not _is_day(key)):
        raise ValueError(f"{key!r} is no partition: it must be YYYY-MM-DD or {UNDATED}")
    return folder


def _is_day(key: str) -> bool:
    try:
        date.fromisoformat(key)
    except ValueError:
        return False
    return True
