"""Whose a date is that stands between two stories: of the one above it, or of the one below.

Where nothing tells, both may take it, and the learned choice weighs it for each. Markup tells: a
block is of the story with which it shares the smaller box. The form of a page of text does, too:
one that prints the day above its headlines prints one above the first and none below the last.
"""

from collections.abc import Sequence, Set
from typing import Final

from schemas.kinds import DateRole
from schemas.records import Block, Page, StorySpan
from transforms.dates.sighting import Sighting

_NEAR: Final = 2  # blocks from the story that the line with its day may stand
_SHORT: Final = 60  # characters of a line that may stand between: a section, a name
_ALONE: Final = 0.3
_OF_ANOTHER: Final = frozenset(
    {DateRole.COPYRIGHT, DateRole.BIRTH, DateRole.PHOTO, DateRole.COMMENT, DateRole.TEASER}
)


def divide(
    page: Page, spans: Sequence[StorySpan], sightings: Sequence[Sighting]
) -> list[tuple[int, int]]:
    """For each of ``spans`` the blocks ``[start, end)`` whose dates may be its own. What lies
    between two spans is of both, unless it is clear whose it is."""
    places = [(span.blocks[0], span.blocks[-1]) for span in spans]
    starts = [0, *(last + 1 for _, last in places[:-1])]
    ends = [*(first for first, _ in places[1:]), len(page.blocks)]
    dated = {
        s.block
        for s in sightings
        if s.block is not None and s.alone > _ALONE and s.role not in _OF_ANOTHER
    }
    whole = [i for i, span in enumerate(spans) if not span.is_teaser]
    above, below = {}, {}
    for i in whole:
        first, last = places[i]
        above[i] = _beside(page, dated, range(first - 1, max(starts[i], first - _NEAR) - 1, -1))
        below[i] = _beside(page, dated, range(last + 1, min(ends[i], last + 1 + _NEAR)))
    form = _form(dated, [places[i] for i in whole], [*above.values()], [*below.values()])
    for upper, lower in zip(range(len(spans)), range(1, len(spans)), strict=False):
        low, high = starts[lower], ends[upper]
        if form == "above" and (at := above.get(lower)) is not None:
            high = at
        elif form == "below" and (at := below.get(upper)) is not None:
            low = at + 1
        else:
            low, high = _by_boxes(page.blocks, places[upper][1], places[lower][0])
        starts[lower], ends[upper] = low, high
    return [(min(start, first), max(end, last + 1))
            for start, end, (first, last) in zip(starts, ends, places, strict=True)]  # fmt: skip


def _beside(page: Page, dated: Set[int], near: range) -> int | None:
    """The block of a day among ``near``, the blocks from a story on: next to it, or with no more
    than a short line between."""
    for i in near:
        if i in dated:
            return i
        if len(page.blocks[i].text) > _SHORT:
            break
    return None


def _form(
    dated: Set[int], places: Sequence[tuple[int, int]], above: Sequence[int | None],
    below: Sequence[int | None],
) -> str:  # fmt: skip
    """``above`` or ``below`` where the page shows on which side of its stories their days stand,
    else nothing."""
    if not places:
        return ""
    own = sum(
        any(i in dated for i in range(first, min(last, first + _NEAR) + 1))
        for first, last in places
    )
    if 2 * own >= len(places):
        return ""
    some_above, some_below = (sum(at is not None for at in side) for side in (above, below))
    if above[0] is not None and below[-1] is None and 2 * some_above > len(places):
        return "above"
    if below[-1] is not None and above[0] is None and 2 * some_below > len(places):
        return "below"
    return ""


def _by_boxes(blocks: Sequence[Block], last: int, first: int) -> tuple[int, int]:
    """Where the lower story's dates start and the upper one's end, by the boxes of the blocks
    between ``last`` of the upper and ``first`` of the lower story."""
    low, high = last + 1, first
    above, below = frozenset(_boxes(blocks[last])), frozenset(_boxes(blocks[first]))
    upper, lower = above - below, below - above
    if not (upper or lower):  # a page of text, or two stories of one box
        return low, high

    def nearer(i: int) -> int:
        """Above 0 for a block of the lower story, below 0 for one of the upper."""
        boxes = _boxes(blocks[i])
        return len(lower.intersection(boxes)) - len(upper.intersection(boxes))

    while low < high and nearer(low) < 0:
        low += 1
    while high > low and nearer(high - 1) > 0:
        high -= 1
    return low, high


def _boxes(block: Block) -> Sequence[int]:
    return block.hints.parents if block.hints is not None else ()
