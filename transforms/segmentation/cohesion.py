"""The rare words of a page's body: where each stands again, and which are shared across an edge."""

from typing import Final

import numpy as np

from transforms.arrays import Bools, Doubles, Floats, Ints
from transforms.compiled import compiled
from transforms.features import PageWords

COLUMNS: Final = 36
_LEADING = 40
# Rare words of body to each side of an edge. Three edges are compared at two of these depths.
_WINDOWS: Final = (40, 150, 500, 60)
_FLAT: Final = 3  # the windows whose shares are told as they are
_DEPTHS: Final = (3, 1)  # the windows as far apart as which three edges are compared
_UNITS: Final = 2.0**40  # of what a word is worth, at most one
_LEAST: Final = 1e-6 * _UNITS
# Words in which a candidate's own words are looked for, and those of the page's title.
_TITLE_AHEAD: Final = np.array([60, 200])
_TITLE_BEHIND: Final = np.array([40, 150])
_TOPIC_AROUND: Final = np.array([150, 150])
Sizes = tuple[int, ...]


class BodyWords:
    """The rare words of the blocks marked ``is_body``, in order.

    ``edge[i]`` is how many of them stand before block i: an edge is a place between two of them.
    ``stops[i]`` is where the words of block i end among all words of the page.
    """

    def __init__(self, words: PageWords, is_body: Bools) -> None:
        self._words = words
        (
            self.stops, self.edge, self._weights, self._before, self._after, self._index, self._places
        ) = _gather(words.ids, words.sizes, words.weights, is_body)  # fmt: skip

    def leading(self, blocks: Ints) -> tuple[Ints, Doubles]:
        """The first words of each of ``blocks`` (numbers, -1 beyond the last; a row a block) and
        what each is worth: 0 for common words and for those that the block had before."""
        words = self._words
        return _leading(words.ids, words.before, words.weights, self.stops, words.sizes, blocks)

    def told(
        self, words: Ints, worth: Doubles, edge: Ints, ahead: Sizes = (), behind: Sizes = ()
    ) -> Doubles:
        """What those of ``words`` are worth that stand among so many words from each ``edge`` on, or
        before it: a row for each size of ``ahead``, then of ``behind``. ``words`` and their ``worth``
        have a row an edge, or one row for all."""
        sizes = np.array((*ahead, *behind), np.int64)
        return _told(self._index, self._places, words, worth, edge, sizes, len(ahead))

    def evidence(self, at: Ints, own: Floats, rows: Floats) -> None:
        """Fills ``rows``, ``COLUMNS`` for each of the blocks ``at``, which may start a story and do so
        as likely as ``own`` says: the rare words that the two sides of its upper edge share, and how
        much of the block's own words and of the page's title each side tells."""
        heads, worth = self.leading(at)
        _evidence(
            at, own, heads, worth, self.edge, self._before, self._after, self._weights,
            self._index, self._places, _TITLE_AHEAD, _TITLE_BEHIND, _TOPIC_AROUND, rows,
        )  # fmt: skip


@compiled
def _gather(
    ids: Ints, sizes: Ints, weights: Doubles, is_body: Bools
) -> tuple[Ints, Ints, Doubles, Ints, Ints, Ints, Ints]:
    """Where the words of each block end; of the rare words of the body all but the numbers; and the
    index of those."""
    different = 0
    for word in ids:
        different = max(different, word + 1)
    edge, own, worth, before, after = _pick(ids, sizes, weights, is_body, different)
    index, places = _index(own, different)
    return np.cumsum(sizes), edge, worth, before, after, index, places


@compiled
def _pick(
    ids: Ints, sizes: Ints, weights: Doubles, is_body: Bools, different: int
) -> tuple[Ints, Ints, Doubles, Ints, Ints]:
    """Of the rare words of the body: the edges, numbers, weights, where each stands before (-1:
    nowhere) and after (beyond the last: nowhere)."""
    count = len(ids)
    edge = np.empty(len(sizes) + 1, np.int64)
    kept = np.empty(count, np.int64)
    place = picked = 0
    for block in range(len(sizes)):
        edge[block] = picked
        for _ in range(sizes[block]):
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
def _fill_shared(before: Ints, after: Ints, weights: Doubles, size: int, shared: Doubles) -> None:
    """Fills ``shared``, for each edge and ``size`` words to both sides of it: the rare words that both
    sides have, against the smaller side and against all, and those of the right side.

    From edge to edge one word changes sides, one comes and one goes, so the time is linear in the
    words. Their worth is counted in small whole units: sums of those lose nothing on the way.
    """
    count = len(weights)
    units = np.empty(count, np.int64)
    left = right = both = 0
    for at in range(count):
        units[at] = int(weights[at] * _UNITS + 0.5)
        if at < size and before[at] < 0:
            right += units[at]
    for edge in range(count + 1):
        if edge:
            # Each word counts where it stands first on the right, or last on the left.
            moved, first = edge - 1, edge - 1 - size
            worth = units[moved]
            if before[moved] >= max(first, 0):
                both -= worth
            else:
                left += worth
            right -= worth
            if after[moved] < min(moved + size, count):
                right += worth
                both += worth
            coming = moved + size
            if coming < count and before[coming] < edge:
                right += units[coming]
                both += units[coming] if before[coming] >= max(first, 0) else 0
            if first >= 0 and after[first] >= edge:
                left -= units[first]
                both -= units[first] if after[first] < min(edge + size, count) else 0
        shared[edge, 0] = both / max(min(left, right), _LEAST)
        shared[edge, 1] = both / max(left + right - both, _LEAST)
        shared[edge, 2] = right / _UNITS


@compiled
def _compare(shared: Doubles, edges: Ints, size: int, rows: Floats) -> None:
    """What is shared across each of ``edges`` against what is across those as far away as the sides
    are wide: within each side, that is what the words of a language share anyway."""
    for i in range(len(edges)):
        above, below = edges[i] - size, edges[i] + size
        for part in range(2):
            over = shared[above, part] if above >= 0 else 0.0
            under = shared[below, part] if below < len(shared) else 0.0
            rows[i, 3 * part], rows[i, 3 * part + 1] = over, under
            rows[i, 3 * part + 2] = shared[edges[i], part] - (over + under) / 2


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


@compiled
def _evidence(
    at: Ints, own: Floats, heads: Ints, worth: Doubles, edges: Ints, before: Ints, after: Ints,
    weights: Doubles, index: Ints, places: Ints, ahead: Ints, behind: Ints, around: Ints,
    rows: Floats,
) -> None:  # fmt: skip
    count, depths, titles = len(at), len(_DEPTHS), len(ahead)
    edge, below, said = np.empty(count, np.int64), np.empty(count, np.int64), np.zeros(count)
    top, sane = 0, -1
    for i in range(count):
        edge[i], below[i] = edges[at[i]], edges[at[i] + 1]
        for k in range(worth.shape[1]):
            said[i] += worth[i, k]
        if own[i] > own[top]:
            top = i
        if sane < 0 and own[i] > 0:
            sane = i
    shared = np.empty((len(weights) + 1, 3))
    for window in range(len(_WINDOWS)):
        size = _WINDOWS[window]
        _fill_shared(before, after, weights, size, shared)
        for i in range(count if window < _FLAT else 0):
            for part in range(3):
                rows[i, 3 * window + part] = shared[edge[i], part]
        for k in range(depths):
            if _DEPTHS[k] == window:
                _compare(shared, edge, size, rows[:, 3 * _FLAT + 1 + 6 * k :])
    right = _told(index, places, heads, worth, below, ahead, titles)
    left = _told(index, places, heads, worth, edge, behind, 0)
    for i in range(count):
        row, some = rows[i], max(said[i], 1e-6)
        row[3 * _FLAT] = said[i]
        column = 3 * _FLAT + 1 + 6 * depths
        for k in range(titles):
            row[column], row[column + 1] = right[k, i] / some, left[k, i] / some
            row[column + 2] = right[k, i] / some - left[k, i] / some
            column += 3
    column = COLUMNS - 8
    for title in (top, sane if sane >= 0 else top):
        topic, value = heads[title : title + 1], worth[title : title + 1]
        told = _told(index, places, topic, value, edge, around, 1)
        common = overlap(heads, worth, topic[0])
        for i in range(count):
            row, all_of = rows[i], max(said[title], 1e-6)
            far = np.log1p(abs(at[i] - at[title]))
            row[column], row[column + 1] = told[0, i] / all_of, told[1, i] / all_of
            row[column + 2] = common[i] / max(said[i], 1e-6)
            row[column + 3] = far if i > title else -far
        column += 4
