"""Text that a converter wrote as Markdown is read as what a reader would see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Coordinates, Page, RawPage
from transforms.markdown import is_markdown
from transforms.normalize import clean
from transforms.outcomes import split_stories
from transforms.pages import read_page

SURE = "\n\n# A heading\n\n[a](https://a.example) [b](/b) [c](#c)"


def seen(line: str) -> str:
    """The first line of a page that is Markdown for sure."""
    text, _, _ = clean(line + SURE, maybe_markdown=True)
    return text.split("\n")[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("# Northport bridge reopens", "Northport bridge reopens"),
        ("### Northport bridge reopens ###", "Northport bridge reopens"),
        ("#northport is no heading", "#northport is no heading"),
        ("[Read more](https://news.example/a_b_c)", "Read more"),
        ("[Read more](/bridge 'A title')", "Read more"),
        ('the [council](https://news.example/c_(city) "City") voted', "the council voted"),
        ("the [council [sic]](https://news.example/) voted", "the council [sic] voted"),
        ("the [council][12] voted", "the council voted"),
        ("[12]: https://news.example/council", ""),
        ("[12]: he said so", "[12]: he said so"),
        ("![The bridge](https://cdn.example/b.jpg)", ""),
        ("[![The bridge](https://cdn.example/b.jpg)](https://news.example/b)", ""),
        ("**12 votes** to *3*", "12 votes to 3"),
        ("__12 votes__ to _3_", "12 votes to 3"),
        ("***12 votes*** to 3", "12 votes to 3"),
        ("**By [Anna Keller](/anna)**", "By Anna Keller"),
        ("市長は**五月**に述べた", "市長は五月に述べた"),
        ("* a point", "* a point"),
        ("- a point", "- a point"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("> “We should have looked sooner.”", "“We should have looked sooner.”"),
        ("| --- | :---: |", ""),
        ("| goals | saves |", "| goals | saves |"),
        ("a `name` in code", "a name in code"),
        (r"1\. Northport \[updated\] \*", "1. Northport [updated] *"),
        ("told the council\\", "told the council"),
        ("[brackets] (and more)", "[brackets] (and more)"),
    ],
)
def test_marks_go_and_what_they_mark_stays(written: str, expected: str) -> None:
    assert seen(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Bridge\n======", ["Bridge", ""]),
        ("Bridge\n------\nMore", ["Bridge", "", "More"]),
        ("Bridge\n\n---\n\nFire", ["Bridge", "", "---", "", "Fire"]),
        ("[Politics\\\n\\\n**Fire**](https://news.example/b)", ["Politics", "", "Fire"]),
        ("```python\nx = 1\n```", ["", "x = 1", ""]),
    ],
)
def test_marks_over_several_lines(written: str, expected: list[str]) -> None:
    text, _, _ = clean(written + SURE, maybe_markdown=True)
    assert text.split("\n")[: len(expected)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](https://a.example)\n[b](/b)\n[c](#c)", True),
        ("# Bridge\n\n**Two years late**\n\nBy [Anna](/anna)", True),
        ("# Bridge\n\n## Ferries\n\n**Two years late**", True),
        ("# Bridge\n\n## Ferries\n\nTwo years late", False),
        ("# 1 in the charts\n\n# 2 in the charts\n\n# 3", False),
        ("He said [it] (laughing) and [that](sic).", False),
        ("**Breaking** **news** **now**", False),
        ("A page without a mark.", False),
        ("", False),
    ],
)
def test_what_is_taken_for_markdown(text: str, expected: bool) -> None:
    assert is_markdown(text) is expected


def test_only_text_is_asked() -> None:
    html = f"<p>How to write a link: <code>{SURE}</code></p>"
    page = read_page(RawPage(at=Coordinates("test"), html=html))
    assert isinstance(page, Page)
    assert "[b](/b)" in page.text


PAGE = """[Skip to content](https://news.example/story#main)

* [Home](https://news.example/)
* [Politics](https://news.example/politics)
* [Weather](https://news.example/weather)

# Northport bridge to reopen in May after two-year repair

**The council backed the plan by 12 votes to 3 on Sunday night**

By [Anna Keller](https://news.example/authors/anna-keller)

April 6, 2025 at 9:15 am

![The bridge, closed since 2023](https://cdn.example/bridge.jpg)

NORTHPORT — The bridge over the river will open again in May, two years later than planned and at twice the price, the mayor said on Sunday.

Workers had found cracks in 14 of the 20 pillars, and **nobody knew how old they were**. "We should have looked sooner," he told the [city council](https://news.example/council), which voted 12 to 3 for the repair.

Ferries will run every quarter of an hour until the bridge opens, the head of the port said. Shops on the other bank have lost a third of their guests since it closed.

### Related

* [Mayor to stand again in autumn](https://news.example/mayor)
* [Three held after harbour fire](https://news.example/fire)
"""


def test_a_page_of_markdown_gives_its_story_and_a_span_in_the_page_as_received() -> None:
    found = split_stories(RawPage(at=Coordinates("test"), text=PAGE))
    assert not hasattr(found, "reason")
    (story,) = [story for story in found.stories if not story.is_teaser]
    assert story.headline == "Northport bridge to reopen in May after two-year repair"
    assert story.authors == ("Anna Keller",)
    assert story.published_at is not None
    assert story.published_at.date().isoformat() == "2025-04-06"
    assert story.body.startswith("NORTHPORT — The bridge")
    assert "he told the city council, which voted" in story.body
    assert story.body.endswith("since it closed.")
    marked = PAGE[story.span_start : story.span_end]
    assert marked.startswith(("Northport bridge", "# Northport"))
    assert marked.endswith("since it closed.")


WORDS = st.sampled_from("bridge river council voted Anna May 2025 Köln город 12".split())
MARKED = st.tuples(WORDS, st.sampled_from(["{}", "**{}**", "*{}*", "[{}](https://a.example/b)"]))


@given(st.lists(MARKED, min_size=1, max_size=12))
def test_each_character_knows_where_it_came_from(words: list[tuple[str, str]]) -> None:
    line = " ".join(mark.format(word) for word, mark in words)
    received = line + SURE
    text, offsets, _ = clean(received, maybe_markdown=True)
    assert text.split("\n")[0] == " ".join(word for word, _ in words)
    for at, character in enumerate(text):
        assert received[offsets.received(at)] == character


@pytest.mark.parametrize(
    "unit",
    ["[", "[a[", "[]", "[a](", " **a", "**", "_a_", "* ", " ", "|---", "\\", "`", "> ", "# "],
)
def test_long_lines_take_no_time(unit: str) -> None:
    received = SURE + "\n" + unit * 200_000
    text, _, _ = clean(received, maybe_markdown=True)
    assert len(text) <= len(received)
