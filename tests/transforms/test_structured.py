"""What pages say of themselves for machines, well-formed and as they really write it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import DateBasis, Flag
from schemas.records import Coordinates, Metadata, Page, RawPage, StructuredStory
from transforms.markup import read
from transforms.markup.microdata import has_microdata
from transforms.pages import read_page
from transforms.structured import MAX_JSON_CHARACTERS, read_metadata


def metadata(head: str) -> Metadata:
    return read_metadata(read(f"<html><head>{head}</head><body><p>Text</p></body></html>"))[0]


def ld(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


def stories(value: object, basis: DateBasis = DateBasis.JSON_LD) -> list[StructuredStory]:
    return [s for s in metadata(ld(value)).stories if s.basis == basis]


STORY = {
    "@type": "NewsArticle",
    "headline": "Bridge closes",
    "datePublished": "2025-04-06T08:00:00+02:00",
    "dateModified": "2025-04-07",
    "author": {"@type": "Person", "name": "Ann Lee"},
    "publisher": {"@type": "Organization", "name": "The Gazette"},
    "url": "https://gazette.example/bridge",
}
WANTED = StructuredStory(
    DateBasis.JSON_LD, "Bridge closes", None, "2025-04-06T08:00:00+02:00", "2025-04-07",
    ("Ann Lee",), "The Gazette", "https://gazette.example/bridge",
)  # fmt: skip
PLAIN = json.dumps(STORY)


@pytest.mark.parametrize(
    "value",
    [
        STORY,
        [STORY],
        {"@graph": [{"@type": "WebSite", "name": "Gazette"}, STORY]},
        {"@type": "WebPage", "mainEntity": STORY},
        STORY | {"@type": ["ReportageNewsArticle", "Thing"]},
        STORY | {"@type": "http://schema.org/NewsArticle"},
        STORY | {"author": [{"name": "Ann Lee"}, {"name": "Ann Lee"}]},
        STORY | {"author": "Ann Lee"},
        STORY | {"headline": ["Bridge closes", "Other"]},
        STORY | {"headline": "<b>Bridge</b> closes"},
        STORY | {"headline": "Bridge&nbsp;closes "},
        {"@graph": [STORY | {"author": {"@id": "#ann"}}, {"@id": "#ann", "name": "Ann Lee"}]},
        f"/*<![CDATA[*/{PLAIN}/*]]>*/",
        f"<!-- {PLAIN} -->",
        f"{PLAIN};",
        PLAIN[:-1] + ",}",
        PLAIN.replace("Bridge closes", "Bridge\ncloses"),
        PLAIN.replace('", "', '"\n "'),
        PLAIN.replace('"', "&quot;"),
        f"// data\n{PLAIN}",
        PLAIN + PLAIN,
    ],
)
def test_json_ld_as_pages_write_it(value: object) -> None:
    assert stories(value) == [WANTED]


def test_json_beyond_repair_still_tells_its_plain_fields() -> None:
    broken = '{"@type": "NewsArticle", "headline": "Bridge closes", "x": , "datePublished": "2025"}'
    [found] = stories(broken)
    assert (found.headline, found.published) == ("Bridge closes", "2025")


@pytest.mark.parametrize(
    "value",
    [
        "", "{", "null", "[]", "12", '"text"', "{}", '{"@type": 3}', '{"@type": "Person"}',
        '{"@type": "BreadcrumbList", "itemListElement": [{"@type": "NewsArticle"}]}',
        "[" * 100_000, '{"a":' * 5_000, '{"@graph": {"@graph": {"@graph": 1}}}',
    ],
)  # fmt: skip
def test_what_tells_of_no_story(value: str) -> None:
    assert stories(value) == []


def test_every_story_of_a_page_is_told_of() -> None:
    blog = {
        "@type": "LiveBlogPosting",
        "headline": "Storm live",
        "liveBlogUpdate": [
            {"@type": "BlogPosting", "headline": f"Entry {n}", "datePublished": f"2025-01-0{n}"}
            for n in (1, 2)
        ],
    }
    found = metadata(ld(STORY) + ld(blog)).stories
    assert [s.headline for s in found] == ["Bridge closes", "Storm live", "Entry 1", "Entry 2"]


def test_a_page_is_no_story_but_its_date_is_kept() -> None:
    [found] = stories({"@type": "WebPage", "name": "Home", "datePublished": "2025-01-01"})
    assert (found.is_story, found.published) == (False, "2025-01-01")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), ("False", False), ("true", True), ("http://schema.org/False", False),
     (None, None), ("", None)],
)  # fmt: skip
def test_whether_it_is_free(value: object, expected: bool | None) -> None:
    assert stories(STORY | {"isAccessibleForFree": value})[0].is_free is expected


def test_bodies_are_paragraphs() -> None:
    body = "<p>One &amp;  two.</p><p>Three<br>four.</p>"
    assert stories(STORY | {"articleBody": body})[0].body == "One & two.\nThree\nfour."


@pytest.mark.parametrize(
    ("head", "field", "expected"),
    [
        ("<title> A |\n B </title>", "title", "A | B"),
        ("<meta property=og:title content='A &amp;amp; B'>", "og_title", "A & B"),
        ("<meta name=twitter:title content=A>", "og_title", "A"),
        ("<meta property=og:site_name content=Gazette>", "site_name", "Gazette"),
        ("<link rel=canonical href=https://a.example/b>", "canonical_url", "https://a.example/b"),
        ("<meta property=og:url content=https://a.example/b>", "canonical_url",
         "https://a.example/b"),
        ("<meta name=description content='What  happened'>", "description", "What happened"),
        ("<meta property=og:locale content=pt_BR>", "language", "pt_BR"),
    ],
)  # fmt: skip
def test_the_head(head: str, field: str, expected: str) -> None:
    assert getattr(metadata(head), field) == expected


def test_the_language_of_the_page() -> None:
    assert read_metadata(read("<html lang=de><p>Text"))[0].language == "de"


@pytest.mark.parametrize(
    "name",
    ["article:published_time", "DC.date.issued", "pubdate", "parsely-pub-date", "date",
     "cXenseParse:recs:publishtime", "content:publishDate", "prism.publicationDate", "w-published-date",
     "article:published:time", "iso-8601-publish-date", "published", "dcterms:created"],
)  # fmt: skip
def test_meta_names_of_the_day(name: str) -> None:
    [story] = metadata(f"<meta name='{name}' content=2025-04-06>").stories
    assert (story.basis, story.published) == (DateBasis.META, "2025-04-06")


@pytest.mark.parametrize(
    ("head", "published", "modified"),
    [
        pytest.param("<meta name=published-time content=2026-03-09T08:45:32Z><meta name=published-date content=2021-02-16>", "2021-02-16", None, id="a day before a moment: the system's own clock"),
        pytest.param("<meta name=date content=2021-02-16><meta name=x-publish-date content=2021-02-17>", "2021-02-17", None, id="published before others"),
        pytest.param("<meta name=x:last_published content=2021-02-16><meta name=x:last_updated content=2021-02-17>", None, "2021-02-17", id="last is no first"),
        pytest.param("<meta name=published content=true><meta name=author content='Ann Lee'>", None, None, id="no day"),
        pytest.param("<meta name=og:article:published_time value=2016-12-14T06:02:15Z>", "2016-12-14T06:02:15Z", None, id="value for content"),
        pytest.param("<meta itemprop=datePublished content=2022-09-20T22:32:00-0400><meta itemprop=dateModified content=2022-11-15>", "2022-09-20T22:32:00-0400", "2022-11-15", id="properties of no thing in the head"),
    ],
)  # fmt: skip
def test_days_of_meta_elements(head: str, published: str | None, modified: str | None) -> None:
    found = [(story.published, story.modified) for story in metadata(head).stories]
    assert (found or [(None, None)]) == [(published, modified)]


def test_properties_in_the_body_are_of_the_thing_around_them() -> None:
    html = "<body><div itemscope itemtype=x><meta itemprop=datePublished content=2022-09-20></div>"
    assert read_metadata(read(html))[0].stories == ()


def test_meta_authors_are_people() -> None:
    head = (
        "<meta name=author content='Ann Lee'><meta property=article:author content='Ann Lee'>"
        "<meta property=article:author content=https://facebook.example/ann>"
    )
    assert metadata(head).stories[0].authors == ("Ann Lee",)


def test_microdata() -> None:
    html = """
    <article itemscope itemtype="https://schema.org/NewsArticle">
      <h1 itemprop="headline">Bridge closes</h1>
      <meta itemprop="datePublished" content="2025-04-06"><time itemprop="dateModified"
      datetime="2025-04-07">yesterday</time>
      <span itemprop="author" itemscope itemtype="https://schema.org/Person">By
        <b itemprop="name">Ann Lee</b></span>
      <div itemprop="articleBody"><p>Text</p></div>
    </article>
    <article itemscope itemtype="https://schema.org/NewsArticle">
      <h2 itemprop="headline">Second</h2></article>"""
    first, second = read_metadata(read(html))[0].stories
    assert first == StructuredStory(
        DateBasis.MICRODATA, "Bridge closes", None, "2025-04-06", "2025-04-07", ("Ann Lee",)
    )
    assert second.headline == "Second"


FILL = "<p>Text</p>" * 99
NEWS = "itemscope itemtype=https://schema.org/NewsArticle"


@pytest.mark.parametrize(
    ("html", "headlines"),
    [
        (f"<article {NEWS}><h1 itemProp=headline>Bridge closes</h1></article>", ["Bridge closes"]),
        (f"<body {NEWS}><meta itemprop=headline content='Bridge closes'><p>Text", ["Bridge closes"]),
        (f"<div {NEWS}><template><b itemprop=headline>Later</b></template></div>", []),
        (f"{FILL}<noscript><div {NEWS}><b itemprop=headline>Old</b></div></noscript>", []),
        (f"<div {NEWS}><div itemscope itemtype=x><b itemprop=headline>Other</b></div></div>", []),
        ("<ul itemscope itemtype=https://schema.org/ItemList><li itemprop=name>Home</ul>", []),
        (f"<div {NEWS}><b itemprop='headline name'>Bridge closes</b></div>", ["Bridge closes"]),
    ],
    ids=["React", "meta", "template", "noscript", "another thing's", "menu", "two names"],
)  # fmt: skip
def test_headlines_of_microdata(html: str, headlines: list[str]) -> None:
    assert [s.headline for s in read_metadata(read(html))[0].stories] == headlines


def test_properties_within_properties_are_read_in_bounded_time() -> None:
    deep, wide = 900, 20_000
    html = f"<div {NEWS}>" + "<div itemprop=name>" * deep + "word " * wide
    properties = read(html).properties
    # Each holds all of the text: together they would have 90 million characters.
    assert 1 < len(properties) < 60


def test_too_much_of_it_is_skipped_and_flagged() -> None:
    large = STORY | {"articleBody": "word " * (MAX_JSON_CHARACTERS // 5)}
    page = read_page(RawPage(at=Coordinates("a"), html=ld(large) + "<p>Text"))
    assert isinstance(page, Page)
    assert Flag.STRUCTURED_DATA_SKIPPED in page.flags
    assert page.metadata.stories == ()


# Each would take hours if the time grew with the square of the length.
BOMBS = {
    "line ends": "{" + "\n" * 2_000_000,
    "line ends behind a bracket": "{}," + "}\n\n" * 500_000 + "}" + "\n" * 1_000_000,
    "commas": "{" + ",  " * 1_000_000,
    "comments": "{" + "/* " * 1_000_000,
    "brackets": "[" * 2_000_000,
    "escapes": '{"@type": "NewsArticle", "headline": "x' + '\\"' * 1_500_000,
    "references": "{" + "&amp;" * 700_000,
}


@pytest.mark.parametrize("script", BOMBS.values(), ids=BOMBS.keys())
def test_scripts_that_cannot_be_mended_cost_no_more_than_their_length(script: str) -> None:
    assert not any(story.headline for story in stories_of(script))


def stories_of(script: str) -> tuple[StructuredStory, ...]:
    return metadata(f'<script type="application/ld+json">{script}</script>').stories


def test_a_hundred_thousand_authors_are_fifty() -> None:
    head = "".join(f"<meta name=author content='Ann Lee {n}'>" for n in range(100_000))
    assert len(metadata(head).stories[0].authors) == 50


KEYS = st.sampled_from(
    ["@type", "@graph", "@id", "headline", "author", "name", "publisher", "url", "articleBody",
     "datePublished", "isAccessibleForFree", "mainEntity", "liveBlogUpdate"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, JSON, max_size=8), st.sampled_from(["NewsArticle", "WebPage", None]))
def test_any_json_is_survived(value: dict[str, object], kind: str | None) -> None:
    for story in stories([value, {"@type": kind} | value]):
        texts = (story.headline, story.published, story.modified, story.publisher, story.url)
        assert all(t is None or (isinstance(t, str) and t) for t in texts)


@given(st.text(max_size=200))
def test_any_script_is_survived(text: str) -> None:
    metadata(ld(text))


_BYTES = st.lists(
    st.sampled_from(["itemtype", "itemType", "ITEMTYPE", "itemtyp", "y", "e", "item"])
)


@given(_BYTES.map("".join))
def test_microdata_are_known_by_the_types_of_things(html: str) -> None:
    assert has_microdata(html.encode()) is ("itemtype" in html or "itemType" in html)
