"""The sequence labeller: a small convolutional network over the blocks of a page, in NumPy.

Each block's features and the embeddings of its first and last words pass through a stack of
dilated convolutions, so a block is judged with some thirty neighbours to each side. Training is in
``training.train``; here is only the forward pass, the same arithmetic in the same order.
"""

import io
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np

from schemas.kinds import BlockKind
from transforms.features import NAMES, Features, Floats, Ints

# What the network tells apart. The two of teasers come last.
KINDS: Final = ("other", "headline", "body", "caption", "standfirst", "byline", "teaser_head",
                "teaser_text")  # fmt: skip
OTHER, HEADLINE, BODY, CAPTION, STANDFIRST, BYLINE, TEASER_HEAD, TEASER_TEXT = range(len(KINDS))
KIND_OF: Final = (
    BlockKind.BOILERPLATE, BlockKind.HEADLINE, BlockKind.BODY, BlockKind.CAPTION,
    BlockKind.STANDFIRST, BlockKind.BYLINE, BlockKind.TEASER, BlockKind.TEASER,
)  # fmt: skip
# What a block is to a story: nothing; its headline or its body starts the story; more of its body;
# an interruption of it; a teaser of another.
STATES: Final = ("nothing", "head_start", "body_start", "more", "between", "teaser")
NOTHING, HEAD_START, BODY_START, MORE, BETWEEN, TEASER_STATE = range(len(STATES))
_OUTSIDE: Final = (NOTHING, BODY_START, MORE, TEASER_STATE)
_INSIDE: Final = (HEAD_START, BODY_START, MORE, BETWEEN)
# Which states may stand before each, and which may end a page: a story begins with a start, ends
# with body, and has no other shape to keep to.
BEFORE: Final = (_OUTSIDE, _OUTSIDE, _OUTSIDE, _INSIDE, _INSIDE, _OUTSIDE)
LAST: Final = _OUTSIDE
OUTPUTS: Final = len(KINDS) + len(STATES)
DILATIONS: Final = (1, 2, 4, 8, 16, 32, 1)
_CHUNK = 8192
_REACH = sum(DILATIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the network says of each block (a row a block): log-probabilities of ``KINDS``, and what
    each of ``STATES`` earns there. ``moves[i, j]`` is what passing from state i to state j earns."""

    kinds: Floats
    states: Floats
    moves: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Weights by name, float32, and the word list that the embedding counts by.

    ``embedding`` is words x E; ``in_w`` (columns + 3 E) x C; for each layer i ``conv{i}_w`` is
    3 C x C, ``conv{i}_b`` C; ``out_w`` C x ``OUTPUTS``;
    ``moves`` as in ``Scores``. ``columns`` are the places in ``NAMES`` of the features that it was
    trained on, None for all: features may be added without making old weights void.
    """

    weights: dict[str, Floats]
    vocabulary: dict[str, int]
    columns: Ints | None = None

    def scores(self, features: Features) -> Scores:
        """Scores of every block. Long pages pass in pieces that overlap by the reach."""
        count = len(features.numbers)
        rows = [
            self._piece(features, low, min(low + _CHUNK, count)) for low in range(0, count, _CHUNK)
        ]
        out = np.concatenate(rows) if rows else np.zeros((0, OUTPUTS), np.float32)
        kinds = out[:, : len(KINDS)]
        top = kinds.max(axis=1, keepdims=True) if count else kinds
        kinds = kinds - top - np.log(np.exp(kinds - top).sum(axis=1, keepdims=True))
        return Scores(kinds, out[:, len(KINDS) :], self.weights["moves"])

    def _piece(self, features: Features, low: int, high: int) -> Floats:
        begin = max(0, low - _REACH)
        where = slice(begin, high + _REACH)
        w = self.weights
        numbers = features.numbers[where]
        x = np.concatenate(
            (
                numbers if self.columns is None else numbers[:, self.columns],
                *(
                    _mean(w["embedding"], part[where])
                    for part in (features.head_words, features.tail_words, features.marks)
                ),
            ),
            axis=1,
        )
        x = np.maximum((x - w["mean"]) * w["scale"] @ w["in_w"] + w["in_b"], 0)
        count, width = x.shape
        padded = np.zeros((count + 2 * max(DILATIONS), width), np.float32)
        edge = max(DILATIONS)
        for i, step in enumerate(DILATIONS):
            padded[edge : edge + count] = x
            seen = np.concatenate(
                (
                    padded[edge - step : edge - step + count],
                    x,
                    padded[edge + step : edge + step + count],
                ),
                axis=1,
            )
            x = x + np.maximum(seen @ w[f"conv{i}_w"] + w[f"conv{i}_b"], 0)
        out: Floats = x @ w["out_w"] + w["out_b"]
        return out[low - begin : high - begin]


def _mean(embedding: Floats, words: Ints) -> Floats:
    """The mean embedding of the listed words of each row (zero where there is none)."""
    total = embedding[words].sum(axis=1)
    listed = np.maximum((words > 0).sum(axis=1, keepdims=True), 1)
    mean: Floats = total / listed.astype(np.float32)
    return mean


def read_network(data: bytes) -> Network:
    """A network from the bytes of an ``.npz``: float16 arrays and the words, one a line."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        names = [n for n in stored.files if n not in {"words", "columns"}]
        weights = {name: stored[name].astype(np.float32) for name in names}
        listed = stored["words"].tobytes().decode().split("\n")
        columns = stored["columns"].tobytes().decode().split("\n")
    known = {name: place for place, name in enumerate(NAMES)}
    if not known.keys() >= set(columns):
        raise ValueError("these weights were trained on other features; run `make train`")
    places = None if tuple(columns) == NAMES else np.array([known[name] for name in columns])
    return Network(weights, {word: i for i, word in enumerate(listed, 1)}, places)


@cache
def default_network(*, markup: bool = False) -> Network:
    """The network that comes with the package, read once a process.

    Pages with ``markup`` have weights of their own for the same features and the same code:
    learned together, markup and text cost each other (see ARCHITECTURE.md).
    """
    name = "segmentation_markup.npz" if markup else "segmentation.npz"
    return read_network((resources.files("transforms") / "weights" / name).read_bytes())
