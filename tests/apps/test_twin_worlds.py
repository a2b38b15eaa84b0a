"""Two worlds, with and without the advocates' file: no page of the justice system's agencies differs by one byte.

A release to the police is the only thing that may show; the last tests prove that these eyes would see a leak.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from shelterbelt.access import door
from shelterbelt.assessments.actions import answer, finish_screen, set_level, start_screen
from shelterbelt.cases.actions import write_note
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.consent.actions import open_agreement, take_in_grant, take_release, withdraw_release
from shelterbelt.consent.models import HeldGrant
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.referrals.actions import (
    acknowledge,
    answer_referral,
    note_attempt,
    open_case_for_referral,
    open_case_for_request,
    refer,
)
from shelterbelt.referrals.models import ContactRequest
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import draft
from tests.apps.referrals.cast import NAME, a_request, body_of, content, taken_in
from tests.apps.worlds import Told, danger_of
from tests.world import AT, DAY, HOUR, Town

LATER = AT + 2 * DAY
ROLES = (
    "officer", "officer_two", "detective", "supervisor", "prosecutor_worker", "probation_officer",
    "court_clerk", "coordinator", "uninvited",
)  # fmt: skip
PLACES = (
    "/", "/work/", "/cases/", "/cases/?overdue=on", "/cases/?level=extreme", "/cases/?tab=incidents", "/cases/?tab=shared",
    "/overdue/", "/directory/", "/requests/", "/referrals/", "/cases/new/", "/account/2fa/", "/nowhere/",
)  # fmt: skip


@dataclass
class World:
    """What is there before the advocates do anything: a police case whose survivor asked for contact."""

    town: Town
    request: ContactRequest
    case: Case


@pytest.fixture
def world(place: Town, settle: Any) -> World:
    request = a_request(place)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        case = Case.objects.get(agency=place.police)
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        for to in (place.prosecutor, place.probation, place.council):
            open_agreement(
                place.police, to, ["case_file", "actions"], None, "coordination", AT - DAY, AT + 3650 * DAY,
                by=place.supervisor, at=AT,
            )  # fmt: skip
    settle(place.police, place.advocates, place.shelter)
    return World(place, request, case)


@contextmanager
def hour(at: datetime) -> Iterator[None]:
    """The clock that pages read, stopped: what they say of time is the same before and after."""
    before = door.now
    door.now = lambda: at  # type: ignore[assignment]
    try:
        yield
    finally:
        door.now = before


def plain(page: bytes) -> bytes:
    """A page without what is fresh on every page: the marks against forged and doubled forms."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"csrf", page)
    return re.sub(rb'name="(once|token)" value="[^"]*"', b"once", page)


def seen(world: World, signed_in: Any) -> dict[tuple[str, str], tuple[int, bytes, dict[str, str]]]:
    """Every page of every role of the system node, as status, bytes and headers."""
    found: dict[tuple[str, str], tuple[int, bytes, dict[str, str]]] = {}
    with hour(LATER):
        for role in ROLES:
            client = signed_in(getattr(world.town, role))
            for path in (*PLACES, *records(world)):
                page = client.get(path)
                headers = {k: v for k, v in page.headers.items() if k != "Content-Length"}
                found[role, path] = (page.status_code, plain(page.content), headers)
            for text in ("Ashby", "Canaryname", "Sol", "2026-01-01", "3125550191"):
                page = client.post("/cases/", {"q": text})
                found[role, f"search {text}"] = (page.status_code, plain(page.content), {})
    return found


def records(world: World) -> list[str]:
    """The addresses of the police's own case: its pages, its incident, its work."""
    ref = world.case.ref
    with as_agency(world.town.police.id, at=AT):
        incident = CaseIncident.objects.get(case=world.case).incident.ref
        work = list(
            Action.objects.filter(agency=world.town.police).order_by("id").values_list("ref", flat=True)
        )
    return [
        f"/cases/{ref}/", f"/cases/{ref}/level/", f"/cases/{ref}/note/", f"/incidents/{incident}/",
        f"/incidents/{incident}/recorded/", f"/contact/{incident}/", *(f"/work/{one}/" for one in work),
    ]  # fmt: skip


def differences(one: dict[Any, Any], other: dict[Any, Any]) -> list[Any]:
    return [place for place in one if one[place] != other[place]]


def advocates_work(world: World) -> Case:
    """Everything that advocates may do, short of a release to the justice system."""
    town, by = world.town, world.town.advocate
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        acknowledge(world.request, by=by, at=AT)
        note_attempt(world.request, channel="phone", outcome="reached", words="Spoke", once="t", by=by, at=AT)
        case = open_case_for_request(world.request, name=NAME, other="Sol", by=by, at=AT)
        for n in range(5):
            write_note(case, text=f"Confidential {n}", category="safety_needs", by=by, at=AT + n * HOUR)
        screen = start_screen(case=case, by=by, at=AT)
        answer(screen, "gun_access", "yes", 0, by=by, at=AT) if _asks(screen, "gun_access") else None
        finish_screen(screen, by=by, at=AT)
        set_level(case, "extreme", ["gun_access"], "A rifle", by=by, at=AT)
        take_release(
            case.id, token=uuid7(), reference="", recipient=town.shelter, draft=draft(), by=by, at=AT, case_ref=case.ref
        )  # fmt: skip
        referral = refer(
            case, to=town.shelter, content=content(safety_needs="a room"), answer_back=True, by=by, at=AT
        )
    told = Told(name=NAME, other="Sol", level="extreme", many=2, words="Confidential", hours=0)
    danger_of(case, told, by=by, at=AT)
    came = taken_in(town, referral)
    with as_agency(town.shelter.id, at=AT, worker=town.shelter_worker.id):
        answer_referral(came, answer="accepted", by=town.shelter_worker, at=AT)
        open_case_for_referral(came, name=NAME, by=town.shelter_worker, at=AT)
    return case


def _asks(screen: Any, question: str) -> bool:
    from shelterbelt.assessments import queries

    return question in queries.questions(queries.instrument_of(screen))


def to_police(world: World, case: Case) -> Any:
    """The one thing that may show: a release to the police, told of under their own word for the case."""
    by = world.town.advocate
    with as_agency(world.town.advocates.id, at=AT, worker=by.id):
        release = take_release(
            case.id, token=uuid7(), reference=world.request.sender_ref, recipient=world.town.police, draft=draft(),
            by=by, at=AT, case_ref=case.ref,
        )  # fmt: skip
        from shelterbelt.agencies.models import Letter

        letter = Letter.objects.get(kind="grant/2", to=world.town.police)
    body = body_of(letter.id, world.town.advocates)
    with as_agency(world.town.police.id, at=AT):
        take_in_grant(body, letter=uuid7(), sender=world.town.advocates, to=world.town.police, at=AT)
    return release


def test_no_page_of_the_system_differs_by_a_byte_for_all_that_advocates_do(
    world: World, signed_in: Any, settle: Any
) -> None:
    before = seen(world, signed_in)
    assert sum(status == 200 for status, _page, _headers in before.values()) > 60
    advocates_work(world)
    settle(world.town.advocates, world.town.shelter, at=LATER)
    settle(world.town.police, at=LATER)
    after = seen(world, signed_in)
    assert differences(before, after) == []


def test_release_to_the_police_shows_on_their_case_page_and_nowhere_else(
    world: World, signed_in: Any, settle: Any
) -> None:
    case = advocates_work(world)
    settle(world.town.advocates, world.town.shelter, world.town.police, at=LATER)
    before = seen(world, signed_in)
    to_police(world, case)
    after = seen(world, signed_in)
    places = differences(before, after)
    assert places, "the comparison sees what may be seen"
    assert {path for _role, path in places} == {f"/cases/{world.case.ref}/"}
    assert {role for role, _path in places} <= {"officer", "officer_two", "detective", "supervisor"}


def test_system_agencies_find_no_row_that_differs(world: World, settle: Any) -> None:
    town = world.town
    system = (town.police, town.prosecutor, town.probation, town.court, town.council)

    def counted() -> dict[str, tuple[int, int, int]]:
        rows = {}
        for agency in system:
            with as_agency(agency.id, at=LATER):
                rows[agency.kind] = (
                    Entry.objects.count(),
                    Reading.objects.count(),
                    HeldGrant.objects.count(),
                )
                others = Case.objects.exclude(agency_id__in=[one.id for one in system])
                assert not others.exists()
        return rows

    before = counted()
    advocates_work(world)
    settle(town.advocates, town.shelter, at=LATER)
    assert counted() == before


def test_these_eyes_see_a_due_time_that_leaks(world: World, signed_in: Any) -> None:
    before = seen(world, signed_in)
    with as_agency(world.town.police.id, at=AT, worker=world.town.detective.id):
        Case.objects.filter(id=world.case.id).update(next_due_at=AT - 9 * DAY)
    assert differences(before, seen(world, signed_in))


def test_withdrawn_release_leaves_the_page_as_it_was(world: World, signed_in: Any, settle: Any) -> None:
    case = advocates_work(world)
    settle(world.town.advocates, world.town.police, at=LATER)
    before = seen(replace(world), signed_in)
    release = to_police(world, case)
    with as_agency(world.town.advocates.id, at=AT + HOUR, worker=world.town.advocate.id):
        withdraw_release(release, by=world.town.advocate, at=AT + HOUR, channel="phone")
    with as_agency(world.town.police.id, at=AT), connection.cursor():
        HeldGrant.objects.filter(agency=world.town.police).update(
            withdrawn_at=datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
        )
    assert differences(before, seen(world, signed_in)) == []
