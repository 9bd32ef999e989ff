"""The features of dates as numbers: how each stands among the others of its story.

What one date says by itself and by the words of its block is told in a row (``OF_DATE``), what its
story says in another (``OF_STORY``). One compiled loop makes of them all that compares the dates.
"""

from typing import Final

import numpy as np

from schemas.kinds import BlockKind, DateBasis, DateRole
from transforms.arrays import Doubles
from transforms.compiled import compiled

BASES: Final = {basis: number for number, basis in enumerate(DateBasis)}
ROLES: Final = {role: number for number, role in enumerate(DateRole)}
KINDS: Final = {kind: number for number, kind in enumerate(BlockKind)}

# What stands beside a date: the headline, a teaser's title, its like in a list.
BESIDE: Final = (
    "own_line_title", "title_above", "title_below", "slug_above", "same_shape", "rivals_near",
    "regular", "line_before", "line_behind", "bullet", "below_line", "newest_gap", "shown_gap",
    "agree_shown", "updated_gap", "published_gap", "agree_published", "agree_updated", "local",
    "first_shape",
)  # fmt: skip
FEATURES: Final = (
    *(f"basis_{b}" for b in BASES),
    *(f"role_{r}" for r in ROLES),
    "from_first", "from_last", "inside", "above", "below", "line", "alone", "timed", "yearless",
    "ambiguous", "agree_structured", "agree_url", "differ_url", "agree_visible", "agree_near",
    "rank", "candidates", "days", "newest", "oldest", "age", "rivals_alone", "belongs",
    "is_first", "stories", "teaser", "link_density", "body_kind", "date_kind", "furniture_kind",
    "above_line", "of", "has_structured", "role_published_near", "next_block_long",
    "prose_between", "title_near", "later_below", "body_newer", "copyright", "byline",
    "updated_near", "url_month", "same_line", "weekday_lead", "older_near",
    "weekday", "page_top", "evergreen", "headline_year", "comments_at_least",
    "is_story", "told_stories", "other_bases", "newer_structured", "headline_kind",
    *BESIDE,
)  # fmt: skip

# A day is an ordinal; ``block``, ``of`` and ``is_story`` are -1 where a date has none. ``prose`` is
# how many long blocks stand between the date and the headline, ``shape`` the same number for dates
# of one form. What follows ``own`` is of the block and 0 for dates of the head and the address.
OF_DATE: Final = (
    "basis", "role", "block", "day", "year", "month", "age", "alone", "timed", "yearless",
    "ambiguous", "weekday", "of", "is_story", "local", "own",
    "size", "above", "below", "links", "kind", "prose", "title", "byline",
    "like", "like_above", "like_below", "slug_above", "shape", "before", "behind", "bullet",
)  # fmt: skip
(
    _BASIS, _ROLE, _BLOCK, _DAY, _YEAR, _MONTH, _AGE, _ALONE, _TIMED, _YEARLESS,
    _AMBIGUOUS, _WEEKDAY, _OF, _IS_STORY, _LOCAL, _OWN,
    _SIZE, _ABOVE, _BELOW, _LINKS, _KIND, _PROSE, _TITLE, _BYLINE,
    _LIKE, _LIKE_ABOVE, _LIKE_BELOW, _SLUG_ABOVE, _SHAPE, _BEFORE, _BEHIND, _BULLET,
) = range(len(OF_DATE))  # fmt: skip
# ``lead`` has a bit for each weekday that the story's opening names; years and months are 0 where
# none is known. ``dates`` is how many the story has.
OF_STORY: Final = (
    "dates", "first", "last", "is_first", "count", "is_teaser", "lead", "evergreen", "title_year",
    "copyright", "url_year", "url_month", "stories",
)  # fmt: skip
(
    _DATES, _FIRST, _LAST, _IS_FIRST, _COUNT, _IS_TEASER, _LEAD, _EVERGREEN, _TITLE_YEAR,
    _COPYRIGHT, _URL_YEAR, _URL_MONTH, _STORIES,
) = range(len(OF_STORY))  # fmt: skip

_URL: Final = BASES[DateBasis.URL]
_PUBLISHED: Final = ROLES[DateRole.PUBLISHED]
_UPDATED: Final = ROLES[DateRole.UPDATED]
_COMMENT: Final = ROLES[DateRole.COMMENT]
_BODY: Final = KINDS[BlockKind.BODY]
_DATED: Final = (KINDS[BlockKind.DATE], KINDS[BlockKind.BYLINE])
_FURNITURE: Final = tuple(
    KINDS[kind] for kind in (BlockKind.BOILERPLATE, BlockKind.TEASER, BlockKind.CAPTION)
)
# A day in a title is what the story is about.
_HEADS: Final = tuple(
    KINDS[kind] for kind in (BlockKind.HEADLINE, BlockKind.SUBHEADING, BlockKind.STANDFIRST)
)
_MANY_BASES: Final = len(BASES)
_MANY_ROLES: Final = len(ROLES)
_WIDTH: Final = len(FEATURES)

LONG: Final = 120  # characters of a block of copy
_ALONE_IN_LIST: Final = 0.2  # share of its line that a date of a list or of a head makes up
_NEAR: Final = 6  # blocks to each side in which dates stand in one list
_YEARISH: Final = 400.0  # days; a longer gap says no more
_NONE: Final = -1000.0
_WEEK: Final = 7


@compiled
def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


@compiled
def _rival(dates: Doubles, i: int, other: int) -> tuple[bool, bool, bool]:
    """What the date ``other``, alone in its line, is to ``i`` of another block: whether it is near
    and of another day, whether it stands above, whether it stands below."""
    if dates[other, _BLOCK] < 0 or dates[other, _ALONE] <= _ALONE_IN_LIST:
        return False, False, False
    far = dates[other, _BLOCK] - dates[i, _BLOCK]
    near = far != 0 and abs(far) <= _NEAR and dates[other, _DAY] != dates[i, _DAY]
    return near, far < 0, far > 0


@compiled
def rows_of(dates: Doubles, stories: Doubles) -> Doubles:
    """A row of ``FEATURES`` for each of ``dates`` (rows of ``OF_DATE``), which stand together by
    story in the order of ``stories`` (rows of ``OF_STORY``).

    The dates of a story are few (``territory.eligible``), so each is held against each.
    """
    found = np.empty((len(dates), _WIDTH))
    end = 0
    for story in range(len(stories)):
        start, end = end, end + int(stories[story, _DATES])
        _fill(dates[start:end], stories[story], found[start:end])
    return found


@compiled
def _fill(dates: Doubles, story: Doubles, found: Doubles) -> None:
    count = len(dates)
    first, last = story[_FIRST], story[_LAST]
    newest, oldest, distinct = dates[0, _DAY], dates[0, _DAY], 0
    urls = structured = lonely = below = 0
    published_near = updated_near = False
    newest_inside, oldest_told, oldest_comment = -np.inf, np.inf, np.inf
    shown, nearest = -np.inf, 13.0
    last_change, first_told = -np.inf, np.inf
    for i in range(count):
        day, role, block = dates[i, _DAY], dates[i, _ROLE], dates[i, _BLOCK]
        newest, oldest = max(newest, day), min(oldest, day)
        is_new = 1
        for other in range(i):
            if dates[other, _DAY] == day:
                is_new = 0
        distinct += is_new
        urls += dates[i, _BASIS] == _URL
        if dates[i, _OF] >= 0:
            structured += 1
            oldest_told = min(oldest_told, day)
            if dates[i, _IS_STORY] > 0 and role == _UPDATED:
                last_change = max(last_change, day)
            if dates[i, _IS_STORY] > 0 and role == _PUBLISHED:
                first_told = min(first_told, day)
        if role == _COMMENT:
            oldest_comment = min(oldest_comment, day)
        if block < 0:
            continue
        lonely += dates[i, _ALONE] > 0.5
        far = abs(block - first)
        published_near |= -8 <= block - first <= 12 and role == _PUBLISHED
        updated_near |= far <= 10 and role == _UPDATED
        if block > last:
            below += 1
        elif block > first and not dates[i, _YEARLESS] > 0 and dates[i, _SIZE] > LONG:
            newest_inside = max(newest_inside, day)
        if dates[i, _ALONE] > _ALONE_IN_LIST and role not in (_UPDATED, _COMMENT) and far < nearest:
            shown, nearest = day, far
    rank = 0
    for i in range(count):
        date, row = dates[i], found[i]
        day, block = date[_DAY], date[_BLOCK]
        visible = block >= 0
        as_structured = as_url = as_visible = as_near = as_published = as_updated = 0
        same_line = same_shape = rivals = later_below = older_near = bases = 0
        is_first_shape = True
        above, behind = -np.inf, np.inf
        for other in range(count):
            there = dates[other, _BLOCK]
            same = dates[other, _DAY] == day
            told = dates[other, _OF] >= 0
            is_story = told and dates[other, _IS_STORY] > 0
            as_structured += same and told
            as_url += same and dates[other, _BASIS] == _URL
            as_published += same and is_story and dates[other, _ROLE] == _PUBLISHED
            as_updated += same and is_story and dates[other, _ROLE] == _UPDATED
            if same and dates[other, _ROLE] != _UPDATED:
                bases |= 1 << int(dates[other, _BASIS])
            if there < 0:
                continue
            as_visible += same
            as_near += same and -8 <= there - first <= 12
            later_below += there > last and dates[other, _DAY] >= day
            older_near += (
                abs(there - first) <= 6
                and dates[other, _ALONE] > _ALONE_IN_LIST
                and dates[other, _DAY] < day
            )
            if not visible:
                continue
            same_line += there == block
            if dates[other, _SHAPE] == date[_SHAPE]:
                same_shape += 1
                is_first_shape &= other >= i
            is_rival, is_above, is_below = _rival(dates, i, other)
            rivals += is_rival
            if is_above:
                above = max(above, there)
            if is_below:
                behind = min(behind, there)
        row[:] = 0.0
        row[int(date[_BASIS])] = 1.0
        row[_MANY_BASES + int(date[_ROLE])] = 1.0
        k = _MANY_BASES + _MANY_ROLES
        if visible:
            row[k] = _clip(block - first, 60.0)
            row[k + 1] = _clip(block - last, 60.0)
            row[k + 2] = first <= block <= last
            row[k + 3] = block < first
            row[k + 4] = block > last
            row[k + 5] = min(400.0, date[_SIZE])
        else:
            row[k] = row[k + 1] = -99.0
        k += 6
        row[k] = date[_ALONE]
        row[k + 1] = date[_TIMED]
        row[k + 2] = date[_YEARLESS]
        row[k + 3] = date[_AMBIGUOUS]
        row[k + 4] = as_structured > 0
        row[k + 5] = as_url > 0
        row[k + 6] = urls > 0 and as_url == 0
        row[k + 7] = min(6, as_visible)
        row[k + 8] = min(6, as_near)
        row[k + 9] = rank if visible else -1
        row[k + 10] = count
        row[k + 11] = distinct
        row[k + 12] = day == newest
        row[k + 13] = day == oldest
        row[k + 14] = date[_AGE]
        row[k + 15] = lonely
        row[k + 16] = date[_OWN]
        row[k + 17] = story[_IS_FIRST]
        row[k + 18] = min(4.0, story[_COUNT])
        row[k + 19] = story[_IS_TEASER]
        k += 20
        if visible:
            kind = int(date[_KIND])
            row[k] = date[_LINKS]
            row[k + 1] = kind == _BODY
            row[k + 2] = kind in _DATED
            row[k + 3] = kind in _FURNITURE
            row[k + 4] = min(200.0, date[_ABOVE])
        k += 5
        row[k] = min(5.0, date[_OF])
        row[k + 1] = structured > 0
        row[k + 2] = published_near
        row[k + 3] = date[_BELOW] > LONG
        row[k + 4] = min(20.0, date[_PROSE]) if visible else -1.0
        row[k + 5] = _clip(date[_TITLE], 40.0) if visible else -99.0
        row[k + 6] = later_below / below if below else -1.0
        row[k + 7] = _clip(newest_inside - day, 999.0) if newest_inside > 0 else _NONE
        row[k + 8] = _clip(story[_COPYRIGHT] - date[_YEAR], 9.0) if story[_COPYRIGHT] else -10.0
        row[k + 9] = date[_BYLINE]
        row[k + 10] = updated_near
        if story[_URL_YEAR]:
            row[k + 11] = story[_URL_YEAR] == date[_YEAR] and story[_URL_MONTH] == date[_MONTH]
        else:
            row[k + 11] = -1.0
        row[k + 12] = same_line
        lead = int(story[_LEAD])
        row[k + 13] = lead >> ((int(day) + _WEEK - 1) % _WEEK) & 1 if lead else -1.0
        row[k + 14] = older_near
        row[k + 15] = date[_WEEKDAY]
        row[k + 16] = min(60.0, block)
        row[k + 17] = story[_EVERGREEN]
        row[k + 18] = story[_TITLE_YEAR] - date[_YEAR] if story[_TITLE_YEAR] else -9.0
        row[k + 19] = _clip(oldest_comment - day, 99.0) if oldest_comment < np.inf else -100.0
        row[k + 20] = date[_IS_STORY]
        row[k + 21] = min(9.0, story[_STORIES])
        for basis in range(_MANY_BASES):
            row[k + 22] += bases >> basis & 1
        row[k + 23] = oldest_told < day
        row[k + 24] = visible and int(date[_KIND]) in _HEADS
        k += 25
        if visible:
            is_regular = above > -np.inf and behind < np.inf
            row[k] = date[_LIKE]
            row[k + 1] = date[_LIKE_ABOVE]
            row[k + 2] = date[_LIKE_BELOW]
            row[k + 3] = date[_SLUG_ABOVE]
            row[k + 4] = min(12, same_shape)
            row[k + 5] = rivals
            row[k + 6] = (
                is_regular
                and abs((block - above) - (behind - block)) <= 1
                and behind - block <= 2 * _NEAR
            )
            row[k + 7] = min(120.0, max(0.0, date[_BEFORE]))
            row[k + 8] = min(120.0, max(0.0, date[_BEHIND]))
            row[k + 9] = date[_BULLET]
            row[k + 10] = min(200.0, date[_BELOW])
        else:
            row[k : k + 11] = -1.0
        k += 11
        row[k] = _clip(newest - day, _YEARISH)
        row[k + 1] = _clip(day - shown, _YEARISH) if shown > 0 else _NONE
        row[k + 2] = int(day == shown) if shown > 0 else -1.0
        row[k + 3] = _clip(day - last_change, _YEARISH) if last_change > 0 else _NONE
        row[k + 4] = _clip(day - first_told, _YEARISH) if first_told < np.inf else _NONE
        row[k + 5] = int(as_published > 0) if first_told < np.inf else -1.0
        row[k + 6] = int(as_updated > 0) if last_change > 0 else -1.0
        row[k + 7] = date[_LOCAL]
        row[k + 8] = int(is_first_shape) if visible else -1.0
        rank += visible
