"""The one form that a page gives the heads of its stories: how it is read and measured."""

import numpy as np
import pytest

from schemas.records import Coordinates, Page, RawPage
from tests.marking import hints_of
from transforms.features import WordList, measure
from transforms.markup import read
from transforms.markup.features import NAMES
from transforms.pages import read_page

PROSE = "The old bridge over the harbour will close on Monday for six weeks, the city said."
STORY = "<h2 class=title><a href=/{0}>Story {0}</a></h2>" + f"<p>{PROSE}</p><p>{PROSE}</p>"


@pytest.mark.parametrize(
    ("html", "same"),
    [
        ("<h2>One</h2><h2>Two</h2>", True),
        ("<h2>One</h2><h3>Two</h3>", False),
        ("<h2 class=a>One</h2><h2 class=b>Two</h2>", False),
        ("<h2 class=head-17>One</h2><h2 class=head-18>Two</h2>", True),
        ("<h2><a href=x>One</a></h2><h2><b class=c>Two</b></h2>", True),
        ("<div class=post><h2>One</h2></div><div class=post><h2>Two</h2></div>", True),
        ("<div class=post><h2>One</h2></div><div class=box><h2>Two</h2></div>", False),
        ("<div id=a><h2>One</h2></div><div id=b><h2>Two</h2></div>", True),
        ("<ul><li>One<li class=last>Two</ul>", False),
    ],
)
def test_what_a_style_sheet_could_not_tell_apart_has_one_form(html: str, *, same: bool) -> None:
    first, second = hints_of(read(html))
    assert (first.form == second.form) is same
    assert first.form > 0


@pytest.mark.parametrize(
    ("html", "ruled"),
    [
        ("<p>One<hr><p>Two<p>Three", [False, True, False]),
        ("<hr><p>One<p>Two", [False, False]),
        ("<p>One<div><hr></div><hr><div><p>Two</div>", [False, True]),
        ("<p>One<hr>Two<br>Three", [False, True, False]),
    ],
)
def test_a_rule_is_known_to_the_line_after_it(html: str, ruled: list[bool]) -> None:
    assert [hints.ruled for hints in hints_of(read(html))] == ruled


def columns(html: str) -> dict[str, list[float]]:
    page = read_page(RawPage(Coordinates("a"), html=html))
    assert isinstance(page, Page)
    rows = measure(page.blocks, WordList([])).numbers[:, -len(NAMES) :]
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    return {name: [round(float(x), 3) for x in rows[:, i]] for i, name in enumerate(NAMES)}


def test_heads_of_stories_recur_with_prose_between_them() -> None:
    title = "<title>Story 1</title><meta property=og:title content='Story 1'>"
    found = columns(title + "".join(STORY.format(n) for n in (1, 2, 3)) + "<h3>More</h3><p>Bye")
    heads, more = [0, 3, 6], 9
    two = round(float(np.log1p(2 * len(PROSE)) / 10), 3)
    for name, value in {
        "level": 1, "form_others": round(float(np.log1p(2) / 3), 3), "form_prose": two,
        "form_least": two, "form_own": two, "form_linked": 1, "form_titled": 1, "form_dated": 0,
    }.items():  # fmt: skip
        assert [found[name][i] for i in heads] == [value] * 3, name
    assert (found["level"][more], found["level"][more + 1]) == (0.5, 0)
    for name in ("form_others", "form_prose", "form_least", "form_own", "form_linked"):
        assert found[name][more] == 0, name


def test_heads_without_prose_are_told_from_heads_with_it() -> None:
    teasers = "".join(f"<h2 class=teaser><a href=/{n}>Teaser {n}</a></h2>" for n in range(4))
    found = columns(STORY.format(1) + STORY.format(2) + teasers)
    assert min(found["form_least"][i] for i in (0, 3)) > 0.4
    assert found["form_least"][6:] == [0, 0, 0, 0]


def test_dates_soon_after_belong_to_the_form() -> None:
    date = "<p class=meta><time datetime=2025-04-06>Sunday</time></p>"
    found = columns((f"<h2>Story</h2>{date}<p>{PROSE}</p>" + f"<p>{PROSE}</p>" * 9) * 2)
    assert (found["form_dated"][0], found["form_dated"][12]) == (1, 1)
    assert 0 < found["form_dated"][2] < 1
