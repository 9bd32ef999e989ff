"""The segmenter as a whole: what holds for any text, and the five sample pages."""

import gzip
import importlib.util
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.kinds import BlockKind
from schemas.records import Coordinates, Page, RawPage, Segmentation
from tests.counting import calls
from transforms.features import NAMES, WordList, measure
from transforms.headlines import body_of, choose_headline
from transforms.pages import read_page
from transforms.segmentation import segment
from transforms.segmentation.model import default_model, read_model
from transforms.segmentation.network import OUTPUTS, Network, merged

SHARED = Path(__file__).parents[3] / "shared"

PROSE = st.sampled_from(
    [
        "The mayor of Northport said on Sunday that the bridge would open in May, two years late.",
        "Workers had found cracks in 14 of the 20 pillars, and nobody knew how old they were.",
        "“We should have looked sooner,” he told the council, which voted 12 to 3 for the repair.",
        "Bridge opens in May",
        "By Ann Reader",
        "Updated 3 May 2024",
        "Share",
        "Read more",
        "© 2024 The Northport Paper",
        "橋は五月に開通すると市長が日曜日に述べた。",
        "",
        "Home News Sport",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(PROSE, max_size=40).map("\n".join))


def page(text: str) -> Page | None:
    got = read_page(RawPage(at=Coordinates("a.txt"), text=text, page_id="p"))
    return got if isinstance(got, Page) else None


def check(here: Page, cut: Segmentation) -> None:
    assert len(cut.kinds) == len(here.blocks)
    taken = [i for span in cut.spans for i in span.blocks]
    assert len(taken) == len(set(taken)), "a block is in two spans"
    assert all(0 <= i < len(here.blocks) for i in taken)
    for span in cut.spans:
        assert span.blocks
        assert list(span.blocks) == sorted(span.blocks)
        assert 0 <= span.start_confidence <= 1
        assert 0 <= span.end_confidence <= 1
        assert span.runner_up is None or 0 <= span.runner_up < len(here.blocks)
        if not span.is_teaser:
            assert body_of(here, cut, span), "a story has a body"
    assert all(a.blocks[0] < b.blocks[0] for a, b in pairwise(cut.spans))


@given(TEXTS)
@settings(deadline=None)
def test_any_text_is_cut(text: str) -> None:
    if (here := page(text)) is not None:
        cut = segment(here)
        check(here, cut)
        assert segment(here) == cut


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 2_000_000, id="one line of 10 MB"),
        pytest.param("7" * 10_000_000, id="digits"),
        pytest.param("a" + "\u0301" * 3_000_000, id="combining marks"),
        pytest.param("ab\n" * 1_000_000, id="many short lines"),
        pytest.param("国" * 3_000_000, id="no spaces"),
        pytest.param("\ud800 lone \udfff surrogates", id="surrogates"),
    ],
)
def test_odd_pages_are_cut(text: str) -> None:
    here = page(text)
    assert here is not None
    check(here, segment(here))


def test_work_grows_with_the_length_and_no_faster() -> None:
    unit = "Bridge opens in May\nThe mayor said on Sunday that it would open in May, at last.\nShare\n\n"
    small, large = page(unit * 500), page(unit * 2_000)
    assert small is not None
    assert large is not None
    assert calls(lambda: segment(large)) <= 4.5 * calls(lambda: segment(small))


def test_a_long_page_passes_in_pieces_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    here = page("\n".join(f"Line {i} says that {i * 7} people came, and went." for i in range(500)))
    assert here is not None
    network = default_model().network
    features = measure(here.blocks, network.vocabulary)
    whole = network.scores(features)
    monkeypatch.setattr("transforms.segmentation.network._CHUNK", 90)
    pieces = network.scores(features)
    np.testing.assert_allclose(pieces.states, whole.states, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(pieces.kinds, whole.kinds, rtol=1e-3, atol=1e-3)


def another(network: Network) -> Network:
    """A network of the same shape with other weights."""
    dice = np.random.default_rng(3)
    weights = {
        name: (array[:1] * dice.normal(1.0, 0.2, array[:1].shape)).astype(np.float32)
        for name, array in network.weights.items()
    }
    return replace(network, weights=weights)


def test_networks_judge_together_by_their_mean() -> None:
    known = default_model().network
    one = replace(known, weights={name: array[:1] for name, array in known.weights.items()})
    two = another(known)
    here = page("Bridge opens in May\n\nBy Ann Reader\n\n" + "The mayor spoke of it. " * 9)
    assert here is not None
    features = measure(here.blocks, known.vocabulary)
    apart = [network.scores(features) for network in (one, two)]
    both = merged([one, two]).scores(features)
    np.testing.assert_allclose(both.states, sum(s.states for s in apart) / 2, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(both.moves, sum(s.moves for s in apart) / 2, rtol=1e-6)
    likely = sum(np.exp(s.kinds) for s in apart) / 2
    np.testing.assert_allclose(np.exp(both.kinds), likely, atol=1e-5)


def test_networks_of_different_words_do_not_judge_together() -> None:
    known = default_model().network
    with pytest.raises(ValueError, match="cannot judge as one"):
        merged([known, replace(known, vocabulary=WordList(["other"]))])


@pytest.mark.parametrize("markup", [False, True])
def test_the_weights_fit_the_features_and_are_small(markup: bool) -> None:
    network = default_model(markup=markup).network
    assert set(network.names) <= set(NAMES)
    assert network.weights["mean"].shape[1] > len(network.names)
    assert network.weights["out_w"].shape[2] == OUTPUTS
    name = "segmentation_markup.npz" if markup else "segmentation.npz"
    file = Path(__file__).parents[2] / "transforms" / "weights" / name
    assert file.stat().st_size < 5_000_000


def test_weights_of_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(__file__).parents[2] / "transforms" / "weights" / "segmentation.npz"
    monkeypatch.setattr("transforms.segmentation.network.NAMES", ("one", "two"))
    with pytest.raises(ValueError, match="other features"):
        read_model(file.read_bytes())


# ---------------------------------------------------------------------- the five sample pages
def seeds() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    def lines(name: str) -> list[dict[str, Any]]:
        with gzip.open(SHARED / "seeds" / name, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    return list(zip(lines("pages.jsonl.gz"), lines("truth.jsonl.gz"), strict=True))


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
def test_the_sample_pages_are_right() -> None:
    score = scorer()
    found: dict[str, list[dict[str, Any]]] = {}
    truths = []
    for row, truth in seeds():
        here = page(row["text"])
        assert here is not None
        cut = segment(here)
        truths.append(truth)
        found[truth["page_id"]] = [
            {"story_index": i, "is_teaser": s.is_teaser, "headline": choose_headline(here, cut, s),
             "body": body_of(here, cut, s)} | dict.fromkeys(("published_at", "source", "agency", "language"))
            for i, s in enumerate(cut.spans)
        ]  # fmt: skip
    result = score.score(truths, found)
    assert result["count_exact"]["value"] == 1
    assert result["boundary_f1"]["value"] == 1
    assert result["body_f1"]["value"] >= 0.98
    assert result["headline_close"]["value"] == 1
    assert result["teaser_in_story"]["value"] == 0
    assert result["teaser_found"]["value"] >= 0.9


def test_teasers_are_told_apart() -> None:
    here = page(
        "Bridge opens in May\n\nBy Ann Reader\n3 May 2024\n\n"
        "NORTHPORT: The mayor said on Sunday that the bridge would open in May, two years late.\n\n"
        "Workers had found cracks in 14 of the 20 pillars, and nobody knew how old they were.\n\n"
        "“We should have looked sooner,” he told the council, which voted for the repair.\n\n"
        "Related stories\n\nFerry runs aground\nRead more\nHarbour fees rise again\nRead more\n"
        "Council splits over tax\nRead more\nOld lighthouse for sale\nRead more"
    )
    assert here is not None
    cut = segment(here)
    stories = [span for span in cut.spans if not span.is_teaser]
    assert len(stories) == 1
    assert choose_headline(here, cut, stories[0]) == "Bridge opens in May"
    assert "Ferry" not in body_of(here, cut, stories[0])
    assert BlockKind.BODY in {cut.kinds[i] for i in stories[0].blocks}
