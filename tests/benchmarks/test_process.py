"""What a run takes is its own, not the benchmark's that started it."""

from pathlib import Path

from benchmarks.process import copydesk

SEEDS = Path(__file__).parents[2] / "seeds" / "pages"
_MUCH = 1_200_000_000


def test_the_peak_is_that_of_the_run() -> None:
    own = b"x" * _MUCH  # in memory while the run begins
    run = copydesk("inspect", f"{SEEDS}/records.jsonl#relative-date")
    assert len(own) == _MUCH
    assert 50e6 < run.peak_bytes < _MUCH
    assert run.cpu > 0
    assert run.wall > 0
