"""The words that pages put to what is wrong with a release. Decides nothing."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf
from shelterbelt.rules.reasons import Problem

PROBLEMS = {
    "release.subject_needed": _("Write whose information this is."),
    "release.recipient_needed": _("Choose the one agency that may see it."),
    "release.one_recipient": _("One release is for one agency. Take another one for the next."),
    "release.own_agency": _("Choose another agency than this one."),
    "release.categories_needed": _("Choose what may be shared, at least one thing."),
    "release.category_unknown": _("Choose among the things shown."),
    "release.purpose_needed": _("Choose what it is shared for."),
    "release.means_needed": _("Choose how it may be shared."),
    "release.start_needed": _("Write the first day."),
    "release.start_past": _("The first day is today or later: nothing can be released backwards."),
    "release.expiry_needed": _("Write the last day."),
    "release.expiry_past": _("The last day is over. Choose a later one."),
    "release.expiry_before_start": _("The last day comes before the first. Check both."),
    "release.expiry_too_far": _("A release runs for a year at most. Choose an earlier last day."),
    "release.expiry_long": _("This runs for more than 90 days. Tick this box if they want it so."),
    "release.signer_needed": _("Write who signs."),
    "release.signer_name_needed": _("Write the name of who signs."),
    "release.capacity_needed": _("Choose who signs."),
    "release.abuser_not_asked": _("Answer this: the abusive person may not sign."),
    "release.abuser_may_not_sign": _("The abusive person may not sign, also not as a parent or guardian."),
    "release.minor_signs_too": _("A parent signs together with the minor. Add the minor."),
    "release.parent_signs_too": _(
        "A parent who is not the abusive person signs too, or the law lets the minor sign alone."
    ),
    "release.language_needed": _("Choose the language in which it was explained."),
    "release.interpreter_needed": _("Say whether an interpreter took part."),
    "release.interpreter_name_needed": _("Write the interpreter's name or number."),
    "release.witness_needed": _("Write who was there and explained it."),
    "release.signature_needed": _("They sign by writing their name here."),
}
TICK_ALL = _("Tick each of these once it has been explained.")
NOT_EXPLAINED = _("Tick each of these once it has been explained. Not yet ticked: %(what)s")
EXPLAIN = "release.explain_"
STATES = {
    "living": _("In force"),
    "not_yet": _("Not begun"),
    "ended": _("Ended"),
    "withdrawn": _("Ended by them"),
}
CHANNELS = {
    "in_person": _("They told us in person"),
    "phone": _("On the phone"),
    "writing": _("In writing"),
    "message": _("By a message"),
    "representative": _("Through somebody who acts for them"),
}
AFTER_DEATH = {
    "end": _("It ends"),
    "review": _("A team that reviews deaths may see it"),
    "not_said": _("They do not want to say"),
}


def said(code: str) -> str:
    """A problem in plain words."""
    return str(PROBLEMS.get(code, _("Look at this again.")))


def said_of(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Fields with what is wrong with them; what has not been explained yet is said in one sentence."""
    found, missing = [], []
    for problem in problems:
        if problem.code.startswith(EXPLAIN):
            missing.append(label("release_explained")(problem.code.removeprefix(EXPLAIN)))
        else:
            found.append((problem.field, said(problem.code)))
    if missing:
        found.append(("explained", gettext(str(NOT_EXPLAINED)) % {"what": "; ".join(missing)}))
    return found


def label(name: str) -> Callable[[str], str]:
    """What turns the codes of a list into words."""
    return lambda code: gettext(shelf.label_of(name, code)) if code else ""
