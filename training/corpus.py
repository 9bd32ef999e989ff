"""Reads the development corpus: rows with their truth, folds by site, renderings as pages.

A *rendering* is a function from a row to a page, so the same labels and the same evaluation serve
texts and HTML alike. The corpus stays where it is; nothing of its texts is copied.
"""

import gzip
import json
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from schemas.records import Coordinates, Page, RawPage
from transforms.decode import NotTextError, decode
from transforms.pages import read_page

SHARED = Path(__file__).resolve().parents[2] / "shared"
FOLDS = 5
# The weights of the gate in the tests never saw the sites of this fold; the package's know all.
HELD_OUT_FOLD = 2

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One page of the corpus with what is known of it."""

    page: dict[str, Any]
    truth: Truth

    @property
    def page_id(self) -> str:
        return str(self.page["page_id"])

    @property
    def site(self) -> str:
        return site_of(self.page["domain"])

    @property
    def mixed(self) -> bool:
        return "text" in self.page


Rendering = Callable[[Row], Page | None]


def site_of(domain: str) -> str:
    """The registered domain without its public suffix: ``example`` for ``example.co.uk``."""
    return domain.split(".", maxsplit=1)[0]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_rows(kind: str, folder: Path = SHARED / "corpus") -> list[Row]:
    """The rows of ``kind`` (``single`` or ``mixed``), in the order of the file."""
    truth = {row["page_id"]: row for row in read_lines(folder / f"truth_{kind}.jsonl.gz")}
    return [Row(p, truth[p["page_id"]]) for p in read_lines(folder / f"pages_{kind}.jsonl.gz")]


def render_text(field: str, row: Row) -> Page | None:
    """The page of one of a row's texts; None where the text does not hold the story."""
    rendering = field.removeprefix("text_")
    if (row.truth.get("text_ok") or {}).get(rendering) is False:
        return None
    raw = RawPage(
        at=Coordinates(f"corpus/{row.page_id}"),
        text=row.page[field],
        page_id=row.page_id,
        url=row.page.get("url"),
        language=row.page.get("language"),
    )
    page = read_page(raw)
    return page if isinstance(page, Page) else None


@cache
def html_of(folder: Path) -> dict[str, bytes]:
    """The HTML of the single pages by file name, as fetched."""
    with tarfile.open(folder / "html.tar") as tar:
        return {
            member.name: gzip.decompress(file.read())
            for member in tar
            if (file := tar.extractfile(member)) is not None
        }


def html_texts(folder: Path) -> Iterator[str]:
    """The HTML of the single pages as text, in the order of the archive."""
    for raw in html_of(folder).values():
        try:
            yield decode(raw, html=True)
        except NotTextError:
            continue


def render_html(row: Row) -> Page | None:
    """The page of a row's HTML."""
    raw = RawPage(
        at=Coordinates(f"corpus/{row.page_id}"),
        html=html_of(SHARED / "corpus")[row.page["html_file"]],
        page_id=row.page_id,
        url=row.page.get("url"),
        language=row.page.get("language"),
    )
    page = read_page(raw)
    return page if isinstance(page, Page) else None


RENDERINGS: dict[str, Rendering] = {
    "a": partial(render_text, "text_a"),
    "b": partial(render_text, "text_b"),
    "html": render_html,
    "mixed": partial(render_text, "text"),
}


def _hash(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8])


@dataclass(frozen=True, slots=True)
class Split:
    """Who scores what: the fold of each site's single pages and of each mixed page, and the
    sites that the model of a fold must not have seen."""

    site_fold: dict[str, int]
    page_fold: dict[str, int]
    held_out: tuple[frozenset[str], ...]


def split_by_site(single: Iterable[Row], mixed: Iterable[Row], folds: int = FOLDS) -> Split:
    """Cuts sites into ``folds``; mixed pages go where most of their sites are.

    A mixed page has several sites, so the model that scores it must know none of them: a fold
    holds out its own sites and all sites of its mixed pages.
    """
    single = list(single)
    sites = sorted({row.site for row in single}, key=_hash)
    fold = {site: i % folds for i, site in enumerate(sites)}
    parts = {page_id: sorted(of) for page_id, of in sites_of_mixed(single, mixed).items()}
    _gather(fold, parts, folds)
    held = [{site for site, k in fold.items() if k == i} for i in range(folds)]
    page_fold = {}
    for page_id, of in parts.items():
        votes = [fold[site] for site in of]
        page_fold[page_id] = max(range(folds), key=lambda k: (votes.count(k), -k))
    for page_id, of in parts.items():
        held[page_fold[page_id]].update(of)
    return Split(fold, page_fold, tuple(frozenset(h) for h in held))


def _gather(fold: dict[str, int], parts: dict[str, list[str]], folds: int) -> None:
    """Moves sites that stand on the same mixed pages into one fold, some rounds of greedy swaps."""
    friends: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for of in parts.values():
        for a in of:
            for b in of:
                if a != b:
                    friends[a][b] += 1
    linked = sorted(friends, key=_hash)
    size = [sum(fold[s] == k for s in linked) for k in range(folds)]
    limit = len(linked) // folds + 3
    for _ in range(10):
        for site in linked:
            votes = [0] * folds
            for friend, times in friends[site].items():
                votes[fold[friend]] += times
            here = fold[site]
            best = max(range(folds), key=lambda k: (votes[k], k == here, -k))
            if best != here and size[best] < limit:
                size[here] -= 1
                size[best] += 1
                fold[site] = best


def sites_of_mixed(single: Iterable[Row], mixed: Iterable[Row]) -> dict[str, set[str]]:
    """The sites whose pages each mixed page holds."""
    site = {row.page_id: row.site for row in single}
    return {
        row.page_id: {site[p["page"]] for p in (*row.truth["stories"], *row.truth["teasers"])}
        for row in mixed
    }


def of_fold(
    fold: int, split: Split, single: Iterable[Row], mixed: Iterable[Row], renderings: Iterable[str]
) -> Iterator[tuple[Row, str]]:
    """The pages that the network of ``fold`` is scored on, in each rendering."""
    single = list(single)
    for name in renderings:
        if name == "mixed":
            yield from ((r, name) for r in mixed if split.page_fold[r.page_id] == fold)
        else:
            yield from ((r, name) for r in single if split.site_fold[r.site] == fold)
