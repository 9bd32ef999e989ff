"""The words of lines as they are compared with what structured data tell."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import codes_of
from transforms.markup.agreement import _nearest, _plain, _titled, _told, _words

_TEXT = st.text(st.one_of(st.sampled_from("aB ß.-İé𝒳国\u0301\ud800_1"), st.characters())).map(
    lambda text: text.replace("\n", " ")
)
_HEADLINE = st.lists(
    st.sampled_from(["Harbour", "bridge", "opens", "in", "Straße", "May"]), min_size=1, max_size=8
).map(" ".join)


@given(st.lists(_TEXT, min_size=1))
def test_plain_lines_are_their_words(lines: list[str]) -> None:
    assert _plain(lines) == [" ".join(_words(line)) for line in lines]


@given(st.lists(st.one_of(_HEADLINE, _TEXT), min_size=1), st.lists(st.one_of(_HEADLINE, _TEXT)))
def test_lines_are_as_near_as_their_words_say(lines: list[str], headlines: list[str]) -> None:
    told = [_words(headline) for headline in headlines]
    letters = [sum(map(len, {*words})) for words in told]
    expected = [
        _nearest(_words(line), told)
        if any(told) and 0.4 * min(letters) <= len(line) <= 3 * max(letters) + 20
        else 0.0
        for line in lines
    ]
    assert np.array_equal(_titled(lines, codes_of("\n".join(lines)), headlines), expected)


_BODY = st.lists(st.one_of(_HEADLINE, _TEXT, st.just("- * ... | ")), max_size=30).map("".join)


@given(st.data(), st.lists(_BODY, min_size=1, max_size=2))
def test_lines_are_told_whose_ends_stand_in_a_body(data: st.DataObject, bodies: list[str]) -> None:
    part = st.tuples(st.integers(0, 400), st.integers(0, 400))
    cut = part.map(lambda ends: bodies[0][slice(*ends)])
    lines = data.draw(st.lists(st.one_of(cut, _BODY), min_size=1))
    body = "\n".join(_plain(bodies))
    ends = [line if len(line) <= 240 else f"{line[:120]} {line[-120:]}" for line in lines]
    expected = [
        len(words) >= 12 and words[:60] in body and words[-60:] in body for words in _plain(ends)
    ]
    assert _told(lines, codes_of("\n".join(lines)), bodies).tolist() == expected
