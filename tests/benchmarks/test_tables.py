"""The tables that benchmarks end in, and that the small ones run."""

import json
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks import dates, pages, sink, stages
from benchmarks.__main__ import _MODULES, main
from benchmarks.chart import Curve, draw
from benchmarks.clock import race
from benchmarks.growth import exponent
from benchmarks.inputs import SEEDS, records, samples
from benchmarks.memory import generated
from benchmarks.tables import Row, Scale, Section, as_json, markdown, number, replace_between


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12345.6, "12,346"),
        (99.96, "100.0"),
        (12.34, "12.3"),
        (4.567, "4.57"),
        (0.01234, "0.0123"),
        (0.0, "0"),
    ],
)
def test_three_digits_count(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "ratio", "target", "met"),
    [
        (3, 4.0, ">= 4", True),
        (9, 3.9, ">= 4", False),
        (3, None, "<= 3", True),
        (3, 1.3, "<= 1.2", False),
        (3, 1.0, None, None),
    ],
)
def test_targets(value: float, ratio: float | None, target: str | None, met: bool | None) -> None:
    assert Row("x", value, "s", ratio, None, target).met is met


def test_a_table_says_what_was_missed() -> None:
    rows = (Row("ours", 8, "pages/s", 0.5, "theirs", ">= 1"), Row("theirs", 16, "pages/s"))
    text = markdown([Section("Speed", "How it was measured.", rows)])
    assert text.startswith("## Speed\n\nHow it was measured.\n\n| what |")
    assert "| ours | 8 pages/s | 0.5 × theirs | >= 1: NO |" in text
    assert json.loads(as_json([Section("Speed", "", rows)], {"cores": 2}))["about"] == {"cores": 2}


def test_only_what_is_between_the_markers_changes() -> None:
    text = "a\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nz"
    assert replace_between(text, "bench", "new") == (
        "a\n<!-- bench:begin -->\n\nnew\n<!-- bench:end -->\nz"
    )
    with pytest.raises(ValueError, match="no markers"):
        replace_between(text, "other", "new")


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_that_of_the_growth(power: float) -> None:
    points = [(n, 0.01 * n**power) for n in (10, 100, 1000)]
    assert math.isclose(exponent(points), power)


def test_the_chart_is_a_picture() -> None:
    curves = [Curve("a < b", ((10, 0.1), (1000, 12.0))), Curve("flat", ((10, 0.0), (100, 0.0)))]
    root = ET.fromstring(draw("Seconds & amount", curves))
    texts = [node.text for node in root if node.tag.endswith("text")]
    assert {"Seconds & amount", "a < b", "flat"} <= set(texts)


def test_a_race_times_all_on_all_pages() -> None:
    seen: dict[str, list[int]] = {"a": [], "b": []}
    seconds = race({name: seen[name].append for name in seen}, range(5), rounds=2, turn=2)
    assert set(seconds) == {"a", "b"}
    # Once to warm up on the first turn, then two rounds.
    assert sorted(seen["a"]) == sorted([0, 1, *(list(range(5)) * 2)])


def test_records_differ_in_every_round() -> None:
    lines = [json.loads(line) for line in records(5, samples(2))]
    assert len({line["page_id"] for line in lines}) == 5
    assert len({line["text"] for line in lines}) == 5


def test_generated_pages_are_the_same_each_time() -> None:
    assert list(generated(3)) == list(generated(3))


@pytest.mark.parametrize("module", [pages, stages, sink])
def test_the_small_ones_run_on_the_seeds(
    module: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert SEEDS.is_dir()
    monkeypatch.setattr("benchmarks.inputs.CORPUS", tmp_path / "nowhere")
    samples.cache_clear()
    section = module.measure(Scale(quick=True))  # type: ignore[attr-defined]
    samples.cache_clear()
    assert section.rows
    assert all(row.value > 0 for row in section.rows if "assembly" not in row.name)
    assert "the project's seeds" in section.note


@pytest.mark.shared
def test_dates_stand_beside_a_date_search() -> None:
    section = dates.measure(Scale(quick=True))
    ratios = {row.name: row.ratio for row in section.rows if row.ratio_of}
    assert ratios["dateparser.search_dates"] == 1
    assert len(ratios) == 3
    shares = [row.value for row in section.rows if row.name.startswith("dateparser.search_dates: ")]
    assert math.isclose(sum(shares), 1)


def test_dates_without_a_corpus_are_no_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("benchmarks.inputs.CORPUS", tmp_path / "nowhere")
    section = dates.measure(Scale(quick=True))
    assert section.rows == ()
    assert section.note.startswith("not measured")


def test_a_tool_that_is_not_there_is_missed_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pages.not_installed() == [], (
        "requirements/develop.lock lacks a row of the README's table"
    )
    monkeypatch.setattr("benchmarks.pages.find_spec", lambda name: None)
    monkeypatch.setattr("benchmarks.pages.contenders", lambda: {"x": lambda page: sum(range(9999))})
    section = pages.measure(Scale(quick=True))
    assert "Not installed, and so not measured: trafilatura, resiliparse, newspaper, htmldate." in section.note  # fmt: skip


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Benchmarks that take no time, and a README of their own."""
    for name in _MODULES:
        section = Section(name.title(), "", (Row(f"row of {name}", 1.5, "s"),))
        monkeypatch.setattr(f"benchmarks.{name}.measure", lambda scale, section=section: section)
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    monkeypatch.setattr("benchmarks.__main__._README", readme)
    return readme


def test_one_run_of_all_writes_the_readmes_table(measured: Path, tmp_path: Path) -> None:
    assert main(["--readme", f"--output={tmp_path}"]) == 0
    text = measured.read_text()
    assert text.startswith("before\n<!-- bench:begin -->\n\nMeasured with `make bench` on ")
    assert [line for line in text.splitlines() if "row of" in line] == [
        "| row of pages | 1.5 s |  |  |",
        "| row of stages | 1.5 s |  |  |",
    ]
    assert text.endswith("<!-- bench:end -->\nafter\n")
    written = (tmp_path / "bench.md").read_text()
    assert all(f"row of {name}" in written for name in _MODULES)


def test_what_was_measured_outlives_a_part_that_fails(
    measured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(scale: Scale) -> Section:
        raise OSError("no room")

    monkeypatch.setattr("benchmarks.through.measure", fail)
    with pytest.raises(OSError, match="no room"):
        main(["--readme", f"--output={tmp_path}"])
    assert "row of stages" in measured.read_text()
    assert "row of dates" in (tmp_path / "bench.md").read_text()


@pytest.mark.parametrize(
    "arguments", [["--readme", "--quick"], ["--readme", "pages"], ["--readme", "sink", "stages"]]
)
def test_the_readme_takes_no_half_or_quick_table(arguments: list[str], measured: Path) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert "old" in measured.read_text()


def test_make_bench_writes_the_readme() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    assert "python -m benchmarks --readme\n" in makefile


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "no benchmark 'speed'" in capsys.readouterr().err
