"""What a page's address says of its blocks: most addresses end in the words of the page's headline.

Nothing here knows a site: the host is not looked at, and an address without words tells nothing.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final
from urllib.parse import unquote, urlsplit

import numpy as np

from schemas.records import Block
from transforms.arrays import Floats

COLUMNS: Final = 2
_LONGEST = 300  # characters of a block that may be a headline
_LEAST_WORDS, _LEAST_LETTERS = 2, 10
_SIGNS = 3  # a block has one of so many of the longest words, or is not looked at
_ENDING = re.compile(r"\.\w{2,5}$")
_WORD = re.compile(r"[^\W_]+")
# Numbers that count stories, and hashes of them, are no words.
_NUMBER = re.compile(r"\d{5,}|(?=\w*\d)[0-9a-f]{6,}|\w*\d\w*\d\w*\d\w*")
# Letters that have no accent to lose, and pairs that stand for one letter in some addresses.
_LETTERS: Final = (("ß", "ss"), ("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("ł", "l"), ("đ", "d"),
                   ("ı", "i"))  # fmt: skip
_PAIRS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_ACCENTS = re.compile("[\u0300-\u036f]+")


def told_by(url: str | None, blocks: Sequence[Block]) -> Floats:
    """A row a block: how much of the address's words it has, and how much of its words the address
    has, both 0 to 1 by letters. Zeros where the address has no words."""
    rows = np.zeros((len(blocks), COLUMNS), np.float32)
    wanted = address_words(url) if url else {}
    if not wanted:
        return rows
    said = sum(map(len, wanted))
    signs = sorted(wanted, key=len)[-_SIGNS:]
    short = [block.text if len(block.text) <= _LONGEST else "" for block in blocks]
    page = _fold("\n".join(short))
    lines = page.split("\n")
    ends = [*accumulate(len(line) + 1 for line in lines)]
    # Most lines have none of the signs; a search through the page passes over them all at once.
    for i in {bisect_right(ends, at) for sign in signs for at in _places(page, sign)}:
        words = _WORD.findall(lines[i])
        found = wanted.keys() & set(words)
        rows[i, 0] = sum(map(len, found)) / said
        rows[i, 1] = sum(len(word) for word in words if word in wanted) / sum(map(len, words))
    return rows


def _places(page: str, sign: str) -> Iterator[int]:
    at = page.find(sign)
    while at >= 0:
        yield at
        at = page.find(sign, at + 1)


@lru_cache(maxsize=256)
def address_words(url: str) -> dict[str, None]:
    """The different words of the part of an address that has the most of them, or none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return {}
    parts = [_words(part) for part in path.split("/")]
    best = max(parts, key=lambda words: sum(map(len, words)), default={})
    enough = len(best) >= _LEAST_WORDS and sum(map(len, best)) >= _LEAST_LETTERS
    return best if enough else {}


def _words(part: str) -> dict[str, None]:
    plain = _fold(unquote(_ENDING.sub("", part)))
    return dict.fromkeys(word for word in _WORD.findall(plain) if not _NUMBER.fullmatch(word))


def _fold(text: str) -> str:
    """The text in lower case, without accents, each digraph one letter."""
    text = text.lower()
    if not text.isascii():
        for letter, plain in _LETTERS:
            text = text.replace(letter, plain)
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text
