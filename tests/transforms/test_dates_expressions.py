"""Dates as people write them, in the languages that we read: what each means, or silence.

The tables were written from grammars and style guides, one expression a line: language,
expression, and the value cut to its precision, or ``-`` where no date is to be read.
"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from schemas.kinds import Precision
from transforms.dates import words
from transforms.dates.grammar import find_written
from transforms.dates.relative import find_relative, resolve_relative
from transforms.dates.resolve import Context, default_order, resolve

HERE = Path(__file__).parent
SUNDAY = datetime(2025, 4, 6, 15, 0, tzinfo=UTC)
UNSPACED = {"ja", "zh", "ko", "th"}
CUT = {
    Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d",
    Precision.HOUR: "%Y-%m-%dT%H", Precision.MINUTE: "%Y-%m-%dT%H:%M",
    Precision.SECOND: "%Y-%m-%dT%H:%M:%S",
}  # fmt: skip


def table(name: str) -> list[tuple[str, str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [(a, b, c) for a, b, c in (line.split("\t") for line in lines)]


def spell(value: datetime, precision: Precision) -> str:
    text = value.strftime(CUT[precision])
    return text.removesuffix(":00") if precision is Precision.SECOND else text


ABSOLUTE = table("date_expressions.tsv")
RELATIVE = table("relative_expressions.tsv")


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(set(ABSOLUTE) | set(RELATIVE)) >= 600
    assert len({language for language, _, _ in ABSOLUTE}) >= 20


@pytest.mark.parametrize(("language", "expression", "expected"), ABSOLUTE)
def test_absolute(language: str, expression: str, expected: str) -> None:
    order, why = default_order(language, None)
    context = Context(language=language, order=order, why=why)
    read = [resolve(found, context) for found in find_written(words.lower(expression))]
    got = [spell(there.value, there.precision) for there in read if there]
    assert (got[0] if got else "-") == expected


@pytest.mark.parametrize(("language", "expression", "expected"), RELATIVE)
def test_relative(language: str, expression: str, expected: str) -> None:
    found = find_relative(words.lower(expression), spaced=language not in UNSPACED)
    read = [resolve_relative(item, SUNDAY) for item in found]
    got = [spell(*there) for there in read if there]
    assert (got[0] if got else "-") == expected


@pytest.mark.parametrize(
    ("line", "fetched", "expected"),
    [
        pytest.param("Vandaag om 20:07", "2025-02-02T23:02", "2025-02-02T19:07", id="past midnight there"),
        pytest.param("Vandaag om 00:01", "2025-02-02T23:02", "2025-02-03", id="after midnight the day is the one that the page means"),
        pytest.param("Vandaag om 15:30", "2025-02-02T14:02", "2025-02-02T14:30", id="a clock that is fast"),
        pytest.param("Gisteren om 20:07", "2025-02-02T23:02", "2025-02-02T19:07", id="yesterday is yesterday"),
    ],
)  # fmt: skip
def test_today_is_not_to_come(line: str, fetched: str, expected: str) -> None:
    """A page that was written before midnight and fetched after it."""
    (found,) = find_relative(words.lower(line))
    now = datetime.fromisoformat(fetched).replace(tzinfo=UTC)
    there = resolve_relative(found, now, ZoneInfo("Europe/Brussels"))
    assert there is not None
    assert spell(*there) == expected
