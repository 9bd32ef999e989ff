"""Letters of all scripts, where regular expressions and ``str.isupper`` know too few of them."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Final


def _ranges(codes: Iterable[int]) -> str:
    """The inside of a character class that has ``codes``, which ascend."""
    runs = (
        [code for _, code in run] for _, run in groupby(enumerate(codes), lambda p: p[1] - p[0])
    )
    return "".join(f"\\u{run[0]:04x}-\\u{run[-1]:04x}" for run in runs)


def is_small(letter: str) -> bool:
    """Whether ``letter`` is a small one, with another for the beginning of a name.

    Letters of scripts without capitals are not; nor are those of Georgian, whose capitals are for
    whole lines and begin no name.
    """
    return letter.title() != letter


# Insides of character classes. Marks are what is written above, below and behind a letter. ``\w`` has
# none of them, so that it ends amid words of the scripts of India.
MARKS: Final = _ranges(
    code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"
)
# Those of the scripts from Hebrew to Vedic and of their extensions, where vowels are marks. The marks
# that any letter may have are not among them, nor those of scripts that part no words: there a mark
# stands for itself (``transforms.words``).
VOWELS: Final = _ranges(
    code
    for block in ((0x590, 0xE00), (0xF00, 0x1000), (0x10A0, 0x1780), (0x1800, 0x1AB0), (0x1B00, 0x1DC0), (0xA800, 0xAC00))
    for code in range(*block)
    if unicodedata.category(chr(code))[0] == "M"
)  # fmt: skip
# Scripts that part no words: each character counts as one (Chinese, Japanese, Thai, Lao, Burmese,
# Khmer).
NO_SPACES: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# They join the letters of such scripts, or keep them from joining.
JOINERS: Final = "\\u200c\\u200d"
# Small letters, also those of Greek, Cyrillic, Armenian.
SMALL: Final = _ranges(code for code in range(0x10000) if is_small(chr(code)))
