"""What tests share: the corpus where it lies beside us, a Kafka broker, streaming runners."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.broker import Broker, missing_tools, running_broker

# No test hangs on how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_ROOT = Path(__file__).resolve().parent.parent
_SHARED = _ROOT.parent / "shared"
_PRISM = "github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0"


def lacking(what: str) -> None:
    """Skips a test whose tools are not here; where the gate runs, that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"the gate must have it: {what}")
    pytest.skip(what)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs the development corpus where it does not lie beside the project."""
    if _SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="the corpus is not beside the project"))


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A real Kafka broker for the whole session."""
    if missing := missing_tools():
        lacking(missing)
    with running_broker() as running:
        yield running


@pytest.fixture
def topic(broker: Broker) -> Callable[..., str]:
    """Makes topics: ``topic(partitions=4, **config)`` gives the name of a new one."""
    from kafka.admin import KafkaAdminClient

    def make(partitions: int = 4, name: str | None = None, **config: object) -> str:
        name = name or f"t-{uuid.uuid4().hex[:12]}"
        admin = KafkaAdminClient(bootstrap_servers=broker.server)
        try:
            admin.create_topics(
                {
                    name: {
                        "num_partitions": partitions,
                        "replication_factor": 1,
                        "configs": {key.replace("_", "."): str(v) for key, v in config.items()},
                    }
                },
                wait_for_metadata=True,
            )
        finally:
            admin.close()
        return name

    return make


def built(package: str) -> Path:
    """A program of a Go module, built once into ``build/tools``."""
    binary = _ROOT / "build" / "tools" / package.partition("@")[0].rpartition("/")[2]
    if not binary.exists():
        if shutil.which("go") is None:
            lacking(f"{binary.name} is not built and Go is not here to build it")
        subprocess.run(
            ["go", "install", package],
            env={**os.environ, "GOBIN": str(binary.parent)},
            check=True,
            timeout=900,
        )
    return binary


@pytest.fixture(scope="session")
def prism() -> Path:
    """The Prism runner."""
    return built(_PRISM)
