"""The hints of a page's lines, for the tests."""

import numpy as np

from schemas.records import Hints
from transforms.markup import Markup
from transforms.markup.lines import columns_and_hints


def hints_of(markup: Markup) -> list[Hints]:
    """Where structured data tell nothing."""
    count = len(markup.starts)
    _, hints = columns_and_hints(
        markup.lines, np.arange(count), np.zeros(count), np.full(count, -1)
    )
    return hints
