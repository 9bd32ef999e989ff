"""The clients of object stores: made once in a process, and what a user can mend told in a sentence.

Beam's file systems bring the clients, their options and the readers and writers of objects. They
also try again for seven minutes what no patience mends (no credentials) and take a bucket that is
not there for an empty one. So a process looks for credentials before it asks anything, and objects
are listed by the stores' own libraries, which try again themselves what is worth it.
"""

import contextlib
import errno
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, S3Options

from pipeline.errors import CopydeskError, TemporaryError, UsageError

_ADDRESS = re.compile(r"(s3|gs)://([^/]+)(?:/(.*))?", re.DOTALL)
# Whose errors are explained; an error of our own code is a bug and shows itself.
_LIBRARIES = {"apache_beam", "boto3", "botocore", "google", "requests", "urllib3"}
_NO_CREDENTIALS = {
    "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound",
    "TokenRetrievalError", "SSOTokenLoadError", "UnauthorizedSSOTokenError", "RefreshError",
    "DefaultCredentialsError",
}  # fmt: skip
_AWAY = {
    "EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError",
    "ConnectionError", "RetryError", "TransportError", "HTTPClientError", "ProxyConnectionError",
}  # fmt: skip
_REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_WHERE_CREDENTIALS = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role",
    "gs": "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS",
}


def use_options(options: PipelineOptions) -> None:
    """Hands the engine's options (credentials, endpoints) to the file systems of this process."""
    FileSystems.set_options(options)
    store_of.cache_clear()


def parts(address: str) -> tuple[str, str, str]:
    """Scheme, bucket and key (maybe empty) of an address.

    Raises:
        CopydeskError: it is none.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise CopydeskError(f"{address} is no address of an object store: s3://… or gs://…")
    return match[1], match[2], match[3] or ""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store says of an object. ``fingerprint`` is its own hash of the content."""

    address: str
    size: int
    mtime_ns: int
    fingerprint: str


class Store(Protocol):
    """What the pipeline asks of a store's own library."""

    def io(self) -> Any:
        """Beam's reader and writer of objects. One for each use: it remembers what it reads."""
        ...

    def head(self, bucket: str, key: str) -> StoredObject | None:
        """The object of this very key; None if there is none that may be seen."""
        ...

    def listed(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """The objects whose keys begin with ``prefix``, in order of their keys."""
        ...

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Writes a small object, or replaces it."""
        ...

    def create(self, bucket: str, key: str, content: bytes) -> bool:
        """Creates an object that must not exist; False if it does."""
        ...


@lru_cache(maxsize=2)
def store_of(scheme: str) -> Store:
    """The store of ``s3`` or ``gs``, with the options that the engine was given. Made once: making
    one takes S3's library 150 ms of CPU, and Beam's file system makes one for every call.

    Raises:
        CopydeskError: its library is not installed, or there are no credentials.
    """
    options = FileSystems._pipeline_options or PipelineOptions([])
    return _S3(options) if scheme == "s3" else _Gcs(options)


def head(address: str) -> StoredObject | None:
    """The object at an address; None if there is none that may be seen."""
    scheme, bucket, key = parts(address)
    with explaining(address):
        return store_of(scheme).head(bucket, key)


def listed(address: str) -> Iterator[StoredObject]:
    """The objects whose addresses begin with ``address``, which names at least a bucket.

    Raises:
        UsageError: there is no such bucket.
        CopydeskError: the store cannot be asked.
    """
    scheme, bucket, prefix = parts(address)
    with explaining(address):
        yield from store_of(scheme).listed(bucket, prefix)


def probe(address: str) -> None:
    """Asks the store once for anything below an address; raises as ``listed``."""
    next(listed(address), None)


@contextlib.contextmanager
def explaining(address: str, *, opening: bool = False) -> Iterator[None]:
    """Lets what the libraries raise leave as a sentence about ``address``.

    With ``opening``, an object that is gone or not for us is the OSError that a file gives.
    """
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _LIBRARIES:
            raise
        if opening and _status(error) == HTTPStatus.NOT_FOUND:
            raise FileNotFoundError(errno.ENOENT, "No such object", address) from error
        if opening and _status(error) in _REFUSALS:
            raise PermissionError(errno.EACCES, "The store refuses the object", address) from error
        raise explained(error, address) from error


def explained(error: Exception, address: str) -> CopydeskError:
    """A library's error as one that says what to do."""
    scheme, bucket, _ = parts(address)
    name, status, code = type(error).__name__, _status(error), _code(error)
    if name in _NO_CREDENTIALS:
        return _no_credentials(scheme, f" ({error})")
    if code == "NoSuchBucket" or (scheme == "gs" and status == HTTPStatus.NOT_FOUND):
        return UsageError(
            f"there is no bucket {scheme}://{bucket}; make it, or correct its name, the endpoint "
            "or the account"
        )
    if status in _REFUSALS:
        return CopydeskError(
            f"the store refuses {address} to these credentials ({code or status}); give them the "
            f"right, or use others: {_WHERE_CREDENTIALS[scheme]}"
        )
    words = " ".join(str(error).split())[:300]
    if name in _AWAY or (status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TemporaryError(f"the store of {scheme}://{bucket} does not answer: {words}")
    return CopydeskError(f"the store does not take what was asked of {address}: {words}")


def _status(error: Exception) -> int | None:
    """The HTTP status of an error of boto3, Beam or Google's library."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        status = getattr(error, "code", None)
    return status if isinstance(status, int) else None


def _code(error: Exception) -> str:
    """S3's own word for an error; empty for others."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _no_credentials(scheme: str, more: str = "") -> CopydeskError:
    return CopydeskError(
        f"there are no credentials for {scheme}://{more}: {_WHERE_CREDENTIALS[scheme]}"
    )


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000


class _S3:
    """Amazon's S3, and what speaks like it, through boto3."""

    def __init__(self, options: PipelineOptions) -> None:
        try:
            import boto3
        except ImportError as error:
            raise CopydeskError(
                "s3:// needs boto3, which is not installed: pip install boto3"
            ) from error
        from apache_beam.io.aws.clients.s3.boto3_client import Client

        with explaining("s3://-"):
            given = options.view_as(S3Options).s3_access_key_id
            if given is None and boto3.session.Session().get_credentials() is None:
                raise _no_credentials("s3")
            try:
                self._client: Any = Client(options).client
            except ValueError as error:
                raise UsageError(f"the settings for s3:// cannot be used: {error}") from error

    def io(self) -> Any:
        from apache_beam.io.aws.clients.s3.boto3_client import Client
        from apache_beam.io.aws.s3io import S3IO

        client = Client.__new__(Client)
        client.client = self._client
        client._download_request = client._download_stream = None
        client._download_pos = 0
        return S3IO(client=client)

    def head(self, bucket: str, key: str) -> StoredObject | None:
        from botocore.exceptions import ClientError

        try:
            found = self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            # Who may not list a bucket is refused what is not there.
            if _status(error) in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
                return None
            raise
        return _s3_object(bucket, key, found["ContentLength"], found)

    def listed(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        paginator = self._client.get_paginator("list_objects_v2")
        for page in paginator.paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", ()):
                yield _s3_object(bucket, item["Key"], item["Size"], item)

    def put(self, bucket: str, key: str, content: bytes) -> None:
        self._client.put_object(Bucket=bucket, Key=key, Body=content)

    def create(self, bucket: str, key: str, content: bytes) -> bool:
        from botocore.exceptions import ClientError

        for wait in (0.2, 1.0, 5.0, None):
            try:
                self._client.put_object(Bucket=bucket, Key=key, Body=content, IfNoneMatch="*")
            except ClientError as error:
                status = _status(error)
                # Conflict: another conditional upload of the name is under way, and may yet fail.
                if status == HTTPStatus.CONFLICT and wait is not None:
                    time.sleep(wait)
                    continue
                if status == HTTPStatus.PRECONDITION_FAILED:
                    return False
                raise
            return True
        return False


def _s3_object(bucket: str, key: str, size: int, said: dict[str, Any]) -> StoredObject:
    mtime_ns = _nanoseconds(said["LastModified"])
    return StoredObject(f"s3://{bucket}/{key}", size, mtime_ns, said["ETag"].strip('"'))


class _Gcs:
    """Google Cloud Storage. Without credentials Beam asks anonymously: some buckets are public."""

    def __init__(self, options: PipelineOptions) -> None:
        try:
            from apache_beam.io.gcp.gcsio import create_storage_client
        except ImportError as error:
            raise CopydeskError(
                "gs:// needs google-cloud-storage, which is not installed: "
                "pip install google-cloud-storage"
            ) from error
        with explaining("gs://-"):
            self._client: Any = create_storage_client(options)

    def io(self) -> Any:
        from apache_beam.io.gcp.gcsio import GcsIO

        return GcsIO(storage_client=self._client)

    def head(self, bucket: str, key: str) -> StoredObject | None:
        from google.api_core.exceptions import Forbidden

        try:
            blob = self._client.bucket(bucket).get_blob(key)
        except Forbidden:
            return None
        return None if blob is None else _gcs_object(bucket, blob)

    def listed(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        for blob in self._client.list_blobs(bucket, prefix=prefix):
            yield _gcs_object(bucket, blob)

    def put(self, bucket: str, key: str, content: bytes) -> None:
        blob = self._client.bucket(bucket).blob(key)
        blob.upload_from_file(io.BytesIO(content), size=len(content))

    def create(self, bucket: str, key: str, content: bytes) -> bool:
        from google.api_core.exceptions import PreconditionFailed

        blob = self._client.bucket(bucket).blob(key)
        try:
            blob.upload_from_file(io.BytesIO(content), size=len(content), if_generation_match=0)
        except PreconditionFailed:
            return False
        return True


def _gcs_object(bucket: str, blob: Any) -> StoredObject:
    address = f"gs://{bucket}/{blob.name}"
    return StoredObject(address, blob.size, _nanoseconds(blob.updated), blob.crc32c or blob.etag)
