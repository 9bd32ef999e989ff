"""The compiled rows of a story's dates say what a plain reading of all of them says."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import BlockKind, DateBasis, DateRole
from transforms.dates.rows import BASES, FEATURES, KINDS, OF_DATE, OF_STORY, ROLES, rows_of

Row = dict[str, float]
HEADS = (BlockKind.HEADLINE, BlockKind.SUBHEADING, BlockKind.STANDFIRST)
FURNITURE = (BlockKind.BOILERPLATE, BlockKind.TEASER, BlockKind.CAPTION)


def clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


def plain(dates: Sequence[Row], story: Row) -> list[Row]:
    """Each date's features, spelled out with lists and sets."""
    first, last = story["first"], story["last"]
    days = [d["day"] for d in dates]
    shown = [d for d in dates if d["block"] >= 0]
    close = [d for d in shown if -8 <= d["block"] - first <= 12]
    told = [d["day"] for d in dates if d["of"] >= 0]
    urls = {d["day"] for d in dates if d["basis"] == BASES[DateBasis.URL]}
    comments = [d["day"] for d in dates if d["role"] == ROLES[DateRole.COMMENT]]
    below = [d["day"] for d in shown if d["block"] > last]
    inside = [
        d["day"]
        for d in shown
        if first < d["block"] <= last and not d["yearless"] and d["size"] > 120
    ]
    around = [d["day"] for d in shown if abs(d["block"] - first) <= 6 and d["alone"] > 0.2]
    lonely = [d for d in shown if d["alone"] > 0.2]
    of_stories = {
        role: {
            d["day"] for d in dates if d["of"] >= 0 and d["is_story"] and d["role"] == ROLES[role]
        }
        for role in (DateRole.PUBLISHED, DateRole.UPDATED)
    }
    published, updated = of_stories.values()
    heads = [
        d
        for d in lonely
        if d["role"] not in (ROLES[DateRole.UPDATED], ROLES[DateRole.COMMENT])
        and abs(d["block"] - first) <= 12
    ]
    head = min(heads, key=lambda d: abs(d["block"] - first))["day"] if heads else None
    found = []
    for i, d in enumerate(dates):
        at, day, visible = d["block"], d["day"], d["block"] >= 0
        before = [o["block"] for o in lonely if o["block"] < at]
        behind = [o["block"] for o in lonely if o["block"] > at]
        row: Row = {f"basis_{b}": d["basis"] == n for b, n in BASES.items()}
        row |= {f"role_{r}": d["role"] == n for r, n in ROLES.items()}
        row |= {
            name: d[name]
            for name in (
                "alone",
                "timed",
                "yearless",
                "ambiguous",
                "age",
                "weekday",
                "is_story",
                "local",
            )
        }
        row |= {
            "agree_structured": day in told, "agree_url": day in urls, "differ_url": bool(urls) and day not in urls,
            "agree_visible": min(6, sum(o["day"] == day for o in shown)),
            "agree_near": min(6, sum(o["day"] == day for o in close)),
            "rank": sum(o["block"] >= 0 for o in dates[:i]) if visible else -1,
            "candidates": len(dates), "days": len({*days}), "newest": day == max(days), "oldest": day == min(days),
            "rivals_alone": sum(o["alone"] > 0.5 for o in shown), "belongs": d["own"],
            "is_first": story["is_first"], "stories": min(4, story["count"]), "teaser": story["is_teaser"],
            "of": min(5, d["of"]), "has_structured": bool(told),
            "role_published_near": any(o["role"] == ROLES[DateRole.PUBLISHED] for o in close),
            "next_block_long": d["below"] > 120,
            "prose_between": min(20, d["prose"]) if visible else -1,
            "title_near": clip(d["title"], 40) if visible else -99,
            "later_below": sum(o >= day for o in below) / len(below) if below else -1,
            "body_newer": clip(max(inside) - day, 999) if inside else -1000,
            "copyright": clip(story["copyright"] - d["year"], 9) if story["copyright"] else -10,
            "byline": d["byline"],
            "updated_near": any(abs(o["block"] - first) <= 10 and o["role"] == ROLES[DateRole.UPDATED] for o in shown),
            "url_month": (story["url_year"], story["url_month"]) == (d["year"], d["month"]) if story["url_year"] else -1,
            "same_line": sum(o["block"] == at for o in shown),
            "weekday_lead": int(story["lead"]) >> int(day + 6) % 7 & 1 if story["lead"] else -1,
            "older_near": sum(o < day for o in around),
            "page_top": min(60, at), "evergreen": story["evergreen"],
            "headline_year": story["title_year"] - d["year"] if story["title_year"] else -9,
            "comments_at_least": clip(min(comments) - day, 99) if comments else -100,
            "told_stories": min(9, story["stories"]),
            "other_bases": len({o["basis"] for o in dates if o["day"] == day and o["role"] != ROLES[DateRole.UPDATED]}),
            "newer_structured": bool(told) and min(told) < day,
            "newest_gap": clip(max(days) - day, 400),
            "shown_gap": -1000 if head is None else clip(day - head, 400),
            "agree_shown": -1 if head is None else day == head,
            "updated_gap": clip(day - max(updated), 400) if updated else -1000,
            "published_gap": clip(day - min(published), 400) if published else -1000,
            "agree_published": day in published if published else -1,
            "agree_updated": day in updated if updated else -1,
        }  # fmt: skip
        kind = [*KINDS][int(d["kind"])] if visible else None
        row |= {
            "from_first": clip(at - first, 60), "from_last": clip(at - last, 60), "inside": first <= at <= last,
            "above": at < first, "below": at > last, "line": min(400, d["size"]), "link_density": d["links"],
            "body_kind": kind is BlockKind.BODY, "date_kind": kind in (BlockKind.DATE, BlockKind.BYLINE),
            "furniture_kind": kind in FURNITURE, "above_line": min(200, d["above"]), "headline_kind": kind in HEADS,
            "own_line_title": d["like"], "title_above": d["like_above"], "title_below": d["like_below"],
            "slug_above": d["slug_above"], "same_shape": min(12, sum(o["shape"] == d["shape"] for o in shown)),
            "rivals_near": sum(o["day"] != day and 0 < abs(o["block"] - at) <= 6 for o in lonely),
            "regular": bool(before and behind) and abs(at - max(before) - (min(behind) - at)) <= 1 and min(behind) - at <= 12,
            "line_before": min(120, max(0, d["before"])), "line_behind": min(120, max(0, d["behind"])),
            "bullet": d["bullet"], "below_line": min(200, d["below"]),
            "first_shape": all(o["shape"] != d["shape"] for o in dates[:i] if o["block"] >= 0),
        } if visible else {
            "from_first": -99, "from_last": -99, "inside": 0, "above": 0, "below": 0, "line": 0, "link_density": 0,
            "body_kind": 0, "date_kind": 0, "furniture_kind": 0, "above_line": 0, "headline_kind": 0,
            "own_line_title": -1, "title_above": -1, "title_below": -1, "slug_above": -1, "same_shape": -1,
            "rivals_near": -1, "regular": -1, "line_before": -1, "line_behind": -1, "bullet": -1, "below_line": -1,
            "first_shape": -1,
        }  # fmt: skip
        found.append(row)
    return found


FLAG = st.sampled_from((0.0, 1.0))
SHARE = st.sampled_from((0.0, 0.2, 0.25, 0.5, 0.6, 1.0))
DAY = st.integers(738000, 738006) | st.integers(1, 739000)


def number(least: int, most: int) -> st.SearchStrategy[float]:
    return st.integers(least, most).map(float)


OWN = {
    "basis": number(0, len(BASES) - 1), "role": number(0, len(ROLES) - 1), "day": DAY.map(float),
    "year": number(1990, 2030), "month": number(1, 12), "age": number(-1, 9), "alone": SHARE,
    "timed": FLAG, "yearless": FLAG, "ambiguous": FLAG, "weekday": FLAG, "local": FLAG, "own": SHARE,
}  # fmt: skip
PLACE = {
    "block": number(0, 30), "size": number(0, 500), "above": number(0, 300), "below": number(0, 300),
    "links": SHARE, "kind": number(0, len(KINDS) - 1), "prose": number(0, 30), "title": number(-50, 50),
    "byline": FLAG, "like": SHARE, "like_above": SHARE, "like_below": SHARE, "slug_above": SHARE,
    "shape": number(0, 2), "before": number(-5, 150), "behind": number(-5, 150), "bullet": FLAG,
}  # fmt: skip
UNTOLD = st.fixed_dictionaries({**OWN, **PLACE, "of": st.just(-1.0), "is_story": st.just(-1.0)})
HEAD = {**OWN, **{name: st.just(0.0) for name in PLACE}, "block": st.just(-1.0)}
TOLD = st.fixed_dictionaries({**HEAD, "of": number(0, 7), "is_story": FLAG})
ADDRESS = st.fixed_dictionaries({**HEAD, "of": st.just(-1.0), "is_story": st.just(-1.0)})
STORY = st.fixed_dictionaries({
    "first": number(0, 15), "last": number(15, 30), "is_first": FLAG, "count": number(0, 9),
    "is_teaser": FLAG, "lead": number(0, 127), "evergreen": FLAG,
    "title_year": st.sampled_from((0.0, 2019.0)), "copyright": st.sampled_from((0.0, 2020.0)),
    "url_year": st.sampled_from((0.0, 2021.0)), "url_month": number(1, 12), "stories": number(0, 12),
})  # fmt: skip


@given(
    st.lists(
        st.tuples(st.lists(TOLD | ADDRESS | UNTOLD, min_size=1, max_size=12), STORY), max_size=3
    )
)
def test_each_date_is_held_against_all_others(stories: list[tuple[list[Row], Row]]) -> None:
    dates = [[date[name] for name in OF_DATE] for found, _ in stories for date in found]
    told = [
        [(story | {"dates": len(found)})[name] for name in OF_STORY] for found, story in stories
    ]
    rows = rows_of(
        np.array(dates, float).reshape(-1, len(OF_DATE)),
        np.array(told, float).reshape(-1, len(OF_STORY)),
    )
    wanted = [row for found, story in stories for row in plain(found, story)]
    assert len(rows) == len(wanted)
    for row, by_name in zip(rows.tolist(), wanted, strict=True):
        assert dict(zip(FEATURES, row, strict=True)) == by_name
