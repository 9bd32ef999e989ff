"""Pages that stand where a story should be: one that is missing, a check for robots, a refusal.

They read like prose, so their words decide, as for walls that ask for consent: the page is short, a
line says what nobody but such a page says, and nearly all else that it says is of pages, browsers
and connections. A story *about* missing pages tells of people and places as well, line by line.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from schemas.records import Block
from transforms.consent import is_consent_wall, prose_of, shortest, tells_else
from transforms.lexicon import words_of
from transforms.needles import Needles

_CONSENT: Final = "it asks for consent to cookies and shows no story"
# The tables of the lexicon, the surest first, and what they say of a page.
_SAID: Final = {
    "region": "it is kept from readers of some countries and shows no story",
    "robots": "it looks for robots and shows no story",
    "denied": "it refuses access and shows no story",
    "scripts": "it asks for scripts and shows no story",
    "missing": "it says that a page is missing and shows no story",
}
# Longer ones are a story, or a page that shows others in place of the one asked for.
_LONGEST: Final = 1_800
# The line that names the wall is a heading or a sentence or two.
_LINE: Final = 300
# A line speaks of the wall if it has one stem for so many characters.
_PER_STEM: Final = 100
_SHARE: Final = 0.8


def wall_of(blocks: Sequence[Block]) -> str | None:
    """What a page of ``blocks`` is instead of a story, in words; None for all others."""
    lines = prose_of(blocks)
    if lines is None:
        return None
    if is_consent_wall(blocks, lines):
        return _CONSENT
    prose = spoken = sum(map(len, lines))
    if prose > _LONGEST:
        return None
    every = _every()
    # The longest first: most pages have a line that speaks of something else.
    for line in sorted(lines, key=len, reverse=True):
        if len(every.among(line.casefold())) * _PER_STEM < len(line):
            spoken -= len(line)
            if spoken < _SHARE * prose:
                return None
    wall = _named_in(block.text for block in blocks if len(block.text) <= _LINE)
    return None if wall is None or tells_else(blocks, every) else _SAID[wall]


def _named_in(lines: Iterable[str]) -> str | None:
    """The table that a line has a word of, the surest of all lines."""
    said = "\n".join(lines).casefold()  # one search a sign, however many lines there are
    for table in _SAID:
        if any(sign in said for sign in _signs(table)):
            return table
    return None


@cache
def _signs(table: str) -> tuple[str, ...]:
    return shortest({sign.casefold() for sign in words_of("walls", table)})


@cache
def _every() -> Needles:
    """The stems of all tables; none holds another, so that no word counts twice."""
    tables = (words_of("walls", table) for table in (*_SAID, "beside"))
    return Needles(shortest({stem.casefold() for table in tables for stem in table}))
