"""What becomes of one record: its stories, or one reject that can be tried again."""

import traceback
from dataclasses import replace
from datetime import datetime

import orjson

from schemas.kinds import RejectReason, Stage
from schemas.records import PageStories, RawPage, Reject
from schemas.wire import MAX_PAYLOAD_BYTES, with_fetched_at, write_record
from transforms.pages import read_page
from transforms.stories import page_stories

_TRACE_CHARACTERS = 4000


def split_stories(
    raw: RawPage, fetched_at: datetime | None = None, min_date_confidence: float = 0.0
) -> PageStories | Reject:
    """The stories of a raw page, or the reject that says why it has none.

    ``fetched_at`` is for a page that has none of its own. A reject's payload is the record as it
    came, so that a replay sees all that was known of it. An error that nobody expected is a
    reject too, with its trace: one page never ends a run.
    """
    dated = with_fetched_at(raw, fetched_at)
    try:
        page = read_page(dated)
        outcome = page if isinstance(page, Reject) else page_stories(page, min_date_confidence)
        if isinstance(outcome, PageStories):
            # What no file can hold (half of a surrogate pair out of a page's JSON) is found here,
            # where it costs one page, and not in the sink, where it would cost the run.
            orjson.dumps(outcome)
    except Exception as error:
        trace = traceback.format_exc()[-_TRACE_CHARACTERS:]
        outcome = Reject(
            at=raw.at, stage=Stage.INTERNAL, reason=RejectReason.INTERNAL_ERROR,
            detail=_sound(f"{type(error).__name__}: {error}\n{trace}"), payload=None,
            format="txt", page_id=raw.page_id, url=raw.url,
        )  # fmt: skip
    return outcome if isinstance(outcome, PageStories) else _with_record(outcome, raw)


def _sound(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _with_record(reject: Reject, raw: RawPage) -> Reject:
    """The reject with the record that it was, and ``fetched_at`` only where the record has it."""
    body = raw.text if raw.text is not None else raw.html
    if isinstance(body, bytes):
        payload, format_ = body, "txt" if raw.html is None else "html"
    else:
        payload, format_ = write_record(raw), "json"
    return replace(
        reject, payload=payload[:MAX_PAYLOAD_BYTES], format=format_, fetched_at=raw.fetched_at,
        payload_truncated=len(payload) > MAX_PAYLOAD_BYTES,
    )  # fmt: skip
