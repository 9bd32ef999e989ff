"""HTML to the lines that a reader sees, each with what the markup around it says.

One block-level element is one line, so that the rules for plain text hold here too. The rules:

- Scripts, styles, templates, form fields, drawings, films and framed pages are not read; nor is
  what ``hidden``, ``display:none`` or a closed ``<dialog>`` hides.
- ``<noscript>`` is passed over: it repeats a lazy picture or asks for scripts. Where the page
  shows next to nothing without it, and without what is hidden, both are read after all.
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
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# The page itself is never hidden: AMP and slow-font tricks hide it until scripts have run.
_NEVER_HIDDEN: Final = frozenset({"html", "body", "main", "article"})
# So little visible text is no page: look behind <noscript> and what is hidden.
_TOO_LITTLE: Final = 250
# Attributes that name what an element is for.
_NAMING: Final = ("class", "id", "role", "itemprop", "data-component", "data-testid", "rel")


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
    """What holds for an open element and everything in it."""

    __slots__ = (
        "around", "article", "box", "breaks", "cell", "far", "link", "near", "ordinal", "own",
        "parents", "running", "scope", "spaced", "strong", "tag",
    )  # fmt: skip

    def __init__(self, outer: "_Frame | None", tag: str) -> None:
        self.tag = tag
        self.own = self.near = self.around = 0
        self.breaks = self.spaced = self.cell = False
        self.running = tag in RUNNING
        self.strong = tag in STRONG
        self.link = False
        self.article: int | None = None
        self.ordinal = 0
        self.parents: tuple[int, ...] = ()
        self.scope: int | None = None
        self.box = self
        if outer is not None:
            self.box = outer.box
            self.near = outer.near
            self.around = outer.around
            self.article = outer.article
            self.parents = outer.parents
            self.scope = outer.scope
            self.link = outer.link
            self.strong = self.strong or outer.strong


class _Line:
    """The line being written."""

    __slots__ = ("chars", "frames", "linked", "parts", "strong", "times")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.frames: list[tuple[_Frame, int]] = []
        self.chars = self.linked = self.strong = 0
        self.times: list[str] = []


class _Writer:
    """Collects lines. ``gap`` is the number of line ends owed before the next."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.starts: list[int] = []
        self.hints: list[Hints] = []
        self.length = 0
        self.gap = 0
        self.line = _Line()

    def write(self, text: str, frame: _Frame) -> None:
        line = self.line
        size = len(text)
        line.parts.append(text)
        line.frames.append((frame, size))
        line.chars += size
        if frame.link:
            line.linked += size
        if frame.strong:
            line.strong += size

    def end(self, gap: int) -> None:
        """Ends the line, if one was begun; the next comes ``gap`` line ends later at least."""
        line = self.line
        if line.chars:
            text = " ".join("".join(line.parts).split())
            if text:
                if self.lines:
                    newlines = "\n" * max(self.gap, 1)
                    self.lines.append(newlines)
                    self.length += len(newlines)
                self.lines.append(text)
                self.starts.append(self.length)
                self.length += len(text)
                self.hints.append(_hints(line))
                self.gap = 0
            self.line = _Line()
        elif line.parts:
            line.parts.clear()
        self.gap = max(self.gap, gap)


def _hints(line: _Line) -> Hints:
    frame = line.frames[0][0]
    near, around = frame.near, frame.around
    if len(line.frames) > 1:
        # What holds for at least half of the line's characters holds for the line.
        first = frame
        if any(other is not first for other, _ in line.frames):
            half = line.chars / 2
            near = _majority([(f.near, n) for f, n in line.frames], half)
            around = _majority([(f.around, n) for f, n in line.frames], half)
            frame = max(line.frames, key=lambda pair: pair[1])[0]
    box = frame.box
    return Hints(
        tag=box.tag,
        link_density=line.linked / line.chars,
        words=names_of(near),
        times=tuple(line.times),
        around=names_of(around),
        article=frame.article,
        parents=box.parents,
        strong_density=line.strong / line.chars,
    )


def _majority(pieces: list[tuple[int, int]], half: float) -> int:
    weights: dict[int, int] = {}
    for bits, size in pieces:
        weights[bits] = weights.get(bits, 0) + size
    every = 0
    for bits in weights:
        every |= bits
    found = 0
    while every:
        bit = every & -every
        every ^= bit
        if sum(size for bits, size in weights.items() if bits & bit) >= half:
            found |= bit
    return found


def read(html: str) -> Markup:
    """The visible text of ``html``, its hints, and all that its head and data say, unjudged.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    tree = LexborHTMLParser(html)
    markup = _walk(tree.root, everything=False)
    if len(markup.text) < _TOO_LITTLE:
        more = _walk(tree.root, everything=True)
        if len(more.text) > 2 * len(markup.text):
            return more
    return markup


def _walk(root: LexborNode | None, *, everything: bool) -> Markup:
    markup = Markup()
    writer = _Writer()
    stack: list[_Frame] = [_Frame(None, "html")]
    frame = stack[0]
    articles = boxes = nodes = 0
    # True while nothing but the end and the start of elements came since the last character.
    touching = False
    node: LexborNode | None = root
    while node is not None:
        nodes += 1
        if nodes > _MAX_NODES:
            raise TooComplexError(f"more than {_MAX_NODES:,} nodes of markup")
        tag = node.tag or ""
        child: LexborNode | None = None
        if tag == "-text":
            text = node.text_content
            if text:
                if not text.isspace():
                    if touching and writer.line.chars and text[0].isalnum():
                        writer.line.parts.append(" ")
                    writer.write(text, frame)
                elif writer.line.chars:
                    writer.line.parts.append(" ")
                touching = False
        elif tag in _PLAIN_INLINE and (tag != "span" or not node.attributes):
            child = node.child
            if child is not None:
                stack.append(frame)
        elif not tag or tag[0] in "-!":
            pass
        elif tag in _HEAD:
            _read_head(tag, node, frame, markup)
        elif tag in UNREAD or (tag == "noscript" and not everything):
            if tag in _BREAKING:
                writer.end(1)
        elif tag == "br":
            writer.end(1 if writer.line.chars else 2)
            touching = False
        else:
            attributes = node.attributes
            if not everything and tag not in _NEVER_HIDDEN and _is_hidden(tag, attributes):
                pass
            else:
                inner = _Frame(frame, tag)
                known = tag in BLOCKS
                if known or tag in CELLS or ("-" in tag and not frame.running):
                    boxes += 1
                    inner.box = inner
                    inner.ordinal = boxes
                    inner.parents = (boxes, *frame.parents[: _PARENTS - 1])
                    inner.breaks = tag not in CELLS
                    inner.spaced = tag in SPACED
                    inner.cell = not inner.breaks
                    if tag == "article":
                        inner.article = articles
                        articles += 1
                _name(inner, frame, tag, attributes)
                if tag == "time" and (
                    when := attributes.get("datetime") or attributes.get("content")
                ):
                    writer.line.times.append(when[:100])
                if tag == "html":
                    markup.language = attributes.get("lang") or attributes.get("xml:lang")
                if "itemscope" in attributes or "itemprop" in attributes:
                    _read_microdata(node, attributes, inner, markup)
                if inner.breaks:
                    writer.end(2 if inner.spaced else 1)
                    touching = False
                elif inner.cell:
                    if writer.line.chars > _LONG_CELL:
                        writer.end(1)
                    else:
                        writer.line.parts.append(" ")
                    touching = False
                child = node.child
                if child is not None:
                    stack.append(frame)
                    frame = inner
                elif inner.breaks:
                    writer.end(2 if inner.spaced else 1)
        if child is not None:
            node = child
            continue
        following = node.next
        while following is None:
            node = node.parent
            if node is None or len(stack) == 1:
                break
            outer = stack.pop()
            if outer is not frame:
                if frame.breaks:
                    writer.end(2 if frame.spaced else 1)
                    touching = False
                elif frame.cell:
                    if writer.line.chars > _LONG_CELL:
                        writer.end(1)
                    touching = False
                else:
                    touching = True
                frame = outer
            following = node.next
        node = following
    writer.end(0)
    markup.text = "".join(writer.lines)
    markup.starts = writer.starts
    markup.hints = writer.hints
    return markup


_PLAIN_INLINE: Final = frozenset(
    {"span", "i", "em", "u", "small", "font", "wbr", "sup", "sub", "head"}
)
_HEAD: Final = frozenset({"meta", "link", "title", "script"})
_BREAKING: Final = frozenset({"iframe", "video", "audio", "object", "select", "textarea"})


def _name(inner: _Frame, outer: _Frame, tag: str, attributes: dict[str, str | None]) -> None:
    """Puts into ``inner`` what tag, class, id and role say."""
    own = LANDMARK_BITS.get(tag, 0)
    if tag == "a":
        inner.link = True
    if attributes:
        if role := attributes.get("role"):
            own |= ROLE_BITS.get(role, 0)
        # The body's class names tell the page's template, not what the page holds.
        if tag not in {"body", "html"}:
            names = " ".join([value for name in _NAMING if (value := attributes.get(name))])
            if names:
                own |= name_bits(names)
    inner.own = own
    inner.near = own | outer.own | outer.near if not inner.breaks else own | outer.own
    inner.around = outer.around | own


def _is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return tag == "dialog"
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    return tag == "dialog" and "open" not in attributes


def _read_head(tag: str, node: LexborNode, frame: _Frame, markup: Markup) -> None:
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
    if (name := attributes.get("itemprop")) and frame.scope is not None:
        value = attributes.get("content") or attributes.get("href")
        if value:
            markup.properties.append(Property(frame.scope, name, value))


def _read_microdata(
    node: LexborNode, attributes: dict[str, str | None], inner: _Frame, markup: Markup
) -> None:
    outer = inner.scope
    holds = None
    if "itemscope" in attributes:
        holds = inner.scope = len(markup.scopes)
        markup.scopes.append((attributes.get("itemtype") or "").rsplit("/", 1)[-1])
    name = attributes.get("itemprop")
    if not name or outer is None:
        return
    for single in name.split():
        if single not in _PROPERTIES:
            continue
        value = attributes.get("content") or attributes.get("datetime")
        if not value and holds is None and single != "articleBody":
            value = " ".join(node.text().split())[:1000]
        markup.properties.append(Property(outer, single, value or "", holds))


_PROPERTIES: Final = frozenset(
    """alternativeHeadline articleBody author creator dateCreated dateModified datePublished
    headline isAccessibleForFree name publisher url""".split()
)
