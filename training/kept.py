"""What an earlier run left behind, and will be read again instead of being learned.

Learning takes hours, so networks and models of the folds are kept. Nothing in their files says from
which features, labels and recipes they come: whoever changed those has to remove the folder, or
would measure and ship what was learned before. So each run says what it takes from there.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path


def kept(folder: Path, recipe: str) -> str:
    """One line on what ``folder`` holds of the recipe's networks and models."""
    networks = list(folder.glob(f"{recipe}_[0-9]*.npz"))
    models = list(folder.glob(f"{recipe}_model_[0-9]*.npz"))
    if not networks and not models:
        return f"{recipe}: nothing is kept in {folder}; all is learned from the corpus, in hours"
    newest = datetime.fromtimestamp(max(path.stat().st_mtime for path in [*networks, *models]))
    return (
        f"{recipe}: read again from {folder}, unchecked: networks {len(networks)}, models "
        f"{len(models)}, the newest of {newest:%Y-%m-%d %H:%M}; after a change of features, labels or "
        f"recipes remove that folder first"
    )


def tell_kept(folder: Path, recipes: Iterable[str]) -> None:
    """Prints that line for each recipe."""
    for recipe in recipes:
        print(kept(folder, recipe), flush=True)
