"""What a grant shows: no more than was released, by when it was written, under its limits, and never onward."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.agencies.models import Agency
from shelterbelt.assessments.actions import set_level
from shelterbelt.cases.actions import Party, open_incident, record_incident, write_note
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.consent.actions import (
    narrow_release,
    open_agreement,
    open_on_basis,
    withdraw_release,
)
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.models import Grant, Narrowing, Release, Shown
from shelterbelt.consent.queries import digest_shown, disclosures_of, shown_by, steps_of
from shelterbelt.exchange.actions import shown
from shelterbelt.exchange.collect import collected
from shelterbelt.ledger.models import Reading
from shelterbelt.referrals.actions.referring import NoRelease, refer
from shelterbelt.response.models import Action
from shelterbelt.rules.sharing import Asked, GrantFacts, decide
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import NAME, taken
from tests.world import AT, DAY, HOUR, Town

LATER = AT + DAY


def grant_of(release: Release) -> Grant:
    with as_agency(release.agency_id, at=AT):
        return Grant.objects.select_related("release").get(release=release)


def read(
    grant: Grant, holder: Agency, reader: Agency, at: datetime = LATER, **changed: Any
) -> dict[str, Any]:
    """What the holder's node would answer to the reader's question."""
    asked = {"grant": str(grant.id), "purpose": grant.purpose, "categories": list(grant.categories)} | changed
    with as_agency(holder.id, at=at):
        return shown(asked, holder=holder, reader=reader, at=at)


def noted(here: Town, case: Case, text: str, category: str, at: datetime) -> None:
    with as_agency(here.advocates.id, at=at, worker=here.advocate.id):
        write_note(case, text=text, category=category, by=here.advocate, at=at)


def narrowed(here: Town, release: Release, at: datetime = LATER, **asked: Any) -> Release:
    with as_agency(here.advocates.id, at=at, worker=here.advocate.id):
        return narrow_release(release, Narrower(**asked), by=here.advocate, at=at, channel="in_person")


def test_what_is_written_after_the_signature_is_shown_only_if_they_ticked_it(here: Town, case: Case) -> None:
    noted(here, case, "a new lock", "safety_needs", AT - HOUR)
    closed = taken(here, case, categories=("safety_needs",))
    opened = taken(here, case, categories=("safety_needs",), later=("safety_needs",))
    noted(here, case, "moved to her sister", "safety_needs", AT + HOUR)
    told = [str(read(grant_of(one), here.advocates, here.police)) for one in (closed, opened)]
    assert ["a new lock" in one for one in told] == [True, True]
    assert ["moved to her sister" in one for one in told] == [False, True]


def test_only_what_was_written_before_a_day_is_shown_where_they_said_so(here: Town, case: Case) -> None:
    early, late = AT - 3 * DAY, AT - HOUR
    for category in ("safety_needs", "children"):
        noted(here, case, f"early {category}", category, early)
        noted(here, case, f"late {category}", category, late)
    release = taken(
        here,
        case,
        categories=("safety_needs", "children"),
        before_on=AT.date() - DAY,
        before_of=("children",),
    )
    told = str(read(grant_of(release), here.advocates, here.police))
    seen = [f"{when} {what}" in told for what in ("safety_needs", "children") for when in ("early", "late")]
    assert seen == [True, True, True, False]


def test_a_level_that_was_set_later_is_not_told_nor_that_it_changed(here: Town, case: Case) -> None:
    release = taken(here, case, categories=("danger_level",))
    before = read(grant_of(release), here.advocates, here.police)["sections"]
    with as_agency(here.advocates.id, at=AT + HOUR, worker=here.advocate.id):
        set_level(case, "extreme", ["gun_access"], "A rifle", by=here.advocate, at=AT + HOUR)
    told = read(grant_of(release), here.advocates, here.police)["sections"]
    assert "Extreme" not in str(told)
    assert "Medium" in str(before)


def test_the_limits_stand_above_what_is_shown_also_those_added_later(here: Town, case: Case) -> None:
    release = taken(here, case, scope="not the address of my sister")
    narrowed(here, release, limits="only what happened on 3 March")
    told = read(grant_of(release), here.advocates, here.police)
    assert told["limits"] == "not the address of my sister\nonly what happened on 3 March"


def test_narrowing_bites_at_once_and_keeps_what_was_signed_and_each_step(here: Town, case: Case) -> None:
    noted(here, case, "a new lock", "safety_needs", AT - HOUR)
    noted(here, case, "a plan of two steps", "plans", AT - HOUR)
    release = taken(here, case, categories=("plans", "safety_needs"), later=("plans",))
    row = narrowed(
        here,
        release,
        categories=frozenset({"plans", "children"}),
        expires_on=AT.date() + 9 * DAY,
        nothing_later=True,
    )
    noted(here, case, "a later plan", "plans", LATER + HOUR)
    told = str(read(grant_of(release), here.advocates, here.police, at=LATER + 2 * HOUR))
    assert "a plan of two steps" in told
    assert "a new lock" not in told
    assert "a later plan" not in told
    assert "children" not in row.categories
    assert row.expires_at < release.expires_at
    with as_agency(here.advocates.id, at=LATER):
        ((at, step),) = steps_of(row)
        assert (at, step["channel"], step["nothing_later"]) == (LATER, "in_person", True)
        assert step["categories"] == [["plans", "safety_needs"], ["plans"]]
        assert bytes(Release.objects.get(id=row.id).document) == bytes(release.document)
        assert b"safety" not in bytes(Narrowing.objects.get(release=row).sealed)


@pytest.mark.parametrize(
    "asked",
    [
        {"categories": frozenset({"plans", "safety_needs", "children"})},
        {"expires_on": AT.date() + timedelta(days=300)},
        {},
    ],
)
def test_narrowing_can_never_widen(here: Town, case: Case, asked: dict[str, Any]) -> None:
    release = taken(here, case, categories=("plans",))
    row = narrowed(here, release, **asked)
    assert (row.categories, row.expires_at, row.narrowed_at) == (["plans"], release.expires_at, None)


@pytest.mark.parametrize("asked", [{"categories": frozenset()}, {"expires_on": AT.date() - DAY}])
def test_narrowing_to_nothing_ends_the_release(here: Town, case: Case, asked: dict[str, Any]) -> None:
    release = taken(here, case)
    assert narrowed(here, release, **asked).withdrawn_at == LATER
    assert read(grant_of(release), here.advocates, here.police)["state"] == "closed"


def test_every_reading_through_a_grant_is_a_disclosure_with_what_and_a_digest(here: Town, case: Case) -> None:
    release = taken(here, case, categories=("plans", "safety_needs"))
    grant = grant_of(release)
    first = read(grant, here.advocates, here.police)
    read(grant, here.advocates, here.police, at=LATER + HOUR, categories=["plans"])
    read(grant, here.advocates, here.prosecutor)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        later, one = shown_by(release, by=here.advocate, at=LATER)
        assert (one.reader, one.at, one.categories) == (here.police.name, LATER, ("plans", "safety_needs"))
        assert later.categories == ("plans",)
        assert (one.basis, one.grant_id) == ("release", grant.id)
        assert one.digest == digest_shown(here.advocates.id, first).hex()
        assert Shown.objects.count() == 2
        assert disclosures_of(by=here.advocate, at=LATER, case_id=case.id) == [later, one]
        assert disclosures_of(by=here.advocate, at=LATER) == []


def test_disclosures_are_for_who_holds_the_case_alone(here: Town, case: Case) -> None:
    grant = grant_of(taken(here, case))
    read(grant, here.advocates, here.police)
    for who in (here.detective, here.shelter_worker, here.nurse, here.administrator, here.reviewer):
        with as_agency(who.agency_id, at=LATER, worker=who.id):
            assert disclosures_of(by=who, at=LATER, case_id=case.id) == []
            assert disclosures_of(by=who, at=LATER, grant_ids=[grant.id]) == []
            assert not Shown.objects.exists()


def test_what_was_read_inside_the_node_by_agreement_is_a_disclosure_too(here: Town) -> None:
    case = police_case(here)
    agree(here, here.police, here.prosecutor, here.supervisor)
    with as_agency(here.prosecutor.id, at=LATER, worker=here.prosecutor_worker.id):
        from shelterbelt.ledger.actions import reading

        by = here.prosecutor_worker
        reading(
            "case", about=case.id, by=by.id, agency=here.police.id, at=LATER, reader_agency=here.prosecutor.id
        )
    with as_agency(here.police.id, at=LATER, worker=here.detective.id):
        (one,) = disclosures_of(by=here.detective, at=LATER, case_id=case.id)
        assert one.reader == here.prosecutor.name


def test_ending_a_release_opens_a_safe_check_in_by_the_standing_instructions(
    here: Town, case: Case, settle: Any
) -> None:
    release = taken(here, case)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        withdraw_release(release, by=here.advocate, at=LATER, channel="message")
    settle(here.advocates, at=LATER)
    with as_agency(here.advocates.id, at=LATER):
        found = Action.objects.get(kind="safe_check_in")
        assert (found.case_id, found.due_at) == (case.id, LATER + DAY)


# Onward: what an agency only reads by another's grant leaves it by no exit.


def police_case(here: Town) -> Case:
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        done = record_incident(
            open_incident(by=here.officer, at=AT),
            content={},
            parties=[Party("survivor", {"name": NAME}), Party("perpetrator", {"name": "Casey Vole"})],
            happened_at=AT,
            by=here.officer,
            at=AT,
        )
    assert done.case is not None
    return done.case


def agree(here: Town, holder: Agency, recipient: Agency, by: Any, case_id: UUID | None = None) -> Grant:
    with as_agency(holder.id, at=AT, worker=by.id):
        return open_agreement(
            holder, recipient, ["case_file"], case_id, "prosecution", AT, AT + 30 * DAY, by=by, at=AT
        )


def test_an_agreement_over_a_case_that_is_only_read_opens_nothing(here: Town) -> None:
    case = police_case(here)
    agree(here, here.police, here.prosecutor, here.supervisor)
    agree(here, here.prosecutor, here.probation, here.prosecutor_worker, case.id)
    agree(here, here.prosecutor, here.probation, here.prosecutor_worker)
    with as_agency(here.prosecutor.id, at=LATER, worker=here.prosecutor_worker.id):
        assert may(here.prosecutor_worker, SEE_CASE, case, at=LATER)
    with as_agency(here.probation.id, at=LATER, worker=here.probation_officer.id):
        assert not may(here.probation_officer, SEE_CASE, case, at=LATER)
        assert not visible(here.probation_officer, SEE_CASE, Case.objects.all(), at=LATER).exists()
        assert not Case.objects.filter(id=case.id).exists()


def test_an_order_over_a_case_that_is_only_read_shows_nothing_of_it(here: Town) -> None:
    case = police_case(here)
    agree(here, here.police, here.prosecutor, here.supervisor)
    with as_agency(here.prosecutor.id, at=AT, worker=here.prosecutor_worker.id):
        grant = open_on_basis(
            "mandate", here.prosecutor, here.court, case.id, ["danger_level", "service_contact"], "court",
            AT, AT + DAY * 9, authority=uuid7(), by=here.prosecutor_worker, at=AT,
        )  # fmt: skip
        assert collected(case.id, frozenset({"danger_level"}), at=LATER) != []
    told = read(grant, here.prosecutor, here.court)
    assert told["sections"] == []


def test_a_release_of_a_case_that_another_agency_holds_is_refused_or_shows_nothing(
    here: Town, case: Case
) -> None:
    theirs = police_case(here)
    with pytest.raises(NotForYou):
        taken(here, theirs)
    without_file = Case(id=theirs.id, ref="")
    release = taken(here, without_file, to=here.shelter, categories=("danger_level", "plans"))
    assert read(grant_of(release), here.advocates, here.shelter)["sections"] == []


def test_a_referral_carries_nothing_that_is_only_held_by_grant(here: Town, case: Case) -> None:
    theirs = police_case(here)
    release = taken(here, case, to=here.shelter, categories=("services",))
    content = {
        "name": "X",
        "language": "es",
        "instructions": None,
        "words": {"danger_level": "as police told us"},
    }
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        with pytest.raises(NoRelease):
            refer(case, to=here.shelter, content=content, by=here.advocate, at=AT)
        with pytest.raises(NotForYou):
            refer(theirs, to=here.shelter, content={**content, "words": {}}, by=here.advocate, at=AT)
    assert grant_of(release).categories == ["services"]


def test_asking_in_order_to_pass_on_is_refused_by_the_rule(here: Town) -> None:
    facts = GrantFacts("a", "p", frozenset({"x"}), AT, LATER)
    assert decide(facts, Asked("a", "p", frozenset({"x"})), at=AT).allowed
    assert not decide(facts, Asked("a", "p", frozenset({"x"}), onward=True), at=AT).allowed


def test_nothing_of_a_reading_stands_in_the_open(here: Town, case: Case) -> None:
    noted(here, case, "the blue door", "safety_needs", AT - HOUR)
    read(grant_of(taken(here, case)), here.advocates, here.police)
    with as_agency(here.advocates.id, at=LATER):
        row = Shown.objects.get()
        assert Reading.objects.filter(what="case.read_by_grant", digest=row.digest).exists()
        assert "blue door" not in str(row.__dict__)
