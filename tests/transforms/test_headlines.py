"""Which words become a story's headline, with and without structured data."""

import pytest

from schemas.kinds import BlockKind as Kind
from schemas.records import Block, Coordinates, Hints, Metadata, Page, Segmentation, StorySpan
from transforms.headlines import choose_headline

OUT, HEAD, BODY = Kind.BOILERPLATE, Kind.HEADLINE, Kind.BODY


def cut(
    lines: list[tuple[str, Kind, float]], *spans: tuple[int, ...], og_title: str | None = None
) -> tuple[Page, Segmentation]:
    """A page of lines, each with its kind and how near it is to the headline that is told."""
    text = "\n".join(line for line, _, _ in lines)
    blocks = []
    start = 0
    for line, _, titled in lines:
        tag = "h1" if titled else "p"
        blocks.append(Block(start, start + len(line), line, 0, Hints(tag, titled=titled)))
        start += len(line) + 1
    page = Page(
        Coordinates("a"), "a", text, text, tuple(blocks), metadata=Metadata(og_title=og_title)
    )
    kinds = tuple(kind for _, kind, _ in lines)
    return page, Segmentation(kinds, tuple(StorySpan(span) for span in spans))


@pytest.mark.parametrize(
    ("lines", "span", "og_title", "expected"),
    [
        ([("Short", HEAD, 0), ("A longer headline", HEAD, 0), ("Body", BODY, 0)], (0, 1, 2), None,
         "A longer headline"),
        ([("Told", HEAD, 1.0), ("A longer one, not told", HEAD, 0), ("Body", BODY, 0)], (0, 1, 2), None,
         "Told"),
        ([("Told above", OUT, 0.9), ("Share", OUT, 0), ("Politics", HEAD, 0), ("Body", BODY, 0)],
         (2, 3), None, "Told above"),
        ([("Told above", OUT, 0.9), ("Body", BODY, 0)], (1,), None, "Told above"),
        ([("Half the words", OUT, 0.7), ("Head", HEAD, 0), ("Body", BODY, 0)], (1, 2), None, "Head"),
        ([("Menu", OUT, 0), ("Body", BODY, 0)], (1,), "Only told", "Only told"),
        ([("Menu", OUT, 0), ("Body", BODY, 0)], (1,), None, None),
    ],
)  # fmt: skip
def test_the_headline_of_the_only_story(
    lines: list[tuple[str, Kind, float]],
    span: tuple[int, ...],
    og_title: str | None,
    expected: str | None,
) -> None:
    page, segmentation = cut(lines, span, og_title=og_title)
    assert choose_headline(page, segmentation, segmentation.spans[0]) == expected


def test_what_is_told_of_the_first_story_is_not_the_second_ones() -> None:
    lines = [
        ("Told", OUT, 1.0), ("Body", BODY, 0.0), ("Second", HEAD, 0.0), ("Body", BODY, 0.0),
    ]  # fmt: skip
    page, segmentation = cut(lines, (1,), (2, 3), og_title="Told")
    first, second = segmentation.spans
    assert choose_headline(page, segmentation, first) == "Told"
    assert choose_headline(page, segmentation, second) == "Second"
    page, segmentation = cut(lines[1:2] + lines[3:], (0,), (1,), og_title="Told")
    assert [choose_headline(page, segmentation, s) for s in segmentation.spans] == [None, None]
