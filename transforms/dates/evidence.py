"""What speaks for each of a story's dates, as numbers: place, basis, role, agreement.

No feature knows a site.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from schemas.kinds import BlockKind, DateBasis, DateRole
from schemas.records import Page
from transforms.dates import beside, words
from transforms.dates.machine import UrlDate, read_url
from transforms.dates.sighting import Sighting
from transforms.dates.territory import Territory, belongs, content_words, shared_words

_BASES: Final = tuple(DateBasis)
_ROLES: Final = tuple(DateRole)
# Each as a row of noughts with a one in its own place.
_BASIS: Final = {one: tuple(float(one is other) for other in _BASES) for one in _BASES}
_ROLE: Final = {one: tuple(float(one is other) for other in _ROLES) for one in _ROLES}

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
    "is_story", "told_stories", "other_bases", "newer_structured", "headline_kind",
    *beside.NAMES,
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
    prose = accumulate([len(block.text) > _LONG for block in page.blocks], initial=0)
    tail = page.text[-3000:]
    mark = tail.rfind("©")
    tail = tail[max(mark, 0) :].lower()
    said = _COPYRIGHT.search(tail, max(0, tail.rfind("copyright")) if mark < 0 else 0)
    return Outline(
        tuple(prose), int(said[1]) if said else None, read_url(page.url) if page.url else None
    )  # fmt: skip


def describe(
    page: Page,
    kinds: Sequence[BlockKind],
    near: Sequence[Sighting],
    place: Territory,
    shared: Outline,
) -> list[tuple[float, ...]]:
    """A row of ``FEATURES`` for each date of ``near``."""
    blocks = page.blocks
    headline = content_words(blocks[place.first].text) if blocks else frozenset()
    days = [s.day for s in near]
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
    rows: list[tuple[float, ...]] = []
    page_facts = _facts(page, near, place, headline, shared)
    neighbours = beside.beside(page, near, place, headline)
    rank = 0
    for s, day, neighbours_of in zip(near, days, neighbours, strict=True):
        here = s.block is not None
        kind = kinds[s.block] if s.block is not None and kinds else None
        block = blocks[s.block] if s.block is not None else None
        age = (page.fetched_at.date() - day).days if page.fetched_at and day else -1
        rows.append((
            *_BASIS[s.basis],
            *_ROLE[s.role],
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
            belongs(page, s, headline) if not here else 1.0,
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
            kind in _HEADS,
            *neighbours_of,
        ))  # fmt: skip
        rank += here
    return rows


_LONG: Final = 120
# A day in a title is what the story is about.
_HEADS: Final = frozenset({BlockKind.HEADLINE, BlockKind.SUBHEADING, BlockKind.STANDFIRST})
_WEEKDAY_WORD: Final = re.compile(r"[^\W\d_]{3,}")
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
        size = len(blocks[place.first].text)
        until = min(place.end, place.first + 12)
        titles += [
            i
            for i, block in enumerate(blocks[place.start : until], place.start)
            if -20 < len(block.text) - size < 20
            and shared_words(headline, content_words(block.text)) >= 0.8
        ]
    below = [s.day for s in near if s.day and s.block is not None and s.block > place.last]
    inside = [
        s.day
        for s in near
        if s.day
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
        s.day
        for s in near
        if s.day and s.block is not None and abs(s.block - place.first) <= 6 and s.alone > 0.2
    ]
    lead = _lead_weekdays(page, place)
    title = blocks[place.first].text if blocks else ""
    bases: dict[date, set[DateBasis]] = defaultdict(set)
    for s in near:
        if s.day and s.role is not DateRole.UPDATED:
            bases[s.day].add(s.basis)
    told = {s.day for s in near if s.day and s.of is not None}
    evergreen = bool(_EVERGREEN.search(title))
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", title)
    comments = [s.day for s in near if s.day and s.role is DateRole.COMMENT]

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
            for word in _LONG_WEEKDAYS.intersection(
                _WEEKDAY_WORD.findall(block.text[:600].lower())
            ):
                day = words.weekday(word, None)
                found |= {day, (day + 1) % 7}
        if seen == 2:
            break
    return frozenset(found)


def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
