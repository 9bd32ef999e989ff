"""Evidence of the one form that a page gives the heads of all its stories.

On a page of several stories the heads look alike: one element of one class in one kind of box
(``Hints.form``), each with a good deal of prose until the next. Where no box and no <article> parts
the stories this is all that the markup tells, with rules (<hr>) and the level of the headings.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from transforms.arrays import Bools, Doubles, Floats, Ints

NAMES: Final = (
    "ruled", "level", "form_others", "form_prose", "form_least", "form_own", "form_linked",
    "form_dated", "form_titled",
)  # fmt: skip
_LEVELS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINKED: Final = 0.9
_TITLED: Final = 0.8
# A date belongs to a head from so many blocks on.
_SOON: Final = 3


def measure(hints: Doubles, tags: Sequence[str], which: Ints, prose: Floats) -> Floats:
    """One row a block, one column a name of ``NAMES``: block ``i`` has the hints
    ``hints[which[i]]`` (columns ``form``, ``ruled``, ``link_density``, whether it has times,
    ``titled``), their tag, and ``prose[i]`` characters of prose.

    ``level`` is 1 for the page's highest heading, a half for the next one down, 0 for what is no
    heading. The others tell of the blocks of one form: how many others there are, how much prose
    stands from one to the next (in the mean, at least, and from this one on), the share of them
    that are links, that have a date soon after, and whether one repeats the page's headline. Blocks
    whose form is not known have zeros there.
    """
    form = hints[:, 0].astype(np.int64)[which]
    rows = np.zeros((len(which), len(NAMES)), np.float32)
    rows[:, 0] = hints[which, 1]
    rows[:, 1] = _levels(tags)[which]
    known = np.flatnonzero(form)
    if not len(known):
        return rows
    # The blocks form by form, in page order within each.
    order = known[np.argsort(form[known], kind="stable")]
    kind = form[order]
    first = np.append([True], kind[1:] != kind[:-1])
    group = np.cumsum(first) - 1
    starts = np.flatnonzero(first)
    number = np.diff(np.append(starts, len(order)))
    until = np.append(0, np.cumsum(prose, dtype=np.float64))
    stop = np.append(order[1:], 0)
    stop[starts[1:] - 1] = stop[-1] = len(which)
    own = until[stop] - until[order + 1]
    linked = (hints[:, 2] >= _LINKED)[which]
    dated = _soon(hints[which, 3] > 0)
    titled = (hints[:, 4] >= _TITLED)[which]

    def share(of: Bools) -> Doubles:
        return np.bincount(group, of[order]) / number

    of_form = (
        np.log1p(number - 1) / 3,
        np.log1p(np.bincount(group, own) / number) / 10,
        np.log1p(np.minimum.reduceat(own, starts)) / 10,
        share(linked),
        share(dated),
        share(titled) > 0,
    )
    others, mean, least, links, dates, titles = (np.asarray(each)[group] for each in of_form)
    rows[order, 2:] = np.stack(
        (others, mean, least, np.log1p(own) / 10, links, dates, titles), axis=1
    )
    return rows


def _levels(tags: Sequence[str]) -> Floats:
    present = sorted(_LEVELS.intersection(tags))
    value = {tag: 1 / (1 + rank) for rank, tag in enumerate(present)}
    return np.array([value.get(tag, 0.0) for tag in tags], np.float32)


def _soon(has: Bools) -> Bools:
    """Whether a block or one of the next few has it."""
    found = has.copy()
    for ahead in range(1, _SOON + 1):
        found[:-ahead] |= has[ahead:]
    return found
