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
    "release.recipient_gone": _("This agency cannot be reached, or has closed. Choose another one."),
    "release.recipient_kept_out": _(
        "They asked that this agency never sees their file. If they wish it now, take it off that list first."
    ),
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
    "release.signed_as_needed": _("Choose how they sign."),
    "release.drawing_needed": _(
        "They sign with a finger, a pen or the mouse, or choose another way to sign."
    ),
    "release.drawing_unread": _("The drawing could not be read. Clear it and sign again, or type the name."),
    "release.scan_needed": _("Choose the scan of the signed paper."),
    "release.scan_large": _(
        "This file or picture is too large. Scan it again with less detail: the most is 8 MB."
    ),
    "release.scan_kind": _("This file is of another kind. Choose a PDF, JPEG or PNG."),
    "release.scan_broken": _("This file cannot be read. Scan the paper again."),
    "release.scan_alive": _(
        "This PDF holds more than a scan, or is locked. Scan the paper again as a picture."
    ),
    "release.court_not_told": _("Explain this before they sign, then tick it."),
    "release.review_needs_team": _(
        "Only a team that reviews deaths can have this. Choose its agency, or another answer."
    ),
    "release.not_released": _("Choose only among what may be shared."),
    "release.later_and_before": _("This stands under what is written later too. Choose one of the two."),
    "release.before_needed": _("Write the day and choose what it is for, or leave both empty."),
    "release.same_signer": _("This is the same name as of who signs first. Write the second person's name."),
    "release.guardian_paper_needed": _("Write which court paper names the guardian, and that you saw it."),
    "release.minor_born_needed": _("Write when the minor was born."),
    "release.not_a_minor": _("By this day of birth they are not a minor today. Check the day or who signs."),
    "release.ground_needed": _("Choose what lets this minor sign alone."),
    "release.ground_too_young": _(
        "The law asks for an older age for this. A parent who is not the abusive person signs too."
    ),
    "release.signer_is_the_other": _(
        "This is the other person of the case, by name and day of birth. They may not sign."
    ),
    "release.signer_named_like_other": _(
        "A signer has the same name as the other person of the case. Look again, then tick this if it is somebody else."
    ),
    "release.survivor_died": _(
        "The case says that this person has died. Nobody can sign a release for them."
    ),
}
TICK_ALL = _("Tick each of these once it has been explained.")
NOT_EXPLAINED = _("Tick each of these once it has been explained. Not yet ticked: %(what)s")
EXPLAIN = "release.explain_"
STATES = {
    "living": _("In force"),
    "not_yet": _("Not begun"),
    "ended": _("Ended"),
    "withdrawn": _("Ended by them"),
    "waits": _("For after a death"),
}
SIGNED_AS = {
    "typed": _("They write their name"),
    "drawn": _("They sign on the screen"),
    "scanned": _("They signed on paper, and it was scanned"),
}
COURT_TOLD = _("What is shared with this agency may be given to the defence, and then cannot be taken back.")
ENDED = {
    "withdrawn": _("Ended by them"),
    "death": _("Ended by a death"),
    "closure": _("Ended with the case"),
    "agency": _("Ended with an agency"),
}
CHANNELS = {
    "in_person": _("They told us in person"),
    "phone": _("On the phone"),
    "writing": _("In writing"),
    "message": _("By a message"),
    "representative": _("Through somebody who acts for them"),
}
# How a release ended or became narrower: what a worker was told, or what they did themselves.
HOW = {**CHANNELS, "own_hand": _("By their own hand")}
AFTER_DEATH = {
    "end": _("It ends"),
    "review": _("A team that reviews deaths may see it then, for a year"),
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
