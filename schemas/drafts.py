"""Quick makers of the records that a page has hundreds of.

A frozen record sets each field through ``object.__setattr__``, which is most of what it costs. A
draft has the same fields, is filled like any object, and becomes the record by its class: Python
allows that between classes of the same slots.
"""

from collections.abc import Set

from schemas.records import Block, Hints


class _BlockDraft:
    __slots__ = ("end", "gap", "hints", "start", "text")

    def __init__(self, start: int, end: int, text: str, gap: int, hints: Hints | None) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.gap = gap
        self.hints = hints


class _HintsDraft:
    __slots__ = (
        "around", "article", "form", "link_density", "parents", "ruled", "strong_density", "tag",
        "times", "titled", "told", "words",
    )  # fmt: skip

    def __init__(
        self, tag: str, link_density: float, words: Set[str], times: tuple[str, ...],
        around: Set[str], article: int | None, parents: tuple[int, ...], strong_density: float,
        titled: float, told: bool | None, form: int, ruled: bool,
    ) -> None:  # fmt: skip
        self.tag = tag
        self.link_density = link_density
        self.words = words
        self.times = times
        self.around = around
        self.article = article
        self.parents = parents
        self.strong_density = strong_density
        self.titled = titled
        self.told = told
        self.form = form
        self.ruled = ruled


def block_of(start: int, end: int, text: str, gap: int, hints: Hints | None) -> Block:
    """A block, as ``Block`` makes it."""
    draft = _BlockDraft(start, end, text, gap, hints)
    draft.__class__ = Block  # type: ignore[assignment]
    return draft  # type: ignore[return-value]


def hints_of(
    tag: str, link_density: float, words: Set[str], times: tuple[str, ...], around: Set[str],
    article: int | None, parents: tuple[int, ...], strong_density: float, titled: float,
    told: bool | None, form: int, ruled: bool,
) -> Hints:  # fmt: skip
    """Hints, as ``Hints`` makes them."""
    draft = _HintsDraft(
        tag, link_density, words, times, around, article, parents, strong_density, titled, told,
        form, ruled,
    )  # fmt: skip
    draft.__class__ = Hints  # type: ignore[assignment]
    return draft  # type: ignore[return-value]
