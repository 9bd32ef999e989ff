"""What stands at an address, for compiled loops: an address costs a call nothing, an array is counted.

Nothing here looks at where memory ends. The code becomes part of the loop that it is used in.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def _load_of(kind: types.Integer, bits: int) -> Callable[[int], Any]:
    def load(_: Any, address: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            place = builder.inttoptr(args[0], ir.IntType(bits).as_pointer())
            return builder.load(place, align=1)

        return kind(types.intp), codegen

    return cast("Callable[[int], Any]", intrinsic(load))


byte_at: Callable[[int], int] = _load_of(types.uint8, 8)
eight_at: Callable[[int], np.uint64] = _load_of(types.uint64, 64)
"""Eight bytes as one number, at any address."""
