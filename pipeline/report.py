"""One self-contained HTML page about a dataset: what it holds, since when, from whom, how sure.

No script, no font, no picture is loaded; the page says so itself with a content policy.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.elements import Markup, join, raw, tag
from pipeline.query import Summary, connect, summarize

if TYPE_CHECKING:
    import duckdb

_STORIES = 200
_REJECTS = 50
_EXCERPT = 600
_BARS = 62  # more bars than this and the chart goes from days to months, or to years

_STYLE = raw("""
:root{color-scheme:light dark;--ink:#1c1b19;--dim:#77736b;--line:#e2ded5;--paper:#fbfaf7;--bar:#b4532a}
@media(prefers-color-scheme:dark){:root{--ink:#e9e6df;--dim:#98938a;--line:#37342f;--paper:#191816;--bar:#d9814f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:2.5rem 1.5rem 5rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,sans-serif}
h1{font:600 2.2rem/1.1 Georgia,serif;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font:600 1.3rem/1.2 Georgia,serif;margin:3rem 0 1rem;border-top:1px solid var(--line);padding-top:1rem}
h3{font-size:.85rem;font-weight:600;margin:0 0 .5rem;color:var(--dim)}
.dim{color:var(--dim)}
.figures{display:flex;flex-wrap:wrap;gap:2.5rem;margin:2rem 0}
.figures b{display:block;font:600 2rem/1.1 Georgia,serif;font-variant-numeric:tabular-nums}
.lists{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:2rem 3rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
td,th{padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600;font-size:.85rem;color:var(--dim)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.d{font-variant-numeric:tabular-nums;white-space:nowrap}
.count td{border:0;padding:.12rem .6rem .12rem 0;vertical-align:middle}
.count td:first-child{overflow-wrap:anywhere}
.bar{height:.7rem;background:var(--bar);border-radius:2px;min-width:1px}
svg{display:block;width:100%;height:auto}
svg rect{fill:var(--bar)}
svg text{fill:var(--dim);font-size:11px}
svg line{stroke:var(--line)}
summary{cursor:pointer}
details p{white-space:pre-line;margin:.5rem 0 1rem;max-width:44rem}
""")
# Columns whose values, and so whose names, stand to the right.
_NUMBERS = frozenset(("sure", "words", "pages", "stories", "teasers", "rejects", "files", "bytes"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report(dataset: Path) -> str:
    """The page as HTML.

    Raises:
        UsageError: ``dataset`` is no folder that copydesk wrote.
    """
    with connect(dataset) as connection:
        summary = summarize(connection)
        sections = [
            _days(connection, summary),
            _counts(connection, summary),
            _stories(connection),
            _rejects(connection, summary),
            _commits(connection),
        ]
    body = tag("body", _head(dataset.resolve().name, summary), sections)
    head = tag(
        "head",
        raw('<meta charset="utf-8">'),
        raw('<meta name="viewport" content="width=device-width">'),
        raw(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        tag("title", f"{dataset.resolve().name}: copydesk report"),
        tag("style", _STYLE),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _head(name: str, summary: Summary) -> Markup:
    figures = (
        (summary.stories, "stories"),
        (summary.teasers, "teasers"),
        (summary.pages, "pages with stories"),
        (summary.rejects, "rejects"),
        (summary.undated, "stories undated"),
        (summary.commits, "commits"),
    )
    days = f"{summary.first_day} to {summary.last_day}" if summary.first_day else "no dated story"
    return tag(
        "header",
        tag("h1", name),
        tag("div", f"A dataset of news stories, {days}", class_="dim"),
        tag("div", (tag("div", tag("b", f"{n:,}"), what) for n, what in figures), class_="figures"),
    )


def _days(connection: "duckdb.DuckDBPyConnection", summary: Summary) -> Markup | None:
    if summary.first_day is None or summary.last_day is None:
        return None
    first, last = date.fromisoformat(summary.first_day), date.fromisoformat(summary.last_day)
    unit, length = next(
        (unit, length)
        for unit, length in (("day", 10), ("month", 7), ("year", 4))
        if unit == "year" or _steps(first, last, unit) < _BARS
    )
    sql = f"""
        WITH steps AS (
            SELECT unnest(generate_series(
                date_trunc('{unit}', ?::DATE), ?::DATE, INTERVAL 1 {unit}))::DATE AS step)
        SELECT (step::VARCHAR)[:{length}], count(published_date)
        FROM steps LEFT JOIN stories ON date_trunc('{unit}', published_date) = step
        GROUP BY step ORDER BY step
    """  # noqa: S608
    bars = connection.execute(sql, [first, last]).fetchall()
    return tag("section", tag("h2", f"Stories by {unit} of publication"), _chart(bars))


def _steps(first: date, last: date, unit: str) -> int:
    if unit == "day":
        return (last - first).days
    return (last.year - first.year) * 12 + last.month - first.month


def _chart(bars: Sequence[tuple[str, int]], width: int = 1000, height: int = 220) -> Markup:
    """Columns with their labels below; as many labels as there is room for."""
    top, bottom = 18, 22
    most = max(count for _, count in bars)
    step = width / len(bars)
    every = max(1, round(90 / step))
    shapes = []
    for i, (label, count) in enumerate(bars):
        tall = (height - top - bottom) * count / most if most else 0
        x, y = i * step, height - bottom - tall
        shapes.append(
            tag(
                "rect", tag("title", f"{label}: {count:,}"), x=f"{x + step * 0.1:.1f}",
                y=f"{y:.1f}", width=f"{step * 0.8:.1f}", height=f"{tall:.1f}", rx=1,
            )
        )  # fmt: skip
        if i % every == 0:
            shapes.append(tag("text", label, x=f"{x + step * 0.1:.1f}", y=height - 6))
    shapes.append(tag("text", f"most: {most:,}", x=0, y=12))
    base = height - bottom
    shapes.append(tag("line", x1=0, x2=width, y1=base, y2=base))
    return tag(
        "svg", shapes, viewBox=f"0 0 {width} {height}", role="img", aria_label="stories over time"
    )


def _counts(connection: "duckdb.DuckDBPyConnection", summary: Summary) -> Markup:
    confidence = connection.execute("""
        SELECT (10 * least(floor(published_confidence * 10), 9))::INT AS ten, count(*)
        FROM stories WHERE published_confidence IS NOT NULL GROUP BY ten ORDER BY ten DESC
    """).fetchall()
    flags = connection.execute("""
        SELECT flag, count(*) FROM (SELECT unnest(flags) AS flag FROM stories)
        GROUP BY flag ORDER BY count(*) DESC, flag
    """).fetchall()
    lists: tuple[tuple[str, Iterable[tuple[str, int]]], ...] = (
        ("dated by", (*summary.bases, *_some(summary.undated, "undated"))),
        ("how sure the date is", ((f"{ten} to {ten + 10} %", n) for ten, n in confidence)),
        ("agencies", summary.agencies),
        ("publishers", summary.publishers),
        ("languages", summary.languages),
        ("to be wary of", flags),
    )
    return tag(
        "section",
        tag("h2", "From whom, and how sure"),
        tag("div", (_bars(title, list(counts)) for title, counts in lists), class_="lists"),
    )


def _some(number: int, what: str) -> tuple[tuple[str, int], ...]:
    return ((what, number),) if number else ()


def _bars(title: str, counts: Sequence[tuple[str, int]]) -> Markup | None:
    if not counts:
        return None
    most = max(number for _, number in counts)
    rows = (
        tag(
            "tr",
            tag("td", what),
            tag("td", f"{number:,}", class_="n"),
            tag("td", tag("div", class_="bar", style=f"width:{6 * number / most:.2f}rem")),
        )
        for what, number in counts
    )
    return tag("div", tag("h3", title), tag("table", rows, class_="count"))


def _stories(connection: "duckdb.DuckDBPyConnection") -> Markup:
    rows = connection.execute(f"""
        SELECT (published_at::VARCHAR)[:16], published_precision, published_text, published_basis,
               published_confidence, headline, body, authors, agency,
               coalesce(publisher, source), word_count
        FROM stories ORDER BY published_at DESC NULLS LAST, story_id LIMIT {_STORIES}
    """).fetchall()  # noqa: S608
    made = []
    for (
        at,
        precision,
        words,
        basis,
        sure,
        headline,
        body,
        authors,
        agency,
        publisher,
        count,
    ) in rows:
        by = ", ".join(filter(None, [*(authors or ()), agency, publisher]))
        more = len(body) > _EXCERPT
        made.append(
            tag(
                "tr",
                tag("td", _day(at, precision), class_="d", title=_evidence(words, basis, sure)),
                tag(
                    "td",
                    tag(
                        "details",
                        tag("summary", headline or tag("i", "no headline")),
                        tag("p", body[:_EXCERPT] + ("…" if more else "")),
                    ),
                    tag("div", by, class_="dim") if by else None,
                ),
                tag("td", basis or "", class_="dim"),
                tag("td", "" if sure is None else f"{sure:.0%}", class_="n"),
                tag("td", f"{count:,}", class_="n"),
            )
        )
    heads = ("date", "story", "read from", "sure", "words")
    return tag(
        "section", tag("h2", f"The newest {len(made):,} stories"), _table(heads, made)
    )  # fmt: skip


def _day(at: str | None, precision: str | None) -> str:
    if at is None:
        return "—"
    return at if precision in ("second", "minute") else at[: 4 if precision == "year" else 10]


def _evidence(words: str | None, basis: str | None, sure: float | None) -> str | None:
    return None if words is None else f"“{words}”, {basis}, {sure or 0:.0%}"


def _rejects(connection: "duckdb.DuckDBPyConnection", summary: Summary) -> Markup | None:
    if not summary.rejects:
        return None
    rows = connection.execute(f"""
        SELECT reason, origin, detail FROM rejects ORDER BY reason, origin LIMIT {_REJECTS}
    """).fetchall()  # noqa: S608
    some = f", {len(rows)} of them shown" if summary.rejects > len(rows) else ""
    return tag(
        "section",
        tag("h2", f"{summary.rejects:,} rejects{some}"),
        _bars("reasons", summary.reasons),
        _table(
            ("reason", "origin", "detail"), (tag("tr", (tag("td", x) for x in row)) for row in rows)
        ),
    )


def _commits(connection: "duckdb.DuckDBPyConnection") -> Markup:
    rows = connection.execute(f"""
        SELECT commit, kind, (created_at::VARCHAR)[:16], pages, stories, teasers, rejects, files, bytes
        FROM commits ORDER BY commit DESC LIMIT {_REJECTS}
    """).fetchall()  # noqa: S608
    heads = (
        "commit",
        "kind",
        "when (UTC)",
        "pages",
        "stories",
        "teasers",
        "rejects",
        "files",
        "bytes",
    )
    made = (
        tag("tr", (tag("td", _number(x), class_="n" if i > 2 else None) for i, x in enumerate(row)))
        for row in rows
    )
    return tag("section", tag("h2", "The last commits"), _table(heads, made))


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(heads: Iterable[str], rows: Iterable[Markup]) -> Markup:
    names = (tag("th", head, class_="n" if head in _NUMBERS else None) for head in heads)
    top = tag("thead", tag("tr", names))
    return tag("div", tag("table", top, tag("tbody", join(rows))), class_="scroll")
