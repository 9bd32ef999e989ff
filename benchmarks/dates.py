"""Dates of text pages beside a date search: what grammar and choice cost, and how often each is right.

The same pages, each the text of one story whose day is known, go through copydesk (all dates of
the page, then the choice) and dateparser's ``search_dates`` on the same lines; the first date that
it finds is its answer. copydesk's weights know these pages: its honest figures are those that
``training.dates`` cross-validates.
"""

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from dateparser.search import search_dates

from benchmarks import inputs
from benchmarks.clock import race
from benchmarks.tables import Row, Scale, Section
from schemas.records import Page, Segmentation
from training.corpus import RENDERINGS, read_rows
from training.dates import fetched, right_days
from transforms.dates import find_sightings, read_dates
from transforms.segmentation import segment

_TITLE = "Dates beside a date search"
_OURS, _SEARCH = "copydesk, all dates and the choice", "dateparser.search_dates"

Item = tuple[Page, Segmentation, set[str]]


def measure(scale: Scale) -> Section:
    if not inputs.CORPUS.is_dir():
        return Section(_TITLE, "not measured: it needs pages whose days are known.", ())
    items = _items(3 if scale.quick else 60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dateparser, about its own expressions
        answers = {
            name: Counter(_verdict(tool(item), item[2]) for item in items)
            for name, tool in TOOLS.items()
        }
        seconds = race(TOOLS, items, rounds=1 if scale.quick else 2)
    rows = []
    for name, taken in sorted(seconds.items(), key=lambda entry: entry[1]):
        speed = len(items) / taken
        rows.append(Row(name, speed, "pages/s", seconds[_SEARCH] / taken, _SEARCH))
    for name in (_OURS, _SEARCH):
        rows += [
            Row(f"{name}: {verdict}", answers[name][verdict] / len(items), "of pages")
            for verdict in ("right", "wrong", "silent")
        ]
    characters = sum(len(page.text) for page, _, _ in items) / len(items)
    note = (
        f"One core, CPU time, {len(items)} text pages of the development corpus ({characters:,.0f} "
        "characters on average) whose story's day is known, in turns on the same pages. The search "
        "answers with the first date that it finds. The weights know these pages, so the shares "
        "flatter copydesk; ARCHITECTURE.md has those that are cross-validated."
    )
    return Section(_TITLE, note, tuple(rows))


def _items(count: int) -> list[Item]:
    rows = [row for row in read_rows("single") if row.truth["stories"][0].get("published")]
    found = []
    for row in rows[:: max(1, len(rows) // count)]:
        page = RENDERINGS["a"](row)
        if page is not None:
            page = replace(page, fetched_at=fetched(row))
            found.append((page, segment(page), right_days(row.truth["stories"][0])))
    return found


def _verdict(answer: date | None, days: set[str]) -> str:
    if answer is None:
        return "silent"
    return "right" if answer.isoformat() in days else "wrong"


def ours(item: Item) -> date | None:
    readings = read_dates(*item[:2])
    found = readings[0].published if readings else None
    return found.value.date() if found and found.value else None


def candidates_only(item: Item) -> date | None:
    page, segmentation, _ = item
    found = find_sightings(page, segmentation.kinds)
    return found[0].value.date() if found and found[0].value else None


def search(item: Item) -> date | None:
    page = item[0]
    settings = {"PREFER_DATES_FROM": "past", "REQUIRE_PARTS": ["day", "month", "year"]}
    languages = [page.language] if page.language else None
    try:
        found = search_dates(page.text, languages=languages, settings=settings)
    except (ValueError, RecursionError):  # languages that it does not know
        return None
    return found[0][1].date() if found else None


TOOLS: dict[str, Callable[[Item], date | None]] = {
    _OURS: ours,
    "copydesk, all dates without the choice": candidates_only,
    _SEARCH: search,
}
