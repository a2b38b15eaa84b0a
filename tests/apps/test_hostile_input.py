"""What nobody means well, in every form of every page and in bodies, headers and addresses: refused, nothing half-written."""

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from shelterbelt.ledger.models import Entry
from shelterbelt.rules.fields import DIRECTION_OVERRIDES
from shelterbelt.store.asker import as_agency
from tests.apps.forms_on_pages import Shown, forms_of, walked
from tests.apps.planting import a_file, plant
from tests.apps.test_dump import Canaries, at_the_advocates, at_the_scene
from tests.world import AT, Town, town

SCRIPT = "<script>alert(1)</script>"
VALUES = {
    "control": "a\x00b\x07c\x1b[31m\x85d\x7f",
    "direction": "\u202egnp.exe\u2066\u200b\u0301\u0301Z\u202c",
    "markup": f"{SCRIPT}\"'><img src=x onerror=alert(1)>{{{{7*7}}}}{{% load x %}}%s%n${{jndi:ldap://x}}' OR 1=1 --",
    "formula": '=HYPERLINK("http://elsewhere.example","x")',
    "number": "99999999999999999999999999",
    "digits": "²³٣٤２０２６",
    "endless": "W" * 30_000,
    "marks": "Z" + "\u0301" * 2000,
    "path": "../../../../etc/passwd\x00.png",
    "plane": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U000e0001\uffff\U0010ffff",
}
ANSWERS = {200, 302, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
# Nothing of the act is kept, but that somebody tried: how often a code word was wrong.
TRIED = {"safe_contact.word_wrong"}
ROLES = (
    "officer", "detective", "supervisor", "advocate", "advocates_records", "nurse", "administrator", "reviewer",
    "records_officer", "coordinator",
)  # fmt: skip


@dataclass
class Scene:
    """A full town, and its workers' browsers."""

    town: Town
    clients: dict[str, Client]

    def entries(self) -> dict[str, int]:
        """How many lines of each kind the ledgers have."""
        counts: dict[str, int] = {}
        for agency in (self.town.police, self.town.advocates, self.town.hospital, self.town.council):
            with as_agency(agency.id, at=AT):
                for kind in Entry.objects.filter(agency_id=agency.id).values_list("kind", flat=True):
                    counts[kind] = counts.get(kind, 0) + (kind not in TRIED)
        return counts


def browser(worker: Any) -> Client:
    client = Client(HTTP_HOST="localhost")
    with as_agency(worker.agency_id, at=AT, worker=worker.id):
        client.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture(scope="module")
def scene(database: str, keys: Path) -> Scene:
    """A town in which everything was written, so that every form has a page; in words that no other town has."""
    here, c = town(), Canaries("Hostile")
    _made, choice = at_the_scene(here, c)
    at_the_advocates(here, c, choice)
    plant(here, c, a_file(here, c), browser)
    return Scene(here, {role: browser(getattr(here, role)) for role in ROLES})


@pytest.fixture(scope="module")
def forms(scene: Scene) -> dict[str, tuple[Client, Shown]]:
    """Every form that anybody of them meets, with who meets it first."""
    found: dict[str, tuple[Client, Shown]] = {}
    for client in scene.clients.values():
        for name, one in forms_of(client, "/").items():
            found.setdefault(name, (client, one))
    return found


def sent(client: Client, form: Shown, typed: dict[str, list[str]]) -> Any:
    """The form as a browser would send it, but with these values."""
    data = {name: values for name, values in {**form.fields, **typed}.items()}
    if form.method == "get":
        return client.get(f"{form.action}?{urlencode(data, doseq=True)}")
    if form.files:
        return client.post(form.action, data)
    return client.post(
        form.action, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded"
    )


def refuse_harm(answer: Any, what: str) -> None:
    """No fault, no markup of theirs, and no sign that turns a text round."""
    assert answer.status_code in ANSWERS, f"{what}: {answer.status_code}"
    body = answer.content.decode()
    assert SCRIPT not in body and "<img src=x" not in body, what
    assert not DIRECTION_OVERRIDES & set(body), what
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", body), what


def test_forms_are_found_on_the_pages(forms: dict[str, tuple[Client, Shown]]) -> None:
    names = " ".join(forms)
    for route in (
        "cases/<str:ref>/note/",
        "releases/new/",
        "demands/new/",
        "known/",
        "accounts/new/",
        "/hold/",
    ):
        assert route in names, route
    assert len(forms) > 40


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_hostile_text_in_every_field_is_kept_harmless_or_named(
    scene: Scene, forms: dict[str, tuple[Client, Shown]], kind: str
) -> None:
    value = VALUES[kind]
    for name, (client, form) in forms.items():
        if not form.typed:
            continue
        before = scene.entries()
        answer = sent(client, form, {one: [value] for one in form.typed})
        refuse_harm(answer, f"{kind}: {name}")
        if answer.status_code >= 400:
            assert scene.entries() == before, f"{kind}: {name} was refused, and left something"


@pytest.mark.parametrize("kind", ["control", "markup", "endless", "number"])
def test_hostile_answers_to_questions_with_choices_are_refused(
    scene: Scene, forms: dict[str, tuple[Client, Shown]], kind: str
) -> None:
    for name, (client, form) in forms.items():
        chosen = {
            one: [VALUES[kind]]
            for one in form.fields
            if one not in form.typed and one != "csrfmiddlewaretoken"
        }
        if chosen:
            refuse_harm(sent(client, form, chosen), f"{kind}: {name}")


def test_doubled_missing_and_unknown_fields_break_nothing(
    scene: Scene, forms: dict[str, tuple[Client, Shown]]
) -> None:
    for name, (client, form) in forms.items():
        if not form.typed:
            continue
        doubled = {one: ["one", "two", "three"] for one in form.typed}
        refuse_harm(sent(client, form, doubled), f"doubled: {name}")
        refuse_harm(client.generic(form.method.upper(), form.action), f"empty: {name}")
        refuse_harm(
            sent(client, form, {**doubled, "__proto__": ["x"], "is_active": ["1"]}), f"unknown: {name}"
        )


BODIES = {
    "not utf-8": (b"q=%ff%fe%c0%80&text=%ed%a0%80&name=\xff\xfe", "application/x-www-form-urlencoded"),
    "another charset": (b"q=a&text=b", "application/x-www-form-urlencoded; charset=utf-7"),
    "no such charset": (b"q=a&text=b", "application/x-www-form-urlencoded; charset=nothing"),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    "too large": (b"q=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    "no boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "endless boundary": (b"--x\r\n\r\n", "multipart/form-data; boundary=" + "x" * 5000),
    "cut multipart": (b'--x\r\nContent-Disposition: form-data; name="q"', "multipart/form-data; boundary=x"),
    "bad header": (b'--x\r\nContent-Disposition: form-data; name="q\r\n\r\n\x00\r\n--x--', "multipart/form-data; boundary=x"),
    "bad transfer": (
        b'--x\r\nContent-Disposition: form-data; name="q"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "zipped": (b"\x1f\x8b\x08" + b"\0" * 200, "application/x-www-form-urlencoded"),
    "xml": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>',
        "application/xml",
    ),
    "deep json": (b"[" * 200_000, "application/json"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_bodies_that_no_browser_sends_are_refused(
    scene: Scene, forms: dict[str, tuple[Client, Shown]], kind: str
) -> None:
    body, media = BODIES[kind]
    before = scene.entries()
    for name, (client, form) in forms.items():
        if form.method == "post" and form.typed:
            client.handler.enforce_csrf_checks = True  # as for every browser
            answer = client.generic("POST", form.action, body, content_type=media)
            client.handler.enforce_csrf_checks = False
            refuse_harm(answer, f"{kind}: {name}")
            assert answer.status_code >= 400, f"{kind}: {name}"
    assert scene.entries() == before


ODD_DRAFTS = (
    b'{"fields": ' * 50_000,
    b'{"fields": {"narrative": ' + b"[" * 100_000,
    b'{"revision": "\xc2\xb2", "fields": {"narrative": "x"}}',
    b'{"revision": 1e999, "fields": {"narrative": "x"}}',
    b'{"revision": {"a": 1}, "fields": {"narrative": {"a": ["b"]}}}',
    b'{"fields": {"narrative": "\\ud800 half a letter", "place": "\\u0000"}}',
    b'{"fields": ["narrative"]}',
    b"\xff\xfe\x00",
    b'{"fields": {"narrative": "' + b"x" * 3_000_000 + b'"}}',
    b'{"revision": ' + b"9" * 6000 + b', "fields": {}}',
)


def test_draft_that_a_page_sends_by_itself_is_refused_when_it_is_none(scene: Scene) -> None:
    officer = scene.clients["officer"]
    page = officer.post("/incidents/new/")["Location"].replace("/scene/", "/events/")
    assert page.endswith("/events/")
    good = json.dumps({"revision": "0", "fields": {"narrative": "As it was said."}})
    assert officer.generic("PUT", page + "draft/", good, content_type="application/json").status_code == 200
    for body in ODD_DRAFTS:
        answer = officer.generic("PUT", page + "draft/", body, content_type="application/json")
        assert answer.status_code in {200, 400, 404, 409, 413, 422}, body[:60]
    refuse_harm(officer.get(page), "the step afterwards")


HEADERS = (
    {"HTTP_HOST": "elsewhere.example"},
    {"HTTP_HOST": "localhost:1@elsewhere.example"},
    {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_HOST": "elsewhere.example"},
    {"HTTP_ACCEPT_LANGUAGE": "es," * 4000},
    {"HTTP_ACCEPT_LANGUAGE": "\x00../../etc"},
    {"HTTP_COOKIE": "session=" + "x" * 9000},
    {"HTTP_COOKIE": "session=\x00; session=a; session=b; csrf=\xff"},
    {"HTTP_X_FORWARDED_FOR": "1.2.3.4, " * 500 + SCRIPT},
    {"HTTP_REFERER": f"http://elsewhere.example/{SCRIPT}"},
    {"HTTP_IF_MODIFIED_SINCE": "yesterday"},
    {"HTTP_RANGE": "bytes=0-1,0-2,0-3"},
    {"HTTP_SHELTERBELT_NODE": "a, b"},
)


@pytest.mark.parametrize("told", HEADERS, ids=lambda told: next(iter(told)))
def test_headers_that_no_browser_sends_lead_nowhere(scene: Scene, told: dict[str, str]) -> None:
    for path in ("/", "/account/login/", "/help/", "/exchange/letters/", "/api/v1/cases"):
        for answer in (
            Client(**told).get(path),
            Client(**told).post(path, {"login": SCRIPT, "password": "\x00"}),
        ):
            refuse_harm(answer, path)
            assert "elsewhere.example" not in answer.content.decode() + str(answer.headers)


def test_addresses_that_lead_nowhere_say_nothing(scene: Scene) -> None:
    client = scene.clients["detective"]
    for odd in ("\x00", "\u202e", "%2e%2e%2f", "a" * 5000, "é" * 300, "..%5c", "%ff", "1e999", "-1"):
        for path in (
            f"/cases/{odd}/",
            f"/incidents/{odd}/events/",
            f"/work/{odd}/",
            f"/evidence/{odd}/picture/",
        ):
            answer = client.get(quote(path, safe="/%"))
            assert answer.status_code in {400, 404}, path
    for name in ("after", "before", "case", "from", "list", "page", "q", "release", "tab", "term", "unit"):
        for odd in ("%00", "%E2%80%AE%ff%fe" + quote(SCRIPT), "9" * 500):
            for path in ("/cases/", "/directory/", "/work/"):
                refuse_harm(client.get(f"{path}?{name}={odd}"), f"{path}?{name}={odd}")
    for query in (
        "page=²",
        "page=-1",
        "page=9" + "9" * 400,
        "level=%00",
        "q=%ed%a0%80",
        "page=1e999",
        "unit=\u202e",
    ):
        refuse_harm(client.get(f"/cases/?{query}"), query)
        refuse_harm(client.get(f"/directory/?{query}"), query)


def test_no_page_asks_anything_of_another_host(scene: Scene) -> None:
    """What a page loads is this node's own; a link that somebody presses may lead elsewhere, and names nobody."""
    pages = 0
    for role in ("officer", "advocate", "advocates_records", "administrator"):
        for path, answer, page in walked(scene.clients[role], "/"):
            pages += 1
            body = answer.content.decode()
            loaded = re.findall(
                r"(?:src|srcset|poster|data|action|formaction|hx-get|hx-post|ping)=[\"']([^\"']*)", body
            )
            loaded += re.findall(r"<(?:link|use|image)[^>]+href=[\"']([^\"']*)", body)
            loaded += re.findall(r"url\(([^)]*)\)", body)
            assert [one for one in loaded if re.match(r"(?:[a-z]+:)?//", html.unescape(one))] == [], path
            assert "default-src 'none'" in answer["Content-Security-Policy"], path
            assert not re.search(r"(?:http|ws)s?:", answer["Content-Security-Policy"]), path
            for link in page.links:
                outside = re.match(r"https?://", link)
                assert not (outside and re.search(r"[A-Za-z0-9_-]{22}", link)), (
                    f"{path} leads out with a reference"
                )
    assert pages > 60
