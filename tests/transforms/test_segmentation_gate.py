"""The gate: floors on pages of sites that the weights never saw. They only rise.

The package's weights know all sites of the corpus, so the gate has its own in ``tests/weights``:
learned in the same run, the same way, without the sites of one fold (``training.train``).
"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((ROOT / "tests" / "segmentation_floors.json").read_text("utf-8"))
WEIGHTS = ROOT / "tests" / "weights"
PAGES = 150  # of each rendering: the first of the fold

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("rendering", FLOORS)
def test_floors(rendering: str) -> None:
    # Reading the corpus is left to the one test that needs it.
    from training.corpus import HELD_OUT_FOLD, read_rows, split_by_site
    from training.evaluate import cut_pages, of_fold, score_cuts
    from training.segmenter import RECIPES
    from transforms.segmentation.model import read_model

    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    pages = list(of_fold(HELD_OUT_FOLD, split, single, mixed, [rendering]))[:PAGES]
    file = next(recipe.file for recipe in RECIPES if rendering in recipe.renderings)
    figures = score_cuts(cut_pages(pages, read_model((WEIGHTS / file).read_bytes())))
    for measure, (bound, floor) in FLOORS[rendering].items():
        value = figures[measure]["value"]
        if bound == "min":
            assert value >= floor, f"{measure} fell to {value}"
        else:
            assert value <= floor, f"{measure} rose to {value}"
