"""A parsed page as a flat list: what the lines of a page are written from.

One row for each thing that a reader could meet, in document order: elements, texts, line breaks,
rules and times. What nobody reads (scripts, drawings, form fields) has no row. What the head and
the scripts say for machines is set apart in ``heads``.
"""

from dataclasses import dataclass
from typing import Final

from transforms.arrays import Bytes, Ints
from transforms.markup.vocabulary import BLOCKS, CELLS, INLINE, RUNNING, SPACED, UNREAD

# What stands at a tag: line ends before and after it if above 0, else a case of its own.
INLINE_GAP, CELL, TEXT, BREAK, SKIPPED, NOSCRIPT, HEAD, TIME, RULE, UNKNOWN = range(0, -10, -1)
# Kinds of rows beside these: white space; a text that begins with a letter or digit; the
# machine-readable value of a time.
SPACE, WORDS, WHEN = -10, -11, -12
GAPS: Final = {
    **{tag: 2 if tag in SPACED else 1 for tag in BLOCKS},
    **dict.fromkeys(CELLS, CELL),
    **dict.fromkeys(UNREAD, SKIPPED),
    **dict.fromkeys(("meta", "link", "title", "script"), HEAD),
    **dict.fromkeys(INLINE, INLINE_GAP),
    "noscript": NOSCRIPT,
    "br": BREAK,
    "time": TIME,
    "hr": RULE,
}

# The columns of a row. ``LEVEL`` counts the elements around. For an element ``MARK`` is the number
# of its name and attributes in ``marks`` (-1 where no text stands in it) and ``FROM`` is 1 if it
# has content; for texts and times ``FROM`` and ``TO`` are their place in ``store``.
KIND, LEVEL, MARK, FROM, TO = range(5)
COLUMNS: Final = 5

# Attributes go by their number here. A mark is the tag of an element and a NUL, then for each of
# the first ``MARKING`` that it has the number and one, the value, and a NUL.
ATTRIBUTES: Final = (
    "class", "id", "role", "itemprop", "data-component", "data-testid", "rel", "itemscope",
    "hidden", "style", "open", "datetime", "property", "name", "content", "href", "type", "lang",
    "xml:lang", "value",
)  # fmt: skip
MARKING: Final = 11
# The body's class names tell the page's template, not what the page holds.
NAMELESS: Final = frozenset({"html", "body"})


@dataclass(slots=True)
class Outline:
    """``marks`` have a row for each of the different tags and attributes of the elements with text in
    them: from where to where it stands in ``looks``;
    ``heads`` have a letter for the element, whether it stands in <noscript>, and two values:
    ``m`` name and content, ``l`` rel and href, ``t`` the title, ``j`` JSON-LD. In the head of a page
    ``itemprop`` names a ``<meta>``, too, for it has no thing around it to be a property of."""

    rows: Ints
    store: Bytes
    marks: Ints
    looks: Bytes
    heads: list[tuple[str, bool, str, str]]
    language: str | None

    def look_of(self, mark: int) -> bytes:
        """A mark's tag and attributes."""
        start, end = self.marks[mark, :2]
        return self.looks[start:end].tobytes()

    def tag_of(self, mark: int) -> str:
        """A mark's tag; that of the page for -1."""
        return (
            self.look_of(mark).split(b"\0", 1)[0].decode("utf-8", "replace")
            if mark >= 0
            else "html"
        )

    def text_of(self, row: int) -> str:
        """The text that a row has in the store."""
        start, end = self.rows[row, FROM:]
        return self.store[start:end].tobytes().decode("utf-8", "replace")


def runs_on(tag: str) -> bool:
    """Whether an unknown element within this one is part of its running text."""
    return tag in RUNNING
