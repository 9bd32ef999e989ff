"""Which share of a block's words stood before and comes again, and how many chains of repeated words
run across its upper edge (lexical chains, as TextTiling counts them).

The words that many sites use, listed ones, bind nothing; the others count by how rare they are on
the page, so function words of languages that the list lacks count for little too.
"""

from typing import Final

import numpy as np

from transforms.arrays import Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features.words import COMMON, ListedWords, PageWords

NAMES: Final = ("seen_near", "seen_ever", "comes_near", "comes_ever", "comes_soon", "seen_soon",
                "crossing_near", "crossing_far", "dip_near", "rarity")  # fmt: skip
_SOON, _NEAR = 60, 300  # words
_RADIUS = 4  # blocks to each side, over which a dip is a dip
_MOST = 4.0


def measure(words: PageWords, listed: ListedWords, rows: Floats) -> None:
    """Fills ``rows``: a row a block, a column for each of ``NAMES``."""
    _measure(words.ids, words.sizes, words.before, listed.known, rows, COMMON)


@compiled
def _measure(ids: Ints, sizes: Ints, before: Ints, known: Ints, rows: Floats, common: int) -> None:
    count = len(sizes)
    often = np.zeros(len(known), np.int64)
    after = np.full(len(ids), -1, np.int64)
    line = np.empty(len(ids), np.int64)
    place = 0
    for block in range(count):
        for _ in range(sizes[block]):
            line[place] = block
            often[ids[place]] += 1
            if before[place] >= 0:
                after[before[place]] = place
            place += 1
    near, far = np.zeros(count + 1), np.zeros(count + 1)  # what begins and ends at each block
    rare = np.empty(common)  # what a word is worth by how often it stands on the page
    for times in range(1, common):
        rare[times] = 1.0 / np.log2(1.0 + times)
    place = 0
    for block in range(count):
        total = seen_near = seen_ever = comes_near = comes_ever = comes_soon = seen_soon = 0.0
        for _ in range(sizes[block]):
            word = ids[place]
            if often[word] >= common or known[word]:
                place += 1
                continue
            weight = rare[often[word]]
            total += weight
            # Words of the same block say nothing: their chains go nowhere.
            back, on = before[place], after[place]
            if back >= 0 and line[back] != block:
                step = place - back
                seen_ever += weight
                if step <= _NEAR:
                    seen_near += weight
                    _chain(far, line[back] + 1, block + 1, weight)
                if step <= _SOON:
                    seen_soon += weight
                    _chain(near, line[back] + 1, block + 1, weight)
            if on >= 0 and line[on] != block:
                step = on - place
                comes_ever += weight
                if step <= _NEAR:
                    comes_near += weight
                if step <= _SOON:
                    comes_soon += weight
            place += 1
        row = rows[block]
        some = max(total, 1e-6)
        row[0] = seen_near / some
        row[1] = seen_ever / some
        row[2] = comes_near / some
        row[3] = comes_ever / some
        row[4] = comes_soon / some
        row[5] = seen_soon / some
        row[9] = min(some / max(sizes[block], 1), _MOST)
    for block in range(1, count):
        near[block] += near[block - 1]
        far[block] += far[block - 1]
    for block in range(count):
        low, high = max(block - _RADIUS, 0), min(block + _RADIUS + 1, count)
        around = 0.0
        for other in range(low, high):
            around += near[other]
        local = around / (high - low)
        row = rows[block]
        row[6] = min(np.log1p(max(near[block], 0.0)) / 2, _MOST)
        row[7] = min(np.log1p(max(far[block], 0.0)) / 3, _MOST)
        row[8] = min(near[block] / max(local, 1e-3) / 2, _MOST)


@compiled
def _chain(change: Doubles, start: int, stop: int, weight: float) -> None:
    change[start] += weight
    change[stop] -= weight
