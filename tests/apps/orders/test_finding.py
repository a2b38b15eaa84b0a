"""Is there an order: by name, birth date, phone and plate; across system agencies by agreement; walled ones never."""

from datetime import datetime

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.access.walls import raise_wall
from shelterbelt.config.demo_orders import fill_orders
from shelterbelt.orders import actions
from shelterbelt.orders.models import Order, OrderPerson, OrdersAgreement, OrderToken
from shelterbelt.orders.policy import FIND_ORDER, SEE_ORDER
from shelterbelt.orders.queries import orders_about
from shelterbelt.people.actions import change_person
from shelterbelt.store.asker import as_agency
from tests.apps.orders.cast import in_force, order, paper, with_terms
from tests.world import AT, DAY, HOUR, Town, agency


def found(by: Worker, text: str, at: datetime = AT) -> list[str]:
    with as_agency(by.agency_id, at=at, worker=by.id):
        return sorted(one.ref for one in orders_about(text, by=by, at=at).sheets)


def opened_to(place: Town, reader: Worker, *, at: datetime = AT) -> OrdersAgreement:
    clerk = place.court_clerk
    with as_agency(clerk.agency_id, at=at, worker=clerk.id):
        return actions.open_orders(reader.agency, at, at + 30 * DAY, by=clerk, at=at)


def test_one_field_finds_it_by_whatever_is_known_at_the_door(place: Town) -> None:
    clerk = place.court_clerk
    made = with_terms(in_force(clerk), clerk)
    for text in (
        "pike", "Alex Pike", "PIKE alex rowan", "lex", "1984-02-29", "2/29/1984", "312 555 0144",
        "FK4217", "fk 4-217", "Jamie Birch", "2016-09-01", "Alex Pike 2/29/1984", "1984-02-29 pike",
    ):  # fmt: skip
        assert found(clerk, text) == [made.ref], text
    apart = ("Alex Pike 2/28/1984", "Alex Vale 1984-02-29", "1984-02-29 2016-09-01 vale")
    for text in ("", "pik", "Alex Birch", "Pike Vale", "1984-02-28", "312 555 0145", "FK4218", "?", *apart):
        assert found(clerk, text) == [], text
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id):
        change_person(made.respondent, {"name": "Alex Thorn"}, by=clerk.id, at=AT)
    assert found(clerk, "alex thorn") == [made.ref] == found(clerk, "alex pike")


def test_it_says_whether_it_is_served_and_what_it_forbids_now_and_until_when(place: Town) -> None:
    clerk = place.court_clerk
    made = with_terms(in_force(clerk), clerk)
    over = order(clerk, told=paper(docket="25-OP-1"))
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id):
        answer = orders_about("alex pike", by=clerk, at=AT)
        assert [one.ref for one in answer.sheets] == [made.ref, over.ref]
        assert (answer.overall.state, answer.overall.served) == ("in_force", "yes")
        first = answer.sheets[0]
        assert [(ban.code, words) for ban, words in first.bans] == [
            ("04", "Stay away from area one."),
            ("05", "No contact of any kind."),
            ("07", "No firearms."),
        ]
        saturday = datetime.fromisoformat("2026-03-07T10:30:00-06:00")
        later = orders_about("alex pike", by=clerk, at=saturday).sheets[0]
        assert [ban.code for ban, _words in later.bans] == ["04", "07"]
        assert first.bans[1][0].until_at == saturday.replace(minute=0)
        nobody = orders_about("somebody else", by=clerk, at=AT)
        assert nobody.sheets == () and nobody.overall.state == "unknown"


def test_another_system_agency_finds_it_by_agreement_and_not_after_its_end(place: Town) -> None:
    made, officer = with_terms(in_force(place.court_clerk), place.court_clerk), place.officer
    assert found(officer, "alex pike") == []
    row = opened_to(place, officer)
    assert found(officer, "alex pike") == [made.ref]
    with as_agency(officer.agency_id, at=AT, worker=officer.id):
        sheet = orders_about("alex pike", by=officer, at=AT).sheets[0]
        assert not sheet.own and len(sheet.bans) == 3 and sheet.respondent["name"] == "Alex Rowan Pike"
        assert may(officer, FIND_ORDER, made, at=AT) and not may(officer, SEE_ORDER, made, at=AT)
        with pytest.raises(NotForYou):
            actions.end_orders(row, by=officer, at=AT)
    assert found(officer, "alex pike", AT + 30 * DAY) == [] == found(place.prosecutor_worker, "alex pike")
    clerk = place.court_clerk
    with as_agency(clerk.agency_id, at=AT + HOUR, worker=clerk.id):
        actions.end_orders(row, by=clerk, at=AT + HOUR)
    assert found(officer, "alex pike", AT + HOUR) == []


def test_postgresql_and_the_policy_open_the_same_rows(place: Town) -> None:
    made = with_terms(in_force(place.court_clerk), place.court_clerk)
    opened_to(place, place.officer)
    for by, sees in ((place.officer, True), (place.prosecutor_worker, False), (place.advocate, False)):
        with as_agency(by.agency_id, at=AT, worker=by.id):
            rows = {model.objects.count() > 0 for model in (Order, OrderPerson, OrderToken)}
            assert rows == {sees}
            assert visible(by, FIND_ORDER, Order.objects.all(), at=AT).exists() == sees
            assert not sees or not type(made.respondent).objects.filter(id=made.respondent_id).exists()


def test_no_agreement_reaches_a_victim_service_or_another_node(place: Town) -> None:
    clerk = place.court_clerk
    for reader in (place.advocates, place.shelter, place.hospital, place.council, place.court):
        with as_agency(clerk.agency_id, at=AT, worker=clerk.id), pytest.raises(actions.NotBetweenThese):
            actions.open_orders(reader, AT, AT + DAY, by=clerk, at=AT)
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id), pytest.raises(actions.NotBetweenThese):
        actions.open_orders(place.police, AT, AT, by=clerk, at=AT)
    advocate = place.advocate
    with as_agency(advocate.agency_id, at=AT, worker=advocate.id), pytest.raises(NotForYou):
        actions.open_orders(place.police, AT, AT + DAY, by=advocate, at=AT)
    assert agency("police").id != place.police.id


def test_a_wall_hides_the_order_of_whom_it_is_about_through_an_agreement_too(place: Town) -> None:
    made, officer, clerk = in_force(place.court_clerk), place.officer, place.court_clerk
    opened_to(place, officer)
    assert found(officer, "alex pike") == [made.ref]
    with as_agency(clerk.agency_id, at=AT):
        raise_wall(
            made.respondent_id,
            agency=clerk.agency_id,
            worker=officer.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    assert found(officer, "alex pike") == [] and found(officer, "1984-02-29") == []
    assert found(place.officer_two, "alex pike") == [made.ref] == found(clerk, "alex pike")


def test_the_demonstration_has_an_order_of_each_standing_at_the_door(place: Town) -> None:
    fill_orders({"court": place.court, "police": place.police}, [place.court_clerk, place.officer], at=AT)
    officer = place.officer
    with as_agency(officer.agency_id, at=AT, worker=officer.id):
        for text, state, served, codes in (
            ("dale marlow", "in_force", "yes", {"01", "04", "05", "07"}),
            ("pat underhill", "not_yet", "no", set()),
            ("sam corliss", "in_force", "yes", {"05"}),
        ):
            (sheet,) = orders_about(text, by=officer, at=AT).sheets
            assert (sheet.standing.state, sheet.standing.served) == (state, served), text
            assert {ban.code for ban, _words in sheet.bans} == codes, text
