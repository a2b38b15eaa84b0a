"""Incidents and cases: what is recorded, what opens, what is refused."""

import pytest
from tests.world import AT, HOUR, Town

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import Party, correct_roles, record_incident
from shelterbelt.cases.drafts import Conflict, open_incident, save_step
from shelterbelt.cases.models import Case, Incident
from shelterbelt.cases.queries import case_by_ref, face, incident_by_ref, steps
from shelterbelt.people.queries import persons_matching
from shelterbelt.store.asker import as_agency

PARTIES = [
    Party("survivor", {"name": "Wren Ashby-O'Dell", "born_on": "1991-02-28", "phones": ["+13125550142"]}),
    Party("perpetrator", {"name": "Sol Ashby"}),
]


def recorded(place: Town, parties: list[Party] = PARTIES, **content: dict[str, object]) -> Incident:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        draft = open_incident(by=place.officer, at=AT)
        done = record_incident(
            draft, content=content, parties=parties, happened_at=AT - HOUR, by=place.officer, at=AT
        )
    return done.incident


def test_a_case_opens_once_a_survivor_is_named(place: Town) -> None:
    incident = recorded(place, events={"narrative": "Words of the night"})
    with as_agency(place.police.id, at=AT):
        case = Case.objects.select_related("survivor", "other", "unit", "agency").get(
            attached__incident=incident
        )
        assert face(case).survivor == "Wren Ashby-O'Dell"
        assert steps(Incident.objects.get(id=incident.id))["events"]["narrative"] == "Words of the night"


def test_undetermined_roles_open_no_case(place: Town) -> None:
    incident = recorded(
        place, [Party("undetermined", {"name": "Ari"}), Party("undetermined", {"name": "Noor"})]
    )
    with as_agency(place.police.id, at=AT):
        assert not Case.objects.filter(attached__incident=incident).exists()


def test_recording_twice_makes_one_record(place: Town) -> None:
    incident = recorded(place)
    with as_agency(place.police.id, at=AT):
        again = record_incident(
            incident, content={}, parties=PARTIES, happened_at=AT, by=place.officer, at=AT
        )
        assert again.incident.happened_at == AT - HOUR
        assert Case.objects.filter(agency=place.police).count() == 1


def test_a_step_that_somebody_else_saved_is_not_overwritten(place: Town) -> None:
    with as_agency(place.police.id, at=AT):
        draft = open_incident(by=place.officer, at=AT)
        assert save_step(draft, "events", {"narrative": "first"}, revision=0, by=place.officer, at=AT) == 1
        with pytest.raises(Conflict) as conflict:
            save_step(draft, "events", {"narrative": "second"}, revision=0, by=place.officer_two, at=AT)
        assert conflict.value.kept == {"narrative": "first"}
        assert save_step(draft, "events", {"narrative": "first"}, revision=0, by=place.officer, at=AT) == 1


def test_corrected_roles_open_the_case_and_keep_what_was_said(place: Town) -> None:
    incident = recorded(
        place, [Party("undetermined", {"name": "Ari"}), Party("undetermined", {"name": "Noor"})]
    )
    with as_agency(place.police.id, at=AT):
        one, two = incident.involvements.values_list("person_id", flat=True).order_by("id")
        case = correct_roles(
            incident, {one: "survivor", two: "perpetrator"}, by=place.detective, at=AT + HOUR
        )
        assert case is not None
        assert incident.involvements.filter(until_at=None).count() == 2
        assert incident.involvements.filter(role="undetermined", until_at=AT + HOUR).count() == 2


def test_another_agency_finds_neither_case_nor_incident(place: Town) -> None:
    incident = recorded(place)
    with as_agency(place.police.id, at=AT):
        case = Case.objects.get(attached__incident=incident)
    with as_agency(place.advocates.id, at=AT):
        assert not Case.objects.filter(id=case.id).exists()
        with pytest.raises(NotForYou):
            case_by_ref(case.ref, by=place.advocate, at=AT)
        with pytest.raises(NotForYou):
            incident_by_ref(incident.ref, by=place.advocate, at=AT)


@pytest.mark.parametrize("asked", ["ashby-o'dell", "WREN", "1991-02-28", "(312) 555-0142"])
def test_people_are_found_by_exact_token(place: Town, asked: str) -> None:
    recorded(place)
    with as_agency(place.police.id, at=AT):
        assert len(persons_matching(asked, agency=place.police.id)) == 1
        assert not persons_matching("wre", agency=place.police.id)


def test_nothing_personal_lies_open_in_the_row(place: Town) -> None:
    incident = recorded(place, events={"narrative": "Words of the night"})
    with as_agency(place.police.id, at=AT):
        row = Incident.objects.get(id=incident.id)
        assert b"Words" not in bytes(row.sealed)
        assert opened(row)["events"]["narrative"] == "Words of the night"


def test_a_wrong_label_leaves_no_open_case_behind(place: Town) -> None:
    incident = recorded(place)
    with as_agency(place.police.id, at=AT):
        wrong = Case.objects.get(attached__incident=incident)
        case = correct_roles(
            incident,
            {wrong.survivor_id: "perpetrator", wrong.other_id: "survivor"},
            by=place.detective,
            at=AT + HOUR,
        )
        assert case is not None
        assert case.survivor_id == wrong.other_id
        wrong.refresh_from_db()
        assert wrong.closed_at == AT + HOUR
