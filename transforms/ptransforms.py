"""The Beam twins of the pure functions: the only module of this layer that imports Beam.

Each takes records and rejects and gives records and rejects: what became a reject flows on
beside the others, so no step can lose it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection

from schemas.records import PageStories, RawPage, Reject
from transforms.outcomes import split_stories


@dataclass(eq=False)  # not frozen: Beam sets a label on it
class SplitStories(beam.PTransform[Any, Any]):
    """``RawPage | Reject`` to ``PageStories | Reject``; counts stories, teasers and each reason."""

    fetched_at: datetime | None = None
    min_date_confidence: float = 0.0

    def expand(self, pages: PCollection[Any]) -> PCollection[Any]:
        split = beam.Map(self._split).with_output_types(PageStories | Reject)
        outcomes: PCollection[Any] = pages | split
        return outcomes

    def _split(self, page: RawPage | Reject) -> PageStories | Reject:
        outcome = (
            page
            if isinstance(page, Reject)
            else split_stories(page, self.fetched_at, self.min_date_confidence)
        )
        if isinstance(outcome, Reject):
            _count(f"reject_{outcome.reason}")
        else:
            teasers = sum(story.is_teaser for story in outcome.stories)
            _count("pages_with_stories")
            _count("stories", len(outcome.stories) - teasers)
            _count("teasers", teasers)
        return outcome


def _count(name: str, n: int = 1) -> None:
    Metrics.counter("copydesk", name).inc(n)
