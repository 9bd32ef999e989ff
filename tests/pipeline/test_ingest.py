"""The main job end to end, on real Beam: whatever comes in, each page is there exactly once."""

import errno
import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.config import Bounds, IngestConfig, RunConfig
from pipeline.errors import CopydeskError, UsageError
from pipeline.ingest import Summary, run
from pipeline.progress import Progress
from pipeline.publish import open_dataset
from pipeline.replay import replay
from pipeline.verify import verify
from scripts.kill_loop import page_text

_SMALL = Bounds(slice_bytes=25_000, slice_files=8, split_bytes=10_000, spill_bytes=40_000)


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.steps: list[Progress] = []
        self.notes: list[str] = []

    def progress(self, progress: Progress) -> None:
        self.steps.append(progress)

    def note(self, text: str) -> None:
        self.notes.append(text)


def _record(number: int, **fields: object) -> str:
    return json.dumps({"page_id": f"page{number}", "text": page_text(number), **fields})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 pages: 20 files of text, 20 plain lines, 20 packed ones."""
    folder = tmp_path_factory.mktemp("pages")
    for number in range(20):
        (folder / f"page{number}.txt").write_text(page_text(number))
    (folder / "plain.jsonl").write_text("\n".join(map(_record, range(20, 40))))
    (folder / "packed.jsonl.gz").write_bytes(
        gzip.compress("\n".join(map(_record, range(40, 60))).encode())
    )
    return folder


def _ingest(source: Path, output: Path, listener: Heard | None = None, **fields: Any) -> Summary:
    return run(IngestConfig(inputs=(str(source),), output=output, **fields), listener)


def _rows(output: Path, dataset: str = "stories") -> list[tuple[object, ...]]:
    sql = f"SELECT * FROM read_parquet('{output}/{dataset}/**/*.parquet') ORDER BY ALL"
    return duckdb.sql(sql).fetchall()


@pytest.fixture(scope="module")
def plain(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, ingested in one commit by one worker."""
    output = tmp_path_factory.mktemp("plain") / "out"
    assert _ingest(pages, output).commits == 1
    return output


def test_every_page_comes_out(plain: Path) -> None:
    ids = duckdb.sql(f"SELECT DISTINCT page_id FROM '{plain}/stories/**/*.parquet'").fetchall()
    assert sorted(ids) == sorted((f"page{n}",) for n in range(60))
    report = verify(plain)
    assert (report.pages, report.rejects, report.problems, report.notes) == (60, 0, (), ())


def test_the_same_input_twice_adds_nothing(pages: Path, plain: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in plain.rglob("*.*")}
    summary = _ingest(pages, plain)
    assert (summary.commits, summary.counts.pages) == (0, 0)
    assert len(summary.passed.ingested) == 22
    assert {path: path.stat().st_mtime_ns for path in plain.rglob("*.*")} == before


def test_rows_hang_neither_on_slices_nor_on_the_run(
    pages: Path, plain: Path, tmp_path: Path
) -> None:
    summary = _ingest(pages, tmp_path / "out", bounds=_SMALL)
    assert summary.commits > 3
    assert _rows(tmp_path / "out") == _rows(plain)
    assert verify(tmp_path / "out").clean


def test_files_do_not_hang_on_the_number_of_workers(
    pages: Path, plain: Path, tmp_path: Path
) -> None:
    _ingest(pages, tmp_path / "out", workers=2)
    one, two = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.parquet")}
        for root in (plain, tmp_path / "out")
    )
    assert one == two


def test_progress_reaches_the_end(pages: Path, tmp_path: Path) -> None:
    heard = Heard()
    summary = _ingest(pages, tmp_path / "out", heard, bounds=_SMALL)
    last = heard.steps[-1]
    assert (last.done.pages, last.commits) == (60, summary.commits)
    assert last.done.bytes == last.bytes_total
    done = [step.done.bytes for step in heard.steps if step.commits]
    assert done == sorted(done)


def test_a_new_file_beside_old_ones_is_all_that_is_read(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text(page_text(1))
    _ingest(folder, output)
    (folder / "b.txt").write_text(page_text(2))
    assert _ingest(folder, output).counts.pages == 1
    assert verify(output).pages == 2


def test_the_users_time_of_fetching_is_for_pages_without_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(_record(1) + "\n" + _record(2, fetched_at="2024-01-01T00:00:00Z"))
    when = datetime(2025, 5, 1, 12, tzinfo=UTC)
    _ingest(path, tmp_path / "out", fetched_at=when)
    sql = (
        f"SELECT DISTINCT page_id, fetched_at FROM '{tmp_path}/out/stories/**/*.parquet' ORDER BY 1"
    )
    first, second = duckdb.sql(sql).fetchall()
    assert (first[1], second[1]) == (when, datetime(2024, 1, 1, tzinfo=UTC))


# name -> content; what is expected of it: reasons of its rejects, and pages with stories
_BAD: dict[str, tuple[bytes, list[str], int]] = {
    "good.txt": (page_text(1).encode(), [], 1),
    "empty.txt": (b"", ["empty"], 0),
    "blank.txt": (b" \n\t\r\n \n", ["empty"], 0),
    "nul.txt": (b"a\0b\0c" * 50, ["not_text"], 0),
    "menu.txt": (b"Home\nNews\nSport\nWeather\nLog in\n", ["no_story"], 0),
    "big.txt": (b"word " * 4_000_000, ["too_large"], 0),
    "cut.txt.gz": (gzip.compress(page_text(2).encode())[:-30], ["broken_container"], 0),
    "fake.html.zst": (b"this is no zstd", ["broken_container"], 0),
    "empty.jsonl": (b"", ["empty"], 0),
    "lines.jsonl": (
        b"\n".join(
            [
                _record(3).encode(),
                b"{not json",
                b'["a", "list"]',
                b'"a string"',
                b'{"text": 17}',
                b'{"text": "a", "fetched_at": "yesterday"}',
                b'{"url": "https://news.example/"}',
                b'{"text": "", "page_id": "hollow"}',
                b'{"text": "\xff\xfe"}',
                b'{"text": "a\\u0000b"}',
                b'{"text": "' + b"x" * 50_000_000 + b'"}',
                b"\0\0\0",
                _record(4).encode(),
            ]
        ),
        ["empty", "no_content", "no_story", "not_an_object", "not_an_object", "not_json",
         "not_json", "not_json", "too_large", "wrong_type", "wrong_type"],
        2,
    ),
    "cut.jsonl.gz": (
        gzip.compress("\n".join(map(_record, range(5, 25))).encode())[:-8], ["broken_container"], 19,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every kind of bad input that we know of, and good pages between."""
    folder = tmp_path_factory.mktemp("bad")
    for name, (content, _, _) in _BAD.items():
        (folder / name).write_bytes(content)
    return folder


def test_bad_input_becomes_rejects_and_nothing_else_is_lost(bad: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    summary = _ingest(bad, output, max_reject_ratio=0.1)
    glob = f"{output}/rejects/*.parquet"
    sql = f"SELECT parse_filename(split_part(origin, ':', 1)), list(reason ORDER BY reason) FROM '{glob}' GROUP BY 1"
    expected = {name: reasons for name, (_, reasons, _) in _BAD.items() if reasons}
    assert dict(duckdb.sql(sql).fetchall()) == expected
    assert summary.counts.pages_with_stories == sum(pages for _, _, pages in _BAD.values())
    assert summary.counts.pages == summary.counts.pages_with_stories + sum(
        map(len, expected.values())
    )
    assert summary.too_many_rejects
    report = verify(output)
    assert (report.pages, report.problems) == (summary.counts.pages, ())
    sql = (
        f"SELECT count(*) FROM '{glob}' WHERE payload IS NULL OR detail = '' OR stage = 'internal'"
    )
    assert duckdb.sql(sql).fetchall() == [(0,)]
    assert _ingest(bad, output).commits == 0


def test_a_replay_of_what_is_still_bad_loses_and_doubles_nothing(bad: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    _ingest(bad, output)
    stories, rejects = _rows(output), _rows(output, "rejects")
    for _ in range(2):
        summary = replay(RunConfig(output=output))
        assert summary.counts.pages_with_stories == 0
        assert _rows(output) == stories
        assert _rows(output, "rejects") == rejects
        assert verify(output).clean


def test_a_replay_turns_rejects_into_stories_when_the_rules_got_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.txt").write_text(page_text(1))
    fields = {"url": "https://news.example/2", "publisher": "Example News"}
    (source / "b.jsonl").write_text(_record(2, **fields) + "\n{")

    def fail(*_: object) -> None:
        raise RuntimeError("a rule with a bug")

    with monkeypatch.context() as patch:
        patch.setattr("transforms.outcomes.page_stories", fail)
        before = _ingest(source, output)
    assert before.counts.rejects == {"internal_error": 2, "not_json": 1}
    assert replay(RunConfig(output=output)).counts.pages_with_stories == 2
    report = verify(output)
    assert (report.pages, report.rejects, report.problems) == (3, 1, ())
    _ingest(source, tmp_path / "direct")
    assert _rows(output) == _rows(tmp_path / "direct")


def test_a_file_name_that_is_no_utf8_comes_through(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text(page_text(1))
    (folder / os.fsdecode(b"th\xe9.jsonl")).write_text(_record(2))
    for _ in range(2):
        _ingest(folder, tmp_path / "out")
        assert verify(tmp_path / "out").pages == 2
    sql = f"SELECT DISTINCT page_id FROM '{tmp_path}/out/stories/**/*.parquet' ORDER BY 1"
    assert duckdb.sql(sql).fetchall() == [("caf\\udce9",), ("page2",)]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (("ftp://host/news",), r"ftp:// is not known"),
        (("nowhere",), "there is no file or folder nowhere"),
    ],
)
def test_inputs_that_can_never_work_touch_nothing(
    tmp_path: Path, inputs: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run(IngestConfig(inputs=inputs, output=tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_an_output_of_something_else_is_left_alone(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(UsageError, match="holds other things"):
        _ingest(pages, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_second_ingest_at_the_same_time_is_sent_away(pages: Path, tmp_path: Path) -> None:
    with (
        open_dataset(tmp_path / "out"),
        pytest.raises(CopydeskError, match="another copydesk"),
    ):
        _ingest(pages, tmp_path / "out")


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    real = os.fsync
    calls = 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 60:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CopydeskError, match="no room left"):
            _ingest(pages, output, bounds=_SMALL)
    done = verify(output)
    assert done.clean
    assert 0 < done.pages < 60
    _ingest(pages, output, bounds=_SMALL)
    assert (verify(output).pages, verify(output).problems) == (60, ())


def test_a_limit_on_the_size_of_files_is_told_like_a_full_disk(pages: Path, tmp_path: Path) -> None:
    """A real error of the operating system, not one of ours."""
    code = """
import resource, signal, sys
from pathlib import Path
from pipeline.config import IngestConfig
from pipeline.errors import CopydeskError
from pipeline.ingest import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    run(IngestConfig(inputs=(sys.argv[1],), output=Path(sys.argv[2])))
except CopydeskError as error:
    print(error)
"""
    command = [sys.executable, "-c", code, str(pages), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "there is no room left" in done.stdout
    assert not list(tmp_path.glob("out/**/*.parquet"))
    _ingest(pages, tmp_path / "out")
    assert verify(tmp_path / "out").pages == 60
