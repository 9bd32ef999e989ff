"""Words are spelled the same by the compiled loop and by the rules of Unicode."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.letters import NO_SPACES
from transforms.markup.writing import _unparted
from transforms.words import SEAL, seal, sealed_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Mayor’s 2nd bridge – opened.", ["the", "mayor", "s", "2nd", "bridge", "opened"]),
        ("Straße, ﬁne, ＡＢＣ™", ["strasse", "fine", "abctm"]),
        ("snake_case 1½ x²", ["snake", "case", "11", "2", "x2"]),
        ("Cafe\u0301 İzmir", ["café", "i", "zmir"]),
        ("МОСКВА, Αθήνας", ["москва", "αθήνασ"]),
        ("市长说 ok", ["市", "长", "说", "ok"]),
        ("ᄒ\u1161ᆫ국", ["한국"]),
        ("ข่าว", ["ข", "่", "า", "ว"]),
        ("बंदरगाह के पुराने भवन में, कि", ["बंदरगाह", "के", "पुराने", "भवन", "में", "कि"]),
        ("বর্ষায় ডুবে যাওয়া।", ["বর্ষায়", "ডুবে", "যাওয়া"]),
        ("காவல் துறை அதிகாரிகள்", ["காவல்", "துறை", "அதிகாரிகள்"]),
        ("ക്ഷേത്രം ശ്രീ", ["ക്ഷേത്രം", "ശ്രീ"]),
        ("ශ්‍රී ලංකා", ["ශ්‍රී", "ලංකා"]),
        ("كَتَبَ الوَزير", ["كَتَبَ", "الوَزير"]),
        ("می‌کند", ["می", "کند"]),
        ("x\u0338y 1\ufe0f\u20e3", ["x", "y", "1"]),
        ("\u093e\u093f अ", ["अ"]),
        ("\ud83d half 🙂 whole", ["half", "whole"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected
    assert sealed_words(text) == seal(expected)
    assert sealed_words(text).count(SEAL) == len(expected)


def test_vowels_tell_words_apart() -> None:
    assert words("कि") != words("की")


@given(
    st.text(
        st.characters(max_codepoint=0x3100)
        | st.characters(codec="ascii")
        | st.sampled_from("大橋市장관은ｶﾞＡ。🙂🄰\u3099\u11ab\u313b")
        | st.characters()
    )
)
def test_any_text_is_spelled_as_its_words(text: str) -> None:
    assert sealed_words(text) == seal(words(text))


def test_scripts_without_spaces_are_the_same_to_all() -> None:
    """A compiled loop cannot ask an expression, so it has the ranges once more."""
    pattern = re.compile(f"[{NO_SPACES}]")
    told = [code for code in range(0x10000) if _unparted(code)]
    assert told == [code for code in range(0x10000) if pattern.match(chr(code))]
