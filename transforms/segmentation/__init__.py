"""Find the stories of a page: which blocks are whose, and what each block is."""

import re

from schemas.kinds import BlockKind
from schemas.records import Page, Segmentation, StorySpan

_SENTENCE_END = re.compile(r"""[.!?…。！？।؟]["'”’»)\]]*$""")
_PROSE_CHARACTERS = 80
_INTERRUPTION = 6  # lines without prose that a story survives


def segment(page: Page) -> Segmentation:
    """Runs of prose are stories; the short line above a run is its headline."""
    blocks = page.blocks
    prose = [
        i
        for i, block in enumerate(blocks)
        if len(block.text) >= _PROSE_CHARACTERS and _SENTENCE_END.search(block.text)
    ]
    kinds = [BlockKind.BOILERPLATE] * len(blocks)
    runs: list[list[int]] = []
    for i in prose:
        kinds[i] = BlockKind.BODY
        if runs and i - runs[-1][-1] <= _INTERRUPTION:
            runs[-1].append(i)
        else:
            runs.append([i])
    spans = []
    last = -1
    for run in runs:
        if sum(len(blocks[i].text) for i in run) < 2 * _PROSE_CHARACTERS:
            for i in run:
                kinds[i] = BlockKind.BOILERPLATE
            continue
        above = next(
            (i for i in range(run[0] - 1, max(last, run[0] - 8), -1) if len(blocks[i].text) >= 20),
            None,
        )
        if above is not None:
            kinds[above] = BlockKind.HEADLINE
            run = [above, *run]
        spans.append(StorySpan(tuple(run)))
        last = run[-1]
    return Segmentation(tuple(kinds), tuple(spans))
