"""What happens inside a court's node and an advocates' about one pair: `python -m tests.config.a_watched_pair WORD FILE`."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.config import a_pair
from tests.config.a_pair import deliver as deliver
from tests.config.a_pair import describe as describe
from tests.config.a_pair import know as know

a_pair.KINDS["system"] = ("court", "demo_county/police")
HOME, STEP = (41.8781, -87.6298), 100 / 111_195
NEAR, FAR = (HOME[0] + STEP, HOME[1]), (HOME[0] + 30 * STEP, HOME[1])


def ask(state: Path) -> None:
    """At the advocates: a survivor with a device of their own, a release to the court, and a request for the pair."""
    from shelterbelt.access.actions import open_account
    from shelterbelt.cases.actions import open_direct_case
    from shelterbelt.consent.actions import take_release
    from shelterbelt.safety.files import begin_file
    from shelterbelt.store.asker import as_agency
    from shelterbelt.store.ids import uuid7
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.actions.devices import issue_own_device
    from shelterbelt.watching.actions.pairs import ask_pair
    from tests.apps.consent.conftest import draft

    (advocates, court), at = a_pair._agencies(state), now()
    with as_agency(advocates.id, at=at):
        by = open_account(agency=advocates, code="a-1", name="Robin", roles=["advocate"], at=at)
    with as_agency(advocates.id, at=at, worker=by.id):
        case = open_direct_case(survivor={"name": "Wren"}, other=None, words={}, by=by, at=at)
        file = begin_file(case.survivor, by=by, at=at)
        day = at.astimezone(ZoneInfo(advocates.time_zone)).date()
        signed = draft(starts_on=day, expires_on=day + timedelta(days=20), categories=("pair_watched",))
        release = take_release(
            case.id, token=uuid7(), reference="", recipient=court, draft=signed, by=by, at=at
        )
        issue_own_device(file, "owntracks", "telephone", by=by, at=at)
        ask_pair(file, release, "26-OP-0042", by=by, at=at)


def decide(state: Path) -> None:
    """At the court: an order with a tracker, and the clerk shares it."""
    from shelterbelt.access.actions import open_account
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.actions.devices import issue_tracker
    from shelterbelt.watching.actions.shares import share_tracker
    from shelterbelt.watching.pair_queries import shares, trackers_meant
    from tests.apps.orders.cast import in_force

    (_advocates, court), at = a_pair._agencies(state), now()
    with as_agency(court.id, at=at):
        by = open_account(agency=court, code="c-1", name="Robin", roles=["court_clerk"], at=at)
    made = in_force(by, at=at)
    with as_agency(court.id, at=at, worker=by.id):
        issue_tracker(made, "owntracks", "strap", by=by, at=at)
        (face,) = shares(by=by, at=at)
        (meant,) = trackers_meant(face.row, by=by, at=at)
        share_tracker(face.row, meant.device, by=by, at=at)


def tracker(state: Path) -> None:
    """At the court: the tracker says where it is, first far and then near, and its watch sends that on."""
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.actions.shares import send_fixes
    from shelterbelt.watching.models import Device

    (_advocates, court), at = a_pair._agencies(state), now()
    with as_agency(court.id, at=at):
        device = Device.objects.get()
    _said(device, [(at - timedelta(minutes=2), FAR), (at - timedelta(minutes=1), FAR), (at, NEAR)], at)
    sys.stdout.write(json.dumps(send_fixes(court.id, at=at)))


def watch(state: Path) -> None:
    """At the advocates: their own device is near its home; what the watch and those who tell do."""
    from shelterbelt.alerts.actions import call_next
    from shelterbelt.alerts.models import HelpAlert
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import Alarm
    from shelterbelt.watching.models import Device
    from shelterbelt.watching.pair_turning import pair_turn
    from shelterbelt.watching.turning import Watcher

    (advocates, _court), at = a_pair._agencies(state), now()
    with as_agency(advocates.id, at=at):
        device = Device.objects.get(kind="own")
    _said(device, [(at - timedelta(seconds=s), NEAR) for s in (150, 90, 30)], at)
    pair_turn(advocates.id, at=at)
    watcher = Watcher()
    while watcher.turn(advocates.id, at=at):
        pass
    pair_turn(advocates.id, at=at)
    call_next(advocates.id, at=at)
    with as_agency(advocates.id, at=at):
        kinds = list(Alarm.objects.order_by("ms").values_list("kind", flat=True))
        alerts = list(HelpAlert.objects.values_list("by_watch", "state"))
    sys.stdout.write(json.dumps([kinds, alerts]))


def began(state: Path) -> None:
    """At the advocates: what is to be watched is read, before anything is said."""
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.turning import Watcher

    advocates, _court = a_pair._agencies(state)
    Watcher().turn(advocates.id, at=now())


def withdraw(state: Path) -> None:
    """At the advocates: the release is taken back, and the watch sees it."""
    from shelterbelt.access.models import Worker
    from shelterbelt.consent.actions import withdraw_release
    from shelterbelt.consent.models import Release
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.pair_turning import pair_turn

    (advocates, _court), at = a_pair._agencies(state), now()
    with as_agency(advocates.id, at=at):
        by = Worker.objects.select_related("agency").get(code="a-1")
    with as_agency(advocates.id, at=at, worker=by.id):
        withdraw_release(Release.objects.get(), by=by, at=at, channel="phone")
    pair_turn(advocates.id, at=at)


def stands(state: Path) -> None:
    """On either node: how the pair stands there, and every table that knows of the survivor's device or an alarm."""
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.models import Alarm, Device, Pair, PairShare

    found: dict[str, Any] = {}
    for agency in a_pair._agencies(state):
        if not agency.node.is_self:
            continue
        with as_agency(agency.id, at=now()):
            found = {
                "pair": list(Pair.objects.values_list("state", flat=True)),
                "share": list(PairShare.objects.values_list("state", flat=True)),
                "devices": sorted(Device.objects.values_list("kind", flat=True)),
                "alarms": Alarm.objects.count(),
            }
    sys.stdout.write(json.dumps(found))


def _said(device: Any, way: list[tuple[datetime, tuple[float, float]]], at: datetime) -> None:
    from shelterbelt.rules.fixes import Fix
    from shelterbelt.rules.frames import Heard, joined
    from shelterbelt.store.asker import as_agency
    from shelterbelt.watching.alarms import ms_of
    from shelterbelt.watching.log import Lot, log

    frames = joined(Heard(device.number, ms_of(at), Fix(ms_of(when), *where, 8.0)) for when, where in way)
    with as_agency(device.agency_id, at=at):
        log.append(device.agency_id, {Lot(device.part): frames}, at=at)


if __name__ == "__main__":
    import django

    django.setup()
    globals()[sys.argv[1]](Path(sys.argv[2]))
