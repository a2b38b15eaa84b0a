"""Fills the demo county: agencies, workers, the directory and eighteen months of invented courses, through the actions alone.

Refuses a node that holds a real agency, and starts over after a fill that was cut off.
"""

import argparse
import json
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid5

from django.conf import settings
from django.db import connection

from shelterbelt import sealing
from shelterbelt.access.actions import make_demo_link, open_account
from shelterbelt.access.models import Worker
from shelterbelt.agencies.enrol import SPACE, enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency
from shelterbelt.config import keys, nodes
from shelterbelt.config.demo_breaches import fill_breaches
from shelterbelt.config.demo_detained import fill_detained
from shelterbelt.config.demo_hotline import fill_hotline
from shelterbelt.config.demo_orders import fill_orders
from shelterbelt.config.demo_portal import fill_portal
from shelterbelt.config.play import Player, follow_to_the_end
from shelterbelt.config.processes import Fault, locked, private_text
from shelterbelt.consent.actions import open_agreement
from shelterbelt.ledger.chain import chain
from shelterbelt.referrals.imports import take_in
from shelterbelt.scenarios.county import County
from shelterbelt.scenarios.county import county as imagined
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store.asker import as_agency, signing_in
from shelterbelt.ui.clock import now

SEED = 20260301
AGREEMENTS = (
    ("police", "council", "actions"),
    ("millrace", "council", "actions"),
    ("police", "prosecutor", "case_file"),
)


def fill(args: argparse.Namespace) -> int:
    """`shelterbelt demo`: fill this node once; later calls only say that it is filled."""
    node = nodes.this_node()
    if not settings.DEMO:
        raise Fault("This node is not a demonstration: nothing was filled.")
    refuse_real()
    stamp = node.folder / "demo.json"
    if stamp.exists():
        print(f"{node.name}: filled before")
        return 0
    if Agency.objects.exists():
        raise Fault(f"A fill of {node.name} was cut off: delete {node.folder.parent} and start again.")
    began = time.monotonic()
    county = imagined(SEED, on=as_of(), cases=int(os.environ.get("SHELTERBELT_DEMO_CASES", "300")))
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    agencies = enrol(county, node.folder.parent)
    workers = open_accounts(county, agencies)
    fill_directory(county, node.folder / "directory.json")
    agree(agencies, workers)
    player = Player(node, agencies, workers, node.folder.parent / "spool")
    try:
        player.play(county.courses)
    except BaseException:
        (player.spool / f"{node.name}.cut-off").touch()
        raise
    fill_hotline(agencies, workers.values(), at=now())
    fill_orders(agencies, workers.values(), at=now())
    fill_breaches(agencies, workers.values(), at=now())
    fill_detained(agencies, workers.values(), at=now())
    fill_portal(agencies, workers, node, at=now())
    settle(list(agencies.values()))
    links(county, workers, node)
    private_text(stamp, json.dumps({"seed": SEED, "courses": len(county.courses)}))
    print(f"{node.name}: filled in {time.monotonic() - began:.0f} s")
    return 0


def as_of() -> date:
    """The county's last day: yesterday, so that due times lie on both sides of now."""
    return (now() - timedelta(days=1)).date()


def refuse_real() -> None:
    """A node that holds one real agency is nobody's demonstration."""
    if Agency.objects.filter(fictional=False).exists():
        raise Fault("This node holds a real agency: demonstration mode does not start here.")


def enrol(county: County, home: Path) -> dict[str, Agency]:
    """Every node and agency of the county, by code; each node learns the others' public keys."""
    own, made = nodes.this_node().name, {}
    with locked(home / "keys.lock"):
        rings = {n.name: ring_of(n) for n in nodes.read_nodes(home)}
    sealing.use(rings[own])
    rows = {
        n.name: enrol_node(
            n.name, n.address, rings[n.name].public_keys(), is_self=n.name == own, fictional=True
        )
        for n in nodes.read_nodes(home)
    }
    for told in county.agencies:
        made[told.code] = enrol_agency(
            rows[told.node],
            id=uuid5(SPACE, f"alder/{told.code}"),
            name=told.name,
            kind=told.kind,
            protocol=told.protocol,
            time_zone=told.time_zone,
            duty_phone=told.duty_phone,
            fictional=told.fictional,
            units=told.units,
        )
    return made


def ring_of(node: nodes.NodeConfig) -> Keyring:
    """A node's keyring, which `migrate` made: one that is gone is never made anew here."""
    return keys.open_ring(node)


def open_accounts(county: County, agencies: dict[str, Agency]) -> dict[str, Worker]:
    """The workers of the agencies that this node holds, by code."""
    opened, at = {}, datetime.combine(county.on - timedelta(days=600), datetime.min.time(), UTC)
    for told in county.workers:
        agency = agencies[told.agency]
        if not agency.node.is_self:
            continue
        unit = agency.units.filter(code=told.unit).first() if told.unit else None
        with as_agency(agency.id, at=at):
            opened[told.code] = open_account(
                agency=agency, code=told.code, name=told.name, roles=told.roles, unit=unit, at=at
            )
    return opened


def fill_directory(county: County, path: Path) -> None:
    """The county's services, through the same import as anybody's."""
    path.write_text(json.dumps(list(county.services)))
    take_in(path, at=now())
    path.unlink()


def agree(agencies: dict[str, Agency], workers: dict[str, Worker]) -> None:
    """Agreements between the system agencies of one node: work to the council, files to the prosecutor."""
    at = now()
    for holder, recipient, category in AGREEMENTS:
        if not agencies[holder].node.is_self:
            continue
        by = next(
            (w for w in workers.values() if w.agency_id == agencies[holder].id and "supervisor" in w.roles),
            None,
        )
        if by is None:
            continue
        with as_agency(agencies[holder].id, at=at, worker=by.id):
            span = (at - timedelta(days=540), at + timedelta(days=365))
            open_agreement(
                agencies[holder], agencies[recipient], [category], None, "coordination", *span, by=by, at=at
            )


def settle(agencies: list[Agency]) -> None:
    """Follow and link the ledgers to their ends; jobs that would do it again are put away."""
    for agency in agencies:
        if agency.node.is_self:
            follow_to_the_end(agency.id)
            with as_agency(agency.id, at=now()):
                chain(agency.id)
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from procrastinate_jobs where status = 'todo' and task_name in ('ledger.chain', 'response.follow')"
        )


def links(county: County, workers: dict[str, Worker], node: nodes.NodeConfig) -> None:
    """One sign-in link for each demo role of this node, in a file that only its owner reads."""
    path = node.folder.parent / "demo-links.json"
    with locked(path.with_suffix(".lock")), signing_in(at=now()):
        kept = [line for line in _read(path) if line["node"] != node.name]
        for role, code in county.demo_roles:
            if code in workers:
                token = make_demo_link(workers[code], at=now())
                kept.append({"role": role, "node": node.name, "url": f"{node.address}/account/demo/{token}/"})
        order = [role for role, _code in county.demo_roles]
        kept.sort(key=lambda line: order.index(line["role"]))
        private_text(path, json.dumps(kept, indent=1))


def _read(path: Path) -> list[dict[str, str]]:
    return list(json.loads(path.read_text())) if path.exists() else []
