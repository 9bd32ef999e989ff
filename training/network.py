"""Learns the segmenter's networks with JAX; what comes out runs on NumPy alone.

One thread, one seed: the same pages give the same weights.
"""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from training.compose import Composer, cut
from training.corpus import RENDERINGS, Row
from training.labels import Example, arrays, label_page
from training.markup_pages import apart, as_one_page, has_markup
from transforms.arrays import Floats, Ints, codes_of
from transforms.features import NAMES, NO_WORDS, Features, WordList, mark_words, measure
from transforms.features.words import ends_of, split_words
from transforms.segmentation.network import (
    BEFORE,
    BODY_START,
    DILATIONS,
    HEAD_START,
    KINDS,
    LAST,
    MORE,
    NOTHING,
    OUTPUTS,
    STATES,
    TEASER_STATE,
    Network,
)

WIDTH = 48
EMBEDDING = 8
WORD_SITES = 30
NOISE = 0.15
LENGTHS = (64, 128, 256, 512)
LINES_A_BATCH = 4096
_MARKUP_FROM = NAMES.index("markup")
Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is composed and how long is learned."""

    composed: int = 3600
    composed_html: int = 250
    epochs: int = 14
    rate: float = 3e-3


TEXT_PLAN = Plan()
MARKUP_PLAN = Plan(composed=0, composed_html=2400, epochs=8)


# ---------------------------------------------------------------------- what is learned from
def labelled(rows: Sequence[Row], renderings: Sequence[str]) -> list[Example]:
    """Every row in every rendering, as far as its truth reaches."""
    out = []
    for row in rows:
        for name in renderings:
            page = RENDERINGS[name](row)
            if page is None:
                continue
            example = label_page(row, page)
            if example is not None:
                out.append(example)
    return out


def examples_without(
    sites: frozenset[str], singles: Sequence[Example], mixed: Sequence[tuple[Example, set[str]]],
    plan: Plan, seed: int,
) -> list[Example]:  # fmt: skip
    """What a network that must not know ``sites`` may learn from, composed pages among them."""
    known = [replace(e, weight=2 * e.weight) for e in singles if e.site not in sites]
    real = [replace(e, weight=1.5) for e, of in mixed if not of & sites]
    whole = [e for e in known if e.whole]
    text = Composer([cut(e) for e in whole if not has_markup(e.lines)], seed)
    pages = [text.page(i) for i in range(plan.composed)]
    if plan.composed_html:
        marked = [apart(i, cut(e)) for i, e in enumerate(whole) if has_markup(e.lines)]
        html = Composer(marked, seed + 1)
        numbers = range(plan.composed, plan.composed + plan.composed_html)
        pages += [as_one_page(html.page(number), seed + number) for number in numbers]
    return [*known, *real, *pages]


def word_list(examples: Sequence[Example]) -> WordList:
    """The words that stand near the edges of blocks on enough sites to be nobody's own."""
    sites: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        if not example.site:
            continue
        for line, words in zip(
            example.lines,
            split_words([x.block.text.lower() for x in example.lines]),
            strict=True,
        ):
            marks = mark_words(line.block.hints.words) if line.block.hints else []
            for word in (*ends_of(words), *marks):
                sites[word].add(example.site)
    return WordList(
        sorted(
            w
            for w, s in sites.items()
            if len(s) >= WORD_SITES and len(w) < 40 and not w.isdecimal()
        )
    )


# ---------------------------------------------------------------------- batches
@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    page_id: str
    features: Features
    kinds: Ints
    states: Ints
    weight: float


def sample(example: Example, vocabulary: WordList) -> Sample:
    f = measure(example.blocks, vocabulary)
    small = Features(
        f.numbers.astype(np.float16), f.head_words.astype(np.int16),
        f.tail_words.astype(np.int16), f.marks.astype(np.int16), NO_WORDS, f.length, codes_of(""),
    )  # fmt: skip
    return Sample(example.page_id, small, *arrays(example), example.weight)


def batches(samples: Sequence[Sample], random: Random) -> Iterator[dict[str, Any]]:
    """Padded batches of pages of like length, in random order."""
    pools: dict[int, list[int]] = defaultdict(list)
    for i in _chosen(samples, random):
        s = samples[i]
        pools[next((n for n in LENGTHS if len(s.kinds) <= n), LENGTHS[-1])].append(i)
    groups: list[tuple[int, list[int]]] = []
    for length, pool in sorted(pools.items()):
        random.shuffle(pool)
        size = LINES_A_BATCH // length
        groups += [(length, pool[i : i + size]) for i in range(0, len(pool), size)]
    random.shuffle(groups)
    for length, group in groups:
        size = LINES_A_BATCH // length
        yield _batch([samples[i] for i in group], size, length, random)


def _chosen(samples: Sequence[Sample], random: Random) -> Iterator[int]:
    """For one epoch: one rendering of each page of the corpus and half of the composed ones."""
    renderings: dict[str, list[int]] = defaultdict(list)
    for i, s in enumerate(samples):
        renderings[s.page_id].append(i)
    for page_id, group in renderings.items():
        if not page_id.startswith("composed-") or random.random() < 0.5:
            yield random.choice(group)


def _batch(group: Sequence[Sample], size: int, length: int, random: Random) -> dict[str, Any]:
    first = group[0].features
    out: dict[str, Any] = {
        "numbers": np.zeros((size, length, first.numbers.shape[1]), np.float32),
        "head": np.zeros((size, length, first.head_words.shape[1]), np.int32),
        "tail": np.zeros((size, length, first.tail_words.shape[1]), np.int32),
        "marks": np.zeros((size, length, first.marks.shape[1]), np.int32),
        "kinds": np.full((size, length), (1 << len(KINDS)) - 1, np.int32),
        "states": np.full((size, length), (1 << len(STATES)) - 1, np.int32),
        "weight": np.zeros((size, length), np.float32),
        "here": np.zeros((size, length), np.float32),
    }
    for row, s in enumerate(group):
        count = len(s.kinds)
        low = _window(s, length, random)
        where, n = slice(low, low + length), min(count, length)
        f = s.features
        blind = random.random() < 0.25  # a page in a language that the word list lacks
        bare = random.random() < 0.15  # a page that lost its markup
        out["numbers"][row, :n] = f.numbers[where]
        if not blind:
            out["head"][row, :n] = f.head_words[where]
            out["tail"][row, :n] = f.tail_words[where]
        if bare:
            out["numbers"][row, :n, _MARKUP_FROM:] = 0
        else:
            out["marks"][row, :n] = f.marks[where]
        out["kinds"][row, :n] = s.kinds[where]
        out["states"][row, :n] = s.states[where]
        if count > length:  # a piece of a page may start and end in the midst of a story
            out["states"][row, [0, n - 1]] = (1 << len(STATES)) - 1
        out["weight"][row, :n] = s.weight * (120 / max(30, n)) ** 0.5
        out["here"][row, :n] = 1
    return out


def _window(s: Sample, length: int, random: Random) -> int:
    """Where a piece of ``length`` blocks starts: mostly around what is not surely nothing."""
    spare = len(s.kinds) - length
    if spare <= 0:
        return 0
    matter = np.flatnonzero(s.states & ~(1 << NOTHING | 1 << TEASER_STATE))
    if not len(matter) or random.random() < 0.2:
        return random.randint(0, spare)
    return min(spare, max(0, int(matter[random.randrange(len(matter))]) - random.randrange(length)))


# ---------------------------------------------------------------------- the network
def initial(words: int, seed: int) -> Params:
    generator = np.random.default_rng(seed)

    def normal(*shape: int, scale: float) -> Floats:
        return (generator.standard_normal(shape) * scale).astype(np.float32)

    inputs = len(NAMES) + 3 * EMBEDDING
    params: Params = {
        "embedding": normal(words + 1, EMBEDDING, scale=0.1),
        "in_w": normal(inputs, WIDTH, scale=(2 / inputs) ** 0.5),
        "in_b": np.zeros(WIDTH, np.float32),
        "out_w": normal(WIDTH, OUTPUTS, scale=0.05),
        "out_b": np.zeros(OUTPUTS, np.float32),
        "moves": np.zeros((len(STATES), len(STATES)), np.float32),
    }
    for i in range(len(DILATIONS)):
        params[f"conv{i}_w"] = normal(3 * WIDTH, WIDTH, scale=0.5 * (2 / (3 * WIDTH)) ** 0.5)
        params[f"conv{i}_b"] = np.zeros(WIDTH, np.float32)
    return params


def forward(p: Params, fixed: Params, batch: dict[str, Any], key: Any, drop: float) -> Any:
    def pooled(words: Any) -> Any:
        listed = (words > 0).astype(jnp.float32)
        total = (p["embedding"][words] * listed[..., None]).sum(axis=2)
        return total / jnp.maximum(listed.sum(axis=2, keepdims=True), 1)

    def dropped(x: Any, key: Any) -> Any:
        if not drop:
            return x
        # A column is dropped for a whole page: neighbours would give it away.
        kept = jax.random.bernoulli(key, 1 - drop, (x.shape[0], 1, x.shape[2]))
        return x * kept / (1 - drop)

    keys = jax.random.split(key, 2 + len(DILATIONS))
    here = batch["here"][..., None]
    x = jnp.concatenate(
        (
            batch["numbers"],
            pooled(batch["head"]),
            pooled(batch["tail"]),
            pooled(batch["marks"]),
        ),
        axis=2,
    )
    x = (x - fixed["mean"]) * fixed["scale"]
    if drop:  # one headline stands on many composed pages: its exact shape must not be learned
        x = x + NOISE * jax.random.normal(keys[-1], x.shape)
    x = dropped(x, keys[0])
    x = jax.nn.relu(x @ p["in_w"] + p["in_b"]) * here
    length, edge = x.shape[1], max(DILATIONS)
    for i, step in enumerate(DILATIONS):
        padded = jnp.pad(x, ((0, 0), (edge, edge), (0, 0)))
        seen = jnp.concatenate(
            (padded[:, edge - step : edge - step + length], x,
             padded[:, edge + step : edge + step + length]),
            axis=2,
        )  # fmt: skip
        y = jax.nn.relu(seen @ p[f"conv{i}_w"] + p[f"conv{i}_b"])
        x = (x + dropped(y, keys[1 + i])) * here
    return x @ p["out_w"] + p["out_b"]


_ALLOWED = np.array([[k in before for before in BEFORE] for k in range(len(STATES))])
_NEVER = -1e4


def _total(states: Any, moves: Any, here: Any) -> Any:
    """Log of the summed exponentials of all paths of each page: the forward algorithm.

    ``states`` is pages x blocks x states, ``here`` 1 where a block is no padding.
    """
    moves = jnp.where(_ALLOWED, moves, _NEVER)
    first = jnp.where(_ALLOWED[0], 0.0, _NEVER)

    def advance(row: Any, block: Any) -> tuple[Any, None]:
        earned, present = block
        new = jax.nn.logsumexp(row[:, :, None] + moves, axis=1) + earned
        return jnp.where(present[:, None] > 0, new, row), None

    blocks = (states.swapaxes(0, 1), here.swapaxes(0, 1))
    row, _ = jax.lax.scan(advance, first + blocks[0][0], (blocks[0][1:], blocks[1][1:]))
    end = jnp.where(np.isin(np.arange(len(STATES)), LAST), 0.0, _NEVER)
    return jax.nn.logsumexp(row + end, axis=1)


def loss(p: Params, fixed: Params, batch: dict[str, Any], key: Any, drop: float) -> Any:
    """Kinds block by block, states page by page (a conditional random field whose truth may be a
    set of states at each block)."""
    out = forward(p, fixed, batch, key, drop)
    kinds = jax.nn.log_softmax(out[..., : len(KINDS)])
    allowed = (batch["kinds"][..., None] >> jnp.arange(len(KINDS))) & 1
    kind = -jax.nn.logsumexp(jnp.where(allowed == 1, kinds, -30.0), axis=-1)
    states = out[..., len(KINDS) :]
    may = (batch["states"][..., None] >> jnp.arange(len(STATES))) & 1
    here = batch["here"]
    constrained = jnp.where(may == 1, states, states + _NEVER)
    moves = p["moves"]
    path = _total(states, moves, here) - _total(constrained, moves, here)
    weight = batch["weight"]
    page = weight[:, 0]
    return ((kind * weight * here).sum() + 2.0 * (path * page).sum()) / jnp.maximum(
        (weight * here).sum(), 1.0
    )


@partial(jax.jit, static_argnames=("drop",), donate_argnums=(0, 1, 2))
def step(
    p: Params, m: Params, v: Params, fixed: Params, batch: dict[str, Any], key: Any,
    rate: Any, t: Any, drop: float,
) -> tuple[Any, Params, Params, Params]:  # fmt: skip
    """One step of AdamW with clipped gradients."""
    value, g = jax.value_and_grad(loss)(p, fixed, batch, key, drop)
    norm = jnp.sqrt(sum((x**2).sum() for x in jax.tree.leaves(g)))
    g = jax.tree.map(lambda x: x * jnp.minimum(1.0, 1.0 / norm), g)
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.99 * a + 0.01 * b**2, v, g)
    p = jax.tree.map(
        lambda w, a, b: w
        - rate * (a / (1 - 0.9**t) / (jnp.sqrt(b / (1 - 0.99**t)) + 1e-6) + 0.02 * w),
        p, m, v,
    )  # fmt: skip
    return value, p, m, v


def learn(
    examples: Sequence[Example], plan: Plan, seed: int, say: Callable[[str], object] = print
) -> Network:
    """A network from labelled pages."""
    vocabulary = word_list(examples)
    samples = [sample(e, vocabulary) for e in examples if e.lines]
    say(
        f"{len(samples)} pages, {sum(len(s.kinds) for s in samples)} blocks, {len(vocabulary.words)} words"
    )
    stack = np.concatenate([s.features.numbers[::5] for s in samples]).astype(np.float32)
    pad = np.zeros(3 * EMBEDDING, np.float32)
    fixed = {
        "mean": np.concatenate((stack.mean(axis=0), pad)),
        "scale": np.concatenate((1 / np.maximum(stack.std(axis=0), 0.05), pad + 1)),
    }
    del stack
    # The embedding has a round number of rows, so that the folds share one compiled program.
    p = jax.tree.map(jnp.asarray, initial(-(-(len(vocabulary.words) + 1) // 2048) * 2048, seed))
    m, v = jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p)
    random, key = Random(seed), jax.random.key(seed)
    t, total = 0, plan.epochs * (1 + sum(1 for _ in batches(samples, Random(0))))
    for epoch in range(plan.epochs):
        losses = []
        for batch in batches(samples, random):
            t += 1
            rate = plan.rate * min(1, t / 100) * (0.5 + 0.5 * np.cos(np.pi * min(1, t / total)))
            key, sub = jax.random.split(key)
            value, p, m, v = step(p, m, v, fixed, batch, sub, rate, float(t), drop=0.15)
            losses.append(value)
        say(f"epoch {epoch}: loss {np.mean([float(x) for x in losses]):.4f}")
    weights = {name: np.asarray(x) for name, x in (p | fixed).items()}
    weights["embedding"] = weights["embedding"][: len(vocabulary.words) + 1].copy()
    _set_prior(weights)
    weights["embedding"][0] = 0  # stands for words that are not listed
    rounded = {name: array.astype(np.float16).astype(np.float32) for name, array in weights.items()}
    return Network({name: array[None] for name, array in rounded.items()}, vocabulary)


# Composed pages have more stories than pages have on average. So much is added to what a start earns
# after nothing or a teaser, and after a body, and to what a teaser earns; found on the held-out fold.
START_AFTER_NOTHING, START_AFTER_BODY, TEASER_BONUS = -1.5, 1.0, 0.3


def _set_prior(weights: dict[str, Any]) -> None:
    """Moves the odds of stories and teasers from those of composed pages to those of pages."""
    moves, bias = weights["moves"].copy(), weights["out_b"].copy()
    for start in (HEAD_START, BODY_START):
        moves[[NOTHING, TEASER_STATE], start] += START_AFTER_NOTHING
        moves[[BODY_START, MORE], start] += START_AFTER_BODY
    bias[len(KINDS) + TEASER_STATE] += TEASER_BONUS
    weights["moves"], weights["out_b"] = moves, bias
