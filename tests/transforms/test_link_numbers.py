"""The numbers of links go, footnotes and lists stay, and every character keeps its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.link_numbers import LINK_NUMBER
from transforms.normalize import clean

MENU = "   [1]Home\n   [2]News\n   [3]Sport\n\n"
PROSE = (
    "The [4]council agreed to widen the old bridge (see [5]the plan), and “[6]it is time”, said "
    "its chairwoman, [7]Jane Roe, on Sunday.\n\n"
)
REFERENCES = (
    "References\n\n   Visible links\n   1. https://example.org/\n   2. https://example.org/n\n"
)


def test_numbers_before_links_go() -> None:
    numbered = MENU + PROSE + REFERENCES
    text, offsets, _ = clean(numbered)
    assert text == LINK_NUMBER.sub("", numbered)
    assert "The council agreed" in text
    assert "(see the plan), and “it is time”, said" in text
    at = text.index("council")
    assert numbered[offsets.received(at) :].startswith("council")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The bridge was built in 1901.[1] It fell.[2][3] It rose.[4] So it goes.[5] On.[6] [7]", id="footnotes"),
        pytest.param("As [1] says and [2] holds, [3] doubts [4], [5] and [6] do not, nor [7].", id="sources"),
        pytest.param("[1](/a) [2](/b) [3](/c) [4](/d) [5](/e) [6](/f) [7](/g)", id="links of Markdown"),
        pytest.param("[1]: /a\n[2]: /b\n[3]: /c\n[4]: /d\n[5]: /e\n[6]: /f\n[7]: /g", id="notes of Markdown"),
        pytest.param("[1]One and [2]two are few.", id="two may be chance"),
        pytest.param("[1]Notes [1]on [1]the [1]bridge [1]and [2]the [2]river [1]again", id="again and again"),
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert clean(text)[0] == text


@given(
    st.lists(
        st.sampled_from(["council", " ", "\n", "[", "]", "(", "“", "7", ".", "é"]), max_size=40
    ),
    st.integers(0, 9),
)
def test_what_stays_keeps_its_place(parts: list[str], gap: int) -> None:
    received = "".join(
        f"[{k + 1}]{part}" if k % 10 != gap else part for k, part in enumerate(parts)
    )
    text, offsets, _ = clean(received)
    assert all(received[offsets.received(i)] == c for i, c in enumerate(text))
