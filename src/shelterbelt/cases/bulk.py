"""Rows of several tables in one statement, in the running transaction, under row-level security (not COPY).

Decides nothing about content. Refuses a column that the table does not have.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, cast

import psycopg
from django.db import connection, models
from psycopg import pq, sql
from psycopg.adapt import Dumper

FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NOTHING = b"\xff\xff\xff\xff"


@dataclass(frozen=True)
class Rows:
    """Rows for one table: values in the order of `columns`.

    `same` holds the columns alike in every row, as values or as what the server is to put there.
    """

    model: type[models.Model]
    columns: Sequence[str]
    same: Mapping[str, Any]
    values: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Insert:
    """A statement made ready, so that whoever sends it need only send it."""

    statement: sql.Composed
    values: list[Any]


class Packed(bytes):
    """A whole column as PostgreSQL reads arrays in binary: the driver packs value by value, and slower."""


class _AsItIs(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: Packed) -> bytes:
        return obj


def insert_of(tables: Sequence[Rows]) -> Insert:
    """One insert for the rows of every table; foreign keys are checked when the act ends."""
    filled = [rows for rows in tables if rows.values]
    inserts = [sql.SQL("r{} as ({})").format(sql.SQL(str(n)), _insert(rows)) for n, rows in enumerate(filled)]
    statement = sql.SQL("with {} select 1").format(sql.SQL(", ").join(inserts))
    return Insert(statement, [value for rows in filled for value in _values(rows)])


def send(insert: Insert) -> None:
    """Send an insert, in one round trip."""
    with server_cursor() as cursor:
        cursor.execute(insert.statement, insert.values)


def fetch_all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query written in this code base, its values bound by the server."""
    with server_cursor() as cursor:
        return list(cursor.execute(sql.SQL(statement), values).fetchall())


def server_cursor() -> psycopg.Cursor[Any]:
    """A cursor on Django's own connection that sends arrays in binary; the transaction stays Django's."""
    connection.ensure_connection()
    cursor = psycopg.Cursor(cast("psycopg.Connection[Any]", connection.connection))
    cursor.adapters.register_dumper(Packed, _AsItIs)
    return cursor


def _insert(rows: Rows) -> sql.Composed:
    types, alike = _types(rows.model), _alike(rows)
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    scalars = [
        value if isinstance(value, sql.Composable) else _typed("%s::{}", types[name])
        for name, value in alike.items()
    ]
    return sql.SQL("insert into {} ({}) select {} from unnest({}) as r({})").format(
        sql.Identifier(rows.model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, [*rows.columns, *alike])),
        sql.SQL(", ").join([columns, *scalars]),
        sql.SQL(", ").join(_typed("%b::{}[]", types[name]) for name in rows.columns),
        columns,
    )


def _values(rows: Rows) -> list[Any]:
    types, columns = _types(rows.model), zip(*rows.values, strict=True)
    packed = [_packed(types[name], list(column)) for name, column in zip(rows.columns, columns, strict=True)]
    return [*(v for v in _alike(rows).values() if not isinstance(v, sql.Composable)), *packed]


def _packed(type_: str, column: list[Any]) -> Packed:
    number, write = ELEMENTS[type_]
    data = [None if value is None else write(value) for value in column]
    head = struct.pack(">5i", 1, int(None in data), number, len(data), 1)
    sizes = {-1 if one is None else len(one) for one in data}
    if len(sizes) == 1 and None not in data:  # ids, keys and tokens: all of one size
        size = sizes.pop().to_bytes(4, "big")
        return Packed(head + size + size.join(cast("list[bytes]", data)))
    return Packed(head + b"".join(NOTHING if one is None else _sized(one) for one in data))


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _instant(at: datetime) -> bytes:
    return struct.pack(">q", (at - FIRST_INSTANT) // MICROSECOND)


# Each type's number in PostgreSQL's catalogue, and its binary form.
ELEMENTS: dict[str, tuple[int, Callable[[Any], bytes]]] = {
    "bytea": (17, bytes),
    "bigint": (20, struct.Struct(">q").pack),
    "smallint": (21, struct.Struct(">h").pack),
    "integer": (23, struct.Struct(">i").pack),
    "varchar": (1043, str.encode),
    "timestamp with time zone": (1184, _instant),
    "uuid": (2950, attrgetter("bytes")),
}


def _alike(rows: Rows) -> dict[str, Any]:
    """The columns alike in every row, with what Django would have put into those that were not given."""
    defaults = {
        str(field.column): field.get_default()
        for field in rows.model._meta.concrete_fields
        if field.column not in rows.columns and not field.primary_key and field.has_default()
    }
    return {**defaults, **rows.same}


def _typed(form: str, type_: str) -> sql.Composed:
    return sql.SQL(form).format(sql.SQL(type_))


def _types(model: type[models.Model]) -> dict[str, str]:
    """The type each column's values are cast to: serial columns take whole numbers, lengths are left out."""
    found: dict[str, str] = {}
    for column in model._meta.concrete_fields:
        name = (
            column.rel_db_type(connection) if column.primary_key else column.db_type(connection)
        ) or "text"
        found[str(column.column)] = name.partition("(")[0]
    return found
