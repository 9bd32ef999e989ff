"""What the tag and the attributes of an element say: groups of names, strong type, hiding."""

import re
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Final

import numpy as np

from transforms.arrays import Ints
from transforms.markup import writing
from transforms.markup.outline import ATTRIBUTES
from transforms.markup.vocabulary import (
    LANDMARK_BITS,
    NAMED,
    ROLE_BITS,
    STRONG,
    look_of,
    name_bits,
    tag_number,
)

# Bits above those of the names.
STRONG_BIT: Final = NAMED + 1
HIDDEN_BIT: Final = STRONG_BIT << 1
BITS: Final = np.array([LANDMARK_BITS["a"], STRONG_BIT, HIDDEN_BIT], np.int64)

_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# React sends late parts of a page as hidden boxes of this id, and a script puts them in place.
_STREAMED = re.compile(r"S:[0-9a-f]+")
# The page itself is never hidden: AMP and slow-font tricks hide it until scripts have run.
_NEVER_HIDDEN: Final = frozenset({"html", "body", "main", "article"})
# Attributes that name what an element is for, beside its class.
_NAMING: Final = ("id", "role", "itemprop", "data-component", "data-testid", "rel")
_TAG_BITS: Final = {
    tag: LANDMARK_BITS.get(tag, 0) | (STRONG_BIT if tag in STRONG else 0)
    for tag in (*LANDMARK_BITS, *STRONG)
}
_ROW: Final = Struct(f"={writing.MARK_COLUMNS}q")
# In these a break of line is the designer's, not the writer's.
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
# Boxes that hold text rather than boxes: all of one kind in one box share its frame.
_SHARED: Final = frozenset("p li dd dt h1 h2 h3 h4 h5 h6 td th tr tbody".split())


def table_of(marks: list[bytes]) -> tuple[Ints, list[str]]:
    """The marks of a page as the kernel of ``writing`` wants them, and the tag of each; the last one
    is that of the page's own frame."""
    tags, rows = zip(*map(_meaning, marks), ("html", b""), strict=True)
    table = np.frombuffer(b"".join(rows), np.int64)
    return table.reshape(-1, writing.MARK_COLUMNS), list(tags)


@lru_cache(maxsize=1 << 16)
def _meaning(mark: bytes) -> tuple[str, bytes]:
    """The tag of an element, and its row: the bits of its names, what stands for its tag, what for
    its look as a style sheet tells it, its traits, and the number of its tag."""
    first, *attributes, _ = mark.split(b"\0")
    tag = first.decode("utf-8", "replace")
    traits = writing.SHARED * (tag in _SHARED) | writing.ARTICLE * (tag == "article")
    traits |= writing.HEADING * (tag in _HEADINGS)
    own = _TAG_BITS.get(tag, 0)
    look = tag
    values = {ATTRIBUTES[each[0] - 1]: each[1:].decode("utf-8", "replace") for each in attributes}
    if names := values.get("class"):
        look, bits = look_of(tag, names)
        own |= bits
    for name in _NAMING:
        if value := values.get(name):
            own |= name_bits(value)
    own |= ROLE_BITS.get(values.get("role", ""), 0)
    if "itemscope" in values:
        traits |= writing.SCOPED
    hidden = tag not in _NEVER_HIDDEN and _is_hidden(values)
    if hidden or (tag == "dialog" and "open" not in values):
        own |= HIDDEN_BIT
    return tag, _ROW.pack(own, _number_of(f"<{tag}>"), _number_of(look), traits, tag_number(tag))


def _number_of(name: str) -> int:
    """The same number wherever the name is met: there need be no list of the names of a page."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little", signed=True)


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return not _STREAMED.fullmatch(attributes.get("id", ""))
    return _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
