"""What pages and papers call the kinds of things in a record. Decides nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

KINDS = {
    "happened": _("Something that happened"),
    "message": _("A message, a call or a post"),
    "injury": _("An injury"),
    "damage": _("Something broken or taken"),
    "followed": _("Being followed or watched"),
    "order": _("An order was not kept"),
    "money": _("Money"),
    "other": _("Something else"),
}
FILE_KINDS = {
    "photo": _("Photo"),
    "voice": _("Voice recording"),
    "video": _("Video"),
    "document": _("Document or screenshot"),
}
SURE = {
    "sure": _("I am sure"),
    "about": _("About then"),
    "unsure": _("I am not sure"),
}
CUSTODY = {
    "written": _("words written"),
    "taken_in": _("file taken in"),
    "looked_at": _("looked at"),
    "copied_out": _("copied out"),
    "shown": _("shown to a worker"),
    "shown_ended": _("shown no more"),
    "handed_over": _("given away"),
    "removed": _("taken away"),
}


def happened(told: Mapping[str, Any]) -> str:
    """When something happened, and how sure that is, in words."""
    when = ", ".join(part for part in (_day(str(told.get("on") or "")), str(told.get("time") or "")) if part)
    if not when:
        return gettext("When it happened is not written down")
    sure = SURE.get(str(told.get("sure", "")), "")
    return gettext("Happened: %(when)s") % {"when": when} + (f" ({sure})" if sure else "")


def _day(text: str) -> str:
    """A day as the reader's language writes it."""
    return format_date(date.fromisoformat(text), "medium", locale=get_language() or "en") if text else ""
