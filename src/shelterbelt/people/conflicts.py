"""Finds workers who are, or say they know, a party of their own agency. Refuses to overlook a strong match.

A strong match walls at once; a weak one waits for the independent reviewer. Candidates come from the blind index;
whether they match is decided by `rules.conflicts` on what is known of both.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt import sealing
from shelterbelt.access.models import Conflict, Declaration, Worker, WorkerToken
from shelterbelt.access.walls import raise_wall
from shelterbelt.agencies.sealed import new_key, opened, opened_under, seal
from shelterbelt.agencies.tokens import number_of, search_texts
from shelterbelt.ledger.actions import record
from shelterbelt.people.models import Person
from shelterbelt.rules.conflicts import Known, Match, match
from shelterbelt.store.ids import uuid7

CANDIDATES = """
select w.worker_id, w.declaration_id, t.person_id
  from access_workertoken w join people_token t on t.agency_id = w.agency_id and t.token = w.token
 where w.agency_id = %(agency)s and {which}
 group by 1, 2, 3 having count(distinct w.token) >= 2 or bool_or(w.kind = 'phone')
"""
BY_PEOPLE = CANDIDATES.format(which="t.person_id = any(%(people)s)")
BY_WORKER = CANDIDATES.format(which="w.worker_id = %(worker)s")


def known_of(content: Mapping[str, Any]) -> Known:
    """What is known of somebody, as the rule compares it."""
    names = (content.get("name") or "", *(content.get("other_names") or ()))
    born = content.get("born_on")
    return Known(
        tuple(name for name in names if name),
        date.fromisoformat(born) if born else None,
        frozenset(number for phone in content.get("phones") or () if (number := number_of(phone))),
    )


def remember(worker: Worker, content: Mapping[str, Any], *, declaration: Declaration | None = None) -> None:
    """Make a worker, or somebody they declared, findable by the tokens that people are found by."""
    ring = sealing.keyring()
    WorkerToken.objects.filter(worker_id=worker.id, declaration=declaration).delete()
    WorkerToken.objects.bulk_create(
        WorkerToken(
            agency_id=worker.agency_id,
            worker_id=worker.id,
            declaration=declaration,
            kind=text.partition(":")[0],
            token=ring.index_token(worker.agency_id, text),
        )
        for text in sorted(search_texts(content))
    )


def find_conflicts(agency: UUID, *, people: Sequence[UUID], at: datetime) -> int:
    """Compare people who were recorded or changed with the agency's workers; returns how many match."""
    with connection.cursor() as cursor:
        cursor.execute(BY_PEOPLE, {"agency": agency, "people": list(people)})
        return _judged(agency, cursor.fetchall(), at=at)


def find_conflicts_of(worker: Worker, *, at: datetime) -> int:
    """Compare a worker, and whom they declared, with everybody whom their agency knows."""
    with connection.cursor() as cursor:
        cursor.execute(BY_WORKER, {"agency": worker.agency_id, "worker": worker.id})
        return _judged(worker.agency_id, cursor.fetchall(), at=at)


def _judged(agency: UUID, candidates: Sequence[tuple[UUID, UUID | None, UUID]], *, at: datetime) -> int:
    if not candidates:
        return 0
    workers = Worker.objects.in_bulk({row[0] for row in candidates})
    declared = Declaration.objects.filter(ended_at=None).in_bulk({row[1] for row in candidates if row[1]})
    people = Person.objects.in_bulk({row[2] for row in candidates})
    found = 0
    for worker_id, declaration_id, person_id in candidates:
        worker, person = workers.get(worker_id), people.get(person_id)
        if worker is None or person is None or (declaration_id and declaration_id not in declared):
            continue
        theirs = opened(declared[declaration_id]) if declaration_id else identity_of(worker)
        if matched := match(known_of(theirs), known_of(opened(person))):
            found += _noted(agency, worker_id, person_id, matched, declared=bool(declaration_id), at=at)
    return found


def identity_of(worker: Worker) -> dict[str, Any]:
    """What the agency knows of a worker, opened."""
    return opened_under(bytes(worker.key), worker.id, worker.agency_id, bytes(worker.sealed))


def _noted(agency: UUID, worker: UUID, person: UUID, matched: Match, *, declared: bool, at: datetime) -> bool:
    """One conflict for a worker and a person: a weak one that grows strong walls, a cleared one stays cleared."""
    before = Conflict.objects.filter(worker_id=worker, person_id=person).first()
    if before and (before.strength == "strong" or matched.strength == "weak"):
        return False
    if matched.strength == "strong":
        basis = "declared" if declared else "party_match"
        raise_wall(person, agency=agency, worker=worker, basis=basis, reason="", by=None, at=at)
    state = "walled" if matched.strength == "strong" else "open"
    if before:
        Conflict.objects.filter(id=before.id).update(strength=matched.strength, state=state, found_at=at)
        return True
    conflict, key = uuid7(), new_key(agency)
    Conflict.objects.create(
        id=conflict,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, {"on": list(matched.on), "declared": declared}, about=conflict),
        worker_id=worker,
        person_id=person,
        strength=matched.strength,
        state=state,
        found_at=at,
    )
    record("conflict.found", about=conflict, by=None, agency=agency, at=at)
    return True
