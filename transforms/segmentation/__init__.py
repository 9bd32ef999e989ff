"""Find the stories of a page: which blocks are whose, and what each block is.

A small network scores every block (``network``) and a search finds the best cut (``decode``). Trees
weigh the likely starts against what stands to both sides of them (``borders``), then against each
other (``context``, ``starts``), and the blocks around a start for its headline (``titles``); plain
rules name what else stands around a body (``roles``). No step knows a site; of a page's address only
the words count that its headline may have (``address``), and for the starts of several stories none.
"""

from schemas.records import Page, Segmentation
from transforms.arrays import Doubles, Ints
from transforms.features import measure
from transforms.segmentation.borders import border_evidence, candidates
from transforms.segmentation.context import with_context
from transforms.segmentation.decode import decode
from transforms.segmentation.model import Model, default_model
from transforms.segmentation.roles import assign
from transforms.segmentation.starts import are_several, best_path, choose_starts
from transforms.segmentation.titles import choose_titles, stories
from transforms.segmentation.view import View, view, without_address


def segment(page: Page, model: Model | None = None) -> Segmentation:
    """The cut of ``page``: a kind for each block, and its stories and teasers in page order.

    ``model`` is for training and its evaluation; the package's own is the default.
    """
    blocks = page.blocks
    if not blocks:
        return Segmentation((), ())
    if model is None:
        model = default_model(markup=blocks[0].hints is not None)
    features = measure(blocks, model.network.vocabulary)
    scores = model.network.scores(features)
    path = decode(scores)
    seen = view(blocks, features, scores, path, page.url)
    at = candidates(seen)
    odds = _odds(seen, at, model)
    if seen.told.any() and are_several(seen, at, odds):
        # An address names one story. Of a page with several it speaks against all others.
        odds = _odds(without_address(seen), at, model)
    starts = choose_starts(seen, at, odds)
    states, starts = best_path(seen, scores, starts)
    found = tuple(stories(states))
    titles = choose_titles(seen, found, model.titles, model.columns)
    about = page.metadata.description
    return assign(page, scores, path, states, found, starts, titles, about)


def _odds(seen: View, at: Ints, model: Model) -> Doubles:
    """How likely a story starts at each of the candidates ``at``."""
    evidence = border_evidence(seen, at, model.columns)
    alone = model.borders.odds(evidence)
    return model.context.odds(with_context(seen, at, evidence, alone))


__all__ = ["segment"]
