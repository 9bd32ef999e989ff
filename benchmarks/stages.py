"""Where the time of a page goes: each stage on its own, text and HTML pages."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.clock import race
from benchmarks.inputs import origin, samples
from benchmarks.tables import Row, Scale, Section
from schemas.arrow import story_rows
from schemas.records import Page, PageStories, RawPage, Story
from transforms.dates import read_dates
from transforms.outcomes import split_stories
from transforms.pages import read_page
from transforms.segmentation import segment
from transforms.sources import read_sources
from transforms.stories import page_stories

_WHOLE = "page"
_REST = "language, mentions, assembly"


def measure(scale: Scale) -> Section:
    pages = samples(6 if scale.quick else 200)
    rounds = 1 if scale.quick else 3
    rows = [
        *_shares("text", [page.as_text() for page in pages], rounds),
        *_shares("HTML", [page.as_html() for page in pages], rounds),
    ]
    note = (
        f"One core, CPU time, bare functions, {len(pages)} {origin()}. The stages and the whole, which "
        f"is one call, take turns on the same pages; what the stages leave of it is {_REST}."
    )
    return Section("Where a page's time goes", note, tuple(rows))


def _shares(form: str, raws: list[RawPage], rounds: int) -> list[Row]:
    read = [(raw, page) for raw in raws if isinstance(page := read_page(raw), Page)]
    found = [(raw, page, stories) for raw, page in read if (stories := _stories(page))]
    cuts = [(page, segment(page)) for _, page, _ in found]
    work: dict[str, tuple[Callable[[Any], object], Sequence[Any]]] = {
        _WHOLE: (split_stories, [raw for raw, _, _ in found]),
        "decode, clean, blocks": (read_page, [raw for raw, _, _ in found]),
        "segmentation": (segment, [page for _, page, _ in found]),
        "dates": (lambda cut: read_dates(*cut), cuts),
        "sources": (lambda cut: read_sources(*cut), cuts),
        "rows to Arrow": (story_rows, [stories for _, _, stories in found]),
    }
    seconds = race(
        {name: function for name, (function, _) in work.items()},
        {name: items for name, (_, items) in work.items()},
        rounds,
    )
    each = {name: 1000 * taken / len(found) for name, taken in seconds.items()}
    whole, arrow = each.pop(_WHOLE), each.pop("rows to Arrow")
    each[_REST] = max(0.0, whole - sum(each.values()))
    each["rows to Arrow"] = arrow
    total = f"a {form} page"
    rows = [Row(f"{form}: {name}", ms, "ms", ms / whole, total) for name, ms in each.items()]
    return [Row(total, whole, "ms"), *sorted(rows, key=lambda row: -row.value)]


def _stories(page: Page) -> tuple[Story, ...]:
    found = page_stories(page)
    return found.stories if isinstance(found, PageStories) else ()
