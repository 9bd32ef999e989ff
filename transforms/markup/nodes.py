"""The outline of a parsed page, read node by node through the parser's Python interface.

For where ``transforms.markup.lexbor`` cannot reach the parser's functions. It is the slow twin of
the loop there: the same rows, marks and heads.
"""

from typing import Final

import numpy as np
from selectolax.lexbor import LexborNode

from transforms.markup.limits import MAX_NODES, TooComplexError
from transforms.markup.outline import (
    ATTRIBUTES,
    BREAK,
    COLUMNS,
    GAPS,
    HEAD,
    INLINE_GAP,
    MARK,
    MARKING,
    NAMELESS,
    NOSCRIPT,
    RULE,
    SKIPPED,
    SPACE,
    TEXT,
    TIME,
    UNKNOWN,
    WHEN,
    WORDS,
    Outline,
    runs_on,
)

_KINDS: Final = {
    **GAPS,
    "-text": TEXT,
    **dict.fromkeys(("-", "-comment", "-doctype", "!doctype", "-document"), SKIPPED),
}
_NUMBERS: Final = {name: number + 1 for number, name in enumerate(ATTRIBUTES[:MARKING])}


def outline_of(root: LexborNode) -> Outline:
    """The outline of the tree below ``root``.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    return _Reading().read(root)


class _Reading:
    """``stack`` holds the open elements, each with its tag and row; of the first ``recorded`` of
    them the marks are known. ``behind`` is the depth of the <noscript> that is open."""

    def __init__(self) -> None:
        self.rows: list[list[int]] = []
        self.store = bytearray()
        self.marks: dict[bytes, int] = {}
        self.heads: list[tuple[str, bool, str, str]] = []
        self.stack: list[tuple[LexborNode, str, int]] = []
        self.recorded = 0
        self.behind: int | None = None

    def read(self, root: LexborNode) -> Outline:
        stack = self.stack
        nodes = 0
        node: LexborNode | None = root
        while node is not None:
            nodes += 1
            if nodes > MAX_NODES:
                raise TooComplexError(f"more than {MAX_NODES:,} nodes of markup")
            if (child := self.take(node)) is not None:
                node = child
                continue
            following = node.next
            while following is None and stack:
                following = stack.pop()[0].next
                self.recorded = min(self.recorded, len(stack))
                if self.behind == len(stack):
                    self.behind = None
            node = following
        attributes = root.attributes
        ends = np.cumsum([0, *map(len, self.marks)])
        return Outline(
            np.array(self.rows, np.int64).reshape(-1, COLUMNS),
            np.frombuffer(bytes(self.store), np.uint8),
            np.stack((ends[:-1], ends[1:]), axis=1),
            np.frombuffer(b"".join(self.marks), np.uint8),
            self.heads,
            attributes.get("lang") or attributes.get("xml:lang"),
        )

    def take(self, node: LexborNode) -> LexborNode | None:
        """Notes a node; its first child where the walk goes on in it."""
        tag = node.tag or "-"
        kind = _KINDS.get(tag, UNKNOWN)
        if kind == TEXT:
            self.text(node.text_content or "")
            return None
        if kind == HEAD:
            self.head(tag, node)
            return None
        if kind == SKIPPED:
            return None
        timed = kind == TIME
        if timed:
            kind = INLINE_GAP
        elif kind == UNKNOWN:
            running = self.stack and runs_on(self.stack[-1][1])
            kind = INLINE_GAP if running or "-" not in tag else 1
            timed = "time" in tag
        if timed and (when := node.attributes.get("datetime")):
            self.rows.append([WHEN, len(self.stack), -1, *self.kept(when)])
        child = node.child if kind not in {BREAK, RULE} else None
        self.rows.append([kind, len(self.stack), -1, int(child is not None), 0])
        if child is not None:
            if kind == NOSCRIPT and self.behind is None:
                self.behind = len(self.stack)
            self.stack.append((node, tag, len(self.rows) - 1))
        return child

    def text(self, text: str) -> None:
        if not text:
            return
        if text.isspace():
            self.rows.append([SPACE, len(self.stack), -1, 0, 0])
            return
        kind = WORDS if text[0].isalnum() else TEXT
        self.rows.append([kind, len(self.stack), -1, *self.kept(text)])
        for node, tag, row in self.stack[self.recorded :]:
            mark = tag.encode() + b"\0"
            for name, value in node.attributes.items() if tag not in NAMELESS else ():
                if name in _NUMBERS:
                    mark += bytes([_NUMBERS[name]]) + (value or "").encode() + b"\0"
            self.rows[row][MARK] = self.marks.setdefault(mark, len(self.marks))
        self.recorded = len(self.stack)

    def kept(self, text: str) -> tuple[int, int]:
        """The place of a text in the store."""
        start = len(self.store)
        self.store += text.encode()
        return start, len(self.store)

    def head(self, tag: str, node: LexborNode) -> None:
        behind = self.behind is not None
        if tag == "title":
            self.heads.append(("t", behind, "", node.text()))
            return
        attributes = node.attributes
        if tag == "script":
            kind = attributes.get("type") or ""
            if "ld+json" in kind.lower() and (text := node.text()):
                self.heads.append(("j", behind, "", text))
        elif tag == "link":
            if (rel := attributes.get("rel")) and (href := attributes.get("href")):
                self.heads.append(("l", behind, rel, href))
        elif content := attributes.get("content") or attributes.get("value"):
            name = attributes.get("property") or attributes.get("name")
            if not name and self.stack and self.stack[-1][1] == "head":
                name = attributes.get("itemprop")
            if name:
                self.heads.append(("m", behind, name, content))
