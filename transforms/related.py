"""Lines amid a story that point to another: "Read also: Ferries stay in port"."""

import re
from functools import cache
from typing import Final

from transforms.lexicon import words_of

_LONGEST: Final = 200  # characters; a longer line tells of something itself


def points_elsewhere(text: str) -> bool:
    """Whether a line begins as those do that name another story, with a colon behind the cue.

    Of 91 such lines within the stories of the development corpus (rendering *a*) 66 are no part of
    the body to those who marked it.
    """
    if len(text) > _LONGEST or (":" not in text and "：" not in text):
        return False
    short, cued = _openings()
    return short.match(text) is not None and cued.match(text) is not None


@cache
def _openings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Lines that begin with words as few as a cue's and a colon, for a quick look, and with a cue."""
    cues = words_of("related", "cues")
    some = "|".join(map(re.escape, cues))
    return (
        re.compile(rf"\W*+[^:：]{{1,{max(map(len, cues)) + 1}}}[:：]"),
        re.compile(rf"\W*(?:{some})\s?[:：]", re.IGNORECASE),
    )
