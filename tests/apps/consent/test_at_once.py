"""Two people change one release at the same moment: the narrower wins in everything, and no step is lost."""

import random
import threading
from collections import defaultdict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from shelterbelt.agencies.sealed import opened, seal
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import narrow_release, withdraw_release
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.models import Grant, Narrowing, Release
from shelterbelt.ledger.models import Entry
from shelterbelt.library import shelf
from shelterbelt.rules.releases import span
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from tests.apps.consent.conftest import taken
from tests.world import AT, DAY, Town

TIMES = 1000
ALL = tuple(choice.code for choice in shelf.choices("release_categories"))
LATER = AT + DAY
NOTHING = Narrower()


@dataclass(frozen=True)
class Step:
    """What one of the two asks for; `ends` is a withdrawal."""

    ends: bool = False
    asked: Narrower = NOTHING


def a_step(chance: random.Random, who: str) -> Step:
    """Withdraw, drop categories, end earlier, add a limit, or several of these."""
    if chance.random() < 0.2:
        return Step(ends=True)
    stays = frozenset(chance.sample(ALL, chance.randint(0, len(ALL)))) if chance.random() < 0.6 else None
    day = AT.date() + timedelta(days=chance.randint(-1, 29)) if chance.random() < 0.6 else None
    return Step(asked=Narrower(stays, day, f"{who} says so" if chance.random() < 0.5 else ""))


def copies(release: Release, count: int) -> list[Release]:
    """As many more of one release, each with its grant: what two people fight over, made quickly."""
    told, grant = opened(release), release.grants.get()
    made, grants = [], []
    for _number in range(count):
        one, its = copy(release), copy(grant)
        one.id, one.ref, its.id, its.ref = uuid7(), new_ref(), uuid7(), new_ref()
        one.sealed = seal(bytes(release.key), release.agency_id, told, about=one.id)
        its.release_id = one.id
        made.append(one)
        grants.append(its)
    Release.objects.bulk_create(made)
    Grant.objects.bulk_create(grants)
    return made


def two_at_once(here: Town, pairs: list[tuple[Release, Step, Step]]) -> list[BaseException]:
    """Both of each pair, on two connections, let loose by one barrier."""
    gate, faults = threading.Barrier(2), []

    def one_of_two(place: int) -> None:
        try:
            # Who waits for the disk says nothing about who waits for whom.
            with connection.cursor() as cursor:
                cursor.execute("set synchronous_commit = off")
            for release, *steps in pairs:
                gate.wait(30)
                act(here, release, steps[place])
        except BaseException as fault:
            faults.append(fault)
            gate.abort()
        finally:
            connection.close()

    people = [threading.Thread(target=one_of_two, args=(place,)) for place in (0, 1)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return faults


def act(here: Town, release: Release, step: Step) -> None:
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        if step.ends:
            withdraw_release(release, by=here.advocate, at=LATER, channel="phone")
        else:
            narrow_release(release, step.asked, by=here.advocate, at=LATER, channel="in_person")


def left_of(release: Release, step: Step) -> tuple[set[str], Any]:
    """What this step alone would leave."""
    categories, until = set(release.categories), release.expires_at
    if step.ends:
        return set(), until
    if step.asked.categories is not None:
        categories &= step.asked.categories
    if step.asked.expires_on is not None:
        day: date = step.asked.expires_on
        until = min(until, span(day, day, zone="America/Chicago", signed_at=AT)[1])
    return (set() if until <= LATER else categories), until


@dataclass(frozen=True)
class After:
    """What stands in the tables once both have acted."""

    row: Release
    grant: Grant
    steps: int
    kinds: list[str]


def after(ids: list[UUID]) -> dict[UUID, After]:
    rows = Release.objects.in_bulk(ids)
    grants = {one.release_id: one for one in Grant.objects.filter(release__in=ids)}
    kinds, steps = defaultdict(list), defaultdict(int)
    for about, kind in Entry.objects.filter(about__in=ids).values_list("about", "kind"):
        kinds[about].append(kind)
    for about in Narrowing.objects.filter(release__in=ids).values_list("release_id", flat=True):
        steps[about] += 1
    return {id: After(rows[id], grants[id], steps[id], kinds[id]) for id in ids}


def problem_of(now: After, before: Release, one: Step, two: Step) -> str:
    """What is wrong after both, if anything."""
    row, grant, steps, kinds = now.row, now.grant, now.steps, now.kinds
    parts = [left_of(before, step) for step in (one, two)]
    categories, until = parts[0][0] & parts[1][0], min(parts[0][1], parts[1][1])
    ended = row.withdrawn_at is not None
    if ended != (not categories):
        return "it should have ended" if not categories else "it should go on"
    if ended != (grant.withdrawn_at is not None):
        return "the grant and the release differ"
    if kinds.count("release.withdrawn") != ended or kinds.count("release.narrowed") != steps:
        return f"the ledger says {kinds} of {steps} steps"
    if ended:
        return ""
    limits = {step.asked.limits for step in (one, two)} - {""}
    if set(opened(row).get("more_limits", [])) != limits:
        return "a limit is lost"
    open_now = (set(row.categories), row.expires_at, set(grant.categories), grant.until_at)
    return "" if open_now == (categories, until, categories, until) else f"it opens {open_now}"


def loose(
    here: Town, case: Case, times: int, make: Callable[[random.Random], tuple[Step, Step]]
) -> list[str]:
    chance = random.Random(14)
    first = taken(here, case, categories=ALL)
    with as_agency(here.advocates.id, at=LATER):
        pairs = [(copy, *make(chance)) for copy in copies(first, times)]
    faults = two_at_once(here, pairs)
    if faults:
        raise faults[0]
    with as_agency(here.advocates.id, at=LATER):
        now = after([release.id for release, *_steps in pairs])
        return [found for pair in pairs if (found := problem_of(now[pair[0].id], *pair))]


def test_of_two_changes_at_once_the_narrower_wins_and_nothing_is_lost(here: Town, case: Case) -> None:
    found = loose(here, case, TIMES, lambda chance: (a_step(chance, "one"), a_step(chance, "two")))
    assert not found, (len(found), found[:3])


@pytest.mark.parametrize("order", [0, 1])
def test_narrowing_after_a_withdrawal_leaves_it_ended(here: Town, case: Case, order: int) -> None:
    release = taken(here, case, categories=ALL)
    steps = [Step(ends=True), Step(asked=Narrower(frozenset(ALL[:2])))]
    for step in steps if order else reversed(steps):
        act(here, release, step)
    with as_agency(here.advocates.id, at=LATER):
        row: Release = Release.objects.get(id=UUID(str(release.id)))
        assert row.withdrawn_at == LATER
        assert not row.grants.filter(withdrawn_at=None).exists()
