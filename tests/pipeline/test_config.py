"""Options: wrong values are told at once, and none of ours is one of Beam's."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipeline.config import Bounds, IngestConfig, RunConfig
from pipeline.errors import UsageError
from pipeline.runners import make_runner

_GOOD = IngestConfig(inputs=("a",), output=Path("out"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": ()}, "no input"),
        ({"inputs": ("a", "")}, "no input"),
        ({"workers": 0}, "--workers is 0"),
        ({"fetched_at": datetime(2025, 4, 6)}, "--fetched-at has no time zone"),
        ({"min_date_confidence": 1.5}, "--min-date-confidence is 1.5"),
        ({"max_reject_ratio": -0.1}, "--max-reject-ratio is -0.1"),
        ({"max_reject_ratio": float("nan")}, "--max-reject-ratio is nan"),
        ({"follow": True}, "--follow needs a kafka:// input"),
    ],
)
def test_values_that_can_never_work_are_told(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        replace(_GOOD, **change)


def test_good_values_pass() -> None:
    when = datetime(2025, 4, 6, tzinfo=UTC)
    changed = replace(_GOOD, workers=8, fetched_at=when, min_date_confidence=1, max_reject_ratio=0)
    assert changed.fetched_at == when


@pytest.mark.parametrize("field", [field.name for field in fields(Bounds)])
def test_bounds_must_be_above_zero(field: str) -> None:
    with pytest.raises(UsageError, match=f"{field} is 0"):
        Bounds(**{field: 0})


def test_no_option_of_ours_is_one_of_beams() -> None:
    # What both know would be taken by one and missed by the other. The inputs, the output and
    # the settings below `kafka` and `bounds` are no flags of their own.
    ours = {field.name for field in fields(IngestConfig)} | {
        field.name for field in fields(RunConfig)
    }
    beams = set(PipelineOptions([]).get_all_options())
    assert ours & beams == set()
    assert len(beams) > 100, "the list of Beam's options is not empty by accident"


def test_the_default_runner_never_looks_for_a_download() -> None:
    runner, options = make_runner((), 1)
    assert isinstance(runner, FnApiRunner)
    assert options.view_as(DirectOptions).direct_num_workers == 1


def test_workers_are_processes() -> None:
    runner, options = make_runner(("--temp_location=/tmp/x",), 3)
    assert isinstance(runner, FnApiRunner)
    assert isinstance(runner._default_environment, SubprocessSDKEnvironment)
    assert options.view_as(DirectOptions).direct_num_workers == 3
    assert options.get_all_options()["temp_location"] == "/tmp/x"


def test_another_runner_passes_through() -> None:
    arguments = ("--runner=PortableRunner", "--job_endpoint=localhost:1", "--parallelism=4")
    runner, options = make_runner(arguments, 1)
    assert runner is None
    assert options.get_all_options()["runner"] == "PortableRunner"
    assert options.get_all_options()["job_endpoint"] == "localhost:1"
    with pytest.raises(UsageError, match="--workers is for the local runner; PortableRunner has"):
        make_runner(arguments, 2)


@pytest.mark.parametrize("flag", ["--no_such_flag=1", "--no-such-flag", "--ouptut"])
def test_a_flag_that_nobody_knows_is_told(flag: str) -> None:
    with pytest.raises(UsageError, match=f"neither copydesk nor Beam knows {flag.split('=')[0]}"):
        make_runner((flag,), 1)
    runner, _ = make_runner(("--runner=PortableRunner", flag), 1)
    assert runner is None, "a job server may know it"


@pytest.mark.parametrize("flag", ["--no_use_public_ips", "--experiment=x", "--worker_zone=here"])
def test_flags_under_another_name_than_their_option_pass(flag: str) -> None:
    make_runner((flag,), 1)


def test_a_value_that_beam_does_not_take_is_told() -> None:
    with pytest.raises(UsageError, match="direct_num_workers: invalid int value"):
        make_runner(("--direct_num_workers=many",), 1)
