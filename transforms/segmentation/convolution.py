"""Convolutions of three taps over the blocks of a page, with a third fewer multiplications.

Minimal filtering, F(2, 3) (S. Winograd, "Arithmetic Complexity of Computations", 1980; for
networks A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016): two
outputs of three taps need four products instead of six. From the inputs d0 to d3, each ``step``
blocks below the last, and the taps g0, g1, g2 come y0 (of block d1) and y1 (of block d2):

    m0 = (d0 - d2) g0                   y0 = m0 + m1 + m2
    m1 = (d1 + d2) (g0 + g1 + g2) / 2   y1 = m1 - m2 - m3
    m2 = (d2 - d1) (g0 - g1 + g2) / 2
    m3 = (d1 - d3) g2

Here inputs and outputs are vectors and taps are matrices: of all pairs of a page these are four
products of matrices, whose right sides are formed once. Sums in another order round
otherwise: the result is that of the plain convolution to some 1e-6 of its size.
"""

import numpy as np

from transforms.arrays import Floats
from transforms.compiled import compiled

_PRODUCTS = 4


def factors_of(taps: Floats) -> Floats:
    """What ``add_convolution`` multiplies by: M x 4 x C x C from the M x 3 C x C of the taps."""
    members, _, width = taps.shape
    above, here, below = taps.reshape(members, 3, width, width).swapaxes(0, 1)
    half = np.float32(0.5)
    sums = (above, (above + here + below) * half, (above - here + below) * half, below)
    return np.stack(sums, axis=1)


def workspace(members: int, count: int, width: int, widest: int) -> Floats:
    """Room that ``add_convolution`` needs for ``count`` blocks and steps up to ``widest``."""
    most = min(count, (count + widest) // 2)
    return np.empty((2, members * _PRODUCTS * most * width), np.float32)


def add_convolution(here: Floats, step: int, factors: Floats, bias: Floats, room: Floats) -> None:
    """Adds to ``here`` (M networks x blocks and a row of zeros x C) what is above zero of its
    convolution and ``bias`` (M x C): each block is seen with the one ``step`` above it and the one
    ``step`` below it. The row of zeros is what stands beyond the page."""
    members, rows, width = here.shape
    pairs = _pairs(rows - 1, step)
    shape = (2, members, _PRODUCTS, pairs, width)
    sums, products = room[:, : members * _PRODUCTS * pairs * width].reshape(shape)
    _fill_sums(here, step, sums)
    np.matmul(sums, factors, out=products)
    _add_outputs(products, step, bias, here)


def _pairs(count: int, step: int) -> int:
    """How many blocks stand first in a pair: of every 2 ``step`` blocks the first ``step``."""
    return count // (2 * step) * step + min(step, count % (2 * step))


@compiled
def _fill_sums(here: Floats, step: int, sums: Floats) -> None:
    """The sums of inputs that the four products are made of, M x 4 x pairs x C."""
    beyond, places = here.shape[1] - 1, np.uintp(here.shape[2])
    for member in range(np.uintp(len(here))):
        for pair in range(np.uintp(sums.shape[2])):
            block = int(pair) + int(pair) // step * step
            row0 = np.uintp(block - step if block >= step else beyond)
            row1 = np.uintp(block)
            row2 = np.uintp(min(block + step, beyond))
            row3 = np.uintp(min(block + 2 * step, beyond))
            for k in range(places):
                d0, d1 = here[member, row0, k], here[member, row1, k]
                d2, d3 = here[member, row2, k], here[member, row3, k]
                sums[member, 0, pair, k] = d0 - d2
                sums[member, 1, pair, k] = d1 + d2
                sums[member, 2, pair, k] = d2 - d1
                sums[member, 3, pair, k] = d1 - d3


@compiled
def _add_outputs(products: Floats, step: int, bias: Floats, here: Floats) -> None:
    """Adds to ``here`` what is above zero of the two outputs of each pair's four products."""
    beyond, places = here.shape[1] - 1, np.uintp(here.shape[2])
    nothing = np.float32(0)
    m = products
    for member in range(np.uintp(len(here))):
        for pair in range(np.uintp(m.shape[2])):
            block = int(pair) + int(pair) // step * step
            row = np.uintp(block)
            for k in range(places):
                y0 = m[member, 0, pair, k] + m[member, 1, pair, k] + m[member, 2, pair, k]
                here[member, row, k] += max(y0 + bias[member, k], nothing)
            if block + step < beyond:
                row = np.uintp(block + step)
                for k in range(places):
                    y1 = m[member, 1, pair, k] - m[member, 2, pair, k] - m[member, 3, pair, k]
                    here[member, row, k] += max(y1 + bias[member, k], nothing)
