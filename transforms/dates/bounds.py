"""What a page without a date still says: the story is not older than this, not younger than that."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.kinds import BlockKind, DateBasis, DateRole, Precision
from schemas.records import Page
from transforms.dates.sighting import Sighting

_YEAR: Final = re.compile(
    r"(?<![\w$€£.,/-])(?:in|since|en|depuis|desde|em|nel|dal|im jahre?|seit) ((?:19|20)\d\d)(?![\d/%–-]|[.,]\d)",
    re.IGNORECASE,
)
# A sentence with one of these may speak of years to come.
_AHEAD: Final = re.compile(
    r"\b(?:will|would|shall|may|might|could|should|plan\w*|expect\w*|forecast\w*|by|until|next|goal|target\w*|aim\w*"
    r"|to be|to have|anticipat\w*|predict\w*|project\w*|signal\w*|estimat\w*|pace|trends?|scheduled|elect\w*|campaign\w*|bids?"
    r"|wird|werden|würde\w*|soll\w*|könnte\w*|bis|ziel\w*|geplant\w*|erwarte\w*|sera\w*|seront|devrait|jusqu"
    r"|será\w*|hasta|sarà|saranno|entro|até|deve\w*|upcoming|2030|2050)\b",
    re.IGNORECASE,
)
# ... and it must tell of something past: a trend "in 2025" is as often foreseen as seen.
_PAST: Final = re.compile(
    r"\b(?:was|were|had|did|began|became|won|lost|took|made|died|rose|fell|[a-z]{3,}ed|wurden?|war(?:en)?"
    r"|hatten?|kam(?:en)?|gab|ging|fand(?:en)?|était|étaient|avait|fue|fueron|era|había|foi|foram|stato"
    r"|stata|werd(?:en)?|was|waren|había|[a-záéíóú]{3,}(?:ó|aron|ieron|ou|aram))\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n]+")
_PROSE: Final = 120


def _past_years(page: Page, first: int, last: int, kinds: Sequence[BlockKind]) -> Iterator[int]:
    """The years that a story's body speaks of as past ("In 2023, it began")."""
    for block, kind in zip(page.blocks[first : last + 1], kinds[first : last + 1], strict=False):
        if kind is not BlockKind.BODY or len(block.text) < _PROSE:
            continue
        if " 19" not in block.text and " 20" not in block.text:
            continue
        for hit in _YEAR.finditer(block.text):
            sentence = next(
                s[0] for s in _SENTENCE.finditer(block.text) if s.start() <= hit.start(1) < s.end()
            )
            if _PAST.search(sentence) and not _AHEAD.search(sentence):
                yield int(hit[1])


def _month_after(value: datetime) -> datetime:
    return (value + timedelta(days=32)).replace(day=1)


def bounds(
    page: Page,
    sightings: Sequence[Sighting],
    kinds: Sequence[BlockKind],
    first: int,
    last: int,
    *,
    whole_page: bool,
) -> tuple[datetime | None, datetime | None]:
    """``not_before`` and ``not_after`` of the story in blocks ``first`` to ``last``, in UTC.

    Not before: the day of its latest photo that says its year, the latest year that its body speaks
    of as past. Not after: the time of fetching, the day of its first update. A month in the address binds both, if the page has one story
    (``whole_page``). A lower bound that lies above the upper one was a misreading: neither stands.
    """
    after: list[datetime] = []
    before = [page.fetched_at] if page.fetched_at else []
    for s in sightings:
        if s.value is None:
            continue
        taken = s.role is DateRole.PHOTO and s.precision is Precision.DAY and not s.yearless
        if s.block is not None and first <= s.block <= last and taken:
            after.append(s.value)
        if s.basis is DateBasis.URL and s.precision is Precision.MONTH and whole_page:
            after.append(s.value)
            before.append(_month_after(s.value))
    ceiling = min(before, default=datetime(2050, 1, 1, tzinfo=UTC))
    after += [
        datetime(year, 1, 1, tzinfo=UTC)
        for year in _past_years(page, first, last, kinds)
        if year <= ceiling.year
    ]
    lower, upper = max(after, default=None), min(before, default=None)
    if lower and upper and lower > upper:
        return None, page.fetched_at
    return lower, upper
