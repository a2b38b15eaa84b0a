"""What the codes of breaches are called on pages. Decides nothing; what nobody knows is called possible or unknown."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shelterbelt.library import shelf
from shelterbelt.rules import approach, breach, geofence, proceedings

STATES: dict[str, Any] = {
    breach.POSSIBLY: gettext_lazy("Possible"),
    breach.CONFIRMED: gettext_lazy("A breach"),
    breach.NOT_A_BREACH: gettext_lazy("Not a breach"),
    breach.UNDETERMINED: gettext_lazy("Cannot be told"),
}
LOOKS = {breach.POSSIBLY: "late"}
SOURCES: dict[str, Any] = {
    breach.SURVIVOR: gettext_lazy("The survivor told of it"),
    breach.OFFICER: gettext_lazy("An officer saw or found it"),
    breach.OTHER: gettext_lazy("Somebody else told of it"),
    breach.WATCH: gettext_lazy("The watch saw it"),
}
CERTAINTIES: dict[str, Any] = {
    "possible": gettext_lazy("Possible"),
    "likely": gettext_lazy("Likely"),
    "sure": gettext_lazy("Sure"),
}
SEEN: dict[str, Any] = {
    geofence.ENTERED: gettext_lazy("Came into a place"),
    geofence.MAY_BE_IN: gettext_lazy("May be in a place"),
    geofence.STAYED: gettext_lazy("Stayed in a place"),
    geofence.CROSSED: gettext_lazy("Crossed a place between two fixes"),
    approach.CAME_NEAR: gettext_lazy("Came near the protected person"),
}
# Why a term was touched only so far, or not at all.
BECAUSE: dict[str, Any] = {
    "breach.binding_unknown": gettext_lazy("Whether it bound then is not known"),
    "breach.by_accuracy": gettext_lazy("By the accuracy of the fixes it may have been farther"),
    "breach.read_the_words": gettext_lazy("Read the words of the judge"),
    "breach.not_bound": gettext_lazy("It did not bind then"),
    "breach.other_kind": gettext_lazy("It is about something else"),
    "breach.other_place": gettext_lazy("It is about another place"),
    "breach.farther": gettext_lazy("They were farther apart than it says"),
    "term.not_then": gettext_lazy("Not at that hour"),
    "term.gives": gettext_lazy("It gives time with children and forbids nothing"),
    "order.in_force_not_served": gettext_lazy("The order was in force, and not served"),
    "order.unknown": gettext_lazy("Whether the order was in force is not known"),
    "order.recalled": gettext_lazy("The order was recalled"),
    "order.replaced": gettext_lazy("Another order stood in its place"),
    "order.over": gettext_lazy("The order was over"),
    "order.not_yet": gettext_lazy("The order was not in force yet"),
    "order.drafted": gettext_lazy("The order was not issued yet"),
}
PATTERN: dict[str, Any] = {
    breach.REPEATED: gettext_lazy("More than one occasion"),
    breach.MORE_OFTEN: gettext_lazy("More often than before"),
    breach.MORE_KINDS: gettext_lazy("More than one kind of term"),
}
HANDLED: dict[str, Any] = {
    "taken_in": gettext_lazy("Taken in"),
    "looked_at": gettext_lazy("Looked at"),
    "copied_out": gettext_lazy("Taken out"),
}
PIECES: dict[str, Any] = {
    "fixes": gettext_lazy("Fixes of the device"),
    "paper": gettext_lazy("File"),
    "file": gettext_lazy("File of evidence of the case"),
}


def act_word(act: str) -> str:
    """What an act is called."""
    return str(SEEN[act]) if act in SEEN else _(shelf.label_of("breach_acts", act))


def because_words(reasons: list[list[str]]) -> list[str]:
    """Why a term was touched only so far; what stands on the page anyway is left out."""
    return [str(BECAUSE[code]) for code, _about in reasons if code in BECAUSE]


def step_word(step: str) -> str:
    """What a step in court is called; no step yet has words of its own."""
    if step in ("", proceedings.OPEN):
        return _("Nothing yet") if not step else _("Not ended")
    return _(shelf.label_of("proceeding_steps", step))


def reason_word(reason: str) -> str:
    """The reason that was given for dropping it; that nobody said one is said."""
    if reason == proceedings.UNSAID:
        return _("No reason given")
    return _(shelf.label_of("drop_reasons", reason)) if reason else ""
