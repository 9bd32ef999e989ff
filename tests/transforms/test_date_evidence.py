"""What the choice of a date is made from: what stands beside it, its standing, the floor of news."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import BlockKind, DateBasis, DateRole, Precision
from schemas.records import Coordinates, Page, RawPage, Segmentation, StorySpan
from transforms.dates import news
from transforms.dates.choose import STANDING, Curve, Judge, standing, told_the_same_day
from transforms.dates.evidence import describe, outline
from transforms.dates.machine import read_instant
from transforms.dates.rows import FEATURES
from transforms.dates.sighting import Sighting
from transforms.dates.sightings import find_sightings
from transforms.dates.territory import Territory, eligible, territories
from transforms.dates.trees import read_forest
from transforms.pages import read_page

HEADLINE = "Council agrees to widen the bridge"
LONG = (
    "The council agreed to widen the old bridge, and to close it to lorries while work lasts, " * 4
)
NOON = datetime(2025, 4, 6, 12, tzinfo=UTC)


def neighbours(*lines: str, first: int = 0) -> list[dict[str, float]]:
    """What stands beside each date of a page whose story begins with line ``first``."""
    page = read_page(RawPage(Coordinates("test"), text="\n".join(lines)))
    assert isinstance(page, Page)
    kinds = tuple(BlockKind.BODY for _ in page.blocks)
    span = StorySpan(tuple(range(first, len(page.blocks))))
    sightings = find_sightings(page, kinds)
    (place,) = territories(page, Segmentation(kinds, (span,)), sightings)
    near = eligible(page, sightings, place)
    found = describe(page, kinds, [(near, place)], outline(page))
    return [dict(zip(FEATURES, row, strict=True)) for row in found.tolist()]


def test_a_story_without_dates_has_no_rows() -> None:
    page = read_page(RawPage(Coordinates("test"), text=f"{HEADLINE}\n{LONG}"))
    assert isinstance(page, Page)
    kinds = (BlockKind.HEADLINE, BlockKind.BODY)
    (place,) = territories(page, Segmentation(kinds, (StorySpan((0, 1)),)), ())
    assert describe(page, kinds, [([], place)], outline(page)).shape == (0, len(FEATURES))


def test_the_own_date_stands_below_its_title() -> None:
    own, *others = neighbours(
        HEADLINE, "6 April 2025", LONG, "Harbour mill burns", "3 May 2024", "Ferry is late", "1 May 2024",
    )  # fmt: skip
    assert own["title_above"] == 1.0
    assert [other["title_above"] for other in others] == [0.0, 0.0]
    assert own["rivals_near"] == 2
    assert {row["same_shape"] for row in (own, *others)} == {3.0}


def test_the_dates_of_a_list_stand_at_one_distance() -> None:
    lines = [HEADLINE, LONG]
    for number in range(1, 5):
        lines += [f"Another story, number {number * 'i'}", f"{number} May 2024"]
    first, second, third, last = neighbours(*lines)
    assert [row["regular"] for row in (first, second, third, last)] == [0.0, 1.0, 1.0, 0.0]
    assert [row["newest_gap"] for row in (first, second, third, last)] == [3, 2, 1, 0]


def test_a_title_in_the_line_of_its_date() -> None:
    own, other = neighbours(HEADLINE, f"* 6 April 2025 {HEADLINE}", "* 5 April 2025 Mill burns")
    assert (own["own_line_title"], other["own_line_title"]) == (1.0, 0.0)
    assert own["bullet"] == 1.0
    assert own["line_behind"] > 30


def test_standing() -> None:
    scores = np.array([2.0, 1.0, -1.0])
    days = np.array([7, 7, 8])
    rows = standing(scores, days, np.zeros(3, np.int64))
    assert rows.shape == (3, len(STANDING))
    assert rows[:, 1].tolist() == [3.0, 2.0, -3.0]
    assert rows[0, 2] == pytest.approx(rows[1, 2])
    assert rows[0, 2] + rows[2, 2] == pytest.approx(1.0)


def test_each_story_stands_for_itself() -> None:
    scores, days = np.array([2.0, 1.0, -1.0, 0.5]), np.array([7, 8, 8, 7])
    together = standing(scores, days, np.array([0, 0, 3, 3]))
    apart = [standing(scores[i : i + 2], days[i : i + 2], np.zeros(2, np.int64)) for i in (0, 2)]
    assert together.tolist() == np.concatenate(apart).tolist()


def test_standing_without_a_rival_is_bounded() -> None:
    rows = standing(np.array([500.0]), np.array([7]), np.array([0]))
    assert np.isfinite(rows).all()
    assert rows[0, 2] == pytest.approx(1.0)


def seen(
    role: DateRole, basis: DateBasis, after: timedelta = timedelta(0), *, block: int | None = None,
    precision: Precision = Precision.MINUTE,
) -> Sighting:  # fmt: skip
    of = 0 if block is None and basis is DateBasis.JSON_LD else None
    return Sighting("", basis, role, NOON + after, precision, block=block, of=of)


TOLD = seen(DateRole.PUBLISHED, DateBasis.JSON_LD)
CHANGED = {
    days: seen(DateRole.UPDATED, DateBasis.JSON_LD, timedelta(days=days)) for days in (-1, 2, 900)
}
AGO = seen(DateRole.UPDATED, DateBasis.VISIBLE_RELATIVE, block=1)
DAYS_AGO = seen(
    DateRole.UPDATED, DateBasis.VISIBLE_RELATIVE, block=1, precision=Precision.DAY
)  # fmt: skip
UNDER = seen(DateRole.UPDATED, DateBasis.VISIBLE_ABSOLUTE, block=1)
FAR = seen(DateRole.UPDATED, DateBasis.VISIBLE_ABSOLUTE, block=40)

FLOORS = {
    "changed soon": ([TOLD, CHANGED[2]], 1, True),
    "changed years later": ([TOLD, CHANGED[900]], 1, False),
    "changed soon and years later": ([TOLD, CHANGED[2], CHANGED[900]], 1, False),
    "changed before it was published": ([TOLD, CHANGED[-1]], 1, False),
    "never changed": ([TOLD], 1, False),
    "updated seconds ago": ([AGO], 1, True),
    "updated days ago": ([DAYS_AGO], 1, False),
    "an update under one of several headlines": ([UNDER], 2, True),
    "an update under the only headline": ([UNDER], 1, False),
    "an update far below": ([FAR], 2, False),
}


@pytest.mark.parametrize(("near", "count", "news_like"), FLOORS.values(), ids=FLOORS)
def test_the_floor_of_news(near: list[Sighting], count: int, news_like: bool) -> None:
    place = Territory(0, 0, 50, 51, 0, count, is_teaser=False)
    assert (news.floor(near, 0, place) > 0.6) is news_like


def test_the_day_of_a_sighting_is_its_writers() -> None:
    moment = datetime(2025, 4, 5, 23, tzinfo=UTC)
    there = Sighting(
        "", DateBasis.META, DateRole.PUBLISHED, moment, Precision.MINUTE, local=date(2025, 4, 6)
    )
    assert there.day == date(2025, 4, 6)
    assert Sighting("", DateBasis.META, DateRole.PUBLISHED, None, Precision.DAY).day is None


@pytest.mark.parametrize(
    ("said", "role", "taken"),
    [
        ("2025-06-05T14:30:00-04:00", DateRole.PUBLISHED, True),
        ("2025-06-05T10:00:00Z", DateRole.PUBLISHED, True),
        ("2025-06-05", DateRole.PUBLISHED, True),
        # Half past nine in New York is tomorrow in UTC, half past midnight in Berlin yesterday:
        # the day that the page shows, and that was chosen, stands.
        ("2025-06-05T21:30:00-04:00", DateRole.PUBLISHED, False),
        ("2025-06-05T00:30:00+02:00", DateRole.PUBLISHED, False),
        # Other days, and the day of a change.
        ("2025-06-04T23:30:00Z", DateRole.PUBLISHED, False),
        ("2025-06-06T01:30:00Z", DateRole.PUBLISHED, False),
        ("2025-06-05T10:00:00Z", DateRole.UPDATED, False),
    ],
)
def test_the_structured_time_of_the_day_that_was_chosen(
    said: str, role: DateRole, taken: bool
) -> None:
    instant = read_instant(said)
    assert instant is not None
    told = Sighting(
        said, DateBasis.JSON_LD, role, instant.value, instant.precision, of=0, local=instant.local
    )
    shown = Sighting(
        "June 5, 2025", DateBasis.VISIBLE_ABSOLUTE, DateRole.UNKNOWN,
        datetime(2025, 6, 5, tzinfo=UTC), Precision.DAY, block=1,
    )  # fmt: skip
    assert told_the_same_day([told, shown], 1) == (0 if taken else 1)
    assert told_the_same_day([shown], 0) == 0


@pytest.mark.parametrize(
    ("role", "stories", "apart", "chance"),
    [
        ("role_published", 1, True, 0.9),
        ("role_unknown", 1, True, 0.9),
        ("role_published", 3, True, 0.8),
        ("role_updated", 1, True, 0.6),
        ("role_updated", 3, True, 0.6),
        # Weights that know too few updates for a map of their own.
        ("role_updated", 1, False, 0.9),
        ("role_updated", 3, False, 0.8),
    ],
)
def test_the_days_of_updates_are_calibrated_apart(
    role: str, stories: int, apart: bool, chance: float
) -> None:
    flat = read_forest([[[0, 0.0, 0, 0, 0.0]]])
    points, several, updated = (Curve([[0.0, p], [1.0, p]]) for p in (0.9, 0.8, 0.6))
    judge = Judge(flat, flat, points, several, updated if apart else None)
    row = np.zeros((1, len(FEATURES)))
    row[0, FEATURES.index(role)] = 1
    row[0, FEATURES.index("stories")] = stories
    _, chances = judge(row, np.zeros(1, np.int64), np.zeros(1, np.int64))
    assert chances == [chance]


@given(st.floats(0, 1))
def test_a_curve_is_read_as_numpy_reads_it(at: float) -> None:
    points = [[0.1, 0.05], [0.2, 0.3], [0.2, 0.35], [0.7, 0.4], [0.9, 0.97]]
    xs, ys = np.array(points).T
    assert Curve(points)(at) == pytest.approx(float(np.interp(at, xs, ys)), abs=1e-15)
