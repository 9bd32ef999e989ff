"""Which block is a story's headline: those around its start, each weighed by what follows it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features import NAMES
from transforms.features.shape import STOP
from transforms.segmentation.address import COLUMNS as ADDRESS
from transforms.segmentation.network import BODIES, HEAD_START, HEADLINE, KINDS, STARTS, STATES
from transforms.segmentation.trees import Trees
from transforms.segmentation.view import View

_ABOVE: Final = 14  # blocks above a start where its headline may stand
_BELOW: Final = 30
_MOST: Final = 32
_LONGEST: Final = 200  # characters of a candidate; the longest headline of the corpus has 175
_NEXT_COLUMNS: Final = np.array([NAMES.index(name) for name in ("share_0", "share_3", "share_6")])
_WINDOWS: Final = (60, 200)
_NO_HEAD: Final = -10.0  # stands for the other candidates where there is none: as low as kinds go
_BEYOND: Final = -30.0  # stands for blocks before the first and after the last
_OWN: Final = 14 + 2 * len(_WINDOWS)  # columns
_AROUND: Final = 3 * len(KINDS) + len(STATES)
_CLOCK: Final = NAMES.index("leading_clock")
_DATELINE: Final = NAMES.index("capital_dateline")
_STOPS: Final = NAMES.index(f"last_{STOP}")
_ENTRIES: Final = 2
_OF_STORIES: Final = STARTS | BODIES


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


def choose_titles(view: View, found: Sequence[Story], trees: Trees, columns: int) -> dict[int, int]:
    """The headline of each of the stories ``found``: its block by the story's first block."""
    titles = {}
    for story in found:
        at = title_candidates(view, story)
        if len(at):
            odds = trees.log_odds(title_evidence(view, at, story, columns))
            best = odds.argmax()
            if odds[best] > _SURE:
                titles[story.start] = int(at[best])
    _keep_frame(view, found, titles)
    return titles


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
    own = [i for i, state in enumerate(states) if state in _OF_STORIES]
    floor, body = 0, [i for i in own if states[i] in BODIES]
    begins = [i for i in own if states[i] in STARTS]
    for begin, limit in zip(begins, [*begins, len(states)][1:], strict=True):
        first, behind = bisect_left(body, begin), bisect_left(body, limit)
        yield Story(begin, body[first], body[behind - 1], floor)
        floor = body[behind - 1] + 1


def title_candidates(view: View, story: Story) -> Ints:
    """The blocks that may be the headline of ``story``."""
    low = max(story.floor, story.start - _ABOVE)
    # Something of the body must be left below it.
    high = min(story.last, story.body + 2, story.start + _BELOW)
    return _short(view.features.numbers, view.chars, low, high, _DATELINE, _STOPS)


@compiled
def _short(numbers: Floats, chars: Doubles, low: int, high: int, dateline: int, stops: int) -> Ints:
    """The first blocks from ``low`` up to ``high`` that may be headlines: none is very long, or a
    whole sentence behind a place in capitals ("NORTHPORT: The mayor said so.")."""
    at, number = np.empty(_MOST, np.int64), 0
    for block in range(low, high):
        says = numbers[block, dateline] > 0 and numbers[block, stops] > 0
        if number < _MOST and chars[block + 1] - chars[block] <= _LONGEST and not says:
            at[number] = block
            number += 1
    return at[:number]


def title_evidence(view: View, at: Ints, story: Story, columns: int) -> Floats:
    """A row for each of the candidates ``at``; ``columns`` of the block's own features count."""
    words = view.features.words
    leading, weight = view.words.leading(at)
    told = view.words.told(leading, weight, view.words.edge[at + 1], ahead=_WINDOWS)
    alike = _alike(words.ids, words.before, view.words.stops, at)
    width = _OWN + alike.shape[1] + _AROUND + len(_NEXT_COLUMNS) + columns + 2 * ADDRESS + 1
    rows = np.empty((len(at), width), np.float32)
    is_head = view.states[story.start] == HEAD_START
    _fill(
        at, story.start, story.body, is_head, HEADLINE, columns, view.start, view.chars, view.kinds,
        view.margins, view.features.numbers, _NEXT_COLUMNS, view.told, weight, told, alike, rows,
    )  # fmt: skip
    return rows


@compiled
def _fill(
    at: Ints, start: int, first: int, is_head: bool, headline: int, columns: int, starts: Floats,
    chars: Doubles, kinds: Floats, margins: Floats, numbers: Floats, next_columns: Ints, address: Floats,
    weight: Doubles, told: Doubles, alike: Floats, rows: Floats,
) -> None:  # fmt: skip
    """Fills ``rows``: how a candidate stands to the start, to the other candidates and to the first
    block of the body (``first``), what the body tells of its words, and how it and the blocks next
    to it look."""
    count, size = len(kinds), len(at)
    above, below = np.full(size, _NO_HEAD, np.float32), np.full(size, _NO_HEAD, np.float32)
    for i in range(1, size):
        j = size - 1 - i
        above[i] = max(above[i - 1], kinds[at[i - 1], headline])
        below[j] = max(below[j + 1], kinds[at[j + 1], headline])
    best = max(above[-1], kinds[at[-1], headline])
    most = np.full(address.shape[1], -np.inf, np.float32)
    for block in at:
        for k in range(len(most)):
            most[k] = max(most[k], address[block, k])
    most_of_all = np.float32(0)
    for block in range(count):
        most_of_all = max(most_of_all, address[block, 0])
    for i in range(size):
        block, row = at[i], rows[i]
        head = kinds[block, headline]
        said = 0.0
        for k in range(weight.shape[1]):
            said += weight[i, k]
        some = max(said, 1e-6)
        row[0], row[1], row[2], row[3] = starts[block], head - best, above[i], below[i]
        row[4], row[5], row[6], row[7] = block - start, first - block, i, size - i
        row[8], row[9], row[10] = block == start, is_head, said
        column = 11
        for k in range(len(told)):
            row[column], row[column + len(told)] = told[k, i], told[k, i] / some
            column += 1
        column += len(told)
        row[column] = chars[block + 1] - chars[block]
        row[column + 1] = block / count
        row[column + 2] = max(chars[first] - chars[min(block + 1, count)], 0.0)
        column += 3
        for k in range(alike.shape[1]):
            row[column] = alike[i, k]
            column += 1
        for k in range(kinds.shape[1]):
            row[column] = kinds[block, k]
            column += 1
        for k in range(len(margins)):
            row[column] = margins[k, block]
            column += 1
        for near in (block - 1, block + 1):
            for k in range(kinds.shape[1]):
                row[column] = kinds[near, k] if 0 <= near < count else _BEYOND
                column += 1
        for k in next_columns:
            row[column] = numbers[min(block + 1, count - 1), k]
            column += 1
        for k in range(columns):
            row[column] = numbers[block, k]
            column += 1
        for k in range(len(most)):
            row[column] = address[block, k]
            row[column + len(most)] = address[block, k] - most[k]
            column += 1
        row[column + len(most)] = most_of_all


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
