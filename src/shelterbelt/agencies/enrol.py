"""Makes nodes, agencies and units known on this node. Twice changes nothing; a second own node is refused.

A node's id comes from its signing key, an agency's from its node and name: every node gives them the same.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency, Node, Unit
from shelterbelt.sealing import KeyMissing, PublicKeys

SPACE = UUID("0f6c1b56-6f0a-5d0e-9d0b-7a1f5b1c2d3e")


def enrol_node(
    name: str, address: str, public_keys: PublicKeys, is_self: bool, *, fictional: bool = False
) -> Node:
    """A node by its name, address and keys; this installation has one row of its own.

    Another one is trusted at once in an invented county only (`fictional`); else two people confirm it.
    """
    sign_key = public_keys.sign
    known: dict[str, Any] = {"name": name, "address": address, "seal_key": public_keys.seal}
    if fictional and not is_self:
        _refuse_real()
        known |= {"fictional": True, "state": "trusted"}
    with transaction.atomic():
        if is_self and Node.objects.filter(is_self=True).exclude(sign_key=sign_key).exists():
            raise ValueError("This installation has a node of its own already, with other keys.")
        node, _made = Node.objects.update_or_create(
            sign_key=sign_key,
            defaults={**known, "is_self": is_self},
            create_defaults={
                **known,
                "id": uuid5(SPACE, sign_key.hex()),
                "sign_key": sign_key,
                "is_self": is_self,
            },
        )
    return node


def enrol_agency(
    node: Node,
    *,
    name: str,
    kind: str,
    protocol: str,
    time_zone: str,
    duty_phone: str = "",
    fictional: bool = False,
    units: Sequence[tuple[str, str]] = (),
    id: UUID | None = None,
    ref: str = "",
) -> Agency:
    """An agency of a node, with its units (code, name); on its own node it gets its keys here."""
    known: dict[str, Any] = {
        "node": node,
        "name": name,
        "kind": kind,
        "protocol": protocol,
        "time_zone": time_zone,
        "duty_phone": duty_phone,
        "fictional": fictional,
    }
    with transaction.atomic():
        if node.is_self and not fictional:
            Node.objects.filter(fictional=True).update(fictional=False, state="proposed")
        agency, made = Agency.objects.update_or_create(
            id=id or uuid5(node.id, name),
            defaults=known,
            create_defaults={**known, "ref": ref} if ref else known,
        )
        for code, title in units:
            Unit.objects.update_or_create(agency=agency, code=code, defaults={"name": title})
        if node.is_self and not sealing.keyring().holds(agency.id):
            _give_keys(agency, new=made)
    return agency


def _give_keys(agency: Agency, *, new: bool) -> None:
    """An agency's keys are made with the agency: beside one that was there before they are lost, not new."""
    if not new:
        raise KeyMissing(f"The keys of {agency.name} are gone: put the key folder back from its backup.")
    sealing.keyring().add_holder(agency.id)


def _refuse_real() -> None:
    if Agency.objects.filter(node__is_self=True, fictional=False).exists():
        raise ValueError("Beside a real agency no node is trusted without two people.")


def describe_node(node: Node) -> dict[str, Any]:
    """What another installation needs to enrol this node and its agencies; nothing of it is secret."""
    agencies = Agency.objects.filter(node=node).prefetch_related("units")
    return {
        "name": node.name,
        "address": node.address,
        "sign_key": bytes(node.sign_key).hex(),
        "seal_key": bytes(node.seal_key).hex(),
        "agencies": [_described(agency) for agency in agencies],
    }


def _described(agency: Agency) -> dict[str, Any]:
    plain = ("ref", "name", "kind", "protocol", "time_zone", "duty_phone", "fictional")
    told = {name: getattr(agency, name) for name in plain}
    return {**told, "id": str(agency.id), "units": [[unit.code, unit.name] for unit in agency.units.all()]}
