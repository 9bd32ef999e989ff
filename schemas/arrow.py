"""The one Arrow schema of each dataset, and the way from records to rows.

Columns, types and meanings are written here and nowhere else: ``copydesk schema``, the writers,
the tests and the README's table read them from this module.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import pyarrow as pa

from schemas.records import Reject, Story

# Raised by one whenever a column is added, removed or changes its meaning. Old and new files
# are read together with DuckDB's union_by_name.
SCHEMA_VERSION = 1

_TIME = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())


def _schema(
    name: str, columns: list[tuple[str, pa.DataType, str]], required: set[str]
) -> pa.Schema:
    return pa.schema(
        [
            pa.field(column, type_, nullable=column not in required, metadata={"meaning": meaning})
            for column, type_, meaning in columns
        ],
        metadata={"copydesk.dataset": name, "copydesk.schema_version": str(SCHEMA_VERSION)},
    )


STORIES = _schema(
    "stories",
    [
        ("story_id", pa.string(), "hash of page_id, span and normalised text; a replay gives the same"),
        ("page_id", pa.string(), "the record's id, or a hash of its origin and content"),
        ("url", pa.string(), "address of the page, as the record gives it"),
        ("fetched_at", _TIME, "when the page was fetched, as the record says; never guessed"),
        ("story_index", pa.int32(), "0-based place on the page, teasers counted"),
        ("story_count", pa.int32(), "stories on the page, teasers not counted"),
        ("is_teaser", pa.bool_(), "a teaser for another page's story"),
        ("headline", pa.string(), "headline; null where the page has none"),
        ("kicker", pa.string(), "the short line above the headline"),
        ("standfirst", _TEXTS, "summary lines between headline and body"),
        ("body", pa.string(), "paragraphs, parted by a blank line; no captions, no boilerplate"),
        ("captions", pa.list_(pa.struct([("text", pa.string()), ("credit", pa.string())])), "picture captions with their credits"),
        ("authors", _TEXTS, "people in the byline, without roles and places"),
        ("agency", pa.string(), "the wire that filed the copy, by its usual short name"),
        ("publisher", pa.string(), "who printed it, as a display name"),
        ("source", pa.string(), "the publisher's registrable domain"),
        ("dateline_place", pa.string(), "the place in the dateline"),
        ("published_at", _TIME, "start of the time that the page gives; null where it gives none"),
        ("updated_at", _TIME, "when the page says that it was changed"),
        ("published_precision", pa.string(), "second, minute, hour, day, month or year"),
        ("published_basis", pa.string(), "what published_at was read from: json_ld, meta, url, visible_absolute, …"),
        ("published_text", pa.string(), "the very words that it was read from"),
        ("published_confidence", pa.float32(), "0 to 1; calibrated: of the rows with 0.9, nine in ten are right"),
        ("not_before", _TIME, "an undated story is not older than this"),
        ("not_after", _TIME, "an undated story is not younger than this"),
        ("date_mentions", pa.list_(pa.struct([("text", pa.string()), ("start", pa.int32()), ("value", pa.string()), ("precision", pa.string())])), "dates and weekdays in the body, resolved against published_at; start counts characters of the body"),
        ("language", pa.string(), "ISO 639-1 code of the story's language"),
        ("word_count", pa.int32(), "words of the body; a character is a word in scripts without spaces"),
        ("content_hash", pa.string(), "hash of the normalised body: stories of the same words share it"),
        ("near_duplicate_of", pa.string(), "story_id of an earlier story that is nearly the same"),
        ("origin", pa.string(), "file and place in it, or Kafka address, of the record"),
        ("topic", pa.string(), "Kafka topic of the record"),
        ("partition", pa.int32(), "Kafka partition of the record"),
        ("offset", pa.int64(), "Kafka offset of the record"),
        ("span_start", pa.int32(), "first character of the story in the page's text as received"),
        ("span_end", pa.int32(), "character behind the story's last, in the same text"),
        ("flags", _TEXTS, "what to be wary of: no_headline, uncertain_start, truncated, …"),
    ],
    required={"story_id", "page_id", "story_index", "story_count", "is_teaser", "body", "word_count", "content_hash", "origin", "span_start", "span_end"},
)  # fmt: skip

REJECTS = _schema(
    "rejects",
    [
        ("origin", pa.string(), "file and place in it, or Kafka address, of the record"),
        ("topic", pa.string(), "Kafka topic of the record"),
        ("partition", pa.int32(), "Kafka partition of the record"),
        ("offset", pa.int64(), "Kafka offset of the record"),
        ("stage", pa.string(), "how far it came: read, decode, split or internal"),
        ("reason", pa.string(), "why it became no story"),
        ("detail", pa.string(), "the same in words, with what to do"),
        ("page_id", pa.string(), "the record's id, where it could be read"),
        ("url", pa.string(), "the record's address, where it could be read"),
        ("fetched_at", _TIME, "the record's time of fetching, where it could be read"),
        ("format", pa.string(), "how to read the payload: txt, html or json"),
        ("payload", pa.binary(), "the record's bytes as they came"),
        ("payload_truncated", pa.bool_(), "the payload was cut at the size limit and cannot be replayed"),
    ],
    required={"origin", "stage", "reason", "detail", "format", "payload_truncated"},
)  # fmt: skip

DATASETS: dict[str, pa.Schema] = {"stories": STORIES, "rejects": REJECTS}

_COLUMNS = tuple(zip(STORIES.names, STORIES.types, strict=True))
# Of columns of lists of records: a record as a tuple, in the order of the struct's fields.
_NESTED = {
    name: attrgetter(*(part.name for part in type_.value_type.fields))
    for name, type_ in _COLUMNS
    if pa.types.is_list(type_) and pa.types.is_struct(type_.value_type)
}


def _column(name: str, type_: pa.DataType, stories: list[Story]) -> pa.Array:
    values: list[Any] = list(map(attrgetter(name), stories))
    if values.count(None) == len(values):
        return pa.nulls(len(values), type_)  # many columns of a page are: the quickest to make
    if name in _NESTED:
        values = [list(map(_NESTED[name], items)) for items in values]
    return pa.array(values, type_)


def story_rows(stories: Iterable[Story]) -> pa.RecordBatch:
    """One row a story, in the order given, with the schema ``STORIES``."""
    stories = list(stories)
    columns = [_column(name, type_, stories) for name, type_ in _COLUMNS]
    return pa.RecordBatch.from_arrays(columns, schema=STORIES)


def reject_rows(rejects: Iterable[Reject]) -> pa.RecordBatch:
    """One row a reject, in the order given, with the schema ``REJECTS``."""
    rejects = list(rejects)
    columns = [
        pa.array(
            [
                getattr(r.at if name in ("origin", "topic", "partition", "offset") else r, name)
                for r in rejects
            ],
            type_,
        )
        for name, type_ in zip(REJECTS.names, REJECTS.types, strict=True)
    ]
    return pa.record_batch(columns, schema=REJECTS)
