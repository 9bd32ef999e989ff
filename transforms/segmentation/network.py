"""The sequence labeller: a small convolutional network over the blocks of a page, in NumPy.

Each block's features and the embeddings of its first and last words pass through a stack of
dilated convolutions, so a block is judged with some thirty neighbours to each side. Training is in
``training.network``; here is only the forward pass, the same arithmetic in the same order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.kinds import BlockKind
from transforms.arrays import Bytes, Floats, Ints
from transforms.compiled import compiled
from transforms.features import NAMES, Features, WordList

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
_MARKUP: Final = NAMES.index("markup")
_CHUNK = 8192
_PREFIX = "network_"
_REACH = sum(DILATIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the network says of each block (a row a block): log-probabilities of ``KINDS``, and what
    each of ``STATES`` earns there. ``moves[i, j]`` is what passing from state i to state j earns."""

    kinds: Floats
    states: npt.NDArray[np.floating[Any]]
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
    vocabulary: WordList
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

    def arrays(self) -> dict[str, Any]:
        """What ``read_network`` needs: float16 weights, and words and columns as lines."""
        names = NAMES if self.columns is None else [NAMES[i] for i in self.columns]
        return {
            _PREFIX + "words": _packed(self.vocabulary.words),
            _PREFIX + "columns": _packed(names),
            **{_PREFIX + name: array.astype(np.float16) for name, array in self.weights.items()},
        }

    def _piece(self, features: Features, low: int, high: int) -> Floats:
        begin = max(0, low - _REACH)
        where = slice(begin, high + _REACH)
        w = self.weights
        first = _first_layer(self, features.marked)
        words = [features.head_words, features.tail_words]
        if features.marked:
            words.append(features.marks)
        x = np.concatenate(
            (
                features.numbers[where][:, first.columns],
                *(_mean(w["embedding"], part[where]) for part in words),
            ),
            axis=1,
        )
        x = np.maximum((x - first.mean) * first.scale @ first.weights + first.bias, 0)
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


class _First(NamedTuple):
    """The first layer over some columns of the features."""

    columns: Ints | slice
    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats


@lru_cache(maxsize=16)
def _first_layer(network: Network, marked: bool) -> _First:
    """The first layer; for a page without markup, whose columns of markup are all zero, what those
    come to is part of the bias."""
    w = network.weights
    columns = np.arange(len(NAMES)) if network.columns is None else network.columns
    if marked:
        kept = slice(None) if network.columns is None else columns
        return _First(kept, w["mean"], w["scale"], w["in_w"], w["in_b"])
    plain = np.flatnonzero(columns < _MARKUP)
    words = len(columns) + np.arange(2 * w["embedding"].shape[1])
    seen = np.concatenate((plain, words))
    zero = np.setdiff1d(np.arange(len(w["mean"])), seen)
    bias = w["in_b"] - (w["mean"][zero] * w["scale"][zero]) @ w["in_w"][zero]
    kept = columns[plain]
    kept = slice(len(kept)) if np.array_equal(kept, np.arange(len(kept))) else kept
    return _First(kept, w["mean"][seen], w["scale"][seen], w["in_w"][seen], bias)


@compiled
def _mean(embedding: Floats, words: Ints) -> Floats:
    """The mean embedding of the listed words of each row (zero where there is none)."""
    width = embedding.shape[1]
    mean = np.zeros((len(words), width), np.float32)
    for row in range(len(words)):
        listed = 0
        for i in range(words.shape[1]):
            if words[row, i]:
                listed += 1
                for k in range(width):
                    mean[row, k] += embedding[words[row, i], k]
        for k in range(width):
            mean[row, k] /= max(listed, 1)
    return mean


def read_network(stored: Mapping[str, Any]) -> Network:
    """A network from what ``Network.arrays`` gave.

    Raises:
        ValueError: it was trained on features that there are no longer.
    """
    known = {name: place for place, name in enumerate(NAMES)}
    columns = _lines(stored["network_columns"])
    if not known.keys() >= set(columns):
        raise ValueError("these weights were trained on other features; run `make train`")
    places = None if tuple(columns) == NAMES else np.array([known[name] for name in columns])
    weights = {
        name.removeprefix(_PREFIX): array.astype(np.float32)
        for name, array in stored.items()
        if name.startswith(_PREFIX) and name not in {_PREFIX + "words", _PREFIX + "columns"}
    }
    words = _lines(stored["network_words"])
    return Network(weights, WordList(words), places)


def _lines(packed: Bytes) -> list[str]:
    return packed.tobytes().decode().split("\n")


def _packed(lines: Iterable[str]) -> Bytes:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)
