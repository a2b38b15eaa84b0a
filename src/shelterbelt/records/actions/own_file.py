"""Erase the own file of somebody who opened it by themselves and has no case here: the file, the account, all of it.

Refuses where a case names them (it is erased with that), and while a demand that names no case waits.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from shelterbelt.cases.models import Case, Involvement
from shelterbelt.ledger.actions import record
from shelterbelt.people.models import Person
from shelterbelt.records.actions.confirming import empty
from shelterbelt.records.facts import unnamed
from shelterbelt.records.parts import Roots
from shelterbelt.store.asker import as_agency

HAS_CASE, DEMANDED = "case", "demand"


def erase_own_file(person_id: UUID, agency_id: UUID, *, by: UUID, at: datetime) -> str:
    """Destroy what is kept of this person, in this node and in every backup; or change nothing, and say why not.

    The survivor asked for it with their words, and a worker did it: two people, as with a case.
    """
    with as_agency(agency_id, at=at):
        # Until this ends no case can be opened for them.
        person = Person.objects.select_for_update().get(id=person_id, agency_id=agency_id)
        if _named(person):
            return HAS_CASE
        if unnamed():
            return DEMANDED
        empty(Roots(frozenset(), frozenset(), frozenset({person.id})), agency=agency_id, by=by, at=at)
        record("own_file.erased", about=person.id, by=by, agency=agency_id, at=at)
    return ""


def _named(person: Person) -> bool:
    """Whether a case or an incident names them: that one says what is kept, and how long."""
    cases = Case.objects.filter(Q(survivor=person) | Q(other=person))
    return cases.exists() or Involvement.objects.filter(person=person).exists()
