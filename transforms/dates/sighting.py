"""A date seen on a page: plain data, before anything is chosen."""

from datetime import date, datetime
from typing import NamedTuple

from schemas.kinds import DateBasis, DateRole, Precision


class Sighting(NamedTuple):
    """One date seen on a page; a tuple, for many are made and few are chosen.

    ``block`` is the index of the block it stands in, None for the head of the page and the URL.
    ``value`` is None where the words could not be resolved. ``of`` is the index in
    ``page.metadata.stories``. ``alone`` is the share of the line that the date makes up.
    ``local`` is the day as its writer sees it, where the zone that is written makes another of
    it in UTC.
    """

    text: str
    basis: DateBasis
    role: DateRole
    value: datetime | None
    precision: Precision
    start: int | None = None
    end: int | None = None
    block: int | None = None
    of: int | None = None
    alone: float = 0.0
    timed: bool = False
    yearless: bool = False
    ambiguous: bool = False
    weekday: bool = False
    evidence: tuple[str, ...] = ()
    local: date | None = None

    @property
    def day(self) -> date | None:
        """The day as its writer sees it: what other dates of the page agree with or not."""
        return self.local or (self.value.date() if self.value is not None else None)
