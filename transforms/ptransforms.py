"""The Beam twins of the pure functions: the only module of this layer that imports Beam.

Each takes records and rejects and gives records and rejects: what became a reject flows on
beside the others, so no step can lose it.
"""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import apache_beam as beam
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection

from schemas.records import PageStories, RawPage, Reject

# A worker keeps some 300,000 objects that last as long as it does, and holds thousands of stories
# until they are written down. By Python's own settings (700, 10, 10) all of them were looked through
# again and again for garbage of which pages leave next to none: a thirtieth of a run.
_GARBAGE: Final = (20_000, 10, 10)


@dataclass(eq=False)  # not frozen: Beam sets a label on it
class SplitStories(beam.PTransform[Any, Any]):
    """``RawPage | Reject`` to ``PageStories | Reject``; counts stories, teasers and each reason."""

    fetched_at: datetime | None = None
    min_date_confidence: float = 0.0

    def expand(self, pages: PCollection[Any]) -> PCollection[Any]:
        outcomes: PCollection[Any] = pages | beam.ParDo(
            _Split(self.fetched_at, self.min_date_confidence)
        )
        return outcomes


@beam.typehints.with_input_types(RawPage | Reject)
@beam.typehints.with_output_types(PageStories | Reject)
class _Split(beam.DoFn):
    """``split_stories`` of each page, counted."""

    def __init__(self, fetched_at: datetime | None, min_date_confidence: float) -> None:
        self._fetched_at = fetched_at
        self._min_date_confidence = min_date_confidence

    def setup(self) -> None:
        # Here and not above: a driver that has workers needs no rules and no weights, and 1.2 s to load them.
        from transforms.outcomes import split_stories

        self._split_stories = split_stories
        gc.set_threshold(*_GARBAGE)

    def process(self, page: RawPage | Reject) -> Iterator[PageStories | Reject]:
        outcome = (
            page
            if isinstance(page, Reject)
            else self._split_stories(page, self._fetched_at, self._min_date_confidence)
        )
        if isinstance(outcome, Reject):
            _count(f"reject_{outcome.reason}")
        else:
            teasers = sum(story.is_teaser for story in outcome.stories)
            _count("pages_with_stories")
            _count("stories", len(outcome.stories) - teasers)
            _count("teasers", teasers)
        yield outcome


def _count(name: str, n: int = 1) -> None:
    Metrics.counter("copydesk", name).inc(n)
