"""Orders as they are written down: how they stand, what binds, and that what was wrong counts no more."""

from datetime import timedelta

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.orders import actions
from shelterbelt.orders.queries import bound_terms, orders_of_person, places_of, standing, terms_of
from shelterbelt.rules.orders import IN_FORCE, ISSUED, NOT_SERVED, OVER, RECALLED, REPLACED, SERVED, TRIED
from shelterbelt.store.asker import as_agency
from tests.apps.orders.cast import in_force, order, paper, with_terms
from tests.world import AT, DAY, HOUR, Town


def test_an_order_stands_as_what_happened_to_it_says(place: Town) -> None:
    clerk = place.court_clerk
    made = order(clerk)
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id):
        assert standing(made, AT).state == "drafted"
        actions.note_happening(made, ISSUED, happened_at=AT - HOUR, by=clerk, at=AT)
        assert (standing(made, AT).state, standing(made, AT).served) == (IN_FORCE, "unknown")
        actions.note_happening(made, TRIED, happened_at=AT - HOUR / 2, by=clerk, at=AT)
        assert (standing(made, AT).state, standing(made, AT).served) == (NOT_SERVED, "no")
        wrong = actions.note_happening(made, SERVED, happened_at=AT, by=clerk, at=AT)
        assert standing(made, AT).served == "yes"
        actions.strike_happening(wrong, by=clerk, at=AT)
        assert standing(made, AT).served == "no"
        actions.note_happening(made, SERVED, happened_on=AT.date(), by=clerk, at=AT)
        assert standing(made, AT + DAY).served == "yes"
        made.refresh_from_db()
        assert made.ends_at is not None and standing(made, made.ends_at).state == OVER
        actions.note_happening(made, "recalled", happened_at=AT, by=clerk, at=AT)
        assert standing(made, AT).state == RECALLED
        made.refresh_from_db()
        assert made.ends_at == AT


def test_what_stands_in_its_place_ends_an_order_once_it_binds(place: Town) -> None:
    clerk = place.court_clerk
    first = in_force(clerk, told=paper(kind="temporary"))
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id):
        later = actions.record_order(
            paper(effective="on_service"), first.respondent, replaces=first, by=clerk, at=AT
        )
        first.refresh_from_db()
        actions.note_happening(later, ISSUED, happened_at=AT, by=clerk, at=AT)
        assert standing(first, AT + HOUR).state == IN_FORCE
        actions.note_happening(later, SERVED, happened_at=AT + timedelta(minutes=2), by=clerk, at=AT)
        assert standing(first, AT + HOUR).state == REPLACED
        assert standing(later, AT + HOUR).state == IN_FORCE
        with pytest.raises(actions.AlreadyReplaced):
            actions.record_order(paper(), first.respondent, replaces=first, by=clerk, at=AT)


def test_terms_and_places_are_read_back_and_what_binds_is_said_of_each(place: Town) -> None:
    clerk = place.court_clerk
    made = with_terms(in_force(clerk), clerk)
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id):
        rows = terms_of(made)
        assert [row.number for row, _term in rows] == [1, 2, 3, 4, 5]
        ((area, zone),) = places_of(made)
        assert zone.reach == 300 and rows[0][1].places == (str(area.id),)
        binds = [(one.code, one.binds, one.why) for one in bound_terms(made, AT)]
        assert binds == [
            ("04", "yes", ""),
            ("05", "yes", ""),
            ("07", "yes", ""),
            ("06", "no", "term.gives"),
            ("08", "no", "term.not_then"),
        ]
        assert bound_terms(made, AT)[0].zones == frozenset({str(area.id)})
        assert {one.binds for one in bound_terms(made, AT - 3 * HOUR)} == {"no"}
        unserved = with_terms(in_force(clerk, served=False), clerk)
        actions.note_happening(unserved, TRIED, happened_at=AT, by=clerk, at=AT)
        assert [(one.binds, one.why) for one in bound_terms(unserved, AT)][:2] == [
            ("unknown", "order.in_force_not_served")
        ] * 2
        assert orders_of_person([made.petitioner_id], AT) == [made]
        actions.strike_term(rows[1][0], by=clerk, at=AT)
        assert [row.number for row, _term in terms_of(made)] == [1, 3, 4, 5]


def test_nobody_writes_an_order_of_another_agency_or_without_the_right(place: Town) -> None:
    made = in_force(place.court_clerk)
    for worker in (place.officer, place.uninvited, place.advocate, place.administrator):
        with as_agency(worker.agency_id, at=AT, worker=worker.id), pytest.raises(NotForYou):
            actions.note_happening(made, SERVED, happened_at=AT, by=worker, at=AT)
