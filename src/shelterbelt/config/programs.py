"""`shelterbelt client`: let an agency's programs in, list them and end that, for the operator. A secret is printed once."""

import argparse

from shelterbelt.access.policy import PROGRAM
from shelterbelt.access.queries import name_of
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.api.actions import NotGiven, add_client, revoke_client, roles_for_programs
from shelterbelt.api.models import Client
from shelterbelt.api.policy import SCOPES
from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


def add_command(chosen: argparse.Namespace) -> int:
    """Let a program in and print its name and secret, once."""
    agency, at = _agency(chosen.agency), now()
    unit = agency.units.filter(code=chosen.unit).first() if chosen.unit else None
    if chosen.unit and unit is None:
        raise Fault(f"{agency.name} has no unit {chosen.unit!r}.")
    try:
        with as_agency(agency.id, at=at):
            client, secret = add_client(
                agency, name=chosen.name, roles=chosen.role, scopes=chosen.scope, unit=unit, by=None, at=at
            )
    except NotGiven as fault:
        known = roles_for_programs(agency.kind) if str(fault) == "roles" else SCOPES
        raise Fault(f"These {fault} cannot be given here; there are: {', '.join(known)}.") from fault
    print(f"  client_id:      {client.ref}")
    print(f"  client_secret:  {secret}")
    print(
        f"It asks for tokens at {nodes.this_node().address}/api/token. The secret is not kept: put it where it belongs now."
    )
    return 0


def revoke_command(chosen: argparse.Namespace) -> int:
    """End a program's access; its tokens end with it."""
    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            client = Client.objects.select_related("worker").filter(ref=chosen.client).first()
            if client is not None:
                revoke_client(client, by=None, at=at)
                print(f"{client.worker.code} gets nothing more.")
                return 0
    raise Fault(f"No program here is called {chosen.client!r}.")


def list_command(chosen: argparse.Namespace) -> int:
    """The programs of each agency, with what they may do."""
    at = now()
    for agency in agencies_here():
        if chosen.agency not in (None, agency.name):
            continue
        print(agency.name)
        with as_agency(agency.id, at=at):
            for row in Client.objects.select_related("worker").order_by("made_at"):
                roles = ", ".join(role for role in row.worker.roles if role != PROGRAM)
                state = "  ended" if row.revoked_at else ""
                print(f"  {row.ref}  {name_of(row.worker)}: {roles}; {' '.join(row.scopes)}{state}")
    return 0


def _agency(name: str | None) -> Agency:
    here = agencies_here()
    found = [agency for agency in here if name in (None, agency.name)]
    if len(found) != 1:
        raise Fault(
            f"Say which agency with --agency: {', '.join(a.name for a in here) or 'there is none yet'}."
        )
    return found[0]
