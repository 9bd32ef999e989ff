"""A page as `copydesk inspect` shows it: its blocks in their places, then a card for each story."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import printable, show
from pipeline.inspection import Inspection
from schemas.kinds import BlockKind, Precision
from schemas.records import Block, DateCandidate, DateReading, Page, Reject, Story, StorySpan

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

# What a block is, as the gutter says it, and how it is set.
_STYLES = {
    BlockKind.HEADLINE: ("bold yellow", "bold"),
    BlockKind.KICKER: ("yellow", "bold cyan"),
    BlockKind.STANDFIRST: ("yellow", "italic"),
    BlockKind.BYLINE: ("magenta", "magenta"),
    BlockKind.DATE: ("green", "green"),
    BlockKind.BODY: ("dim", ""),
    BlockKind.SUBHEADING: ("yellow", "bold"),
    BlockKind.CAPTION: ("cyan", "italic cyan"),
    BlockKind.TEASER: ("blue", "blue"),
    BlockKind.BOILERPLATE: ("bright_black", "bright_black"),
}
# The rail beside a story's blocks shows where it goes on behind an interruption.
_RAILS = ("green", "magenta", "cyan", "yellow", "red")
_TEASER_RAIL = "blue"
_NO_RAIL = Text("┊", "bright_black")
_GUTTER = 11
_NARROWEST, _WIDEST = 20, 100  # lines of more than 100 characters are hard to read
_CANDIDATES = 12  # a card lists so many; --json lists all
_CHOSEN = "bold green underline"
_SEEN = "underline"


def print_page(
    found: Inspection | Reject, console: "Console", asides: Mapping[int, str] | None = None
) -> None:
    """Shows a page, or why there is none. ``asides`` are lines to set above blocks, by number."""
    if isinstance(found, Reject):
        console.print(_verdict(found))
        return
    names = _names(found)
    console.print(_masthead(found))
    for line in _blocks(found, names, asides or {}):
        console.print(line)
    console.print()
    if found.reject is not None:
        console.print(_verdict(found.reject))
    for number, story in enumerate(found.stories):
        if not story.is_teaser:
            console.print(_card(found, number, story, names[number]))
    teasers = [story for story in found.stories if story.is_teaser]
    if teasers:
        console.print(_teaser_card(teasers))


@dataclass(frozen=True, slots=True)
class _Name:
    """What a span is called, ``story 1 of 2``, and the colour of its rail."""

    words: str
    colour: str


def _names(found: Inspection) -> list[_Name]:
    teasers = [span.is_teaser for span in found.segmentation.spans]
    count = {True: sum(teasers), False: len(teasers) - sum(teasers)}
    seen = {True: 0, False: 0}
    names = []
    for is_teaser in teasers:
        colour = _TEASER_RAIL if is_teaser else _RAILS[seen[False] % len(_RAILS)]
        seen[is_teaser] += 1
        kind = "teaser" if is_teaser else "story"
        names.append(_Name(f"{kind} {seen[is_teaser]} of {count[is_teaser]}", colour))
    return names


def _masthead(found: Inspection) -> "RenderableType":
    page = found.page
    fetched = (
        f"fetched {moment(page.fetched_at)}" if page.fetched_at else "time of fetching unknown"
    )
    facts = [
        page.url,
        fetched,
        f"{len(page.received):,} characters in {len(page.blocks):,} blocks",
        *page.flags,
    ]
    return Group(
        Rule(Text(printable(page.page_id), "bold"), style="bright_black", characters="═"),
        Text(" · ".join(printable(fact) for fact in facts if fact), "dim", justify="center"),
    )


def _blocks(
    found: Inspection, names: list[_Name], asides: Mapping[int, str]
) -> Iterator["RenderableType"]:
    page, spans = found.page, found.segmentation.spans
    owner = {i: n for n, span in enumerate(spans) for i in span.blocks}
    runners_up = {span.runner_up: n for n, span in enumerate(spans) if span.runner_up is not None}
    marks = _marks(found.dates)
    before: BlockKind | None = None
    for i, (block, kind) in enumerate(zip(page.blocks, found.segmentation.kinds, strict=True)):
        number = owner.get(i)
        rail = _NO_RAIL if number is None else Text("┃", names[number].colour)
        if i in runners_up:
            yield _aside(f"{names[runners_up[i]].words} might begin here instead")
        if i in asides:
            yield _aside(printable(asides[i]))
        if number is not None and i == spans[number].blocks[0]:
            yield ""
            yield _opening(names[number], spans[number])
        elif before is not None and BlockKind.BOILERPLATE not in (kind, before):
            yield _Line(Text(), rail)
        label, style = _STYLES[kind]
        yield _Line(_text(page, block, style, marks), rail, kind.value, label)
        if number is not None and i == spans[number].blocks[-1] and not spans[number].is_teaser:
            yield _closing(names[number], spans[number])
        before = kind


@dataclass(frozen=True, slots=True)
class _Line:
    """A block beside its gutter label, with the rail running down all of its lines."""

    text: Text
    rail: Text
    label: str = ""
    label_style: str = ""

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        width = max(_NARROWEST, min(_WIDEST, options.max_width - _GUTTER - 4))
        label = Text(self.label.rjust(_GUTTER), self.label_style)
        for line in self.text.wrap(console, width) if self.text else [Text()]:
            yield Text(" ").join([label, self.rail, line])
            label = Text(" " * _GUTTER)


def _opening(name: _Name, span: StorySpan) -> "RenderableType":
    title = Text.assemble(
        (name.words, f"bold {name.colour}"),
        ("  begins here ", "dim"), _sure(span.start_confidence),
    )  # fmt: skip
    return Rule(title, align="left", style=name.colour, characters="─")


def _closing(name: _Name, span: StorySpan) -> "RenderableType":
    text = Text.assemble((f"{name.words} ends here ", "dim"), _sure(span.end_confidence))
    return _Line(text, Text("┗", name.colour))


def _aside(words: str) -> "RenderableType":
    return _Line(Text(f"┄┄ {words}", "italic yellow"), Text("┄", "yellow"))


def _marks(readings: Iterable[DateReading]) -> list[tuple[int, int, str]]:
    """Spans of the cleaned text that were seen as dates, with the style of each."""
    marks = []
    for reading in readings:
        for candidate in reading.candidates:
            if candidate.start is not None and candidate.end is not None:
                chosen = _is_chosen(candidate, reading)
                marks.append((candidate.start, candidate.end, _CHOSEN if chosen else _SEEN))
    return sorted(set(marks))


def _text(page: Page, block: Block, style: str, marks: list[tuple[int, int, str]]) -> Text:
    text = Text(printable(block.text), style)
    # Only a block whose text is the page's own can carry positions of the page.
    if page.text[block.start : block.end] == block.text:
        for i in range(bisect_left(marks, (block.start,)), len(marks)):
            start, end, mark = marks[i]
            if start >= block.end:
                break
            text.stylize(mark, start - block.start, end - block.start)
    return text


def _card(found: Inspection, number: int, story: Story, name: _Name) -> "RenderableType":
    span, dates = found.segmentation.spans[number], found.dates[number]
    facts = Table.grid(padding=(0, 2))
    facts.add_column(justify="right", style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for label, value in _facts(story, dates):
        if value:
            facts.add_row(label, value)
    facts.add_row("borders", _borders(found, span))
    parts: list[RenderableType] = [facts]
    if dates.candidates:
        parts += ["", _candidates(dates)]
    return Panel(
        Group(*parts),
        title=Text(name.words, f"bold {name.colour}"),
        title_align="left",
        border_style=name.colour,
        box=box.ROUNDED,
        padding=(0, 1),
    )


def _facts(story: Story, dates: DateReading) -> Iterator[tuple[str, Text | None]]:
    def plain(value: object) -> Text | None:
        return Text(show(value)) if value else None

    headline = Text(printable(story.headline), "bold") if story.headline else Text("none", "yellow")
    yield "headline", headline
    yield "kicker", plain(story.kicker)
    for line in story.standfirst:
        yield "standfirst", Text(printable(line), "italic")
    yield "authors", plain(story.authors)
    yield "agency", plain(story.agency)
    yield "publisher", plain(story.publisher)
    yield "source", plain(story.source)
    yield "dateline", plain(story.dateline_place)
    yield "published", _published(story)
    yield "updated", plain(dates.updated.value if dates.updated else None)
    yield "not before", plain(story.not_before)
    yield "not after", plain(story.not_after)
    yield (
        "days named",
        plain([f"{mention.text} = {mention.value}" for mention in story.date_mentions]),
    )
    yield "language", plain(story.language)
    yield "words", plain(f"{story.word_count:,}")
    yield "flags", Text(", ".join(story.flags), "yellow") if story.flags else None


def _published(story: Story) -> Text:
    if story.published_at is None or story.published_precision is None:
        return Text("the page does not say", "yellow")
    return Text.assemble(
        (moment(story.published_at, story.published_precision), "bold green"),
        f"  from “{printable(story.published_text or '')}”, {story.published_basis}  ",
        _sure(story.published_confidence or 0.0),
    )


def _borders(found: Inspection, span: StorySpan) -> Text:
    text = Text.assemble(
        "begins ", _sure(span.start_confidence), "  ends ", _sure(span.end_confidence)
    )
    if span.runner_up is not None and span.runner_up < len(found.page.blocks):
        words = found.page.blocks[span.runner_up].text
        text.append(f"  next best start “{_cut(words, 48)}”", "dim")
    return text


def _candidates(dates: DateReading) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", width=1)
    for name in ("words", "role", "basis", "value"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    table.add_column("sure", justify="right", no_wrap=True)
    table.add_column("because", ratio=1, overflow="fold")
    for candidate in dates.candidates[:_CANDIDATES]:
        chosen = _is_chosen(candidate, dates)
        value = (
            "unresolved"
            if candidate.value is None
            else moment(candidate.value, candidate.precision)
        )
        table.add_row(
            Text("●", "bold green") if chosen else Text("○", "dim"),
            Text(_cut(candidate.text, 32), _CHOSEN if chosen else ""),
            candidate.role.value,
            candidate.basis.value,
            Text(value, "green" if chosen else "dim" if candidate.value is None else ""),
            _sure(candidate.confidence),
            Text("; ".join(printable(words) for words in candidate.evidence), "dim"),
        )
    if len(dates.candidates) > _CANDIDATES:
        table.add_row("", Text(f"and {len(dates.candidates) - _CANDIDATES} more", "dim"))
    return table


def _is_chosen(candidate: DateCandidate, dates: DateReading) -> bool:
    chosen = dates.published
    return chosen is not None and (candidate.text, candidate.start, candidate.basis) == (
        chosen.text, chosen.start, chosen.basis,
    )  # fmt: skip


def _teaser_card(teasers: list[Story]) -> "RenderableType":
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", style="dim")
    grid.add_column(overflow="fold")
    for number, teaser in enumerate(teasers, 1):
        grid.add_row(str(number), Text(_cut(teaser.headline or teaser.body, 200)))
    return Panel(
        grid, title=Text("teasers", f"bold {_TEASER_RAIL}"), title_align="left",
        border_style=_TEASER_RAIL, box=box.ROUNDED, padding=(0, 1),
    )  # fmt: skip


def _verdict(reject: Reject) -> "RenderableType":
    return Panel(
        Text.assemble((reject.reason.value, "bold yellow"), f": {printable(reject.detail)}"),
        title=Text("reject", "bold yellow"), title_align="left", border_style="yellow",
        box=box.ROUNDED, padding=(0, 1),
    )  # fmt: skip


def _sure(confidence: float) -> Text:
    """A probability in per cent, with a colour that warns."""
    style = "green" if confidence >= 0.9 else "yellow" if confidence >= 0.5 else "red"
    return Text(f"{confidence:.0%}", style)


def _cut(text: str, cells: int) -> str:
    text = printable(text)
    while cell_len(text) > cells:
        text = text[: max(1, min(len(text) - 2, cells - 1))].rstrip() + "…"
    return text


_FORMATS = {
    Precision.YEAR: "%Y",
    Precision.MONTH: "%Y-%m",
    Precision.DAY: "%Y-%m-%d",
    Precision.HOUR: "%Y-%m-%d %H h UTC",
    Precision.MINUTE: "%Y-%m-%d %H:%M UTC",
    Precision.SECOND: "%Y-%m-%d %H:%M:%S UTC",
}


def moment(value: datetime, precision: Precision = Precision.MINUTE) -> str:
    """A time cut to its precision."""
    return value.strftime(_FORMATS[precision])
