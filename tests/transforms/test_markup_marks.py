"""What the tag and the attributes of an element say, against the same told word by word."""

from html import escape
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.marking import name_bits
from transforms.markup import writing
from transforms.markup.marks import table_of
from transforms.markup.outline import ATTRIBUTES
from transforms.markup.vocabulary import NAMED, ROLE_BITS, WORD_BITS, tag_number
from transforms.markup.walk import _outline_of

_WORDS = st.sampled_from([*sorted(WORD_BITS), "x", "ab", "storybodies", "unrelated"])
_NAMES = st.lists(
    st.one_of(
        _WORDS, _WORDS.map(str.title), _WORDS.map(str.upper), st.sampled_from("-_ 1é国S\u017f")
    ),
    max_size=40,
).map("".join)


def marks(html: str) -> list[list[int]]:
    root = LexborHTMLParser(html).root
    assert root is not None
    table: list[list[int]] = table_of(_outline_of(root)).tolist()
    return table


@given(_NAMES, st.sampled_from(["class", "id", "itemprop", "rel", "data-testid"]))
def test_names_are_those_of_their_words(names: str, attribute: str) -> None:
    (*_, mark) = marks(f'<div {attribute}="{escape(names)}">One')
    assert mark[writing.OWN] == name_bits(names) & NAMED
    assert mark[writing.NUMBER] == tag_number("div")


@given(st.lists(_NAMES, min_size=2, max_size=6, unique=True))
def test_a_look_is_tag_and_class_without_numbers(names: list[str]) -> None:
    looks = [name[:200].translate(dict.fromkeys(range(48, 58))) for name in names]
    for (name, look), (other, its) in pairwise(zip(names, looks, strict=True)):
        both = marks(f'<div class="{escape(name)}">One</div><div class="{escape(other)}">Two')[-2:]
        assert (both[0][writing.LOOK] == both[1][writing.LOOK]) == (look == its)


def test_what_hides_and_what_roles_mean() -> None:
    assert [mark[writing.OWN] for mark in marks("<div role=main>One")][-1] == ROLE_BITS["main"]
    hiding = ("hidden", "style='Display : none'", "style='x; visibility:hidden'")
    for attribute in hiding:
        assert marks(f"<div {attribute}>One")[-1][writing.OWN] > NAMED
    shown = ("hidden=until-found", "hidden id=S:1f", "style='color: red'", "class=hidden")
    for attribute in shown:
        assert marks(f"<div {attribute}>One")[-1][writing.OWN] <= NAMED
    assert (
        marks("<dialog>One")[-1][writing.OWN] > NAMED >= marks("<dialog open>One")[-1][writing.OWN]
    )
    assert ATTRIBUTES[0] == "class"
