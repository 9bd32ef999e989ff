"""A real Kafka broker of its own, for tests and for people (``make broker``).

Kafka 4 in KRaft mode as one Java process, from the jars that Maven brings (``kafka_broker/pom.xml``;
some seconds once, then they stay in ``build/tools/kafka``). It listens on free loopback ports: one
in the clear, one with TLS and SCRAM, whose authority and certificates are made for each start.
"""

import contextlib
import datetime
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_JARS = _HERE.parent / "build" / "tools" / "kafka"
_POM = _HERE / "kafka_broker" / "pom.xml"
_START_SECONDS = 60
USER = "reader"
# A password for a broker that lives on loopback for the time of a test.
PASSWORD = "pa ss\"wo\\rd'é"
_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def missing_tools() -> str | None:
    """What is not here to start a broker; None if all is."""
    tools = ["java"] if any(_JARS.glob("kafka_2.13-*.jar")) else ["java", "mvn"]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return f"{' and '.join(missing)} not found" if missing else None


def fetch_jars() -> Path:
    """The folder with the broker's jars; brings them on first use."""
    if not any(_JARS.glob("kafka_2.13-*.jar")):
        _JARS.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_JARS.parent) as folder:
            subprocess.run(
                [
                    "mvn", "--quiet", "--batch-mode", "--file", str(_POM),
                    "dependency:copy-dependencies", "-DincludeScope=runtime",
                    f"-DoutputDirectory={folder}/jars",
                ],
                check=True, timeout=600,
            )  # fmt: skip
            # Whole or not at all: two test runs may fetch at once.
            with contextlib.suppress(OSError):
                Path(folder, "jars").rename(_JARS)
    return _JARS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Broker:
    """One broker. ``stop`` and ``start`` keep its ports and data; ``kill`` is a power cut."""

    folder: Path
    # As a person's broker does; the tests' broker must not bring back a topic that was deleted.
    creates_topics: bool = False
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    controller_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def tls_server(self) -> str:
        """The listener with TLS and SCRAM; its certificate is for ``localhost`` alone."""
        return f"localhost:{self.tls_port}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "tls" / "ca.pem"

    @property
    def other_ca_file(self) -> Path:
        """An authority that signed nothing here."""
        return self.folder / "tls" / "other-ca.pem"

    def prepare(self) -> None:
        """Writes certificates and configuration and formats the storage."""
        (self.folder / "tls").mkdir(parents=True)
        _write_certificates(self.folder / "tls")
        (self.folder / "server.properties").write_text(self._properties(), encoding="utf-8")
        self._java(
            "kafka.tools.StorageTool", "format", "--cluster-id", uuid.uuid4().hex[:22],
            "--config", str(self.folder / "server.properties"),
        )  # fmt: skip

    def start(self) -> None:
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                _java_command("kafka.Kafka", str(self.folder / "server.properties")),
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                log_text = (self.folder / "broker.log").read_text(errors="replace")
                raise RuntimeError(f"the broker did not start:\n{log_text[-4000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        from kafka import KafkaConsumer
        from kafka.errors import KafkaError

        try:
            with socket.create_connection(("127.0.0.1", self.port), 0.2):
                pass
            with socket.create_connection(("127.0.0.1", self.tls_port), 0.2):
                pass
            consumer = KafkaConsumer(bootstrap_servers=self.server, bootstrap_timeout_ms=2000)
            try:
                consumer.topics()
            finally:
                consumer.close()
        except (OSError, KafkaError):
            return False
        return True

    def add_user(self, name: str = USER, password: str = PASSWORD) -> None:
        """Makes ``name`` known to the SCRAM listener."""
        from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion

        admin = KafkaAdminClient(bootstrap_servers=self.server)
        try:
            # The broker takes one change of a user in one request.
            for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
                credential = UserScramCredentialUpsertion(name, mechanism, password)
                errors = admin.alter_user_scram_credentials([credential])
                if any(errors.values()):
                    raise RuntimeError(f"the broker did not take the user: {errors}")
        finally:
            admin.close()

    def _java(self, *command: str) -> None:
        done = subprocess.run(
            _java_command(*command),
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def _properties(self) -> str:
        tls = self.folder / "tls"
        settings = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self.controller_port}",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},"
            f"SASL_SSL://127.0.0.1:{self.tls_port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port},"
            f"SASL_SSL://localhost:{self.tls_port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,"
            "CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512",
            **{
                f"listener.name.sasl_ssl.scram-sha-{bits}.sasl.jaas.config": "org.apache.kafka."
                "common.security.scram.ScramLoginModule required;"
                for bits in (256, 512)
            },
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": tls / "broker.pem",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": tls / "ca.pem",
            "log.dirs": self.folder / "data",
            "num.partitions": 4,
            "auto.create.topics.enable": str(self.creates_topics).lower(),
            "message.max.bytes": 64 * 1024 * 1024,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.num.partitions": 1,
            "transaction.state.log.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            # The cleaners look often, so that tests of compaction and retention need not wait.
            "log.cleaner.backoff.ms": 200,
            "log.retention.check.interval.ms": 500,
            "log.segment.delete.delay.ms": 100,
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())


def _java_command(*command: str) -> list[str]:
    return [
        "java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-cp", f"{fetch_jars()}/*", *command,
    ]  # fmt: skip


def _write_certificates(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.datetime.now(datetime.UTC)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def certificate(
        subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, authority: bool
    ) -> bytes:  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
            )
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, stranger, broker = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    ca = certificate("test authority", authority, "test authority", authority, authority=True)
    other = certificate("another one", stranger, "another one", stranger, authority=True)
    own = certificate("localhost", broker, "test authority", authority, authority=False)
    key = broker.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(ca)
    (folder / "other-ca.pem").write_bytes(other)
    (folder / "broker.pem").write_bytes(key + own + ca)


@contextlib.contextmanager
def running_broker(*, creates_topics: bool = False) -> Iterator[Broker]:
    """A broker with a user for SCRAM, ended and wiped behind the block."""
    folder = Path(tempfile.mkdtemp(prefix="copydesk-broker-"))
    broker = Broker(folder / "kafka", creates_topics)
    try:
        broker.prepare()
        broker.start()
        broker.add_user()
        yield broker
    finally:
        broker.kill()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Runs a broker until Ctrl-C and says how to use it."""
    if missing := missing_tools():
        sys.exit(f"a broker needs Java 17 and Maven: {missing}")
    with running_broker(creates_topics=True) as broker:
        password = broker.folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        password.chmod(0o600)
        sys.stdout.write(
            f"Kafka is up. Ctrl-C ends it and removes its data.\n\n"
            f"  copydesk produce seeds/pages --to kafka://{broker.server}/pages\n"
            f"  copydesk ingest kafka://{broker.server}/pages --output build/pages --follow\n\n"
            f"with TLS and SCRAM:\n\n"
            f"  copydesk ingest kafka://{broker.tls_server}/pages --output build/pages \\\n"
            f"    --kafka-ca-file {broker.ca_file} --kafka-username {USER} \\\n"
            f"    --kafka-password-file {password}\n"
        )
        sys.stdout.flush()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            while True:
                time.sleep(3600)


if __name__ == "__main__":
    main()
