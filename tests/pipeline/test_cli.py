"""The command line itself: dispatch, statuses, errors in one sentence, and no slow start."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pipeline import cli
from pipeline.cli.arguments import positive, ratio
from pipeline.cli.terminal import Terminal, counted, duration


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in this process: status, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = cli.main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_help_names_every_command(call: Any) -> None:
    status, out, _ = call("--help")
    assert status == 0
    for name in cli.COMMANDS:
        assert f"\n  {name}" in out
        assert cli.load(name).SUMMARY in out


def test_no_command_shows_the_help(call: Any) -> None:
    assert call() == call("--help")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_has_help_and_takes_the_common_options(name: str, call: Any) -> None:
    status, out, _ = call(name, "--help")
    assert status == 0
    assert f"usage: copydesk {name}" in out
    for option in ("--json", "--quiet", "--debug"):
        assert option in out


def test_version(call: Any) -> None:
    status, out, _ = call("--version")
    assert status == 0
    assert out.startswith("copydesk 0.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["publish"], "invalid choice: 'publish'"),
        (["query"], "OUT"),
        (["query", "OUT", "--flavour=sweet"], "unknown option: --flavour=sweet"),
        (["query", "no/such/folder"], "no/such/folder does not exist"),
        (["schema", "--mark"], "unknown option: --mark"),  # abbreviations would break with time
        (["ingest", "seeds"], "--output"),
        (["ingest", "--output", "OUT"], "INPUT"),
        (["ingest", "a", "--output", "OUT", "--workers", "none"], "no whole number from 1 on"),
        (["ingest", "a", "--output", "OUT", "--max-reject-ratio", "2"], "no number from 0 to 1"),
        (["ingest", "a", "--output", "OUT", "--fetched-at", "today"], "no ISO 8601 time"),
        (["ingest", "a", "--output", "OUT", "-x"], "unknown option: -x"),
        (["inspect", "no/such/page.txt"], "no/such/page.txt does not exist"),
        (["inspect", "."], "is a folder"),
    ],
)
def test_wrong_usage_is_status_2_and_one_sentence(
    arguments: list[str], words: str, call: Any
) -> None:
    status, out, err = call(*arguments)
    assert status == 2
    assert words in err
    assert "Traceback" not in err
    assert not out


def test_an_error_of_the_system_is_status_1_and_names_the_file(
    call: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise PermissionError(13, "Permission denied", "secret.jsonl")

    monkeypatch.setattr(cli.load("schema"), "run", refuse)
    status, _, err = call("schema")
    assert (status, err) == (1, "copydesk: secret.jsonl: permission denied\n")


def test_debug_shows_the_traceback(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> int:
        raise PermissionError(13, "Permission denied", "secret.jsonl")

    monkeypatch.setattr(cli.load("schema"), "run", refuse)
    with pytest.raises(PermissionError):
        call("schema", "--debug")


def test_an_interruption_says_what_stands(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.load("schema"), "run", interrupt)
    status, _, err = call("schema")
    assert status == 1
    assert "what was committed stands" in err


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"apache_beam", "pyarrow", "duckdb", "kafka", "rich", "numpy"}),
        (["ingest", "--help"], {"apache_beam", "pyarrow", "duckdb", "kafka", "rich", "numpy"}),
        (["schema"], {"apache_beam", "duckdb", "kafka"}),
        (["inspect", "seeds/pages/bare-body.txt"], {"apache_beam", "pyarrow", "duckdb", "kafka"}),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], unwanted: set[str]) -> None:
    done = _python(
        "import sys\nfrom pipeline.cli import main\n"
        f"try:\n    assert main({arguments!r}) == 0\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert not loaded & unwanted


def test_a_reader_that_leaves_early_is_no_error() -> None:
    # As `copydesk schema | head -1` does, but with a pipe that is closed for certain.
    done = _python(
        "import os, subprocess, sys\n"
        "reader, writer = os.pipe()\n"
        "os.close(reader)\n"
        "made = subprocess.run([sys.executable, '-m', 'pipeline.cli', 'schema'], stdout=writer,"
        " stderr=subprocess.PIPE)\n"
        "print(made.returncode, made.stderr)"
    )
    assert done.stdout == "0 b''\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_name_can_be_said_on_any_terminal(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "query", b"no \xff \xe6\x97\xa5 folder"],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(b"copydesk: no \\udcff ")
    assert b"Traceback" not in done.stderr


def test_json_can_say_what_utf8_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(json=True).write_json([{"name": "a\udcff", "number": 2**70, "bytes": b"\xff"}])
    assert json.loads(capsys.readouterr().out) == {
        "name": "a\udcff", "number": 2**70, "bytes": "\N{REPLACEMENT CHARACTER}",
    }  # fmt: skip


def test_schema_lists_every_column(call: Any) -> None:
    from schemas.arrow import DATASETS

    _, out, _ = call("schema", "--json")
    told = json.loads(out)
    for name, schema in DATASETS.items():
        assert [column["name"] for column in told[name]] == schema.names
        assert all(column["meaning"] for column in told[name])
    _, out, _ = call("schema")
    assert "list of struct(text, credit)" in out
    _, out, _ = call("schema", "--quiet")
    assert out == ""


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", ""])
def test_positive_refuses(value: str) -> None:
    with pytest.raises(Exception, match="no whole number"):
        positive(value)


@pytest.mark.parametrize("value", ["-0.1", "1.01", "nan", "half", ""])
def test_ratio_refuses(value: str) -> None:
    with pytest.raises(Exception, match="no number from 0 to 1"):
        ratio(value)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (1.44, "1.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (60, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3600, "1 h 00 min"),
        (7500, "2 h 05 min"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_counted() -> None:
    assert counted(1, "page") == "1 page"
    assert counted(2000, "page") == "2,000 pages"
    assert counted(0, "story", "stories") == "0 stories"
