"""Registers other nodes, lets two people confirm their keys, strikes them off, and follows them to a new address.

Refuses a description that its node did not sign, one that would change a trusted node's keys or take another
node's agency, a number that differs, and the same person twice.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from shelterbelt import sealing
from shelterbelt.agencies.actions import close_letters_to, send_letter
from shelterbelt.agencies.enrol import SPACE, describe_node, enrol_agency
from shelterbelt.agencies.models import KINDS, Agency, Node
from shelterbelt.agencies.queries import agencies_here, this_node
from shelterbelt.ledger.actions import record
from shelterbelt.rules.fields import clean_text
from shelterbelt.sealing import PublicKeys
from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.primitives import KEY_SIZE, sign, verify
from shelterbelt.store.asker import as_agency
from shelterbelt.store.journal import note

PURPOSE = b"shelterbelt.node"
BECAUSE = ("keys_lost", "attacked", "closed", "ended", "mistake", "other")
GROUPS, DIGITS = 10, 5
HERE = ("localhost", "127.0.0.1", "::1")
AGENCY = {"id", "ref", "name", "kind", "protocol", "time_zone", "duty_phone", "fictional", "units"}
SHORT = {"ref": 22, "name": 120, "kind": 20, "protocol": 80, "time_zone": 60, "duty_phone": 40}
REF = re.compile(r"[A-Za-z0-9_-]{22}")
TOLD = {"name": str, "address": str, "sign_key": str, "seal_key": str, "agencies": list}


class NotTrusted(ValueError):
    """What was asked about a node is refused; the words say why, in one line."""


def signed_description() -> str:
    """This node as other installations need it, signed with its own key; nothing of it is secret."""
    told = describe_node(this_node())
    signature = sign(sealing.keyring().node_keys().sign, PURPOSE + canonical(told))
    return json.dumps({"version": 1, "node": told, "signature": signature.hex()}, indent=1)


def propose_node(text: str, *, at: datetime, name: str = "") -> Node:
    """Keep another node's description, perhaps under a name of our own; two people have yet to confirm it."""
    told = _description(text)
    told["name"] = name or told["name"]
    keys = PublicKeys(bytes.fromhex(told["sign_key"]), bytes.fromhex(told["seal_key"]))
    with transaction.atomic():
        before = Node.objects.select_for_update().filter(sign_key=keys.sign).first()
        node = _kept(before, told, keys, at=at)
        for one in told["agencies"]:
            _refuse_taken(node, one)
            plain = {**one, "id": UUID(one["id"]), "units": [tuple(unit) for unit in one["units"]]}
            enrol_agency(node, **plain)
        for agency in agencies_here():
            with as_agency(agency.id, at=at):
                record("node.proposed", about=node.id, by=None, agency=agency.id, at=at)
    return node


def _description(text: str) -> dict[str, Any]:
    try:
        whole = json.loads(text)
        told, signature = whole["node"], bytes.fromhex(whole["signature"])
        sound = whole["version"] == 1 and set(told) == set(TOLD)
        sound = sound and all(isinstance(told[name], kind) for name, kind in TOLD.items())
        sound = sound and all(set(one) == AGENCY and UUID(one["id"]) for one in told["agencies"])
        sound = sound and verify(bytes.fromhex(told["sign_key"]), signature, PURPOSE + canonical(told))
        sound = sound and all(_plain_agency(one) for one in told["agencies"]) and _short(told["name"], 60)
        sound = sound and _short(told["address"], 200)
        sound = sound and len(bytes.fromhex(told["seal_key"])) == KEY_SIZE
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        sound = False
    if not sound:
        raise NotTrusted("This is not a node's signed description, or it was altered on its way.")
    if not is_address(told["address"]):
        raise NotTrusted("The address in the description is none that letters could be sent to.")
    return dict(told)


def _plain_agency(told: Mapping[str, Any]) -> bool:
    """Whether an agency is told in short plain texts, of a kind that is known here, and its units in pairs."""
    texts = all(_short(told[name], most) for name, most in SHORT.items())
    units = told["units"]
    pairs = isinstance(units, list) and len(units) <= 200 and all(len(unit) == 2 for unit in units)
    named = pairs and all(_short(code, 30) and _short(name, 80) for code, name in units)
    known = (
        told["kind"] in KINDS and isinstance(told["fictional"], bool) and bool(ZoneInfo(told["time_zone"]))
    )
    return texts and named and known and REF.fullmatch(told["ref"]) is not None


def _short(text: object, most: int) -> bool:
    return isinstance(text, str) and clean_text(text, most, lines=False) == (text, None)


def _kept(before: Node | None, told: Mapping[str, Any], keys: PublicKeys, *, at: datetime) -> Node:
    if before is not None and before.is_self:
        raise NotTrusted("This is this node's own description.")
    if before is not None and before.state == "trusted":
        if (bytes(before.seal_key), before.address) != (keys.seal, told["address"]):
            raise NotTrusted("A trusted node's keys and address do not change by a description.")
        return before
    if Node.objects.filter(name=told["name"]).exclude(sign_key=keys.sign).exists():
        raise NotTrusted("Another node has this name already.")
    node = before or Node(id=uuid5(SPACE, keys.sign.hex()), sign_key=keys.sign)
    node.name, node.address, node.seal_key = told["name"], told["address"], keys.seal
    node.state, node.proposed_at = "proposed", at
    node.first_confirmed_by = node.first_confirmed_at = node.confirmed_by = node.confirmed_at = None
    node.revoked_by, node.revoked_at, node.revoked_because = None, None, ""
    node.save()
    return node


def _refuse_taken(node: Node, agency: Mapping[str, Any]) -> None:
    """An agency that lives on another node is not moved by what a node says of itself."""
    others = Agency.objects.exclude(node=node)
    if others.filter(id=UUID(agency["id"])).exists() or others.filter(ref=agency["ref"]).exists():
        raise NotTrusted("An agency in the description belongs to another node.")


def fingerprint(node: Node) -> str:
    """Ten groups of five digits over both nodes' keys: both sides see the same if nobody stands between them."""
    pairs = sorted(bytes(one.sign_key) + bytes(one.seal_key) for one in (this_node(), node))
    digest = hashlib.sha256(PURPOSE + b"".join(pairs)).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10 ** (GROUPS * DIGITS):0{GROUPS * DIGITS}d}"
    return " ".join(digits[place : place + DIGITS] for place in range(0, len(digits), DIGITS))


def confirm_node(node: Node, typed: str, *, by: UUID, at: datetime) -> Node:
    """One of two people says that the other side reads the same number; after the second one the node is trusted."""
    with transaction.atomic():
        found = Node.objects.select_for_update().get(id=node.id)
        if found.is_self or found.state != "proposed":
            raise NotTrusted("Only a node that was proposed can be confirmed.")
        if "".join(filter(str.isdigit, typed)) != fingerprint(found).replace(" ", ""):
            raise NotTrusted("The number differs: do not trust this node. Somebody may stand between you.")
        if found.first_confirmed_by == by:
            raise NotTrusted("The second person has to be somebody else.")
        if found.first_confirmed_by is None:
            found.first_confirmed_by, found.first_confirmed_at = by, at
        else:
            found.confirmed_by, found.confirmed_at, found.state = by, at, "trusted"
        found.save()
        for agency in agencies_here():
            with as_agency(agency.id, at=at):
                record("node.confirmed", about=found.id, by=by, agency=agency.id, at=at)
    return found


def revoke_node(node: Node, because: str, *, by: UUID | None, at: datetime) -> Node:
    """Strike a node off: from this transaction on it is a stranger, and what waits for it is closed."""
    if because not in BECAUSE:
        raise NotTrusted(f"The reason is one of: {', '.join(BECAUSE)}.")
    with transaction.atomic():
        found = Node.objects.select_for_update().get(id=node.id)
        if found.is_self:
            raise NotTrusted("A node does not strike itself off.")
        if found.state == "revoked":
            return found
        found.state, found.fictional = "revoked", False
        found.revoked_by, found.revoked_at, found.revoked_because = by, at, because
        found.save()
        for agency in agencies_here():
            with as_agency(agency.id, at=at):
                close_letters_to(found, at=at)
                record("node.revoked", about=found.id, by=by, agency=agency.id, at=at)
                note("node.revoked", found.id, agency=agency.id, at=at)
    return found


def is_address(address: str) -> bool:
    """Whether letters can be sent there: https, or http on this machine; a host, and nothing that does not belong."""
    try:
        parts = urlsplit(address)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    return safe and bool(parts.hostname) and plain and port_is_one


def announce_address(address: str, *, at: datetime) -> int:
    """This node has a new address: keep it, and tell one agency of each trusted node; how many are told."""
    if not is_address(address):
        raise NotTrusted("This is no address that letters could be sent to.")
    with transaction.atomic():
        Node.objects.filter(is_self=True).update(address=address)
        by = next(iter(agencies_here()), None)
        if by is None:
            return 0
        told = [
            node for node in Node.objects.filter(is_self=False, state="trusted") if node.agencies.exists()
        ]
        with as_agency(by.id, at=at):
            for node in told:
                to = node.agencies.select_related("node").order_by("id")[0]
                send_letter("moved/1", {"address": address}, by=by, to=to, at=at)
    return len(told)


def take_in_moved(body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """A trusted node has moved, with the same keys; it does not move from a safe line to an open one."""
    address, before = body["address"], sender.node.address
    if not is_address(address) or (before.startswith("https:") and not address.startswith("https:")):
        raise ValueError("an address that is not taken")
    Node.objects.filter(id=sender.node_id, state="trusted").update(address=address)
    record("node.moved", about=sender.node_id, by=None, agency=to.id, at=at)
