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
  are quotes of the group ``embed``; the labeller leaves them out.
- ``<br>`` ends a line; two of them leave an empty one, as paragraphs, lists and headings do.
- An unknown element is a box, unless it stands in running text.
- Where two elements touch without a space (``<span>News</span><span>Today</span>``) a space goes
  between them: a style sheet parts them for the reader's eye.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from schemas.records import Hints
from transforms.markup.limits import TooComplexError
from transforms.markup.lines import HIDDEN_BIT, STRONG_BIT, Frame, Lines
from transforms.markup.microdata import Property, read_microdata
from transforms.markup.vocabulary import (
    BLOCKS,
    CELLS,
    INLINE,
    LANDMARK_BITS,
    ROLE_BITS,
    RUNNING,
    SPACED,
    STRONG,
    UNREAD,
    look_of,
    name_bits,
)

_MAX_NODES: Final = 1_500_000
_PARENTS: Final = 4
_LONGEST_TIME: Final = 100
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# React sends late parts of a page as hidden boxes of this id, and a script puts them in place.
_STREAMED = re.compile(r"S:[0-9a-f]+")
# The page itself is never hidden: AMP and slow-font tricks hide it until scripts have run.
_NEVER_HIDDEN: Final = frozenset({"html", "body", "main", "article"})
# So little visible text is no page: look behind <noscript> and what is hidden.
_TOO_LITTLE: Final = 250
# Attributes that name what an element is for, beside its class.
_NAMING: Final = frozenset({"id", "role", "itemprop", "data-component", "data-testid", "rel"})
# The parser's side effects upon a finished tree serve programs that change it.
_OPTIONS: Final = LexborDocumentOptions.WO_EVENTS.value


@dataclass(slots=True)
class Markup:
    """What one walk over a page finds. Positions count characters of ``text``."""

    text: str = ""
    hidden: int = 0  # characters that were passed over as hidden
    starts: list[int] = field(default_factory=list)
    hints: list[Hints] = field(default_factory=list)
    language: str | None = None
    title: str | None = None
    meta: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)


def read(html: str) -> Markup:
    """The visible text of ``html``, its hints, and all that its head and data say, unjudged.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    root = LexborHTMLParser(html, options=_OPTIONS).root
    everything = False
    markup = _Walk(everything=False).run(root)
    if len(markup.text) < max(_TOO_LITTLE, markup.hidden):
        more = _Walk(everything=True).run(root)
        if len(more.text) > 2 * len(markup.text):
            markup, everything = more, True
    if root is not None and ("itemprop" in html or "itemProp" in html):
        markup.scopes, markup.properties = read_microdata(root, everything=everything)
    return markup


class _Walk:
    """One pass over a tree in document order, without recursion.

    ``stack`` holds the open elements, each with its tag and the gap that it asks for. ``frames``
    holds what is known of them: one for the page and one for each open element, up to the last
    in which text was met.
    """

    def __init__(self, *, everything: bool) -> None:
        self.everything = everything
        self.markup = Markup()
        self.lines = Lines()
        self.stack: list[tuple[str, LexborNode, int]] = []
        self.frames = [Frame("html", 0, 0, 0, None, (), "", 0)]
        self.boxes = self.articles = 0
        self.forms: dict[tuple[str, str], int] = {}

    def run(self, root: LexborNode | None) -> Markup:
        lines, stack, frames = self.lines, self.stack, self.frames
        parts, owners = lines.parts, lines.owners
        nodes = hidden = 0
        # True while nothing but ends and starts of inline elements came since the last character.
        touching = False
        node = root
        while node is not None:
            nodes += 1
            tag = node.tag or "-"
            gap = _GAPS.get(tag, _UNKNOWN)
            if gap == _TEXT:
                text = node.text_content
                if text and not text.isspace():
                    frame = frames[-1] if len(frames) > len(stack) else self.frame()
                    if frame.around & HIDDEN_BIT:
                        hidden += len(text)
                    else:
                        if touching and parts and text[0].isalnum():
                            parts.append(" ")
                            owners.append(None)
                        parts.append(text)
                        owners.append(frame)
                elif parts and text:
                    parts.append(" ")
                    owners.append(None)
                touching = False
            elif gap <= _RARE and (gap := self.rare(gap, tag, node)) == _SKIPPED:
                pass
            elif gap == _BREAK:
                if parts:
                    lines.end(1)
                elif lines.gap < 2:
                    lines.gap = 2
                touching = False
            else:
                if gap > 0:
                    if parts:
                        lines.end(gap)
                    elif lines.gap < gap:
                        lines.gap = gap
                    touching = False
                elif gap == _CELL:
                    lines.part_cells()
                    touching = False
                child = node.child
                if child is not None:
                    stack.append((tag, node, gap))
                    node = child
                    continue
            following = node.next
            while following is None and stack:
                _, node, gap = stack.pop()
                if len(frames) > len(stack) + 1:
                    frames.pop()
                if gap > 0:
                    if parts:
                        lines.end(gap)
                    elif lines.gap < gap:
                        lines.gap = gap
                    touching = False
                elif gap == _CELL:
                    lines.part_cells()
                    touching = False
                else:
                    touching = True
                following = node.next
            node = following
            if nodes > _MAX_NODES:
                raise TooComplexError(f"more than {_MAX_NODES:,} nodes of markup")
        if parts:
            lines.end(0)
        markup = self.markup
        markup.hidden = hidden
        markup.text, markup.starts, markup.hints = lines.text, lines.starts, lines.hints
        return markup

    def rare(self, gap: int, tag: str, node: LexborNode) -> int:
        """Sees to an element that needs more than its place in the text, and gives the gap by which
        the walk is to go on: ``_SKIPPED`` where nothing in it is read."""
        if gap == _HEAD:
            self.read_head(tag, node)
        elif gap == _NOSCRIPT and self.everything:
            return gap
        elif gap == _TIME:
            if when := node.attributes.get("datetime"):
                self.lines.times.append(when[:_LONGEST_TIME])
            return _INLINE
        elif gap == _UNKNOWN:
            return self.unknown(tag, node)
        elif gap == _RULE:
            if self.lines.parts:
                self.lines.end(2)
            self.lines.ruled = bool(self.lines.starts)
            return 2
        return _SKIPPED

    def unknown(self, tag: str, node: LexborNode) -> int:
        """The gap of an element that HTML does not know: a box, unless in running text."""
        if "time" in tag and (when := node.attributes.get("datetime")):
            self.lines.times.append(when[:_LONGEST_TIME])
        running = self.stack and self.stack[-1][0] in RUNNING
        return _INLINE if running or "-" not in tag else 1

    def frame(self) -> Frame:
        """The innermost open element's frame, with those around it that were not yet made."""
        frames, stack = self.frames, self.stack
        frame = frames[-1]
        for tag, node, gap in stack[len(frames) - 1 :]:
            frame = self.enter(frame, tag, node, gap)
            frames.append(frame)
        return frame

    def enter(self, outer: Frame, tag: str, node: LexborNode, gap: int) -> Frame:
        own = _TAG_BITS.get(tag, 0)
        inline = gap == _INLINE
        shared = inline or tag in _SHARED
        look = tag
        attributes = node.attributes
        # The body's class names tell the page's template, not what the page holds.
        if attributes and tag not in _NAMELESS:
            for name, value in attributes.items():
                if name == "class":
                    if value:
                        look, bits = look_of(tag, value)
                        own |= bits
                elif name in _NAMING:
                    if value:
                        own |= name_bits(value)
                        if name == "role":
                            own |= ROLE_BITS.get(value, 0)
                elif name == "itemscope":
                    shared = False
                elif name in _HIDING and not self.everything and tag not in _NEVER_HIDDEN:
                    own |= HIDDEN_BIT if _is_hidden(attributes) else 0
        key = (tag if inline else look, own)
        if shared and outer.inner and (known := outer.inner.get(key)):
            return known
        if tag == "dialog" and not self.everything and "open" not in attributes:
            own |= HIDDEN_BIT
        article, boxes = outer.article, outer.boxes
        if inline:
            name, look, form = outer.tag, outer.look, outer.form
        else:
            name = tag
            form = self.forms.setdefault((outer.look, look), len(self.forms) + 1)
            if not shared:
                self.boxes += 1
                boxes = (self.boxes, *boxes[: _PARENTS - 1])
            if tag == "article":
                article = self.articles
                self.articles += 1
            elif tag == "html":
                self.markup.language = attributes.get("lang") or attributes.get("xml:lang")
        inner = Frame(name, own, own | outer.own, own | outer.around, article, boxes, look, form)
        if shared:
            if outer.inner is None:
                outer.inner = {}
            outer.inner[key] = inner
        return inner

    def read_head(self, tag: str, node: LexborNode) -> None:
        markup = self.markup
        if tag == "title":
            if markup.title is None:
                markup.title = " ".join(node.text().split()) or None
            return
        attributes = node.attributes
        if tag == "script":
            kind = attributes.get("type")
            if kind and "ld+json" in kind.lower():
                markup.scripts.append(node.text())
        elif tag == "link":
            if (rel := attributes.get("rel")) and (href := attributes.get("href")):
                markup.links.append((rel.lower(), href))
        elif content := attributes.get("content"):
            name = attributes.get("property") or attributes.get("name")
            if name:
                markup.meta.append((name.lower().strip(), content))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return not _STREAMED.fullmatch(attributes.get("id") or "")
    style = attributes.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


_TAG_BITS: Final = {
    tag: LANDMARK_BITS.get(tag, 0) | (STRONG_BIT if tag in STRONG else 0)
    for tag in (*LANDMARK_BITS, *STRONG)
}
_HIDING: Final = frozenset({"hidden", "style"})
_NAMELESS: Final = frozenset({"html", "body"})
# Boxes that hold text rather than boxes: all of one kind in one box share its frame.
_SHARED: Final = frozenset("p li dd dt h1 h2 h3 h4 h5 h6 td th tr tbody".split())
# What the walk does at a tag: line ends before and after it if above 0, else a case of its own.
_INLINE, _CELL, _TEXT, _BREAK, _SKIPPED, _NOSCRIPT, _HEAD, _TIME, _RULE, _UNKNOWN = range(
    0, -10, -1
)
_RARE: Final = _SKIPPED
_GAPS: Final = {
    **{tag: 2 if tag in SPACED else 1 for tag in BLOCKS},
    **dict.fromkeys(CELLS, _CELL),
    **dict.fromkeys(UNREAD, _SKIPPED),
    **dict.fromkeys(("-", "-comment", "-doctype", "!doctype"), _SKIPPED),
    **dict.fromkeys(("meta", "link", "title", "script"), _HEAD),
    **dict.fromkeys(INLINE, _INLINE),
    "-text": _TEXT,
    "noscript": _NOSCRIPT,
    "br": _BREAK,
    "time": _TIME,
    "hr": _RULE,
}
