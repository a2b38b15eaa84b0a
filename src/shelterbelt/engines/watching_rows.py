"""Arrays as machine code has them where nobody counts from the end: a place in memory, a length, and rows from 0 on.

NumPy asks at each look whether an index is below 0; these do not. Whoever asks for a row knows that it is there.
"""

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model


class Rows(types.Type):
    """So many of one type, one after the other."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(f"Rows({dtype})")


@register_model(Rows)
class _Model(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("data", types.voidptr), ("many", types.int64)])


@infer_global(operator.getitem)
class _Read(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        rows = args[0]
        return signature(rows.dtype, rows, types.int64) if isinstance(rows, Rows) else None


@infer_global(operator.setitem)
class _Write(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        rows = args[0]
        return signature(types.void, rows, types.int64, rows.dtype) if isinstance(rows, Rows) else None


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        return signature(types.int64, args[0]) if isinstance(args[0], Rows) else None


def made(context: Any, builder: Any, kind: Rows, address: Any, many: Any) -> Any:
    """This function will return the code for the rows of a type that lie at an address."""
    found = cgutils.create_struct_proxy(kind)(context, builder)
    found.data, found.many = builder.inttoptr(address, found.data.type), many
    return found._getvalue()


def _place(context: Any, builder: Any, kind: Rows, rows: Any, i: Any) -> Any:
    data = context.get_data_type(kind.dtype)
    offset = builder.mul(i, ir.Constant(i.type, context.get_abi_sizeof(data)))
    first = cgutils.create_struct_proxy(kind)(context, builder, value=rows).data
    return builder.bitcast(builder.gep(first, [offset]), data.as_pointer())


def _read(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    rows = called.args[0]
    return context.unpack_value(builder, rows.dtype, _place(context, builder, rows, *arguments))


def _write(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    rows, place = called.args[0], arguments[:2]
    context.pack_value(builder, rows.dtype, arguments[2], _place(context, builder, rows, *place))
    return context.get_dummy_value()


def _length(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    return cgutils.create_struct_proxy(called.args[0])(context, builder, value=arguments[0]).many


lower_builtin(operator.getitem, Rows, types.int64)(_read)
lower_builtin(operator.setitem, Rows, types.int64, types.Any)(_write)
lower_builtin(len, Rows)(_length)
