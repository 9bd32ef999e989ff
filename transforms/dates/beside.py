"""What stands beside a date: the headline, a teaser's title, its like in a list.

A story's own date stands next to the headline and alone in its form. The dates of a list of other
stories repeat: one form, again and again, each under another title. All of it is told by shape,
in any language.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from schemas.kinds import DateRole
from schemas.records import Page
from transforms.dates.sighting import Sighting
from transforms.dates.territory import Territory, content_words, shared_words

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


def _shape(text: str) -> str:
    """The form of a date: ``3 May 2024`` and ``17 June 1999`` have the same."""
    return _LETTERS.sub("a", _DIGIT.sub("9", text))


def _days(one: int, other: int | None, limit: int = 400) -> float:
    return _NONE if other is None else float(max(-limit, min(limit, one - other)))


def beside(
    page: Page, near: Sequence[Sighting], place: Territory, headline: frozenset[str]
) -> list[tuple[float, ...]]:
    """A tuple of ``NAMES`` for each date of ``near``; linear in their number but for lists, where
    it is bounded by the dates that stand within six blocks."""
    blocks = page.blocks
    slug = content_words((page.url or "").split("://")[-1].partition("/")[2])
    shapes = [_shape(s.text) for s in near]
    often = Counter(shape for s, shape in zip(near, shapes, strict=True) if s.block is not None)
    days = [s.day.toordinal() if s.day else 0 for s in near]
    lonely = [
        (s.block, day)
        for s, day in zip(near, days, strict=True)
        if s.block is not None and s.alone > _ALONE
    ]
    newest = max(days, default=0)
    shown = _shown(near, days, place)
    published = {d for s, d in zip(near, days, strict=True) if _told(page, s, DateRole.PUBLISHED)}
    updated = {d for s, d in zip(near, days, strict=True) if _told(page, s, DateRole.UPDATED)}
    known: dict[int, float] = {}

    def likeness(i: int) -> float:
        if i not in known:
            inside = 0 <= i < len(blocks) and len(blocks[i].text) < 300
            known[i] = shared_words(headline, content_words(blocks[i].text)) if inside else 0.0
        return known[i]

    rows: list[tuple[float, ...]] = []
    seen: set[str] = set()
    for s, day, shape in zip(near, days, shapes, strict=True):
        machine = (
            _days(newest, day),
            _days(day, shown),
            -1.0 if shown is None else float(day == shown),
            _days(day, max(updated, default=None)),
            _days(day, min(published, default=None)),
            -1.0 if not published else float(day in published),
            -1.0 if not updated else float(day in updated),
            float(s.value is not None and s.day != s.value.date()),
        )
        at = s.block
        if at is None:
            rows.append((*(-1.0,) * 11, *machine, -1.0))
            continue
        text = blocks[at].text
        before = (s.start or 0) - blocks[at].start
        above = range(at - 1, at - 1 - _REACH, -1)
        title = max(map(likeness, above))
        others = [(b, d) for b, d in lonely if b != at and abs(b - at) <= _NEAR]
        rows.append((
            likeness(at),
            title,
            max(likeness(at + 1), likeness(at + 2)),
            _slug_above(page, at, slug),
            float(min(12, often[shape])),
            float(sum(d != day for _, d in others)),
            _regular([b for b, _ in lonely], at),
            float(min(120, max(0, before))),
            float(min(120, max(0, len(text) - before - len(s.text)))),
            float(_BULLET.match(text) is not None),
            float(min(200, len(blocks[at + 1].text))) if at + 1 < len(blocks) else 0.0,
            *machine,
            float(shape not in seen),
        ))  # fmt: skip
        seen.add(shape)
    return rows


def _told(page: Page, s: Sighting, role: DateRole) -> bool:
    return s.of is not None and s.role is role and page.metadata.stories[s.of].is_story


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


def _regular(lonely: Sequence[int], at: int) -> float:
    """Whether the dates before and after stand as far away as in a list: the same distance."""
    before = max((b for b in lonely if b < at), default=None)
    after = min((b for b in lonely if b > at), default=None)
    if before is None or after is None:
        return 0.0
    return float(abs((at - before) - (after - at)) <= 1 and after - at <= 2 * _NEAR)
