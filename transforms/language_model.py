"""The language model of py3langid, with its walk over a text's bytes in a compiled loop.

The walk is the same, and so is the order in which features are met: the scores are the same to
the last bit. Imported only for texts that need a model.
"""

from typing import Any

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from transforms.arrays import Bytes, Ints32
from transforms.compiled import compiled


@compiled
def _features(
    text: Bytes,
    moves: Ints32,
    rows: Ints32,
    output: Ints32,
    counts: Ints32,
) -> Ints32:
    """The features in ``text`` in the order in which they are met, each once; how often goes into
    ``counts``, which is zero before."""
    met = np.empty(text.shape[0], np.int32)
    many = state = 0
    for i in range(text.shape[0]):
        state = moves[rows[state] + text[i]]
        feature = output[state]
        if feature >= 0:
            if counts[feature] == 0:
                met[many] = feature
                many += 1
            counts[feature] += 1
    return met[:many].copy()


class Model(LanguageIdentifier):  # type: ignore[misc]
    """``classify`` gives a language and its probability."""

    __slots__ = ("_tables",)

    _tables: tuple[Ints32, Ints32, Ints32]

    def _raw_score(self, text: bytes) -> Any:
        counts = np.zeros(self.nb_ptc.shape[0], np.int32)
        met = _features(np.frombuffer(text, np.uint8), *self._tables, counts)
        if not len(met):
            return super()._raw_score(text)
        times = counts[met].astype(np.float32)
        return np.log1p(times) @ self.nb_ptc[met] + self.nb_pc


def load_model() -> Model:
    """The model that comes with py3langid; takes a second."""
    model: Model = Model.from_model_file(MODEL_FILE, norm_probs=True)
    moves, rows, output = model.tk_nextmove, model._rowbase, model.tk_output
    model._tables = np.array(moves, np.int32), np.array(rows, np.int32), np.array(output, np.int32)
    return model
