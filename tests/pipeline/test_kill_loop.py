"""Killed again and again, an ingest loses nothing and doubles nothing. The script does it for long:
``python -m scripts.kill_loop --kills 100 --pages 2000``."""

from pathlib import Path

from scripts.kill_loop import kill_loop


def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    outcome = kill_loop(tmp_path, kills=5, pages=300, seed=4)
    assert outcome.kills == 5
    assert outcome.polls > 0
    assert (outcome.failed_polls, outcome.doubled_rows, outcome.missing_pages) == (0, 0, 0)
    assert outcome.problems == ()
