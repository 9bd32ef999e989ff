"""A run says what it reads again instead of learning it."""

import os
from pathlib import Path

from training.kept import kept


def test_an_empty_folder_means_hours(tmp_path: Path) -> None:
    assert "nothing is kept" in kept(tmp_path, "segmentation")
    assert "nothing is kept" in kept(tmp_path / "not there", "segmentation")


def test_it_counts_what_is_the_recipes_own(tmp_path: Path) -> None:
    names = ["segmentation_0_7", "segmentation_1_7", "segmentation_model_0",
             "segmentation_markup_0_7", "segmentation_markup_model_0"]  # fmt: skip
    for name in names:
        (tmp_path / f"{name}.npz").touch()
        os.utime(tmp_path / f"{name}.npz", (0, 86_400 * 365))
    said = kept(tmp_path, "segmentation")
    assert "networks 2, models 1" in said
    assert "1971-01-01" in said
    assert "remove that folder" in said
    assert "networks 1, models 1" in kept(tmp_path, "segmentation_markup")
