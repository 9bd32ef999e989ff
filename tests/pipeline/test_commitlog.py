"""Commit records: there and back, and what follows from them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.commitlog import (
    COMMITS,
    Commit,
    Counts,
    DataFile,
    FileInput,
    History,
    OffsetRange,
    read_history,
)
from pipeline.errors import CopydeskError
from pipeline.storage import Storage

# JSON holds any text but halves of surrogate pairs; names with such bytes never come so far.
_names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_sizes = st.integers(0, 2**63 - 1)
_data_files = st.builds(
    DataFile,
    _names,
    st.sampled_from(["stories", "rejects"]),
    st.none() | _names,
    _sizes,
    _sizes,
    _names,
)
_inputs = st.builds(FileInput, _names, _names, _sizes, _sizes, _names, _sizes, _sizes)
_kafka = st.dictionaries(
    _names,
    st.dictionaries(
        st.integers(0, 99), st.builds(OffsetRange, _sizes, _sizes), min_size=1, max_size=3
    ),
    max_size=2,
)
_counts = st.builds(Counts, _sizes, _sizes, _sizes, st.dictionaries(_names, _sizes, max_size=3))
_commits = st.builds(
    Commit,
    number=st.integers(1, 999_999_999),
    attempt=_names,
    created_at=_names,
    files=st.lists(_data_files, max_size=3).map(tuple),
    retires=st.lists(_names, max_size=3).map(tuple),
    inputs=st.lists(_inputs, max_size=3).map(tuple),
    kafka=_kafka,
    counts=_counts,
    versions=st.dictionaries(_names, _names, max_size=3),
)


@given(_commits)
def test_a_record_reads_back_as_it_was(commit: Commit) -> None:
    assert Commit.from_json(commit.to_json()) == commit


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b'{"format_version": 1}', "not a commit record"),
        (b'{"format_version": 99}', "format version 99"),
    ],
)
def test_what_is_no_record_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Commit.from_json(content)


def _commit(number: int, **fields: object) -> Commit:
    return replace(Commit(number, "abc", "2025-04-06T12:00:00+00:00"), **fields)  # type: ignore[arg-type]


def _file(path: str) -> DataFile:
    return DataFile(path, "rejects", None, 1, 2, "00")


def test_history_knows_where_to_go_on() -> None:
    history = History()
    assert history.last == 0
    assert history.next_offset("t", 0) is None
    item = FileInput("/a", "a", 10, 1, "00", 0, 4)
    history.add(_commit(1, inputs=(item,), kafka={"t": {0: OffsetRange(0, 5)}}))
    history.add(
        _commit(2, inputs=(replace(item, start=4, end=10),), kafka={"t": {1: OffsetRange(0, 3)}})
    )
    assert history.last == 2
    assert (history.next_offset("t", 0), history.next_offset("t", 1)) == (5, 3)
    assert history.files["/a"].end == 10


def test_retired_files_are_not_live() -> None:
    history = History()
    history.add(_commit(1, files=(_file("a"), _file("b"))))
    history.add(_commit(2, files=(_file("c"),), retires=("a",)))
    assert sorted(history.live_files()) == ["b", "c"]


def test_counts_add_up() -> None:
    one = Counts(1, 2, 3, {"empty": 1, "no_story": 2})
    two = Counts(10, 20, 30, {"empty": 5})
    assert one + two == Counts(11, 22, 33, {"empty": 6, "no_story": 2})
    assert (one + two).pages == 11 + 8


def _write(tmp_path: Path, *commits: Commit) -> Storage:
    storage = Storage(tmp_path)
    storage.make_folder(COMMITS)
    for commit in commits:
        storage.create(f"{COMMITS}/{commit.name}.json", commit.to_json())
    return storage


def test_the_log_is_read_in_order_and_other_names_are_passed_over(tmp_path: Path) -> None:
    storage = _write(tmp_path, *(_commit(n) for n in (1, 2, 3)))
    storage.write(f"{COMMITS}/.000000004.json.x.tmp", b"half")
    storage.write(f"{COMMITS}/notes.txt", b"")
    assert [commit.number for commit in read_history(storage).commits] == [1, 2, 3]


def test_a_gap_in_the_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CopydeskError, match=r"no record 000000002\.json before 000000003\.json"):
        read_history(_write(tmp_path, _commit(1), _commit(3)))


def test_a_damaged_record_is_an_error(tmp_path: Path) -> None:
    storage = _write(tmp_path, _commit(1))
    storage.write(f"{COMMITS}/000000002.json", b'{"format_version": 1,')
    with pytest.raises(CopydeskError, match=r"000000002\.json cannot be read"):
        read_history(storage)


def test_a_record_under_a_wrong_name_is_an_error(tmp_path: Path) -> None:
    storage = _write(tmp_path)
    storage.write(f"{COMMITS}/000000001.json", _commit(7).to_json())
    with pytest.raises(CopydeskError, match="restore it"):
        read_history(storage)
