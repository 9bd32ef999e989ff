"""How to reach a Kafka cluster, and how to read from it: one frozen value, no secret inside.

Options come from three places; the first that names one wins: the command line
(``--kafka-…``), the environment (``COPYDESK_KAFKA_…``), a properties file in the form that Kafka's
own tools and librdkafka read (``--kafka-properties``). A secret is never kept: the settings hold
only where it is to be read (a variable, a file, a key of the properties file), and each process
reads it when it connects. So it reaches no command line, no log, no traceback and no job graph.
"""

import argparse
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pipeline.errors import CopydeskError, UsageError
from schemas.wire import read_time

ENVIRONMENT_PREFIX = "COPYDESK_KAFKA_"
_DEFAULT_PORT = 9092
# What Kafka itself allows as the name of a topic (org.apache.kafka.common.internals.Topic).
_TOPIC = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}")


class SecurityProtocol(StrEnum):
    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class OnOffsetGap(StrEnum):
    """What to do when the next offset to read is not in the topic any more."""

    FAIL = "fail"  # stop, and say what is missing
    SKIP = "skip"  # give up what is missing and go on with what comes next
    EARLIEST = "earliest"  # begin again with the oldest record that there is


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is: an environment variable, a file, or a key of a properties file.

    The value is read by ``reveal`` alone and kept nowhere, so ``repr``, pickles and job graphs
    hold the place only.
    """

    variable: str | None = None
    path: str | None = None
    key: str | None = None

    def reveal(self) -> str:
        """The secret itself.

        Raises:
            CopydeskError: it is not there in this process; the message names the place.
        """
        if self.variable is not None:
            value = os.environ.get(self.variable)
            if value is None:
                raise CopydeskError(
                    f"the environment variable {self.variable} is not set in this process; "
                    "set it for every worker"
                )
            return value
        if self.path is None:
            raise ValueError("a secret needs a variable or a path")
        if self.key is not None:
            return read_properties(self.path)[self.key]
        return _read_text(self.path).rstrip("\r\n")


class _Unshown(str):
    """A string that tracebacks with local variables, and whoever prints a dict, show as stars."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Everything about the cluster. ``start`` and ``on_offset_gap`` are about reading alone.

    ``servers`` are ``host:port``. ``start`` is ``earliest``, ``latest``, an ISO 8601 time, or
    ``PARTITION:OFFSET,…``; it counts only for partitions that the dataset has not read yet.
    ``group`` is the consumer group that is told what has been read, for monitoring.
    """

    servers: tuple[str, ...] = ()
    security_protocol: SecurityProtocol | None = None
    sasl_mechanism: str | None = None
    username: str | None = None
    password: Secret | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    key_password: Secret | None = None
    check_hostname: bool = True
    isolation: str = "read_committed"
    group: str | None = None
    start: str = "earliest"
    on_offset_gap: OnOffsetGap = OnOffsetGap.FAIL
    timeout: float = field(default=60.0)

    def __post_init__(self) -> None:
        StartAt.parse(self.start)
        if self.timeout <= 0:
            raise UsageError("--kafka-timeout must be above 0 seconds")
        if self.isolation not in _ISOLATIONS:
            raise UsageError(
                f"--kafka-isolation {self.isolation!r} must be read_committed or read_uncommitted"
            )
        if self.sasl_mechanism is not None and self.sasl_mechanism not in _MECHANISMS:
            raise UsageError(
                f"--kafka-sasl-mechanism {self.sasl_mechanism!r} must be one of "
                f"{', '.join(_MECHANISMS)}"
            )
        if self.protocol.startswith("SASL") and not (self.username and self.password):
            raise UsageError(
                f"{self.protocol} needs --kafka-username and a password from "
                f"--kafka-password-file, {ENVIRONMENT_PREFIX}PASSWORD or a properties file"
            )
        if self.cert_file and not self.key_file:
            raise UsageError("--kafka-cert-file needs --kafka-key-file beside it")

    @property
    def protocol(self) -> SecurityProtocol:
        """The security protocol; where none is named, the safest that the other settings allow."""
        if self.security_protocol is not None:
            return self.security_protocol
        if self.username is not None:
            return SecurityProtocol.SASL_SSL
        if self.ca_file is not None or self.cert_file is not None:
            return SecurityProtocol.SSL
        return SecurityProtocol.PLAINTEXT

    def with_servers(self, servers: tuple[str, ...]) -> Self:
        return replace(self, servers=servers)

    def client_options(self) -> dict[str, Any]:
        """The settings as kafka-python's keyword arguments, secrets revealed. Keep it unprinted."""
        options: dict[str, Any] = {
            "bootstrap_servers": list(self.servers),
            "security_protocol": self.protocol.value,
        }
        if self.protocol.startswith("SASL"):
            options["sasl_mechanism"] = self.sasl_mechanism or "SCRAM-SHA-512"
            options["sasl_plain_username"] = self.username
            options["sasl_plain_password"] = self.password and _Unshown(self.password.reveal())
        if self.protocol.endswith("SSL"):
            options["ssl_check_hostname"] = self.check_hostname
            options["ssl_cafile"] = self.ca_file
            options["ssl_certfile"] = self.cert_file
            options["ssl_keyfile"] = self.key_file
            options["ssl_password"] = self.key_password and _Unshown(self.key_password.reveal())
        return options

    @classmethod
    def from_arguments(
        cls,
        arguments: argparse.Namespace | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Command line over environment over properties file.

        Raises:
            UsageError: a value that cannot be, or a property that copydesk does not know.
        """
        environment = os.environ if environment is None else environment
        given = vars(arguments) if arguments is not None else {}
        chosen: dict[str, Any] = {}
        file = given.get("kafka_properties") or environment.get(f"{ENVIRONMENT_PREFIX}PROPERTIES")
        if file:
            chosen.update(_from_properties(file))
        for name in _PLAIN:
            value = environment.get(f"{ENVIRONMENT_PREFIX}{name.upper()}")
            if given.get(f"kafka_{name}") is not None:
                value = given[f"kafka_{name}"]
            if value is not None:
                chosen[name] = _typed(name, value)
        for name in _SECRET:
            variable = f"{ENVIRONMENT_PREFIX}{name.upper()}"
            path = given.get(f"kafka_{name}_file") or environment.get(f"{variable}_FILE")
            if path:
                chosen[name] = Secret(path=str(path))
            elif variable in environment:
                chosen[name] = Secret(variable=variable)
        if given.get("on_offset_gap") is not None:
            chosen["on_offset_gap"] = OnOffsetGap(given["on_offset_gap"])
        return cls(**chosen)


_ISOLATIONS = ("read_committed", "read_uncommitted")
_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_SECRET = ("password", "key_password")
_PLAIN = tuple(
    f.name for f in fields(KafkaSettings) if f.name not in (*_SECRET, "servers", "on_offset_gap")
)


@dataclass(frozen=True, slots=True)
class StartAt:
    """Where a partition that was never read begins: an end of it, a time, or given offsets."""

    latest: bool = False
    time: datetime | None = None
    offsets: Mapping[int, int] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """``earliest``, ``latest``, an ISO 8601 time, or ``PARTITION:OFFSET,PARTITION:OFFSET``.

        Raises:
            UsageError: it is none of them.
        """
        if text in ("earliest", "latest"):
            return cls(latest=text == "latest")
        if re.fullmatch(r"\d+:\d+(,\d+:\d+)*", text):
            pairs = [pair.split(":") for pair in text.split(",")]
            return cls(offsets={int(partition): int(offset) for partition, offset in pairs})
        try:
            return cls(time=read_time(text))
        except ValueError as error:
            raise UsageError(
                f"--kafka-start {text!r} must be earliest, latest, an ISO 8601 time such as "
                "2025-04-06T12:00:00Z, or offsets such as 0:4711,1:12"
            ) from error


@dataclass(frozen=True, slots=True)
class TopicAddress:
    """``kafka://host:port[,host:port…]/topic``."""

    servers: tuple[str, ...]
    topic: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """
        Raises:
            UsageError: no such address, or one with a password in it.
        """
        parts = urlsplit(url)
        form = "kafka://host:port[,host:port]/topic"
        if "@" in parts.netloc:
            # The address is not repeated: it holds what must not be shown.
            raise UsageError(
                f"a Kafka address must not hold a user or password; write {form} and give them by "
                f"--kafka-username and --kafka-password-file or {ENVIRONMENT_PREFIX}PASSWORD"
            )
        topic = parts.path.strip("/")
        servers = tuple(_with_port(server) for server in parts.netloc.split(",") if server)
        if parts.scheme != "kafka" or not servers or parts.query or parts.fragment:
            raise UsageError(f"{url!r} is no Kafka address; write {form}")
        if not _TOPIC.fullmatch(topic):
            raise UsageError(f"{url!r}: {topic!r} is no name of a Kafka topic; write {form}")
        return cls(servers, topic)

    def __str__(self) -> str:
        return f"kafka://{','.join(self.servers)}/{self.topic}"


def add_arguments(parser: argparse.ArgumentParser, *, reading: bool = True) -> None:
    """Declare the ``--kafka-…`` options as a group of ``parser``; ``reading`` adds those of ingest."""
    group = parser.add_argument_group(
        "Kafka",
        f"each also as {ENVIRONMENT_PREFIX}<NAME> in the environment; secrets only there, or in "
        "a file",
    )
    add = group.add_argument
    add(
        "--kafka-properties",
        metavar="FILE",
        help="client properties, as Kafka's tools and librdkafka name them",
    )
    add(
        "--kafka-security-protocol",
        metavar="NAME",
        help="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; SASL_SSL where a user name is given",
    )
    add(
        "--kafka-sasl-mechanism",
        metavar="NAME",
        help="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 (default)",
    )
    add("--kafka-username", metavar="NAME", help="user for SASL")
    add(
        "--kafka-password-file",
        metavar="FILE",
        help="file that holds the password and nothing else",
    )
    add(
        "--kafka-ca-file",
        metavar="FILE",
        help="PEM file of the authorities to trust; default: the system's",
    )
    add("--kafka-cert-file", metavar="FILE", help="PEM file of the client's own certificate")
    add("--kafka-key-file", metavar="FILE", help="PEM file of the client's private key")
    add(
        "--kafka-key-password-file",
        metavar="FILE",
        help="file that holds the private key's password",
    )
    add(
        "--kafka-timeout",
        metavar="SECONDS",
        type=float,
        help="how long a silent broker is waited for (default 60)",
    )
    if reading:
        add(
            "--kafka-start",
            metavar="WHERE",
            help="for partitions not read before: earliest (default), latest, an ISO time, or offsets 0:4711,1:12",
        )
        add(
            "--kafka-isolation",
            metavar="LEVEL",
            help="read_committed (default) or read_uncommitted",
        )
        add(
            "--kafka-group",
            metavar="NAME",
            help="consumer group that is told what was read, for monitoring only",
        )
        add("--on-offset-gap", choices=[policy.value for policy in OnOffsetGap], help="when offsets that were to be read next are gone: fail (default), skip them, or start again at the earliest")  # fmt: skip


def read_properties(path: str) -> dict[str, str]:
    """A file of ``key=value`` or ``key: value`` lines; ``#`` and ``!`` begin comments.

    Raises:
        CopydeskError: the file cannot be read.
    """
    properties: dict[str, str] = {}
    for line in re.sub(r"\\\r?\n[ \t]*", "", _read_text(path)).splitlines():
        line = line.strip()
        if line and line[0] not in "#!":
            key, _, value = re.sub(r"\s*[=:]\s*", "=", line, count=1).partition("=")
            properties[key] = value
    jaas = properties.get("sasl.jaas.config", "")
    # Java keeps user and password in one property; they get librdkafka's names beside it.
    for name in ("username", "password"):
        if found := re.search(rf'\b{name}\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(\S+?)\s*(?:;|$))', jaas):
            value = found[1] if found[1] is not None else found[2]
            properties.setdefault(f"sasl.{name}", re.sub(r"\\(.)", r"\1", value))
    return properties


def _from_properties(path: str) -> dict[str, Any]:
    properties = read_properties(path)
    chosen: dict[str, Any] = {}
    for key, value in properties.items():
        name = _PROPERTIES.get(key)
        if name is None:
            raise UsageError(
                f"{path}: copydesk does not know the property {key!r}; it knows "
                f"{', '.join(sorted(_PROPERTIES))}"
            )
        if name in _SECRET:
            chosen[name] = Secret(path=path, key=key)
        elif name == "check_hostname":
            chosen[name] = value.strip().lower() == "https"
        elif name == "servers":
            chosen[name] = tuple(_with_port(server.strip()) for server in value.split(","))
        elif name != "-":
            chosen[name] = _typed(name, value)
    _refuse_java_stores(path, properties)
    return chosen


# Names of Kafka's Java tools and of librdkafka, to ours; "-" is understood elsewhere.
_PROPERTIES = {
    "bootstrap.servers": "servers",
    "metadata.broker.list": "servers",
    "security.protocol": "security_protocol",
    "sasl.mechanism": "sasl_mechanism",
    "sasl.mechanisms": "sasl_mechanism",
    "sasl.username": "username",
    "sasl.password": "password",
    "sasl.jaas.config": "-",
    "ssl.ca.location": "ca_file",
    "ssl.truststore.location": "ca_file",
    "ssl.truststore.type": "-",
    "ssl.certificate.location": "cert_file",
    "ssl.keystore.location": "cert_file",
    "ssl.keystore.type": "-",
    "ssl.key.location": "key_file",
    "ssl.key.password": "key_password",
    "ssl.endpoint.identification.algorithm": "check_hostname",
    "isolation.level": "isolation",
    "group.id": "group",
}


def _refuse_java_stores(path: str, properties: Mapping[str, str]) -> None:
    for store in ("truststore", "keystore"):
        if f"ssl.{store}.location" in properties:
            kind = properties.get(f"ssl.{store}.type", "JKS")
            if kind.upper() != "PEM":
                raise UsageError(
                    f"{path}: ssl.{store}.type is {kind}; Python reads PEM only. Export it with "
                    "keytool -exportcert -rfc and name the PEM file"
                )


def _typed(name: str, value: Any) -> Any:
    if name == "security_protocol":
        try:
            return SecurityProtocol(str(value).upper())
        except ValueError as error:
            raise UsageError(
                f"the Kafka security protocol {value!r} must be one of "
                f"{', '.join(SecurityProtocol)}"
            ) from error
    if name == "timeout":
        try:
            return float(value)
        except ValueError as error:
            raise UsageError(f"the Kafka timeout {value!r} must be a number of seconds") from error
    if name == "check_hostname":
        return str(value).strip().lower() not in ("", "0", "false", "no", "none")
    if name == "sasl_mechanism":
        return str(value).upper()
    return str(value)


def _with_port(server: str) -> str:
    # An IPv6 address without a port ends in its bracket.
    return server if re.search(r":\d+$", server) else f"{server}:{_DEFAULT_PORT}"


def _read_text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise CopydeskError(f"cannot read {path}: {reason}") from None
