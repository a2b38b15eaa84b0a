"""Places to propose: the same ones for a home whenever asked, several, wide, drawn unlike a judge's, and no home kept."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.library.court import court
from shelterbelt.orders import actions
from shelterbelt.orders.models import HomeSeed
from shelterbelt.orders.show import drawn
from shelterbelt.rules.give_away import gives_away
from shelterbelt.rules.zones import beyond, circle
from shelterbelt.store.asker import as_agency
from tests.apps.county import hour
from tests.apps.orders.test_pages import body
from tests.world import AT, Town

HOME = (41.87811, -87.62984)


def a_case(place: Town) -> Case:
    by = place.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return open_direct_case(
            survivor={"name": "Ines Calder"}, other={"name": "Tomo Wern"}, words={}, by=by, at=AT
        )


def test_places_of_a_home_are_made_once_and_the_home_is_kept_nowhere(place: Town) -> None:
    case, by, keep = a_case(place), place.advocate, court().places.keep
    with as_agency(by.agency_id, at=AT, worker=by.id):
        first = actions.propose_places(case, HOME, by=by, at=AT)
        assert len(first) == 1 + court().places.others
        assert actions.propose_places(case, HOME, by=by, at=AT) == first
        assert actions.propose_places(case, (HOME[0] + 0.0001, HOME[1]), by=by, at=AT) == first
        assert any(beyond(zone, *HOME) <= -keep for zone in first)
        far = (HOME[0] + 0.3, HOME[1])
        second = actions.propose_places(case, far, by=by, at=AT)
        assert second != first and actions.propose_places(case, HOME, by=by, at=AT) == first
        kept = opened(HomeSeed.objects.get())["sets"]
        assert [len(one["places"]) for one in kept] == [3, 3] and kept[0]["seed"] != kept[1]["seed"]
        assert not any(str(number)[:8] in str(kept) for number in (*HOME, *far))
        told = gives_away([first], keep=keep, home=HOME)
        assert told.held and told.places == 3 and told.hectares > 300
        assert gives_away([(circle(*HOME, keep + 1),)], keep=keep, home=HOME).hectares < 1
    for other in (place.shelter_worker, place.uninvited, place.administrator):
        with as_agency(other.agency_id, at=AT, worker=other.id), pytest.raises(NotForYou):
            actions.propose_places(case, HOME, by=other, at=AT)


def test_the_page_says_how_much_places_tell_and_draws_them_unlike_a_judges(
    place: Town, signed_in: Any
) -> None:
    case, client = a_case(place), signed_in(place.advocate)
    with hour(AT):
        answer = client.post(f"/cases/{case.ref}/places/", {"home": f"{HOME[0]}, {HOME[1]}"})
        page = answer.content.decode()
        assert "hectares, in one of 3 places." in body(answer) and "points at the home" in body(answer)
        assert "leave nothing to guess" in body(answer) and "They have no force" in body(answer)
        assert (
            'class="sb-ground__ours"' in page
            and "sb-ground__judge" not in page
            and ">1</text>" in page
            and ">proposed</text>" in page
        )
        assert "sb-ground__dot" not in page
        wrong = client.post(f"/cases/{case.ref}/places/", {"home": "the yellow house"})
        assert wrong.status_code == 422 and b"the yellow house" in wrong.content
        assert f"/cases/{case.ref}/places/" in client.get(f"/cases/{case.ref}/orders/").content.decode()
        assert f"/cases/{case.ref}/orders/" in client.get(f"/cases/{case.ref}/").content.decode()
    judges = str(drawn([(1, circle(*HOME, 300))]))
    assert "sb-ground__judge" in judges and "hatch" in judges and "sb-ground__ours" not in judges
