"""Invents the course of one case: what was reported, asked, decided, shared and closed, and when.
Dates fall in the 18 months before a given instant; nothing happens after it.
"""

import math
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shelterbelt.scenarios import events as e
from shelterbelt.scenarios.aftermath import aftermath
from shelterbelt.scenarios.pen import Pen
from shelterbelt.scenarios.people import drawn, pair, phone
from shelterbelt.scenarios.places import Worker
from shelterbelt.scenarios.shares import share
from shelterbelt.scenarios.words import (
    LEVEL_REASONS,
    NOTES,
    STRONG,
    asked_of,
    contact_words,
    factors_in,
    incident_words,
)

SPAN = timedelta(days=548)
MOST_INCIDENTS = 4
# How likely each question of the screen is a yes (P; a screen in use triggers far more often than not).
YES = {
    "weapon_used_or_threatened": 0.30,
    "threatened_kill_victim_or_children": 0.30,
    "victim_thinks_may_try_to_kill": 0.36,
    "gun_access": 0.34,
    "strangulation_attempt": 0.26,
    "jealous_or_controls": 0.60,
    "left_or_separated": 0.30,
    "perp_unemployed": 0.40,
    "perp_suicide_attempt": 0.24,
    "child_perp_knows_not_his": 0.20,
    "follows_spies_threat_messages": 0.52,
}
RELEASED: tuple[tuple[str, ...], ...] = (
    ("safety_needs", "plans"),
    ("service_contact", "safe_contact"),
    ("danger_view", "safety_needs"),
)
RELEASED += (("plans", "orders"), ("danger_level", "incident_account"))
CLOSINGS: tuple[str, ...] = (
    "The survivor asked for it.",
    "No contact wished any more.",
    "Moved away, the new agency is known.",
)
CLOSINGS += ("The plan is done and the survivor knows how to come back.",)


def course(rng: Random, number: int, staff: tuple[Worker, ...], *, end: datetime) -> e.Course:
    """This function will invent the case of this number; its events are in order of time and before `end`.

    `end` is aware UTC. `rng` alone decides. Shares and their tags: `shares.SHARES`.
    """
    by_role = {role: tuple(w for w in staff if role in w.roles) for w in staff for role in w.roles}
    pen = Pen(rng, by_role, end)
    survivor, other = pair(rng, number, on=end.date())
    start = _first(rng, end)
    if rng.random() < share("no_police"):
        kind = "no_police"
        named = other if rng.random() >= share("other_unnamed") else None
        _direct(pen, survivor, named, start)
    else:
        kind, named = _police(pen, survivor, other, start), other
    aftermath(pen)
    ordered = sorted(pen.written, key=lambda event: event.at)
    return e.Course(f"c{number:03d}", kind, survivor, named, tuple(ordered))


def _first(rng: Random, end: datetime) -> datetime:
    """When it begins: most often in the evening and night by the local clock."""
    longest = 10 if rng.random() < share("recent") else SPAN.days
    day = (end - timedelta(days=rng.uniform(1, longest))).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(minutes=int(rng.triangular(0, 24 * 60 - 1, 2 * 60)))


def _police(pen: Pen, survivor: e.Person, other: e.Person, start: datetime) -> str:
    rng = pen.rng
    agency = "millrace" if rng.random() < share("small_town") else "police"
    chance = rng.random()
    wrong = "undetermined" if chance < share("undetermined") else ""
    if not wrong and chance < share("undetermined") + share("misidentified"):
        wrong = "misidentified"
    known_at, happened_at = start, start
    relationship = incident_words(rng, "en", 0)[0]["relationship"]
    for repeat in range(MOST_INCIDENTS):
        reported = _incident(pen, agency, survivor, other, happened_at, repeat, wrong if repeat == 0 else "")
        if reported is None:
            break
        reported.answers["relationship"] = relationship
        known_at = reported.at
        if repeat == 0 and wrong:
            if wrong == "undetermined" and rng.random() < share("never_resolved"):
                return "undetermined"
            known_at = _corrected(pen, agency, survivor, other, reported.at)
        if known_at >= pen.end:
            return wrong or "police"
        _response(pen, reported, survivor, known_at, repeat)
        gap = share("repeat_scale_days") * (-math.log(1 - rng.random())) ** (1 / share("repeat_shape"))
        happened_at = _next(rng, max(known_at, happened_at), min(gap, 2 * SPAN.days))
        if happened_at >= pen.end:
            break
    _perhaps_closed(pen, agency, "detective", start)
    return wrong or "police"


def _next(rng: Random, after: datetime, days: float) -> datetime:
    return after + timedelta(minutes=int(days * 24 * 60) + rng.randrange(30, 300))


def _incident(
    pen: Pen,
    agency: str,
    survivor: e.Person,
    other: e.Person,
    happened_at: datetime,
    repeat: int,
    wrong: str,
) -> e.IncidentReported | None:
    answers, narrative = incident_words(pen.rng, survivor.language, repeat)
    roles = {"undetermined": ("undetermined",) * 2, "misidentified": ("perpetrator", "survivor")}
    first, second = roles.get(wrong, ("survivor", "perpetrator"))
    at = pen.after(happened_at, 0.3, 4) if pen.rng.random() < 0.85 else pen.after(happened_at, 10, 90)
    if repeat == 0 and at >= pen.end:  # every course begins with something
        at = happened_at + (pen.end - happened_at) / 2
    reported = e.IncidentReported(
        at=at.replace(second=0, microsecond=0),
        agency=agency,
        worker=pen.worker("officer", agency),
        unit="patrol",
        happened_at=happened_at,
        parties=(e.Party(first, survivor), e.Party(second, other)),
        answers=answers,
        narrative=narrative,
    )
    return reported if pen.add(reported) else None


def _corrected(pen: Pen, agency: str, survivor: e.Person, other: e.Person, at: datetime) -> datetime:
    review = pen.after(at, 30, 400)
    roles = ((survivor.key, "survivor"), (other.key, "perpetrator"))
    pen.add(e.RolesCorrected(review, agency, pen.worker("supervisor", agency), 0, roles))
    return review


def _response(pen: Pen, reported: e.IncidentReported, survivor: e.Person, at: datetime, repeat: int) -> None:
    """What police do after one incident: screen, the survivor's choice, the level, a few steps of the plan."""
    agency, officer, answers = reported.agency, reported.worker, reported.answers
    if pen.rng.random() < share("screen_done"):
        _screen(pen, agency, officer, answers, pen.after(at, 0.05, 0.5))
    if repeat == 0:
        _wishes(pen, agency, officer, survivor, pen.after(at, 0.6, 1.2))
    else:
        pen.add(
            e.ActionDone(pen.after(at, 1.2, 3), agency, officer, "offer_advocate_call", _outcome(pen.rng))
        )
    if pen.rng.random() < share("level_set"):
        _level(pen, agency, pen.worker("detective", agency), answers, pen.after(at, 3, 60))
    if pen.rng.random() < 0.45:
        done = pen.after(at, 6, 30)
        pen.add(e.ActionDone(done, agency, pen.worker("detective", agency), "detective_follow_up", "done"))
    if pen.rng.random() < 0.3:
        pen.add(e.ActionDone(pen.after(at, 30, 76), agency, officer, "safety_check", _outcome(pen.rng)))


def _outcome(rng: Random) -> str:
    return drawn(rng, (("done", 0.62), ("declined", 0.2), ("not_reached", 0.12), ("not_safe", 0.06)))


def _screen(pen: Pen, agency: str, worker: str, record: dict[str, Any], at: datetime) -> None:
    rng = pen.rng
    silent = rng.random() < share("all_declined")
    answers, known = {}, asked_of(record)
    for question, chance in YES.items():
        declined = silent or rng.random() < share("declined_question")
        answers[question] = (
            "declined" if declined else "yes" if rng.random() < chance or question in known else "no"
        )
    concern = rng.random() < share("worker_concern"), rng.random() < share("survivor_concern")
    pen.add(e.ScreenDone(at, agency, worker, answers, *concern))


def _level(pen: Pen, agency: str, worker: str, answers: dict[str, Any], at: datetime) -> None:
    found = factors_in(answers)
    # Stands in for a person's judgement, which is no sum; the product itself never adds factors up.
    weight = sum(2 if one in STRONG else 1 for one in found) + pen.rng.choice((-1, 0, 0, 1))
    level = "extreme" if weight >= 6 else "high" if weight >= 3 else "medium" if weight >= 1 else "low"
    factors = found[:5] or ("worker_view",)
    pen.add(e.LevelSet(at, agency, worker, level, factors, pen.rng.choice(LEVEL_REASONS)))


def _wishes(pen: Pen, agency: str, worker: str, survivor: e.Person, at: datetime) -> None:
    wishes = ("yes", "no", "self", "later")
    rest = 1 - sum(share(f"wish_{wish}") for wish in wishes)
    wish = drawn(pen.rng, (*((w, share(f"wish_{w}")) for w in wishes), ("not_asked", rest)))
    number = survivor.phones[0] if survivor.phones else phone(pen.rng)
    instructions = contact_words(pen.rng, number) if wish == "yes" else {}
    asked = pen.add(e.ContactAsked(at, agency, worker, wish == "yes", wish, instructions))
    if asked and wish == "yes" and pen.rng.random() < share("acknowledged"):
        taken = pen.after(at, 0.2, 20)
        advocate = pen.worker("advocate", "advocates")
        if pen.add(e.ContactRequestAcknowledged(taken, "advocates", advocate)):
            _support(pen, "advocates", advocate, agency, taken)


def _support(pen: Pen, agency: str, worker: str, police: str, at: datetime) -> None:
    """What a victim-service agency does in its own file: a call, notes, a release, a referral."""
    pen.add(e.ActionDone(pen.after(at, 1, 40), agency, worker, "contact_attempt", _outcome(pen.rng)))
    category, text = pen.rng.choice(NOTES)
    pen.add(e.NoteWritten(pen.after(at, 41, 90), agency, worker, category, text))
    if pen.rng.random() < share("release"):
        _release(pen, agency, worker, police, pen.after(at, 92, 400))
    if agency != "shelter" and pen.rng.random() < share("shelter"):
        _refer(pen, agency, worker, pen.after(at, 42, 300))


def _release(pen: Pen, agency: str, worker: str, recipient: str, at: datetime) -> None:
    days = pen.rng.choice((14, 30, 30, 30, 60, 90))
    categories, scope = pen.rng.choice(RELEASED), "Only what is needed for the next weeks."
    taken = e.ReleaseTaken(at, agency, worker, recipient, categories, "safety", ("on_screen",), days, scope)
    if pen.add(taken) and pen.rng.random() < share("release_withdrawn"):
        pen.add(e.ReleaseWithdrawn(pen.after(at, 20, days * 24 - 1), agency, worker, recipient))


def _refer(pen: Pen, agency: str, worker: str, at: datetime) -> None:
    needs = ("A room for one adult.", "A room for an adult and two children.", "A room, and one for a dog.")
    sent = pen.add(e.ReferralSent(at, agency, worker, "shelter", pen.rng.choice(needs)))
    if sent and pen.rng.random() < share("shelter_answered"):
        full = pen.rng.random() < share("shelter_full")
        reason = (
            pen.rng.choice(("full", "full", "access_needs", "not_safe_here", "need_more")) if full else ""
        )
        host = pen.worker("shelter_worker", "shelter")
        pen.add(e.ReferralAnswered(pen.after(at, 0.5, 24), "shelter", host, agency, not full, reason))


def _direct(pen: Pen, survivor: e.Person, other: e.Person | None, at: datetime) -> None:
    doors = (("advocates", 0.55), ("hospital", 0.28), ("shelter", 0.17))
    agency = drawn(pen.rng, doors)
    role = {"advocates": "advocate", "hospital": "nurse", "shelter": "shelter_worker"}[agency]
    worker = pen.worker(role, agency)
    answers, _ = incident_words(pen.rng, survivor.language, 0)
    reasons = ("Called the hotline.", "Came with an injury and asked to talk.", "Asked for a safe place.")
    reason = reasons[("advocates", "hospital", "shelter").index(agency)]
    pen.add(e.DirectCaseOpened(at, agency, worker, survivor, other, reason))
    if pen.rng.random() < share("screen_done"):
        _screen(pen, agency, worker, answers, pen.after(at, 0.2, 2))
    if pen.rng.random() < share("level_set"):
        _level(pen, agency, worker, answers, pen.after(at, 2.5, 40))
    if agency == "hospital":
        pen.add(e.ActionDone(pen.after(at, 0.5, 3), agency, worker, "offer_advocate", _outcome(pen.rng)))
    else:
        _own_work(pen, agency, worker, at)
    _perhaps_closed(pen, agency, role, at)


def _own_work(pen: Pen, agency: str, worker: str, at: datetime) -> None:
    pen.add(e.ActionDone(pen.after(at, 1, 40), agency, worker, "safety_planning", _outcome(pen.rng)))
    category, text = pen.rng.choice(NOTES)
    pen.add(e.NoteWritten(pen.after(at, 41, 90), agency, worker, category, text))
    if agency == "advocates" and pen.rng.random() < share("shelter"):
        _refer(pen, agency, worker, pen.after(at, 42, 300))


def _perhaps_closed(pen: Pen, agency: str, role: str, start: datetime) -> None:
    own = [event.at for event in pen.written if event.agency == agency]
    old = start < pen.end - timedelta(days=270)
    if old and own and pen.rng.random() < share("closed"):
        closed = pen.after(max(own), 24 * 30, 24 * 120)
        pen.add(e.CaseClosed(closed, agency, pen.worker(role, agency), pen.rng.choice(CLOSINGS)))
