"""Trains the segmenter: ``python -m training.train`` writes the weights of the package and the gate's.

The networks of all five folds and of all sites are learned first (kept in ``build/segmentation``),
then the trees on what those of the folds say of pages that they do not know; see
``training.segmenter``. The package gets the model of all sites, the gate in the tests one that left
a fold out. The same corpus gives the same bytes. From nothing it takes an hour and a half on two
cores; what lies in that folder is read again unchecked, so remove it first after a change of
features, labels or recipes.
"""

import argparse
from pathlib import Path

from training.corpus import HELD_OUT_FOLD
from training.kept import tell_kept
from training.segmenter import EVERY_SITE, RECIPES, models_of_folds

_ROOT = Path(__file__).resolve().parents[1]
WRITTEN = {
    _ROOT / "transforms" / "weights": EVERY_SITE,
    _ROOT / "tests" / "weights": HELD_OUT_FOLD,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[recipe.name for recipe in RECIPES])
    parser.add_argument("--models", type=Path, default=Path("build/segmentation"))
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    chosen = [recipe for recipe in RECIPES if args.only in {None, recipe.name}]
    tell_kept(args.models, [recipe.name for recipe in chosen])
    for recipe in chosen:
        models = models_of_folds(recipe, args.models, args.workers)
        for folder, known in WRITTEN.items():
            (folder / recipe.file).write_bytes(models[known].pack())


if __name__ == "__main__":
    main()
