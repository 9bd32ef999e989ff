"""An S3 server on loopback, for the tests of object stores; and who may start a cluster."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.options import beam_options
from pipeline.stores import use_options
from scripts.jars import missing_tools

BUCKET = "news-desk"


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


@pytest.fixture
def big_cluster(request: pytest.FixtureRequest) -> None:
    """Only where its mark is asked for: the cluster's jars are too many for every run."""
    for name in ("flink", "spark"):
        if request.node.get_closest_marker(name):
            if name not in request.config.getoption("-m"):
                pytest.skip(f"brings hundreds of jars: runs with -m {name} only")
            if missing := missing_tools(name):
                pytest.skip(missing)
