"""Evidence of the one form that a page gives the heads of all its stories.

On a page of several stories the heads look alike: one element of one class in one kind of box
(``Hints.form``), each with a good deal of prose until the next. Where no box and no <article> parts
the stories this is all that the markup tells, with rules (<hr>) and the level of the headings.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled

NAMES: Final = (
    "ruled", "level", "form_others", "form_prose", "form_least", "form_own", "form_linked",
    "form_dated", "form_titled",
)  # fmt: skip
TITLED: Final = 0.8  # from this nearness on a block prints the page's headline
_LEVELS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINKED: Final = 0.9
# A date belongs to a head from so many blocks on.
_SOON: Final = 3


def levels(tags: Sequence[str]) -> Floats:
    """1 for the page's highest heading, a half for the next one down, 0 for what is no heading."""
    present = sorted(_LEVELS.intersection(tags))
    value = {tag: 1 / (1 + rank) for rank, tag in enumerate(present)}
    return np.array([value.get(tag, 0.0) for tag in tags], np.float32)


@compiled
def fill(hints: Doubles, level: Floats, which: Ints, prose: Doubles, rows: Floats) -> None:
    """Fills ``rows``: one a block, one column a name of ``NAMES``. Block ``i`` has the hints
    ``hints[which[i]]`` (columns ``form``, ``ruled``, ``link_density``, whether it has times,
    ``titled``), the level ``level[which[i]]``, and ``prose[i]``
    characters of prose.

    All but the first two tell of the blocks of one form: how many others there are, how much prose
    stands from one to the next (in the mean, at least, and from this one on), the share of them
    that are links, that have a date soon after, and whether one repeats the page's headline. Blocks
    whose form is not known have zeros there.
    """
    count, forms = len(which), 1
    for i in range(count):
        rows[i, 0], rows[i, 1] = hints[which[i], 1], level[which[i]]
        forms = max(forms, int(hints[which[i], 0]) + 1)
    number, linked, dated, titled = (
        np.zeros(forms),
        np.zeros(forms),
        np.zeros(forms),
        np.zeros(forms),
    )
    total, least, since = np.zeros(forms), np.full(forms, np.inf), np.zeros(forms)
    own = np.zeros(count)
    # From the end of the page: ``since`` is the prose from the last block of each form seen so far.
    below = 0.0
    for i in range(count - 1, -1, -1):
        form = int(hints[which[i], 0])
        if form:
            own[i] = below - since[form]
            since[form] = below + prose[i]
            number[form] += 1
            total[form] += own[i]
            least[form] = min(least[form], own[i])
            linked[form] += hints[which[i], 2] >= _LINKED
            titled[form] += hints[which[i], 4] >= TITLED
            for near in range(i, min(i + _SOON + 1, count)):
                if hints[which[near], 3] > 0:
                    dated[form] += 1
                    break
        below += prose[i]
    for i in range(count):
        form = int(hints[which[i], 0])
        if form:
            rows[i, 2] = np.log1p(number[form] - 1) / 3
            rows[i, 3] = np.log1p(total[form] / number[form]) / 10
            rows[i, 4] = np.log1p(least[form]) / 10
            rows[i, 5] = np.log1p(own[i]) / 10
            rows[i, 6] = linked[form] / number[form]
            rows[i, 7] = dated[form] / number[form]
            rows[i, 8] = titled[form] > 0
