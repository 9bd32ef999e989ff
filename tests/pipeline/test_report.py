"""The report: one page that needs nothing else and that no story can break."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import cli
from pipeline.elements import Markup, join, raw, tag
from pipeline.report import report
from schemas.arrow import REJECTS, STORIES

HOSTILE = (
    "</td></table><script>alert(1)</script><img src=\"https://example.com/x\" onerror='a'>&amp;"
)


class Elements(HTMLParser):
    """The names of the elements of a page, and what they would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.append(name)
        self.loads += [value or "" for key, value in attributes if key in ("src", "href", "data")]
        if name != "meta":
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name


def make(folder: Path, stories: list[dict[str, Any]], rejects: list[dict[str, Any]]) -> Path:
    blank = dict.fromkeys(STORIES.names) | {
        "story_id": "s", "page_id": "p", "story_index": 0, "story_count": 1, "is_teaser": False,
        "body": "One two three.", "word_count": 3, "content_hash": "h", "origin": "a.txt",
        "span_start": 0, "span_end": 14,
    }  # fmt: skip
    (folder / "_commits").mkdir(parents=True)
    for number, row in enumerate(stories):
        row = blank | {"story_id": str(number)} | row
        day = row["published_at"].date() if row["published_at"] else "__HIVE_DEFAULT_PARTITION__"
        place = folder / "stories" / f"published_date={day}"
        place.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([row], STORIES), place / f"{number}.parquet")
    if rejects:
        (folder / "rejects").mkdir()
        pq.write_table(pa.Table.from_pylist(rejects, REJECTS), folder / "rejects" / "1.parquet")
    return folder


def day(year: int, month: int = 1, of_month: int = 1) -> dict[str, Any]:
    return {
        "published_at": datetime(year, month, of_month, 9, 30, tzinfo=UTC),
        "published_precision": "minute", "published_basis": "meta", "published_text": "today",
        "published_confidence": 0.93,
    }  # fmt: skip


def test_a_hostile_story_is_text(tmp_path: Path) -> None:
    row = dict.fromkeys(("headline", "body", "agency", "publisher", "published_text"), HOSTILE)
    stories = [day(2025) | row | {"authors": [HOSTILE], "flags": [HOSTILE]}]
    reject = {
        "origin": HOSTILE, "stage": "split", "reason": HOSTILE, "detail": HOSTILE,
        "format": "txt", "payload": b"", "payload_truncated": False,
    }  # fmt: skip
    page = report(make(tmp_path / "a<b>&c", stories, [reject]))
    found = Elements(page)
    assert found.open == []
    assert found.loads == []
    assert not {"script", "img", "link", "iframe", "b>&c"} & set(found.names)
    assert page.count("&lt;script&gt;") >= 7
    assert "<title>a&lt;b&gt;&amp;c: copydesk report</title>" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("days", "unit", "labels"),
    [
        ([day(2025, 1, 1), day(2025, 1, 3)], "day", ["2025-01-01", "2025-01-02", "2025-01-03"]),
        ([day(2025, 1, 1), day(2025, 4, 1)], "month", ["2025-01", "2025-02", "2025-03", "2025-04"]),
        ([day(1999), day(2025)], "year", [str(year) for year in range(1999, 2026)]),
        ([day(2025)], "day", ["2025-01-01"]),
    ],
)
def test_the_chart_has_a_column_for_each_step(
    tmp_path: Path, days: list[dict[str, Any]], unit: str, labels: list[str]
) -> None:
    page = report(make(tmp_path / "out", days, []))
    assert f"Stories by {unit} of publication" in page
    counts = {
        label: sum(str(row["published_at"]).startswith(label) for row in days) for label in labels
    }
    for label, count in counts.items():
        assert f"<title>{label}: {count}</title>" in page
    assert page.count("<rect") == len(labels)


def test_a_dataset_without_rows(tmp_path: Path) -> None:
    found = Elements(report(make(tmp_path / "out", [], [])))
    assert "svg" not in found.names
    assert found.open == []


def test_an_undated_story_without_headline(tmp_path: Path) -> None:
    page = report(make(tmp_path / "out", [{"published_at": None}], []))
    assert "<i>no headline</i>" in page
    assert "no dated story" in page


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = make(tmp_path / "out", [day(2025)], [])
    assert cli.main(["report", str(dataset), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["path"]) == dataset / "_report.html"
    assert (dataset / "_report.html").stat().st_size == told["bytes"]
    assert cli.main(["report", str(dataset), "--to", str(tmp_path / "no" / "such.html")]) == 1
    assert "no such file or directory" in capsys.readouterr().err


@given(st.text(), st.text())
def test_what_is_said_is_never_markup(content: str, value: str) -> None:
    found: list[tuple[str, Any]] = []

    class Parser(HTMLParser):
        def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
            found.append((name, attributes))

        def handle_data(self, data: str) -> None:
            found.append(("", data))

    parser = Parser()
    parser.feed(tag("p", content.replace("\r", ""), title=value.replace("\r", "")))
    parser.close()
    assert found[0] == ("p", [("title", value.replace("\r", ""))])
    assert "".join(data for _, data in found[1:]) == content.replace("\r", "")


def test_elements() -> None:
    assert tag("td", "a", None, 3, ["b", tag("i", "<")], class_="n", aria_label='"', id=None) == (
        '<td class="n" aria-label="&quot;">a3b<i>&lt;</i></td>'
    )
    assert join(raw("<hr>")) == "<hr>"
    assert isinstance(join(["a"]), Markup)
