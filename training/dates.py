"""Trains and measures the choice of a story's date: ``python -m training.dates``.

Writes ``transforms/weights/dates.json``. The figures printed are cross-validated by site: no
site's pages are scored by trees that saw one of its pages, the calibration that a fold is judged by
comes from the other folds, and the pages are cut by segmenters that do not know them (kept by
``training.train``; learned, in hours, where they are not). ``--measure`` prints without writing.
Deterministic.
"""

import argparse
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression

from schemas.kinds import BlockKind, DateBasis
from schemas.records import Coordinates, Page, RawPage, Segmentation, StorySpan
from training.corpus import RENDERINGS, Row, Split, Truth, read_rows, split_by_site
from training.kept import tell_kept
from training.labels import label_mixed, label_single
from training.segmenter import RECIPES, models_of_folds
from training.sources import true_segmentation
from transforms.arrays import Bools, Doubles, Ints
from transforms.dates.choose import (
    STANDING,
    best_row,
    days_of,
    is_one_of_several,
    is_told,
    is_update,
    standing,
)
from transforms.dates.evidence import describe, outline
from transforms.dates.news import floor
from transforms.dates.rows import FEATURES
from transforms.dates.sightings import find_sightings
from transforms.dates.territory import eligible, territories
from transforms.language import page_language
from transforms.pages import read_page
from transforms.segmentation import segment
from transforms.segmentation.model import Model

OUT = Path(__file__).parents[1] / "transforms" / "weights" / "dates.json"

TREES = 100
DRAWS = 3  # forests of other seeds, averaged: one draw is surer than it may be of few stories
RANKING = {"objective": "lambdarank", "lambdarank_truncation_level": 3}
COMPOSED = 360  # pages a fold
ENOUGH = 300  # outcomes that a map of their own takes
# Thresholds are drawn by chance (extra_trees): one story in forty can move a searched one.
PARAMETERS = {
    "objective": "binary", "extra_trees": True, "num_leaves": 16, "max_depth": 6,
    "learning_rate": 0.08, "min_data_in_leaf": 20, "lambda_l2": 2.0, "feature_fraction": 0.8,
    "bagging_fraction": 0.8, "bagging_freq": 1, "seed": 7, "deterministic": True,
    "force_row_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One story whose day is known: its eligible dates as rows of features, and which are right.

    ``variant`` is the rendering, with ``-url`` where the address was withheld. ``right`` is what the
    scorer counts; ``meant`` also has moments whose day in their own zone is the known one, for no
    evidence can tell those from right ones: they are learned from, not measured by.
    """

    page_id: str
    site: str
    collection: str
    variant: str
    visible: bool
    rows: Doubles
    right: Bools
    meant: Bools
    fold: int
    sites: frozenset[str]
    void: Bools
    days: Ints
    floors: Doubles
    index: int = 0


def right_days(story: Truth) -> set[str]:
    """The days that count as right: local and UTC day of the known time, as the scorer has it."""
    days = {story["published"], story.get("published_local") or story["published"]}
    try:
        full = datetime.fromisoformat(story["published_at"].replace("Z", "+00:00"))
    except (KeyError, ValueError):
        return days
    if full.tzinfo:
        days |= {full.date().isoformat(), full.astimezone(UTC).date().isoformat()}
    return days


def _main_story(segmentation: Segmentation) -> Segmentation:
    """The cut of a page known to hold one story: its largest span."""
    if not segmentation.spans:
        return Segmentation(segmentation.kinds, (StorySpan((0,)),))
    largest = max(segmentation.spans, key=lambda span: (not span.is_teaser, len(span.blocks)))
    return Segmentation(segmentation.kinds, (replace(largest, is_teaser=False),))


def cut(row: Row, page: Page, name: str, model: Model | None) -> Segmentation | None:
    """The cut in which a page's dates are read; None where its stories are not all in it.

    The true cut for mixed pages and for one rendering of the single ones, the cut of ``model`` for
    the others: the scorer has to know both, for it will see only the second.
    """
    if not row.mixed and name != "a":
        return _main_story(segment(page, model))
    example = (
        label_mixed(row, page.text, page.blocks) if row.mixed else label_single(row, page.blocks)
    )
    if example is not None:
        there = true_segmentation(example)
        if len(there.spans) == len(row.truth["stories"]):
            return Segmentation(segment(page, model).kinds, there.spans)
    if row.mixed:
        return None
    return _main_story(segment(page, model))


def fetched(row: Row) -> datetime | None:
    """When the row's page was fetched, in UTC."""
    text = row.page.get("fetched_at")
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _visible(name: str, story: Truth) -> bool:
    seen = story.get("date_visible")
    name = "a" if name == "html" else name
    return bool(seen.get(name) if isinstance(seen, dict) else seen)


@dataclass(frozen=True, slots=True)
class Source:
    """A page with its cut, its stories and where each came from: what cases are made of."""

    page_id: str
    collection: str
    name: str
    page: Page
    segmentation: Segmentation
    stories: tuple[Truth, ...]
    owners: tuple[str, ...]
    sites: tuple[str, ...]
    fold: int


def read_sources(
    names: Sequence[str], split: Split, rows: Sequence[Row],
    models: Mapping[str, Sequence[Model]] | None = None,
) -> Iterator[Source]:  # fmt: skip
    """The pages of the corpus in these renderings, with their address and time of fetching.

    ``models`` by rendering are those of the folds, so that a page is cut as one of an unseen site;
    without them the package's cuts all.
    """
    site_of = {row.page_id: row.site for row in rows if not row.mixed}
    for row in rows:
        for name in names:
            if (name == "mixed") != row.mixed:
                continue
            page = RENDERINGS[name](row)
            if page is None:
                continue
            page = replace(page, fetched_at=fetched(row), language=None, url=row.page["url"])
            fold = split.page_fold[row.page_id] if row.mixed else split.site_fold[row.site]
            segmentation = cut(row, page, name, models[name][fold] if models else None)
            if segmentation is None:
                continue
            stories = tuple(row.truth["stories"])
            owners = tuple(story.get("page", row.page_id) for story in stories)
            yield Source(
                row.page_id, row.page.get("collection") or "mixed", name, page, segmentation,
                stories, owners, tuple(site_of[o] for o in owners), fold,
            )  # fmt: skip


def compose(sources: Sequence[Source], fold: int, count: int, seed: int) -> Iterator[Source]:
    """Pages of two to four stories, cut from single pages of one fold: as the corpus's mixed ones
    are made, but others. Lines stay whole, so each story keeps its dates and its true limits."""
    random = Random(seed)
    by_language: dict[str, list[Source]] = {}
    for s in sources:
        if s.fold == fold and s.stories[0].get("body") and len(s.segmentation.spans) == 1:
            by_language.setdefault(page_language(s.page) or "", []).append(s)
    pools = [pool for pool in by_language.values() if len(pool) >= 4]
    for number in range(count):
        pool = random.choices(pools, [len(p) for p in pools])[0]
        parts = random.sample(pool, random.choice((2, 2, 3, 3, 4)))
        style = random.choice(("scroll", "scroll", "full", "bare"))
        joined = _join(parts, style, random, f"composed-{fold}-{number}")
        if joined is not None:
            yield joined


def _join(parts: Sequence[Source], style: str, random: Random, name: str) -> Source | None:
    """One page of the ``parts``; None where their lines did not stay whole, because together they
    look broken at a width."""
    lines: list[str] = []
    kinds: list[BlockKind] = []
    spans: list[StorySpan] = []
    for i, part in enumerate(parts):
        own = part.segmentation.spans[0].blocks
        low, high = own[0], own[-1] + 1
        if style == "scroll":
            low = 0 if i == 0 and random.random() < 0.5 else low - random.choice((0, 0, 1, 3))
            high += random.choice((0, 1, 3, 6))
        elif style == "full":
            low, high = 0, len(part.page.blocks)
        kept = own if style == "bare" else range(max(0, low), min(high, len(part.page.blocks)))
        at = {old: len(lines) + k for k, old in enumerate(kept)}
        spans.append(StorySpan(tuple(at[old] for old in own)))
        lines += [part.page.blocks[old].text for old in kept]
        kinds += [part.segmentation.kinds[old] for old in kept]
    first = parts[0]
    raw = RawPage(
        at=Coordinates(name), text="\n".join(lines), url=first.page.url,
        fetched_at=first.page.fetched_at,
    )  # fmt: skip
    page = read_page(raw)
    if not isinstance(page, Page) or len(page.blocks) != len(lines):
        return None
    return Source(
        name, "composed", "composed", page, Segmentation(tuple(kinds), tuple(spans)),
        tuple(p.stories[0] for p in parts), tuple(p.page_id for p in parts),
        tuple(p.sites[0] for p in parts), first.fold,
    )  # fmt: skip


def cases_of(source: Source, times: Mapping[str, str | None]) -> Iterator[Case]:
    """Every story of known day, with and without the page's address."""
    kinds, page = source.segmentation.kinds, source.page
    fetch = times.get(source.owners[0])
    everything = find_sightings(page, kinds)
    without = [s for s in everything if s.basis is not DateBasis.URL]
    for tail, url, sightings in (("", page.url, everything), ("-url", None, without)):
        there = replace(page, url=url)
        for i, place in enumerate(territories(there, source.segmentation, sightings)):
            story = source.stories[i]
            if not story.get("published"):
                continue
            near = eligible(there, sightings, place)
            days = right_days(story)
            right = [bool(s.value and s.value.date().isoformat() in days) for s in near]
            local = [s.day is not None and s.day.isoformat() in days for s in near]
            # Stories of a mixed page were fetched at different times: what one of them counts
            # back from another's is neither right nor wrong.
            stray = len(source.owners) > 1 and times.get(source.owners[i]) != fetch
            counted = [s.basis is DateBasis.VISIBLE_RELATIVE or s.yearless for s in near]
            yield Case(
                source.page_id, source.sites[i], source.collection, source.name + tail,
                _visible(source.name, story),
                describe(there, kinds, [(near, place)], outline(there)),
                np.array(right, bool), np.array(right, bool) | np.array(local, bool), source.fold, frozenset(source.sites),
                np.array(counted, bool) & stray, days_of(near),
                np.array([floor(near, k, place) for k in range(len(near))]), i,
            )  # fmt: skip


def read_cases(
    split: Split, rows: Sequence[Row], models: Mapping[str, Sequence[Model]]
) -> list[Case]:
    """The corpus's cases and, to learn from, those of composed pages."""
    times = {row.page_id: row.page.get("fetched_at") for row in rows if not row.mixed}
    sources = list(read_sources(tuple(models), split, rows, models))
    texts = [s for s in sources if s.name in ("a", "b")]
    for fold in range(len(split.held_out)):
        sources += compose(texts, fold, COMPOSED, seed=fold)
    return [case for source in sources for case in cases_of(source, times)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A forest: the mean of ``draws``."""

    draws: tuple[lightgbm.Booster, ...]

    def __call__(self, rows: Doubles) -> Doubles:
        """The score of each row: for a chance its log-odds."""
        scores = [np.asarray(one.predict(rows, raw_score=True)) for one in self.draws]
        return np.asarray(np.mean(scores, axis=0))


def _grow(parameters: Mapping[str, Any], data: lightgbm.Dataset) -> Drawn:
    settings = [dict(parameters, seed=parameters["seed"] + k) for k in range(DRAWS)]
    return Drawn(tuple(lightgbm.train(of_draw, data, TREES) for of_draw in settings))


@dataclass(frozen=True, slots=True)
class Learned:
    """The two forests of a judge: which date, and how likely it is right."""

    choice: Drawn
    chance: Drawn


def _learn_choice(cases: Sequence[Case]) -> Drawn:
    """The forest that ranks: what the scorer counts before what only its own zone makes right."""
    used = [c for c in cases if (c.meant & ~c.void).any()]
    x = np.concatenate([c.rows[~c.void] for c in used])
    y = np.concatenate([c.meant[~c.void].astype(int) + c.right[~c.void] for c in used])
    groups = [int((~c.void).sum()) for c in used]
    data = lightgbm.Dataset(x, y, group=groups, free_raw_data=False)
    return _grow(PARAMETERS | RANKING, data)


def _rank(choice: Drawn, cases: Sequence[Case]) -> dict[int, Doubles]:
    """The score of each date of each case, by ``id`` of the case."""
    used = [c for c in cases if len(c.rows)]
    scores = choice(np.concatenate([c.rows for c in used]))
    ends = np.cumsum([len(c.rows) for c in used])[:-1]
    return {id(c): part for c, part in zip(used, np.split(scores, ends), strict=True)}


def _standings(cases: Sequence[Case]) -> dict[int, Doubles]:
    """How each date stands in the eyes of forests that have not seen its site: what the second
    forest learns from, for one that has seen it is surer than it may be."""
    found: dict[int, Doubles] = {}
    for fold in sorted({c.fold for c in cases}):
        here = [c for c in cases if c.fold == fold and len(c.rows)]
        sites = frozenset().union(*(c.sites for c in here))
        choice = _learn_choice([c for c in cases if not c.sites & sites])
        found |= _rank(choice, here) if here else {}
    return {id(c): _standing(found[id(c)], c) for c in cases if len(c.rows)}


def _standing(scores: Doubles, case: Case) -> Doubles:
    return standing(scores, case.days, np.zeros(len(scores), np.int64))


def learn(cases: Sequence[Case]) -> Learned:
    """The forests for these cases. A story weighs the same whether it shows one date or twenty."""
    stand = _standings(cases)
    used = [c for c in cases if not c.void.all()]
    x = np.concatenate([np.hstack([c.rows, stand[id(c)]])[~c.void] for c in used])
    y = np.concatenate([c.meant[~c.void] for c in used])
    weight = np.concatenate([np.full((~c.void).sum(), len(c.rows) ** -0.5) for c in used])
    names = [*FEATURES, *STANDING]
    data = lightgbm.Dataset(x, y, weight=weight, feature_name=names, free_raw_data=False)
    return Learned(_learn_choice(cases), _grow(PARAMETERS, data))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best date of a case: its raw score, whether it is right, and its row."""

    case: Case
    raw: float
    right: bool
    best: int = -1


def choose(learned: Learned, cases: Sequence[Case]) -> list[Outcome]:
    """The chosen date of each case; a raw chance of 0 where there is none."""
    ranked = _rank(learned.choice, cases)
    out = []
    for case in cases:
        if not len(case.rows):
            out.append(Outcome(case, 0.0, right=False))
            continue
        scores = ranked[id(case)]
        best = best_row(scores, case.rows)
        row = np.hstack([case.rows, _standing(scores, case)])[best : best + 1]
        raw = float(1 / (1 + np.exp(-learned.chance(row)[0])))
        out.append(Outcome(case, raw, bool(case.right[best]), best))
    return out


def calibrate(outcomes: Sequence[Outcome], bins: int = 30) -> Doubles:
    """Points of a monotone map from raw score to the share of right choices.

    Bins of equal size, made monotone, joined by lines through their middles: an isotonic fit
    alone has steps so wide that all scores of a step get the same confidence.
    """
    chosen = sorted((o.raw, o.right) for o in outcomes if o.raw > 0)
    parts = np.array_split(np.array(chosen, float), bins)
    x, y = (np.array([part[:, k].mean() for part in parts]) for k in (0, 1))
    y = IsotonicRegression(y_min=0.005, y_max=0.995).fit_transform(x, y)
    x = np.concatenate([[0.0], x, [1.0]])
    y = np.concatenate([[min(0.005, y[0])], y, [max(y[-1], 0.97)]])
    return np.stack([x, y], axis=1)


def _is_several(outcome: Outcome) -> bool:
    return outcome.best >= 0 and bool(is_one_of_several(outcome.case.rows).any())


def _is_update(outcome: Outcome) -> bool:
    return outcome.best >= 0 and bool(is_update(outcome.case.rows)[outcome.best])


@dataclass(frozen=True, slots=True)
class Maps:
    """What calibrates a forest: the map for stories that have their page to themselves, that for
    those that have not (the same where too few are known), and that for the days of updates,
    which are right far less often than the forest says (None where too few are known)."""

    points: Doubles
    several: Doubles
    updated: Doubles | None

    def __call__(self, outcome: Outcome) -> float:
        """The share of choices like this one that is right."""
        which = self.several if _is_several(outcome) else self.points
        if self.updated is not None and _is_update(outcome):
            which = self.updated
        return float(np.interp(outcome.raw, *which.T))


def calibrations(outcomes: Sequence[Outcome]) -> Maps:
    """The maps that these outcomes tell."""
    changed = [o for o in outcomes if _is_update(o)]
    apart = len(changed) >= ENOUGH
    rest = [o for o in outcomes if not _is_update(o)] if apart else outcomes
    alone = calibrate([o for o in rest if not _is_several(o)])
    shared = [o for o in rest if _is_several(o)]
    return Maps(
        alone, calibrate(shared, bins=12) if len(shared) >= ENOUGH else alone,
        calibrate(changed, bins=6) if apart else None,
    )  # fmt: skip


def error(outcomes: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error over ``bins`` equal bins of confidence."""
    p = np.array([o[0] for o in outcomes])
    r = np.array([o[1] for o in outcomes], float)
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[which == b].sum() - r[which == b].sum()) for b in range(bins)) / len(p))


def report(outcomes: Sequence[tuple[Outcome, float]], threshold: float) -> None:
    """Prints exact and wrong shares by variant and collection, and the calibration error."""
    names = sorted({o.case.variant for o, _ in outcomes})
    for name in names:
        for only in (None, "fundus") if name != "mixed" else (None,):
            part = [
                (o, p) for o, p in outcomes
                if o.case.variant == name and (only is None or o.case.collection == only)
            ]  # fmt: skip
            if not part:
                continue
            given = [(o, p) for o, p in part if p >= threshold]
            seen = [(o, p) for o, p in part if o.case.visible]
            exact = sum(o.right for o, _ in given) / len(part)
            wrong = sum(not o.right for o, _ in given) / len(part)
            seen_exact = sum(o.right and p >= threshold for o, p in seen) / max(1, len(seen))
            there = sum(bool(o.case.right.any()) for o, _ in seen) / max(1, len(seen))
            print(
                f"{name:<12}{only or 'all':<8} n {len(part):>5}  exact {exact:.4f}  wrong {wrong:.4f}"
                f"  visible: n {len(seen):>5} exact {seen_exact:.4f} (a right candidate: {there:.4f})"
                f"  ECE {error([(p, o.right) for o, p in given] or [(0.0, False)]):.4f}"
            )


def curve(outcomes: Sequence[tuple[Outcome, float]]) -> None:
    """Prints, by threshold, what would be given and what of it would be wrong."""
    for name in sorted({o.case.variant for o, _ in outcomes}):
        part = [(o, p) for o, p in outcomes if o.case.variant == name]
        seen = [(o, p) for o, p in part if o.case.visible]
        cells = []
        for t in (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9):
            exact = sum(o.right and p >= t for o, p in seen) / max(1, len(seen))
            wrong = sum(not o.right and p >= t for o, p in part) / len(part)
            cells.append(f"{t}: {exact:.3f}/{wrong:.3f}")
        print(f"{name:<10}", "  ".join(cells))


def dump(forest: Drawn) -> dict[str, Any]:
    """A forest as ``transforms.dates.trees.read_forest`` takes its trees."""
    trees: list[list[list[float]]] = []

    def walk(node: dict[str, Any], nodes: list[list[float]]) -> int:
        here = len(nodes)
        if "leaf_value" in node:
            nodes.append([0, 0.0, here, here, round(node["leaf_value"] / len(forest.draws), 5)])
            return here
        nodes.append([])
        left = walk(node["left_child"], nodes)
        right = walk(node["right_child"], nodes)
        nodes[here] = [node["split_feature"], round(node["threshold"], 6), left, right, 0.0]
        return here

    for draw in forest.draws:
        for tree in draw.dump_model()["tree_info"]:
            nodes: list[list[float]] = []
            walk(tree["tree_structure"], nodes)
            trees.append(nodes)
    return {"trees": trees}


def _rounded(points: Doubles | None) -> list[list[float]] | None:
    return None if points is None else [[round(float(v), 5) for v in p] for p in points]


def cross_validate(cases: Sequence[Case], split: Split) -> list[tuple[Outcome, float]]:
    """Each case with the choice and the calibrated confidence of models that know no site of it."""
    outcomes: list[Outcome] = []
    for k, held in enumerate(split.held_out):
        learned = learn([c for c in cases if c.fold != k and not (c.sites & held)])
        scored = [c for c in cases if c.fold == k and c.collection != "composed"]
        outcomes += choose(learned, scored)
    rated: list[tuple[Outcome, float]] = []
    for k in range(len(split.held_out)):
        maps = calibrations([o for o in outcomes if o.case.fold != k])
        rated += [
            (o, max(maps(o), o.case.floors[o.best])) if o.raw else (o, 0.0)
            for o in outcomes
            if o.case.fold == k
        ]
    return rated


def _models(folder: Path) -> dict[str, list[Model]]:
    """By rendering the segmenters of the folds."""
    tell_kept(folder, [recipe.name for recipe in RECIPES])
    models: dict[str, list[Model]] = {}
    for recipe in RECIPES:
        models |= dict.fromkeys(recipe.renderings, models_of_folds(recipe, folder, workers=2))
    return dict(sorted(models.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="print figures, write nothing")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--models", type=Path, default=Path("build/segmentation"),
                        help="what the segmenter's folds learned")  # fmt: skip
    parser.add_argument("--cache", help="a pickle of the cases, made if it is not there")
    options = parser.parse_args(arguments)
    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    if options.cache and Path(options.cache).exists():
        cases = pickle.loads(Path(options.cache).read_bytes())
    else:
        cases = read_cases(split, [*single, *mixed], _models(options.models))
        if options.cache:
            Path(options.cache).write_bytes(pickle.dumps(cases))
    told = [bool(is_told(case.rows).any()) for case in cases]
    rated: list[tuple[Outcome, float]] = []
    weights: dict[str, Any] = {"features": list(FEATURES)}
    for name, wanted in (("told", True), ("untold", False)):
        part = [case for case, is_ in zip(cases, told, strict=True) if is_ == wanted]
        mine = cross_validate(part, split)
        rated += mine
        if not options.measure:
            learned = learn(part)
            maps = calibrations([o for o, _ in mine])
            weights[name] = {
                "choice": dump(learned.choice), "chance": dump(learned.chance),
                "points": _rounded(maps.points), "several": _rounded(maps.several),
                "updated": _rounded(maps.updated),
            }  # fmt: skip
    report(rated, options.threshold)
    curve(rated)
    if not options.measure:
        OUT.write_text(json.dumps(weights, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
