"""The outline of a page: the compiled reading and its slow twin find the same."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.marking import hints_of
from transforms.markup import columns, lexbor, lines, nodes, outline, walk, writing
from transforms.markup.outline import Outline

PAGES = {
    "attributes": "<body class=x><div id=a class='b  c' role=main hidden=until-found style='x'>One",
    "unknown elements": "<p>One <x-y>two</x-y></p><x-y>three <my-time datetime=2024>x</my-time>",
    "deep": "<div>" * 900 + "<p class=k>deep</p>" + "</div>" * 900,
    "many marks": "".join(f"<p class='c{i} d{i}'>{i}</p>" for i in range(3_000)),
    "long text": "<p>" + "word \u3000\u2029é𝒳 " * 20_000,
    "white space": "<p> \n</p><p>\u00a0\u2003</p>\u0085<b> </b><i>𝒳</i>",
    "head": "<html lang=de><title> A &amp; B </title><meta name=a content=b><meta property=c "
    "content=''><link rel=canonical href=/x><script type='application/LD+JSON'>{}</script>",
    "meta": "<meta itemprop=a content=b><meta itemprop=c name=d value=e><p>One<meta itemprop=f content=g>",
    "noscript": "<noscript><p>One<link rel=a href=b><div>Two</div></noscript><p>Three",
    "times": "<time datetime=2024-01-01>One</time><time datetime>Two</time><time>Three</time>",
    "tables": "<table><tr><td>1<td>2<tr><th>3</table><hr><br>",
    "a list within svg": "<svg><title>One</title><p>Two</svg><math><mi>x</math>",
    "dialogs": "<dialog>One</dialog><dialog open>Two</dialog>",
}


def both(html: str) -> tuple[Outline, Outline]:
    parser = LexborHTMLParser(html)
    return lexbor.outline_of(parser.root), nodes.outline_of(parser.root)


def told(page: Outline) -> list[object]:
    """What an outline says, without the places of texts in its store."""
    texts = {outline.TEXT, outline.WORDS, outline.WHEN}
    rows = [
        (*row[:3], page.text_of(i) if row[0] in texts else row[3] * (row[0] != outline.SPACE))
        for i, row in enumerate(page.rows.tolist())
    ]
    return [
        rows,
        [page.look_of(mark) for mark in range(len(page.marks))],
        page.heads,
        page.language,
    ]


@pytest.mark.skipif(not lexbor.AVAILABLE, reason="the parser's functions are not to be had")
@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_both_readings_find_the_same(html: str) -> None:
    fast, slow = both(html)
    assert told(fast) == told(slow)


_PIECES = (
    "<p>", "</p>", "<div class=a>", "</div>", "<b>", "</b>", " ", "text", "<br>", "<td>", "<table>",
    "<x-y>", "<time datetime=1>", "<noscript>", "</noscript>", "<script>", "</script>", "<svg>",
    "<meta name=a content=b>", "<meta itemprop=a value=b>", "<head>", "<body>", "é", "&nbsp;", "<li hidden>", "<hr>", "<title>", "</title>",
    "<template>", "<select>", "<!-- -->", "<font>", "<a href=x>", "\0", "&#0;",
)  # fmt: skip


@pytest.mark.skipif(not lexbor.AVAILABLE, reason="the parser's functions are not to be had")
@given(st.lists(st.sampled_from(_PIECES), max_size=60))
def test_both_readings_find_the_same_in_any_markup(pieces: list[str]) -> None:
    fast, slow = both("".join(pieces))
    assert told(fast) == told(slow)


def test_pages_read_without_the_parsers_functions_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    html = "".join(random.Random(1).choices([*PAGES.values(), *_PIECES], k=40))
    usual = walk.read(html)
    monkeypatch.setattr(walk, "_outline_of", nodes.outline_of)
    again = walk.read(html)
    assert again == usual
    assert hints_of(again) == hints_of(usual)


def test_the_kernels_mean_the_same_by_their_numbers() -> None:
    for kernel in (lexbor, writing):
        names = "TEXT SKIPPED NOSCRIPT HEAD TIME RULE UNKNOWN BREAK CELL SPACE WORDS WHEN KIND"
        for name in (*names.split(), "LEVEL", "MARK", "FROM", "TO"):
            assert getattr(kernel, f"_{name}") == getattr(outline, name), name
        assert kernel._INLINE == outline.INLINE_GAP
    assert lexbor._COLUMNS == outline.COLUMNS
    assert lexbor._MARKING == outline.MARKING
    asked = {"rel": "REL", "name": "META_NAME", "type": "TYPE", "href": "HREF"}
    asked |= {"datetime": "DATETIME", "property": "PROPERTY", "content": "CONTENT"}
    asked |= {"itemprop": "ITEM_PROPERTY", "value": "META_VALUE"}
    for name, number in asked.items():
        assert outline.ATTRIBUTES[getattr(lexbor, f"_{number}")] == name


def test_the_lines_are_read_by_the_numbers_of_those_that_wrote_them() -> None:
    for name in "F_TAG F_ARTICLE F_FORM F_BOX L_FRAME L_ALONE L_RULED L_TIMES L_TOTAL L_LINK L_STRONG L_NEAR L_AROUND NUMBER BOXES".split():
        assert getattr(lines, f"_{name}") == getattr(writing, name), name
    for (
        name
    ) in "TAG TOLD TIMES ARTICLE FORM RULED NEAR AROUND BOX BOXES LINKS STRONG TITLED".split():
        assert getattr(lines, f"_{name}") == getattr(columns, name), name
