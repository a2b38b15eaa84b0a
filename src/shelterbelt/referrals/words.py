"""The words that pages put to codes:

why a contact is or is not allowed, what a letter's state is. Decides nothing.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf
from shelterbelt.rules.reasons import Reason

EVERY_DAY = [str(day) for day in range(7)]
CONTACT = {
    "contact.allowed": _("Allowed now."),
    "contact.no_instructions": _("They gave no contact instructions."),
    "contact.do_not_contact": _("They do not want to be contacted."),
    "contact.channel_not_allowed": _("They did not name this way of reaching them."),
    "contact.no_number": _("There is no number for this."),
    "contact.no_message": _("They do not want a message left."),
    "contact.out_of_date": _("These instructions have ended."),
    "contact.no_hours": _("They gave no safe hours."),
    "contact.zone_unknown": _("Their time zone could not be read."),
    "contact.outside_hours": _("Not now: it is outside the hours they gave."),
    "contact.use_code_word": _("Use the code word."),
    "contact.leave_no_message": _("Leave no message."),
    "contact.may_answer": _("Speak only with: %(about)s"),
}
EVENTS = {
    "sent": _("Sent"),
    "arrived": _("Arrived"),
    "recalled": _("Not sent: the release had ended before it could leave"),
    "noted": _("Noted by hand"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "outcome": _("Outcome noted"),
}


def said(because: Iterable[Reason]) -> list[str]:
    """Each reason in words."""
    return [gettext(str(CONTACT.get(r.code, r.code))) % {"about": r.about} for r in because]


def label(choices: str, code: str) -> str:
    """The words of a listed code, in the reader's language."""
    return gettext(shelf.label_of(choices, code)) if code else ""


def labels(choices: str, codes: Iterable[str]) -> list[str]:
    """The words of several codes, in the order of the list."""
    wanted = set(codes)
    return [gettext(c.label) for c in shelf.choices(choices) if c.code in wanted]


def answers(choices: str, *, without: Iterable[str] = ()) -> list[tuple[str, Any, Any]]:
    """A list of choices as a form shows it."""
    left_out = set(without)
    return [
        (c.code, _(c.label), _(c.hint) if c.hint else "")
        for c in shelf.choices(choices)
        if c.code not in left_out
    ]


SERVICE = {
    "eligibility_description": _("Who it is for"),
    "application_process": _("How to begin"),
    "fees_description": _("Cost"),
    "wait_time": _("Waiting time"),
    "interpretation_services": _("Interpreters"),
    "accreditations": _("Accreditations"),
    "alert": _("Please note"),
    "url": _("Website"),
    "email": _("E-mail"),
    "hours": _("Hours"),
    "languages": _("Languages"),
    "areas": _("Area"),
    "kinds": _("Kind of help"),
    "places": _("Address"),
}
