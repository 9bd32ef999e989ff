"""Measures how date strings are read: ``python -m training.date_lines [--misses]``.

Each row of the corpus's ``dates.jsonl.gz`` is a line with a date in it and the day it stands
for. The line is read alone, as on a page of its language and fetch time, so ambiguous ones
(05/04/2025) have no page to lean on; they are read once more as lines of the text of their page
(rendering *a* and its address). Relative ones without a fetch time cannot be read at all. Both
are reported apart. A ``time element`` may lie a day off: the text is local, the value UTC.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from schemas.records import Page
from training.corpus import RENDERINGS, SHARED, read_lines, read_rows
from transforms.dates import words
from transforms.dates.grammar import find_written
from transforms.dates.relative import find_relative, resolve_relative
from transforms.dates.resolve import Context, certain_days, default_order, observed_orders, resolve
from transforms.dates.sightings import page_context
from transforms.normalize import clean


def pages() -> dict[str, Page]:
    """The single pages by id, as texts with their addresses."""
    found = {}
    for row in read_rows("single"):
        page = RENDERINGS["a"](row)
        if page is not None:
            found[row.page_id] = replace(page, url=row.page["url"])
    return found


def read_line(row: dict[str, Any], page: Page | None = None) -> date | None:
    """The day of the date in the row's line that overlaps its expression most.

    ``page`` is the page that the line stands on, where the line is to be read with it in view.
    """
    line, expression = clean(row["line"])[0], clean(row["expression"])[0]
    low = words.lower(line)
    start = max(0, line.find(expression))
    end = start + len(expression)
    fetched = row.get("fetched_at")
    now = datetime.fromisoformat(fetched).replace(tzinfo=UTC) if fetched else None
    found = find_written(low)
    order, why = default_order(row["language"], None)
    context = Context(
        language=row["language"], fetched_at=now, order=order, why=why,
        by_separator=tuple(observed_orders(found).items()),
        days=certain_days(found, row["language"]),
    )  # fmt: skip
    if page is not None:
        context = replace(
            page_context(page, find_written(words.lower(page.text))), fetched_at=now
        )  # fmt: skip
    best, there = 0, None
    for item in found:
        shared = min(end, item.end) - max(start, item.start)
        if shared > best and (hit := resolve(item, context)):
            best, there = shared, hit.value.date()
    if there is None and now is not None:
        for relative in find_relative(low):
            if hit_ := resolve_relative(relative, now):
                there = hit_[0].date()
                break
    return there


def kind_of(row: dict[str, Any]) -> str:
    """What a row is counted as."""
    if row["kind"] in ("relative", "no_year"):
        return f"{row['kind']}, {'' if row.get('fetched_at') else 'no '}fetch time"
    return "ambiguous" if row["ambiguous"] else str(row["kind"])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args(arguments)
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    known = pages()

    def count(row: dict[str, Any], got: date | None, names: Sequence[str]) -> None:
        want = date.fromisoformat(row["day"])
        slack = 1 if row["from"] == "time element" else 0
        right = got is not None and abs((got - want).days) <= slack
        for name in names:
            tally[name][0] += 1
            tally[name][1] += right
            tally[name][2] += got is not None and not right
        if options.misses and not right:
            print(names[0], row["language"], want, got, row["from"], row["line"][:140], sep=" | ")

    for row in read_lines(SHARED / "corpus" / "dates.jsonl.gz"):
        names = [kind_of(row)]
        if names[0] == "ambiguous":
            if (page := known.get(row["page_id"])) is not None:
                count(row, read_line(row, page), ["ambiguous, on its page"])
        elif "no fetch time" not in names[0]:
            names.append("all but ambiguous and without fetch time")
        count(row, read_line(row), names)
    for name, (n, good, bad) in sorted(tally.items()):
        print(f"{name:<44} n {n:>5}  right {good / n:.4f}  wrong {bad / n:.4f}")


if __name__ == "__main__":
    main()
