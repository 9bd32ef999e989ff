"""What the truth of the corpus says about each block of a page.

Truth and page differ in spelling, order and taste, so blocks are aligned by shared runs of four
words. Where the truth is silent (no collection lists its teasers, few list captions) a block keeps
every kind that it may have, and the training sums over them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from schemas.records import Block, Page
from training.corpus import Row, Truth
from transforms.arrays import Ints, codes_of
from transforms.segmentation.network import (
    BETWEEN,
    BODY_START,
    HEAD_START,
    KINDS,
    MORE,
    NOTHING,
    STATES,
    TEASER_STATE,
)
from transforms.words import words

OTHER, HEADLINE, BODY, CAPTION, STANDFIRST, BYLINE, TEASER_HEAD, TEASER_TEXT = (
    1 << i for i in range(len(KINDS))
)
ANY_OUTSIDE = OTHER | TEASER_HEAD | TEASER_TEXT
ANY_INSIDE = OTHER | CAPTION | STANDFIRST | BYLINE
_RUN = 4
_UNKNOWN = -1
Grams = dict[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Line:
    """A block with what is known of it. ``kinds`` is a set of bits, one for each kind that it may
    have; ``start`` and ``inside`` are 1, 0, or -1 where unknown. ``states`` (bits of ``STATES``)
    is given where the other two cannot say it."""

    block: Block
    kinds: int
    start: int = 0
    inside: int = 0
    states: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A page to learn from. ``site`` names where its first story is from."""

    page_id: str
    site: str
    language: str
    lines: tuple[Line, ...]
    weight: float = 1.0
    whole: bool = True  # every block's place is known

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(line.block for line in self.lines)


def _grams(tokens: Sequence[str], size: int = _RUN) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]


def word_f1(a: Sequence[str], b: Sequence[str]) -> float:
    if not a or not b:
        return 0.0
    return 2 * sum((Counter(a) & Counter(b)).values()) / (len(a) + len(b))


def _first_places(text: str) -> Grams:
    places: Grams = {}
    tokens = words(text)
    for size in (_RUN, 2):
        for i, gram in enumerate(_grams(tokens, size)):
            places.setdefault(gram, i)
    return places


def _rising(places: Sequence[tuple[int, int, int]]) -> set[int]:
    """Of (index, place, weight) in order the indices of the heaviest rising subsequence, found
    greedily over patience piles (weights break ties through repetition of long blocks)."""
    tails: list[int] = []
    at: list[int] = []
    back: list[int] = []
    for n, (_, place, _weight) in enumerate(places):
        pile = bisect_left(tails, place)
        back.append(at[pile - 1] if pile else _UNKNOWN)
        if pile == len(tails):
            tails.append(place)
            at.append(n)
        else:
            tails[pile] = place
            at[pile] = n
    kept: set[int] = set()
    n = at[-1] if at else _UNKNOWN
    while n != _UNKNOWN:
        kept.add(places[n][0])
        n = back[n]
    return kept


def body_blocks(texts: Sequence[Sequence[str]], body: str) -> tuple[list[int], float]:
    """Indices of the blocks that are the body, and the share of the body's runs that they hold."""
    places = _first_places(body)
    paragraphs = {" ".join(words(p)) for p in body.split("\n") if p.strip()}
    found = []
    for i, tokens in enumerate(texts):
        if len(tokens) < _RUN:
            continue
        grams = _grams(tokens)
        hits = [places[g] for g in grams if g in places]
        if len(hits) >= 0.6 * len(grams) and hits:
            found.append((i, hits[len(hits) // 2], len(tokens)))
    kept = _rising(found)
    if not kept:
        return [], 0.0
    # A short line is body where the truth has it as a paragraph or its words in a row, and body
    # stands around it.
    first, last = min(kept), max(kept)
    for i in range(first, last + 1):
        tokens = texts[i]
        if i in kept or not tokens or len(tokens) >= _RUN:
            continue
        if " ".join(tokens) in paragraphs or (
            len(tokens) >= 2
            and all(g in places for g in _grams(tokens, 2))
            and (i - 1 in kept or i + 1 in kept)
        ):
            kept.add(i)
    want = Counter(_grams(words(body)))
    got: Counter[tuple[str, ...]] = Counter()
    for i in kept:
        got.update(_grams(texts[i]))
    share = sum((want & got).values()) / max(1, sum(want.values()))
    return sorted(kept), share


def _matches(tokens: Sequence[str], texts: Iterable[str]) -> bool:
    grams = set(_grams(tokens)) or {tuple(tokens)}
    for text in texts:
        other = set(_grams(words(text))) or {tuple(words(text))}
        if len(grams & other) >= 0.6 * len(grams) and tokens:
            return True
    return False


def _titles(story: Truth) -> list[list[str]]:
    return [words(t) for t in (story.get("title"), story.get("title_alt")) if t]


def mark_story(
    texts: Sequence[Sequence[str]], story: Truth, low: int, high: int, *, marks: list[list[int]]
) -> float:
    """Marks one story among the blocks ``low`` to ``high``; returns how much of it was found."""
    kept, share = body_blocks(texts[low:high], story["body"])
    if not kept or share < 0.5:
        return 0.0
    body = [low + i for i in kept]
    titles = _titles(story)
    heads = [
        i
        for i in range(max(low, body[0] - 60), body[0])
        if len(texts[i]) <= 60 and any(word_f1(texts[i], t) >= 0.8 for t in titles)
    ]
    near = [i for i in heads if heads[-1] - i <= 15 or i >= body[0] - 15]
    start = near[0] if near else body[0]
    authors = [words(a) for a in story.get("authors") or () if a]
    summary, captions = story.get("summary") or "", story.get("captions")
    summaries = [summary] if isinstance(summary, str) else list(summary)
    unknown = OTHER
    unknown |= 0 if captions else CAPTION
    unknown |= 0 if any(summaries) else STANDFIRST
    unknown |= 0 if authors else BYLINE
    inside = set(body)
    for i in range(start, body[-1] + 1):
        tokens = texts[i]
        kinds = unknown
        if i in inside:
            kinds = BODY
        elif i in near or (i < body[0] and any(word_f1(tokens, t) >= 0.8 for t in titles)):
            kinds = HEADLINE
        elif captions and _matches(tokens, captions):
            kinds = CAPTION
        elif any(summaries) and i < body[0] + 3 and _matches(tokens, summaries):
            kinds = STANDFIRST
        elif len(tokens) <= 15 and any(set(a) <= set(tokens) for a in authors):
            kinds = BYLINE
        elif i > body[0]:
            kinds &= ~STANDFIRST
            kinds |= TEASER_HEAD | TEASER_TEXT
        marks[i] = [kinds, int(i == start), 1]
    return share


def label_single(row: Row, blocks: Sequence[Block]) -> Example | None:
    """The blocks of a page with one story of known body; None where too little of it is there."""
    story = row.truth["stories"][0]
    if not row.truth["segmentation"] or not story.get("body"):
        return None
    texts = [words(b.text) for b in blocks]
    marks = [[ANY_OUTSIDE if len(t) > 2 else OTHER, 0, 0] for t in texts]
    if mark_story(texts, story, 0, len(blocks), marks=marks) < 0.7:
        return None
    return _example(row, blocks, marks)


def label_partly(row: Row, blocks: Sequence[Block]) -> Example | None:
    """The blocks of a page of which the truth knows the headline and some snippets: one story
    starts with the headline; where it ends is left open. None without a headline that is clear."""
    story = row.truth["stories"][0]
    titles = _titles(story)
    texts = [words(b.text) for b in blocks]
    heads = [i for i, t in enumerate(texts) if any(word_f1(t, title) >= 0.8 for title in titles)]
    snippets = [story["first_words"]] if story.get("first_words") else []
    snippets += story.get("must_have") or []
    have = [i for i, t in enumerate(texts) if _holds(t, snippets)]
    heads = [i for i in heads if not have or i < have[0]]
    if not heads or not have or len(heads) > 2 or heads[-1] - heads[0] > 15:
        return None
    not_body = [i for i, t in enumerate(texts) if _holds(t, story.get("must_not") or [])]
    lines = []
    for i, block in enumerate(blocks):
        kinds, states = (1 << len(KINDS)) - 1, _AFTER
        if i < heads[0]:
            kinds, states = (ANY_OUTSIDE if len(texts[i]) > 2 else OTHER), _BEFORE
        elif i == heads[0]:
            kinds, states = HEADLINE, 1 << HEAD_START
        elif i in heads:
            kinds, states = HEADLINE, 1 << BETWEEN
        elif i in have:
            kinds, states = BODY, 1 << MORE
        elif i in not_body:
            kinds, states = kinds & ~BODY, _AFTER & ~(1 << MORE)
        lines.append(Line(block, kinds, states=states))
    return Example(
        row.page_id, row.site, row.page.get("language") or "", tuple(lines), 0.5, whole=False
    )


_BEFORE = 1 << NOTHING | 1 << TEASER_STATE
_AFTER = _BEFORE | 1 << MORE | 1 << BETWEEN


def _holds(tokens: Sequence[str], snippets: Iterable[str]) -> bool:
    text = f" {' '.join(tokens)} "
    return any(len(w := words(s)) > 2 and f" {' '.join(w)} " in text for s in snippets)


def label_mixed(row: Row, text: str, blocks: Sequence[Block]) -> Example | None:
    """The blocks of a page of several stories, by the lines that the truth gives.

    Raises:
        ValueError: cleaning changed the number of lines, so the truth's line numbers are void.
    """
    if text.count("\n") != row.page["text"].count("\n"):
        raise ValueError(f"{row.page_id}: cleaning changed its lines")
    starts = np.flatnonzero(codes_of(text) == 0x0A)
    line_of = [int(bisect_left(starts, b.start)) for b in blocks]
    texts = [words(b.text) for b in blocks]
    marks = [[ANY_OUTSIDE if len(t) > 2 else OTHER, 0, 0] for t in texts]
    for story in row.truth["stories"]:
        low = bisect_left(line_of, story["start_line"])
        high = bisect_left(line_of, story["end_line"])
        if mark_story(texts, story, low, high, marks=marks) < 0.5:
            for i in range(low, high):
                marks[i] = [(1 << len(KINDS)) - 1, _UNKNOWN, _UNKNOWN]
    for teaser in row.truth["teasers"]:
        _mark_teaser(texts, teaser, marks)
    return _example(row, blocks, marks)


def label_page(row: Row, page: Page) -> Example | None:
    """The blocks of a page of the corpus as far as its truth reaches; None where it does not."""
    if not row.mixed:
        return label_single(row, page.blocks) or label_partly(row, page.blocks)
    try:
        return label_mixed(row, page.text, page.blocks)
    except ValueError:
        return None


def label_in_order(
    page_id: str, stories: Iterable[Truth], blocks: Sequence[Block]
) -> Example | None:
    """The blocks of a page that holds ``stories`` in this order; None where too little of one is
    found after the one before."""
    texts = [words(b.text) for b in blocks]
    marks = [[ANY_OUTSIDE if len(t) > 2 else OTHER, 0, 0] for t in texts]
    low = 0
    for story in stories:
        if mark_story(texts, story, low, len(blocks), marks=marks) < 0.7:
            return None
        low = max(i for i, mark in enumerate(marks) if mark[2] == 1) + 1
    return Example(page_id, "", "", _lines(blocks, marks))


def _mark_teaser(texts: Sequence[Sequence[str]], teaser: Truth, marks: list[list[int]]) -> None:
    title, text = words(teaser["title"] or ""), teaser["text"] or ""
    for i, tokens in enumerate(texts):
        if marks[i][2] == 1 or not tokens:
            continue
        if word_f1(tokens, title) >= 0.8:
            marks[i] = [TEASER_HEAD, 0, 0]
        elif text and len(tokens) >= _RUN and _matches(tokens, [text]):
            marks[i] = [TEASER_TEXT, 0, 0]


def _example(row: Row, blocks: Sequence[Block], marks: list[list[int]]) -> Example:
    return Example(row.page_id, row.site, row.page.get("language") or "", _lines(blocks, marks))


def _lines(blocks: Sequence[Block], marks: Sequence[Sequence[int]]) -> tuple[Line, ...]:
    return tuple(Line(b, *m) for b, m in zip(blocks, marks, strict=True))


def arrays(example: Example) -> tuple[Ints, Ints]:
    """The sets of ``KINDS`` and of ``STATES`` (bits) that each block of an example may have."""
    kinds = np.array([x.kinds for x in example.lines], np.int64)
    return kinds, np.array([_states(x) for x in example.lines], np.int64)


def _states(line: Line) -> int:
    """The states that a block may have, as bits."""
    if line.states:
        return line.states
    if line.inside == _UNKNOWN:
        return (1 << len(STATES)) - 1
    if line.start == 1:
        return 1 << (BODY_START if line.kinds == BODY else HEAD_START)
    if line.inside == 1:
        return 1 << (MORE if line.kinds == BODY else BETWEEN)
    teaser, other = line.kinds & (TEASER_HEAD | TEASER_TEXT), line.kinds & OTHER
    return (1 << TEASER_STATE if teaser else 0) | (1 << NOTHING if other or not teaser else 0)


def with_block(line: Line, text: str, gap: int | None = None) -> Line:
    """The line with other words or another gap; its marks stay."""
    block = replace(line.block, text=text, gap=line.block.gap if gap is None else gap)
    return replace(line, block=block)
