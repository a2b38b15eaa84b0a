"""What several rooms need of a visitor: their own file, whom they trust, their cases, and the agency's clock. Decides nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import own_hand
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.consent.files import cases_of_person
from shelterbelt.portal.visitors import Visitor
from shelterbelt.safety.files import file_of
from shelterbelt.safety.models import OwnFile
from shelterbelt.safety.trust import trusted_workers
from shelterbelt.ui.templatetags.look import said_when


@dataclass(frozen=True)
class Around:
    """Whom a survivor works with, and where."""

    agency: Agency
    trusted: tuple[Worker, ...]
    names: tuple[str, ...]
    cases: tuple[Case, ...]


def own_file(visitor: Visitor) -> OwnFile:
    """The visitor's own file; without one there is no such room."""
    file = file_of(visitor.survivor.id)
    if file is None:
        raise NotForYou
    return file


def around(visitor: Visitor) -> Around:
    """The agency, the workers whom they trust with their names, and their open cases, the newest first."""
    by = visitor.survivor
    with own_hand(by, at=visitor.at):
        trusted = tuple(trusted_workers(by.id, by.agency_id, at=visitor.at))
        mine = Case.objects.filter(id__in=list(cases_of_person(by.id, by.agency_id)), closed_at=None)
        return Around(
            agency=Agency.objects.get(id=by.agency_id),
            trusted=trusted,
            names=tuple(name_of(one) for one in trusted),
            cases=tuple(mine.order_by("-opened_at")),
        )


def has_case(visitor: Visitor) -> bool:
    """Whether they are the survivor of a case here: what is theirs is then kept and erased with it."""
    by = visitor.survivor
    with own_hand(by, at=visitor.at):
        return bool(cases_of_person(by.id, by.agency_id))


def said(at: datetime | date | None, agency: Agency, form: str = "") -> SafeString | str:
    """A moment by the agency's clock, in the visitor's language."""
    return said_when(at, form, ZoneInfo(agency.time_zone))
