"""Words that are a day in one sentence and an ordinary word in the next: "morgen", "segunda".

The words beside them tell which; they are data, ``senses.toml``.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from transforms.dates.neighbours import after, before, forms

_LEXICON: Final[dict[str, list[dict[str, str]]]] = tomllib.loads(
    files(__package__).joinpath("senses.toml").read_text("utf-8")
)
_NEAR: Final = 24  # characters beside a word that the longest of its neighbours has room in


class _Sense(NamedTuple):
    """The patterns of one entry. ``wanted``: whether a neighbour must bear the day out."""

    no_front: re.Pattern[str]
    no_behind: re.Pattern[str]
    front: re.Pattern[str]
    behind: re.Pattern[str]
    wanted: bool


@cache
def _senses(language: str) -> dict[str, tuple[_Sense, ...]]:
    table: dict[str, tuple[_Sense, ...]] = {}
    for raw in _LEXICON.get(language, ()):
        lists = {key: forms(text) for key, text in raw.items()}
        wanted = "before" in lists or "after" in lists
        sense = _Sense(
            before(lists.get("no_before", ())), after(lists.get("no_after", ())),
            before(lists.get("before", ())), after(lists.get("after", ())), wanted,
        )  # fmt: skip
        for word in lists["words"]:
            table[word] = (*table.get(word, ()), sense)
    return table


def is_day(low: str, start: int, end: int, language: str) -> bool:
    """Whether the word at ``[start, end)`` of ``words.lower(text)`` is a day, by its neighbours."""
    near = low[max(0, start - _NEAR) : start]
    for sense in _senses(language).get(low[start:end], ()):
        if sense.no_front.search(near) or sense.no_behind.match(low, end, end + _NEAR):
            return False
        borne = sense.front.search(near) or sense.behind.match(low, end, end + _NEAR)
        if sense.wanted and not borne:
            return False
    return True
