"""Questions: a query that Django writes once, and that is asked again and again with other values.

Writing a query under a policy costs more than answering it. Nothing is kept but its words: every answer is
PostgreSQL's own of that moment. Refuses a query in which a value stands changed, or for which the database was asked
while it was written: either would be kept as it was once.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbelow, token_hex
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators

Row = TypeVar("Row")
Given = ParamSpec("Given")
# What may differ each time a question is asked. All else (a right, a flag, a number, nothing) is part of its words.
VALUES = (UUID, datetime, str, bytes, list)


@dataclass(frozen=True)
class Asker:
    """Whoever asks, as far as the words of a question may know: two ids, and no role, kind or unit."""

    id: UUID
    agency_id: UUID


@dataclass(frozen=True)
class Place:
    """Where one of the values stands among the parameters."""

    number: int


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class AnyOf(models.Lookup):
    """`column__any=[…]`: one statement for a list of any length, where `in` makes one for each length."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, before = self.process_lhs(compiler, connection)
        return f"{left} = any(%s)", (*before, self.rhs)


class Question(Generic[Given, Row]):
    """One question. Called with its values it gives the rows that its query set would give."""

    def __init__(self, write: Callable[Given, QuerySet[Any, Row]]) -> None:
        self.write = write
        self.__doc__ = write.__doc__

    def __call__(self, *given: Given.args, **_none: Given.kwargs) -> list[Row]:
        """Its rows now."""
        return self._words(given).rows(_values(given))

    def first(self, *given: Given.args, **_none: Given.kwargs) -> Row | None:
        """The first of its rows; the question itself says which that is."""
        return next(iter(self._words(given).rows(_values(given))), None)

    def any(self, *given: Given.args, **_none: Given.kwargs) -> bool:
        """Whether there is any."""
        return bool(self._words(given).one("select exists ({})", _values(given)))

    def count(self, *given: Given.args, **_none: Given.kwargs) -> int:
        """How many there are."""
        return int(self._words(given).one("select count(*) from ({}) counted", _values(given)))

    def _words(self, given: Sequence[Any]) -> "_Words":
        key = (self.write, *map(_shape, given))
        if (words := _kept.get(key)) is None:
            words = _kept[key] = _written(self.write, given)
        return words


def question(write: Callable[Given, QuerySet[Any, Row]]) -> Question[Given, Row]:
    """A question, from the function that writes it; it is asked with the same arguments, by position."""
    return Question(write)


class _Words:
    """A written query: its SQL, its parameters, and how a row of the answer becomes what the query set would give."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.places = compiler.as_sql()
        columns = [column[0] for column in compiler.select]
        self.converters = compiler.get_converters(columns).items()
        self.made = _maker(rows, compiler)

    def rows(self, values: Sequence[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self._filled(values))
            found = cursor.fetchall()
        return [self.made(self._converted(row)) for row in found]

    def one(self, form: str, values: Sequence[Any]) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(form.format(self.sql), self._filled(values))
            return cursor.fetchone()[0]

    def _filled(self, values: Sequence[Any]) -> list[Any]:
        return [values[one.number] if type(one) is Place else one for one in self.places]

    def _converted(self, row: tuple[Any, ...]) -> Sequence[Any]:
        if not self.converters:
            return row
        converted = list(row)
        for number, (converters, column) in self.converters:
            for converter in converters:
                converted[number] = converter(converted[number], column, connection)
        return converted


def _maker(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What `QuerySet` does with a row, prepared: a model with its related ones, one value, or a tuple of values."""
    kind = rows._iterable_class
    if issubclass(kind, FlatValuesListIterable):
        return lambda row: row[0]
    if not issubclass(kind, ModelIterable):
        return tuple
    model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def made(row: Sequence[Any]) -> Any:
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for one in related:
            one.populate(row, found)
        return found

    return made


_kept: dict[tuple[Any, ...], _Words] = {}


@contextmanager
def kept_in(place: dict[tuple[Any, ...], _Words]) -> Iterator[None]:
    """Inside, questions are written into this place and found there: for whoever puts other rules into effect."""
    global _kept
    before, _kept = _kept, place
    try:
        yield
    finally:
        _kept = before


def _written(write: Callable[..., QuerySet[Any, Any]], given: Sequence[Any]) -> _Words:
    """Write it twice with different stand-ins: where the two differ must stand a value itself, and nothing made of one."""
    (words, again) = (_drafted(write, [_stand_in(one) for one in given]) for _ in range(2))
    if (words.sql, words.places) != (again.sql, again.places):
        raise ValueError(
            f"{write.__qualname__} changes a value that it is asked with: ask it with the changed one."
        )
    return words


def _drafted(write: Callable[..., QuerySet[Any, Any]], stand_ins: Sequence[Any]) -> _Words:
    with connection.execute_wrapper(_refuse):
        words = _Words(write(*stand_ins))
    numbered = {_plain(one): Place(number) for number, one in enumerate(_values(stand_ins))}
    words.places = tuple(numbered.get(_plain(one), one) for one in words.places)
    return words


def _refuse(*_asked: Any) -> None:
    raise ValueError("A question asks nothing while it is written.")


def _is_worker(one: Any) -> bool:
    return isinstance(one, Asker) or (hasattr(one, "agency_id") and hasattr(one, "roles"))


def _shape(one: Any) -> Any:
    """What of an argument is in the words: the kind of a value, and anything else as it is."""
    if _is_worker(one):
        return Asker
    return next((kind for kind in VALUES if isinstance(one, kind)), one)


def _values(given: Sequence[Any]) -> list[Any]:
    """The values, in their order. A text with a NUL cannot be in the database: it is asked for as one that is not."""
    found: list[Any] = []
    for one in given:
        if isinstance(one, VALUES):
            found.append("" if isinstance(one, str) and "\0" in one else one)
        elif _is_worker(one):
            found += (one.id, one.agency_id)
    return found


def _stand_in(one: Any) -> Any:
    """Something of the same kind that is equal to nothing else in a query."""
    if _is_worker(one):
        return Asker(uuid4(), uuid4())
    if isinstance(one, UUID):
        return uuid4()
    if isinstance(one, datetime):
        return datetime(1900, 1, 1, tzinfo=UTC) + timedelta(microseconds=randbelow(10**15))
    if isinstance(one, str):
        return token_hex(11)
    if isinstance(one, bytes):
        return token_hex(16).encode()
    return [_stand_in(one[0]) if one else uuid4()] if isinstance(one, list) else one


def _plain(one: Any) -> Any:
    """A parameter by which it is found again: bytes without Django's wrapping, a list as something that has a hash."""
    one = getattr(one, "obj", one)
    return tuple(one) if isinstance(one, list) else one
