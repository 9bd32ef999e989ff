"""What a benchmark gives: sections of rows, written as Markdown and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to measure. ``quick`` is for a test that everything runs: seconds, no figures to
    believe. ``million`` adds the runs of a million pages, which take hours."""

    quick: bool = False
    million: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``ratio`` is its value over that of ``ratio_of``, measured in the same run;
    ``target`` is what the ratio or, without one, the value should be: ``>= 4``, ``<= 1.2``."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    ratio_of: str | None = None
    target: str | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        sign, _, bound = self.target.partition(" ")
        value = self.value if self.ratio is None else self.ratio
        return value >= float(bound) if sign == ">=" else value <= float(bound)


@dataclass(frozen=True, slots=True)
class Section:
    """One benchmark: what was measured, on what, and the figures."""

    title: str
    note: str
    rows: tuple[Row, ...]
    facts: dict[str, Any] = field(default_factory=dict)


class Benchmark(Protocol):
    """A module of this package that measures something."""

    def measure(self, scale: Scale) -> Section: ...


def number(value: float) -> str:
    """Three digits that count: 12,300 and 4.56 and 0.0123."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.3g}"


def markdown(sections: Iterable[Section], depth: int = 2) -> str:
    """The sections as Markdown, each a heading, a note and a table."""
    parts = []
    for section in sections:
        lines = [f"{'#' * depth} {section.title}", "", section.note, ""]
        lines += ["| what | measured | beside | target |", "| --- | ---: | --- | --- |"]
        lines += [_line(row) for row in section.rows]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{number(row.ratio)} × {row.ratio_of}"
    target = "" if row.target is None else f"{row.target}: {'yes' if row.met else 'NO'}"
    return f"| {row.name} | {number(row.value)} {row.unit} | {ratio} | {target} |"


def as_json(sections: Iterable[Section], about: dict[str, Any]) -> str:
    """Everything, for programs: ``{"about": …, "sections": […]}``."""
    content = {"about": about, "sections": [asdict(section) for section in sections]}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def replace_between(text: str, mark: str, content: str) -> str:
    """``text`` with all between ``<!-- mark:begin -->`` and ``<!-- mark:end -->`` replaced.

    Raises:
        ValueError: a marker is missing.
    """
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no markers {begin} … {end}")
    return f"{head}{begin}\n\n{content}\n{end}{tail}"
