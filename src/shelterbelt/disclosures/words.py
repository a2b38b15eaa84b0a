"""The words that pages put to bases, demands and looks. Decides nothing."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SAY = _("We can neither confirm nor deny that anybody uses our services.")
KINDS = {
    "court_order": _("Court order"),
    "mandate": _("Duty by law"),
    "agreement": _("Agreement between agencies"),
    "aggregate": _("Numbers that were given"),
}
STATES = {
    "waiting": _("Waits for a second person"),
    "open": _("Open"),
    "returned": _("Returned"),
    "ended": _("Ended"),
    "kept": _("Kept"),
}
OUTCOMES = {
    "refused": _("Nothing was given"),
    "objected": _("An objection was made, and nothing was given"),
    "quashed": _("A court lifted it"),
    "complied": _("Something was given"),
    "withdrawn": _("It was taken back"),
}
NOTICES = {
    "notice": _("A message was written to them, by their instructions"),
    "in_person": _("A worker told them"),
    "could_not": _("They could not be told safely"),
}
NOTES = {
    **NOTICES,
    "checked": _("Checked by a second person"),
    "returned": _("Returned to who entered it"),
    "ended": _("Ended"),
}
GROUNDS = {
    "release": _("A release that the survivor signed"),
    "court_order": _("A court order that a second person checked"),
    "warrant": _("A search warrant that a judge signed"),
    "own_only": _("It concerns nobody but the person who asks"),
}
PROBLEMS = {
    "basis.judge_needed": _("Write the judge’s name as it stands on the order."),
    "basis.court_needed": _("Write the court."),
    "basis.says_needed": _("Write exactly what it says, word for word."),
    "basis.statute_needed": _("Choose the statute."),
    "basis.not_by_a_judge": _(
        "Only a judge’s signature makes it a court order. A subpoena from a lawyer or a clerk opens nothing."
    ),
    "basis.counts_needed": _("Write at least one line with a number at its end."),
    "basis.counts_too_small": _(
        "A number from 1 to 10 can show who it is. Leave it out, or join it with another."
    ),
    "basis.case_needed": _("Write the reference of the case."),
    "basis.case_unknown": _("There is no case with this reference that you may open this for."),
    "basis.recipient_needed": _("Choose the one agency that gets it."),
    "basis.categories_needed": _("Choose what it opens, at least one thing."),
    "basis.beyond": _("This is more than it can open. Choose less."),
    "basis.end_before_start": _("The last day comes before the first. Check both."),
    "basis.too_long": _("This runs for longer than it may. Choose an earlier last day."),
    "basis.same_person": _("Somebody else checks it, not who entered it."),
    "basis.document_needed": _("The paper itself is missing."),
    "basis.notice_needed": _("Write down first how the survivor was told, or why they could not be."),
    "basis.over": _("Its last day is over."),
    "basis.not_system": _("An agreement joins two agencies of the justice system of one node."),
    "demand.no_ground": _(
        "This alone opens nothing. There has to be a release that the survivor signed, or a court order that was entered "
        "and checked."
    ),
    "demand.items_needed": _("Write exactly what was given, each thing on its own line."),
    "paper.not_a_paper": _("This is no PDF, PNG or JPEG. Scan the paper, or take a picture of it."),
}
ROLES = {
    "officer": _("an officer"),
    "detective": _("a detective"),
    "supervisor": _("a supervisor"),
    "prosecutor": _("a prosecutor"),
    "probation_officer": _("a probation officer"),
    "court_clerk": _("a court clerk"),
    "coordinator": _("a coordinator"),
    "nurse": _("a nurse"),
    "advocate": _("an advocate"),
    "shelter_worker": _("a shelter worker"),
    "administrator": _("an administrator"),
    "reviewer": _("a reviewer"),
    "records_officer": _("a records officer"),
}
BASES = {
    "release": _("a release that was signed"),
    "agreement": _("an agreement between agencies"),
    "court_order": _("a court order"),
    "mandate": _("a duty by law"),
}
# What was looked at, by the name of the reading.
LOOKS = {
    "case": _("The case"),
    "case.read_by_grant": _("What a grant opens of the case"),
    "incident": _("An incident"),
    "incident.draft": _("An incident that was being written"),
    "incident.evidence": _("The list of files of an incident"),
    "case.export": _("The case, in a list that was taken out as a file"),
    "evidence": _("A file"),
    "screen": _("A screen"),
    "assessment": _("An assessment"),
    "level": _("The danger level"),
    "happening": _("What happened or is planned"),
    "forecast": _("What may come"),
    "act": _("What to have ready before something is done"),
    "reassessment": _("Whether the danger level ends lower"),
    "release": _("A release"),
    "release.paper": _("The paper of a release"),
    "kept_out": _("Who must never see it"),
    "file_team": _("Who is entrusted with it"),
    "wall": _("Who is kept away from it"),
    "conflict": _("Whether somebody here knows a person in it"),
    "contact_request": _("A request for contact"),
    "contact_choice": _("What was answered about contact"),
    "safe_contact": _("How somebody may be reached"),
    "words": _("Messages between them and whom they trust"),
    "referral": _("A referral"),
    "action": _("A piece of work"),
    "grant.read": _("What another agency opened to this one"),
    "authority": _("An order, a duty or an agreement"),
    "authority.document": _("The paper of an order, a duty or an agreement"),
    "demand": _("A demand for records"),
    "demand.document": _("The paper of a demand"),
    "access_log": _("Who has looked"),
    "access_log.paper": _("Who has looked, on paper"),
    "disclosures": _("What was given to others"),
    "holdings": _("The list of what is held, without content"),
    "hold": _("What the case is kept for"),
    "plan": _("The plan in their own file"),
    "plan.shared": _("A part of their plan that they let the team read"),
    "help_alert": _("A call for help that they sent"),
    "calls_for_help": _("Calls for help"),
    "call_for_help": _("A call for help"),
    "help_setup": _("How they call for help"),
    "help_alert_seen": _("What began a call for help without them"),
    "own_watch": _("What is watched for them"),
    "order": _("A protection order"),
    "order_sheet": _("The sheet of a protection order"),
    "order_paper": _("The sheet of a protection order, for whom it binds"),
    "order_data": _("The data of a protection order, for a clerk"),
    "order_date": _("A date in court, for a calendar"),
    "case_orders": _("The protection orders of the case"),
    "case_places": _("Places to ask a judge for"),
    "breach": _("A breach of an order"),
    "breach_evidence": _("What shows a breach of an order"),
    "watch_alarms": _("What a watch saw of the other person"),
    "pair_request": _("What an agency asked of another one"),
    "booking": _("That somebody was booked into jail"),
    "supervision": _("How the other person keeps conditions"),
    "condition": _("How the other person keeps one condition"),
    "detained_news": _("What the survivor is to be told of somebody who is detained"),
    "detained_wish": _("How the survivor wants to hear of it"),
    "detained_person": _("Whether the other person is detained"),
    "portal_account": _("Whether and how they sign in here themselves"),
    "report": _("What was told without an account"),
    "call": _("A call to the hotline, or a call back"),
    "own_record": _("One thing that they wrote down and showed"),
    "own_record.list": _("The list of what they show to a worker"),
    "own_record.giving": _("What they gave away, to be carried"),
    "hold.paper": _("The paper that a hold rests on"),
    "records.case": _("How long the case is kept, and why"),
}
# Readings of workers' accounts, of lists and of rooms that are about no case, by the beginning of their names.
NOT_OF_CASES = (
    "ledger", "session", "account", "enrolment", "records", "alert", "worker", "glass", "declarations", "desk", "tries",
    "entrusted",
)  # fmt: skip
# Things that were done which took something out: they stand among the looks.
TAKEN_OUT = {
    "glass.broken": _("A closed file was opened for an hour"),
    "evidence.copied_out": _("A file was taken out, as it came"),
}


def said(code: str) -> str:
    """A problem in plain words."""
    return str(PROBLEMS.get(code, _("Look at this again.")))


def look(what: str) -> str:
    """What was looked at, in words; what is not known yet by its own name, never left out."""
    return str(LOOKS.get(what) or TAKEN_OUT.get(what) or gettext("Something: %(what)s") % {"what": what})


def role(code: str) -> str:
    """A role as it stands in a sentence."""
    return str(ROLES.get(code, _("a worker")))
