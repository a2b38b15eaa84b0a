"""What single grants show on a board: exactly the open cases that the policy opens, in the act that changes them."""

import random
from datetime import timedelta

from tests.world import AT, DAY, Town

from shelterbelt.access.rules import visible
from shelterbelt.access.walls import restrict
from shelterbelt.cases.actions import open_direct_case, put_level
from shelterbelt.cases.models import Case, Sight
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.consent.models import Grant
from shelterbelt.response.board import shared_board, sharing_agencies
from shelterbelt.store.asker import as_agency


def cases_of(place: Town, count: int) -> list[Case]:
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        return [
            open_direct_case(survivor={"name": f"Ines {n}"}, other=None, words={}, by=place.nurse, at=AT)
            for n in range(count)
        ]


def grant(place: Town, case: Case, *, begins: int = 0, lasts: int = 5) -> Grant:
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        return Grant.objects.create(
            agency=place.hospital,
            case_id=case.id,
            recipient=place.prosecutor,
            categories=["case_file"],
            basis="court_order",
            from_at=AT + begins * DAY,
            until_at=AT + (begins + lasts) * DAY,
        )


def shown(place: Town, *, days: int = 0) -> list[str]:
    """Every case on the prosecutor's board of what the hospital opens, page after page."""
    at, refs, after = AT + days * DAY, [], ""
    with as_agency(place.prosecutor.id, at=at, worker=place.prosecutor_worker.id):
        while True:
            page = shared_board(place.prosecutor_worker, place.hospital, at=at, after=after)
            refs += [case.ref for case in page.cases]
            if not page.older:
                return refs
            after = page.older


def opened(place: Town, *, days: int = 0) -> set[str]:
    at = AT + days * DAY
    with as_agency(place.prosecutor.id, at=at, worker=place.prosecutor_worker.id):
        rows = visible(place.prosecutor_worker, SEE_CASE, Case.objects.filter(closed_at=None), at=at)
        return set(rows.filter(agency=place.hospital).values_list("ref", flat=True))


def test_the_board_shows_what_the_policy_opens_after_any_story(place: Town) -> None:
    chance = random.Random(7)
    cases = cases_of(place, 40)
    grants: list[Grant] = []
    for _ in range(150):
        with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
            what = chance.randrange(5)
            if what <= 1:
                pass
            elif what == 2 and grants:
                Grant.objects.filter(id=chance.choice(grants).id).update(withdrawn_at=AT)
            elif what == 3:
                level = chance.choice(["low", "medium", "high", "extreme"])
                put_level(chance.choice(cases), level, at=AT)
            else:
                closed = chance.choice([AT, None, None])
                due = chance.choice([None, AT + timedelta(hours=chance.randrange(9))])
                Case.objects.filter(id=chance.choice(cases).id).update(closed_at=closed, next_due_at=due)
        if what <= 1:
            grants.append(
                grant(
                    place, chance.choice(cases), begins=chance.randrange(-2, 3), lasts=chance.randrange(1, 4)
                )
            )
    for days in (-1, 0, 1, 3):
        refs = shown(place, days=days)
        assert len(refs) == len(set(refs)), "a case that two grants open stands there once"
        assert set(refs) == opened(place, days=days)


def test_a_withdrawn_grant_is_off_the_board_in_its_own_transaction(place: Town) -> None:
    (case,) = cases_of(place, 1)
    row = grant(place, case)
    assert shown(place) == [case.ref]
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        Grant.objects.filter(id=row.id).update(withdrawn_at=AT)
        assert not Sight.objects.filter(grant_id=row.id).exists()
    assert shown(place) == []
    with as_agency(place.prosecutor.id, at=AT, worker=place.prosecutor_worker.id):
        assert sharing_agencies(place.prosecutor_worker, at=AT) == []


def test_a_line_without_its_grant_opens_nothing(place: Town) -> None:
    """The walk is only a walk: rows are fetched under the policy and row-level security."""
    (case,) = cases_of(place, 1)
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        Sight.objects.create(
            grant_id=case.id,
            agency=place.hospital,
            recipient_id=place.prosecutor.id,
            case_id=case.id,
            level=case.level,
            from_at=AT,
            until_at=AT + DAY,
        )
    assert shown(place) == []


def test_a_restricted_case_is_on_the_board_of_its_team_whoever_opens_the_grant(place: Town) -> None:
    (case,) = cases_of(place, 1)
    with as_agency(place.hospital.id, at=AT):
        team = [place.prosecutor_worker.id]
        restrict(case.id, agency=place.hospital.id, team=team, reason="", by=None, at=AT)
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        row = grant(place, case)
        assert not Case.objects.filter(id=case.id).exists(), "writing the line shows the case to nobody else"
    assert shown(place) == [case.ref]
    with as_agency(place.hospital.id, at=AT):
        Grant.objects.filter(id=row.id).update(withdrawn_at=AT)
        assert not Sight.objects.filter(grant_id=row.id).exists()
    assert shown(place) == []
