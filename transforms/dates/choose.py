"""Which of a page's dates is a story's own, and how likely that is right.

The scores come from small forests of decision trees (``transforms/weights/dates.json``, written by
``training/dates.py``) over the features of ``transforms.dates.evidence``, followed by a monotone
calibration.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np

from schemas.kinds import DateRole
from schemas.records import Page, Segmentation
from transforms.arrays import Bools, Doubles, Ints
from transforms.compiled import compiled
from transforms.dates import news
from transforms.dates.evidence import Outline, describe
from transforms.dates.rows import FEATURES
from transforms.dates.sighting import Sighting
from transforms.dates.territory import Territory, eligible
from transforms.dates.trees import read_forest
from transforms.forests import Forest

# How a date stands among the others of its story: its score, its lead over the best of another day,
# and what share of the belief is in its day (softmax of the scores).
STANDING: Final = ("score", "lead", "share")
_NO_RIVAL: Final = 9.0
_HARDLY: Final = -30.0  # a score so far below the best has no belief


def standing(scores: Doubles, days: Ints, story: Ints) -> Doubles:
    """``STANDING`` for each date of some stories; shape ``(n, 3)``. ``days`` are ordinals,
    ``story`` says whose each date is; those of one story stand together."""
    found = np.empty((len(scores), len(STANDING)))
    _stand(scores, days, story, found)
    return found


@compiled
def _stand(scores: Doubles, days: Ints, story: Ints, found: Doubles) -> None:
    low = 0
    while low < len(scores):
        high = low + 1
        top = scores[low]
        while high < len(scores) and story[high] == story[low]:
            top = max(top, scores[high])
            high += 1
        belief = 0.0
        for i in range(low, high):
            belief += np.exp(max(scores[i] - top, _HARDLY))
        for i in range(low, high):
            rival, same = -np.inf, 0.0
            for other in range(low, high):
                if days[other] == days[i]:
                    same += np.exp(max(scores[other] - top, _HARDLY))
                else:
                    rival = max(rival, scores[other])
            found[i, 0] = scores[i]
            found[i, 1] = min(max(scores[i] - rival, -_NO_RIVAL), _NO_RIVAL)
            found[i, 2] = same / belief
        low = high


class Curve:
    """A line through points in order, level before the first and behind the last."""

    def __init__(self, points: Iterable[Sequence[float]]) -> None:
        self._xs: list[float] = []
        self._ys: list[float] = []
        for x, y in points:
            self._xs.append(x)
            self._ys.append(y)

    def __call__(self, x: float) -> float:
        xs, ys = self._xs, self._ys
        i = bisect_right(xs, x) - 1
        if i < 0:
            return ys[0]
        if i == len(xs) - 1:
            return ys[i]
        return (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i]) + ys[i]


@dataclass(frozen=True, slots=True)
class Judge:
    """Two forests: ``choice`` ranks the dates of a story, ``chance`` says how likely one is right.

    The second also sees how each stands in the eyes of the first. ``points`` of (raw chance,
    share that was right) calibrate it; ``several`` do so for pages of more than one story, and
    ``updated`` for the days of updates, if enough of them are known: it is surer of both than it
    may be.
    """

    choice: Forest
    chance: Forest
    points: Curve
    several: Curve
    updated: Curve | None = None

    def __call__(self, rows: Doubles, days: Ints, story: Ints) -> tuple[Doubles, list[float]]:
        """The rank score and the calibrated probability of each row."""
        scores = self.choice.sums(rows)
        stood = np.concatenate((rows, standing(scores, days, story)), axis=1)
        raw = 1 / (1 + np.exp(-self.chance.sums(stood)))
        among, changed = is_one_of_several(rows), is_update(rows)
        told = zip(raw.tolist(), among.tolist(), changed.tolist(), strict=True)
        return scores, [self._calibrated(*each) for each in told]

    def _calibrated(self, raw: float, among: bool, changed: bool) -> float:
        """The chance of a date ``among`` several stories, or of a story that was ``changed`` then."""
        if changed and self.updated is not None:
            return self.updated(raw)
        return (self.several if among else self.points)(raw)


@dataclass(frozen=True, slots=True)
class Model:
    """Who judges the dates of pages that tell them to machines, and of those that do not.

    The two are different trades: the first weighs structured data against what is visible, the
    second has only places and words. One model for both does either worse.
    """

    told: Judge
    untold: Judge

    def __call__(self, rows: Doubles, days: Ints, story: Ints) -> tuple[Doubles, list[float]]:
        """The rank score and the probability of each row: all dates of some stories, ``story``
        saying whose each is."""
        told = is_told(rows)
        among = {*told.tolist()}
        if len(among) == 1:  # most pages: no need to part the rows
            return (self.told if among.pop() else self.untold)(rows, days, story)
        scores, chances = np.empty((2, len(rows)))
        for judge, where in ((self.told, told), (self.untold, ~told)):
            scores[where], chances[where] = judge(rows[where], days[where], story[where])
        return scores, chances.tolist()


def days_of(near: Sequence[Sighting]) -> Ints:
    """The days that these dates name to a reader, as ordinals."""
    return np.array([s.day.toordinal() if s.day else 0 for s in near], np.int64)


_TOLD, _OF, _IS_STORY, _UPDATED, _PUBLISHED, _STORIES = map(
    FEATURES.index,
    ("has_structured", "of", "is_story", "role_updated", "role_published", "stories"),
)


def is_told(rows: Doubles) -> Bools:
    """Whether the story of each date has one from structured data."""
    return rows[:, _TOLD] > 0


def is_one_of_several(rows: Doubles) -> Bools:
    """Whether the story of each date shares its page with others."""
    return rows[:, _STORIES] > 1


def is_update(rows: Doubles) -> Bools:
    """Whether each date is said to be that of an update."""
    return rows[:, _UPDATED] > 0


def best_row(scores: Doubles, rows: Doubles) -> int:
    """The index of the chosen date: the highest score, but never an update where structured data
    say when the story was published; the day of an update is a column of its own."""
    return _best(scores, rows, _OF, _PUBLISHED, _IS_STORY, _UPDATED)


@compiled
def _best(
    scores: Doubles, rows: Doubles, of: int, published: int, is_story: int, updated: int
) -> int:
    told = False
    for row in range(len(rows)):
        told |= rows[row, of] >= 0 and rows[row, published] > 0 and rows[row, is_story] > 0
    best, most = 0, -np.inf
    for row in range(len(rows)):
        if scores[row] > most and not (told and rows[row, updated] > 0):
            best, most = row, scores[row]
    return best


def load_model(weights: dict[str, Any]) -> Model:
    """A model from what ``training/dates.py`` wrote. ValueError if it knows features that we do not
    measure; those that we have come to measure since do not disturb it."""
    if unknown := set(weights["features"]).difference(FEATURES):
        raise ValueError(f"the weights of dates ask for {sorted(unknown)}; train them again")
    known = (*FEATURES, *STANDING)
    columns = [known.index(name) for name in (*weights["features"], *STANDING)]

    def forest(said: dict[str, Any]) -> Forest:
        trees = [[[columns[int(node[0])], *node[1:]] for node in tree] for tree in said["trees"]]
        return read_forest(trees)

    def judge(said: dict[str, Any]) -> Judge:
        updated = Curve(said["updated"]) if said.get("updated") else None
        return Judge(
            forest(said["choice"]), forest(said["chance"]), Curve(said["points"]),
            Curve(said["several"]), updated,
        )  # fmt: skip

    return Model(judge(weights["told"]), judge(weights["untold"]))


@cache
def default_model() -> Model:
    """The model that comes with copydesk."""
    path = files("transforms").joinpath("weights", "dates.json")
    return load_model(json.loads(path.read_text("utf-8")))


class Rated(NamedTuple):
    """A date of a story with the probability that it is the story's own."""

    sighting: Sighting
    probability: float


def told_the_same_day(near: Sequence[Sighting], best: int) -> int:
    """The structured date of publication that names the day of ``best``, for it knows the time, or
    ``best`` itself. The day is the same to its writer and in UTC: a moment that UTC moves to another
    day is not taken for the day that the page shows and that was chosen."""
    day, value = near[best].day, near[best].value
    for i, s in enumerate(near):
        if s.of is None or s.role is not DateRole.PUBLISHED or s.value is None or value is None:
            continue
        if s.day == day and s.value.date() == value.date():
            return i
    return best


def rate(
    page: Page,
    segmentation: Segmentation,
    stories: Sequence[tuple[Sequence[Sighting], Territory]],
    shared: Outline,
    model: Model | None = None,
) -> list[tuple[Rated, ...]]:
    """For each of ``stories`` (the dates around it, its territory) those that may be its own: the
    chosen one, then the others by probability. All are judged at once."""
    near = [eligible(page, dates, place) if dates else [] for dates, place in stories]
    if not any(near):
        return [()] * len(near)
    rows = describe(
        page,
        segmentation.kinds,
        [(dates, place) for dates, (_, place) in zip(near, stories, strict=True)],
        shared,
    )
    story = np.array([i for i, dates in enumerate(near) for _ in dates], np.int64)
    days = days_of([*chain.from_iterable(near)])
    scores, chances = (model or default_model())(rows, days, story)
    found: list[tuple[Rated, ...]] = []
    end = 0
    for dates, (_, place) in zip(near, stories, strict=True):
        start, end = end, end + len(dates)
        its = slice(start, end)
        found.append(_rated(dates, place, scores[its], chances[its], rows[its]) if dates else ())
    return found


def _rated(
    near: Sequence[Sighting], place: Territory, scores: Doubles, chances: Sequence[float],
    rows: Doubles,
) -> tuple[Rated, ...]:  # fmt: skip
    rated = [Rated(s, p) for s, p in zip(near, chances, strict=True)]
    day = best_row(scores, rows)
    best = told_the_same_day(near, day)
    rated[best] = Rated(near[best], max(chances[day], news.floor(near, day, place)))
    return (rated[best], *sorted(rated[:best] + rated[best + 1 :], key=lambda r: -r.probability))
