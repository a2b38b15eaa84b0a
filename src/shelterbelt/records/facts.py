"""What the schedule needs to know of a case: which categories it has, when each was last touched, what holds it.

Counted in the agency's name: a hold counts although whoever asks may not see the case.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils.module_loading import import_string

from shelterbelt.agencies.models import Agency
from shelterbelt.assessments.models import Assessment, Happening, LevelSet, Reassessment, Screen
from shelterbelt.cases.models import Case, CaseIncident, Evidence, Note
from shelterbelt.consent.models import Release
from shelterbelt.library import shelf
from shelterbelt.orders.models import Order
from shelterbelt.records.models import Hold
from shelterbelt.referrals.models import ContactChoice, ContactRequest, Referral
from shelterbelt.rules.retention import FileFacts, Ruling, Schedule, judge, together
from shelterbelt.store.asker import as_agency


def schedule_for(agency: Agency) -> Schedule | None:
    """The schedule of this kind of agency in its jurisdiction; none where the library has none."""
    jurisdiction = agency.protocol.split("/")[0] or ("demo_county" if agency.fictional else "")
    for name in shelf.names_of("retention"):
        if name.split("/")[0] == jurisdiction:
            found = shelf.retention(*name.split("/"))
            if agency.kind in found.kinds:
                return found
    return None


def rulings_of(case: Case, *, asked: bool, at: datetime) -> dict[str, Ruling]:
    """What the schedule says of each category of a case, with or without the survivor's wish."""
    schedule = schedule_for(case.agency)
    with as_agency(case.agency_id, at=at):
        return {one.category: judge(one, schedule, at=at) for one in facts_of(case, asked=asked)}


def ruling_of(case: Case, *, asked: bool, at: datetime) -> Ruling:
    """What the schedule says of the case as a whole: the strictest of its categories."""
    return together(rulings_of(case, asked=asked, at=at).values())


def facts_of(case: Case, *, asked: bool) -> list[FileFacts]:
    """The facts of each category that the case has, in the holder's transaction."""
    holds = list(Hold.objects.filter(case_id=case.id, lifted_at=None).values_list("because", flat=True))
    touched = {name: last for name, last in _touched(case) if last is not None}
    released = _released(case)
    waiting = unnamed()
    # An order that ends later outlasts what was written about it.
    orders = Order.objects.filter(case=case)
    ends = [one for one in (_last(orders, "recorded_at"), _last(orders, "ends_at")) if one]
    events = {"last_touched": max([case.closed_at or case.opened_at, *touched.values(), *ends])}
    if case.closed_at is not None:
        events["closed"] = case.closed_at
    if released is not None:
        events["release_ended"] = released
    return [
        FileFacts(
            category=category,
            kind=case.agency.kind,
            events=events,
            open=case.closed_at is None,
            holds=len(holds),
            demands=holds.count("demand"),
            unnamed=waiting,
            asked=asked,
        )
        for category in ("case_file", *touched, *(("releases",) if released else ()))
    ]


def unnamed() -> int:
    """Demands that wait and name no case, through the one name in the settings: disclosures stands beside this app."""
    count = import_string(settings.DEMANDS_UNNAMED)
    return int(count())


def _touched(case: Case) -> Iterable[tuple[str, datetime | None]]:
    incidents = CaseIncident.objects.filter(case=case).values("incident_id")
    of_case = Q(case=case) | Q(incident__in=incidents)
    yield "notes", _last(Note.objects.filter(case=case), "written_at")
    yield "evidence", _last(Evidence.objects.filter(incident__in=incidents), "taken_in_at")
    yield (
        "screens",
        _latest(
            _last(Screen.objects.filter(of_case), "started_at"),
            _last(Assessment.objects.filter(of_case), "started_at"),
            _last(LevelSet.objects.filter(case=case), "set_at"),
            _last(Reassessment.objects.filter(case=case), "asked_at"),
            _last(Happening.objects.filter(case=case), "recorded_at"),
            # A day that is planned lies ahead: the file is not over before it.
            _last(Happening.objects.filter(case=case, undone_at=None), "happened_at"),
        ),
    )
    yield (
        "contact",
        _latest(
            _last(ContactChoice.objects.filter(of_case), "asked_at"),
            _last(ContactRequest.objects.filter(case=case), "arrived_at"),
        ),
    )
    yield "referrals", _last(Referral.objects.filter(case=case), "made_at")


def _released(case: Case) -> datetime | None:
    """When the last of its releases ended or will end."""
    rows = Release.objects.filter(case_id=case.id).values_list("withdrawn_at", "expires_at")
    return max((withdrawn or expires for withdrawn, expires in rows), default=None)


def _last(rows: QuerySet, column: str) -> datetime | None:  # type: ignore[type-arg]
    found: datetime | None = rows.aggregate(last=Max(column))["last"]
    return found


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
