"""The commands that run the engine, on the seeds: ingest, verify, replay, and what they say."""

import io
import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from pipeline import cli
from pipeline.cli.progress_view import ProgressView, seconds_left, sentence
from pipeline.progress import Progress, Tally

PAGES = Path(__file__).parents[2] / "seeds" / "pages"
FEW = ("bare-body.txt", "menu-only.txt", "records.jsonl")
READ = 6  # two files of one page, one of four records


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    for name in FEW:
        shutil.copy(PAGES / name, made)
    return made


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Path:
    """A dataset of a few seeds, with one reject in six."""
    output = folder.parent / f"{folder.name}-dataset"
    assert cli.main(["ingest", str(folder), "--output", str(output), "--quiet"]) == 0
    return output


def test_ingest_says_what_it_did(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ingest", str(folder), "--output", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pages"] == READ
    assert told["pages_with_stories"] + sum(told["rejects"].values()) == READ
    assert told["rejects"]["no_content"] == 1
    assert told["commits"] == 1


def test_ingest_once_more_adds_nothing(
    folder: Path, dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ingest", str(folder), "--output", str(dataset)]) == 0
    out = capsys.readouterr().out
    assert f"nothing new for {dataset}" in out
    assert "3 files ingested before and passed over" in out


def test_too_many_rejects_are_status_3(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(folder / "menu-only.txt"), "--output", str(tmp_path / "out")]
    assert cli.main(["ingest", *arguments, "--max-reject-ratio", "0.5"]) == 3
    out, err = capsys.readouterr()
    assert "1 reject (no_story 1)" in out
    assert err == (
        "copydesk: 1 of 1 pages are rejects, more than --max-reject-ratio 0.5; "
        "the dataset holds what came through\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no/such/folder"], "no/such/folder"),
        ([str(PAGES), "--no_such_flag=1"], "no_such_flag"),
        ([str(PAGES), "gopher://host/pages"], "gopher:// is not known"),
        ([str(PAGES), "--follow"], "--follow needs a kafka:// input"),
        (["kafka://host:9092"], "is no name of a Kafka topic"),
    ],
)
def test_what_can_never_work_is_status_2(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ingest", *arguments, "--output", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert words in err
    assert err.count("\n") == 1
    assert not out
    assert not (tmp_path / "out" / "_commits").exists()


def test_a_folder_of_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.tex").write_text("chapter one")
    assert cli.main(["ingest", str(PAGES), "--output", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    assert str(tmp_path) in capsys.readouterr().err


def test_verify_a_sound_dataset(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", str(dataset)]) == 0
    assert f"{dataset}: clean; " in capsys.readouterr().out
    assert cli.main(["verify", str(dataset), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clean"] is True
    assert told["pages"] == READ


def test_verify_tells_what_is_broken(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(dataset, broken)
    victim = next((broken / "stories").rglob("*.parquet"))
    victim.unlink()
    assert cli.main(["verify", str(broken)]) == 1
    out = capsys.readouterr().out
    assert victim.name in out
    assert "1 problem;" in out
    assert cli.main(["verify", str(broken), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["clean"] is False


def test_replay_keeps_every_page(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    shutil.copytree(dataset, again)
    assert cli.main(["replay", str(again), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["commits"] == 1
    assert cli.main(["verify", str(again), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pages"] == READ


def test_compact_moves_rows_and_changes_none(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "out")
    for name in FEW:
        assert cli.main(["ingest", str(folder / name), "--output", output, "--quiet"]) == 0
    asked = ["query", output, "SELECT story_id, body FROM stories ORDER BY ALL", "--json"]
    assert cli.main(asked) == 0
    before = capsys.readouterr().out
    assert cli.main(["compact", output]) == 0
    assert "files became" in capsys.readouterr().out
    assert cli.main(asked) == 0
    assert capsys.readouterr().out == before
    assert cli.main(["verify", output, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pages"] == READ
    assert cli.main(["query", output, "SELECT kind FROM commits ORDER BY commit", "--json"]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["ingest", "ingest", "ingest", "compact"]
    assert cli.main(["compact", output]) == 0
    assert "nothing to merge" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["verify", "replay", "compact"])
def test_what_is_no_dataset_is_refused(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command, str(tmp_path)]) == 2
    assert "is no dataset of copydesk" in capsys.readouterr().err


HALF_WAY = Progress(Tally(bytes=500, pages=1200, stories=1350, rejects=4), 2000, 0, 5.0)


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (HALF_WAY, "1,200 pages, 1,350 stories, 4 rejects, 240 pages/s, 25%, 15 s left"),
        (Progress(Tally(), 2000, 0, 0.0), "0 pages, 0 stories, 0 rejects, 0 pages/s, 0%"),
        (
            Progress(Tally(bytes=500, pages=10, stories=9), 0, 2, 5.0),
            "10 pages, 9 stories, 0 rejects, 2 pages/s",
        ),
        (
            Progress(Tally(bytes=2100, pages=1), 2000, 0, 2.0),
            "1 pages, 0 stories, 0 rejects, 0 pages/s, 100%, 0.0 s left",
        ),
    ],
)
def test_progress_in_words(progress: Progress, words: str) -> None:
    assert sentence(progress) == words


def test_no_time_is_told_before_it_can_be_known() -> None:
    assert seconds_left(Progress(Tally(bytes=1), 100, 0, 0.2)) is None
    assert seconds_left(Progress(Tally(), 100, 0, 60.0)) is None


def test_progress_on_a_terminal_is_one_living_line() -> None:
    out = io.StringIO()
    with ProgressView(Console(file=out, force_terminal=True, width=100, highlight=False)) as view:
        view.progress(HALF_WAY)
        view.note("a file was passed over\x1b[2J")
    shown = out.getvalue()
    assert "1,200 pages" in shown
    assert "a file was passed over\N{REPLACEMENT CHARACTER}[2J" in shown


def test_progress_elsewhere_is_a_plain_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 11.0, 11.0, 12.0])
    monkeypatch.setattr("pipeline.cli.progress_view.time.monotonic", lambda: next(clock))
    out = io.StringIO()
    with ProgressView(Console(file=out, width=40)) as view:
        for _ in range(3):
            view.progress(HALF_WAY)
    assert out.getvalue() == sentence(HALF_WAY) + "\n"
