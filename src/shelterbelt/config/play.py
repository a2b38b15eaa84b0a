"""Plays the demo county's courses on one node: its own events as actions at their own instants, and letters between nodes.

Letters to nodes that are filled later are handed over as the sealed files they are; the others are delivered when the nodes run.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.agencies.actions import claim, hold_line, mark_delivered
from shelterbelt.agencies.models import Agency, Letter, Unit
from shelterbelt.assessments.actions import (
    agree_reassessment,
    answer,
    ask_reassessment,
    finish_assessment,
    finish_screen,
    give_answer,
    record_happening,
    set_level,
    start_assessment,
    start_screen,
)
from shelterbelt.assessments.policy import AGREE_LEVEL
from shelterbelt.cases.actions import (
    Party,
    close_case,
    correct_roles,
    open_incident,
    record_incident,
    write_note,
)
from shelterbelt.cases.models import Case
from shelterbelt.config.daily import Daily, fresh
from shelterbelt.config.imagined import (
    SHARED_NOTES,
    Told,
    content_of,
    details_of,
    draft_of,
    wishes_of,
)
from shelterbelt.config.nodes import NodeConfig, read_nodes
from shelterbelt.config.processes import Fault
from shelterbelt.consent.actions import take_release, withdraw_release
from shelterbelt.consent.models import Release
from shelterbelt.exchange.actions import opened_post, take_in
from shelterbelt.exchange.kinds import lane_of
from shelterbelt.exchange.sending import slip
from shelterbelt.referrals.actions.asking import ask_contact
from shelterbelt.referrals.actions.door import open_by_second_door
from shelterbelt.referrals.actions.inbox import acknowledge, open_case_for_request
from shelterbelt.referrals.actions.receiving import answer_referral
from shelterbelt.referrals.actions.referring import refer
from shelterbelt.referrals.models import ContactRequest, Referral
from shelterbelt.response.actions import complete_action
from shelterbelt.response.follow import follow, waiting
from shelterbelt.response.models import Action
from shelterbelt.rules.levels import level_of
from shelterbelt.scenarios import events as e
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now

PATIENCE = 600.0
# How soon a colleague answers as the second person: only makes the demonstration plausible (P, assumed).
SECOND_AFTER = timedelta(minutes=20)


class Player:
    """One node's part of every course."""

    def __init__(
        self, node: NodeConfig, agencies: dict[str, Agency], workers: dict[str, Worker], spool: Path
    ) -> None:
        self.node, self.agencies, self.workers, self.spool = node, agencies, workers, spool
        self.units = {(u.agency_id, u.code): u for u in Unit.objects.all()}
        names = [n.name for n in read_nodes()]
        place = names.index(node.name)
        self.before, self.later = names[:place], names[place + 1 :]
        self.told: dict[str, Told] = {}
        self.owed: set[str] = set()
        self.plays: dict[type[e.Event], Callable[[Any, Told, Worker], None]] = {
            e.IncidentReported: self.incident,
            e.ScreenDone: self.screen,
            e.ContactAsked: self.contact,
            e.LevelSet: self.level,
            e.DirectCaseOpened: self.direct,
            e.NoteWritten: self.note,
            e.ContactRequestAcknowledged: self.request,
            e.ReleaseTaken: self.release,
            e.ReleaseWithdrawn: self.withdrawal,
            e.ReferralSent: self.referral,
            e.ReferralAnswered: self.referral_answer,
            e.ActionDone: self.action,
            e.HappeningNoted: self.happening,
            e.SheetDone: self.sheet,
            e.RolesCorrected: self.roles,
            e.CaseClosed: self.close,
        }

    def play(self, courses: Iterable[e.Course]) -> None:
        """Every event of this node's agencies in the order of time, with the letters that arrive between them."""
        self._wait()
        self.told = {c.case_key: Told(c) for c in courses}
        here = [
            (event.at, key, event)
            for key, told in self.told.items()
            for event in told.course.events
            if event.agency in self.agencies and self.agencies[event.agency].node.is_self
        ]
        letters = [(self._at(path), path) for path in sorted((self.spool / self.node.name).glob("*.letter"))]
        for at, key, event in sorted(here, key=lambda line: (line[0], line[1])):
            while letters and letters[0][0] <= at:
                self._arrives(letters.pop(0)[1])
            self._event(event, self.told[key])
        for _at, path in letters:
            self._arrives(path)
        self._follow()
        daily = Daily(self.workers, Random(f"{self.node.name} daily work"))
        self.owed |= daily.catch_up(self.told.values(), at=now())
        self.owed |= {code for code, agency in self.agencies.items() if agency.node.is_self}
        self._follow(forecasts=True)
        (self.spool / f"{self.node.name}.done").write_text("done\n")

    def _event(self, event: e.Event, told: Told) -> None:
        agency, by = self.agencies[event.agency], self.workers[event.worker]
        if isinstance(event, e.ActionDone) and event.agency in self.owed:
            self._follow()
        with as_agency(agency.id, at=event.at, worker=by.id):
            self.plays[type(event)](event, told, by)
            self._hand_over(agency, told, event.at)
        self.owed.add(event.agency)

    def _follow(self, *, forecasts: bool = False) -> None:
        """What was told months ago is not forecast step by step: only what stands in the end."""
        for code in sorted(self.owed):
            follow_to_the_end(self.agencies[code].id, forecasts=forecasts)
        self.owed.clear()

    # letters between nodes

    def _wait(self) -> None:
        """Until the nodes before this one have told their part."""
        self.spool.mkdir(mode=0o700, exist_ok=True)
        until = time.monotonic() + PATIENCE
        while not all((self.spool / f"{name}.done").exists() for name in self.before):
            if time.monotonic() > until or any(
                (self.spool / f"{name}.cut-off").exists() for name in self.before
            ):
                raise Fault(f"{self.node.name} waited in vain for the nodes before it to be filled.")
            time.sleep(0.2)

    def _hand_over(self, agency: Agency, told: Told, at: datetime) -> None:
        """Letters to nodes that are filled later go there as sealed files, named by instant and course."""
        rows = Letter.objects.filter(agency=agency, delivered_at=None, to__node__name__in=self.later)
        for letter in rows.select_related("to__node", "agency__node").order_by("id"):
            lane = lane_of(letter.kind)
            claim(letter, hold_line(agency.id, letter.to_id, "out", lane), until=at)
            folder = self.spool / letter.to.node.name
            folder.mkdir(mode=0o700, exist_ok=True)
            stamp = f"{int(at.timestamp()):012d}-{letter.id}-{told.course.case_key}"
            sealed = letter.agency.node.id.bytes + slip(letter, lane, at=at) + bytes(letter.sealed)
            transaction.on_commit(partial((folder / f"{stamp}.letter").write_bytes, sealed))
            mark_delivered(letter, at=at)

    @staticmethod
    def _at(path: Path) -> datetime:
        return datetime.fromtimestamp(int(path.name[:12]), UTC)

    def _arrives(self, path: Path) -> None:
        data, at, told = path.read_bytes(), self._at(path), self.told[path.stem[12 + 1 + 36 + 1 :]]
        post = opened_post(str(UUID(bytes=data[:16])), data[16:])
        content, to = post.content, post.to
        take_in(post, at=at)
        path.unlink()
        code = next(c for c, a in self.agencies.items() if a.id == to.id)
        with as_agency(to.id, at=at):
            if content.kind.startswith("contact_request"):
                told.requests[code] = ContactRequest.objects.filter(agency=to).latest("id")
            elif content.kind.startswith("referral/"):
                told.referrals[code] = Referral.objects.filter(agency=to, direction="in").latest("id")
        self.owed.add(code)

    # what happens

    def incident(self, event: e.IncidentReported, told: Told, by: Worker) -> None:
        draft = open_incident(by=by, at=event.at)
        parties = [self._party(event.agency, party, told) for party in event.parties]
        done = record_incident(
            draft,
            content=content_of(event),
            parties=parties,
            happened_at=event.happened_at,
            by=by,
            at=event.at,
        )
        for party, person in zip(event.parties, done.people, strict=True):
            told.people[event.agency, party.person.key] = person
        told.incidents.setdefault(event.agency, []).append(done.incident)
        if done.case:
            told.cases[event.agency] = done.case

    def _party(self, agency: str, party: e.Party, told: Told) -> Party:
        return Party(party.role, details_of(party.person), known=told.people.get((agency, party.person.key)))

    def screen(self, event: e.ScreenDone, told: Told, by: Worker) -> None:
        incidents, case = told.incidents.get(event.agency), told.cases.get(event.agency)
        if not incidents and not case:
            return
        screen = start_screen(
            by=by,
            at=event.at,
            incident=incidents[-1] if incidents else None,
            case=None if incidents else case,
        )
        said: dict[str, Any] = {"overhear": "no", **event.answers}
        said["survivor"] = {"words": "", "concern": "yes" if event.survivor_concern else "no"}
        said["worker"] = "yes" if event.worker_concern else "no"
        for question, given in said.items():
            answer(screen, question, given, 0, by=by, at=event.at)
        finish_screen(screen, by=by, at=event.at)

    def contact(self, event: e.ContactAsked, told: Told, by: Worker) -> None:
        incident = told.incidents[event.agency][-1]
        instructions = wishes_of(event.instructions, told.course.survivor) if event.wanted else None
        to = self.agencies["advocates"] if event.wanted else None
        ask_contact(
            incident,
            wanted=event.wanted,
            to=to,
            instructions=instructions,
            wish=event.wish,
            by=by,
            at=event.at,
        )

    def level(self, event: e.LevelSet, told: Told, by: Worker) -> None:
        if case := told.cases.get(event.agency):
            row = fresh(case)
            if level_of(event.level) < level_of(row.level):
                self._less(row, event, by)
            else:
                set_level(row, event.level, event.factors, event.reason, by=by, at=event.at)

    def _less(self, case: Case, event: e.LevelSet, by: Worker) -> None:
        """Less than holds: the survivor was asked, and a colleague agrees as the second person, where there is one."""
        asked = ask_reassessment(
            case, event.level, event.factors, event.reason, asked_survivor=True, by=by, at=event.at
        )
        able = [w for w in self.workers.values() if may(w, AGREE_LEVEL, asked, at=event.at)]
        if able:
            second, at = able[0], event.at + SECOND_AFTER
            with as_agency(case.agency_id, at=at, worker=second.id):
                agree_reassessment(asked, by=second, at=at)

    def direct(self, event: e.DirectCaseOpened, told: Told, by: Worker) -> None:
        told.cases[event.agency] = open_by_second_door(
            survivor=details_of(event.survivor),
            other=event.other.name if event.other else "",
            own_words=event.reason,
            by=by,
            at=event.at,
        )

    def note(self, event: e.NoteWritten, told: Told, by: Worker) -> None:
        if case := told.cases.get(event.agency):
            write_note(case, text=event.text, category=event.category, by=by, at=event.at)

    def request(self, event: e.ContactRequestAcknowledged, told: Told, by: Worker) -> None:
        if request := told.requests.get(event.agency):
            acknowledge(request, by=by, at=event.at)
            name = told.course.survivor.name
            told.cases[event.agency] = open_case_for_request(request, name=name, by=by, at=event.at)

    def release(self, event: e.ReleaseTaken, told: Told, by: Worker) -> None:
        if case := told.cases.get(event.agency):
            request = told.requests.get(event.agency)
            recipient = self.agencies[event.recipient]
            reference = request.sender_ref if request and request.sender_id == recipient.id else ""
            self._release(event, case, recipient, reference, told, by)
            for category in event.categories:
                if words := SHARED_NOTES.get(category):
                    write_note(case, text=words, category=category, by=by, at=event.at)

    def _release(
        self, event: Any, case: Case, recipient: Agency, reference: str, told: Told, by: Worker
    ) -> Release:
        draft = draft_of(event, told.course.survivor, by.agency.time_zone)
        return take_release(
            case.id,
            token=uuid7(),
            reference=reference,
            recipient=recipient,
            draft=draft,
            by=by,
            at=event.at,
            case_ref=case.ref,
            long_confirmed=True,
        )

    def withdrawal(self, event: e.ReleaseWithdrawn, told: Told, by: Worker) -> None:
        case, recipient = told.cases.get(event.agency), self.agencies[event.recipient]
        rows = Release.objects.filter(case_id=case.id, recipient=recipient, withdrawn_at=None) if case else []
        for release in list(rows)[-1:]:
            withdraw_release(release, by=by, at=event.at, channel="phone")

    def referral(self, event: e.ReferralSent, told: Told, by: Worker) -> None:
        case, to = told.cases.get(event.agency), self.agencies[event.to]
        if case is None:
            return
        release = Release.objects.filter(
            case_id=case.id, recipient=to, withdrawn_at=None, expires_at__gt=event.at
        ).first()
        if release is None:
            asked = e.ReleaseTaken(
                at=event.at,
                agency=event.agency,
                worker=event.worker,
                recipient=event.to,
                categories=("services", "safety_needs"),
                purpose="housing",
                means=("on_screen",),
                days=30,
                scope="",
            )
            release = self._release(asked, case, to, "", told, by)
        content = {
            "name": told.course.survivor.name.split()[0],
            "language": told.course.survivor.language,
            "instructions": None,
            "words": {"services": event.need} if "services" in release.categories else {},
        }
        refer(case, to=to, content=content, answer_back=True, by=by, at=event.at)

    def referral_answer(self, event: e.ReferralAnswered, told: Told, by: Worker) -> None:
        if referral := told.referrals.get(event.agency):
            word = "accepted" if event.accepted else "declined"
            answer_referral(referral, answer=word, reason=event.reason, by=by, at=event.at)

    def action(self, event: e.ActionDone, told: Told, by: Worker) -> None:
        case, incidents = told.cases.get(event.agency), told.incidents.get(event.agency, [])
        rows = Action.objects.filter(agency_id=by.agency_id, kind=event.kind, done_at=None)
        rows = rows.filter(case=case) if case else rows.filter(incident__in=incidents)
        if found := rows.order_by("due_at").first():
            complete_action(found, event.outcome, "", by=by, at=event.at)

    def happening(self, event: e.HappeningNoted, told: Told, by: Worker) -> None:
        if case := told.cases.get(event.agency):
            record_happening(
                case,
                event.type,
                happened_at=event.happened_at,
                until_at=event.until_at,
                act=event.act,
                by=by,
                at=event.at,
            )

    def sheet(self, event: e.SheetDone, told: Told, by: Worker) -> None:
        case = told.cases.get(event.agency)
        if case is None:
            return
        sheet = start_assessment(event.instrument, case=case, by=by, at=event.at)
        for question, given in event.answers.items():
            give_answer(sheet, question, given, 0, by=by, at=event.at)
        finish_assessment(sheet, by=by, at=event.at)

    def roles(self, event: e.RolesCorrected, told: Told, by: Worker) -> None:
        incident = told.incidents[event.agency][event.incident]
        said = {told.people[event.agency, key].id: role for key, role in event.roles}
        case = correct_roles(incident, said, reason="", by=by, at=event.at)
        if case:
            told.cases[event.agency] = case

    def close(self, event: e.CaseClosed, told: Told, by: Worker) -> None:
        if case := told.cases.get(event.agency):
            close_case(fresh(case), reason=event.reason, by=by, at=event.at)


def follow_to_the_end(agency: UUID, *, forecasts: bool = True) -> None:
    """Follow a ledger until nothing waits: other nodes on the same server may hold back what is settled."""
    until = time.monotonic() + PATIENCE
    while follow(agency, at=now(), forecasts=forecasts) or waiting(agency, at=now()):
        if time.monotonic() > until:
            raise Fault("The ledger did not settle: another program holds a transaction open.")
        time.sleep(0.01)
