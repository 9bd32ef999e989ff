"""The arrays that a page is turned into, and its code points as one."""

import codecs

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Ints32 = npt.NDArray[np.int32]
Shorts = npt.NDArray[np.uint16]

_CODE = np.dtype(np.uint32)


def codes_of(text: str) -> Codes:
    """The code points of ``text``, halves of surrogate pairs among them."""
    # The codec itself: to find it by its name takes as long as to write a line with it.
    written, _ = codecs.utf_32_le_encode(text, "surrogatepass")
    return np.frombuffer(written, _CODE)


def all_characters(below: int = 0x110000) -> str:
    """Every code point in order: a table over them is made by a pattern or a map over this."""
    return np.arange(below, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
