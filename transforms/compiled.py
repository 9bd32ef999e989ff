"""Loops over characters, words and blocks, compiled to machine code (Numba) at their first call.

A kernel takes and gives arrays and numbers. What it calls, and the constants that it reads, stand
in its own file: the code kept on disk is thrown away when that file changes, not when another does.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """``function`` as machine code, kept on disk (beside its file, else in the user's cache) so
    that only the first process on a machine compiles it. No fast math: every machine rounds alike.
    """
    try:
        kept = njit(cache=True)(function)
    except RuntimeError:  # nowhere to keep it: compiled by every process
        kept = njit()(function)
    return cast("Callable[_P, _R]", kept)
