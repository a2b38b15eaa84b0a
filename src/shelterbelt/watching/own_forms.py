"""Reads the forms of a survivor's own watch: device, zone, planned meeting, request for a pair. They decide nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.rules.places import read_fix
from shelterbelt.ui.forms import Form, Line, One, Several, Tick
from shelterbelt.ui.moments import AnyInParts
from shelterbelt.watching.letters import DOCKET
from shelterbelt.watching.pair_models import MINE, THEIRS

PROTOCOLS = (("owntracks", _("OwnTracks")), ("osmand", _("OsmAnd, or Traccar Client")))
REACHES = (
    ("100", _("100 metres (about 330 feet)")),
    ("200", _("200 metres (about 650 feet)")),
    ("500", _("500 metres (about a third of a mile)")),
    ("1000", _("1 kilometre (about 0.6 miles)")),
)
TYPED, DEVICE = "typed", "device"
FOR_TYPED = _("Only for a position that you write: latitude and longitude, like 41.8781, -87.6298.")


class DeviceForm(Form):
    """Which programme the telephone has."""

    protocol = One(PROTOCOLS, label=_("Which programme sends?"), missing=_("Choose a programme."))


class ToldForm(Form):
    """Who hears of an alarm."""

    calls_help = Tick(
        required=False,
        label=_("Tell the people of my help alerts too"),
        help_text=_("Without it only whoever is there at the agency is told."),
    )
    quiet_word = Tick(
        required=False,
        label=_("Write me a quiet word"),
        help_text=_(
            "By the ways and in the hours that you said are safe. It says that you should call, and nothing else."
        ),
    )


class _Placed(Form):
    """Something around a position: typed, or where the own device was last."""

    label = Line(required=False, limit=60, label=_("What you call it"))
    where = One(
        [(TYPED, _("A position that I write")), (DEVICE, _("Where my device was last"))],
        label=_("Around what?"),
        missing=_("Choose one."),
    )
    position = Line(
        required=False,
        limit=60,
        label=_("Position"),
        missing=_("Write a position, like 41.8781, -87.6298."),
        help_text=_("Latitude and longitude, like 41.8781, -87.6298. Your advocate can help you find them."),
    )
    reach = One(REACHES, label=_("How far around it?"), missing=_("Choose how far."))

    def __init__(self, *args: Any, last: tuple[float, float] | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.last = last
        if last is None:
            del self.fields["where"]
            self.fields["position"].required = True
        else:
            self.fields["position"].help_text = FOR_TYPED

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["point"] = self.last if data.get("where") == DEVICE else _point(str(data.get("position", "")))
        if data["point"] is None and not {"where", "position"} & set(self.errors):
            self.add_error("position", ValidationError(_("Write a position, like 41.8781, -87.6298.")))
        return data

    def place(self) -> dict[str, Any]:
        """What the form says of the place."""
        lat, lon = self.cleaned_data["point"]
        return {"label": self.cleaned_data["label"], "lat": lat, "lon": lon}


class ZoneForm(_Placed):
    """A zone that warns."""

    warns = One(
        [
            (
                THEIRS,
                _("When the other person comes into it"),
                _("Only while their tracker is shared with your agency."),
            ),
            (MINE, _("When I come into it"), _("Only while your own device says where it is.")),
        ],
        label=_("When does it warn?"),
        missing=_("Choose when."),
    )

    def told(self) -> dict[str, Any]:
        """The zone."""
        return {**self.place(), "metres": float(self.cleaned_data["reach"])}


class MeetingForm(_Placed):
    """A meeting that is planned."""

    field_order = ("label", "begins", "ends", "where", "position", "reach", "covers")
    begins = AnyInParts(label=_("From"), help_text=_("A time like 9:30 pm, or 21:30."))
    ends = AnyInParts(label=_("Until"))
    covers = Several((), label=_("What stays quiet then?"), missing=_("Choose at least one."))

    def __init__(self, *args: Any, sources: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["covers"].choices = list(sources)  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The meeting's place; face to face is allowed."""
        return {**self.place(), "reach": float(self.cleaned_data["reach"]), "metres": 0.0}

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when."""
        return self.cleaned_data["begins"], self.cleaned_data["ends"]


class AskForm(Form):
    """A request for a pair: by which release, and the court's number of the order."""

    release = One((), label=_("By which release?"), missing=_("Choose a release."))
    docket = Line(
        limit=DOCKET,
        width="20",
        label=_("The court's number of the order"),
        missing=_("Write the number as it stands on the order."),
    )

    def __init__(self, *args: Any, releases: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.releases = list(releases)
        self.fields["release"].choices = self.releases  # type: ignore[attr-defined]


def _point(text: str) -> tuple[float, float] | None:
    parts = text.replace(";", ",").split(",")
    fix = read_fix(parts[0].strip(), parts[1].strip(), 1) if len(parts) == 2 else None
    return (fix.latitude, fix.longitude) if fix else None
