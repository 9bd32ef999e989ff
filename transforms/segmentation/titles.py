"""Which block is a story's headline: those around its start, each weighed by what follows it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.arrays import Bools, Floats, Ints
from transforms.compiled import compiled
from transforms.features import NAMES
from transforms.features.shape import STOP
from transforms.segmentation.network import BODIES, HEAD_START, HEADLINE, STARTS
from transforms.segmentation.trees import Trees
from transforms.segmentation.view import View

_ABOVE: Final = 14  # blocks above a start where its headline may stand
_BELOW: Final = 30
_MOST: Final = 32
_LONGEST: Final = 200  # characters of a candidate; the longest headline of the corpus has 175
_NEXT_COLUMNS = [NAMES.index(name) for name in ("share_0", "share_3", "share_6")]
_WINDOWS: Final = (60, 200)
_CLOCK: Final = NAMES.index("leading_clock")
_DATELINE: Final = NAMES.index("capital_dateline")
_STOPS: Final = NAMES.index(f"last_{STOP}")
_ENTRIES: Final = 2


@dataclass(frozen=True, slots=True)
class Story:
    """Where a story starts, where its body does and ends, and the first block after the story before
    it, above which its headline cannot stand."""

    start: int
    body: int
    last: int
    floor: int


# A story whose likeliest headline is less likely than this has none.
_SURE: Final = float(np.log(0.2 / 0.8))


def choose_titles(view: View, states: Sequence[int], trees: Trees, columns: int) -> dict[int, int]:
    """The headline of each story of the path ``states``: its block by the story's first block."""
    titles = {}
    found = list(stories(states))
    for story in found:
        at = title_candidates(view, story)
        if len(at):
            odds = trees.log_odds(title_evidence(view, at, story, columns))
            if odds.max() > _SURE:
                titles[story.start] = int(at[odds.argmax()])
    _keep_frame(view, found, titles)
    return titles


def _may_be_title(view: View, at: Ints) -> Bools:
    """No headline is very long, or a whole sentence behind a place in capitals ("NORTHPORT: The
    mayor said so.")."""
    looks = view.features.numbers[at]
    short = view.chars[at + 1] - view.chars[at] <= _LONGEST
    may: Bools = short & ~((looks[:, _DATELINE] > 0) & (looks[:, _STOPS] > 0))
    return may


def _keep_frame(view: View, found: Sequence[Story], titles: dict[int, int]) -> None:
    """On a live page whose later entries all begin with a time of day the first one does, too: the
    title of the page above it is not its headline."""
    if len(found) <= _ENTRIES:
        return
    timed = view.features.numbers[:, _CLOCK] > 0
    later = [titles.get(story.start) for story in found[1:]]
    if not all(i is not None and timed[i] for i in later):
        return
    own = [i for i in title_candidates(view, found[0]) if timed[i]]
    if own:
        titles[found[0].start] = int(own[-1])


def stories(states: Sequence[int]) -> Iterator[Story]:
    """The stories of a path in page order."""
    floor, body = 0, [i for i, state in enumerate(states) if state in BODIES]
    begins = [i for i, state in enumerate(states) if state in STARTS]
    for begin, limit in zip(begins, [*begins, len(states)][1:], strict=True):
        first, behind = bisect_left(body, begin), bisect_left(body, limit)
        yield Story(begin, body[first], body[behind - 1], floor)
        floor = body[behind - 1] + 1


def title_candidates(view: View, story: Story) -> Ints:
    """The blocks that may be the headline of ``story``."""
    low = max(story.floor, story.start - _ABOVE)
    # Something of the body must be left below it.
    high = min(story.last, story.body + 2, story.start + _BELOW)
    near = np.arange(low, high)
    return near[_may_be_title(view, near)][:_MOST]


def title_evidence(view: View, at: Ints, story: Story, columns: int) -> Floats:
    """A row for each of the candidates ``at``; ``columns`` of the block's own features count."""
    count, start, first = len(view.states), story.start, story.body
    kinds, chars = view.kinds, view.chars
    heads = kinds[at, HEADLINE]
    above = np.concatenate(([-10.0], np.maximum.accumulate(heads)[:-1]))
    below = np.concatenate((np.maximum.accumulate(heads[::-1])[::-1][1:], [-10.0]))
    edge = view.words.edge[at + 1]
    words = view.features.words
    leading, weight = view.words.leading(at)
    said = weight.sum(axis=1)
    told = view.words.told(leading, weight, edge, ahead=_WINDOWS)
    order = np.arange(len(at))
    own = np.stack(
        (
            view.start[at],
            heads - heads.max(),
            above,
            below,
            at - start,
            first - at,
            order,
            len(at) - order,
            at == start,
            np.full(len(at), view.states[start] == HEAD_START),
            said,
            *told,
            *(part / np.maximum(said, 1e-6) for part in told),
            chars[at + 1] - chars[at],
            at / count,
            np.maximum(chars[first] - chars[np.minimum(at + 1, count)], 0),
        ),
        axis=1,
    )
    fenced = np.full((count + 2, kinds.shape[1]), -30.0, np.float32)
    fenced[1:-1] = kinds
    numbers = view.features.numbers
    return np.concatenate(
        (
            own,
            _alike(words.ids, words.before, view.words.stops, at),
            kinds[at],
            view.margins[:, at].T,
            fenced[at],
            fenced[at + 2],
            numbers[np.minimum(at + 1, count - 1)][:, _NEXT_COLUMNS],
            numbers[at, :columns],
            view.told[at],
            view.told[at] - view.told[at].max(axis=0),
            np.full((len(at), 1), view.told[:, 0].max()),
        ),
        axis=1,
        dtype=np.float32,
    )


@compiled
def _alike(ids: Ints, before: Ints, stops: Ints, at: Ints) -> Floats:
    """Of each candidate: its words, the words of the longest other that holds all of its, of the
    longest that it holds, how many others have the same, and the nearest likeness of another.

    A path to the page ("Home / Politics / title") holds its headline; a page that prints its
    headline twice has two that are the same."""
    rows = np.zeros((len(at), 5), np.float32)
    different, most = np.zeros(len(at), np.int64), 0
    for i in range(len(at)):
        start = stops[at[i] - 1] if at[i] else 0
        for place in range(start, stops[at[i]]):
            different[i] += before[place] < start
            most = max(most, ids[place])
    mine = np.full(most + 1, -1, np.int64)  # the last candidate that has each word
    for i in range(len(at)):
        start = stops[at[i] - 1] if at[i] else 0
        for place in range(start, stops[at[i]]):
            mine[ids[place]] = i
        rows[i, 0] = different[i]
        for j in range(len(at)):
            if i == j:
                continue
            both = 0
            start = stops[at[j] - 1] if at[j] else 0
            for place in range(start, stops[at[j]]):
                both += before[place] < start and mine[ids[place]] == i
            if not both:
                continue
            if both == different[i] == different[j]:
                rows[i, 3] += 1
            elif both == different[i]:
                rows[i, 1] = max(rows[i, 1], different[j])
            elif both == different[j] > 2:
                rows[i, 2] = max(rows[i, 2], both)
            rows[i, 4] = max(rows[i, 4], both / (different[i] + different[j] - both))
    return rows
