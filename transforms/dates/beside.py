"""What stands beside a date: the headline, a teaser's title, its like in a list.

A story's own date stands next to the headline and alone in its form. The dates of a list of other
stories repeat: one form, again and again, each under another title. All of it is told by shape,
in any language.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Final

from schemas.kinds import DateRole
from schemas.records import Page
from transforms.dates.sighting import Sighting
from transforms.dates.territory import Territory, content_words, likeness, shared_words, slug_words

NAMES: Final = (
    "own_line_title", "title_above", "title_below", "slug_above", "same_shape", "rivals_near",
    "regular", "line_before", "line_behind", "bullet", "below_line", "newest_gap", "shown_gap",
    "agree_shown", "updated_gap", "published_gap", "agree_published", "agree_updated", "local",
    "first_shape",
)  # fmt: skip

_NEAR: Final = 6  # blocks to each side in which dates stand in one list
_REACH: Final = 3  # blocks above a date in which the title that it belongs to stands
_BULLET: Final = re.compile(r"^(?:[*•+o·–-]|\d{1,2}[.)]) ")
_DIGIT: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_ALONE: Final = 0.2  # share of its line that a date of a list or of a head makes up
_NONE: Final = -1000.0
_YEARISH: Final = 400  # days; a longer gap says no more
_NOWHERE: Final = (-1.0,) * 11  # what only the places of dates on the page have


def _shape(text: str) -> str:
    """The form of a date: ``3 May 2024`` and ``17 June 1999`` have the same."""
    return _LETTERS.sub("a", _DIGIT.sub("9", text))


def _gap(one: int, other: int | None) -> float:
    return _NONE if other is None else float(max(-_YEARISH, min(_YEARISH, one - other)))


def beside(
    page: Page,
    near: Sequence[Sighting],
    days: Sequence[date],
    place: Territory,
    headline: frozenset[str],
) -> list[tuple[float, ...]]:
    """A tuple of ``NAMES`` for each date of ``near``, whose ``days`` they are; linear in their
    number but for lists, where it is bounded by the dates that stand within six blocks."""
    blocks = page.blocks
    slug = slug_words(page.url)
    shapes = [_shape(s.text) if s.block is not None else "" for s in near]
    ordinals = [day.toordinal() for day in days]
    lonely = sorted(
        [
            (s.block, day)
            for s, day in zip(near, ordinals, strict=True)
            if s.block is not None and s.alone > _ALONE
        ]
    )
    places = [block for block, _ in lonely]
    newest = max(ordinals, default=0)
    shown = _shown(near, ordinals, place)
    published = _told(page, near, ordinals, DateRole.PUBLISHED)
    updated = _told(page, near, ordinals, DateRole.UPDATED)
    first_told, last_change = min(published, default=None), max(updated, default=None)
    known: dict[int, float] = {}

    def like(i: int) -> float:
        found = known.get(i)
        if found is None:
            inside = 0 <= i < len(blocks) and len(blocks[i].text) < 300
            found = likeness(headline, blocks[i].text) if inside else 0.0
            known[i] = found
        return found

    rows: list[tuple[float, ...]] = []
    seen: set[str] = set()
    for s, day, shape in zip(near, ordinals, shapes, strict=True):
        machine = (
            _gap(newest, day),
            _gap(day, shown),
            -1.0 if shown is None else day == shown,
            _gap(day, last_change),
            _gap(day, first_told),
            day in published if published else -1.0,
            day in updated if updated else -1.0,
            s.local is not None and s.value is not None and s.local != s.value.date(),
        )
        at = s.block
        if at is None:
            rows.append((*_NOWHERE, *machine, -1.0))
            continue
        text = blocks[at].text
        before = (s.start or 0) - blocks[at].start
        rows.append((
            like(at),
            max(like(at - 1), like(at - 2), like(at - _REACH)),
            max(like(at + 1), like(at + 2)),
            _slug_above(page, at, slug),
            min(12, shapes.count(shape)),
            _rivals(lonely, places, at, day),
            _regular(places, at),
            min(120, max(0, before)),
            min(120, max(0, len(text) - before - len(s.text))),
            _BULLET.match(text) is not None,
            min(200, len(blocks[at + 1].text)) if at + 1 < len(blocks) else 0,
            *machine,
            shape not in seen,
        ))  # fmt: skip
        seen.add(shape)
    return rows


def _told(page: Page, near: Sequence[Sighting], days: Sequence[int], role: DateRole) -> set[int]:
    """The days that the structured data of stories tell in this role."""
    stories = page.metadata.stories
    return {
        day
        for s, day in zip(near, days, strict=True)
        if s.of is not None and s.role is role and stories[s.of].is_story
    }


def _shown(near: Sequence[Sighting], days: Sequence[int], place: Territory) -> int | None:
    """The day that stands nearest to the headline in a line of its own, neither that of an update
    nor of a comment."""
    best: tuple[int, int] | None = None
    for s, day in zip(near, days, strict=True):
        if s.block is None or s.alone <= _ALONE or s.role in (DateRole.UPDATED, DateRole.COMMENT):
            continue
        far = abs(s.block - place.first)
        if far <= 12 and (best is None or far < best[0]):
            best = far, day
    return best[1] if best else None


def _slug_above(page: Page, at: int, slug: frozenset[str]) -> float:
    """How much of the line above is in the page's address: a title that is the page's own."""
    if not slug or not at:
        return -1.0
    line = content_words(page.blocks[at - 1].text)
    return shared_words(line, slug) if len(line) >= 3 else -1.0


def _rivals(lonely: Sequence[tuple[int, int]], places: Sequence[int], at: int, day: int) -> int:
    """How many dates of another day stand ``lonely`` near a block, but in another one. ``places``
    are the blocks of ``lonely``, in order."""
    around = lonely[bisect_left(places, at - _NEAR) : bisect_right(places, at + _NEAR)]
    return sum([d != day and b != at for b, d in around])


def _regular(lonely: Sequence[int], at: int) -> float:
    """Whether the dates before and after stand as far away as in a list: the same distance.
    ``lonely`` are blocks in order."""
    before, after = bisect_left(lonely, at) - 1, bisect_right(lonely, at)
    if before < 0 or after == len(lonely):
        return 0.0
    above, below = at - lonely[before], lonely[after] - at
    return float(abs(above - below) <= 1 and below <= 2 * _NEAR)
