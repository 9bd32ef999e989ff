"""Archives: framing, what is a page, what is a reject, and that ranges share an archive out."""

import gzip
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors.warc import WarcRange, warc_ranges
from schemas.kinds import RejectReason
from schemas.records import RawPage, Reject

PAGE = b"<html><title>Harbour</title><p>The harbour opened again on Monday.</p></html>"


def http(
    body: bytes = PAGE,
    kind: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    more: str = "",
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n"
    return head.encode() + body


def record(block: bytes, number: int = 1, kind: str = "response", more: str = "") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:id-{number}>\r\n"
        f"WARC-Target-URI: https://news.example/{number}\r\nWARC-Date: 2025-04-06T07:08:09Z\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\n{more}"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def read(path: Path, *ranges: WarcRange) -> list[RawPage | Reject]:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        assert count >= 0
        done += count

    splits = ranges or (WarcRange(str(path), path.name, 0, path.stat().st_size, compression(path)),)
    found = [each for split in splits for each in split.read(advance)]
    assert done == sum(split.bytes for split in splits)
    return found


def compression(path: Path) -> str | None:
    return "gz" if path.suffix == ".gz" else None


def write(folder: Path, *records: bytes, packed: bool = True) -> Path:
    path = folder / ("a.warc.gz" if packed else "a.warc")
    path.write_bytes(b"".join(gzip.compress(r) if packed else r for r in records))
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_a_response_becomes_a_page_with_all_that_the_record_says(
    tmp_path: Path, packed: bool
) -> None:
    info = record(b"software: none\r\n", 0, "warcinfo")
    path = write(tmp_path, info, record(http()), packed=packed)
    [page] = read(path)
    assert isinstance(page, RawPage)
    assert page.html == PAGE
    assert page.url == "https://news.example/1"
    assert page.page_id == "id-1"
    assert page.fetched_at == datetime(2025, 4, 6, 7, 8, 9, tzinfo=UTC)
    assert page.charset == "utf-8"
    assert page.at.origin == f"{path.name}:{len(gzip.compress(info) if packed else info)}"


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (http(kind="image/png"), "response"),
        (http(kind="application/json"), "response"),
        (http(status="404 Not Found"), "response"),
        (http(status="301 Moved", more="Location: /b\r\n"), "response"),
        (b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n", "request"),
        (http(), "revisit"),
        (b"fetchTimeMs: 12\r\n", "metadata"),
        (http(b"%PDF-1.7", kind=""), "response"),
    ],
)
def test_what_is_no_page_is_passed_over(tmp_path: Path, block: bytes, kind: str) -> None:
    path = write(tmp_path, record(block, 1, kind), record(http(), 2))
    assert [each.page_id for each in read(path)] == ["id-2"]


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (gzip.compress(PAGE), "Content-Encoding: gzip\r\n"),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked\r\n"),
        (PAGE, ""),
    ],
)
def test_encodings_of_the_transport_are_undone(tmp_path: Path, body: bytes, more: str) -> None:
    [page] = read(write(tmp_path, record(http(body, more=more))))
    assert isinstance(page, RawPage)
    assert page.html == PAGE


BROKEN = {
    "chunked that is none": record(http(more="Transfer-Encoding: chunked\r\n")),
    "gzip that is none": record(http(more="Content-Encoding: gzip\r\n")),
    "no length": record(http()).replace(b"Content-Length", b"X-Length"),
    "no record": b"<html>somebody wrote a page into the archive</html>\r\n\r\n",
    "a length beyond the end": record(http()).replace(b"Length: ", b"Length: 9"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_record_is_one_reject_and_the_next_is_read(tmp_path: Path, broken: bytes) -> None:
    found = read(write(tmp_path, record(http(), 1), broken, record(http(), 3)))
    assert [type(each) for each in found] == [RawPage, Reject, RawPage]
    assert isinstance(found[1], Reject)
    assert found[1].reason == RejectReason.BROKEN_CONTAINER
    assert found[1].payload
    assert found[2].page_id == "id-3"


def test_a_plain_archive_goes_on_behind_a_broken_record(tmp_path: Path) -> None:
    broken = BROKEN["no length"]
    found = read(write(tmp_path, record(http(), 1), broken, record(http(), 3), packed=False))
    assert [each.page_id for each in found] == ["id-1", None, "id-3"]


def test_broken_gzip_is_one_reject_and_the_next_member_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, record(http(), 1), record(http(), 2), record(http(), 3))
    content = bytearray(path.read_bytes())
    second = len(gzip.compress(record(http(), 1)))
    content[second + 40 : second + 60] = b"\xff" * 20
    path.write_bytes(content)
    assert [each.page_id for each in read(path)] == ["id-1", None, "id-3"]


def test_members_larger_than_the_buffers_are_read_to_their_ends(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(700_000)
    bodies = [PAGE + noise * n for n in (1, 3, 0, 2)]
    path = write(tmp_path, *(record(http(b), n) for n, b in enumerate(bodies)))
    assert [each.html for each in read(path) if isinstance(each, RawPage)] == bodies


def test_a_cut_archive_gives_what_came_before(tmp_path: Path) -> None:
    path = write(tmp_path, record(http(), 1), record(http(), 2))
    path.write_bytes(path.read_bytes()[:-30])
    found = read(path)
    assert [each.page_id for each in found] == ["id-1", None]
    assert isinstance(found[1], Reject)
    assert found[1].reason == RejectReason.BROKEN_CONTAINER


def test_an_archive_packed_as_one_member_is_read_by_its_first_range(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"".join(record(http(), n) for n in range(20))))
    step = path.stat().st_size // 3
    ranges = warc_ranges(str(path), path.name, path.stat().st_size, "gz", step)
    found = read(path, *ranges)
    assert [each.page_id for each in found] == [f"id-{n}" for n in range(20)]
    assert len({each.at.origin for each in found}) == 20


@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=12), step=st.integers(1, 4000))
def test_ranges_of_any_size_give_every_record_once(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], step: int
) -> None:
    # Bytes that do not compress, and some that look like the start of a member.
    noise = (bytes(range(256)) + b"\x1f\x8b\x08\x00") * 12
    bodies = [PAGE + noise[:size].replace(b"\0", b" ") for size in sizes]
    path = write(
        tmp_path_factory.mktemp("warc"), *(record(http(b), n) for n, b in enumerate(bodies))
    )
    size = path.stat().st_size
    ranges = warc_ranges(str(path), path.name, size, "gz", max(step, size // 50))
    assert sum(r.bytes for r in ranges) == size
    found = read(path, *ranges)
    assert found == read(path)
    assert [each.html for each in found if isinstance(each, RawPage)] == bodies


def test_a_bomb_is_a_reject_and_the_next_record_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.connectors import warc

    monkeypatch.setattr(warc, "FREE_BYTES", 1_000_000)
    bomb = record(http(b" " * 5_000_000), 1)
    found = read(write(tmp_path, bomb, record(http(), 2)))
    assert isinstance(found[0], Reject)
    assert found[0].reason == RejectReason.DECOMPRESSION_BOMB
    assert found[1].page_id == "id-2"


def test_a_page_that_grows_beyond_the_limit_in_transport_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.connectors import warc

    monkeypatch.setattr(warc, "MAX_RECORD_BYTES", 10_000)
    packed = http(gzip.compress(b"a" * 20_000), more="Content-Encoding: gzip\r\n")
    found = read(write(tmp_path, record(packed), record(http(), 2)))
    assert isinstance(found[0], Reject)
    assert found[0].reason == RejectReason.TOO_LARGE
    assert found[1].page_id == "id-2"


def test_a_record_beyond_the_limit_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.connectors import warc

    monkeypatch.setattr(warc, "_MAX_FRAME", 100_000)
    large = record(http(PAGE + b"x" * 200_000))
    found = read(write(tmp_path, large, record(http(), 2), packed=False))
    assert isinstance(found[0], Reject)
    assert found[0].reason == RejectReason.TOO_LARGE
    assert found[1].page_id == "id-2"


def test_a_missing_file_is_a_reject(tmp_path: Path) -> None:
    split = WarcRange(str(tmp_path / "none.warc.gz"), "none.warc.gz", 0, 10)
    [reject] = split.read(lambda _: None)
    assert isinstance(reject, Reject)
    assert reject.reason == RejectReason.UNREADABLE


def test_framing_agrees_with_the_reference_reader(tmp_path: Path) -> None:
    path = write(tmp_path, *(record(http(PAGE * n), n) for n in range(1, 9)))

    def reference() -> Iterator[tuple[str, bytes]]:
        for each in ArchiveIterator(io.BytesIO(path.read_bytes()), auto_decode="all"):
            yield each.headers["WARC-Target-URI"], each.reader.read()

    assert [(p.url, p.html) for p in read(path) if isinstance(p, RawPage)] == list(reference())
