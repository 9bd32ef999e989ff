"""Composes HTML pages of several stories from the corpus's single pages.

``python -m training.compose_html FOLDER`` writes ``pages.jsonl.gz`` and ``truth.jsonl.gz`` in the
form that ``eval/score.py`` and ``copydesk ingest`` read. The shapes are those of real pages: an
endless scroll of <article>s or of plain boxes, with the furniture that stood around each story,
stories in a row without boxes, boxes whose day or section stands above the headline, and live blogs
whose entries have a time and a heading. All stories of one page come from sites of one fold, so
that a network that knows none of them can be asked.
"""

import argparse
import gzip
import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.records import Coordinates, Page, RawPage
from training.corpus import FOLDS, SHARED, Row, html_of, read_rows, split_by_site
from transforms.decode import NotTextError, decode
from transforms.pages import read_page
from transforms.words import words

PAGES_A_FOLD = 40
STYLES = ("articles", "boxes", "bare", "live", "headed")
SEED = 7  # of the pages that are measured
_SECTIONS = ("News", "Sport", "Business")
_DAYS = (
    "{iso}",
    "{day}.{month}.2024",
    "{day}/{month}/2024",
    "{name} {day}, 2024",
    "{hour}:{minute:02}",
)
_MONTHS = "Jan Feb March April May June July Aug Sept Oct Nov Dec".split()
_LEAST_WORDS = 120
_MOST_FURNITURE = 2.5


@dataclass(frozen=True, slots=True)
class Fragment:
    """One story as markup: the smallest element that holds its headline and its body."""

    row: Row
    markup: str

    @property
    def story(self) -> dict[str, Any]:
        return dict(self.row.truth["stories"][0])


def fragment(row: Row, raw: bytes) -> Fragment | None:
    """The story of a single page cut out of it; None where it stands in no element of its own."""
    story = row.truth["stories"][0]
    body, title = story.get("body") or "", story.get("title_alt") or story.get("title") or ""
    tokens = words(body)
    if len(tokens) < _LEAST_WORDS or not title or not row.truth["segmentation"]:
        return None
    needles = [" ".join(words(title)), " ".join(tokens[:8]), " ".join(tokens[-8:])]
    try:
        root = LexborHTMLParser(decode(raw, html=True)).root
    except NotTextError:
        return None
    if root is None:
        return None
    root.strip_tags(["script", "style", "noscript", "template", "svg", "iframe"])
    node = _smallest(root, needles)
    if node is None:
        return None
    markup = node.html or ""
    if len(words(node.text(separator=" "))) > _MOST_FURNITURE * len(tokens):
        return None
    return Fragment(row, markup)


def _smallest(root: LexborNode, needles: Sequence[str]) -> LexborNode | None:
    def holds(node: LexborNode) -> bool:
        text = " ".join(words(node.text(separator=" ")))
        return all(needle in text for needle in needles)

    if not holds(root):
        return None
    node = root
    while (inner := next((c for c in node.iter() if holds(c)), None)) is not None:
        node = inner
    return None if node.tag in {"html", "body"} else node


@dataclass(frozen=True, slots=True)
class Template:
    """How a page shows where a story begins if it keeps nothing of what stood around it elsewhere:
    by a box, by a head that is a link to the story's own page, by a line with its day and author
    below or above the head, by a rule before it; at least by one of them. A bare heading alone is
    also how a story shows its sections, so no reader of the markup could tell the two apart."""

    head: str
    linked: bool
    dated: bool
    ruled: bool
    box: str = ""
    day: str = "{iso}"
    section: str = ""


def template(style: str, random: Random) -> Template:
    """One of the templates of pages of this style."""
    if style == "headed":
        return Template(
            head=random.choice(("h1", "h2", "h2", "h3")),
            linked=random.random() < 0.4,
            dated=random.random() < 0.8,
            ruled=False,
            box=random.choice(("article", "article", "section", "div")),
            day=random.choice(_DAYS),
            section=random.choice(("", "", *_SECTIONS)),
        )
    signs = (False, False, False)
    while not any(signs):
        signs = (random.random() < 0.6, random.random() < 0.6, random.random() < 0.3)
    return Template(random.choice(("h1", "h2", "h2", "h3")), *signs)


def page(fragments: Sequence[Fragment], style: str, random: Random) -> str:
    """The HTML of one page; its head tells of the first story, as endless pages do."""
    title = html.escape(fragments[0].story["title"])
    head = f"<title>{title}</title><meta property='og:title' content=\"{title}\">"
    menu = "".join(f"<li><a href=/{n}>{n}</a></li>" for n in ("Home", *_SECTIONS))
    # Apart from ``random``, so that pages of the other styles are the same whatever templates draw.
    like = template(style, Random(title))
    stories = "".join(_part(f, style, n, like, random) for n, f in enumerate(fragments))
    if style == "bare":
        stories = f"<div class='content'>{stories}</div>"
    return (
        f"<!doctype html><html><head>{head}</head><body><nav><ul>{menu}</ul></nav>{stories}"
        "<footer><p>Contact</p><p>All rights reserved</p></footer></body></html>"
    )


def _part(found: Fragment, style: str, number: int, like: Template, random: Random) -> str:
    if style == "articles":
        return f"<article class='post' id='post-{number}'>{found.markup}</article>"
    if style == "boxes":
        share = "<ul class='share'><li>Share</li><li>Tweet</li></ul>" * random.randint(0, 1)
        return f"<div class='infinite-item'>{found.markup}{share}</div>"
    story = found.story
    body = "".join(f"<p>{html.escape(p)}</p>" for p in story["body"].split("\n") if p.strip())
    title = html.escape(story["title"])
    if style in {"bare", "headed"}:
        return _plain(title, body, number, like)
    clock = f"{random.randint(6, 22):02}:{random.randint(0, 59):02}"
    return f"<div class='live-entry'><time>{clock}</time><h3>{title}</h3><div>{body}</div></div>"


def _plain(title: str, body: str, number: int, like: Template) -> str:
    random = Random(title)
    rule = "<hr>" if like.ruled and number else ""
    address = random.randint(10_000, 99_999)
    head = f"<a href='/story/{address}'>{title}</a>" if like.linked else title
    month, day = random.randint(1, 12), random.randint(1, 28)
    iso = f"2024-{month:02}-{day:02}"
    shown = like.day.format(
        iso=iso, day=day, month=month, name=_MONTHS[month - 1],
        hour=random.randint(6, 22), minute=random.randint(0, 59),
    )  # fmt: skip
    line = (
        f"<p class='meta'><time datetime='{iso}'>{shown}</time> · A. Roe</p>" if like.dated else ""
    )
    head = f"<{like.head}>{head}</{like.head}>"
    if not like.box:
        return f"{rule}{head}{line}{body}"
    section = (
        f"<a class='category' href='/{like.section}'>{like.section}</a>" if like.section else ""
    )
    return f"<{like.box} class='entry'>{section}{line}{head}{body}</{like.box}>"


def compose(
    fragments: Sequence[Fragment], fold: int, seed: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """``PAGES_A_FOLD`` pages and their truths, of two to five stories of one language each."""
    random = Random(seed * FOLDS + fold)
    by_language: dict[str, list[Fragment]] = {}
    for found in fragments:
        by_language.setdefault(found.row.page["language"], []).append(found)
    pools = [pool for _, pool in sorted(by_language.items()) if len(pool) >= 5]
    for number in range(PAGES_A_FOLD):
        pool = random.choices(pools, [len(p) for p in pools])[0]
        chosen = random.sample(pool, random.randint(2, 5))
        style = STYLES[number % len(STYLES)]
        page_id = f"mixed-html-{fold}-{number}"
        record = {"page_id": page_id, "html": page(chosen, style, random)}
        truth = {
            "page_id": page_id, "style": style, "segmentation": True, "fold": fold,
            "language": chosen[0].row.page["language"], "teasers": [],
            "stories": [f.story | {"title_visible": True} for f in chosen],
        }  # fmt: skip
        yield record, truth


def fragments_of(fold: int) -> list[Fragment]:
    """The stories that can be cut out of the single pages of ``fold``."""
    single = read_rows("single")
    folds = split_by_site(single, read_rows("mixed")).site_fold
    raw = html_of(SHARED / "corpus")
    rows = [row for row in single if folds[row.site] == fold]
    return [f for row in rows if (f := fragment(row, raw[row.page["html_file"]]))]


def composed(seed: int = SEED) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The pages of all folds with their truths."""
    return [pair for fold in range(FOLDS) for pair in compose(fragments_of(fold), fold, seed)]


def read_composed(record: dict[str, Any]) -> Page | None:
    """The page of a composed record."""
    page = read_page(
        RawPage(
            at=Coordinates(f"composed/{record['page_id']}"),
            html=record["html"],
            page_id=record["page_id"],
        )
    )
    return page if isinstance(page, Page) else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    pairs = composed()
    for name, place in (("pages", 0), ("truth", 1)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(pair[place], ensure_ascii=False) + "\n" for pair in pairs)
    print(f"{len(pairs)} pages in {folder}")


if __name__ == "__main__":
    main()
