"""A breach is possible until a person says more, tied to its terms, and counts for the forecast as the rules say."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import raise_wall
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.queries import happenings_of
from shelterbelt.breaches import actions
from shelterbelt.breaches.models import Breach, BreachCustody, BreachDecision, BreachTerm
from shelterbelt.breaches.queries.patterns import pattern_of
from shelterbelt.breaches.told import said_of
from shelterbelt.ledger.models import Entry
from shelterbelt.orders.actions import note_happening
from shelterbelt.rules.breach import CONFIRMED, MORE_KINDS, NOT_A_BREACH, REPEATED, UNDETERMINED
from shelterbelt.store.asker import as_agency
from tests.apps.breaches.cast import FRAMES, Broken, broken
from tests.apps.orders import cast as orders
from tests.world import AT, DAY, HOUR, Town


@pytest.fixture
def here(place: Town) -> Broken:
    return broken(place)


def counted(here: Broken) -> list[datetime]:
    """The occasions that the forecast of the case has."""
    with here.asks():
        rows = [
            one for one in happenings_of(here.case) if one.type == "order_violation" and one.undone_at is None
        ]
        return sorted(one.happened_at for one in rows)


def kinds(here: Broken, breach: Breach) -> list[str]:
    with here.asks():
        return list(Entry.objects.filter(about=breach.id).order_by("id").values_list("kind", flat=True))


def test_what_a_person_reports_is_possible_tied_to_its_terms_and_counts(here: Broken) -> None:
    row = here.report()
    with here.asks(here.town.officer):
        assert row.state == "possible"
        terms = {one.code: one.certainty for one in BreachTerm.objects.filter(breach=row)}
        assert terms == {"05": "likely"}
        said = said_of(row)
        assert said["act"] == "contacted" and "eleven" in said["words"]
        assert sorted({code for code, _about in said["not_touched"]})[:1] == ["breach.other_kind"]
        assert b"quezzel" not in bytes(row.sealed)
    assert counted(here) == [AT - HOUR / 2]
    assert kinds(here, row) == ["breach.possible"]
    # Nothing of it fits a term: it is kept all the same, for somebody to read the paper.
    other = here.report("kept_children", when=AT - 2 * DAY)
    with here.asks(here.town.officer):
        assert not BreachTerm.objects.filter(breach=other).exists()
        assert other.state == "possible"


def test_what_a_watch_sees_counts_only_once_a_person_has_looked(here: Broken) -> None:
    alarm = here.order.id
    row = here.seen(alarm_id=alarm)
    assert row is not None and here.seen(alarm_id=alarm) == row
    assert kinds(here, row) == ["breach.possible"]
    assert counted(here) == []
    with here.asks():
        (term,) = BreachTerm.objects.filter(breach=row)
        assert (term.code, term.kind) == ("04", "stay_away")
        assert here.seen(zone="a place that no term names") is None
    here.says(row, CONFIRMED)
    assert counted(here) == [AT - HOUR / 2]
    here.says(row, NOT_A_BREACH, at=AT + HOUR)
    assert counted(here) == []
    here.says(row, UNDETERMINED, at=AT + 2 * HOUR)
    assert counted(here) == [AT - HOUR / 2]
    with here.asks(here.town.detective):
        assert [one.state for one in BreachDecision.objects.filter(breach=row).order_by("at")] == [
            CONFIRMED, NOT_A_BREACH, UNDETERMINED,
        ]  # fmt: skip
        assert Breach.objects.get(id=row.id).state == UNDETERMINED
    assert kinds(here, row)[1:] == ["breach.confirmed", "breach.not_a_breach", "breach.undetermined"]


def test_several_reports_of_one_occasion_are_one_and_a_pattern_says_so(here: Broken) -> None:
    first = here.report(when=AT - 3 * HOUR / 4)
    here.report("had_weapon", when=AT - HOUR / 2, source="survivor")
    assert counted(here) == [AT - 3 * HOUR / 4]
    here.report(when=AT - HOUR / 5)
    assert len(counted(here)) == 1
    earlier = here.report(when=AT - 5 * HOUR / 6)
    assert counted(here) == [AT - 5 * HOUR / 6]
    here.says(earlier, NOT_A_BREACH)
    assert counted(here) == [AT - 3 * HOUR / 4]
    later = here.report(when=AT + 2 * DAY, at=AT + 2 * DAY)
    assert len(counted(here)) == 2
    with here.asks():
        found = pattern_of(here.case, at=AT + 2 * DAY)
        assert {REPEATED, MORE_KINDS} <= set(found.codes)
        assert found.waiting == 4 and first.state == later.state == "possible"


def test_line_written_by_hand_counts_once_and_one_taken_back_is_not_written_again(here: Broken) -> None:
    from shelterbelt.assessments.actions import record_happening, undo_happening

    by = here.town.detective
    with here.asks(by):
        record_happening(here.case, "order_violation", happened_at=AT - HOUR, by=by, at=AT)
    here.report()
    assert counted(here) == [AT - HOUR]
    here.report(when=AT - DAY)
    assert counted(here) == [AT - DAY, AT - HOUR]
    with here.asks(by):
        (ours,) = Happening.objects.filter(case=here.case, happened_at=AT - DAY)
        undo_happening(ours, "Wrong", by=by, at=AT)
    here.report(when=AT - 9 * DAY)
    assert counted(here) == [AT - 9 * DAY, AT - HOUR]


def test_before_service_it_is_possible_and_no_more_and_after_the_end_no_term_is_touched(here: Broken) -> None:
    by = here.town.officer
    made = orders.with_terms(orders.in_force(by, served=False), by)
    here.order = made
    with here.asks(by):
        note_happening(made, "service_tried", happened_at=AT - HOUR, by=by, at=AT)
    row = here.report(case=None)
    with here.asks(by):
        (term,) = BreachTerm.objects.filter(breach=row)
        assert term.certainty == "possible"
        note_happening(made, "recalled", happened_at=AT - HOUR / 2, by=by, at=AT)
    over = here.report(case=None, when=AT - HOUR / 5)
    with here.asks(by):
        assert not BreachTerm.objects.filter(breach=over).exists()
        assert sorted({code for code, _a in said_of(over)["not_touched"] if code[:5] == "order"}) == [
            "order.recalled"
        ]


def test_refusals(here: Broken) -> None:
    row = here.report()
    with pytest.raises(actions.ReasonNeeded), here.asks(here.town.detective):
        actions.decide(row, CONFIRMED, "  ", by=here.town.detective, at=AT)
    with pytest.raises(ValueError, match="can be"), here.asks(here.town.detective):
        actions.decide(row, "possible", "x", by=here.town.detective, at=AT)
    with pytest.raises(ValueError, match="has been"):
        here.report(when=AT + DAY)
    for by in (here.town.uninvited, here.town.coordinator):
        with pytest.raises(NotForYou):
            here.report(by=by, case=None)
    for by in (here.town.advocate, here.town.prosecutor_worker):
        with pytest.raises(NotForYou), as_agency(by.agency_id, at=AT, worker=by.id):
            actions.decide(row, CONFIRMED, "x", by=by, at=AT)
        with as_agency(by.agency_id, at=AT, worker=by.id):
            assert not Breach.objects.exists() and not BreachDecision.objects.exists()
    # A case of other people is refused.
    with as_agency(here.town.police.id, at=AT, worker=here.town.officer.id):
        here.order.respondent, before = here.case.survivor, here.order.respondent
    with pytest.raises(actions.OtherCase):
        here.report()
    here.order.respondent = before
    # What was said is never changed, whoever asks.
    here.says(row, CONFIRMED)
    with here.asks(here.town.detective):
        assert BreachDecision.objects.filter(breach=row).update(state="not_a_breach") == 0
        assert BreachCustody.objects.update(number=9) == 0
        assert BreachDecision.objects.filter(breach=row).delete()[0] == 0


def test_twice_clicked_is_once(here: Broken) -> None:
    assert here.report(once="a" * 22) == here.report(once="a" * 22)
    row = here.report(once="a" * 22)
    by = here.town.detective
    with here.asks(by):
        one = actions.add_step(row, "reported", happened_at=AT, by=by, at=AT, once="b" * 22)
        assert actions.add_step(row, "reported", happened_at=AT, by=by, at=AT, once="b" * 22) == one


def test_who_is_walled_from_either_party_sees_neither_breach_nor_what_it_moved(here: Broken) -> None:
    row, by = here.report(), here.town.officer_two
    with here.asks(by):
        assert Breach.objects.filter(id=row.id).exists() and len(happenings_of(here.case)) == 1
    assert here.case.other is not None
    with here.asks():
        raise_wall(
            here.case.other_id,
            agency=here.town.police.id,
            worker=by.id,
            basis="declared",
            reason="x",
            by=None,
            at=AT,
        )
    with here.asks(by):
        assert not Breach.objects.exists() and not BreachTerm.objects.exists()
        assert happenings_of(here.case) == []
    with here.asks(here.town.detective):
        assert Breach.objects.filter(id=row.id).exists() and len(happenings_of(here.case)) == 1


def test_steps_in_court_are_followed_to_their_end_and_what_was_wrong_is_struck(here: Broken) -> None:
    from shelterbelt.breaches.told import steps_of
    from shelterbelt.rules.proceedings import outcome

    row, by = here.report(), here.town.detective
    with here.asks(by, AT + DAY):
        for number, (kind, more) in enumerate(
            (
                ("reported", {}), ("filed", {}), ("delayed", {"until_at": AT + 9 * DAY}),
                ("dismissed", {"reason": "no_witness", "words": {"words": "Quezzel", "court": "Room 4"}}),
            )
        ):  # fmt: skip
            told: dict[str, Any] = more
            last = actions.add_step(row, kind, happened_at=AT + number * HOUR, by=by, at=AT + DAY, **told)
        found = outcome(steps_of(row.proceedingsteps.all()), at=AT + DAY)
        assert (found.step, found.reason, found.open, found.delays) == ("dismissed", "no_witness", False, 1)
        actions.strike_step(last, by=by, at=AT + DAY)
        again = outcome(steps_of(row.proceedingsteps.all()), at=AT + DAY)
        assert (again.step, again.open, again.put_off_until) == ("filed", True, AT + 9 * DAY)
        for kind, told in (
            ("filed", {"reason": "no_witness"}), ("dismissed", {"reason": "because"}), ("filed", {"until_at": AT}),
            ("nothing", {}), ("filed", {"happened_at": AT + 3 * DAY}),
        ):  # fmt: skip
            with pytest.raises(actions.NotAStep), transaction.atomic():
                actions.add_step(row, kind, **{"happened_at": AT, **told}, by=by, at=AT + DAY)  # type: ignore[arg-type]
    assert kinds(here, row).count("breach.step_added") == 4


def test_frames_are_sealed_and_nothing_of_them_is_open(here: Broken) -> None:
    row = here.seen()
    assert row is not None
    with here.asks():
        (piece,) = row.breachevidences.all()
        assert (piece.kind, piece.size, piece.taken_in_by) == ("fixes", len(FRAMES), None)
        assert FRAMES not in bytes(piece.sealed) and b"41.87" not in bytes(piece.statement)
        assert json.loads(bytes(piece.statement))["size"] == len(FRAMES)
