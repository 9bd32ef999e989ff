"""Sixteen numbers side by side, for compiled loops: what a loop over them would be is one step of
the processor, or two or four where its registers are short. A compiler left alone with that loop
cannot rule out that its arrays overlap, and goes one by one.

Like ``memory`` this takes addresses, looks at no end of memory, and becomes part of the loop that
it is used in.
"""

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES: Final = 16
_INT = ir.IntType(32)
_SETS = ir.VectorType(_INT, LANES)
_FLOATS = {types.float32: ir.FloatType(), types.float64: ir.DoubleType()}


def _spread(builder: Any, value: Any, kind: Any) -> Any:
    """``value`` in every lane."""
    nothing = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(_SETS, [0] * LANES))


def _keep_above(_: Any, sets: Any, numbers: Any, limit: types.Float, kept: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        floats = ir.VectorType(_FLOATS[limit], LANES)
        place = builder.inttoptr(args[0], _SETS.as_pointer())
        before = builder.load(place, align=4)
        row = builder.load(builder.inttoptr(args[1], floats.as_pointer()), align=4)
        above = builder.fcmp_ordered(">", row, _spread(builder, args[2], floats))
        fewer = builder.and_(before, _spread(builder, args[3], _SETS))
        builder.store(builder.select(above, fewer, before), place, align=4)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, limit, types.uint32), codegen


def _lowest_bit(_: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        none_is_undefined = ir.Constant(ir.IntType(1), 1)
        return builder.zext(builder.cttz(args[0], none_is_undefined), ir.IntType(64))

    return types.uintp(types.uint32), codegen


keep_above: Callable[[int, int, float, np.uint32], None] = cast("Any", intrinsic(_keep_above))
"""Of 16 sets of 32 bits at the first address those bits are kept that the last argument has, where
the number at the second address (of the type of the limit) is above the limit."""
lowest_bit: Callable[[np.uint32], np.uintp] = cast("Any", intrinsic(_lowest_bit))
"""The place of the lowest bit that is set; one must be."""
