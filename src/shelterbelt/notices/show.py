"""How instructions and messages look on a page: plain values only. Decides nothing."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shelterbelt.library import shelf
from shelterbelt.notices.forms import EVERY_DAY, ZONES, windows_of
from shelterbelt.notices.instructions import Told
from shelterbelt.notices.queries import NoticeFace
from shelterbelt.notices.words import STATES, WAYS, why

LOOKS = {"waiting": "soon", "sent": "done", "held": "late"}


def lines_of(told: Told, *, hide_word: bool) -> list[dict[str, Any]]:
    """Instructions line by line; the code word is hidden while a caller's word is to be checked."""
    ways = [_(c.label) for c in shelf.choices("contact_channels") if c.code in told.get("channels", ())]
    word = _("Hidden until the change is checked") if hide_word else told.get("code_word") or _("None")
    lines: list[dict[str, Any]] = [
        {"key": _("Safe ways to reach them"), "list": ways},
        {"key": _("Telephone number"), "value": told.get("number")},
        {"key": _("E-mail address"), "value": told.get("email")},
        {"key": _("Where, or through whom"), "value": told.get("place"), "story": True},
        {"key": _("Somebody else can see it"), "value": _yes_no(told.get("shared_device"))},
        {"key": _("Safe hours"), "list": [hours(window) for window in windows_of(told)]},
        {"key": _("Time zone"), "value": str(dict(ZONES).get(told.get("zone") or "", told.get("zone")))},
        {"key": _("A message may be left"), "value": _yes_no(told.get("voicemail"))},
        {"key": _("Code word"), "value": word},
        {"key": _("Who may answer"), "value": told.get("may_answer")},
        {"key": _("Name that e-mail may come from"), "value": told.get("sender_name")},
    ]
    return [line for line in lines if line.get("value") or line.get("list")]


def hours(window: dict[str, Any]) -> str:
    """Days and hours in words."""
    chosen = set(window["days"])
    days = [_(c.label) for c in shelf.choices("safe_days") if c.code in chosen]
    named = _("Every day") if chosen == set(EVERY_DAY) else ", ".join(days)
    if not window["from"] and not window["until"]:
        return f"{named}, {_('at any time')}"
    return f"{named}, {window['from'] or '00:00'} – {window['until'] or '24:00'}"


def ends_at(told: Told | None) -> datetime | None:
    """When the instructions run out."""
    text = (told or {}).get("valid_until")
    return datetime.fromisoformat(str(text)) if text else None


def message(face: NoticeFace) -> dict[str, Any]:
    """One message as the page shows it."""
    return {
        "ref": face.ref,
        "text": face.text,
        "way": str(WAYS.get(face.channel, "")),
        "to": face.to,
        "state": str(STATES[face.state]),
        "look": LOOKS.get(face.state, ""),
        "why": why(face.reasons),
        "written_at": face.written_at,
        "written_by": face.written_by,
        "next_at": face.next_at if face.state == "waiting" else None,
        "ended_at": face.ended_at,
        "stoppable": face.stoppable,
    }


def _yes_no(answer: object) -> str:
    return {True: _("Yes"), False: _("No")}.get(answer, "")  # type: ignore[call-overload,no-any-return]
