"""Rare words around an edge, against counting them one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import Doubles, Ints
from transforms.features import PageWords
from transforms.segmentation.cohesion import COLUMNS, BodyWords, _fill_shared, overlap

# Blocks of words by number; each word's worth goes with its number, so 0 is worth nothing.
blocks = st.lists(st.lists(st.integers(0, 6), max_size=8), min_size=1, max_size=8)


def before(ids: list[int]) -> Ints:
    """Where each number stood before, or -1."""
    return np.array(
        [max((j for j in range(i) if ids[j] == n), default=-1) for i, n in enumerate(ids)], np.int64
    )


def body(pages: list[list[int]]) -> tuple[BodyWords, list[int]]:
    ids = np.array([word for block in pages for word in block], np.int64)
    sizes = np.array([len(block) for block in pages], np.int64)
    words = PageWords(ids, sizes, ids / 6.0, before(ids.tolist()))
    return BodyWords(words, np.ones(len(pages), bool)), [int(word) for word in ids if word]


def shared(found: BodyWords, edges: Ints, size: int, step: int = 0) -> Doubles:
    every = np.empty((len(found._weights) + 1, 3))
    _fill_shared(found._before, found._after, found._weights, size, every)
    there = edges + step
    inside = (there >= 0) & (there < len(every))
    return np.where(inside, every[np.where(inside, there, 0)].T, 0.0)


@given(blocks, st.integers(1, 9))
def test_words_ahead_and_behind(pages: list[list[int]], size: int) -> None:
    found, flat = body(pages)
    for edge in range(len(flat) + 1):
        for word in (1, 2, 3, 4, 5, 6, -1):
            asked = np.array([[word]]), np.array([[2.5]]), np.array([edge])
            told = found.told(*asked, ahead=(size, 2 * size), behind=(size,))
            ahead, further = (word in flat[edge : edge + s] for s in (size, 2 * size))
            behind = word in flat[max(0, edge - size) : edge]
            assert told.tolist() == [[2.5 * ahead], [2.5 * further], [2.5 * behind]]


def test_what_is_told_adds_up() -> None:
    found, _ = body([[1, 2], [3, 1]])
    words, worth = np.array([[1, 2, 3]]), np.array([[1.0, 2.0, 4.0]])
    assert found.told(words, worth, np.array([0, 2]), ahead=(2,)).tolist() == [[3.0, 5.0]]
    rows = np.repeat(words, 2, axis=0), np.repeat(worth, 2, axis=0)
    assert found.told(*rows, np.array([2, 4]), behind=(2,)).tolist() == [[3.0, 5.0]]


def test_words_in_common() -> None:
    words = np.array([[1, 2, -1], [3, 4, 5]])
    got = overlap(words, np.array([[1.0, 2.0, 0.0], [4.0, 8.0, 16.0]]), np.array([2, 4, 5, -1]))
    assert got.tolist() == [2.0, 24.0]


@given(blocks, st.integers(1, 9))
def test_words_shared_across_an_edge(pages: list[list[int]], size: int) -> None:
    found, flat = body(pages)
    edges = np.arange(len(flat) + 1)
    smaller, larger, known = shared(found, edges, size)
    for edge in edges:
        left, right = set(flat[max(0, edge - size) : edge]), set(flat[edge : edge + size])
        both, before, after = (sum(w) / 6 for w in (left & right, left, right))
        assert known[edge] == pytest.approx(after)
        assert smaller[edge] == pytest.approx(both / max(min(before, after), 1e-6))
        assert larger[edge] == pytest.approx(both / max(before + after - both, 1e-6))


@given(blocks)
def test_the_first_words_of_a_block_count_once(pages: list[list[int]]) -> None:
    found, _ = body(pages)
    words, worth = found.leading(np.arange(len(pages)))
    for block, row, value in zip(pages, words, worth, strict=True):
        assert [w for w in row.tolist() if w >= 0] == block
        assert value.sum() == pytest.approx(sum(set(block)) / 6)
        first = [block.index(word) for word in dict.fromkeys(block) if word]
        assert set(np.flatnonzero(value)) == set(first)


def test_words_outside_the_body_are_not_heard() -> None:
    words = PageWords(np.array([1, 2, 3]), np.array([1, 1, 1]), np.ones(3), np.full(3, -1))
    found = BodyWords(words, np.array([True, False, True]))
    assert found.edge.tolist() == [0, 1, 1, 2]
    asked = np.array([[1, 2, 3]]), np.array([[1.0, 2.0, 4.0]]), np.array([0])
    assert found.told(*asked, ahead=(9,)).tolist() == [[5.0]]


@given(blocks, st.data())
def test_the_evidence_of_candidates(pages: list[list[int]], data: st.DataObject) -> None:
    found, _ = body(pages)
    chosen = data.draw(st.sets(st.integers(0, len(pages) - 1), min_size=1))
    at = np.array(sorted(chosen), np.int64)
    likely = st.floats(-9, 9, width=32)
    own = np.array(data.draw(st.lists(likely, min_size=len(at), max_size=len(at))), np.float32)
    edge = found.edge[at]
    heads, worth = found.leading(at)
    said = worth.sum(axis=1)
    some = np.maximum(said, 1e-6)
    columns = [part for size in (40, 150, 500) for part in shared(found, edge, size)]
    columns.append(said)
    for size in (60, 150):
        above, here, below = (shared(found, edge, size, step) for step in (-size, 0, size))
        for i in range(2):
            columns += [above[i], below[i], here[i] - (above[i] + below[i]) / 2]
    right = found.told(heads, worth, found.edge[at + 1], ahead=(60, 200)) / some
    left = found.told(heads, worth, edge, behind=(40, 150)) / some
    for ahead, behind in zip(right, left, strict=True):
        columns += [ahead, behind, ahead - behind]
    top = int(own.argmax())
    for title in (top, int((own > 0).argmax()) if own[top] > 0 else top):
        topic, value = heads[title : title + 1], worth[title : title + 1]
        away = at - at[title]
        columns += [
            *found.told(topic, value, edge, (150,), (150,)) / max(float(value.sum()), 1e-6),
            overlap(heads, worth, topic[0]) / some,
            np.sign(away) * np.log1p(np.abs(away)),
        ]
    rows = np.empty((len(at), COLUMNS), np.float32)
    found.evidence(at, own, rows)
    np.testing.assert_allclose(rows, np.stack(columns, axis=1), rtol=1e-5, atol=1e-6)
