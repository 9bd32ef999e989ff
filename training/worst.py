"""A page that was cut badly, as ``copydesk inspect`` shows it, beside what is true of it."""

import io

from rich.console import Console

from pipeline.cli.page_view import print_page
from pipeline.inspection import inspection_of
from schemas.records import Page, Segmentation
from training.corpus import Row
from training.labels import Example, label_in_order, label_page
from transforms.segmentation.network import HEAD_START

_WIDTH = 116


def worst_page(row: Row, rendering: str, page: Page, segmentation: Segmentation) -> str:
    """The page as it was cut, with the truth's titles above it and its starts among the blocks."""
    file = io.StringIO()
    console = Console(file=file, width=_WIDTH, color_system=None, highlight=False)
    starts = true_starts(row, page)
    print_page(inspection_of(page, segmentation), console, starts)
    stories = row.truth["stories"]
    head = [f"{page.page_id} ({rendering}, {row.truth.get('language')})"]
    head += [f"the truth, {_name(n, len(stories))}: {_title(s)}" for n, s in enumerate(stories)]
    if len(starts) < len(stories):
        head.append(f"of {len(stories)} starts {len(stories) - len(starts)} could not be placed")
    return "\n".join([*head, "", *(line.rstrip() for line in file.getvalue().splitlines()), ""])


def true_starts(row: Row, page: Page) -> dict[int, str]:
    """By number of the block what begins there, as far as the truth can be found on the page."""
    stories = row.truth["stories"]
    example = _labelled(row, page)
    if example is None:
        return {}
    at = [
        i
        for i, line in enumerate(example.lines)
        if line.start == 1 or line.states == 1 << HEAD_START
    ]
    if len(at) != len(stories):  # one of them was not found, so their numbers are not known
        return dict.fromkeys(at, "the truth: a story begins here")
    names = [f"{_name(n, len(stories))} begins here: {_title(s)}" for n, s in enumerate(stories)]
    return {i: f"the truth: {name}" for i, name in zip(at, names, strict=True)}


def _labelled(row: Row, page: Page) -> Example | None:
    stories = row.truth["stories"]
    if row.mixed or len(stories) == 1:
        return label_page(row, page)
    return label_in_order(row.page_id, stories, page.blocks)  # composed of HTML


def _name(number: int, count: int) -> str:
    return f"story {number + 1} of {count}"


def _title(story: dict[str, object]) -> str:
    return f"“{story['title']}”" if story.get("title") else "without a title"
