"""Other nodes: trusted by two people who compared keys, strangers before and after; a moved node keeps its keys."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from shelterbelt.agencies import peers, trust
from shelterbelt.agencies.actions import send_letter, waiting
from shelterbelt.agencies.enrol import SPACE, enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency, Letter, Node
from shelterbelt.agencies.queries import agencies_of_kind, reachable_agencies
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.consent.models import Grant, Release
from shelterbelt.exchange import sending
from shelterbelt.exchange.kinds import AT_ONCE
from shelterbelt.exchange.striking import strike_off
from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.sealing.primitives import sign
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.ui.clock import now
from tests.apps.exchange.conftest import release_to_police
from tests.apps.exchange.live import send
from tests.apps.exchange.test_letters import held_by, kinds_in_ledger, letters_of, refused, written
from tests.world import Town, this_node


@dataclass
class Elsewhere:
    """Another installation, as its description tells of it."""

    keys: Keyring
    told: dict[str, Any]

    @property
    def text(self) -> str:
        signature = sign(self.keys.node_keys().sign, trust.PURPOSE + canonical(self.told))
        return json.dumps({"version": 1, "node": self.told, "signature": signature.hex()})

    @property
    def agency(self) -> UUID:
        return UUID(self.told["agencies"][0]["id"])

    def letter(self, to: Agency, **changed: Any) -> bytes:
        return written(self.keys, sender=self.agency, to=to.id, **changed)


def node_elsewhere(folder: Path, kind: str = "advocates") -> Elsewhere:
    keys, name = Keyring.create(folder), f"elsewhere {uuid7()}"
    public = keys.public_keys()
    agency = {
        "id": str(uuid5(uuid5(SPACE, public.sign.hex()), name)), "ref": new_ref(), "name": "Lantern House",
        "kind": kind, "protocol": "", "time_zone": "UTC", "duty_phone": "", "fictional": True,
        "units": [["line", "Hotline"]],
    }  # fmt: skip
    told = {
        "name": name, "address": "http://localhost:1", "sign_key": public.sign.hex(),
        "seal_key": public.seal.hex(), "agencies": [agency],
    }  # fmt: skip
    return Elsewhere(keys, told)


@pytest.fixture
def elsewhere(node: None, here: Town, tmp_path: Path) -> Elsewhere:
    return node_elsewhere(tmp_path / "theirs")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Path]:
    """A journal beside the database."""
    before, settings.JOURNAL = settings.JOURNAL, tmp_path / "journal"
    yield settings.JOURNAL
    settings.JOURNAL = before


def confirmed(found: Node, here: Town) -> Node:
    number = trust.fingerprint(found)
    for by in (here.supervisor, here.administrator):
        found = trust.confirm_node(found, number, by=by.id, at=now())
    return found


def test_proposed_node_is_a_stranger_in_every_byte(up: int, here: Town, elsewhere: Elsewhere) -> None:
    name = str(trust.propose_node(elsewhere.text, at=now()).id)
    data = elsewhere.letter(here.police)
    for path in ("/exchange/letters/", "/exchange/reads/"):
        assert send(path, data, node=name) == send(path, data, node=str(uuid7()))
        assert refused(send(path, data, node=name)) == "stranger"
    assert held_by(here.police) == []


def test_nothing_is_sent_to_a_node_that_is_not_trusted(
    here: Town, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts: list[str] = []
    monkeypatch.setattr(
        peers, "_posted", lambda address, *_rest, **_more: posts.append(address) or (500, b"")
    )
    found = trust.propose_node(elsewhere.text, at=now())
    theirs = Agency.objects.select_related("node").get(id=elsewhere.agency)
    with as_agency(here.police.id, at=now()):
        send_letter("contact_request/1", {}, by=here.police, to=theirs, at=now())
    sending.deliver_line(here.police.id, theirs.id, AT_ONCE, at=now())
    with pytest.raises(peers.Unreachable):
        peers.ask("read/1", {}, by=here.police, to=theirs, at=now())
    assert posts == []
    assert [letter.delivered_at for letter in letters_of(here.police)] == [None]
    confirmed(found, here)
    sending.deliver_line(here.police.id, theirs.id, AT_ONCE, at=now())
    assert posts == ["http://localhost:1"]


def test_agency_of_a_proposed_node_cannot_be_chosen(here: Town, elsewhere: Elsewhere) -> None:
    found = trust.propose_node(elsewhere.text, at=now())
    assert elsewhere.agency not in reachable_agencies().values_list("id", flat=True)
    assert elsewhere.agency not in {one.id for one in agencies_of_kind("advocates")}
    confirmed(found, here)
    assert elsewhere.agency in {one.id for one in agencies_of_kind("advocates")}
    trust.revoke_node(found, "ended", by=None, at=now())
    assert elsewhere.agency not in {one.id for one in agencies_of_kind("advocates")}


def test_two_different_people_are_needed(up: int, here: Town, elsewhere: Elsewhere) -> None:
    found = trust.propose_node(elsewhere.text, at=now())
    number = trust.fingerprint(found)
    data = elsewhere.letter(here.police)
    assert trust.confirm_node(found, number, by=here.supervisor.id, at=now()).state == "proposed"
    assert refused(send("/exchange/letters/", data, node=str(found.id))) == "stranger"
    with pytest.raises(trust.NotTrusted, match="somebody else"):
        trust.confirm_node(found, number, by=here.supervisor.id, at=now())
    assert refused(send("/exchange/letters/", data, node=str(found.id))) == "stranger"
    spoken = number.replace(" ", "-")
    assert trust.confirm_node(found, spoken, by=here.administrator.id, at=now()).state == "trusted"
    assert outcome_elsewhere(send("/exchange/letters/", data, node=str(found.id)), elsewhere) == "taken"
    assert kinds_in_ledger(here.police).count("node.proposed") == 1
    assert kinds_in_ledger(here.police).count("node.confirmed") == 2


def outcome_elsewhere(answer: tuple[int, bytes], elsewhere: Elsewhere) -> str:
    """What the receipt says, as the other node reads it."""
    from shelterbelt.sealing import letters

    assert answer[0] == 200
    told = letters.read(answer[1], by=peers.keys_of(this_node()), to=elsewhere.keys.node_keys())
    return str(told["body"]["outcome"])


def test_number_that_differs_is_refused_and_changes_nothing(here: Town, elsewhere: Elsewhere) -> None:
    found = trust.propose_node(elsewhere.text, at=now())
    number = trust.fingerprint(found)
    last = str((int(number[-1]) + 1) % 10)
    for typed in ("", number[:-1], number[:-1] + last, number + "0"):
        with pytest.raises(trust.NotTrusted, match="differs"):
            trust.confirm_node(found, typed, by=here.supervisor.id, at=now())
    assert Node.objects.get(id=found.id).first_confirmed_by is None


def test_both_sides_see_the_same_number_and_every_key_changes_it(
    here: Town, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = trust.propose_node(elsewhere.text, at=now())
    number, ours = trust.fingerprint(theirs), this_node()
    assert [len(group) for group in number.split(" ")] == [5] * 10
    monkeypatch.setattr(trust, "this_node", lambda: theirs)
    assert trust.fingerprint(ours) == number
    for key in ("sign_key", "seal_key"):
        between = Node.objects.get(id=ours.id)
        setattr(between, key, bytes(32))
        assert trust.fingerprint(between) != number


def test_changed_keys_take_the_first_persons_word_away(
    here: Town, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    found = trust.propose_node(elsewhere.text, at=now())
    trust.confirm_node(found, trust.fingerprint(found), by=here.supervisor.id, at=now())
    elsewhere.told["seal_key"] = Keyring.create(tmp_path / "between").public_keys().seal.hex()
    again = trust.propose_node(elsewhere.text, at=now())
    assert (again.id, again.first_confirmed_by) == (found.id, None)


def test_trusted_nodes_keys_and_address_do_not_change_by_a_description(
    here: Town, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    found = confirmed(trust.propose_node(elsewhere.text, at=now()), here)
    true = dict(elsewhere.told)
    other = Keyring.create(tmp_path / "between").public_keys().seal.hex()
    for changed in ({"seal_key": other}, {"address": "http://localhost:2"}):
        elsewhere.told = true | changed
        with pytest.raises(trust.NotTrusted, match="do not change"):
            trust.propose_node(elsewhere.text, at=now())
    elsewhere.told = true
    assert trust.propose_node(elsewhere.text, at=now()).state == "trusted"
    assert bytes(Node.objects.get(id=found.id).seal_key) == bytes(found.seal_key)


def test_altered_or_unsigned_description_is_refused(here: Town, elsewhere: Elsewhere) -> None:
    true = json.loads(elsewhere.text)
    forged = true | {"node": true["node"] | {"address": "http://localhost:2"}}
    for text in (
        "", "[]", "{}", "null", json.dumps(forged), json.dumps(true | {"signature": "00" * 64}),
        json.dumps(true | {"version": 2}), "[" * 100_000,
    ):  # fmt: skip
        with pytest.raises(trust.NotTrusted, match="signed description"):
            trust.propose_node(text, at=now())
    for address in (
        "ftp://a",
        "http://elsewhere.example",
        "http://",
        "http://u:p@a",
        "http://a?b",
        "javascript:x",
        "http://a:99999",
    ):
        elsewhere.told["address"] = address
        with pytest.raises(trust.NotTrusted, match="address"):
            trust.propose_node(elsewhere.text, at=now())
    assert not Node.objects.filter(name=elsewhere.told["name"]).exists()


@pytest.mark.parametrize("what", ["id", "ref"])
def test_node_cannot_take_another_nodes_agency(here: Town, elsewhere: Elsewhere, what: str) -> None:
    elsewhere.told["agencies"][0][what] = str(getattr(here.police, what))
    with pytest.raises(trust.NotTrusted, match="belongs to another node"):
        trust.propose_node(elsewhere.text, at=now())
    assert Agency.objects.get(id=here.police.id).node_id == this_node().id
    assert not Node.objects.filter(name=elsewhere.told["name"]).exists()


def test_own_description_is_not_proposed(here: Town) -> None:
    with pytest.raises(trust.NotTrusted, match="own description"):
        trust.propose_node(trust.signed_description(), at=now())


def test_database_itself_trusts_nobody_without_two_people(here: Town, elsewhere: Elsewhere) -> None:
    found = trust.propose_node(elsewhere.text, at=now())
    rows, by = Node.objects.filter(id=found.id), here.supervisor.id
    for bent in ({}, {"first_confirmed_by": by}, {"first_confirmed_by": by, "confirmed_by": by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="trusted", **bent)


def test_beside_a_real_agency_no_node_is_trusted_as_invented(here: Town, tmp_path: Path) -> None:
    keys = Keyring.create(tmp_path / "theirs").public_keys()
    with transaction.atomic():
        other = enrol_node(f"invented {uuid7()}", "http://localhost:1", keys, is_self=False, fictional=True)
        assert other.trusted
        enrol_agency(this_node(), name=f"Real {uuid7()}", kind="police", protocol="", time_zone="UTC")
        assert not Node.objects.get(id=other.id).trusted
        with pytest.raises(ValueError, match="two people"):
            enrol_node(f"invented {uuid7()}", "http://localhost:1", keys, is_self=False, fictional=True)
        transaction.set_rollback(True)


# Striking off


def released_to(theirs: Agency, here: Town) -> Grant:
    """The advocates' release to an agency elsewhere."""
    scene = release_to_police(here, at=now())
    with as_agency(here.advocates.id, at=now()):
        Release.objects.filter(id=scene.release.id).update(recipient=theirs)
        Grant.objects.filter(id=scene.grant.id).update(recipient=theirs)
        Letter.objects.filter(agency=here.advocates).update(to=theirs)
        return Grant.objects.get(id=scene.grant.id)


def test_struck_node_is_a_stranger_at_once(up: int, here: Town, elsewhere: Elsewhere, book: Path) -> None:
    found = confirmed(trust.propose_node(elsewhere.text, at=now()), here)
    theirs = Agency.objects.select_related("node").get(id=elsewhere.agency)
    grant = released_to(theirs, here)
    with as_agency(here.police.id, at=now()):
        send_letter("contact_request/1", {}, by=here.police, to=theirs, at=now())
    assert strike_off(found, "attacked", by=here.supervisor.id, at=now()) == 1
    data = elsewhere.letter(here.police)
    for path in ("/exchange/letters/", "/exchange/reads/"):
        assert send(path, data, node=str(found.id)) == send(path, data, node=str(uuid7()))
    for agency in (here.police, here.advocates):
        assert {(one.closed_as, bytes(one.sealed)) for one in letters_of(agency)} == {("revoked", b"")}
        with as_agency(agency.id, at=now()):
            assert not waiting().exists()
        assert kinds_in_ledger(agency).count("node.revoked") == 1
    with as_agency(here.advocates.id, at=now()):
        assert Grant.objects.get(id=grant.id).withdrawn_at is not None
        assert Release.objects.get(id=grant.release_id).withdrawn_at is not None
    kinds = [line.kind for line in journal.lines(book) if line.about == found.id]
    assert kinds
    assert set(kinds) == {"node.revoked"}


def test_withdrawal_towards_a_struck_node_still_works(here: Town, elsewhere: Elsewhere) -> None:
    found = confirmed(trust.propose_node(elsewhere.text, at=now()), here)
    theirs = Agency.objects.select_related("node").get(id=elsewhere.agency)
    grant = released_to(theirs, here)
    trust.revoke_node(found, "closed", by=None, at=now())
    with as_agency(here.advocates.id, at=now(), worker=here.advocate.id):
        release = Release.objects.select_related("agency", "recipient").get(id=grant.release_id)
        withdraw_release(release, by=here.advocate, at=now(), channel="phone")
    assert {letter.closed_as for letter in letters_of(here.advocates)} == {"revoked"}


def test_struck_node_comes_back_only_by_two_people(here: Town, elsewhere: Elsewhere) -> None:
    found = confirmed(trust.propose_node(elsewhere.text, at=now()), here)
    trust.revoke_node(found, "ended", by=None, at=now())
    with pytest.raises(trust.NotTrusted, match="proposed"):
        trust.confirm_node(found, trust.fingerprint(found), by=here.supervisor.id, at=now())
    again = trust.propose_node(elsewhere.text, at=now())
    assert (again.id, again.state, again.confirmed_by) == (found.id, "proposed", None)


def test_node_does_not_strike_itself_off_and_wants_a_listed_reason(here: Town, elsewhere: Elsewhere) -> None:
    with pytest.raises(trust.NotTrusted, match="itself"):
        trust.revoke_node(this_node(), "ended", by=None, at=now())
    with pytest.raises(trust.NotTrusted, match="one of"):
        trust.revoke_node(trust.propose_node(elsewhere.text, at=now()), "why not", by=None, at=now())


# Moving


def moved(elsewhere: Elsewhere, to: Agency, address: str, number: int = 1) -> bytes:
    return elsewhere.letter(
        to, kind="moved/1", body={"address": address}, number=number, slip={"lane": AT_ONCE}
    )


def test_moved_node_is_followed_and_an_old_letter_does_not_lead_back(
    up: int, here: Town, elsewhere: Elsewhere
) -> None:
    found = confirmed(trust.propose_node(elsewhere.text, at=now()), here)
    first = moved(elsewhere, here.police, "http://localhost:2")
    for data, became in (
        (first, "taken"),
        (moved(elsewhere, here.police, "https://new.example", 2), "taken"),
        (first, "taken"),
        (moved(elsewhere, here.police, "http://new.example", 3), "refused"),
        (moved(elsewhere, here.police, "https://u:p@new.example", 4), "refused"),
    ):
        assert outcome_elsewhere(send("/exchange/letters/", data, node=str(found.id)), elsewhere) == became
    assert Node.objects.get(id=found.id).address == "https://new.example"
    assert kinds_in_ledger(here.police).count("node.moved") == 2


def test_new_address_is_told_to_each_trusted_node_once(here: Town, elsewhere: Elsewhere) -> None:
    with transaction.atomic():
        trust.propose_node(elsewhere.text, at=now())
        Node.objects.filter(is_self=False).exclude(name=elsewhere.told["name"]).update(state="proposed")
        assert trust.announce_address("http://localhost:77", at=now()) == 0
        confirmed(Node.objects.get(name=elsewhere.told["name"]), here)
        assert trust.announce_address("http://localhost:77", at=now()) == 1
        assert this_node().address == "http://localhost:77"
        with connection.cursor() as cursor:
            cursor.execute(
                "select set_config('app.agency', %s, true)",
                [str(Agency.objects.filter(node__is_self=True).order_by("name")[0].id)],
            )
        assert Letter.objects.filter(kind="moved/1", to_id=elsewhere.agency).count() == 1
        transaction.set_rollback(True)
