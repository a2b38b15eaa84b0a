"""Who has looked at a case, at what, when and why, in words, newest first. Every look in the ledger is a line.

Refuses to guess: what a reading does not say is not said. Other agencies' workers are known by their agency.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from shelterbelt.access.models import Entrusted, Glass, Worker
from shelterbelt.access.queries import name_of, names_of
from shelterbelt.access.words import GLASS_WORDS
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case, CaseIncident, Involvement
from shelterbelt.consent.models import Grant
from shelterbelt.disclosures.holdings import ids_about
from shelterbelt.disclosures.words import BASES, TAKEN_OUT, look, role
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.sealing.errors import SealingError

PAGE = 50


@dataclass(frozen=True)
class Look:
    """One line: what, when, who (by name and by role or agency) and why."""

    at: datetime
    id: int
    what: str
    name: str
    who: str
    why: str
    outside: bool


@dataclass(frozen=True)
class Looks:
    """A page of looks; `older` is the place from which the next one goes on."""

    lines: tuple[Look, ...]
    older: str = ""


Place = tuple[datetime, int] | None


def looks_at(case: Case, *, before: str = "", most: int = PAGE) -> Looks:
    """The looks at a case and at everything of it, in the holder's own transaction."""
    things = ids_about(case)
    start = _place(before)
    newest = heapq.merge(
        _before(Reading, things, start, most),
        _before(Entry, things, start, most),
        key=lambda row: (row.at, row.id),
        reverse=True,
    )
    rows = [row for row, _n in zip(newest, range(most + 1), strict=False)]
    told = _Told(case, rows[:most])
    last = rows[most - 1] if len(rows) > most else None
    older = f"{last.at.isoformat()}~{last.id}" if last else ""
    return Looks(tuple(told.line(row) for row in rows[:most]), older)


def _place(text: str) -> Place:
    at, _sign, row = text.partition("~")
    try:
        place = (datetime.fromisoformat(at), int(row))
    except ValueError:
        return None
    return place if place[0].utcoffset() is not None else None


def _before(model: Any, things: set[UUID], start: Place, most: int) -> Iterator[Any]:
    rows = model.objects.filter(about__in=things)
    if model is Entry:
        rows = rows.filter(kind__in=list(TAKEN_OUT))
    if start:
        rows = rows.filter(Q(at__lt=start[0]) | Q(at=start[0], id__lt=start[1]))
    return iter(rows.order_by("-at", "-id")[: most + 1])


class _Told:
    """Puts words to rows; workers, agencies, grants and broken glass are read once for a page."""

    def __init__(self, case: Case, rows: Iterable[Any]) -> None:
        rows = list(rows)
        self.case = case
        self.workers = {
            worker.id: worker for worker in Worker.objects.filter(id__in={row.by for row in rows if row.by})
        }
        readers = {i for row in rows if (i := getattr(row, "reader_agency_id", None)) and i != case.agency_id}
        self.agencies = {one.id: one.name for one in Agency.objects.filter(id__in=readers)}
        self.grants = list(Grant.objects.filter(Q(case_id=case.id) | Q(case_id=None))) if readers else []
        self.glass = list(Glass.objects.filter(thing_id__in=_things(case)).exclude(broken_at=None))
        self.seconds = names_of(one.second_id for one in self.glass)
        self.teams = set(
            Entrusted.objects.filter(thing_id__in=_things(case), why="team").values_list(
                "worker_id", flat=True
            )
        )

    def line(self, row: Any) -> Look:
        """One row in words."""
        what = look(row.what if isinstance(row, Reading) else row.kind)
        outside = getattr(row, "reader_agency_id", self.case.agency_id) != self.case.agency_id
        name, who = self._outside(row) if outside else self._inside(row)
        return Look(row.at, row.id, what, name, who, self._why(row, outside=outside), outside)

    def _outside(self, row: Any) -> tuple[str, str]:
        name = self.agencies.get(row.reader_agency_id, _("an agency that is not known here any more"))
        return "", _("Somebody at %(agency)s") % {"agency": name}

    def _inside(self, row: Any) -> tuple[str, str]:
        if row.by == self.case.survivor_id:
            return "", _("The survivor, by their own hand")
        worker = self.workers.get(row.by) if row.by else None
        if worker is None:
            return "", _("Whoever runs this node, at its command line") if not row.by else role("")
        return name_of(worker), ", ".join(role(one) for one in worker.roles) or role("")

    def _why(self, row: Any, *, outside: bool) -> str:
        broken = next((one for one in self.glass if self._was_broken(one, row)), None)
        if broken is not None:
            return _broken(broken, self.seconds.get(broken.second_id) if broken.second_id else None)
        if outside:
            return self._through(row)
        if row.by == self.case.survivor_id:
            return _("It is their own")
        if row.by in self.teams:
            return _("Is of the team that is entrusted with it")
        return _("Works for the agency that holds it") if row.by else _("To list what is held")

    def _was_broken(self, glass: Glass, row: Any) -> bool:
        if glass.worker_id != row.by or glass.broken_at is None:
            return False
        return glass.broken_at <= row.at and (glass.until_at is None or row.at < glass.until_at)

    def _through(self, row: Any) -> str:
        grant = next((one for one in self.grants if one.id == row.grant_id), None)
        grant = grant or next((one for one in self.grants if _living_then(one, row)), None)
        if grant is None:
            return _("On a ground that is not kept any more")
        return _("Through %(basis)s") % {"basis": BASES[grant.basis]}


def _living_then(grant: Grant, row: Any) -> bool:
    """Whether a grant opened this file to the reader's agency when they looked."""
    ends = min(grant.until_at, grant.withdrawn_at or grant.until_at)
    return bool(grant.recipient_id == row.reader_agency_id and grant.from_at <= row.at < ends)


def _things(case: Case) -> list[UUID]:
    """What glass around a case may have been broken over: the case, its incidents, its people."""
    incidents = list(CaseIncident.objects.filter(case=case).values_list("incident_id", flat=True))
    return [i for i in (case.id, case.survivor_id, case.other_id, *incidents) if i]


def _broken(glass: Glass, second: str | None) -> str:
    """Why the glass was broken, which part it opened, and who agreed."""
    told = {"part": GLASS_WORDS.get(glass.category, glass.category), "reason": _reason(glass), "name": second}
    if second:
        return _("The glass was broken (%(part)s), and %(name)s agreed: %(reason)s") % told
    if glass.alone:
        return _("The glass was broken (%(part)s), alone, after the reviewer was told: %(reason)s") % told
    return _("The glass was broken (%(part)s): %(reason)s") % told


def _reason(glass: Glass) -> str:
    """The reason that was given, as it was chosen or written."""
    try:
        told = opened(glass)
    except SealingError:
        return _("the reason is sealed")
    return str(told.get("reason") or told.get("code") or _("no reason was kept"))


def undetermined(case: Case) -> bool:
    """Whether it is not sure that the survivor of this case is one: then nothing about others is handed out."""
    attached = CaseIncident.objects.filter(case=case).values("incident_id")
    roles = Involvement.objects.filter(incident__in=attached, until_at=None)
    if roles.filter(role="undetermined").exists():
        return True
    return roles.filter(person_id=case.survivor_id, role="perpetrator").exists()
