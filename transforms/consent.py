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


def is_consent_wall(blocks: Sequence[Block]) -> bool:
    """Whether all that ``blocks``, which are a page, have to say is to ask for consent.

    So it is if three quarters of the prose are lines with two different stems of consent or
    tracking, tracking is named, and a line as short as a button asks to accept or to refuse; but
    not where the page shows the headline that its structured data give it and that headline tells
    of something else.
    """
    prose = 0
    lines = []
    for block in blocks:
        text = block.text
        if len(text) < _PROSE:
            continue
        hints = block.hints
        if hints is None or hints.link_density <= _MANY_LINKS:
            prose += len(text)
            lines.append(text)
            if prose > _LONGEST:
                return False
    if not prose:
        return False
    tracking, asking = _stems()
    tracked = False
    other = 0.0
    # The longest first: on a page with a story one line is enough to know.
    for line in sorted(lines, key=len, reverse=True):
        folded = line.casefold()
        found = len([stem for stem in tracking if stem in folded])
        tracked |= found > 0
        if found < _STEMS and found + len([stem for stem in asking if stem in folded]) < _STEMS:
            other += len(line)
            if other > (1 - _SHARE) * prose:
                return False
    if not tracked:
        return False
    for block in blocks:
        hints = block.hints
        told = hints is not None and hints.titled >= _CONFIRMED
        if told and not _holds(block.text, tracking + asking):
            return False
    return any(len(b.text) <= _BUTTON and _holds(b.text, asking) for b in blocks)


def _holds(text: str, stems: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(stem in folded for stem in stems)


@cache
def _stems() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of tracking and those of asking; none holds another, so that no word counts twice."""
    tables = (words_of("consent", table) for table in ("tracking", "asking"))
    tracking, asking = ({stem.casefold() for stem in table} for table in tables)
    return _shortest(tracking), _shortest(asking)


def _shortest(stems: set[str]) -> tuple[str, ...]:
    return tuple(sorted(s for s in stems if not any(o in s for o in stems - {s})))
