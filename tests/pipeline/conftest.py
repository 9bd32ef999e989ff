"""Servers of object stores on loopback, and who may start a cluster."""

import logging
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.options import beam_options
from pipeline.stores import use_options
from scripts.jars import missing_tools
from scripts.worker_pools import free_port
from tests.conftest import built

BUCKET = "news-desk"
_GCS = "github.com/fsouza/fake-gcs-server@v1.56.1"
_START_SECONDS = 30


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of an S3 server on loopback."""
    moto_server = pytest.importorskip("moto.server", reason="moto is not installed")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The real client, and an empty bucket that is found by whoever reads the usual variables."""
    boto3 = pytest.importorskip("boto3", reason="the s3 extra is not installed")
    for name, value in (
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    use_options(beam_options(()))
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    return client


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[str]:
    """The address of a Cloud Storage server on loopback."""
    address = f"127.0.0.1:{free_port()}"
    host, _, port = address.partition(":")
    command = [built(_GCS), "-backend=memory", "-scheme=http", "-log-level=error"]
    with subprocess.Popen(
        [*command, f"-host={host}", f"-port={port}", f"-public-host={address}"]
    ) as server:
        try:
            _wait_for(f"http://{address}/_internal/healthcheck")
            yield f"http://{address}"
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    """Waits until a server on loopback answers."""
    limit = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


@pytest.fixture
def gs(gcs_server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """As ``s3``, of Cloud Storage."""
    storage = pytest.importorskip("google.cloud.storage", reason="the gs extra is not installed")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs_server)
    monkeypatch.setenv("NO_GCE_CHECK", "true")  # nobody is asked for credentials
    use_options(beam_options(()))
    client = storage.Client.create_anonymous_client()
    bucket = client.bucket(BUCKET)
    if bucket.exists():
        bucket.delete_blobs(list(bucket.list_blobs()))
    else:
        client.create_bucket(bucket, project="copydesk")
    return client


@pytest.fixture(params=["s3", pytest.param("gs", marks=pytest.mark.gcs)])
def bucket(request: pytest.FixtureRequest) -> str:
    """The address of an empty bucket, one of each store."""
    request.getfixturevalue(request.param)
    return f"{request.param}://{BUCKET}"


@pytest.fixture
def big_cluster(request: pytest.FixtureRequest) -> None:
    """Only where its mark is asked for: the cluster's jars are too many for every run."""
    for name in ("flink", "spark"):
        if request.node.get_closest_marker(name):
            if name not in request.config.getoption("-m"):
                pytest.skip(f"brings hundreds of jars: runs with -m {name} only")
            if missing := missing_tools(name):
                pytest.skip(missing)
