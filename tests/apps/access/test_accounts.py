"""Accounts: kept by administrators who open no file; closing one ends everything that second."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as node_settings

from shelterbelt.access import actions
from shelterbelt.access.actions import NotTogether, appoint, change_account, close_account, confirm_reset
from shelterbelt.access.models import Alert, Enrolment, Entrusted, Session, Worker
from shelterbelt.access.policy import PROGRAM, ROLES, ROLES_IN, clash, roles_in
from shelterbelt.access.rules import NotForYou
from shelterbelt.ledger.models import Entry
from shelterbelt.response.models import Action
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.access.signing import Device, add_passkey, challenge, sign_in, visitor
from tests.apps.access.test_walls import an_incident
from tests.house.test_uninvited import ELSEWHERE, addresses, filled
from tests.world import DAY, Town, worker


def closes(place: Town, who: Worker) -> None:
    with as_agency(who.agency_id, at=now(), worker=place.administrator.id):
        close_account(who, by=place.administrator, at=now())


def told(kind: str, about: Worker) -> int:
    with as_agency(about.agency_id, at=now()):
        return Entry.objects.filter(kind=kind, about=about.id).count()


ended: list[Any] = []


def note_end(worker_id: Any, at: Any) -> None:
    """Stands for whatever else hangs on an account: a token, an export link, a stream."""
    ended.append(worker_id)


def fail(worker_id: Any, at: Any) -> None:
    raise RuntimeError("this end failed")


# Closing


def test_a_closed_account_is_led_to_sign_in_by_its_next_request(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    assert client.get("/work/").status_code == 200
    closes(place, place.officer)
    assert client.get("/work/")["Location"] == "/account/login/"
    with as_agency(place.police.id, at=now()):
        assert not Session.objects.filter(worker_id=place.officer.id).exists()
        assert not Worker.objects.get(id=place.officer.id).is_active


def test_closing_ends_passkeys_codes_trust_and_whatever_hangs_on_the_account(
    place: Town, signed_in: Any, settings: Any, tmp_path: Any
) -> None:
    settings.JOURNAL = tmp_path
    settings.ACCOUNT_ENDS = (*settings.ACCOUNT_ENDS, "tests.apps.access.test_accounts.note_end")
    device = Device()
    add_passkey(signed_in(place.officer), device)
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        for until in (None, now() + DAY):
            Entrusted.objects.create(
                agency=place.police, thing_id=uuid7(), worker_id=place.officer.id, why="team",
                from_at=now() - DAY, until_at=until,
            )  # fmt: skip
    ended.clear()
    closes(place, place.officer)
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        assert not Authenticator.objects.filter(user_id=place.officer.id).exists()
        assert not Enrolment.objects.filter(worker=place.officer).exists()
        assert all(row.until_at <= now() for row in Entrusted.objects.filter(worker_id=place.officer.id))
    assert ended == [place.officer.id]
    assert told("account.closed", place.officer) == 1
    assert "account.closed" in [line.kind for line in journal.lines(tmp_path)]
    client = visitor()
    assert sign_in(client, device.signed(challenge(client)))["Location"] == "/account/login/"


def test_closing_is_one_act_all_of_it_or_nothing(place: Town, signed_in: Any, settings: Any) -> None:
    client = signed_in(place.officer)
    settings.ACCOUNT_ENDS = ("tests.apps.access.test_accounts.fail",)
    with pytest.raises(RuntimeError):
        closes(place, place.officer)
    assert told("account.closed", place.officer) == 0
    assert client.get("/work/").status_code == 200


def test_open_work_goes_back_to_the_unit(place: Town, settle: Any) -> None:
    an_incident(place, place.officer)
    settle(place.police, at=now())
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        row = Action.objects.filter(done_at=None).first()
        assert row is not None
        Action.objects.filter(id=row.id).update(owner=place.officer)
    closes(place, place.officer)
    with as_agency(place.police.id, at=now()):
        again = Action.objects.get(id=row.id)
    assert (again.owner_id, again.done_at, again.due_at) == (None, None, row.due_at)


def test_nobody_closes_their_own_account_or_one_of_another_agency(place: Town) -> None:
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        for who in (place.administrator, place.advocate):
            with pytest.raises(NotForYou):
                close_account(who, by=place.administrator, at=now())
    with (
        as_agency(place.police.id, at=now(), worker=place.supervisor.id),
        pytest.raises(NotForYou),
    ):
        close_account(place.officer, by=place.supervisor, at=now())


# Roles


def test_changed_roles_end_sessions_and_are_seen_by_somebody_else(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    admin = signed_in(place.administrator)
    answer = admin.post(f"/accounts/{place.officer.ref}/", {"roles": ["detective"], "unit": "detectives"})
    assert answer.status_code == 302
    assert client.get("/work/")["Location"] == "/account/login/"
    assert told("account.changed", place.officer) == 1
    with as_agency(place.police.id, at=now()):
        row = Worker.objects.get(id=place.officer.id)
        assert (row.roles, row.unit_id) == (["detective"], place.detectives.id)
        assert Alert.objects.filter(
            worker_id=row.id, kind="account_changed", by=place.administrator.id
        ).exists()


def test_whoever_keeps_accounts_gives_themselves_nothing(place: Town, signed_in: Any) -> None:
    """Not their own account, and no mixed account: casework and keeping accounts are two people."""
    admin = signed_in(place.administrator)
    missing = admin.get("/there-is-no-such-page/").content
    answer = admin.post(f"/accounts/{place.administrator.ref}/", {"roles": ["detective"]})
    assert (answer.status_code, answer.content) == (404, missing)
    mixed = admin.post(f"/accounts/{place.officer.ref}/", {"roles": ["administrator", "detective"]})
    assert mixed.status_code == 422
    assert "does no casework" in mixed.content.decode()
    with (
        as_agency(place.police.id, at=now(), worker=place.administrator.id),
        pytest.raises(NotTogether),
    ):
        change_account(
            place.officer, roles=["reviewer", "officer"], unit=None, by=place.administrator, at=now()
        )


def test_which_roles_go_together() -> None:
    assert not clash(["administrator", "records_officer"]) and not clash(
        ["officer", "detective", "supervisor"]
    )
    assert (
        clash(["administrator", "officer"])
        and clash(["reviewer", "administrator"])
        and clash(["reviewer", "nurse"])
    )
    assert {role for kind in ROLES_IN for role in roles_in(kind)} == set(ROLES) - {PROGRAM}


def test_an_account_is_opened_with_a_code_that_is_shown_once(place: Town, signed_in: Any) -> None:
    admin = signed_in(place.administrator)
    code = f"new-{place.patrol.id.hex[-8:]}"
    page = admin.post(
        "/accounts/new/", {"code": code, "name": "Sam Lee", "roles": ["officer"], "unit": "patrol"}
    )
    text = page.content.decode()
    assert page.status_code == 200 and page["Cache-Control"].count("no-store")
    once = page.context["once"]
    assert once in text and code in text
    with as_agency(place.police.id, at=now()):
        made = Worker.objects.get(code=code)
        assert Alert.objects.filter(worker_id=made.id, kind="account_opened").exists()
    assert once not in admin.get(f"/accounts/{made.ref}/").content.decode()
    client = visitor()
    assert client.post("/account/enrol/", {"code": code, "once": once})["Location"] == "/account/first/"
    again = admin.post("/accounts/new/", {"code": code, "name": "Sam Lee", "roles": ["officer"]})
    assert again.status_code == 422 and "cannot be used" in again.content.decode()


# A lost way of signing in


def test_a_lost_sign_in_takes_two_people(place: Town, signed_in: Any) -> None:
    device = Device()
    client = signed_in(place.officer)
    add_passkey(client, device)
    admin, supervisor = signed_in(place.administrator), signed_in(place.supervisor)
    missing = admin.get("/there-is-no-such-page/").content
    ref = place.officer.ref
    assert admin.post(f"/accounts/{ref}/code/").content == missing, "one person alone renews nothing"
    assert supervisor.get(f"/alerts/{ref}/reset/").content == missing, "nobody asked"
    assert admin.post(f"/accounts/{ref}/lost/").status_code == 302
    assert client.get("/work/")["Location"] == "/account/login/", "a stolen device is out at once"
    assert admin.get(f"/alerts/{ref}/reset/").content == missing, "not who asked"
    assert admin.post(f"/alerts/{ref}/reset/").content == missing
    assert place.officer.code in supervisor.get("/alerts/").content.decode()
    assert supervisor.get(f"/alerts/{ref}/reset/").status_code == 200
    thief = visitor()
    assert sign_in(thief, device.signed(challenge(thief)))["Location"] == "/", "until somebody agreed"
    page = supervisor.post(f"/alerts/{ref}/reset/")
    assert page.status_code == 200
    assert thief.get("/work/")["Location"] == "/account/login/"
    late = visitor()
    assert sign_in(late, device.signed(challenge(late)))["Location"] == "/account/login/"
    fresh = visitor()
    enrolled = fresh.post("/account/enrol/", {"code": place.officer.code, "once": page.context["once"]})
    assert enrolled["Location"] == "/account/first/"
    assert supervisor.post(f"/alerts/{ref}/reset/").content == missing, "once"


def test_a_reset_that_nobody_agreed_to_within_a_day_is_void(place: Town, signed_in: Any) -> None:
    add_passkey(signed_in(place.officer), Device())
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        actions.ask_reset(place.officer, by=place.administrator, at=now() - DAY - DAY)
    with as_agency(place.police.id, at=now(), worker=place.supervisor.id), pytest.raises(NotForYou):
        confirm_reset(place.officer, by=place.supervisor, at=now())


def test_a_supervisor_does_not_renew_their_own_sign_in(place: Town, signed_in: Any) -> None:
    add_passkey(signed_in(place.supervisor), Device())
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        actions.ask_reset(place.supervisor, by=place.administrator, at=now())
    with as_agency(place.police.id, at=now(), worker=place.supervisor.id), pytest.raises(NotForYou):
        confirm_reset(place.supervisor, by=place.supervisor, at=now())


# Administrators open no file

MAY = ("accounts/", "alerts/", "directory/", "asked/", "programs/", "known/")


def test_an_administrator_finds_no_page_about_anybody(place: Town, signed_in: Any) -> None:
    """Every address with a reference of a real thing in it, and every page without one."""
    done = an_incident(place, place.officer)
    admin = signed_in(place.administrator)
    missing = admin.get("/there-is-no-such-page/")
    tried = 0
    for route, parts in addresses():
        if route.startswith((*ELSEWHERE, *MAY)) or not route:
            continue
        for ref in (done.case.ref, done.incident.ref):
            path = filled(route, parts) if not parts else "/" + _with(route, parts, ref)
            for method in ("get", "post"):
                answer = getattr(admin, method)(path)
                assert (answer.status_code, answer.content) == (404, missing.content), f"{method} {path}"
                tried += 1
    assert tried > 60
    assert admin.get("/")["Location"] == "/accounts/"


def _with(route: str, parts: dict[str, Any], ref: str) -> str:
    for name in parts:
        kind = type(parts[name]).__name__
        value = {"SlugConverter": "scene", "IntConverter": "1"}.get(kind, ref)
        for form in (f"<str:{name}>", f"<slug:{name}>", f"<int:{name}>", f"<uuid:{name}>", f"<{name}>"):
            route = route.replace(form, value)
    return route


def test_the_pages_of_accounts_are_for_administrators_of_the_same_agency(place: Town, signed_in: Any) -> None:
    admin = signed_in(place.administrator)
    page = admin.get("/accounts/").content.decode()
    assert place.officer.code in page and place.advocate.code not in page
    missing = admin.get("/there-is-no-such-page/").content
    assert admin.get(f"/accounts/{place.advocate.ref}/").content == missing
    paths = (
        "/accounts/",
        "/accounts/new/",
        f"/accounts/{place.officer.ref}/",
        f"/accounts/{place.officer.ref}/close/",
    )
    for role in ("officer", "supervisor", "reviewer", "records_officer", "advocates_administrator"):
        client = signed_in(getattr(place, role))
        for path in paths if role != "advocates_administrator" else paths[2:]:
            assert client.get(path).content == missing, f"{role} {path}"


def test_an_agency_that_leaves_ends_every_worker_that_second(place: Town, signed_in: Any) -> None:
    clients = [signed_in(w) for w in (place.advocate, place.advocates_records)]
    for client in clients:
        client.get("/")
    with as_agency(place.advocates.id, at=now()):
        for one in Worker.objects.filter(agency=place.advocates, is_active=True):
            close_account(one, by=None, at=now())
    for client in clients:
        assert client.get("/cases/")["Location"] == "/account/login/"
    assert signed_in(place.officer).get("/work/").status_code == 200


def test_the_hooks_that_a_node_names_exist() -> None:
    from django.utils.module_loading import import_string

    for name in node_settings.ACCOUNT_ENDS:
        assert callable(import_string(name))


def test_an_own_agency_rule_stands_behind_the_pages(place: Town) -> None:
    other = worker(place.hospital, "administrator")
    with as_agency(place.hospital.id, at=now(), worker=other.id), pytest.raises(NotForYou):
        appoint(by=place.officer, code="x-1", name="X", roles=["officer"], at=now())
