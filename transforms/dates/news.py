"""Where a date is that of news: what the learned chances cannot know.

Half of the corpus that they are learned from is guides that are kept up for years, annotated with
the day that they show, be it that of an update. News is changed within days. What tells one from
the other has a floor under its chance, on the careful side of the few cases that the corpus has.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from schemas.kinds import DateBasis, DateRole, Precision
from transforms.dates.sighting import Sighting
from transforms.dates.territory import Territory

_FRESH: Final = 0.65  # "Updated 5 sec ago" and no likelier date: 2 of 2 right
_UNDER_HEADLINE: Final = 0.65  # an update under the headline of one of several stories: 24 of 32
_CHANGED_SOON: Final = 0.7  # a publication in structured data, changed within days: 3 of 3
_SOON: Final = timedelta(days=3)
_NEAR: Final = 6  # blocks
_HOURS: Final = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR})


def floor(near: Sequence[Sighting], best: int, place: Territory) -> float:
    """The least chance of the date ``near[best]`` if it is the likeliest of a story; mostly 0."""
    s = near[best]
    if s.role is DateRole.UPDATED:
        if s.basis is DateBasis.VISIBLE_RELATIVE:
            return _FRESH if s.precision in _HOURS else 0.0
        beside = s.block is not None and abs(s.block - place.first) <= _NEAR
        return _UNDER_HEADLINE if beside and place.count > 1 else 0.0
    told = s.of is not None and s.role is DateRole.PUBLISHED
    return _CHANGED_SOON if told and _changed_soon(s, near) else 0.0


def _changed_soon(published: Sighting, near: Sequence[Sighting]) -> bool:
    """Whether the story's updates, of which it has one, were made within days of publication."""
    updates = [s.value for s in near if s.role is DateRole.UPDATED]
    first = published.value
    return bool(updates) and all(
        there is not None and first is not None and first <= there <= first + _SOON
        for there in updates
    )
