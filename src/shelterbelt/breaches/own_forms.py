"""Reads what a survivor tells by their own hand of something that an order forbids. Chooses nothing beforehand."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.breaches.forms import Once, listed
from shelterbelt.breaches.queries.own import Part
from shelterbelt.breaches.told import OwnWord, Report
from shelterbelt.cases.models import Case
from shelterbelt.orders.words import KINDS, TERMS
from shelterbelt.rules.breach import SURVIVOR, Seen
from shelterbelt.ui.forms import One, Pick, Story
from shelterbelt.ui.moments import PastInParts


class OwnForm(Once):
    """What happened, when, which part of the order if they know, and what they want done with it."""

    act = One((), label=_("What was it?"), missing=_("Choose what it was."))
    happened_at = PastInParts(
        label=_("When?"), help_text=_("The day counts most. The time may be a guess, like 9:30 pm.")
    )
    part = Pick(
        (), required=False, label=_("Which part of the order, if you know?"),
        help_text=_("Leave it empty if you do not know. Somebody reads it then."),
    )  # fmt: skip
    case = Pick((), label=_("Who did it?"), missing=_("Choose who it was."))
    words = Story(
        rows=6, limit=10_000, required=False, label=_("What happened, in your own words"),
        help_text=_("You can leave this empty."),
    )  # fmt: skip
    wish = One((), label=_("What do you want done with it?"), missing=_("Choose what you want done with it."))

    def __init__(
        self, *args: Any, parts: Sequence[Part], cases: Sequence[tuple[Case, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.parts, self.cases = {one.ref: one for one in parts}, {case.ref: case for case, _name in cases}
        self.orders = {one.order.id: one for one in parts if one.term is None}
        people = [(case.ref, name or gettext("Somebody who is not named here")) for case, name in cases]
        for name, answers in (
            ("act", listed("breach_acts")),
            ("wish", listed("breach_wishes")),
            ("part", [(one.ref, _said(one)) for one in parts]),
            ("case", people),
        ):
            field: Any = self.fields[name]
            answered = field._codes(answers)
            field.choices = answered if name in ("act", "wish") else [("", ""), *answered]
        if not parts:
            del self.fields["part"]
        if len(people) < 2:
            del self.fields["case"]

    def clean(self) -> dict[str, Any]:
        """Who names a part of an order has said with it who it was."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("part") and "case" in self.errors:
            del self.errors["case"]
        return told

    def told(self) -> OwnWord:
        """What was told, as the action takes it. Of a case with one known order it is that order."""
        typed = self.cleaned_data
        part = self.parts.get(typed.get("part") or "")
        case = part.case if part else self.cases[typed.get("case") or next(iter(self.cases))]
        known = [one.order for one in self.orders.values() if one.case.id == case.id]
        order = part.order if part else known[0] if len(known) == 1 else None
        named = str(part.term.number) if part and part.term else ""
        report = Report(Seen(typed["act"], SURVIVOR), typed["happened_at"], typed["words"])
        return OwnWord(report, case, order, named, typed["wish"])


def _said(one: Part) -> str:
    kind = str(KINDS[one.order.kind])
    if one.term is None:
        return gettext("%(order)s, and not sure which part") % {"order": kind}
    line = f"{kind}, {one.term.number}: {TERMS[one.term.kind]}"
    return f"{line}. {one.words}"[:160] if one.words else line
