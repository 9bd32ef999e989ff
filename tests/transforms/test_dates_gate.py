"""The gate of dates: floors for the shipped forests on the pages of one fold.

The forests have learned from these pages too, so the floors are no estimate of unseen sites
(``python -m training.dates --measure`` is): they tell weights and rules that no longer go together.
"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((ROOT / "tests" / "dates_floors.json").read_text("utf-8"))
PAGES = 100  # of each rendering: the first of the fold

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("rendering", FLOORS)
def test_floors(rendering: str) -> None:
    # Reading the corpus is left to the one test that needs it.
    from training.corpus import HELD_OUT_FOLD, of_fold, read_rows, split_by_site
    from training.dates import read_sources, right_days
    from transforms.dates import read_dates

    single, mixed = read_rows("single"), read_rows("mixed")
    split = split_by_site(single, mixed)
    pages = of_fold(HELD_OUT_FOLD, split, single, mixed, [rendering])
    chosen = {row.page_id for row, _ in list(pages)[:PAGES]}
    parts = single if rendering == "mixed" else []  # whose pages mixed ones are made of
    rows = [*parts, *(row for row in (*single, *mixed) if row.page_id in chosen)]
    told = exact = wrong = 0
    for source in read_sources((rendering,), split, rows):
        readings = read_dates(source.page, source.segmentation)
        for story, reading in zip(source.stories, readings, strict=True):
            if not story.get("published"):
                continue
            told += 1
            if reading.published and reading.published.value:
                right = reading.published.value.date().isoformat() in right_days(story)
                exact, wrong = exact + right, wrong + (not right)
    assert exact / told >= FLOORS[rendering]["exact"], f"date_exact fell to {exact / told:.3f}"
    assert wrong / told <= FLOORS[rendering]["wrong"], f"date_wrong rose to {wrong / told:.3f}"
