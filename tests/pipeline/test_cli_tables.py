"""Values and tables as people see them."""

from datetime import UTC, date, datetime, timedelta, timezone
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from pipeline.cli.tables import fit, printable, show, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("two\n words\t here ", "two words here"),
        (datetime(2025, 4, 6, tzinfo=UTC), "2025-04-06"),
        (datetime(2025, 4, 6, 9, 5, tzinfo=UTC), "2025-04-06 09:05"),
        (datetime(2025, 4, 6, 9, 5, 7, tzinfo=UTC), "2025-04-06 09:05:07"),
        (datetime(2025, 4, 6, 1, tzinfo=timezone(timedelta(hours=2))), "2025-04-05 23:00"),
        (date(2025, 4, 6), "2025-04-06"),
        (0.123456, "0.1235"),
        (12, "12"),
        (True, "True"),
        (["a", None, 3], "a, , 3"),
        ({"text": "A ship", "credit": None}, "text: A ship, credit: "),
        (b"Home\xff", "Home\N{REPLACEMENT CHARACTER}"),
        ("x" * 500, "x" * 400 + "…"),
    ],
)
def test_show(value: Any, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x07", "\x9b31m", "\u202eevil", "\u2066", "\x7f", "\r", "\x00"]
)
def test_nothing_commands_the_terminal(text: str) -> None:
    assert printable(text).startswith("\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("natural", "width", "fitted"),
    [
        ([10, 4, 30], 100, [10, 4, 30]),
        ([10, 4, 30], 34, [10, 4, 20]),
        ([10, 4, 30], 20, [8, 4, 8]),
        ([5, 5], 0, [1, 1]),
        ([], 80, []),
    ],
)
def test_fit(natural: list[int], width: int, fitted: list[int]) -> None:
    assert fit(natural, width) == fitted


@given(st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), max_size=5))
def test_no_table_is_wider_than_its_console(rows: list[list[str]]) -> None:
    out = StringIO()
    console = Console(file=out, width=50, color_system=None, markup=False, highlight=False)
    console.print(table(("one", "two", "three"), rows, 50))
    assert all(cell_len(line) <= 50 for line in out.getvalue().split("\n"))


def test_numbers_stand_to_the_right() -> None:
    out = StringIO()
    Console(file=out, width=40).print(table(("what", "n"), [("a", 5), ("b", 1234)], 40))
    assert "a         5" in out.getvalue()
