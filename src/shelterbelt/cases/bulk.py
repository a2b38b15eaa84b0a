"""Many rows in one statement, in the running transaction and under row-level security (which COPY cannot be).

Decides nothing about content. Refuses a column that the table does not have.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import psycopg
from django.db import connection, models
from psycopg import sql


def insert_rows(
    model: type[models.Model],
    rows: Sequence[Sequence[Any]],
    *,
    columns: Sequence[str],
    same: Mapping[str, Any],
) -> None:
    """Insert rows with values in the order of `columns`; `same` holds the columns alike in every row."""
    if not rows:
        return
    types = _types(model)
    alike = {**_defaults(model, {*columns, *same}), **same}
    arrays = sql.SQL(", ").join(_typed("%b::{}[]", types[name]) for name in columns)
    scalars = [_typed("%s::{}", types[name]) for name in alike]
    statement = sql.SQL("insert into {} ({}) select {} from unnest({}) as r({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, [*columns, *alike])),
        sql.SQL(", ").join([*map(sql.Identifier, columns), *scalars]),
        arrays,
        sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    with server_cursor() as cursor:
        cursor.execute(statement, [*alike.values(), *(list(column) for column in zip(*rows, strict=True))])


def fetch_all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query written in this code base, its values bound by the server."""
    with server_cursor() as cursor:
        return list(cursor.execute(sql.SQL(statement), values).fetchall())


def server_cursor() -> psycopg.Cursor[Any]:
    """A cursor on Django's own connection that sends arrays in binary; the transaction stays Django's."""
    connection.ensure_connection()
    return psycopg.Cursor(cast("psycopg.Connection[Any]", connection.connection))


def _typed(form: str, type_: str) -> sql.Composed:
    return sql.SQL(form).format(sql.SQL(type_))


def _types(model: type[models.Model]) -> dict[str, str]:
    """The type each column's values are cast to: serial columns take whole numbers, lengths are left out."""
    found: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        name = (field.rel_db_type(connection) if field.primary_key else field.db_type(connection)) or "text"
        found[str(field.column)] = name.partition("(")[0]
    return found


def _defaults(model: type[models.Model], given: set[str]) -> dict[str, Any]:
    """What Django would have put into the columns that were not given."""
    return {
        str(field.column): field.get_default()
        for field in model._meta.concrete_fields
        if field.column not in given and not field.primary_key and field.has_default()
    }
