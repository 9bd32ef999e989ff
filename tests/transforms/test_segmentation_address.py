"""What a page's address says of its blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.arrays import Floats, codes_of
from transforms.segmentation.address import COLUMNS, address_words, told_by

HARBOUR = "https://paper.example/news/2024/harbour-bridge-opens-in-may-1234567.html"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (HARBOUR, ["harbour", "bridge", "opens", "in", "may"]),
        pytest.param("https://a.example/Stra%C3%9Fe_wird_gesperrt", ["strasse", "wird", "gesperrt"], id="escapes and underscores"),
        pytest.param("https://a.example/nyheter/angsten-vil-oke/84057530", ["angsten", "vil", "oke"], id="not the last part"),
        pytest.param("https://harbour-bridge-opens.example/", [], id="a host says nothing"),
        pytest.param("https://a.example/2320", [], id="a number"),
        pytest.param("https://a.example/story/5f2b9c0d1e", [], id="a hash"),
        pytest.param("https://a.example/news/sport", [], id="a section"),
        pytest.param("http://[", [], id="no address at all"),
    ],
)  # fmt: skip
def test_the_words_of_an_address(url: str, words: list[str]) -> None:
    assert address_words(url) == tuple(words)


@pytest.mark.parametrize(
    ("text", "has", "had"),
    [
        ("Harbour bridge opens in May", 1.0, 1.0),
        pytest.param("Politics", 0.0, 0.0, id="nothing in common"),
        pytest.param("Harbour bridge: what now", 13 / 23, 13 / 20, id="some of it"),
        pytest.param("Harbour bridge opens in May. " * 20, 0.0, 0.0, id="too long for a headline"),
    ],
)
def test_a_block_and_the_address(text: str, has: float, had: float) -> None:
    assert _told(HARBOUR, [text])[0] == pytest.approx([has, had])


@pytest.mark.parametrize(
    ("url", "headline"),
    [
        ("https://a.example/grosse-aufgaben-fuer-die-neue-regierung", "Große Aufgaben für die neue Regierung"),
        ("https://a.example/grose-aufgaben-fur-die-neue-regierung", "Aufgaben für die neue Regierung"),
        ("https://a.example/aengstelse-paa-oeen-vokser-fort", "Ængstelse på øen vokser fort"),
        ("https://a.example/lider-do-grupo-de-sequestradores", "Líder do grupo de sequestradores"),
    ],
)  # fmt: skip
def test_accents_and_digraphs_are_one(url: str, headline: str) -> None:
    assert _told(url, [headline])[0, 1] == 1.0


def test_without_an_address_nothing_is_told() -> None:
    assert not _told(None, ["hello"]).any()
    assert not _told("https://a.example/", ["hello"]).any()


@given(st.text(), st.lists(st.text(st.characters(exclude_characters="\n"), min_size=1), max_size=4))
def test_any_address_and_any_text(path: str, texts: list[str]) -> None:
    told = _told(f"https://a.example/{path}", texts)
    assert told.shape == (len(texts), COLUMNS)
    assert ((told >= 0) & (told <= 1.0001)).all()
    assert np.isfinite(told).all()


def _told(url: str | None, texts: list[str]) -> Floats:
    low = codes_of("\n".join(texts).lower())
    return told_by(url, low, np.array([*map(len, texts)], np.int64))
