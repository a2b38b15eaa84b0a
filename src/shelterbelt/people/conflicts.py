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
from shelterbelt.store.asker import as_agency
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


def compare_worker(worker: Worker, *, at: datetime) -> None:
    """Make a worker findable by what is known of them now, and compare them with the agency's people."""
    remember(worker, identity_of(worker))
    find_conflicts_of(worker, at=at)


def forget_worker(worker_id: UUID, at: datetime) -> None:
    """Their account is closed: nobody is compared with them any more; walls stay."""
    WorkerToken.objects.filter(worker_id=worker_id).delete()


def find_conflicts(agency: UUID, *, people: Sequence[UUID], at: datetime) -> int:
    """Compare people who were recorded or changed with the agency's workers; returns how many match."""
    with connection.cursor() as cursor:
        cursor.execute(BY_PEOPLE, {"agency": agency, "people": list(people)})
        found = cursor.fetchall()
    return _judged(agency, found, at=at) if found else 0


def find_conflicts_of(worker: Worker, *, at: datetime) -> int:
    """Compare a worker, and whom they declared, with everybody whom their agency knows; also whom they cannot see."""
    with as_agency(worker.agency_id, at=at), connection.cursor() as cursor:
        cursor.execute(BY_WORKER, {"agency": worker.agency_id, "worker": worker.id})
        found = cursor.fetchall()
    return _judged(worker.agency_id, found, at=at) if found else 0


def _judged(agency: UUID, candidates: Sequence[tuple[UUID, UUID | None, UUID]], *, at: datetime) -> int:
    """Judge in the agency's name: a wall that stands before the asker, or is raised on the way, hides nothing here."""
    with as_agency(agency, at=at):
        workers = Worker.objects.filter(is_active=True).in_bulk({row[0] for row in candidates})
        declared = Declaration.objects.filter(ended_at=None).in_bulk({row[1] for row in candidates if row[1]})
        people = Person.objects.in_bulk({row[2] for row in candidates})
        found = 0
        for worker_id, declaration_id, person_id in candidates:
            worker, person = workers.get(worker_id), people.get(person_id)
            declaration = declared.get(declaration_id) if declaration_id else None
            if worker is None or person is None or (declaration_id and declaration is None):
                continue
            theirs = opened(declaration) if declaration else identity_of(worker)
            if matched := match(known_of(theirs), known_of(opened(person))):
                found += _noted(worker, person_id, matched, declaration_id, at=at)
        return found


def identity_of(worker: Worker) -> dict[str, Any]:
    """What the agency knows of a worker, opened."""
    return opened_under(bytes(worker.key), worker.id, worker.agency_id, bytes(worker.sealed))


def _noted(worker: Worker, person: UUID, matched: Match, declaration: UUID | None, *, at: datetime) -> bool:
    """One conflict for a worker and a person: a weak one that grows strong walls, what was cleared stays cleared."""
    before = Conflict.objects.filter(worker_id=worker.id, person_id=person).first()
    if before and not _says_more(before, matched, declaration):
        return False
    strong = matched.strength == "strong"
    if strong:
        basis = "declared" if declaration else "party_match"
        raise_wall(person, agency=worker.agency_id, worker=worker.id, basis=basis, reason="", by=None, at=at)
    row = before or Conflict(
        id=uuid7(),
        agency_id=worker.agency_id,
        key=new_key(worker.agency_id),
        worker_id=worker.id,
        person_id=person,
    )
    told = {"on": list(matched.on), "declaration": str(declaration or "")}
    row.sealed = seal(row.key, row.agency_id, {**_earlier(before), **told}, about=row.id)
    row.strength, row.state, row.found_at = matched.strength, "walled" if strong else "open", at
    row.save()
    record("conflict.found", about=row.id, by=None, agency=row.agency_id, at=at)
    return True


def _says_more(before: Conflict, matched: Match, declaration: UUID | None) -> bool:
    """Whether a match says more than what is known: it is strong now, or the worker says so themselves."""
    if matched.strength == "weak":
        return False
    told_now = before.state == "cleared" and declaration and not opened(before).get("declaration")
    return before.strength == "weak" or bool(told_now)


def _earlier(before: Conflict | None) -> dict[str, Any]:
    """What was decided about it earlier is kept beside what is found now."""
    told = opened(before) if before else {}
    return {"earlier": told} if told.get("reason") else {}
