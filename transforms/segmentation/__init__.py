"""Find the stories of a page: which blocks are whose, and what each block is.

A small network scores every block (``network``), a Viterbi search finds the best cut (``decode``),
and plain rules name what stands around a body (``roles``). No step sees a site or a page's address.
"""

from schemas.records import Page, Segmentation
from transforms.features import measure
from transforms.segmentation.decode import decode
from transforms.segmentation.network import Network, default_network
from transforms.segmentation.roles import assign


def segment(page: Page, network: Network | None = None) -> Segmentation:
    """The cut of ``page``: a kind for each block, and its stories and teasers in page order.

    ``network`` is for training and its evaluation; the package's own is the default.
    """
    network = network or default_network()
    scores = network.scores(measure(page.blocks, network.vocabulary))
    return assign(page.blocks, scores, decode(scores))


__all__ = ["segment"]
