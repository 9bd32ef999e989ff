"""When a story was published, and what else a page says about days.

Candidates come first: every date on the page, with where it stands and what it is the date of
(``sightings``). Numbers become moments with the page in view (``resolve``). Then one is chosen
by evidence (``choose``), with the probability that it is right. A page that does not say gets no
date: only bounds.
"""

from transforms.dates.mentions import date_mentions
from transforms.dates.reading import date_lines, read_dates
from transforms.dates.scan import passage_of
from transforms.dates.sighting import Sighting
from transforms.dates.sightings import find_sightings

__all__ = [
    "Sighting",
    "date_lines",
    "date_mentions",
    "find_sightings",
    "passage_of",
    "read_dates",
]
