"""Which of a page's dates is a story's own, and how likely that is right.

The scores come from small forests of decision trees (``transforms/weights/dates.json``, written by
``training/dates.py``) over the features of ``transforms.dates.evidence``, followed by a monotone
calibration.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from schemas.kinds import DateRole
from schemas.records import Page, Segmentation
from transforms.arrays import Doubles, Ints
from transforms.dates import news
from transforms.dates.evidence import FEATURES, Outline, describe
from transforms.dates.sightings import Sighting
from transforms.dates.territory import Territory, eligible
from transforms.dates.trees import leaves


class Forest:
    """Decision trees as flat arrays; a leaf points to itself.

    ``trees`` is a list of trees, each a list of ``[feature, threshold, left, right, value]``.
    A row goes left where its feature is at most the threshold.
    """

    def __init__(self, trees: Sequence[Sequence[Sequence[float]]], depth: int) -> None:
        starts = np.cumsum([0, *(len(tree) for tree in trees)])[:-1]
        nodes = np.array([node for tree in trees for node in tree], dtype=float).reshape(-1, 5)
        shift = np.repeat(starts, [len(tree) for tree in trees])
        self._roots = starts.astype(np.int32)
        self._feature = nodes[:, 0].astype(np.int32)
        self._threshold = nodes[:, 1].copy()
        self._below = (nodes[:, 2] + shift).astype(np.int32)
        self._above = (nodes[:, 3] + shift).astype(np.int32)
        self._value = nodes[:, 4].copy()
        self._depth = depth

    def __call__(self, rows: Doubles) -> Doubles:
        """Sum of the trees' values for each row."""
        reached = leaves(
            rows, self._roots, self._feature, self._threshold, self._below, self._above,
            self._value, self._depth,
        )  # fmt: skip
        total: Doubles = reached.sum(axis=1)
        return total


# How a date stands among the others of its story: its score, its lead over the best of another day,
# and what share of the belief is in its day (softmax of the scores).
STANDING: Final = ("score", "lead", "share")
_NO_RIVAL: Final = 9.0


def standing(scores: Doubles, days: Ints) -> Doubles:
    """``STANDING`` for each date of one story; shape ``(n, 3)``. ``days`` are ordinals."""
    belief = np.exp(np.clip(scores - scores.max(), -30, 0))
    belief /= belief.sum()
    same = days[:, None] == days[None, :]
    rivals = np.where(same, -np.inf, scores[None, :]).max(axis=1)
    lead = np.clip(scores - rivals, -_NO_RIVAL, _NO_RIVAL)
    return np.stack([scores, lead, (same * belief).sum(axis=1)], axis=1)


@dataclass(frozen=True, slots=True)
class Judge:
    """Two forests: ``choice`` ranks the dates of a story, ``chance`` says how likely one is right.

    The second also sees how each stands in the eyes of the first. ``points`` of (raw chance,
    share that was right) calibrate it; ``several`` do so for pages of more than one story, where
    it is surer than it may be.
    """

    choice: Forest
    chance: Forest
    points: Doubles
    several: Doubles

    def __call__(self, rows: Doubles, days: Ints) -> tuple[Doubles, Doubles]:
        """The rank score and the calibrated probability of each row."""
        scores = self.choice(rows)
        raw = 1 / (1 + np.exp(-self.chance(np.hstack([rows, standing(scores, days)]))))
        points = self.several if is_one_of_several(rows) else self.points
        return scores, np.interp(raw, points[:, 0], points[:, 1])


@dataclass(frozen=True, slots=True)
class Model:
    """Who judges the dates of pages that tell them to machines, and of those that do not.

    The two are different trades: the first weighs structured data against what is visible, the
    second has only places and words. One model for both does either worse.
    """

    told: Judge
    untold: Judge

    def __call__(self, rows: Doubles, days: Ints) -> tuple[Doubles, Doubles]:
        return (self.told if is_told(rows) else self.untold)(rows, days)


def days_of(near: Sequence[Sighting]) -> Ints:
    """The days that these dates name to a reader, as ordinals."""
    return np.array([s.day.toordinal() if s.day else 0 for s in near], np.int64)


_TOLD, _OF, _IS_STORY, _UPDATED, _PUBLISHED, _STORIES = map(
    FEATURES.index,
    ("has_structured", "of", "is_story", "role_updated", "role_published", "stories"),
)


def is_told(rows: Doubles) -> bool:
    """Whether these dates of one story include one from structured data."""
    return bool(rows[:, _TOLD].any())


def is_one_of_several(rows: Doubles) -> bool:
    """Whether the story of these dates shares its page with others."""
    return bool((rows[:, _STORIES] > 1).any())


def best_row(scores: Doubles, rows: Doubles) -> int:
    """The index of the chosen date: the highest score, but never an update where structured data
    say when the story was published; the day of an update is a column of its own."""
    published = (rows[:, _OF] >= 0) & (rows[:, _PUBLISHED] > 0) & (rows[:, _IS_STORY] > 0)
    if published.any():
        scores = np.where(rows[:, _UPDATED] > 0, -np.inf, scores)
    return int(scores.argmax())


def load_model(weights: dict[str, Any]) -> Model:
    """A model from what ``training/dates.py`` wrote. ValueError if it knows features that we do not
    measure; those that we have come to measure since do not disturb it."""
    if unknown := set(weights["features"]).difference(FEATURES):
        raise ValueError(f"the weights of dates ask for {sorted(unknown)}; train them again")
    known = (*FEATURES, *STANDING)
    columns = [known.index(name) for name in (*weights["features"], *STANDING)]

    def forest(said: dict[str, Any]) -> Forest:
        trees = [[[columns[int(node[0])], *node[1:]] for node in tree] for tree in said["trees"]]
        return Forest(trees, said["depth"])

    def judge(said: dict[str, Any]) -> Judge:
        points, several = (np.array(said[name]) for name in ("points", "several"))
        return Judge(forest(said["choice"]), forest(said["chance"]), points, several)

    return Model(judge(weights["told"]), judge(weights["untold"]))


@cache
def default_model() -> Model:
    """The model that comes with copydesk."""
    path = files("transforms").joinpath("weights", "dates.json")
    return load_model(json.loads(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Rated:
    """A date of a story with the probability that it is the story's own."""

    sighting: Sighting
    probability: float


def _told_the_same_day(near: Sequence[Sighting], best: int) -> int:
    """The structured date of publication that names the day of ``best``, for it knows the time,
    or ``best`` itself."""
    value = near[best].value
    for i, s in enumerate(near):
        same = s.value is not None and value is not None and s.value.date() == value.date()
        if same and s.of is not None and s.role is DateRole.PUBLISHED:
            return i
    return best


def rate(
    page: Page,
    segmentation: Segmentation,
    sightings: Sequence[Sighting],
    place: Territory,
    shared: Outline,
    model: Model | None = None,
) -> tuple[Rated, ...]:
    """The eligible dates of one story: the chosen one, then the others by probability."""
    near = eligible(page, sightings, place)
    if not near:
        return ()
    rows = describe(page, segmentation.kinds, near, place, shared)
    scores, chances = (model or default_model())(rows, days_of(near))
    rated = [Rated(s, float(p)) for s, p in zip(near, chances, strict=True)]
    day = best_row(scores, rows)
    best = _told_the_same_day(near, day)
    rated[best] = Rated(near[best], max(float(chances[day]), news.floor(near, day, place)))
    return (rated[best], *sorted(rated[:best] + rated[best + 1 :], key=lambda r: -r.probability))
