"""Reading a topic beside kafka-python's bare poll loop: what ranges, records and Beam cost."""

import time
import uuid
from collections.abc import Callable
from contextlib import closing
from typing import Any

import apache_beam as beam
import orjson
from apache_beam.metrics.metric import Metrics, MetricsFilter
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from benchmarks.inputs import origin, samples
from benchmarks.tables import Row, Scale, Section
from pipeline.commitlog import History
from pipeline.connectors.kafka.drain import read_range
from pipeline.connectors.kafka.produce import produce
from pipeline.connectors.kafka.settings import KafkaSettings, TopicAddress
from pipeline.connectors.kafka.source import KafkaSource, RangeSplit
from tests.broker import Broker, missing_tools, running_broker

_BARE = "bare poll loop"
_DECODED = "bare poll loop that decodes the JSON"
_RECORDS = "drain through Beam, records as they are"
_PAGES = "drain through Beam, records into pages"
# Like beside like: who wants pages has to decode.
_BESIDE = {_BARE: _BARE, _DECODED: _BARE, _RECORDS: _BARE, _PAGES: _DECODED}
_PARTITIONS = 4
_ROUNDS = 3


def measure(scale: Scale) -> Section:
    if missing := missing_tools():
        return Section("Kafka", f"not measured: {missing}.", ())
    records = 500 if scale.quick else 20_000
    with running_broker() as broker:
        address = _fill(broker, records)
        ways: dict[str, Callable[[], int]] = {
            _BARE: lambda: _bare(broker, address.topic, records),
            _DECODED: lambda: _bare(broker, address.topic, records, orjson.loads),
            _RECORDS: lambda: _drain(address, as_pages=False),
            _PAGES: lambda: _drain(address, as_pages=True),
        }
        cpu = dict.fromkeys(ways, float("inf"))
        wall = dict.fromkeys(ways, float("inf"))
        for _ in range(1 if scale.quick else _ROUNDS):
            for name, way in ways.items():
                begun, begun_cpu = time.perf_counter(), time.process_time()
                read = way()
                wall[name] = min(wall[name], time.perf_counter() - begun)
                cpu[name] = min(cpu[name], time.process_time() - begun_cpu)
                if read != records:
                    raise RuntimeError(f"{name} read {read} of {records} records")
    rows = []
    for clock, taken in (("CPU", cpu), ("wall clock", wall)):
        for name in ways:
            beside = _BESIDE[name]
            target = ">= 0.6" if name in (_RECORDS, _PAGES) else None
            rate = records / taken[name]
            ratio = taken[beside] / taken[name]
            rows.append(Row(f"{name}, {clock}", rate, "records/s", ratio, beside, target))
    note = (
        f"{records:,} records of {origin()} as JSON, zstd, {_PARTITIONS} partitions, a broker on "
        "the same machine; one process. The bare loop polls with kafka-python's defaults and "
        "counts. A drain plans, cuts ranges, deals them out and reads each once; into pages means "
        "that it decodes the JSON, checks the fields and makes a page with its coordinates of each."
    )
    return Section("Kafka", note, tuple(rows))


def _fill(broker: Broker, records: int) -> TopicAddress:
    from kafka.admin import KafkaAdminClient

    address = TopicAddress((broker.server,), f"bench-{uuid.uuid4().hex[:8]}")
    with closing(KafkaAdminClient(bootstrap_servers=broker.server)) as admin:
        topic = {"num_partitions": _PARTITIONS, "replication_factor": 1}
        admin.create_topics({address.topic: topic}, wait_for_metadata=True)
    pages = samples(500)
    produce((pages[i % len(pages)].as_text() for i in range(records)), address, KafkaSettings())
    return address


def _bare(
    broker: Broker, topic: str, records: int, decode: Callable[[bytes], Any] | None = None
) -> int:
    from kafka import KafkaConsumer, TopicPartition

    read = 0
    with closing(KafkaConsumer(bootstrap_servers=broker.server, enable_auto_commit=False)) as consumer:  # fmt: skip
        consumer.assign([TopicPartition(topic, number) for number in range(_PARTITIONS)])
        consumer.seek_to_beginning()
        while read < records:
            for polled in consumer.poll(1000).values():
                read += len(polled)
                if decode is not None:
                    for record in polled:
                        decode(record.value)
    return read


def _drain(address: TopicAddress, *, as_pages: bool) -> int:
    source = KafkaSource(address, KafkaSettings(), slice_bytes=2**40)
    splits = [split for piece in source.slices(History()) for split in piece.splits]
    pipeline = beam.Pipeline(runner=FnApiRunner())
    _ = (
        pipeline
        | beam.Create(splits, reshuffle=False)
        | beam.Reshuffle()
        | "Read" >> beam.FlatMap(_pages if as_pages else _records).with_output_types(Any)
        | beam.ParDo(_Count())
    )
    result = pipeline.run()
    result.wait_until_finish()
    (counter,) = result.metrics().query(MetricsFilter().with_name("records"))["counters"]
    return int(counter.committed)


def _pages(split: RangeSplit) -> Any:
    return split.read(lambda size: None)


def _records(split: RangeSplit) -> Any:
    return read_range(split.settings, split.topic, split.partition, split.span)


class _Count(beam.DoFn):
    def start_bundle(self) -> None:
        self._records = 0

    def process(self, page: Any) -> None:
        self._records += 1

    def finish_bundle(self) -> None:
        Metrics.counter("bench", "records").inc(self._records)
