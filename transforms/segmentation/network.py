"""The sequence labeller: a small convolutional network over the blocks of a page, in NumPy.

Each block's features and the embeddings of its first and last words pass through a stack of
dilated convolutions, so a block is judged with some thirty neighbours to each side. Training is in
``training.network``; here is only the forward pass, with fewer multiplications (``convolution``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.kinds import BlockKind
from transforms.arrays import Bytes, Floats, Ints
from transforms.compiled import compiled
from transforms.features import NAMES, Features, WordList
from transforms.segmentation import convolution

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
# A story begins with one of the first, its body is of the second.
STARTS: Final = frozenset({HEAD_START, BODY_START})
BODIES: Final = frozenset({BODY_START, MORE})
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
_LEAST = 1e-9
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
    """Weights by name, float32, and the word list that the embeddings count by.

    M networks of one shape that were learned from different seeds judge as one: their errors are
    partly their own. Each array has a row a network: ``embedding`` is M x words x E; ``in_w``
    M x (columns + 3 E) x C; for each layer i ``conv{i}_w`` is M x 3 C x C, ``conv{i}_b`` M x C;
    ``out_w`` M x C x ``OUTPUTS``; ``moves`` M times as in ``Scores``. ``columns`` are the places in
    ``NAMES`` of the features that they were trained on, None for all: features may be added without
    making old weights void.
    """

    weights: dict[str, Floats]
    vocabulary: WordList
    columns: Ints | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The features that it was trained on."""
        return NAMES if self.columns is None else tuple(NAMES[i] for i in self.columns)

    def scores(self, features: Features) -> Scores:
        """Scores of every block: the mean of what the networks give, of kinds their mean
        likelihood. Long pages pass in pieces that overlap by the reach."""
        count = len(features.numbers)
        first = _first_layer(self, features.marked)
        pieces = [
            self._piece(features, first, low, min(low + _CHUNK, count))
            for low in range(0, count, _CHUNK)
        ]
        members = len(self.weights["moves"])
        none = np.zeros((members, 0, OUTPUTS), np.float32)
        out = pieces[0] if len(pieces) == 1 else np.concatenate((none, *pieces), axis=1)
        likely, states = _together(out, self.weights["out_b"], len(KINDS))
        return Scores(likely, states, first.moves)

    def arrays(self) -> dict[str, Any]:
        """What ``read_network`` needs: float16 weights, and words and columns as lines."""
        return {
            _PREFIX + "words": _packed(self.vocabulary.words),
            _PREFIX + "columns": _packed(self.names),
            **{_PREFIX + name: array.astype(np.float16) for name, array in self.weights.items()},
        }

    def _piece(self, features: Features, first: "_First", low: int, high: int) -> Floats:
        """The outputs for blocks ``low`` to ``high``, networks x blocks x outputs, without their bias."""
        begin = max(0, low - _REACH)
        where = slice(begin, high + _REACH)
        w = self.weights
        numbers = features.numbers[where]
        if first.columns is not None:
            numbers = numbers[:, first.columns]
        members, width = w["in_b"].shape
        count = len(numbers)
        x = np.empty((count, len(first.weights)), np.float32)
        _fill_inputs(
            numbers, first.embedding, features.head_words[where], features.tail_words[where],
            features.marks[where], features.marked, x,
        )  # fmt: skip
        # One product for all networks: each has its columns of the result.
        here = _above_zero(x @ first.weights, first.bias, members)
        room = convolution.workspace(members, count, width, max(DILATIONS))
        for i, (step, factors) in enumerate(zip(DILATIONS, _factors(self), strict=True)):
            convolution.add_convolution(here, step, factors, w[f"conv{i}_b"], room)
        out: Floats = here @ w["out_w"]
        return out[:, low - begin : high - begin]


class _First(NamedTuple):
    """The first layer over some columns of the features (None: the first ones, in order), of all
    networks side by side, and the mean of what they say of moves."""

    columns: Ints | None
    embedding: Floats
    weights: Floats
    bias: Floats
    moves: Floats


@lru_cache(maxsize=16)
def _first_layer(network: Network, marked: bool) -> _First:
    """The first layer with the inputs' mean and scale in its weights; for a page without markup,
    whose columns of markup are all zero, what those come to is part of the bias."""
    w = network.weights
    columns = np.arange(len(NAMES)) if network.columns is None else network.columns
    inputs, members, width = len(columns), *w["in_b"].shape
    size = w["embedding"].shape[2]
    scaled = w["in_w"] * w["scale"][..., None]
    bias = w["in_b"] - (w["mean"][:, None] @ scaled)[:, 0]
    plain = np.arange(inputs) if marked else np.flatnonzero(columns < _MARKUP)
    parts = 3 if marked else 2
    weights = np.zeros((len(plain) + parts * members * size, members, width), np.float32)
    for member in range(members):
        weights[: len(plain), member] = scaled[member, plain]
        for part in range(parts):
            # A network sees its own embedding of the words only.
            low = len(plain) + (part * members + member) * size
            own = inputs + part * size
            weights[low : low + size, member] = scaled[member, own : own + size]
    kept = columns[plain]
    in_order = np.array_equal(kept, np.arange(len(plain)))
    embedding = np.ascontiguousarray(w["embedding"].swapaxes(0, 1))
    return _First(
        None if in_order else kept,
        embedding.reshape(len(embedding), members * size),
        weights.reshape(len(weights), members * width),
        bias.reshape(members * width),
        w["moves"].mean(axis=0),
    )


@lru_cache(maxsize=8)
def _factors(network: Network) -> tuple[Floats, ...]:
    """What each of the convolutions multiplies by."""
    layers = range(len(DILATIONS))
    return tuple(convolution.factors_of(network.weights[f"conv{i}_w"]) for i in layers)


def merged(networks: Sequence[Network]) -> Network:
    """Networks that were learned on the same features and words, as one.

    Raises:
        ValueError: they were not.
    """
    first = networks[0]
    for other in networks[1:]:
        if (other.names, other.vocabulary.words) != (first.names, first.vocabulary.words):
            raise ValueError("networks of different features or words cannot judge as one")
    weights = {
        name: np.concatenate([network.weights[name] for network in networks])
        for name in first.weights
    }
    return Network(weights, first.vocabulary, first.columns)


@compiled
def _above_zero(x: Floats, bias: Floats, members: int) -> Floats:
    """What of ``x`` and ``bias`` is above zero: from the networks side by side, networks x blocks x
    width, with a row of zeros behind the blocks of each."""
    count, width = len(x), x.shape[1] // members
    here = np.empty((members, count + 1, width), np.float32)
    here[:, count] = 0
    for member in range(members):
        own = bias[member * width : (member + 1) * width]
        for block in range(count):
            row = x[block, member * width : (member + 1) * width]
            for k in range(width):
                here[member, block, k] = max(row[k] + own[k], np.float32(0))
    return here


def _together(out: Floats, bias: Floats, kinds: int) -> tuple[Floats, Floats]:
    """Of each block the logarithm of the networks' mean likelihood of each of the first ``kinds``
    outputs, and the mean of each of the others. ``bias`` (networks x outputs) is added to ``out``."""
    shares, others = _apart(out, bias, kinds)
    # NumPy has exponentials and logarithms of many numbers side by side, a loop one by one.
    likely = _mean_share(np.exp(shares, out=shares))
    return np.log(likely, out=likely), others


@compiled
def _apart(out: Floats, bias: Floats, kinds: int) -> tuple[Floats, Floats]:
    """The first ``kinds`` outputs of each network and block, less the most of them, and the mean of
    each of the others."""
    members, count, outputs = out.shape
    shares = np.empty((members, count, kinds), np.float32)
    others = np.zeros((count, outputs - kinds), np.float32)
    number = np.float32(members)
    for member in range(members):
        for block in range(count):
            most = np.float32(-np.inf)
            for k in range(kinds):
                shares[member, block, k] = out[member, block, k] + bias[member, k]
                most = max(most, shares[member, block, k])
            for k in range(kinds):
                shares[member, block, k] -= most
            for k in range(kinds, outputs):
                others[block, k - kinds] += out[member, block, k] + bias[member, k]
    for block in range(count):
        for k in range(outputs - kinds):
            others[block, k] /= number
    return shares, others


@compiled
def _mean_share(shares: Floats) -> Floats:
    """The mean over the networks of each number's share in those of its block, not quite zero."""
    members, count, kinds = shares.shape
    likely = np.zeros((count, kinds), np.float32)
    number = np.float32(members)
    for member in range(members):
        for block in range(count):
            total = np.float32(0)
            for k in range(kinds):
                total += shares[member, block, k]
            for k in range(kinds):
                likely[block, k] += shares[member, block, k] / total
    for block in range(count):
        for k in range(kinds):
            likely[block, k] = max(likely[block, k] / number, np.float32(_LEAST))
    return likely


@compiled
def _fill_inputs(
    numbers: Floats, embedding: Floats, head: Ints, tail: Ints, marks: Ints, marked: bool, x: Floats
) -> None:
    """Fills ``x``, a row a block, with the block's numbers, and the mean embeddings of the words at
    its head, at its tail and, on a ``marked`` page, of its markup, side by side."""
    width = embedding.shape[1]
    columns = x.shape[1] - (3 if marked else 2) * width
    for row in range(len(x)):
        for k in range(np.uintp(columns)):
            x[row, k] = numbers[row, k]
        _fill_mean(embedding, head[row], x[row, columns : columns + width])
        _fill_mean(embedding, tail[row], x[row, columns + width : columns + 2 * width])
        if marked:
            _fill_mean(embedding, marks[row], x[row, columns + 2 * width :])


@compiled
def _fill_mean(embedding: Floats, words: Ints, mean: Floats) -> None:
    """Fills ``mean`` with the mean embedding of those of ``words`` that are listed (zero where none
    is)."""
    width, listed = np.uintp(len(mean)), 0
    mean[:] = 0
    for word in words:
        if word > 0:
            listed += 1
            for k in range(width):
                mean[k] += embedding[word, k]
    if listed > 1:
        for k in range(width):
            mean[k] /= listed


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
