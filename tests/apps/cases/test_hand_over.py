"""At a live scene nothing that is typed is lost, whoever turns out to be in it; and the writer sees it no more."""

from typing import Any

import pytest
from tests.apps.access.test_conflicts import known_as
from tests.world import AT, Town, worker

from shelterbelt.access.actions import close_account
from shelterbelt.access.models import Wall, Worker
from shelterbelt.access.rules import NotForYou, may
from shelterbelt.access.walls import raise_wall
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import Party, record_incident
from shelterbelt.cases.drafts import open_incident, save_step
from shelterbelt.cases.guarding import NobodyThere, hand_over, taker_for
from shelterbelt.cases.models import Case, Incident, Involvement
from shelterbelt.cases.policy import OPEN_INCIDENT, SEE_CASE
from shelterbelt.people.queries import name_of
from shelterbelt.store.asker import as_agency

TOMO = {"name": "Tomo Wern", "born_on": "1979-02-03"}
PEOPLE = {
    "p0-name": "Ines Calder",
    "p0-role": "survivor",
    "p1-name": "Tomo Wern",
    "p1-role": "perpetrator",
    "p1-born_on-year": "1979",
    "p1-born_on-month": "2",
    "p1-born_on-day": "3",
    "blocks": "2",
    "revision": "0",
}
EVENTS = {
    "happened_at-day": "2026-03-01",
    "happened_at-time": "21:30",
    "narrative": "Shouting, then a push.",
    "revision": "0",
}


@pytest.fixture
def draft(place: Town) -> Incident:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        return open_incident(by=place.officer, at=AT)


def row(place: Town, incident: Incident) -> Incident:
    with as_agency(place.police.id, at=AT):
        return Incident.objects.get(id=incident.id)


def opens(by: Worker, incident: Incident) -> bool:
    with as_agency(by.agency_id, at=AT, worker=by.id):
        held = Incident.objects.filter(id=incident.id).exists()
        assert may(by, OPEN_INCIDENT, incident, at=AT) is held, "rule and database agree"
        return held


def test_an_officer_who_turns_out_to_know_a_party_loses_nothing_and_hands_over(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    known_as(place.officer, **TOMO)
    officer = signed_in(place.officer)
    assert officer.post(f"/incidents/{draft.ref}/people/", PEOPLE).status_code == 302
    assert officer.post(f"/incidents/{draft.ref}/events/", EVENTS).status_code == 302
    answer = officer.post(f"/incidents/{draft.ref}/check/")
    assert (answer.status_code, answer["Location"]) == (302, "/incidents/handed-over/")
    page = officer.get("/incidents/handed-over/")
    assert page.status_code == 200
    for told in ("Calder", draft.ref):
        assert told not in page.content.decode()
    assert officer.get(f"/incidents/{draft.ref}/").content == officer.get("/nowhere/").content
    now = row(place, draft)
    assert now.recorded_at is not None and now.handed_to == place.supervisor.id
    assert opened(now)["events"]["narrative"] == "Shouting, then a push."
    with as_agency(place.police.id, at=AT):
        assert {name_of(i.person) for i in Involvement.objects.filter(incident=now)} == {
            "Ines Calder",
            "Tomo Wern",
        }
        case = Case.objects.get(attached__incident=now)
    assert not opens(place.officer, now)
    assert opens(place.supervisor, now)
    assert draft.ref in signed_in(place.supervisor).get("/work/").content.decode()
    assert officer.get(f"/cases/{case.ref}/").status_code == 404


def test_what_is_recorded_by_a_walled_hand_joins_the_case_that_is_there(place: Town) -> None:
    """The writer may not see the case; the incident finds it all the same, and no second one is opened."""
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        one = open_incident(by=place.officer, at=AT)
        told = [Party("survivor", {"name": "Ines Calder"}), Party("perpetrator", TOMO)]
        first = record_incident(one, content={}, parties=told, happened_at=AT, by=place.officer, at=AT)
    with as_agency(place.police.id, at=AT):
        raise_wall(
            first.people[1].id,
            agency=place.police.id,
            worker=place.officer_two.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        two = open_incident(by=place.officer_two, at=AT)
        known = [Party("survivor", known=first.people[0]), Party("perpetrator", known=first.people[1])]
        again = record_incident(two, content={}, parties=known, happened_at=AT, by=place.officer_two, at=AT)
    assert again.handed_over and again.case == first.case
    assert not opens(place.officer_two, again.incident) and opens(place.officer, again.incident)


def test_one_button_hands_a_draft_over_with_what_is_typed_on_the_page(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    officer, taker = signed_in(place.officer), signed_in(place.supervisor)
    answer = officer.post(f"/incidents/{draft.ref}/events/", {**EVENTS, "go": "hand"})
    assert (answer.status_code, answer["Location"]) == (302, "/incidents/handed-over/")
    assert officer.get(f"/incidents/{draft.ref}/events/").status_code == 404
    assert draft.ref not in officer.get("/work/").content.decode()
    assert draft.ref in taker.get("/work/").content.decode()
    page = taker.get(f"/incidents/{draft.ref}/events/").content.decode()
    assert "Shouting, then a push." in page


def test_a_recorded_incident_is_handed_over_with_its_case(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        told = [Party("survivor", {"name": "Ines Calder"}), Party("perpetrator", TOMO)]
        done = record_incident(draft, content={}, parties=told, happened_at=AT, by=place.officer, at=AT)
    assert done.case is not None and not done.handed_over
    officer = signed_in(place.officer)
    assert "Hand over" in officer.get(f"/incidents/{draft.ref}/").content.decode()
    assert officer.post(f"/incidents/{draft.ref}/hand-over/").status_code == 302
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        assert not may(place.officer, SEE_CASE, done.case, at=AT)
        assert not Case.objects.filter(id=done.case.id).exists()
    assert officer.get(f"/cases/{done.case.ref}/").status_code == 404
    with as_agency(place.police.id, at=AT):
        assert {w.basis for w in Wall.objects.all()} == {"handed_over"}


def test_nobody_hands_over_what_a_colleague_writes(place: Town, draft: Incident, signed_in: Any) -> None:
    other = signed_in(place.officer_two)
    assert other.post(f"/incidents/{draft.ref}/hand-over/").status_code == 404
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        hand_over(draft, by=place.officer_two, at=AT)
    assert opens(place.officer, draft)


def test_whoever_took_it_may_hand_it_on(place: Town, draft: Incident) -> None:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        taker = hand_over(draft, by=place.officer, at=AT)
    assert taker == place.supervisor
    with as_agency(place.police.id, at=AT, worker=taker.id):
        next_one = hand_over(row(place, draft), by=taker, at=AT)
    assert next_one not in (place.officer, taker)
    assert opens(next_one, draft) and not opens(taker, draft) and not opens(place.officer, draft)


def test_whoever_is_signed_in_takes_it_before_a_supervisor_who_is_not(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    from shelterbelt.ui.clock import now

    signed_in(place.detective)
    with as_agency(place.police.id, at=now()):
        assert taker_for(draft, by=place.officer, at=now()) == place.detective


def test_it_goes_to_nobody_who_stands_before_a_wall_themselves(place: Town, draft: Incident) -> None:
    with as_agency(place.police.id, at=AT):
        raise_wall(
            draft.id,
            agency=place.police.id,
            worker=place.supervisor.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        taker = hand_over(draft, by=place.officer, at=AT)
    assert taker != place.supervisor and opens(taker, draft)


def test_where_nobody_can_take_it_nothing_is_lost_and_it_is_said(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    with as_agency(place.police.id, at=AT):
        for other in (place.officer_two, place.detective, place.supervisor):
            close_account(other, by=None, at=AT)
    with pytest.raises(NobodyThere), as_agency(place.police.id, at=AT, worker=place.officer.id):
        hand_over(draft, by=place.officer, at=AT)
    officer = signed_in(place.officer)
    answer = officer.post(f"/incidents/{draft.ref}/events/", {**EVENTS, "go": "hand"})
    assert answer.status_code == 409 and "555-0142" in answer.content.decode()
    assert "Shouting" in officer.get(f"/incidents/{draft.ref}/events/").content.decode()


def test_a_step_that_needs_another_look_is_saved_and_handed_over(place: Town, draft: Incident) -> None:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        save_step(draft, "events", {"narrative": "Half a"}, revision=0, by=place.officer, at=AT)
        hand_over(draft, by=place.officer, at=AT)
    assert opened(row(place, draft))["events"]["narrative"] == "Half a"


def test_an_advocate_who_knows_somebody_in_a_new_case_loses_nothing(place: Town, signed_in: Any) -> None:
    second = worker(place.advocates, "advocate")
    known_as(place.advocate, name="Tomo Wern", phones=["312 867 0142"])
    form = {"name": "Tomo Wern", "number": "312 867 0142", "phone": "yes", "once": "x" * 22}
    client = signed_in(place.advocate)
    page = client.get("/cases/new/").content.decode()
    assert 'name="name"' in page
    from shelterbelt.cases.queries import page_of
    from shelterbelt.referrals.actions.door import open_by_second_door

    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        case = open_by_second_door(
            survivor={"name": form["name"], "phones": [form["number"]]},
            own_words="They said they are afraid.",
            by=place.advocate,
            at=AT,
        )
        assert page_of(case, by=place.advocate, at=AT) == "/incidents/handed-over/"
    assert client.get("/incidents/handed-over/").status_code == 200
    assert client.get(f"/cases/{case.ref}/").status_code == 404
    with as_agency(place.advocates.id, at=AT, worker=second.id):
        assert opened(Case.objects.get(id=case.id))["own_words"] == "They said they are afraid."
