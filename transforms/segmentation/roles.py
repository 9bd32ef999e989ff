"""From the states of a path to kinds and spans: whose is each block, and what is it to a newsroom."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from schemas.kinds import BlockKind
from schemas.records import Block, Page, Segmentation, StorySpan
from transforms.agencies import prose_credit
from transforms.bylines import read_byline
from transforms.captions import is_credited
from transforms.crews import read_crew
from transforms.dates import date_lines
from transforms.markup.vocabulary import bits_of
from transforms.related import points_elsewhere
from transforms.segmentation.decode import Path
from transforms.segmentation.network import (
    BETWEEN,
    BODIES,
    BODY_START,
    HEAD_START,
    HEADLINE,
    KIND_OF,
    MORE,
    NOTHING,
    STARTS,
    STATES,
    TEASER_HEAD,
    TEASER_STATE,
    TEASER_TEXT,
    Scores,
)
from transforms.segmentation.standfirsts import is_described
from transforms.segmentation.starts import Start
from transforms.segmentation.titles import Story

_OWN_STATES: Final = STARTS | BODIES
_MAYBE_DATE: Final = frozenset({BlockKind.BOILERPLATE, BlockKind.BYLINE})
_NOT_OWN: Final = frozenset({BlockKind.BOILERPLATE, BlockKind.TEASER})
_INSIDE: Final = BODIES | {BETWEEN}
_OF_BODY: Final = frozenset({BlockKind.BODY, BlockKind.SUBHEADING})
_CAPTIONED: Final = bits_of({"caption", "figcaption"})
_GOES_ON: Final = frozenset({MORE, BETWEEN})
_SUBHEADING_CHARACTERS = 90
_KICKER_CHARACTERS = 30
_OPENING_CHARACTERS = 120  # a longer block of body is copy: credits stand above it
_OPENING_BLOCKS = 8
_CREDIT_WORDS = 5  # beside names: more of them make a heading that names somebody or a day
_CREW_LINES = 3  # below the copy: reporters, helpers, the agency
_SHORT_CREDIT = 90  # characters; a longer line that credits an agency tells something, too
_DATE_WORDS = 2
_SERIES = 3  # teasers of one line
_DATE_REACH = 3  # blocks above a headline where its date may stand
_TEASER_REACH = 3  # blocks from one line of a teaser to the next
_SURE = 30.0  # log-odds beyond which one is as sure as another
_STOPS: Final = tuple(".!?…。！？।؟")
_ENDS_SENTENCE: Final = tuple('.!?…。！？।؟:;,”"»」)')


def _of_state(state: int) -> tuple[BlockKind, ...]:
    if state in BODIES:
        return (BlockKind.BODY,) * len(KIND_OF)
    if state == TEASER_STATE:
        return (BlockKind.TEASER,) * len(KIND_OF)
    if state == BETWEEN:  # a second headline above the body reads as standfirst
        return tuple(
            BlockKind.STANDFIRST if kind is BlockKind.HEADLINE else kind for kind in KIND_OF
        )
    return tuple(kind if kind is BlockKind.BYLINE else BlockKind.BOILERPLATE for kind in KIND_OF)


# The kind of a block by its state and its likeliest kind, before its text is looked at.
_OF_STATE: Final = tuple(_of_state(state) for state in range(len(STATES)))


def assign(
    page: Page,
    scores: Scores,
    path: Path,
    states: Sequence[int],
    found: Sequence[Story],
    starts: Mapping[int, Start],
    titles: Mapping[int, int],
    description: str | None = None,
) -> Segmentation:
    """The segmentation of ``page``, whose blocks are in ``states`` and whose stories are ``found``.
    ``starts`` and ``titles`` (by start) are what the trees chose; ``path`` is the network's own, for
    how sure each end is; ``description`` is the page's own."""
    blocks = page.blocks
    kinds = _kinds(blocks, scores, states, titles)
    _mark_credits(page, found, kinds)
    _mark_crews(blocks, found, kinds)
    _mark_described(blocks, found, kinds, description)
    kickers = _mark_heads(page, states, found, kinds, titles)
    teasers = list(_teasers(states, kinds, scores))
    for title in _titles_of_page(teasers, found):
        teasers.remove(title)
        kinds[title.blocks[0]] = BlockKind.BOILERPLATE
    spans = [*_stories(path, found, kinds, kickers, starts, titles), *teasers]
    spans.sort(key=lambda span: span.blocks[0])
    return Segmentation(tuple(kinds), tuple(spans))


def _kinds(
    blocks: Sequence[Block], scores: Scores, states: Sequence[int], titles: Mapping[int, int]
) -> list[BlockKind]:
    likely = scores.kinds.argmax(axis=1).tolist()
    kinds = [_OF_STATE[state][kind] for state, kind in zip(states, likely, strict=True)]
    inside = [i for i, state in enumerate(states) if state in _INSIDE]
    marked = _marked_captions(blocks, states, inside)
    for i in inside:
        if states[i] in BODIES:
            kinds[i] = BlockKind.CAPTION if i in marked else _of_body(blocks, states, i)
        elif kinds[i] is BlockKind.BODY and (i in marked or is_credited(blocks[i].text)):
            kinds[i] = BlockKind.CAPTION
        elif kinds[i] is BlockKind.CAPTION and i not in marked and _names_authors(blocks[i].text):
            kinds[i] = BlockKind.BYLINE
    for title in titles.values():
        kinds[title] = BlockKind.HEADLINE
    printed = {blocks[title].text for title in titles.values()}
    for i in inside:
        if kinds[i] is BlockKind.STANDFIRST and blocks[i].text in printed:
            kinds[i] = BlockKind.BOILERPLATE  # the headline once more
    return kinds


def _names_authors(line: str) -> bool:
    """Whether a line reads like a byline. Between a headline and its picture one is easily taken for
    the picture's caption."""
    return read_byline(line) is not None and not is_credited(line)


def _marked_captions(
    blocks: Sequence[Block], states: Sequence[int], inside: Sequence[int]
) -> frozenset[int]:
    """Those of the blocks ``inside`` that the markup calls captions; none where it calls much of the
    body so, for then it is the name of something else."""
    named = {i for i in inside if (h := blocks[i].hints) and h.words & _CAPTIONED}
    if not named:
        return frozenset()
    body = [i for i in inside if states[i] in BODIES]
    of_body = sum(len(blocks[i].text) for i in body if i in named)
    if 3 * of_body > sum(len(blocks[i].text) for i in body):
        return frozenset()
    return frozenset(named)


def _of_body(blocks: Sequence[Block], states: Sequence[int], i: int) -> BlockKind:
    """Body, but for its headings, for captions that give themselves away by their credit, and for
    lines that point to another story."""
    if states[i] != MORE:
        return BlockKind.BODY
    text = blocks[i].text
    behind = states[i + 1] if i + 1 < len(states) else NOTHING
    if behind in _GOES_ON and points_elsewhere(text):
        return BlockKind.BOILERPLATE
    # A short block between two of body that ends no sentence heads what follows it.
    amid = behind == MORE
    if amid and len(text) < _SUBHEADING_CHARACTERS and not text.endswith(_ENDS_SENTENCE):
        return BlockKind.SUBHEADING
    amid = amid or states[i - 1] == MORE
    return BlockKind.CAPTION if amid and is_credited(text) else BlockKind.BODY


def _mark_credits(page: Page, found: Sequence[Story], kinds: list[BlockKind]) -> None:
    """Marks the bylines and dates that the path takes for the beginning of a body, where no markup
    sets them apart: short lines above the first block that is long enough to be copy."""
    blocks = page.blocks
    short: list[int] = []
    for story in found:
        body = [i for i in range(story.start, story.last + 1) if kinds[i] in _OF_BODY]
        long = (k for k, i in enumerate(body) if len(blocks[i].text) > _OPENING_CHARACTERS)
        above = body[: min(next(long, 0), _OPENING_BLOCKS)]
        short += [i for i in above if not _is_sentence(blocks[i].text)]
    dated = date_lines(page, short)
    for i, is_date in zip(short, dated, strict=True):
        text = blocks[i].text
        others = sum(any(map(str.isalpha, word)) for word in text.split())
        byline = read_byline(text)
        if byline:
            others -= sum(len(name.split()) for name in byline.authors)
        if others > _CREDIT_WORDS:
            continue
        if byline:
            kinds[i] = BlockKind.BYLINE
        elif is_date:
            kinds[i] = BlockKind.DATE


def _mark_crews(blocks: Sequence[Block], found: Sequence[Story], kinds: list[BlockKind]) -> None:
    """Marks the lines below a story's copy that say who worked on it, where the path takes them for
    the end of the body."""
    for story in found:
        below = range(story.last, max(story.start, story.last - _CREW_LINES), -1)
        for i in takewhile(lambda i: kinds[i] is BlockKind.BODY, below):
            if not _names_crew(blocks[i].text):
                break
            kinds[i] = BlockKind.BYLINE


def _names_crew(line: str) -> bool:
    return read_crew(line) is not None or (
        len(line) <= _SHORT_CREDIT and prose_credit(line) is not None
    )


def _mark_described(
    blocks: Sequence[Block], found: Sequence[Story], kinds: list[BlockKind], description: str | None
) -> None:
    """Marks the standfirst that the path takes for the first paragraph of a body."""
    if description is None:
        return
    for story in found:
        body = [i for i in range(story.start, story.last + 1) if kinds[i] is BlockKind.BODY]
        if body and is_described(blocks[body[0]], [blocks[i] for i in body[1:]], description):
            kinds[body[0]] = BlockKind.STANDFIRST


def _is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does; "Utorak, 5. jun 2025." is none."""
    if not text.endswith(_STOPS):
        return False
    return not text[-2:-1].isdigit() or sum(map(str.isalpha, text.split())) > _DATE_WORDS


def _mark_heads(
    page: Page,
    states: Sequence[int],
    found: Sequence[Story],
    kinds: list[BlockKind],
    titles: Mapping[int, int],
) -> frozenset[int]:
    """Marks dates and kickers around the headlines; returns the headlines that have a kicker."""
    blocks = page.blocks
    heads = sorted({*titles.values()})
    maybe = sorted(_maybe_dates(states, kinds, [*heads, *(story.start for story in found)]))
    for i, is_date in zip(maybe, date_lines(page, maybe), strict=True):
        if is_date:
            kinds[i] = BlockKind.DATE
    kickers = set()
    for i in heads:
        if kinds[i] is BlockKind.HEADLINE and i and _is_kicker(blocks, i - 1, states, kinds):
            kinds[i - 1] = BlockKind.KICKER
            kickers.add(i)
    return frozenset(kickers)


def _maybe_dates(
    states: Sequence[int], kinds: Sequence[BlockKind], heads: Sequence[int]
) -> set[int]:
    """Where the date of a story may stand: inside it, or right above one of ``heads``, which are the
    starts and headlines of all."""
    inside = [i for i, state in enumerate(states) if state == BETWEEN]
    maybe = {i for i in inside if kinds[i] in _MAYBE_DATE}
    for head in heads:
        above = range(max(0, head - _DATE_REACH), head)
        maybe.update(near for near in above if states[near] == NOTHING)
    return maybe


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
    found: Sequence[Story],
    kinds: Sequence[BlockKind],
    kickers: frozenset[int],
    starts: Mapping[int, Start],
    titles: Mapping[int, int],
) -> Iterator[StorySpan]:
    """One span a story: from its headline, or the kicker above it, to the last block of its body."""
    for story in found:
        begin, title = story.start, titles.get(story.start)
        first = begin if title is None else title
        # Interruptions are not the story's: only what a newsroom would call part of it is.
        own = [
            i
            for i in range(first, story.last + 1)
            if kinds[i] not in _NOT_OWN and (i >= begin or i == title)
        ]
        if first in kickers:
            own.insert(0, first - 1)
        start = starts[begin]
        yield StorySpan(
            tuple(own),
            start_confidence=start.confidence,
            end_confidence=_end_confidence(path, story.last),
            runner_up=start.runner_up,
        )


def _probability(margin: float) -> float:
    return 1 / (1 + math.exp(-min(max(margin, -_SURE), _SURE)))


def _end_confidence(path: Path, end: int) -> float:
    """How likely the story ends with the block ``end``."""
    last = path.through[:, end].tolist()
    rivals = [last[NOTHING], last[HEAD_START], last[BETWEEN], last[TEASER_STATE]]
    if end + 1 < path.through.shape[1]:
        behind = path.through[:, end + 1].tolist()
        rivals += (behind[MORE], behind[BETWEEN])
    return _probability(max(last[BODY_START], last[MORE]) - max(rivals))


def _teasers(
    states: Sequence[int], kinds: Sequence[BlockKind], scores: Scores
) -> Iterator[StorySpan]:
    """Teasers: each from a headline to the text that belongs to it."""
    teaser = BlockKind.TEASER
    every = [i for i, kind in enumerate(kinds) if kind is teaser]
    current: list[int] = []
    for i, likely in zip(every, scores.kinds[every].tolist(), strict=True):
        is_text = likely[TEASER_TEXT] > max(likely[HEADLINE], likely[TEASER_HEAD])
        # A date or a byline between headline and text parts nothing; a story does.
        if current and not (
            is_text
            and i - current[-1] <= _TEASER_REACH
            and _OWN_STATES.isdisjoint(states[current[-1] + 1 : i])
        ):
            yield StorySpan(tuple(current), is_teaser=True)
            current = []
        current.append(i)
    if current:
        yield StorySpan(tuple(current), is_teaser=True)


def _titles_of_page(teasers: Sequence[StorySpan], found: Sequence[Story]) -> list[StorySpan]:
    """Of the ``teasers`` those that are none: teasers come in series, so one line or two above all
    stories are the title of a live page, or what it says in a word."""
    if not found:
        return []
    lines = [t for t in teasers if len(t.blocks) == 1 and t.blocks[0] < found[0].start]
    return lines if len(lines) < _SERIES else []
