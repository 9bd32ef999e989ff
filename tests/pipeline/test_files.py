"""Files as splits: each record once, however a file is cut, and a reject for what is broken."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.connectors import compression, files
from pipeline.connectors.files import (
    Format,
    LineRange,
    LineStripe,
    PageFile,
    PageFiles,
    format_of,
    page_name,
    read_page_file,
)
from pipeline.connectors.splits import Split
from schemas.kinds import RejectReason, Stage
from schemas.records import RawPage, Reject
from schemas.wire import MAX_PAYLOAD_BYTES, MAX_RECORD_BYTES

PACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstandard.compress}


def _read(*splits: Split) -> list[RawPage | Reject]:
    return [record for split in splits for record in split.read(lambda _: None)]


def _rejects(records: list[RawPage | Reject]) -> list[Reject]:
    return [record for record in records if isinstance(record, Reject)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", Format("txt")),
        ("a.TXT", Format("txt")),
        ("a.b.html.gz", Format("html", "gz")),
        ("a.htm", Format("html")),
        ("a.jsonl.zst", Format("jsonl", "zst")),
        ("a.ndjson", Format("jsonl")),
        ("a.pdf", None),
        ("a.gz", None),
        ("a", None),
        ("txt", None),
        (".txt", None),
    ],
)
def test_the_name_tells_the_format(name: str, expected: Format | None) -> None:
    assert format_of(name) == expected


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("news/000_ef8b.txt", "000_ef8b"),
        ("000_ef8b.v2.txt.gz", "000_ef8b.v2"),
        ("a.html", "a"),
        ("a.HTM.ZST", "a"),
        ("2025.04.06.txt", "2025.04.06"),
    ],
)
def test_the_page_id_of_a_file_is_its_name(path: str, name: str) -> None:
    assert page_name(path) == name


@settings(max_examples=60)
@given(
    lines=st.lists(st.integers(0, 40), max_size=30),
    cuts=st.lists(st.integers(0, 1000), max_size=8),
    ending=st.booleans(),
)
def test_however_a_file_is_cut_each_line_is_read_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[int], cuts: list[int], ending: bool
) -> None:
    records = [json.dumps({"text": f"{i}" * n}) for i, n in enumerate(lines)]
    content = "\n".join(records) + ("\n" if ending and records else "")
    path = tmp_path_factory.mktemp("cut") / "a.jsonl"
    path.write_text(content)
    size = len(content)
    edges = sorted({0, size, *(cut for cut in cuts if cut < size)})
    ranges = [LineRange(str(path), "a", s, e) for s, e in pairwise(edges)]
    origins = [record.at.origin for record in _read(*ranges)]
    starts, at = [], 0
    for record in records:
        starts.append(f"a:{at}")
        at += len(record) + 1
    assert origins == starts
    done = 0

    def advance(n: int) -> None:
        nonlocal done
        assert n >= 0
        done += n

    for split in ranges:
        list(split.read(advance))
    assert done == size


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("stripes", [1, 2, 3])
def test_stripes_read_each_line_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, stripes: int
) -> None:
    monkeypatch.setattr(files, "_STRIPE_BYTES", 1000)
    lines = [json.dumps({"page_id": f"p{i}", "text": "x" * (i % 300)}) for i in range(500)]
    path = tmp_path / f"a.jsonl.{kind}"
    path.write_bytes(PACK[kind]("\n".join(lines).encode()))
    shares = [
        _read(LineStripe(str(path), "a", path.stat().st_size, kind, n, stripes))
        for n in range(stripes)
    ]
    ids = [record.page_id for share in shares for record in share]
    assert Counter(ids) == Counter(f"p{i}" for i in range(500))
    assert all(len(share) > 100 for share in shares), "the work is shared"


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("stripes", [1, 3])
def test_a_cut_container_gives_its_lines_and_one_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, stripes: int
) -> None:
    monkeypatch.setattr(files, "_STRIPE_BYTES", 1000)
    lines = [json.dumps({"page_id": f"p{i}", "text": f"{i * 7919:x}" * 40}) for i in range(4000)]
    path = tmp_path / f"a.jsonl.{kind}"
    path.write_bytes(PACK[kind]("\n".join(lines).encode())[:-2000])
    records = _read(*(LineStripe(str(path), "a", 1, kind, n, stripes) for n in range(stripes)))
    (reject,) = _rejects(records)
    assert (reject.stage, reject.reason) == (Stage.READ, RejectReason.BROKEN_CONTAINER)
    assert reject.payload_truncated
    assert len(records) > 100
    number = len(records) - 1
    assert lines[number].encode().startswith(reject.payload or b"?")
    assert reject.at.origin == f"a:{sum(len(line) + 1 for line in lines[:number])}"


def test_a_bomb_of_lines_is_one_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "FREE_BYTES", 1_000_000)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "one"}\n' + b" " * 60_000_000))
    records = _read(*(LineStripe(str(path), "a", 1, "gz", n, 2) for n in range(2)))
    (reject,) = _rejects(records)
    assert reject.reason is RejectReason.DECOMPRESSION_BOMB
    assert len(records) == 2


def _lines(tmp_path: Path, content: bytes) -> list[RawPage | Reject]:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    return _read(LineRange(str(path), "a", 0, len(content)))


def test_a_line_beyond_the_limit_is_a_reject_and_the_next_is_read(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * 50_000_000 + b'"}\n'
    records = _lines(tmp_path, long + b'{"text": "next"}\n')
    assert isinstance(records[0], Reject)
    assert records[0].reason is RejectReason.TOO_LARGE
    assert records[0].payload == long[:MAX_PAYLOAD_BYTES]
    assert records[0].payload_truncated
    assert isinstance(records[1], RawPage)
    assert records[1].text == "next"


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (b"\xef\xbb\xbf" + b'{"text": "a"}', []),
        (b'{"text": "a"}\r\n\r\n \n{"text": "b"}\r\n', []),
        (b"{", [RejectReason.NOT_JSON]),
        (b"[1]", [RejectReason.NOT_AN_OBJECT]),
        (b'{"text": 5}', [RejectReason.WRONG_TYPE]),
        (b'{"url": "x"}', [RejectReason.NO_CONTENT]),
        (b"\xff\xfe\x00\n\x00\x00", [RejectReason.NOT_JSON, RejectReason.NOT_JSON]),
        (b"", [RejectReason.EMPTY]),
    ],
)
def test_bad_lines_are_rejects_with_their_bytes(
    tmp_path: Path, content: bytes, reasons: list[RejectReason]
) -> None:
    rejects = _rejects(_lines(tmp_path, content))
    assert [reject.reason for reject in rejects] == reasons
    if reasons:
        assert b"\n".join(reject.payload or b"" for reject in rejects) == content


def test_a_file_that_vanished_is_a_reject(tmp_path: Path) -> None:
    (reject,) = _read(LineRange(str(tmp_path / "gone.jsonl"), "gone.jsonl", 0, 9))
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.detail) == (
        RejectReason.UNREADABLE,
        "No such file or directory; what stands before this place came through",
    )


def _page(path: Path, content: bytes | None) -> RawPage | Reject:
    if content is not None:
        path.write_bytes(content)
    kind = format_of(path.name)
    assert kind is not None
    return read_page_file(PageFile(str(path), path.name, 0, kind))


@pytest.mark.parametrize("ending", ["txt", "txt.gz", "txt.zst", "html", "html.gz"])
def test_a_page_file_is_one_page(tmp_path: Path, ending: str) -> None:
    kind, _, packed = ending.partition(".")
    content = "Brückenschlag".encode("cp1252")
    page = _page(tmp_path / f"n1.{ending}", PACK[packed](content) if packed else content)
    assert isinstance(page, RawPage)
    assert (page.text if kind == "txt" else page.html) == content
    assert page.page_id == "n1"
    assert page.at.origin == f"n1.{ending}"
    assert page.fetched_at is None


@pytest.mark.parametrize(
    ("name", "content", "reason", "form"),
    [
        ("a.txt.gz", gzip.compress(b"x" * 5000)[:-4], RejectReason.BROKEN_CONTAINER, "txt.gz"),
        ("a.html.zst", b"no zstd", RejectReason.BROKEN_CONTAINER, "html.zst"),
        ("a.txt", b"x" * (MAX_RECORD_BYTES + 1), RejectReason.TOO_LARGE, "txt"),
        ("a.txt.gz", gzip.compress(bytes(MAX_RECORD_BYTES + 1)), RejectReason.TOO_LARGE, "txt.gz"),
        ("a.txt", None, RejectReason.UNREADABLE, "txt"),
    ],
)
def test_a_page_file_that_cannot_be_read_is_a_reject_with_its_bytes(
    tmp_path: Path, name: str, content: bytes | None, reason: RejectReason, form: str
) -> None:
    reject = _page(tmp_path / name, content)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.format, reject.page_id) == (reason, form, "a")
    assert reject.payload == (None if content is None else content[:MAX_PAYLOAD_BYTES])
    assert reject.payload_truncated == (len(content or b"") > MAX_PAYLOAD_BYTES)


def test_a_batch_reads_all_its_files(tmp_path: Path) -> None:
    names = ["a.txt", "b.txt"]
    for name in names:
        (tmp_path / name).write_text(name)
    batch = PageFiles(tuple(PageFile(str(tmp_path / n), n, 5, Format("txt")) for n in names))
    assert [record.at.origin for record in _read(batch)] == names
    assert batch.bytes == 10
