"""All strings that stand in a text are found in one pass, and no others."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.needles import Needles

FEW = st.text("ab\u00e9\u3042\U0001f642", min_size=1, max_size=4)


def test_strings_within_each_other_are_all_found() -> None:
    needles = Needles(["she", "he", "hers", "his", "he"])
    assert needles.among("ushers") == ["she", "he", "hers"]
    assert needles.among("sh") == needles.among("") == []


@given(st.lists(FEW, max_size=8), st.text("ab\u00e9\u3042\U0001f642\ud83d ", max_size=30))
def test_the_same_are_found_as_one_by_one(strings: list[str], text: str) -> None:
    assert {*Needles(strings).among(text)} == {string for string in strings if string in text}
