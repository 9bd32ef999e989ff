"""The line below a story that names its crew: ``(Reporting by Jane Roe; Editing by John Doe)``.

Wires close their copy with it, and papers keep it; where no byline stands above the copy it is all
that says who reported. It is no part of the body: none of the 27 such lines of the development
corpus is in a body that its annotators marked, but for one. The words come from
``lexicons/bylines.toml``.
"""

import re
from functools import cache
from typing import Final

from transforms.bylines import Names, list_names
from transforms.lexicon import words_of

_LONGEST: Final = 400  # characters
_FRAME: Final = " \t()（）[]*_–—-."
_CONTRIBUTED: Final = re.compile(
    r"^(?P<who>[^.;]{3,200}?)\s(?:also\s)?contributed\s(?:reporting|research|"
    r"(?:to|in)\s(?:this|the)\s(?:report|story|article|piece|coverage))\b[^.;]{0,60}\.?$"
)


def read_crew(line: str) -> tuple[str, ...] | None:
    """The people who reported or wrote, by a line that holds nothing but the crew; None for any other.

    Who helped, edited or translated is not among them: the line may name nobody else.
    """
    line = line.strip(_FRAME)
    if not line or len(line) > _LONGEST:
        return None
    if " contributed " in line and (match := _CONTRIBUTED.match(line)):
        return () if list_names(match["who"]).people else None
    opening, reporting, clause = _openings()
    head = line.split(None, 1)
    if not head or head[0].rstrip(":").lower() not in opening:
        return None
    first = clause.match(line)
    if first is None:
        return None
    clauses = [first, *clause.finditer(line, first.end())]
    ends = [match.start() for match in clauses[1:]] + [len(line)]
    told = [list_names(line[m.end() : end]) for m, end in zip(clauses, ends, strict=True)]
    if not _are_names(told):
        return None
    reporters = [
        name
        for match, names in zip(clauses, told, strict=True)
        if match["opening"].lower() in reporting
        for name in names.people
    ]
    return tuple(dict.fromkeys(reporters))


def _are_names(told: list[Names]) -> bool:
    """Whether the clauses list people rather than go on as a sentence does. Of one clause all must be
    names; a second one tells the form, so that its "service desk" does no harm."""
    return bool(told[0].people) and (len(told) > 1 or not told[0].other)


@cache
def _openings() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    """The first words of all openings, for a quick look; what opens a clause of those who reported; and
    a pattern of all openings, at the line's beginning or behind what parts two clauses."""
    reporting = words_of("bylines", "reporting")
    words = sorted((*reporting, *words_of("bylines", "helping")), key=len, reverse=True)
    some = "|".join(map(re.escape, words))
    pattern = rf"(?:^|[;.,/|·–—-]\s*|\s(?:and|et|und|y|e)\s)(?P<opening>{some})(?:\s*:\s*|\s+)"
    first = frozenset(opening.split()[0] for opening in words)
    return first, frozenset(reporting), re.compile(pattern, re.IGNORECASE)
