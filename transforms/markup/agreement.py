"""Which blocks of a page its structured data repeat: headlines and bodies told for machines.

Machines are told much that is wrong, so this is evidence for the labeller, never a verdict.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from schemas.records import Block, Metadata
from transforms.arrays import Doubles, Ints, codes_of
from transforms.lowering import case_folds
from transforms.markup.nearness import plain, promising
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


class Agreement:
    """What a page's structured data repeat, asked of all lines at once with ``of``."""

    def __init__(self, metadata: Metadata) -> None:
        self._headlines = [_words(headline) for headline in headlines_of(metadata)]
        self._known = frozenset().union(*self._headlines)
        self._codes = codes_of("".join([f"{word}\n" for word in self._known]))
        # A line that is shorter or longer cannot be near any of them.
        sizes = [sum(map(len, {*words})) for words in self._headlines] or [0]
        self._shortest, self._longest = min(sizes) * 0.4, max(sizes) * 3 + 20
        self._fewest = min(map(len, self._headlines), default=0)
        told = [s.body.replace("\n", " ") for s in metadata.stories if s.is_story and s.body]
        self._body = "\n".join(_plain(told)) if told else ""

    def of(self, lines: Sequence[str]) -> tuple[Doubles, Ints]:
        """Of each line how near it is to a headline, and whether it is told as part of a body (-1: no
        body is told)."""
        titled = np.zeros(len(lines))
        for i in self._promising(lines):
            titled[i] = self._nearest(lines[i])
        if not self._body:
            return titled, np.full(len(lines), -1)
        ends = (
            line if len(line) <= 4 * _PROBE else f"{line[: 2 * _PROBE]} {line[-2 * _PROBE :]}"
            for line in lines
        )  # fmt: skip
        return titled, np.array([self._holds(words) for words in _plain(ends)], np.int64)

    def _promising(self, lines: Sequence[str]) -> list[int]:
        """The lines that may be near a headline."""
        low, high = self._shortest, self._longest
        if not self._known:
            return []
        sized = [i for i, size in enumerate(map(len, lines)) if low <= size <= high]
        if not sized:
            return []
        passed = promising(
            codes_of("\n".join([lines[i] for i in sized])),
            self._codes,
            case_folds(),
            self._fewest,
            _NEAR,
        )
        return [sized[i] for i in np.flatnonzero(passed).tolist()]

    def _nearest(self, line: str) -> float:
        """The F1 of a line's words and those of the nearest headline; below ``_NEAR`` it is 0."""
        words = _words(line)
        size = len(words)
        known = len([word for word in words if word in self._known])
        if 2 * known <= _NEAR * (size + self._fewest):
            return 0.0
        if words in self._headlines:
            return 1.0
        best = _NEAR
        counts = Counter(words)
        for headline in self._headlines:
            total = len(headline)
            # The F1 cannot exceed this, whatever words the two share.
            if 2 * min(known, total) <= best * (size + total):
                continue
            shared = sum([min(count, headline.count(word)) for word, count in counts.items()])
            best = max(best, 2 * shared / (size + total))
        return best if best > _NEAR else 0.0

    def _holds(self, words: str) -> bool:
        """Whether head and tail of a line stand in a told body; never for a word or two."""
        return (
            len(words) >= _SHORTEST_PROBE
            and words[:_PROBE] in self._body
            and words[-_PROBE:] in self._body
        )


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


def _plain(texts: Iterable[str]) -> list[str]:
    """The words of each text, case-folded, a space between two. No text has a line end."""
    lines = list(texts)
    codes, odd = plain(codes_of("\n".join(lines)), case_folds())
    found = codes.tobytes().decode("utf-32-le", "surrogatepass").split("\n")
    for i in np.flatnonzero(odd).tolist():
        found[i] = " ".join(_words(lines[i]))
    return found
