"""The network's compiled loops, against the same arithmetic in NumPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.segmentation.network import _above_zero, _fill_inputs, _together

shapes = st.tuples(st.integers(1, 3), st.integers(0, 9), st.integers(1, 5))
seeds = st.integers(0, 99)


@given(shapes, seeds)
def test_what_is_above_zero(shape: tuple[int, int, int], seed: int) -> None:
    dice = np.random.default_rng(seed)
    x = dice.normal(size=(shape[1], shape[0] * shape[2])).astype(np.float32)
    bias = dice.normal(size=shape[0] * shape[2]).astype(np.float32)
    want = np.maximum(x + bias, 0).reshape(shape[1], shape[0], shape[2]).swapaxes(0, 1)
    here = _above_zero(x, bias, shape[0])
    np.testing.assert_array_equal(here[:, :-1], want)
    np.testing.assert_array_equal(here[:, -1], 0)


@given(shapes, seeds)
def test_the_mean_of_networks(shape: tuple[int, int, int], seed: int) -> None:
    dice = np.random.default_rng(seed)
    out = dice.normal(size=(*shape[:2], shape[2] + 2)).astype(np.float32)
    bias = dice.normal(size=(shape[0], shape[2] + 2)).astype(np.float32)
    likely, others = _together(out, bias, shape[2])
    out += bias[:, None]
    share = np.exp(out[..., : shape[2]])
    share /= share.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(likely, np.log(share.mean(axis=0)), atol=1e-5)
    np.testing.assert_allclose(others, out[..., shape[2] :].mean(axis=0), atol=1e-6)


@given(
    rows=st.lists(st.lists(st.integers(0, 4), min_size=9, max_size=9), min_size=1, max_size=5),
    marked=st.booleans(),
)
def test_what_the_first_layer_is_given(rows: list[list[int]], *, marked: bool) -> None:
    embedding = np.arange(10, dtype=np.float32).reshape(5, 2)
    words = np.array(rows, np.int64)
    numbers = np.arange(3 * len(rows), dtype=np.float32).reshape(-1, 3)
    parts = [words[:, low : low + 3] for low in ((0, 3, 6) if marked else (0, 3))]
    x = np.full((len(rows), 3 + 2 * len(parts)), np.nan, np.float32)
    _fill_inputs(numbers, embedding, words[:, :3], words[:, 3:6], words[:, 6:], marked, x)
    np.testing.assert_array_equal(x[:, :3], numbers)
    for place, part in enumerate(parts):
        for row, of_block in zip(x[:, 3 + 2 * place :][:, :2], part.tolist(), strict=True):
            listed = [embedding[number] for number in of_block if number]
            want = sum(listed) / len(listed) if listed else np.zeros(2)
            np.testing.assert_allclose(row, want, rtol=1e-6)
