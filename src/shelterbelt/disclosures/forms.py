"""Reads what is typed about bases, demands and how an agency answers. Says what is wrong by its field; never saves."""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.disclosures.actions import Entered
from shelterbelt.disclosures.papers import MOST_MEGABYTES, NotAPaper, kind_of
from shelterbelt.disclosures.words import GROUNDS, NOTICES, OUTCOMES, PROBLEMS, said
from shelterbelt.library import shelf
from shelterbelt.library.guides import Guide, Statute
from shelterbelt.rules.reasons import Problem
from shelterbelt.ui.forms import (
    Day,
    File,
    Form,
    Line,
    Name,
    One,
    PastMoment,
    Phone,
    Pick,
    Several,
    Story,
    Tick,
)

YES_NO = (("yes", _("Yes")), ("no", _("No, a lawyer or a clerk signed it")))
OWN = {
    "case_file": _("The case as this agency holds it"),
    "actions": _("Work and when it is due"),
}
COUNT = re.compile(r"(\d{1,9})\s*$")


class Paper(File):
    """The paper itself: a PDF, PNG or JPEG by its content, whatever its name says."""

    def __init__(self, **more: Any) -> None:
        super().__init__(megabytes=MOST_MEGABYTES, label=_("The paper itself"), **more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            try:
                kind_of(file.file)
            except NotAPaper as fault:
                raise ValidationError(PROBLEMS["paper.not_a_paper"], code="paper") from fault
        return file


class BasisForm(Form):
    """What every basis has: a case or none, an agency, categories, days, and the paper."""

    kind: Any = ""
    # What this kind cannot do without, with what is said where it is missing: all of it is said in one round.
    needed: ClassVar[dict[str, Any]] = {
        "recipient": PROBLEMS["basis.recipient_needed"],
        "categories": PROBLEMS["basis.categories_needed"],
        "paper": PROBLEMS["basis.document_needed"],
    }
    case_ref = Line(
        label=_("Reference of the case"),
        help_text=_("It stands at the end of the address of the case’s page"),
        required=False,
    )
    recipient = Pick((), label=_("Which one agency gets it"), required=False)
    categories = Several((), label=_("What it opens"), help_text=_("Only what it says"), required=False)
    narrowed = Story(
        label=_("What was asked for and is left out"),
        help_text=_("Less than was asked is often enough: write what, and who agreed"),
        rows=3,
        required=False,
    )
    from_on = Day(label=_("First day"))
    until_on = Day(label=_("Last day"))
    number = Line(label=_("Number on the paper"), required=False)
    paper = Paper(required=False, help_text=_("PDF, PNG or JPEG"))

    def __init__(
        self,
        *args: Any,
        holder: Agency,
        recipients: Iterable[Agency],
        allowed: Iterable[str],
        at: datetime,
        **more: Any,
    ) -> None:
        zone = ZoneInfo(holder.time_zone)
        today = at.astimezone(zone).date()
        more.setdefault("initial", {})
        more["initial"] = {"from_on": today, "until_on": today + timedelta(days=14), **more["initial"]}
        super().__init__(*args, at=at, zone=holder.time_zone, **more)
        self.zone, self.recipients = zone, {one.ref: one for one in recipients}
        _answers(self, "recipient", [("", ""), *((ref, one.name) for ref, one in self.recipients.items())])
        _answers(self, "categories", _categories(set(allowed)))
        for name, missing in self.needed.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = missing

    def entered(self, case_id: Any) -> Entered:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return Entered(
            kind=self.kind,
            from_at=datetime.combine(data["from_on"], time(), self.zone),
            until_at=datetime.combine(data["until_on"] + timedelta(days=1), time(), self.zone),
            case_id=case_id,
            recipient=self.recipients.get(data.get("recipient", "")),
            categories=tuple(data.get("categories", ())),
            judge_signed={"yes": True, "no": False}.get(data.get("judge_signed", "")),
            words=self.words(),
            counts=tuple(data.get("counts_", ())),
        )

    def words(self) -> dict[str, str]:
        """What is sealed of the form."""
        names = ("judge", "court", "says", "statute", "asker", "narrowed", "number", "numbers", "whom")
        return {name: str(self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)}

    def show(self, problems: Iterable[Problem]) -> None:
        """Put what forbids it to its fields."""
        names = {"counts": "numbers"}
        for problem in problems:
            name = names.get(problem.field, problem.field)
            self.add_error(name if name in self.fields else None, said(problem.code))


class OrderForm(BasisForm):
    """A court order."""

    kind = "court_order"
    needed: ClassVar = {"case_ref": PROBLEMS["basis.case_needed"], **BasisForm.needed}
    judge_signed = One(YES_NO, label=_("Did a judge sign it?"), missing=PROBLEMS["basis.not_by_a_judge"])
    judge = Name(label=_("The judge’s name"), missing=PROBLEMS["basis.judge_needed"])
    court = Line(label=_("The court"), missing=PROBLEMS["basis.court_needed"])
    says = Story(label=_("Exactly what it orders, word for word"), missing=PROBLEMS["basis.says_needed"])
    asker = Line(label=_("Who asked the court for it"), required=False)
    field_order = (
        "case_ref", "judge_signed", "judge", "court", "number", "says", "asker", "recipient",
        "categories", "narrowed", "from_on", "until_on", "paper",
    )  # fmt: skip


class MandateForm(BasisForm):
    """A duty by law."""

    kind = "mandate"
    needed: ClassVar = {"case_ref": PROBLEMS["basis.case_needed"], **BasisForm.needed}
    statute = One((), label=_("Which statute obliges"), missing=PROBLEMS["basis.statute_needed"])
    field_order = ("case_ref", "statute", "recipient", "categories", "narrowed", "from_on", "until_on")

    def __init__(self, *args: Any, statutes: Iterable[Statute], **more: Any) -> None:
        super().__init__(*args, **more)
        _answers(
            self,
            "statute",
            [(one.id, f"{gettext(one.title)} ({one.citation})", gettext(one.obliges)) for one in statutes],
        )


class AgreementForm(BasisForm):
    """An agreement between two agencies of the justice system."""

    kind = "agreement"
    says = Story(label=_("What was agreed, and who signed it"), rows=3, missing=PROBLEMS["basis.says_needed"])
    field_order = ("recipient", "categories", "case_ref", "says", "number", "from_on", "until_on", "paper")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["case_ref"].help_text = _("Leave it empty for all cases of this agency")
        del self.fields["narrowed"]


class NumbersForm(BasisForm):
    """That numbers were given, in which nobody can be recognised."""

    kind = "aggregate"
    needed: ClassVar = {}
    whom = Line(label=_("Who got them"), missing=_("Write who got them."))
    numbers = Story(
        label=_("The numbers"),
        help_text=_("One on each line, with the number at the end. No number from 1 to 10."),
        missing=PROBLEMS["basis.counts_needed"],
    )
    nobody = Tick(label=_("Nobody can be recognised in them, also not together with other numbers"))
    field_order = ("whom", "numbers", "nobody", "from_on", "until_on", "paper")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("case_ref", "recipient", "categories", "narrowed", "number"):
            del self.fields[name]
        self.fields["from_on"].label = _("First day that they count")
        self.fields["until_on"].label = _("Last day that they count")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lines = [line for line in str(data.get("numbers", "")).splitlines() if line.strip()]
        found = [COUNT.search(line) for line in lines]
        if lines and not all(found):
            self.add_error("numbers", PROBLEMS["basis.counts_needed"])
        data["counts_"] = [int(one[1]) for one in found if one]
        return data


FORMS: dict[str, type[BasisForm]] = {
    form.kind: form for form in (OrderForm, MandateForm, AgreementForm, NumbersForm)
}


class ToldForm(Form):
    """How the survivor was told, or why not, and what protects them."""

    how = One(NOTICES.items(), label=_("How were they told?"), missing=_("Choose one of these."))
    told_words = Story(label=_("When and by whom, or why it was not safe"), rows=3, required=False)
    protects = Story(
        label=_("What protects them now"),
        help_text=_(
            "For example: the address was left out, the plan was gone through again, the court was asked to seal it"
        ),
        rows=3,
        missing=_("Write at least one thing."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("how") in ("in_person", "could_not") and not data.get("told_words"):
            self.add_error("told_words", _("Write when and by whom, or why it was not safe."))
        return data


class ReturnForm(Form):
    """Why the second person does not agree."""

    reason = Story(label=_("What is not right with it"), rows=3, missing=_("Write what is not right."))


class EndForm(Form):
    """Why it ends."""

    reason = Story(label=_("Why it ends"), rows=2, required=False)


class DemandForm(Form):
    """A demand as it came."""

    received_at = PastMoment(label=_("When it came"))
    asker = Line(label=_("Who asks, and for whom"), missing=_("Write who asks, as far as you know."))
    came_by = Line(label=_("How it came, and who took it"), required=False)
    asks_for = Story(label=_("Exactly what it asks for"), rows=4, required=False)
    deadline_on = Day(label=_("By when"), help_text=_("As it stands on the paper"), required=False)
    number = Line(label=_("Court and number on the paper"), required=False)
    talk = Story(label=_("What was said"), rows=3, required=False)
    case_ref = Line(
        label=_("Reference of the case, if you know it"),
        help_text=_("It stands at the end of the address of the case’s page. Do not look for it now."),
        required=False,
    )
    paper = Paper(required=False, help_text=_("PDF, PNG or JPEG: a picture taken with a telephone is enough"))

    def __init__(self, *args: Any, holder: Agency, at: datetime, **more: Any) -> None:
        super().__init__(*args, at=at, zone=holder.time_zone, **more)
        self.zone = ZoneInfo(holder.time_zone)

    @property
    def deadline_at(self) -> datetime | None:
        """The end of the last day, in the agency's time zone."""
        day = self.cleaned_data.get("deadline_on")
        return datetime.combine(day + timedelta(days=1), time(), self.zone) if day else None

    def words(self) -> dict[str, str]:
        """What is sealed of the form."""
        names = ("asker", "came_by", "asks_for", "number", "talk")
        return {name: str(self.cleaned_data.get(name) or "") for name in names}


class CaseForm(Form):
    """Which case a demand is about, once that is known."""

    case_ref = Line(label=_("Reference of the case"), missing=_("Write the reference of the case."))


class StepForm(Form):
    """What came of a step."""

    step_words = Story(label=_("What came of it"), rows=2, required=False)


class AnswerForm(Form):
    """What became of a demand."""

    outcome = One((), label=_("What became of it?"), missing=_("Choose one of these."))
    items = Story(
        label=_("Exactly what was given"),
        help_text=_("Each thing on its own line. Only if something was given."),
        rows=4,
        required=False,
    )
    ground = Pick((), label=_("What opened it"), help_text=_("Only if something was given"), required=False)
    answer_words = Story(
        label=_("Notes"), help_text=_("Also why this was the least that would do"), rows=3, required=False
    )

    def __init__(self, *args: Any, guide: Guide, **more: Any) -> None:
        super().__init__(*args, **more)
        _answers(self, "outcome", [(code, OUTCOMES[code]) for code in guide.outcomes])
        _answers(self, "ground", [("", ""), *GROUNDS.items()])
        if "complied" not in guide.outcomes:
            del self.fields["items"], self.fields["ground"]

    def show(self, problems: Iterable[Problem]) -> None:
        """Put what forbids it to its fields."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, said(problem.code))


class PracticeForm(Form):
    """Whom this agency's workers call, and what papers show."""

    lawyer = Name(label=_("Lawyer"), required=False)
    lawyer_phone = Phone(label=_("Lawyer’s telephone"), required=False)
    records = Name(label=_("Who looks after records here"), required=False)
    records_phone = Phone(label=_("Their telephone"), required=False)
    after_hours = Line(label=_("At night and on weekends"), required=False)
    names_on_paper = Tick(
        label=_("Papers for survivors show workers’ names"),
        help_text=_("Without this they show what somebody’s work is, and no name"),
        required=False,
    )


def _answers(form: Form, name: str, answers: list[tuple[Any, ...]]) -> None:
    field: Any = form.fields[name]
    field.choices = field._codes(answers)


def _categories(allowed: set[str]) -> list[tuple[Any, ...]]:
    shared = [(code, label) for code, label in OWN.items() if code in allowed]
    listed = [
        (choice.code, gettext(choice.label))
        for choice in shelf.choices("release_categories")
        if choice.code in allowed
    ]
    return [*listed, *shared]
