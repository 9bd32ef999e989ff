"""HTML to the lines that a reader sees, each with what the markup around it says.

One block-level element is one line, so that the rules for plain text hold here too. The rules:

- Scripts, styles, templates, form fields, drawings, films and framed pages are not read; nor is
  what ``hidden``, ``display:none`` or a closed ``<dialog>`` hides.
- ``<noscript>`` is passed over: it repeats a lazy picture or asks for scripts. Where the page
  shows next to nothing without it, or less than it hides, both are read after all.
- Pictures give no text, lazy ones neither; their ``<figcaption>`` is a line.
- Tables inside a story: a row is a line and its cells are parted by a space, except cells of more
  than ``_LONG_CELL`` characters, which are lines of their own (layout tables).
- Lists: an item is a line. Quotes stay, marked by ``blockquote`` among their hints. Embedded posts
  are quotes of the group ``embed``: the labeller decides, but their dates are not the story's.
- ``<br>`` ends a line; two of them leave an empty one, as paragraphs, lists and headings do. In
  ``<h1>`` to ``<h3>`` a single one amid the text of an element is a space: a headline is one line.
- An unknown element is a box, unless it stands in running text.
- Where two elements touch without a space (``<span>News</span><span>Today</span>``) a space goes
  between them: a style sheet parts them for the reader's eye. Bare text behind an element that
  goes on with its last word (``<a>council</a>lors``) is one word with it.
"""

from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from transforms.markup import lexbor, nodes, writing
from transforms.markup.lines import Lines, no_lines
from transforms.markup.marks import BITS, table_of
from transforms.markup.microdata import Property, has_microdata, read_microdata
from transforms.markup.outline import Outline

_LONGEST_TIME: Final = 100
# So little visible text is no page: look behind <noscript> and what is hidden.
_TOO_LITTLE: Final = 250
# The parser's side effects upon a finished tree serve programs that change it.
_OPTIONS: Final = LexborDocumentOptions.WO_EVENTS.value
_outline_of = lexbor.outline_of if lexbor.AVAILABLE else nodes.outline_of


@dataclass(slots=True)
class Markup:
    """What one walk over a page finds. Positions count characters of ``text``."""

    text: str = ""
    hidden: int = 0  # characters that were passed over as hidden
    behind: bool = False  # whether what is hidden or stands in <noscript> was read after all
    starts: list[int] = field(default_factory=list)
    lines: Lines = field(default_factory=no_lines, compare=False)
    language: str | None = None
    title: str | None = None
    meta: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)


def read(html: str | bytes) -> Markup:
    """The visible text of ``html`` (bytes are UTF-8), its hints, and all that its head and data say, unjudged.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    page = html if isinstance(html, bytes) else html.encode("utf-8", "ignore")
    parser = LexborHTMLParser(page, options=_OPTIONS)
    root = parser.root
    if root is None:
        return Markup()
    outline = _outline_of(root)
    everything = False
    markup = _written(outline, everything=False)
    if len(markup.text) < max(_TOO_LITTLE, markup.hidden):
        more = _written(outline, everything=True)
        if len(more.text) > 2 * len(markup.text):
            markup, everything = more, True
            markup.behind = True
    _read_heads(outline, markup, everything=everything)
    if has_microdata(page):
        markup.scopes, markup.properties = read_microdata(root, everything=everything)
    return markup


def _written(outline: Outline, *, everything: bool) -> Markup:
    marks = table_of(outline)
    text, lines, frames, when, hidden = writing.write(
        outline.rows, outline.store, marks, BITS, everything, writing.LETTERS
    )
    times = [outline.text_of(row)[:_LONGEST_TIME] for row in when.tolist()]
    markup = Markup(text.tobytes().decode("utf-8", "replace"), hidden)
    markup.starts = lines[:, writing.L_START].tolist()
    markup.lines = Lines(lines, frames, marks, outline, times)
    return markup


def _read_heads(outline: Outline, markup: Markup, *, everything: bool) -> None:
    markup.language = outline.language
    for letter, behind, first, second in outline.heads:
        if behind and not everything:
            continue
        if letter == "m":
            markup.meta.append((first.lower().strip(), second))
        elif letter == "l":
            markup.links.append((first.lower(), second))
        elif letter == "j":
            markup.scripts.append(second)
        elif markup.title is None:
            markup.title = " ".join(second.split()) or None
