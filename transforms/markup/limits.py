"""How much markup a page may have, judged before any of it is parsed.

The parser (Lexbor, by HTML's own algorithm) is quadratic in three things: how deep elements
nest, how many attributes one element has, and how many formatting elements (``<b>``, ``<font>``)
stand open, since each new paragraph opens all of them again. 100,000 nested ``<div>`` take it
35 s; 3,000 times ``<font size=1><p>`` 9 s and 1.7 GB. No page that people read comes near the
limits here.
"""

from functools import cache
from typing import Final

import numpy as np

from transforms.arrays import Bytes, Ints
from transforms.markup.scan import DRAWING, FORMAT, LINK, RAW, SHALLOW, scan, table_of

MAX_CHARACTERS: Final = 16 * 1024 * 1024
MAX_TAGS: Final = 300_000
MAX_NODES: Final = 1_500_000
MAX_DEPTH: Final = 1_000
MAX_OPEN_FORMATS: Final = 200
MAX_ATTRIBUTES: Final = 2_000

# Below these the worst that can be built takes about a second and 300 MB: no closer look.
_HARMLESS_TAGS: Final = 10_000
_FEW_TAGS: Final = 1_500
_FEW_CHARACTERS: Final = 100_000

_ANGLE: Final = ord("<")
# Tags inside these are mere text.
_RAW: Final = frozenset("script style textarea title xmp iframe noembed noframes".split())
_FORMATS: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# Void, or closed by their next sibling: their number says nothing of depth.
_SHALLOW: Final = frozenset(
    """area base body br col colgroup dd dt embed head hr html img input li link meta optgroup
    option p param rp rt source tbody td tfoot th thead tr track wbr""".split()
)


class TooComplexError(ValueError):
    """Markup beyond any page's need; the message says what and how much."""


def check(html: str | bytes) -> None:
    """Looks through ``html`` once, in linear time; bytes are UTF-8.

    Raises:
        TooComplexError: over one of the limits of this module.
    """
    page = html if isinstance(html, bytes) else html.encode("utf-8", "ignore")
    codes = np.frombuffer(page, np.uint8)
    if len(page) <= _FEW_CHARACTERS and _angles(codes) <= _FEW_TAGS:
        return
    if len(page) > 4 * MAX_TAGS and (angles := _angles(codes)) > 4 * MAX_TAGS:
        raise TooComplexError(f"{angles:,} times '<', more than the limit of {4 * MAX_TAGS:,}")
    seen, depth, begun, formats, attributes = scan(codes, _known())
    if attributes > MAX_ATTRIBUTES and len(page) > _FEW_CHARACTERS:
        raise TooComplexError(
            f"an element with {attributes:,} attributes, more than the limit of {MAX_ATTRIBUTES:,}"
        )
    if depth <= MAX_DEPTH and formats <= MAX_OPEN_FORMATS and seen <= MAX_TAGS:
        return
    angles = _angles(codes)
    if angles <= _HARMLESS_TAGS and (angles <= _FEW_TAGS or begun <= MAX_OPEN_FORMATS):
        return
    if depth > MAX_DEPTH:
        raise TooComplexError(f"elements nest deeper than the limit of {MAX_DEPTH:,}")
    if formats > MAX_OPEN_FORMATS:
        raise TooComplexError(
            f"over {MAX_OPEN_FORMATS} formatting elements such as <b> stand open at once"
        )
    if seen > MAX_TAGS:
        raise TooComplexError(f"{seen:,} tags, more than the limit of {MAX_TAGS:,}")


def _angles(codes: Bytes) -> int:
    """How many tags and comments may begin; told five times as fast as to count in bytes."""
    return int(np.count_nonzero(codes == _ANGLE))


@cache
def _known() -> Ints:
    """The names that count, with what each is."""
    kinds = (
        (_SHALLOW, SHALLOW),
        (_FORMATS, FORMAT),
        (_RAW, RAW),
        ({"a"}, LINK),
        ({"svg"}, DRAWING),
    )
    names = sorted(set().union(*(tags for tags, _ in kinds)))
    traits = [sum(trait for tags, trait in kinds if name in tags) for name in names]
    letters = np.frombuffer("".join(f"{name}\n" for name in names).encode(), np.uint8)
    return table_of(letters, np.array(traits, np.int64))
