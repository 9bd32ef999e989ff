"""A convolution by minimal filtering, against the plain one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.segmentation.convolution import add_convolution, factors_of, workspace


@given(
    members=st.integers(1, 3),
    count=st.integers(0, 40),
    width=st.integers(1, 5),
    step=st.integers(1, 12),
    wider=st.integers(0, 30),
    seed=st.integers(0, 99),
)
def test_what_a_layer_adds(
    members: int, count: int, width: int, step: int, wider: int, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    here = dice.normal(size=(members, count + 1, width)).astype(np.float32)
    here[:, count] = 0
    taps = dice.normal(size=(members, 3 * width, width)).astype(np.float32)
    bias = dice.normal(size=(members, width)).astype(np.float32)
    padded = np.pad(here[:, :count], ((0, 0), (step, step), (0, 0)))
    seen = np.concatenate([padded[:, tap * step :][:, :count] for tap in range(3)], axis=2)
    want = here.copy()
    want[:, :count] += np.maximum(seen @ taps + bias[:, None], 0)
    room = workspace(members, count, width, step + wider)
    add_convolution(here, step, factors_of(taps), bias, room)
    np.testing.assert_allclose(here, want, atol=2e-5)
