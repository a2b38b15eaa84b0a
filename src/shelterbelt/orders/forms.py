"""Forms of orders: the search, the paper, what happened, hearings, weapons, agreements. They parse and save nothing."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.library.court import court
from shelterbelt.orders import words as spoken
from shelterbelt.orders.term_forms import Clock
from shelterbelt.orders.told import Named, Paper
from shelterbelt.rules.order_times import FURTHER_ORDER, LAST_DAY, MOMENT, Lasts, zone_named
from shelterbelt.ui.forms import Day, Form, Line, Name, One, PastMoment, Pick, Story, Tick
from shelterbelt.ui.moments import AnyMoment


class FindForm(Form):
    """One field: whatever is known at the door."""

    text = Line(
        label=_("Name, birth date, phone or plate"),
        help_text=_(
            "Whole names, like Alex Pike. A birth date like 2/29/1984. A name and a birth date together find fewer."
        ),
        missing=_("Write a name, a birth date, a phone number or a plate."),
    )


class PaperForm(Form):
    """An order as its paper has it."""

    kind = Pick(list(spoken.KINDS.items()), label=_("What kind of order is it?"))
    court = Line(label=_("Court"), missing=_("Write the court."))
    ori = Line(required=False, limit=20, width="10", label=_("The court’s ORI"))
    docket = Line(required=False, limit=60, width="20", label=_("Number of the court’s file"))
    judge = Line(required=False, label=_("Judge"))
    issued_in = Line(
        required=False,
        label=_("Issued elsewhere"),
        help_text=_("The state, tribe or territory, if it was not issued here."),
    )
    respondent = Name(label=_("Whom does it bind?"), help_text=_("The name as the paper has it."))
    respondent_other = Line(
        required=False, label=_("Other names of theirs"), help_text=_("With commas between them.")
    )
    respondent_born = Day(required=False, past=True, label=_("Their birth date"))
    respondent_phones = Line(
        required=False, label=_("Their phone numbers"), help_text=_("With commas between them.")
    )
    looks = Line(required=False, label=_("How they look, as the paper says it"))
    plates = Line(required=False, label=_("Their plates"), help_text=_("With commas between them."))
    petitioner = Line(required=False, label=_("Whom does it protect?"))
    petitioner_born = Day(required=False, past=True, label=_("Birth date"))
    protected = Story(
        required=False,
        rows=3,
        limit=2000,
        label=_("Who else is protected"),
        help_text=_("One name on each line."),
    )
    effective = One(list(spoken.BINDS.items()), label=_("From when does it bind?"))
    lasts = Pick(list(spoken.LENGTHS.items()), label=_("How long does it last?"))
    last_on = Day(required=False, label=_("The last day, if the paper names one"))
    clock = Clock(required=False, width="5", label=_("The time on that day, if the paper names one"))
    number = Line(
        required=False, width="5", label=_("How many"), help_text=_("Hours, days, months or years.")
    )
    zone = Line(
        limit=64, width="20", label=_("Time zone of the issuing place"), help_text=_("Like America/Chicago.")
    )
    closed_days = Pick((), required=False, label=_("Calendar of closed days, for court days"))
    words = Story(required=False, rows=6, label=_("The words of the order"))
    brady = One(
        list(spoken.BRADY.items()),
        required=False,
        label=_("Does federal law keep them from having firearms because of it?"),
        help_text=_("Only as the paper says. Leave it open if it says nothing."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        calendars = [(name, title) for name, (title, _days) in court().calendars.items()]
        self.fields["closed_days"].choices = [("", ""), *calendars]  # type: ignore[attr-defined]
        self.fields["zone"].initial = more.get("zone", "UTC")

    def clean_zone(self) -> str:
        """A zone that the machine knows."""
        try:
            return zone_named(self.cleaned_data["zone"]).key
        except ValueError as fault:
            raise ValidationError(_("Write a time zone, like America/Chicago.")) from fault

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("lasts"):
            data["length"] = self._length(data)
        return data

    def _length(self, data: dict[str, Any]) -> Lasts | None:
        kind, day, clock = data["lasts"], data.get("last_on"), data.get("clock")
        if kind == FURTHER_ORDER:
            return Lasts(kind)
        if kind in (LAST_DAY, MOMENT):
            if day is None and "last_on" not in self.errors:
                self.add_error("last_on", _("Write the last day."))
            if kind == MOMENT and clock is None and "clock" not in self.errors:
                self.add_error("clock", _("Write the time on that day."))
            return Lasts(kind, day, clock if kind == MOMENT else None)
        number = data.get("number", "")
        if not number.isdecimal() or not 0 < int(number[:6]) <= 10_000:
            self.add_error("number", _("Write how many, as a number."))
            return None
        return Lasts(kind, number=int(number))

    def paper(self) -> Paper:
        """What was told. Raises ValueError where the rules know no such order."""
        told = self.cleaned_data
        plain = {name: told[name] for name in ("court", "ori", "docket", "judge", "words", "issued_in")}
        return Paper(
            kind=told["kind"],
            lasts=told["length"],
            zone=told["zone"],
            effective=told["effective"],
            court_calendar=told["closed_days"],
            plates=tuple(_parts(told["plates"])),
            brady=told["brady"] or "unknown",
            **plain,
        )

    def respondent_named(self) -> Named:
        """Whom it binds."""
        told = self.cleaned_data
        return Named(
            told["respondent"],
            tuple(_parts(told["respondent_other"])),
            told["respondent_born"].isoformat() if told["respondent_born"] else "",
            tuple(_parts(told["respondent_phones"])),
            told["looks"],
        )

    def petitioner_named(self) -> Named | None:
        """Whom it protects, where the paper names them."""
        told = self.cleaned_data
        born = told["petitioner_born"].isoformat() if told["petitioner_born"] else ""
        return Named(told["petitioner"], born_on=born) if told["petitioner"] else None

    def protected_named(self) -> list[Named]:
        """Who else is protected."""
        return [Named(name) for line in self.cleaned_data["protected"].splitlines() if (name := line.strip())]


class HappenedForm(Form):
    """What happened to an order, with its hour or with only its day."""

    kind = One(list(spoken.HAPPENED.items()), label=_("What happened?"))
    moment = AnyMoment(
        required=False, label=_("Day and time"), help_text=_("By the clock of the issuing place.")
    )
    day = Day(required=False, label=_("Only the day is known"))
    who = Line(required=False, label=_("By whom"))
    how = Line(required=False, label=_("How"))
    proof = Line(
        required=False, label=_("What shows it"), help_text=_("Like the number of a return of service.")
    )
    words = Story(required=False, rows=3, label=_("Words"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"moment", "day"} & set(self.errors) and bool(data.get("moment")) == bool(data.get("day")):
            self.add_error("moment", _("Write the day and the time, or only the day."))
        return data


class HearingForm(Form):
    """When the court hears it."""

    moment = AnyMoment(label=_("Day and time"), help_text=_("By the clock of the issuing place."))
    court = Line(required=False, label=_("Court"))
    room = Line(required=False, limit=60, width="10", label=_("Room"))
    about = Line(required=False, label=_("What it is about"))


class WeaponsForm(Form):
    """Weapons that are to be handed over."""

    what = Line(label=_("What is to be handed over?"), help_text=_("Say also what nobody knows."))
    due = AnyMoment(required=False, label=_("Until when"))


class SurrenderForm(Form):
    """Weapons were handed over."""

    moment = PastMoment(label=_("When was it?"))
    whom = Line(label=_("To whom"), missing=_("Write to whom."))
    proof = Line(
        required=False,
        label=_("What shows it"),
        help_text=_("Like the number of a receipt. Empty is “nobody has shown it”."),
    )


class AgreementForm(Form):
    """Which agency may ask whether there is an order among ours, and until when."""

    reader = Pick((), label=_("Which agency?"))
    until_on = Day(label=_("Through which day?"))

    def __init__(self, *args: Any, readers: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reader"].choices = [("", ""), *readers]  # type: ignore[attr-defined]

    def until_at(self, zone: str) -> datetime:
        """The instant at which that day is over."""
        day = self.cleaned_data["until_on"] + timedelta(days=1)
        return datetime.combine(day, time(0), ZoneInfo(zone))


class StrikeForm(Form):
    """That a line was wrong."""

    sure = Tick(label=_("This line was wrong and counts no more"))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
