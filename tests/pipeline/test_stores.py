"""Object stores that cannot be used: each mistake is one sentence, told before anything is done."""

import builtins
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import CopydeskError, TemporaryError, UsageError
from pipeline.objects import ObjectPath
from pipeline.options import beam_options
from pipeline.publish import open_dataset
from pipeline.stores import explained, listed, use_options

pytest.importorskip("boto3", reason="the s3 extra is not installed")


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nobody has said who they are, and that no metadata server serves."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "GOOGLE_")):
            monkeypatch.delenv(name)
    for name, value in (
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", str(tmp_path / "none")),
        ("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none")),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    use_options(beam_options(()))


def _without(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def load(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        return real(name, *rest, **more)

    for name in [name for name in sys.modules if name.startswith("apache_beam.io.gcp.gcsio")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", load)


def test_no_credentials_are_told_before_the_store_is_asked() -> None:
    for address in ("s3://news-desk/out", "s3://news-desk"):
        with pytest.raises(CopydeskError, match="no credentials for s3://: set AWS_ACCESS_KEY_ID"):
            list(listed(address))
    with (
        pytest.raises(CopydeskError, match="no credentials"),
        ObjectPath("s3://news-desk/out/a.parquet").open("wb"),
    ):
        pass


def test_a_profile_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(CopydeskError, match=r"nobody.*: set AWS_ACCESS_KEY_ID"):
        list(listed("s3://news-desk"))


def test_an_endpoint_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "store")
    options = ("--s3_access_key_id=a", "--s3_secret_access_key=b")
    use_options(beam_options(options))
    with pytest.raises(UsageError, match="Invalid endpoint: store"):
        list(listed("s3://news-desk"))


def test_a_library_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _without("boto3", monkeypatch)
    with pytest.raises(CopydeskError, match="pip install boto3"):
        list(listed("s3://news-desk"))
    _without("google", monkeypatch)
    with pytest.raises(CopydeskError, match="pip install google-cloud-storage"):
        list(listed("gs://news-desk"))


@pytest.mark.parametrize("address", ["s3://news-desk/out", "s3://news-desk"])
def test_an_output_without_credentials_is_one_sentence(address: str) -> None:
    with pytest.raises(CopydeskError, match="no credentials"), open_dataset(ObjectPath(address)):
        pass


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("s3://desk/out", "there are no credentials for s3://"),
        ("ftp://desk/out", "ftp://desk/out is no address of an object store"),
    ],
)
def test_the_command_says_it_in_a_line(tmp_path: Path, output: str, words: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "ingest", str(tmp_path), "--output", output],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"copydesk: {words}")
    assert done.stderr.count("\n") == 1


class _AnswerError(Exception):
    """What boto3 raises for an answer that is no success."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"An error occurred ({code})")
        self.response = {
            "Error": {"Code": code},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }


class _GoogleError(Exception):
    """What Google's library raises."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code} GET …")
        self.code = code


@pytest.mark.parametrize(
    ("error", "address", "kind", "words"),
    [
        (_AnswerError(404, "NoSuchBucket"), "s3://desk/a", UsageError, "no bucket s3://desk;"),
        (_GoogleError(404), "gs://desk/a", UsageError, "no bucket gs://desk;"),
        (_AnswerError(403, "AccessDenied"), "s3://desk/a", CopydeskError, r"s3://desk/a.*\(AccessDenied\)"),
        (_GoogleError(401), "gs://desk/a", CopydeskError, r"gs://desk/a.*\(401\).*gcloud auth"),
        (_AnswerError(503, "SlowDown"), "s3://desk/a", TemporaryError, "s3://desk does not answer"),
        (_AnswerError(301, "PermanentRedirect"), "s3://desk/a", CopydeskError, "PermanentRedirect"),
    ],
)  # fmt: skip
def test_answers_are_sentences(error: Exception, address: str, kind: type, words: str) -> None:
    found = explained(error, address)
    assert type(found) is kind
    with pytest.raises(kind, match=words):
        raise found
