"""Taking and ending releases, and agreements between system agencies: what is kept, sent, and refused."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.agencies.enrol import enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.agencies.peers import keys_of
from shelterbelt.cases.actions import Party, open_incident, record_incident
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.consent.actions import Incomplete, open_agreement, withdraw_release
from shelterbelt.consent.document import document_of
from shelterbelt.consent.models import Grant, Release
from shelterbelt.consent.queries import grants_of_case, living_grant, releases_of_case
from shelterbelt.ledger.models import Entry
from shelterbelt.rules.releases import Signer
from shelterbelt.sealing import letters
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import NAME, draft, taken
from tests.world import AT, DAY, Town, this_node


def letters_of(agency: Agency) -> list[dict[str, Any]]:
    """What the agency wrote, opened as the other node would: here it is the same node."""
    keys = keys_of(this_node())
    with as_agency(agency.id, at=AT):
        sealed = [bytes(one.sealed) for one in Letter.objects.order_by("written_at", "id")]
    return [letters.read(one, by=keys, to=sealing.keyring().node_keys()) for one in sealed]


def withdrawn(here: Town, release: Release, at: datetime = AT + DAY) -> Release:
    with as_agency(here.advocates.id, at=at, worker=here.advocate.id):
        return withdraw_release(release, by=here.advocate, at=at, channel="in_person")


def test_grant_runs_from_the_signature_to_the_end_of_the_last_day(here: Town, case: Case) -> None:
    release = taken(here, case)
    assert release.starts_at == AT
    assert (
        release.expires_at.isoformat() == "2026-04-04T05:00:00+00:00"
    )  # midnight in Chicago, clocks changed
    with as_agency(here.advocates.id, at=AT):
        (grant,) = grants_of_case(case.id, at=AT)
        assert (grant.state, grant.from_at, grant.until_at) == ("living", AT, release.expires_at)
        assert living_grant(grant.id, here.police, at=AT) is not None
        assert living_grant(grant.id, here.police, at=release.expires_at) is None
        assert living_grant(grant.id, here.police, at=AT - timedelta(seconds=1)) is None
        assert living_grant(grant.id, here.prosecutor, at=AT) is None


def test_grant_letter_tells_the_least(here: Town, case: Case) -> None:
    taken(here, case, reference="their-own-word")
    (letter,) = letters_of(here.advocates)
    body = letter["body"]
    assert letter["kind"] == "grant/2"
    assert set(body) == {"grant", "reference", "categories", "purpose", "from", "until", "limits"}
    assert body["reference"] == "their-own-word"
    assert NAME not in str(letter)
    assert str(case.id) not in str(letter)


def test_without_a_reference_the_recipient_gets_the_releases_own(here: Town, case: Case) -> None:
    release = taken(here, case)
    assert letters_of(here.advocates)[0]["body"]["reference"] == release.ref


def test_withdrawing_ends_the_grant_in_the_same_transaction(here: Town, case: Case) -> None:
    release = withdrawn(here, taken(here, case))
    assert release.withdrawn_at == AT + DAY
    with as_agency(here.advocates.id, at=AT):
        grant = Grant.objects.get(release=release)
        assert grant.withdrawn_at == AT + DAY
        assert living_grant(grant.id, here.police, at=AT) is None
        (face,) = releases_of_case(case.id, by=here.advocate, at=AT + DAY)
        assert face.state == "withdrawn"
    assert [one["kind"] for one in letters_of(here.advocates)] == ["grant/2", "withdrawal/1"]


def test_withdrawing_twice_is_withdrawing_once(here: Town, case: Case) -> None:
    release = taken(here, case)
    first = withdrawn(here, release)
    second = withdrawn(here, release, at=AT + 2 * DAY)
    assert second.withdrawn_at == first.withdrawn_at
    assert len(letters_of(here.advocates)) == 2
    with as_agency(here.advocates.id, at=AT):
        assert Entry.objects.filter(kind="release.withdrawn").count() == 1


def test_withdrawing_keeps_what_was_signed_as_it_was(here: Town, case: Case) -> None:
    release = taken(here, case)
    before = document_of(release)
    assert document_of(withdrawn(here, release)) == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signers": (Signer(NAME, "survivor", True),)}, "release.abuser_may_not_sign"),
        ({"signers": (Signer(NAME, "parent", False),)}, "release.minor_signs_too"),
        ({"signers": ()}, "release.signer_needed"),
        ({"expires_on": None}, "release.expiry_needed"),
        ({"expires_on": AT.date() + timedelta(days=91)}, "release.expiry_long"),
        ({"expires_on": AT.date() + timedelta(days=366)}, "release.expiry_too_far"),
        ({"starts_on": AT.date() - DAY}, "release.start_past"),
        ({"categories": ("case_file",)}, "release.category_unknown"),
        ({"explained": frozenset()}, "release.explain_not_a_condition"),
        ({"signature": " "}, "release.signature_needed"),
    ],
)
def test_incomplete_or_unlawful_release_is_not_kept(
    here: Town, case: Case, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(Incomplete) as refused:
        taken(here, case, **changed)
    assert code in {problem.code for problem in refused.value.problems}
    with as_agency(here.advocates.id, at=AT):
        assert not Release.objects.exists()
        assert not Letter.objects.exists()


def test_release_to_the_own_agency_is_refused(here: Town, case: Case) -> None:
    with pytest.raises(Incomplete):
        taken(here, case, to=here.advocates)


@pytest.mark.parametrize("who", ["officer", "detective", "coordinator", "prosecutor_worker", "uninvited"])
def test_only_those_who_hold_the_information_take_releases(here: Town, case: Case, who: str) -> None:
    with pytest.raises(NotForYou):
        taken(here, case, by=getattr(here, who))


def test_another_agency_can_neither_see_nor_end_a_release(here: Town, case: Case) -> None:
    release = taken(here, case)
    with as_agency(here.shelter.id, at=AT, worker=here.shelter_worker.id):
        assert releases_of_case(case.id, by=here.shelter_worker, at=AT) == []
        with pytest.raises(NotForYou):
            withdraw_release(release, by=here.shelter_worker, at=AT, channel="phone")


def test_same_token_for_another_case_is_refused(here: Town, case: Case) -> None:
    release = taken(here, case)
    other = Case(id=uuid7(), ref="x" * 22)
    with pytest.raises(NotForYou):
        taken(here, other, token=release.id)
    with pytest.raises(NotForYou):
        taken(here, case, token=release.id, by=here.shelter_worker, to=here.police)


def test_two_clicks_at_the_same_moment_make_one_release(here: Town, case: Case) -> None:
    token, made, gate = uuid7(), [], threading.Barrier(2)

    def click() -> None:
        gate.wait()
        made.append(taken(here, case, token=token).id)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert made == [token, token]
    with as_agency(here.advocates.id, at=AT):
        assert Grant.objects.count() == 1
    assert len(letters_of(here.advocates)) == 1


def test_nothing_that_was_typed_stands_in_the_tables_in_the_open(here: Town, case: Case) -> None:
    taken(here, case, scope="only about the blue door")
    with as_agency(here.advocates.id, at=AT), connection.cursor() as cursor:
        for table in ("consent_release", "consent_grant", "agencies_letter", "ledger_entry"):
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
            (text,) = cursor.fetchone()
            for word in ("Ximena", "blue door", NAME.encode().hex(), b"blue door".hex()):
                assert word not in text


@pytest.fixture
def police_case(here: Town) -> Case:
    """A case of the police, opened by a recorded incident."""
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        incident = open_incident(by=here.officer, at=AT)
        recorded = record_incident(
            incident,
            content={},
            parties=[Party("survivor", {"name": NAME}), Party("perpetrator", {"name": "Casey Vole"})],
            happened_at=AT,
            by=here.officer,
            at=AT,
        )
    assert recorded.case is not None
    return recorded.case


def agreed(here: Town, **changed: Any) -> Grant:
    asked: dict[str, Any] = {
        "holder": here.police,
        "recipient": here.prosecutor,
        "categories": ["case_file"],
        "case_id": None,
        "purpose": "prosecution",
        "from_at": AT,
        "until_at": AT + 30 * DAY,
        "by": here.supervisor,
        "at": AT,
    }
    asked |= changed
    with as_agency(asked["by"].agency_id, at=AT, worker=asked["by"].id):
        return open_agreement(**asked)


def test_agreement_opens_the_case_to_the_other_agency_and_ends(here: Town, police_case: Case) -> None:
    agreed(here)
    reader = here.prosecutor_worker
    for at, sees in ((AT + DAY, True), (AT + 31 * DAY, False), (AT - DAY, False)):
        with as_agency(here.prosecutor.id, at=at, worker=reader.id):
            found = visible(reader, SEE_CASE, Case.objects.all(), at=at)
            assert [one.id for one in found] == ([police_case.id] if sees else [])
            assert may(reader, SEE_CASE, police_case, at=at) is sees


@pytest.mark.parametrize(
    "changed",
    [
        {"recipient": "advocates"},
        {"recipient": "shelter"},
        {"recipient": "hospital"},
        {"recipient": "police"},
        {"categories": []},
        {"categories": ["safe_contact"]},
        {"until_at": AT},
    ],
)
def test_agreement_with_a_victim_service_or_without_bounds_is_refused(
    here: Town, changed: dict[str, Any]
) -> None:
    if isinstance(changed.get("recipient"), str):
        changed = {"recipient": getattr(here, changed["recipient"])}
    with pytest.raises(ValueError):
        agreed(here, **changed)


def test_agreement_over_a_victim_services_cases_is_refused(here: Town) -> None:
    with pytest.raises(NotForYou):
        agreed(here, holder=here.advocates, by=here.advocate)
    with pytest.raises(NotForYou):
        agreed(here, holder=here.advocates)


def test_agreement_across_nodes_is_refused(here: Town, tmp_path: Any) -> None:
    keys = Keyring.create(tmp_path / "keys")
    other = enrol_node(f"other {uuid7()}", "http://localhost:1", keys.public_keys(), is_self=False)
    theirs = enrol_agency(other, name="Elsewhere", kind="prosecutor", protocol="", time_zone="UTC")
    with pytest.raises(ValueError):
        agreed(here, recipient=theirs)


def test_draft_of_the_tests_is_complete_on_its_day(here: Town, case: Case) -> None:
    assert draft().starts_on == date(2026, 3, 4)
    assert taken(here, case).categories == ["safety_needs"]
