"""The words of lines as they are compared with what structured data tell."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.markup.agreement import _plain, _words

_TEXT = st.text(st.one_of(st.sampled_from("aB ß.-İé𝒳国\u0301\ud800_1"), st.characters())).map(
    lambda text: text.replace("\n", " ")
)


@given(st.lists(_TEXT, min_size=1))
def test_plain_lines_are_their_words(lines: list[str]) -> None:
    assert _plain(lines) == [" ".join(_words(line)) for line in lines]
