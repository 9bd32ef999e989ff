"""Sentences that a converter broke at links and emphasis are whole again, and nothing else is joined."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from schemas.records import Coordinates, RawPage
from transforms.fragments import broken_sentences
from transforms.normalize import clean
from transforms.outcomes import split_stories

PIECES = """Northport bridge to reopen in May after repair
by Anna Keller
April 6, 2025
The bridge over the river will open again in May, two years later than planned, the mayor told
Reuters
, a news agency, on Sunday.
Workers had found cracks in 14 of the
20 pillars
. “We should have looked sooner,” he told the
city council
, which voted 12 to 3 for the repair
(
PDF
), and he asked for
time
.
Shops on the other bank,
Maria Lind
’s bakery among them, have lost guests.
Ferries will run every quarter of an hour until then.
share
print
send"""


def test_sentences_are_whole_again() -> None:
    text, _, _ = clean(PIECES)
    assert text.split("\n") == [
        "Northport bridge to reopen in May after repair",
        "by Anna Keller",
        "April 6, 2025",
        "The bridge over the river will open again in May, two years later than planned, the mayor told Reuters, a news agency, on Sunday.",
        "Workers had found cracks in 14 of the 20 pillars. “We should have looked sooner,” he told the city council, which voted 12 to 3 for the repair (PDF), and he asked for time.",
        "Shops on the other bank, Maria Lind’s bakery among them, have lost guests.",
        "Ferries will run every quarter of an hour until then.",
        "share",
        "print",
        "send",
    ]


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["он сказал в воскресенье, что", "городской совет", ", который", "проголосовал", "за."], "он сказал в воскресенье, что городской совет, который проголосовал за."),
        (["قال رئيس البلدية في مقابلة مع", "رويترز", "، وهي وكالة أنباء.", "ثم قال"], "قال رئيس البلدية في مقابلة مع رويترز، وهي وكالة أنباء."),
        (["市長は", "市議会", "、の決定を支持した", "。"], "市議会、の決定を支持した。"),
        (["Der Bürgermeister sagte am Sonntag dem", "Nordhafener Boten", ", die Brücke sei", "sicher", "."], "Der Bürgermeister sagte am Sonntag dem Nordhafener Boten, die Brücke sei sicher."),
    ],
)  # fmt: skip
def test_sentences_in_other_languages(pieces: list[str], whole: str) -> None:
    text, _, _ = clean("\n".join(["Erste Zeile.", *pieces] * 3))
    assert whole in text.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "home\nnews\nsport\nbusiness and finance\nfrom the archive\n" * 5,
        "Topics\n\n* Business\n,\n* General news\n,\n* Politics\n,\n* Media",
        "list = [\n  first,\n  second\n)\n;\nreturn value of the longest line in this code block"
        * 4,
        "Bridge to reopen in May\nby Anna Keller\n" * 4,
        "The first paragraph ends.\nThe second one does too.\n" * 4,
        "",
    ],
)
def test_whole_lines_are_left_alone(text: str) -> None:
    assert broken_sentences(text) == {}


def test_one_sign_is_no_converter() -> None:
    assert broken_sentences("He told the\ncity council\n, which voted.\nThe end.") == {}


WORDS = st.sampled_from("bridge river council voted market winter harbour school".split())
TAGS = st.sampled_from(["{}", "{}", "<a href='/x'>{}</a>,", "<b>{}</b>,", "<em>{}</em>"])


@given(st.lists(st.tuples(WORDS, TAGS), min_size=30, max_size=60))
def test_what_a_converter_breaks_is_put_together(words: list[tuple[str, str]]) -> None:
    inner = " ".join(tag.format(word) for word, tag in words)
    body = LexborHTMLParser(f"<p>It was said of the old {inner} and so on.</p>").body
    assert body is not None
    pieces = body.text(separator="\n", strip=True).split("\n")
    broken, whole = "\n".join(filter(None, pieces)), body.text()
    assume(broken.count("\n, ") >= 3)
    text, offsets, _ = clean(broken)
    assert text == whole.strip()
    assert [broken[offsets.received(i)] for i, c in enumerate(text) if c != " "] == [
        c for c in text if c != " "
    ]


def test_a_page_of_pieces_gives_its_story() -> None:
    menu = "\n".join(["Home", "Politics", "Sport", "Weather", "Sign in"])
    found = split_stories(RawPage(at=Coordinates("test"), text=f"{menu}\n{PIECES}"))
    (story,) = [story for story in found.stories if not story.is_teaser]  # type: ignore[union-attr]
    assert story.headline == "Northport bridge to reopen in May after repair"
    assert "he told the city council, which voted" in story.body
