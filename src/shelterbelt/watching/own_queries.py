"""Reads what a survivor sees of their own watch, and whom they trust with it: pairs, device, zones, planned meetings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.watching.actions.pairs import beside
from shelterbelt.watching.models import Device, LastFix
from shelterbelt.watching.pair_models import MINE, WATCHED, OwnWatch, Pair, Passage, WarningZone


@dataclass(frozen=True)
class OwnPair:
    """One pair: with whom, by which number, how it stands."""

    row: Pair
    agency: str
    docket: str
    because: str


@dataclass(frozen=True)
class Drawn:
    """A zone or a planned meeting, and what it is called; where it lies is shown to nobody but them."""

    row: Any
    label: str
    told: dict[str, Any]


@dataclass(frozen=True)
class Own:
    """All of it."""

    device: Device | None
    kept_at: datetime | None
    pairs: tuple[OwnPair, ...]
    zones: tuple[Drawn, ...]
    meetings: tuple[Drawn, ...]
    choice: OwnWatch
    last: tuple[float, float] | None

    def can_warn(self, warns: str) -> bool:
        """Whether there is anything to watch for a zone of this kind."""
        if warns == MINE:
            return self.device is not None
        return any(one.row.state == WATCHED and one.row.ended_at is None for one in self.pairs)

    def sources(self) -> list[tuple[str, str]]:
        """What a planned meeting can cover, by name."""
        standing = [one for one in self.pairs if one.row.ended_at is None]
        pairs = [(str(one.row.id), _("Being near their tracker (%s)") % one.docket) for one in standing]
        zones = enumerate(self.zones, 1)
        return pairs + [(str(one.row.id), one.label or _("Zone %s") % number) for number, one in zones]


def own_watch(person_id: UUID, *, at: datetime) -> Own:
    """What a survivor has watched; whoever asks sees what their own file opens to them."""
    device = beside(person_id)
    last = LastFix.objects.filter(device=device).first() if device else None
    told = opened(last) if last else None
    pairs = Pair.objects.filter(person_id=person_id).order_by("-asked_at")
    names = dict(Agency.objects.values_list("id", "name"))
    meetings = Passage.objects.filter(person_id=person_id, ended_at=None, until_at__gt=at)
    return Own(
        device=device,
        kept_at=last.received_at if last else None,
        pairs=tuple(_pair(row, names.get(row.to_id, "")) for row in pairs),
        zones=tuple(map(_drawn, WarningZone.objects.filter(person_id=person_id).order_by("made_at"))),
        meetings=tuple(map(_drawn, meetings.order_by("from_at"))),
        choice=OwnWatch.objects.filter(person_id=person_id).first() or OwnWatch(person_id=person_id),
        last=(told["latitude"], told["longitude"]) if told else None,
    )


def _pair(row: Pair, agency: str) -> OwnPair:
    told = opened(row)
    return OwnPair(row, agency, str(told["docket"]), str(told["because"]))


def _drawn(row: Any) -> Drawn:
    told = opened(row)
    return Drawn(row, str(told.get("label", "")), told)
