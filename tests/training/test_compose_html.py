"""Composed pages of HTML: every border between stories is one that the markup shows."""

from random import Random

import pytest

from tests.marking import hints_of
from training.compose_html import STYLES, Fragment, page, template
from training.corpus import Row
from transforms.markup import read


def fragment(number: int) -> Fragment:
    body = f"The council met on day {number}.\nIt spoke for {number} hours."
    markup = f"<h1>Story {number}</h1>" + "".join(f"<p>{p}</p>" for p in body.split("\n"))
    return Fragment(Row({}, {"stories": [{"title": f"Story {number}", "body": body}]}), markup)


@pytest.mark.parametrize("style", STYLES)
def test_all_stories_stand_on_the_page_in_order(style: str) -> None:
    text = read(page([fragment(n) for n in range(1, 4)], style, Random(1))).text
    places = [text.index(f"Story {n}") for n in range(1, 4)]
    assert places == sorted(places)
    assert all(f"It spoke for {n} hours." in text for n in range(1, 4))


def test_a_page_without_boxes_shows_where_its_stories_begin() -> None:
    for seed in range(40):
        three = [fragment(10 * seed + n) for n in range(1, 4)]
        markup = read(page(three, "bare", Random(1)))
        hints = hints_of(markup)
        lines = [line for line in markup.text.split("\n") if line]
        heads = [i for i, line in enumerate(lines) if line.startswith("Story")]
        for i in heads[1:]:
            here = hints[i]
            assert here.link_density == 1 or here.ruled or hints[i + 1].times
        assert len({hints[i].form for i in heads}) == 1


def test_boxes_may_show_a_day_or_a_section_above_the_headline() -> None:
    above = 0
    for seed in range(40):
        three = [fragment(10 * seed + n) for n in range(1, 4)]
        markup = read(page(three, "headed", Random(1)))
        hints = hints_of(markup)
        lines = [line for line in markup.text.split("\n") if line]
        heads = [i for i, line in enumerate(lines) if line.startswith("Story")]
        boxes = [set(hints[i].parents) for i in heads]
        assert not boxes[0] == boxes[1] == boxes[2]
        above += all(hints[i - 1].times for i in heads)
    assert 0 < above < 40


@pytest.mark.parametrize("style", ["bare", "headed"])
def test_templates_have_at_least_one_sign(style: str) -> None:
    found = [template(style, Random(seed)) for seed in range(200)]
    assert all(each.linked or each.dated or each.ruled or each.box for each in found)
    assert len(set(found)) > 10
