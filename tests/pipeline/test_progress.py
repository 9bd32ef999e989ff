"""Notes of workers add up, whatever happens to them."""

import time
from pathlib import Path

import pytest

from pipeline import progress
from pipeline.progress import Notes, Tally, Watch, read_notes


def test_notes_of_all_workers_add_up(tmp_path: Path) -> None:
    for n in range(3):
        notes = Notes(tmp_path)
        notes.add(Tally(bytes=10 * n, pages=1, stories=2))
        notes.add(Tally(rejects=1))
        notes.write()
    assert read_notes(tmp_path) == Tally(bytes=30, pages=3, stories=6, rejects=3)


def test_notes_are_not_written_for_every_page(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    for _ in range(100):
        notes.add(Tally(pages=1))
    assert len(list(tmp_path.iterdir())) == 0


def test_torn_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.add(Tally(pages=1))
    notes.write()
    (tmp_path / "torn.json").write_text('{"pages": ')
    (tmp_path / "half.tmp").write_text("{}")
    assert read_notes(tmp_path) == Tally(pages=1)


def test_a_note_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "gone")
    notes.add(Tally(pages=1))
    notes.write()
    assert read_notes(tmp_path / "gone") == Tally()


def test_a_watch_tells_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.01)
    told: list[Tally] = []
    notes = Notes(tmp_path)
    notes.add(Tally(pages=7))
    notes.write()
    with Watch(tmp_path, told.append):
        deadline = time.monotonic() + 30
        while not told and time.monotonic() < deadline:
            time.sleep(0.01)
    assert told[-1] == Tally(pages=7)
    count = len(told)
    time.sleep(0.05)
    assert len(told) == count
