"""The words that pages put to why a case is kept, held or due. Decides nothing."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.rules.reasons import Reason

REASONS = {
    "retention.demand": _("Somebody has demanded these records: nothing of them is erased."),
    "retention.demand_unnamed": _(
        "Somebody has demanded records and named no case that is known yet: until it is answered nothing here is erased."
    ),
    "retention.hold": _("A legal hold stands: nothing of it is erased until the hold is lifted."),
    "retention.no_schedule": _("No schedule of this agency speaks of it, so it is kept."),
    "retention.asked": _("The survivor wishes it, and the schedule leaves it to them."),
    "retention.asked_kept": _("The survivor wishes it, but the law keeps it for its time."),
    "retention.open": _("The case is open."),
    "retention.not_begun": _("Its time has not begun to run."),
    "retention.period": _("Its time is not over."),
    "retention.over": _("Its time is over."),
}
BASES = {
    "evidence_law": _("It may be evidence."),
    "records_law": _("It is a public record."),
    "medical_records_law": _("It is a medical record."),
    "proof_of_consent": _("It shows by whose will something was shared."),
    "no_longer_needed": _("It is destroyed when nobody needs it any more."),
}
STATES = {
    "may_erase": _("Due for erasure"),
    "keep": _("Kept"),
    "must_not_erase": _("Must not be erased"),
}
CATEGORIES = {
    "case_file": _("The case"),
    "notes": _("Notes"),
    "evidence": _("Evidence"),
    "screens": _("Screens and levels"),
    "contact": _("Wishes about contact"),
    "referrals": _("Referrals"),
    "releases": _("Releases"),
}
HOLDS = {
    "demand": _("Somebody demanded records"),
    "court": _("A court ordered it"),
    "litigation": _("A lawsuit is going on or expected"),
    "inquiry": _("An inquiry or a complaint"),
}
WHY = {"schedule": _("Its time is over"), "survivor": _("The survivor wishes it")}
EVENTS = {
    "closed": _("after the case was closed"),
    "last_touched": _("after something was last added"),
    "release_ended": _("after the last release ended"),
}


def said(reasons: Iterable[Reason]) -> list[str]:
    """Each reason in words, once, in their order."""
    lines = {str(REASONS[one.code]): None for one in reasons}
    lines |= {str(BASES[one.about]): None for one in reasons if one.about in BASES}
    return [gettext(line) for line in lines]
