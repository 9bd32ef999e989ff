"""Quick makers of the records that a page has hundreds of.

A frozen record sets each field through ``object.__setattr__``, which is most of what it costs. A
draft has the same fields, is filled like any object, and becomes the record by its class: Python
allows that between classes of the same slots. It is filled from outside, as to call a maker of the
class costs more than all the fields.
"""

from schemas.records import Block, Hints


class _BlockDraft:
    __slots__ = ("end", "gap", "hints", "start", "text")

    start: int
    end: int
    text: str
    gap: int
    hints: Hints | None


class _HintsDraft:
    __slots__ = (
        "around", "article", "form", "link_density", "parents", "ruled", "strong_density", "tag",
        "times", "titled", "told", "words",
    )  # fmt: skip

    tag: str
    link_density: float
    words: int
    times: tuple[str, ...]
    around: int
    article: int | None
    parents: tuple[int, ...]
    strong_density: float
    titled: float
    told: bool | None
    form: int
    ruled: bool


def block_of(start: int, end: int, text: str, gap: int, hints: Hints | None) -> Block:
    """A block, as ``Block`` makes it."""
    draft = _BlockDraft()
    draft.start = start
    draft.end = end
    draft.text = text
    draft.gap = gap
    draft.hints = hints
    draft.__class__ = Block  # type: ignore[assignment]
    return draft  # type: ignore[return-value]


def hints_of(
    tag: str, link_density: float, words: int, times: tuple[str, ...], around: int,
    article: int | None, parents: tuple[int, ...], strong_density: float, titled: float,
    told: bool | None, form: int, ruled: bool,
) -> Hints:  # fmt: skip
    """Hints, as ``Hints`` makes them."""
    draft = _HintsDraft()
    draft.tag = tag
    draft.link_density = link_density
    draft.words = words
    draft.times = times
    draft.around = around
    draft.article = article
    draft.parents = parents
    draft.strong_density = strong_density
    draft.titled = titled
    draft.told = told
    draft.form = form
    draft.ruled = ruled
    draft.__class__ = Hints  # type: ignore[assignment]
    return draft  # type: ignore[return-value]
