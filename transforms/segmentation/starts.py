"""Which of the likely starts are taken, and the best path that keeps to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.arrays import Bools, Doubles, Ints
from transforms.consent import speaks_of_consent
from transforms.features import NAMES
from transforms.features.shape import STOP
from transforms.segmentation.context import gaps
from transforms.segmentation.decode import states_with
from transforms.segmentation.network import BODIES, Scores
from transforms.segmentation.titles import Story, stories
from transforms.segmentation.view import View

# A gap between two bodies in which a start is likelier than this has one; where that makes a page
# of several stories, a likelihood of less is enough for the others.
_TAKEN: Final = 0.5
_TAKEN_AMONG_OTHERS: Final = 0.3
# Likelihoods of starts that exclude each other add up to one at most; a gap with more than this has
# several.
_MORE_THAN_ONE: Final = 1.6
# The first story of a page is likelier than a further one: the best start that is at least so
# likely is taken where none is likely, of those that the network did not think absurd.
_FIRST: Final = 0.1
_ABSURD: Final = -6.0
# On a page of so many stories one with less body than this and no sentence in it is none: a live
# page lists its key points above the entries, and an entry may be only a headline.
_SEVERAL: Final = 3
_STUB: Final = 100  # characters
_SENTENCE_ENDS: Final = [NAMES.index(name) for name in (f"last_{STOP}", "ends_quoted_stop")]


@dataclass(frozen=True, slots=True)
class Start:
    """A start that was taken: how likely the story starts about there, and the next likeliest block
    for it, if there is one."""

    confidence: float
    runner_up: int | None = None


def are_several(view: View, at: Ints, odds: Doubles) -> bool:
    """Whether a page has several stories, by the ``odds`` of its candidates ``at``."""
    return sum(sure > _TAKEN for _, _, sure in _by_gap(view, at, odds)) > 1


def choose_starts(view: View, at: Ints, odds: Doubles) -> dict[int, Start]:
    """The starts of a page's stories by their blocks, in page order, of the candidates ``at``.

    Candidates with no body between them stand for the same start, so their ``odds`` add up, and
    the likeliest of them is it.
    """
    if not len(at):
        return {}
    likely, blocks = odds.tolist(), at.tolist()
    by_gap = _by_gap(view, at, odds)
    taken = [gap for gap in by_gap if gap[2] > _TAKEN]
    if len(taken) > 1:
        taken = [gap for gap in by_gap if gap[2] > _TAKEN_AMONG_OTHERS]
    if not taken:
        sane = np.where(view.start[at] > _ABSURD, odds, 0.0)
        if sane.max() > _FIRST:
            sanest = sane.argmax()
            taken = [gap for gap in by_gap if gap[0] <= sanest < gap[1]]
    starts: dict[int, Start] = {}
    for low, high, sure in taken:
        if sure > _MORE_THAN_ONE and (parts := _briefs(view, at, odds, low, high)):
            starts |= {blocks[i]: Start(likely[i]) for i in parts}
            continue
        best = max(range(low, high), key=likely.__getitem__)
        others = [i for i in range(low, high) if i != best]
        runner_up = blocks[max(others, key=likely.__getitem__)] if others else None
        starts[blocks[best]] = Start(min(1.0, sure), runner_up)
    return starts


def _by_gap(view: View, at: Ints, odds: Doubles) -> list[tuple[int, int, float]]:
    """The candidates ``at`` by the gap in which they stand: from where up to where they are of one,
    and how likely one of those is a start."""
    if not len(at):
        return []
    first = gaps(view, at)[0]
    likely, begins = np.add.reduceat(odds, first).tolist(), first.tolist()
    return [*zip(begins, [*begins[1:], len(at)], likely, strict=True)]


def _briefs(view: View, at: Ints, odds: Doubles, low: int, high: int) -> list[int]:
    """The likely candidates of one gap that stand before sentences of their own, if they are
    several: to the network they were teasers, so it saw no body between them."""
    ends = _ends(view)
    parts: list[int] = []
    for i in range(low, high):
        if odds[i] <= _TAKEN_AMONG_OTHERS:
            continue
        if not parts or _says_something(view, ends, at[parts[-1]], at[i]):
            parts.append(i)
        elif odds[i] > odds[parts[-1]]:
            parts[-1] = i
    return parts if len(parts) > 1 else []


def _says_something(view: View, ends: Bools, start: int, end: int) -> bool:
    """Whether a block of more than a few words with a sentence's end stands there."""
    return any(ends[i] and len(view.blocks[i].text) >= _STUB for i in range(start, end))


def best_path(
    view: View, scores: Scores, starts: Mapping[int, Start]
) -> tuple[tuple[int, ...], dict[int, Start]]:
    """The states of the best path that starts stories at ``starts`` and nowhere else, and those of
    ``starts`` that are left when what says nothing, or asks for consent, is not taken for a story."""
    states = states_with(scores, starts)
    if len(starts) < 2:
        return states, dict(starts)
    found = list(stories(states))
    none = _stubs(view, states, found) | _consent(view, states, found)
    if not none:
        return states, dict(starts)
    left = {at: start for at, start in starts.items() if at not in none}
    return states_with(scores, left), left


def _stubs(view: View, states: Sequence[int], found: Sequence[Story]) -> set[int]:
    """The starts of the stories that have neither a sentence nor more than a few words."""
    if len(found) < _SEVERAL:
        return set()
    ends = _ends(view)
    stubs = set()
    for story in found:
        body = _body(story, states)
        said = sum(len(view.blocks[i].text) for i in body)
        if said < _STUB and not ends[body].any():
            stubs.add(story.start)
    return stubs


def _consent(view: View, states: Sequence[int], found: Sequence[Story]) -> set[int]:
    """The starts of those of several stories that are a site's words on cookies and data."""
    if len(found) < 2:
        return set()
    return {
        story.start
        for story in found
        if speaks_of_consent([view.blocks[i].text for i in _body(story, states)])
    }


def _body(story: Story, states: Sequence[int]) -> list[int]:
    """The blocks of a story's body."""
    return [i for i in range(story.body, story.last + 1) if states[i] in BODIES]


def _ends(view: View) -> Bools:
    """Which blocks end as sentences do."""
    ends: Bools = view.features.numbers[:, _SENTENCE_ENDS].max(axis=1) > 0
    return ends
