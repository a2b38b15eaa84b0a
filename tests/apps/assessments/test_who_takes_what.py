"""Who may take which sheet: the roles that an instrument's own file names, about a file of their own agency."""

from typing import Any

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.policy import ROLES_IN
from shelterbelt.access.rules import NotForYou
from shelterbelt.assessments import queries
from shelterbelt.assessments.actions import start_assessment
from shelterbelt.assessments.policy import SEE_ASSESSMENT, TAKE_ASSESSMENT
from shelterbelt.assessments.queries.offered import instruments_for, link_of_incident
from shelterbelt.cases import actions as cases
from shelterbelt.cases.actions import Party, open_incident, record_incident
from shelterbelt.cases.models import Case, Incident
from shelterbelt.library import assessments as library
from shelterbelt.people.actions import record_person
from tests.apps.assessments.cast import acting, every, report, sheet
from tests.world import AT, HOUR, Town

NEWEST = [
    library.assessment(id, queries.newest(id))
    for id in sorted({id for id, _ in library.names(only_product=True)})
]
NAMED = sorted({role for one in NEWEST for role in one.administered_by})
WHO = ("officer", "detective", "supervisor", "prosecutor_worker", "probation_officer", "coordinator", "nurse", "advocate",
       "shelter_worker")  # fmt: skip


def file_of(by: Worker) -> Case:
    """A case in the hands of an agency to which no door leads yet: as `open_direct_case` makes it."""
    with acting(by):
        survivor = record_person({"name": "Wren"}, agency=by.agency_id, by=by.id, at=AT)
        return cases._open_case(survivor, None, door="direct", unit_of=None, words={}, by=by, at=AT)


def without_case(place: Town) -> Incident:
    with acting(place.officer):
        people = [Party("undetermined", {"name": "Ari"}), Party("undetermined", {"name": "Noor"})]
        draft = open_incident(by=place.officer, at=AT)
        return record_incident(
            draft, content={}, parties=people, happened_at=AT - HOUR, by=place.officer, at=AT
        ).incident


@pytest.mark.parametrize("role", NAMED)
def test_every_role_that_a_file_names_may_take_and_read_sheets_where_it_works(role: str) -> None:
    where = {kind for kind, roles in ROLES_IN.items() if role in roles}
    for right in (TAKE_ASSESSMENT, SEE_ASSESSMENT):
        assert role in right.roles and right.kinds is not None
        assert where & right.kinds, (role, right.name)
        assert role == "supervisor" or where <= right.kinds


@pytest.mark.parametrize("who", WHO)
def test_exactly_the_instruments_whose_file_names_the_role_are_offered(place: Town, who: str) -> None:
    by = getattr(place, who)
    offered = {one.id for one in instruments_for(by, danger=True)}
    assert offered == {one.id for one in NEWEST if by.roles[0] in one.administered_by}
    assert offered


@pytest.mark.parametrize("who", ["prosecutor_worker", "probation_officer", "coordinator"])
def test_they_take_what_names_them_about_their_own_file_and_nothing_else(place: Town, who: str) -> None:
    by = getattr(place, who)
    own, (_, theirs) = file_of(by), report(place)
    row = sheet("lethality_factors", every("lethality_factors", gun_access="yes"), by=by, case=own)
    assert row.finished_by == by.id and row.agency_id == by.agency_id
    other = next(one.id for one in NEWEST if by.roles[0] not in one.administered_by)
    with acting(by):
        with pytest.raises(NotForYou):
            start_assessment(other, case=own, by=by, at=AT)
        with pytest.raises(NotForYou):
            start_assessment("lethality_factors", case=theirs, by=by, at=AT)


def test_probation_finds_its_instruments_on_the_page_of_its_file(place: Town, signed_in: Any) -> None:
    own = file_of(place.probation_officer)
    page = signed_in(place.probation_officer).get(f"/cases/{own.ref}/sheets/new/").content.decode()
    assert "Ontario Domestic Assault Risk Assessment" in page and 'value="odara"' in page
    assert 'value="hits"' not in page and 'value="danger_assessment"' not in page


def test_the_page_of_an_incident_leads_to_its_sheets(place: Town, signed_in: Any) -> None:
    for incident in (report(place)[0], without_case(place)):
        address = f"/incidents/{incident.ref}/sheets/new/"
        client = signed_in(place.officer)
        for page in (f"/incidents/{incident.ref}/", f"/incidents/{incident.ref}/recorded/"):
            assert f'href="{address}"' in client.get(page).content.decode()
        assert client.get(address).status_code == 200


def test_whoever_may_take_none_finds_no_button(place: Town) -> None:
    incident, _ = report(place)
    with acting(place.officer):
        assert link_of_incident(incident, by=place.officer, at=AT)
        draft = open_incident(by=place.officer, at=AT)
        assert link_of_incident(draft, by=place.officer, at=AT) is None
    for by in (place.advocate, place.prosecutor_worker, place.uninvited, place.reviewer):
        assert link_of_incident(incident, by=by, at=AT) is None
