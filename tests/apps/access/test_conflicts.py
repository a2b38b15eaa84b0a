"""A worker who is a party, or says they know one, is walled off at once; a weak match waits for the reviewer."""

from typing import Any

from shelterbelt.access.models import Conflict, Wall, Worker
from shelterbelt.access.rules import visible
from shelterbelt.agencies.sealed import seal
from shelterbelt.cases.actions import Party
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.people.actions import change_person
from shelterbelt.people.conflicts import find_conflicts_of, remember
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_walls import an_incident
from tests.world import AT, Town

ROBIN = {"name": "Robin Odell", "born_on": "1984-05-06", "phones": ["555-867-0142"]}


def known_as(worker: Worker, **content: Any) -> None:
    """What the agency knows of a worker, sealed and findable."""
    with as_agency(worker.agency_id, at=AT):
        worker.sealed = seal(worker.key, worker.agency_id, content, about=worker.id)
        worker.save(update_fields=["sealed"])
        remember(worker, content)
        find_conflicts_of(worker, at=AT)


def against(place: Town, **party: Any) -> Case:
    done = an_incident(
        place,
        place.officer,
        parties=[Party("survivor", {"name": "Ines Calder"}), Party("perpetrator", party)],
    )
    assert done.case is not None
    return done.case


def sees(by: Worker, case: Case) -> bool:
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return visible(by, SEE_CASE, Case.objects.all(), at=AT).filter(id=case.id).exists()


def conflicts(place: Town) -> list[Conflict]:
    with as_agency(place.police.id, at=AT):
        return list(Conflict.objects.order_by("found_at"))


def test_a_worker_named_and_born_as_a_party_is_walled_in_the_act_that_records_it(place: Town) -> None:
    known_as(place.officer_two, **ROBIN)
    case = against(place, name="Robin Odell", born_on="1984-05-06")
    assert not sees(place.officer_two, case)
    assert sees(place.detective, case)
    (found,) = conflicts(place)
    assert (found.strength, found.state, found.worker_id) == ("strong", "walled", place.officer_two.id)


def test_a_name_alone_waits_for_the_reviewer_and_hides_nothing(place: Town) -> None:
    known_as(place.officer_two, name="Robin Odell")
    case = against(place, name="Robin Odell")
    assert sees(place.officer_two, case)
    assert [(c.strength, c.state) for c in conflicts(place)] == [("weak", "open")]


def test_the_same_name_with_another_birth_date_is_nobody_known(place: Town) -> None:
    known_as(place.officer_two, **ROBIN)
    case = against(place, name="Robin Odell", born_on="1961-01-01")
    assert sees(place.officer_two, case) and conflicts(place) == []


def test_a_birth_date_that_is_learned_later_walls_then(place: Town) -> None:
    known_as(place.officer_two, **ROBIN)
    case = against(place, name="Robin Odell")
    assert sees(place.officer_two, case)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        row = Case.objects.select_related("other").get(id=case.id)
        assert row.other is not None
        change_person(row.other, {"born_on": "1984-05-06"}, by=place.officer.id, at=AT)
    assert not sees(place.officer_two, case)
    assert [(c.strength, c.state) for c in conflicts(place)] == [("strong", "walled")]


def test_what_the_agency_learns_of_a_worker_later_walls_what_it_holds_already(place: Town) -> None:
    case = against(place, **ROBIN)
    assert sees(place.officer_two, case)
    known_as(place.officer_two, **ROBIN)
    assert not sees(place.officer_two, case)


def test_a_match_in_another_agency_is_never_looked_for(place: Town) -> None:
    known_as(place.nurse, **ROBIN)
    against(place, **ROBIN)
    with as_agency(place.hospital.id, at=AT):
        assert not Wall.objects.exists() and not Conflict.objects.exists()
    assert conflicts(place) == []
