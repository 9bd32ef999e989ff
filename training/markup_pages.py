"""Makes one page of HTML of the lines of several: ordinals, and what its data tell for machines."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from schemas.records import Hints
from training.compose import Piece
from training.labels import Example, Line

_SPAN = 1_000_000
_KEEP_ALL = 0.4
_ONE_FORM = 0.8


def apart(number: int, piece: Piece) -> Piece:
    """The piece with ordinals of boxes and of <article>s that no other number has."""
    low = (number + 1) * _SPAN

    def moved(line: Line) -> Line:
        hints = line.block.hints
        if hints is None:
            return line
        article = None if hints.article is None else hints.article + low
        boxes = tuple(box + low for box in hints.parents)
        form = hints.form + low if hints.form else 0
        return _with_hints(line, replace(hints, parents=boxes, article=article, form=form))

    menu, story, tail = (tuple(map(moved, part)) for part in (piece.menu, piece.story, piece.tail))
    return Piece(piece.example, menu, story, tail)


def as_one_page(example: Example, seed: int) -> Example:
    """A page composed of pieces that are ``apart``, with the markup of one page.

    Ordinals count from the page's start. What the pieces' data told for machines is kept for all
    of them or for the first alone, as pages do. Most pages give all their stories one form: what is
    of one kind and one element gets the form of its first, and headlines the element too.
    """
    lines = example.lines
    keep_all = Random(seed).random() < _KEEP_ALL
    first = next((_piece_of(x) for x in lines if x.inside == 1 and _piece_of(x)), 0)
    known = any(
        x.block.hints is not None
        and x.block.hints.told is not None
        and (keep_all or _piece_of(x) == first)
        for x in lines
    )
    boxes: dict[int, int] = {}
    articles: dict[int, int] = {}
    forms: dict[object, int] = {}
    one_form = Random(seed + 1).random() < _ONE_FORM
    head_tag = next((x.block.hints.tag for x in lines if x.start == 1 and x.block.hints), "h1")

    def form_of(line: Line, hints: Hints) -> int:
        if not hints.form:
            return 0
        key: object = hints.form
        if one_form and line.start == 1:
            key = "head"
        elif one_form and line.inside == 1:
            key = (line.kinds, hints.tag)
        return forms.setdefault(key, len(forms) + 1)

    def settled(line: Line) -> Line:
        hints = line.block.hints
        if hints is None:
            return line
        own = keep_all or _piece_of(line) == first
        article = hints.article
        return _with_hints(
            line,
            replace(
                hints,
                parents=tuple(boxes.setdefault(box, len(boxes) + 1) for box in hints.parents),
                article=None if article is None else articles.setdefault(article, len(articles)),
                form=form_of(line, hints),
                tag=head_tag if one_form and line.start == 1 else hints.tag,
                titled=hints.titled if own else 0.0,
                told=own and bool(hints.told) if known else None,
            ),
        )

    return replace(example, lines=tuple(map(settled, lines)))


def _piece_of(line: Line) -> int:
    """The number that set the line's piece apart, 0 for a line of none."""
    hints = line.block.hints
    return hints.parents[0] // _SPAN if hints is not None and hints.parents else 0


def _with_hints(line: Line, hints: Hints) -> Line:
    return replace(line, block=replace(line.block, hints=hints))


def has_markup(lines: Sequence[Line]) -> bool:
    return any(x.block.hints is not None for x in lines)
