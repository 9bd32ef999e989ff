"""A web archive gives the stories that the same pages give as records."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import duckdb
import pytest
from fastwarc.warc import WarcRecord, WarcRecordType

from pipeline.config import IngestConfig
from pipeline.connectors.warc import WarcRange
from pipeline.ingest import run
from schemas.records import Coordinates, PageStories, RawPage, Reject
from schemas.wire import parse_record
from transforms.decode import decode
from transforms.outcomes import split_stories

SHARED = Path(__file__).parents[3] / "shared"
FETCHED = datetime(2025, 4, 7, 6, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Fetched:
    """A page as a crawler got it; ``coding``: the transport's content encoding."""

    url: str
    body: bytes
    charset: str | None = None
    coding: str | None = None

    @property
    def page_id(self) -> str:
        return str(uuid5(NAMESPACE_URL, self.url))

    def as_record(self) -> bytes:
        """The page as a JSON line."""
        text = decode(self.body, self.charset, html=True)
        fields = {"page_id": self.page_id, "url": self.url, "html": text}
        return json.dumps(fields | {"fetched_at": FETCHED.isoformat()}).encode()

    def as_response(self) -> bytes:
        """The page as a record of a web archive."""
        kind = "text/html" + (f"; charset={self.charset}" if self.charset else "")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"
        body = self.body
        if self.coding == "gzip":
            head += "Content-Encoding: gzip\r\n"
            body = gzip.compress(body)
        record = WarcRecord()
        record.init_headers(record_type=WarcRecordType.response)
        record.headers["WARC-Record-ID"] = f"<urn:uuid:{self.page_id}>"
        record.headers["WARC-Target-URI"] = self.url
        record.headers["WARC-Date"] = FETCHED.strftime("%Y-%m-%dT%H:%M:%SZ")
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        written = io.BytesIO()
        record.write(written, checksum_data=True)
        return written.getvalue()


def story(headline: str, *paragraphs: str, day: str = "2025-04-06T10:00:00Z") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<article><h1>{headline}</h1><time datetime={day}>Sunday</time>{body}</article>"


ENGLISH = story(
    "Harbour bridge closes for repairs",
    "HALIFAX (Reuters) - The old bridge over the harbour will close on Monday for six weeks while "
    "workers replace its cables, the city said on Friday.",
    "About 9,000 cars cross it each day, and ferries will run every ten minutes instead.",
    "“We know that this is hard for people on the north shore,” said the mayor, Tom Reed.",
)
SECOND = story(
    "Bakers win a longer night shift",
    "Bakers in the old town may start work at two in the morning from June, an hour earlier than "
    "now, after the council changed its rule on noise.",
    "The union of bakers had asked for it for nine years, because bread is to be warm at six.",
)
SPANISH = story(
    "El puente del puerto cerrará en mayo",
    "El puente más antiguo de la ciudad cerrará el lunes durante seis semanas mientras los obreros "
    "cambian los cables, según informó el ayuntamiento.",
    "Unos nueve mil coches lo cruzan cada día; habrá barcos cada diez minutos.",
)
RUSSIAN = story(
    "Старый мост закроют на ремонт",
    "Старый мост через гавань закроют в понедельник на шесть недель, чтобы рабочие заменили тросы, "
    "сообщила в пятницу администрация города.",
    "Каждый день по нему проезжает около девяти тысяч машин.",
)
JAPANESE = story(
    "港の古い橋、修理のため通行止めに",
    "港にかかる古い橋は、ケーブルを交換する工事のため、月曜日から六週間にわたって通行止めになると市が金曜日に発表した。",
    "一日におよそ九千台の車がこの橋を渡っており、代わりに十分おきに船が運航される。",
)
WALL = (
    "<h2>We value your privacy</h2><p>We and our partners store cookies and personal data on your "
    "device to show you personalised advertising. You may accept or reject this in the privacy "
    "settings.</p><button>Accept all</button>"
)
META = "<head><meta charset={}></head>"
PAGES = (
    Fetched("https://news.example/bridge", ENGLISH.encode(), "utf-8"),
    Fetched("https://news.example/both", (ENGLISH + SECOND).encode(), "utf-8", "gzip"),
    Fetched("https://noticias.example/puente", SPANISH.encode("cp1252"), "iso-8859-1"),
    Fetched("https://novosti.example/most", (META.format("windows-1251") + RUSSIAN).encode("cp1251")),
    Fetched("https://shimbun.example/hashi", JAPANESE.encode("cp932"), "shift_jis", "gzip"),
    Fetched("https://news.example/wall", WALL.encode()),
    Fetched("https://news.example/nothing", b"<p> </p>"),
)  # fmt: skip


def write(folder: Path, pages: Iterable[Fetched]) -> tuple[Path, Path]:
    """The pages as a file of records and as a packed archive."""
    folder.mkdir(exist_ok=True)
    pages = list(pages)
    records, archive = folder / "pages.jsonl", folder / "pages.warc.gz"
    records.write_bytes(b"".join(page.as_record() + b"\n" for page in pages))
    archive.write_bytes(b"".join(gzip.compress(page.as_response()) for page in pages))
    return records, archive


def rows(dataset: Path, what: str) -> list[tuple[Any, ...]]:
    """All columns but those of the place that a row came from."""
    place = 'origin, topic, partition, "offset"'
    if what == "rejects":
        # A reject keeps the record as it came, and the forms of these differ.
        place += ", payload, format"
    query = f"SELECT * EXCLUDE ({place}) FROM read_parquet('{dataset}/{what}/**/*.parquet') ORDER BY ALL"
    return duckdb.connect().execute(query).fetchall()


def test_an_ingest_of_an_archive_gives_the_rows_of_the_records(tmp_path: Path) -> None:
    outputs = []
    for source in write(tmp_path / "in", PAGES):
        outputs.append(tmp_path / source.name)
        summary = run(IngestConfig(inputs=(str(source),), output=outputs[-1]))
        assert summary.counts.pages == len(PAGES)
    records, archive = outputs
    stories = rows(records, "stories")
    assert len(stories) == 6
    assert rows(archive, "stories") == stories
    rejects = rows(records, "rejects")
    assert len(rejects) == 2
    assert rows(archive, "rejects") == rejects


def outcome(raw: RawPage | Reject) -> PageStories | Reject:
    """What becomes of a page, without the place that it came from."""
    assert isinstance(raw, RawPage)
    found = split_stories(replace(raw, at=Coordinates("here")))
    if isinstance(found, Reject):
        return replace(found, payload=None, format="")
    return found


@pytest.mark.shared
def test_pages_of_the_corpus_give_the_stories_of_their_records(tmp_path: Path) -> None:
    sample = []
    with tarfile.open(SHARED / "corpus" / "html.tar") as tar:
        for member in tar.getmembers()[::25]:
            file = tar.extractfile(member)
            assert file is not None
            url = f"https://corpus.example/{member.name}"
            sample.append(Fetched(url, gzip.decompress(file.read())))
    records, archive = write(tmp_path, sample)
    split = WarcRange(str(archive), archive.name, 0, archive.stat().st_size, "gz")
    from_archive = list(split.read(lambda _: None))
    lines = records.read_bytes().splitlines()
    assert len(from_archive) == len(lines) == len(sample) > 50
    told = 0
    for raw, line in zip(from_archive, lines, strict=True):
        expected = outcome(parse_record(line, Coordinates("here")))
        assert outcome(raw) == expected
        told += isinstance(expected, PageStories)
    assert told > 50
