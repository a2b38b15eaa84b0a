"""Enrolling nodes and agencies: twice changes nothing, numbers are the same everywhere, keys stay at home."""

from pathlib import Path
from typing import Any

import pytest

from shelterbelt import sealing
from shelterbelt.agencies.enrol import describe_node, enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency, Node, Unit
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store.ids import uuid7
from tests.world import Town, this_node


@pytest.fixture
def elsewhere(node: None, tmp_path: Path) -> Node:
    """Another installation, as it would enrol itself in its own database."""
    keys = Keyring.create(tmp_path / "keys").public_keys()
    return enrol_node(f"elsewhere {uuid7()}", "http://localhost:1", keys, is_self=False)


def agency_of(node: Node) -> Agency:
    return enrol_agency(
        node,
        name="Lantern Advocates",
        kind="advocates",
        protocol="demo_county/victim_service",
        time_zone="America/Chicago",
        units=[("line", "Hotline")],
    )


def test_enrolling_twice_changes_nothing(elsewhere: Node) -> None:
    first, second = agency_of(elsewhere), agency_of(elsewhere)
    assert (first.id, first.ref) == (second.id, second.ref)
    assert Unit.objects.filter(agency=first).count() == 1


def test_description_holds_nothing_secret(elsewhere: Node) -> None:
    agency_of(elsewhere)
    told: dict[str, Any] = describe_node(elsewhere)
    assert set(told) == {"name", "address", "sign_key", "seal_key", "agencies"}
    assert set(told["agencies"][0]) == {
        "id", "ref", "name", "kind", "protocol", "time_zone", "duty_phone", "fictional", "units",
    }  # fmt: skip


def test_second_own_node_is_refused(node: None, place: Town, tmp_path: Path) -> None:
    keys = Keyring.create(tmp_path / "other").public_keys()
    with pytest.raises(ValueError):
        enrol_node("another self", "http://localhost:1", keys, is_self=True)


def test_keys_are_made_for_agencies_of_this_node_only(node: None, place: Town, elsewhere: Node) -> None:
    ours = enrol_agency(
        this_node(), name=f"Ours {uuid7()}", kind="council", protocol="", time_zone="UTC", fictional=True
    )
    assert sealing.keyring().holds(ours.id)
    assert not sealing.keyring().holds(agency_of(elsewhere).id)
