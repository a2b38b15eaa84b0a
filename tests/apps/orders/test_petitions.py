"""Help with a petition: what fits, the two papers, and an address that is on one of them alone."""

import io
import re
from typing import Any

from pypdf import PdfReader

from shelterbelt.cases.actions import Party, open_direct_case, open_incident, record_incident
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Entry
from shelterbelt.store.asker import as_agency
from tests.apps.county import NOW, hour
from tests.apps.reading import text_of
from tests.world import AT, HOUR, Town

HOME, PHONE = "47 Quezzel Street, Apt 9", "+12025550123"
CANARIES = ("Quezzel", "quezzel", "555-0123", "5550123", "Apt 9")
PERSON = {"name": "Wren Ashby", "address": HOME, "phones": [PHONE]}
TOLD = {
    "kind": "temporary", "language": "en", "name": "Wren Ashby", "other": "Sol Ender",
    "asks": ["no_harm", "weapons", "stay_away"], "q_weapons": "yes", "q_wants_contact": "no", "evidence": ["messages"],
    "words": "They waited in QUEZZEL ST. and called (202) 555-0123.\nThen they left.", "places": "The Oak School\n47 Quezzel",
    "address": HOME, "phone": "202 555 0123",
}  # fmt: skip


def paper_of(data: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def case_at_police(place: Town) -> Case:
    by = place.officer
    with as_agency(place.police.id, at=AT, worker=by.id):
        parties = [Party("survivor", PERSON), Party("perpetrator", {"name": "Sol Ender"})]
        content = {"harm": {"abuse_types": ["physical"]}, "events": {"narrative": "At 47 Quezzel Street"}}
        done = record_incident(
            open_incident(by=by, at=AT), content=content, parties=parties, happened_at=AT - HOUR, by=by, at=AT
        )
        assert done.case is not None
        return done.case


def test_address_stands_on_the_courts_page_and_never_on_what_is_handed_over(
    place: Town, signed_in: Any
) -> None:
    case = case_at_police(place)
    with hour(NOW):
        client, url = signed_in(place.officer), f"/cases/{case.ref}/petition/"
        assert b"Help with a petition" in client.get(f"/cases/{case.ref}/").content
        first = client.get(url)
        assert b"Wren Ashby" in first.content and b"checked" not in first.content.split(b'name="asks"')[1]
        box = re.search(r'<input[^>]*name="happened"[^>]*value="([^"]+)"', first.content.decode())
        assert box is not None
        ref = box[1]
        told = TOLD | {"happened": [ref]}
        seen = text_of(client.post(url, told | {"make": "look"}))
        for words in (
            "What fits by these answers",
            "Could bear it out",
            "Still open",
            "3 pieces",
            "window 2",
        ):
            assert words in seen, words
        assert "Contact only in one named way" not in seen.split("What fits")[1].split("Left out")[0]
        handed = client.post(url, told | {"make": "served"})
        assert handed["Content-Disposition"] == 'attachment; filename="page.pdf"'
        text = paper_of(handed.content)
        for words in (
            "Wren Ashby",
            "Sol Ender",
            "Not to hurt",
            "hand in weapons",
            "The Oak School",
            "Physical",
            "Then they left",
        ):
            assert words in text, words
        assert not [one for one in CANARIES if one in text]
        assert not [one for one in CANARIES if one.encode() in handed.content]
        court = paper_of(client.post(url, told | {"make": "court"}).content)
        assert "Quezzel Street" in court and "555 0123" in court and "weapons" not in court
        known = paper_of(client.post(url, told | {"make": "served", "known": "on"}).content)
        assert "QUEZZEL" in known and "555-0123" not in known
        # What was typed into no field of the form but stands in the record is found all the same.
        bare = {**told, "address": "", "phone": ""}
        text = paper_of(client.post(url, bare | {"make": "served"}).content)
        assert not [one for one in CANARIES if one in text]
        assert client.post(url, {"make": "served"}).status_code == 422
        spanish = paper_of(client.post(url, told | {"make": "served", "language": "es"}).content)
        assert "Que no lastime" in spanish
    with as_agency(place.police.id, at=NOW):
        lines = Entry.objects.filter(agency_id=place.police.id, kind="petition.drawn", about=case.id)
        assert lines.count() == 5 and not any(bytes(line.digest) for line in lines)


def test_only_those_with_the_case_get_help_and_a_place_without_a_file_gets_the_general_one(
    place: Town, signed_in: Any
) -> None:
    case = case_at_police(place)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        own = open_direct_case(survivor=PERSON, other={"name": "Sol"}, words={}, by=place.advocate, at=AT)
    place.hospital.protocol = ""
    place.hospital.save()
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        there = open_direct_case(survivor=PERSON, other=None, words={}, by=place.nurse, at=AT)
    with hour(NOW):
        assert b"Demo County" in signed_in(place.advocate).get(f"/cases/{own.ref}/petition/").content
        general = text_of(signed_in(place.nurse).get(f"/cases/{there.ref}/petition/"))
        assert "Asking for a protection order" in general and "Demo County" not in general
        for by in (place.advocate, place.prosecutor_worker, place.court_clerk, place.uninvited):
            assert signed_in(by).get(f"/cases/{case.ref}/petition/").status_code == 404
            assert (
                signed_in(by).post(f"/cases/{case.ref}/petition/", TOLD | {"make": "served"}).status_code
                == 404
            )
