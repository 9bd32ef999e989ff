"""A raw page becomes a page of blocks, or a reject that says why not."""

import hashlib

import numpy as np

from schemas.kinds import Flag, RejectReason, Stage
from schemas.records import OffsetMap, Page, RawPage, Reject
from transforms.arrays import Ints
from transforms.blocks import blocks_of, cut, split_blocks
from transforms.decode import NotTextError, decode, to_utf8
from transforms.markup import MAX_CHARACTERS, Markup, TooComplexError, check, read
from transforms.markup.agreement import agreement, is_stub
from transforms.markup.columns import marked
from transforms.markup.lines import columns_and_hints
from transforms.normalize import clean
from transforms.structured import read_metadata
from transforms.walls import wall_of

# So little text behind <noscript> or hidden is no story, whatever it says.
_TOO_LITTLE = 250
_BEHIND = "it shows nothing without scripts"


def page_id_of(raw: RawPage) -> str:
    """The record's own id, or a hash of origin and content (32 hex digits)."""
    if raw.page_id is not None:
        return raw.page_id
    body = raw.text if raw.text is not None else raw.html
    content = body if isinstance(body, bytes) else (body or "").encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(raw.at.origin.encode() + b"\0" + content)
    return digest.hexdigest()[:32]


def reject(raw: RawPage, stage: Stage, reason: RejectReason, detail: str) -> Reject:
    """The reject of a raw page, with its bytes."""
    body = raw.text if raw.text is not None else raw.html
    payload = body if isinstance(body, bytes) else (body or "").encode("utf-8", "surrogatepass")
    return Reject(
        at=raw.at, stage=stage, reason=reason, detail=detail, payload=payload,
        format="txt" if raw.html is None else "html",
        page_id=raw.page_id, url=raw.url, fetched_at=raw.fetched_at,
    )  # fmt: skip


def read_page(raw: RawPage) -> Page | Reject:
    """Decodes, cleans and cuts ``raw`` into blocks.

    HTML gives a page whose ``received`` is its visible text, one block-level element a line,
    with a hint for each block and the metadata of its head. Rejects: ``not_text``, ``empty``,
    ``too_large``, ``too_complex``, and ``no_story`` for a wall (consent, robots, a missing page).
    """
    body = raw.text if raw.text is not None else raw.html
    try:
        if raw.html is not None:
            return _read_html(raw, to_utf8(body or "", raw.charset))
        if isinstance(body, bytes):
            body = decode(body, raw.charset)
    except NotTextError as error:
        return reject(raw, Stage.DECODE, RejectReason.NOT_TEXT, str(error))
    except TooComplexError as error:
        return reject(raw, Stage.DECODE, RejectReason.TOO_COMPLEX, str(error))
    received = body or ""
    text, offsets, flags = clean(received, maybe_markdown=True)
    blocks = split_blocks(text)
    if not blocks:
        return reject(raw, Stage.DECODE, RejectReason.EMPTY, "nothing but white space")
    if wall := wall_of(blocks):
        return reject(raw, Stage.SPLIT, RejectReason.NO_STORY, wall)
    return Page(
        at=raw.at, page_id=page_id_of(raw), received=received, text=text, blocks=blocks,
        offsets=offsets, url=raw.url, fetched_at=raw.fetched_at, publisher=raw.publisher,
        language=raw.language, flags=flags,
    )  # fmt: skip


def _read_html(raw: RawPage, html: bytes) -> Page | Reject:
    """Raises TooComplexError."""
    if len(html) > MAX_CHARACTERS and (number := len(html.decode())) > MAX_CHARACTERS:
        return reject(
            raw, Stage.DECODE, RejectReason.TOO_LARGE,
            f"{number:,} characters of HTML, more than the limit of {MAX_CHARACTERS:,}",
        )  # fmt: skip
    check(html)
    markup = read(html)
    metadata, complete = read_metadata(markup)
    text, offsets, flags = clean(markup.text)
    lines = cut(text)
    if not lines.starts:
        return reject(raw, Stage.DECODE, RejectReason.EMPTY, "no visible text in the markup")
    titled, told = agreement(metadata, lines.lines)
    columns, hints = columns_and_hints(
        markup.lines, _places(lines.starts, offsets, markup), titled, told
    )
    blocks = marked(blocks_of(lines, hints), columns)
    wall = wall_of(blocks)
    if wall is None and markup.behind and len(text) < _TOO_LITTLE:
        wall = _BEHIND
    if wall:
        return reject(raw, Stage.SPLIT, RejectReason.NO_STORY, wall)
    if not complete:
        flags = (*flags, Flag.STRUCTURED_DATA_SKIPPED)
    if is_stub(blocks, metadata):
        flags = (*flags, Flag.TRUNCATED)
    return Page(
        at=raw.at, page_id=page_id_of(raw), received=markup.text, text=text, blocks=blocks,
        offsets=offsets, url=raw.url, fetched_at=raw.fetched_at, publisher=raw.publisher,
        language=raw.language, metadata=metadata, flags=flags,
    )  # fmt: skip


def _places(starts: list[int], offsets: OffsetMap, markup: Markup) -> Ints:
    """In which line of the markup those stand that begin at ``starts`` of the cleaned text. They are
    found by place, not counted: cleaning may part one in two (a reference to a line end) or empty one."""
    if starts == markup.starts and offsets == OffsetMap():
        return np.arange(len(starts))
    at = np.array(starts)
    shifts = np.searchsorted(offsets.at, at, "right") - 1
    received = at + np.array(offsets.shift)[shifts]
    places: Ints = np.searchsorted(markup.starts, received, "right") - 1
    return places
