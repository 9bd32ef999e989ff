"""Which blocks of a page its structured data repeat: headlines and bodies told for machines.

Machines are told much that is wrong, so this is evidence for the labeller, never a verdict.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from schemas.records import Block, Metadata
from transforms.arrays import Codes, Doubles, Ints, codes_of
from transforms.lowering import case_folds
from transforms.markup.nearness import maybe_told, nearness, plain
from transforms.markup.vocabulary import bits_of

# Prose of a page behind a paywall that shows only how the story begins, in characters.
_STUB: Final = 1_500
_LONG: Final = 80
_FEW_LINKS: Final = 0.3
_PAYWALL: Final = bits_of({"paywall"})
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


def agreement(metadata: Metadata, lines: Sequence[str]) -> tuple[Doubles, Ints]:
    """Of each of a page's lines how near it is to a headline that its structured data tell, and whether
    they tell it as part of a body (-1: they tell no body)."""
    codes = codes_of("\n".join(lines))
    titled = _titled(lines, codes, headlines_of(metadata))
    bodies = [s.body.replace("\n", " ") for s in metadata.stories if s.is_story and s.body]
    return titled, _told(lines, codes, bodies) if bodies else np.full(len(lines), -1)


def _titled(lines: Sequence[str], codes: Codes, headlines: Sequence[str]) -> Doubles:
    """Of each line the F1 of its words and those of the nearest headline; 0 if it is not above ``_NEAR``."""
    told = _plain(headlines) if headlines else []
    words = codes_of("".join([f"{words}\n" for words in told]))
    titled = nearness(codes, len(lines), words, case_folds(), _NEAR)
    for i in np.flatnonzero(titled < 0).tolist():
        titled[i] = _nearest(_words(lines[i]), [words.split() for words in told])
    return titled


def _nearest(words: list[str], headlines: Sequence[list[str]]) -> float:
    """``nearness`` of one line."""
    counts = Counter(words)
    best = _NEAR
    for headline in headlines:
        shared = sum([min(count, headline.count(word)) for word, count in counts.items()])
        best = max(best, 2 * shared / max(len(words) + len(headline), 1))
    return best if best > _NEAR else 0.0


def _told(lines: Sequence[str], codes: Codes, bodies: Sequence[str]) -> Ints:
    """Whether head and tail of each line stand in one of ``bodies``, each a line; never for a word or two."""
    body = "\n".join(_plain(bodies))
    told = maybe_told(codes, len(lines), codes_of(body), case_folds(), 2 * _PROBE)
    maybe = np.flatnonzero(told).tolist()
    ends = [
        line if len(line) <= 4 * _PROBE else f"{line[: 2 * _PROBE]} {line[-2 * _PROBE :]}"
        for line in [lines[i] for i in maybe]
    ]
    held = np.zeros(len(lines), np.int64)
    for i, words in zip(maybe, _plain(ends), strict=False):  # no line at all is an empty one
        held[i] = (
            len(words) >= _SHORTEST_PROBE and words[:_PROBE] in body and words[-_PROBE:] in body
        )
    return held


def is_stub(blocks: Sequence[Block], metadata: Metadata) -> bool:
    """Whether the page shows only how its story begins, the rest being for those who pay.

    So it is if next to no prose is shown and the data call the story not free or a box of the
    page is a paywall by its name; or if the data call it not free and tell half as much again as
    is shown. That a story is not free says little alone: many pages say so and show all of it.
    """
    prose = 0
    walled = False
    for block in blocks:
        if len(block.text) < _LONG or (hints := block.hints) is None:
            continue
        if hints.link_density <= _FEW_LINKS:
            prose += len(block.text)
            walled = walled or hints.words & _PAYWALL != 0
    priced = any(story.is_free is False for story in metadata.stories)
    if prose < _STUB:
        return priced or walled
    told = max((len(s.body or "") for s in metadata.stories if s.is_story), default=0)
    return priced and told > 1.5 * prose


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _plain(lines: Sequence[str]) -> list[str]:
    """The words of each line, case-folded, a space between two. No line has a line end."""
    codes, odd = plain(codes_of("\n".join(lines)), case_folds())
    found = codes.tobytes().decode("utf-32-le", "surrogatepass").split("\n")
    for i in np.flatnonzero(odd).tolist():
        found[i] = " ".join(_words(lines[i]))
    return found
