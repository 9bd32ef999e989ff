"""What blocks are that stand on the path of a body."""

import pytest

from schemas.records import Block, Hints
from transforms.segmentation.network import BETWEEN, BODY_START, MORE
from transforms.segmentation.roles import _marked_captions

LONG = "The mayor said on Sunday that the bridge would open in May, at last. " * 3


@pytest.mark.parametrize(
    ("page", "states", "want"),
    [
        pytest.param([(LONG, "p"), ("The bridge in May.", "figcaption")], (BODY_START, MORE), {1}, id="a caption"),
        pytest.param([(LONG, "p"), ("The bridge in May.", "body")], (BODY_START, MORE), set(), id="a short paragraph"),
        pytest.param([(LONG, "caption"), (LONG, "caption")], (BODY_START, MORE), set(), id="the whole body is named so"),
        pytest.param([(LONG, "p"), ("The bridge.", "caption")], (BODY_START, BETWEEN), set(), id="not on the path"),
    ],
)  # fmt: skip
def test_captions_that_the_markup_names(
    page: list[tuple[str, str]], states: tuple[int, ...], want: set[int]
) -> None:
    blocks = [Block(0, len(t), t, 0, Hints("p", words=frozenset({word}))) for t, word in page]
    assert _marked_captions(blocks, states) == want
    assert _marked_captions([Block(0, len(t), t) for t, _ in page], states) == frozenset()
