"""The `shelterbelt node` words: describe this node, and propose, compare, confirm, strike off and list others.

Refuses to trust another node before two different workers have typed the number that its people read out.
"""

import argparse
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.agencies import trust
from shelterbelt.agencies.enrol import enrol_node
from shelterbelt.agencies.models import Letter, Node
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault
from shelterbelt.exchange.striking import strike_off
from shelterbelt.store.asker import as_agency, signing_in
from shelterbelt.ui.clock import now

LARGEST = 1_000_000
STATES = {
    "proposed": "proposed; nobody trusts it yet",
    "trusted": "trusted",
    "revoked": "struck off",
}


def describe(chosen: argparse.Namespace) -> int:
    """`node describe`: what another installation needs to know of this node; nothing of it is secret."""
    _own()
    text = trust.signed_description() + "\n"
    if chosen.out is None:
        print(text, end="")
    else:
        chosen.out.write_text(text, encoding="utf-8")
        print(
            f"Written to {chosen.out}. Give it to the other side; then compare numbers with them by telephone."
        )
    return 0


def add(chosen: argparse.Namespace) -> int:
    """`node add`: keep another node's description; it is trusted by nobody yet."""
    _own()
    if chosen.file.stat().st_size > LARGEST:
        raise Fault(f"{chosen.file} is too large for a description.")
    try:
        node = trust.propose_node(chosen.file.read_text("utf-8"), name=chosen.name, at=now())
    except (trust.NotTrusted, UnicodeDecodeError) as fault:
        raise Fault(_words(fault)) from fault
    print(f"{node.name}: {STATES[node.state]}.")
    if node.state == "proposed":
        print(f"Two people compare the number with the other side: shelterbelt node fingerprint {node.name}")
    return 0


def fingerprint(chosen: argparse.Namespace) -> int:
    """`node fingerprint`: the number that both sides see if nobody stands between them."""
    print(trust.fingerprint(_called(chosen.name)))
    print(
        "The other side sees the same number. Have them read it to you by telephone or in person, and not by"
    )
    print("the way the description came. Two different people do this; each types what was read to them:")
    print(f"  shelterbelt node confirm {chosen.name} --by CODE")
    return 0


def confirm(chosen: argparse.Namespace) -> int:
    """`node confirm`: one of two people types the number that the other side read out."""
    at, node = now(), _called(chosen.name)
    by = _worker(chosen.by, at=at)
    try:
        typed = input("The number that the other side read to you: ")
        node = trust.confirm_node(node, typed, by=by, at=at)
    except EOFError as fault:
        raise Fault("No number was typed.") from fault
    except trust.NotTrusted as fault:
        raise Fault(str(fault)) from fault
    if node.state == "trusted":
        print(f"{node.name} is trusted from now on. Letters go there and are taken in from there.")
    else:
        print(f"Kept. {node.name} is trusted once a second person has done the same.")
    return 0


def revoke(chosen: argparse.Namespace) -> int:
    """`node revoke`: strike a node off at once."""
    at, node = now(), _called(chosen.name)
    by = _worker(chosen.by, at=at)
    try:
        ended = strike_off(node, chosen.reason, by=by, at=at)
    except trust.NotTrusted as fault:
        raise Fault(str(fault)) from fault
    print(f"{node.name} is struck off: a stranger from now on. Letters that waited for it are closed.")
    print(f"{ended} grants to its agencies ended. Tell the survivors whose files they opened.")
    return 0


def listed(chosen: argparse.Namespace) -> int:
    """`node list`: every other node, whether it is trusted, and what waits for it."""
    others = Node.objects.filter(is_self=False).order_by("name")
    if not others:
        print("No other node is known here.")
    for node in others:
        print(f"{node.name}  {node.address}  {_state(node)}")
        print(f"  agencies: {', '.join(node.agencies.values_list('name', flat=True)) or 'none'}")
        for line in _letters(node, at=now()):
            print(f"  {line}")
    return 0


def _state(node: Node) -> str:
    if node.state == "proposed" and node.first_confirmed_by is not None:
        return "proposed; confirmed by one person, a second one has to"
    if node.state == "trusted" and node.fictional:
        return "trusted: invented, like everything here"
    return STATES[node.state]


def _letters(node: Node, *, at: datetime) -> list[str]:
    """What waits for a node and what it did not understand, over all agencies here."""
    found = {"waiting": 0, "aside": 0, "refused": 0}
    since: datetime | None = None
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            waits = Q(delivered_at=None, closed_at=None)
            told = Letter.objects.filter(to__node=node).aggregate(
                waiting=Count("id", filter=waits),
                aside=Count("id", filter=waits & Q(aside=True)),
                refused=Count("id", filter=Q(closed_as="refused")),
                since=Min("written_at", filter=waits),
            )
        found = {name: found[name] + told[name] for name in found}
        since = min(filter(None, (since, told["since"])), default=None)
    lines = [f"{found['waiting']} letters wait, the oldest since {since:%Y-%m-%d %H:%M} UTC"] if since else []
    if found["aside"]:
        lines.append(
            f"{found['aside']} of them are of a kind that it does not know yet: its program is older"
        )
    if found["refused"]:
        lines.append(
            f"{found['refused']} letters were refused for good: what they told has to be told otherwise"
        )
    return lines


def _own() -> None:
    """This node's own row, made when it first speaks of itself."""
    if not Node.objects.filter(is_self=True).exists():
        here = nodes.this_node()
        enrol_node(here.name, here.address, sealing.keyring().public_keys(), is_self=True)


def _called(name: str) -> Node:
    node = Node.objects.filter(name=name, is_self=False).first()
    if node is None:
        raise Fault(f"No other node is called {name!r} here: see shelterbelt node list.")
    return node


def _worker(code: str, *, at: datetime) -> UUID:
    """Whoever does this, by their code; only somebody with an open account at an agency of this node."""
    with signing_in(at=at):
        found = Worker.objects.filter(code=code, is_active=True, agency__node__is_self=True).first()
    if found is None:
        raise Fault(f"Nobody here has the code {code!r} and an open account.")
    return found.id


def _words(fault: Exception) -> str:
    return str(fault) if isinstance(fault, trust.NotTrusted) else "This is not a node's signed description."
