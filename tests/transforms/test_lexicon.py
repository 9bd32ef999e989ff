"""The data files: sound as they are, and refused with a reason where they are not."""

import re

import pytest

from transforms.lexicon import (
    LexiconError,
    agencies,
    parse_agencies,
    read_lexicon,
    word_lists,
    words_of,
)


def test_the_agencies_of_the_world() -> None:
    found = agencies()
    names = [agency.name for agency in found]
    assert len(names) == len(set(names))
    assert {
        "Reuters",
        "AFP",
        "AP",
        "dpa",
        "EFE",
        "TASS",
        "Xinhua",
        "Kyodo",
        "Yonhap",
        "PTI",
        "AA",
        "WAM",
        "NAN",
    } <= set(names)
    assert len({agency.country for agency in found}) >= 80
    assert all(re.fullmatch("[A-Z]{2}", agency.country) for agency in found)


BROKEN = {
    "no aliases": ({"name": "X", "country": "US"}, "needs name, aliases and country"),
    "no country": ({"name": "X", "aliases": []}, "needs name, aliases and country"),
    "unknown key": ({"name": "X", "aliases": [], "country": "US", "town": "Y"}, "town"),
    "long country": ({"name": "X", "aliases": [], "country": "USA"}, "two letters"),
    "alias is no text": ({"name": "X", "aliases": [7], "country": "US"}, "no text"),
    "empty alias": ({"name": "X", "aliases": [" "], "country": "US"}, "no text"),
}


@pytest.mark.parametrize(("entry", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_entry_is_refused(entry: dict[str, object], message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        parse_agencies({"agency": [entry]})


def test_one_alias_for_two_agencies_is_refused() -> None:
    first = {"name": "X", "aliases": ["Wire"], "country": "US"}
    second = {"name": "Y", "aliases": ["Wire"], "country": "GB"}
    with pytest.raises(LexiconError, match="'Wire' names both 'X' and 'Y'"):
        parse_agencies({"agency": [first, second]})


@pytest.mark.parametrize("name", ["agencies", "bylines", "datelines", "function_words", "rights"])
def test_every_file_is_toml(name: str) -> None:
    assert read_lexicon(name)


@pytest.mark.parametrize("table", ["openers", "labels"])
def test_words_of_bylines(table: str) -> None:
    words = words_of("bylines", table)
    assert words
    assert all(word == word.lower().strip() for word in words)


def test_a_missing_table_is_refused() -> None:
    with pytest.raises(LexiconError, match="colours"):
        word_lists("bylines", "colours")
    with pytest.raises(LexiconError, match="must have a str"):
        word_lists("bylines", "openers")
