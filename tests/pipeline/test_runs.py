"""The external sort: however rows fall into runs, one order comes out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.connectors import runs
from pipeline.connectors.runs import RunPart, merge_runs, row_keys, row_weights, write_run
from schemas.arrow import reject_rows, story_rows
from schemas.kinds import Precision, RejectReason, Stage
from schemas.records import Caption, Coordinates, DateMention, Reject, Story

BASE = Story(
    story_id="s", page_id="p", url=None, fetched_at=None, story_index=0, story_count=1,
    is_teaser=False, headline=None, kicker=None, standfirst=("a", "b"), body="body",
    captions=(Caption("c", None),), authors=("A",), agency=None, publisher=None, source=None,
    dateline_place=None, published_at=None, updated_at=None, published_precision=None,
    published_basis=None, published_text=None, published_confidence=None, not_before=None,
    not_after=None, date_mentions=(DateMention("6 April", 3, "2025-04-06", Precision.DAY),),
    language=None, word_count=1, content_hash="h", near_duplicate_of=None, origin="o", topic=None,
    partition=None, offset=None, span_start=0, span_end=4, flags=(),
)  # fmt: skip
_DAY = datetime(2025, 4, 6, tzinfo=UTC)

_stories = st.lists(
    st.tuples(
        st.sampled_from([None, "a.example", "b.example"]),
        st.none() | st.integers(0, 5),
        st.sampled_from(["p1", "p2", ""]),
        st.text(max_size=30),
    ),
    max_size=40,
).map(
    lambda rows: [
        replace(
            BASE, source=source, published_at=None if hour is None else _DAY + timedelta(hours=hour),
            page_id=page, body=body, headline=body or None, origin=f"o{i}", story_id=f"s{i}",
        )
        for i, (source, hour, page, body) in enumerate(rows)
    ]
)  # fmt: skip


def _spread(folder: Path, stories: list[Story], owners: list[int]) -> list[RunPart]:
    """Writes the stories as runs: story i to run ``owners[i]``, all of one partition."""
    dealt: dict[int, list[Story]] = {}
    for i, story in enumerate(stories):
        dealt.setdefault(owners[i % len(owners)] if owners else 0, []).append(story)
    parts = []
    for owner, share in dealt.items():
        for _, part in write_run(folder / f"{owner}.arrow", story_rows(share), [None] * len(share)):
            parts.append(part)
    return parts


@settings(max_examples=60, deadline=None)
@given(
    stories=_stories,
    owners=st.lists(st.integers(0, 5), max_size=40),
    max_rows=st.integers(1, 50),
    max_bytes=st.integers(1, 20_000),
    batch_rows=st.integers(1, 10),
)
def test_any_runs_merge_to_the_same_batches(
    tmp_path_factory: pytest.TempPathFactory, stories: list[Story], owners: list[int],
    max_rows: int, max_bytes: int, batch_rows: int,
) -> None:  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_BATCH_ROWS", batch_rows)
        one = _spread(tmp_path_factory.mktemp("one"), stories, [])
        many = _spread(tmp_path_factory.mktemp("many"), stories, owners)
        merged = [list(merge_runs(parts, max_rows, max_bytes)) for parts in (one, many)]
    assert merged[0] == merged[1]
    keys = [key for batch, _ in merged[1] for key in row_keys(batch)]
    assert keys == sorted(keys)
    assert len(keys) == len(stories)
    for batch, weight in merged[1]:
        assert batch.num_rows <= max_rows
        assert sum(row_weights(batch)) == weight
        assert sum(row_weights(batch)[:-1]) < max_bytes
    rows = pa.Table.from_batches([story_rows(stories), *()]).to_pylist()
    got = [row for batch, _ in merged[1] for row in batch.to_pylist()]
    assert sorted(got, key=lambda row: row["origin"]) == sorted(rows, key=lambda row: row["origin"])


def test_a_run_keeps_partitions_apart(tmp_path: Path) -> None:
    stories = [replace(BASE, origin=f"o{i}") for i in range(30)]
    days = [f"2025-04-0{1 + i % 3}" for i in range(30)]
    parts = write_run(tmp_path / "a.arrow", story_rows(stories), days)
    assert [day for day, _ in parts] == sorted(set(days))
    for day, part in parts:
        assert part.rows == 10
        (merged,) = [batch for batch, _ in merge_runs([part], 100, 10**9)]
        origins = merged.column("origin").to_pylist()
        assert origins == sorted(o.origin for o, d in zip(stories, days, strict=True) if d == day)


def test_rejects_are_sorted_by_where_they_came_from(tmp_path: Path) -> None:
    rejects = [
        Reject(
            Coordinates("kafka://t/0", "t", 0, offset),
            Stage.DECODE,
            RejectReason.EMPTY,
            "",
            b"",
            "json",
        )
        for offset in (10, 9, 100, 1)
    ]
    ((_, part),) = write_run(tmp_path / "a.arrow", reject_rows(rejects), [None] * 4)
    (batch,) = [batch for batch, _ in merge_runs([part], 100, 10**9)]
    assert batch.column("offset").to_pylist() == [1, 9, 10, 100]


def test_a_row_weighs_what_its_texts_weigh() -> None:
    light, heavy = replace(BASE, body=""), replace(BASE, body="é" * 1000, headline="x" * 10)
    weights = row_weights(story_rows([light, heavy]))
    assert weights[1] - weights[0] == 2010
    assert weights == row_weights(story_rows([heavy, light]).take(pa.array([1, 0])))
    assert [k for k, _ in groupby(weights)] == weights
