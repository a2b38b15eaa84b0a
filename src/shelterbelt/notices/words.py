"""Words for the codes that rules, channels and states give. Unknown codes are shown as nothing is known of them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "contact.deceased": _("They have died."),
    "contact.no_instructions": _("They have not said how they may be reached."),
    "contact.do_not_contact": _("They asked not to be contacted."),
    "contact.channel_not_allowed": _("They did not allow this way."),
    "contact.no_number": _("There is no number."),
    "contact.no_address": _("There is no number or address."),
    "contact.no_message": _("They do not want messages left."),
    "contact.shared_device": _("Somebody else can see their telephone or mail."),
    "contact.out_of_date": _("Their instructions have run out. Ask them anew."),
    "contact.no_hours": _("They have not said when it is safe."),
    "contact.never_open": _("No safe hours are left before their instructions run out."),
    "contact.zone_unknown": _("Their time zone is not known."),
    "contact.outside_hours": _("It waits for their safe hours."),
    "contact.change_pending": _("It waits until somebody has checked the change of their instructions."),
    "contact.allowed": _("It is on its way."),
    "notice.no_transport": _(
        "This node is not set up to send it. Reach them yourself, by their instructions."
    ),
    "notice.a_person_calls": _(
        "They want to be reached by a person. Call or meet them, by their instructions."
    ),
    "notice.tells": _("The sender's name or address would tell what this is. Ask whoever runs this node."),
    "notice.unclear": _("The line broke twice. It may have reached them or not: ask them at a safe time."),
    "notice.too_late": _("Its time was over before it could go."),
    "notice.stopped": _("Somebody stopped it."),
    "notice.taken": _("It was handed over. Whether they have read it, nobody here knows."),
    "mail.address": _("The mail server does not know this address."),
    "mail.refused": _("The mail server refused it."),
    "mail.busy": _("The mail server was busy. It is tried again."),
    "mail.no_line": _("The mail server did not answer. It is tried again."),
    "mail.not_private": _(
        "The line to the mail server is not private, so it was not used. It is tried again."
    ),
    "mail.not_set_up": _("The sender's address is not right. Ask whoever runs this node."),
    "text.number": _("This is not a number that text messages can go to."),
    "text.refused": _("The telephone network refused it."),
    "text.busy": _("The telephone network was busy. It is tried again."),
    "text.no_line": _("The telephone network did not answer. It is tried again."),
}
STATES: dict[str, Any] = {
    "waiting": _("waits"),
    "sent": _("sent"),
    "refused": _("not sent"),
    "held": _("for you to do"),
    "stopped": _("stopped"),
}
WAYS: dict[str, Any] = {
    "text": _("Text message"),
    "email": _("E-mail"),
    "phone": _("Telephone call"),
    "in_person": _("In person"),
    "through_person": _("Through somebody"),
}
DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


def why(codes: Iterable[str]) -> str:
    """The reasons in words."""
    return " ".join(gettext(REASONS[code]) for code in codes if code in REASONS)
