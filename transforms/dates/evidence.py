"""What speaks for each of a story's dates, as numbers: place, basis, role, agreement.

No feature knows a site.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from schemas.kinds import BlockKind, DateBasis, DateRole
from schemas.records import Page
from transforms.arrays import all_characters
from transforms.dates import beside, words
from transforms.dates.machine import UrlDate, read_url
from transforms.dates.scan import Scan, scan_page
from transforms.dates.sighting import Sighting
from transforms.dates.spots import beginnings, hashes, known_words, marked
from transforms.dates.territory import Territory, belongs, content_words, likeness

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
    """What all stories of a page share: its text looked through, the year of its copyright line,
    the date in its address."""

    seen: Scan
    copyright: int | None
    address: UrlDate | None


def outline(page: Page) -> Outline:
    """The outline of ``page``."""
    seen = scan_page(page.text)
    return Outline(seen, _copyright(seen.low), read_url(page.url) if page.url else None)


def _copyright(low: str) -> int | None:
    """The year in the copyright line at the end of a page in small letters."""
    floor = max(0, len(low) - _TAIL)
    at = low.rfind("©", floor)
    if at < 0:
        at = low.rfind("copyright", floor)
    said = _COPYRIGHT.search(low, at) if at >= 0 else None
    return int(said[1]) if said else None


def describe(
    page: Page,
    kinds: Sequence[BlockKind],
    near: Sequence[Sighting],
    place: Territory,
    shared: Outline,
) -> list[tuple[float, ...]]:
    """A row of ``FEATURES`` for each date of ``near``, all of which have a day."""
    if not near:
        return []
    blocks, first, last = page.blocks, place.first, place.last
    headline = content_words(blocks[first].text)
    days = [s.day or date.min for s in near]
    structured = {day for s, day in zip(near, days, strict=True) if s.of is not None}
    url = {day for s, day in zip(near, days, strict=True) if s.basis is DateBasis.URL}
    shown, close = [], []
    lonely = 0
    published_near = False
    for s, day in zip(near, days, strict=True):
        if s.block is None:
            continue
        shown.append(day)
        lonely += s.alone > 0.5
        if -8 <= s.block - first <= 12:
            close.append(day)
            published_near |= s.role is DateRole.PUBLISHED
    distinct, newest, oldest = len({*days}), max(days), min(days)
    today = page.fetched_at.date() if page.fetched_at else None
    facts = _facts(page, near, days, place, headline, shared)
    neighbours = beside.beside(page, near, days, place, headline)
    candidates, told = len(near), len(structured) > 0
    of_place = (place.index == 0, min(4, place.count), place.is_teaser)
    rows: list[tuple[float, ...]] = []
    rank = 0
    for s, day, neighbours_of in zip(near, days, neighbours, strict=True):
        at = s.block
        age = (today - day).days if today else -1
        head: tuple[float, ...] = (-99, -99, 0, 0, 0, 0)
        body: tuple[float, ...] = (0, 0, 0, 0, 0)
        kind, own = None, 1.0
        if at is None:
            own = belongs(page, s, headline)
        else:
            kind = kinds[at] if kinds else None
            hints = blocks[at].hints
            head = (
                _clip(at - first, 60),
                _clip(at - last, 60),
                first <= at <= last,
                at < first,
                at > last,
                min(400, len(blocks[at].text)),
            )
            body = (
                hints.link_density if hints else 0.0,
                kind is BlockKind.BODY,
                kind is BlockKind.DATE or kind is BlockKind.BYLINE,
                kind in _FURNITURE,
                min(200, len(blocks[at - 1].text)) if at else 0,
            )
        rows.append((
            *_BASIS[s.basis],
            *_ROLE[s.role],
            *head,
            s.alone,
            s.timed,
            s.yearless,
            s.ambiguous,
            day in structured,
            day in url,
            bool(url) and day not in url,
            min(6, shown.count(day)),
            min(6, close.count(day)),
            -1 if at is None else rank,
            candidates,
            distinct,
            day == newest,
            day == oldest,
            math.log1p(age) if age >= 0 else age,
            lonely,
            own,
            *of_place,
            *body,
            min(s.of, 5) if s.of is not None else -1,
            told,
            published_near,
            at is not None and at + 1 < len(blocks) and len(blocks[at + 1].text) > _LONG,
            *facts(s, day),
            kind in _HEADS,
            *neighbours_of,
        ))  # fmt: skip
        rank += at is not None
    return rows


_LONG: Final = 120
# A day in a title is what the story is about.
_HEADS: Final = frozenset({BlockKind.HEADLINE, BlockKind.SUBHEADING, BlockKind.STANDFIRST})
_FURNITURE: Final = frozenset({BlockKind.BOILERPLATE, BlockKind.TEASER, BlockKind.CAPTION})
_OPENING: Final = 600  # characters of a block that may tell the weekday of the news
_LONG_WEEKDAYS: Final = frozenset(word for word in words.WEEKDAYS if len(word) > 4)
_WEEKDAY_KEYS: Final = hashes(_LONG_WEEKDAYS)
_NOTHING: Final = beginnings([])
_NO_LETTERS: Final = marked(re.findall(r"[\W\d_]", all_characters(0x20000)))
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_TAIL: Final = 3000  # characters at the end of a page that the copyright line stands in
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
    days: Sequence[date],
    place: Territory,
    headline: frozenset[str],
    shared: Outline,
) -> Callable[[Sighting, date], tuple[float, ...]]:
    """The features that compare one date with the rest of the page."""
    blocks, first, last = page.blocks, place.first, place.last
    year, address = shared.copyright, shared.address
    titles = _titles(page, place, headline)
    below: list[date] = []
    inside: list[date] = []
    around: list[date] = []
    told: list[date] = []
    comments: list[date] = []
    lines: list[int] = []
    bases: dict[date, set[DateBasis]] = {}
    updated = False
    for s, day in zip(near, days, strict=True):
        if s.role is not DateRole.UPDATED:
            bases.setdefault(day, set()).add(s.basis)
        if s.of is not None:
            told.append(day)
        if s.role is DateRole.COMMENT:
            comments.append(day)
        if s.block is None:
            continue
        lines.append(s.block)
        far = abs(s.block - first)
        if s.block > last:
            below.append(day)
        elif s.block > first and not s.yearless and len(blocks[s.block].text) > _LONG:
            inside.append(day)
        if far <= 6 and s.alone > 0.2:
            around.append(day)
        updated |= far <= 10 and s.role is DateRole.UPDATED
    below.sort()
    around.sort()
    newest_inside = max(inside, default=None)
    oldest_told = min(told, default=date.max)
    oldest_comment = min(comments, default=None)
    start, end = min((first, *lines)), max((first, *lines))
    prose = [*accumulate([len(block.text) > _LONG for block in blocks[start:end]], initial=0)]
    prose_before = prose[first - start]
    lead = _lead_weekdays(page, place, shared.seen)
    title = blocks[first].text
    evergreen = _EVERGREEN.search(title) is not None
    latest_year = max(map(int, _YEAR.findall(title)), default=None)
    stories = page.metadata.stories
    many_stories = min(9, len(stories))

    def facts(s: Sighting, day: date) -> tuple[float, ...]:
        at = s.block
        return (
            -1 if at is None else min(20, abs(prose[at - start] - prose_before)),
            -99 if at is None else _clip(min([at - t for t in titles], key=abs), 40),
            (len(below) - bisect_left(below, day)) / len(below) if below else -1,
            _clip((newest_inside - day).days, 999) if newest_inside else -1000,
            _clip(year - day.year, 9) if year else -10,
            at is not None and _BYLINE.match(blocks[at].text) is not None,
            updated,
            -1 if address is None
            else (address.value.year, address.value.month) == (day.year, day.month),
            lines.count(at) if at is not None else 0,
            -1 if not lead else (day.weekday() in lead),
            bisect_left(around, day),
            s.weekday,
            -1 if at is None else min(60, at),
            evergreen,
            -9 if latest_year is None else latest_year - day.year,
            _clip((oldest_comment - day).days, 99) if oldest_comment else -100,
            -1 if s.of is None else stories[s.of].is_story,
            many_stories,
            len(bases.get(day, ())),
            oldest_told < day,
        )  # fmt: skip

    return facts


def _titles(page: Page, place: Territory, headline: frozenset[str]) -> list[int]:
    """The block that a story begins with, and those near it that say the same."""
    titles = [place.first]
    if len(headline) >= 3:
        size = len(page.blocks[place.first].text)
        until = min(place.end, place.first + 12)
        titles += [
            i
            for i, block in enumerate(page.blocks[place.start : until], place.start)
            if -20 < len(block.text) - size < 20
            and likeness(headline, block.text, least=0.79) >= 0.8
        ]
    return titles


def _lead_weekdays(page: Page, place: Territory, seen: Scan) -> frozenset[int]:
    """The weekdays named in the first two long blocks of a story, and the days after them."""
    found: set[int] = set()
    left = 2
    for block in page.blocks[place.first : place.last + 1]:
        if len(block.text) <= _LONG:
            continue
        opening = slice(block.start, min(block.end, block.start + _OPENING))
        low = seen.low[opening]
        places = known_words(seen.codes[opening], _NO_LETTERS, _WEEKDAY_KEYS, _NOTHING)
        for begin, end in places.tolist():
            if (word := low[begin:end]) in _LONG_WEEKDAYS:
                day = words.weekday(word, None)
                found |= {day, (day + 1) % 7}
        left -= 1
        if not left:
            break
    return frozenset(found)


def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
