"""The language of a story, cheaply: its script, its function words, and only then a model."""

import re
from functools import cache, lru_cache
from typing import Any

from schemas.records import Page
from transforms.arrays import all_characters
from transforms.function_words import FunctionWords, function_words, leading
from transforms.lexicon import read_lexicon

_GLANCE, _SAMPLE = 400, 1000  # characters that are looked at first, and where that was too little
_PROSE = 200  # characters of a block that is longer than most
# Vowel signs of Arabic and Devanagari are no letters to Python and yet part of the word.
_LETTERS = re.compile(r"(?:[^\W\d_]+|[\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u094f]+)+")
# Letters that are not Latin; punctuation and signs stand in no script.
_OTHER_SCRIPTS = re.compile("[\u0370-\u1dff\u2c80-\u2dff\u3040-\ud7ff\uf900-\ufaff\ufb1d-\ufefc]")
_PRIMARY_TAG = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")

# Scripts that one language of the news has for itself.
_SCRIPTS = {
    "ja": "\u3040-\u30ff",
    "ko": "\uac00-\ud7a3",
    "zh": "\u4e00-\u9fff",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "km": "\u1780-\u17ff",
    "my": "\u1000-\u109f",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
}
_OWN = re.compile(f"[{''.join(_SCRIPTS.values())}]")
_OF_SCRIPT = {language: re.compile(f"[{range_}]") for language, range_ in _SCRIPTS.items()}
_CLEAR_LEAD = 1.3  # the first must have so many times the points of the second
_WORDS_FOR_A_MODEL = 4
_ENOUGH = 3.0  # points; a sentence has about as many


@cache
def _function_words() -> FunctionWords:
    words = {name: listed.split() for name, listed in read_lexicon("function_words").items()}
    return function_words(words, "".join(_LETTERS.findall(all_characters(0x20000))))


def _by_script(sample: str) -> str | None:
    """The language that a script of its own gives away."""
    if sample.isascii():
        return None
    own = "".join(_OWN.findall(sample))
    if not own:
        return None
    counts = {language: len(pattern.findall(own)) for language, pattern in _OF_SCRIPT.items()}
    best = max(counts, key=lambda language: counts[language])
    letters = sum(map(len, _LETTERS.findall(sample)))
    if (
        counts["ja"]
        and counts["ja"] * 10 >= counts["zh"] + counts["ja"]
        and counts["ja"] * 10 >= letters
    ):
        return "ja"
    return best if counts[best] * 3 >= letters and counts[best] else None


def _by_words(sample: str) -> str | None:
    """The language whose function words the sample holds, if one leads clearly."""
    first, most, runner_up = leading(sample.lower(), _function_words())
    return first if most >= _ENOUGH and most >= _CLEAR_LEAD * runner_up else None


@cache
def _model() -> Any:
    from transforms.language_model import load_model  # 1.4 s: only for those that need it

    return load_model()


@cache
def _latin() -> dict[str, bool]:
    """Of each language of the function words whether Latin letters spell all of them."""
    listed = read_lexicon("function_words").items()
    return {name: _OTHER_SCRIPTS.search(words) is None for name, words in listed}


@lru_cache(maxsize=4096)
def _by_own(sample: str) -> str | None:
    """The language by what the text itself says without a model."""
    glance = sample[:_GLANCE]
    found = _by_script(glance) or _by_words(glance)
    return _by_words(sample) if found is None and len(sample) > _GLANCE else found


@lru_cache(maxsize=4096)
def _by_model(sample: str) -> str | None:
    if len(_LETTERS.findall(sample)) < _WORDS_FOR_A_MODEL:
        return None
    language, probability = _model().classify(sample)
    return str(language) if probability >= 0.5 else None


def _may_be(language: str, sample: str) -> bool:
    """Whether ``language`` is one of Latin letters and ``sample`` has no others, or neither is so."""
    latin = sample.isascii() or _OTHER_SCRIPTS.search(sample) is None
    return _latin().get(language) is latin


def identify(text: str, hint: str | None = None, around: str | None = None) -> str | None:
    """The language of ``text`` as an ISO 639-1 code, or None where it has too few words.

    ``around`` is the language of the page on which a short text stands: where its own words do not
    decide, that is a better guess than a model's from a line or two. ``hint`` (what the record or
    the page's markup claims) decides only where nothing else does.
    """
    sample = text[:_SAMPLE]
    if found := _by_own(sample):
        return found
    if around is not None and _may_be(around, sample):
        return around
    if found := _by_model(sample):
        return found
    tag = _PRIMARY_TAG.match(hint or "")
    return tag.group().lower() if tag else None


def page_language(page: Page) -> str | None:
    """The language of the page's longest blocks, or what its record or markup says."""
    texts = [block.text for block in page.blocks]
    prose = [text for text in texts if len(text) > _PROSE]
    longest = sorted(prose if len(prose) >= 3 else texts, key=len, reverse=True)[:3]
    sample = "\n".join([text[:_GLANCE] for text in longest])
    return identify(sample, page.language or page.metadata.language)
