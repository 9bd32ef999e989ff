"""What blocks are that stand on the path of a body."""

from collections.abc import Sequence

import numpy as np
import pytest

from schemas.kinds import BlockKind
from schemas.records import Block, Coordinates, Hints, Page
from transforms.blocks import split_blocks
from transforms.markup.vocabulary import bits_of
from transforms.segmentation.decode import decode
from transforms.segmentation.network import (
    BETWEEN,
    BODY_START,
    HEAD_START,
    HEADLINE,
    KIND_OF,
    MORE,
    NOTHING,
    STATES,
    TEASER_STATE,
    Scores,
)
from transforms.segmentation.roles import (
    _kinds,
    _mark_credits,
    _mark_crews,
    _marked_captions,
    assign,
)
from transforms.segmentation.starts import Start
from transforms.segmentation.titles import stories

LONG = "The mayor said on Sunday that the bridge would open in May, at last. " * 3


def page_of(lines: Sequence[str]) -> Page:
    text = "\n".join(lines)
    return Page(Coordinates("page.txt"), "page", text, text, split_blocks(text))


@pytest.mark.parametrize(
    ("page", "states", "want"),
    [
        pytest.param([(LONG, "p"), ("The bridge in May.", "figcaption")], (BODY_START, MORE), {1}, id="a caption"),
        pytest.param([(LONG, "p"), ("The bridge in May.", "body")], (BODY_START, MORE), set(), id="a short paragraph"),
        pytest.param([(LONG, "caption"), (LONG, "caption")], (BODY_START, MORE), set(), id="the whole body is named so"),
        pytest.param([(LONG, "p"), ("The bridge.", "caption"), (LONG, "p")], (BODY_START, BETWEEN, MORE), {1}, id="an interruption"),
    ],
)  # fmt: skip
def test_captions_that_the_markup_names(
    page: list[tuple[str, str]], states: tuple[int, ...], want: set[int]
) -> None:
    blocks = [Block(0, len(t), t, 0, Hints("p", words=bits_of({word}))) for t, word in page]
    inside = range(len(states))
    assert _marked_captions(blocks, states, inside) == want
    plain = [Block(0, len(t), t) for t, _ in page]
    assert _marked_captions(plain, states, inside) == frozenset()


@pytest.mark.parametrize("state", [MORE, BETWEEN])
def test_a_credit_makes_a_caption_wherever_it_stands_in_a_story(state: int) -> None:
    lines = (LONG, "The new bridge in May. (Photo: Jane Doe)", LONG)
    kinds = kinds_of(lines, (BODY_START, state, MORE))
    assert kinds == [BlockKind.BODY, BlockKind.CAPTION, BlockKind.BODY]


@pytest.mark.parametrize(
    ("line", "words", "want"),
    [
        pytest.param("By Jane Roe/June 12, 2025 9:49 am", (), BlockKind.BYLINE, id="a byline"),
        pytest.param("Von Jane Roe und John Doe, Hafenblatt", (), BlockKind.BYLINE, id="German"),
        pytest.param("The new bridge in May", (), BlockKind.CAPTION, id="a caption"),
        pytest.param("By Jane Roe", ("figcaption",), BlockKind.CAPTION, id="markup knows better"),
        pytest.param("By Jane Roe, the bridge in May. (Photo: Doe)", (), BlockKind.CAPTION, id="a credit"),
    ],
)  # fmt: skip
def test_a_byline_above_a_picture_is_no_caption(
    line: str, words: tuple[str, ...], want: BlockKind
) -> None:
    lines = ("The bridge is open", line, LONG)
    hints = (Hints("h1"), Hints("p", words=bits_of(words)), Hints("p"))
    blocks = [Block(0, len(t), t, 0, h) for t, h in zip(lines, hints, strict=True)]
    scores = likely_body(3)
    scores.kinds[1] = 0.0
    scores.kinds[1, KIND_OF.index(BlockKind.CAPTION)] = 1.0
    assert _kinds(blocks, scores, (HEAD_START, BETWEEN, BODY_START), {})[1] is want


@pytest.mark.parametrize(
    ("after", "want"),
    [
        pytest.param((MORE,), BlockKind.BOILERPLATE, id="amid the body"),
        pytest.param((BETWEEN, MORE), BlockKind.BOILERPLATE, id="before an interruption"),
        pytest.param((), BlockKind.BODY, id="the end of a story is the network's to say"),
    ],
)
def test_a_line_that_points_to_another_story_is_not_of_the_body(
    after: tuple[int, ...], want: BlockKind
) -> None:
    lines = (LONG, "Read also: Ferries stay in port", *(LONG for _ in after))
    assert kinds_of(lines, (BODY_START, MORE, *after))[1] is want


@pytest.mark.parametrize(
    ("opening", "want"),
    [
        ("By Jane Roe | June 5, 2025", BlockKind.BYLINE),
        ("3 hours ago", BlockKind.DATE),
        ("Publicat: 05.06.2025, ora 16:30", BlockKind.DATE),
        ("De Ioana Popescu", BlockKind.BYLINE),
        ("The bridge opens on 5 June 2025.", BlockKind.BODY),
        ("By Monday the river had gone down.", BlockKind.BODY),
        ("Seven years of work", BlockKind.SUBHEADING),
        ("The call for bridges is open until July 31 by Jane Roe", BlockKind.SUBHEADING),
    ],
)
def test_a_credit_above_the_copy_is_not_of_the_body(opening: str, want: BlockKind) -> None:
    lines = ("The city agreed.", opening, LONG, "By Jane Roe", LONG)
    states = (BODY_START, MORE, MORE, MORE, MORE)
    kinds = kinds_of(lines, states)
    _mark_credits(page_of(lines), tuple(stories(states)), kinds)
    assert kinds == [BlockKind.BODY, want, BlockKind.BODY, BlockKind.SUBHEADING, BlockKind.BODY]


def test_a_body_of_short_lines_stays_as_it_is() -> None:
    lines = ("3 hours ago", "The bridge is open", "By Jane Roe")
    states = (BODY_START, MORE, MORE)
    kinds = kinds_of(lines, states)
    before = list(kinds)
    _mark_credits(page_of(lines), tuple(stories(states)), kinds)
    assert kinds == before


@pytest.mark.parametrize(
    ("below", "want"),
    [
        pytest.param(("(Reporting by Jane Roe; Editing by John Doe)",), 1, id="a wire's crew"),
        pytest.param(("Jane Roe contributed to this report.", "With reporting by Reuters"), 2, id="two credits"),
        pytest.param(("Reporting by Jane Roe showed that the city knew.",), 0, id="a sentence"),
        pytest.param(("Editing by John Doe", LONG), 0, id="the story goes on"),
    ],
)  # fmt: skip
def test_the_crew_below_the_copy_is_no_body(below: tuple[str, ...], want: int) -> None:
    lines = (LONG, *below)
    states = (BODY_START, *(MORE for _ in below))
    kinds = kinds_of(lines, states)
    _mark_crews([Block(0, len(line), line) for line in lines], tuple(stories(states)), kinds)
    assert kinds.count(BlockKind.BYLINE) == want
    assert kinds[0] is BlockKind.BODY
    assert want in (0, len(below))


def likely_body(count: int) -> Scores:
    """The scores of blocks each of which the network takes for body."""
    likely = np.zeros((count, len(KIND_OF)), np.float32)
    likely[:, KIND_OF.index(BlockKind.BODY)] = 1.0
    return Scores(likely, np.zeros((count, 6)), np.zeros((6, 6), np.float32))


def kinds_of(lines: Sequence[str], states: tuple[int, ...]) -> list[BlockKind]:
    """The kinds of lines on a path of ``states``, each of which the network takes for body."""
    blocks = [Block(0, len(line), line) for line in lines]
    return _kinds(blocks, likely_body(len(lines)), states, {})


LINES = (
    "Storm live: trains stopped", "4 February 2025", "Schools stay closed", "Harbour closed",
    "Sea wall holds", "The sea wall has held through the midday tide, the port authority says.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("teasers", "want"),
    [
        pytest.param((0,), (), id="the title of a live page"),
        pytest.param((0, 2), (), id="and what it says in a word"),
        pytest.param((0, 2, 3), (0, 2, 3), id="a series"),
    ],
)
def test_a_line_or_two_above_all_stories_are_no_teasers(
    teasers: tuple[int, ...], want: tuple[int, ...]
) -> None:
    states = [TEASER_STATE if i in teasers else NOTHING for i in range(4)] + [HEAD_START, MORE]
    wanted = np.zeros((len(LINES), len(STATES)), np.float32)
    wanted[np.arange(len(LINES)), states] = 4.0
    likely = np.zeros((len(LINES), len(KIND_OF)), np.float32)
    likely[:5, HEADLINE] = likely[5, KIND_OF.index(BlockKind.BODY)] = 1.0
    square = np.zeros((len(STATES), len(STATES)), np.float32)
    scores = Scores(likely, wanted, square)
    found = assign(
        page_of(LINES),
        scores,
        decode(scores),
        states,
        tuple(stories(states)),
        {4: Start(1.0)},
        {4: 4},
    )
    assert tuple(span.blocks for span in found.spans if span.is_teaser) == tuple((i,) for i in want)
    assert all((found.kinds[i] is BlockKind.TEASER) == (i in want) for i in teasers)
