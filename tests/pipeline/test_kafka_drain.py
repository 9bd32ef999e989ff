"""Plans of drains: from where to where, and what happens when offsets are gone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.commitlog import OffsetRange
from pipeline.connectors.kafka.drain import OffsetGapError, TopicState, cut, plan
from pipeline.connectors.kafka.settings import KafkaSettings, OnOffsetGap
from pipeline.connectors.kafka.source import share
from pipeline.connectors.kafka.unbounded import Mark, MarkCoder, runs

SETTINGS = KafkaSettings(servers=("localhost:9",))
SKIP = KafkaSettings(servers=("localhost:9",), on_offset_gap=OnOffsetGap.SKIP)
EARLIEST = KafkaSettings(servers=("localhost:9",), on_offset_gap=OnOffsetGap.EARLIEST)


def state(*held: tuple[int, int], topic_id: str | None = "a") -> TopicState:
    return TopicState("t", topic_id, {n: OffsetRange(*span) for n, span in enumerate(held)})


def read(*ends: int, topic_id: str | None = "a") -> dict[int, OffsetRange]:
    return {n: OffsetRange(0, end, topic_id) for n, end in enumerate(ends)}


def spans(
    settings: KafkaSettings, now: TopicState, before: dict[int, OffsetRange]
) -> list[tuple[int, int]]:
    ranges, _ = plan(settings, now, before)
    return [(span.start, span.end) for _, span in sorted(ranges.items())]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("earliest", [(5, 10), (0, 0)]),
        ("latest", [(10, 10), (0, 0)]),
        ("0:7", [(7, 10), (0, 0)]),
        ("0:10,1:0", [(10, 10), (0, 0)]),
    ],
)
def test_a_first_drain_begins_where_the_user_says(
    start: str, expected: list[tuple[int, int]]
) -> None:
    assert spans(KafkaSettings(start=start), state((5, 10), (0, 0)), {}) == expected


@pytest.mark.parametrize("start", ["0:4", "0:11"])
def test_a_start_outside_of_what_is_held_is_refused(start: str) -> None:
    with pytest.raises(OffsetGapError, match="holds offsets 5 to 10"):
        plan(KafkaSettings(start=start), state((5, 10)), {})


def test_later_drains_go_on_and_do_not_ask_the_user_again() -> None:
    assert spans(KafkaSettings(start="latest"), state((0, 10), (0, 4)), read(7, 4)) == [
        (7, 10),
        (4, 4),
    ]


def test_a_partition_that_came_later_is_read_from_its_beginning() -> None:
    assert spans(KafkaSettings(start="latest"), state((0, 10), (0, 4)), read(7)) == [
        (7, 10),
        (0, 4),
    ]


@pytest.mark.parametrize(
    ("now", "before", "words", "skipped", "earliest"),
    [
        pytest.param(state((8, 10)), read(5), "offsets 5 to 7 were never read and are gone", [(8, 10)], [(8, 10)], id="retention"),
        pytest.param(state((0, 3)), read(5), "read up to offset 5 and now ends at 3", [(3, 3)], [(0, 3)], id="shorter"),
        pytest.param(state((0, 9), topic_id="b"), read(5), "another topic than the one read before", [(9, 9)], [(0, 9)], id="made again"),
    ],
)  # fmt: skip
def test_gaps(
    now: TopicState, before: dict[int, OffsetRange], words: str, skipped: list[tuple[int, int]], earliest: list[tuple[int, int]]
) -> None:  # fmt: skip
    with pytest.raises(OffsetGapError, match=words) as caught:
        plan(SETTINGS, now, before)
    assert "--on-offset-gap skip" in str(caught.value)
    assert spans(SKIP, now, before) == skipped
    assert spans(EARLIEST, now, before) == earliest
    for settings in (SKIP, EARLIEST):
        _, said = plan(settings, now, before)
        assert len(said) == 1
        assert words in said[0]


def test_fewer_partitions_are_a_gap() -> None:
    with pytest.raises(OffsetGapError, match="partition 1 of t does not exist any more"):
        plan(SETTINGS, state((0, 5)), read(5, 5))
    ranges, said = plan(SKIP, state((0, 5)), read(5, 5))
    assert list(ranges) == [0]
    assert len(said) == 1


def test_brokers_that_give_no_topic_id_are_believed() -> None:
    assert spans(SETTINGS, state((0, 9), topic_id=None), read(5)) == [(5, 9)]
    assert spans(SETTINGS, state((0, 9)), read(5, topic_id=None)) == [(5, 9)]


SPANS = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(
    lambda p: OffsetRange(p[0], p[0] + p[1], "a")
)


@given(st.dictionaries(st.integers(0, 6), SPANS, max_size=5), st.integers(1, 300))
def test_shares_of_a_plan_add_up_to_it(ranges: dict[int, OffsetRange], size: int) -> None:
    left = ranges
    seen: dict[int, list[tuple[int, int]]] = {n: [] for n in ranges}
    while any(span.end > span.start for span in left.values()):
        shares = share(left, size)
        taken = sum(span.end - span.start for span in shares.values())
        assert 0 < taken <= size
        for number, span in shares.items():
            assert span.start == left[number].start
            seen[number].append((span.start, span.end))
        left = {n: OffsetRange(shares[n].end, span.end, "a") for n, span in left.items()}
    for number, span in ranges.items():
        assert sum(end - start for start, end in seen[number]) == span.end - span.start
        assert left[number].end == span.end


@given(SPANS, st.integers(1, 50))
def test_pieces_of_a_range_add_up_to_it(span: OffsetRange, size: int) -> None:
    pieces = list(cut(span, size))
    assert [offset for p in pieces for offset in range(p.start, p.end)] == list(
        range(span.start, span.end)
    )
    assert all(0 < p.end - p.start <= size and p.topic_id == "a" for p in pieces)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 5)).map(lambda p: (p[0], p[0] + p[1])),
        max_size=12,
    )
)
def test_runs_hold_the_same_offsets(spans: list[tuple[int, int]]) -> None:
    merged = runs(iter(spans))
    assert {o for s, e in merged for o in range(s, e)} == {o for s, e in spans for o in range(s, e)}
    assert all(before[1] < after[0] for before, after in pairwise(merged))


@given(
    st.dictionaries(st.integers(0, 2**31), st.integers(0, 2**63 - 1), max_size=6),
    st.integers(0, 2**60),
)
def test_marks_come_back_from_their_coder(offsets: dict[int, int], floor: int) -> None:
    coder = MarkCoder()
    mark = Mark(offsets, floor)
    assert coder.decode(coder.encode(mark)) == mark
    # Deterministic: equal marks have equal bytes, in whatever order they were filled.
    assert coder.encode(Mark(dict(reversed(offsets.items())), floor)) == coder.encode(mark)
    assert coder.encode(mark).startswith(b"{")
