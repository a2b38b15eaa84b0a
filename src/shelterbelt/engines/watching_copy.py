"""Copies one record over another at once, and asks memory for one before it is needed: two steps that NumPy has no words for."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _typed(typing: Any, to: Any, of: Any) -> Any:
    if not isinstance(to, types.Record) or to != of:
        return None

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        size = context.get_constant(types.intp, to.size)
        cgutils.raw_memcpy(builder, arguments[0], arguments[1], size, 1)
        return context.get_dummy_value()

    return types.none(to, of), code


copy_over: Any = intrinsic(_typed)


def _typed_fetch(typing: Any, record: Any) -> Any:
    if not isinstance(record, types.Record):
        return None

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        place = builder.bitcast(arguments[0], byte)
        for offset in (0, record.size - 1):
            at = builder.gep(place, [ir.Constant(word, offset)])
            builder.call(fetch, [at, ir.Constant(word, 0), ir.Constant(word, 3), ir.Constant(word, 1)])
        return context.get_dummy_value()

    return types.none(record), code


# Asks memory for a record that is needed soon, and waits for nothing.
fetch: Any = intrinsic(_typed_fetch)
