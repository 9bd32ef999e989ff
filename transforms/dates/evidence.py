"""What speaks for each of a story's dates, as numbers: place, basis, role, agreement.

No feature knows a site.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, chain
from typing import Final

import numpy as np

from schemas.kinds import BlockKind
from schemas.records import Page
from transforms.arrays import Doubles, all_characters
from transforms.dates import words
from transforms.dates.beside import beside
from transforms.dates.machine import UrlDate, read_url
from transforms.dates.rows import BASES, KINDS, LONG, OF_DATE, OF_STORY, ROLES, rows_of
from transforms.dates.scan import Scan, scan_page
from transforms.dates.sighting import Sighting
from transforms.dates.spots import beginnings, hashes, known_words, marked
from transforms.dates.territory import Territory, belongs, content_words, likeness


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
    stories: Sequence[tuple[Sequence[Sighting], Territory]],
    shared: Outline,
) -> Doubles:
    """A row of ``FEATURES`` for each date of ``stories``: those that may be a story's own, all of
    which have a day, and its territory."""
    dates: list[tuple[float, ...]] = []
    told: list[tuple[float, ...]] = []
    for near, place in stories:
        if near:
            told.append(_of_story(page, near, place, shared))
            dates += _of_dates(page, kinds, near, place)
    return rows_of(_table(dates, OF_DATE), _table(told, OF_STORY))


def _table(rows: Sequence[tuple[float, ...]], names: Sequence[str]) -> Doubles:
    flat = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * len(names))
    return flat.reshape(-1, len(names))


def _of_story(
    page: Page, near: Sequence[Sighting], place: Territory, shared: Outline
) -> tuple[float, ...]:
    """``OF_STORY`` for the story at ``place``, which has the dates ``near``."""
    title = page.blocks[place.first].text
    address = shared.address.value if shared.address else None
    return (
        len(near),
        place.first,
        place.last,
        place.index == 0,
        place.count,
        place.is_teaser,
        sum([1 << day for day in _lead_weekdays(page, place, shared.seen)]),
        _EVERGREEN.search(title) is not None,
        max(map(int, _YEAR.findall(title)), default=0),
        shared.copyright or 0,
        address.year if address else 0,
        address.month if address else 0,
        len(page.metadata.stories),
    )


def _of_dates(
    page: Page, kinds: Sequence[BlockKind], near: Sequence[Sighting], place: Territory
) -> Iterator[tuple[float, ...]]:
    """``OF_DATE`` for each date of ``near``."""
    blocks, first = page.blocks, place.first
    headline = content_words(blocks[first].text)
    titles = _titles(page, place, headline)
    beside_of = beside(page, headline)
    today = page.fetched_at.toordinal() if page.fetched_at else None
    lines = [first, *[s.block for s in near if s.block is not None]]
    start, end = min(lines), max(lines)
    long = [len(block.text) > LONG for block in blocks[start:end]]
    prose = [*accumulate(long, initial=0)]  # long blocks before each
    for s in near:
        at, day = s.block, s.day or date.min
        ordinal = day.toordinal()
        age = -1 if today is None else today - ordinal
        story = None if s.of is None else page.metadata.stories[s.of]
        told = (
            BASES[s.basis],
            ROLES[s.role],
            -1 if at is None else at,
            ordinal,
            day.year,
            day.month,
            math.log1p(age) if age >= 0 else age,
            s.alone,
            s.timed,
            s.yearless,
            s.ambiguous,
            s.weekday,
            -1 if s.of is None else s.of,
            -1 if story is None else story.is_story,
            s.local is not None and s.value is not None and s.local != s.value.date(),
        )
        if at is None:
            yield (*told, belongs(page, s, headline), *_NOWHERE)
            continue
        block = blocks[at]
        yield (
            *told,
            1.0,
            len(block.text),
            len(blocks[at - 1].text) if at else 0,
            len(blocks[at + 1].text) if at + 1 < len(blocks) else 0,
            block.hints.link_density if block.hints else 0.0,
            KINDS[kinds[at]] if kinds else -1,
            abs(prose[at - start] - prose[first - start]),
            min([at - title for title in titles], key=abs),
            _BYLINE.match(block.text) is not None,
            *beside_of(s, at),
        )


# For a date of the head or of the address: what only those have that stand in a block.
_NOWHERE: Final = (0.0,) * (len(OF_DATE) - OF_DATE.index("own") - 1)
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
        if len(block.text) <= LONG:
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
