"""Where the time of a page goes: each stage on its own, text and HTML pages."""

from benchmarks.clock import race
from benchmarks.inputs import origin, samples
from benchmarks.tables import Row, Scale, Section
from schemas.arrow import story_rows
from schemas.records import Page, PageStories, RawPage, Segmentation
from transforms.dates import read_dates
from transforms.pages import read_page
from transforms.segmentation import segment
from transforms.sources import read_sources
from transforms.stories import page_stories

Cut = tuple[Page, Segmentation]


def measure(scale: Scale) -> Section:
    pages = samples(6 if scale.quick else 200)
    rounds = 1 if scale.quick else 3
    rows = [
        *_shares("text", [page.as_text() for page in pages], rounds),
        *_shares("HTML", [page.as_html() for page in pages], rounds),
    ]
    note = (
        f"One core, CPU time, bare functions, {len(pages)} {origin()}. The whole is one call; the "
        "stages are timed on their own, so they need not add up to it."
    )
    return Section("Where a page's time goes", note, tuple(rows))


def _shares(form: str, raws: list[RawPage], rounds: int) -> list[Row]:
    pages = [page for page in map(read_page, raws) if isinstance(page, Page)]
    cuts: list[Cut] = [(page, segment(page)) for page in pages]
    stories = [found for found in map(page_stories, pages) if isinstance(found, PageStories)]
    count = len(pages)
    stages = {
        "decode, clean, blocks": (race({"": read_page}, raws, rounds), len(raws)),
        "segmentation": (race({"": segment}, pages, rounds), count),
        "dates": (race({"": lambda cut: read_dates(*cut)}, cuts, rounds), count),
        "sources": (race({"": lambda cut: read_sources(*cut)}, cuts, rounds), count),
        "all of the rows' text (with segmentation, dates, sources, language)": (
            race({"": page_stories}, pages, rounds),
            count,
        ),
        "rows to Arrow": (race({"": lambda s: story_rows(s.stories)}, stories, rounds), count),
    }
    each = {name: 1000 * seconds[""] / n for name, (seconds, n) in stages.items()}
    whole = each["decode, clean, blocks"] + each.pop(
        "all of the rows' text (with segmentation, dates, sources, language)"
    )
    apart = sum(
        each[name] for name in ("decode, clean, blocks", "segmentation", "dates", "sources")
    )
    each["language, mentions, assembly"] = max(0.0, whole - apart)
    total = f"a {form} page"
    rows = [Row(f"{form}: {name}", ms, "ms", ms / whole, total) for name, ms in each.items()]
    return [Row(total, whole, "ms"), *sorted(rows, key=lambda row: -row.value)]
