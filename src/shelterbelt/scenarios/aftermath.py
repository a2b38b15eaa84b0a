"""Invents what came after the newest report of a course: arrests, orders, hearings, separations, and sheets taken.

Only of the last months: what is older would be closed by now.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from random import Random

from shelterbelt.library.assessments import assessment
from shelterbelt.rules.sheets import Question
from shelterbelt.scenarios import events as e
from shelterbelt.scenarios.pen import Pen
from shelterbelt.scenarios.shares import share

FRESH = timedelta(days=110)
# Who takes which sheet here; the instruments' own files say who may.
POLICE_SHEETS = ("dale", "dash")
CARE = {
    "advocates": ("advocate", ("danger_assessment", "dash")),
    "hospital": ("nurse", ("da5", "danger_assessment")),
    "shelter": ("shelter_worker", ("danger_assessment",)),
}
LEFT_OPEN = 0.08


def aftermath(pen: Pen) -> None:
    """This function will add to a course what happened since, what lies ahead and which sheets were taken."""
    reported = [event for event in pen.written if isinstance(event, e.IncidentReported)]
    if reported and reported[-1].at > pen.end - FRESH:
        _system(pen, reported[-1])
    began = (e.DirectCaseOpened, e.ContactRequestAcknowledged)
    for event in [one for one in pen.written if isinstance(one, began) and one.at > pen.end - FRESH]:
        if event.agency in CARE:
            _care(pen, event)


def _system(pen: Pen, last: e.IncidentReported) -> None:
    """What police write down after an incident: the arrest and its end, an order, a hearing, a sheet."""
    by = pen.worker("detective", last.agency)
    known = pen.after(last.at, 30, 90)  # by then there is a case, or there is none
    if pen.rng.random() < share("arrested"):
        _custody(pen, last, by, known)
    if pen.rng.random() < share("ordered"):
        _order(pen, last, by, known)
    if pen.rng.random() < share("hearing"):
        heard = pen.after(last.at, 24 * 14, 24 * 70)
        if heard < pen.end:
            _note(pen, last.agency, by, "court_date", heard, known)
        else:
            _ahead(pen, last.agency, by, "court_date", known)
    if pen.rng.random() < share("police_sheet"):
        _sheets(pen, last.agency, by, pen.rng.choice(POLICE_SHEETS), known)


def _custody(pen: Pen, last: e.IncidentReported, by: str, known: datetime) -> None:
    arrested = pen.after(last.at, 1, 20)
    released = pen.after(arrested, 20, 24 * 12)
    out = released < pen.end
    _note(pen, last.agency, by, "arrest", arrested, known)
    _note(pen, last.agency, by, "perp_in_custody", arrested, known, until_at=released if out else None)
    if out:
        _note(pen, last.agency, by, "release_from_custody", released, known)
    elif pen.rng.random() < share("planned"):
        _ahead(pen, last.agency, by, "release_from_custody", known, act="release_from_custody")


def _order(pen: Pen, last: e.IncidentReported, by: str, known: datetime) -> None:
    issued = pen.after(last.at, 24 * 2, 24 * 14)
    served = pen.after(issued, 20, 24 * 8)
    _note(pen, last.agency, by, "order_issued", issued, known)
    if served < pen.end:
        _note(pen, last.agency, by, "order_served", served, known)
        _note(pen, last.agency, by, "temporary_order_only", served, known)
    elif issued < pen.end and pen.rng.random() < share("planned"):
        _ahead(pen, last.agency, by, "order_served", known, act="serve_order")


def _care(pen: Pen, began: e.Event) -> None:
    """What a victim service or the hospital writes down in its own file."""
    rng, (_role, sheets) = pen.rng, CARE[began.agency]
    known = pen.after(began.at, 3, 60)
    if rng.random() < share("separated_since"):
        _note(pen, began.agency, began.worker, "separation", pen.after(began.at, 24, 24 * 40), known)
    if began.agency != "hospital":
        _note(pen, began.agency, began.worker, "advocate_engaged", pen.after(began.at, 1, 24), known)
    if rng.random() < share("care_sheet"):
        _sheets(pen, began.agency, began.worker, rng.choice(sheets), known)


def _note(
    pen: Pen,
    agency: str,
    by: str,
    type: str,
    happened_at: datetime,
    known: datetime,
    *,
    until_at: datetime | None = None,
) -> None:
    """Written down soon, or days later, and never before there is a file."""
    late = pen.rng.random() < share("told_late")
    at = pen.after(happened_at, 24 * 2, 24 * 6) if late else pen.after(happened_at, 0.5, 10)
    at = max(at, known, until_at or at)
    if happened_at < pen.end:
        pen.add(e.HappeningNoted(at, agency, by, type, happened_at, until_at))


def _ahead(pen: Pen, agency: str, by: str, type: str, known: datetime, act: str = "") -> None:
    """A day in the next weeks, known since a few days."""
    at = max(known, pen.after(pen.end, -24 * 4, -3))
    pen.add(e.HappeningNoted(at, agency, by, type, pen.after(pen.end, 24 * 3, 24 * 24), act=act))


def _sheets(pen: Pen, agency: str, by: str, instrument: str, known: datetime) -> None:
    grave = pen.rng.uniform(0.1, 0.6)
    at = pen.after(known, 1, 72)
    pen.add(e.SheetDone(at, agency, by, instrument, dict(_answers(pen.rng, instrument, grave))))
    if pen.rng.random() < share("second_sheet"):
        grave = min(max(grave + pen.rng.uniform(-0.2, 0.3), 0.05), 0.8)
        again = pen.after(at, 24 * 10, 24 * 45)
        pen.add(e.SheetDone(again, agency, by, instrument, dict(_answers(pen.rng, instrument, grave))))


def _answers(rng: Random, instrument: str, grave: float) -> Iterator[tuple[str, str]]:
    """Answers of which about `grave` are a yes and a few stay open; never two that cannot both be so."""
    said: set[str] = set()
    for question in _questions(instrument):
        chance = rng.random()
        if chance < LEFT_OPEN:
            yield question.id, rng.choice(("declined", "not_asked"))
            continue
        yes = [one.code for one in question.options if one.yes]
        no = [one.code for one in question.options if not one.yes]
        excluded = any(other in said for other in question.excludes)
        if yes and not excluded and rng.random() < grave:
            said.add(question.id)
            yield question.id, rng.choice(yes)
        else:
            yield question.id, rng.choice(no or yes)


@cache
def _questions(instrument: str) -> tuple[Question, ...]:
    return assessment(instrument, "1").sheet.questions
