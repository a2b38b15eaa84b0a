"""What this node holds about one case, found by walking every table that points at it, and whether it opens here now.

Refuses to show content: it counts rows, names columns, and tries keys. A new table about a case is found by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case, CaseIncident, Incident, Involvement
from shelterbelt.people.models import Person
from shelterbelt.sealing.errors import KeyDestroyed, SealingError
from shelterbelt.store.fields import SealedRow
from shelterbelt.store.questions import Question, question

# Columns that hold the id of a thing without being a foreign key: consent and the ledger stand below cases.
LINKS = frozenset({"case_id", "incident_id", "person_id", "thing_id", "about", "about_id"})
# Columns of a row that was found which name another row: the letter that it was sent with.
LEADS = {"letter_id": Letter}
# Columns that hold one of the references by which others know the case.
REFERENCES = frozenset({"reference"})
# Tables that say nothing about one case, each with its reason. Everything else must be found by walking.
NOT_ABOUT_A_CASE = {
    "agencies.Node": "addresses and public keys of nodes",
    "agencies.Agency": "names of agencies",
    "agencies.Unit": "names of units",
    "agencies.Arrival": "ids of letters that came, of no use without the letter",
    "access.Worker": "accounts of workers",
    "access.DemoLink": "of the demonstration",
    "access.Declaration": "whom a worker knows; joined to a person only by a conflict, which is found",
    "access.WorkerToken": "blind tokens of workers' own names and declarations",
    "access.Session": "sealed under what only the worker's browser has",
    "access.Enrolment": "how a worker's sign-in was set up",
    "access.Tries": "how often a sign-in failed, under a keyed digest",
    "access.Mark": "one-time codes that were used, under keyed digests",
    "access.Look": "how much a worker was shown, by keyed digests that are made for counting only",
    "access.Missed": "who was told that nothing is there, by keyed digests of what they asked for",
    "access.Alert": "names a worker and a kind, nothing else",
    "api.Client": "programs of an agency, each a worker of its own",
    "api.Token": "digests of what lets a program in for a quarter of an hour",
    "feedback.Box": "what many people said of an agency; nobody is in it",
    "supervision.Feed": "by what name a jail or a court tells who is detained, and when it last did",
    "feedback.Heard": "what another agency told of this one: sums of many; nobody is in it",
    "alerts.CallForHelp": "where another agency asked police to go, under a reference of its own; destroyed when it is over",
    "alerts.Presence": "until when a worker said that they are there to answer help alerts",
    "watching.Feed": "a vendor whose machine sends for trackers, which are found themselves",
    "watching.Roster": "how often an agency's devices have changed",
    "watching.LogKey": "the key of what all devices of an agency said in one hour, destroyed within days",
    "watching.LogRow": "what many devices said, sealed together; which of them does not show without opening all, for days",
    "watching.Beat": "that a process of this node runs",
    "watching.Cursor": "how far what devices send was taken in, and for an hour how all of them stood, sealed together",
    "agencies.Line": "how far letters between two nodes have come",
    "ledger.Leaf": "salted commitments of ledger lines, which are found themselves",
    "ledger.Salt": "the salts of these commitments",
    "ledger.Subtree": "hashes over these commitments",
    "ledger.Checkpoint": "how far an agency's tree had come",
    "referrals.Service": "the public directory",
    "orders.OrdersAgreement": "which system agency may find another's orders",
    "response.Cursor": "how far the ledger was followed",
    "disclosures.Practice": "how an agency answers",
    "conversations.Usual": "when a worker is usually there to read",
}
SEALED = frozenset({"sealed", "document"})
# Digests and blind tokens: neither open nor to be opened.
BLIND = frozenset({"key", "token", "digest", "sha256", "document_sha256", "hash"})


@dataclass
class Held:
    """What one table holds: how many rows, and of those that are sealed, how many open here now."""

    table: str
    label: str
    rows: int = 0
    sealed: int = 0
    opens: int = 0
    destroyed: int = 0
    elsewhere: int = 0
    open_columns: tuple[str, ...] = ()
    sealed_columns: tuple[str, ...] = ()
    found: list[models.Model] = field(default_factory=list, repr=False)


@dataclass
class Things:
    """Everything found about one case, by id: the rows, and which model each id belongs to."""

    ids: dict[UUID, str]
    refs: set[str]
    tables: dict[str, Held]


def ours() -> Iterator[type[models.Model]]:
    """Every table of this product."""
    for model in apps.get_models():
        if model.__module__.startswith("shelterbelt."):
            yield model


@cache
def links(model: type[models.Model]) -> tuple[str, ...]:
    """The columns by which a row of this table is about something; people count only where nothing nearer does."""
    if model in (Case, Incident, Person):
        return ("id",)
    near, people = [], []
    for one in model._meta.concrete_fields:
        target = one.related_model if isinstance(one, models.ForeignKey) else None
        if target is Person or one.attname == "person_id":
            people.append(one.attname)
        elif one.attname in LINKS or one.attname in REFERENCES:
            near.append(one.attname)
        elif isinstance(target, type) and target is not model and issubclass(target, models.Model):
            near += [one.attname] if target in _covered() else []
    return tuple(near or people)


@cache
def _covered() -> frozenset[type[models.Model]]:
    """The tables whose rows can be about a case, worked out from foreign keys and columns of ids."""
    found: set[type[models.Model]] = {Case, Incident, Person}
    while True:
        more = {model for model in ours() if model not in found and _points(model, found)}
        more = {model for model in more if model._meta.label not in NOT_ABOUT_A_CASE}
        if not more:
            return frozenset(found)
        found |= more


def _points(model: type[models.Model], known: set[type[models.Model]]) -> bool:
    return any(
        one.attname in LINKS
        or one.attname in REFERENCES
        or (isinstance(one, models.ForeignKey) and one.related_model in known)
        for one in model._meta.concrete_fields
    )


def covered() -> list[type[models.Model]]:
    """The tables that are walked, in a fixed order: what others point at comes first."""
    return sorted(_covered(), key=lambda model: model._meta.label)


def found_about(case: Case, *, references: Iterable[str] = ()) -> Things:
    """Every row about a case, in the holder's own transaction, and whether it opens here now."""
    ids, refs, rows = _found(case, references)
    tables = {label: _held(apps.get_model(label), list(found.values())) for label, found in rows.items()}
    _count(tables)
    return Things(ids, refs, tables)


def ids_about(case: Case) -> set[UUID]:
    """The ids of everything about a case, in the holder's own transaction; no key is tried."""
    return set(_found(case, ())[0])


def _found(
    case: Case, references: Iterable[str]
) -> tuple[dict[UUID, str], set[str], dict[str, dict[Any, models.Model]]]:
    """Ids, references and rows by table, by walking until nothing new is found."""
    ids: dict[UUID, str] = {case.id: Case._meta.label}
    for person in (case.survivor_id, case.other_id):
        ids |= {person: Person._meta.label} if person else {}
    incidents = CaseIncident.objects.filter(case=case).values_list("incident_id", flat=True)
    ids |= dict.fromkeys(incidents, Incident._meta.label)
    involved = Involvement.objects.filter(incident_id__in=list(ids)).values_list("person_id", flat=True)
    ids |= dict.fromkeys(involved, Person._meta.label)
    refs = {case.ref, *references}
    rows: dict[str, dict[Any, models.Model]] = {}
    asked: dict[tuple[str, str], set[Any]] = {}
    while _walk(ids, refs, rows, asked) or _lead(ids, rows):
        pass
    return ids, refs, rows


def _walk(
    ids: dict[UUID, str],
    refs: set[str],
    rows: dict[str, dict[Any, models.Model]],
    asked: dict[tuple[str, str], set[Any]],
) -> bool:
    """One round over all tables; whether it found anything new. No column is asked twice for the same value."""
    grew = False
    for model in covered():
        kept = rows.setdefault(model._meta.label, {})
        unasked = {}
        for column in links(model):
            before = asked.setdefault((model._meta.label, column), set())
            unasked[column] = _fitting(model, column, ids, refs, rows) - before
            before |= unasked[column]
        for row in _matching(model, unasked):
            if row.pk not in kept:
                kept[row.pk] = row
                grew = True
                if isinstance(row.pk, UUID):
                    ids.setdefault(row.pk, model._meta.label)
                if ref := getattr(row, "ref", ""):
                    refs.add(ref)
    return grew


def _fitting(
    model: type[models.Model],
    column: str,
    ids: dict[UUID, str],
    refs: set[str],
    rows: dict[str, dict[Any, models.Model]],
) -> set[Any]:
    """What this column may hold of all that was found: a foreign key only what its own table does."""
    if column in REFERENCES:
        return set(refs)
    target = _targets(model).get(column)
    if target is None:
        return set(ids)
    return {one for one, label in ids.items() if label == target} | rows.get(target, {}).keys()


@cache
def _targets(model: type[models.Model]) -> dict[str, str]:
    """The table that each foreign key of this one points to, by the key's column."""
    return {
        one.attname: str(one.related_model._meta.label)
        for one in model._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and not isinstance(one.related_model, str)
    }


def _matching(model: type[models.Model], wanted: dict[str, set[Any]]) -> Iterator[models.Model]:
    """The rows of which one of these columns holds one of its values."""
    if columns := tuple(column for column, values in wanted.items() if values):
        yield from _rows_by(model, columns)(*(list(wanted[column]) for column in columns))


@cache
def _rows_by(model: type[models.Model], columns: tuple[str, ...]) -> Question[..., models.Model]:
    """Written once for a table and its columns: one case asks each of a hundred tables, and some of them again."""

    def written(*values: list[Any]) -> models.QuerySet[models.Model]:
        pairs = zip(columns, values, strict=True)
        return model._default_manager.filter(
            reduce(or_, (Q(**{f"{column}__any": among}) for column, among in pairs))
        )

    return question(written)


def _lead(ids: dict[UUID, str], rows: dict[str, dict[Any, models.Model]]) -> bool:
    """Rows that a found row names: the letters that something was sent with. Whether any was new."""
    grew = False
    for column, target in LEADS.items():
        named = {i for found in rows.values() for row in found.values() if (i := getattr(row, column, None))}
        kept = rows.setdefault(target._meta.label, {})
        for row in target._default_manager.filter(pk__in=named - set(kept)):
            kept[row.pk] = row
            ids.setdefault(row.pk, target._meta.label)
            grew = True
    return grew


def _held(model: type[models.Model], found: list[models.Model]) -> Held:
    columns = [str(one.column) for one in model._meta.concrete_fields]
    return Held(
        table=model._meta.db_table,
        label=str(model._meta.verbose_name_plural),
        rows=len(found),
        open_columns=tuple(name for name in columns if name not in SEALED | BLIND),
        sealed_columns=tuple(name for name in columns if name in SEALED),
        found=found,
    )


def _count(tables: dict[str, Held]) -> None:
    """Try the key of every sealed row, or of the file that it lies under, and count what opens here now."""
    states: dict[Any, str] = {}
    for held in tables.values():
        for row in held.found:
            if isinstance(row, SealedRow):
                states[row.pk] = _tried(row)
    for held in tables.values():
        if held.sealed_columns:
            for row in held.found:
                _add(held, _state_of(row, states))


def _add(held: Held, state: str) -> None:
    held.sealed += state != "empty"
    held.opens += state == "opens"
    held.destroyed += state == "destroyed"
    held.elsewhere += state == "elsewhere"


def _tried(row: SealedRow) -> str:
    try:
        opened(row)
    except KeyDestroyed:
        return "destroyed"
    except SealingError:
        return "closed"
    return "opens"


def _state_of(row: models.Model, states: dict[Any, str]) -> str:
    """Whether what a row seals opens: by its own key, or by that of the file above it."""
    if isinstance(row, Letter):
        return "elsewhere" if bytes(row.sealed) else "empty"
    if row.pk in states:
        return states[row.pk]
    for one in row._meta.concrete_fields:
        if isinstance(one, models.ForeignKey) and (state := states.get(getattr(row, one.attname))):
            return state
    return "closed"


def open_values(held: Held) -> Iterator[dict[str, Any]]:
    """The open columns of each row of a table, as they lie in the database."""
    for row in held.found:
        yield {
            one.column: getattr(row, one.attname)
            for one in row._meta.concrete_fields
            if one.column in held.open_columns
        }
