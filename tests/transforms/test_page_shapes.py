"""Shapes that pages come in: AMP, print views, feeds whose elements were left in the page."""

import json
from datetime import UTC, date, datetime

import pytest

from schemas.kinds import DateBasis
from schemas.records import Coordinates, PageStories, RawPage, Story
from transforms.outcomes import split_stories

_HEADLINE = "Night ferry approved for Harrow Bay"
_BODY = (
    "The board of the harbour town of Harrow Bay voted on Tuesday evening to let a night ferry run to the islands from the first week of June, after two years of talks.",
    "“We have waited for this boat longer than for any bridge,” said the harbour master, Edna Pell, who had counted the cars that turned back on the quay each night.",
    "The ferry leaves at ten, takes forty cars and is back before the first train. The town pays for the crew, the county for the fuel, and both say that they will look at the figures again in autumn.",
    "Fishermen had feared for their berths at the old quay; the board promised them the eastern mole, where a crane is to be built before the winter comes.",
)
_PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in _BODY)
_TEXT = "\n\n".join(_BODY)
# Long after the story, so that the day of fetching or printing is never right by chance.
_FETCHED = datetime(2025, 9, 21, 12, tzinfo=UTC)
_WHEN = datetime(2025, 5, 14, 18, 20, tzinfo=UTC)

_LD = json.dumps({
    "@context": "http://schema.org", "@type": "NewsArticle", "headline": _HEADLINE,
    "datePublished": "2025-05-14T18:20:00+00:00",
    "publisher": {"@type": "Organization", "name": "Bay Herald"},
})  # fmt: skip


def _amp(data: str) -> str:
    return f"""<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8">
<title>{_HEADLINE} - Bay Herald</title>
<link rel="canonical" href="https://bayherald.example/news/night-ferry">
<style amp-boilerplate>body{{animation:-amp-start 8s steps(1,end) 0s 1 normal both}}</style>
<noscript><style amp-boilerplate>body{{animation:none}}</style></noscript>
<style amp-custom>.a{{color:red}}</style>{data}</head><body>
<amp-sidebar id="menu" layout="nodisplay"><ul><li><a href="/">Home</a></li>
<li><a href="/sport">Sport</a></li></ul></amp-sidebar>
<header><button on="tap:menu.toggle">Menu</button><a href="/">Bay Herald</a></header>
<article><h1>{_HEADLINE}</h1><p class="byline">By Jane Roe</p>
<time datetime="2025-05-14T18:20:00Z">14 May 2025</time>
<amp-img src="a.jpg" width="600" height="400" alt="A boat"><noscript><img src="a.jpg"></noscript></amp-img>
<figcaption>The quay at Harrow Bay. Photo: Ann Hale</figcaption>
<amp-social-share type="email"></amp-social-share>{_PARAGRAPHS}
<amp-ad width="300" height="250" type="x"><div placeholder>Advertisement</div></amp-ad></article>
<amp-list src="/related.json"><template type="amp-mustache"><a href="{{{{url}}}}">{{{{title}}}}</a>
</template></amp-list>
<amp-analytics><script type="application/json">{{"vars": {{"date": "2020-01-01"}}}}</script></amp-analytics>
<amp-consent layout="nodisplay"><div>We use cookies. <button>Accept</button></div></amp-consent>
<footer>© 2025 Bay Herald</footer></body></html>"""


_PRINT_VIEW = f"""<!doctype html><html lang="en"><head><title>{_HEADLINE} | Bay Herald</title>
<link rel="stylesheet" href="print.css" media="print">
<style media="print">.noprint{{display:none}} a[href]:after{{content:" (" attr(href) ")"}}</style>
</head><body onload="window.print()"><div class="noprint">
<a href="javascript:window.print()">Print this page</a>
<a href="javascript:window.close()">Close window</a></div>
<p>Printed from: https://bayherald.example/news/night-ferry</p>
<p>Printed on: 21 September 2025</p><hr>
<h1>{_HEADLINE}</h1><p>By Jane Roe</p><p>Published: 14 May 2025, 18:20</p>{_PARAGRAPHS}<hr>
<p>Source: https://bayherald.example/news/night-ferry</p>
<p>© 2025 Bay Herald. All rights reserved.</p></body></html>"""
_PRINTED_TEXT = (
    "Print this page\nClose window\nPrinted from: https://bayherald.example/news/night-ferry\n"
    f"Printed on: 21 September 2025\n\n{_HEADLINE}\n\nBy Jane Roe\n\n"
    f"Published: 14 May 2025, 18:20\n\n{_TEXT}\n\n© 2025 Bay Herald. All rights reserved.\n"
)

_PUB_DATE = "<pubDate>Wed, 14 May 2025 18:20:00 GMT</pubDate>"
_DC_DATE = "<dc:date>2025-05-14T18:20:00Z</dc:date>"


def _with_remnants(*dates: str) -> str:
    return f"""<html><body><div id="nav"><a href="/">Home</a></div><div class="story">
<h1>{_HEADLINE}</h1>{"".join(dates)}<dc:creator>Jane Roe</dc:creator>
<guid isPermaLink="false">bh-1</guid><category>Local</category>{_PARAGRAPHS}</div>
<div>Contact us</div></body></html>"""


def _text_with_remnants(*lines: str) -> str:
    return "\n\n".join(["Home\nNews", _HEADLINE, "\n".join(lines), _TEXT, "Contact us\n"])


def _only_story(**content: str) -> Story:
    raw = RawPage(at=Coordinates("page"), page_id="page", fetched_at=_FETCHED, **content)  # type: ignore[arg-type]
    outcome = split_stories(raw)
    assert isinstance(outcome, PageStories)
    (story,) = (story for story in outcome.stories if not story.is_teaser)
    assert story.headline == _HEADLINE
    assert [paragraph for paragraph in _BODY if paragraph not in story.body] == []
    return story


def test_an_amp_page() -> None:
    story = _only_story(html=_amp(f'<script type="application/ld+json">{_LD}</script>'))
    # No menu, consent, template, advertisement or caption.
    assert story.body == _TEXT
    assert (story.published_at, story.published_basis) == (_WHEN, DateBasis.JSON_LD)
    assert story.publisher == "Bay Herald"
    assert story.authors == ("Jane Roe",)


def test_an_amp_page_without_structured_data() -> None:
    story = _only_story(html=_amp(""))
    assert story.body == _TEXT
    assert story.published_at is not None
    assert story.published_at.date() == date(2025, 5, 14)


@pytest.mark.parametrize(
    "content", [{"html": _PRINT_VIEW}, {"text": _PRINTED_TEXT}], ids=["html", "text"]
)
def test_the_day_of_printing_is_not_that_of_the_story(content: dict[str, str]) -> None:
    story = _only_story(**content)
    assert story.published_at == _WHEN
    assert story.updated_at is None
    assert "Print" not in story.body
    assert "rights reserved" not in story.body


@pytest.mark.parametrize("dates", [(_PUB_DATE,), (_DC_DATE,), (_PUB_DATE, _DC_DATE)], ids=str)
def test_dates_of_a_feed_left_in_the_markup(dates: tuple[str, ...]) -> None:
    assert _only_story(html=_with_remnants(*dates)).published_at == _WHEN


@pytest.mark.parametrize(
    "lines",
    [
        (_PUB_DATE,),
        (_DC_DATE,),
        (_PUB_DATE, "<dc:creator>Jane Roe</dc:creator>", _DC_DATE),
        ("pubDate: Wed, 14 May 2025 18:20:00 +0000", "dc:date: 2025-05-14T18:20:00Z"),
        ("pubDate: Wed, 14 May 2025 20:20:00 +0200",),
    ],
    ids=str,
)
def test_dates_of_a_feed_left_in_the_text(lines: tuple[str, ...]) -> None:
    assert _only_story(text=_text_with_remnants(*lines)).published_at == _WHEN
