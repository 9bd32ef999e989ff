"""Find the stories of a page: which blocks are whose, and what each block is.

A small network scores every block (``network``), a Viterbi search finds the best cut (``decode``),
and plain rules name what stands around a body (``roles``). No step sees a site or a page's address.
"""

from dataclasses import replace
from typing import Final

from schemas.records import Page, Segmentation
from transforms.features import measure
from transforms.segmentation.decode import decode
from transforms.segmentation.network import BODY_START, HEAD_START, Network, default_network
from transforms.segmentation.roles import assign

_STARTS: Final = frozenset({HEAD_START, BODY_START})
_FIRST_STORY: Final = 1.5


def segment(page: Page, network: Network | None = None) -> Segmentation:
    """The cut of ``page``: a kind for each block, and its stories and teasers in page order.

    ``network`` is for training and its evaluation; the package's own is the default.
    """
    if network is None:
        network = default_network(markup=any(block.hints for block in page.blocks[:1]))
    scores = network.scores(measure(page.blocks, network.vocabulary))
    path = decode(scores)
    if not _STARTS & set(path.states):
        # The first story of a page is likelier than a further one, which the moves are set for.
        states = scores.states.copy()
        states[:, sorted(_STARTS)] += _FIRST_STORY
        path = decode(replace(scores, states=states))
    return assign(page.blocks, scores, path)


__all__ = ["segment"]
