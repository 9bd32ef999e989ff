"""What `make eval` prints and writes of the segmenter."""

from dataclasses import replace

import pytest

from schemas.kinds import BlockKind
from schemas.records import Coordinates, Page, RawPage, Segmentation, StorySpan
from training.corpus import Row
from training.evaluate import MEASURES, print_table
from training.worst import true_starts, worst_page
from transforms.pages import read_page

_FIRST = (
    "The board of the harbour town of Harrow Bay voted on Tuesday evening to let a night ferry "
    "run to the islands from the first week of June.\n\nThe boat leaves at ten and takes forty cars."
)
_SECOND = (
    "Osterlin's opera house opens its doors again after three winters of scaffolding, with a piece "
    "that was written for its old stage.\n\nTickets for the first night were gone in an hour."
)
_TEXT = (
    f"Menu\n\nNight ferry approved\n\n{_FIRST}\n\nShare\n\nOpera house opens again\n\n{_SECOND}\n"
)
_H, _B, _X = BlockKind.HEADLINE, BlockKind.BODY, BlockKind.BOILERPLATE


@pytest.fixture(scope="module")
def row() -> Row:
    lines = _TEXT.split("\n")
    second = lines.index("Opera house opens again")
    stories = [
        {"title": "Night ferry approved", "body": _FIRST, "start_line": 2, "end_line": second - 2},
        {"title": "Opera house opens again", "body": _SECOND, "start_line": second, "end_line": len(lines)},
    ]  # fmt: skip
    page = {"page_id": "m", "domain": "example.com", "text": _TEXT}
    return Row(page, {"stories": stories, "teasers": [], "language": "en", "style": "bare"})


@pytest.fixture(scope="module")
def page() -> Page:
    found = read_page(RawPage(at=Coordinates("m"), text=_TEXT, page_id="m"))
    assert isinstance(found, Page)
    return found


def _cut(page: Page) -> Segmentation:
    """One story where there are two."""
    kinds = (_X, _H, _B, _B, _X, _B, _B, _B)
    assert len(kinds) == len(page.blocks)
    return Segmentation(kinds, (StorySpan((1, 2, 3, 5, 6, 7)),))


def test_true_starts_are_found_on_the_page(row: Row, page: Page) -> None:
    assert true_starts(row, page) == {
        1: "the truth: story 1 of 2 begins here: “Night ferry approved”",
        5: "the truth: story 2 of 2 begins here: “Opera house opens again”",
    }


def test_a_bad_page_is_shown_as_inspect_shows_it(row: Row, page: Page) -> None:
    text = worst_page(row, "mixed", page, _cut(page))
    lines = text.splitlines()
    assert lines[0] == "m (mixed, en)"
    # The view of `copydesk inspect`: a masthead, a rail, a card a story.
    assert any("story 1 of 1  begins here" in line for line in lines)
    assert "   headline ┃ Night ferry approved" in lines
    assert any(line.startswith("╭─ story 1 of 1") for line in lines)
    # The second start is marked right above the block that was taken for more of the first.
    at = next(i for i, line in enumerate(lines) if "story 2 of 2 begins here" in line)
    assert "Opera house opens again" in lines[at + 1]
    assert "\x1b" not in text


def test_a_start_that_is_not_found_is_said_so(row: Row, page: Page) -> None:
    stories = [
        row.truth["stories"][0],
        {**row.truth["stories"][1], "body": "Words of another page."},
    ]
    other = replace(row, truth={**row.truth, "stories": stories})
    text = worst_page(other, "mixed", page, _cut(page))
    assert "of 2 starts 1 could not be placed" in text
    assert "the truth: a story begins here" in text


def test_tables_say_how_much_leaks_and_name_their_groups(capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert "leak_rate" in MEASURES
    group = {"pages": 4, "leak_rate": {"value": 0.0, "n": 9}, "body_f1": {"value": 0.9, "n": 4}}
    styles = ("bare", "full", "scroll", "teasers")
    print_table("by style", {f"html mixed {style}": group for style in styles})
    out = capsys.readouterr().out
    assert "by style" in out
    assert all(f" html mixed {style}" in out for style in styles)
    (leaks,) = (line for line in out.splitlines() if line.startswith("leak_rate"))
    assert leaks.split() == ["leak_rate", *["0.000"] * 4]
