"""The demonstration's survivor has words to sign in with, and rooms with something in them, made by the acts of the two."""

from types import SimpleNamespace
from typing import Any

from shelterbelt.config import nodes
from shelterbelt.config.demo_portal import fill_portal
from shelterbelt.consent.models import Release
from shelterbelt.journal.models import Item
from shelterbelt.portal.queries import account_of
from shelterbelt.safety.models import PartShare, SafetyPlan
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.portal.test_accounts import case_of, signs_in
from tests.apps.portal.visiting import Visiting, by_own_hand


def test_the_demonstrations_survivor_finds_something_in_every_room(
    place: Any, tmp_path: Any, signed_in: Any
) -> None:
    case = case_of(place, "Kim Doe")
    here: Any = SimpleNamespace(folder=tmp_path / "advocates", address="http://localhost:8002")
    agencies = {"advocates": place.advocates, "police": place.police, "shelter": place.shelter}
    fill_portal(agencies, {"one": place.officer, "two": place.advocate}, here, at=now())

    told = nodes.demo_survivor(tmp_path)
    assert told["url"] == "http://localhost:8002/n/"
    assert (tmp_path / nodes.DEMO_SURVIVOR).stat().st_mode & 0o077 == 0
    assert b"Where you are signed in" in signs_in(told["name"], told["words"]).content
    assert b"When a storm comes" in signs_in(told["name"], told["second"]).content

    with as_agency(place.advocates.id, at=now()):
        account = account_of(case.survivor_id)
        assert account is not None
        assert Release.objects.get(case_id=case.id).recipient_id == place.shelter.id
    visiting = Visiting(account)
    with by_own_hand(visiting.survivor, at=now()):
        plans = list(SafetyPlan.objects.order_by("begun_at"))
        item = Item.objects.exclude(originals=None).get()
        assert len(plans) == 2 and PartShare.objects.get().viewer_id == place.shelter.id
    for room, words in {
        ("home",): "Write with my advocate",
        ("plan-one", plans[0].ref): "People I can call",
        ("plan-one", plans[1].ref): "Remy",
        ("plan-part", plans[0].ref, "safe_places"): "The library",
        ("record-home",): "The same gray car",
        ("record-item", item.ref): "as it hung under the wiper",
        ("words-home",): "Usually there: Monday",
        ("papers-home",): place.shelter.name,
        ("choices-home",): "Please call me first",
        ("looks-home",): "Do not show this here any more",
        ("now-home",): "Press and hold",
    }.items():
        page = visiting.get(*room).content.decode()
        assert words in page, (room, page)
    page = signed_in(place.advocate).get(f"/plans/{plans[0].ref}/").content.decode()
    assert "People I can call" in page
