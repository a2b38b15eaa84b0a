"""Rows of several tables in one statement, in the running transaction, under row-level security (not COPY).

Decides nothing about content. Refuses a column that the table does not have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
from django.db import connection, models
from psycopg import sql


@dataclass(frozen=True)
class Rows:
    """Rows for one table: values in the order of `columns`; `same` holds the columns alike in every row."""

    model: type[models.Model]
    columns: Sequence[str]
    same: Mapping[str, Any]
    values: list[tuple[Any, ...]] = field(default_factory=list)


def insert_all(tables: Sequence[Rows]) -> None:
    """Insert the rows of every table in one round trip; foreign keys are checked when the act ends."""
    filled = [rows for rows in tables if rows.values]
    if not filled:
        return
    inserts = [sql.SQL("r{} as ({})").format(sql.SQL(str(n)), _insert(rows)) for n, rows in enumerate(filled)]
    statement = sql.SQL("with {} select 1").format(sql.SQL(", ").join(inserts))
    with server_cursor() as cursor:
        cursor.execute(statement, [value for rows in filled for value in _values(rows)])


def fetch_all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query written in this code base, its values bound by the server."""
    with server_cursor() as cursor:
        return list(cursor.execute(sql.SQL(statement), values).fetchall())


def server_cursor() -> psycopg.Cursor[Any]:
    """A cursor on Django's own connection that sends arrays in binary; the transaction stays Django's."""
    connection.ensure_connection()
    return psycopg.Cursor(cast("psycopg.Connection[Any]", connection.connection))


def _insert(rows: Rows) -> sql.Composed:
    types, alike = _types(rows.model), _alike(rows)
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    scalars = [_typed("%s::{}", types[name]) for name in alike]
    return sql.SQL("insert into {} ({}) select {} from unnest({}) as r({})").format(
        sql.Identifier(rows.model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, [*rows.columns, *alike])),
        sql.SQL(", ").join([columns, *scalars]),
        sql.SQL(", ").join(_typed("%b::{}[]", types[name]) for name in rows.columns),
        columns,
    )


def _values(rows: Rows) -> list[Any]:
    return [*_alike(rows).values(), *map(list, zip(*rows.values, strict=True))]


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
