"""Words for codes of help alerts, as workers' pages say them. Decides nothing."""

from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf

STATES = {
    "held": _("Not sent yet"),
    "sent": _("Nobody has answered yet"),
    "unanswered": _("Nobody has answered"),
    "answered": _("Somebody has it"),
    "cancelled": _("Taken back with the code"),
    "forced": _("The code says that somebody forced them to cancel"),
    "ended": _("Ended"),
}
WAYS = {
    "page": _("this page"),
    "text": _("text message"),
    "email": _("e-mail"),
    "letter": _("letter to their agency"),
}
OUTCOMES = {one.code: _(one.label) for one in shelf.choices("help_outcomes")} | {
    "test": _("It was a test"),
    "cancelled": _("Cancelled before it went"),
}
ASKS = {
    "call_first": _("Call first. Come if nobody answers."),
    "come": _("Come. Do not call first."),
}
OVER = {
    "cancelled": _("Taken back with the code"),
    "withdrawn": _("They no longer want you to be told"),
    "closed": _("Closed here"),
}
