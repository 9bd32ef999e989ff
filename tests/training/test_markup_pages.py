"""Pages composed of several others look like pages of one site."""

from schemas.records import Block, Hints
from training.compose import Piece
from training.labels import BODY, HEADLINE, OTHER, Example, Line
from training.markup_pages import apart, as_one_page


def line(tag: str, form: int, kinds: int = BODY, *, start: int = 0, inside: int = 1) -> Line:
    block = Block(0, 4, "Text", 0, Hints(tag, form=form, parents=(form,)))
    return Line(block, kinds, start, inside)


FIRST = (line("h1", 3, HEADLINE, start=1), line("p", 4), line("h2", 5), line("p", 4))
SECOND = (line("h2", 1, HEADLINE, start=1), line("p", 9), line("aside", 9, OTHER, inside=0))


def composed(seed: int) -> list[Hints]:
    lines: list[Line] = []
    for number, piece in enumerate((FIRST, SECOND)):
        example = Example("page", "site", "en", piece)
        lines += apart(number, Piece(example, (), piece, ())).story
    page = as_one_page(Example("page", "site", "en", tuple(lines)), seed)
    return [each.block.hints for each in page.lines if each.block.hints is not None]


def test_stories_of_most_pages_have_one_form() -> None:
    heads = [(hints[0], hints[4]) for hints in map(composed, range(50))]
    same = [first.form == second.form for first, second in heads]
    assert 30 <= sum(same) < 50
    assert all(
        (first.tag == second.tag) == one for (first, second), one in zip(heads, same, strict=True)
    )


def test_what_is_of_one_kind_and_element_is_of_one_form() -> None:
    hints = next(found for found in map(composed, range(50)) if found[0].form == found[4].form)
    head, text, section, more, _, other_text, aside = (each.form for each in hints)
    assert text == more == other_text
    assert len({head, text, section, aside}) == 4


def test_stories_of_the_other_pages_keep_their_forms() -> None:
    hints = next(found for found in map(composed, range(50)) if found[0].form != found[4].form)
    assert [each.form for each in hints] == [1, 2, 3, 2, 4, 5, 5]
