"""`shelterbelt account` and `shelterbelt agency add`: the first agency and the first administrator of a real node.

Everything later is done on pages, by administrators. A name is asked for and never stands in the command line.
"""

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from shelterbelt import sealing
from shelterbelt.access.actions import CODE_LASTS, close_account, issue_code, open_account
from shelterbelt.access.models import Worker
from shelterbelt.access.policy import clash, roles_in
from shelterbelt.agencies.enrol import enrol_agency, enrol_node
from shelterbelt.agencies.models import KINDS, Agency
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault
from shelterbelt.library import shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.store.asker import as_agency, signing_in
from shelterbelt.ui.clock import now


def add_agency(chosen: argparse.Namespace) -> int:
    """Make a real agency known on its own node, with its keys."""
    if settings.DEMO:
        raise Fault(
            "This node is a demonstration: set demo = false for it in nodes.toml and begin with an empty one."
        )
    if chosen.kind not in KINDS:
        raise Fault(f"There is no kind {chosen.kind!r}; there are: {', '.join(KINDS)}.")
    if Agency.objects.filter(name=chosen.name).exists():
        raise Fault(f"An agency is called {chosen.name!r} already.")
    _refuse_unknown(chosen.protocol, chosen.zone)
    here = nodes.this_node()
    own = enrol_node(here.name, here.address, sealing.keyring().public_keys(), is_self=True)
    agency = enrol_agency(
        own,
        name=chosen.name,
        kind=chosen.kind,
        protocol=chosen.protocol,
        time_zone=chosen.zone,
        duty_phone=chosen.phone,
        units=[_unit(text) for text in chosen.unit],
    )
    print(f"{agency.name} is known here, with keys of its own. Back the key folder up now.")
    print(f"Next: shelterbelt account open CODE --agency {agency.name!r} --role administrator")
    return 0


def _refuse_unknown(protocol: str, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Fault(f"There is no time zone {zone!r} (America/Chicago, for example).") from None
    try:
        if protocol:
            shelf.protocol(*protocol.split("/"))
    except (LibraryError, TypeError, KeyError, OSError):
        raise Fault(f"There is no protocol {protocol!r} in the library.") from None


def _unit(text: str) -> tuple[str, str]:
    code, _, name = text.partition("=")
    if not code or not name:
        raise Fault(f"A unit is given as CODE=NAME, not {text!r}.")
    return code, name


def open_command(chosen: argparse.Namespace) -> int:
    """Open an account and print its two codes, once."""
    agency, at = _agency(chosen.agency), now()
    unknown = set(chosen.role) - set(roles_in(agency.kind))
    if unknown or clash(chosen.role):
        raise Fault(f"These roles cannot be given here: {', '.join(sorted(unknown or chosen.role))}.")
    with signing_in(at=at):
        if Worker.objects.filter(code=chosen.code).exists():
            raise Fault(f"The code {chosen.code!r} is taken.")
    unit = agency.units.filter(code=chosen.unit).first() if chosen.unit else None
    if chosen.unit and unit is None:
        raise Fault(f"{agency.name} has no unit {chosen.unit!r}.")
    name = input("The worker's name: ").strip()
    if not name:
        raise Fault("An account needs a name.")
    with as_agency(agency.id, at=at):
        worker = open_account(agency=agency, code=chosen.code, name=name, roles=chosen.role, unit=unit, at=at)
        once = issue_code(worker, by=None, at=at)
    _print_codes(worker, once)
    return 0


def close_command(chosen: argparse.Namespace) -> int:
    """Close an account: every session, key and token of it ends."""
    worker, at = _worker(chosen.code, at=now()), now()
    with as_agency(worker.agency_id, at=at):
        close_account(worker, by=None, at=at)
    print(f"{worker.code} is closed.")
    return 0


def enrol_command(chosen: argparse.Namespace) -> int:
    """A new code for the first sign-in; what they signed in with before stops working."""
    worker, at = _worker(chosen.code, at=now()), now()
    with as_agency(worker.agency_id, at=at):
        once = issue_code(worker, by=None, at=at)
    _print_codes(worker, once)
    return 0


def list_command(chosen: argparse.Namespace) -> int:
    """Accounts by code, without names."""
    at = now()
    for agency in agencies_here():
        if chosen.agency not in (None, agency.name):
            continue
        print(agency.name)
        with as_agency(agency.id, at=at):
            for worker in Worker.objects.filter(agency=agency).order_by("code"):
                state = "" if worker.is_active else "  closed"
                print(f"  {worker.code:<24} {', '.join(worker.roles)}{state}")
    return 0


def _agency(name: str | None) -> Agency:
    here = agencies_here()
    found = [agency for agency in here if name in (None, agency.name)]
    if len(found) != 1:
        raise Fault(
            f"Say which agency with --agency: {', '.join(a.name for a in here) or 'there is none yet'}."
        )
    return found[0]


def _worker(code: str, *, at: datetime) -> Worker:
    with signing_in(at=at):
        found = Worker.objects.select_related("agency").filter(code=code, is_active=True).first()
    if found is None:
        raise Fault(f"No open account has the code {code!r}.")
    return found


def _print_codes(worker: Worker, once: str) -> None:
    print(f"  Sign-in code:          {worker.code}")
    print(f"  The code for one use:  {once}")
    print(
        f"Hand both over face to face. They work once, within {CODE_LASTS.total_seconds() / 3600:.0f} hours, at "
        f"{nodes.this_node().address}/account/enrol/ and are not kept."
    )
