"""Which blocks of a page its structured data repeat: headlines and bodies told for machines.

Machines are told much that is wrong, so this is evidence for the labeller, never a verdict.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from schemas.records import Block, Metadata

# Prose of a page behind a paywall that shows only how the story begins, in characters.
_STUB: Final = 1_500
_LONG: Final = 80
_FEW_LINKS: Final = 0.3
_WORD = re.compile(r"\w+")
# Of a block so much must stand in the told body: its head and its tail.
_PROBE: Final = 60
_SHORTEST_PROBE: Final = 12
_NEAR: Final = 0.6
_MAX_HEADLINES: Final = 30
# A page title is the headline and the site, parted by one of these.
_PARTS = re.compile(r"\s[|»›•·–—-]\s|\s[|]|[|]\s")


def headlines_of(metadata: Metadata) -> tuple[str, ...]:
    """All that the head of a page calls a headline, the most trusted first, none twice."""
    told = (s.headline for s in metadata.stories if s.is_story)
    title = metadata.title or ""
    parts = [title, *sorted(_PARTS.split(title), key=len, reverse=True)[:1]]
    found = (*told, metadata.og_title, *parts)
    return tuple(dict.fromkeys(h for h in found if h))[:_MAX_HEADLINES]


def compare(blocks: Iterable[Block], metadata: Metadata) -> Iterator[Block]:
    """The blocks with ``Hints.titled`` and ``Hints.told`` set."""
    headlines = [_words(h) for h in headlines_of(metadata)]
    # A block that is shorter or longer cannot be near any of them.
    sizes = [sum(map(len, h)) for h in headlines] or [0]
    shortest, longest = min(sizes) * 0.4, max(sizes) * 3 + 20
    body = "\n".join(_plain(s.body) for s in metadata.stories if s.is_story and s.body)
    for block in blocks:
        hints = block.hints
        if hints is not None:
            near = headlines and shortest <= len(block.text) <= longest
            titled = _nearest(block.text, headlines) if near else 0.0
            told = _holds(body, block.text) if body else None
            if titled or told is not None:
                hints = replace(hints, titled=titled, told=told)
                block = Block(block.start, block.end, block.text, block.gap, hints)
        yield block


def is_stub(blocks: Sequence[Block], metadata: Metadata) -> bool:
    """Whether the page shows only how its story begins, the rest being for those who pay.

    So it is if next to no prose is shown and the data call the story not free or a box of the
    page is a paywall by its name; or if the data call it not free and tell half as much again as
    is shown. That a story is not free says little alone: many pages say so and show all of it.
    """
    prose = 0
    walled = False
    for block in blocks:
        hints = block.hints
        if hints is not None and len(block.text) >= _LONG and hints.link_density <= _FEW_LINKS:
            prose += len(block.text)
            walled |= "paywall" in hints.words
    priced = any(story.is_free is False for story in metadata.stories)
    if prose < _STUB:
        return priced or walled
    told = max((len(s.body or "") for s in metadata.stories if s.is_story), default=0)
    return priced and told > 1.5 * prose


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _nearest(text: str, headlines: list[Counter[str]]) -> float:
    """The F1 of the block's words and those of the nearest headline; below ``_NEAR`` it is 0."""
    words = _WORD.findall(text.casefold())
    size = len(words)
    best = _NEAR
    for headline in headlines:
        total = headline.total()
        # The F1 cannot exceed this, whatever words the two share.
        if 2 * min(size, total) <= best * (size + total):
            continue
        if sum(word in headline for word in words) <= best * (size + total) / 2:
            continue
        shared = (Counter(words) & headline).total()
        best = max(best, 2 * shared / (size + total))
    return best if best > _NEAR else 0.0


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _holds(body: str, text: str) -> bool:
    """Whether head and tail of a block stand in a body; never for a word or two."""
    if len(text) > 4 * _PROBE:
        text = f"{text[: 2 * _PROBE]} {text[-2 * _PROBE :]}"
    plain = _plain(text)
    if len(plain) < _SHORTEST_PROBE:
        return False
    return plain[:_PROBE] in body and plain[-_PROBE:] in body
