"""Words for codes of alarms, as the pages of those on duty say them. Decides nothing."""

from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf

ALARMS = {one.code: _(one.label) for one in shelf.choices("watch_alarms")}
TO_DO = {one.code: _(one.hint) for one in shelf.choices("watch_alarms")}
CERTAINTIES = {
    "sure": _("Sure: inside by any reading of the position"),
    "likely": _("Likely: inside as measured"),
    "possible": _("Possible: it cannot be ruled out"),
    "": "",
}
GRADES = {"sure": _("Sure"), "likely": _("Likely"), "possible": _("Possible"), "": ""}
STATES = {
    "open": _("Nobody has it yet"),
    "taken": _("Somebody has it"),
    "taken_back": _("Taken back: what came later disproves it"),
    "closed": _("Closed"),
}
TRIALS = {"test": _("This is a test"), "drill": _("This is a drill: send nobody"), "": ""}
