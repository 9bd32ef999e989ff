"""Dates of text pages against a date search: ``python -m benchmarks.dates [PAGES]``.

The same pages, each the text of one story whose day is known, go through copydesk (all dates of
the page, then the choice) and dateparser's ``search_dates`` on the same lines (the first date that
it finds is its answer), page by page in turn. Prints milliseconds of processor time a page, and
how often each is right, wrong or silent. copydesk's weights know these pages: its honest figures
are those that ``training.dates`` cross-validates.
"""

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from dateparser.search import search_dates

from schemas.records import Page, Segmentation
from training.corpus import RENDERINGS, read_rows
from training.dates import fetched, right_days
from transforms.dates import find_sightings, read_dates
from transforms.segmentation import segment


def ours(page: Page, segmentation: Segmentation) -> date | None:
    readings = read_dates(page, segmentation)
    found = readings[0].published if readings else None
    return found.value.date() if found and found.value else None


def candidates_only(page: Page, segmentation: Segmentation) -> date | None:
    found = find_sightings(page, segmentation.kinds)
    return found[0].value.date() if found and found[0].value else None


def search(page: Page, segmentation: Segmentation) -> date | None:
    settings = {"PREFER_DATES_FROM": "past", "REQUIRE_PARTS": ["day", "month", "year"]}
    languages = [page.language] if page.language else None
    try:
        found = search_dates(page.text, languages=languages, settings=settings)
    except (ValueError, RecursionError):  # languages that it does not know
        return None
    return found[0][1].date() if found else None


TOOLS: dict[str, Callable[[Page, Segmentation], date | None]] = {
    "copydesk": ours,
    "copydesk, without the choice": candidates_only,
    "dateparser.search_dates": search,
}


def main() -> None:
    warnings.filterwarnings("ignore")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    rows = [row for row in read_rows("single") if row.truth["stories"][0].get("published")]
    spent = dict.fromkeys(TOOLS, 0.0)
    score: dict[str, Counter[str]] = {name: Counter() for name in TOOLS}
    size = read = 0
    for row in rows[:: max(1, len(rows) // count)]:
        page = RENDERINGS["a"](row)
        if page is None:
            continue
        page = replace(page, fetched_at=fetched(row))
        segmentation = segment(page)
        days = right_days(row.truth["stories"][0])
        size, read = size + len(page.text), read + 1
        for name, tool in TOOLS.items():
            began = time.process_time()
            answer = tool(page, segmentation)
            spent[name] += time.process_time() - began
            right = answer is not None and answer.isoformat() in days
            score[name]["silent" if answer is None else "right" if right else "wrong"] += 1
    print(f"{read} pages of {size / read / 1000:.0f} thousand characters")
    for name, seconds in spent.items():
        of = {k: f"{score[name][k] / read:.3f}" for k in ("right", "wrong", "silent")}
        print(f"{name:<30}{seconds / read * 1000:8.2f} ms  {of}")


if __name__ == "__main__":
    main()
