"""Which starts are taken, and how candidates see each other."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from schemas.records import Block
from transforms.features import WordList, measure
from transforms.segmentation.context import gaps, with_context
from transforms.segmentation.decode import decode
from transforms.segmentation.network import (
    BODY_START,
    HEAD_START,
    KINDS,
    MORE,
    NOTHING,
    STATES,
    TEASER_STATE,
    Scores,
)
from transforms.segmentation.starts import are_several, best_path, choose_starts
from transforms.segmentation.titles import Story, stories, title_candidates
from transforms.segmentation.view import View, view

HEAD, TEXT = "Bridge opens", "The mayor said on Sunday that the bridge would open in May, at last."


def given(*states: int, bodies: Sequence[str] = ()) -> tuple[View, Scores]:
    """A page on which the network is sure of ``states``; its bodies are ``bodies`` or the same."""
    wanted = np.zeros((len(states), len(STATES)), np.float32)
    wanted[np.arange(len(states)), states] = 4.0
    square = np.zeros((len(STATES), len(STATES)), np.float32)
    scores = Scores(np.zeros((len(states), len(KINDS)), np.float32), wanted, square)
    told = iter(bodies)
    blocks = [Block(0, 1, next(told, TEXT) if s in {BODY_START, MORE} else HEAD) for s in states]
    return view(blocks, measure(blocks, WordList([])), scores, decode(scores)), scores


PAGE = (NOTHING, HEAD_START, MORE, MORE, NOTHING, NOTHING, HEAD_START, MORE, NOTHING)


@pytest.mark.parametrize(
    ("at", "odds", "want"),
    [
        pytest.param([1, 6], [0.9, 0.8], [1, 6], id="both are likely"),
        pytest.param([1, 6], [0.9, 0.2], [1], id="one is not"),
        pytest.param([1, 3, 6], [0.9, 0.4, 0.8], [1, 3, 6], id="less is enough among others"),
        pytest.param([4, 5, 6], [0.2, 0.4, 0.3], [5], id="odds of one gap add up"),
        pytest.param([1, 6], [0.2, 0.3], [6], id="the first story needs less"),
        pytest.param([1, 6], [0.02, 0.03], [], id="but not nothing"),
        pytest.param([], [], [], id="no candidate"),
    ],
)
def test_starts_taken(at: list[int], odds: list[float], want: list[int]) -> None:
    page, _ = given(*PAGE)
    starts = choose_starts(page, np.array(at, np.int64), np.array(odds))
    assert list(starts) == want
    assert all(0 <= start.confidence <= 1 for start in starts.values())


@pytest.mark.parametrize(
    ("at", "odds", "want"),
    [
        ([1, 6], [0.9, 0.6], True),
        ([1, 6], [0.9, 0.2], False),
        ([1, 4, 5], [0.9, 0.3, 0.3], True),  # odds of one gap add up
        ([4, 5, 6], [0.2, 0.4, 0.3], False),
        ([], [], False),
    ],
)
def test_pages_of_several_stories(at: list[int], odds: list[float], want: bool) -> None:
    page, _ = given(*PAGE)
    assert are_several(page, np.array(at, np.int64), np.array(odds)) is want


def test_the_runner_up_is_the_next_of_the_same_gap() -> None:
    page, _ = given(*PAGE)
    starts = choose_starts(page, np.array([1, 4, 5, 6]), np.array([0.9, 0.1, 0.5, 0.3]))
    assert {start: chosen.runner_up for start, chosen in starts.items()} == {1: None, 5: 6}


@pytest.mark.parametrize("wanted", [[], [1], [6], [1, 6], [4]])
def test_the_search_keeps_to_the_starts(wanted: list[int]) -> None:
    page, scores = given(*PAGE)
    starts = choose_starts(page, np.array(wanted, np.int64), np.ones(len(wanted)))
    states, left = best_path(page, scores, starts)
    assert [i for i, s in enumerate(states) if s in {HEAD_START, BODY_START}] == wanted
    assert list(left) == wanted


LIVE = (HEAD_START, MORE, HEAD_START, MORE, HEAD_START, MORE)


@pytest.mark.parametrize(
    ("bodies", "want"),
    [
        pytest.param(("Trains stopped", TEXT, TEXT), [2, 4], id="a heading is no body"),
        pytest.param((TEXT, "Read on", TEXT), [0, 4], id="nor is a link between stories"),
        pytest.param(("It is over.", TEXT, TEXT), [0, 2, 4], id="a sentence is, however short"),
        pytest.param(("“It is over.”", TEXT, TEXT), [0, 2, 4], id="a quoted one, too"),
        pytest.param(("橋は五月に開通する。", TEXT, TEXT), [0, 2, 4], id="in any script"),
        pytest.param(("ruined " * 20, TEXT, TEXT), [0, 2, 4], id="and so is much text"),
    ],
)
def test_among_stories_one_without_a_sentence_is_none(
    bodies: Sequence[str], want: list[int]
) -> None:
    page, scores = given(*LIVE, bodies=bodies)
    starts = choose_starts(page, np.array([0, 2, 4]), np.ones(3))
    states, left = best_path(page, scores, starts)
    assert list(left) == want
    assert [i for i, s in enumerate(states) if s in {HEAD_START, BODY_START}] == want


def test_stories_are_looked_through_once_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def counted(states: Sequence[int]) -> Iterator[Story]:
        looks.append(states)
        return stories(states)

    monkeypatch.setattr("transforms.segmentation.starts.stories", counted)
    page, scores = given(*LIVE * 5)
    best_path(page, scores, choose_starts(page, np.arange(0, 30, 2), np.ones(15)))
    assert len(looks) == 1


def test_a_page_of_one_or_two_stories_keeps_short_ones() -> None:
    page, scores = given(*LIVE[:4], bodies=("Trains stopped", TEXT))
    starts = choose_starts(page, np.array([0, 2]), np.ones(2))
    assert list(best_path(page, scores, starts)[1]) == [0, 2]


def test_context_tells_candidates_of_each_other() -> None:
    page, _ = given(*PAGE)
    at, evidence = np.array([1, 4, 6]), np.zeros((3, 2), np.float32)
    first, gap = gaps(page, at)
    assert first.tolist() == [0, 1]
    assert gap.tolist() == [0, 1, 1]
    alone = with_context(page, at, evidence, np.array([0.1, 0.0, 0.0]))
    beside = with_context(page, at, evidence, np.array([0.1, 0.0, 0.9]))
    assert alone.shape == beside.shape
    assert np.isfinite(beside).all()
    assert not np.array_equal(alone[0], beside[0]), "the same candidate beside a sure one"


def test_stories_and_where_their_headlines_may_stand() -> None:
    page, _ = given(*PAGE)
    found = list(stories(PAGE))
    assert found == [Story(1, 2, 3, 0), Story(6, 7, 7, 4)]
    assert title_candidates(page, found[0]).tolist() == [0, 1, 2], "not the last of its body"
    assert title_candidates(page, found[1]).tolist() == [4, 5, 6], "nor in the story above"


BRIEF = f"{TEXT} It had been closed for two years, after cracks were found in 14 of its pillars."
BRIEFS = (TEASER_STATE, TEASER_STATE) * 3


@pytest.mark.parametrize(
    ("text", "odds", "want"),
    [
        pytest.param(BRIEF, [0.6, 0.8, 0.7], [0, 2, 4], id="more than one start is likely"),
        pytest.param(BRIEF, [0.6, 0.9, 0.2], [0, 2], id="but not each"),
        pytest.param(BRIEF, [0.2, 0.8, 0.2], [2], id="one is"),
        pytest.param("Our best wines", [0.6, 0.8, 0.7], [2], id="nothing is said between"),
    ],
)
def test_briefs_that_the_network_took_for_teasers(
    text: str, odds: list[float], want: list[int]
) -> None:
    scores = given(*BRIEFS)[1]
    blocks = [Block(0, 1, text if i % 2 else HEAD) for i in range(len(BRIEFS))]
    page = view(blocks, measure(blocks, WordList([])), scores, decode(scores))
    starts = choose_starts(page, np.array([0, 2, 4], np.int64), np.array(odds))
    assert list(starts) == want


RIGHTS = (
    "You may opt out of the sale of your personal information at any time in our settings.",
    "We use cookies to store your preferences on your device; you may reject them here.",
)


@pytest.mark.parametrize(
    ("bodies", "want"),
    [
        pytest.param((TEXT, TEXT, *RIGHTS), [0, 3], id="a site's words on your data"),
        pytest.param((TEXT, TEXT, RIGHTS[0], BRIEF), [0, 3, 5], id="a story that quotes them"),
    ],
)
def test_words_on_data_are_no_second_story(bodies: tuple[str, ...], want: list[int]) -> None:
    page, scores = given(
        HEAD_START, MORE, NOTHING, HEAD_START, MORE, HEAD_START, MORE, MORE, bodies=bodies
    )
    starts = choose_starts(page, np.array([0, 3, 5]), np.array([0.9, 0.9, 0.9]))
    states, left = best_path(page, scores, starts)
    assert [i for i, s in enumerate(states) if s in {HEAD_START, BODY_START}] == want
    assert list(left) == want


def test_a_page_of_one_story_keeps_it_whatever_it_speaks_of() -> None:
    page, scores = given(HEAD_START, MORE, MORE, bodies=RIGHTS)
    _, left = best_path(page, scores, choose_starts(page, np.array([0]), np.array([0.9])))
    assert list(left) == [0]
