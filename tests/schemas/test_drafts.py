"""What is made from a draft is the record itself."""

from dataclasses import FrozenInstanceError, fields

import pytest

from schemas.drafts import block_of, hints_of
from schemas.records import Block, Hints

HINTS = ("p", 0.5, 1, ("2024",), 2, 1, (2, 1), 0.25, 0.8, True, 3, True)  # fmt: skip


def test_a_drafted_block_is_a_block() -> None:
    made, usual = block_of(1, 2, "a", 3, None), Block(1, 2, "a", 3, None)
    assert type(made) is Block
    assert made == usual
    assert (hash(made), repr(made)) == (hash(usual), repr(usual))
    with pytest.raises(FrozenInstanceError):
        made.gap = 1  # type: ignore[misc]


def test_drafted_hints_are_hints() -> None:
    made, usual = hints_of(*HINTS), Hints(*HINTS)
    assert len(fields(Hints)) == len(HINTS)
    assert type(made) is Hints
    assert made == usual
    assert (hash(made), repr(made)) == (hash(usual), repr(usual))
