"""What happened to one alert, read from its rows as the rules take it. Decides nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.models import Button, Code, HelpAlert, HelpSetup, Presence, Press
from shelterbelt.alerts.setup import readable, settings_of
from shelterbelt.rules.calling import Happened, Settings, Standing, stand


@dataclass(frozen=True)
class Known:
    """An alert's content, its settings and what happened to it."""

    content: dict[str, Any]
    settings: Settings
    happened: Happened


def known_of(alerts: Iterable[HelpAlert], *, at: datetime) -> dict[UUID, Known]:
    """What is known of each alert that opens, in three questions for all of them."""
    rows = list(alerts)
    buttons = [row.button_id for row in rows]
    presses = {row.button_id: row for row in Press.objects.filter(button_id__any=buttons)}
    codes: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for code in Code.objects.filter(button_id__any=buttons):
        codes[code.button_id].append((code.said_at, code.kind))
    roster = {agency: roster_slots(agency, at=at) for agency in {row.agency_id for row in rows}}
    return {
        row.id: _known(row, content, presses.get(row.button_id), codes[row.button_id], roster[row.agency_id])
        for row in rows
        if (content := readable(row)) is not None
    }


def _known(
    row: HelpAlert,
    content: dict[str, Any],
    press: Press | None,
    codes: list[tuple[datetime, str]],
    roster: tuple[str, ...],
) -> Known:
    happened = Happened(
        pressed_at=row.pressed_at,
        received_at=row.received_at,
        kept_at=press.kept_at if press else None,
        codes=tuple(codes),
        answers=((row.answered_at, row.answered_slot),) if row.answered_at else (),
        ended_at=row.ended_at,
    )
    return Known(content, settings_of(content, test=row.test, roster=roster), happened)


def roster_slots(agency_id: UUID, *, at: datetime) -> tuple[str, ...]:
    """Slots of whoever is there and wants a text."""
    told = ((row, readable(row)) for row in present(agency_id, at=at))
    return tuple(slot_of(row) for row, content in told if content and content["number"])


def slot_of(row: Presence) -> str:
    """What stands for somebody who is there, in a call."""
    return f"r{row.ref[:10]}"


def present(agency_id: UUID, *, at: datetime) -> list[Presence]:
    """Who said that they are there, and has said so lately."""
    rows = Presence.objects.filter(agency_id=agency_id, ended_at=None, confirmed_at__lte=at, lasts_at__gt=at)
    return list(rows.order_by("confirmed_at"))


def standing_of_button(button: Button, *, at: datetime) -> Standing | None:
    """How what was pressed with a button stands, as its page may ask; None when it was not pressed, or can press nothing."""
    press = Press.objects.filter(button_id=button.id).first()
    if press is None:
        return None
    if alert := HelpAlert.objects.filter(button_id=button.id).first():
        known = known_of([alert], at=at)[alert.id]
        return stand(known.settings, known.happened, at)
    setup = HelpSetup.objects.filter(person_id=button.person_id).first()
    if setup is None:
        return None
    codes = Code.objects.filter(button_id=button.id).values_list("said_at", "kind")
    happened = Happened(press.pressed_at, press.received_at, press.kept_at, tuple(codes))
    return stand(settings_of(opened(setup), test=button.use == "test"), happened, at)
