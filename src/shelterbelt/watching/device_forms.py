"""Forms of trackers and feeds. They parse and save nothing."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.ui.forms import Form, Line, Pick
from shelterbelt.watching.models import FEED, OSMAND, OWNTRACKS

SPEAKS = {
    OSMAND: _("OsmAnd or Traccar Client"),
    OWNTRACKS: _("OwnTracks"),
    FEED: _("A vendor’s feed"),
}


class TrackerForm(Form):
    """Which order, what the tracker is called here, and how it sends."""

    order = Pick([], label=_("Which order asks for it?"), missing=_("Pick an order."))
    label = Line(
        limit=60,
        label=_("What it is called here"),
        help_text=_("A number on the device, for example. No name."),
        missing=_("Write what it is called."),
    )
    protocol = Pick(list(SPEAKS.items()), label=_("How does it send?"), missing=_("Pick how it sends."))
    feed = Pick([], required=False, label=_("Which feed sends for it?"))

    def __init__(
        self, data: Any, *, orders: Sequence[tuple[str, str]], feeds: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        for name, offered in (("order", orders), ("feed", feeds)):
            self.fields[name].choices = [("", ""), *offered]  # type: ignore[attr-defined]
        if not feeds:
            del self.fields["feed"]

    def clean(self) -> dict[str, Any]:
        """A feed sends for a tracker, or it sends by itself."""
        found = super().clean() or {}
        by_feed = found.get("protocol") == FEED
        if by_feed and not found.get("feed"):
            raise ValidationError(_("Pick the feed that sends for it, or make one first."))
        if not by_feed:
            found["feed"] = ""
        return found


class FeedForm(Form):
    """What a vendor's feed is called."""

    label = Line(limit=60, label=_("Which vendor’s feed?"), missing=_("Write what it is called."))
