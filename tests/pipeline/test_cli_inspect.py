"""`copydesk inspect`: which page a name means, and how it is shown."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from pipeline import cli
from pipeline.cli.page_view import moment, print_page
from pipeline.errors import UsageError
from pipeline.inspection import Inspection, as_json, find_page, inspect
from schemas.kinds import BlockKind, DateBasis, DateRole, Flag, Precision, RejectReason, Stage
from schemas.records import (
    Block,
    Coordinates,
    DateCandidate,
    DateReading,
    OffsetMap,
    Page,
    RawPage,
    Reject,
    Segmentation,
    SourceReading,
    Story,
    StorySpan,
)

RECORDS = [{"page_id": "one", "text": "First."}, {"page_id": "2", "text": "Second."}, {"text": 3}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = "".join(json.dumps(record) + "\n" for record in RECORDS)
    (tmp_path / "many.jsonl").write_text(lines)
    (tmp_path / "many.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "single.jsonl").write_text(lines.splitlines()[0])
    (tmp_path / "none.jsonl").write_text("\n")
    (tmp_path / "page.txt").write_text("A page.")
    (tmp_path / "page#2.txt").write_text("A page with a mark in its name.")
    (tmp_path / "page.html").write_text("<p>A page.</p>")
    (tmp_path / "page.pdf").write_bytes(b"%PDF")
    return tmp_path


@pytest.mark.parametrize(
    ("where", "page_id", "body"),
    [
        ("page.txt", "page", b"A page."),
        ("page#2.txt", "page#2", b"A page with a mark in its name."),
        ("single.jsonl", "one", "First."),
        ("many.jsonl#1", "one", "First."),
        ("many.jsonl#one", "one", "First."),
        ("many.jsonl#2", "2", "Second."),
        ("many.jsonl.gz#2", "2", "Second."),
    ],
)
def test_find_page(folder: Path, where: str, page_id: str, body: bytes | str) -> None:
    found = find_page(str(folder / where))
    assert isinstance(found, RawPage)
    assert (found.page_id, found.text) == (page_id, body)


def test_find_html(folder: Path) -> None:
    found = find_page(str(folder / "page.html"))
    assert isinstance(found, RawPage)
    assert found.html == b"<p>A page.</p>"


def test_find_a_page_of_an_archive(folder: Path) -> None:
    body = b"<html><p>An archived page.</p></html>"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:a-b>\r\n"
        "WARC-Target-URI: https://example.com/a\r\nWARC-Date: 2025-04-06T09:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    (folder / "one.warc.gz").write_bytes(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
    found = find_page(str(folder / "one.warc.gz"))
    assert isinstance(found, RawPage)
    assert (found.url, found.html) == ("https://example.com/a", body)
    assert found.fetched_at == datetime(2025, 4, 6, 9, tzinfo=UTC)


def test_find_a_record_that_is_a_reject(folder: Path) -> None:
    found = find_page(str(folder / "many.jsonl#3"))
    assert isinstance(found, Reject)
    assert found.reason is RejectReason.WRONG_TYPE


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("many.jsonl", "holds more than one page; say which, like .*#1 .one, 2, #3."),
        ("many.jsonl#4", "holds no page 4"),
        ("many.jsonl#0", "holds no page 0"),
        ("many.jsonl#" + "9" * 40, "holds no page 999"),
        ("nowhere.txt", "nowhere.txt does not exist"),
        ("nowhere.jsonl#1", "nowhere.jsonl does not exist"),
        ("page.pdf", "has an ending that copydesk does not know; it reads .txt"),
        ("", "is a folder; name one page in it"),
    ],
)
def test_what_names_no_page(folder: Path, where: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find_page(f"{folder}/{where}")


def test_an_empty_file_is_a_reject(folder: Path) -> None:
    with pytest.raises(UsageError, match="holds no page"):
        find_page(str(folder / "none.jsonl"))


@pytest.mark.parametrize(
    ("content", "field", "page_id"),
    [
        (b'  {"page_id": "x", "text": "Hello."}', "text", "x"),
        (b"\xef\xbb\xbf<html><p>Hello.", "html", "stdin"),
        (b"Hello.", "text", "stdin"),
    ],
)
def test_stdin_is_read_by_its_first_character(
    content: bytes, field: str, page_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = find_page("-")
    assert isinstance(found, RawPage)
    assert found.page_id == page_id
    assert getattr(found, field) is not None


def test_fetched_at_is_for_pages_that_do_not_say(tmp_path: Path) -> None:
    given, own = datetime(2025, 4, 6, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    (tmp_path / "a.txt").write_text("A page.")
    (tmp_path / "b.jsonl").write_text('{"text": "A page.", "fetched_at": "2024-01-01T00:00:00Z"}')
    for name, expected in (("a.txt", given), ("b.jsonl", own)):
        found = find_page(str(tmp_path / name), given)
        assert isinstance(found, RawPage)
        assert found.fetched_at == expected


# One page by hand: what is shown must not hang on how well the splitter does.
_LINES = (
    ("Home", BlockKind.BOILERPLATE),
    ("Ferry approved\x1b[2J", BlockKind.HEADLINE),
    ("Updated 14 May 2025", BlockKind.DATE),
    ("HARROW BAY: The board voted on Wednesday. " + "It was a long day. " * 12, BlockKind.BODY),
    ("Follow", BlockKind.BOILERPLATE),
    ("The boat leaves at night.", BlockKind.BODY),
    ("Opera returns", BlockKind.TEASER),
)


def by_hand() -> Inspection:
    blocks, text = [], ""
    for line, _ in _LINES:
        blocks.append(Block(len(text), len(text) + len(line), line))
        text += line + "\n"
    start = text.index("14 May")
    published = DateCandidate(
        "14 May 2025", DateBasis.VISIBLE_ABSOLUTE, DateRole.UPDATED,
        datetime(2025, 5, 14, tzinfo=UTC), Precision.DAY, 0.96, start, start + 11,
        ("“Updated” before it", "below the headline"),
    )  # fmt: skip
    other = DateCandidate(
        "3 hours ago", DateBasis.VISIBLE_RELATIVE, DateRole.TEASER, None, Precision.HOUR
    )
    page = Page(
        at=Coordinates("ferry.txt"), page_id="ferry", received="\ufeff" + text, text=text,
        blocks=tuple(blocks), offsets=OffsetMap((0,), (1,)), url="https://example.com/ferry",
        fetched_at=datetime(2025, 5, 15, 8, 30, tzinfo=UTC),
    )  # fmt: skip
    spans = (
        StorySpan((1, 2, 3, 5), start_confidence=0.97, end_confidence=0.42, runner_up=3),
        StorySpan((6,), is_teaser=True),
    )
    readings = (DateReading(published=published, candidates=(published, other)), DateReading())
    return Inspection(
        page=page,
        segmentation=Segmentation(tuple(kind for _, kind in _LINES), spans),
        dates=readings,
        sources=(SourceReading(agency="Reuters"), SourceReading()),
        stories=(_row(0, published), _row(1, None)),
    )


def _row(index: int, published: DateCandidate | None) -> Story:
    return Story(
        story_id=f"s{index}", page_id="ferry", url=None, fetched_at=None, story_index=index,
        story_count=1, is_teaser=index == 1, headline="Opera returns" if index else "Ferry approved",
        kicker=None, standfirst=(), body="HARROW BAY: The board voted.", captions=(),
        authors=("Ann Hale", "Bo Lunt"), agency="Reuters", publisher=None, source="example.com",
        dateline_place="HARROW BAY", published_at=published.value if published else None,
        updated_at=None, published_precision=published.precision if published else None,
        published_basis=published.basis if published else None,
        published_text=published.text if published else None,
        published_confidence=published.confidence if published else None, not_before=None,
        not_after=None, date_mentions=(), language="en", word_count=5, content_hash="h",
        near_duplicate_of=None, origin="ferry.txt", topic=None, partition=None, offset=None,
        span_start=0, span_end=10, flags=(Flag.UNCERTAIN_END,),
    )  # fmt: skip


def shown(found: Inspection | Reject, width: int = 80, **options: Any) -> str:
    out = io.StringIO()
    print_page(found, Console(file=out, width=width, markup=False, highlight=False, **options))
    return out.getvalue()


def test_every_block_stands_in_its_place_beside_its_kind() -> None:
    lines = shown(by_hand()).splitlines()
    at = -1
    for text, kind in _LINES:
        start = " ".join(text.split()[:2]).replace("\x1b", "\N{REPLACEMENT CHARACTER}")
        at = next(i for i in range(at + 1, len(lines)) if start in lines[i])
        assert lines[at].split()[0] == kind.value


def test_the_rail_runs_down_the_lines_of_a_story_and_stops_beside_what_is_not_its() -> None:
    lines = shown(by_hand()).splitlines()
    body = [line for line in lines if "It was a long day" in line]
    assert len(body) > 2
    assert all(line[12] == "┃" for line in body)
    assert next(line for line in lines if "Follow" in line)[12] == "┊"


def test_a_card_tells_the_story_and_the_evidence() -> None:
    text = shown(by_hand(), width=110)
    card = text[text.index("╭─ story 1 of 1") :]
    for words in (
        "Ferry approved", "Ann Hale, Bo Lunt", "Reuters", "example.com", "HARROW BAY",
        "2025-05-14  from “14 May 2025”, visible_absolute  96%",
        "begins 97%  ends 42%", "next best start “HARROW BAY",
        "uncertain_end", "“Updated” before it; below the headline", "unresolved",
    ):  # fmt: skip
        assert words in card
    rows = [line for line in card.splitlines() if "14 May 2025  " in line or "3 hours ago" in line]
    assert [row.split()[1] for row in rows] == ["●", "○"]
    assert "╭─ teasers" in card
    assert "story 1 of 1 might begin here instead" in text


@pytest.mark.parametrize("width", [40, 60, 200])
def test_it_keeps_to_the_width(width: int) -> None:
    lines = shown(by_hand(), width=width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = shown(by_hand(), force_terminal=True, color_system="truecolor")
    assert "\x1b[1;4;32m14 May 2025" in coloured  # the chosen date, where it stands
    assert "\x1b[2J" not in coloured  # the page's own attempt to clear the screen
    monkeypatch.setenv("NO_COLOR", "1")
    plain = shown(by_hand(), force_terminal=True)
    assert "\x1b[32m" not in plain
    assert "\x1b" not in shown(by_hand())


def test_a_reject_is_shown_with_its_reason() -> None:
    reject = Reject(
        Coordinates("a.txt"), Stage.SPLIT, RejectReason.NO_STORY, "none of its 3 blocks", b"", "txt"
    )
    assert "no_story: none of its 3 blocks" in shown(reject)
    assert as_json(reject)["reject"] == {
        "stage": "split", "reason": "no_story", "detail": "none of its 3 blocks",
    }  # fmt: skip


def test_json_has_positions_in_the_text_as_received() -> None:
    found = by_hand()
    told = json.loads(json.dumps(as_json(found), default=str))
    received = found.page.received
    for block in told["blocks"]:
        assert received[block["start"] : block["end"]] == block["text"]
    assert [block["story"] for block in told["blocks"]] == [None, 0, 0, 0, None, 0, 1]
    (date, _) = told["stories"][0]["date_candidates"]
    assert received[date["start"] : date["end"]] == "14 May 2025"
    assert told["stories"][0]["runner_up"] == 3


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        (Precision.YEAR, "2025"),
        (Precision.MONTH, "2025-04"),
        (Precision.DAY, "2025-04-06"),
        (Precision.HOUR, "2025-04-06 09 h UTC"),
        (Precision.MINUTE, "2025-04-06 09:05 UTC"),
        (Precision.SECOND, "2025-04-06 09:05:07 UTC"),
    ],
)
def test_moment(precision: Precision, text: str) -> None:
    assert moment(datetime(2025, 4, 6, 9, 5, 7, tzinfo=UTC), precision) == text


def test_a_page_of_menus_is_a_reject_with_its_blocks(tmp_path: Path) -> None:
    found = inspect(RawPage(Coordinates("menu.txt"), text="Home\nNews\nSport\n", page_id="menu"))
    assert isinstance(found, Inspection)
    assert found.reject is not None
    assert found.reject.reason is RejectReason.NO_STORY
    assert "Sport" in shown(found)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "menu.txt").write_text("Home\nNews\nSport\n")
    assert cli.main(["inspect", str(tmp_path / "menu.txt")]) == 0
    assert "no_story" in capsys.readouterr().out
    assert cli.main(["inspect", str(tmp_path / "menu.txt"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reject"]["reason"] == "no_story"
    assert [block["text"] for block in told["blocks"]] == ["Home", "News", "Sport"]
