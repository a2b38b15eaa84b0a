"""What happens inside two nodes of a test that know each other: `python -m tests.config.a_pair WORD FILE`."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

KINDS = {"advocates": ("advocates", "demo_county/victim_service"), "system": ("police", "demo_county/police")}


def describe(state: Path) -> None:
    """Make this node's own row and its agency, and say what another node needs to know of them."""
    from shelterbelt import sealing
    from shelterbelt.agencies.enrol import enrol_agency, enrol_node
    from shelterbelt.config.nodes import this_node

    node, keys = this_node(), sealing.keyring().public_keys()
    own = enrol_node(node.name, node.address, keys, is_self=True)
    kind, protocol = KINDS[node.name]
    agency = enrol_agency(
        own,
        name=f"The {node.name}",
        kind=kind,
        protocol=protocol,
        time_zone="America/Chicago",
        fictional=True,
    )
    told = json.loads(state.read_text()) if state.exists() else {}
    told[node.name] = {
        "address": node.address, "sign": keys.sign.hex(), "seal": keys.seal.hex(), "agency": str(agency.id),
        "ref": agency.ref,
    }  # fmt: skip
    state.write_text(json.dumps(told))


def know(state: Path) -> None:
    """Get to know the other node, as an invented county does."""
    from shelterbelt.agencies.enrol import enrol_agency, enrol_node
    from shelterbelt.config.nodes import this_node
    from shelterbelt.sealing import PublicKeys

    for name, one in json.loads(state.read_text()).items():
        if name == this_node().name or name not in KINDS:
            continue
        keys = PublicKeys(bytes.fromhex(one["sign"]), bytes.fromhex(one["seal"]))
        node = enrol_node(name, one["address"], keys, is_self=False, fictional=True)
        kind, protocol = KINDS[name]
        enrol_agency(
            node, name=f"The {name}", kind=kind, protocol=protocol, time_zone="America/Chicago", fictional=True,
            id=UUID(one["agency"]), ref=one["ref"],
        )  # fmt: skip


def _agencies(state: Path) -> tuple[Any, Any]:
    from shelterbelt.agencies.models import Agency

    told = json.loads(state.read_text())
    rows = Agency.objects.select_related("node")
    return rows.get(id=told["advocates"]["agency"]), rows.get(id=told["system"]["agency"])


def grant(state: Path) -> None:
    """At the advocates: a case, and a release of it to the police."""
    from shelterbelt.access.actions import open_account
    from shelterbelt.cases.actions import open_direct_case, write_note
    from shelterbelt.consent.actions import take_release
    from shelterbelt.store.asker import as_agency
    from shelterbelt.store.ids import uuid7
    from shelterbelt.ui.clock import now
    from tests.apps.consent.conftest import draft

    (advocates, police), at = _agencies(state), now()
    with as_agency(advocates.id, at=at):
        by = open_account(agency=advocates, code="a-1", name="Robin", roles=["advocate"], at=at)
    with as_agency(advocates.id, at=at, worker=by.id):
        case = open_direct_case(survivor={"name": "Wren"}, other=None, words={}, by=by, at=at)
        write_note(case, text="A new lock on the door", category="safety_needs", by=by, at=at)
        day = at.astimezone(ZoneInfo(advocates.time_zone)).date()
        signed = draft(starts_on=day, expires_on=day + timedelta(days=20))
        take_release(case.id, token=uuid7(), reference="", recipient=police, draft=signed, by=by, at=at)


def deliver(state: Path) -> None:
    """Carry every letter that waits here, in all lanes, whatever the tick says; on a busy machine, at a later tick again."""
    from shelterbelt.agencies.models import Agency, Letter
    from shelterbelt.exchange.kinds import LANES
    from shelterbelt.exchange.sending import deliver_line
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    for agency in Agency.objects.filter(node__is_self=True):
        for turn in range(1, 6):
            with as_agency(agency.id, at=now()):
                to = set(Letter.objects.filter(delivered_at=None).values_list("to_id", flat=True))
            for peer in to:
                for lane in LANES:
                    deliver_line(agency.id, peer, lane, at=now() + timedelta(minutes=4 * turn**2))
        with as_agency(agency.id, at=now()):
            sys.stdout.write(json.dumps(Letter.objects.filter(delivered_at=None, closed_at=None).count()))


def read(state: Path) -> None:
    """At the police: ask the holder's node what the grant shows."""
    from shelterbelt.access.actions import open_account
    from shelterbelt.access.models import Worker
    from shelterbelt.consent.models import HeldGrant
    from shelterbelt.consent.queries import read_held
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    (_advocates, police), at = _agencies(state), now()
    with as_agency(police.id, at=at):
        by = Worker.objects.select_related("agency").filter(code="o-1").first() or open_account(
            agency=police, code="o-1", name="Robin", roles=["detective"], at=at
        )
    with as_agency(police.id, at=at, worker=by.id):
        told = read_held(HeldGrant.objects.select_related("holder__node", "agency").get(), by=by, at=at)
    values = [value for part in told.sections or () for _label, value in part.rows]
    sys.stdout.write(json.dumps({"state": told.state, "values": values}))


def call(state: Path) -> None:
    """At the advocates: their survivor has named the police, pressed five minutes ago, and nobody answered."""
    from django.db import transaction

    from shelterbelt.access.models import Worker
    from shelterbelt.access.survivors import Survivor
    from shelterbelt.alerts import actions
    from shelterbelt.cases.models import Case
    from shelterbelt.safety.files import begin_file
    from shelterbelt.store.asker import as_agency, set_asker
    from shelterbelt.ui.clock import now
    from tests.apps.alerts.people import SET, press

    (advocates, police), at = _agencies(state), now() - timedelta(minutes=5)
    slot = {"slot": "d1", "agency": str(police.id), "name": "Wren", "number": "+12025550147", "asks": "come"}
    with as_agency(advocates.id, at=at):
        by, case = Worker.objects.get(code="a-1"), Case.objects.select_related("survivor").get()
    with as_agency(advocates.id, at=at, worker=by.id):
        file = begin_file(case.survivor, by=by, at=at)
        actions.set_up_help(file, SET | {"people": [], "dispatch": [slot]}, by=by, at=at)
    hand = Survivor(case.survivor_id, advocates.id, case.survivor_id)
    with transaction.atomic():
        set_asker(None, None, at, survivor=hand.id)
        token = actions.issue_button(hand, "help", at=at)
    press(token, at=at)
    actions.take_presses(advocates.id, at=at)
    actions.call_next(advocates.id, at=now())
    while actions.tell_one(advocates.id, at=now()):
        pass


def go(state: Path) -> None:
    """At the police: what they see of the call, and that somebody goes."""
    from shelterbelt.access.models import Worker
    from shelterbelt.alerts import actions, calls
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    (_advocates, police), at = _agencies(state), now()
    with as_agency(police.id, at=at):
        by = Worker.objects.select_related("agency").get(code="o-1")
    with as_agency(police.id, at=at, worker=by.id):
        faces = calls.calls_for_help(by=by, at=at)
        taken = [actions.take_call(face.row, by=by, at=at) for face in faces]
    sys.stdout.write(json.dumps([[face.name, face.asks, face.sender] for face in faces] + taken))


def heard(state: Path) -> None:
    """At the advocates: how the alert stands, and who has it."""
    from shelterbelt.alerts.models import HelpAlert
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    advocates, _police = _agencies(state)
    with as_agency(advocates.id, at=now()):
        alert = HelpAlert.objects.get()
    sys.stdout.write(json.dumps([alert.state, alert.answered_slot]))


if __name__ == "__main__":
    import django

    django.setup()
    globals()[sys.argv[1]](Path(sys.argv[2]))
