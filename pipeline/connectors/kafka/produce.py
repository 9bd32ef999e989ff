"""Pages into a topic: keyed, described by headers where the body is raw, every delivery counted."""

import collections
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kafka import errors as kafka_errors

from pipeline.connectors.kafka.client import explained, new_producer
from pipeline.connectors.kafka.settings import KafkaSettings, TopicAddress
from schemas.records import RawPage, Reject
from schemas.wire import write_record

# So many records may be on their way at once: more would hold their bytes in memory.
_IN_FLIGHT = 2_000


@dataclass(frozen=True, slots=True)
class Message:
    """One record to send: a key for the partition, a body, headers."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Produced:
    """What became of the messages: ``sent`` are acknowledged by the brokers, ``failed`` are not;
    ``rejected`` inputs could not be read. ``errors`` counts failures by their name."""

    sent: int = 0
    failed: int = 0
    rejected: int = 0
    bytes: int = 0
    errors: collections.Counter[str] = field(default_factory=collections.Counter)


def message_of(page: RawPage) -> Message:
    """A page as a message: JSON where the body is text, else the raw bytes and headers.

    Bytes of unknown charset go as they are, so that whoever reads them sees what was there. The
    key is the page's id, else its address: versions of one page stay in order.
    """
    name = page.page_id or page.url
    key = name.encode() if name else None
    raw = page.html if isinstance(page.html, bytes) else page.text
    if not isinstance(raw, bytes):
        return Message(key, write_record(page))
    kind = "text/plain" if page.html is None else "text/html"
    headers = {
        "content-type": f"{kind}; charset={page.charset}" if page.charset else kind,
        "page_id": page.page_id,
        "url": page.url,
        "fetched_at": page.fetched_at and page.fetched_at.isoformat().replace("+00:00", "Z"),
        "publisher": page.publisher,
        "language": page.language,
    }
    return Message(
        key, raw, tuple((header, value.encode()) for header, value in headers.items() if value)
    )


def produce(
    pages: Iterable[RawPage | Reject],
    address: TopicAddress,
    settings: KafkaSettings,
    listener: Callable[[Produced], None] | None = None,
) -> Produced:
    """Sends every page, and returns when each was acknowledged or given up.

    The producer is idempotent: a retry of the client writes nothing twice. ``listener`` is
    called after each message with the counts so far.

    Raises:
        KafkaUnavailableError, KafkaRefusedError: the cluster does not answer or says no.
    """
    settings = settings.with_servers(address.servers)
    done = Produced()
    waiting: collections.deque[tuple[Any, int]] = collections.deque()
    producer = new_producer(settings)
    patience = settings.timeout * 2
    try:
        with explained(settings):
            for page in pages:
                if isinstance(page, Reject):
                    done.rejected += 1
                    continue
                message = message_of(page)
                while len(waiting) >= _IN_FLIGHT or (waiting and waiting[0][0].is_done):
                    _settle(*waiting.popleft(), done, patience)
                _send(producer, address.topic, message, waiting, done)
                if listener is not None:
                    listener(done)
            producer.flush(timeout=patience)
            while waiting:
                _settle(*waiting.popleft(), done, patience)
                if listener is not None:
                    listener(done)
    finally:
        producer.close(timeout=settings.timeout)
    return done


def _send(
    producer: Any, topic: str, message: Message, waiting: collections.deque[tuple[Any, int]], done: Produced
) -> None:  # fmt: skip
    size = len(message.value or b"")
    try:
        future = producer.send(topic, message.value, message.key, list(message.headers))
    except kafka_errors.MessageSizeTooLargeError as error:
        _failed(done, error)
    else:
        waiting.append((future, size))


def _settle(future: Any, size: int, done: Produced, patience: float) -> None:
    try:
        future.get(timeout=patience)
    except (kafka_errors.AuthorizationError, kafka_errors.SaslAuthenticationFailedError):
        raise
    except kafka_errors.KafkaError as error:
        _failed(done, error)
    else:
        done.sent += 1
        done.bytes += size


def _failed(done: Produced, error: kafka_errors.KafkaError) -> None:
    done.failed += 1
    done.errors[type(error).__name__.removesuffix("Error")] += 1
