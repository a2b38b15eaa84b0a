"""Proofs and the command line: what one side makes the other can check, with nothing but a checkpoint and a key."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.world import AT, DAY, Town

from shelterbelt.config import cli
from shelterbelt.ledger import check, commands, proofs
from shelterbelt.ledger.actions import reading
from shelterbelt.ledger.check import grown, shown
from shelterbelt.ledger.checkpoints import make
from shelterbelt.ledger.logs import Log
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.ledger.proofs import NoProof, RowId
from shelterbelt.sealing.checkpoints import Checkpoint, CheckpointRefused, read
from shelterbelt.sealing.errors import SealingError
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

Write = Callable[..., list[UUID]]


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, settings: Any) -> None:
    settings.CHECKPOINTS = tmp_path / "node"


def head(log: Log, days: int = 0) -> Checkpoint:
    made = make(log, at=AT + days * DAY)
    assert made is not None
    return read(bytes(made.note), by=log.signer)


def proof_of(log: Log, about: UUID) -> dict[str, Any]:
    with as_agency(log.agency, at=AT):
        return proofs.inclusion(log.agency, RowId("entries", Entry.objects.get(about=about).id))


def test_every_row_is_proven_to_stand_in_every_checkpoint_that_covers_it(
    police: Log, place: Town, written: Write
) -> None:
    told = written(police.agency, "case.opened", "note.written")
    first = head(police)
    with as_agency(police.agency, at=AT):
        for _ in range(300):
            reading("case", about=uuid7(), by=place.officer.id, agency=police.agency, at=AT)
    second = head(police, 1)
    with as_agency(police.agency, at=AT):
        for about in told:
            row = RowId("entries", Entry.objects.get(about=about).id)
            for size in (first.size, second.size):
                proof = json.loads(json.dumps(proofs.inclusion(police.agency, row, size)))
                assert str(about) in shown(proof, first if size == first.size else second)
        look = RowId("readings", Reading.objects.filter(agency_id=police.agency).order_by("-id")[0].id)
        assert shown(proofs.inclusion(police.agency, look), second)
        with pytest.raises(NoProof, match="No checkpoint covers"):
            proofs.inclusion(police.agency, look, first.size)
        proof = proofs.consistency(police.agency, first.size)
    assert "nothing before was changed" in grown(proof, first, second)


def test_a_proof_that_was_changed_anywhere_is_refused(police: Log, written: Write) -> None:
    told = written(police.agency, *["note.written"] * 5)
    held = head(police)
    good = proof_of(police, told[1])
    assert shown(good, held)
    for name, value in {
        "row": {**good["row"], "kind": "case.closed"},
        "line": good["line"] + 1,
        "salt": good["proof"][0],
        "commitment": good["proof"][0],
        "proof": good["proof"][:-1],
        "size": good["size"] - 1,
    }.items():
        with pytest.raises(CheckpointRefused):
            shown({**good, name: value}, held)
    with pytest.raises(CheckpointRefused):
        shown(good, Checkpoint(held.origin, held.size, bytes(32)))


def test_a_proof_shows_one_row_and_no_other(police: Log, written: Write) -> None:
    told = written(police.agency, *["note.written"] * 5)
    head(police)
    text = json.dumps(proof_of(police, told[2]))
    assert str(told[2]) in text
    assert not any(str(about) in text for about in told if about != told[2])


def test_nothing_is_proven_of_padding_or_of_another_agencys_row(
    police: Log, advocates: Log, written: Write
) -> None:
    (about,) = written(police.agency, "note.written")
    head(advocates)
    head(police)
    with as_agency(police.agency, at=AT):
        row = RowId("entries", Entry.objects.get(about=about).id)
    with as_agency(advocates.agency, at=AT):
        for other in (row, RowId("readings", 10**12)):
            with pytest.raises(NoProof):
                proofs.inclusion(advocates.agency, other)
    with as_agency(advocates.agency, at=AT), pytest.raises(NoProof):
        proofs.inclusion(police.agency, row)


def test_a_daily_ledger_proves_only_what_its_day_covers(advocates: Log, written: Write) -> None:
    head(advocates)
    (about,) = written(advocates.agency, "note.written")
    with pytest.raises(NoProof, match="no line"):
        proof_of(advocates, about)
    assert head(advocates).size == 1024
    with pytest.raises(NoProof, match="No checkpoint"):
        proof_of(advocates, about)
    later = head(advocates, 1)
    assert str(about) in shown(proof_of(advocates, about), later)


@pytest.mark.parametrize("sizes", [(0, 1), (2, 1), (1, 10**9)])
def test_no_consistency_is_shown_of_sizes_that_are_not_there(
    police: Log, written: Write, sizes: tuple[int, int]
) -> None:
    written(police.agency, "note.written")
    head(police)
    with as_agency(police.agency, at=AT), pytest.raises(NoProof):
        proofs.consistency(police.agency, *sizes)


def said(capsys: Any, *words: str | Path) -> tuple[int, str]:
    """What `shelterbelt ledger …` answers, in this process."""
    args = cli.parser().parse_args(["ledger", *map(str, words)])
    module, name = args.answer.split(":")
    code = getattr({"commands": commands, "check": check}[module.rsplit(".", 1)[1]], name)(args)
    return code, capsys.readouterr().out


def test_the_commands_sign_prove_and_check(police: Log, written: Write, tmp_path: Path, capsys: Any) -> None:
    written(police.agency, "case.opened")
    old, new, proof = tmp_path / "old.txt", tmp_path / "new.txt", tmp_path / "proof.json"
    assert said(capsys, "checkpoint", "--agency", police.name, "--out", old) == (0, "")
    (about,) = written(police.agency, "note.written")
    assert said(capsys, "checkpoint", "--agency", police.ref, "--out", new)[0] == 0
    assert police.origin in said(capsys, "checkpoint", "--agency", police.name)[1]
    key = said(capsys, "key", "--agency", police.name)[1].strip()
    with as_agency(police.agency, at=AT):
        entry = Entry.objects.get(about=about).id
    said(capsys, "prove", "--entry", str(entry), "--agency", police.name, "--out", proof)
    assert str(about) in said(capsys, "check", proof, "--checkpoint", new, "--key", key)[1]
    with pytest.raises(CheckpointRefused):
        said(capsys, "check", proof, "--checkpoint", old, "--key", key)
    said(capsys, "consistency", old, new, "--out", proof)
    assert "grew" in said(capsys, "check", proof, "--checkpoint", new, "--old", old, "--key", key)[1]
    with pytest.raises(CheckpointRefused, match="not well written"):
        said(capsys, "check", proof, "--checkpoint", new, "--key", key)


def test_check_runs_where_there_is_no_node_and_no_database(
    police: Log, written: Write, tmp_path: Path
) -> None:
    (about,) = written(police.agency, "case.opened")
    made = make(police, at=AT)
    assert made is not None
    (tmp_path / "head.txt").write_bytes(bytes(made.note))
    (tmp_path / "proof.json").write_text(json.dumps(proof_of(police, about)))
    words = ["ledger", "check", "proof.json", "--checkpoint", "head.txt", "--key", str(police.signer)]
    done = subprocess.run(
        [sys.executable, "-m", "shelterbelt.config.cli", *words],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("genuine: line ")


def test_verify_says_whole_and_broken_against_what_was_kept_elsewhere(
    police: Log, owner: Any, written: Write, tmp_path: Path, capsys: Any, settings: Any
) -> None:
    written(police.agency, "case.opened", "note.written")
    held = head(police)
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "node").rename(elsewhere)
    words = ("verify", "--agency", police.name, "--against")
    code, told = said(capsys, *words, elsewhere)
    assert code == 0 and "whole" in told and "1 checkpoints compared" in told
    for table in ("leaf", "salt"):
        owner.execute(
            f"delete from ledger_{table} where agency_id = %s and number >= %s",
            [police.agency, held.size - 1],
        )
    owner.execute(
        "delete from ledger_entry where agency_id = %s and id = (select max(id) from ledger_entry where agency_id = %s)",
        [police.agency, police.agency],
    )
    owner.execute("delete from ledger_checkpoint where agency_id = %s", [police.agency])
    assert said(capsys, "verify", "--agency", police.name)[0] == 0
    code, told = said(capsys, *words, elsewhere)
    assert code == 1 and "BROKEN" in told and "the end was cut off" in told


def test_verify_does_not_pass_for_want_of_what_was_kept_elsewhere(
    police: Log, advocates: Log, written: Write, tmp_path: Path, capsys: Any
) -> None:
    written(police.agency, "case.opened")
    head(police)
    words = ("verify", "--agency", police.name, "--against")
    (tmp_path / "stick").mkdir()
    for place in (tmp_path / "stick", tmp_path / "no stick"):
        with pytest.raises(SealingError, match="is the medium in its place"):
            said(capsys, *words, place)
    written(advocates.agency, "case.opened")
    head(advocates)
    code, told = said(capsys, *words, tmp_path / "node" / advocates.ref)
    assert code == 1 and "none of the checkpoints that were kept elsewhere is this ledger's" in told


def test_verify_refuses_a_checkpoint_that_is_not_signed_by_the_key(
    police: Log, written: Write, tmp_path: Path, capsys: Any
) -> None:
    written(police.agency, "case.opened")
    held = head(police)
    note = tmp_path / "node" / police.ref / f"{held.size:012}.txt"
    note.write_bytes(note.read_bytes().replace(f"\n{held.size}\n".encode(), f"\n{held.size + 1}\n".encode()))
    code, told = said(capsys, "verify", "--agency", police.name)
    assert code == 1 and "not genuine" in told
    other = tmp_path / "other.txt"
    other.write_bytes(b"somebody/else\n1\n")
    assert (
        "no checkpoint of a ledger" in said(capsys, "verify", "--agency", police.name, "--against", other)[1]
    )
    with pytest.raises(SealingError, match="no agency of that name"):
        said(capsys, "verify", "--agency", "No such agency")
