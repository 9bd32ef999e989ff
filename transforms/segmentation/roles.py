"""From the states of a path to kinds and spans: whose is each block, and what is it to a newsroom."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from schemas.kinds import BlockKind
from schemas.records import Block, Segmentation, StorySpan
from transforms.dates import looks_like_date_line
from transforms.segmentation.decode import Path
from transforms.segmentation.network import (
    BETWEEN,
    BODY_START,
    BYLINE,
    HEAD_START,
    HEADLINE,
    KIND_OF,
    MORE,
    NOTHING,
    OTHER,
    TEASER_HEAD,
    TEASER_STATE,
    TEASER_TEXT,
    Scores,
)

_STARTS: Final = frozenset({HEAD_START, BODY_START})
_INSIDE: Final = frozenset({HEAD_START, BODY_START, MORE, BETWEEN})
_MAYBE_DATE: Final = frozenset({BlockKind.BOILERPLATE, BlockKind.BYLINE})
_SUBHEADING_CHARACTERS = 90
_KICKER_CHARACTERS = 30
_HEADLINE_REACH = 10
_HEADLINE_CHARACTERS = 160
_BUTTON_CHARACTERS = 20
_MAY_BE_HEADLINE = float(np.log(0.3))
_LEAD_CHARACTERS = 1500
_HEADING_TAGS: Final = frozenset({"h1", "h2", "h3"})
_DATE_REACH = 3  # blocks above a headline where its date may stand
_ENDS_SENTENCE: Final = tuple('.!?…。！？।؟:;,”"»」)')


def assign(blocks: Sequence[Block], scores: Scores, path: Path) -> Segmentation:
    """The segmentation that ``path`` describes."""
    kinds = _kinds(blocks, scores, path.states)
    headlines = _find_headlines(blocks, scores, path.states, kinds)
    kickers = _mark_heads(blocks, path.states, kinds)
    spans = [*_stories(path, kinds, kickers, headlines), *_teasers(path.states, kinds, scores)]
    spans.sort(key=lambda span: span.blocks[0])
    return Segmentation(tuple(kinds), tuple(spans))


def _kinds(blocks: Sequence[Block], scores: Scores, states: Sequence[int]) -> list[BlockKind]:
    best = scores.kinds.argmax(axis=1).tolist()
    kinds: list[BlockKind] = []
    for i, (state, likely) in enumerate(zip(states, best, strict=True)):
        if state == HEAD_START or (state == BODY_START and _is_set_as_heading(blocks[i])):
            kinds.append(BlockKind.HEADLINE)
        elif state in {BODY_START, MORE}:
            kinds.append(BlockKind.SUBHEADING if _is_heading(blocks, states, i) else BlockKind.BODY)
        elif state == TEASER_STATE:
            kinds.append(BlockKind.TEASER)
        elif state == BETWEEN and likely not in {TEASER_HEAD, TEASER_TEXT}:
            kinds.append(KIND_OF[likely] if likely != OTHER else BlockKind.BOILERPLATE)
        elif state == BETWEEN:
            kinds.append(BlockKind.TEASER)
        else:
            kinds.append(BlockKind.BYLINE if likely == BYLINE else BlockKind.BOILERPLATE)
    return kinds


def _is_set_as_heading(block: Block) -> bool:
    """Markup makes a heading of it, and it reads like one: a story that begins so has its headline."""
    return (
        block.hints is not None
        and block.hints.tag in _HEADING_TAGS
        and len(block.text) <= _HEADLINE_CHARACTERS
        and not block.text.endswith(_ENDS_SENTENCE)
    )


def _is_heading(blocks: Sequence[Block], states: Sequence[int], i: int) -> bool:
    """A short block between two of body that ends no sentence heads what follows it."""
    text = blocks[i].text
    return (
        states[i] == MORE
        and len(text) < _SUBHEADING_CHARACTERS
        and i + 1 < len(states)
        and states[i + 1] == MORE
        and not text.endswith(_ENDS_SENTENCE)
    )


def _find_headlines(
    blocks: Sequence[Block], scores: Scores, states: Sequence[int], kinds: list[BlockKind]
) -> dict[int, int]:
    """For starts without a headline, or with one that has no word of the body, the block above that
    is one: buttons may stand between, and half of its longer words come again in the lead. Where no
    block has them, the nearest that the network thinks may well be a headline."""
    found = {}
    for start in (i for i, state in enumerate(states) if state in _STARTS):
        lead = " ".join(
            blocks[i].text
            for i in range(start, min(len(blocks), start + _HEADLINE_REACH))
            if kinds[i] is BlockKind.BODY
        ).casefold()[:_LEAD_CHARACTERS]
        if kinds[start] is BlockKind.HEADLINE and _told(blocks[start].text, lead) > 0:
            continue
        for i in range(start - 1, max(-1, start - 1 - _HEADLINE_REACH), -1):
            if states[i] != NOTHING or len(blocks[i].text) > _HEADLINE_CHARACTERS:
                break
            if _told(blocks[i].text, lead) >= 0.5:
                if kinds[start] is BlockKind.HEADLINE:
                    kinds[start] = BlockKind.BOILERPLATE
                kinds[i] = BlockKind.HEADLINE
                found[start] = i
                break
        if kinds[start] is not BlockKind.HEADLINE and start not in found:
            above = _likely_headline(blocks, scores, states, start)
            if above is not None:
                kinds[above] = BlockKind.HEADLINE
                found[start] = above
    return found


def _likely_headline(
    blocks: Sequence[Block], scores: Scores, states: Sequence[int], start: int
) -> int | None:
    """The nearest block above ``start`` that may be a headline, with nothing but buttons between."""
    for i in range(start - 1, max(-1, start - 1 - _HEADLINE_REACH), -1):
        if states[i] != NOTHING:
            return None
        if len(blocks[i].text) > _BUTTON_CHARACTERS:
            likely = float(scores.kinds[i, HEADLINE]) > _MAY_BE_HEADLINE
            return i if likely and len(blocks[i].text) <= _HEADLINE_CHARACTERS else None
    return None


def _told(text: str, lead: str) -> float:
    """The share of the longer words of ``text`` that ``lead`` has; 0 where it has but one."""
    longer = [word for word in text.casefold().split() if len(word) > 3]
    return sum(word in lead for word in longer) / len(longer) if len(longer) > 1 else 0.0


def _mark_heads(
    blocks: Sequence[Block], states: Sequence[int], kinds: list[BlockKind]
) -> frozenset[int]:
    """Marks dates and kickers around the headlines; returns the starts that have a kicker."""
    kickers = set()
    for i, state in enumerate(states):
        if state == BETWEEN and kinds[i] in _MAYBE_DATE and looks_like_date_line(blocks[i].text):
            kinds[i] = BlockKind.DATE
        if state not in _STARTS:
            continue
        for near in range(max(0, i - _DATE_REACH), i):
            if states[near] == NOTHING and looks_like_date_line(blocks[near].text):
                kinds[near] = BlockKind.DATE
        if state == HEAD_START and i and _is_kicker(blocks, i - 1, states, kinds):
            kinds[i - 1] = BlockKind.KICKER
            kickers.add(i)
    return frozenset(kickers)


def _is_kicker(
    blocks: Sequence[Block], i: int, states: Sequence[int], kinds: Sequence[BlockKind]
) -> bool:
    """A word or three right above a headline, set off from what is above them."""
    return (
        states[i] == NOTHING
        and kinds[i] is BlockKind.BOILERPLATE
        and blocks[i + 1].gap == 0
        and blocks[i].gap > 0
        and len(blocks[i].text) <= _KICKER_CHARACTERS
        and len(blocks[i].text.split()) <= 3
        and blocks[i].text[0].isalpha()
        and not any(character.isdigit() for character in blocks[i].text)
    )


def _stories(
    path: Path,
    kinds: Sequence[BlockKind],
    kickers: frozenset[int],
    headlines: Mapping[int, int],
) -> Iterator[StorySpan]:
    """One span a story: from a start, or the kicker above it, to the last block of its body."""
    states = path.states
    starts = [i for i, state in enumerate(states) if state in _STARTS]
    for number, start in enumerate(starts):
        limit = starts[number + 1] if number + 1 < len(starts) else len(states)
        end = start + 1
        while end < limit and states[end] in _INSIDE:
            end += 1
        # Interruptions are not the story's: only what a newsroom would call part of it is.
        own = tuple(
            i
            for i in range(start, end)
            if kinds[i] not in {BlockKind.BOILERPLATE, BlockKind.TEASER}
        )
        if start in kickers:
            own = (start - 1, *own)
        if start in headlines:
            own = (headlines[start], *own)
        low = starts[number - 1] + 1 if number else 0
        begin, runner_up = _start_confidence(path, start, low, end)
        yield StorySpan(
            own,
            start_confidence=begin,
            end_confidence=_end_confidence(path, end - 1),
            runner_up=runner_up,
        )


def _probability(margin: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(margin, -30, 30))))


def _start_confidence(path: Path, start: int, low: int, high: int) -> tuple[float, int | None]:
    """How likely the story begins just there, and where it would have begun else.

    The margin is between the best path of all and the best one without a start here.
    """
    through = path.through
    best = through[path.states[start], start]
    rest = through[[NOTHING, MORE, BETWEEN, TEASER_STATE], start].max()
    others = through[[HEAD_START, BODY_START], low:high].max(axis=0)
    others[start - low] = -np.inf
    runner_up = low + int(others.argmax()) if len(others) > 1 else None
    return _probability(best - rest), runner_up


def _end_confidence(path: Path, end: int) -> float:
    """How likely the story ends with the block ``end``."""
    through = path.through
    best = through[path.states[end], end]
    rivals = [through[[NOTHING, HEAD_START, BETWEEN, TEASER_STATE], end].max()]
    if end + 1 < through.shape[1]:
        rivals.append(through[[MORE, BETWEEN], end + 1].max())
    return _probability(best - max(rivals))


def _teasers(
    states: Sequence[int], kinds: Sequence[BlockKind], scores: Scores
) -> Iterator[StorySpan]:
    """Teasers: each from a headline to the text that belongs to it."""
    best = scores.kinds[:, [HEADLINE, TEASER_HEAD, TEASER_TEXT]]
    is_text = best[:, 2] > np.maximum(best[:, 0], best[:, 1])
    current: list[int] = []
    for i, kind in enumerate(kinds):
        if kind is not BlockKind.TEASER:
            # A date or a byline between headline and text parts nothing; a story does.
            if current and (states[i] in _INSIDE - {BETWEEN} or i - current[-1] > 2):
                yield StorySpan(tuple(current), is_teaser=True)
                current = []
            continue
        if current and not is_text[i]:
            yield StorySpan(tuple(current), is_teaser=True)
            current = []
        current.append(i)
    if current:
        yield StorySpan(tuple(current), is_teaser=True)
