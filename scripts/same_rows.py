"""Whether two datasets hold the same rows in the same order in files of the same names.

``python scripts/same_rows.py OUT OTHER`` says so, or what the first difference is.
"""

import sys
from pathlib import Path

import pyarrow.parquet as pq


def difference(one: Path, other: Path) -> str | None:
    """The first difference in words; None if there is none."""
    files = _files(one)
    if files != _files(other):
        lacking = sorted(set(files) ^ set(_files(other)))
        return f"{lacking[0]} is in one of them only ({len(lacking)} such files)"
    if not files:
        return "both are empty"
    for name in files:
        rows, others = (pq.read_table(folder / name, partitioning=None) for folder in (one, other))
        for column in rows.column_names:
            if not rows.column(column).equals(others.column(column)):
                return f"{name} differs in {column}"
    return None


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet"))


if __name__ == "__main__":
    found = difference(*map(Path, sys.argv[1:3]))
    print(found or "the same rows")
    sys.exit(1 if found else 0)
