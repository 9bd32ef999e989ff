"""The plan of files: slices that add up, files passed over, ranges gone on with."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.commitlog import Commit, History
from pipeline.config import Bounds
from pipeline.connectors.filesource import FileSource
from pipeline.connectors.find import find_files
from pipeline.connectors.splits import Slice


def _source(folder: Path, bounds: Bounds, workers: int = 1) -> FileSource:
    return FileSource(find_files((str(folder),)).files, bounds, workers)


def _take(source: FileSource, history: History, most: int = 10_000) -> list[Slice]:
    """Takes slices and commits each, as the driver does."""
    taken = []
    for piece in source.slices(history):
        taken.append(piece)
        history.add(Commit(history.last + 1, "", "", inputs=piece.inputs))
        if len(taken) == most:
            break
    return taken


def _texts(pieces: list[Slice]) -> list[str]:
    records = [r for piece in pieces for split in piece.splits for r in split.read(lambda _: None)]
    return sorted(str(record.at.origin).rsplit("/", 1)[1] for record in records)


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.integers(0, 300), max_size=6),
    lines=st.lists(st.lists(st.integers(0, 50), max_size=12), max_size=3),
    slice_bytes=st.integers(1, 600),
    slice_files=st.integers(1, 4),
    split_bytes=st.integers(1, 300),
    stop=st.integers(1, 5),
)
def test_slices_hold_each_record_once_also_when_begun_again(
    tmp_path_factory: pytest.TempPathFactory, texts: list[int], lines: list[list[int]],
    slice_bytes: int, slice_files: int, split_bytes: int, stop: int,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("slices")
    (folder / "always.txt").write_text("x")
    expected = ["always.txt"]
    for i, size in enumerate(texts):
        (folder / f"t{i}.txt").write_text("x" * size)
        expected.append(f"t{i}.txt")
    for i, sizes in enumerate(lines):
        at = 0
        with (folder / f"l{i}.jsonl").open("w") as file:
            for size in sizes:
                line = '{"text": "' + "x" * size + '"}\n'
                file.write(line)
                expected.append(f"l{i}.jsonl:{at}")
                at += len(line)
        if not sizes:
            expected.append(f"l{i}.jsonl")
    bounds = Bounds(slice_bytes=slice_bytes, slice_files=slice_files, split_bytes=split_bytes)
    history = History()
    first = _take(_source(folder, bounds), history, stop)
    rest = _take(_source(folder, bounds), history)
    assert _texts(first + rest) == sorted(expected)
    for piece in first + rest:
        assert len(piece.inputs) <= slice_files
    assert (first + rest)[-1].bytes_left == 0
    again = _source(folder, bounds)
    assert _take(again, history) == []
    assert len(again.passed().ingested) == 1 + len(texts) + len(lines)


def test_what_is_left_counts_down(tmp_path: Path) -> None:
    for i in range(4):
        (tmp_path / f"{i}.txt").write_text("x" * 100)
    pieces = _take(_source(tmp_path, Bounds(slice_bytes=200)), History())
    assert [(piece.bytes, piece.bytes_left) for piece in pieces] == [(200, 200), (200, 0)]


def test_a_file_with_new_content_is_passed_over_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    history = History()
    _take(_source(tmp_path, Bounds()), history)
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    source = _source(tmp_path, Bounds())
    assert _take(source, history) == []
    assert source.passed().changed == (str(path),)


def test_a_file_that_was_only_touched_is_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    history = History()
    _take(_source(tmp_path, Bounds()), history)
    os.utime(path, ns=(1, 1))
    source = _source(tmp_path, Bounds())
    assert _take(source, history) == []
    assert (source.passed().ingested, source.passed().changed) == ((str(path),), ())


def test_a_file_that_vanished_since_it_was_found_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    source = _source(tmp_path, Bounds())
    (tmp_path / "a.txt").unlink()
    (piece,) = _take(source, History())
    assert [item.origin for item in piece.inputs] == [str(tmp_path / "b.txt")]
    assert source.passed().unreadable == (str(tmp_path / "a.txt"),)


def test_large_compressed_files_are_shared_among_workers(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(os.urandom(3000))
    (piece,) = _take(_source(tmp_path, Bounds(split_bytes=1000), workers=3), History())
    assert len(piece.splits) == 3
    (tmp_path / "a.jsonl.gz").write_bytes(b"small")
    (piece,) = _take(_source(tmp_path, Bounds(split_bytes=1000), workers=3), History())
    assert len(piece.splits) == 1


def test_the_largest_splits_are_dealt_first(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n' * 100)
    (tmp_path / "b.txt").write_text("x" * 5000)
    (piece,) = _take(_source(tmp_path, Bounds(split_bytes=1000)), History())
    sizes = [split.bytes for split in piece.splits]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 5000
