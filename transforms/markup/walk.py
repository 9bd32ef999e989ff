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

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.records import Hints
from transforms.markup.limits import TooComplexError
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
    name_bits,
    names_of,
)

_MAX_NODES: Final = 1_500_000
_LONG_CELL: Final = 80
_PARENTS: Final = 4
_MAX_TIMES: Final = 20
_LONGEST_TIME: Final = 100
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# React sends late parts of a page as hidden boxes of this id, and a script puts them in place.
_STREAMED = re.compile(r"S:[0-9a-f]+")
# The page itself is never hidden: AMP and slow-font tricks hide it until scripts have run.
_NEVER_HIDDEN: Final = frozenset({"html", "body", "main", "article"})
# So little visible text is no page: look behind <noscript> and what is hidden.
_TOO_LITTLE: Final = 250
# Attributes that name what an element is for.
_NAMING: Final = frozenset(
    {"class", "id", "role", "itemprop", "data-component", "data-testid", "rel"}
)


@dataclass(frozen=True, slots=True)
class Property:
    """One microdata property: ``scope`` and ``holder`` are ordinals in ``Markup.scopes``."""

    scope: int
    name: str
    value: str
    holds: int | None = None


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


class _Frame:
    """What holds for all text right in an open element.

    Made when the first text in the element is met, as most elements have none. ``boxes`` are the
    ordinals of the boxes around, the nearest first. Elements of one name and one meaning in the
    same element share a frame, so the paragraphs of a text have one.
    """

    __slots__ = (
        "around", "article", "boxes", "hidden", "hints", "inner", "link", "near", "own", "scope",
        "strong", "tag",
    )  # fmt: skip

    def __init__(self, outer: "_Frame | None", tag: str, own: int) -> None:
        self.tag = tag
        self.own = own
        self.inner: dict[tuple[str, int], _Frame] = {}
        self.hints: Hints | None = None
        if outer is None:
            self.near = self.around = own
            self.link = self.strong = self.hidden = False
            self.article: int | None = None
            self.boxes: tuple[int, ...] = ()
            self.scope: int | None = None
            return
        self.near = own | outer.own
        self.around = outer.around | own
        self.link = outer.link or tag == "a"
        self.strong = outer.strong or tag in STRONG
        self.hidden = outer.hidden
        self.article = outer.article
        self.boxes = outer.boxes
        self.scope = outer.scope


class _Writer:
    """Collects lines with their hints. ``gap``: line ends owed before the next line.

    ``parts`` is the line being written: text with the frame it stands in, a space with None. Its
    first part is never white space.
    """

    __slots__ = ("gap", "hints", "length", "parts", "pieces", "starts", "times")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.hints: list[Hints] = []
        self.length = 0
        self.gap = 0
        self.parts: list[tuple[str, _Frame | None]] = []
        self.times: list[str] = []

    def end(self, gap: int) -> None:
        """Ends the line, if one was begun; ``gap`` line ends at least before the next."""
        parts = self.parts
        if parts:
            whole = parts[0][0] if len(parts) == 1 else "".join([text for text, _ in parts])
            text = " ".join(whole.split())
            if self.pieces:
                newlines = "\n\n" if self.gap > 1 else "\n"
                self.pieces.append(newlines)
                self.length += len(newlines)
            self.pieces.append(text)
            self.starts.append(self.length)
            self.length += len(text)
            self.hints.append(self._line_hints())
            parts.clear()
            self.times.clear()
            self.gap = gap
        elif gap > self.gap:
            self.gap = gap

    def part_cells(self) -> None:
        """Between two cells: a space, or the end of the line after a long one."""
        if self.parts:
            if sum(len(text) for text, _ in self.parts) > _LONG_CELL:
                self.end(1)
            else:
                self.parts.append((" ", None))

    def _line_hints(self) -> Hints:
        parts = self.parts
        first = parts[0][1]
        if first is not None and not self.times:
            for _, frame in parts:
                if frame is not first and frame is not None:
                    break
            else:
                if first.hints is None:
                    first.hints = _hints([(first, 1)], ())
                return first.hints
        sizes: dict[_Frame, int] = {}
        for text, frame in parts:
            if frame is not None:
                sizes[frame] = sizes.get(frame, 0) + len(text)
        return _hints(list(sizes.items()), tuple(self.times[:_MAX_TIMES]))


def _hints(sizes: list[tuple[_Frame, int]], times: tuple[str, ...]) -> Hints:
    """The hints of a line from its frames, each with its number of characters."""
    total = sum(size for _, size in sizes)
    most = max(sizes, key=lambda pair: pair[1])[0]
    near, around = most.near, most.around
    if len(sizes) > 1:
        # What holds for at least half of the line's characters holds for the line.
        near = _majority([(frame.near, size) for frame, size in sizes], total)
        around = _majority([(frame.around, size) for frame, size in sizes], total)
    return Hints(
        tag=most.tag,
        link_density=sum(size for frame, size in sizes if frame.link) / total,
        words=names_of(near),
        times=times,
        around=names_of(around),
        article=most.article,
        parents=most.boxes,
        strong_density=sum(size for frame, size in sizes if frame.strong) / total,
    )


def _majority(pieces: list[tuple[int, int]], total: int) -> int:
    every = 0
    for bits, _ in pieces:
        every |= bits
    found = 0
    while every:
        bit = every & -every
        every ^= bit
        if 2 * sum(size for bits, size in pieces if bits & bit) >= total:
            found |= bit
    return found


def read(html: str) -> Markup:
    """The visible text of ``html``, its hints, and all that its head and data say, unjudged.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    root = LexborHTMLParser(html).root
    microdata = "itemprop" in html
    markup = _Walk(everything=False, microdata=microdata).run(root)
    if len(markup.text) < max(_TOO_LITTLE, markup.hidden):
        more = _Walk(everything=True, microdata=microdata).run(root)
        if len(more.text) > 2 * len(markup.text):
            return more
    return markup


class _Walk:
    """One pass over a tree in document order, without recursion.

    ``stack`` holds the open elements, each with its tag and the gap that it asks for. ``frames``
    holds what is known of them: one for the page and one for each open element, up to the last
    in which text was met.
    """

    def __init__(self, *, everything: bool, microdata: bool) -> None:
        self.everything = everything
        self.microdata = microdata
        self.markup = Markup()
        self.writer = _Writer()
        self.stack: list[tuple[str, LexborNode, int]] = []
        self.frames = [_Frame(None, "html", 0)]
        self.boxes = self.articles = 0

    def run(self, root: LexborNode | None) -> Markup:
        writer, stack, frames = self.writer, self.stack, self.frames
        parts = writer.parts
        nodes = 0
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
                    if frame.hidden:
                        self.markup.hidden += len(text)
                    else:
                        if touching and parts and text[0].isalnum():
                            parts.append((" ", None))
                        parts.append((text, frame))
                elif parts and text:
                    parts.append((" ", None))
                touching = False
            elif gap == _SKIPPED or (gap == _NOSCRIPT and not self.everything):
                pass
            elif gap == _BREAK:
                writer.end(1 if parts else 2)
                touching = False
            elif gap == _HEAD:
                self.read_head(tag, node)
            else:
                if gap == _UNKNOWN:
                    gap = self.unknown(tag, node)
                if gap > 0:
                    writer.end(gap)
                    touching = False
                elif gap == _CELL:
                    writer.part_cells()
                    touching = False
                child = node.child
                if self.microdata or tag == "time":
                    stack.append((tag, node, gap))
                    self.frame()
                    if child is None:
                        stack.pop()
                        frames.pop()
                elif child is not None:
                    stack.append((tag, node, gap))
                if child is not None:
                    node = child
                    continue
            following = node.next
            while following is None and stack:
                _, node, gap = stack.pop()
                if len(frames) > len(stack) + 1:
                    frames.pop()
                if gap > 0:
                    writer.end(gap)
                    touching = False
                elif gap == _CELL:
                    writer.part_cells()
                    touching = False
                else:
                    touching = True
                following = node.next
            node = following
            if nodes > _MAX_NODES:
                raise TooComplexError(f"more than {_MAX_NODES:,} nodes of markup")
        writer.end(0)
        self.markup.text = "".join(writer.pieces)
        self.markup.starts = writer.starts
        self.markup.hints = writer.hints
        return self.markup

    def unknown(self, tag: str, node: LexborNode) -> int:
        """The gap of an element that HTML does not know: a box, unless in running text."""
        if "time" in tag and (when := node.attributes.get("datetime")):
            self.writer.times.append(when[:_LONGEST_TIME])
        running = self.stack and self.stack[-1][0] in RUNNING
        return _INLINE if running or "-" not in tag else 1

    def frame(self) -> _Frame:
        """The innermost open element's frame, with those around it that were not yet made."""
        frames, stack = self.frames, self.stack
        while len(frames) <= len(stack):
            tag, node, gap = stack[len(frames) - 1]
            frames.append(self.enter(frames[-1], tag, node, gap))
        return frames[-1]

    def enter(self, outer: _Frame, tag: str, node: LexborNode, gap: int) -> _Frame:
        own = LANDMARK_BITS.get(tag, 0)
        hidden = scoped = False
        attributes: dict[str, str | None] = {}
        # What links say of themselves is long and seldom tells more than what is around them.
        if tag != "a" or self.microdata:
            attributes = node.attributes
        if attributes:
            if not _HIDING.isdisjoint(attributes) and not self.everything:
                hidden = tag not in _NEVER_HIDDEN and _is_hidden(attributes)
            # The body's class names tell the page's template, not what the page holds.
            if tag not in _NAMELESS:
                for name, value in attributes.items():
                    if name in _NAMING and value:
                        own |= name_bits(value)
                if "role" in attributes:
                    own |= ROLE_BITS.get(attributes["role"] or "", 0)
            scoped = "itemscope" in attributes
        shared = not scoped and not hidden and (gap == _INLINE or tag in _SHARED)
        inner = outer.inner.get((tag, own)) if shared else None
        if inner is None:
            inner = _Frame(outer, tag, own)
            if gap == _INLINE:
                inner.tag = outer.tag
            elif not shared:
                self.boxes += 1
                inner.boxes = (self.boxes, *outer.boxes[: _PARENTS - 1])
            if shared:
                outer.inner[tag, own] = inner
            elif tag == "article":
                inner.article = self.articles
                self.articles += 1
            elif tag == "html":
                self.markup.language = attributes.get("lang") or attributes.get("xml:lang")
            if hidden or (tag == "dialog" and not self.everything and "open" not in attributes):
                inner.hidden = True
        if tag == "time" and (when := attributes.get("datetime")):
            self.writer.times.append(when[:_LONGEST_TIME])
        if scoped or "itemprop" in attributes:
            self.read_microdata(node, attributes, outer, inner)
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
        if (
            self.microdata
            and "itemprop" in attributes
            and (scope := self.frame().scope) is not None
        ):
            value = attributes.get("content") or attributes.get("href") or ""
            self.add_properties(scope, attributes, value, None)

    def read_microdata(
        self, node: LexborNode, attributes: dict[str, str | None], outer: _Frame, inner: _Frame
    ) -> None:
        """Notes the scope that an element opens and the property that it is."""
        markup = self.markup
        holds = None
        if "itemscope" in attributes:
            holds = inner.scope = len(markup.scopes)
            markup.scopes.append((attributes.get("itemtype") or "").rsplit("/", 1)[-1])
        if outer.scope is None:
            return
        value = attributes.get("content") or attributes.get("datetime") or ""
        if not value and holds is None and "articleBody" not in (attributes.get("itemprop") or ""):
            value = " ".join(node.text().split())[:1000]
        self.add_properties(outer.scope, attributes, value, holds)

    def add_properties(
        self, scope: int, attributes: dict[str, str | None], value: str, holds: int | None
    ) -> None:
        for name in (attributes.get("itemprop") or "").split():
            if name in _PROPERTIES:
                self.markup.properties.append(Property(scope, name, value, holds))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return not _STREAMED.fullmatch(attributes.get("id") or "")
    style = attributes.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


_PROPERTIES: Final = frozenset(
    """alternativeHeadline articleBody author creator dateCreated dateModified datePublished
    headline isAccessibleForFree name publisher url""".split()
)

_HIDING: Final = frozenset({"hidden", "style"})
_NAMELESS: Final = frozenset({"html", "body"})
# Boxes that hold text rather than boxes: all of one kind in one box share its frame.
_SHARED: Final = frozenset("p li dd dt h1 h2 h3 h4 h5 h6 td th tr tbody".split())
# What the walk does at a tag: line ends before and after it if above 0, else a case of its own.
_INLINE, _CELL, _TEXT, _SKIPPED, _NOSCRIPT, _BREAK, _HEAD, _UNKNOWN = range(0, -8, -1)
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
}
