"""Whole HTML pages against the tools that people use: ``python -m benchmarks.html [PAGES]``.

The same pages go through copydesk (from markup to assembled stories), trafilatura with metadata,
and resiliparse's main content, page by page in turn, so that a busy machine slows all three alike.
Prints milliseconds of processor time a page and how many times copydesk is as fast.
"""

import sys
import time
from collections.abc import Callable
from itertools import islice

import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from schemas.records import Coordinates, Page, RawPage
from training.corpus import SHARED, html_texts
from transforms.pages import read_page
from transforms.stories import page_stories


def read_only(html: str) -> object:
    return read_page(RawPage(at=Coordinates("page"), html=html))


def whole(html: str) -> object:
    page = read_page(RawPage(at=Coordinates("page"), html=html))
    return page_stories(page) if isinstance(page, Page) else page


def with_trafilatura(html: str) -> object:
    return trafilatura.bare_extraction(html, with_metadata=True)


def with_resiliparse(html: str) -> object:
    return extract_plain_text(html, main_content=True)


TOOLS: dict[str, Callable[[str], object]] = {
    "copydesk, markup to blocks": read_only,
    "copydesk, whole": whole,
    "trafilatura with metadata": with_trafilatura,
    "resiliparse main content": with_resiliparse,
}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    pages = list(islice(html_texts(SHARED / "corpus"), 0, None, max(1, 1460 // count)))
    spent = dict.fromkeys(TOOLS, 0.0)
    for html in pages[:5]:
        for tool in TOOLS.values():
            tool(html)
    for html in pages:
        for name, tool in TOOLS.items():
            began = time.process_time()
            tool(html)
            spent[name] += time.process_time() - began
    size = sum(map(len, pages)) / len(pages) / 1000
    print(f"{len(pages)} pages of {size:.0f} KB")
    for name, seconds in spent.items():
        times = spent["trafilatura with metadata"] / seconds
        print(f"{name:28}{seconds / len(pages) * 1000:8.2f} ms a page {times:8.1f} x trafilatura")


if __name__ == "__main__":
    main()
