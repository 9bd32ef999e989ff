"""Measures agencies, authors, sources and languages on the development corpus.

``python -m training.sources [--rendering a|b|mixed] [--misses FIELD]`` reads each story inside its
true limits, so that the figures tell of the rules and not of the segmenter. The rules are not
trained; what was tuned by hand on this corpus can be checked on other sites with the same command.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from schemas.kinds import BlockKind
from schemas.records import Page, Segmentation, SourceReading, StorySpan
from training.corpus import RENDERINGS, Row, Truth, read_rows
from training.labels import (
    BODY,
    BYLINE,
    CAPTION,
    HEADLINE,
    STANDFIRST,
    Example,
    label_mixed,
    label_single,
)
from transforms.bylines import is_person
from transforms.language import identify
from transforms.sources import read_sources
from transforms.words import words

_KINDS = {
    HEADLINE: BlockKind.HEADLINE,
    BODY: BlockKind.BODY,
    CAPTION: BlockKind.CAPTION,
    STANDFIRST: BlockKind.STANDFIRST,
    BYLINE: BlockKind.BYLINE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A page inside its true limits, and what is known of its stories in the order of the spans."""

    row: Row
    page: Page
    segmentation: Segmentation
    stories: tuple[Truth, ...]


def true_segmentation(example: Example) -> Segmentation:
    """The cut that the truth gives: only blocks of known kind belong to a span."""
    kinds = tuple(_KINDS.get(line.kinds, BlockKind.BOILERPLATE) for line in example.lines)
    spans: list[list[int]] = []
    for i, line in enumerate(example.lines):
        if line.start == 1:
            spans.append([])
        if line.inside == 1 and spans and kinds[i] is not BlockKind.BOILERPLATE:
            spans[-1].append(i)
    return Segmentation(kinds, tuple(StorySpan(tuple(span)) for span in spans if span))


def read_cases(rendering: str) -> Iterator[Case]:
    """The pages whose stories' limits are known."""
    for row in read_rows("mixed" if rendering == "mixed" else "single"):
        page = RENDERINGS[rendering](row)
        if page is None:
            continue
        page = replace(page, url=row.page["url"], language=None)
        if row.mixed:
            example: Example | None = label_mixed(row, page.text, page.blocks)
        else:
            example = label_single(row, page.blocks)
        if example is None:
            continue
        segmentation = true_segmentation(example)
        if len(segmentation.spans) == len(row.truth["stories"]):
            yield Case(row, page, segmentation, tuple(row.truth["stories"]))


class Tally:
    """Counts of right, wrong, missed and uncalled-for values, a row a field."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.misses: dict[str, list[str]] = defaultdict(list)

    def add(self, field: str, outcome: str, note: str = "") -> None:
        self.counts[field][outcome] += 1
        if outcome != "right":
            self.misses[field].append(f"{outcome:9} {note}")

    def __str__(self) -> str:
        lines = []
        for field, counts in sorted(self.counts.items()):
            given = sum(counts.values()) - counts["missed"]
            known = sum(counts.values()) - counts["uncalled"]
            lines.append(
                f"{field:10} of {known:5} known: right {counts['right'] / max(known, 1):.3f}, "
                f"wrong {counts['wrong'] / max(known, 1):.3f}, "
                f"partly {counts['partly'] / max(known, 1):.3f}; given {given}, "
                f"without truth {counts['uncalled']}"
            )
        return "\n".join(lines)


def plain(text: str) -> str:
    return "".join(words(text))


def _same_source(source: str, story: Truth) -> bool:
    domain = str(story["domain"])
    names = {plain(domain), plain(domain.split(".", maxsplit=1)[0])}
    return source == domain or plain(source) in names


def _judge(tally: Tally, case: Case, story: Truth, reading: SourceReading, body: str) -> None:
    where = f"{case.row.page_id} {case.row.page['language']}"
    want, got = story.get("agency"), reading.agency
    if want or got:
        outcome = (
            "uncalled"
            if not want
            else "missed"
            if not got
            else "right"
            if plain(got) in map(plain, want)
            else "wrong"
        )
        tally.add("agency", outcome, f"{where} {want} {got}")
    if want := story.get("authors"):
        names, got_names = set(map(plain, want)), set(map(plain, reading.authors))
        outcome = (
            "missed"
            if not got_names
            else "right"
            if names == got_names
            else "partly"
            if names & got_names
            else "wrong"
        )
        tally.add("authors", outcome, f"{where} {want} {reading.authors}")
        if people := set(map(plain, filter(is_person, want))):
            right = "right" if people == got_names else "partly" if people & got_names else "wrong"
            tally.add("people", right if got_names else "missed")
    elif reading.authors:
        tally.add("authors", "uncalled", f"{where} {reading.authors}")
    if story.get("domain"):
        source = reading.source
        outcome = (
            "missed" if source is None else "right" if _same_source(source, story) else "wrong"
        )
        tally.add("source", outcome, f"{where} {story['domain']} {source}")
    if want := story.get("publisher"):
        got = reading.publisher
        outcome = "missed" if not got else "right" if plain(got) == plain(want) else "wrong"
        tally.add("publisher", outcome, f"{where} {want} {got}")
    elif reading.publisher:
        tally.add("publisher", "uncalled", f"{where} {reading.publisher}")
    if not case.row.mixed:
        language = identify(body)
        outcome = (
            "missed"
            if language is None
            else "right"
            if language == case.row.page["language"]
            else "wrong"
        )
        tally.add("language", outcome, f"{where} {language} {body[:60]!r}")


def evaluate(cases: list[Case]) -> tuple[Tally, dict[str, float]]:
    """The tally, and milliseconds a page for each of sources and language."""
    tally = Tally()
    spent: dict[str, float] = defaultdict(float)
    for case in cases:
        begun = time.process_time()
        readings = read_sources(case.page, case.segmentation)
        spent["sources"] += time.process_time() - begun
        for story, span, reading in zip(
            case.stories, case.segmentation.spans, readings, strict=True
        ):
            body = "\n\n".join(
                case.page.blocks[i].text for i in span.blocks
                if case.segmentation.kinds[i] is BlockKind.BODY
            )  # fmt: skip
            begun = time.process_time()
            identify(body)
            spent["language"] += time.process_time() - begun
            _judge(tally, case, story, reading, body)
    return tally, {name: 1000 * seconds / len(cases) for name, seconds in spent.items()}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rendering", choices=sorted(RENDERINGS), default="mixed")
    parser.add_argument("--misses", metavar="FIELD", help="print what went wrong in this field")
    options: Any = parser.parse_args(arguments)
    cases = list(read_cases(options.rendering))
    tally, spent = evaluate(cases)
    print(f"{len(cases)} pages, rendering {options.rendering}")
    print(tally)
    print(", ".join(f"{name} {ms:.3f} ms a page" for name, ms in spent.items()))
    for miss in tally.misses[options.misses] if options.misses else ():
        print(miss)


if __name__ == "__main__":
    main()
