"""Features: finite numbers for any text, and each column tells what its name says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Block, Hints
from tests.counting import calls
from transforms.arrays import codes_of
from transforms.blocks import split_blocks
from transforms.features import NAMES, Features, WordList, measure
from transforms.features.words import read_words, split_words
from transforms.markup.vocabulary import bits_of

VOCABULARY = WordList(["the", "said", "share", "=caption"])


def features(text: str) -> Features:
    return measure(split_blocks(text), VOCABULARY)


def column(text: str, name: str) -> list[float]:
    return features(text).numbers[:, NAMES.index(name)].tolist()


@given(st.text())
def test_any_text_gives_finite_numbers(text: str) -> None:
    got = features(text)
    count = len(split_blocks(text))
    assert got.numbers.shape == (count, len(NAMES))
    assert np.isfinite(got.numbers).all()
    assert (np.abs(got.numbers) < 50).all()
    assert got.head_words.shape[0] == got.tail_words.shape[0] == got.marks.shape[0] == count


def test_names_are_different() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("clock", "at 14:05 sharp\nat 14.05 Uhr\nat 14:75\nscore 3:2", [1, 1, 0, 0]),
        ("year", "in 2023 it was\nin 1899\n20231 people\nSince 1945.", [1, 0, 0, 1]),
        ("day", "on 3.4. and\n3/4/2024\n300.400", [1, 1, 0]),
        ("address", "see www.a.example\nmail a@b.example\nplain", [1, 1, 0]),
        ("copyright", "© 2024 The Paper\nCopyright by us\nplain", [1, 1, 0]),
        ("leading_clock", "14:05 Minister resigns\nat 14:05", [1, 0]),
        ("capital_dateline", "KARACHI: Thousands came\nKarachi is large", [1, 0]),
        ("enumeration", "• one\n1. one\none", [1, 1, 0]),
        ("copy_before", "one\ntwo\none", [0, 0, 1]),
        ("copy_after", "one\ntwo\nONE", [1, 0, 0]),
        ("ends_ellipsis", "and so on…\nand so on...\nand so on.", [1, 1, 0]),
        ("all_capitals", "BREAKING NEWS\nBreaking news", [1, 0]),
        ("markup", "plain", [0]),
    ],
)
def test_a_column_tells_what_its_name_says(name: str, text: str, expected: list[int]) -> None:
    assert column(text, name) == expected


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He came. He saw. He won.", 3),
        ("Version 2.5 is out", 0),
        ("“It is done.” So he said.", 2),
        ("他来了。他看见了。", 2),
    ],
)
def test_sentences_are_counted(text: str, sentences: int) -> None:
    assert column(text, "sentences")[0] == pytest.approx(np.log1p(sentences))


@pytest.mark.parametrize(
    ("lowered", "want"),
    [
        pytest.param(
            ["the mayor's 2 cars", "", "a_b-c"],
            [["the", "mayor", "s", "2", "cars"], [], ["a_b", "c"]],
            id="letters, digits, underscores",
        ),
        pytest.param(
            ["他来了。他看见了"], [["他来", "了", "他看", "见了"]], id="pairs of characters"
        ),
        pytest.param(["iphone发布 ok"], [["iphone", "发布", "ok"]], id="both"),
        pytest.param(["\U00020000\U0001f600x"], [["\U00020000", "x"]], id="beyond the first plane"),
    ],
)
def test_words(lowered: list[str], want: list[list[str]]) -> None:
    assert split_words(lowered) == want


@given(st.lists(st.text(st.sampled_from("ab 国のé_1.\U00020000"), max_size=12), max_size=5))
def test_words_are_numbered_in_order_of_first_sight(lowered: list[str]) -> None:
    words, _ = read_words(codes_of("\n".join(lowered)), len(lowered), VOCABULARY)
    split = split_words(lowered)
    flat = [word for block in split for word in block]
    first = list(dict.fromkeys(flat))
    assert words.ids.tolist() == [first.index(word) for word in flat]
    assert words.sizes.tolist() == [len(block) for block in split]
    for place, before in enumerate(words.before.tolist()):
        earlier = [i for i in range(place) if flat[i] == flat[place]]
        assert before == (earlier[-1] if earlier else -1)


def test_words_that_come_again_bind_blocks() -> None:
    text = "Pelican lands on Tower\nThe pelican sat on the tower all day.\nMarkets fell sharply."
    assert column(text, "comes_ever")[0] > 0.5
    assert column(text, "seen_ever")[2] == 0
    crossing = column(text, "crossing_near")
    assert crossing[1] > crossing[2]


def test_words_of_the_list_are_found_at_both_ends() -> None:
    got = features("The mayor of a small town with nobody left to ask for it had share said")
    assert got.head_words[0].tolist()[0] == 1
    assert {2, 3} <= set(got.tail_words[0].tolist())


def test_markup_is_told() -> None:
    block = Block(0, 5, "hello", 0, Hints("figcaption", 0.5, bits_of({"caption", "unheard-of"})))
    got = measure([block], VOCABULARY)
    row = dict(zip(NAMES, got.numbers[0].tolist(), strict=True))
    assert (row["markup"], row["link_density"], row["tag_figcaption"]) == (1, 0.5, 1)
    assert got.marks[0].tolist()[:2] == [4, 0]


@pytest.mark.parametrize(
    "unit", ["word ", "12345", "a\n", "e\u0301", "Same line again.\n", "国", "- \n\n"]
)
def test_work_grows_with_the_length_and_no_faster(unit: str) -> None:
    small, large = split_blocks(unit * 2_000), split_blocks(unit * 8_000)
    few = calls(lambda: measure(small, VOCABULARY))
    many = calls(lambda: measure(large, VOCABULARY))
    assert many <= 4.5 * few


@given(st.lists(st.text(st.sampled_from("@:/w.p"), min_size=1, max_size=9), min_size=1, max_size=9))
def test_addresses_are_found(lines: list[str]) -> None:
    parts = ("://", "www.", "@")
    assert column("\n".join(lines), "address") == [any(p in line for p in parts) for line in lines]


@given(st.lists(st.sampled_from(["Copyright", "(C)", "©", "copy", "y", " by "]), min_size=1))
def test_copyright_lines_are_found(words: list[str]) -> None:
    line = "by " + "".join(words)
    parts = ("copyright", "(c)", "©")
    assert column(line, "copyright") == [any(part in line.lower() for part in parts)]


@given(st.lists(st.sampled_from(["one", "ONE", "two", "éa", "ÉA", "a" * 99, "a" * 98 + "b"])))
def test_copies_are_counted(lines: list[str]) -> None:
    low = [line.lower() for line in lines]
    want = [np.log(np.float32(low.count(line))) for line in low]
    assert column("\n".join(lines), "copies") == pytest.approx(want)


@given(st.lists(st.text("abc", min_size=1, max_size=4), unique=True), st.text("abc ", max_size=60))
def test_the_words_of_a_list_are_known(listed: list[str], text: str) -> None:
    words, known = read_words(codes_of(text), 1, WordList(listed))
    numbers = [listed.index(word) + 1 if word in listed else 0 for word in text.split()]
    assert known.known[words.ids].tolist() == numbers
