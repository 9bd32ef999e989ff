"""kafka-python's consumers, producers and admin clients, made from settings; its errors, in words."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import Any

import kafka
from kafka import errors

from pipeline.connectors.kafka import batches
from pipeline.connectors.kafka.probe import KafkaRefusedError, KafkaUnavailableError, knock
from pipeline.connectors.kafka.settings import KafkaSettings
from pipeline.errors import CopydeskError
from schemas.wire import MAX_RECORD_BYTES

# One fetch of one partition. A broker gives at least one whole batch, however large; this is what
# it gives beyond that, and so the memory of one reader.
FETCH_BYTES = 8 * 1024 * 1024
# The largest answer that is taken at all: a batch of the largest record that brokers are set to
# let in (a record beyond MAX_RECORD_BYTES becomes a reject, so it must come through first).
RECEIVE_BYTES = 128 * 1024 * 1024
POLL_RECORDS = 1000

batches.install()
# kafka-python writes a line for every attempt to connect. What matters of it is said here, once.
logging.getLogger("kafka").addHandler(logging.NullHandler())
logging.getLogger("kafka").propagate = False


def new_consumer(settings: KafkaSettings, **options: Any) -> kafka.KafkaConsumer:
    """A consumer that commits nothing by itself and never jumps to another offset.

    Raises:
        KafkaUnavailableError: no broker answers.
        KafkaRefusedError: a broker answers and refuses.
    """
    defaults: dict[str, Any] = {
        "enable_auto_commit": False,
        # Anything but earliest and latest: an offset out of range is an error to be seen.
        "auto_offset_reset": "none",
        # A mistyped topic must not come into being by being looked at.
        "allow_auto_create_topics": False,
        "isolation_level": settings.isolation,
        "max_partition_fetch_bytes": FETCH_BYTES,
        "fetch_max_bytes": FETCH_BYTES,
        "receive_message_max_bytes": RECEIVE_BYTES,
        "max_poll_records": POLL_RECORDS,
        # A drain asks for what is known to be there. The client asks for the next fetch ahead of
        # need; at the end of a partition the broker would hold that one back, and with it every
        # later request on the same connection.
        "fetch_max_wait_ms": 20,
        # Sessions leave partitions without news out of an answer; one that is read to its end
        # could then not be told from a broker that has not answered yet.
        "enable_incremental_fetch_sessions": False,
        "metrics_enabled": False,
    }
    return _open(kafka.KafkaConsumer, settings, **{**defaults, **options})


def new_producer(settings: KafkaSettings, **options: Any) -> kafka.KafkaProducer:
    """An idempotent producer that waits for all replicas. Raises as ``new_consumer`` does."""
    defaults: dict[str, Any] = {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "zstd",
        "linger_ms": 20,
        "batch_size": 256 * 1024,
        "max_request_size": 2 * MAX_RECORD_BYTES,
        "metrics_enabled": False,
    }
    return _open(kafka.KafkaProducer, settings, **{**defaults, **options})


def new_admin(settings: KafkaSettings) -> kafka.KafkaAdminClient:
    """An admin client. Raises as ``new_consumer`` does."""
    return _open(kafka.KafkaAdminClient, settings)


def _open(make: Any, settings: KafkaSettings, **options: Any) -> Any:
    knock(settings)
    with explained(settings):
        return make(
            **settings.client_options(),
            client_id="copydesk",
            bootstrap_timeout_ms=int(settings.timeout * 1000),
            **options,
        )


@contextlib.contextmanager
def explained(settings: KafkaSettings) -> Iterator[None]:
    """Turns the client's errors into ours: one sentence, without the secrets of its settings."""
    servers = ", ".join(settings.servers)
    try:
        yield
    except (errors.SaslAuthenticationFailedError, errors.UnsupportedSaslMechanismError) as error:
        raise KafkaRefusedError(
            f"{servers} refused user {settings.username!r} by "
            f"{settings.client_options()['sasl_mechanism']}: check the name, the password and "
            f"--kafka-sasl-mechanism ({_name(error)})"
        ) from None
    except errors.AuthorizationError as error:
        raise KafkaRefusedError(
            f"{servers} does not allow this to user {settings.username!r}: {_name(error)}; "
            "reading needs the rights Read and Describe on the topic, and Read on the group"
        ) from None
    except (errors.RetriableError, errors.KafkaConnectionError, OSError) as error:
        raise KafkaUnavailableError(
            f"{servers} did not answer within {settings.timeout:g} s ({_name(error)}); "
            "is the broker up, and are its advertised listeners reachable from here?"
        ) from None
    except ValueError as error:
        # kafka-python says so of options that it cannot use; its message names no secret.
        raise CopydeskError(f"the Kafka client refused its settings: {error}") from None


def _name(error: BaseException) -> str:
    return type(error).__name__.removesuffix("Error")


class ConsumerPool:
    """Consumers of this process that nobody reads with now, ready for the next range.

    A consumer is not safe for two threads at once, and costs some requests to open.
    """

    _KEPT = 4

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[KafkaSettings, kafka.KafkaConsumer]] = []

    @contextlib.contextmanager
    def borrow(self, settings: KafkaSettings) -> Iterator[kafka.KafkaConsumer]:
        """A consumer for this block alone. One that was left by an error is closed."""
        consumer = self._take(settings) or new_consumer(settings)
        try:
            yield consumer
        except BaseException:
            consumer.close(autocommit=False)
            raise
        self._put(settings, consumer)

    def _take(self, settings: KafkaSettings) -> kafka.KafkaConsumer | None:
        with self._lock:
            for index, (made_from, consumer) in enumerate(self._idle):
                if made_from == settings:
                    del self._idle[index]
                    return consumer
        return None

    def _put(self, settings: KafkaSettings, consumer: kafka.KafkaConsumer) -> None:
        consumer.unsubscribe()
        with self._lock:
            self._idle.append((settings, consumer))
            surplus = self._idle[: -self._KEPT]
            del self._idle[: -self._KEPT]
        for _, old in surplus:
            old.close(autocommit=False)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for _, consumer in idle:
            consumer.close(autocommit=False)


POOL = ConsumerPool()
