"""DuckDB over a dataset: the views, the summary, and folders with unkind names."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import cli
from pipeline.errors import CopydeskError, UsageError
from pipeline.query import LISTED, ask, connect, summarize
from schemas.arrow import REJECTS, STORIES
from schemas.partitions import partition_folder, partition_key


def story(**values: Any) -> dict[str, Any]:
    blank = dict.fromkeys(STORIES.names)
    blank |= {
        "story_id": "s", "page_id": "p", "story_index": 0, "story_count": 1, "is_teaser": False,
        "body": "One two three.", "word_count": 3, "content_hash": "h", "origin": "a.txt",
        "span_start": 0, "span_end": 14,
    }  # fmt: skip
    return blank | values


def write(
    dataset: Path, stories: list[dict[str, Any]], rejects: list[dict[str, Any]], number: int = 1
) -> None:
    """One commit's worth of files, as `pipeline.publish` leaves them."""
    files = []
    for key in {partition_key(row["published_at"]) for row in stories}:
        rows = [row for row in stories if partition_key(row["published_at"]) == key]
        path = dataset / "stories" / partition_folder(key) / f"{number:09}-00000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, STORIES), path)
        files.append({"path": str(path), "rows": len(rows), "bytes": path.stat().st_size})
    if rejects:
        path = dataset / "rejects" / f"{number:09}-00000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rejects, REJECTS), path)
        files.append({"path": str(path), "rows": len(rejects), "bytes": path.stat().st_size})
    teasers = sum(row["is_teaser"] for row in stories)
    counts = {
        "pages": 2, "pages_with_stories": 1, "stories": len(stories) - teasers,
        "teasers": teasers, "rejects": {"no_story": len(rejects)} if rejects else {},
    }  # fmt: skip
    record = {
        "commit": f"{number:09}", "format_version": 1, "created_at": "2025-04-06T12:00:00+00:00",
        "counts": counts, "files": files, "retires": [], "inputs": [{"path": "a.txt"}],
        "kafka": None, "versions": {},
    }  # fmt: skip
    log = dataset / "_commits"
    log.mkdir(exist_ok=True)
    (log / f"{number:09}.json").write_text(json.dumps(record))


STORIES_ROWS = [
    story(headline="Ferry approved", published_at=datetime(2025, 5, 14, tzinfo=UTC), published_basis="visible_absolute", agency="Reuters", publisher="The Daily", language="en"),
    story(story_id="t", story_index=1, is_teaser=True, headline="Opera returns", published_at=None, body=""),
    story(story_id="u", page_id="q", origin="b.txt", headline=None, published_at=None, body="No headline\x1b[31m and\nno date. " + "x" * 100),
]  # fmt: skip
REJECT_ROWS = [
    {"origin": "c.txt", "stage": "split", "reason": "no_story", "detail": "none", "format": "txt", "payload": b"Home\xff", "payload_truncated": False}
]  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    write(made, STORIES_ROWS, REJECT_ROWS)
    return made


def answer(dataset: Path, sql: str) -> list[tuple[Any, ...]]:
    with connect(dataset) as connection:
        return list(ask(connection, sql).rows)


def test_views(dataset: Path) -> None:
    assert answer(dataset, "SELECT story_id FROM stories ORDER BY 1") == [("s",), ("u",)]
    assert answer(dataset, "SELECT headline FROM teasers") == [("Opera returns",)]
    assert answer(dataset, "SELECT reason, payload FROM rejects") == [("no_story", b"Home\xff")]
    assert answer(
        dataset, "SELECT commit, files, rows, stories, teasers, rejects FROM commits"
    ) == [(1, 3, 4, 2, 1, 1)]


def test_the_partition_is_a_date_and_null_for_the_undated(dataset: Path) -> None:
    sql = "SELECT published_date::VARCHAR, typeof(published_date) FROM stories ORDER BY 1"
    assert answer(dataset, sql) == [("2025-05-14", "DATE"), (None, "DATE")]


def test_times_are_utc_wherever_one_is(dataset: Path) -> None:
    sql = "SELECT published_at::VARCHAR FROM stories WHERE published_at IS NOT NULL"
    assert answer(dataset, sql) == [("2025-05-14 00:00:00+00",)]


def test_a_second_commit_is_seen_at_once(dataset: Path) -> None:
    with connect(dataset) as connection:
        write(dataset, [story(story_id="v", published_at=None)], [], number=2)
        assert list(ask(connection, "SELECT count(*) FROM stories").rows) == [(3,)]
        assert list(ask(connection, "SELECT max(commit) FROM commits").rows) == [(2,)]


@pytest.mark.parametrize("name", ["a[b]*c", "it's", "x?y", "two words", "ünï", "a{b,c}"])
def test_a_folder_with_an_unkind_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, STORIES_ROWS, REJECT_ROWS)
    write(tmp_path / "a", [story(story_id="w", published_at=None)], [])  # what a glob would catch
    counts = "SELECT (SELECT count(*) FROM stories), (SELECT count(*) FROM commits)"
    assert answer(tmp_path / name, counts) == [(2, 1)]


def test_views_of_a_dataset_without_rows(tmp_path: Path) -> None:
    (tmp_path / "_commits").mkdir()
    for view in ("stories", "teasers", "rejects", "commits"):
        assert answer(tmp_path, f"SELECT count(*) FROM {view}") == [(0,)]
    with connect(tmp_path) as connection:
        names = ask(connection, "FROM stories").columns
        assert names == (*STORIES.names, "published_date")
        assert summarize(connection).stories == 0


@pytest.mark.parametrize("address", ["s3://bucket/out", "gs://bucket"])
def test_an_object_store_is_refused_with_the_way_to_read_it(address: str) -> None:
    with pytest.raises(UsageError, match="httpfs"):
        connect(Path(address))


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no dataset of copydesk"):
        connect(tmp_path)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT nothing",
        "SELEC 1",
        "SELECT * FROM 'nowhere.csv'",
        "SELECT headline::INT FROM stories",
    ],
)
def test_bad_sql_keeps_the_words_of_duckdb(dataset: Path, sql: str) -> None:
    with connect(dataset) as connection, pytest.raises(CopydeskError, match=r"^DuckDB: "):
        list(ask(connection, sql).rows)


@pytest.mark.parametrize("sql", ["", " ", ";\n"])
def test_no_sql_is_refused(dataset: Path, sql: str) -> None:
    with connect(dataset) as connection, pytest.raises(UsageError, match="empty"):
        ask(connection, sql)


def test_two_questions_are_refused_for_one_answer_would_be_lost(dataset: Path) -> None:
    with connect(dataset) as connection, pytest.raises(UsageError, match="one at a time"):
        ask(connection, "SELECT count(*) FROM stories; SELECT count(*) FROM teasers")


def test_a_question_may_be_prepared(dataset: Path) -> None:
    assert answer(dataset, "CREATE TABLE t AS SELECT 1 AS one; SELECT one FROM t;") == [(1,)]


def test_a_statement_without_rows(dataset: Path) -> None:
    assert answer(dataset, "SET threads = 1") == []


def test_summary(dataset: Path) -> None:
    with connect(dataset) as connection:
        summary = summarize(connection)
    assert (summary.pages, summary.stories, summary.teasers, summary.rejects) == (2, 2, 1, 1)
    assert (summary.first_day, summary.last_day, summary.undated) == ("2025-05-14", "2025-05-14", 1)
    assert summary.reasons == (("no_story", 1),)
    assert summary.listed[0][4] == "Ferry approved"


def test_a_small_dataset_is_listed_as_it_was_read(tmp_path: Path) -> None:
    places = [("b.txt", 0), ("a.jsonl:1000", 1), ("a.jsonl:1000", 0), ("a.jsonl:999", 0)]
    rows = [
        story(story_id=str(n), origin=origin, story_index=index, headline=f"{origin} {index}")
        for n, (origin, index) in enumerate(places)
    ]
    write(tmp_path, rows, [])
    with connect(tmp_path) as connection:
        listed = [row[4] for row in summarize(connection).listed]
    assert listed == ["a.jsonl:999 0", "a.jsonl:1000 0", "a.jsonl:1000 1", "b.txt 0"]


def test_a_large_dataset_lists_its_newest_stories(tmp_path: Path) -> None:
    days = [datetime(2025, 1, 1 + n % 28, n % 24, tzinfo=UTC) for n in range(LISTED + 20)]
    write(tmp_path, [story(story_id=str(n), published_at=day) for n, day in enumerate(days)], [])
    with connect(tmp_path) as connection:
        listed = summarize(connection).listed
    assert len(listed) == LISTED
    assert listed[0][0] == max(days).date()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(["query", *arguments])
    return status, *capsys.readouterr()


def test_command_prints_the_summary(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(dataset))
    assert (status, err) == (0, "")
    assert "2 stories and 1 teaser on 2 pages, 1 reject, 1 commit" in out
    assert "Ferry approved" in out
    assert "rejects     no_story 1" in out
    # What a page says never commands the terminal.
    assert "\x1b" not in out
    assert "“No headline\N{REPLACEMENT CHARACTER}[31m and no date." in out


def test_the_first_line_is_one_line(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = tmp_path / ("a" * 120)
    dataset.rename(long)
    _, out, _ = run(capsys, str(long))
    assert out.splitlines()[0].endswith("a: 2 stories and 1 teaser on 2 pages, 1 reject, 1 commit")


def test_command_with_sql_in_json(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT headline, published_at FROM stories ORDER BY story_id"
    status, out, _ = run(capsys, str(dataset), sql, "--json")
    assert status == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {"headline": "Ferry approved", "published_at": "2025-05-14T00:00:00Z"},
        {"headline": None, "published_at": None},
    ]


def test_command_summary_in_json(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, str(dataset), "--json")
    told = json.loads(out)
    assert told["agencies"] == {"Reuters": 1}
    assert told["listed"][0]["headline"] == "Ferry approved"


def test_command_shows_the_first_rows_of_a_long_answer(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, str(dataset), "SELECT * FROM range(1000)")
    assert "199" in out
    assert "the first 200 rows" in out
    assert "\n     200" not in out


def test_command_reports_bad_sql(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(dataset), "SELECT nothing FROM stories")
    assert (status, out) == (1, "")
    assert err.startswith("copydesk: DuckDB: Binder Error")
