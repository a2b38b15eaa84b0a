"""The room in which a survivor tells of something that broke an order: to their own agency, possible, and to nobody else."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.models import Letter
from shelterbelt.breaches.actions import OtherCase, tell_breach
from shelterbelt.breaches.models import Breach, BreachTerm
from shelterbelt.breaches.told import OwnWord, Report, said_of
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.ledger.models import Entry
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.rules.breach import CONFIRMED, OFFICER, SURVIVOR, Seen
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.orders import cast as orders
from tests.apps.portal.visiting import Visiting, account_for
from tests.apps.reading import text_of
from tests.world import AT, DAY, HOUR, Town

TOLD = {"act": "contacted", "words": "quezzelcalls", "wish": "talk",
        "happened_at-month": "3", "happened_at-day": "4", "happened_at-year": "2026", "happened_at-time": "08:40"}  # fmt: skip


@pytest.fixture
def two(place: Town) -> Two:
    return two_of(place)


@pytest.fixture
def visiting(two: Two) -> Visiting:
    return Visiting(account_for(two.case.survivor, two.town.advocates))


def all_of(two: Two) -> list[Breach]:
    with as_agency(two.town.advocates.id, at=now()):
        return list(Breach.objects.select_related("case", "order").order_by("recorded_at", "id"))


def with_order(two: Two) -> Any:
    """A case about two people whose order the advocates have, and its survivor's visit."""
    by = two.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        other = {"name": "Rook Canaryother"}
        case = open_direct_case(survivor={"name": "Wren Two"}, other=other, words={}, by=by, at=AT)
    made = orders.in_force(by, respondent=case.other, petitioner=case.survivor, case=case)
    return case, orders.with_terms(made, by), Visiting(account_for(case.survivor, two.town.advocates))


def test_what_they_tell_is_possible_at_their_own_agency_and_goes_nowhere(
    two: Two, visiting: Visiting, signed_in: Any
) -> None:
    page = text_of(visiting.get("broken-home"))
    for words in (
        f"To {two.town.advocates.name}, and nobody else",
        "only if you want that and sign that they may",
        "No order of yours is written down here",
        "This page calls nobody",
        "You do not have to tell anybody",
    ):
        assert words in page, words
    assert visiting.post("broken-home").status_code == 422
    answer = visiting.post("broken-home", **TOLD, once="q" * 22)
    assert answer.status_code == 303
    assert visiting.post("broken-home", **TOLD, once="q" * 22).status_code == 303
    (row,) = all_of(two)
    assert (row.state, row.source, row.case_id, row.order_id) == ("possible", "survivor", two.case.id, None)
    assert "quezzel" not in answer.headers["Location"] and b"quezzel" not in bytes(row.sealed)
    sent = visiting.client.get(answer.headers["Location"])
    assert "as possible" in text_of(sent) and "nobody can promise" in text_of(sent)
    assert text_of(visiting.get("broken-home")).count("quezzelcalls") == 1
    assert "Nobody has said yet what it was" in text_of(visiting.get("broken-home"))
    with as_agency(two.town.advocates.id, at=now()):
        assert list(Entry.objects.filter(about=row.id).values_list("kind", "by")) == [
            ("breach.possible", visiting.survivor.id)
        ]
        assert not Letter.objects.exists()
    # Work for whoever talks with them; nothing anywhere else, whatever they want done with it.
    visiting.post("broken-home", **TOLD | {"wish": "police"})
    for agency in (two.town.advocates, two.town.police, two.town.court, two.town.prosecutor):
        follow(agency.id, at=now())
        with as_agency(agency.id, at=now()):
            own = agency == two.town.advocates
            assert Action.objects.filter(kind="breach_talk").exists() == own
            assert Breach.objects.exists() == own and not Letter.objects.exists()
    client = signed_in(two.advocate)
    page = text_of(client.get(f"/breaches/{row.ref}/"))
    for words in ("their own hand", "Talk with me about it first", "unless they sign", "quezzelcalls"):
        assert words in page, words
    client.post(f"/breaches/{row.ref}/said/", {"state": CONFIRMED, "why": "canarywhy"})
    page = text_of(visiting.get("broken-home"))
    assert "Ask them what they wrote" in page and "canarywhy" not in page
    for by in (two.town.officer, two.town.court_clerk, two.town.uninvited):
        assert signed_in(by).get(f"/breaches/{row.ref}/").status_code == 404


def test_known_order_is_shown_in_its_terms_and_theirs_stands_beside_what_the_rules_find(
    two: Two, signed_in: Any
) -> None:
    _case, order, visiting = with_order(two)
    page = text_of(visiting.get("broken-home"))
    assert "No contact of any kind." in page and "not sure which part" in page
    assert "No order of yours" not in page and "Rook" not in page
    with as_agency(order.agency_id, at=AT):
        terms = {one.code: one for one in order.orderterms.all()}
    assert visiting.post("broken-home", **TOLD, part=terms["07"].ref).status_code == 303
    assert visiting.post("broken-home", **TOLD).status_code == 303
    first, second = all_of(two)
    assert first.order_id == second.order_id == order.id
    with as_agency(order.agency_id, at=now()):
        assert (said_of(first)["named"], said_of(second)["named"]) == (str(terms["07"].number), "")
        assert BreachTerm.objects.filter(breach=first).count() <= 1
    page = text_of(signed_in(two.advocate).get(f"/breaches/{first.ref}/"))
    assert f"They named term {terms['07'].number}" in page
    # Neither page nor form takes what is another's.
    other = two_of(two.town, "Somebody Else")
    stranger = Visiting(account_for(other.case.survivor, two.town.advocates))
    assert "No contact of any kind." not in text_of(stranger.get("broken-home"))
    assert stranger.post("broken-home", **TOLD, part=order.ref).status_code == 303
    assert all_of(two)[-1].order_id is None


def test_of_two_people_they_say_who_it_was(two: Two) -> None:
    case, order, visiting = with_order(two)
    by = two.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        second = open_direct_case(
            survivor={"name": "Wren Two"},
            other={"name": "Finch Canarythird"},
            words={},
            known=case.survivor,
            by=by,
            at=AT,
        )
    assert "Finch Canarythird" in text_of(visiting.get("broken-home"))
    assert visiting.post("broken-home", **TOLD).status_code == 422
    assert visiting.post("broken-home", **TOLD, case=second.ref).status_code == 303
    assert visiting.post("broken-home", **TOLD, part=order.ref).status_code == 303
    assert [(one.case_id, one.order_id) for one in all_of(two)] == [(second.id, None), (case.id, order.id)]


def test_nobody_tells_in_another_case_of_another_order_or_of_what_lies_ahead(two: Two) -> None:
    _case, order, _visiting = with_order(two)
    other = two_of(two.town, "Somebody Else")
    report = Report(Seen("contacted", SURVIVOR), AT - HOUR)

    def tell(**more: Any) -> Breach:
        told: dict[str, Any] = {
            "report": report, "case": two.case, "order": None, "named": "", "wish": "keep", **more,
        }  # fmt: skip
        return tell_breach(two.file, OwnWord(**told), by=two.hand, at=AT)

    with pytest.raises(NotForYou):
        tell(case=other.case)
    with pytest.raises(NotForYou):
        tell_breach(other.file, OwnWord(report, two.case, None, "", "keep"), by=two.hand, at=AT)
    with pytest.raises(OtherCase):
        tell(order=order)
    for wrong in (
        {"wish": "everybody"},
        {"report": Report(Seen("contacted", OFFICER), AT - HOUR)},
        {"report": Report(Seen("contacted", SURVIVOR), AT + DAY)},
    ):
        with pytest.raises(ValueError, match="what"):
            tell(**wrong)
    two.case.closed_at = AT
    with pytest.raises(NotForYou):
        tell()
    two.case.closed_at = None
    assert all_of(two) == []
    assert tell().state == "possible"


def test_without_a_case_nobody_could_take_it_in_and_the_page_says_so(two: Two) -> None:
    alone = Visiting(account_for(None, two.town.advocates))
    page = text_of(alone.get("broken-home"))
    assert "You have no open case" in page and "Write it into your own record" in page
    assert "Send it there" not in page
    assert alone.post("broken-home", **TOLD).status_code == 200
    assert all_of(two) == []


def test_room_stands_in_spanish_and_goes_with_the_case(two: Two) -> None:
    from shelterbelt.records.parts import hanging, roots_of

    visiting = Visiting(account_for(two.case.survivor, two.town.advocates), language="es")
    assert visiting.post("broken-home", **TOLD).status_code == 303
    for room in ("broken-home", "broken-sent"):
        page = text_of(visiting.get(room))
        for english in ("You ", "Nobody", "Where your", "Send", "order", "Police", "Choose", "worker"):
            assert english not in page, (room, english)
    with as_agency(two.town.advocates.id, at=now()):
        assert len(hanging(roots_of(two.case))[Breach]) == 1
