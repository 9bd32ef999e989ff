"""The rare words of a page's body: where each stands again, and which are shared across an edge."""

import numpy as np

from transforms.arrays import Bools, Doubles, Ints
from transforms.compiled import compiled
from transforms.features import PageWords

_LEADING = 40
Sizes = tuple[int, ...]


class BodyWords:
    """The rare words of the blocks marked ``is_body``, in order.

    ``edge[i]`` is how many of them stand before block i: an edge is a place between two of them.
    ``stops[i]`` is where the words of block i end among all words of the page.
    """

    def __init__(self, words: PageWords, is_body: Bools) -> None:
        self._words = words
        self.stops = np.cumsum(words.sizes)
        self.edge, ids, self._weights, self._before, self._after = _pick(
            words.ids, words.sizes, words.weights, is_body
        )
        self._index, self._places = _index(ids, int(words.ids.max(initial=-1)) + 1)

    def leading(self, blocks: Ints) -> tuple[Ints, Doubles]:
        """The first words of each of ``blocks`` (numbers, -1 beyond the last; a row a block) and
        what each is worth: 0 for common words and for those that the block had before."""
        words = self._words
        return _leading(words.ids, words.before, words.weights, self.stops, words.sizes, blocks)

    def shared(self, edge: Ints, size: int) -> tuple[Doubles, Doubles, Doubles]:
        """For ``size`` words to both sides of each ``edge``: the rare words that both sides have,
        against the smaller side and against all, and those of the right side."""
        return _shared(self._before, self._after, self._weights, edge, size)

    def told(
        self, words: Ints, worth: Doubles, edge: Ints, ahead: Sizes = (), behind: Sizes = ()
    ) -> Doubles:
        """What those of ``words`` are worth that stand among so many words from each ``edge`` on, or
        before it: a row for each size of ``ahead``, then of ``behind``. ``words`` and their ``worth``
        have a row an edge, or one row for all."""
        sizes = np.array((*ahead, *behind), np.int64)
        return _told(self._index, self._places, words, worth, edge, sizes, len(ahead))


@compiled
def _pick(
    ids: Ints, sizes: Ints, weights: Doubles, is_body: Bools
) -> tuple[Ints, Ints, Doubles, Ints, Ints]:
    """Of the rare words of the body: the edges, numbers, weights, where each stands before (-1:
    nowhere) and after (beyond the last: nowhere)."""
    count = len(ids)
    edge = np.empty(len(sizes) + 1, np.int64)
    kept = np.empty(count, np.int64)
    place = picked = different = 0
    for block in range(len(sizes)):
        edge[block] = picked
        for _ in range(sizes[block]):
            different = max(different, ids[place] + 1)
            if is_body[block] and weights[place] > 0:
                kept[picked] = place
                picked += 1
            place += 1
    edge[len(sizes)] = picked
    own, worth = np.empty(picked, np.int64), np.empty(picked)
    before, after = np.empty(picked, np.int64), np.empty(picked, np.int64)
    last = np.full(different, -1, np.int64)
    for i in range(picked):
        own[i], worth[i] = ids[kept[i]], weights[kept[i]]
        before[i] = last[own[i]]
        after[i] = picked + 1
        if before[i] >= 0:
            after[before[i]] = i
        last[own[i]] = i
    return edge, own, worth, before, after


@compiled
def _index(ids: Ints, different: int) -> tuple[Ints, Ints]:
    """The places of each number, in order, and where those of each begin."""
    index = np.zeros(different + 1, np.int64)
    for word in ids:
        index[word + 1] += 1
    for word in range(different):
        index[word + 1] += index[word]
    free = index.copy()
    places = np.empty(len(ids), np.int64)
    for i in range(len(ids)):
        places[free[ids[i]]] = i
        free[ids[i]] += 1
    return index, places


@compiled
def _leading(
    ids: Ints, before: Ints, weights: Doubles, stops: Ints, sizes: Ints, blocks: Ints
) -> tuple[Ints, Doubles]:
    words = np.full((len(blocks), _LEADING), -1, np.int64)
    worth = np.zeros((len(blocks), _LEADING))
    for row in range(len(blocks)):
        size = sizes[blocks[row]]
        start = stops[blocks[row]] - size
        for i in range(min(size, _LEADING)):
            words[row, i] = ids[start + i]
            if before[start + i] < start:
                worth[row, i] = weights[start + i]
    return words, worth


@compiled
def _shared(
    before: Ints, after: Ints, weights: Doubles, edges: Ints, size: int
) -> tuple[Doubles, Doubles, Doubles]:
    count = len(weights)
    smaller, larger, known = np.empty(len(edges)), np.empty(len(edges)), np.empty(len(edges))
    for row in range(len(edges)):
        edge = edges[row]
        left = right = both = 0.0
        low = max(edge - size, 0)
        # Each word counts where it stands first on the right, or last on the left.
        for at in range(max(edge, 0), min(edge + size, count)):
            if before[at] < edge:
                right += weights[at]
                if before[at] >= low:
                    both += weights[at]
        for at in range(low, min(edge, count)):
            if after[at] >= edge:
                left += weights[at]
        smaller[row] = both / max(min(left, right), 1e-6)
        larger[row] = both / max(left + right - both, 1e-6)
        known[row] = right
    return smaller, larger, known


@compiled
def _told(
    index: Ints, places: Ints, words: Ints, worth: Doubles, edges: Ints, sizes: Ints, ahead: int
) -> Doubles:
    told = np.zeros((len(sizes), len(edges)))
    for row in range(len(edges)):
        of = row if len(words) > 1 else 0
        for i in range(words.shape[1]):
            word = words[of, i]
            if not 0 <= word < len(index) - 1 or worth[of, i] == 0.0:
                continue
            low, high = index[word], index[word + 1]
            while low < high:  # its first place from the edge on
                middle = (low + high) // 2
                if places[middle] < edges[row]:
                    low = middle + 1
                else:
                    high = middle
            if low < index[word + 1]:
                far = places[low] - edges[row]
                for size in range(ahead):
                    if far < sizes[size]:
                        told[size, row] += worth[of, i]
            if low > index[word]:
                far = edges[row] - places[low - 1]
                for size in range(ahead, len(sizes)):
                    if far <= sizes[size]:
                        told[size, row] += worth[of, i]
    return told


@compiled
def overlap(words: Ints, worth: Doubles, others: Ints) -> Doubles:
    """For each row of ``words`` what those are worth that stand among ``others``."""
    most = max(others.max(), 0)
    among = np.zeros(most + 1, np.bool_)
    for other in others:
        if other >= 0:
            among[other] = True
    found = np.zeros(len(words))
    for row in range(len(words)):
        for i in range(words.shape[1]):
            if 0 <= words[row, i] <= most and among[words[row, i]]:
                found[row] += worth[row, i]
    return found
