"""Rows as tables for people: times cut to what matters, numbers to the right, one line a value."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

# A page may hold what moves a terminal's cursor or turns the direction of its text.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")
_LONGEST = 400
_PADDING = 3  # cells that rich puts around and between columns


def printable(text: str) -> str:
    """``text`` without what would command a terminal instead of being shown."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def show(value: Any) -> str:
    """One value of a row on one line."""
    match value:
        case None:
            return ""
        case datetime():
            return _time(value.astimezone(UTC) if value.tzinfo else value)
        case date():
            return value.isoformat()
        case float():
            return f"{value:.4g}"
        case list() | tuple():
            return ", ".join(map(show, value))
        case dict():
            return ", ".join(f"{name}: {show(item)}" for name, item in value.items())
        case bytes():
            return show(value[: 4 * _LONGEST].decode("utf-8", "replace"))
    text = str(value)
    cut = _SPACE.sub(" ", printable(text[:_LONGEST])).strip()
    return cut if len(text) <= _LONGEST else f"{cut}…"


def _time(value: datetime) -> str:
    if (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int, title: str | None = None
) -> "Table":
    """A table of ``rows`` that fits ``width`` cells: the longest columns give way first."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table

    rows = list(rows)
    shown = [[show(value) for value in row] for row in rows]
    names = [printable(name) for name in columns]
    natural = [max(map(cell_len, texts)) for texts in zip(names, *shown, strict=True)]
    made = Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        padding=(0, 1),
        show_edge=False,
    )
    for index, (name, limit) in enumerate(
        zip(names, fit(natural, width - _PADDING * len(names)), strict=True)
    ):
        values = [row[index] for row in rows if row[index] is not None]
        made.add_column(
            name,
            justify="right" if values and all(map(_is_number, values)) else "left",
            overflow="ellipsis",
            no_wrap=True,
            width=limit,
        )
    for texts in shown:
        made.add_row(*texts)
    return made


def fit(natural: Sequence[int], width: int) -> list[int]:
    """Widths that together need no more than ``width``: all are cut to one common limit, so that
    the short columns stay whole. No column vanishes, even if ``width`` is too small for all."""
    limit = max(natural, default=1)
    while limit > 1 and sum(min(wish, limit) for wish in natural) > width:
        limit -= 1
    return [max(1, min(wish, limit)) for wish in natural]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
