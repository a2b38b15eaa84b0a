"""The demonstration's jail and supervision, all invented, through the actions alone: who is detained, and conditions kept or not.

Refuses nothing of its own; it fills what the agencies of this node may hold and leaves the others as they are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.people.models import Person
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision import actions
from shelterbelt.supervision.models import Booking
from shelterbelt.supervision.policy import LINK_BOOKING, SUPERVISE
from shelterbelt.supervision.told import told_line

JAIL = "county_jail"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How the demonstration's other persons came in and out: (kind, hours ago), oldest first.
STAYS = (
    (("arrested", 50), ("released", 5)),
    (("arrested", 30),),
    (("arrested", 80), ("released", 70), ("arrested", 20), ("release_planned", 19)),
)
UNDER = (
    ("Sol Ashdown", "there there there not_there there"),
    ("Kit Marlow", "there not_there not_there excused not_there"),
)


def fill_detained(agencies: Mapping[str, Agency], workers: Iterable[Worker], *, at: datetime) -> None:
    """What a jail told the police of this node, and whom probation supervises."""
    staff = list(workers)
    for agency in agencies.values():
        if not agency.node.is_self:
            continue
        if agency.kind == "police" and (by := _who(staff, agency, LINK_BOOKING)):
            _jail(agency, by, at=at)
        if agency.kind == "probation" and (by := _who(staff, agency, SUPERVISE)):
            _under_supervision(agency, by, at=at)


def _who(staff: list[Worker], agency: Agency, right: object) -> Worker | None:
    return next((one for one in staff if one.agency_id == agency.id and right.allows(one)), None)  # type: ignore[attr-defined]


def _jail(agency: Agency, by: Worker, *, at: datetime) -> None:
    """Each line as it came, then the link that a detective made on the first day."""
    with as_agency(agency.id, at=at, worker=by.id):
        cases = Case.objects.filter(agency=agency, closed_at=None, other__isnull=False).order_by(
            "-opened_at", "id"
        )
        others = list(dict.fromkeys(cases.values_list("other_id", flat=True)[:40]))[: len(STAYS)]
    for number, (person, stay) in enumerate(zip(others, STAYS, strict=False)):
        booking = f"2026-{4711 + number}"
        for place, (kind, hours) in enumerate(stay):
            then = at - hours * HOUR
            line = {
                "key": f"{booking}-{place}",
                "booking": booking,
                "kind": kind,
                "happened_at": then.isoformat(),
            }
            if kind == "release_planned":
                line["expected_at"] = (at + 2 * DAY).isoformat()
            _told(agency, line, at=then)
            if place == 0:
                _linked(agency, person, by, at=then)
    _told(
        agency,
        {"key": "2026-4790-0", "booking": "2026-4790", "kind": "arrested", "happened_at": at.isoformat()},
        at=at,
    )


def _told(agency: Agency, line: dict[str, str], *, at: datetime) -> None:
    with as_agency(agency.id, at=at):
        actions.hear_lines(JAIL, [told_line(line)], whole=True, agency=agency, by=None, at=at)


def _linked(agency: Agency, person: UUID, by: Worker, *, at: datetime) -> None:
    with as_agency(agency.id, at=at, worker=by.id):
        known = Person.objects.filter(id=person).first()
        booking = Booking.objects.filter(agency=agency, person_id=None).order_by("-id").first()
        if known is not None and booking is not None:
            actions.link_booking(booking, known, by=by, at=at)


def _under_supervision(agency: Agency, by: Worker, *, at: datetime) -> None:
    for name, went in UNDER:
        begun = at - 40 * DAY
        with as_agency(agency.id, at=begun, worker=by.id):
            row = actions.begin_supervision({"name": name}, "", by=by, at=begun)
            one = actions.set_condition(
                row, "programme", "Tuesday evenings", from_at=begun, every_days=7, by=by, at=begun
            )
            actions.set_condition(
                row, "firearms", "All of them, to the sheriff", from_at=begun, by=by, at=begun
            )
        for number, outcome in enumerate(went.split()):
            then = at - (35 - 7 * number) * DAY
            with as_agency(agency.id, at=then, worker=by.id):
                actions.record_occasion(one, then, outcome, "", by=by, at=then)
        with as_agency(agency.id, at=at, worker=by.id):
            actions.plan_occasion(one, at - HOUR, by=by, at=at)
