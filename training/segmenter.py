"""Builds the segmenter's models fold by fold: a network, then trees on pages that it did not know.

The trees must see scores such as the network gives to sites it never saw, or they would learn to
trust it too much. So each fold's network leaves its sites out, its pages get their scores from that
network, and the trees that judge a fold are learned on all other folds. The model of a fold knows
nothing of its sites, neither network nor trees: it is what cross-validation scores. After them comes
one that knows all sites, which the package ships: other sites are what it is for.
"""

import io
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from schemas.records import Block
from training.boost import Rows, boost, together
from training.compose import Composer, cut
from training.compose_html import compose, fragments_of, read_composed
from training.corpus import (
    FOLDS,
    RENDERINGS,
    Truth,
    of_fold,
    read_rows,
    sites_of_mixed,
    split_by_site,
)
from training.labels import (
    HEADLINE,
    Example,
    label_in_order,
    label_page,
    word_f1,
)
from training.markup_pages import apart, as_one_page
from transforms.arrays import Floats, Ints
from transforms.features import measure
from transforms.segmentation.borders import border_evidence, candidates
from transforms.segmentation.context import with_context
from transforms.segmentation.decode import decode
from transforms.segmentation.model import Model, evidence_columns, read_model
from transforms.segmentation.network import (
    HEAD_START,
    MORE,
    Network,
    Scores,
    merged,
    read_network,
)
from transforms.segmentation.starts import best_path, choose_starts
from transforms.segmentation.titles import Story, stories, title_candidates, title_evidence
from transforms.segmentation.trees import Trees
from transforms.segmentation.view import View, view, without_address
from transforms.words import words

EVERY_SITE = FOLDS  # the number of the model that leaves nothing out
_MODELS = range(EVERY_SITE + 1)
_CLOSE = 0.8  # word F1 from which a line is a headline, as ``eval/score.py`` counts
_HTML_SEEDS = range(100, 110)  # others than that of the pages that are measured
_HARDLY = -6.0
_STANDS_FOR = 4
_SAME_START = 6  # blocks that a found start may be off


@dataclass(frozen=True, slots=True)
class Recipe:
    """One of the package's two segmenters and what it is learned from. Each of ``seeds`` gives a
    network; ``composed`` pages a fold teach the trees; ``weights`` say what a page of each
    rendering counts for them; ``title_draws`` of the trees for headlines are averaged."""

    name: str
    renderings: tuple[str, ...]
    weights: dict[str, float]
    markup: bool
    composed: int
    seeds: tuple[int, ...]
    title_draws: int = 1

    @property
    def columns(self) -> int:
        return evidence_columns(markup=self.markup)

    @property
    def file(self) -> str:
        """The file of its weights."""
        return f"{self.name}.npz"


TEXT = Recipe(
    "segmentation", ("a", "b", "mixed"),
    {"a": 1.0, "b": 1.0, "mixed": 2.0, "composed": 0.5}, markup=False, composed=600,
    seeds=(7, 8), title_draws=5,
)  # fmt: skip
MARKUP = Recipe(
    "segmentation_markup", ("html",), {"html": 2.0, "composed": 1.0}, markup=True, composed=300,
    seeds=(7, 8),
)  # fmt: skip
RECIPES = (TEXT, MARKUP)


@dataclass(slots=True, eq=False)
class Seen:
    """A page that a network scored which does not know it, and what is true of it."""

    kind: str
    fold: int
    weight: float
    example: Example | None
    truth: Truth | None
    scores: Scores
    view: View
    at: Ints
    evidence: Floats
    states: Sequence[int] = ()


# ---------------------------------------------------------------------- networks
def networks(recipe: Recipe, folder: Path, workers: int = 2) -> list[Network]:
    """The networks of each fold as one, then those of all sites: read from ``folder``, or learned
    and written there."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [
        [folder / f"{recipe.name}_{fold}_{seed}.npz" for seed in recipe.seeds] for fold in _MODELS
    ]
    missing = [
        (recipe, fold, seed, path)
        for fold, of_fold in enumerate(paths)
        for seed, path in zip(recipe.seeds, of_fold, strict=True)
        if not path.exists()
    ]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_learn_one, *zip(*missing, strict=True)) if missing else ())
    return [merged([_read(path) for path in of_fold]) for of_fold in paths]


def _read(path: Path) -> Network:
    with np.load(path, allow_pickle=False) as stored:
        return read_network(dict(stored))


def _learn_one(recipe: Recipe, fold: int, seed: int, path: Path) -> None:
    from training.network import MARKUP_PLAN, TEXT_PLAN, examples_without, labelled, learn

    single, mixed = read_rows("single"), read_rows("mixed")
    sites = (*split_by_site(single, mixed).held_out, frozenset())[fold]
    if recipe.markup:
        plan = MARKUP_PLAN
        pages = examples_without(sites, labelled(single, ("html",)), [], plan, seed)
    else:
        # Lines of HTML are lines too: they teach the text network a third rendering.
        plan = TEXT_PLAN
        of = sites_of_mixed(single, mixed)
        mixes = [(e, of[e.page_id]) for e in labelled(mixed, ("mixed",))]
        pages = examples_without(sites, labelled(single, ("a", "b", "html")), mixes, plan, seed)
    network = learn(pages, plan, seed, lambda text: print(f"{path.stem}: {text}", flush=True))
    file = io.BytesIO()
    np.savez_compressed(file, **network.arrays())
    path.write_bytes(file.getvalue())


# ---------------------------------------------------------------------- pages as they are judged
def seen_pages(recipe: Recipe, fold: int, network: Network) -> Iterator[Seen]:
    """The pages of ``fold`` in every rendering, then pages composed of them."""
    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    pieces = []
    for row, kind in of_fold(fold, split, single, mixed, recipe.renderings):
        page = RENDERINGS[kind](row)
        if page is None or not page.blocks:
            continue
        example = label_page(row, page)
        url = None if _without_address(row.page_id, kind) else page.url
        yield _seen(recipe, kind, fold, page.blocks, network, example, row.truth, url)
        if kind != "mixed" and example is not None and example.whole:
            pieces.append(cut(example))
    if recipe.markup:
        pieces = [apart(number, piece) for number, piece in enumerate(pieces)]
        found = fragments_of(fold)
        for seed in _HTML_SEEDS:
            for record, truth in compose(found, fold, seed):
                page = read_composed(record)
                example = (
                    None
                    if page is None
                    else label_in_order(record["page_id"], truth["stories"], page.blocks)
                )
                if example is not None:
                    blocks = example.blocks
                    yield _seen(recipe, "composed", fold, blocks, network, example, None)
    composer = Composer(pieces, 100 + fold)
    for number in range(recipe.composed):
        example = composer.page(number)
        if recipe.markup:
            example = as_one_page(example, 100 * fold + number)
        if example.lines:
            yield _seen(recipe, "composed", fold, example.blocks, network, example, None)


def _without_address(page_id: str, kind: str) -> bool:
    """Every second page is learned from as if nobody knew where it stood; of a page in two
    renderings it is one of them."""
    return (zlib.crc32(page_id.encode()) + (kind == "b")) % 2 == 0


def _seen(
    recipe: Recipe, kind: str, fold: int, blocks: Sequence[Block], network: Network,
    example: Example | None, truth: Truth | None, url: str | None = None,
) -> Seen:  # fmt: skip
    features = measure(blocks, network.vocabulary)
    scores = network.scores(features)
    page = view(blocks, features, scores, decode(scores), url)
    at = candidates(page)
    whole = example is None or example.whole
    weight = recipe.weights[kind] * (1.0 if whole else 0.5)
    evidence = border_evidence(page, at, recipe.columns)
    return Seen(kind, fold, weight, example, truth, scores, page, at, evidence)


# ---------------------------------------------------------------------- what the trees learn from
def border_rows(seen: Seen) -> Rows | None:
    """The candidates of a page and which of them are starts; None where that is not known."""
    if seen.example is None or not len(seen.at):
        return None
    lines = [seen.example.lines[i] for i in seen.at]
    truth = np.array([_is_start(line.start, line.states) for line in lines], np.int64)
    weight = np.full(len(truth), seen.weight, np.float32)
    # Most candidates are hardly any: one of several of them stands for all.
    hardly = (truth == 0) & (seen.view.start[seen.at] < _HARDLY)
    weight[hardly] *= _STANDS_FOR
    known = (truth >= 0) & (~hardly | (np.cumsum(hardly) % _STANDS_FOR == 0))
    return Rows(seen.evidence[known], truth[known], weight[known])


def _is_start(start: int, states: int) -> int:
    """1 or 0, or -1 where a partly known page leaves it open."""
    if not states:
        return start
    if states == 1 << HEAD_START:
        return 1
    return -1 if states & 1 << MORE else 0


def title_rows(recipe: Recipe, seen: Seen) -> Rows | None:
    """For each story found whose headline is known the candidates and which of them read like it."""
    views = [seen.view]
    if seen.view.told.any():  # and without the address: a headline must be known by its own looks
        views.append(without_address(seen.view))
    parts = []
    for story, titles in _with_titles(seen):
        at = title_candidates(seen.view, story)
        if not len(at):
            continue
        texts = [words(seen.view.blocks[i].text) for i in at]
        truth = np.array([any(word_f1(t, title) >= _CLOSE for title in titles) for t in texts])
        weight = np.full(len(at), 0.3 if seen.kind == "composed" else 1.0, np.float32)
        for page in views:
            evidence = title_evidence(page, at, story, recipe.columns)
            parts.append(Rows(evidence, truth.astype(np.int64), weight))
    return together(parts) if parts else None


def _with_titles(seen: Seen) -> Iterator[tuple[Story, list[list[str]]]]:
    found = list(stories(seen.states))
    if not found:
        return
    if seen.truth is not None and seen.kind != "mixed":
        titles = _titles(seen.truth["stories"][0])
        ends = [*(story.start for story in found), len(seen.view.blocks)][1:]
        prose = [
            seen.view.prose[e] - seen.view.prose[s.start] for s, e in zip(found, ends, strict=True)
        ]
        if titles:  # the page's one story is the longest that was found
            yield found[int(np.argmax(prose))], titles
        return
    if seen.example is None:
        return
    lines = seen.example.lines
    starts = [i for i, line in enumerate(lines) if line.start == 1]
    if seen.truth is not None:
        known = [_titles(story) for story in seen.truth["stories"]]
    else:
        ends = [*starts, len(lines)][1:]
        known = [
            [words(lines[i].block.text) for i in range(s, e) if lines[i].kinds == HEADLINE]
            for s, e in zip(starts, ends, strict=True)
        ]
    if len(known) != len(starts):
        return
    for story in found:
        nearest = min(range(len(starts)), key=lambda k: abs(starts[k] - story.start))
        if abs(starts[nearest] - story.start) <= _SAME_START and known[nearest]:
            yield story, known[nearest]


def _titles(story: Truth) -> list[list[str]]:
    if story.get("title_visible") is False:
        return []
    return [words(title) for title in (story.get("title"), story.get("title_alt")) if title]


# ---------------------------------------------------------------------- models
def models_of_folds(recipe: Recipe, folder: Path, workers: int) -> list[Model]:
    """The models of all folds and of ``EVERY_SITE``: read from ``folder``, or learned and written
    there."""
    paths = [folder / f"{recipe.name}_model_{fold}.npz" for fold in _MODELS]
    if not all(path.exists() for path in paths):
        for path, model in zip(paths, models(recipe, folder, workers), strict=True):
            path.write_bytes(model.pack())
    return [read_model(path.read_bytes()) for path in paths]


def models(recipe: Recipe, folder: Path, workers: int = 2) -> list[Model]:
    """The model of each fold, which knows none of its sites, and that of all sites."""
    found = networks(recipe, folder, workers)
    judges = enumerate(found[:EVERY_SITE])
    pages = [seen for fold, net in judges for seen in seen_pages(recipe, fold, net)]
    borders = _trees(pages, [border_rows(seen) for seen in pages], workers)
    for seen in pages:
        alone = borders[seen.fold].odds(seen.evidence)
        seen.evidence = with_context(seen.view, seen.at, seen.evidence, alone)
    context = _trees(pages, [border_rows(seen) for seen in pages], workers)
    for seen in pages:
        starts = choose_starts(seen.view, seen.at, context[seen.fold].odds(seen.evidence))
        seen.states, _ = best_path(seen.view, seen.scores, starts)
    told = [title_rows(recipe, seen) for seen in pages]
    titles = _trees(pages, told, workers, recipe.title_draws)
    parts = zip(found, borders, context, titles, strict=True)
    return [Model(*of_fold, recipe.columns) for of_fold in parts]


def _trees(
    pages: Sequence[Seen], rows: Sequence[Rows | None], workers: int, draws: int = 1
) -> list[Trees]:
    """For each fold the trees learned on the pages of all others, then those learned on all."""

    def without(fold: int) -> Trees:
        parts = zip(pages, rows, strict=True)
        known = [found for seen, found in parts if found and seen.fold != fold]
        return boost(together(known), draws=draws)

    with ThreadPoolExecutor(workers) as pool:  # LightGBM holds no lock while it learns
        return list(pool.map(without, _MODELS))
