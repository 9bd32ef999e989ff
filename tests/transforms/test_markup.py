"""HTML to lines: what is read, where lines end, what hints say, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import RejectReason
from schemas.records import Coordinates, Page, RawPage, Reject
from tests.marking import hints_of, name_bits
from transforms.arrays import Floats
from transforms.features import WordList, measure
from transforms.markup import TooComplexError, check, limits, read
from transforms.markup.columns import columns_of
from transforms.markup.features import NAMES
from transforms.markup.vocabulary import bits_of, names_of
from transforms.pages import read_page

AT = Coordinates("a.html")


def lines(html: str) -> list[str]:
    return read(html).text.split("\n")


# Fewer characters than any page has would make the reader look behind what is hidden.
FILL = "<p>" + "The ferry left the harbour at noon. " * 10 + "</p>"
FILLED = "The ferry left the harbour at noon. " * 10


def shown(html: str) -> list[str]:
    """The lines of ``html`` on a page that has enough other text."""
    return [line for line in lines(FILL + html) if line and line != FILLED.strip()]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two</p>", ["One", "", "Two"]),
        ("<div>One</div><div>Two</div>", ["One", "Two"]),
        ("<div>One<div>Two</div>Three</div>", ["One", "Two", "Three"]),
        ("<p>One <b>and</b>\n  <i>two</i></p>", ["One and two"]),
        ("<p>Dr<b>op</b> cap</p>", ["Drop cap"]),
        ("<span>News</span><span>Today</span>", ["News Today"]),
        ("<a href=x>A</a><a href=y>B</a>", ["A B"]),
        ("<p><span>T</span>hree <em>firm</em>s asked</p>", ["Three firms asked"]),
        ("<p>The <a href=x>council</a>lors don<span>’</span>t</p>", ["The councillors don’t"]),
        ("<p><b>I</b>N THE end, <b>TR</b>D and 201<i>8</i>9</p>", ["IN THE end, TRD and 20189"]),
        ("<p>(<b>(</b>Reuters) <b>d’</b>Orsay</p>", ["((Reuters) d’Orsay"]),
        ("<p><b>Video</b>The man <i>21</i>mins <b>Updated:</b>March</p>",
         ["Video The man 21 mins Updated: March"]),
        ("<p>東京<a href=x>都知事</a>は5日、<a href=x>新型</a>車両</p>", ["東京都知事は5日、新型車両"]),
        ("<p><b>災害</b><b>に</b>気をつけて</p>", ["災害に気をつけて"]),
        ("<p>ใน<a href=x>กรุงเทพ</a>มหานคร</p>", ["ในกรุงเทพมหานคร"]),
        ("<p><a href=x>Helsing</a>issä, <a href=x>서울</a>에서</p>", ["Helsingissä, 서울에서"]),
        ("<span>News</span><span><i></i>today</span>", ["News today"]),
        ("<span><b>News</b></span><i></i><span><b>today</b></span>", ["News today"]),
        ("<p><span>News<i></i></span>paper</p>", ["Newspaper"]),
        ("<p>He said <q>no</q>, she <em>left</em>.</p>", ["He said no, she left."]),
        ("One<br>Two<br><br>Three", ["One", "Two", "", "Three"]),
        ("<h1>Old <i>bridge</i> is<br> closed</h1>Text", ["Old bridge is closed", "", "Text"]),
        ("<h2>One<br>two<br></h2>Three<br>four", ["One two", "", "Three", "four"]),
        ("<h1><i>Kicker</i> <br>Headline</h1>", ["Kicker", "Headline"]),
        ("<h1>Headline<br><i>By Ann</i></h1>", ["Headline", "By Ann"]),
        ("<h3><br>One<br><br>Two</h3>", ["One", "", "Two"]),
        ("<ul><li>One<li>Two</ul>", ["One", "Two"]),
        ("<h1>Head</h1>Text", ["Head", "", "Text"]),
        ("<p>One<p>Two", ["One", "", "Two"]),
        ("<div><p>One</div></p>Two", ["One", "", "Two"]),
        ("<p>a&nbsp;b &amp; c&#8217;s</p>", ["a b & c’s"]),
        ("<p>a\u2028b\x85c</p>", ["a b c"]),
        ("<table><tr><td>Team</td><td>Points</td></tr><tr><td>Ajax</td><td>3</td></tr></table>",
         ["Team Points", "Ajax 3"]),
        ("<pre>One\n  two</pre>", ["One two"]),
        ("<blockquote><p>Quote</p></blockquote>", ["Quote"]),
        ("<time-ago datetime=2025-01-02>2 days ago</time-ago>", ["2 days ago"]),
        ("<p>All <x-link>linked</x-link> words</p>", ["All linked words"]),
        ("<x-box>One</x-box><x-box>Two</x-box>", ["One", "Two"]),
        ("<button>Share</button>Text", ["Share", "Text"]),
        ("", [""]),
        ("   \n ", [""]),
        ("no markup at all", ["no markup at all"]),
    ],
)  # fmt: skip
def test_one_block_level_element_is_one_line(html: str, expected: list[str]) -> None:
    assert lines(html) == expected


def test_long_cells_are_lines_of_their_own() -> None:
    long = "The council met on Monday evening and spoke for three hours about the new bridge."
    assert lines(f"<table><tr><td>{long}</td><td>{long}</td></tr></table>") == [long, long]


@pytest.mark.parametrize(
    "html",
    [
        "<script>var a = 1</script>",
        "<style>p {}</style>",
        "<template><p>Later</p></template>",
        "<noscript>Please enable scripts</noscript>",
        "<noscript><img src=a.jpg alt=Boat></noscript>",
        "<img src=a.jpg alt='A boat' data-src=b.jpg>",
        "<svg><text>Logo</text></svg>",
        "<select><option>One</option></select>",
        "<textarea>Comment</textarea>",
        "<video>Your browser is old</video>",
        "<iframe src=x>Your browser is old</iframe>",
        "<p hidden>Hidden</p>",
        "<div style='display: none'><p>Hidden</p></div>",
        "<div style='VISIBILITY:hidden'>Hidden</div>",
        "<a href=#main hidden>To the content</a>",
        "<li><a href=/login style='display:none'>Log out</a></li>",
        "<dialog><p>Closed</p></dialog>",
        "<!-- comment -->",
    ],
)
def test_what_no_reader_sees_is_not_read(html: str) -> None:
    assert shown(html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<article hidden><p>Hidden until scripts run</p></article>",
        "<p style='display:block'>Shown</p>",
        "<p hidden=until-found>Found</p>",
        "<dialog open>Open</dialog>",
        "<div hidden id=S:1><p>Sent late</p></div>",
        "<details><summary>More</summary>Here</details>",
    ],
)
def test_what_only_seems_hidden_is_read(html: str) -> None:
    assert shown(html) != []


def test_a_page_that_is_hidden_until_scripts_have_run_is_read() -> None:
    assert lines(f"<body style='display:none'>{FILL}</body>") == [FILLED.strip()]


def test_a_page_without_visible_text_is_read_behind_its_noscript() -> None:
    story = "<noscript><p>" + "The story in full. " * 20 + "</p></noscript>"
    assert "The story in full." in read(story).text
    assert "Menu" in read("<div style='display:none'>Menu</div>").text


def test_a_page_that_hides_more_than_it_shows_is_read_in_full() -> None:
    hidden = "<div style='display:none'><p>" + "The story in full. " * 60 + "</p></div>"
    assert "The story in full." in read(FILL + hidden).text
    assert "The story in full." not in read(FILL * 5 + hidden).text


def test_lines_and_hints_go_together() -> None:
    markup = read("<p>One</p>\n<div>Two<br>Three</div>")
    assert len(markup.starts) == len(hints_of(markup)) == 3
    assert [markup.text[s : s + 3] for s in markup.starts] == ["One", "Two", "Thr"]


@pytest.mark.parametrize(
    ("html", "field", "expected"),
    [
        ("<h1>Head</h1>", "tag", "h1"),
        ("<h1><span>Head</span></h1>", "tag", "h1"),
        ("<p><a href=x>All</a></p>", "link_density", 1.0),
        ("<p>Half<a href=x>half</a></p>", "link_density", 0.5),
        ("<p><strong>All</strong></p>", "strong_density", 1.0),
        ("<p>On <time datetime=2025-04-06T10:00Z>Sunday</time></p>", "times", ("2025-04-06T10:00Z",)),
        ("<article>a</article>", "article", 0),
        ("<div>a</div>", "article", None),
    ],
)  # fmt: skip
def test_hints(html: str, field: str, expected: object) -> None:
    assert getattr(hints_of(read(html))[0], field) == expected


@pytest.mark.parametrize(
    ("html", "near", "around"),
    [
        ("<figure><figcaption>A boat</figcaption></figure>", {"figcaption", "figure"}, set()),
        ("<div class='photo-caption'>A boat</div>", {"caption"}, set()),
        ("<div class=articleBody><p>A</p></div>", {"body", "story", "p"}, set()),
        ("<div id=comments><ul><li><p>Nice</p></li></ul></div>", {"li", "p"}, {"comment", "ul"}),
        ("<div role=navigation><div>A</div></div>", {"nav"}, set()),
        ("<span itemprop=author>Ann</span>", {"author"}, set()),
        ("<aside><section><div>A</div></section></aside>", {"section"}, {"aside"}),
        ("<body class=has-sidebar><p>A</p>", {"p"}, set()),
        ("<a class=byline href=/ann>Ann</a>", {"author", "a"}, set()),
        ("<div itemscope itemtype=x><a class=byline href=/ann>Ann</a></div>", {"author"}, set()),
    ],
)  # fmt: skip
def test_words_of_the_markup(html: str, near: set[str], around: set[str]) -> None:
    hints = hints_of(read(html))[0]
    assert near <= names_of(hints.words)
    assert near | around <= names_of(hints.around)
    if "sidebar" in html:
        assert "sidebar" not in names_of(hints.around)


def test_articles_are_counted_in_page_order() -> None:
    html = "<p>Menu</p><article><p>One</p><article>Teaser</article></article><article>Two</article>"
    assert [h.article for h in hints_of(read(html))] == [None, 0, 1, 2]


def test_paragraphs_of_a_text_have_its_box_in_common() -> None:
    hints = hints_of(read("<div><p>One</p><p>Two</p></div><div><p>Three</p></div>"))
    assert hints[0].parents == hints[1].parents
    assert hints[0].parents[0] != hints[2].parents[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("article-body", {"body", "story"}),
        ("articleBody", {"body", "story"}),
        ("c-byline__author", {"author"}),
        ("wp-caption-text", {"caption", "body"}),
        ("relatedArticles", {"related", "story"}),
        ("commentlist", {"comment"}),
        ("x1f3a9", set()),
        ("", set()),
    ],
)
def test_groups_of_class_names(name: str, expected: set[str]) -> None:
    assert names_of(name_bits(name)) == expected
    (hints,) = hints_of(read(f"<section class='{name}'>One</section>"))
    assert names_of(hints.words) == expected | {"section"}


def test_names_are_told_by_their_bits() -> None:
    bits = bits_of({"nav", "share", "p", "unheard-of"})
    assert names_of(bits) == {"nav", "share", "p"}
    assert names_of(bits & bits_of({"share", "li", "p"})) == {"share", "p"}


BOMBS = {
    "nested boxes": "<div>" * 100_000 + "x",
    "open formats": "".join(f"<font size={i}><p>" for i in range(3_000)),
    "attributes": "<div " + " ".join(f"a{i}" for i in range(60_000)) + ">x",
    "attributes with values": "<div " + " ".join(f"a{i}=1" for i in range(60_000)) + ">x",
    "attributes behind a bracket": "<div a='>' " + " ".join(f"a{i}" for i in range(60_000)) + ">x",
    "attributes behind a comment": "<!-- <script> -->"
    "<div " + " ".join(f"a{i}" for i in range(60_000)) + ">x",
    "quotes without an end": "<a b='" * 20_000 + '<a b="' * 20_000,
    "too many tags": "<br>" * 2_000_000,
    "wrong ends": "<div></span>" * 20_000,
}


@pytest.mark.parametrize("html", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused_before_they_are_parsed(html: str) -> None:
    with pytest.raises(TooComplexError):
        check(html)


HARMLESS = {
    "a long list": "<ul>" + "<li><a href=x>One</a>" * 20_000 + "</ul>",
    "a long table": "<table>" + "<tr><td>1<td>2" * 20_000 + "</table>",
    "unclosed paragraphs": "<p>One" * 50_000,
    "a drawing": "<svg>" + "<path d='M0 0'/>" * 20_000 + "</svg>",
    "a large picture": "<img src='data:image/png;base64," + "A" * 3_000_000 + "'>",
    "tags in a script": "<script>" + "'<div><b>'" * 20_000 + "</script>",
    "tags in a comment": "<!--" + "<div>" * 20_000 + "-->",
    "words in a script": "<script>if (a<b) {" + " word" * 50_000 + "}</script>",
    "words in a title": "<img alt='" + " word" * 50_000 + "'>",
    "a million entities": "<p>" + "&amp;" * 1_000_000,
}


@pytest.mark.parametrize("html", HARMLESS.values(), ids=HARMLESS.keys())
def test_large_pages_that_do_no_harm_pass(html: str) -> None:
    check(html)
    read(html)


def test_depth_alone_does_not_break_the_walk() -> None:
    html = "<div>" * limits.MAX_DEPTH + "deep" + "</div>" * limits.MAX_DEPTH
    check(html)
    assert read(html).text == "deep"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<div>" * 100_000, RejectReason.TOO_COMPLEX),
        ("<p>" + "x" * (limits.MAX_CHARACTERS + 1), RejectReason.TOO_LARGE),
        ("<div a='" + "x" * (50 * 1024 * 1024) + "'>y", RejectReason.TOO_LARGE),
        ("<p> </p>", RejectReason.EMPTY),
        ("", RejectReason.EMPTY),
    ],
    ids=["nested", "long", "attribute", "blank", "empty"],
)
def test_refused_pages_are_rejects(html: str, reason: RejectReason) -> None:
    result = read_page(RawPage(at=AT, html=html))
    assert isinstance(result, Reject)
    assert (result.reason, result.format) == (reason, "html")


# --------------------------------------------------------------------------------- properties
TAGS = st.sampled_from(
    "p div span a b i ul li table tr td article h1 h2 br hr figure figcaption time noscript form "
    "script style svg title select x-box body html head section blockquote".split()
)
TEXT = st.text(alphabet="ab <>&;/='\"\n\t\xa0\u2028é日", max_size=12)
PIECES = st.one_of(
    TEXT,
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.builds("<{} class='{}' datetime={}>".format, TAGS, TEXT, TEXT),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_gives_sound_lines(html: str) -> None:
    markup = read(html)
    starts = markup.starts
    assert starts == sorted(set(starts))
    assert len(starts) == len(hints_of(markup))
    at = 0
    for line in markup.text.split("\n"):
        assert bool(line) == (at in starts)
        assert line == " ".join(line.split())
        at += len(line) + 1
    for hints in hints_of(markup):
        assert 0 <= hints.link_density <= 1
        assert 0 <= hints.strong_density <= 1


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_gives_a_page_whose_blocks_lie_in_its_text(html: str) -> None:
    page = read_page(RawPage(at=AT, html=html))
    if isinstance(page, Reject):
        assert page.reason in {RejectReason.EMPTY, RejectReason.NO_STORY}
        return
    for block in page.blocks:
        assert page.text[block.start : block.end] == block.text
        assert block.hints is not None
    read_, made = columns_of(page.blocks), columns_of(tuple(page.blocks))
    assert np.array_equal(read_.ordinals, made.ordinals)
    assert np.array_equal(read_.shares, made.shares)
    rows = measured(page)
    assert rows.shape == (len(page.blocks), len(NAMES))
    assert abs(rows).max() < 100


def test_a_page_of_text_has_no_markup_to_measure() -> None:
    page = read_page(RawPage(at=AT, text="One\nTwo"))
    assert isinstance(page, Page)
    assert not measured(page).any()


def measured(page: Page) -> Floats:
    return measure(page.blocks, WordList([])).numbers[:, -len(NAMES) :]


@pytest.mark.parametrize(
    ("headline", "line"),
    [
        ("Die große Straße wird gesperrt", "DIE GROSSE STRASSE WIRD GESPERRT"),
        ("İzmir halkı seçim yaptı bugün", "İzmir halkı seçim yaptı bugün"),
        ("One 𝒳 two three four", "One 𝒳 two three four"),
    ],
)
def test_a_headline_is_known_in_letters_of_any_case(headline: str, line: str) -> None:
    html = f"<title>{headline}</title><p>Other words stand here first</p><h1>{line}</h1>"
    page = read_page(RawPage(at=AT, html=html))
    assert isinstance(page, Page)
    assert [block.hints and block.hints.titled for block in page.blocks] == [0.0, 1.0]


def test_blocks_that_the_structured_data_repeat_are_known() -> None:
    body = "The old bridge over the river will close for repairs on Monday, the city said."
    html = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Old bridge to '
        f'close for repairs", "articleBody": "{body}"}}</script>'
        f"<p>Menu</p><h1>Old bridge to close for repairs</h1><p>{body}</p><p>Sign up to our letter</p>"
    )
    page = read_page(RawPage(at=AT, html=html))
    assert isinstance(page, Page)
    hints = [block.hints for block in page.blocks]
    assert [h.titled for h in hints if h] == [0.0, 1.0, 0.0, 0.0]
    assert [h.told for h in hints if h] == [False, False, True, False]
