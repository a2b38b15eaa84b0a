"""Whom a survivor named as never to see finds nothing, by no way; and the list of them stays with its holder."""

from typing import Any

import pytest

from shelterbelt.access.models import Conflict, Wall, Worker
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.closing import keep_out, let_in
from shelterbelt.cases.models import Case, KeptOut
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.consent.actions import Incomplete, open_agreement, open_on_basis
from shelterbelt.consent.models import Grant, Release
from shelterbelt.consent.queries import living_grant, recipients_for
from shelterbelt.exchange.actions import shown
from shelterbelt.exchange.collect import collected
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.access.test_conflicts import against, sees
from tests.apps.consent.conftest import NAME, taken
from tests.world import AT, DAY, HOUR, Town, worker


@pytest.fixture
def case(place: Town) -> Case:
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        return open_direct_case(survivor={"name": NAME}, other=None, words={}, by=place.advocate, at=AT)


@pytest.fixture
def colleague(place: Town) -> Worker:
    return worker(place.advocates, "advocate")


def named(place: Town, case: Case, **who: Any) -> KeptOut:
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        return keep_out(case, **who, by=place.advocate, at=AT)


def read(place: Town, grant: Grant, reader: Agency) -> str:
    question = {"grant": str(grant.id), "purpose": grant.purpose, "categories": list(grant.categories)}
    with as_agency(place.advocates.id, at=AT + HOUR):
        return str(shown(question, holder=place.advocates, reader=reader, at=AT + HOUR)["state"])


def grant_of(release: Release) -> Grant:
    with as_agency(release.agency_id, at=AT):
        return Grant.objects.get(release_id=release.id)


def test_a_colleague_whom_the_survivor_names_finds_nothing_from_that_moment(
    place: Town, case: Case, colleague: Worker, signed_in: Any
) -> None:
    other = signed_in(colleague)
    assert other.get(f"/cases/{case.ref}/").status_code == 200
    page = f"/cases/{case.ref}/kept-out/"
    answer = signed_in(place.advocate).post(page, {"worker": colleague.ref, "words": "My cousin."})
    assert answer.status_code == 302
    assert other.get(f"/cases/{case.ref}/").content == other.get("/nowhere/").content
    assert other.get(page).status_code == 404
    assert NAME not in other.get("/cases/").content.decode()
    assert sees(place.advocate, case) and not sees(colleague, case)


def test_the_next_file_of_the_same_survivor_is_closed_to_them_too(
    place: Town, case: Case, colleague: Worker
) -> None:
    named(place, case, worker=colleague)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        from shelterbelt.cases.actions import _open_case

        later = _open_case(
            case.survivor, None, door="direct", unit_of=None, words={}, by=place.advocate, at=AT
        )
    assert not sees(colleague, later) and sees(place.advocate, later)


def test_an_agency_that_is_named_reads_nothing_more_and_its_release_is_over(place: Town, case: Case) -> None:
    police = grant_of(taken(place, case, place.police))
    hospital = grant_of(taken(place, case, place.hospital))
    assert read(place, police, place.police) == read(place, hospital, place.hospital) == "open"
    named(place, case, agency=place.police)
    assert read(place, police, place.police) == "closed"
    assert read(place, hospital, place.hospital) == "open", "nobody else loses anything"
    with as_agency(place.advocates.id, at=AT):
        row = Release.objects.get(id=police.release_id)
        assert (row.withdrawn_at, row.ended_because) == (AT, "withdrawn")


def test_what_a_court_ordered_is_not_read_by_an_agency_that_is_named(place: Town, case: Case) -> None:
    with as_agency(place.advocates.id, at=AT, worker=place.advocates_records.id):
        grant = open_on_basis(
            "court_order",
            place.advocates,
            place.police,
            case.id,
            ["danger_level"],
            "court",
            AT,
            AT + DAY,
            authority=uuid7(),
            by=place.advocates_records,
            at=AT,
        )
    assert read(place, grant, place.police) == "open"
    entry = named(place, case, agency=place.police)
    assert read(place, grant, place.police) == "closed"
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        assert living_grant(grant.id, place.police, at=AT) is None
        let_in(entry, by=place.advocate, at=AT)
    assert read(place, grant, place.police) == "open"


def test_no_release_names_an_agency_that_is_kept_out(place: Town, case: Case, signed_in: Any) -> None:
    named(place, case, agency=place.police)
    with pytest.raises(Incomplete) as refused:
        taken(place, case, place.police)
    assert [one.code for one in refused.value.problems] == ["release.recipient_kept_out"]
    with as_agency(place.advocates.id, at=AT):
        assert place.police not in recipients_for(place.advocates, case.id)
        assert place.police in recipients_for(place.advocates)
    page = signed_in(place.advocate).get(f"/cases/{case.ref}/releases/new/").content.decode()
    assert place.hospital.name in page and place.police.name not in page


def test_an_agreement_inside_the_node_shows_nothing_to_an_agency_that_is_named(place: Town) -> None:
    case = against(place, name="Tomo Wern")
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        open_agreement(
            place.police,
            place.prosecutor,
            ["case_file"],
            None,
            "charging",
            AT,
            AT + DAY,
            by=place.supervisor,
            at=AT,
        )
        assert visible(place.prosecutor_worker, SEE_CASE, Case.objects.all(), at=AT) is not None
    assert sees(place.prosecutor_worker, case)
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        keep_out(case, agency=place.prosecutor, by=place.supervisor, at=AT)
    assert not sees(place.prosecutor_worker, case)
    assert sees(place.officer, case)


def test_a_name_is_kept_sealed_and_hides_nothing(place: Town, case: Case, signed_in: Any) -> None:
    client = signed_in(place.advocate)
    page = f"/cases/{case.ref}/kept-out/"
    assert client.post(page, {"who": "Deputy Ames of the next county"}).status_code == 302
    assert "Deputy Ames" in client.get(page).content.decode()
    with as_agency(place.advocates.id, at=AT):
        row = KeptOut.objects.get()
        assert b"Ames" not in bytes(row.sealed) and opened(row)["who"].startswith("Deputy Ames")
        assert not Wall.objects.exists() and not Conflict.objects.exists()


def test_the_list_leaves_only_by_a_release_of_its_own(place: Town, case: Case) -> None:
    named(place, case, who="Deputy Ames of the next county")
    named(place, case, agency=place.court)
    from shelterbelt.library import shelf

    others = shelf.codes("release_categories") - {"kept_out"}
    with as_agency(place.advocates.id, at=AT):
        assert "Ames" not in str(collected(case.id, frozenset(others), at=AT))
        told = collected(case.id, frozenset({"kept_out"}), at=AT)
    values = [row["value"] for section in told for row in section["rows"]]
    assert sorted(values) == sorted(["Deputy Ames of the next county", place.court.name])


def test_what_the_survivor_takes_back_opens_the_file_and_no_release(
    place: Town, case: Case, colleague: Worker, signed_in: Any
) -> None:
    grant = grant_of(taken(place, case, place.police))
    one, two = named(place, case, worker=colleague), named(place, case, agency=place.police)
    client = signed_in(place.advocate)
    for entry in (one, two):
        assert client.post(f"/cases/{case.ref}/kept-out/{entry.ref}/end/").status_code == 302
    assert sees(colleague, case)
    assert read(place, grant, place.police) == "closed", "an ended release stays ended"
    with as_agency(place.advocates.id, at=AT):
        assert place.police in recipients_for(place.advocates, case.id)
    assert "(taken off)" in client.get(f"/cases/{case.ref}/kept-out/").content.decode()


def test_named_twice_they_stay_out_until_both_are_taken_back(
    place: Town, case: Case, colleague: Worker
) -> None:
    one, two = named(place, case, worker=colleague), named(place, case, worker=colleague)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        let_in(one, by=place.advocate, at=AT)
    assert not sees(colleague, case)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        let_in(two, by=place.advocate, at=AT)
    assert sees(colleague, case)


def test_whoever_is_kept_out_cannot_let_themselves_in(
    place: Town, case: Case, colleague: Worker, signed_in: Any
) -> None:
    entry = named(place, case, worker=colleague)
    client = signed_in(colleague)
    assert client.post(f"/cases/{case.ref}/kept-out/{entry.ref}/end/").status_code == 404
    with pytest.raises(NotForYou), as_agency(place.advocates.id, at=AT, worker=colleague.id):
        let_in(entry, by=colleague, at=AT)
    with as_agency(place.advocates.id, at=AT, worker=colleague.id):
        assert not KeptOut.objects.exists()


def test_one_of_three_is_chosen_and_never_oneself_or_ones_own_agency(
    place: Town, case: Case, colleague: Worker, signed_in: Any
) -> None:
    client, page = signed_in(place.advocate), f"/cases/{case.ref}/kept-out/"
    for wrong in (
        {},
        {"worker": colleague.ref, "who": "Somebody"},
        {"worker": place.advocate.ref},
        {"agency": place.advocates.ref},
        {"worker": place.officer.ref},
    ):
        assert client.post(page, wrong).status_code == 422
    for who in ({"worker": place.advocate}, {"worker": place.officer}, {"agency": place.advocates}):
        with pytest.raises(NotForYou):
            named(place, case, **who)
    with as_agency(place.advocates.id, at=AT):
        assert not KeptOut.objects.exists() and not Wall.objects.exists()


def test_an_officer_keeps_nobody_out(place: Town, signed_in: Any) -> None:
    case = against(place, name="Tomo Wern")
    assert signed_in(place.officer).get(f"/cases/{case.ref}/kept-out/").status_code == 404
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=place.officer.id):
        keep_out(case, worker=place.officer_two, by=place.officer, at=AT)
