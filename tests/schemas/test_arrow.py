"""The Arrow schemas agree with the records and with the contract."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.arrow import DATASETS, REJECTS, SCHEMA_VERSION, STORIES, reject_rows, story_rows
from schemas.kinds import DateBasis, Flag, Precision, RejectReason, Stage
from schemas.partitions import UNDATED, partition_folder, partition_key
from schemas.records import Caption, Coordinates, DateMention, Reject, Story

DAY = datetime(2025, 4, 6, tzinfo=UTC)
STORY = Story(
    story_id="s", page_id="p", url=None, fetched_at=DAY, story_index=0, story_count=1,
    is_teaser=False, headline="H", kicker=None, standfirst=("one", "two"), body="B",
    captions=(Caption("c", "Photo: A"), Caption("d")), authors=("Ada Kern",), agency="AFP",
    publisher=None, source=None, dateline_place="LORN", published_at=DAY, updated_at=None,
    published_precision=Precision.DAY, published_basis=DateBasis.JSON_LD, published_text="6 April",
    published_confidence=0.5, not_before=None, not_after=None,
    date_mentions=(DateMention("Sunday", 3, "2025-04-06", Precision.DAY),), language="en",
    word_count=1, content_hash="h", near_duplicate_of=None, origin="a.txt", topic=None,
    partition=None, offset=None, span_start=0, span_end=9, flags=(Flag.TRUNCATED,),
)  # fmt: skip


def test_the_record_and_the_schema_name_the_same_columns_in_the_same_order():
    assert [f.name for f in fields(Story)] == STORIES.names


@pytest.mark.parametrize("schema", DATASETS.values())
def test_every_column_has_its_meaning(schema):
    for field in schema:
        assert field.metadata[b"meaning"].strip()
    assert schema.metadata[b"copydesk.schema_version"] == str(SCHEMA_VERSION).encode()


def test_a_story_comes_back_from_parquet_as_it_went_in(tmp_path):
    import pyarrow as pa

    bare = replace(
        STORY, standfirst=(), captions=(), authors=(), date_mentions=(), flags=(), headline=None
    )
    pq.write_table(pa.Table.from_batches([story_rows([STORY, bare])]), tmp_path / "s.parquet")
    table = pq.read_table(tmp_path / "s.parquet")
    assert table.schema.equals(STORIES, check_metadata=False)
    assert table.schema.metadata[b"copydesk.dataset"] == b"stories"
    first, second = table.to_pylist()
    assert first["captions"] == [{"text": "c", "credit": "Photo: A"}, {"text": "d", "credit": None}]
    assert first["date_mentions"] == [
        {"text": "Sunday", "start": 3, "value": "2025-04-06", "precision": "day"}
    ]
    assert first["standfirst"] == ["one", "two"]
    assert first["published_at"] == DAY
    assert first["published_precision"] == "day"
    assert first["published_basis"] == "json_ld"
    assert first["flags"] == ["truncated"]
    assert second["standfirst"] == second["captions"] == second["flags"] == []
    assert second["headline"] is None


def test_a_reject_keeps_bytes_and_coordinates():
    reject = Reject(
        Coordinates("kafka://t/0/7", "t", 0, 7), Stage.DECODE, RejectReason.NOT_JSON, "no JSON",
        b"\xff\x00", "json",
    )  # fmt: skip
    (row,) = reject_rows([reject]).to_pylist()
    assert list(row) == REJECTS.names
    assert (row["topic"], row["partition"], row["offset"]) == ("t", 0, 7)
    assert (row["payload"], row["reason"], row["stage"]) == (b"\xff\x00", "not_json", "decode")


def test_no_rows():
    assert story_rows([]).num_rows == reject_rows([]).num_rows == 0


@given(st.none() | st.datetimes(datetime(1, 1, 2), timezones=st.timezones(no_cache=True)))
def test_every_time_has_a_folder_of_a_plain_name(time):
    try:
        folder = partition_folder(partition_key(time))
    except OverflowError:  # the last hours of year 9999, west of Greenwich
        return
    assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz_=-0123456789HIVEDFAULTPRION")
    assert "/" not in folder


@pytest.mark.parametrize(
    "key", ["", "..", "../x", "2025-13-01", "2025-1-1", "a=b", "2025-04-06/x", UNDATED + "/"]
)
def test_nothing_else_becomes_a_path(key):
    with pytest.raises(ValueError, match="no partition"):
        partition_folder(key)
