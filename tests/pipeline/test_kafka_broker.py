"""Reading and writing with a real broker: gaps in offsets, poison, security, topics that change."""

import json
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from apache_beam.utils.timestamp import MAX_TIMESTAMP
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from pipeline.commitlog import Commit, History, OffsetRange
from pipeline.connectors.kafka import batches, unbounded
from pipeline.connectors.kafka.drain import OffsetGapError, look, read_range
from pipeline.connectors.kafka.probe import KafkaRefusedError, KafkaUnavailableError
from pipeline.connectors.kafka.produce import produce
from pipeline.connectors.kafka.settings import (
    KafkaSettings,
    OnOffsetGap,
    Secret,
    TopicAddress,
)
from pipeline.connectors.kafka.source import KafkaSource
from pipeline.connectors.kafka.unbounded import KafkaPages, KafkaReader, Mark
from schemas.records import Coordinates, RawPage, Reject
from tests.broker import PASSWORD, USER, Broker

pytestmark = pytest.mark.broker
MakeTopic = Callable[..., str]


def settings_of(broker: Broker, **options: Any) -> KafkaSettings:
    return KafkaSettings(servers=(broker.server,), timeout=20, **options)


def source_of(broker: Broker, topic: str, **options: Any) -> KafkaSource:
    address = TopicAddress((broker.server,), topic)
    return KafkaSource(address, settings_of(broker, **options), slice_bytes=2**40, workers=2)


def send(
    broker: Broker, topic: str, values: list[bytes | None], partition: int = 0, **options: Any
) -> None:
    with closing(
        KafkaProducer(bootstrap_servers=broker.server, max_request_size=2**26, **options)
    ) as producer:
        for value in values:
            producer.send(topic, value, key=b"k", partition=partition).get(20)


def page_value(text: str) -> bytes:
    return json.dumps({"text": text, "page_id": text}).encode()


def drain(source: KafkaSource, history: History) -> list[RawPage | Reject]:
    """What one drain reads; its slices are added to ``history`` as commits would be."""
    records = []
    for piece in source.slices(history):
        for split in piece.splits:
            advanced: list[int] = []
            records += list(split.read(advanced.append))
            assert sum(advanced) == split.bytes
        history.add(Commit(number=history.last + 1, attempt="a", created_at="", kafka=piece.kafka))
    return records


def offsets(records: list[RawPage | Reject]) -> list[tuple[int | None, int | None]]:
    return sorted((record.at.partition, record.at.offset) for record in records)  # type: ignore[type-var]


def test_drains_read_each_record_once_and_go_on(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=3)
    history = History()
    source = source_of(broker, name)
    # The first drain of an empty topic writes down where it begins.
    assert drain(source, history) == []
    assert {n: (s.start, s.end) for n, s in history.offsets[name].items()} == dict.fromkeys(
        range(3), (0, 0)
    )
    for round_ in range(2):
        for partition in range(3):
            send(
                broker, name, [page_value(f"{round_}-{partition}-{i}") for i in range(5)], partition
            )
        read = drain(source, history)
        assert offsets(read) == [(p, round_ * 5 + i) for p in range(3) for i in range(5)]
        texts = {record.text for record in read if isinstance(record, RawPage)}
        assert texts == {f"{round_}-{p}-{i}" for p in range(3) for i in range(5)}
    assert drain(source, history) == []
    assert history.last == 3


def test_a_first_drain_from_the_latest_reads_what_comes_after_it(
    broker: Broker, topic: MakeTopic
) -> None:
    name = topic(partitions=1)
    send(broker, name, [page_value("old")])
    history = History()
    source = source_of(broker, name, start="latest")
    assert drain(source, history) == []
    send(broker, name, [page_value("new")])
    assert offsets(drain(source, history)) == [(0, 1)]


def test_a_start_in_time(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=2)
    with closing(KafkaProducer(bootstrap_servers=broker.server)) as producer:
        for day in range(1, 6):
            stamp = 1_700_000_000_000 + day * 86_400_000
            producer.send(name, page_value(str(day)), partition=0, timestamp_ms=stamp).get(20)
    history = History()
    read = drain(source_of(broker, name, start="2023-11-17T22:13:21Z"), history)
    assert offsets(read) == [(0, 3), (0, 4)]
    # The other partition has no record of that age: it begins at its end.
    assert history.offsets[name][1] == OffsetRange(0, 0, history.offsets[name][1].topic_id)


def test_a_compacted_topic_drains_to_its_end(broker: Broker, topic: MakeTopic) -> None:
    name = topic(
        partitions=1, cleanup_policy="compact", segment_ms=100, min_cleanable_dirty_ratio=0.01,
        delete_retention_ms=0, min_compaction_lag_ms=0,
    )  # fmt: skip
    send(broker, name, [page_value(str(i)) for i in range(20)])
    send(broker, name, [None])
    end = _wait_until_compacted(broker, name, 21)
    history = History()
    read = drain(source_of(broker, name), history)
    assert len(read) < 10
    assert offsets(read) == sorted(set(offsets(read)))
    span = history.offsets[name][0]
    assert (span.start, span.end) == (0, end)


def _wait_until_compacted(broker: Broker, name: str, end: int) -> int:
    """Waits for the cleaner to take most of the first ``end`` offsets; gives the topic's end."""
    settings = settings_of(broker)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        kept = list(read_range(settings, name, 0, OffsetRange(0, end)))
        if len(kept) < 3:
            return look(settings, name).partitions[0].end
        time.sleep(0.5)
        # The cleaner leaves the active segment alone; another record makes a new one in time.
        with closing(KafkaProducer(bootstrap_servers=broker.server)) as producer:
            producer.send(name, b"x", key=b"other", partition=0).get(20)
    pytest.fail("the broker did not compact the topic")


def test_aborted_transactions_are_passed_over_and_drain_to_the_end(
    broker: Broker, topic: MakeTopic
) -> None:
    name = topic(partitions=1)
    with closing(KafkaProducer(bootstrap_servers=broker.server, transactional_id=name)) as producer:
        producer.init_transactions()
        for number, finish in enumerate(
            [producer.commit_transaction, producer.abort_transaction] * 2
        ):
            producer.begin_transaction()
            for i in range(3):
                producer.send(name, page_value(f"{number}-{i}"), partition=0)
            producer.flush()
            finish()
    history = History()
    read = drain(source_of(broker, name), history)
    # Three records and one marker a transaction; the last four offsets hold no page at all.
    assert offsets(read) == [(0, o) for o in (0, 1, 2, 8, 9, 10)]
    assert history.offsets[name][0].end == 16
    dirty = drain(source_of(broker, name, isolation="read_uncommitted"), History())
    assert len(dirty) == 12
    # Cut anywhere, also into gaps, the pieces hold each record once.
    settings = settings_of(broker)
    for size in (1, 2, 5):
        pieces = [OffsetRange(start, min(start + size, 16)) for start in range(0, 16, size)]
        seen = [r.offset for piece in pieces for r in read_range(settings, name, 0, piece)]
        assert seen == [0, 1, 2, 8, 9, 10]


def test_an_open_transaction_is_left_for_the_next_drain(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=1)
    history = History()
    send(broker, name, [page_value("before")])
    with closing(KafkaProducer(bootstrap_servers=broker.server, transactional_id=name)) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(name, page_value("open"), partition=0).get(20)
        assert offsets(drain(source_of(broker, name), history)) == [(0, 0)]
        producer.commit_transaction()
    assert offsets(drain(source_of(broker, name), history)) == [(0, 1)]


POISON: list[tuple[bytes | None, list[tuple[str, bytes]]]] = [
    (b"not json", []),
    (b"\xff\xfe\x80", []),
    (None, []),
    (b"", []),
    (b'{"text": "' + b"x" * (20 * 1024 * 1024) + b'"}', []),
    (b"<p>no json", [("content-type", b"application/json")]),
    (b"body", [("url", b"\xff")]),
]


def test_poison_becomes_rejects_and_the_rest_flows(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=4, max_message_bytes=32 * 1024 * 1024)
    with closing(
        KafkaProducer(bootstrap_servers=broker.server, max_request_size=2**26)
    ) as producer:
        for partition in range(4):
            for value, headers in POISON:
                producer.send(name, page_value("good"), partition=partition)
                producer.send(name, value, b"k", headers, partition).get(30)
    read = drain(source_of(broker, name), History())
    assert offsets(read) == [(p, o) for p in range(4) for o in range(2 * len(POISON))]
    for record in read:
        assert record.at.offset is not None
        assert isinstance(record, Reject) == bool(record.at.offset % 2)
        if isinstance(record, Reject):
            value = POISON[record.at.offset // 2][0]
            assert record.payload == (
                value if value is None else value[: len(record.payload or b"")]
            )


@pytest.mark.parametrize("partition", [0, 1])
def test_batches_that_cannot_be_unpacked_become_rejects(
    broker: Broker, topic: MakeTopic, monkeypatch: pytest.MonkeyPatch, partition: int
) -> None:
    name = topic(partitions=2)
    good = [page_value("good")]
    send(broker, name, good, partition)
    _send_bad_header(broker, name, partition)
    send(broker, name, good, partition)
    # Some 60 KB that unpack to more than the bound.
    monkeypatch.setattr(batches, "MOST_BYTES", 1_000_000)
    send(broker, name, [page_value("x" * 2_000_000)], partition, compression_type="gzip")
    send(broker, name, [page_value("x" * 2_000_000)], partition, compression_type="zstd")
    send(broker, name, [page_value("x" * 2_000_000)], partition, compression_type="lz4")
    send(broker, name, good, partition)
    read = drain(source_of(broker, name), History())
    assert offsets(read) == [(partition, offset) for offset in range(7)]
    reasons = [record.reason if isinstance(record, Reject) else None for record in read]
    assert reasons == [None, "broken_container", None, *["decompression_bomb"] * 3, None]
    # The endless reader takes the same way past them.
    reader = KafkaReader(KafkaPages(settings_of(broker), name, {0: 0, 1: 0}), None)
    with closing(reader):
        seen = []
        deadline = time.monotonic() + 30
        while len(seen) < 7 and time.monotonic() < deadline:
            if reader.advance():
                seen.append(reader.get_current())
    assert [(page.start, page.end) for page in seen] == [(o, o + 1) for o in range(7)]
    assert [isinstance(page.page, Reject) for page in seen] == [r is not None for r in reasons]


def test_the_endless_reader_ends_with_its_lease(
    broker: Broker, topic: MakeTopic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unbounded, "_LEASE_EVERY_SECONDS", 0.0)
    name, lease = topic(partitions=1), tmp_path / "lease"
    lease.touch()
    send(broker, name, [page_value("a" * 500)] * 3)
    with closing(
        KafkaReader(KafkaPages(settings_of(broker), name, {0: 0}, str(lease)), None)
    ) as reader:
        deadline = time.monotonic() + 30
        while not reader.advance():
            assert time.monotonic() < deadline
        assert reader.get_watermark() < MAX_TIMESTAMP
        lease.unlink()
        assert not reader.advance()
        assert reader.get_watermark() == MAX_TIMESTAMP
        assert reader.get_checkpoint_mark().offsets == {0: 1}, "what was not taken is read again"


@pytest.mark.parametrize(("restored", "first"), [(None, 3), ({0: 2}, 3), ({0: 3}, 3), ({0: 4}, 4)])
def test_an_endless_reader_begins_behind_what_was_committed(
    broker: Broker, topic: MakeTopic, restored: dict[int, int] | None, first: int
) -> None:
    # An engine that lost a worker restores the reader of its last checkpoint, or the first one.
    name = topic(partitions=2)
    send(broker, name, [page_value("a" * 500)] * 5)
    send(broker, name, [page_value("a" * 500)] * 2, partition=1)
    source = KafkaPages(settings_of(broker), name, {0: 0}, committed=lambda: {0: 3, 1: 1})
    mark = None if restored is None else Mark(restored, floor=0)
    seen = []
    with closing(KafkaReader(source, mark)) as reader:
        deadline = time.monotonic() + 30
        while len(seen) < 5 - first + 1 and time.monotonic() < deadline:
            if reader.advance():
                page = reader.get_current()
                seen.append((page.partition, page.start))
    assert sorted(seen) == [*((0, offset) for offset in range(first, 5)), (1, 1)]


def _send_bad_header(broker: Broker, name: str, partition: int) -> None:
    class Latin(str):
        __slots__ = ()

        def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
            return b"\xff\xfe"

    with closing(KafkaProducer(bootstrap_servers=broker.server)) as producer:
        producer.send(
            name, page_value("bad"), headers=[(Latin("ab"), b"x")], partition=partition
        ).get(20)


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
def test_every_compression_is_read(broker: Broker, topic: MakeTopic, compression: str) -> None:
    name = topic(partitions=1)
    send(broker, name, [page_value("a" * 5000)] * 3, compression_type=compression)
    assert len(drain(source_of(broker, name), History())) == 3


def test_retention_that_overtook_the_reader(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=1)
    history = History()
    send(broker, name, [page_value(str(i)) for i in range(4)])
    drain(source_of(broker, name), history)
    send(broker, name, [page_value(str(i)) for i in range(4, 10)])
    _delete_before(broker, name, 7)
    with pytest.raises(OffsetGapError, match="offsets 4 to 6 were never read and are gone"):
        drain(source_of(broker, name), history)
    said: list[str] = []
    source = source_of(broker, name, on_offset_gap=OnOffsetGap.SKIP)
    source.say = said.append
    assert offsets(drain(source, history)) == [(0, 7), (0, 8), (0, 9)]
    assert "offsets 4 to 6" in said[0]


def test_retention_while_a_range_is_read(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=1)
    send(broker, name, [page_value(str(i)) for i in range(6)])
    _delete_before(broker, name, 3)
    with pytest.raises(OffsetGapError, match=r"offset 0 of partition 0 .* went away"):
        list(read_range(settings_of(broker), name, 0, OffsetRange(0, 6)))


def _delete_before(broker: Broker, name: str, offset: int) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=broker.server)) as admin:
        admin.delete_records({TopicPartition(name, 0): offset})


def test_a_topic_that_was_made_again(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=2)
    history = History()
    send(broker, name, [page_value(str(i)) for i in range(3)])
    drain(source_of(broker, name), history)
    with closing(KafkaAdminClient(bootstrap_servers=broker.server)) as admin:
        admin.delete_topics([name])
    with pytest.raises(KafkaRefusedError, match="there is no topic"):
        drain(source_of(broker, name), history)
    _again(topic, name)
    # As many records as before: only the topic's id tells that they are others.
    send(broker, name, [page_value(f"other {i}") for i in range(5)])
    with pytest.raises(OffsetGapError, match="another topic than the one read before"):
        drain(source_of(broker, name), history)
    read = drain(source_of(broker, name, on_offset_gap=OnOffsetGap.EARLIEST), history)
    assert offsets(read) == [(0, i) for i in range(5)]
    assert drain(source_of(broker, name), history) == []


def _again(topic: MakeTopic, name: str) -> None:
    from kafka.errors import TopicAlreadyExistsError

    deadline = time.monotonic() + 20
    while True:
        try:
            topic(partitions=1, name=name)
        except TopicAlreadyExistsError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return


def test_partitions_that_are_added_are_found(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=1)
    history = History()
    drain(source_of(broker, name, start="latest"), history)
    with closing(KafkaAdminClient(bootstrap_servers=broker.server)) as admin:
        admin.create_partitions({name: 3})
    deadline = time.monotonic() + 20
    while len(look(settings_of(broker), name).partitions) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    send(broker, name, [page_value("x")], partition=2)
    assert offsets(drain(source_of(broker, name, start="latest"), history)) == [(2, 0)]


def test_the_group_is_told_what_was_read(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=2)
    send(broker, name, [page_value(str(i)) for i in range(3)])
    source = source_of(broker, name, group="watchers")
    history = History()
    for piece in source.slices(history):
        source.committed(piece)
    with closing(
        KafkaConsumer(
            bootstrap_servers=broker.server, group_id="watchers", enable_auto_commit=False
        )
    ) as consumer:
        assert consumer.committed(TopicPartition(name, 0)) == 3
        assert consumer.committed(TopicPartition(name, 1)) == 0


def test_looking_at_a_topic_does_not_make_it(broker: Broker) -> None:
    settings = settings_of(broker)
    for _ in range(2):
        with pytest.raises(KafkaRefusedError, match="there is no topic 'nobodys'"):
            look(settings, "nobodys")


def test_a_broker_that_is_not_there() -> None:
    with pytest.raises(KafkaUnavailableError, match=r"127\.0\.0\.1:1: Connection refused"):
        look(KafkaSettings(servers=("127.0.0.1:1",)), "t")


def test_produce_keys_pages_and_counts(broker: Broker, topic: MakeTopic) -> None:
    name = topic(partitions=4, max_message_bytes=100_000)
    pages: list[RawPage | Reject] = [
        RawPage(Coordinates("f"), text="one", page_id="1"),
        RawPage(Coordinates("f"), html=b"<p>two", page_id="2", url="https://e.org/2", charset="latin-1"),
        RawPage(Coordinates("f"), text="one again", page_id="1"),
        RawPage(Coordinates("f"), text=secrets.token_hex(200_000), page_id="large"),
    ]  # fmt: skip
    pages.append(Reject(Coordinates("f"), "read", "empty", "", b"", "txt"))  # type: ignore[arg-type]
    done = produce(pages, TopicAddress((broker.server,), name), settings_of(broker))
    assert (done.sent, done.failed, done.rejected) == (3, 1, 1)
    assert dict(done.errors) == {"MessageSizeTooLarge": 1}
    read = {
        r.page_id: r for r in drain(source_of(broker, name), History()) if isinstance(r, RawPage)
    }
    assert read["2"].html == b"<p>two"
    assert (read["2"].url, read["2"].charset) == ("https://e.org/2", "latin-1")
    assert read["1"].text == "one again"


# --- security --------------------------------------------------------------------------------


@pytest.fixture
def secure(broker: Broker, tmp_path: Path) -> Callable[..., KafkaSettings]:
    def make(password: str = PASSWORD, **options: Any) -> KafkaSettings:
        file = tmp_path / "password"
        file.write_text(password, encoding="utf-8")
        given = {"servers": (broker.tls_server,), "ca_file": str(broker.ca_file), **options}
        return KafkaSettings(username=USER, password=Secret(path=str(file)), timeout=10, **given)

    return make


@pytest.mark.parametrize("mechanism", [None, "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_tls_and_scram_let_the_right_password_in(
    broker: Broker, topic: MakeTopic, secure: Callable[..., KafkaSettings], mechanism: str | None
) -> None:
    name = topic(partitions=1)
    settings = secure(sasl_mechanism=mechanism)
    address = TopicAddress((broker.tls_server,), name)
    assert produce([RawPage(Coordinates("f"), text="x")], address, settings).sent == 1
    source = KafkaSource(address, settings, slice_bytes=2**40)
    assert offsets(drain(source, History())) == [(0, 0)]


def test_a_wrong_password_is_refused(secure: Callable[..., KafkaSettings]) -> None:
    with pytest.raises(KafkaRefusedError, match="refused user 'reader'") as caught:
        look(secure(password="wr0ng-secret"), "t")
    assert "wr0ng-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_authority_that_we_do_not_know_is_refused(
    broker: Broker, secure: Callable[..., KafkaSettings]
) -> None:
    with pytest.raises(KafkaRefusedError, match=r"is not trusted .*--kafka-ca-file"):
        look(secure(ca_file=str(broker.other_ca_file)), "t")
    with pytest.raises(KafkaRefusedError, match="is not trusted"):
        look(secure(ca_file=None), "t")


def test_another_host_name_is_refused(broker: Broker, secure: Callable[..., KafkaSettings]) -> None:
    with pytest.raises(KafkaRefusedError, match="made for another host name"):
        look(secure(servers=(f"127.0.0.1:{broker.tls_port}",)), "t")


def test_plain_text_to_a_tls_listener_says_what_to_check(broker: Broker) -> None:
    with pytest.raises(KafkaUnavailableError, match=r"did not answer|security-protocol"):
        look(KafkaSettings(servers=(broker.tls_server,), timeout=3), "t")


def test_tls_to_a_plain_listener_says_what_to_check(broker: Broker) -> None:
    settings = KafkaSettings(servers=(broker.server,), ca_file=str(broker.ca_file), timeout=5)
    with pytest.raises(KafkaUnavailableError, match="--kafka-security-protocol"):
        look(settings, "t")
