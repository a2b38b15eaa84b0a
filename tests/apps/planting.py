"""Writes two hundred words that exist in no language into every sealed field of a town, through its workers' own acts."""

import io
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from shelterbelt.access.bars import CATEGORIES
from shelterbelt.access.glass import ask_glass
from shelterbelt.access.survivors import Survivor
from shelterbelt.access.walls import lift, raise_wall
from shelterbelt.alerts.actions import (
    be_there,
    call_next,
    end_alert,
    issue_button,
    keep_place,
    set_up_help,
    take_in_call,
    take_press,
    take_presses,
)
from shelterbelt.alerts.actions.pressing import digest_of
from shelterbelt.alerts.models import Button, HelpAlert
from shelterbelt.assessments.actions import (
    agree_reassessment,
    ask_reassessment,
    correct_answer,
    finish_assessment,
    give_answer,
    go_on,
    record_happening,
    renew_forecast,
    set_level,
    start_assessment,
    undo_happening,
)
from shelterbelt.cases.actions import Party, open_direct_case, record_incident, write_note
from shelterbelt.cases.closing import keep_out
from shelterbelt.cases.drafts import open_incident
from shelterbelt.cases.evidence import take_in
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import narrow_release, take_in_grant, take_release, withdraw_release
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.marks import Mark, scanned
from shelterbelt.conversations.actions import (
    begin_wish,
    change_habits,
    choose_response,
    let_read_earlier,
    show_looks,
    tell_hours,
    write_message,
)
from shelterbelt.conversations.actions.writing import Wanted
from shelterbelt.disclosures import actions as demands
from shelterbelt.disclosures.actions import Entered
from shelterbelt.hotline.actions import (
    answer_report,
    call_back,
    forget_words,
    hand_over_call,
    log_call,
    tell,
    tell_more,
    wish,
)
from shelterbelt.hotline.queries import returned
from shelterbelt.journal.actions import carry, give, keep_file, note_receipt, show_item, write_item
from shelterbelt.library import shelf
from shelterbelt.notices.actions import propose_instructions, tell_instructions, write_notice
from shelterbelt.people.actions import declare
from shelterbelt.portal.actions.accounts import write_household
from shelterbelt.portal.actions.codes import give_code, use_code
from shelterbelt.records.actions import lift_hold, place_hold
from shelterbelt.referrals.actions import note_outcome, refer_by_phone
from shelterbelt.referrals.models import Service
from shelterbelt.rules.places import Fix
from shelterbelt.rules.releases import Signer
from shelterbelt.safety.actions import begin_plan, share_part, write_part
from shelterbelt.safety.files import begin_file
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.watching.actions.devices import issue_feed, issue_own_device
from shelterbelt.watching.actions.own_watch import draw_zone, plan_passage
from tests.apps.breaches.things import a_breach
from tests.apps.consent.conftest import draft
from tests.apps.hotline.cast import SAFE
from tests.apps.notices.people import told
from tests.apps.orders.things import an_order
from tests.apps.supervision.planting import who_is_detained, who_is_under_supervision
from tests.apps.test_dump import PHONES
from tests.apps.watching.alarm_things import words_done
from tests.apps.watching.senders import owntracks, send
from tests.world import AT, DAY, HOUR, Town, worker

Sing = Callable[[str], str]


def a_paper(word: str) -> io.BytesIO:
    """A small PDF that holds a word as a scanner's own text would."""
    return io.BytesIO(
        b"%PDF-1.4\n1 0 obj\n<< /Title (" + word.encode() + b") >>\nendobj\ntrailer << >>\n%%EOF\n"
    )


def a_household(town: Town, c: Sing) -> None:
    """One record with everybody in it, five witnesses and three files."""
    roles = ("survivor", "perpetrator", "witness", "child", "child", "witness")
    parties = [
        Party(role, {
            "name": f"{c(f'n{n}')} {c(f'sn{n}')}", "other_names": [c(f"on{n}"), c(f"oo{n}")],
            "address": c(f"ad{n}"), "language": "es", "interpreter": c(f"in{n}"), "born_on": f"19{71 + n}-02-17",
        })
        for n, role in enumerate(roles)
    ]  # fmt: skip
    said = {f"w{n}-{part}": c(f"w{n}{part}") for n in range(5) for part in ("name", "statement")}
    with as_agency(town.police.id, at=AT, worker=town.officer_two.id):
        draft_of = open_incident(by=town.officer_two, at=AT)
        made = record_incident(
            draft_of, content={"account": said, "events": {"narrative": c("house"), "place": c("yard")}},
            parties=parties, happened_at=AT - HOUR, by=town.officer_two, at=AT,
        )  # fmt: skip
        for n in range(3):
            words = {"name": f"{c(f'fn{n}')}.txt", "kind": "document", "about": c(f"fa{n}")}
            take_in(made.incident, io.BytesIO(c(f"fc{n}").encode() * 9), **words, by=town.officer_two, at=AT)


def notes_of_every_kind(town: Town, c: Sing, case: Case) -> None:
    """A note under each thing that can be shared, and under none."""
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        for code in ("", *sorted(shelf.codes("release_categories"))):
            write_note(
                case, text=f"{c('note' + code)} {c('more' + code)}", category=code, by=town.advocate, at=AT
            )


def papers_of_release(town: Town, c: Sing, case: Case) -> None:
    """A release on a scanned paper with a parent and a minor, narrowed with words, and the note of one that came."""
    by = town.advocate
    both = (Signer(c("parent"), "guardian", False), Signer(c("minor"), "minor", False))
    words = replace(
        draft(), subject=c("rsubject"), recipient_person=c("desk"), scope=c("rscope"), witness=c("rwitness"),
        signers=both, minor_born_on=AT.date() - timedelta(days=365 * 15), guardian_paper=c("gpaper"),
        interpreter="used", interpreter_name=c("rinterp"), signature="", signed_as="scanned",
        categories=("safety_needs", "danger_level"), purpose="safety", before_on=date(2026, 3, 1),
        before_of=("danger_level",),
    )  # fmt: skip
    typed = replace(words, signature=c("sig1"), second_signature=c("sig2"), signed_as="typed")
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        for one, mark in ((words, Mark(scan=scanned(a_paper(c("scan")).getvalue()))), (typed, None)):
            release = take_release(
                case.id, token=uuid7(), reference="", recipient=town.police, draft=one, by=by, at=AT,
                case_ref=case.ref, mark=mark,
            )  # fmt: skip
            less = Narrower(categories=frozenset({"safety_needs"}), limits=c(f"limit{one.signed_as}"))
            narrow_release(release, less, by=by, at=AT + HOUR, channel="phone")
        withdraw_release(release, by=by, at=AT + 2 * HOUR, channel="in_person")
    with as_agency(town.police.id, at=AT):
        body = {
            "grant": str(uuid7()), "reference": case.ref, "purpose": "safety", "categories": ["safety_needs"],
            "from": AT.isoformat(), "until": (AT + DAY).isoformat(), "limits": c("hlimits"),
        }  # fmt: skip
        take_in_grant(body, letter=uuid7(), sender=town.advocates, to=town.police, at=AT)


def what_the_law_opens(town: Town, c: Sing, case: Case) -> None:
    """An order that is returned and one that ends, a demand with its steps and answer, and whom the agency calls."""
    by = town.advocates_records
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        for n in range(2):
            words = {
                k: c(f"{k}{n}") for k in ("judge", "court", "says", "asker", "number", "narrowed", "whom")
            }
            entered = Entered(
                kind="court_order", from_at=AT - HOUR, until_at=AT + 9 * DAY, categories=("danger_level",),
                judge_signed=True, words=words, case_id=case.id, recipient=town.court,
            )  # fmt: skip
            row = demands.enter_authority(entered, a_paper(c(f"order{n}")), by=by, at=AT)
            demands.tell_survivor(row, "in_person", words=c(f"tw{n}"), protects=c(f"tp{n}"), by=by, at=AT)
            demands.end_authority(row, words=c(f"end{n}"), by=by, at=AT)
        words = {k: c(f"d{k}") for k in ("asker", "came_by", "asks_for", "number", "talk")}
        demand = demands.enter_demand(
            "subpoena", a_paper(c("subpoena")), case_id=case.id, received_at=AT - HOUR, deadline_at=AT + 9 * DAY,
            words=words, by=by, at=AT,
        )  # fmt: skip
        demands.note_step(demand, "call_lawyer", words=c("lawyersaid"), by=by, at=AT)
        demands.answer_demand(
            demand, "refused", words=c("answered"), items=c("items"), ground="", by=by, at=AT
        )
        contacts = {k: c(k) for k in ("lawyer", "records", "after_hours", "lawyer_phone", "records_phone")}
        demands.change_practice(contacts, names_on_paper=False, by=by, at=AT)
        paper = a_paper(c("hpaper")).getvalue()
        hold = place_hold(
            case.id, because="court", reason=c("hreason"), document=paper, name=c("hname"), media="application/pdf",
            by=by, at=AT,
        )  # fmt: skip
        lift_hold(hold, reason=c("lifted"), by=by, at=AT)


def how_to_reach_them(town: Town, c: Sing, case: Case) -> None:
    """Instructions that stand and a change that waits, messages by them, and a service they were pointed to."""

    def way(n: int) -> dict[str, Any]:
        return told(
            email=f"{c(f'mail{n}')}@example.org", place=c(f"pl{n}"), code_word=c(f"cw{n}"), may_answer=c(f"ma{n}"),
            sender_name=c(f"sd{n}"), number=f"+1{PHONES[0]}",
        )  # fmt: skip

    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        tell_instructions(case.id, way(1), by=town.advocate, at=AT)
        propose_instructions(case.id, way(2), by=town.advocate, at=AT)
        common = {"agency": town.advocates, "about": case.id, "language": "es", "by": town.advocate, "at": AT}
        write_notice("call_back", instructions=way(3), **common)
        service = Service.objects.filter(name="A service").first() or Service.objects.create(
            id=uuid7(), name="A service", organization="A place", status="active", record={}, words="", imported_at=AT
        )  # fmt: skip
        pointed = refer_by_phone(
            case, service, how="number_given", words=c("pointed"), by=town.advocate, at=AT
        )
        note_outcome(pointed, outcome="done", words=c("went"), by=town.advocate, at=AT)


def walls_and_glass(town: Town, c: Sing, case: Case) -> None:
    """A wall with its reason, lifted with another; somebody a worker knows; glass that somebody asked to break."""
    by = town.advocate
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        wall = raise_wall(
            case.id, agency=town.advocates.id, worker=town.advocates_records.id, basis="reviewer", reason=c("wall"),
            by=by.id, at=AT,
        )  # fmt: skip
        lift(wall, by=by.id, at=AT, reason=c("unwall"))
        keep_out(case, who=c("never"), words=c("neverwhy"), by=by, at=AT)
    with as_agency(town.police.id, at=AT, worker=town.officer.id):
        known = {
            "name": f"{c('known')} {c('knownsur')}", "other_names": [c("nick")], "how": c("cousin"),
            "born_on": "1971-02-17", "phones": [f"+1{PHONES[1]}"],
        }  # fmt: skip
        declare(known, by=town.officer, at=AT)
        ask_glass(c("glassref"), CATEGORIES[0], c("glass"), alone=False, by=town.officer, at=AT)


def a_sheet_and_a_second_look(town: Town, c: Sing, case: Case) -> None:
    """A sheet with a judgement and a mistaken answer, and a lower level that a second person agrees to."""
    by, second = town.advocate, worker(town.advocates, "advocate")
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        sheet = start_assessment("danger_assessment", case=case, by=by, at=AT)
        give_answer(sheet, "perp_owns_gun", "yes", 0, by=by, at=AT)
        finish_assessment(sheet, judged="extreme", reason=c("judged"), by=by, at=AT)
        correct_answer(sheet, "perp_owns_gun", "no", 1, reason=c("misheard"), by=by, at=AT)
        set_level(case, "extreme", ["other"], c("levelreason"), by=by, at=AT)
        asked = ask_reassessment(
            case, "high", [], c("lessreason"), asked_survivor=True, survivor_says=c("lesssays"), by=by, at=AT + HOUR
        )  # fmt: skip
    with as_agency(town.advocates.id, at=AT + HOUR, worker=second.id):
        agree_reassessment(asked, c("lessanswer"), by=second, at=AT + HOUR)


def what_happened_and_what_is_planned(town: Town, c: Sing, case: Case) -> None:
    """A line that is taken back, and an act that somebody goes on with although something is not ready."""
    by = town.advocate
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        wrong = record_happening(case, "arrest", happened_at=AT, words=c("arrested"), by=by, at=AT)
        undo_happening(wrong, c("mistaken"), by=by, at=AT)
        act = record_happening(
            case, "order_served", happened_at=AT + DAY, words=c("served"), act="serve_order", by=by, at=AT
        )
        go_on(act, ("survivor_knows_when",), c("goeson"), by=by, at=AT)
        renew_forecast(case, at=AT)


def what_is_told_without_an_account(town: Town, c: Sing) -> None:
    """A report with its answer and how to call, and a contact that was called back and handed over."""
    by, second = town.advocate, worker(town.advocates, "advocate")
    reach = {
        **SAFE,
        "code_word": c("rword"),
        "may_answer": c("rmay"),
        "number": f"+1{PHONES[0]}",
        "place": c("rplace"),
    }
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        made = tell(town.advocates, words=c("rtold"), name=c("rname"), at=AT)
        if found := returned(town.advocates, made.secret, at=AT):
            forget_words(found[0])
        report = made.report
        tell_more(report, c("rmore"), at=AT)
        wish(report, wishes=["call"], may_copy=False, instructions=reach, at=AT)
        answer_report(report, c("ranswer"), by=by, at=AT)
        back = {"outcome": "call_back"}
        reached = {**reach, "code_word": c("kword")}
        call = log_call(
            back, happened_at=AT, name=c("kname"), words=c("kwords"), instructions=reached, by=by, at=AT
        )
        call_back(call, channel="phone", outcome="not_reached", words=c("ktry"), by=by, at=AT)
        hand_over_call(call, second, words=c("khand"), by=by, at=AT)


def somebody_who_presses(town: Town, c: Sing, case: Case) -> None:
    """Help alerts set up with people and words, and one that went out and was ended."""
    by, hand = town.advocate, Survivor(case.survivor_id, town.advocates.id, case.survivor_id)
    one = {
        "slot": "c1", "name": c("hname"), "number": f"+1{PHONES[0]}", "email": f"{c('hmail')}@example.org",
        "language": "en", "said": c("hagreed"), "words": c("hsaid"),
    }  # fmt: skip
    police = {
        "slot": "d1", "agency": str(town.police.id), "name": c("hpolice"), "number": f"+1{PHONES[0]}", "asks": "come",
    }  # fmt: skip
    told = {
        "people": [one], "duty": True, "dispatch": [police], "hold": 15, "place": True, "language": "en", "signed": c("hsigned"),
        "words": c("hwords"), "cancel_code": "blue 42", "forced_code": "green 17",
    }  # fmt: skip
    with as_agency(by.agency_id, at=AT, worker=by.id):
        set_up_help(begin_file(case.survivor, by=by, at=AT), told, by=by, at=AT)
        be_there(AT + HOUR, f"+1{PHONES[0]}", by=by, at=AT)
        file = begin_file(case.survivor, by=by, at=AT)
        at_place = {"lat": 41.88, "lon": -87.63}
        zone = draw_zone(file, {"label": c("wzone"), **at_place, "metres": 200.0}, "theirs", by=by, at=AT)
        meeting = {"label": c("wmeeting"), **at_place, "reach": 200.0, "metres": 0.0}
        plan_passage(file, meeting, (AT, AT + HOUR), sources=[zone.id], by=by, at=AT)
    with as_agency(by.agency_id, at=AT):
        token = issue_button(hand, "help", at=AT)
        button = Button.objects.get(digest=digest_of(token))
        take_press(button, 0, at=AT)
        keep_place(button, Fix(41.88, -87.63, 12.0, "near"), at=AT)
    take_presses(by.agency_id, at=AT)
    call_next(by.agency_id, at=AT + HOUR / 2)
    with as_agency(by.agency_id, at=AT + HOUR / 2, worker=by.id):
        alert = HelpAlert.objects.get(person_id=case.survivor_id)
        end_alert(alert, "reached", c("hend"), by=by, at=AT + HOUR / 2)
    called = {
        "reference": new_ref(), "pressed_at": AT.isoformat(), "forced": False, "name": c("pname"), "number": f"+1{PHONES[0]}",
        "asks": "come", "place": None,
    }  # fmt: skip
    with as_agency(town.police.id, at=AT):
        take_in_call(called, letter=uuid7(), sender=town.advocates, to=town.police, at=AT)


def devices_and_feeds(town: Town, c: Sing, case: Case) -> None:
    """A device of a survivor's own that was heard, and a vendor's feed of the court's."""
    by, clerk = town.advocate, town.court_clerk
    with as_agency(by.agency_id, at=AT, worker=by.id):
        file = begin_file(case.survivor, by=by, at=AT)
        mine = issue_own_device(file, "owntracks", c("device_label"), by=by, at=AT)
    send(owntracks(mine.secret))
    with as_agency(clerk.agency_id, at=AT, worker=clerk.id):
        issue_feed(c("feed_label"), by=clerk, at=AT)


def what_they_wrote_down(town: Town, c: Sing, case: Case) -> None:
    """A survivor's own record: words, a file, shown to whom they trust, given away, carried, and its receipt."""
    by, hand = town.advocate, Survivor(case.survivor_id, town.advocates.id, case.survivor_id)
    with as_agency(by.agency_id, at=AT, worker=by.id):
        own = begin_file(case.survivor, by=by, at=AT)
        account = draft(categories=("incident_account", "documents"))
        release = take_release(
            case.id,
            token=uuid7(),
            reference="",
            recipient=town.police,
            draft=account,
            by=by,
            at=AT,
            case_ref=case.ref,
        )
    told = {"kind": "happened", "text": c("owords"), "on": "2026-03-01", "time": c("otime"), "sure": "about"}
    with as_agency(by.agency_id, at=AT, survivor=hand.id):
        item = write_item(own, told, by=hand, at=AT)
        paper = a_paper(c("opaper"))
        keep_file(item, paper, name=c("oname"), kind="document", words=c("oshows"), by=hand, at=AT)
        show_item(item, by.id, by=hand, at=AT)
        giving = give(own, [item], release.id, language="en", by=hand, at=AT)
    with as_agency(by.agency_id, at=AT, worker=by.id):
        carry(giving, by=by, at=AT)
        note_receipt(giving, to=c("oto"), number=c("onumber"), by=by, at=AT)
        withdraw_release(release, by=by, at=AT, channel="in_person")


def what_they_say_to_each_other(town: Town, c: Sing, case: Case) -> None:
    """A survivor and the worker they trust: a plan, messages, a wish, a choice, and an account with a list for a home."""
    by, hand = town.advocate, Survivor(case.survivor_id, town.advocates.id, case.survivor_id)
    with as_agency(by.agency_id, at=AT, worker=by.id):
        own = begin_file(case.survivor, by=by, at=AT)
        plan = begin_plan(own, whom="child", called=c("pchild"), by=by, at=AT)
        told = {"contacts_not": [c("pnever")]}
        part = write_part(plan, "contacts", told, after=0, by=by, at=AT).part
        share_part(part, town.advocates, how="in_person", place_named=True, by=by, at=AT)
        write_message(own, c("mto"), by=by, at=AT)
        tell_hours({"days": ["mon"], "from": "09:00", "until": "17:00"}, by=by, at=AT)
        show_looks(own, case.id, by=by, at=AT)
        code = give_code(case, {"explained": ["history"], "note": c("cnote")}, by=by, at=AT)
    with as_agency(by.agency_id, at=AT):
        # A name is one person's: whoever plants twice in one database needs another.
        account = use_code(
            code, f"{c('aname')} {secrets.token_hex(4)}", "maple ribbon cabin orange lamp", at=AT
        )
        assert account is not None
    with transaction.atomic():
        set_asker(None, None, AT, survivor=hand.id)
        write_message(own, c("mfrom"), by=hand, at=AT)
        change_habits(own, Wanted(), by=hand, at=AT)
        let_read_earlier(own, by.id, by=hand, at=AT)
        wanted = {"recipient": town.police.ref, "categories": ["safety_needs"], "words": c("wwords")}
        begin_wish(own, case.id, wanted, by=hand, at=AT)
        choose_response(own, "none", c("rwords"), by=hand, at=AT)
        write_household(account, {"filters": c("hnote")}, by=hand, at=AT)


def what_a_sign_in_keeps(signed_in: Any, town: Town, c: Sing) -> None:
    """A session that was told something: it is sealed under what only the browser has."""
    client = signed_in(town.detective)
    session = client.session
    session["told"] = c("session")
    session.save()


def plant(town: Town, c: Sing, case: Case, signed_in: Any) -> None:
    """All of it. `case` is one of the advocates' own."""
    a_household(town, c)
    notes_of_every_kind(town, c, case)
    papers_of_release(town, c, case)
    what_the_law_opens(town, c, case)
    how_to_reach_them(town, c, case)
    walls_and_glass(town, c, case)
    a_sheet_and_a_second_look(town, c, case)
    what_happened_and_what_is_planned(town, c, case)
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        a_breach(c, an_order(c, case, town.advocate), town.advocate)
    words_done(c, town.supervisor)
    who_is_detained(town, c)
    who_is_under_supervision(town, c)
    what_is_told_without_an_account(town, c)
    somebody_who_presses(town, c, case)
    devices_and_feeds(town, c, case)
    what_they_wrote_down(town, c, case)
    what_they_say_to_each_other(town, c, case)
    what_a_sign_in_keeps(signed_in, town, c)


def a_file(town: Town, c: Sing) -> Case:
    """A case of the advocates for all that is planted."""
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        survivor = {"name": f"{c('main')} {c('mainsur')}", "address": c("mainad"), "born_on": "1968-11-23"}
        words = {"own_words": c("mainown"), "wants_first": c("mainfirst")}
        return open_direct_case(
            survivor=survivor, other={"name": c("mainother")}, words=words, by=town.advocate, at=AT
        )
