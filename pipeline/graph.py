"""The graph: from the splits of a slice to staged files. It reads as its list of steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from pipeline.config import Bounds
from pipeline.connectors.parquet import Staging, WriteDataset
from pipeline.connectors.splits import Split
from pipeline.progress import Notes, Tally
from schemas.records import RawPage, Reject
from transforms.ptransforms import SplitStories


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user wants of pages, apart from where they come from and go to."""

    fetched_at: datetime | None = None
    min_date_confidence: float = 0.0


def build(
    root: beam.Pipeline, splits: tuple[Split, ...], rules: Rules, staging: Staging, bounds: Bounds
) -> PCollection[Any]:
    """Adds all steps of one slice to ``root``; gives the rows of each partition once written."""
    staged: PCollection[Any] = (
        root
        | "PlanSplits" >> beam.Create(splits, reshuffle=False)
        | "DealSplits" >> beam.Reshuffle()
        | "ReadSplits" >> beam.ParDo(ReadSplits(staging))
        | "SplitStories" >> SplitStories(rules.fetched_at, rules.min_date_confidence)
        | "WriteDataset" >> WriteDataset(staging, bounds)
    )
    return staged


# Beam's type checker cannot compare protocols, and splits have nothing else in common.
@beam.typehints.with_input_types(Any)
class ReadSplits(beam.DoFn):
    """``Split`` in, its ``RawPage | Reject`` out."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging

    def start_bundle(self) -> None:
        self._notes = Notes(self._staging.sub("progress"))

    def process(self, split: Split) -> Iterator[RawPage | Reject]:
        yield from split.read(lambda size: self._notes.add(Tally(bytes=size)))
        self._notes.write()
