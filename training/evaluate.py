"""Cross-validates the segmenter by site: ``python -m training.evaluate``.

A page is scored by a network that saw none of its sites, with the corpus's own ``eval/score.py``.
Prints the measures by rendering, style, genre, language and collection; writes the rows as Parquet
(what ``score.py`` reads) and the worst pages as ``copydesk inspect`` shows them, each with the places
where the truth has its stories begin.
"""

import argparse
import importlib.util
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from schemas.records import Page, Segmentation
from training.compose_html import SEED, compose, fragments_of, read_composed
from training.corpus import FOLDS, RENDERINGS, SHARED, Row, of_fold, read_rows, split_by_site
from training.kept import tell_kept
from training.segmenter import RECIPES, models_of_folds
from training.worst import worst_page
from transforms.headlines import body_of, choose_headline
from transforms.segmentation import segment
from transforms.segmentation.model import Model

MEASURES = (
    "count_exact", "over_split_pages", "under_split_pages", "stories_split", "stories_merged",
    "stories_lost", "boundary_f1", "body_precision", "body_recall", "body_f1", "headline_close",
    "leak_rate", "caption_in_body", "teaser_in_story", "teaser_found",
)  # fmt: skip
Table = dict[str, dict[str, Any]]
_COLUMNS, _WIDTH = 7, 21  # of a printed table


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One page of the corpus and what became of it."""

    row: Row
    rendering: str
    page: Page
    segmentation: Segmentation

    def rows(self) -> list[dict[str, Any]]:
        """The columns that ``score.py`` reads of stories and teasers."""
        return [
            {
                "page_id": self.page.page_id, "story_index": i, "is_teaser": span.is_teaser,
                "headline": choose_headline(self.page, self.segmentation, span),
                "body": body_of(self.page, self.segmentation, span),
                "published_at": None, "source": None, "agency": None, "language": None,
            }
            for i, span in enumerate(self.segmentation.spans)
        ]  # fmt: skip


def scorer() -> ModuleType:
    """The corpus's scoring module."""
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SHARED / "eval" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cut_pages(pages: Iterable[tuple[Row, str]], model: Model | None) -> list[Cut]:
    """Each page in its rendering, cut by ``model``."""
    cuts = []
    for row, name in pages:
        page = RENDERINGS[name](row)
        if page is not None:
            cuts.append(Cut(row, name, page, segment(page, model)))
    return cuts


def score_cuts(cuts: Iterable[Cut]) -> dict[str, Any]:
    """The measures over ``cuts``, which are all of one rendering."""
    cuts = list(cuts)
    rendering = cuts[0].rendering if cuts and cuts[0].rendering in "ab" else None
    result: dict[str, Any] = scorer().score(
        [cut.row.truth for cut in cuts], {c.page.page_id: c.rows() for c in cuts}, rendering
    )
    return result


def tables(cuts: Iterable[Cut]) -> dict[str, Table]:
    """The issue's tables: by rendering, and within each by what the pages are."""
    groups: dict[str, dict[str, list[Cut]]] = defaultdict(lambda: defaultdict(list))
    for cut in cuts:
        name, truth = cut.rendering, cut.row.truth
        groups["all"][name].append(cut)
        for field in ("style",) if "mixed" in name else ("genre", "collection"):
            groups[field][f"{name} {truth.get(field)}"].append(cut)
        groups["language"][f"{name} {truth.get('language')}"].append(cut)
    return {
        field: {key: score_cuts(of) for key, of in sorted(by.items()) if len(of) >= 4}
        for field, by in groups.items()
    }


def print_table(title: str, table: Table) -> None:
    """The measures under each other, a column for each group of pages."""
    for at in range(0, len(table), _COLUMNS):
        names = list(table)[at : at + _COLUMNS]
        print(f"{title:20}" + "".join(f"{name:>{_WIDTH}}" for name in names))
        print(f"{'pages':20}" + "".join(f"{table[n].get('pages', 0):{_WIDTH}}" for n in names))
        for measure in MEASURES:
            values = [table[n].get(measure) for n in names]
            if any(values):
                figures = (f"{v['value']:.3f}" if v else "-" for v in values)
                print(f"{measure:20}" + "".join(f"{figure:>{_WIDTH}}" for figure in figures))
        print()


def badness(cut: Cut) -> float:
    """How far one page is from right: 0 is perfect."""
    result = score_cuts([cut])

    def value(name: str, perfect: float = 1.0) -> float:
        return float(result[name]["value"]) if name in result else perfect

    wrong_count = 1 - value("count_exact")
    return wrong_count + 2 * (1 - value("body_f1")) + 0.5 * (1 - value("headline_close"))


def _evaluate_fold(fold: int, model: Model, renderings: tuple[str, ...]) -> list[Cut]:
    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    cuts = cut_pages(of_fold(fold, split, single, mixed, renderings), model)
    if "html" in renderings:
        for record, truth in compose(fragments_of(fold), fold, SEED):
            page = read_composed(record)
            if page is not None:
                cuts.append(Cut(Row(record, truth), "html mixed", page, segment(page, model)))
    return cuts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("build/segmentation"),
                        help="keeps what the folds learned; delete it after changes")  # fmt: skip
    parser.add_argument("--output", type=Path, default=Path("build/evaluation"))
    parser.add_argument("--renderings", default="a,b,mixed,html")
    parser.add_argument("--folds", default=",".join(map(str, range(FOLDS))))
    parser.add_argument(
        "--worst", type=int, default=40, help="how many of the worst pages to write"
    )
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    folds = [int(fold) for fold in args.folds.split(",")]
    names = tuple(args.renderings.split(","))
    began = time.monotonic()
    tell_kept(args.models, [r.name for r in RECIPES if set(names) & set(r.renderings)])
    cuts: list[Cut] = []
    for recipe in RECIPES:
        own = tuple(name for name in names if name in recipe.renderings)
        if own:
            of = models_of_folds(recipe, args.models, args.workers)
            with ProcessPoolExecutor(args.workers) as pool:
                parts = pool.map(_evaluate_fold, folds, [of[k] for k in folds], [own] * len(folds))
                cuts += [cut for part in parts for cut in part]
    results = tables(cuts)
    for title, table in results.items():
        print_table("all pages" if title == "all" else f"by {title}", table)
    (args.output / "figures.json").write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    for name in names:
        rows = [row for cut in cuts if cut.rendering == name for row in cut.rows()]
        _write_parquet(rows, args.output / f"rows_{name}.parquet")
    bad = sorted(cuts, key=badness, reverse=True)[: args.worst]
    (args.output / "worst.txt").write_text(
        "\n\n".join(worst_page(c.row, c.rendering, c.page, c.segmentation) for c in bad),
        encoding="utf-8",
    )
    print(f"{len(cuts)} pages in {time.monotonic() - began:.0f} s; see {args.output}{os.sep}")


def _write_parquet(rows: list[dict[str, Any]], path: Path) -> None:
    lines = path.with_suffix(".jsonl")
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_json('{lines}', format='newline_delimited')) "
            f"TO '{path}' (FORMAT parquet)"
        )
    lines.unlink()


if __name__ == "__main__":
    main()
