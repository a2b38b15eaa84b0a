"""One town in which every kind of thing is held in every relation to whoever looks: the cast of the route matrix.

Built once for a run, only through actions, and never changed afterwards: whoever tries something on it takes it back.
A thing of a new kind is made in `police_file` or `service_file` and kept under a name of its own in `File.things`.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PIL import Image

from shelterbelt.access import door
from shelterbelt.access.actions import ask_reset
from shelterbelt.access.bars import CATEGORIES
from shelterbelt.access.exports import alert
from shelterbelt.access.glass import ask_glass
from shelterbelt.access.models import Alert, Conflict, Worker
from shelterbelt.access.sessions import sessions_of
from shelterbelt.access.survivors import Survivor
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.agencies.models import Agency
from shelterbelt.alerts.actions import (
    be_there,
    call_next,
    issue_button,
    set_up_help,
    take_in_call,
    take_press,
    take_presses,
)
from shelterbelt.alerts.actions.pressing import digest_of
from shelterbelt.alerts.models import Button, CallForHelp, HelpAlert
from shelterbelt.api.actions import add_client
from shelterbelt.api.models import Client
from shelterbelt.api.policy import SCOPES
from shelterbelt.assessments.actions import (
    ask_reassessment,
    finish_assessment,
    finish_screen,
    give_answer,
    record_happening,
    set_level,
    start_assessment,
    start_screen,
)
from shelterbelt.cases.actions import Party, open_incident, record_incident, write_note
from shelterbelt.cases.closing import keep_out
from shelterbelt.cases.evidence import take_in
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import end_grant, open_agreement, take_release, withdraw_release
from shelterbelt.consent.models import Grant, Release
from shelterbelt.conversations.actions import begin_wish
from shelterbelt.disclosures.actions import Entered, enter_authority, enter_demand
from shelterbelt.hotline.actions import log_call, tell
from shelterbelt.journal.actions import give, keep_file, show_item, write_item
from shelterbelt.ledger.chain import chain
from shelterbelt.notices.actions import send_message, tell_instructions
from shelterbelt.orders.actions import record_order
from shelterbelt.people.actions import declare
from shelterbelt.people.models import Person
from shelterbelt.records.actions import place_hold
from shelterbelt.referrals.actions import (
    ask_contact,
    open_case_for_referral,
    open_case_for_request,
    refer,
    take_in_contact_request,
)
from shelterbelt.referrals.models import Referral, Service
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.safety.actions import begin_plan
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.supervision.actions import (
    begin_supervision,
    hear_lines,
    link_booking,
    plan_occasion,
    set_condition,
)
from shelterbelt.supervision.models import Booking, DetainedLine, DetainedNews
from shelterbelt.supervision.told import told_line
from shelterbelt.watching.actions.devices import issue_feed, issue_tracker
from shelterbelt.watching.models import Device, Feed
from tests.apps.breaches.things import breach_things
from tests.apps.consent.conftest import draft
from tests.apps.hotline.cast import SAFE
from tests.apps.notices.people import told
from tests.apps.orders.cast import paper
from tests.apps.orders.things import an_agreement, order_things
from tests.apps.referrals.cast import ASKED, body_of, taken_in
from tests.apps.watching.alarm_things import a_group
from tests.apps.watching.things import a_share
from tests.world import AT, DAY, HOUR, Town, town, worker

NOW = AT + HOUR + HOUR / 2
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + b"\n" * 300
# How a file stands to those who could see it but for one thing.
RELATIONS = ("plain", "granted", "withdrawn", "expired", "walled", "restricted")
VIEWERS = ("prosecutor", "probation", "court", "council")
SHOWN = ["case_file", "actions"]
# What is walled or restricted by itself; what hangs on it is closed with it.
CLOSED = ("case", "draft", "report", "call", "detained_person")
ROLES = (
    "officer", "officer_two", "detective", "supervisor", "advocate", "shelter_worker", "nurse", "prosecutor_worker",
    "probation_officer", "court_clerk", "coordinator", "administrator", "reviewer", "records_officer",
    "advocates_administrator", "advocates_records", "advocates_supervisor", "uninvited",
)  # fmt: skip

PROGRAMS = (
    "officer", "supervisor", "advocate", "shelter_worker", "nurse", "prosecutor_worker", "coordinator", "records_officer",
    "advocates_records",
)  # fmt: skip


@dataclass
class File:
    """The things of one agency's file, by kind, and how the file stands to others."""

    holder: Agency
    relation: str
    things: dict[str, Any] = field(default_factory=dict)

    def opens_to(self, by: Worker) -> bool:
        """Whether a living grant opens the file to this worker's agency and no wall stands before it."""
        return self.relation == "granted" and by.agency.kind in VIEWERS

    def keeps_from(self, by: Worker) -> bool:
        """Whether a wall or a restriction hides it, also from its own agency."""
        return self.relation in ("walled", "restricted")


@dataclass
class County:
    """The town, the roles there are, everything that is held, and a program of each role that a program may have."""

    town: Town
    files: list[File]
    advocates_supervisor: Worker
    programs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def worker(self, role: str) -> Worker:
        found: Worker = getattr(self.town, role, None) or self.advocates_supervisor
        return found


def county() -> County:
    """Everything, in every relation."""
    place = town()
    extra = worker(place.advocates, "supervisor")
    made = County(place, [], extra)
    for relation in RELATIONS:
        made.files.append(police_file(place, relation))
        if relation != "granted":
            made.files += service_files(place, relation)
    made.files += [supervised(place, relation) for relation in ("plain", "walled", "restricted")]
    made.files.append(File(place.probation, "plain", {"pair_share": a_share(place), "feed": a_feed(place)}))
    _settled(place)
    _work_of(made)
    made.programs = {role: program_like(made.worker(role)) for role in PROGRAMS}
    public = _public()
    for file in made.files:
        file.things["service"] = public
    made.files += [_accounts(place), _desk(place), File(Agency(kind=""), "public", {"service": public})]
    for file in made.files:
        _closed(file, place)
    _settled(place)
    return made


@contextmanager
def hour(at: Any) -> Iterator[None]:
    """The clock that pages read, stopped: what they say of time is the same before and after."""
    before = door.now
    door.now = lambda: at  # type: ignore[assignment]
    try:
        yield
    finally:
        door.now = before


def png() -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def police_file(place: Town, relation: str, name: str = "Wren Ashby") -> File:
    """A report with everything that can hang on it, and a draft beside it."""
    by, file = place.officer, File(place.police, relation)
    with as_agency(place.police.id, at=AT, worker=by.id):
        file.things["draft"] = open_incident(by=by, at=AT)
        parties = [Party("survivor", {"name": name}), Party("perpetrator", {"name": "Sol Ender"})]
        done = record_incident(
            open_incident(by=by, at=AT), content={"events": {"narrative": "At the door"}}, parties=parties,
            happened_at=AT - HOUR, by=by, at=AT,
        )  # fmt: skip
        file.things |= {"incident": done.incident, "case": done.case}
        assert done.case is not None
        paper = {"name": "one.png", "kind": "photo", "about": "a door"}
        file.things["evidence"] = take_in(done.incident, io.BytesIO(png()), by=by, at=AT, **paper)
        file.things["choice"] = ask_contact(
            done.incident, wanted=True, to=place.advocates, instructions=ASKED, by=by, at=AT
        )
        file.things["screen"] = screen = start_screen(incident=done.incident, by=by, at=AT)
        finish_screen(screen, by=by, at=AT)
        write_note(done.case, text="Spoke at the door", category="", by=by, at=AT)
        file.things |= order_things(done.case, by)
        file.things |= breach_things(file.things["order"], done.case, by)
        file.things |= _happened(done.case, by)
    file.things["alarms"] = a_group(file.things["order"], at=AT)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        set_level(done.case, "high", ["gun_access"], "A rifle", by=place.detective, at=AT)
        file.things["reassessment"] = ask_reassessment(
            done.case, "medium", [], "Handed in", asked_survivor=True, by=place.detective, at=AT
        )
        file.things |= sheets_of(done.case, "dale", by=place.detective)
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        file.things["kept"] = keep_out(done.case, who="A cousin", by=place.supervisor, at=AT)
    file.things |= detained_things(place, done.case, relation)
    keepers = (place.records_officer, place.prosecutor)
    file.things |= _papers(done.case, *keepers)
    _given(file, place)
    with as_agency(place.police.id, at=AT):
        grant = Grant.objects.filter(case_id=done.case.id).first()
    return File(place.police, relation, file.things | ({"grant": grant} if grant else {}))


def detained_things(place: Town, case: Case, name: str) -> dict[str, Any]:
    """What a jail told of the other person of a case, linked to them, and the news that it is for the survivor."""
    with as_agency(place.police.id, at=AT):
        other = Person.objects.get(id=case.other_id)
    told = told_line(
        {"key": f"1 {name}", "booking": name, "kind": "returned", "happened_at": (AT - HOUR).isoformat()}
    )
    with as_agency(place.police.id, at=AT):
        hear_lines("county_jail", [told], whole=True, agency=place.police, by=None, at=AT)
        booking = Booking.objects.filter(agency=place.police, person_id=None).order_by("-id")[0]
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        booking = link_booking(booking, other, by=place.detective, at=AT)
        line, news = DetainedLine.objects.get(booking=booking), DetainedNews.objects.get(case=case)
    return {"booking": booking, "detained_person": other, "detained_line": line, "detained_news": news}


def supervised(place: Town, relation: str) -> File:
    """Somebody under the supervision of probation, with a condition and an occasion of it."""
    by = place.probation_officer
    with as_agency(place.probation.id, at=AT, worker=by.id):
        row = begin_supervision({"name": f"Sol {relation.title()}"}, "", by=by, at=AT)
        condition = set_condition(row, "programme", "Evenings", from_at=AT, by=by, at=AT)
        plan_occasion(condition, AT + DAY, by=by, at=AT)
        tracker = tracker_of(row.person, by)
    things = {"supervision": row, "condition": condition, "detained_person": row.person, "tracker": tracker}
    return File(place.probation, relation, things)


def tracker_of(person: Person, by: Worker) -> Device:
    """A tracker for an order that binds somebody."""
    order = record_order(paper(), person, by=by, at=AT)
    device: Device = issue_tracker(order, "osmand", "Ankle", by=by, at=AT).thing
    return device


def a_feed(place: Town) -> Feed:
    """A vendor's feed at probation."""
    by = place.probation_officer
    with as_agency(place.probation.id, at=AT, worker=by.id):
        feed: Feed = issue_feed("Vendor", by=by, at=AT).thing
    return feed


def own_record(own: OwnFile, hand: Survivor, by: Worker, release: Release) -> dict[str, Any]:
    """One item that the survivor shows to this worker, a picture of it, and what they gave them to carry."""
    item = write_item(own, {"kind": "injury", "text": "A mark", "on": ""}, by=hand, at=AT)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    picture.seek(0)
    kept = keep_file(item, picture, name="a.jpg", kind="photo", words="", by=hand, at=AT)
    show_item(item, by.id, by=hand, at=AT)
    giving = give(own, [item], release.id, language="en", by=hand, at=AT)
    return {"item": item, "original": kept, "giving": giving}


def _happened(case: Case, by: Worker) -> dict[str, Any]:
    """Something that lasts, and an act that is planned."""
    lasts = record_happening(case, "cohabiting", happened_at=AT - DAY, by=by, at=AT)
    act = record_happening(case, "order_served", happened_at=AT + 9 * DAY, act="serve_order", by=by, at=AT)
    return {"happening": lasts, "act": act}


def sheets_of(case: Case, instrument: str, *, by: Worker) -> dict[str, Any]:
    """A finished sheet and one that was only begun."""
    done = start_assessment(instrument, case=case, by=by, at=AT)
    give_answer(done, "violence_increased_12m", "no", 0, by=by, at=AT)
    finish_assessment(done, by=by, at=AT)
    begun = start_assessment(instrument, case=case, by=by, at=AT)
    return {"sheet": done, "sheet_open": begun}


def _papers(case: Case, by: Worker, to: Agency) -> dict[str, Any]:
    """A hold, a demand and an order that waits for a second person, each with its paper."""
    with as_agency(case.agency_id, at=AT, worker=by.id):
        hold = place_hold(
            case.id, because="litigation", reason="A letter", document=PDF, name="a.pdf", media="application/pdf",
            by=by, at=AT,
        )  # fmt: skip
        demand = enter_demand(
            "subpoena", io.BytesIO(PDF), case_id=case.id, received_at=AT - HOUR, deadline_at=AT + 10 * DAY,
            words={"asker": "a lawyer", "asks_for": "all of it"}, by=by, at=AT,
        )  # fmt: skip
        order = Entered(
            kind="court_order", from_at=AT - HOUR, until_at=AT + 10 * DAY, categories=("danger_level",), judge_signed=True,
            words={"judge": "J. Rowe", "court": "Circuit Court", "says": "the danger level"}, case_id=case.id, recipient=to,
        )  # fmt: skip
        authority = enter_authority(order, io.BytesIO(PDF), by=by, at=AT)
    return {"hold": hold, "demand": demand, "authority": authority}


def _given(file: File, place: Town) -> None:
    """What the police opened of the file to the county's other agencies, and whether it still is open."""
    if file.relation == "plain":
        return
    until = AT + HOUR if file.relation == "expired" else AT + 90 * DAY
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        for kind in VIEWERS:
            case = file.things["case"].id
            span = ("coordination", AT - DAY, until)
            grant = open_agreement(
                place.police, getattr(place, kind), SHOWN, case, *span, by=place.supervisor, at=AT
            )
            if file.relation == "withdrawn":
                end_grant(grant, by=place.supervisor, at=AT)


def service_files(place: Town, relation: str) -> list[File]:
    """The advocates' file from a request to a referral, and the shelter's that came of it."""
    by, file = place.advocate, File(place.advocates, relation)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        done = record_incident(
            open_incident(by=place.officer, at=AT), content={}, happened_at=AT - HOUR, by=place.officer, at=AT,
            parties=[Party("survivor", {"name": "Ines Calder"}), Party("perpetrator", {"name": "Tomo Wern"})],
        )  # fmt: skip
        choice = ask_contact(
            done.incident, wanted=True, to=place.advocates, instructions=ASKED, by=place.officer, at=AT
        )
    body = body_of(choice.letter_id, place.police)
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        request = take_in_contact_request(
            body, letter=uuid7(), sender=place.police, to=place.advocates, at=AT
        )
        case = open_case_for_request(request, name="Ines", other="Tomo", by=by, at=AT)
        write_note(case, text="Kept here", category="safety_needs", by=by, at=AT)
        tell_instructions(case.id, told(), by=by, at=AT)
        send_message("check_in", case.id, given=None, language="en", by=by, at=AT)
        screen = start_screen(case=case, by=by, at=AT)
        finish_screen(screen, by=by, at=AT)
        set_level(case, "high", ["gun_access"], "A rifle", by=by, at=AT)
        file.things |= _happened(case, by)
        file.things |= sheets_of(case, "danger_assessment", by=by)
        file.things["kept"] = keep_out(case, who="A cousin", by=by, at=AT)
        own = begin_file(case.survivor, by=by, at=AT)
        file.things |= {"own_file": own, "trusted": by, "plan": begin_plan(own, by=by, at=AT)}
        hand = Survivor(case.survivor_id, own.agency_id, uuid7())
        file.things |= {"own_case": case, "help_alert": help_alert(own, by, hand)}
        file.things["wish"] = begin_wish(own, case.id, {}, by=hand, at=AT)
        take = partial(take_release, case.id, reference="", by=by, at=AT, case_ref=case.ref)
        take(token=uuid7(), recipient=place.police, draft=draft())
        release = take(token=uuid7(), recipient=place.shelter, draft=draft())
        account = draft(categories=("incident_account", "documents"))
        given = take(token=uuid7(), recipient=place.police, draft=account)
        file.things |= own_record(own, hand, by, given)
        content = {
            "name": "Ines",
            "language": "es",
            "instructions": None,
            "words": {"safety_needs": "a room"},
        }
        referral = refer(case, to=place.shelter, content=content, answer_back=True, by=by, at=AT)
    file.things |= _hotline(place)
    came = taken_in(place, referral)
    theirs = _shelters(place, came, relation)
    file.things |= {
        "request": request, "case": case, "screen": screen, "release": release, "referral": referral,
        "notice": _notice_of(case), **_papers(case, place.advocates_records, place.court),
    }  # fmt: skip
    if relation in ("withdrawn", "expired"):
        with as_agency(place.advocates.id, at=AT, worker=by.id):
            withdraw_release(release, by=by, at=AT, channel="phone")
    return [file, theirs]


def help_alert(own: OwnFile, by: Worker, hand: Survivor) -> HelpAlert:
    """An alert that has gone to whoever is there, which this worker is."""
    from tests.apps.alerts.people import SET

    told, pressed = dict(SET), NOW - HOUR
    set_up_help(own, told, by=by, at=AT)
    be_there(NOW + HOUR, "", by=by, at=NOW - HOUR / 2)
    with as_agency(by.agency_id, at=pressed):
        token = issue_button(hand, "help", at=pressed)
        take_press(Button.objects.get(digest=digest_of(token)), 0, at=pressed)
    take_presses(by.agency_id, at=pressed)
    call_next(by.agency_id, at=pressed + HOUR / 2)
    with as_agency(by.agency_id, at=NOW):
        return HelpAlert.objects.get(person_id=own.person_id)


def _hotline(place: Town) -> dict[str, Any]:
    """Something that was told without an account, and a contact that waits to be called back."""
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        report = tell(place.advocates, words="Behind the door", at=AT).report
        back = {"outcome": "call_back"}
        call = log_call(back, happened_at=AT, instructions=SAFE, by=place.advocate, at=AT)
    return {"report": report, "call": call}


def _notice_of(case: Case) -> Any:
    from shelterbelt.notices.models import Notice

    with as_agency(case.agency_id, at=AT):
        return Notice.objects.get(about=case.id, kind="check_in")


def _shelters(place: Town, came: Referral, relation: str) -> File:
    from shelterbelt.referrals.actions import answer_referral

    by = place.shelter_worker
    with as_agency(place.shelter.id, at=AT, worker=by.id):
        answer_referral(came, answer="accepted", by=by, at=AT)
        case = open_case_for_referral(came, name="Ines", by=by, at=AT)
    return File(place.shelter, relation, {"referral": came, "case": case})


def _settled(place: Town) -> None:
    """What the background does within a second."""
    for agency in (place.police, place.advocates, place.shelter, place.hospital):
        with as_agency(agency.id, at=AT):
            chain(agency.id)
        with as_agency(agency.id, at=AT):
            follow(agency.id, at=AT)


def _work_of(made: County) -> None:
    for file in made.files:
        with as_agency(file.holder.id, at=AT):
            about = [thing.id for name, thing in file.things.items() if name in ("case", "incident")]
            found = Action.objects.filter(agency=file.holder, done_at=None)
            row = found.filter(case_id__in=about).first() or found.filter(incident_id__in=about).first()
            if row is not None:
                file.things["action"] = row


def call_for_help(place: Town) -> CallForHelp:
    """A call for help that the advocates wrote to the police, and nobody has taken yet."""
    told = {
        "reference": new_ref(), "pressed_at": AT.isoformat(), "forced": False, "name": "Ines",
        "number": "+12025550147", "asks": "come", "place": None,
    }  # fmt: skip
    with as_agency(place.police.id, at=AT):
        return take_in_call(told, letter=uuid7(), sender=place.advocates, to=place.police, at=AT)


def _accounts(place: Town) -> File:
    """What is kept about workers: an account whose way in was lost, something that stood out, a session."""
    of, by = place.officer_two, place.administrator
    with as_agency(place.police.id, at=AT, worker=by.id):
        ask_reset(of, by=by, at=AT)
        alert("budget", of, by=None, at=AT)
        shown = Alert.objects.filter(worker_id=of.id).first()
    return File(place.police, "plain", {"account": of, "alert": shown, "call_for_help": call_for_help(place)})


def program_like(like: Worker) -> tuple[str, str]:
    """A program of the same agency with the same roles: its name and its secret."""
    with as_agency(like.agency_id, at=AT):
        client, secret = add_client(
            like.agency, name="Case system", roles=like.roles, scopes=SCOPES, unit=like.unit, by=None, at=AT
        )
    return client.ref, secret


def _desk(place: Town) -> File:
    """What waits for the reviewer and the administrator: whom a worker knows, a doubt, a wall, glass, a program."""
    by = place.officer_two
    closed, walled = _report(place, "Odile Marsh"), _report(place, "Pim Vance")
    with as_agency(place.police.id, at=AT):
        restrict(closed.case.id, agency=place.police.id, team=[], reason="", by=None, at=AT)
    things: dict[str, Any] = {}
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        things["orders_agreement"] = an_agreement(place.supervisor, place.probation)
    program, _secret = program_like(place.officer)
    with as_agency(place.police.id, at=AT, worker=by.id):
        things["declaration"] = declare({"name": "Wren Ashby"}, by=by, at=AT)
        ask = partial(ask_glass, category=CATEGORIES[0], reason="A call", by=by, at=AT + HOUR)
        things["glass"] = ask(closed.case.ref, alone=False)
        things["glass_alone"] = ask(new_ref(), alone=True)
    with as_agency(place.police.id, at=AT):
        things["doubt"] = Conflict.objects.filter(worker_id=by.id, state="open").first()
        things["wall"] = raise_wall(
            walled.people[1].id,
            agency=by.agency_id,
            worker=by.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
        things["program"] = Client.objects.get(ref=program)
    return File(place.police, "plain", things)


def _report(place: Town, name: str) -> Any:
    by = place.officer
    with as_agency(place.police.id, at=AT, worker=by.id):
        people = [Party("survivor", {"name": name}), Party("perpetrator", {"name": "Sol Ender"})]
        return record_incident(
            open_incident(by=by, at=AT), content={}, parties=people, happened_at=AT, by=by, at=AT
        )


def _public() -> Service:
    """What anybody who works here may find: a service of the directory."""
    return Service.objects.create(
        id=uuid7(), name="Legal desk", organization="Law for all", status="active", record={}, words="legal", imported_at=AT
    )  # fmt: skip


def _closed(file: File, place: Town) -> None:
    """Walls before everybody, or a restriction to nobody."""
    if file.relation not in ("walled", "restricted"):
        return
    things = [file.things[name].id for name in CLOSED if name in file.things]
    if file.relation == "walled" and "own_file" in file.things:
        # A wall before a survivor closes their own file too; what closes a case alone leaves it to whom they trust.
        things.append(file.things["own_file"].person_id)
    with as_agency(file.holder.id, at=AT):
        for thing in things:
            if file.relation == "restricted":
                restrict(thing, agency=file.holder.id, team=[], reason="", by=None, at=AT)
            else:
                _walled(thing, file.holder, place)


def _walled(thing: Any, holder: Agency, place: Town) -> None:
    wall: Callable[..., Any] = partial(
        raise_wall, thing, agency=holder.id, basis="reviewer", reason="", by=None, at=AT
    )
    for one in Worker.objects.filter(agency_id=holder.id):
        wall(worker=one.id)
    for kind in VIEWERS:
        if (viewer := getattr(place, kind)).id != holder.id:
            wall(viewer=viewer.id)


def session_of(by: Worker, at: Any) -> str:
    """The reference of a session of this worker."""
    with as_agency(by.agency_id, at=at, worker=by.id):
        return str(sessions_of(by, at=at)[0].ref)
