"""Forms of an order's places and terms, and of the home around which places are proposed. They parse and save nothing."""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.library.court import court
from shelterbelt.orders import shapes
from shelterbelt.orders import words as spoken
from shelterbelt.orders.told import TermTold
from shelterbelt.rules.order_terms import Window
from shelterbelt.ui.forms import Form, Line, One, Pick, Several, Story
from shelterbelt.ui.moments import AnyMoment

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")


class Clock(Line):
    """A time of day, as 18:30."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        found = CLOCK.fullmatch(text.strip())
        if text and not found:
            raise ValidationError(_("Write the time, like 21:30."), code="clock")
        return time(int(found[1]), int(found[2])) if found else None


class PlaceForm(Form):
    """A place that the judge named."""

    shape = One(list(spoken.SHAPES.items()), label=_("How does the order draw it?"))
    points = Story(
        rows=4,
        limit=20_000,
        label=_("Its points"),
        help_text=_(
            "Latitude and longitude, one point on each line, like 41.8781, -87.6298. A circle has one point."
        ),
        missing=_("Write at least one point."),
    )
    metres = Line(
        required=False,
        width="5",
        label=_("Metres around it"),
        help_text=_("The radius of a circle, or how far on each side of a street. An area has none."),
    )
    label = Line(
        required=False, label=_("What we call it"), help_text=_("Never shown to whom the order binds.")
    )
    address = Line(required=False, label=_("Address"), help_text=_("Never shown to whom the order binds."))
    shown = One(
        [
            ("yes", _("Yes: the paper that is served draws it")),
            ("no", _("No: it must not learn of this place from us")),
        ],
        label=_("Does whom the order binds see this place?"),
    )
    said = Line(required=False, label=_("What the served paper calls it"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("shape") and data.get("points"):
            try:
                data["geojson"] = shapes.feature(
                    data["shape"], _points(data["points"]), _metres(data.get("metres", ""), data["shape"])
                )
            except ValueError:
                self.add_error(
                    "points",
                    _(
                        "This is no place. Check the points, the metres, and that an edge does not cross itself."
                    ),
                )
        return data


class TermForm(Form):
    """One term of an order."""

    code = Pick((), label=_("Condition code"))
    kind = Pick(list(spoken.TERMS.items()), label=_("What does it speak of?"))
    words = Story(
        rows=3, limit=4000, label=_("The words of the judge"), missing=_("Write what the paper says.")
    )
    places = Several((), required=False, label=_("Places"))
    metres = Line(required=False, width="5", label=_("Metres to keep from people"))
    days = Several(
        [(str(n), day) for n, day in enumerate(spoken.DAYS)],
        required=False,
        label=_("Only on these days"),
        help_text=_("Leave days and times empty if it holds always."),
    )
    from_clock = Clock(required=False, width="5", label=_("From"))
    until_clock = Clock(
        required=False, width="5", label=_("Until"), help_text=_("Empty means the end of the day.")
    )
    free_days = Several(
        [(str(n), day) for n, day in enumerate(spoken.DAYS)],
        required=False,
        label=_("Except on these days"),
        help_text=_("Such as when a child is handed over."),
    )
    free_from = Clock(required=False, width="5", label=_("From"))
    free_until = Clock(required=False, width="5", label=_("Until"))
    from_at = AnyMoment(required=False, label=_("Holds from"))
    until_at = AnyMoment(required=False, label=_("Holds until"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]] = (), zone: str, **more: Any) -> None:
        super().__init__(*args, zone=zone, **more)
        self.order_zone = zone
        codes = [(one.code, f"{one.code} {one.words}") for one in court().codes]
        self.fields["code"].choices = [("", ""), *codes]  # type: ignore[attr-defined]
        self.fields["places"].choices = places  # type: ignore[attr-defined]
        if not places:
            del self.fields["places"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["windows"] = self._window("days", "from_clock", "until_clock", data)
        data["exceptions"] = self._window("free_days", "free_from", "free_until", data)
        try:
            data["far"] = _metres(data.get("metres", ""), "area" if not data.get("metres") else "circle")
        except ValueError:
            self.add_error("metres", _("Write the metres as a number."))
        begin, end = data.get("from_at"), data.get("until_at")
        if begin and end and end <= begin:
            self.add_error("until_at", _("It ends after it begins."))
        return data

    def _window(self, days: str, begin: str, end: str, data: dict[str, Any]) -> tuple[Window, ...]:
        if not data.get(days):
            if data.get(begin) or data.get(end):
                self.add_error(days, _("Choose the days for these times."))
            return ()
        starts, stops = data.get(begin) or time(0), data.get(end)
        if starts == stops:
            self.add_error(end, _("These times are the same."))
            return ()
        return (Window(frozenset(map(int, data[days])), starts, stops, self.order_zone),)

    def told(self) -> TermTold:
        """What was told."""
        data = self.cleaned_data
        return TermTold(
            code=data["code"],
            kind=data["kind"],
            words=data["words"],
            metres=data["far"],
            places=tuple(data.get("places", ())),
            windows=data["windows"],
            exceptions=data["exceptions"],
            from_at=data["from_at"],
            until_at=data["until_at"],
        )


class HomeForm(Form):
    """Where the home lies: kept nowhere, only places around it are worked out."""

    home = Line(
        label=_("Where the home is"),
        help_text=_("Latitude and longitude, like 41.8781, -87.6298. This is not kept."),
        missing=_("Write where the home is."),
    )

    def clean_home(self) -> tuple[float, float]:
        """A position."""
        try:
            ((latitude, longitude),) = _points(self.cleaned_data["home"])
        except ValueError as fault:
            raise ValidationError(_("Write latitude and longitude, like 41.8781, -87.6298.")) from fault
        if abs(latitude) > 85 or abs(longitude) > 180:
            raise ValidationError(_("Write latitude and longitude, like 41.8781, -87.6298."))
        return latitude, longitude


def _points(text: str) -> list[tuple[float, float]]:
    found = [POINT.fullmatch(line) for line in text.splitlines() if line.strip()]
    if not found or not all(found):
        raise ValueError("no points")
    return [(float(one[1]), float(one[2])) for one in found if one]


def _metres(text: str, shape: str) -> float:
    if shape == "area":
        return 0.0
    number = float(text.replace(",", "."))
    if not 0 < number <= 20_000:
        raise ValueError("no metres")
    return number
