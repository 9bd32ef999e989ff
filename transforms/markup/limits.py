"""How much markup a page may have, judged before any of it is parsed.

The parser (Lexbor, by HTML's own algorithm) is quadratic in three things: how deep elements
nest, how many attributes one element has, and how many formatting elements (``<b>``, ``<font>``)
stand open, since each new paragraph opens all of them again. 100,000 nested ``<div>`` take it
35 s; 3,000 times ``<font size=1><p>`` 9 s and 1.7 GB. No page that people read comes near the
limits here.
"""

import re
from collections import Counter
from typing import Final

MAX_CHARACTERS: Final = 16 * 1024 * 1024
MAX_TAGS: Final = 300_000
MAX_DEPTH: Final = 1_000
MAX_OPEN_FORMATS: Final = 200
MAX_ATTRIBUTES: Final = 2_000

# Below these the worst that can be built takes about a second and 300 MB: no closer look.
_HARMLESS_TAGS: Final = 10_000
_FEW_TAGS: Final = 1_500
_FEW_CHARACTERS: Final = 100_000

_FORMAT_TAG = re.compile(
    r"<(?:[bBiIsSuU]|big|code|em|font|nobr|small|strike|strong|tt"
    r"|BIG|CODE|EM|FONT|NOBR|SMALL|STRIKE|STRONG|TT)[\s>]"
)
_LONG_TAG = re.compile(r"<[a-zA-Z][^>]{8000}")
_TAG = re.compile(
    r"""<(?:(!--)|(/?)([a-zA-Z][^\s/>]*+)((?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+))"""
)
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_COMMENT_END = re.compile("-->")
# Tags inside these are mere text.
_RAW_ENDS: Final = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
_FORMATS: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# Void, or closed by their next sibling: their number says nothing of depth.
_SHALLOW: Final = frozenset(
    """area base body br col colgroup dd dt embed head hr html img input li link meta optgroup
    option p param rp rt source tbody td tfoot th thead tr track wbr""".split()
)


class TooComplexError(ValueError):
    """Markup beyond any page's need; the message says what and how much."""


def check(html: str) -> None:
    """Looks through ``html`` once, in linear time.

    Raises:
        TooComplexError: over one of the limits of this module.
    """
    tags = html.count("<")
    if _harmless(html, tags):
        return
    if tags > 4 * MAX_TAGS:
        raise TooComplexError(f"{tags:,} times '<', more than the limit of {4 * MAX_TAGS:,}")
    stands_open: Counter[str] = Counter()
    depth = formats = seen = at = 0
    while found := _TAG.search(html, at):
        at = found.end()
        comment, closing, name, attributes = found.groups()
        if comment:
            at = _end(_COMMENT_END, html, at)
            continue
        name = name.lower()
        seen += 1
        if len(attributes) > MAX_ATTRIBUTES:
            _check_attributes(attributes)
        if name in _SHALLOW or (attributes.endswith("/") and stands_open["svg"]):
            continue
        if closing:
            if stands_open[name]:
                stands_open[name] -= 1
                depth -= 1
                formats -= name in _FORMATS
            continue
        if raw_end := _RAW_ENDS.get(name):
            at = _end(raw_end, html, at)
            continue
        # A second <a> closes the first.
        if name == "a" and stands_open[name]:
            continue
        stands_open[name] += 1
        depth += 1
        formats += name in _FORMATS
        if depth > MAX_DEPTH:
            raise TooComplexError(f"elements nest deeper than the limit of {MAX_DEPTH:,}")
        if formats > MAX_OPEN_FORMATS:
            raise TooComplexError(
                f"over {MAX_OPEN_FORMATS} formatting elements such as <b> stand open at once"
            )
    if seen > MAX_TAGS:
        raise TooComplexError(f"{seen:,} tags, more than the limit of {MAX_TAGS:,}")


def _harmless(html: str, tags: int) -> bool:
    """Rules most pages out by what a search in C can tell."""
    if tags > _HARMLESS_TAGS:
        return False
    if tags > _FEW_TAGS and len(_FORMAT_TAG.findall(html)) > MAX_OPEN_FORMATS:
        return False
    return len(html) <= _FEW_CHARACTERS or _LONG_TAG.search(html) is None


def _end(pattern: re.Pattern[str], html: str, at: int) -> int:
    found = pattern.search(html, at)
    return found.start() if found else len(html)


def _check_attributes(attributes: str) -> None:
    number = len(_QUOTED.sub(" ", attributes).replace("/", " ").split())
    if number > MAX_ATTRIBUTES:
        raise TooComplexError(
            f"an element with {number:,} attributes, more than the limit of {MAX_ATTRIBUTES:,}"
        )
