"""Assembly: what the rows of a page hold, whatever the cut."""

from dataclasses import replace

import pytest

from schemas.kinds import BlockKind, Flag, RejectReason, Stage
from schemas.records import Coordinates, Page, PageStories, RawPage, Reject, Segmentation, StorySpan
from transforms import stories
from transforms.headlines import body_of, choose_headline
from transforms.pages import read_page

TEXT = """Home
News

Pelican lands on tower

A pelican on the tower. (Photo: Jane Doe)
By Ann Reader
Pelican lands on tower of the old town

A pelican has landed on the tower of Northport, the mayor said on Sunday.

What it eats

It eats fish, and nobody minds.
Share
Dog finds bone
A dog has found a bone."""
K = BlockKind
KINDS = (
    K.BOILERPLATE, K.BOILERPLATE, K.HEADLINE, K.CAPTION, K.BYLINE, K.HEADLINE, K.BODY,
    K.SUBHEADING, K.BODY, K.BOILERPLATE, K.TEASER, K.TEASER,
)  # fmt: skip
CUT = Segmentation(KINDS, (StorySpan((2, 3, 4, 5, 6, 7, 8)), StorySpan((10, 11), is_teaser=True)))


def page(text: str = TEXT) -> Page:
    got = read_page(RawPage(at=Coordinates("a.txt"), text=text, page_id="p"))
    assert isinstance(got, Page)
    return got


@pytest.fixture
def fixed_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "segment", lambda _page: CUT)


def rows(page: Page) -> PageStories:
    got = stories.page_stories(page)
    assert isinstance(got, PageStories)
    return got


@pytest.mark.usefixtures("fixed_cut")
def test_a_story_is_what_a_newsroom_would_file() -> None:
    story, teaser = rows(page()).stories
    assert story.headline == "Pelican lands on tower of the old town"
    assert story.body == (
        "A pelican has landed on the tower of Northport, the mayor said on Sunday.\n\n"
        "What it eats\n\nIt eats fish, and nobody minds."
    )
    assert [(c.text, c.credit) for c in story.captions] == [("A pelican on the tower.", "Jane Doe")]
    assert (story.story_index, story.story_count, story.is_teaser) == (0, 1, False)
    assert story.word_count == 23
    assert teaser.is_teaser
    assert (teaser.headline, teaser.body) == ("Dog finds bone", "A dog has found a bone.")


@pytest.mark.usefixtures("fixed_cut")
@pytest.mark.parametrize(
    "received",
    [
        pytest.param(TEXT, id="plain"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="line ends"),
        pytest.param(TEXT.replace("Home", "Ho&amp;me &lt; you"), id="entities before it"),
    ],
)
def test_the_span_points_into_the_text_as_received(received: str) -> None:
    story = rows(page(received)).stories[0]
    marked = received[story.span_start : story.span_end]
    assert marked.startswith("Pelican lands on tower")
    assert marked.endswith("nobody minds.")


@pytest.mark.usefixtures("fixed_cut")
def test_a_replay_gives_the_same_ids_and_another_page_others() -> None:
    first, again = rows(page()).stories[0], rows(page()).stories[0]
    other = rows(replace(page(), page_id="q")).stories[0]
    assert first == again
    assert first.story_id != other.story_id
    assert first.content_hash == other.content_hash
    assert len(first.story_id) == 32


def test_a_page_of_menus_is_a_reject() -> None:
    menu = page("Home\nNews\nSport\nContact")
    got = stories.page_stories(menu)
    assert isinstance(got, Reject)
    assert (got.stage, got.reason, got.payload) == (
        Stage.SPLIT,
        RejectReason.NO_STORY,
        b"Home\nNews\nSport\nContact",
    )


def test_a_story_without_headline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = Segmentation(KINDS, (StorySpan((6, 7, 8), start_confidence=0.2, end_confidence=0.9),))
    monkeypatch.setattr(stories, "segment", lambda _page: cut)
    story = rows(page()).stories[0]
    assert story.headline is None
    assert Flag.NO_HEADLINE in story.flags
    assert Flag.UNCERTAIN_START in story.flags
    assert Flag.UNCERTAIN_END not in story.flags


@pytest.mark.parametrize(
    ("heads", "expected"),
    [((2,), 2), ((2, 5), 5), ((), None)],
)
def test_of_two_headlines_the_fuller_one_counts(
    heads: tuple[int, ...], expected: int | None
) -> None:
    kinds = tuple(
        (K.HEADLINE if i in heads else K.BOILERPLATE if k is K.HEADLINE else k)
        for i, k in enumerate(KINDS)
    )
    here, cut = page(), Segmentation(kinds, (StorySpan(tuple(range(2, 9))),))
    got = choose_headline(here, cut, cut.spans[0])
    assert got == (here.blocks[expected].text if expected is not None else None)
    assert "Share" not in body_of(here, cut, cut.spans[0])


def test_a_byline_in_bare_markup_is_read_and_not_of_the_body() -> None:
    vote = (
        "The town council voted on Thursday to buy the disused brickworks on Kiln Lane and turn them "
        "into workshops for small firms, ending nine years of argument about the site."
    )
    cost = (
        "The vote was eleven to four. The purchase will cost a million, most of it from a regional "
        "fund, and the first tenants could move in by next spring, the council said in a statement."
    )
    copy = (vote, cost)
    html = "".join(f"<p>{line}</p>" for line in ("By Jane Roe | June 5, 2025", *copy))
    got = read_page(RawPage(Coordinates("a"), html=f"<h1>Council buys brickworks</h1>{html}"))
    assert isinstance(got, Page)
    outcome = stories.page_stories(got)
    assert isinstance(outcome, PageStories)
    (story,) = outcome.stories
    assert story.authors == ("Jane Roe",)
    assert story.body == "\n\n".join(copy)
