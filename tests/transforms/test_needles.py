"""All strings that stand in a text are found in one pass, and no others."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from transforms.needles import Needles, Words

FEW = st.text("ab\u00e9\u3042\U0001f642", min_size=1, max_size=4)


def test_strings_within_each_other_are_all_found() -> None:
    needles = Needles(["she", "he", "hers", "his", "he"])
    assert needles.among("ushers") == ["she", "he", "hers"]
    assert needles.among("sh") == needles.among("") == []


@given(st.lists(FEW, max_size=8), st.text("ab\u00e9\u3042\U0001f642\ud83d ", max_size=30))
def test_the_same_are_found_as_one_by_one(strings: list[str], text: str) -> None:
    assert {*Needles(strings).among(text)} == {string for string in strings if string in text}


@given(
    st.lists(FEW, max_size=8), st.text("ab\u00e9\u3042\U0001f642\ud83d ", min_size=16, max_size=200)
)
def test_quarters_of_a_text_are_gone_through_as_one(strings: list[str], text: str) -> None:
    ends = ((text.find(string) + len(string), -len(string), string) for string in {*strings})
    there = sorted(end for end in ends if end[2] in text)
    assert Needles(strings).among(text) == [string for *_, string in there]


@given(st.lists(FEW, max_size=8), st.lists(st.text("ab\u00e9\u3042 ", max_size=12), max_size=12))
def test_lines_have_the_strings_that_stand_in_them(strings: list[str], lines: list[str]) -> None:
    told = {i: {s for s in strings if s in line} for i, line in enumerate(lines)}
    found = Needles(strings).by_line(lines)
    assert found == {i: of for i, of in told.items() if of}
    assert [*found] == sorted(found)


NAMES = Words(["ap", "o", "\u00e9cho", "\u5171\u540c", "\u0442\u0430\u0441\u0441", "news1"])
PLAIN = st.text("apoPOé\u00c9cho\u5171\u540cТАСсnews1_\u0301 .\n-", max_size=40)


@given(PLAIN)
@example("(AP)")
@example("news1")
def test_whole_words_are_told_whatever_their_case(text: str) -> None:
    words = re.findall(r"\w+", text.casefold())
    assert NAMES.may_stand_in(text) == (not NAMES.words.isdisjoint(words))


@given(st.text(max_size=60), PLAIN)
def test_no_word_is_missed_among_any_characters(before: str, behind: str) -> None:
    text = before + behind
    if not NAMES.words.isdisjoint(re.findall(r"\w+", text.casefold())):
        assert NAMES.may_stand_in(text)


@given(
    st.sampled_from(["", " ", "By", "écho", "a.", "AnnRoe", "7 "]),
    st.sampled_from(["ap", "Ap", "AP", "écho", "Écho", "ÉCHO", "тасс"]),
    st.sampled_from(["", " ", "7", "7s", "May", "MayDay", ".x"]),
)
def test_glued_words_are_told(before: str, name: str, behind: str) -> None:
    """A small letter and a capital, or a letter and a digit, part two words without a space; so do the last
    capital and small letters behind it."""
    if before[-1:].isalpha() and not (before[-1].islower() and name[0].isupper()):
        before += " "
    text = before + name + behind
    assert NAMES.may_stand_in(text, glued=True), text


@given(PLAIN)
def test_whole_words_are_told_among_glued_ones(text: str) -> None:
    assert not NAMES.may_stand_in(text) or NAMES.may_stand_in(text, glued=True)


def test_beginnings_of_other_words_are_not_told() -> None:
    assert not NAMES.may_stand_in("April. APRIL, Oh! Newspaper Echos", glued=True)
    assert NAMES.may_stand_in("APupdated", glued=True)
