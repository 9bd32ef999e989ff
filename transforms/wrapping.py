"""Lines that a tool broke at a width (mail, press releases, ``lynx -dump``), so that paragraphs can be
whole again.

Such a tool breaks a line where the next word would not fit. So each break tells in which range the
width lies: from the length of its line to that length with the next word. Breaks amid sentences
that agree on one width, several in a row, give the tool away; those of menus, lists, verses and
code agree on none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from transforms.letters import NO_SPACES

# A line end with the spaces around it, between two lines that are not empty; and from the line end on,
# which is found many times as fast.
BREAK: Final = re.compile(r"(?<=[^ \n]) *\n *(?=[^ \n])")
_BEHIND: Final = re.compile(r"\n *(?=[^ \n])")
_SHORTEST, _LONGEST = 40, 140
_STOPS: Final = '.!?…:;。！？।؟”"»)]}{|'
# Where this stands less often, nothing else is looked at: a line that ends amid a sentence and goes
# on in small letters, or in a script that has none. Few lines begin so, which is asked first.
_GOES_ON: Final = re.compile(
    rf"\n(?= *[^\W\d_A-Z])(?<=[^\n]{{{_SHORTEST - 1}}}[^\n{re.escape(_STOPS)}]\n)"
)
_ITEM: Final = re.compile(r"(?:[*+•·▪►‣◦o–—-]|\d{1,3}[.)]) ")
_WORD: Final = re.compile(r"[^ \n]+")
_PLAIN: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[,.;:!?]?(?![^ \n])")
# With their punctuation: any such character may end a line.
_NO_SPACES: Final = re.compile(f"[{NO_SPACES}\u3000-\u303f\uff00-\uffef]{{2}}")
# So many breaks amid sentences have to agree, in rows of two or more, and so large a share of all.
_ENOUGH, _SHARE = 5, 0.6


@dataclass(frozen=True, slots=True)
class _Break:
    """The line that it ends begins at ``begin``; a match of ``BREAK`` goes from ``at`` to ``end``.
    The width lies in ``size <= width < limit``, ``size`` being the length of the line."""

    begin: int
    at: int
    end: int
    size: int
    limit: int
    amid: bool
    joint: str


def wrapped_breaks(text: str) -> dict[int, str]:
    """Where each break begins that parts a paragraph, as ``BREAK`` finds it, and what is to stand
    there instead: a space, or nothing behind a hyphen and between characters of scripts without
    spaces. Empty for a text that no tool wrapped. Linear in the length of ``text``."""
    if len(_GOES_ON.findall(text)) < _ENOUGH:
        return {}
    found = list(_breaks(text))
    width = _agreed(found)
    if width is None:
        return {}
    agreeing = [b for b in found if b.size <= width < b.limit]
    if sum(b.amid for b in _in_rows(agreeing)) < _ENOUGH:
        return {}
    return {b.at: b.joint for b in agreeing}


def _breaks(text: str) -> Iterator[_Break]:
    """The breaks that a tool may have made."""
    begin = 0
    for match in _BEHIND.finditer(text):
        begin = text.rfind("\n", begin, match.start()) + 1 or begin
        at, after = begin + len(text[begin : match.start()].rstrip(" ")), match.end()
        size = at - begin
        if (
            not _SHORTEST <= size <= _LONGEST or _ITEM.match(text, after)
            or (word := _WORD.match(text, after)) is None
        ):  # fmt: skip
            continue
        last, first = text[at - 1], text[after]
        amid = last not in _STOPS and not first.isupper()
        if _NO_SPACES.match(last + first):
            yield _Break(begin, at, after, size, size + 1, amid, "")
        else:
            amid = amid and _PLAIN.match(text, after) is not None
            joint = "" if last == "-" and text[at - 2] != " " else " "
            yield _Break(begin, at, after, size, size + 1 + word.end() - after, amid, joint)


def _agreed(breaks: Sequence[_Break]) -> int | None:
    """The width on which most of the ``breaks`` amid sentences agree, and of such widths that of
    most others; None where those of the first are not enough."""
    amid, all_ = ([0] * (_LONGEST + 1) for _ in range(2))
    for b in breaks:
        for width in range(b.size, min(b.limit, _LONGEST + 1)):
            all_[width] += 1
            amid[width] += b.amid
    width = max(range(_LONGEST + 1), key=lambda width: (amid[width], all_[width]))
    enough = max(_ENOUGH, _SHARE * sum(b.amid for b in breaks))
    return width if amid[width] >= enough else None


def _in_rows(breaks: Sequence[_Break]) -> Iterator[_Break]:
    """Those whose line begins or goes on with another of them: of paragraphs of three lines or more."""
    near = [a.at < b.begin <= a.end for a, b in pairwise(breaks)]
    for b, before, behind in zip(breaks, [False, *near], [*near, False], strict=False):
        if before or behind:
            yield b
