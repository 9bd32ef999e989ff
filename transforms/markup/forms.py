"""Evidence of the one form that a page gives the heads of all its stories.

On a page of several stories the heads look alike: one element of one class in one kind of box
(``Hints.form``), each with a good deal of prose until the next. Where no box and no <article> parts
the stories this is all that the markup tells, with rules (<hr>) and the level of the headings.
"""

from typing import Final

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.markup.vocabulary import tag_number

NAMES: Final = (
    "ruled", "level", "form_others", "form_prose", "form_least", "form_own", "form_linked",
    "form_dated", "form_titled",
)  # fmt: skip
TITLED: Final = 0.8  # from this nearness on a block prints the page's headline
# The numbers of <h1> to <h6> among the tags of the vocabulary.
HEADINGS: Final = np.array([tag_number(f"h{level}") for level in range(1, 7)], np.int64)
_LINKED: Final = 0.9
# A date belongs to a head from so many blocks on.
_SOON: Final = 3


@compiled
def _levels(tag: Ints, headings: Ints) -> Floats:
    """1 for the page's highest heading, a half for the next one down, 0 for what is no heading."""
    level = np.zeros(len(tag), np.float32)
    rank = 0
    for heading in headings:
        met = False
        for i in range(len(tag)):
            if tag[i] == heading:
                level[i] = 1 / (1 + rank)
                met = True
        rank += met
    return level


@compiled
def fill(
    tag: Ints, form: Ints, ruled: Ints, times: Ints, links: Doubles, titled: Doubles,
    prose: Doubles, headings: Ints, rows: Floats,
) -> None:  # fmt: skip
    """Fills ``rows``: one a block, one column a name of ``NAMES``, of what the markup says of each block
    (see ``columns``) and its characters of prose. ``headings``: ``HEADINGS``.

    All but the first two tell of the blocks of one form: how many others there are, how much prose
    stands from one to the next (in the mean, at least, and from this one on), the share of them
    that are links, that have a date soon after, and whether one repeats the page's headline. Blocks
    whose form is not known have zeros there.
    """
    count, forms = len(form), 1
    level = _levels(tag, headings)
    for i in range(count):
        rows[i, 0], rows[i, 1] = ruled[i], level[i]
        forms = max(forms, form[i] + 1)
    number, linked, dated, named = (
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
        of = form[i]
        if of:
            own[i] = below - since[of]
            since[of] = below + prose[i]
            number[of] += 1
            total[of] += own[i]
            least[of] = min(least[of], own[i])
            linked[of] += links[i] >= _LINKED
            named[of] += titled[i] >= TITLED
            for near in range(i, min(i + _SOON + 1, count)):
                if times[near] > 0:
                    dated[of] += 1
                    break
        below += prose[i]
    for i in range(count):
        of = form[i]
        if of:
            rows[i, 2] = np.log1p(number[of] - 1) / 3
            rows[i, 3] = np.log1p(total[of] / number[of]) / 10
            rows[i, 4] = np.log1p(least[of]) / 10
            rows[i, 5] = np.log1p(own[i]) / 10
            rows[i, 6] = linked[of] / number[of]
            rows[i, 7] = dated[of] / number[of]
            rows[i, 8] = named[of] > 0
