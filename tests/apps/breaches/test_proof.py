"""The proof of a breach leaves as one file that holds outside the product, and every change of it is seen."""

import base64
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou
from shelterbelt.breaches import actions
from shelterbelt.breaches.models import BreachCustody
from shelterbelt.breaches.proof import LIST, SIGNATURE, checked, told
from shelterbelt.cases.evidence import take_in
from shelterbelt.cases.models import CaseIncident
from shelterbelt.config import breach as command
from shelterbelt.rules.breach import CONFIRMED
from shelterbelt.sealing.primitives import sign
from tests.apps.breaches.cast import FRAMES, Broken, broken
from tests.world import AT, Town


@pytest.fixture
def here(place: Town) -> Broken:
    return broken(place)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return made.getvalue()


def test_proof_holds_outside_the_product_and_every_change_is_seen(here: Broken, tmp_path: Path) -> None:
    row, by = here.seen(), here.town.detective
    assert row is not None
    here.says(row, CONFIRMED)
    with here.asks(by):
        paper = actions.add_paper(row, b"quezzelpicture", name="q.png", about="quezzelabout", by=by, at=AT)
        assert actions.look_at(paper, by=by, at=AT) == b"quezzelpicture"
        for data in (b"", b"x" * (2 * 1024 * 1024 + 1)):
            with pytest.raises(actions.TooLarge):
                actions.add_paper(row, data, name="", about="", by=by, at=AT)
        data = actions.take_out(row, by=by, at=AT)
        handled = [one.kind for one in BreachCustody.objects.filter(evidence=paper).order_by("number")]
        assert handled == ["taken_in", "looked_at", "copied_out"]
    ours = sealing.keyring().public_keys().sign
    found = checked(data, key=ours)
    assert (found.faults, found.pieces) == ((), 2)
    parts = parts_of(data)
    listed = json.loads(parts[LIST])
    assert parts["files/01.bin"] == FRAMES and len(listed["evidence"][0]["fixes"]) == 3
    # Nobody's words are in it but what was taken in, and nobody's name.
    text = parts[LIST].decode() + parts["how.txt"].decode()
    for word in ("quezzel", "Birch", "Pike", "Jamie", "41.8781, "):
        assert word not in text
    # As any computer checks it.
    if shutil.which("openssl"):
        for name in (LIST, SIGNATURE, "key.pem"):
            (tmp_path / name).write_bytes(parts[name])
        asked = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "key.pem",
            "-rawin",
            "-in",
            LIST,
            "-sigfile",
            SIGNATURE,
        ]
        assert subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    # By the command, without any setting of a node.
    place = tmp_path / "one.zip"
    place.write_bytes(data)
    assert command.verify(place, None) == 0 and command.verify(place, tmp_path / "key.pem") == 0
    place.write_bytes(data[:-40])
    assert command.verify(place, None) == 1
    assert checked(data, key=b"\1" * 32).faults == ("it was signed with another key",)
    every_change_is_seen(parts, ours)
    for junk in (b"", b"PK", data[:100], packed({}), packed({LIST: b"[]"})):
        assert checked(junk).faults == ("it is no file of proof",)


def every_change_is_seen(parts: dict[str, bytes], ours: bytes) -> None:
    """Any part that is changed, added or taken away; and a list written anew by whoever holds the key."""
    assert checked(packed({**parts, "files/09.bin": b"#"}), key=ours).faults
    for name in sorted(parts.keys() - {"how.txt"}):
        changed = parts[name][:10] + b"#" + parts[name][11:]
        assert checked(packed({**parts, name: changed}), key=ours).faults, name
        assert checked(packed({k: v for k, v in parts.items() if k != name})).faults, name
    keys = sealing.keyring().node_keys().sign
    for number, change in enumerate(CHANGES):
        other = json.loads(parts[LIST])
        change(other)
        again = told(other)
        forged = {**parts, LIST: again, SIGNATURE: sign(keys, again)}
        assert checked(packed(forged), key=ours).faults, number


def first(listed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = listed["evidence"][0]
    return found


def stated(listed: dict[str, Any], **changes: Any) -> None:
    first(listed)["statement"] = told({**json.loads(first(listed)["statement"]), **changes}).decode()


def signed_by_a_stranger(listed: dict[str, Any]) -> None:
    """The same statement, and a valid signature: of a key that the node never had."""
    stranger = Ed25519PrivateKey.generate()
    signature = sign(stranger, first(listed)["statement"].encode())
    first(listed).update(signature=signature.hex(), key=stranger.public_key().public_bytes_raw().hex())


CHANGES: tuple[Callable[[dict[str, Any]], Any], ...] = (
    lambda one: one.update(about="another/1"),
    lambda one: one["breach"].update(id="other"),
    lambda one: first(one).update(id="other"),
    lambda one: first(one)["fixes"].pop(),
    lambda one: first(one)["fixes"][0].update(latitude=1.0),
    lambda one: first(one)["custody"].pop(0),
    lambda one: first(one)["custody"].clear(),
    lambda one: first(one)["custody"][0].update(by="other"),
    lambda one: first(one)["custody"][0].update(at=AT.replace(year=2025).isoformat()),
    lambda one: first(one).update(signature="00" * 64),
    lambda one: first(one).update(key="11" * 32),
    signed_by_a_stranger,
    lambda one: stated(one, taken_in_at=AT.replace(year=2025).isoformat()),
    lambda one: stated(one, sha256="00" * 32),
    lambda one: first(one).pop("statement"),
    lambda one: first(one).update(file="files/02.bin"),
    lambda one: one["evidence"].pop(),
)


def test_pieces_are_kept_whole_under_the_seal(here: Broken) -> None:
    row, by = here.report(), here.town.detective
    with here.asks(by):
        piece = actions.add_paper(row, b"quezzelpicture", name="q.png", about="", by=by, at=AT)
        assert b"quezzel" not in bytes(piece.sealed)
        assert base64.b64encode(b"quezzelpicture") not in bytes(piece.sealed)


def test_file_of_evidence_of_the_case_is_named_with_its_digest_and_one_of_another_case_is_not(
    here: Broken,
) -> None:
    row, lone, by = here.report(), here.report(case=None), here.town.officer
    with here.asks(by):
        incident = CaseIncident.objects.get(case=here.case).incident
        file = take_in(incident, io.BytesIO(b"quezzel"), name="n", kind="photo", about="", by=by, at=AT)
        piece = actions.name_file(row, file, by=by, at=AT)
        assert bytes(piece.sha256) == bytes(file.sha256)
        listed = json.loads(parts_of(actions.take_out(row, by=by, at=AT))[LIST])
        assert [one["file"] for one in listed["evidence"]] == [""]
        assert [line["kind"] for line in listed["evidence"][0]["before"]] == ["taken_in"]
        assert actions.name_file(row, file, by=by, at=AT) == piece
        with pytest.raises(NotForYou):
            actions.name_file(lone, file, by=by, at=AT)
