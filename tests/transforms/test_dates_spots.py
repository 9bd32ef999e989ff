"""Where words of long lists may begin: no place may be left out, whatever stands there."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.kinds import DateRole
from transforms.arrays import codes_of
from transforms.dates import roles
from transforms.dates.spots import after_edges, beginnings, marked

_TEXT = st.text(alphabet="abé月 -", max_size=30)
_WORDS = st.lists(st.text(alphabet="abé月 ", min_size=1, max_size=6), max_size=4)


@given(_TEXT, st.lists(_WORDS, min_size=1, max_size=7))
@example("- a", [["a"]])
@example("-ab", [["abé"], ["a"], ["ab"]])
def test_no_beginning_is_left_out(text: str, lists: list[list[str]]) -> None:
    places, bits = after_edges(codes_of(text), marked(" -"), beginnings(lists))
    found = dict(zip(places.tolist(), bits.tolist(), strict=True))
    assert list(found) == sorted(found)
    for at, character in enumerate(text):
        if character not in " -":
            assert at not in found
            continue
        for number, words in enumerate(lists):
            if text.startswith(tuple(words), at + 1):
                assert found[at] >> number & 1


def _label_behind(low: str, end: int) -> DateRole | None:
    """``label_after`` by one look for the first label."""
    if roles._CREDIT.match(low, end):
        return DateRole.PHOTO
    hit = roles._LABEL.search(low, end, min(len(low), end + roles._AFTER))
    if hit is None or hit.start() - end > 3 or low[end : hit.start()].strip(" |-–)(:"):
        return None
    ahead = low[hit.end() : hit.end() + 8]
    is_next = ":" in ahead or re.search(r"\d", ahead)
    return None if is_next else roles._BY_WORD[hit[1]]


_PIECE = st.sampled_from(["2020", " ", "  ", "(", ")", "|", "–", ":", "x", "a", "更新"])


@given(st.lists(_PIECE | st.sampled_from([*roles._BY_WORD]), max_size=8), st.integers(0, 30))
def test_a_label_follows_at_once(pieces: list[str], end: int) -> None:
    low = "".join(pieces)
    end = min(end, len(low))
    assert roles.label_after(low, end) == _label_behind(low, end)
