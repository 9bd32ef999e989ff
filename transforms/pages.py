"""A raw page becomes a page of blocks, or a reject that says why not."""

import hashlib

from schemas.kinds import RejectReason, Stage
from schemas.records import Page, RawPage, Reject
from transforms.blocks import split_blocks
from transforms.decode import NotTextError, decode
from transforms.normalize import clean


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
    """Decodes, cleans and cuts ``raw`` into blocks."""
    try:
        received = raw.text if raw.text is not None else raw.html
        if isinstance(received, bytes):
            received = decode(received, raw.charset, html=raw.html is not None)
    except NotTextError as error:
        return reject(raw, Stage.DECODE, RejectReason.NOT_TEXT, str(error))
    text, offsets, flags = clean(received or "")
    blocks = split_blocks(text)
    if not blocks:
        return reject(raw, Stage.DECODE, RejectReason.EMPTY, "nothing but white space")
    return Page(
        at=raw.at, page_id=page_id_of(raw), received=received or "", text=text, blocks=blocks,
        offsets=offsets, url=raw.url, fetched_at=raw.fetched_at, publisher=raw.publisher,
        language=raw.language, flags=flags,
    )  # fmt: skip
