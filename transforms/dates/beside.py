"""What stands beside a date: the headline, a teaser's title, what its line begins with.

A story's own date stands next to the headline and alone in its form. The dates of a list of other
stories repeat: one form, again and again, each under another title (``rows`` counts them). All of
it is told by shape, in any language.
"""

import re
from collections.abc import Callable
from typing import Final

from schemas.records import Page
from transforms.dates.sighting import Sighting
from transforms.dates.territory import content_words, likeness, shared_words, slug_words

_BULLET: Final = re.compile(r"^(?:[*•+o·–-]|\d{1,2}[.)]) ")
_DIGIT: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LONGEST_TITLE: Final = 300  # characters

Beside = tuple[float, ...]
"""``like``, ``like_above``, ``like_below``, ``slug_above``, ``shape``, ``before``, ``behind`` and
``bullet`` of ``rows.OF_DATE``."""


def _shape(text: str) -> str:
    """The form of a date: ``3 May 2024`` and ``17 June 1999`` have the same."""
    return _LETTERS.sub("a", _DIGIT.sub("9", text))


def beside(page: Page, headline: frozenset[str]) -> Callable[[Sighting, int], Beside]:
    """What tells of a date of a story with this ``headline`` what stands beside it; the second
    argument is the block of the date."""
    blocks = page.blocks
    slug = slug_words(page.url)
    known: dict[int, float] = {}
    shapes: dict[str, int] = {}

    def like(i: int) -> float:
        """How much of the headline is in block ``i``."""
        found = known.get(i)
        if found is None:
            inside = 0 <= i < len(blocks) and len(blocks[i].text) < _LONGEST_TITLE
            found = known[i] = likeness(headline, blocks[i].text) if inside else 0.0
        return found

    def found(s: Sighting, at: int) -> Beside:
        block = blocks[at]
        before = (s.start or 0) - block.start
        return (
            like(at),
            max(like(at - 1), like(at - 2), like(at - 3)),
            max(like(at + 1), like(at + 2)),
            _slug_above(page, at, slug),
            shapes.setdefault(_shape(s.text), len(shapes)),
            before,
            len(block.text) - before - len(s.text),
            _BULLET.match(block.text) is not None,
        )

    return found


def _slug_above(page: Page, at: int, slug: frozenset[str]) -> float:
    """How much of the line above is in the page's address: a title that is the page's own."""
    if not slug or not at:
        return -1.0
    line = content_words(page.blocks[at - 1].text)
    return shared_words(line, slug) if len(line) >= 3 else -1.0
