"""Whose the dates between two stories are, by the boxes of a page and by its form."""

from datetime import date

import pytest

from schemas.kinds import BlockKind
from schemas.records import Coordinates, Page, RawPage, Segmentation, StorySpan
from transforms.dates.sightings import find_sightings
from transforms.dates.territory import eligible, territories
from transforms.pages import read_page

PROSE = "The council agreed to widen the old bridge, and to close it to lorries while work lasts."
HEADS = ("Council widens the bridge", "Ferries stay in port", "Library is pumped out")
DAYS = ("20 March 2025", "17 March 2025", "14 March 2025")


def days_of_stories(page: Page) -> list[list[date]]:
    """For each story, cut at its headline and its paragraph, the days that may be its own."""
    lines = [block.text for block in page.blocks]
    kinds = tuple(BlockKind.BODY for _ in lines)
    heads = [i for i, line in enumerate(lines) if line in HEADS]
    spans = tuple(
        StorySpan((head, next(i for i in range(head, len(lines)) if lines[i] == PROSE)))
        for head in heads
    )
    sightings = find_sightings(page, kinds)
    places = territories(page, Segmentation(kinds, spans), sightings)
    near = [eligible(page, sightings, place) for place in places]
    return [[s.day for s in dates if s.day is not None] for dates in near]


def read(**source: str) -> Page:
    page = read_page(RawPage(Coordinates("test"), **source))
    assert isinstance(page, Page)
    return page


ABOVE = [[date(2025, 3, 20)], [date(2025, 3, 17)], [date(2025, 3, 14)]]


@pytest.mark.parametrize("box", ["article", "section", "div"])
@pytest.mark.parametrize(
    "form",
    ["{day}<h2>{head}</h2><p>{prose}</p>", "<h2>{head}</h2><p>{prose}</p>{day}"],
    ids=["above", "below"],
)
def test_a_day_is_of_the_story_in_its_box(box: str, form: str) -> None:
    stories = "".join(
        f"<{box}>{form.format(day=f'<p>{day}</p>', head=head, prose=PROSE)}</{box}>"
        for day, head in zip(DAYS, HEADS, strict=True)
    )
    assert days_of_stories(read(html=f"<body><main>{stories}</main></body>")) == ABOVE


@pytest.mark.parametrize(
    "form", ["{day}\n{head}\n{prose}", "{day}\nNews\n{head}\n{prose}", "{head}\n{prose}\n{day}"]
)
def test_a_page_of_text_shows_on_which_side_its_days_stand(form: str) -> None:
    stories = [
        form.format(day=day, head=head, prose=PROSE) for day, head in zip(DAYS, HEADS, strict=True)
    ]
    assert days_of_stories(read(text="\n".join(stories))) == ABOVE


def test_a_day_that_may_be_of_either_is_weighed_for_both() -> None:
    lines = (HEADS[0], PROSE, DAYS[0], HEADS[1], PROSE)
    assert days_of_stories(read(text="\n".join(lines)))[1] == [date(2025, 3, 20)]
    lines = (DAYS[0], *lines[:2], DAYS[1], *lines[3:], DAYS[2])
    first, second = days_of_stories(read(text="\n".join(lines)))
    assert first == [date(2025, 3, 20), date(2025, 3, 17)]
    assert second == [date(2025, 3, 17), date(2025, 3, 14)]


def test_days_below_the_headlines_leave_others_to_be_weighed() -> None:
    stories = [f"{head}\n{day}\n{PROSE}\n1 May 2024" for day, head in zip(DAYS, HEADS, strict=True)]
    assert days_of_stories(read(text="\n".join(stories)))[1] == [
        date(2024, 5, 1), date(2025, 3, 17), date(2024, 5, 1),
    ]  # fmt: skip
