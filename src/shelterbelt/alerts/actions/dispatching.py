"""Tell police whom a survivor named, by a sealed letter that says what is needed to go to them and nothing else.

Refuses without a release in force. What was told is taken back as soon as the release or the choice is.
"""

from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.agencies.queries import agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts import letters
from shelterbelt.alerts.actions.answering import note_answer
from shelterbelt.alerts.models import Call, Code, HelpAlert, Place
from shelterbelt.alerts.released import TO_CALL, named_in, opens, unchanged
from shelterbelt.consent.models import Release
from shelterbelt.ledger.actions import record
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.rules.calling import FORCED, HELP, OVER
from shelterbelt.store.asker import as_agency

LETTER = "letter"
AT_ONCE = 100


def write_to_police(call: Call, alert: HelpAlert, *, at: datetime) -> str:
    """Put the letter of one telling into the post; the reason why not, or nothing."""
    named = named_in(opened(alert), call.slot)
    if named is None:
        return "calling.nobody"
    by, to = agency(alert.agency_id), agency(UUID(named["agency"]))
    first = _first(call)
    if call.says == OVER:
        return "" if _take_back(first, "cancelled", by=by, to=to, at=at) else "calling.nobody"
    release = opens(alert, call.slot, at=at)
    if release is None:
        return "calling.no_release"
    body = letters.call_for_help(_content(alert, first.ref, named, release))
    call.letter_id = send_letter("help_call/1", body, by=by, to=to, at=at)
    record("help_call.sent", about=call.id, by=None, agency=by.id, at=at)
    return ""


def _first(call: Call) -> Call:
    """The first telling of this agency: its name stands for the alert in every letter."""
    rows = Call.objects.filter(alert_id=call.alert_id, slot=call.slot, way=LETTER, says=HELP)
    return rows.order_by("step", "round").first() or call


def _content(alert: HelpAlert, reference: str, named: dict[str, Any], release: Release) -> dict[str, Any]:
    """What is needed to go to somebody. A number only if it is safe to call, and never once a code was forced."""
    forced = Code.objects.filter(button_id=alert.button_id, kind=FORCED).exists()
    callable_now = not forced and TO_CALL in release.categories and bool(named["number"])
    return {
        "reference": reference,
        "pressed_at": alert.pressed_at.isoformat(),
        "forced": forced,
        "name": named["name"],
        "number": named["number"] if callable_now else "",
        "asks": named["asks"] if callable_now else "come",
        "place": _place(alert),
    }


def _place(alert: HelpAlert) -> dict[str, Any] | None:
    row = Place.objects.filter(button_id=alert.button_id, with_alert=True, ended_at=None).first()
    if row is None or row.fixed_at is None or not opened(alert)["place"]:
        return None
    told = opened(row)
    return {
        "lat": told["lat"],
        "lon": told["lon"],
        "metres": told["metres"],
        "at": row.fixed_at.isoformat(),
    }


def _take_back(first: Call, because: str, *, by: Agency, to: Agency, at: datetime) -> bool:
    """Say that it is over, to whoever may have heard of it; false when nothing has left."""
    if not first.letter_id or not Letter.objects.filter(id=first.letter_id, number__isnull=False).exists():
        return False
    send_letter("help_call_over/1", {"reference": first.ref, "because": because}, by=by, to=to, at=at)
    record("help_call.taken_back", about=first.id, by=None, agency=by.id, at=at)
    return True


def take_back_unreleased(agency_id: UUID, *, at: datetime) -> int:
    """Calls for help that no release opens any more are taken back; how many. Where nothing changed, none is looked at."""
    with as_agency(agency_id, at=at):
        # Asked twice a second: where no letter was ever written, the long question is not asked.
        if not Call.objects.filter(agency_id=agency_id, letter_id__isnull=False).exists():
            return 0
        told = Call.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            agency_id=agency_id, way=LETTER, says=HELP, state="told", alert__ended_at=None
        )
        changed = told.exclude(unchanged(at)).select_related("alert").order_by("told_at")
        shut = (call for call in changed if opens(call.alert, call.slot, at=at) is None)
        gone = list(islice(shut, AT_ONCE))
        for call in gone:
            call.state, call.reasons = "given_up", ["calling.no_release"]
            call.save(update_fields=["state", "reasons"])
            if to := _whom(call):
                _take_back(_first(call), "withdrawn", by=agency(agency_id), to=to, at=at)
    return len(gone)


def _whom(call: Call) -> Agency | None:
    """To whom the letter of a call went; it says so also where nothing else of the alert opens."""
    letter = Letter.objects.filter(id=call.letter_id).select_related("to__node") if call.letter_id else ()
    return next((one.to for one in letter), None)


def may_still_leave(letter: Letter, *, at: datetime) -> bool:
    """Whether a letter that waits may go now: a call for help only while a release opens it and no code has cancelled it."""
    if letter.kind.split("/")[0] != "help_call":
        return True
    call = (
        Call.objects.filter(agency_id=letter.agency_id, letter_id=letter.id).select_related("alert").first()
    )
    if call is None or call.alert.state in ("cancelled", "ended"):
        return False
    return opens(call.alert, call.slot, at=at) is not None


def take_in_call_taken(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """An agency that was told says that somebody goes; one that was not told is refused."""
    reference = letters.call_taken(body)
    call = Call.objects.filter(agency_id=to.id, ref=reference, way=LETTER).first()
    if call is None:
        raise BadLetter("reference")
    alert = HelpAlert.objects.select_for_update().get(id=call.alert_id)
    named = named_in(opened(alert), call.slot)
    if named is None or named["agency"] != str(sender.id):
        raise BadLetter("reference")
    if alert.ended_at is None and note_answer(alert, call.slot, at=at):
        record("help.answered", about=alert.id, by=None, agency=to.id, at=at)
