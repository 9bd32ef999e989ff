"""Pages that a converter printed as one line are parted at their sentences."""

import pytest

from schemas.records import Coordinates, RawPage
from transforms.normalize import clean
from transforms.oneline import part_sentences
from transforms.outcomes import split_stories

MENU = "Home Politics Sport Weather Sign in "
STORY = (
    "The bridge over the river will open again in May, two years later than planned, the mayor of "
    "Northport said on Sunday. Workers had found cracks in 14 of the 20 pillars. “We should have "
    "looked sooner,” Mr. Reed told the council. Will it hold? Nobody was sure (or said so.) Ferries "
    "will run every quarter of an hour until then. "
)
TAIL = "Share Facebook X Mail More from the region Mayor to stand again in autumn © 2025 Northport Post"
FILLER = (
    "Shops on the other bank have lost a third of their guests since it closed. Some of them will not "
    "open again, their owners told the council in winter. A bakery that was founded ninety years ago "
    "has let six of its nine people go. “It was a long winter for all of us,” said Maria Lind, who "
    "runs it with her brother. She hopes that people remember the way when the first cars cross the "
    "river again. The city has promised money to those who can show what they lost. Whether it will "
    "be paid before the summer is not known, as the parliament has to agree first. The company that "
    "repairs the pillars says that the work is ahead of its plan. Twelve of them are done, and the "
    "other two need new steel, which is to come by ship next week. Engineers had warned of the cracks "
    "as early as ten years ago. Their report was found in a cellar of the old town hall when it was "
    "cleared. Nobody could say why it had never been read in public. The head of the port wants the "
    "ferries to stay for another year at least. They are cheap, they are never late, and tourists love "
    "them, she said on Sunday."
)


def test_sentences_are_lines() -> None:
    lines = part_sentences(f"{STORY}{FILLER} {FILLER}").split("\n")
    assert lines[:6] == [
        "The bridge over the river will open again in May, two years later than planned, the mayor of Northport said on Sunday.",
        "Workers had found cracks in 14 of the 20 pillars.",
        "“We should have looked sooner,” Mr. Reed told the council.",
        "Will it hold?",
        "Nobody was sure (or said so.)",
        "Ferries will run every quarter of an hour until then.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        STORY,  # a paragraph
        f"{STORY}\n" * 5,
        "\n".join([FILLER, STORY, FILLER, STORY]),
        "1. Mai 2025 um 9.15 Uhr. 2. Mai 2025 um 10.15 Uhr. " * 60,
        "a" * 5_000,
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert part_sentences(text) == text


def test_a_page_in_one_line_gives_its_story_without_its_tail() -> None:
    received = f"{MENU}{STORY}{FILLER} {TAIL}"
    found = split_stories(RawPage(at=Coordinates("test"), text=received))
    (story,) = [story for story in found.stories if not story.is_teaser]  # type: ignore[union-attr]
    assert story.body.endswith("she said on Sunday.")
    assert received[story.span_start : story.span_end].endswith("she said on Sunday.")
    assert clean(received)[0] == received  # only what a converter printed is parted
