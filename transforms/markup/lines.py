"""The lines of a page as the walk over its markup writes them, each with its hints."""

from dataclasses import replace
from typing import Final

from schemas.records import Hints
from transforms.markup.vocabulary import LANDMARK_BITS, NAMES, names_of

_LONG_CELL: Final = 80
_MAX_TIMES: Final = 20


# Bits above those of the names.
STRONG_BIT: Final = 1 << len(NAMES)
HIDDEN_BIT: Final = STRONG_BIT << 1
_LINK_BIT: Final = LANDMARK_BITS["a"]
_NAMED: Final = STRONG_BIT - 1


class Frame:
    """What holds for all text right in an open element.

    Made when the first text in the element is met, as most elements have none. ``own`` is what the
    element itself says, ``near`` that and what the one around it says, ``around`` what all around
    it say: bit sets over ``vocabulary.NAMES`` and the two bits above. ``boxes`` are the ordinals of
    the boxes around, the nearest first. ``look`` is the name and class of the box that the text
    stands in, ``form`` the number of that look in the look around it. Elements of one look and one
    meaning in the same element share a frame (``inner``), so the paragraphs of a text have one.
    """

    __slots__ = (
        "around", "article", "boxes", "form", "hints", "inner", "look", "near", "own", "tag",
    )  # fmt: skip

    def __init__(
        self, tag: str, own: int, near: int, around: int, article: int | None,
        boxes: tuple[int, ...], look: str, form: int,
    ) -> None:  # fmt: skip
        self.tag = tag
        self.look = look
        self.form = form
        self.own = own
        self.near = near
        self.around = around
        self.article = article
        self.boxes = boxes
        self.inner: dict[tuple[str, int], Frame] | None = None
        self.hints: Hints | None = None


class Lines:
    """Collects lines with their hints.

    ``parts`` is the line being written and ``owners`` the frame of each part, None for a space
    that was put in; the first part is never white space. ``gap``: line ends owed before the next
    line. ``ruled``: a rule was met since the last line. ``end`` is for a line that was begun; else
    only ``gap`` changes.
    """

    __slots__ = (
        "gap", "hints", "length", "owners", "parts", "pieces", "ruled", "starts", "times",
    )  # fmt: skip

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.hints: list[Hints] = []
        self.length = 0
        self.gap = 0
        self.parts: list[str] = []
        self.owners: list[Frame | None] = []
        self.times: list[str] = []
        self.ruled = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def end(self, gap: int) -> None:
        """Ends the line that was begun; ``gap`` line ends at least before the next."""
        parts, owners, pieces = self.parts, self.owners, self.pieces
        whole = parts[0] if len(parts) == 1 else "".join(parts)
        text = " ".join(whole.split())
        if pieces:
            newlines = "\n\n" if self.gap > 1 else "\n"
            pieces.append(newlines)
            self.length += len(newlines)
        pieces.append(text)
        self.starts.append(self.length)
        self.length += len(text)
        first = owners[0]
        alone = len(owners) == 1 or owners.count(first) + owners.count(None) == len(owners)
        if first is not None and alone and not self.times:
            hints = first.hints
            if hints is None:
                hints = first.hints = _hints_of_one(first)
        else:
            hints = _hints(parts, owners, tuple(self.times[:_MAX_TIMES]))
            self.times.clear()
        if self.ruled:
            hints = replace(hints, ruled=True)
            self.ruled = False
        self.hints.append(hints)
        parts.clear()
        owners.clear()
        self.gap = gap

    def part_cells(self) -> None:
        """Between two cells: a space, or the end of the line after a long one."""
        if self.parts:
            if sum(map(len, self.parts)) > _LONG_CELL:
                self.end(1)
            else:
                self.parts.append(" ")
                self.owners.append(None)


def _hints_of_one(frame: Frame) -> Hints:
    around = frame.around
    return Hints(
        frame.tag,
        1.0 if around & _LINK_BIT else 0.0,
        names_of(frame.near & _NAMED),
        (),
        names_of(around & _NAMED),
        frame.article,
        frame.boxes,
        1.0 if around & STRONG_BIT else 0.0,
        form=frame.form,
    )


def _hints(parts: list[str], owners: list[Frame | None], times: tuple[str, ...]) -> Hints:
    """The hints of a line: what holds for at least half of its characters holds for the line, and
    the frame with most of them gives its tag and place."""
    sizes: dict[Frame, int] = {}
    for text, frame in zip(parts, owners, strict=True):
        if frame is not None:
            sizes[frame] = sizes.get(frame, 0) + len(text)
    total = link = strong = largest = 0
    most = next(iter(sizes))
    for frame, size in sizes.items():
        total += size
        if frame.around & _LINK_BIT:
            link += size
        if frame.around & STRONG_BIT:
            strong += size
        if size > largest:
            most, largest = frame, size
    near, around = most.near, most.around
    if len(sizes) > 1:
        near = _majority([(frame.near, size) for frame, size in sizes.items()], total)
        around = _majority([(frame.around, size) for frame, size in sizes.items()], total)
    return Hints(
        most.tag, link / total, names_of(near & _NAMED), times, names_of(around & _NAMED),
        most.article, most.boxes, strong / total,
    )  # fmt: skip


def _majority(pieces: list[tuple[int, int]], total: int) -> int:
    """The bits that hold for at least half of ``total``; each piece is bits and a size."""
    every = 0
    found = -1
    for bits, _ in pieces:
        every |= bits
        found &= bits
    every ^= found
    while every:
        bit = every & -every
        every ^= bit
        if 2 * sum([size for bits, size in pieces if bits & bit]) >= total:
            found |= bit
    return found
