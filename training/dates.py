"""Trains and measures the choice of a story's date: ``python -m training.dates``.

Writes ``transforms/weights/dates.json``. The figures printed are cross-validated by site: no
site's pages are scored by trees that saw one of its pages, and the calibration that a fold is
judged by comes from the other folds. ``--measure`` prints without writing. Deterministic.
"""

import argparse
import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from schemas.records import Page, Segmentation, StorySpan
from training.corpus import RENDERINGS, Row, Split, Truth, read_rows, split_by_site
from training.labels import label_mixed, label_single
from training.sources import true_segmentation
from transforms.dates.choose import FEATURES, describe, eligible, territories
from transforms.dates.sightings import find_sightings
from transforms.segmentation import segment

OUT = Path(__file__).parents[1] / "transforms" / "weights" / "dates.json"
Floats = npt.NDArray[np.float64]

TREES = 60
PARAMETERS = {
    "objective": "binary", "num_leaves": 12, "max_depth": 5, "learning_rate": 0.08,
    "min_data_in_leaf": 20, "lambda_l2": 2.0, "feature_fraction": 0.6, "bagging_fraction": 0.8,
    "bagging_freq": 1, "seed": 7, "deterministic": True, "force_row_wise": True,
    "num_threads": 1, "verbose": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One story whose day is known: its eligible dates as rows of features, and which are right.

    ``variant`` is the rendering, with ``-url`` where the address was withheld.
    """

    page_id: str
    site: str
    collection: str
    variant: str
    visible: bool
    rows: Floats
    right: npt.NDArray[np.bool_]
    fold: int
    sites: frozenset[str]
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
    if len(segmentation.spans) <= 1:
        return segmentation
    largest = max(segmentation.spans, key=lambda span: len(span.blocks))
    return Segmentation(segmentation.kinds, (replace(largest, is_teaser=False),))


def cut(row: Row, page: Page) -> Segmentation | None:
    """The true cut where the corpus knows it, else the segmenter's; None where they disagree."""
    example = (
        label_mixed(row, page.text, page.blocks) if row.mixed else label_single(row, page.blocks)
    )
    if example is not None:
        there = true_segmentation(example)
        if len(there.spans) == len(row.truth["stories"]):
            return there
    if row.mixed:
        return None
    there = _main_story(segment(page))
    return there if there.spans else Segmentation(there.kinds, (StorySpan((0,)),))


def fetched(row: Row) -> datetime | None:
    """When the row's page was fetched, in UTC."""
    text = row.page.get("fetched_at")
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _visible(row: Row, story: Truth, rendering: str) -> bool:
    seen = story.get("date_visible")
    return bool(seen.get(rendering) if isinstance(seen, dict) else seen)


def read_cases(renderings: Sequence[str], split: Split, rows: Sequence[Row]) -> Iterator[Case]:
    """Every story of known day, in each rendering with and without the page's address."""
    for row in rows:
        for name in renderings:
            if (name == "mixed") != row.mixed:
                continue
            page = RENDERINGS[name](row)
            if page is None:
                continue
            page = replace(page, fetched_at=fetched(row), language=None)
            segmentation = cut(row, page)
            if segmentation is None:
                continue
            sites = frozenset({row.site})
            fold = split.page_fold[row.page_id] if row.mixed else split.site_fold[row.site]
            for tail, url in (("", row.page["url"]), ("-url", None)):
                there = replace(page, url=url)
                sightings = find_sightings(there, segmentation.kinds)
                places = territories(segmentation, len(page.blocks))
                for i, (place, story) in enumerate(zip(places, row.truth["stories"], strict=False)):
                    if not story.get("published"):
                        continue
                    near = eligible(sightings, place)
                    days = right_days(story)
                    right = [bool(s.value and s.value.date().isoformat() in days) for s in near]
                    yield Case(
                        row.page_id, row.site, row.page.get("collection") or "mixed", name + tail,
                        _visible(row, story, name), describe(there, segmentation.kinds, near, place),
                        np.array(right, bool), fold, sites, i,
                    )  # fmt: skip


def learn(cases: Sequence[Case]) -> lightgbm.Booster:
    """The forest for these cases. A story weighs the same whether it shows one date or twenty."""
    used = [c for c in cases if len(c.rows)]
    x = np.concatenate([c.rows for c in used])
    y = np.concatenate([c.right for c in used])
    weight = np.concatenate([np.full(len(c.rows), len(c.rows) ** -0.5) for c in used])
    data = lightgbm.Dataset(x, y, weight=weight, feature_name=list(FEATURES))
    return lightgbm.train(PARAMETERS, data, TREES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best date of a case: its raw score and whether it is right."""

    case: Case
    raw: float
    right: bool


def choose(booster: lightgbm.Booster, cases: Sequence[Case]) -> list[Outcome]:
    """The best-scored date of each case; a raw score of 0 where there is none."""
    out = []
    for case in cases:
        if not len(case.rows):
            out.append(Outcome(case, 0.0, right=False))
            continue
        raw = np.asarray(booster.predict(case.rows))
        best = int(raw.argmax())
        out.append(Outcome(case, float(raw[best]), bool(case.right[best])))
    return out


def calibrate(outcomes: Sequence[Outcome]) -> Floats:
    """Points of a monotone map from raw score to the share of right choices, ends included."""
    chosen = [o for o in outcomes if o.raw > 0]
    fit = IsotonicRegression(y_min=0.005, y_max=0.995, out_of_bounds="clip")
    weight = np.ones(len(chosen))
    fit.fit([o.raw for o in chosen], [o.right for o in chosen], weight)
    return _smooth(fit.X_thresholds_, fit.y_thresholds_)


def _smooth(x: Floats, y: Floats, steps: int = 24) -> Floats:
    """At most ``steps`` points of a step function, so that ranks stay apart between them."""
    places = np.unique(np.concatenate([[0.0, 1.0], np.quantile(x, np.linspace(0, 1, steps - 2))]))
    return np.stack([places, np.maximum.accumulate(np.interp(places, x, y))], axis=1)


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


def dump(booster: lightgbm.Booster, points: Floats) -> dict[str, Any]:
    """The weights as ``transforms.dates.choose.load_model`` reads them."""
    trees: list[list[list[float]]] = []
    depth = 0

    def walk(node: dict[str, Any], nodes: list[list[float]], level: int) -> int:
        nonlocal depth
        depth = max(depth, level)
        here = len(nodes)
        if "leaf_value" in node:
            nodes.append([0, 0.0, here, here, round(node["leaf_value"], 5)])
            return here
        nodes.append([])
        left = walk(node["left_child"], nodes, level + 1)
        right = walk(node["right_child"], nodes, level + 1)
        nodes[here] = [node["split_feature"], round(node["threshold"], 6), left, right, 0.0]
        return here

    for tree in booster.dump_model()["tree_info"]:
        nodes: list[list[float]] = []
        walk(tree["tree_structure"], nodes, 0)
        trees.append(nodes)
    return {
        "features": list(FEATURES), "depth": depth, "trees": trees,
        "points": [[round(float(a), 5), round(float(b), 5)] for a, b in points],
    }  # fmt: skip


def cross_validate(cases: Sequence[Case], split: Split) -> list[tuple[Outcome, float]]:
    """Each case with the choice and the calibrated confidence of models that know no site of it."""
    outcomes: list[Outcome] = []
    for k, held in enumerate(split.held_out):
        model = learn([c for c in cases if c.fold != k and not (c.sites & held)])
        outcomes += choose(model, [c for c in cases if c.fold == k])
    rated: list[tuple[Outcome, float]] = []
    for k in range(len(split.held_out)):
        points = calibrate([o for o in outcomes if o.case.fold != k])
        rated += [
            (o, float(np.interp(o.raw, *points.T)) if o.raw else 0.0)
            for o in outcomes
            if o.case.fold == k
        ]
    return rated


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="print figures, write nothing")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--cache", help="a pickle of the cases, made if it is not there")
    options = parser.parse_args(arguments)
    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    if options.cache and Path(options.cache).exists():
        cases = pickle.loads(Path(options.cache).read_bytes())
    else:
        cases = list(read_cases(("a", "b", "mixed"), split, [*single, *mixed]))
        if options.cache:
            Path(options.cache).write_bytes(pickle.dumps(cases))
    rated = cross_validate(cases, split)
    report(rated, options.threshold)
    if not options.measure:
        booster = learn(cases)
        weights = dump(booster, calibrate([o for o, _ in rated]))
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(weights, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
