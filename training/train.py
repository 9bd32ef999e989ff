"""Trains the segmenter: ``python -m training.train`` writes the weights of the package.

The networks of all five folds are learned first (kept in ``build/segmentation``), then the trees on
what those say of pages that they do not know; see ``training.segmenter``. The same corpus gives the
same bytes. From nothing it takes 3 to 5 hours on two cores; what lies in that folder is read again
unchecked, so remove it first after a change of features, labels or recipes.
"""

import argparse
from pathlib import Path

from training.corpus import HELD_OUT_FOLD
from training.kept import tell_kept
from training.segmenter import RECIPES, models_of_folds

WEIGHTS = Path(__file__).resolve().parents[1] / "transforms" / "weights"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[recipe.name for recipe in RECIPES])
    parser.add_argument("--models", type=Path, default=Path("build/segmentation"))
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    chosen = [recipe for recipe in RECIPES if args.only in {None, recipe.name}]
    tell_kept(args.models, [recipe.name for recipe in chosen])
    for recipe in chosen:
        model = models_of_folds(recipe, args.models, args.workers)[HELD_OUT_FOLD]
        (WEIGHTS / recipe.file).write_bytes(model.pack())


if __name__ == "__main__":
    main()
