"""What an order that ends soon opens as work: for whoever holds its case, while there is time, and not once it was renewed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shelterbelt.cases.actions import Party, open_direct_case, open_incident, record_incident
from shelterbelt.config.menu import menu
from shelterbelt.ledger.models import Entry
from shelterbelt.orders import actions
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import pages
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.rules.order_times import Lasts
from shelterbelt.rules.orders import ISSUED, RECALLED, TRIED
from shelterbelt.store.asker import as_agency
from tests.apps.orders.cast import in_force, order, paper
from tests.world import AT, DAY, HOUR, Town


def work(agency: Any, at: datetime) -> list[tuple[str, timedelta]]:
    """The open work about orders that end, and how long there is for it."""
    follow(agency.id, at=at)
    with as_agency(agency.id, at=at):
        rows = Action.objects.filter(agency=agency, kind="order_renewal", done_at=None)
        return [(one.role, one.due_at - at) for one in rows if one.due_at]


def reminded(by: Any, at: datetime) -> int:
    with as_agency(by.agency_id, at=at):
        return actions.remind(by.agency_id, at=at)


def nine(made: Order, days: int) -> datetime:
    """Nine o'clock in the issuing place, so many days before the last day, and a minute."""
    assert made.ends_at is not None
    last = (made.ends_at - timedelta(seconds=1)).astimezone(ZoneInfo(made.zone))
    return (last - days * DAY).replace(hour=9, minute=1, second=0, microsecond=0)


def police_case(town: Town) -> Any:
    by = town.officer
    with as_agency(by.agency_id, at=AT, worker=by.id):
        parties = [Party("survivor", {"name": "Jamie Birch"}), Party("perpetrator", {"name": "Alex Pike"})]
        done = record_incident(
            open_incident(by=by, at=AT), content={"events": {"narrative": "At the door"}}, parties=parties,
            happened_at=AT - 3 * HOUR, by=by, at=AT,
        )  # fmt: skip
    return done.case


def own_case(town: Town) -> Any:
    by = town.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return open_direct_case(survivor={"name": "Uma"}, other={"name": "Alex Pike"}, words={}, by=by, at=AT)


def written(by: Any, case: Any, **more: Any) -> Order:
    made = in_force(by, case=case, **more)
    with as_agency(by.agency_id, at=AT):
        made.refresh_from_db()
    return made


def test_an_order_that_ends_soon_is_work_for_whoever_holds_its_case_by_its_own_clock(place: Town) -> None:
    by = place.officer
    made = written(by, police_case(place))
    apart = written(by, None)
    early = nine(made, 60) - timedelta(minutes=2)
    assert reminded(by, early) == 0 and work(place.police, early) == []
    assert reminded(by, nine(made, 60)) == 2, "the one without a case is told to the list alone"
    assert reminded(by, nine(made, 60)) == 0, "each day of the list is told once"
    assert work(place.police, nine(made, 60)) == [("detective", 7 * DAY)]
    assert work(place.court, nine(made, 60)) == work(place.advocates, nine(made, 60)) == []
    near = nine(made, 3)
    assert reminded(by, near) == 2
    assert work(place.police, near) == [("detective", 7 * DAY - (near - nine(made, 60)))], (
        "one, as it was due"
    )
    with as_agency(place.police.id, at=AT):
        assert Action.objects.filter(kind="order_renewal", done_at=None).get().about == made.id != apart.id


def test_a_renewed_order_opens_nothing_and_what_was_open_ends_while_a_draft_renews_nothing(
    place: Town,
) -> None:
    by, at = place.officer, AT
    case = police_case(place)
    made = written(by, case)
    draft = order(by, at=at, case=case, replaces=made)
    first = nine(made, 60)
    assert reminded(by, first) == 1 and len(work(place.police, first)) == 1, "a draft is no renewal"
    with as_agency(by.agency_id, at=first, worker=by.id):
        actions.note_happening(draft, ISSUED, happened_at=first, by=by, at=first)
    assert work(place.police, first + HOUR) == []
    assert reminded(by, nine(made, 30)) == 0
    with as_agency(by.agency_id, at=first):
        assert Entry.objects.filter(kind="order.ending", about=made.id).count() == 1


def test_a_recall_ends_the_work_and_a_victim_service_has_its_own_protocol(place: Town) -> None:
    by = place.advocate
    case = own_case(place)
    made = written(by, case)
    first = nine(made, 60)
    assert reminded(by, first) == 1
    assert work(place.advocates, first) == [("advocate", 7 * DAY)]
    assert work(place.police, first) == []
    with as_agency(by.agency_id, at=first, worker=by.id):
        actions.note_happening(made, TRIED, happened_at=first, by=by, at=first)
    assert work(place.advocates, first + HOUR) == [("advocate", 7 * DAY - HOUR)], "it still binds"
    with as_agency(by.agency_id, at=first, worker=by.id):
        actions.note_happening(made, RECALLED, happened_at=first, by=by, at=first)
    assert work(place.advocates, first + HOUR) == []
    assert reminded(by, nine(made, 30)) == 0
    late = written(by, case)
    near = nine(late, 14)
    assert reminded(by, near) == 1, "of several days that passed, one line"
    assert work(place.advocates, near) == [("advocate", DAY)]
    assert late.ends_at is not None and late.ends_at - near > 2 * DAY


def test_a_renewal_that_begins_later_renews_and_what_was_settled_before_anybody_looked_opens_nothing(
    place: Town,
) -> None:
    by = place.officer
    case = police_case(place)
    made = written(by, case)
    first, near = nine(made, 60), nine(made, 30)
    with as_agency(by.agency_id, at=near, worker=by.id):
        assert pages.orders_ending(by=by, at=near) == len(pages.ending_soon(by, near)) == 1
    assert reminded(by, first) == 1
    after = order(by, at=first, case=case, replaces=made)
    with as_agency(by.agency_id, at=first, worker=by.id):
        actions.note_happening(after, ISSUED, happened_at=made.ends_at, by=by, at=first)
    with as_agency(by.agency_id, at=near, worker=by.id):
        assert pages.orders_ending(by=by, at=near) == len(pages.ending_soon(by, near)) == 0
    assert reminded(by, near) == 0, "the second begins where the first ends"
    gone = written(by, police_case(place))
    assert reminded(by, first) == 1
    with as_agency(by.agency_id, at=first, worker=by.id):
        actions.note_happening(gone, RECALLED, happened_at=first, by=by, at=first)
    assert work(place.police, first + HOUR) == []
    with as_agency(by.agency_id, at=first):
        assert not Action.objects.filter(kind="order_renewal").exists()


def test_of_two_orders_of_a_case_the_work_stands_until_both_are_settled(place: Town) -> None:
    by = place.advocate
    case = own_case(place)
    one, two = written(by, case), written(by, case)
    first = nine(one, 60)
    assert reminded(by, first) == 2
    assert work(place.advocates, first) == [("advocate", 7 * DAY)], "one talk is about both"
    for made, left in ((one, 1), (two, 0)):
        with as_agency(by.agency_id, at=first, worker=by.id):
            actions.note_happening(made, RECALLED, happened_at=first, by=by, at=first)
        assert len(work(place.advocates, first + HOUR)) == left
    # One of which nobody was told yet, for its end is far away, holds nothing open.
    three, far = written(by, case), written(by, case, told=paper(lasts=Lasts("years", number=4)))
    assert far.ends_at is not None and far.ends_at - first > 300 * DAY
    assert reminded(by, first + HOUR) == 1 and len(work(place.advocates, first + HOUR)) == 1
    with as_agency(by.agency_id, at=first, worker=by.id):
        actions.note_happening(three, RECALLED, happened_at=first, by=by, at=first + HOUR)
    assert work(place.advocates, first + 2 * HOUR) == []


def test_a_renewal_that_was_never_issued_or_was_recalled_takes_no_order_off_the_list(place: Town) -> None:
    by = place.court_clerk
    made = written(by, None)
    soon = nine(made, 20)

    def shown() -> tuple[int, list[str]]:
        with as_agency(by.agency_id, at=soon, worker=by.id):
            return pages.orders_ending(by=by, at=soon), [one.ref for one in pages.ending_soon(by, soon)]

    after = order(by, at=soon, replaces=made)
    assert shown() == (1, [made.ref]), "a draft"
    with as_agency(by.agency_id, at=soon, worker=by.id):
        actions.note_happening(after, ISSUED, happened_at=made.ends_at, by=by, at=soon)
    assert shown() == (0, [])
    with as_agency(by.agency_id, at=soon, worker=by.id):
        actions.note_happening(after, RECALLED, happened_at=soon, by=by, at=soon)
    assert shown() == (1, [made.ref])


def test_who_reads_orders_by_agreement_is_not_told_that_they_end(place: Town) -> None:
    made = written(place.officer, police_case(place))
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        actions.open_orders(place.probation, AT, AT + 400 * DAY, by=place.supervisor, at=AT)
    first = nine(made, 60)
    reader = place.probation_officer
    with as_agency(reader.agency_id, at=first, worker=reader.id):
        assert Order.objects.filter(id=made.id).exists()
    assert reminded(reader, first) == 0 and work(place.probation, first) == []
    assert reminded(place.officer, first) == 1


def test_the_number_beside_the_menu_is_counted_no_further_than_it_is_shown(place: Town) -> None:
    by = place.court_clerk
    made = written(by, None)
    soon = nine(made, 20)
    with as_agency(by.agency_id, at=soon, worker=by.id):
        assert pages.orders_ending(by=by, at=soon) == 1
        Order.objects.bulk_create(
            Order(
                agency_id=made.agency_id, key=made.key, sealed=made.sealed, respondent_id=made.respondent_id,
                kind=made.kind, effective=made.effective, lasts_kind=made.lasts_kind, lasts_number=1,
                zone=made.zone, recorded_at=AT, ends_at=made.ends_at,
            )
            for _ in range(120)
        )  # fmt: skip
        assert pages.orders_ending(by=by, at=soon) == pages.MOST_COUNTED + 1
        (line,) = [one for one in menu(by, "/", at=soon) if one["name"] == "orders"]
    assert line["count"] == "99+"
