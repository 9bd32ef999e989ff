"""Pages whose one date on top counts for all of their stories: live pages and columns of briefs.

A story of its own prints its own day. An entry of a live page prints a bare clock time above it
("14:05: Sea wall holds"), a brief prints nothing: the day stands once, on top. Pages of several
whole stories look the same but for that, and there the first one's day is no other's; so a page
must show that it is one of the two, by its form alone.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Final

from schemas.kinds import BlockKind, Flag, Precision
from schemas.records import DateCandidate, DateReading, Page, Segmentation
from transforms.dates.sighting import Sighting
from transforms.dates.territory import Territory

_CLOCK: Final = re.compile(
    r"^\W{0,3}(\d{1,2})[:.h](\d\d)(?!\d|[.:/]\d| ?%)(?: ?(?:uhr|hrs?)\b)? ?(?:([ap])\.?m\b)?",
    re.IGNORECASE,
)
_MOSTLY: Final = 2 / 3  # of the entries must have a clock time; all, if the first has none
_BRIEF: Final = 700  # characters of body; a whole story is longer
_BRIEFS: Final = 3
_PACKED: Final = 3  # lines between two briefs: a place, a label, "Share this update"
_HEAD: Final = 12  # blocks above the first entry in which the date on top stands
_ALONE: Final = 0.3
_ZONE: Final = 6  # characters behind a clock time in a line of its own: " BST", " Uhr"


def _clock(page: Page, place: Territory) -> re.Match[str] | None:
    """The clock time that an entry's heading begins with, or the line above it."""
    for i in (place.first, place.first - 1):
        if i >= max(0, place.start) and (hit := _time_of_day(page.blocks[i].text)):
            return hit
    return None


def _time_of_day(line: str) -> re.Match[str] | None:
    """The clock time that ``line`` begins with, if a day has it."""
    hit = _CLOCK.match(line)
    return hit if hit and int(hit[1]) < 24 and int(hit[2]) < 60 else None


def _below_title(page: Page, place: Territory, body: int) -> re.Match[str] | None:
    """The clock time of a first entry that the page's title was joined to: a line of its own
    between the two."""
    for i in range(body - 1, place.first, -1):
        text = page.blocks[i].text
        hit = _time_of_day(text)
        if hit and len(text) <= hit.end() + _ZONE:
            return hit
    return None


def _minutes(clock: re.Match[str]) -> int:
    hour = int(clock[1])
    if clock[3] and hour <= 12:
        hour = hour % 12 + (12 if clock[3] in "pP" else 0)
    return hour * 60 + int(clock[2])


def _is_column(page: Page, kinds: Sequence[BlockKind], places: Sequence[Territory]) -> bool:
    """Whether the stories are briefs: at least three, each short, one close behind the other."""
    if len(places) < _BRIEFS:
        return False
    for place, after in zip(places, (*places[1:], None), strict=True):
        body = sum(
            len(page.blocks[i].text)
            for i in range(place.first, place.last + 1)
            if kinds[i] is BlockKind.BODY
        )
        if body > _BRIEF or (after is not None and after.first - place.last - 1 > _PACKED):
            return False
    return True


def _has_own(sightings: Sequence[Sighting], place: Territory) -> bool:
    """Whether a date stands alone in a line of the entry or right above it: then that is its own."""
    return any(
        s.block is not None
        and max(place.start, place.first - 1) <= s.block <= place.last
        and s.alone > _ALONE
        and s.precision is not Precision.MONTH
        for s in sightings
    )


def date_entries(
    page: Page,
    segmentation: Segmentation,
    places: Sequence[Territory],
    sightings: Sequence[Sighting],
    readings: Sequence[DateReading],
    zone: tzinfo | None,
) -> tuple[DateReading, ...]:
    """``readings``, one for each of ``places``, where those of a live page or a column of briefs
    take the day on top, and an entry of a live page its own clock time with it.

    The day is that which the first entry was given, if it stands above it: above its body on a live
    page, whose title is often taken for the first entry's. The time is read in
    ``zone``, that of the site's country, if known; one that the zone would move to another day is
    left out, and so are all times if they do not run in one direction (an entry of the day before).
    """
    whole = [i for i, place in enumerate(places) if not place.is_teaser]
    mine = [places[i] for i in whole]
    top = readings[whole[0]].published if len(whole) > 1 else None
    if top is None or top.value is None:
        return tuple(readings)
    body = _first_body(segmentation.kinds, mine[0])
    clocks = [_clock(page, place) for place in mine]
    clocks[0] = clocks[0] or _below_title(page, mine[0], body)
    timed = sum(clock is not None for clock in clocks)
    live = timed >= max(2, _MOSTLY * len(mine)) and (
        clocks[0] is not None or timed == len(mine) - 1
    )
    # An entry's heading and time stand between the title and the body; a brief's date is its own.
    if not (live and _on_top(page, top, mine[0].first, body)) and not (
        _is_column(page, segmentation.kinds, mine)
        and _on_top(page, top, mine[0].first, mine[0].first)
    ):
        return tuple(readings)
    times = [_minutes(clock) for clock in clocks if clock is not None]
    ordered = live and times in (sorted(times), sorted(times, reverse=True))
    out = list(readings)
    for i, place, clock in zip(whole, mine, clocks, strict=True):
        if i != whole[0] and (out[i].published is not None or _has_own(sightings, place)):
            continue
        day = top._replace(evidence=(*top.evidence, "the day on top of the page"))
        found = _timed(day, clock, zone) if clock is not None and ordered else day
        flags = tuple(f for f in out[i].flags if f is not Flag.LOW_DATE_CONFIDENCE)
        out[i] = replace(
            out[i], published=top if found is day and i == whole[0] else found,
            not_before=None, not_after=None, candidates=(found, *out[i].candidates), flags=flags,
        )  # fmt: skip
    return tuple(out)


def _first_body(kinds: Sequence[BlockKind], place: Territory) -> int:
    """The block that a story's body begins with; its first block if it has none."""
    inside = range(place.first, place.last + 1)
    return next((i for i in inside if kinds[i] is BlockKind.BODY), place.first)


def _on_top(page: Page, top: DateCandidate, first: int, end: int) -> bool:
    """Whether the date stands above block ``end``, and not far above ``first``."""
    if top.start is None:
        return False
    low = max(0, first - _HEAD)
    return page.blocks[low].start <= top.start < page.blocks[end].start


def _timed(day: DateCandidate, clock: re.Match[str], zone: tzinfo | None) -> DateCandidate:
    """The day with an entry's clock time, where the page gave none and the zone leaves the day."""
    if day.value is None or day.precision is not Precision.DAY:
        return day
    hour, minute = divmod(_minutes(clock), 60)
    local = day.value.replace(hour=hour, minute=minute, tzinfo=zone or UTC)
    there = local.astimezone(UTC)
    if there.date() != day.value.date():
        return day
    return day._replace(
        text=f"{day.text} … {clock[0].strip()}", value=there, precision=Precision.MINUTE,
        evidence=(*day.evidence, "its time is the entry's"),
    )  # fmt: skip
