"""The worker's pages of a plan, and what a colleague's pages say of it: nothing."""

import re
from typing import Any

from shelterbelt.safety.models import SKIPPED
from tests.apps.county import NOW, hour
from tests.apps.safety.conftest import PEOPLE, PLACE, WHERE, WORDS, Home, home_in
from tests.world import Town, worker


def test_a_worker_writes_a_part_with_them_and_reads_it_again(home: Home, signed_in: Any) -> None:
    with hour(NOW):
        client, base = signed_in(home.by), f"/plans/{home.plan.ref}"
        page = client.get(f"{base}/parts/{PEOPLE}/")
        assert page.status_code == 200 and b'name="contacts_people-0-name"' in page.content
        sent = {"after": "0", "contacts_people-0-name": "Quezzel", "contacts_not": "One\nTwo", "save": "1"}
        assert client.post(f"{base}/parts/{PEOPLE}/", sent)["Location"] == f"{base}/"
        for place in ("all/", f"parts/{PEOPLE}/", f"parts/{PEOPLE}/before/"):
            assert b"Quezzel" in client.get(f"{base}/{place}").content
        assert b"Written by" in client.get(f"{base}/").content
        late = client.post(f"{base}/parts/{PEOPLE}/", sent)
        assert late.status_code == 422 and b"Somebody wrote here" in late.content


def test_every_page_of_a_plan_opens_and_its_forms_do_what_they_say(home: Home, signed_in: Any) -> None:
    home.wrote(PLACE, WHERE)
    with hour(NOW):
        client, base = signed_in(home.by), f"/plans/{home.plan.ref}"
        for place in (
            "",
            "choose/",
            "all/",
            "again/",
            "readers/",
            "trusted/",
            "end/",
            f"parts/{PLACE}/readers/",
        ):
            assert client.get(f"{base}/{place}").status_code == 200, place
        assert client.post(f"{base}/choose/", {"risks": ["stalking"]})["Location"] == f"{base}/"
        assert b"followed or watched" in client.get(f"{base}/").content
        assert client.post(f"{base}/again/", {})["Location"] == f"{base}/"
        assert (
            client.post(f"{base}/again/", {"on-year": "2001", "on-month": "1", "on-day": "1"}).status_code
            == 422
        )
        team = {"viewer": str(home.town.advocates.id), "how": "in_person"}
        assert client.post(f"{base}/parts/{PLACE}/readers/", team).status_code == 422
        assert client.post(f"{base}/parts/{PLACE}/readers/", team | {"place_named": "on"}).status_code == 302
        page = client.get(f"{base}/parts/{PLACE}/readers/").content.decode()
        ref = re.search(r'name="end" value="([^"]+)"', page)
        assert ref and client.post(f"{base}/parts/{PLACE}/readers/", {"end": ref[1]}).status_code == 302
        assert client.post(f"{base}/parts/{PLACE}/", {"after": "1", "skip": "1"}).status_code == 302
        assert str(SKIPPED) and b"Left out for now" in client.get(f"{base}/").content
        assert client.post(f"{base}/trusted/", {"worker": home.colleague.ref}).status_code == 302
        assert signed_in(home.colleague).get(f"{base}/").status_code == 200
        assert client.post(f"{base}/trusted/", {"end": str(home.by.id)})["Location"] == "/plans/"
        assert client.get(f"{base}/").status_code == 404


def test_a_child_gets_a_plan_of_their_own_from_the_page_of_the_case(home: Home, signed_in: Any) -> None:
    with hour(NOW):
        client = signed_in(home.by)
        made = client.post(f"/cases/{home.case.ref}/plan/", {"whom": "child", "called": "Wren"})
        assert b"Wren" in client.get(made["Location"]).content
        assert b"Wren" in client.get("/plans/").content


def test_a_colleague_gets_the_same_bytes_whether_there_is_a_plan_or_not(
    place: Town, signed_in: Any, settle: Any
) -> None:
    """Two survivors of one name with cases of one age: one has a plan that is full, the other has none."""
    home = home_in(place)
    other = home_in(place, plan=False)
    by = worker(place.advocates, "advocate")
    boss = worker(place.advocates, "supervisor")
    home.wrote(PEOPLE, WORDS)
    home.wrote(PLACE, WHERE)
    settle(place.advocates)
    places = ("", "plan/", "looks/")
    with hour(NOW):
        for client in (signed_in(by), signed_in(boss), signed_in(place.advocates_records)):
            for tail in places:
                one, two = (client.get(f"/cases/{which.case.ref}/{tail}") for which in (home, other))
                assert one.status_code == two.status_code
                assert _bare(one.content, home.case.ref) == _bare(two.content, other.case.ref), tail
        assert b"There is none" in signed_in(by).get("/plans/").content
        refused = signed_in(by).post(f"/cases/{home.case.ref}/plan/", {})
        missing = signed_in(by).get("/there-is-no-such-page/")
        assert (refused.status_code, refused.content) == (404, missing.content)


def _bare(page: bytes, ref: str) -> str:
    """A page without what is drawn by lot, and the references of a case and of all that hangs on it."""
    text = page.decode().replace(ref, "REF")
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", text)
    return re.sub(r'"(/[a-z-]+/)[A-Za-z0-9_-]{22}', r'"\1REF', text)
