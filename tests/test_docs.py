"""The documents say what is there: every command, option, column and view, and no other."""

import argparse
import re
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.query import VIEWS
from schemas.arrow import DATASETS
from scripts.readme import printed
from transforms.dates import reading

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [path for path in ROOT.glob("*.md") if path.is_file()] + [ROOT / "seeds" / "README.md"]


def options() -> dict[str, set[str]]:
    """The long options of each command."""
    found = {}
    for name in cli.COMMANDS:
        parser = cli.command_parser(name, cli.load(name))
        found[name] = {
            option
            for action in parser._actions
            if not isinstance(action, argparse._HelpAction)
            for option in action.option_strings
            if option.startswith("--")
        }
    return found


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_readme_names_the_command_and_its_options(name: str) -> None:
    assert f"copydesk {name} " in README or f"copydesk {name}\n" in README
    missing = [option for option in options()[name] if f"`{option}" not in README]
    assert missing == []


def test_readme_names_no_option_that_is_not_there() -> None:
    beam = {"--runner", "--streaming", "--name"}
    known = set().union(*options().values()) | {"--help"} | beam
    named = {found.rstrip("-") for found in re.findall(r"`(--[a-z-]+)", README)}
    assert named - known == set()


@pytest.mark.parametrize("dataset", DATASETS)
def test_readme_has_the_columns_of_the_schema(dataset: str) -> None:
    from pipeline.cli.schema import markdown

    assert markdown(dataset) in README, "run `python -m scripts.readme`"


def test_readme_shows_what_the_demo_and_inspect_print() -> None:
    # The last digit of a chance may differ from processor to processor.
    said, says = (re.sub(r"\d+%", "%", text) for text in (README, printed(README)))
    assert said == says, "run `python -m scripts.readme`"


def test_documents_know_from_when_on_a_date_is_given() -> None:
    (wary,) = re.findall(r"WHERE published_confidence < ([\d.]+)", README)
    assert float(wary) > reading._GUESS, "no row is less sure, so the query would find none"
    said = f"{reading._GUESS:g}"
    (row,) = re.findall(r"^\| `--min-date-confidence P` .*$", README, re.MULTILINE)
    assert said in row
    for name in ("ingest", "replay"):
        parser = cli.command_parser(name, cli.load(name))
        (option,) = (a for a in parser._actions if "--min-date-confidence" in a.option_strings)
        assert said in str(option.help)


def test_readme_names_the_views() -> None:
    for view in VIEWS:
        assert f"`{view}`" in README


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_make_targets_that_the_documents_name_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for path in DOCUMENTS:
        named = set(re.findall(r"\bmake ([a-z]+)`", path.read_text("utf-8")))
        assert named - targets == set(), path.name


def test_documents_name_the_files_that_are_there() -> None:
    for path in DOCUMENTS:
        for name in re.findall(r"`((?:schemas|transforms|pipeline|training|tests|seeds|scripts|benchmarks)/[\w./-]+)`", path.read_text("utf-8")):  # fmt: skip
            assert (ROOT / name).exists(), f"{path.name} names {name}"
