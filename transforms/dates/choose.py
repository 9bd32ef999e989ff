"""Which of a page's dates is a story's own: features of each date, and a learned score.

The score is the probability that a date is the day of publication of a story. It comes from a
small forest of decision trees (``transforms/weights/dates.json``, written by
``training/dates.py``), followed by a monotone calibration. No feature knows a site.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from schemas.kinds import BlockKind, DateBasis, DateRole, Precision
from schemas.records import Page, Segmentation
from transforms.dates import words
from transforms.dates.machine import UrlDate, read_url
from transforms.dates.sightings import Sighting

Floats = npt.NDArray[np.float64]

_BASES: Final = tuple(DateBasis)
_ROLES: Final = tuple(DateRole)
_DAY: Final = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR, Precision.DAY})
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
# A copyright line and a birthday never date a story, nor does the day that a picture was taken.
_NEVER: Final = frozenset({DateRole.COPYRIGHT, DateRole.BIRTH})
_MOSTLY: Final = 0.5
_SAME_HEADLINE: Final = 0.5
# Of the dates of a long page only those nearest to the story are weighed.
_NEAREST: Final = 24


@dataclass(frozen=True, slots=True)
class Territory:
    """The blocks in which a story's dates may stand: ``[start, end)`` around its own
    ``[first, last]``; ``index`` of ``count`` stories (teasers not counted)."""

    start: int
    first: int
    last: int
    end: int
    index: int
    count: int
    is_teaser: bool


def territories(segmentation: Segmentation, blocks: int) -> tuple[Territory, ...]:
    """One territory a span: from the end of the span before to the start of the one after."""
    spans = segmentation.spans
    count = sum(not span.is_teaser for span in spans)
    made, index = [], 0
    for i, span in enumerate(spans):
        first, last = (span.blocks[0], span.blocks[-1]) if span.blocks else (0, 0)
        start = spans[i - 1].blocks[-1] + 1 if i and spans[i - 1].blocks else 0
        end = blocks
        if i + 1 < len(spans) and spans[i + 1].blocks:
            end = spans[i + 1].blocks[0]
        if span.is_teaser:
            start, end = first, last + 1
        made.append(
            Territory(min(start, first), first, last, max(end, last + 1), index, count, span.is_teaser)
        )  # fmt: skip
        index += not span.is_teaser
    return tuple(made)


def _words(text: str | None) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) if text else frozenset()


def _shared(mine: frozenset[str], other: frozenset[str]) -> float:
    return len(mine & other) / len(mine) if mine else 0.0


@dataclass(frozen=True, slots=True)
class Rated:
    """A date of a story with the probability that it is the story's own."""

    sighting: Sighting
    probability: float


def _belongs(page: Page, sighting: Sighting, headline: frozenset[str]) -> float:
    """How far a date of the page's head or URL speaks of the story with this headline."""
    if sighting.of is not None:
        story = page.metadata.stories[sighting.of]
        known = story.headline or page.metadata.og_title or page.metadata.title
        return _shared(headline, _words(known))
    return _shared(headline, _words((page.url or "").split("://")[-1].partition("/")[2]))


def _could_be(page: Page, s: Sighting, place: Territory, headline: frozenset[str]) -> bool:
    """Whether a date may be the story's own at all."""
    if s.value is None or s.precision not in _DAY or s.role in _NEVER:
        return False
    if s.block is not None:
        return place.start <= s.block < place.end and not (
            s.role is DateRole.PHOTO and s.alone < _MOSTLY
        )
    # The head and the address of a page speak of one story. Another one needs its headline there.
    return not place.is_teaser and (
        place.index == 0 or _belongs(page, s, headline) >= _SAME_HEADLINE
    )


def eligible(page: Page, sightings: Sequence[Sighting], place: Territory) -> list[Sighting]:
    """The dates that could be the story's own: exact to the day, in its territory or the head."""
    headline = _words(page.blocks[place.first].text) if page.blocks else frozenset()
    near = [s for s in sightings if _could_be(page, s, place, headline)]
    if len(near) > _NEAREST:
        near.sort(key=lambda s: abs(s.block - place.first) if s.block is not None else -1)
        near = sorted(near[:_NEAREST], key=lambda s: -1 if s.start is None else s.start)
    return near


FEATURES: Final = (
    *(f"basis_{b}" for b in _BASES),
    *(f"role_{r}" for r in _ROLES),
    "from_first", "from_last", "inside", "above", "below", "line", "alone", "timed", "yearless",
    "ambiguous", "agree_structured", "agree_url", "differ_url", "agree_visible", "agree_near",
    "rank", "candidates", "days", "newest", "oldest", "age", "rivals_alone", "belongs",
    "is_first", "stories", "teaser", "link_density", "body_kind", "date_kind", "furniture_kind",
    "above_line", "of", "has_structured", "role_published_near", "next_block_long",
    "prose_between", "title_near", "later_below", "body_newer", "copyright", "byline",
    "updated_near", "url_month", "same_line", "weekday_lead", "older_near",
    "weekday", "page_top", "evergreen", "headline_year", "comments_at_least",
    "is_story", "told_stories", "other_bases", "newer_structured",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """What all stories of a page share: how many long blocks come before each block, the year of
    its copyright line, the date in its address."""

    prose: tuple[int, ...]
    copyright: int | None
    address: UrlDate | None


def outline(page: Page) -> Outline:
    """The outline of ``page``; linear in its blocks."""
    prose = accumulate((len(block.text) > _LONG for block in page.blocks), initial=0)
    tail = page.text[-3000:].lower()
    mark = tail.rfind("©")
    said = _COPYRIGHT.search(tail, max(0, tail.rfind("copyright") if mark < 0 else mark))
    return Outline(
        tuple(prose), int(said[1]) if said else None, read_url(page.url) if page.url else None
    )  # fmt: skip


def describe(
    page: Page,
    kinds: Sequence[BlockKind],
    near: Sequence[Sighting],
    place: Territory,
    shared: Outline,
) -> Floats:
    """One row of ``FEATURES`` for each date of ``near``; shape ``(len(near), len(FEATURES))``."""
    blocks = page.blocks
    headline = _words(blocks[place.first].text) if blocks else frozenset()
    days = [s.value.date() if s.value else None for s in near]
    structured = {d for s, d in zip(near, days, strict=True) if s.of is not None}
    url = {d for s, d in zip(near, days, strict=True) if s.basis is DateBasis.URL}
    visible = Counter(d for s, d in zip(near, days, strict=True) if s.block is not None)
    close = Counter(
        d for s, d in zip(near, days, strict=True)
        if s.block is not None and -8 <= s.block - place.first <= 12
    )  # fmt: skip
    lonely = Counter(s.alone > 0.5 for s in near if s.block is not None)[True]
    distinct = sorted({d for d in days if d})
    published_near = any(
        s.role is DateRole.PUBLISHED and s.block is not None and -8 <= s.block - place.first <= 12
        for s in near
    )
    rows = np.zeros((len(near), len(FEATURES)))
    page_facts = _facts(page, near, place, headline, shared)
    rank = 0
    base = len(_BASES) + len(_ROLES)
    for i, (s, day) in enumerate(zip(near, days, strict=True)):
        row = rows[i]
        row[_BASES.index(s.basis)] = 1
        row[len(_BASES) + _ROLES.index(s.role)] = 1
        here = s.block is not None
        kind = kinds[s.block] if s.block is not None and kinds else None
        block = blocks[s.block] if s.block is not None else None
        age = (page.fetched_at.date() - day).days if page.fetched_at and day else -1
        row[base:] = (
            _clip(s.block - place.first, 60) if s.block is not None else -99,
            _clip(s.block - place.last, 60) if s.block is not None else -99,
            here and place.first <= (s.block or 0) <= place.last,
            here and (s.block or 0) < place.first,
            here and (s.block or 0) > place.last,
            min(400, len(block.text)) if block else 0,
            s.alone,
            s.timed,
            s.yearless,
            s.ambiguous,
            len(structured) > 0 and day in structured,
            day in url,
            bool(url) and day not in url,
            min(6, visible[day]),
            min(6, close[day]),
            rank if here else -1,
            len(near),
            len(distinct),
            day == distinct[-1] if distinct else 0,
            day == distinct[0] if distinct else 0,
            math.log1p(age) if age >= 0 else age,
            lonely,
            _belongs(page, s, headline) if not here else 1.0,
            place.index == 0,
            min(4, place.count),
            place.is_teaser,
            block.hints.link_density if block and block.hints else 0.0,
            kind is BlockKind.BODY,
            kind in (BlockKind.DATE, BlockKind.BYLINE),
            kind in (BlockKind.BOILERPLATE, BlockKind.TEASER, BlockKind.CAPTION),
            min(200, len(blocks[s.block - 1].text)) if s.block else 0,
            min(s.of, 5) if s.of is not None else -1,
            len(structured) > 0,
            published_near,
            s.block is not None
            and s.block + 1 < len(blocks)
            and len(blocks[s.block + 1].text) > _LONG,
            *page_facts(s, day),
        )
        rank += here
    return rows


_LONG: Final = 120
_LONG_WEEKDAYS: Final = frozenset(word for word in words.WEEKDAYS if len(word) > 4)
_BYLINE: Final = re.compile(
    r"^[•|* ]*(?:by|von|par|por|di|da|av|af|door|text:?|автор|από) ", re.IGNORECASE
)
# Pages that are kept up for years show the day of their last change.
_EVERGREEN: Final = re.compile(
    r"\b(?:best|top \d+|how to|guide|tips|what is|what are|ways to|review|vs|besten?|tipps|anleitung"
    r"|ratgeber|meilleur|mejores|migliori|melhores|\d+ (?:best|ways|things|tips))\b",
    re.IGNORECASE,
)
_COPYRIGHT: Final = re.compile(r"(?:©|copyright)[^\n]{0,40}?((?:19|20)\d\d)(?!\d)")


def _facts(
    page: Page,
    near: Sequence[Sighting],
    place: Territory,
    headline: frozenset[str],
    shared: Outline,
) -> Callable[[Sighting, date | None], tuple[float, ...]]:
    """The features that compare one date with the rest of the page."""
    blocks = page.blocks
    prose, year, address = shared.prose, shared.copyright, shared.address
    titles = [place.first]
    if len(headline) >= 3:
        titles += [
            i
            for i in range(place.start, min(place.end, place.first + 12))
            if abs(len(blocks[i].text) - len(blocks[place.first].text)) < 20
            and _shared(headline, _words(blocks[i].text)) >= 0.8
        ]
    below = [
        s.value.date() for s in near if s.value and s.block is not None and s.block > place.last
    ]
    inside = [
        s.value.date()
        for s in near
        if s.value
        and s.block is not None
        and not s.yearless
        and place.first < s.block <= place.last
        and len(blocks[s.block].text) > _LONG
    ]
    newest_inside = max(inside, default=None)
    lines = Counter(s.block for s in near if s.block is not None)
    updated = any(
        s.role is DateRole.UPDATED and s.block is not None and abs(s.block - place.first) <= 10
        for s in near
    )
    near_days = [
        s.value.date()
        for s in near
        if s.value and s.block is not None and abs(s.block - place.first) <= 6 and s.alone > 0.2
    ]
    lead = _lead_weekdays(page, place)
    title = blocks[place.first].text if blocks else ""
    bases: dict[date, set[DateBasis]] = defaultdict(set)
    for s in near:
        if s.value and s.role is not DateRole.UPDATED:
            bases[s.value.date()].add(s.basis)
    told = {s.value.date() for s in near if s.value and s.of is not None}
    evergreen = bool(_EVERGREEN.search(title))
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", title)
    comments = [s.value.date() for s in near if s.value and s.role is DateRole.COMMENT]

    def facts(s: Sighting, day: date | None) -> tuple[float, ...]:
        if day is None:
            return (0.0,) * 20
        at = s.block if s.block is not None else place.first
        low, high = min(at, place.first), max(at, place.first)
        return (
            min(20, prose[high] - prose[low]) if s.block is not None else -1,
            _clip(min((at - t for t in titles), key=abs), 40) if s.block is not None else -99,
            sum(d >= day for d in below) / len(below) if below else -1,
            _clip((newest_inside - day).days, 999) if newest_inside else -1000,
            _clip(year - day.year, 9) if year else -10,
            s.block is not None and bool(_BYLINE.match(blocks[s.block].text)),
            updated,
            -1 if address is None
            else (address.value.year, address.value.month) == (day.year, day.month),
            lines[s.block] if s.block is not None else 0,
            -1 if not lead else (day.weekday() in lead),
            sum(d < day for d in near_days),
            s.weekday,
            min(60, s.block) if s.block is not None else -1,
            evergreen,
            max((int(y) - day.year for y in years), default=-9),
            _clip((min(comments) - day).days, 99) if comments else -100,
            page.metadata.stories[s.of].is_story if s.of is not None else -1,
            min(9, len(page.metadata.stories)),
            len(bases[day]),
            any(d < day for d in told),
        )  # fmt: skip

    return facts


def _lead_weekdays(page: Page, place: Territory) -> frozenset[int]:
    """The weekdays named in the first two long blocks of a story, and the days after them."""
    found: set[int] = set()
    seen = 0
    for block in page.blocks[place.first : place.last + 1]:
        if len(block.text) > _LONG:
            seen += 1
            for word in _LONG_WEEKDAYS.intersection(_WORD.findall(block.text[:600].lower())):
                day = words.weekday(word, None)
                found |= {day, (day + 1) % 7}
        if seen == 2:
            break
    return frozenset(found)


def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


class Forest:
    """Decision trees as flat arrays, walked all at once; a leaf points to itself.

    ``trees`` is a list of trees, each a list of ``[feature, threshold, left, right, value]``.
    A row goes left where its feature is at most the threshold.
    """

    def __init__(self, trees: Sequence[Sequence[Sequence[float]]], depth: int) -> None:
        starts = np.cumsum([0, *(len(tree) for tree in trees)])[:-1]
        nodes = np.array([node for tree in trees for node in tree], dtype=float).reshape(-1, 5)
        shift = np.repeat(starts, [len(tree) for tree in trees])
        self._roots = starts.astype(np.intp)
        self._feature = nodes[:, 0].astype(np.intp)
        self._threshold = nodes[:, 1]
        self._next = np.stack([nodes[:, 3] + shift, nodes[:, 2] + shift]).astype(np.intp)
        self._value = nodes[:, 4]
        self._depth = depth

    def __call__(self, rows: Floats) -> Floats:
        """Sum of the trees' values for each row."""
        at = np.tile(self._roots, (len(rows), 1))
        which = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            left = rows[which, self._feature[at]] <= self._threshold[at]
            at = self._next[left.astype(np.intp), at]
        total: Floats = self._value[at].sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Judge:
    """Two forests: ``choice`` ranks the dates of a story, ``chance`` says how likely one is right.

    ``points`` of (raw chance, share that was right) calibrate the second.
    """

    choice: Forest
    chance: Forest
    points: Floats

    def __call__(self, rows: Floats) -> tuple[Floats, Floats]:
        """The rank score and the calibrated probability of each row."""
        raw = 1 / (1 + np.exp(-self.chance(rows)))
        return self.choice(rows), np.interp(raw, self.points[:, 0], self.points[:, 1])


@dataclass(frozen=True, slots=True)
class Model:
    """Who judges the dates of pages that tell them to machines, and of those that do not.

    The two are different trades: the first weighs structured data against what is visible, the
    second has only places and words. One model for both does either worse.
    """

    told: Judge
    untold: Judge

    def __call__(self, rows: Floats) -> tuple[Floats, Floats]:
        return (self.told if is_told(rows) else self.untold)(rows)


_TOLD, _OF, _IS_STORY, _UPDATED, _PUBLISHED = map(
    FEATURES.index, ("has_structured", "of", "is_story", "role_updated", "role_published")
)


def is_told(rows: Floats) -> bool:
    """Whether these dates of one story include one from structured data."""
    return bool(rows[:, _TOLD].any())


def best_row(scores: Floats, rows: Floats) -> int:
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
    columns = [FEATURES.index(name) for name in weights["features"]]

    def forest(said: dict[str, Any]) -> Forest:
        trees = [[[columns[int(node[0])], *node[1:]] for node in tree] for tree in said["trees"]]
        return Forest(trees, said["depth"])

    def judge(said: dict[str, Any]) -> Judge:
        return Judge(forest(said["choice"]), forest(said["chance"]), np.array(said["points"]))

    return Model(judge(weights["told"]), judge(weights["untold"]))


@cache
def default_model() -> Model:
    """The model that comes with copydesk."""
    path = files("transforms").joinpath("weights", "dates.json")
    return load_model(json.loads(path.read_text("utf-8")))


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
    scores, chances = (model or default_model())(rows)
    rated = [Rated(s, float(p)) for s, p in zip(near, chances, strict=True)]
    day = best_row(scores, rows)
    best = _told_the_same_day(near, day)
    rated[best] = Rated(near[best], float(chances[day]))
    return (rated[best], *sorted(rated[:best] + rated[best + 1 :], key=lambda r: -r.probability))
