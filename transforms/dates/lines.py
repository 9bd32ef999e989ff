"""What the dates of one line say of each other: the other one of an update, the ends of a span."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from schemas.kinds import DateBasis, DateRole
from schemas.records import Page
from transforms.dates.sighting import Sighting

# A line of credits, not a paragraph that tells of an update.
_LONGEST: Final = 160  # characters
_SHOWN: Final = frozenset({DateBasis.VISIBLE_ABSOLUTE, DateBasis.DATELINE})
_OPEN: Final = frozenset({DateRole.UNKNOWN, DateRole.EVENT})  # "bis" alone is a label of events
# "28.01.2022 – 29.01.2022", "14 de marzo a 13 de mayo".
_SPAN: Final = re.compile(r"\s?(?:[-–—]|to|till?|until|bis|au|al|a|até|ao|tot|do|до|по)\s?")


def with_roles(page: Page, dates: Sequence[Sighting]) -> Iterator[Sighting]:
    """``dates`` (of blocks in order), where those of a line tell what those without a label are.

    Beside the day of an update the earliest other one is that of publication (on the corpus 30 of 32 are), and the two
    days of a span are those of what happens (none of 21 is that of publication).
    """
    for block, group in groupby(dates, key=lambda s: s.block):
        line = [*group]
        if len(line) > 1 and block is not None:
            _mark_spans(page.text, line)
            if len(page.blocks[block].text) <= _LONGEST:
                _mark_other_of_update(line)
        yield from line


def _mark_spans(text: str, line: list[Sighting]) -> None:
    shown = [k for k, s in enumerate(line) if s.basis in _SHOWN]
    for one, other in pairwise(shown):
        open_ = {line[one].role, line[other].role} <= _OPEN
        if open_ and _SPAN.fullmatch(text[line[one].end : line[other].start]):
            for k in (one, other):
                line[k] = line[k]._replace(role=DateRole.EVENT)


def _mark_other_of_update(line: list[Sighting]) -> None:
    updated = [s.day for s in line if s.role is DateRole.UPDATED and s.day is not None]
    others = [s.day for s in line if s.role is DateRole.UNKNOWN and s.day is not None]
    if not updated or not others or min(others) > max(updated):
        return
    for k, s in enumerate(line):
        if s.role is DateRole.UNKNOWN and s.day == min(others):
            line[k] = s._replace(role=DateRole.PUBLISHED)
