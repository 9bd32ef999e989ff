"""A pattern finds in the places that were looked up all that it finds when it is tried everywhere."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Coordinates, Page, RawPage
from transforms.arrays import codes_of
from transforms.dates import grammar, mentions, relative, scan, words
from transforms.dates.numbers import numbers_of
from transforms.pages import read_page

_PIECES = (
    "3", "12", "2020", "19", "100", "٣", "١٢", " ", " ", "  ", ".", ", ", "-", "/", ":", "\n", "(", "“",
    "may", "march", "april", "de ", "of ", "the ", "mai", "märz", "января", "abril", "de abril", "月", "日", "年",
    "monday", "montag", "lundi", "пятница", "hours ago", "h", "day", "vor ", "stunden", "a", "ein",
    "last month", "gestern", "yesterday", "in ", "im ", "people", "th", "nd", "º", "м", "часов", "назад", "x",
    "-го", ":e", "e", "er", "•", "–", "|", "·", "1", "06", "апреля", "d’abril", "7 хоногийн өмнө", "’", "(木)", "配信",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)


@given(TEXTS)
def test_numbers_with_units(text: str) -> None:
    low = words.lower(text) + " " * 200  # long enough to be looked up
    tried = [hit.span() for hit in relative._COUNTED.finditer(low)]
    assert [hit.span() for hit in relative._numbers(low, None)] == tried


@pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "tr", "ja"])
@given(text=TEXTS)
def test_words_behind_edges(language: str, text: str) -> None:
    low = "\n" + words.lower(text)
    patterns = mentions._patterns(language)
    tried = [[hit.span() for hit in pattern.finditer(low)] for pattern in patterns[:3]]
    assert [[hit.span() for hit in hits] for hits in mentions._found(patterns, low)] == tried


@given(TEXTS)
def test_dates_around_numbers(text: str) -> None:
    low = words.lower(text)
    tried = []
    for digits in re.finditer(r"\d+", low):
        at, end = digits.span()
        if end - at in (1, 2):
            tried.append(grammar._day_first(low, at, end))
        if end - at == 4:
            tried.append(grammar._year_first(low, at, end))
        if end - at in (1, 2, 4):
            tried.append(grammar._month_first(low, at))
    found = [item for item in grammar._absolute(low, numbers_of(low)) if item.era is None]
    assert found == [item for item in tried if item is not None and item.era is None]


@given(
    st.lists(
        st.sampled_from(
            [
                *sorted(words.ONES),
                *sorted(relative._ONE_KEYS),
                "this",
                "the",
                ",",
                ":",
                "(",
                ")",
                "\n",
            ]
        ),
        max_size=9,
    ),
    st.sampled_from([" ", "", "  "]),
)
def test_units_behind_the_number_one_are_found_as_without_the_quick_look(
    said: list[str], between: str
) -> None:
    low = between.join(said)
    found = list(relative.key_words(low, codes_of(low)))
    tried = []
    for hit in re.finditer(r"[^\s,:|()]+", low):
        before = relative._WORD_BEFORE.search(low, max(0, hit.start() - 16), hit.start())
        one = hit[0] in relative._ONE_KEYS and before and before[1] in words.ONES
        if hit[0] in relative._ALONE_KEYS or one:
            tried.append(hit.start())
    assert found == tried


@given(TEXTS)
def test_months_before_numbers_by_their_last_word_as_by_the_pattern(text: str) -> None:
    low = words.lower(text)
    for digits in re.finditer(r"\d+", low):
        at = digits.start()
        end = at
        while end > max(0, at - 3) and low[end - 1] in grammar._BETWEEN:
            end -= 1
        before = grammar._MONTH_BEFORE.search(low, max(0, at - 32), at)
        if low[:end].endswith(tuple(words.MONTHS)):
            assert grammar._month_before(low, at, end) == (before.start() if before else None)


@given(st.text(st.one_of(st.characters(), st.sampled_from("ΑΣσİIiÄ𐐀A ’")), max_size=40))
def test_small_letters(text: str) -> None:
    low, codes = scan._lowered(text)
    assert low == words.lower(text)
    assert codes.tolist() == [ord(letter) for letter in low]
    assert len(low) == len(text)


@given(TEXTS, st.data())
def test_a_story_takes_its_dates_from_its_page(text: str, data: st.DataObject) -> None:
    page = read_page(RawPage(at=Coordinates("page.txt"), text=text))
    if not isinstance(page, Page):
        return
    numbers = st.sets(st.integers(0, len(page.blocks) - 1))
    chosen = sorted(data.draw(numbers))
    body = "\n\n".join(page.blocks[i].text for i in chosen)
    taken, own = scan.passage_of(page, chosen, "\n\n"), scan.passage(body)
    assert taken.low == own.low

    def places(found: Sequence[tuple[int, Any]]) -> list[tuple[int, int]]:
        return [(item.start + shift, item.end + shift) for shift, item in found]

    assert places(taken.written) == places(own.written)
    assert places(taken.counted) == places(own.counted)
    assert [at + shift for shift, at in taken.years] == [at for _, at in own.years]
