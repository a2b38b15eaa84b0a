"""The words for a survivor's own watch: how it stands, how a pair stands, why one was refused or ended. Nothing is promised."""

from django.utils.translation import gettext_lazy as _

LINES = {
    "off": _("Nothing is watched."),
    "alert": _("There is an alert. Whoever is there at your agency is told."),
    "outage": _("We cannot watch at the moment: the line is down. Nobody knows how it stands."),
    "unknown": _("Nobody knows how it stands: a device says nothing. That is no sign that all is well."),
    "calm": _("No alert."),
}
NO_PROMISE = _("This is no promise.")
STATES = {
    "asked": _("Asked; no answer yet"),
    "watched": _("Shared, and watched"),
    "refused": _("Not shared"),
    "ended": _("Ended"),
}
BECAUSE = {
    "no_order": _("No order with this number is known there."),
    "no_tracker": _("No tracker was given out for this order."),
    "not_in_force": _("The order is not in force."),
    "not_theirs": _("Another agency runs the tracker."),
    "other": _("They gave another reason."),
    "withdrawn": _("You, or your advocate for you, ended it."),
    "released_no_more": _("The release that allowed it has ended."),
    "device_ended": _("The tracker was taken off or ended."),
    "order_ended": _("The order has ended."),
    "agency": _("The other agency ended it."),
    "over": _("Its time was over."),
}
REFUSALS = {
    "no_order": _("No order with this number is known here"),
    "no_tracker": _("No tracker was given out for the order"),
    "not_in_force": _("The order is not in force"),
    "not_theirs": _("Another agency runs the tracker"),
    "other": _("Another reason"),
}
IDLE = {
    "theirs": _("Not watched now: no tracker of the other person is shared."),
    "mine": _("Not watched now: you have no device here."),
}
WARNS = {"theirs": _("warns when the other person comes into it"), "mine": _("warns when you come into it")}
