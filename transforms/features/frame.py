"""How regularly the shape of blocks recurs at each distance: lists of teasers, of entries."""

from typing import Final

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features.shape import DIGIT, SHAPE, STOP

_LAGS = 8
NAMES: Final = (*(f"frame_{lag}" for lag in range(1, _LAGS + 1)), "frame", "frame_period")
_SIZES = (8, 25, 60, 110, 220)  # characters
_STOPS: Final = SHAPE.index(f"last_{STOP}")
_DIGITS: Final = SHAPE.index(f"share_{DIGIT}")


def measure(shape: Floats, length: Ints, rows: Floats) -> None:
    """Fills ``rows`` (a row a block, a column for each of ``NAMES``) from the columns of the shape
    and the characters of each block."""
    _measure(shape, _STOPS, _DIGITS, length, rows)


@compiled
def _measure(shape: Floats, stops: int, digits: int, length: Ints, rows: Floats) -> None:
    count = len(length)
    code = np.empty(count, np.int64)
    for i in range(count):
        code[i] = 2 * (shape[i, stops] > 0) + (shape[i, digits] > np.float32(0.2))
        for size in _SIZES:
            code[i] += 4 * (length[i] >= size)
    same, sums = np.empty(count), np.empty(count + 1)
    for lag in range(1, min(_LAGS, count - 1) + 1):
        for i in range(count):
            same[i] = (i + lag < count and code[i] == code[i + lag]) / 2
            same[i] += (i >= lag and code[i] == code[i - lag]) / 2
        _smooth(same, 2 * lag + 2, sums)
        for i in range(count):
            rows[i, lag - 1] = same[i]
    for i in range(count):
        best = 0
        for lag in range(1, _LAGS):
            if rows[i, lag] > rows[i, best]:
                best = lag
        rows[i, _LAGS] = rows[i, best]
        rows[i, _LAGS + 1] = (best + 1) / _LAGS


@compiled
def _smooth(values: Doubles, radius: int, sums: Doubles) -> None:
    """Makes of each value the mean of it and its ``radius`` neighbours to each side."""
    count = len(values)
    sums[0] = 0.0
    for i in range(count):
        sums[i + 1] = sums[i] + values[i]
    for i in range(count):
        low, high = max(i - radius, 0), min(i + radius + 1, count)
        values[i] = (sums[high] - sums[low]) / (high - low)
