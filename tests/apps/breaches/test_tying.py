"""What a survivor told before any order was known here is tied to one later: to theirs, once, and nothing they said changes."""

from dataclasses import dataclass
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.breaches.actions import HasAnOrder, OtherCase, decide, tell_breach, tie_to_order
from shelterbelt.breaches.models import Breach, BreachTerm
from shelterbelt.breaches.told import OwnWord, Report, said_of
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Entry
from shelterbelt.orders.models import Order
from shelterbelt.rules.breach import CONFIRMED, SURVIVOR, Seen
from shelterbelt.store.asker import as_agency
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.county import NOW, hour
from tests.apps.orders import cast as orders
from tests.apps.reading import text_of
from tests.world import AT, HOUR, Town

WORDS = "They called from quezzelnumber"


@dataclass
class Untied:
    """A breach without an order, and the order that the advocates wrote down after it."""

    two: Two
    row: Breach
    order: Order

    def tie(self, order: Order, by: Any) -> Breach:
        with as_agency(by.agency_id, at=AT, worker=by.id):
            return tie_to_order(self.row, order, by=by, at=AT)

    def now(self) -> Breach:
        with as_agency(self.row.agency_id, at=AT):
            return Breach.objects.select_related("order", "case__other").get(id=self.row.id)


def case_of_both(two: Two) -> Case:
    """A case of this survivor in which it is written who the other is."""
    by = two.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return open_direct_case(
            survivor={"name": "Wren Two"},
            other={"name": "Rook Canaryother"},
            words={},
            known=two.case.survivor,
            by=by,
            at=AT,
        )


@pytest.fixture
def here(place: Town) -> Untied:
    two = two_of(place)
    case = case_of_both(two)
    report = Report(Seen("contacted", SURVIVOR), AT - HOUR, WORDS)
    row = tell_breach(two.file, OwnWord(report, case, None, "", "talk"), by=two.hand, at=AT)
    made = orders.in_force(two.advocate, respondent=case.other, petitioner=case.survivor, case=case)
    return Untied(two, row, orders.with_terms(made, two.advocate))


def test_it_is_of_that_order_and_its_terms_then_and_their_words_stand(here: Untied) -> None:
    with as_agency(here.row.agency_id, at=AT):
        before = said_of(here.row)
    here.tie(here.order, here.two.advocate)
    row = here.now()
    assert (row.order_id, row.respondent_id, row.state) == (
        here.order.id,
        here.order.respondent_id,
        "possible",
    )
    with as_agency(row.agency_id, at=AT):
        said = said_of(row)
        for name in ("act", "words", "wish", "named", "certainty", "from_whom"):
            assert said[name] == before[name]
        assert said["order"]["kind"] == here.order.kind and said["name"] and not before["name"]
        assert {one.code for one in BreachTerm.objects.filter(breach=row)} == {"05"}
        kinds = list(Entry.objects.filter(about=row.id).order_by("id").values_list("kind", flat=True))
        assert sorted(kinds) == ["breach.possible", "breach.tied"]
    # Once: it has its order now.
    with pytest.raises(HasAnOrder):
        here.tie(here.order, here.two.advocate)


def test_neither_an_order_of_other_people_nor_anybody_elses_hand_ties_it(here: Untied) -> None:
    town, by = here.two.town, here.two.advocate
    other = two_of(town, "Somebody Else")
    case = case_of_both(other)
    theirs = orders.in_force(by, respondent=case.other, petitioner=case.survivor, case=case)
    with pytest.raises(OtherCase):
        here.tie(theirs, by)
    for worker in (town.officer, town.court_clerk, town.advocates_administrator, town.uninvited):
        with pytest.raises(NotForYou):
            here.tie(here.order, worker)
    assert here.now().order_id is None


def test_page_offers_the_order_of_these_two_and_says_what_it_found(here: Untied, signed_in: Any) -> None:
    with as_agency(here.row.agency_id, at=AT, worker=here.two.advocate.id):
        decide(here.row, CONFIRMED, "They told me", by=here.two.advocate, at=AT)
    case = case_of_both(two_of(here.two.town, "Somebody Else"))
    theirs = orders.in_force(here.two.advocate, respondent=case.other, petitioner=case.survivor, case=case)
    of_another = orders.in_force(here.two.advocate, respondent=here.now().case.other)
    with hour(NOW):
        client = signed_in(here.two.advocate)
        url = f"/breaches/{here.row.ref}/"
        page = client.get(url)
        assert "No order was known here when they told of it" in text_of(page)
        assert "Breaches of orders" in text_of(page) and "Breaches of this order" not in text_of(page)
        assert here.order.ref.encode() in page.content and theirs.ref.encode() not in page.content
        assert of_another.ref.encode() not in page.content, "of the same person, for somebody else"
        for wrong in ({}, {"order": theirs.ref}, {"order": "x"}):
            assert client.post(f"{url}order/", wrong).status_code == 422
        assert client.post(f"{url}order/", {"order": here.order.ref}).status_code == 302
        shown = text_of(client.get(url))
        assert "(05)" in shown and "It was of this order" not in shown and "A breach" in shown
        assert WORDS in shown and "No order was known" not in shown and "Breaches of this order" in shown
        assert client.post(f"{url}order/", {"order": here.order.ref}).status_code == 422
