"""The dates of each story of a page: the chosen one, the update, the bounds, the candidates."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from schemas.kinds import DateBasis, DateRole, Flag
from schemas.records import Block, DateCandidate, DateReading, Page, Segmentation
from transforms.dates.bounds import bounds
from transforms.dates.choose import Model, Rated, rate
from transforms.dates.entries import date_entries
from transforms.dates.evidence import outline
from transforms.dates.relative import find_relative
from transforms.dates.scan import START, Scan, scan_page
from transforms.dates.sighting import Sighting
from transforms.dates.sightings import find_sightings, host_suffix
from transforms.dates.territory import Territory, territories
from transforms.dates.zones import zone_of

# Below this a date is a guess: it stays among the candidates, and the story without a date.
# Cross-validated by site, giving the dates between 0.5 and 0.6 would add about as many wrong ones
# as right ones; a user may set a higher threshold on top of it (``--min-date-confidence``).
_GUESS: Final = 0.6
# A dateline's day is that of publication or the day before it. There are too few on the corpus
# (a dozen) for a share of its own, so this is on the careful side of what they came to.
_FILED: Final = 0.7
# From here on a lone date of an update is that of the story and not of something beside it.
_SHOWN: Final = 0.25
# An update less likely than that to be the publication stands beside something else on the page.
_SEEN: Final = 0.02
# Characters of a line that may be a date with something beside it, and of one that is so anyway.
_SHORT: Final = 160
_LITTLE: Final = 60


def date_lines(page: Page, chosen: Sequence[int]) -> list[bool]:
    """Which of the ``chosen`` blocks are lines of little more than a date: "Updated 06 April 2025",
    "vor 3 Stunden". Long ones are none."""
    seen = scan_page(page.text)
    return [_is_date(seen, page.blocks[i]) for i in chosen]


def _is_date(seen: Scan, block: Block) -> bool:
    """Whether the dates that ``seen`` has in a block leave little of it."""
    size = len(block.text)
    if size > _SHORT:
        return False
    low = bisect_left(seen.written, block.start, key=START)
    inside = seen.written[low : bisect_left(seen.written, block.end, low, key=START)]
    used = sum([item.end - item.start for item in inside if item.day is not None])
    if used and (used * 3 >= size or size <= _LITTLE):
        return True
    first, last = bisect_left(seen.near, block.start), bisect_left(seen.near, block.end)
    return first < last and any(
        (item.end - item.start) * 3 >= size
        for item in find_relative(seen.low[block.start : block.end])
    )


def _candidate(sighting: Sighting, confidence: float) -> DateCandidate:
    return DateCandidate(
        text=sighting.text, basis=sighting.basis, role=sighting.role, value=sighting.value,
        precision=sighting.precision, confidence=round(confidence, 4), start=sighting.start,
        end=sighting.end, evidence=sighting.evidence,
    )  # fmt: skip


def _filed(rated: Sequence[Rated], place: Territory) -> Rated | None:
    """The date of the story's dateline: it says when the copy was filed, where nothing says when
    it was printed."""
    for r in rated:
        at, basis = r.sighting.block, r.sighting.basis
        if basis is DateBasis.DATELINE and at is not None and place.first <= at <= place.last:
            return Rated(r.sighting, max(r.probability, _FILED))
    return None


def _updated(rated: Sequence[Rated], published: Sighting | None) -> Rated | None:
    """The latest update that is not the publication itself and not before it.

    What a story's own structured data say beside its publication is believed, however unlikely it
    is to be the publication. A story may say when it was changed and not when it was published.
    Then only the likeliest date of all is believed.
    """
    floor = published.value if published is not None else None
    later = [
        r
        for r in (rated if floor is not None else rated[:1])
        if r.sighting.role is DateRole.UPDATED
        and r.sighting is not published
        and r.sighting.value is not None
        and (floor is None or r.sighting.value >= floor)
        and (_is_beside(r.sighting, published) or r.probability >= (_SEEN if published else _SHOWN))
    ]
    return max(later, key=lambda r: (r.sighting.of is not None, r.probability), default=None)


def _is_beside(update: Sighting, published: Sighting | None) -> bool:
    """Whether both are told of one story by the same structured data."""
    return published is not None and published.of is not None and update.of == published.of


def _flags(
    rated: Sequence[Rated], unresolved: Sequence[Sighting], published: Rated | None
) -> tuple[Flag, ...]:
    if not rated and not unresolved:
        return ()
    flags = []
    if published is None and any(s.basis is DateBasis.VISIBLE_RELATIVE for s in unresolved):
        flags.append(Flag.RELATIVE_DATE_WITHOUT_FETCH_TIME)
    if published is not None and published.sighting.ambiguous:
        flags.append(Flag.AMBIGUOUS_DAY_MONTH)
    if published is None and rated and rated[0].probability >= 0.1:
        flags.append(Flag.LOW_DATE_CONFIDENCE)
    return tuple(flags)


class _Nearby:
    """The dates of a page's head and address, and its others by block: a page may have many
    stories, each with few dates around it."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        """``sightings`` are those of a whole page, in its order."""
        self._sightings = sightings
        self._blocks = [-1 if s.block is None else s.block for s in sightings]
        self._head = sightings[: bisect_left(self._blocks, 0)]

    def to(self, place: Territory) -> Sequence[Sighting]:
        """The dates that say something of the story at ``place``, in the page's order."""
        first = bisect_left(self._blocks, place.start)
        last = bisect_left(self._blocks, place.end, first)
        return (*self._head, *self._sightings[first:last])


def _read(
    page: Page,
    segmentation: Segmentation,
    sightings: Sequence[Sighting],
    place: Territory,
    rated: Sequence[Rated],
) -> DateReading:
    best = rated[0] if rated and rated[0].probability >= _GUESS else _filed(rated, place)
    published = best.sighting if best else None
    unresolved = [
        s
        for s in sightings
        if s.value is None and s.block is not None and place.start <= s.block <= place.last
    ]
    newest = _updated(rated, published)
    after, before = (None, None) if published else bounds(
        page, sightings, segmentation.kinds, place.first, place.last,
        whole_page=place.count <= 1,
    )  # fmt: skip
    candidates = [_candidate(r.sighting, r.probability) for r in rated]
    chosen = candidates[0] if rated and best is rated[0] else None
    if best and chosen is None:
        chosen = _candidate(best.sighting, best.probability)
    return DateReading(
        published=chosen,
        updated=_candidate(newest.sighting, newest.probability) if newest else None,
        not_before=after,
        not_after=before,
        candidates=(*candidates, *[_candidate(s, 0.0) for s in unresolved]),
        flags=_flags(rated, unresolved, best),
    )


def read_dates(
    page: Page, segmentation: Segmentation, model: Model | None = None
) -> tuple[DateReading, ...]:
    """The dates of each span of ``segmentation``, in its order.

    ``published`` is None where no date is more likely right than wrong. No value lies more than
    a day after ``page.fetched_at`` or before 1800. Candidates without a value ("2 hours ago" on
    a page whose fetch time is unknown) come last.
    """
    if not segmentation.spans:
        return ()
    sightings = find_sightings(page, segmentation.kinds)
    places = territories(page, segmentation, sightings)
    nearby = _Nearby(sightings)
    stories = [(nearby.to(place), place) for place in places]
    rated = rate(page, segmentation, stories, outline(page), model)
    readings = [
        _read(page, segmentation, near, place, found)
        for (near, place), found in zip(stories, rated, strict=True)
    ]
    zone = zone_of(host_suffix(page.url))
    return date_entries(page, segmentation, places, sightings, readings, zone)
