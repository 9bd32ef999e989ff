"""What the markup says of the lines of a page, out of the tables that the writing left: columns for
the labeller, hints for the rules.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from schemas.drafts import hints_of
from schemas.records import Hints
from transforms.arrays import Doubles, Ints
from transforms.compiled import compiled
from transforms.markup.columns import Columns
from transforms.markup.outline import Outline
from transforms.markup.vocabulary import NAMED, TAGS

_MAX_TIMES: Final = 20
# What is told of a block, as a column has it: at -1 Python finds the last.
_TELLS: Final = (False, True, None)

# As in `columns` and `writing`. They stand here again because compiled code is kept as long as its
# own file.
_TAG, _TOLD, _TIMES, _ARTICLE, _FORM, _RULED, _NEAR, _AROUND, _BOX = range(9)
_BOXES = 4
_LINKS, _STRONG, _TITLED = range(3)
_NUMBER = 4
_F_TAG, _F_ARTICLE, _F_FORM, _F_BOX = 4, 5, 6, 7
_L_FRAME, _L_ALONE, _L_RULED, _L_TIMES, _L_TOTAL, _L_LINK, _L_STRONG, _L_NEAR, _L_AROUND = range(
    1, 10
)
# What hints need beside the columns: the mark that the tag is of, how many boxes there are, and the
# first of the times.
_MARK, _HELD, _FIRST = range(3)
_BESIDE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines and the frames of a page, its marks, the outline that they are of, and its times."""

    rows: Ints
    frames: Ints
    marks: Ints
    outline: Outline
    times: list[str]


def no_lines() -> Lines:
    """Those of a page without text."""
    none = np.zeros((0, 0), np.int64)
    nothing = np.zeros(0, np.uint8)
    return Lines(none, none, none, Outline(none, nothing, none, nothing, [], None), [])


def columns_and_hints(
    lines: Lines, places: Ints, titled: Doubles, told: Ints
) -> tuple[Columns, list[Hints]]:
    """The columns and the hints of blocks: in which line each stands, how near it is to a headline,
    and whether structured data have it (-1: they have none). Blocks of which the same is said have
    their hints in common."""
    ordinals, shares, beside, which, first = _read(
        lines.rows, lines.frames, lines.marks, places, titled, told, NAMED, len(TAGS), _MAX_TIMES
    )
    times, tag_of = lines.times, lines.outline.tag_of
    made = [
        hints_of(
            TAGS[tag] if tag < len(TAGS) else tag_of(mark), links, near, tuple(times[at : at + timed]) if timed else (),
            around, article if article >= 0 else None, (a, b, c, d)[:held], strong,
            nearness, _TELLS[said], form, ruled > 0,
        )
        for tag, said, timed, article, form, ruled, near, around, a, b, c, d, mark, held, at, links, strong, nearness in zip(
            *ordinals[:, first].tolist(), *beside[:, first].tolist(), *shares[:, first].tolist(),
            strict=True,
        )
    ]  # fmt: skip
    return Columns(ordinals, shares), [made[number] for number in which.tolist()]


@compiled
def _read(
    lines: Ints, frames: Ints, marks: Ints, places: Ints, titled: Doubles, told: Ints, named: int,
    other: int, most: int,
) -> tuple[Ints, Doubles, Ints, Ints, Ints]:  # fmt: skip
    """The columns of the blocks, what stands beside them, the number of the hints of each, and the
    first block that has them. ``named``: all bits of names; ``other``: the number of a tag that has
    none of its own; ``most``: times of a block."""
    count = len(places)
    ordinals = np.empty((_BOX + _BOXES, count), np.int64)
    beside = np.empty((_BESIDE, count), np.int64)
    shares = np.empty((3, count))
    which, first = np.empty(count, np.int64), np.empty(count, np.int64)
    # The number of the hints of each frame, by what is told of the block.
    known = np.full((len(frames), 3), -1, np.int64)
    numbers = 0
    for i in range(count):
        line, said = places[i], told[i]
        frame, alone, ruled = lines[line, _L_FRAME], lines[line, _L_ALONE], lines[line, _L_RULED]
        mark = frames[frame, _F_TAG]
        taken = lines[line - 1, _L_TIMES] if line else 0
        ordinals[_TAG, i] = marks[mark, _NUMBER] if mark >= 0 else other
        ordinals[_TOLD, i] = said
        ordinals[_TIMES, i] = min(lines[line, _L_TIMES] - taken, most)
        ordinals[_ARTICLE, i] = frames[frame, _F_ARTICLE]
        ordinals[_FORM, i] = frames[frame, _F_FORM] if alone else 0
        ordinals[_RULED, i] = ruled
        ordinals[_NEAR, i] = lines[line, _L_NEAR] & named
        ordinals[_AROUND, i] = lines[line, _L_AROUND] & named
        held = 0
        for k in range(_BOXES):
            box = frames[frame, _F_BOX + k]
            ordinals[_BOX + k, i] = box
            held += box > 0
        beside[_MARK, i], beside[_HELD, i], beside[_FIRST, i] = mark, held, taken
        total = lines[line, _L_TOTAL]
        shares[_LINKS, i] = lines[line, _L_LINK] / total
        shares[_STRONG, i] = lines[line, _L_STRONG] / total
        shares[_TITLED, i] = titled[i]
        shared = alone and not ruled and not titled[i]
        number = known[frame, said] if shared else -1
        if number < 0:
            number = numbers
            first[number] = i
            numbers += 1
            if shared:
                known[frame, said] = number
        which[i] = number
    return ordinals, shares, beside, which, first[:numbers]
