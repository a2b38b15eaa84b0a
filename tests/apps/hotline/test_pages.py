"""The pages: nothing meaningful in an address, wrong words and unknown words the same bytes, and every step by hand."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from shelterbelt.access.door import not_found
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.hotline import flood
from shelterbelt.hotline.models import Call, Report
from shelterbelt.library.hotline import ways
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.hotline.cast import SAFE, WORDS, a_call
from tests.world import AT, Town

KINDS = ("advocates", "shelter", "hospital")
OWN = "http://localhost"
# Browsers of this test come from networks of their own: a flood in one test is none in another.
NETWORKS = iter(f"203.0.113.{n}" for n in range(1, 255))


@pytest.fixture
def town(place: Town) -> Town:
    """A town whose advocates take reports, and nobody else at this node."""
    Agency.objects.filter(node__is_self=True, kind__in=KINDS).exclude(id=place.advocates.id).update(
        closed_at=AT
    )
    return place


def browser() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN, REMOTE_ADDR=next(NETWORKS))


def token(page: Any) -> str:
    found = re.search(r'name="t" value="([^"]+)"', page.content.decode())
    return found[1] if found else ""


def written(client: Client, **more: str) -> str:
    """Tell something; the six words."""
    sent = client.post("/n/a/2/", {"words": WORDS, **more})
    assert (sent.status_code, sent["Location"]) == (303, "/n/a/3/")
    page = client.get("/n/a/3/")
    words = re.findall(r'<li translate="no">(\w+)</li>', page.content.decode())
    assert len(words) == 6
    done = client.post("/n/a/3/", {"t": token(page)})
    assert done["Location"] == "/n/a/5/"
    return " ".join(words)


def test_everything_is_one_walk_from_the_first_page_to_taking_it_back(town: Town) -> None:
    client = browser()
    assert "police do not" in client.get("/n/a/1/").content.decode()
    words = written(client, name="Wren")
    assert client.get("/n/a/3/")["Location"] == "/n/a/5/", "the words are shown no more"
    page = client.get("/n/a/5/")
    assert WORDS in page.content.decode()
    more = client.post("/n/a/5/", {"t": token(page), "words": "And more"})
    assert more.status_code == 303
    asked = client.get("/n/a/6/")
    told = {
        "wishes": ["call", "file"],
        "number": "312 555 0191",
        "hours": "any",
        "t": token(asked),
        "may_copy": "on",
    }
    assert client.post("/n/a/6/", {**told, "number": ""}).status_code == 200, "a call needs a number"
    assert client.post("/n/a/6/", told).status_code == 303
    with as_agency(town.advocates.id, at=AT):
        kept = opened(Report.objects.get())
    assert kept["instructions"]["number"] == "+13125550191" and kept["wishes"] == ["call", "file"]
    client.post("/n/a/8/", {"t": token(client.get("/n/a/5/"))})
    assert client.get("/n/a/5/")["Location"] == "/n/a/4/", "closed"
    other = browser()
    assert other.post("/n/a/4/", {"a": words})["Location"] == "/n/a/5/"
    assert "And more" in other.get("/n/a/5/").content.decode()
    gone = other.post("/n/a/7/", {"t": token(other.get("/n/a/7/"))})
    assert gone.status_code == 303 and other.get(gone["Location"]).status_code == 200
    with as_agency(town.advocates.id, at=AT):
        assert not Report.objects.exists()
    assert other.get("/n/a/5/")["Location"] == "/n/a/4/"


def test_wrong_words_taken_back_words_and_words_that_never_were_get_the_same_bytes(town: Town) -> None:
    client = browser()
    words = written(client)
    client.post("/n/a/7/", {"t": token(client.get("/n/a/7/"))})
    tried = browser()
    answers = [
        tried.post("/n/a/4/", {"a": a}) for a in (words, "one two three four five six", "", words[:-1])
    ]
    assert len({(a.status_code, a.content, str(dict(a.headers))) for a in answers}) == 1
    assert not any(a.cookies for a in answers)


def test_after_many_wrong_words_the_right_ones_wait_too_and_nothing_says_so(town: Town) -> None:
    words, tried = written(browser()), browser()
    wrong = tried.post("/n/a/4/", {"a": "x"})
    for _ in range(ways().code_tries):
        tried.post("/n/a/4/", {"a": "x"})
    held = tried.post("/n/a/4/", {"a": words})
    assert (held.status_code, held.content) == (wrong.status_code, wrong.content)
    assert browser().post("/n/a/4/", {"a": words}).status_code == 303, "another network waits for nobody"


def test_no_address_or_title_means_anything_and_every_page_has_one_size_a_way_out_and_no_trace(
    town: Town,
) -> None:
    client = browser()
    written(client)
    sizes = set()
    for language in ("", "e/"):
        for number in ("", *(f"{n}/" for n in (1, 2, 4, 5, 6, 7, 9, 0, "x"))):
            page = client.get(f"/n/a/{language}{number}")
            text = page.content.decode()
            sizes.add(len(page.content) % 4096)
            assert re.findall(r"<title>(.*?)</title>", text) in (["Information"], ["Información"])
            assert "no-store" in page["Cache-Control"] and "/n/out/" in text
            assert not re.search(r'(href|action)="[^"]*\?', text), "no query strings"
            for address in re.findall(r'(?:href|action)="(/n/[^"]*)"', text):
                assert re.fullmatch(r"/n/(out/|e/|[ab]/(e/)?([\dx]/)?)?", address), address
    assert sizes == {0}


def test_only_a_form_of_this_address_is_taken_and_nothing_is_set_before_it(town: Town) -> None:
    foreign = Client(HTTP_HOST="localhost", HTTP_ORIGIN="http://elsewhere.example.org")
    assert foreign.post("/n/a/2/", {"words": WORDS}).status_code == 404
    client = browser()
    for number in ("", "1/", "2/", "4/", "9/"):
        assert not client.get(f"/n/a/{number}").cookies
    assert client.post("/n/a/2/", {"words": " "}).status_code == 200
    written(client)
    assert client.post("/n/a/7/", {"t": "another"})["Location"] == "/n/a/4/", "not a form of this browser"
    with as_agency(town.advocates.id, at=AT):
        assert Report.objects.count() == 1
    assert client.cookies[settings.PORTAL_COOKIE]["httponly"]


def test_a_node_without_a_victim_service_has_no_such_page(town: Town) -> None:
    Agency.objects.filter(id=town.advocates.id).update(closed_at=AT)
    answer = browser().get("/n/a/")
    assert (answer.status_code, answer.content) == (404, not_found().content)


def test_a_flood_keeps_what_was_typed_and_says_what_else_can_be_done(town: Town) -> None:
    client = browser()
    flood_from = client.defaults["REMOTE_ADDR"]
    for _ in range(ways().wait_after):
        flood.counted("report", flood_from, at=now())
    page = client.post("/n/a/2/", {"words": WORDS, "name": "Wren"}).content.decode()
    assert WORDS in page and "911" in page
    with as_agency(town.advocates.id, at=AT):
        assert not Report.objects.exists()
    assert browser().post("/n/a/2/", {"words": WORDS}).status_code == 303


def test_how_an_agency_was_is_said_without_an_account(town: Town) -> None:
    client = browser()
    assert town.police.name in client.get("/n/a/9/").content.decode()
    assert "¿Le creyeron?" in client.get("/n/a/e/9/").content.decode()
    assert client.post("/n/a/9/", {"of": town.police.ref, "believed": "very_much"})["Location"] == "/n/a/0/"
    assert not client.cookies


def test_an_advocate_answers_hands_over_and_opens_a_case_only_when_it_is_wished(
    town: Town, signed_in: Any
) -> None:
    words = written(browser(), name="Wren")
    with as_agency(town.advocates.id, at=AT):
        ref = Report.objects.get().ref
    worker = signed_in(town.advocate)
    assert "Wren" in worker.get(reverse("reports")).content.decode()
    assert worker.post(reverse("report_take", args=[ref])).status_code == 302
    assert WORDS in worker.get(reverse("report", args=[ref])).content.decode()
    assert worker.post(reverse("report", args=[ref]), {"words": "We are here"}).status_code == 302
    refused = worker.post(reverse("report_case", args=[ref]), {"name": "Wren"})
    assert refused.status_code == 200 and "not asked for one" in refused.content.decode()
    client = browser()
    client.post("/n/a/4/", {"a": words})
    page = client.get("/n/a/5/")
    assert "We are here" in page.content.decode() and town.advocate.code not in page.content.decode()
    reach = {"number": "+13095550191", "hours": "any"}
    assert client.post("/n/a/6/", {"wishes": ["file"], **reach, "t": token(page)}).status_code == 303
    ids = re.findall(r' id="([^"]+)"', worker.get(reverse("report", args=[ref])).content.decode())
    assert "called_words" in ids and sorted(ids) == sorted(set(ids)), "each label leads to its own field"
    assert worker.post(reverse("report_case", args=[ref]), {"name": "Wren"}).status_code == 302
    for other in (town.officer, town.uninvited, town.nurse):
        assert signed_in(other).get(reverse("report", args=[ref])).content == not_found().content


def test_a_contact_is_written_down_in_two_taps_and_a_forbidden_call_back_is_refused_aloud(
    town: Town, signed_in: Any
) -> None:
    worker = signed_in(town.advocate)
    form = worker.get(reverse("call_new")).content.decode()
    moment = dict(re.findall(r'name="(happened_at-\w+)"[^>]*value="([^"]*)"', form))
    assert moment, "the time is filled in"
    assert worker.post(reverse("call_new"), {**moment, "kind": "phone", "once": "a"})["Location"] == reverse(
        "calls"
    )
    unsaid = worker.post(reverse("call_new"), {**moment, "outcome": "call_back", "once": "b"})
    assert unsaid.status_code == 200, "how to call back has to be said"
    call = a_call(
        town, outcome="call_back", instructions={**SAFE, "from": "03:00", "until": "03:01"}, name="Wren"
    )
    page = worker.get(reverse("call", args=[call.ref])).content.decode()
    assert "Wren" in page and SAFE["code_word"] in page
    tried = worker.post(reverse("call_back", args=[call.ref]), {"channel": "phone", "outcome": "reached"})
    assert tried.status_code == 200 and "nothing was written down" in tried.content.decode()
    with as_agency(town.advocates.id, at=AT):
        assert Call.objects.get(id=call.id).waits_since
    assert "Wren" in worker.get(reverse("calls")).content.decode()
    assert worker.get(reverse("call_counts")).status_code == 200
    assert signed_in(town.officer).get(reverse("call", args=[call.ref])).content == not_found().content
