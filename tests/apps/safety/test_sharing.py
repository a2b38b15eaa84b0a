"""Who else reads a part: nobody, until the survivor says so; the team or an agency with a release; ended at once."""

import json
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.agencies.models import Agency
from shelterbelt.consent.actions import open_on_basis, withdraw_release
from shelterbelt.consent.models import Grant, Shown
from shelterbelt.exchange.actions import shown
from shelterbelt.ledger.models import Reading
from shelterbelt.people.actions import record_person
from shelterbelt.safety.actions import NotShared, begin_plan, end_plan, end_share, share_part, write_part
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile, PartShare, PartVersion, PlanPart, SafetyPlan
from shelterbelt.safety.queries import shared_with_team, viewers_for
from shelterbelt.store.asker import as_agency
from tests.apps.safety.conftest import PEOPLE, PLACE, WHERE, WORDS, Home
from tests.world import AT, DAY, HOUR


def told(home: Home, part: PlanPart, viewer: Agency, at: Any = AT, **more: Any) -> PartShare:
    """The survivor told the worker whom to let read."""
    with home.asks(home.by, at=at):
        return share_part(part, viewer, how="in_person", by=home.by, at=at, **more)


def team_reads(home: Home, at: Any = AT) -> list[str]:
    """What a colleague of the team reads, as the codes of parts."""
    with home.asks(home.colleague, at=at):
        found = shared_with_team(home.survivor.id, by=home.colleague, at=at, language="en")
        return [one.code for one in found]


def agency_reads(home: Home, viewer: Agency, at: Any = AT, basis: str = "release") -> str:
    """What another agency's page gets through its grant, as the node of the holder answers."""
    with as_agency(home.town.advocates.id, at=at):
        grant = Grant.objects.get(recipient=viewer, basis=basis)
        question = {"grant": str(grant.id), "purpose": grant.purpose, "categories": list(grant.categories)}
        return json.dumps(shown(question, holder=home.town.advocates, reader=viewer, at=at))


def test_the_team_reads_the_newest_words_of_the_part_that_was_chosen_and_nothing_else(home: Home) -> None:
    part = home.wrote(PEOPLE, {"contacts_not": ["Before"]})
    home.wrote(PLACE, WHERE)
    assert team_reads(home) == []
    told(home, part, home.town.advocates)
    home.wrote(PEOPLE, WORDS)
    with home.asks(home.colleague):
        (read,) = shared_with_team(home.survivor.id, by=home.colleague, at=AT, language="en")
        assert [line.values for line in read.lines] == [("Quezzelvorp",)]
        assert [row.number for row in PartVersion.objects.all()] == [2]
        assert PlanPart.objects.count() == 1
        assert not SafetyPlan.objects.exists() and not OwnFile.objects.exists()
        with pytest.raises(NotForYou):
            write_part(home.plan, PEOPLE, {}, after=2, by=home.colleague, at=AT)


def test_ending_it_bites_at_once_by_either_hand(home: Home) -> None:
    part = home.wrote(PEOPLE, WORDS)
    share = told(home, part, home.town.advocates)
    assert team_reads(home) == [PEOPLE]
    with home.asks(home.survivor):
        (own,) = PartShare.objects.all()
        end_share(own, by=home.survivor, at=AT + HOUR)
    assert team_reads(home, at=AT + HOUR) == []
    with home.asks(home.colleague, at=AT + HOUR):
        assert not PlanPart.objects.exists() and not PartShare.objects.exists()
    with home.asks(home.by, at=AT + HOUR):
        assert PartShare.objects.get(id=share.id).ended_by == home.survivor.id


def test_the_survivor_shares_by_their_own_hand_and_a_worker_says_how_they_were_told(home: Home) -> None:
    part = home.wrote(PEOPLE, WORDS)
    with home.asks(home.survivor):
        own = PlanPart.objects.select_related("file", "plan").get()
        made = share_part(own, home.town.advocates, by=home.survivor, at=AT)
        assert made.shared_by == home.survivor.id
        end_share(made, by=home.survivor, at=AT)
    for how in ("own_hand", "guessed"):
        with pytest.raises(ValueError, match="who told it"), home.asks(home.by):
            share_part(part, home.town.advocates, how=how, by=home.by, at=AT)
    with pytest.raises(NotForYou), home.asks(home.colleague):
        share_part(part, home.town.advocates, how="phone", by=home.colleague, at=AT)


@pytest.mark.parametrize("bar", ["closed", "restricted", "walled"])
def test_the_team_is_whoever_works_on_the_case_and_nobody_else(home: Home, bar: str) -> None:
    from shelterbelt.cases.actions import close_case

    part = home.wrote(PEOPLE, WORDS)
    told(home, part, home.town.advocates)
    with home.asks(home.by):
        if bar == "closed":
            close_case(home.case, reason="Done", by=home.by, at=AT)
    with as_agency(home.town.advocates.id, at=AT):
        common: dict[str, Any] = {"agency": home.town.advocates.id, "reason": "", "by": None, "at": AT}
        if bar == "restricted":
            restrict(home.case.id, team=[home.by.id], **common)
        if bar == "walled":
            raise_wall(home.survivor.id, worker=home.colleague.id, basis="declared", **common)
    assert team_reads(home) == []
    with home.asks(home.colleague):
        assert not PlanPart.objects.exists() and not PartVersion.objects.exists()


def test_a_wall_before_the_person_hides_each_row_of_the_plan_whatever_else_opens_it(home: Home) -> None:
    """There is no case that a bar could stand before; a session of the survivor's opens every row but to a walled worker."""
    agency, tables = home.town.advocates, (SafetyPlan, PlanPart, PartVersion, PartShare)
    with home.asks(home.by):
        person = record_person({"name": "Ana"}, agency=agency.id, by=home.by.id, at=AT)
        plan = begin_plan(begin_file(person, by=home.by, at=AT), by=home.by, at=AT)
        version = write_part(plan, PEOPLE, WORDS, after=0, by=home.by, at=AT)
        part = PlanPart.objects.select_related("file", "plan").get(id=version.part_id)
    told(home, part, agency)

    def seen() -> list[int]:
        with as_agency(agency.id, at=AT, worker=home.colleague.id, survivor=person.id):
            return [table.objects.filter(person_id=person.id).count() for table in tables]

    assert seen() == [1, 1, 1, 1]
    with as_agency(agency.id, at=AT):
        raise_wall(
            person.id, agency=agency.id, worker=home.colleague.id, basis="declared", reason="", by=None, at=AT
        )
    assert seen() == [0, 0, 0, 0]


def test_without_a_choice_row_level_security_alone_keeps_the_team_out(home: Home) -> None:
    home.wrote(PEOPLE, WORDS)
    with home.asks(home.colleague):
        assert not PlanPart.objects.exists() and not PartVersion.objects.exists()


# Another agency


def test_an_agency_needs_a_release_that_names_the_plan_and_the_survivors_choice_of_the_part(
    home: Home,
) -> None:
    to = home.town.shelter
    part = home.wrote(PEOPLE, WORDS)
    home.wrote("contacts", WORDS)
    with pytest.raises(NotShared, match="no_release"):
        told(home, part, to)
    home.released(to)
    assert "Quezzel" not in agency_reads(home, to)
    with home.asks(home.by):
        assert [one.name for one in viewers_for(home.plan, by=home.by, at=AT)][1:] == [to.name]
    told(home, part, to)
    assert "Quezzelvorp" in agency_reads(home, to)
    with as_agency(home.town.advocates.id, at=AT):
        looks = Reading.objects.filter(reader_agency_id=to.id)
        assert {bytes(one.digest) for one in looks} == {bytes(one.digest) for one in Shown.objects.all()}
        assert looks.count() == 2


def test_when_the_choice_or_the_release_ends_the_agency_reads_nothing_more(home: Home) -> None:
    to, part = home.town.shelter, home.wrote(PEOPLE, WORDS)
    release = home.released(to)
    share = told(home, part, to)
    with home.asks(home.by, at=AT + HOUR):
        end_share(share, by=home.by, at=AT + HOUR)
    assert "Quezzel" not in agency_reads(home, to, at=AT + HOUR)
    told(home, part, to, at=AT + HOUR)
    assert "Quezzel" in agency_reads(home, to, at=AT + HOUR)
    with home.asks(home.by, at=AT + 2 * HOUR):
        withdraw_release(release, by=home.by, at=AT + 2 * HOUR, channel="phone")
    assert "Quezzel" not in agency_reads(home, to, at=AT + 2 * HOUR)
    with home.asks(home.by, at=AT + 3 * HOUR):
        end_plan(home.plan, by=home.by, at=AT + 3 * HOUR)
        assert not PartShare.objects.filter(ended_at=None).exists()


def test_no_order_and_no_duty_by_law_opens_the_plan(home: Home) -> None:
    to, part = home.town.court, home.wrote(PEOPLE, WORDS)
    with (
        pytest.raises(ValueError, match="no more than can be opened"),
        home.asks(home.town.advocates_records),
    ):
        open_on_basis(
            "court_order", home.town.advocates, to, home.case.id, ["safety_plan"], "safety", AT, AT + DAY,
            authority=home.case.id, by=home.town.advocates_records, at=AT,
        )  # fmt: skip
    home.released(to)
    told(home, part, to)
    with as_agency(home.town.advocates.id, at=AT):
        Grant.objects.filter(recipient=to).update(basis="court_order")
    assert "Quezzel" not in agency_reads(home, to, basis="court_order")


# Places, and children


def test_a_place_goes_to_nobody_who_was_not_named_for_it_by_itself(home: Home) -> None:
    part, to = home.wrote(PLACE, WHERE), home.town.shelter
    home.released(to)
    for viewer in (home.town.advocates, to):
        with pytest.raises(NotShared, match="place_not_named"):
            told(home, part, viewer)
    told(home, part, to, place_named=True)
    assert "Quezzelhaven" in agency_reads(home, to)
    with as_agency(home.town.advocates.id, at=AT):
        PartShare.objects.update(place_named=False)
    assert "Quezzelhaven" not in agency_reads(home, to)


def test_nothing_of_a_childs_plan_reaches_who_may_work_with_the_other_parent(home: Home) -> None:
    """Both parents are survivors here: each has a plan for the child, and a worker of their own."""
    from shelterbelt.cases.actions import open_direct_case
    from shelterbelt.safety.files import begin_file

    with home.asks(home.by):
        child = begin_plan(home.file, whom="child", called="Wren", by=home.by, at=AT)
        made = write_part(child, PEOPLE, WORDS, after=0, by=home.by, at=AT)
        part = PlanPart.objects.select_related("file", "plan").get(id=made.part_id)
    with home.asks(home.colleague):
        theirs = open_direct_case(
            survivor={"name": "Ben"}, other={"name": "Quorra"}, words={}, by=home.colleague, at=AT
        )
        file = begin_file(theirs.survivor, by=home.colleague, at=AT)
        begin_plan(file, whom="child", called="Wren", by=home.colleague, at=AT)
        assert {row.person_id for row in SafetyPlan.objects.all()} == {theirs.survivor_id}
        assert not PlanPart.objects.exists()
    for viewer in (home.town.advocates, home.town.police):
        if viewer is home.town.police:
            home.released(viewer)
        with pytest.raises(NotShared, match="place_not_named"):
            told(home, part, viewer)
