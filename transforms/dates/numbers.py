"""Which numbers of a text may be those of a date, or count units of time.

Digits lead the way: a page has few of them. One compiled pass looks at what stands beside each, so
that the patterns of dates are tried at few places.
"""

from typing import Final

from transforms.arrays import Codes, codes_of
from transforms.dates import calendars, words
from transforms.dates.spots import DIGITS, beginnings, numbers

# How the words begin that may stand behind a day or a year: no other makes a date of it.
_MONTH_HEADS: Final = frozenset(word[:3] for word in words.MONTHS)
AFTER_DAY: Final = _MONTH_HEADS.union(
    (word[:3] for word in calendars.MONTHS),
    ("de ", "d'", "d’", "of ", "di ", "del", "do ", "den", "dni", "the", "da ", "ta'", "ta’"),
    ("năm", "tah", "mwe", "thá", "月"),
)
AFTER_YEAR: Final = _MONTH_HEADS.union(("m. ", "оны", "gad", "жыл", "г.", "年", "년"))
# The last letters of months: what a digit must follow for the month-first forms to be tried.
MONTH_TAILS: Final = frozenset(word[-3:] for word in words.MONTHS)
_LITTLE: Final = frozenset({"de", "of", "he"})  # the ends of words that may stand between the two

_HEADS: Final = beginnings([AFTER_DAY, AFTER_YEAR, words.COUNTED])
_TAILS: Final = beginnings([[tail[::-1] for tail in MONTH_TAILS | _LITTLE]])
_LINE: Final = 400  # characters; a longer text hardly ever is without digits

Number = list[int]
"""Where a number starts and ends, and its roles (``transforms.dates.spots``)."""


def numbers_of(low: str, codes: Codes | None = None) -> list[Number]:
    """The numbers of ``low`` that may play a role, in order. ``codes``: its characters, if known."""
    if len(low) < _LINE and not words.may_have_digits(low):
        return []
    found: list[Number] = numbers(
        codes_of(low) if codes is None else codes, DIGITS, _HEADS, _TAILS
    ).tolist()
    return found
