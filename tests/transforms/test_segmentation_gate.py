"""The gate: floors on pages of sites that the package's network never saw. They only rise."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FLOORS = json.loads((ROOT / "tests" / "segmentation_floors.json").read_text("utf-8"))
PAGES = 150  # of each rendering: the first of the fold

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the corpus is not beside the project"),
]


@pytest.mark.parametrize("rendering", FLOORS)
def test_floors(rendering: str) -> None:
    # Reading the corpus is left to the one test that needs it.
    from training.corpus import HELD_OUT_FOLD, read_rows, split_by_site
    from training.evaluate import cut_pages, of_fold, score_cuts

    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    pages = list(of_fold(HELD_OUT_FOLD, split, single, mixed, [rendering]))[:PAGES]
    figures = score_cuts(cut_pages(pages, None))
    for measure, (bound, floor) in FLOORS[rendering].items():
        value = figures[measure]["value"]
        if bound == "min":
            assert value >= floor, f"{measure} fell to {value}"
        else:
            assert value <= floor, f"{measure} rose to {value}"
