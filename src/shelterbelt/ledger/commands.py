"""The words of `shelterbelt ledger`, for the operator of a node: sign, verify, prove. They show ids and digests only."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from shelterbelt.ledger import check, checkpoints, proofs
from shelterbelt.ledger.logs import Log, chosen, one
from shelterbelt.ledger.models import Checkpoint as Kept
from shelterbelt.ledger.verify import Verdict, verify
from shelterbelt.sealing.checkpoints import (
    Checkpoint,
    CheckpointRefused,
    Signer,
    parsed,
    read,
    signer,
    text_of,
)
from shelterbelt.sealing.errors import SealingError
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


def verify_command(args: argparse.Namespace) -> int:
    """A line for each ledger; exit code 1 when one is broken or a checkpoint is not its."""
    bad = 0
    outside = _held(args.against) if args.against else {}
    logs = chosen(args.agency)
    for log in logs:
        key = signer(args.key) if args.key else log.signer
        heads, refused = _heads(log, key, outside)
        with as_agency(log.agency, at=now()):
            verdict = verify(log.agency, heads)
        faults = (*refused, *verdict.faults, *_unheld(log, verdict, outside, asked=bool(args.against)))
        bad += bool(faults)
        print(_said(log, verdict, whole=not faults))
        for fault in faults:
            print(f"  {fault}")
    for path in sorted(outside.keys() - {path for log in logs for path, _ in _of(log, outside)}):
        bad += 1
        print(f"{path}: is no checkpoint of a ledger that was looked at")
    return 1 if bad else 0


def checkpoint_command(args: argparse.Namespace) -> int:
    """Sign what is due, and show or write the newest checkpoint of each ledger."""
    logs = [one(args.agency)] if args.out else chosen(args.agency)
    signed = [(log, checkpoints.make(log, at=now())) for log in logs]  # all, before whoever reads may go away
    for log, made in signed:
        if made is None:
            print(f"{log.name}: nothing is in the ledger yet")
        elif args.out:
            args.out.write_bytes(bytes(made.note))
        else:
            print(f"{log.name}: key {log.signer}\n\n{bytes(made.note).decode()}")
    return 0


def key_command(args: argparse.Namespace) -> int:
    """The public key of each ledger, to hand to whoever checks its checkpoints."""
    for log in chosen(args.agency):
        print(log.signer)
    return 0


def prove_command(args: argparse.Namespace) -> int:
    """A proof that an entry or a reading stands in the ledger."""
    row = (
        proofs.RowId("entries", args.entry)
        if args.entry is not None
        else proofs.RowId("readings", args.reading)
    )
    log = one(args.agency)
    with as_agency(log.agency, at=now()):
        _give(proofs.inclusion(log.agency, row, args.size), args.out)
    return 0


def consistency_command(args: argparse.Namespace) -> int:
    """A proof that one checkpoint's ledger grew from another's, checked before it is given."""
    texts = [text_of(path.read_bytes()) for path in (args.old, args.new)]
    old, new = map(parsed, texts)
    log = next((log for log in chosen(None) if log.origin == old.origin == new.origin), None)
    if log is None:
        raise SealingError("These are not two checkpoints of one ledger of this node.")
    with as_agency(log.agency, at=now()):
        proof = proofs.consistency(log.agency, old.size, new.size)
    check.grown(proof, old, new)
    _give(proof, args.out)
    return 0


def _give(proof: dict[str, Any], out: Path | None) -> None:
    text = json.dumps(proof, indent=1)
    if out:
        out.write_text(text + "\n")
    else:
        print(text)


def _heads(log: Log, key: Signer, outside: dict[Path, bytes]) -> tuple[list[Checkpoint], list[str]]:
    """The log's checkpoints: its own table's, its folder's, and those from elsewhere; and what is wrong with them."""
    with as_agency(log.agency, at=now()):
        notes = [
            (f"the kept checkpoint of {kept.size} lines", bytes(kept.note))
            for kept in Kept.objects.filter(agency_id=log.agency)
        ]
    folder = _notes(Path(settings.CHECKPOINTS) / log.ref) if settings.CHECKPOINTS else {}
    notes += [(str(path), note) for path, note in [*folder.items(), *_of(log, outside)]]
    heads, refused = [], []
    for name, note in notes:
        try:
            heads.append(read(note, by=key))
        except CheckpointRefused as fault:
            refused.append(f"{name}: {fault}")
    return heads, refused


def _notes(path: Path) -> dict[Path, bytes]:
    """A checkpoint, or all that lie in a folder."""
    if path.is_dir():
        return {found: found.read_bytes() for found in checkpoints.copies(path)}
    return {path: path.read_bytes()} if path.exists() else {}


def _held(path: Path) -> dict[Path, bytes]:
    """What was kept elsewhere; a medium that is not in its place must not pass for one that agrees."""
    if found := _notes(path):
        return found
    raise SealingError(f"There is no checkpoint at {path}: is the medium in its place?")


def _unheld(log: Log, found: Verdict, outside: dict[Path, bytes], *, asked: bool) -> list[str]:
    if asked and found.lines and not any(_of(log, outside)):
        return ["none of the checkpoints that were kept elsewhere is this ledger's"]
    return []


def _of(log: Log, outside: dict[Path, bytes]) -> Iterator[tuple[Path, bytes]]:
    for path, note in outside.items():
        if note.startswith(f"{log.origin}\n".encode()):
            yield path, note


def _said(log: Log, found: Verdict, *, whole: bool) -> str:
    parts = [f"{found.lines} lines", f"{found.waiting} waiting", f"{found.compared} checkpoints compared"]
    parts += [f"{found.erased} erased"] if found.erased else []
    parts += [f"{found.padding} of padding"] if found.padding else []
    return f"{log.name}: {'whole' if whole else 'BROKEN'}: {', '.join(parts)}"
