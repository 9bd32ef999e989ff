"""Pages that show a wall asking for consent to cookies, and no story.

A crawler without a browser is often given the wall in place of the page. Such a page reads like
prose, so its words decide: in all that reads as prose there, line by line, it is told what is done
with the reader's data and what the reader may do about it. News *about* cookies does not speak so
from end to end, and a page with a story beside its consent box has other prose.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from schemas.records import Block
from transforms.lexicon import words_of
from transforms.needles import Needles

# Longer walls are the terms of use, or a page with a story.
_LONGEST: Final = 6_000
# Menus have shorter lines, but no shorter one may tell of a story.
_PROSE: Final = 20
_MANY_LINKS: Final = 0.5
_BUTTON: Final = 40
# So many different stems make a line one of consent; so large a share of the prose is to be such.
_STEMS: Final = 2
_SHARE: Final = 0.75
_CONFIRMED: Final = 0.8


def is_consent_wall(blocks: Sequence[Block], lines: Sequence[str]) -> bool:
    """Whether all that ``blocks``, which are a page, have to say is to ask for consent. ``lines``
    are its prose.

    So it is if three quarters of the prose are lines with two different stems of consent or
    tracking, tracking is named, and a line as short as a button asks to accept or to refuse; but
    not where the page shows the headline that its structured data give it and that headline tells
    of something else.
    """
    if not speaks_of_consent(lines) or tells_else(blocks, _stems()):
        return False
    return any(len(b.text) <= _BUTTON and _asking().among(b.text.casefold()) for b in blocks)


def speaks_of_consent(lines: Sequence[str]) -> bool:
    """Whether three quarters of ``lines`` have two different stems of consent or tracking each, and
    tracking is named."""
    prose = sum(map(len, lines))
    stems, tracking = _stems(), _tracking()
    tracked = False
    other = 0.0
    # The longest first: where there is a story one line is enough to know.
    for line in sorted(lines, key=len, reverse=True):
        found = stems.among(line.casefold())
        tracked = tracked or not tracking.isdisjoint(found)
        if len(found) < _STEMS:
            other += len(line)
            if other > (1 - _SHARE) * prose:
                return False
    return tracked


def tells_else(blocks: Sequence[Block], stems: Needles) -> bool:
    """Whether a page shows the headline that its structured data give it, with none of ``stems``."""
    return any(
        block.hints is not None
        and block.hints.titled >= _CONFIRMED
        and not stems.among(block.text.casefold())
        for block in blocks
    )


def prose_of(blocks: Sequence[Block]) -> list[str] | None:
    """The lines of a page that may tell of something; None where they are longer than any wall."""
    lines = [
        block.text
        for block in blocks
        if len(block.text) >= _PROSE
        and (block.hints is None or block.hints.link_density <= _MANY_LINKS)
    ]
    return lines if sum(map(len, lines)) <= _LONGEST else None


@cache
def _stems() -> Needles:
    """Those of tracking and those of asking."""
    return Needles((*_table("tracking"), *_table("asking")))


@cache
def _tracking() -> frozenset[str]:
    return frozenset(_table("tracking"))


@cache
def _asking() -> Needles:
    return Needles(_table("asking"))


def _table(name: str) -> tuple[str, ...]:
    """The stems of a table; none holds another, so that no word counts twice."""
    return shortest({stem.casefold() for stem in words_of("consent", name)})


def shortest(stems: set[str]) -> tuple[str, ...]:
    """``stems`` without those that hold another."""
    return tuple(sorted(s for s in stems if not any(o in s for o in stems - {s})))
