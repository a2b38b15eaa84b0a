"""What lies in a case: every row that goes when the case is erased, found by what points at it.

Nothing is listed by hand, so a table that is added later is found too. What another case needs stays.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey, ForeignObjectRel, Model, UUIDField

from shelterbelt.cases.models import Case, CaseIncident, Incident, Involvement
from shelterbelt.consent.models import HeldGrant
from shelterbelt.people.models import Person

# Whose rows outlast the case: the proof that it was erased, held or demanded, and what the ledger says of it.
OUTLAST = frozenset({"records", "disclosures", "ledger"})
# Columns that hold the id of a thing without a foreign key.
POINTERS = frozenset({"case_id", "incident_id", "person_id", "release_id", "thing_id", "about", "about_id"})
Rows = dict[type[Model], set[Any]]


@dataclass(frozen=True)
class Roots:
    """The rows that stay as empty shells: the case, and its incidents and people that no other case needs."""

    cases: frozenset[UUID]
    incidents: frozenset[UUID]
    people: frozenset[UUID]

    @property
    def rows(self) -> Rows:
        return {Case: set(self.cases), Incident: set(self.incidents), Person: set(self.people)}

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Every shell's id, the case first."""
        return (*sorted(self.cases), *sorted(self.incidents), *sorted(self.people))


def roots_of(case: Case) -> Roots:
    """What goes with a case. An incident that another case has too stays, and a person whom anything else names."""
    attached = CaseIncident.objects.filter(case=case).values_list("incident_id", flat=True)
    shared = CaseIncident.objects.filter(incident__in=attached).exclude(case=case)
    own = frozenset(set(attached) - set(shared.values_list("incident_id", flat=True)))
    named = {person for person in (case.survivor_id, case.other_id) if person}
    named |= set(Involvement.objects.filter(incident__in=own).values_list("person_id", flat=True))
    before = Roots(frozenset({case.id}), own, frozenset())
    going = hanging(before)
    going[Case], going[Incident] = {case.id}, set(own)
    return Roots(before.cases, own, frozenset(person for person in named if not _needed(person, going)))


def hanging(roots: Roots) -> Rows:
    """Every other row that belongs to the shells, or to a row that does."""
    found: Rows = defaultdict(set)
    wave = roots.rows
    while wave:
        following: Rows = defaultdict(set)
        everything = {thing for ids in wave.values() for thing in ids}
        for model in _tables():
            for column in _pointing(model, wave):
                going = everything if column in POINTERS else wave[_target(model, column)]
                rows = model._default_manager.filter(**{f"{column}__in": going})
                following[model] |= set(rows.values_list("pk", flat=True)) - found[model]
        wave = {model: ids for model, ids in following.items() if ids}
        for model, ids in wave.items():
            found[model] |= ids
    found[HeldGrant] |= _held_for(roots, found)
    return defaultdict(set, {model: ids for model, ids in found.items() if ids})


def _held_for(roots: Roots, found: Rows) -> set[UUID]:
    """What other holders opened to this case: the recipient's note knows it by a reference only."""
    references = set(Case.objects.filter(id__in=roots.cases).values_list("ref", flat=True))
    for model, ids in found.items():
        for name in {"ref", "peer_ref"} & {field.attname for field in model._meta.concrete_fields}:
            references |= set(model._default_manager.filter(pk__in=ids).values_list(name, flat=True))
    return set(HeldGrant.objects.filter(reference__in=references - {""}).values_list("id", flat=True))


def children_first(rows: Iterable[type[Model]]) -> list[type[Model]]:
    """The tables in an order in which none is emptied before those that point at it."""
    left, order = list(rows), []
    while left:
        free = [m for m in left if not any(_points_at(other, m) for other in left if other is not m)]
        order += free or left
        left = [m for m in left if m not in order]
    return order


def _tables() -> list[type[Model]]:
    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("shelterbelt.")]
    return [
        model
        for label in ours
        if label not in OUTLAST
        for model in apps.get_app_config(label).get_models()
        if model not in (Case, Incident, Person)
    ]


def _pointing(model: type[Model], wave: Rows) -> list[str]:
    """The columns of a table that may hold an id of this wave."""
    columns = []
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            if field.related_model in wave:
                columns.append(field.attname)
        elif isinstance(field, UUIDField) and field.attname in POINTERS:
            columns.append(field.attname)
    return columns


def _target(model: type[Model], column: str) -> Any:
    return next(f.related_model for f in model._meta.concrete_fields if f.attname == column)


def _points_at(one: type[Model], other: type[Model]) -> bool:
    return any(isinstance(f, ForeignKey) and f.related_model is other for f in one._meta.concrete_fields)


def _needed(person: UUID, going: Rows) -> bool:
    """Whether a row that stays names this person; their own history and search tokens do not count."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model._meta.app_label == "people":
            continue
        model: type[Model] = relation.related_model
        column = relation.field.attname
        staying = model._default_manager.filter(**{column: person}).exclude(pk__in=going.get(model, set()))
        if staying.exists():
            return True
    return False
