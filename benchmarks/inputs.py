"""The pages that are measured: real ones where the corpus is, else the project's seeds."""

import gzip
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.records import Coordinates, RawPage

_ROOT = Path(__file__).resolve().parents[1]
CORPUS = _ROOT.parent / "shared" / "corpus"
SEEDS = _ROOT / "seeds" / "pages"


@dataclass(frozen=True, slots=True)
class Sample:
    """The same page in two forms. ``html`` is what the server sent."""

    page_id: str
    url: str
    text: str
    html: bytes

    def as_text(self) -> RawPage:
        return RawPage(at=Coordinates(self.page_id), text=self.text, page_id=self.page_id, url=self.url)  # fmt: skip

    def as_html(self) -> RawPage:
        return RawPage(at=Coordinates(self.page_id), html=self.html, page_id=self.page_id, url=self.url)  # fmt: skip


def origin() -> str:
    """Where ``samples`` come from, for the notes."""
    return "pages of the development corpus" if CORPUS.is_dir() else "the project's seeds"


@cache
def samples(count: int) -> tuple[Sample, ...]:
    """``count`` pages spread evenly over the corpus, or the seeds over and over."""
    found = _corpus(count) if CORPUS.is_dir() else _seeds()
    return tuple(found[i % len(found)] for i in range(count))


def _corpus(count: int) -> list[Sample]:
    with gzip.open(CORPUS / "pages_single.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    step = max(1, len(records) // count)
    chosen = {record["html_file"]: record for record in records[::step][:count]}
    with tarfile.open(CORPUS / "html.tar") as tar:
        html = {
            member.name: gzip.decompress(tar.extractfile(member).read())  # type: ignore[union-attr]
            for member in tar
            if member.name in chosen
        }
    # Both renderings in turn: one keeps empty lines between blocks, the other does not.
    return [
        Sample(record["page_id"], record["url"], record[("text_a", "text_b")[i % 2]], html[name])
        for i, (name, record) in enumerate(chosen.items())
    ]


def _seeds() -> list[Sample]:
    texts = [
        path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")) if _utf8(path)
    ]
    html = [path.read_bytes() for path in sorted(SEEDS.glob("*.html"))]
    return [
        Sample(f"seed-{i}", f"https://seed-{i}.example/story", text, html[i % len(html)])
        for i, text in enumerate(texts)
    ]


def _utf8(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def records(count: int, pages: tuple[Sample, ...], *, html: bool = False) -> Iterator[bytes]:
    """``count`` JSON lines over ``pages`` again and again, each with an id and address of its own.

    The number of the round also stands in the text, so that no cache of whole texts helps.
    """
    for i in range(count):
        sample = pages[i % len(pages)]
        turn = i // len(pages)
        record = {"page_id": f"{sample.page_id}-{turn}", "url": f"{sample.url}?{turn}"}
        if html:
            record["html"] = sample.html.decode("utf-8", "replace") + f"<!-- {turn} -->"
        else:
            record["text"] = f"{sample.text}\n\n{turn}\n"
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def write_records(path: Path, lines: Iterator[bytes]) -> int:
    """Writes the lines; gives the bytes."""
    with path.open("wb") as file:
        return sum(file.write(line) for line in lines)
