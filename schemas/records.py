"""The records that flow through copydesk, each a frozen value.

``RawPage -> Page -> Segmentation -> Story``, with ``Reject`` as the other way out.
Positions are always characters (code points), half open. Positions in ``Page.text`` (cleaned)
and in ``Page.received`` (as it came) differ; ``Page.offsets`` maps the first to the second.
Times are aware ``datetime`` values in UTC.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schemas.kinds import BlockKind, DateBasis, DateRole, Flag, Precision, RejectReason, Stage


@dataclass(frozen=True, slots=True, order=True)
class Coordinates:
    """Where a record came from: a file and the place in it, or a topic, partition and offset.

    ``origin`` reads ``news/a.txt``, ``news/b.jsonl:4711`` (byte offset of the line) or
    ``kafka://topic/3/4711``.
    """

    origin: str
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """One record as the wire gave it: a body and what was said about it.

    Exactly one of the two bodies is set. Bytes are of unknown charset; strings were decoded by
    the envelope (a JSON string). ``charset`` is what a transport header claims.
    """

    at: Coordinates
    text: bytes | str | None = None
    html: bytes | str | None = None
    page_id: str | None = None
    url: str | None = None
    fetched_at: datetime | None = None
    publisher: str | None = None
    language: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Maps positions in a cleaned text to positions in the received one.

    Two parallel, ascending tuples: from cleaned position ``at[i]`` on, the received position is
    the cleaned one plus ``shift[i]``. Cleaning that changes nothing is ``((0,), (0,))``.
    """

    at: tuple[int, ...] = (0,)
    shift: tuple[int, ...] = (0,)

    def received(self, position: int) -> int:
        """Received position of the character at cleaned ``position``."""
        return position + self.shift[bisect_right(self.at, position) - 1]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the markup around a block says about it. Pages of plain text have none.

    ``tag`` is the innermost block-level element. ``words`` are the groups (``caption``,
    ``comment``, ``share``, ...) to which class, id and role of the block and of the two elements
    around it belong, ``around`` those of all its ancestors and their telling tags (``article``,
    ``aside``, ``figure``, ...): bits of ``transforms.markup.vocabulary``. ``article`` is the ordinal
    of the innermost <article>; ``parents`` are ordinals of the enclosing block-level elements,
    the nearest first. The densities are shares of the characters that stand in links and in
    strong type; ``times`` the machine-readable values of its <time> elements. ``titled`` is how
    near the block is to a headline of the structured data (1: the same words); ``told`` whether
    the structured data has it as part of a story's body, None where they have no body. ``form`` is
    the same number for all blocks of a page that a style sheet could not tell apart by their
    element, its class and the element around it (0: unknown); ``ruled`` says that a rule (<hr>)
    stands right before the block.
    """

    tag: str
    link_density: float = 0.0
    words: int = 0
    times: tuple[str, ...] = ()
    around: int = 0
    article: int | None = None
    parents: tuple[int, ...] = ()
    strong_density: float = 0.0
    titled: float = 0.0
    told: bool | None = None
    form: int = 0
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines of a page that belong together: ``page.text[start:end]``.

    ``gap`` counts the empty lines before it. ``text`` has no line breaks and no outer space.
    """

    start: int
    end: int
    text: str
    gap: int = 0
    hints: Hints | None = None


@dataclass(frozen=True, slots=True)
class StructuredStory:
    """One story as a page's structured data (JSON-LD, microdata, meta) tells it; raw strings."""

    basis: DateBasis
    headline: str | None = None
    body: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    url: str | None = None
    is_story: bool = True
    is_free: bool | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head of an HTML page and its structured data say. Empty for plain text."""

    title: str | None = None
    og_title: str | None = None
    site_name: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    description: str | None = None
    stories: tuple[StructuredStory, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched document, decoded and cut into blocks. It may hold several stories.

    For HTML ``received`` is the visible text; spans of stories point into it.
    """

    at: Coordinates
    page_id: str
    received: str
    text: str
    blocks: tuple[Block, ...]
    offsets: OffsetMap = OffsetMap()
    url: str | None = None
    fetched_at: datetime | None = None
    publisher: str | None = None
    language: str | None = None
    metadata: Metadata = Metadata()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class StorySpan:
    """One story or teaser of a page as indices into ``Page.blocks``, ascending.

    A story that is interrupted (a related link, a newsletter box) leaves those blocks out, so
    the indices need not be neighbours. ``start_confidence`` and ``end_confidence`` are the
    probabilities that the story begins and ends just there; ``runner_up`` is the block where
    it would have begun, had it not begun here.
    """

    blocks: tuple[int, ...]
    is_teaser: bool = False
    start_confidence: float = 1.0
    end_confidence: float = 1.0
    runner_up: int | None = None


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The cut of a page: a kind for each of its blocks, and its stories in page order."""

    kinds: tuple[BlockKind, ...]
    spans: tuple[StorySpan, ...]


class DateCandidate(NamedTuple):
    """A date that a page shows, with all that is known of it; a tuple, for many are made.

    ``value`` is UTC at the start of its precision, or None where the words could not be
    resolved. ``start`` and ``end`` are positions in ``Page.text``, None for structured data.
    ``evidence`` says in words why it was read so.
    """

    text: str
    basis: DateBasis
    role: DateRole
    value: datetime | None
    precision: Precision
    confidence: float = 0.0
    start: int | None = None
    end: int | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caption:
    text: str
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a story's body. ``start`` counts characters of the body; ``value`` is ISO 8601
    cut to its precision (``2025-03`` for a month)."""

    text: str
    start: int
    value: str
    precision: Precision


@dataclass(frozen=True, slots=True)
class DateReading:
    """All that was read about the dates of one story. ``candidates``: the best first."""

    published: DateCandidate | None = None
    updated: DateCandidate | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    candidates: tuple[DateCandidate, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceReading:
    """Who wrote, filed and printed one story."""

    authors: tuple[str, ...] = ()
    agency: str | None = None
    publisher: str | None = None
    source: str | None = None
    dateline_place: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One news story or teaser: a row. The fields are the columns, in their order; what they
    mean is written once, in ``schemas.arrow``."""

    story_id: str
    page_id: str
    url: str | None
    fetched_at: datetime | None
    story_index: int
    story_count: int
    is_teaser: bool
    headline: str | None
    kicker: str | None
    standfirst: tuple[str, ...]
    body: str
    captions: tuple[Caption, ...]
    authors: tuple[str, ...]
    agency: str | None
    publisher: str | None
    source: str | None
    dateline_place: str | None
    published_at: datetime | None
    updated_at: datetime | None
    published_precision: Precision | None
    published_basis: DateBasis | None
    published_text: str | None
    published_confidence: float | None
    not_before: datetime | None
    not_after: datetime | None
    date_mentions: tuple[DateMention, ...]
    language: str | None
    word_count: int
    content_hash: str
    near_duplicate_of: str | None
    origin: str
    topic: str | None
    partition: int | None
    offset: int | None
    span_start: int
    span_end: int
    flags: tuple[Flag, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that became no story: the reason, and all that is needed to try it again.

    ``payload`` holds the record's bytes as they came (cut at the size limit, then
    ``payload_truncated``); ``format`` says how to read them: ``txt``, ``html`` or ``json``.
    """

    at: Coordinates
    stage: Stage
    reason: RejectReason
    detail: str
    payload: bytes | None
    format: str
    page_id: str | None = None
    url: str | None = None
    fetched_at: datetime | None = None
    payload_truncated: bool = False


@dataclass(frozen=True, slots=True)
class PageStories:
    """What one page came to: its stories and teasers in page order, at least one story."""

    stories: tuple[Story, ...]
