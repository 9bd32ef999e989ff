"""Bytes are told to be UTF-8 just where Python decodes them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalize import clean
from transforms.utf8 import is_utf8

# The bytes at the bounds of what may come first, second and third.
_BOUNDS = st.sampled_from(b"a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xed\xef\xf0\xf4\xf5")


def decodes(page: bytes) -> bool:
    try:
        page.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.lists(_BOUNDS, max_size=30).map(bytes) | st.text().map(str.encode) | st.binary())
def test_bytes_are_sound_where_python_decodes_them(page: bytes) -> None:
    assert is_utf8(page) == decodes(page)


@pytest.mark.parametrize("cut", range(1, 4))
def test_a_character_that_is_cut_is_not_sound(cut: int) -> None:
    assert not is_utf8(b"a" * 37 + "\U0001f600".encode()[:cut])


@given(st.text(alphabet="aé\u0301\u0323\u1161\u11a8\u1100\uac00\u212b\u0958\U0001d15e\u09be\u09c7"))
def test_what_is_cleaned_is_composed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(text)[0])
