"""One core, bare functions: whole pages beside the tools that people would take instead.

None of the others does the same work: they give the largest block and one date, copydesk all
stories with dates, sources and languages. They are what a user has now.
"""

import logging
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from benchmarks.clock import race
from benchmarks.inputs import Sample, origin, samples
from benchmarks.tables import Row, Scale, Section
from transforms.outcomes import split_stories

_TRAFILATURA = "trafilatura, with metadata"


_PACKAGES = ("trafilatura", "resiliparse", "newspaper", "htmldate")


def not_installed() -> list[str]:
    """The contenders that this environment lacks; ``make install`` brings all of them."""
    return [name for name in _PACKAGES if find_spec(name) is None]


def contenders() -> dict[str, Callable[[Sample], Any]]:
    """By name, what works on one page; those of ``not_installed`` are left out."""
    found: dict[str, Callable[[Sample], Any]] = {
        "copydesk, text pages": lambda page: split_stories(page.as_text()),
        "copydesk, HTML pages": lambda page: split_stories(page.as_html()),
    }
    # They log what they find odd in a page; that is not what is measured.
    for name in ("trafilatura", "htmldate", "newspaper"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        from trafilatura import bare_extraction
    except ImportError:
        pass
    else:
        found["trafilatura fast, with metadata"] = lambda page: bare_extraction(
            page.html, url=page.url, with_metadata=True, fast=True
        )
        found[_TRAFILATURA] = lambda page: bare_extraction(
            page.html, url=page.url, with_metadata=True
        )
    try:
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    except ImportError:
        pass
    else:
        found["resiliparse main content (no metadata)"] = lambda page: extract_plain_text(
            bytes_to_str(page.html, detect_encoding(page.html) or "utf-8"), main_content=True
        )
    try:
        import newspaper  # type: ignore[import-untyped]
    except ImportError:
        pass
    else:

        def read(page: Sample) -> None:
            parser = newspaper.Article(page.url, fetch_images=False)
            parser.download(input_html=page.html)
            parser.parse()

        found["newspaper4k"] = read
    try:
        from htmldate import find_date
    except ImportError:
        pass
    else:
        found["htmldate (the date only)"] = lambda page: find_date(page.html, url=page.url)
    return found


def measure(scale: Scale) -> Section:
    pages = samples(6 if scale.quick else 200)
    found = {name: _tolerant(work) for name, work in contenders().items()}
    seconds = race(found, pages, rounds=1 if scale.quick else 3)
    speed = {name: len(pages) / taken for name, taken in seconds.items()}
    base = speed.get(_TRAFILATURA)
    targets = {"copydesk, text pages": ">= 4", "copydesk, HTML pages": ">= 5"}
    rows = [
        Row(name, value, "pages/s", *_ratio(value, base), targets.get(name) if base else None)
        for name, value in sorted(speed.items(), key=lambda item: -item[1])
    ]
    kilobytes = sum(len(page.html) for page in pages) / len(pages) / 1000
    characters = sum(len(page.text) for page in pages) / len(pages)
    note = (
        f"One core, CPU time, {len(pages)} {origin()} ({kilobytes:,.0f} KB of HTML, or "
        f"{characters:,.0f} characters of visible text, on average), all contenders in turns on the "
        "same pages, best of three. Text pages are the visible text of the same pages, menus and "
        "footers included."
    )
    if missing := not_installed():
        note += f" Not installed, and so not measured: {', '.join(missing)}."
    return Section("One core beside other tools", note, tuple(rows))


def _ratio(value: float, base: float | None) -> tuple[float | None, str | None]:
    return (value / base, _TRAFILATURA) if base else (None, None)


def _tolerant(work: Callable[[Sample], Any]) -> Callable[[Sample], Any]:
    """A page that a tool cannot read costs it the time until it gave up."""

    def run(page: Sample) -> None:
        try:
            work(page)
        except Exception as error:
            logging.debug("%s", error)

    return run
