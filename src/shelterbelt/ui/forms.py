"""Reads what was typed, in any script, and says in plain words what needs another look.

What was typed stays on the page. It never cuts a text short, never guesses a date and never saves.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from shelterbelt.rules.fields import check_day, check_instant, clean_text

Answers = Iterable[Sequence[Any]]

SHORT, LONG = 300, 20_000
CLOCK_GRACE = timedelta(minutes=5)
PROBLEMS = {
    "text.control": _("Take out the signs shown as \ufffd: they cannot be stored."),
    "text.not_text": _("Write this as text."),
    "time.future": _("This is in the future. Check the date and the time."),
    "day.future": _("This day is in the future. Check the date."),
    "day.too_early": _("This year is too long ago. Check the date."),
}


def _said(code: str) -> ValidationError:
    return ValidationError(PROBLEMS[code], code=code)


class Form(forms.Form):
    """The form that all others are made from; `at` is the moment at the door, `zone` the agency's."""

    use_required_attribute = False

    def __init__(self, *args: Any, at: datetime | None = None, zone: str = "UTC", **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            if isinstance(field, Day | PastMoment):
                field.at, field.zone = at, zone

    def unjudged(self) -> None:
        """Show what was typed without saying yet what needs another look."""
        self._errors, self.cleaned_data = ErrorDict(), {}


class _Text(forms.CharField):
    """A text of any script, one kind of line end, no direction overrides; too long is refused, never cut."""

    lines = False

    def __init__(self, *, limit: int = SHORT, missing: Any = None, **more: Any) -> None:
        self.limit = limit
        more.setdefault("error_messages", {"required": missing or _("Write an answer.")})
        super().__init__(**more)

    def to_python(self, value: Any) -> str:
        text, problem = clean_text(value, self.limit, lines=self.lines)
        if problem == "text.too_long":
            said = _("This is %(length)d characters long. Shorten it to %(limit)d.")
            raise ValidationError(said, code=problem, params={"length": len(text), "limit": self.limit})
        if problem:
            raise _said(problem)
        return text

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed, as it may stand on a page again: signs that cannot be stored are seen as such."""
        return clean_text(data, self.limit, lines=self.lines)[0] if isinstance(data, str) else data


class Line(_Text):
    """One line of text."""

    def __init__(self, *, width: str = "", **more: Any) -> None:
        self.width = width
        more.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**more)


class Story(_Text):
    """A text of many lines."""

    lines = True

    def __init__(self, *, rows: int = 5, limit: int = LONG, **more: Any) -> None:
        more.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(limit=limit, **more)


class Name(Line):
    """A person's name as they write it: any script, one word is enough, 300 characters."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("missing", _("Write a name. One name is enough."))
        more.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"})
        )
        super().__init__(limit=SHORT, **more)


class Phone(Line):
    """A telephone number; one without a country is read as a number of `region`. Gives +12025550123."""

    def __init__(self, *, region: str = "US", **more: Any) -> None:
        self.region = region
        more.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"})
        )
        more.setdefault("width", "20")
        more.setdefault("missing", _("Write a telephone number."))
        super().__init__(limit=40, **more)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        said = ValidationError(
            _("Check the number. Write it with its area code, like 202 555 0123."), code="phone"
        )
        try:
            number = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException as unread:
            raise said from unread
        if not phonenumbers.is_possible_number(number):
            raise said
        plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return f"{plain} x{number.extension}" if number.extension else plain


class _Coded:
    """Reads answers of (code, label) or (code, label, hint), as the library lists them."""

    hints: dict[str, str]

    def _codes(self, answers: Answers) -> list[tuple[str, Any]]:
        listed = [tuple(answer) for answer in answers]
        self.hints = {str(answer[0]): answer[2] for answer in listed if len(answer) > 2 and answer[2]}
        return [(str(answer[0]), answer[1]) for answer in listed]


class One(_Coded, forms.ChoiceField):
    """One answer out of few: radio buttons, none of them chosen beforehand."""

    def __init__(self, answers: Answers, *, missing: Any = None, **more: Any) -> None:
        more.setdefault("widget", forms.RadioSelect)
        more.setdefault("error_messages", _chosen(missing))
        super().__init__(choices=self._codes(answers), **more)


class Pick(_Coded, forms.ChoiceField):
    """One answer out of many: a list to pick from, with an empty first line."""

    def __init__(self, answers: Answers, *, missing: Any = None, **more: Any) -> None:
        more.setdefault("error_messages", _chosen(missing))
        super().__init__(choices=[("", ""), *self._codes(answers)], **more)


class Several(_Coded, forms.MultipleChoiceField):
    """Any number of answers: check boxes."""

    def __init__(self, answers: Answers, *, missing: Any = None, **more: Any) -> None:
        more.setdefault("widget", forms.CheckboxSelectMultiple)
        more.setdefault("error_messages", _chosen(missing))
        super().__init__(choices=self._codes(answers), **more)


class Tick(forms.BooleanField):
    """One box to tick."""

    def __init__(self, *, missing: Any = None, **more: Any) -> None:
        more.setdefault("error_messages", {"required": missing or _("Tick this box to go on.")})
        super().__init__(**more)


def _chosen(missing: Any) -> dict[str, Any]:
    unknown = _("Choose one of the answers shown.")
    return {"required": missing or _("Choose an answer."), "invalid_choice": unknown, "invalid_list": unknown}


class _Parts(forms.Widget):
    """Several small inputs that make one value; what was typed comes back as it was typed."""

    template_name = "django/forms/widgets/input.html"
    names: tuple[str, ...] = ()

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        typed = {part: data.get(f"{name}-{part}") for part in self.names}
        return {part: clean_text(value, SHORT, lines=False)[0] for part, value in typed.items()}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in self.names)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}-{self.names[0]}" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        base = (attrs or {}).get("id") or f"id_{name}"
        values = self.taken_apart(value)
        context["widget"]["parts"] = [
            {
                "name": f"{name}-{part}",
                "id": f"{base}-{part}",
                "value": values.get(part, ""),
                **self.look(part, values),
            }
            for part in self.names
        ]
        return context

    def taken_apart(self, value: Any) -> dict[str, str]:
        return dict(value) if isinstance(value, dict) else {}

    def look(self, part: str, values: Mapping[str, str]) -> dict[str, Any]:
        return {}


class DayParts(_Parts):
    """A day as month, day and year: for days one remembers, such as a birth date."""

    names: tuple[str, ...] = ("month", "day", "year")
    labels = {"month": _("Month"), "day": _("Day"), "year": _("Year")}

    def taken_apart(self, value: Any) -> dict[str, str]:
        if isinstance(value, date):
            return {"month": str(value.month), "day": str(value.day), "year": f"{value.year:04d}"}
        return super().taken_apart(value)

    def look(self, part: str, values: Mapping[str, str]) -> dict[str, Any]:
        return {"label": self.labels[part], "width": "4" if part == "year" else "2"}


class Moment(_Parts):
    """A day and a time of day, in the agency's own time zone."""

    names = ("day", "time")
    labels = {"day": _("Date"), "time": _("Time")}

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.zone = "UTC"

    def taken_apart(self, value: Any) -> dict[str, str]:
        if isinstance(value, datetime):
            local = value.astimezone(ZoneInfo(self.zone))
            return {"day": local.date().isoformat(), "time": local.strftime("%H:%M")}
        return super().taken_apart(value)

    def look(self, part: str, values: Mapping[str, str]) -> dict[str, Any]:
        typed = values.get(part, "")
        # A browser's own control throws away what it cannot read; then a plain one keeps it.
        native = r"\d{4}-\d\d-\d\d" if part == "day" else r"\d\d:\d\d"
        real = (_day_typed if part == "day" else _time_typed)(typed) is not None
        shown = not typed or (re.fullmatch(native, typed) and real)
        kind = {"day": "date", "time": "time"}[part] if shown else "text"
        return {"label": self.labels[part], "kind": kind}


class Day(forms.Field):
    """A day; `past=True` refuses one that has not come. Impossible days (30 February) are refused."""

    widget = DayParts

    def __init__(self, *, past: bool = False, missing: Any = None, **more: Any) -> None:
        self.past = past
        self.at: datetime | None = None
        self.zone = "UTC"
        more.setdefault("error_messages", {"required": missing or _("Write the date.")})
        super().__init__(**more)

    def to_python(self, value: Any) -> date | None:
        typed = dict(value or {})
        if not any(typed.values()):
            return None
        numbers = [_number(typed.get(part, "")) for part in ("year", "month", "day")]
        if numbers[0] is not None and numbers[0] < 1000:
            raise ValidationError(_("Write the year with four digits, like 1988."), code="day.year")
        try:
            day = date(*(number if number is not None else 0 for number in numbers))
        except ValueError as unreal:
            said = _("This is not a date. Write a month, a day and a year, like 11 3 1988.")
            raise ValidationError(said, code="day.unreal") from unreal
        return self._checked(day)

    def _checked(self, day: date) -> date:
        today = self.at.astimezone(ZoneInfo(self.zone)).date() if self.past and self.at else date.max
        problem = check_day(day, on=today)
        if problem:
            raise _said(problem)
        return day


DateParts = Day


class PastMoment(forms.Field):
    """A moment that has been, typed in the agency's time zone; gives an aware UTC datetime."""

    widget: Any = Moment

    def __init__(self, *, missing: Any = None, **more: Any) -> None:
        self.at: datetime | None = None
        self._zone = "UTC"
        more.setdefault("error_messages", {"required": missing or _("Write the date and the time.")})
        super().__init__(**more)

    @property
    def zone(self) -> str:
        """The time zone that the parts are read and shown in."""
        return self._zone

    @zone.setter
    def zone(self, zone: str) -> None:
        self._zone = self.widget.zone = zone

    def to_python(self, value: Any) -> datetime | None:
        typed = dict(value or {})
        if not any(typed.values()):
            return None
        day, clock = _day_typed(typed.get("day", "")), _time_typed(typed.get("time", ""))
        if day is None:
            raise ValidationError(_("Write the date, like 2026-11-03."), code="day.unreal")
        if clock is None:
            raise ValidationError(_("Write the time, like 21:30. A guess will do."), code="time.unreal")
        local = datetime.combine(day, clock, ZoneInfo(self.zone))
        moment = local.astimezone(UTC)
        if moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
            said = _("The clocks went forward then: this time did not happen. Check the time.")
            raise ValidationError(said, code="time.skipped")
        problem = check_day(day, on=date.max) or (
            check_instant(moment, at=self.at, grace=CLOCK_GRACE) if self.at else None
        )
        if problem:
            raise _said(problem)
        return moment


class File(forms.FileField):
    """A file of at most `megabytes`."""

    def __init__(self, *, megabytes: int = 25, missing: Any = None, **more: Any) -> None:
        self.megabytes = megabytes
        more.setdefault("widget", forms.ClearableFileInput)
        empty = _("This file is empty. Choose another.")
        more.setdefault("error_messages", {"required": missing or _("Choose a file."), "empty": empty})
        super().__init__(**more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        if data and data.size > self.megabytes * 1024 * 1024:
            said = _("This file is too large. The most is %(most)d MB.")
            raise ValidationError(said, code="file.too_large", params={"most": self.megabytes})
        return super().clean(data, initial)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,4}", text) else None


def _day_typed(text: str) -> date | None:
    for pattern, order in ((r"(\d{4})-(\d\d?)-(\d\d?)", (0, 1, 2)), (r"(\d\d?)/(\d\d?)/(\d{4})", (2, 0, 1))):
        found = re.fullmatch(pattern, text)
        if found:
            try:
                return date(*(int(found.groups()[place]) for place in order))
            except ValueError:
                return None
    return None


def _time_typed(text: str) -> time | None:
    found = re.fullmatch(r"(\d{1,2})[:.h]?(\d\d)?(?::\d\d)?\s*([ap])?\.?m?\.?", text.strip().lower())
    if not found or (found[2] is None and found[3] is None):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and not 1 <= hour <= 12:
        return None
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
