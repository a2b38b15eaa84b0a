"""The pages of breaches: report, say what it was, follow it in court, take it out, and counts of many."""

import io
import json
import re
import zipfile
from typing import Any

import pytest

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou
from shelterbelt.breaches import actions
from shelterbelt.breaches.count_views import told
from shelterbelt.breaches.models import Breach, ProceedingStep
from shelterbelt.breaches.proof import checked, packed
from shelterbelt.breaches.proof import told as proof_bytes
from shelterbelt.cases.evidence import take_in
from shelterbelt.cases.models import CaseIncident
from shelterbelt.orders.actions import open_orders
from shelterbelt.orders.queries import places_of
from shelterbelt.rules.proceedings import Step, counted, outcome
from shelterbelt.sealing.primitives import sign
from shelterbelt.store.asker import as_agency
from tests.apps.breaches.cast import Broken, broken
from tests.apps.county import NOW, hour
from tests.apps.reading import text_of
from tests.world import AT, DAY, Town

TOLD = {"act": "was_there", "source": "survivor", "certainty": "likely", "words": "Quezzel at the gate", "from_whom": "Jo",
        "happened_at-day": "2026-03-04", "happened_at-time": "08:40"}  # fmt: skip


@pytest.fixture
def here(place: Town) -> Broken:
    return broken(place)


def test_a_worker_reports_says_follows_and_takes_out(here: Broken, signed_in: Any) -> None:
    with here.asks(here.town.officer):
        ((place, _zone),) = places_of(here.order)
    with hour(NOW):
        client = signed_in(here.town.officer)
        assert b"Breaches of orders" in client.get(f"/cases/{here.case.ref}/").content
        url = f"/orders/{here.order.ref}/breaches/"
        assert url.encode() in client.get(f"/orders/{here.order.ref}/").content
        assert "says nothing of whether the order is kept" in text_of(client.get(url))
        page = client.get(f"{url}new/")
        assert b"The school of the child" in page.content and b"Jamie Birch" in page.content
        assert client.post(f"{url}new/", {}).status_code == 422
        made = client.post(f"{url}new/", TOLD | {"zone": str(place.id), "case": here.case.ref})
        one = made["Location"]
        seen = text_of(client.get(one))
        for words in (
            "Was at a place",
            "Possible",
            "Stay away from places",
            "Quezzel at the gate",
            "Nobody has said yet",
            "Nothing yet",
        ):
            assert words in seen, words
        assert "It is about something else" in seen
        boss = signed_in(here.town.detective)
        assert boss.post(f"{one}said/", {"state": "confirmed"}).status_code == 422
        assert boss.post(f"{one}said/", {"state": "confirmed", "why": "Two saw it"}).status_code == 302
        step = {
            "kind": "dismissed",
            "reason": "no_witness",
            "happened_at-day": "2026-03-04",
            "happened_at-time": "09:00",
        }
        assert boss.post(f"{one}steps/", step | {"kind": "filed"}).status_code == 422
        assert (
            boss.post(
                f"{one}steps/", step | {"until_at-day": "2026-05-01", "until_at-time": "09:00"}
            ).status_code
            == 422
        )
        assert boss.post(f"{one}steps/", step).status_code == 302
        seen = text_of(boss.get(one))
        for words in (
            "A breach",
            "Two saw it",
            "Dismissed: A witness was not there",
            "0 days from the first step",
        ):
            assert words in seen, words
        with here.asks(here.town.detective):
            ref = ProceedingStep.objects.get(breach__ref=one.split("/")[2]).ref
        assert boss.post(f"{one}steps/{ref}/strike/").status_code == 302
        assert "struck" in text_of(boss.get(one))
        assert checked(boss.post(f"{one}proof/").content).faults == ()
        for place_, words in (
            (f"/cases/{here.case.ref}/breaches/", "1 occasion counts"),
            ("/breaches/", "Alex Rowan Pike"),
            (url, "Was at a place"),
        ):
            assert words in text_of(boss.get(place_)), place_
        for by in (here.town.advocate, here.town.court_clerk, here.town.uninvited):
            other = signed_in(by)
            for address in (one, url, f"{url}new/", f"/cases/{here.case.ref}/breaches/"):
                assert other.get(address).status_code == 404, (by.roles, address)
        assert not re.search(r"Birch|Pike|Quezzel", made["Location"])


def test_a_file_of_the_case_is_named_with_a_breach_and_its_custody_goes_on(
    here: Broken, signed_in: Any
) -> None:
    row, by = here.report(), here.town.officer
    with here.asks(by):
        incident = CaseIncident.objects.get(case=here.case).incident
        file = take_in(
            incident, io.BytesIO(b"quezzel"), name="gate.jpg", kind="photo", about="", by=by, at=AT
        )
    client, url = signed_in(by), f"/breaches/{row.ref}/"
    with hour(NOW):
        assert (
            "Name a file that the case has" in text_of(client.get(url))
            and b"gate.jpg" in client.get(url).content
        )
        for wrong in ({}, {"evidence": incident.ref}):
            assert client.post(f"{url}files/", wrong).status_code == 422
        assert client.post(f"{url}files/", {"evidence": file.ref}).status_code == 302
        seen = text_of(client.get(url))
        assert seen.count("Taken in,") == 2 and "Name a file that the case has" not in seen
        client.post(f"/files/{file.ref}/original/")
        assert "Taken out," in text_of(client.get(url)), "who has it in hand later is seen here too"
        data = signed_in(here.town.detective).post(f"{url}proof/").content
    assert checked(data).faults == ()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    listed = json.loads(parts["list.json"])
    listed["evidence"][0]["before"][0]["about"] = "00" * 32
    again = proof_bytes(listed)
    forged = packed(
        listed, {}, signature=sign(sealing.keyring().node_keys().sign, again), pem=parts["key.pem"], how=""
    )
    assert checked(forged).faults == ("piece 1: its custody before is about something else",)
    other = broken(here.town)
    with here.asks(by):
        incident = CaseIncident.objects.get(case=other.case).incident
        theirs = take_in(incident, io.BytesIO(b"x"), name="b.jpg", kind="photo", about="", by=by, at=AT)
    with here.asks(by), pytest.raises(NotForYou):
        actions.name_file(row, theirs, by=by, at=AT)
    lone = here.report(case=None)
    with hour(NOW):
        assert "Name a file" not in text_of(client.get(f"/breaches/{lone.ref}/"))
        assert client.post(f"/breaches/{lone.ref}/files/", {"evidence": file.ref}).status_code == 422


def test_agency_that_reads_a_sheet_by_agreement_reports_and_keeps_what_it_reports(
    here: Broken, signed_in: Any
) -> None:
    with here.asks(here.town.supervisor):
        open_orders(here.town.probation, AT, AT + 9 * DAY, by=here.town.supervisor, at=AT)
    url = f"/orders/{here.order.ref}/breaches/"
    with hour(NOW):
        client = signed_in(here.town.probation_officer)
        made = client.post(f"{url}new/", TOLD | {"act": "contacted"})
        assert "No contact" in text_of(client.get(made["Location"]))
        assert "Alex Rowan Pike" in text_of(client.get("/breaches/"))
        assert signed_in(here.town.officer).get(made["Location"]).status_code == 404
        assert "Was at a place" not in text_of(signed_in(here.town.officer).get(url))
    with hour(AT + 10 * DAY):
        assert client.get(url).status_code == 404
        assert "Alex Rowan Pike" in text_of(client.get(made["Location"]))
        assert checked(client.post(f"{made['Location']}proof/").content).faults == ()
    with as_agency(here.town.probation.id, at=NOW):
        assert Breach.objects.get().agency_id == here.town.probation.id


def test_counts_show_no_few_and_none_that_gives_a_few_away(here: Broken, signed_in: Any) -> None:
    row, by = here.report(), here.town.detective
    with here.asks(by):
        actions.add_step(row, "dismissed", happened_at=AT, reason="time", by=by, at=AT)
    with hour(NOW):
        page = text_of(signed_in(here.town.supervisor).get("/breaches/counts/"))
        assert "Too much time" not in page and "Dismissed –" in page
        assert signed_in(here.town.officer).get("/breaches/counts/").status_code == 404


def test_dismissals_are_counted_by_their_reasons() -> None:
    def ended(kind: str, reason: str = "", days: int = 3) -> Any:
        steps = [Step("reported", AT, AT), Step(kind, AT + days * DAY, AT + days * DAY, reason)]
        return outcome(steps, at=AT + 400 * DAY)

    many = [
        *(ended("dismissed", "time") for _ in range(14)),
        *(ended("dismissed") for _ in range(12)),
        *(ended("sentenced") for _ in range(20)),
    ]
    page = told(counted(many), 11)
    assert dict(page["ends"])["Dismissed"] == 26 and page["all"] == 46 and page["middle"] == 3
    assert page["reasons"] == [("Dismissed", [("Too much time had passed", 14), ("No reason given", 12)])]
    few = told(counted([*many, *(ended("acquitted") for _ in range(2))]), 11)
    assert dict(few["ends"])["Acquitted"] is None
    assert sum(count is None for _label, count in few["ends"]) >= 2
    # Fourteen that are held back for the two beside them have no reasons that would tell how many they were.
    near = told(counted([*many[:14], *(ended("acquitted") for _ in range(2)), *many[26:]]), 11)
    assert dict(near["ends"])["Dismissed"] is None and near["reasons"] == []
    assert told(counted(many[:5]), 11)["all"] is None and told(counted(many[:5]), 11)["middle"] is None
