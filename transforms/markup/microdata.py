"""Microdata of the stories on a page: what ``itemscope`` and ``itemprop`` say in the markup.

Read by selectors, apart from the walk: few elements have them, and a search in C costs less than a
look at the attributes of all. A page without types of things is not searched, and one that has
microdata for its menu and its pictures alone is not looked at any closer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numba import types
from selectolax.lexbor import LexborNode

from transforms.arrays import Bytes
from transforms.compiled import compiled
from transforms.markup.vocabulary import UNREAD
from transforms.memory import eight_at

# schema.org types that are one news story.
STORY_TYPE: Final = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|NewsStory|Report|Review)$")
_PROPERTIES: Final = frozenset(
    """alternativeHeadline articleBody author creator dateCreated dateModified datePublished
    headline isAccessibleForFree name publisher url""".split()
)
_PASSED_OVER: Final = UNREAD - {"meta", "link"}
_OUTSIDE: Final = -1
_LONGEST_VALUE: Final = 1000
# Properties nest, and each has the text of all within: so much text is read and no more.
_MAX_CHARACTERS: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Property:
    """One microdata property: ``scope`` and ``holds`` (the thing that is its value) are ordinals
    in the list of scopes."""

    scope: int
    name: str
    value: str
    holds: int | None = None


# C's own: the address of the first of so many bytes that is a given one, 0 for none.
_find = cast(
    "Callable[[int, int, int], int]",
    types.ExternalFunction("memchr", types.intp(types.intp, types.intp, types.intp)),
)
# ``itemtype`` and ``itemType`` as eight bytes in one number, the lowest bits first as on all machines
# that Numba knows, with the bit that a capital lacks; and the place of the letter that pages have
# least of.
_ITEM_TYPE: Final = int.from_bytes(b"itemtype", "little")
_CAPITAL: Final = 0x20 << 8 * len("item")
_RARE: Final = "itemtype".index("y")


@compiled
def _has_types(page: Bytes) -> bool:
    at = page.ctypes.data + _RARE
    end = at - _RARE + len(page) - (len("itemtype") - 1 - _RARE)
    while at < end:
        at = _find(at, ord("y"), end - at)
        if not at:
            break
        if eight_at(at - _RARE) | np.uint64(_CAPITAL) == np.uint64(_ITEM_TYPE):
            return True
        at += 1
    return False


def has_microdata(page: bytes) -> bool:
    """Whether a page may have microdata: whether it says of anything what type it is. Many times as
    fast as to look for the word in bytes."""
    return _has_types(np.frombuffer(page, np.uint8))


def read_microdata(
    root: LexborNode, *, everything: bool = False
) -> tuple[list[str], list[Property]]:
    """The types of all things on the page, and what is said of them, in page order; both empty
    where no thing is a story. ``everything``: also what stands in <noscript>."""
    reading = _Reading(everything)
    if any(STORY_TYPE.search(_type(node.attributes)) for node in root.css("[itemscope]")):
        for node in root.css("[itemscope],[itemprop]"):
            reading.take(node)
            if reading.characters > _MAX_CHARACTERS:
                break
    return reading.scopes, reading.properties


class _Reading:
    """``within`` has the ordinal of the scope that a node opens or stands in, by the node's
    address: None outside of any, _OUTSIDE in what is no part of the page. Each node is climbed
    over once, so the time is linear in the number of nodes."""

    def __init__(self, everything: bool) -> None:
        self.passed = _PASSED_OVER if everything else _PASSED_OVER | {"noscript"}
        self.scopes: list[str] = []
        self.properties: list[Property] = []
        self.characters = 0
        self.within: dict[int, int | None] = {}
        self.taken: set[int] = set()

    def take(self, node: LexborNode) -> None:
        address = node.mem_id
        # An element that two selectors match is found twice.
        if address in self.taken:
            return
        self.taken.add(address)
        scope = self.scope_of(node)
        if scope == _OUTSIDE:
            return
        attributes = node.attributes
        holds = None
        if "itemscope" in attributes:
            holds = self.within[address] = len(self.scopes)
            self.scopes.append(_type(attributes))
        names = _PROPERTIES.intersection((attributes.get("itemprop") or "").split())
        if scope is None or not names:
            return
        value = attributes.get("content") or attributes.get("datetime") or ""
        if node.tag in {"meta", "link"}:
            value = attributes.get("content") or attributes.get("href") or ""
        elif not value and holds is None and "articleBody" not in names:
            value = node.text()
            self.characters += len(value)
            value = " ".join(value.split())[:_LONGEST_VALUE]
        self.properties += [Property(scope, name, value, holds) for name in sorted(names)]

    def scope_of(self, node: LexborNode) -> int | None:
        """The scope around ``node``."""
        climbed = [node.mem_id]
        found = _OUTSIDE if node.tag in self.passed else None
        above = node.parent
        while found is None and above is not None:
            address = above.mem_id
            if address in self.within:
                found = self.within[address]
                break
            climbed.append(address)
            if above.tag in self.passed:
                found = _OUTSIDE
            above = above.parent
        self.within.update(dict.fromkeys(climbed, found))
        return found


def _type(attributes: dict[str, str | None]) -> str:
    return (attributes.get("itemtype") or "").rsplit("/", 1)[-1]
