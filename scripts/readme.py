"""Write the parts of the README that are made: ``python -m scripts.readme``.

Columns come from ``schemas.arrow``; what the demo and `inspect` print comes from running them on
the seeds. `tests/test_docs.py` holds the README to both.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.cli.schema import markdown

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
_INSPECTED = "seeds/pages/records.jsonl#relative-date"
_WIDTH = "116"


def between(text: str, mark: str, content: str) -> str:
    """``text`` with all between ``<!-- mark:begin -->`` and ``<!-- mark:end -->`` replaced.

    Raises:
        ValueError: a marker is missing.
    """
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    if begin not in text or end not in text:
        raise ValueError(f"no markers {begin} and {end}")
    head, _, rest = text.partition(begin)
    return f"{head}{begin}\n{content.strip()}\n{end}{rest.partition(end)[2]}"


def columns(text: str) -> str:
    """``text`` with the tables of columns as the schema has them."""
    for name in ("stories", "rejects"):
        text = between(text, name, markdown(name))
    return text


def _printed(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        cwd=ROOT, env={**os.environ, "COLUMNS": _WIDTH, "NO_COLOR": "1"},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def _fenced(text: str) -> str:
    return f"```\n{text}\n```"


def printed(text: str) -> str:
    """``text`` with what the demo and `inspect` print today."""
    with tempfile.TemporaryDirectory() as folder:
        demo = f"{folder}/demo"
        _printed("ingest", "seeds/pages", "--output", demo)
        summary = _printed("query", demo).replace(demo, "build/demo")
    text = between(text, "demo", _fenced(summary))
    return between(text, "inspect", _fenced(_printed("inspect", _INSPECTED)))


def main() -> None:
    """Writes the README anew."""
    README.write_text(printed(columns(README.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
