"""How somebody may be reached now, for pages and letters that know one span of hours: what stands in `notices` goes
before what came with the request. Refuses a case that the worker may not write in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.notices.files import ContactFile
from shelterbelt.notices.instructions import WRITTEN, facts
from shelterbelt.notices.standing import stand_of
from shelterbelt.people.queries import details
from shelterbelt.referrals.models import ContactRequest
from shelterbelt.referrals.queries import instructions_of_case


def contact_file(ref: str, *, by: Worker, at: datetime) -> ContactFile:
    """The case behind a reference, and the instructions that were given with the request for contact."""
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    if case.agency_id != by.agency_id:
        raise NotForYou
    language = str(details(case.survivor).get("language") or "")
    return ContactFile(case.id, case.ref, instructions_of_case(case), language)


def instructions_now(case: Case, *, at: datetime) -> Mapping[str, Any] | None:
    """What may be told to another agency with a release: nothing while a change waits, or when contact was stopped."""
    found = _now(case, instructions_of_case(case), at)
    return found if found and found["channels"] else None


def request_instructions(
    request: ContactRequest, given: Mapping[str, Any], *, at: datetime
) -> Mapping[str, Any]:
    """By what a request is answered: once its case has instructions of its own, by those."""
    return _now(request.case, given, at) or given


def _now(case: Case | None, given: Mapping[str, Any] | None, at: datetime) -> Mapping[str, Any] | None:
    stand = stand_of(case.agency_id, case.id, given=given) if case else None
    if stand is None or stand.row is None:
        return given
    return _narrowed(stand.told or {}, at, waits=stand.waiting is not None)


def _narrowed(told: Mapping[str, Any], at: datetime, *, waits: bool) -> dict[str, Any]:
    """The same with one span of hours, and no way that is not safe now: never wider than what they said."""
    read = facts(told)
    ways = list(told.get("channels") or ())
    if read is None or waits or read.no_contact or (read.valid_until is not None and at >= read.valid_until):
        ways = []
    elif read.shared_device:
        ways = [way for way in ways if way not in WRITTEN]
    first = (told.get("windows") or [told])[0]
    return {
        "channels": ways,
        **{
            name: told.get(name) or ""
            for name in ("number", "email", "place", "zone", "code_word", "may_answer")
        },
        "days": list(first.get("days") or ()),
        "from": first.get("from") or "",
        "until": first.get("until") or "",
        "voicemail": told.get("voicemail") is True,
    }
