"""Pages from object stores: what a folder gives, the bucket gives, by the real clients."""

import dataclasses
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard
from apache_beam.io.filesystemio import DownloaderStream

from pipeline import stores
from pipeline.cli import main
from pipeline.commitlog import Commit, History, read_history
from pipeline.config import Bounds, IngestConfig
from pipeline.connectors.files import LineRange
from pipeline.connectors.filesource import FileSource
from pipeline.connectors.find import find_files
from pipeline.detached import submit
from pipeline.errors import UsageError
from pipeline.ingest import run
from pipeline.objects import ObjectPath, ObjectStorage
from pipeline.storage import Storage
from schemas.records import RawPage
from scripts.kill_loop import page_text
from tests.pipeline.conftest import BUCKET

_SMALL = Bounds(slice_bytes=60_000, split_bytes=5_000)


def _warc(first: int, last: int) -> bytes:
    """An archive of pages, one gzip member each."""
    packed = b""
    for n in range(first, last):
        body = f"<html><title>Harbour {n}</title><p>{page_text(n)}</p></html>".encode()
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:id-{n}>\r\n"
            f"WARC-Target-URI: https://news.example/{n}\r\nWARC-Date: 2025-04-06T07:08:09Z\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        packed += gzip.compress(head.encode() + block + b"\r\n\r\n", 1)
    return packed


def _lines(first: int, last: int) -> bytes:
    records = ({"page_id": f"line{n}", "text": page_text(n)} for n in range(first, last))
    return "".join(json.dumps(record) + "\n" for record in records).encode()


_FILES = {
    "a/one.txt": page_text(1).encode(),
    "a/two.txt.gz": gzip.compress(page_text(2).encode()),
    "a/three.html": f"<html><body><p>{page_text(3)}</p></body></html>".encode(),
    "a/broken.txt.gz": b"\x1f\x8b no gzip",
    "a/notes.pdf": b"%PDF",
    "a/.hidden.txt": page_text(4).encode(),
    "a/.git/x.txt": page_text(4).encode(),
    "b/lines.jsonl": _lines(10, 24) + b"{no json\n",
    "b/more.jsonl.gz": gzip.compress(_lines(24, 28)),
    "b/deep/most.ndjson.zst": zstandard.compress(_lines(28, 30)),
    "b/empty.jsonl": b"",
    "archive.warc.gz": _warc(50, 62),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in _FILES.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "in"


@pytest.fixture
def crawl(bucket: str) -> str:
    for name, content in _FILES.items():
        _put(f"{bucket}/in/{name}", content)
    _put(f"{bucket}/in/a/", b"")  # what consoles put down for a folder
    _put(f"{bucket}/inbox.txt", b"x")
    return f"{bucket}/in"


def _put(address: str, content: bytes) -> None:
    scheme, bucket, key = stores.parts(address)
    stores.store_of(scheme).put(bucket, key, content)


def _rows(output: Path, root: str) -> dict[str, list[dict[str, Any]]]:
    """All rows in the order of files and of rows, their places below the root of the input."""
    rows: dict[str, list[dict[str, Any]]] = {"stories": [], "rejects": []}
    for dataset, found in rows.items():
        for path in sorted((output / dataset).rglob("*.parquet")):
            found += pq.read_table(path, partitioning=None).to_pylist()
        for row in found:
            assert row["origin"].startswith(f"{root}/")
            row["origin"] = row["origin"].removeprefix(root)
    return rows


def test_a_bucket_gives_the_rows_of_the_same_folder(
    folder: Path, crawl: str, tmp_path: Path
) -> None:
    kept = []
    for name, root in (("files", str(folder)), ("objects", crawl)):
        summary = run(IngestConfig(inputs=(root,), output=tmp_path / name, bounds=_SMALL))
        assert summary.counts.pages == 38
        kept.append((_rows(tmp_path / name, root), summary.counts, summary.commits))
    files, objects = kept
    # Pages without an id of their own are told apart by where they are; here each has one.
    assert objects == files
    assert {row["origin"].partition(":")[0] for row in objects[0]["rejects"]} == {
        "/a/broken.txt.gz", "/b/lines.jsonl", "/b/empty.jsonl",
    }  # fmt: skip
    again = run(IngestConfig(inputs=(crawl,), output=tmp_path / "objects", bounds=_SMALL))
    assert (again.commits, len(again.passed.ingested)) == (0, 9)


def test_two_processes_read_a_bucket(crawl: str, tmp_path: Path) -> None:
    config = IngestConfig(inputs=(crawl,), output=tmp_path / "out", bounds=_SMALL, workers=2)
    assert run(config).counts.pages == 38


def test_a_run_that_is_left_alone_reads_a_bucket(crawl: str, bucket: str) -> None:
    output = ObjectPath(f"{bucket}/out")
    submit(IngestConfig(inputs=(crawl,), output=output)).wait_until_finish()
    assert run(IngestConfig(inputs=(crawl,), output=output)).commits == 0


def test_large_objects_are_shared_among_readers(folder: Path, crawl: str) -> None:
    """Ranges of lines and of archives are those of the files, and each gives what the file's does."""

    def read(name: str, bounds: Bounds) -> list[list[str | None]]:
        (piece,) = FileSource(find_files((name,)).files, bounds, 1).slices(History())
        return [[page.page_id for page in split.read(lambda _: None)] for split in piece.splits]

    for name in ("b/lines.jsonl", "archive.warc.gz"):
        for step in (5_000, 777):
            parts = read(f"{crawl}/{name}", Bounds(split_bytes=step))
            assert len(parts) > 1
            assert parts == read(str(folder / name), Bounds(split_bytes=step))


def test_a_large_object_is_not_held(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{bucket}/large.jsonl"
    _put(address, (_lines(1, 2) * 20_000)[: 24 * 1024 * 1024])
    asked: list[int] = []
    if bucket.startswith("s3:"):
        readinto = DownloaderStream.readinto

        def asks(stream: DownloaderStream, buffer: Any) -> int:
            asked.append(len(buffer))
            return readinto(stream, buffer)

        monkeypatch.setattr(DownloaderStream, "readinto", asks)
    else:
        from google.cloud.storage import Blob

        fetched = Blob.download_as_bytes

        def fetches(blob: Blob, **how: Any) -> bytes:
            content = fetched(blob, **how)
            asked.append(len(content))
            return content

        monkeypatch.setattr(Blob, "download_as_bytes", fetches)
    found = LineRange(address, address, 9_000_000, 9_100_000).read(lambda _: None)
    assert sum(isinstance(page, RawPage) for page in found) > 10
    assert asked
    assert sum(asked) <= 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("inputs", "origins", "others"),
    [
        (["in/a"], ["in/a/broken.txt.gz", "in/a/one.txt", "in/a/three.html", "in/a/two.txt.gz"], 1),
        (["in/a/"], ["in/a/broken.txt.gz", "in/a/one.txt", "in/a/three.html", "in/a/two.txt.gz"], 1),
        (["in/a/one.txt"], ["in/a/one.txt"], 0),
        (["in/a/*.txt*"], ["in/a/broken.txt.gz", "in/a/one.txt", "in/a/two.txt.gz"], 0),
        (["in/*/*.jsonl"], ["in/b/empty.jsonl", "in/b/lines.jsonl"], 0),
        (["in/**/*.zst", "in/b/d*"], ["in/b/deep/most.ndjson.zst"], 0),
        (["in/b*/"], ["in/b/deep/most.ndjson.zst", "in/b/empty.jsonl", "in/b/lines.jsonl", "in/b/more.jsonl.gz"], 0),
        (["in/a/.h*", "inbox.txt"], ["in/a/.hidden.txt", "inbox.txt"], 0),
        (["in?ox.txt", "in/[a]/t*"], ["in/a/three.html", "in/a/two.txt.gz", "inbox.txt"], 0),
    ],
)  # fmt: skip
def test_addresses_stand_for_objects(
    crawl: str, bucket: str, inputs: list[str], origins: list[str], others: int
) -> None:
    found = find_files(tuple(f"{bucket}/{name}" for name in inputs))
    assert [file.origin for file in found.files] == [f"{bucket}/{name}" for name in origins]
    assert found.others == others
    assert [file.size for file in found.files] == [
        len(_FILES.get(name.removeprefix("in/"), b"x")) for name in origins
    ]


def test_globs_match_as_on_disk(folder: Path, crawl: str) -> None:
    for pattern in ("*", "**", "*/*", "**/*", "a/*", "a/t*", "**/*.gz", "*/deep", "**/.*", "b/*/"):
        on_disk = find_files((f"{folder}/{pattern}",))
        on_store = find_files((f"{crawl}/{pattern}",))
        assert [file.origin.removeprefix(crawl) for file in on_store.files] == [
            file.origin.removeprefix(str(folder)) for file in on_disk.files
        ], pattern


def test_a_bucket_is_a_folder(crawl: str, bucket: str) -> None:
    for name in (bucket, f"{bucket}/"):
        assert len(find_files((name,)).files) == 10


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("no-such-desk/in", "there is no bucket STORE://no-such-desk"),
        ("no-such-desk/in/*.txt", "there is no bucket STORE://no-such-desk"),
        ("news-desk/in/nothing.txt", "no object STORE://news-desk/in/nothing.txt"),
        ("news-desk/i", "no object STORE://news-desk/i that can be read, and none below it"),
        ("news-desk/in/a/notes.pdf", "cannot tell what STORE://news-desk/in/a/notes.pdf holds"),
        ("news-desk/in/*.csv", r"no pages match STORE://news-desk/in/\*\.csv"),
        ("*/in", "not for buckets"),
    ],
)
def test_addresses_that_stand_for_nothing_are_told(
    crawl: str, address: str, message: str, tmp_path: Path
) -> None:
    store = crawl.partition(":")[0]
    with pytest.raises(UsageError, match=message.replace("STORE", store)):
        run(IngestConfig(inputs=(f"{store}://{address}",), output=tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_an_object_that_vanished_is_a_reject(crawl: str) -> None:
    files = find_files((f"{crawl}/a/one.txt", f"{crawl}/archive.warc.gz")).files
    (piece,) = FileSource(files, Bounds(), 1).slices(History())
    for key in ("a/one.txt", "archive.warc.gz"):
        ObjectStorage(ObjectPath(crawl)).remove(key)
    found = [page for split in piece.splits for page in split.read(lambda _: None)]
    assert [page.reason for page in found if not isinstance(page, RawPage)] == ["unreadable"] * 2
    assert {page.at.origin for page in found} == {
        f"{crawl}/a/one.txt",
        f"{crawl}/archive.warc.gz:0",
    }


def test_an_object_is_told_by_the_stores_fingerprint(
    crawl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No object is fetched to be planned; one that was written again is the same, or told."""
    monkeypatch.setattr(ObjectPath, "open", None)

    def plan(history: History) -> FileSource:
        source = FileSource(find_files((f"{crawl}/a/one.txt",)).files, Bounds(), 1)
        for piece in source.slices(history):
            commit = Commit(history.last + 1, "", "", inputs=piece.inputs)
            history.add(Commit.from_json(commit.to_json()))
        return source

    history = History()
    assert plan(history).passed().ingested == ()
    (known,) = history.files.values()
    history.files[known.path] = dataclasses.replace(known, mtime_ns=1)
    assert plan(history).passed().ingested == (f"{crawl}/a/one.txt",)
    other = bytes(reversed(_FILES["a/one.txt"]))
    _put(f"{crawl}/a/one.txt", other)
    assert plan(history).passed().changed == (f"{crawl}/a/one.txt",)


def test_options_of_the_engine_reach_the_input(
    s3: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    page = f"s3://{BUCKET}/one.txt"
    _put(page, _FILES["a/one.txt"])
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    stores.store_of.cache_clear()
    given = (
        f"--s3_endpoint_url={endpoint}", "--s3_access_key_id=a", "--s3_secret_access_key=b",
    )  # fmt: skip
    summary = run(IngestConfig(inputs=(page,), output=tmp_path / "out", beam_args=given))
    assert summary.counts.pages == 1
    (item,) = read_history(Storage(tmp_path / "out")).commits[0].inputs
    assert (item.path, item.sha256) == (page, None)


def test_a_page_of_an_object_is_inspected(crawl: str, capsys: pytest.CaptureFixture[str]) -> None:
    for page, name in (("a/one.txt", "one"), ("b/lines.jsonl#3", "line12"), ("archive.warc.gz#id-51", "id-51")):  # fmt: skip
        assert main(["inspect", f"{crawl}/{page}", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["page"]["page_id"] == name
    assert main(["inspect", f"{crawl}/nothing.txt"]) == 2
    assert "nothing.txt does not exist" in capsys.readouterr().err
