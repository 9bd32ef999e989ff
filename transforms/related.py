"""Lines amid a story that point to another: "Read also: Ferries stay in port"."""

import re
from functools import cache
from typing import Final

from transforms.dates.words import lower
from transforms.lexicon import words_of

_LONGEST: Final = 200  # characters; a longer line tells of something itself


def points_elsewhere(text: str) -> bool:
    """Whether a line begins as those do that name another story, with a colon behind the cue.

    Of 91 such lines within the stories of the development corpus (rendering *a*) 66 are no part of
    the body to those who marked it.
    """
    if len(text) > _LONGEST or (":" not in text and "：" not in text):
        return False
    cues, opening = _cues()
    if (opened := opening.match(text)) is None:
        return False
    cue = _folded(opened["cue"])
    return cue in cues or (cue[-1].isspace() and cue[:-1] in cues)


def _folded(text: str) -> str:
    """Small letters, those of Turkish as others have them: capitals do not tell which i they are."""
    return lower(text).replace("ı", "i")


@cache
def _cues() -> tuple[frozenset[str], re.Pattern[str]]:
    """The cues in small letters, and how lines begin that may have one: with words as few as a cue's
    and a colon, a space between them or none."""
    cues = frozenset(map(_folded, words_of("related", "cues")))
    return cues, re.compile(rf"\W*+(?P<cue>[^:：]{{1,{max(map(len, cues)) + 1}}})[:：]")
