"""Pages that show how a story begins and keep the rest for those who pay."""

import json

import pytest

from schemas.kinds import Flag
from schemas.records import Coordinates, Page, RawPage
from transforms.pages import read_page

LEAD = (
    "The old bridge over the harbour will close on Monday for six weeks while workers replace its "
    "cables, the city said on Friday."
)
MORE = "Ferries will run every ten minutes, and the north shore gets forty more buses a day. "
FULL = "".join(f"<p>{number}. {MORE * 3}</p>" for number in range(8))
HEADLINE = "<h1>Harbour bridge closes</h1>"


def data(*, free: bool | str | None, body: str | None = None) -> str:
    story = {"@type": "NewsArticle", "headline": "Harbour bridge closes"}
    value = story | {"isAccessibleForFree": free, "articleBody": body}
    known = {key: each for key, each in value.items() if each is not None}
    return f'<script type="application/ld+json">{json.dumps(known)}</script>'


TIER = "<meta property=article:content_tier content={}>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (data(free=False) + HEADLINE + f"<p>{LEAD}</p>", True),
        (data(free="False") + HEADLINE + f"<p>{LEAD}</p>", True),
        (TIER.format("locked") + HEADLINE + f"<p>{LEAD}</p>", True),
        (HEADLINE + f"<div class=paywall-preview><p>{LEAD}</p></div><p>Subscribe</p>", True),
        (data(free=False, body=LEAD + MORE * 60) + HEADLINE + f"<p>{LEAD}</p>{FULL}", True),
        (data(free=False) + HEADLINE + f"<p>{LEAD}</p>{FULL}", False),
        (data(free=False, body=LEAD + MORE * 24) + HEADLINE + f"<p>{LEAD}</p>{FULL}", False),
        (data(free=True) + HEADLINE + f"<p>{LEAD}</p>", False),
        (data(free=None) + HEADLINE + f"<p>{LEAD}</p>", False),
        (TIER.format("free") + HEADLINE + f"<p>{LEAD}</p>", False),
        (HEADLINE + f"<p>{LEAD}</p><nav><a class=subscription href=/>Subscribe</a></nav>", False),
        (HEADLINE + f"<div class=paywall-preview><p>{LEAD}</p>{FULL}</div>", False),
    ],
    ids=["not free", "said as text", "locked", "a box by name", "most is kept back",
         "not free and shown", "all that is told is shown", "free", "a brief", "of the free tier",
         "a link to subscribe", "a wall that was opened"],
)  # fmt: skip
def test_a_stub_is_flagged(html: str, expected: bool) -> None:
    page = read_page(RawPage(Coordinates("a"), html=html))
    assert isinstance(page, Page)
    assert (Flag.TRUNCATED in page.flags) is expected
