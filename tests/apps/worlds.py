"""Facts that a viewer may not see, and everything that a viewer can get: what the pairs of worlds are made of.

A fact happens between two looks, through the same actions as in life. A look takes everything back that it left behind.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.db import transaction
from django.db.models import Q
from django.test import Client

from shelterbelt.access.models import Worker
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.assessments.actions import (
    finish_assessment,
    finish_screen,
    give_answer,
    go_on,
    note_seen,
    record_happening,
    renew_forecast,
    set_level,
    start_assessment,
    start_screen,
    undo_happening,
)
from shelterbelt.assessments.queries import forecast_of
from shelterbelt.cases.actions import (
    Party,
    close_case,
    open_direct_case,
    open_incident,
    record_incident,
    write_note,
)
from shelterbelt.cases.closing import keep_out
from shelterbelt.consent.actions import (
    open_agreement,
    take_in_grant,
    take_in_withdrawal,
    take_release,
    withdraw_release,
)
from shelterbelt.ledger.chain import chain
from shelterbelt.people.actions import change_person
from shelterbelt.records.actions import ask_erasure, erase_case
from shelterbelt.referrals.actions import (
    acknowledge,
    ask_contact,
    open_case_for_referral,
    open_case_for_request,
    refer,
    take_in_contact_request,
)
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import draft
from tests.apps.county import SHOWN, VIEWERS, File, police_file, program_like, service_files
from tests.apps.referrals.cast import body_of, taken_in
from tests.apps.routes import API_WAYS, WAYS
from tests.world import AT, DAY, HOUR, Town, town

SYSTEM = (
    "officer", "officer_two", "detective", "supervisor", "prosecutor_worker", "probation_officer", "court_clerk",
    "coordinator", "administrator", "reviewer", "records_officer",
)  # fmt: skip
OTHERS = (
    "prosecutor_worker",
    "probation_officer",
    "court_clerk",
    "coordinator",
    "administrator",
    "reviewer",
    "nurse",
)
SERVICES = ("advocate", "shelter_worker", "advocates_records", "advocates_administrator")
NAMES = ("Wren Ashby", "Sol Ender", "Ines Calder", "Ximena Ñandú Okafor", "A", "Quim Farrell")
LEVELS = ("low", "medium", "high", "extreme")


@dataclass(frozen=True)
class Told:
    """What is drawn of a fact: none of it may show."""

    name: str
    other: str
    level: str
    many: int
    words: str
    hours: int


@dataclass
class World:
    """A town with a file of the police that others see by agreement, and a file of its advocates."""

    town: Town
    police: File
    service: File
    hidden: list[Any] = field(default_factory=list)

    def settle(self, at: Any = AT) -> None:
        """What the background does within a second."""
        for agency in (self.town.police, self.town.advocates, self.town.shelter):
            with as_agency(agency.id, at=at):
                chain(agency.id)
            with as_agency(agency.id, at=at):
                follow(agency.id, at=at)


def world() -> World:
    """The part that both worlds have."""
    place = town()
    police = police_file(place, "granted")
    service = service_files(place, "plain")[0]
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        for kind in VIEWERS:
            until = AT + 3650 * DAY
            open_agreement(
                place.police, getattr(place, kind), SHOWN, None, "coordination", AT - DAY, until,
                by=place.supervisor, at=AT,
            )  # fmt: skip
    made = World(place, police, service)
    made.settle()
    return made


# What may happen and must not show


def danger_of(case: Any, told: Told, *, by: Worker, at: Any) -> None:
    """What lifts a danger, in all its forms: something that happened, lasts, was wrong; an act; a sheet; a level."""
    with as_agency(by.agency_id, at=at, worker=by.id):
        words = {"words": told.words, "by": by, "at": at}
        record_happening(case, "strangulation_incident", happened_at=at - 3 * DAY, **words)
        record_happening(case, "cohabiting", happened_at=at - 30 * DAY, until_at=at, **words)
        wrong = record_happening(case, "arrest", happened_at=at - DAY, **words)
        undo_happening(wrong, told.words.strip() or "Wrong", by=by, at=at)
        act = record_happening(
            case, "order_served", happened_at=at + (1 + told.many) * DAY, act="serve_order", **words
        )
        go_on(act, ("survivor_knows_when",), told.words.strip() or "The court says so", by=by, at=at)
        instrument = "dale" if by.agency.kind == "police" else "danger_assessment"
        sheet = start_assessment(instrument, case=case, by=by, at=at)
        give_answer(sheet, "perp_owns_gun", "yes", 0, by=by, at=at)
        finish_assessment(sheet, by=by, at=at)
        renew_forecast(case, at=at)
        note_seen(case, forecast_of(case, at=at)[1], by=by, at=at)


def victim_service_file(w: World, told: Told) -> None:
    """Advocates and the shelter work: cases, notes, screens, levels, a release to the shelter, a referral."""
    place, by = w.town, w.town.advocate
    at = AT + told.hours * HOUR
    for _ in range(told.many):
        with as_agency(place.advocates.id, at=at, worker=by.id):
            case = open_direct_case(
                survivor={"name": told.name, "phones": ["+13125550191"]}, other={"name": told.other}, words={},
                by=by, at=at,
            )  # fmt: skip
            w.hidden.append(case)
            write_note(case, text=told.words, category="safety_needs", by=by, at=at)
    with as_agency(place.advocates.id, at=at, worker=by.id):
        screen = start_screen(case=case, by=by, at=at)
        finish_screen(screen, by=by, at=at)
        set_level(case, told.level, ["gun_access"], told.words or "A rifle", by=by, at=at)
        day = at.date()
        take_release(
            case.id, token=uuid7(), reference="", recipient=place.shelter,
            draft=draft(starts_on=day, expires_on=day + 30 * DAY), by=by, at=at, case_ref=case.ref,
        )  # fmt: skip
        content = {"name": told.name, "language": "es", "instructions": None, "words": {"safety_needs": "a"}}
        referral = refer(case, to=place.shelter, content=content, answer_back=True, by=by, at=at)
    danger_of(case, told, by=by, at=at)
    came = taken_in(place, referral, at=at)
    from shelterbelt.referrals.actions import answer_referral

    with as_agency(place.shelter.id, at=at, worker=place.shelter_worker.id):
        answer_referral(came, answer="accepted", by=place.shelter_worker, at=at)
        w.hidden.append(open_case_for_referral(came, name=told.name, by=place.shelter_worker, at=at))


def sealed_address(w: World, told: Told) -> None:
    """Where somebody lives is written down, and changed."""
    for agency, by, file in (
        (w.town.police, w.town.officer, w.police),
        (w.town.advocates, w.town.advocate, w.service),
    ):
        with as_agency(agency.id, at=AT, worker=by.id):
            for n in range(told.many):
                where = {"address": f"{n} {told.words} {told.name}"}
                change_person(file.things["case"].survivor, where, by=by.id, at=AT + told.hours * HOUR)


def _police_cases(w: World, told: Told) -> list[Any]:
    made = []
    for n in range(told.many):
        by, at = w.town.supervisor, AT + told.hours * HOUR
        with as_agency(w.town.police.id, at=at, worker=by.id):
            parties = [Party("survivor", {"name": told.name}), Party("perpetrator", {"name": told.other})]
            done = record_incident(
                open_incident(by=by, at=at), content={"events": {"narrative": told.words}}, parties=parties,
                happened_at=at - n * HOUR, by=by, at=at,
            )  # fmt: skip
            assert done.case is not None
            write_note(done.case, text=told.words or "Words", category="", by=by, at=at)
            set_level(done.case, told.level, ["gun_access"], "A rifle", by=by, at=at)
            ask_contact(done.incident, wanted=False, by=by, at=at)
            start_screen(incident=done.incident, by=by, at=at)
            made.append(done)
        danger_of(done.case, told, by=by, at=at)
    w.hidden += [done.case for done in made] + [done.incident for done in made]
    return made


def walled_name(w: World, told: Told) -> None:
    """Somebody whom an officer, a detective and the prosecutor's office may not see is recorded."""
    for done in _police_cases(w, told):
        for person in done.people:
            _wall_off(w, person.id)


def _wall_off(w: World, thing: Any) -> None:
    """Three workers of the police and every other agency of the node may not see it."""
    police = w.town.police.id
    told: dict[str, Any] = {"agency": police, "reason": "", "by": None, "at": AT}
    with as_agency(police, at=AT):
        for name in ("officer", "officer_two", "detective"):
            raise_wall(thing, worker=getattr(w.town, name).id, basis="party_match", **told)
        for kind in VIEWERS:
            raise_wall(thing, viewer=getattr(w.town, kind).id, basis="survivor_named", **told)


def restricted_file(w: World, told: Told) -> None:
    """Files are closed to all but one supervisor."""
    for done in _police_cases(w, told):
        with as_agency(w.town.police.id, at=AT):
            restrict(
                done.case.id, agency=w.town.police.id, team=[w.town.supervisor.id], reason="", by=None, at=AT
            )


def never_see(w: World, told: Told) -> None:
    """Survivors name an officer, two agencies and others who must never see their files."""
    place, by = w.town, w.town.supervisor
    for done in _police_cases(w, told):
        with as_agency(place.police.id, at=AT, worker=by.id):
            for named in ({"worker": place.officer}, {"agency": place.prosecutor}, {"agency": place.court}):
                keep_out(done.case, **named, words=told.words, by=by, at=AT)
    with as_agency(place.police.id, at=AT, worker=by.id):
        keep_out(w.police.things["case"], who=told.name, words=told.words, by=by, at=AT)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        for named in ({"worker": place.advocates_records}, {"agency": place.police}, {"who": told.name}):
            keep_out(w.service.things["case"], **named, words=told.words, by=place.advocate, at=AT)


def withdrawn_release(w: World, told: Told) -> None:
    """A release to the police is given, arrives, and is withdrawn."""
    place, by, case = w.town, w.town.advocate, w.service.things["case"]
    from shelterbelt.agencies.models import Letter

    for _ in range(min(told.many, 3)):
        with as_agency(place.advocates.id, at=AT, worker=by.id):
            release = take_release(
                case.id, token=uuid7(), reference=w.police.things["choice"].ref, recipient=place.police,
                draft=draft(scope=told.words), by=by, at=AT, case_ref=case.ref,
            )  # fmt: skip
            opened = Letter.objects.filter(kind__startswith="grant/", to=place.police).latest("id")
            withdraw_release(release, by=by, at=AT, channel="phone")
            ended = Letter.objects.filter(kind__startswith="withdrawal/", to=place.police).latest("id")
        bodies = [body_of(letter.id, place.advocates) for letter in (opened, ended)]
        with as_agency(place.police.id, at=AT):
            take_in_grant(bodies[0], letter=uuid7(), sender=place.advocates, to=place.police, at=AT)
            take_in_withdrawal(bodies[1], letter=uuid7(), sender=place.advocates, to=place.police, at=AT)


def erased_case(w: World, told: Told) -> None:
    """A case was there, was closed, and was erased as its survivor wished."""
    place, by = w.town, w.town.advocate
    at = AT + told.hours * HOUR
    for _ in range(min(told.many, 3)):
        with as_agency(place.advocates.id, at=at, worker=by.id):
            case = open_direct_case(
                survivor={"name": told.name}, other={"name": told.other}, words={}, by=by, at=at
            )
            write_note(case, text=told.words or "Words", category="", by=by, at=at)
            close_case(case, reason="Over", by=by, at=at)
            ask_erasure(case, basis="survivor", by=by, at=at)
        w.settle(at)
        with as_agency(place.advocates.id, at=at, worker=place.advocates_records.id):
            erase_case(case, by=place.advocates_records, at=at)
        w.hidden.append(case)


def request_taken_up(w: World, told: Told) -> None:
    """Advocates take up the police's request for contact and open a case for it."""
    place, by = w.town, w.town.advocate
    body = body_of(w.police.things["choice"].letter_id, place.police)
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        request = take_in_contact_request(
            body, letter=uuid7(), sender=place.police, to=place.advocates, at=AT
        )
        acknowledge(request, by=by, at=AT)
        case = open_case_for_request(request, name=told.name, other=told.other, by=by, at=AT)
        set_level(case, told.level, ["gun_access"], "A rifle", by=by, at=AT)
    danger_of(case, told, by=by, at=AT)


def nothing_first(_w: World) -> None:
    """Most facts need nothing before them."""


def walled_report(w: World, told: Told) -> None:
    """Reports of pressure on the neck in a case that all of them see; one of its witnesses is walled from them."""
    place, by, case = w.town, w.town.supervisor, w.police.things["case"]
    for n in range(min(told.many, 3)):
        at = AT + (told.hours + n) * HOUR
        parties = [Party("survivor", known=case.survivor), Party("perpetrator", known=case.other)]
        with as_agency(place.police.id, at=at, worker=by.id):
            done = record_incident(
                open_incident(by=by, at=at),
                content={"harm": {"abuse_types": ["strangulation"]}, "events": {"narrative": told.words}},
                parties=[*parties, Party("witness", {"name": told.other})], happened_at=at - HOUR, by=by, at=at,
            )  # fmt: skip
            assert done.case is not None and done.case.id == case.id
            sheet = start_assessment("dale", case=case, incident=done.incident, by=by, at=at)
            give_answer(sheet, "strangled_multiple_times", "yes", 0, by=by, at=at)
            finish_assessment(sheet, by=by, at=at)
            start_screen(incident=done.incident, by=by, at=at)
            note_seen(case, forecast_of(case, at=at)[1], by=by, at=at)
        _wall_off(w, done.people[2].id)
        w.hidden.append(done.incident)


def forecast_renewed(w: World, told: Told) -> None:
    """The forecast of a case that all of them see is worked out anew, and a colleague sees what it says."""
    by, case, at = w.town.supervisor, w.police.things["case"], AT + told.hours * HOUR
    with as_agency(by.agency_id, at=at, worker=by.id):
        renew_forecast(case, at=at, since=AT - told.many * DAY)
        note_seen(case, forecast_of(case, at=at)[1], by=by, at=at)


@dataclass(frozen=True)
class Fact:
    """Something that happens, and those who may not see it. `first`: what both worlds have before it."""

    happens: Callable[[World, Told], None]
    hidden_from: tuple[str, ...]
    program: str = ""
    first: Callable[[World], None] = nothing_first


WALLED = (
    "officer", "officer_two", "detective", "prosecutor_worker", "probation_officer", "court_clerk", "coordinator",
)  # fmt: skip
FACTS = {
    "victim_service_file": Fact(victim_service_file, (*SYSTEM, "nurse"), "officer"),
    "request_taken_up": Fact(request_taken_up, (*SYSTEM, "nurse", "shelter_worker"), "supervisor"),
    "sealed_address": Fact(sealed_address, OTHERS, "prosecutor_worker"),
    "walled_name": Fact(walled_name, (*WALLED, *SERVICES, "nurse")),
    "restricted_file": Fact(
        restricted_file,
        (*WALLED, *SERVICES, "nurse", "records_officer", "administrator"),
        "prosecutor_worker",
    ),
    "walled_report": Fact(walled_report, (*WALLED, *SERVICES, "nurse"), "prosecutor_worker"),
    "forecast_renewed": Fact(forecast_renewed, (*SYSTEM, *SERVICES, "nurse"), "detective"),
    "never_see": Fact(never_see, ("officer", "prosecutor_worker", "court_clerk", "nurse", "shelter_worker")),
    # The police's own records officer sees in the list of all that is held that a grant came and ended.
    "withdrawn_release": Fact(withdrawn_release, (*SYSTEM[:-1], "nurse", "shelter_worker"), "officer"),
    "erased_case": Fact(erased_case, ("advocate", "shelter_worker", "nurse", *SYSTEM), "advocate"),
}

# Everything that a viewer can get

Looked = dict[str, tuple[int, bytes, dict[str, str]]]
LINK = re.compile(rb'href="([^"#]+)')
MOST_PAGES = 260
SEARCHES = ("Wren", "Ashby", "Calder", "Ximena", "Quim", "A", "2026-01-01", "3125550191")


def plain(page: bytes) -> bytes:
    """A page without what is fresh on every page: the marks against forged and doubled forms."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"csrf", page)
    return re.sub(rb'name="(once|token)" value="[^"]*"', b"once", page)


def get(client: Client, method: str, address: str, data: Any = None) -> tuple[int, bytes, dict[str, str]]:
    """What an address answers: status, bytes, headers (the size among them); it leaves nothing behind."""
    with transaction.atomic():
        answer = getattr(client, method)(address, data or {})
        body = answer.getvalue()
        transaction.set_rollback(True)
    fresh = {"Set-Cookie"}
    headers = {name: value for name, value in answer.headers.items() if name not in fresh}
    return answer.status_code, plain(body), headers


def first_pages(w: World, by: Worker) -> list[str]:
    """Where a look begins: every address without a thing, and those of the things that both worlds have."""
    found = []
    for route, way in WAYS.items():
        if "get" not in way.methods:
            continue
        files = [f for f in (w.police, w.service) if way.thing in f.things and way.opens(by, f)]
        if not way.thing and way.allows(by):
            found.append(way.address(route, None))
        found += [way.address(route, file) for file in files]
    return found


def everything(w: World, by: Worker, client: Client, *, first: list[str] | None = None) -> Looked:
    """Every page that this worker can get to by its address or by a link, and what the searches find."""
    seen: Looked = {}
    waiting = list(dict.fromkeys(first_pages(w, by) if first is None else first))
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        seen[address] = got = get(client, "get", address)
        waiting += [
            link for link in links(address, got[1], got[2]) if link not in seen and link not in waiting
        ]
    assert not waiting, f"more than {MOST_PAGES} pages: raise MOST_PAGES"
    for text in SEARCHES:
        seen[f"search {text}"] = get(client, "post", "/cases/", {"q": text})
    return seen


def program_of(by: Worker) -> Client:
    """A program with the same roles, with a token that is good at this moment; asked for under a stopped clock."""
    public, secret = program_like(by)
    asked = {"grant_type": "client_credentials", "client_id": public, "client_secret": secret}
    form = "application/x-www-form-urlencoded"
    token = Client(HTTP_HOST="localhost").post("/api/token", urlencode(asked), content_type=form).json()
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {token['access_token']}")


def through_api(w: World, by: Worker, program: Client) -> Looked:
    """The same through the API: every list, and everything that both worlds have."""
    seen: Looked = {}
    for (method, path), way in API_WAYS.items():
        files: list[File | None] = [
            f for f in (w.police, w.service) if way.thing in f.things and way.opens(by, f)
        ]
        for file in files if way.thing else [None]:
            if method == "get" and (file or way.allows(by)):
                address = way.address(path, file)
                seen[f"api {address}"] = get(program, "get", address)
    return seen


# What is done before the second look

OPENERS = ("advocate", "shelter_worker", "nurse")
RECORDERS = ("officer", "officer_two", "detective", "supervisor")


def deeds(w: World, role: str, client: Client, told: Told, at: Any) -> Looked:
    """What somebody finds who now records, or opens a case for, a person of the hidden name: taken back afterwards."""
    by = getattr(w.town, role)
    if role not in (*RECORDERS, *OPENERS):
        return {}
    with transaction.atomic():
        pages = _recorded(by, told, at) if role in RECORDERS else _opened(by, told, at)
        pages += ["/cases/", "/cases/?tab=incidents", "/work/"]
        found = {f"{n} {role}": get(client, "get", page) for n, page in enumerate(pages)}
        found["search"] = get(client, "post", "/cases/", {"q": told.name})
        transaction.set_rollback(True)
    refs: dict[bytes, bytes] = {}
    return {name: (status, _numbered(body, refs), headers) for name, (status, body, headers) in found.items()}


def _recorded(by: Worker, told: Told, at: Any) -> list[str]:
    parties = [Party("survivor", {"name": told.name}), Party("perpetrator", {"name": told.other})]
    with as_agency(by.agency_id, at=at, worker=by.id):
        done = record_incident(
            open_incident(by=by, at=at), content={}, parties=parties, happened_at=at, by=by, at=at
        )
        assert done.case is not None
        return [
            f"/incidents/{done.incident.ref}/",
            f"/incidents/{done.incident.ref}/recorded/",
            f"/cases/{done.case.ref}/",
            f"/cases/{done.case.ref}/looks/",
            f"/cases/{done.case.ref}/level/",
        ]


def _opened(by: Worker, told: Told, at: Any) -> list[str]:
    with as_agency(by.agency_id, at=at, worker=by.id):
        case = open_direct_case(
            survivor={"name": told.name}, other={"name": told.other}, words={}, by=by, at=at
        )
        return [f"/cases/{case.ref}/", f"/cases/{case.ref}/looks/", f"/cases/{case.ref}/releases/new/"]


def _numbered(body: bytes, refs: dict[bytes, bytes]) -> bytes:
    """References in the order in which they are met: what is made anew has a new one each time."""

    def number(found: re.Match[bytes]) -> bytes:
        return refs.setdefault(found[0], b"ref-%d" % len(refs))

    return re.sub(rb"(?<![\w-])[\w-]{22}(?![\w-])", number, body)


NAMING = (
    "/cases/?after={ref}", "/cases/?before={ref}", "/cases/?tab=incidents&after={ref}", "/cases/?tab=shared&after={ref}",
    "/work/?after={ref}", "/overdue/?after={ref}", "/screens/new/?case={ref}", "/screens/new/?incident={ref}",
    "/directory/?case={ref}", "/authorities/new/court_order/?case={ref}", "/demands/new/subpoena/?case={ref}",
    "/cases/{ref}/", "/cases/{ref}/looks/", "/cases/{ref}/note/", "/incidents/{ref}/", "/incidents/{ref}/recorded/",
    "/work/{ref}/", "/records/cases/{ref}/", "/held/{ref}/",
)  # fmt: skip
TYPED = ("/held/", "/records/", "/glass/")


def named(client: Client, ref: str) -> Looked:
    """What one gets who has a reference from elsewhere and writes it wherever one can be written."""
    seen = {place: get(client, "get", place.format(ref=ref)) for place in NAMING}
    glass = {"category": "who", "reason": "A call", "who": "second"}
    for place in TYPED:
        with transaction.atomic():
            answer = get_kept(client, place, {"ref": ref, **glass})
            seen[f"typed {place}"] = answer
            if place == "/glass/" and "Location" in answer[2]:
                seen["typed and asked"] = get(client, "get", answer[2]["Location"])
            transaction.set_rollback(True)
    found: Looked = {}
    for name, (status, body, headers) in seen.items():
        refs = {ref.encode(): b"REF"}
        told = repr(sorted(headers.items())).encode()
        found[name] = (status, _numbered(body, refs), {"headers": _numbered(told, refs).decode()})
    return found


def get_kept(client: Client, address: str, data: Any) -> tuple[int, bytes, dict[str, str]]:
    """What a sent form answers; the caller takes back what it did."""
    answer = client.post(address, data)
    headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    return answer.status_code, plain(answer.getvalue()), headers


def refs_of_hidden(w: World) -> list[str]:
    """The references of what happened: its cases and incidents, and the work that came of them."""
    found = [thing.ref for thing in w.hidden[-4:]]
    for agency in {thing.agency_id for thing in w.hidden}:
        with as_agency(agency, at=AT):
            ids = [thing.id for thing in w.hidden]
            rows = Action.objects.filter(Q(case_id__in=ids) | Q(incident_id__in=ids))
            found += list(rows.values_list("ref", flat=True)[:3])
    return found


def links(address: str, page: bytes, headers: dict[str, str]) -> list[str]:
    """Where a page leads inside this node."""
    found = [html.unescape(m.decode()) for m in LINK.findall(page)]
    found += [headers["Location"]] if "Location" in headers else []
    whole = [urljoin(address, link) for link in found]
    return [link for link in whole if link.startswith("/") and not _left_out(urlsplit(link).path)]


def _left_out(path: str) -> bool:
    return path.startswith(("/static/", "/account/", "/help/")) or path == "/favicon.ico"


def differences(one: Looked, other: Looked) -> list[str]:
    """The addresses at which two looks differ, with the first lines that do."""
    found = []
    for address in dict.fromkeys((*one, *other)):
        a, b = one.get(address), other.get(address)
        if a != b:
            found.append(
                f"{address}: {_first(a)} | {_first(b)}" if not (a and b) else f"{address}: {_apart(a, b)}"
            )
    return found


def _first(got: Any) -> str:
    return "not reached" if got is None else f"reached ({got[0]})"


def _apart(a: Any, b: Any) -> str:
    lines = zip_longest(a[1].splitlines(), b[1].splitlines())
    first = next((f"{x!r} | {y!r}" for x, y in lines if x != y), "")
    return (
        f"{first} ({a[0]}, {len(a[1])} bytes | {b[0]}, {len(b[1])} bytes)"
        if first
        else f"{a[0]} {a[2]} | {b[0]} {b[2]}"
    )
