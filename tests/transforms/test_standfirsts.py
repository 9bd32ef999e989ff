"""Which first blocks of a body are the standfirst above it."""

from dataclasses import replace

import pytest

from schemas.kinds import BlockKind
from schemas.records import Block, Coordinates, Hints, Page, RawPage
from transforms.pages import read_page
from transforms.segmentation import segment
from transforms.segmentation.standfirsts import is_described

SUMMARY = "The bridge at Northport opens in May, two years late and twice as dear."


def block(text: str, form: int = 1, told: bool | None = None) -> Block:
    return Block(0, len(text), text, hints=Hints("p", form=form, told=told))


COPY = [block(f"Paragraph {n} of the copy says more about it.", form=2) for n in range(4)]


@pytest.mark.parametrize(
    ("first", "others", "description", "expected"),
    [
        (block(SUMMARY), COPY, SUMMARY, True),
        (block(SUMMARY), COPY, f" {SUMMARY.upper()} ", True),
        (block(SUMMARY, told=False), COPY, SUMMARY, True),
        (block(SUMMARY, told=True), COPY, SUMMARY, False),  # machines are told it as body
        (block(SUMMARY, form=2), COPY, SUMMARY, False),  # a paragraph like all others
        (block(SUMMARY), [*COPY, block("The last one.", form=1)], SUMMARY, False),
        (block(SUMMARY), COPY[:2], SUMMARY, False),  # too little copy to tell a look
        (block(SUMMARY), COPY, f"{SUMMARY[:40]}…", False),
        (block(SUMMARY), COPY, None, False),
        (replace(block(SUMMARY), hints=None), COPY, SUMMARY, False),
    ],
)
def test_which_first_block_is_a_standfirst(
    first: Block, others: list[Block], description: str | None, expected: bool
) -> None:
    assert is_described(first, others, description) is expected


def page(summary: str) -> Page:
    sentences = (
        "The mayor said on Sunday that workers had found cracks in 14 of the 20 pillars.",
        "Nobody on the council knew how old they were when it voted 12 to 3 for the repair.",
        "Ferries will run until then every quarter of an hour, said the head of the port.",
        "Shops on the other bank have lost a third of their guests since the bridge closed.",
    )
    copy = "".join(f"<p>{sentence} {sentences[0]}</p>" for sentence in sentences)
    html = (
        f'<html><head><title>Bridge opens</title><meta name="description" content="{SUMMARY}">'
        f"</head><body><article><h1>Northport bridge to open in May after repair</h1>"
        f"{summary}<div>{copy}</div></article></body></html>"
    )
    found = read_page(RawPage(at=Coordinates("test"), html=html))
    assert isinstance(found, Page)
    return found


@pytest.mark.parametrize("tag", ["p", "div"])
def test_a_page_s_description_above_its_copy_is_a_standfirst(tag: str) -> None:
    found = page(f'<{tag} class="x17">{SUMMARY}</{tag}>')
    cut = segment(found)
    at = next(i for i, b in enumerate(found.blocks) if b.text == SUMMARY)
    assert cut.kinds[at] is BlockKind.STANDFIRST
    assert at in cut.spans[0].blocks
