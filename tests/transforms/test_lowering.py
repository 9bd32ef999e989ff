"""Small letters by a table are those of Python, letter by letter, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import all_characters, codes_of
from transforms.lowering import small_letters

LETTERS = st.one_of(
    st.characters(), st.sampled_from("AaÄßΣσς İıǅ.'\u0301\U00010400\U0001f600\ud800\n")
)


@given(st.text(LETTERS))
def test_the_lower_case_of_any_text(text: str) -> None:
    low = small_letters(codes_of(text))
    if "Σ" in text or "İ" in text:
        assert low is None
    else:
        assert low is not None
        assert low.tolist() == codes_of(text.lower()).tolist()


@pytest.mark.parametrize("odd", "Σİ")
def test_no_other_character_hangs_on_its_neighbours(odd: str) -> None:
    assert small_letters(codes_of(f"a{odd}")) is None
    rest = all_characters().replace("Σ", "").replace("İ", "")
    low = small_letters(codes_of(rest))
    assert low is not None
    assert low.tolist() == codes_of(rest.lower()).tolist()
