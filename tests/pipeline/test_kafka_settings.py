"""Settings: where each option comes from, and that no secret is ever shown."""

import argparse
import pickle
import traceback
from pathlib import Path

import pytest

from pipeline.connectors.kafka.settings import (
    KafkaSettings,
    OnOffsetGap,
    Secret,
    SecurityProtocol,
    StartAt,
    TopicAddress,
    add_arguments,
    read_properties,
)
from pipeline.errors import CopydeskError, UsageError

SECRET = "hu nter\"2'\\é"


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(SECRET + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("url", "servers", "topic"),
    [
        ("kafka://localhost:9092/pages", ("localhost:9092",), "pages"),
        ("kafka://a/pages", ("a:9092",), "pages"),
        ("kafka://a:1,b:2/news.raw-1_x", ("a:1", "b:2"), "news.raw-1_x"),
        ("kafka://[::1]:9092/pages", ("[::1]:9092",), "pages"),
    ],
)
def test_addresses(url: str, servers: tuple[str, ...], topic: str) -> None:
    address = TopicAddress.parse(url)
    assert (address.servers, address.topic) == (servers, topic)
    assert TopicAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "url",
    [
        "kafka://localhost:9092", "kafka://localhost:9092/", "kafka:///pages", "kafka://a/b/c",
        "kafka://a/..", "kafka://a/with space", "kafka://a/" + "x" * 250, "kafka://a/t?group=g",
        "http://a/t",
    ],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError, match="kafka://host:port"):
        TopicAddress.parse(url)


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        TopicAddress.parse(f"kafka://me:{SECRET}@host:9092/pages")
    assert SECRET not in str(caught.value)
    assert "--kafka-password-file" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("earliest", StartAt()),
        ("latest", StartAt(latest=True)),
        ("0:4711,3:12", StartAt(offsets={0: 4711, 3: 12})),
    ],
)
def test_starts(text: str, start: StartAt) -> None:
    assert StartAt.parse(text) == start


def test_a_start_in_time_is_utc() -> None:
    time = StartAt.parse("2025-04-06T12:00:00+02:00").time
    assert time is not None
    assert time.isoformat() == "2025-04-06T10:00:00+00:00"


@pytest.mark.parametrize("text", ["", "soon", "0:", "0:x", "0:1,", "-1:5", "2025-13-01"])
def test_starts_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="--kafka-start"):
        KafkaSettings(start=text)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text(
        "group.id=of-file\nsasl.username=of-file\nsecurity.protocol=PLAINTEXT\nisolation.level=read_uncommitted\n"
    )
    environment = {
        "COPYDESK_KAFKA_PROPERTIES": str(file),
        "COPYDESK_KAFKA_GROUP": "of-environment",
        "COPYDESK_KAFKA_USERNAME": "of-environment",
    }
    settings = KafkaSettings.from_arguments(parsed("--kafka-group", "of-line"), environment)
    assert settings.group == "of-line"
    assert settings.username == "of-environment"
    assert settings.isolation == "read_uncommitted"
    assert settings.security_protocol is SecurityProtocol.PLAINTEXT


@pytest.mark.parametrize(
    ("content", "user"),
    [
        ("sasl.username=me\nsasl.password=" + SECRET.replace("\\", "\\"), "me"),
        (
            "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n"
            '   username="me" password="' + SECRET.replace("\\", "\\\\").replace('"', '\\"') + '";',
            "me",
        ),
    ],
)
def test_properties_of_librdkafka_and_of_java(tmp_path: Path, content: str, user: str) -> None:
    file = tmp_path / "client.properties"
    file.write_text(
        f"# ours\nsecurity.protocol = SASL_SSL\nsasl.mechanism: SCRAM-SHA-256\n{content}\n",
        encoding="utf-8",
    )
    settings = KafkaSettings.from_arguments(parsed("--kafka-properties", str(file)), {})
    options = settings.client_options()
    assert options["security_protocol"] == "SASL_SSL"
    assert options["sasl_mechanism"] == "SCRAM-SHA-256"
    assert options["sasl_plain_username"] == user
    assert options["sasl_plain_password"] == SECRET
    assert options["ssl_check_hostname"] is True


def test_the_host_name_is_checked_unless_the_file_says_no(tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text("security.protocol=SSL\nssl.endpoint.identification.algorithm=\n")
    settings = KafkaSettings.from_arguments(parsed("--kafka-properties", str(file)), {})
    assert settings.client_options()["ssl_check_hostname"] is False
    assert KafkaSettings(ca_file="ca.pem").client_options()["ssl_check_hostname"] is True


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("max.poll.interval.ms=1", "does not know the property 'max.poll.interval.ms'"),
        ("ssl.truststore.location=/x/trust.jks", "PEM"),
        ("security.protocol=TLS", "must be one of"),
    ],
)
def test_properties_that_cannot_be_used(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "client.properties"
    file.write_text(line + "\n")
    with pytest.raises(UsageError, match=words):
        KafkaSettings.from_arguments(parsed("--kafka-properties", str(file)), {})


@pytest.mark.parametrize(
    ("settings", "protocol"),
    [
        (KafkaSettings(), "PLAINTEXT"),
        (KafkaSettings(ca_file="ca.pem"), "SSL"),
        (KafkaSettings(username="me", password=Secret(variable="X")), "SASL_SSL"),
    ],
)
def test_the_protocol_that_is_not_named_is_the_safest(
    settings: KafkaSettings, protocol: str
) -> None:
    assert settings.protocol == protocol


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"security_protocol": SecurityProtocol.SASL_SSL}, "needs --kafka-username"),
        ({"username": "me"}, "a password from"),
        ({"sasl_mechanism": "GSSAPI"}, "must be one of PLAIN"),
        ({"isolation": "dirty"}, "read_committed or read_uncommitted"),
        ({"cert_file": "x"}, "--kafka-key-file"),
        ({"timeout": 0}, "above 0"),
    ],
)
def test_settings_that_can_never_work(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        KafkaSettings(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["argument", "environment", "environment_file", "properties"])
def test_a_secret_is_shown_nowhere(
    place: str, password: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--kafka-username", "me"]
    environment = {}
    if place == "argument":
        arguments += ["--kafka-password-file", str(password)]
    elif place == "environment":
        monkeypatch.setenv("COPYDESK_KAFKA_PASSWORD", SECRET)
        environment["COPYDESK_KAFKA_PASSWORD"] = SECRET
    elif place == "environment_file":
        environment["COPYDESK_KAFKA_PASSWORD_FILE"] = str(password)
    else:
        file = tmp_path / "client.properties"
        file.write_text(f"sasl.password={SECRET}\n", encoding="utf-8")
        arguments += ["--kafka-properties", str(file)]
    settings = KafkaSettings.from_arguments(parsed(*arguments), environment)
    options = settings.client_options()
    assert options["sasl_plain_password"] == SECRET
    assert settings.password is not None
    shown = [repr(settings), str(settings), repr(settings.password), repr(options), f"{options}"]
    # What is sent to workers is a pickle, and stands in the job graph of every engine.
    shown.append(pickle.dumps(settings).decode("latin-1"))
    with pytest.raises(ZeroDivisionError) as caught:
        len(options) / 0
    traced = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    shown.append("".join(traced.format()))
    for text in shown:
        assert SECRET not in text
        assert SECRET.encode("unicode_escape").decode() not in text
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_a_secret_that_is_not_there_is_named_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(CopydeskError, match="NO_SUCH_VARIABLE"):
        Secret(variable="NO_SUCH_VARIABLE").reveal()
    with pytest.raises(CopydeskError, match=r"cannot read .*missing"):
        Secret(path=str(tmp_path / "missing")).reveal()


def test_a_gap_policy_is_read() -> None:
    settings = KafkaSettings.from_arguments(parsed("--on-offset-gap", "skip"), {})
    assert settings.on_offset_gap is OnOffsetGap.SKIP


def test_properties_with_continued_lines_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "p"
    file.write_text("! no\n\n a.b = c=d \nlong=one,\\\n   two\n")
    assert read_properties(str(file)) == {"a.b": "c=d", "long": "one,two"}
