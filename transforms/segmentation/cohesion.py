"""The rare words of a page's body: where each stands again, and which are shared across an edge."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.features import Doubles, Ints, PageWords, neighbours

_LEADING = 40
Bools = npt.NDArray[np.bool_]


class BodyWords:
    """The rare words of the blocks marked ``is_body``, in order.

    ``edge[i]`` is how many of them stand before block i: an edge is a place between two of them.
    """

    def __init__(self, words: PageWords, is_body: Bools) -> None:
        self._all = words
        self._seen, _ = neighbours(words.ids)
        self._stops = np.cumsum(words.sizes)
        line = np.repeat(np.arange(len(words.sizes)), words.sizes)
        told = (words.weights > 0) & is_body[line]
        # A word that is nowhere stands at the end, so that a page without words needs no case.
        ids = np.append(words.ids[told], -2)
        self._weights = np.append(words.weights[told], 0.0)
        self._size = len(ids)
        self._before, after = neighbours(ids)
        self._after = np.where(after < 0, self._size, after)
        # By word and place: the next place of a word is a search in this.
        self._keys = np.sort((ids + 2) * (self._size + 1) + np.arange(self._size))
        self.edge = np.searchsorted(line[told], np.arange(len(words.sizes) + 1))

    def leading(self, blocks: Ints) -> tuple[Ints, Doubles]:
        """The first words of each of ``blocks`` (numbers, -1 beyond the last; a row a block) and
        what each is worth: 0 for common words and for those that the block had before."""
        words = self._all
        stops = self._stops[blocks, None]
        starts = stops - words.sizes[blocks, None]
        place = starts + np.arange(_LEADING)
        there = place < stops
        if not len(words.ids):
            return np.full(place.shape, -1), np.zeros(place.shape)
        place = np.where(there, place, 0)
        new = there & (self._seen[place] < starts)
        return np.where(there, words.ids[place], -1), np.where(new, words.weights[place], 0.0)

    def shared(self, edge: Ints, windows: Sequence[int]) -> list[Doubles]:
        """For windows of so many words to both sides of each ``edge`` three columns: the rare words
        that both sides have, against the smaller side and against all, and those of the right."""
        steps = np.arange(max(windows))
        ahead, behind = edge[:, None] + steps, edge[:, None] - 1 - steps
        here, there = (ahead >= 0) & (ahead < self._size), (behind >= 0) & (behind < self._size)
        ahead, behind = np.where(here, ahead, 0), np.where(there, behind, 0)
        back = self._before[ahead]
        # Each word counts where it stands first on the right, or last on the left.
        right = self._weights[ahead] * (here & (back < edge[:, None]))
        left = self._weights[behind] * (there & (self._after[behind] >= edge[:, None]))
        columns = []
        for size in windows:
            known = right[:, :size].sum(axis=1)
            smaller = np.minimum(known, left[:, :size].sum(axis=1))
            larger = known + left[:, :size].sum(axis=1)
            again = (back[:, :size] >= np.maximum(edge - size, 0)[:, None]) * right[:, :size]
            both = again.sum(axis=1)
            columns += [
                both / np.maximum(smaller, 1e-6),
                both / np.maximum(larger - both, 1e-6),
                known,
            ]
        return columns

    def ahead(self, words: Ints, edge: Ints, size: int) -> Bools:
        """Whether each of ``words`` (a row an edge) stands among the ``size`` words from ``edge`` on."""
        found: Bools = self._next(words, edge) < (edge + size)[:, None]
        return found

    def behind(self, words: Ints, edge: Ints, size: int) -> Bools:
        """Whether each of ``words`` stands among the ``size`` words before ``edge``."""
        found: Bools = self._next(words, np.maximum(edge - size, 0)) < edge[:, None]
        return found

    def _next(self, words: Ints, edge: Ints) -> Ints:
        """Where each of ``words`` stands next from ``edge`` on; far beyond the end if nowhere."""
        key = (words + 2) * (self._size + 1)
        found = np.searchsorted(self._keys, key + edge[:, None])
        held = self._keys[np.minimum(found, self._size - 1)] - key
        there = (found < self._size) & (held >= 0) & (held < self._size) & (words >= 0)
        return np.where(there, held, np.iinfo(np.int64).max // 2)
