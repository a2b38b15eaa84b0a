"""Moments that may lie ahead, and moments in small boxes: month, day, year and time, as a survivor's own pages ask for days.

Browsers' own controls for dates are wide, and Tab stops in them several times. What was typed stays as it was typed.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.ui.forms import Day, DayParts, PastMoment

ANY_DAY = "2000-01-01"


class MomentParts(DayParts):
    """Month, day, year and time."""

    names = ("month", "day", "year", "time")
    labels = {**DayParts.labels, "time": _("Time")}

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.zone = "UTC"

    def taken_apart(self, value: Any) -> dict[str, str]:
        """The boxes of a moment, by the clock of its zone."""
        if isinstance(value, datetime):
            local = value.astimezone(ZoneInfo(self.zone))
            return super().taken_apart(local.date()) | {"time": local.strftime("%H:%M")}
        return dict(value) if isinstance(value, dict) else {}

    def look(self, part: str, values: Any) -> dict[str, Any]:
        """How wide a box is. A time has more signs than digits: 9:30 pm."""
        return super().look(part, values) | ({"width": "5", "words": True} if part == "time" else {})


class PastInParts(PastMoment):
    """A moment that has been, in small boxes; gives an aware UTC datetime."""

    widget = MomentParts

    def to_python(self, value: Any) -> datetime | None:
        """The moment. Refuses a day that is none in a day's own words, and all that `PastMoment` refuses."""
        typed = dict(value or {})
        if not any(typed.values()):
            return None
        try:
            day = Day().to_python({part: typed.get(part, "") for part in DayParts.names})
        except ValidationError as unreal:
            raise ValidationError([unreal, *self._unread(typed)]) from unreal
        if day is None:
            raise ValidationError(_("Write the date and the time."), code="required")
        return super().to_python({"day": day.isoformat(), "time": typed.get("time", "")})

    def _unread(self, typed: dict[str, str]) -> list[ValidationError]:
        """What is to be said of a time beside a day that is none, so that both are told at once."""
        try:
            super().to_python({"day": ANY_DAY, "time": typed.get("time", "")})
        except ValidationError as unread:
            return [unread] if unread.code == "time.unreal" else []
        return []


class AnyMoment(PastMoment):
    """A moment that has been or that lies ahead."""

    def clean(self, value: Any) -> Any:
        """The door's own hour refuses nothing here."""
        self.at = None
        return super().clean(value)


class AnyInParts(AnyMoment, PastInParts):
    """The same in small boxes."""
