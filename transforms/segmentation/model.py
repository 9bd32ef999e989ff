"""The weights of the segmenter: a network, trees for starts and headlines."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from transforms.features import NAMES
from transforms.segmentation.network import Network, read_network
from transforms.segmentation.trees import Trees, read_trees


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """All that was learned. ``columns`` of a block's features are evidence for the trees: those of
    the markup are none where the pages have no markup."""

    network: Network
    borders: Trees
    context: Trees
    titles: Trees
    columns: int

    def pack(self) -> bytes:
        """The model as the bytes of an ``.npz`` that ``read_model`` reads."""
        file = io.BytesIO()
        arrays: dict[str, Any] = {
            **self.network.arrays(),
            **self.borders.arrays("borders"),
            **self.context.arrays("context"),
            **self.titles.arrays("titles"),
            "evidence": np.array([self.columns], np.int16),
        }
        np.savez_compressed(file, **dict(sorted(arrays.items())))
        return file.getvalue()


def read_model(data: bytes) -> Model:
    """A model from the bytes that ``Model.pack`` gave."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        stored: Mapping[str, Any] = dict(file)
    return Model(
        read_network(stored),
        read_trees(stored, "borders"),
        read_trees(stored, "context"),
        read_trees(stored, "titles"),
        int(stored["evidence"][0]),
    )


def evidence_columns(*, markup: bool) -> int:
    """How many of ``NAMES`` are evidence for the trees."""
    return len(NAMES) if markup else NAMES.index("markup")


@cache
def default_model(*, markup: bool = False) -> Model:
    """The model that comes with the package, read once a process.

    Pages with ``markup`` have weights of their own for the same features and the same code:
    learned together, markup and text cost each other (see ARCHITECTURE.md).
    """
    name = "segmentation_markup.npz" if markup else "segmentation.npz"
    return read_model((resources.files("transforms") / "weights" / name).read_bytes())
