"""Where a story may take its date from.

Its own *territory*: the blocks between the story before it and the one after it, and, if the page
speaks of it there, the head of the page and its address. No rule knows a site.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from schemas.kinds import DateRole, Precision
from schemas.records import Page, Segmentation
from transforms.dates.between import divide
from transforms.dates.sighting import Sighting

_DAY: Final = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR, Precision.DAY})
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
# A copyright line and a birthday never date a story, nor does the day that a picture was taken.
_NEVER: Final = frozenset({DateRole.COPYRIGHT, DateRole.BIRTH, DateRole.COMMENT})
_MOSTLY: Final = 0.4
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


def territories(
    page: Page, segmentation: Segmentation, sightings: Sequence[Sighting]
) -> tuple[Territory, ...]:
    """One territory a span: from the end of the span before to the start of the one after, as far
    as dates between the two may be of either (``between``)."""
    spans = segmentation.spans
    count = sum(not span.is_teaser for span in spans)
    made, index = [], 0
    for span, (start, end) in zip(spans, divide(page, spans, sightings), strict=True):
        first, last = span.blocks[0], span.blocks[-1]
        if span.is_teaser:
            start, end = first, last + 1
        made.append(Territory(start, first, last, end, index, count, span.is_teaser))
        index += not span.is_teaser
    return tuple(made)


@lru_cache(maxsize=2048)
def content_words(text: str | None) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) if text else frozenset()


def slug_words(url: str | None) -> frozenset[str]:
    """The words of an address behind its host."""
    return content_words((url or "").split("://")[-1].partition("/")[2])


def shared_words(mine: frozenset[str], other: frozenset[str]) -> float:
    return len(mine & other) / len(mine) if mine else 0.0


def likeness(mine: frozenset[str], text: str, least: float = 0.0) -> float:
    """``shared_words`` of ``text``, or 0 where it is not above ``least``: a look for each of the few
    words saves most texts from being parted into theirs."""
    low, there = text.lower(), len(mine)
    few = least * there
    for word in mine:
        if word not in low:
            there -= 1
            if there <= few:
                return 0.0
    return shared_words(mine, content_words(text))


def belongs(page: Page, sighting: Sighting, headline: frozenset[str]) -> float:
    """How far a date of the page's head or URL speaks of the story with this headline."""
    if sighting.of is not None:
        story = page.metadata.stories[sighting.of]
        known = story.headline or page.metadata.og_title or page.metadata.title
        return shared_words(headline, content_words(known))
    return shared_words(headline, slug_words(page.url))


def _could_be(page: Page, s: Sighting, place: Territory) -> bool:
    """Whether a date may be the story's own at all."""
    if s.value is None or s.precision not in _DAY or s.role in _NEVER:
        return False
    if s.block is not None:
        return place.start <= s.block < place.end and not (
            s.role is DateRole.PHOTO and s.alone < _MOSTLY
        )
    # The head and the address of a page speak of one story. Another one needs its headline there.
    return not place.is_teaser and (
        place.index == 0
        or belongs(page, s, content_words(page.blocks[place.first].text)) >= _SAME_HEADLINE
    )


def eligible(page: Page, sightings: Sequence[Sighting], place: Territory) -> list[Sighting]:
    """The dates that could be the story's own: exact to the day, in its territory or the head."""
    near = [s for s in sightings if _could_be(page, s, place)]
    if len(near) > _NEAREST:
        near.sort(key=lambda s: abs(s.block - place.first) if s.block is not None else -1)
        near = sorted(near[:_NEAREST], key=lambda s: -1 if s.start is None else s.start)
    return near
