"""Checks a proof against signed checkpoints, with no database and no node. Refuses what does not follow from them."""

import argparse
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from shelterbelt.ledger.lines import commitment
from shelterbelt.sealing import merkle
from shelterbelt.sealing.checkpoints import Checkpoint, CheckpointRefused, read, signer


def shown(proof: dict[str, Any], head: Checkpoint) -> str:
    """What a proof of inclusion shows, in a sentence; CheckpointRefused when it shows nothing."""
    sealed = _raw(proof["commitment"])
    salt, row = proof["salt"], proof["row"]
    if salt is not None and commitment(_raw(salt), row) != sealed:
        raise CheckpointRefused("The row is not the one that the line was committed to.")
    leaf, parts = merkle.leaf_hash(sealed), [_raw(part) for part in proof["proof"]]
    if proof["size"] != head.size:
        raise CheckpointRefused(f"The proof is for {proof['size']} lines and the checkpoint for {head.size}.")
    if not merkle.verify_inclusion(leaf, proof["line"], head.size, parts, head.root):
        raise CheckpointRefused("The line is not in the ledger that the checkpoint was signed for.")
    what = "was erased and held its place" if salt is None else f"holds this row: {json.dumps(row)}"
    return f"genuine: line {proof['line']} of {head.size} {what}"


def grown(proof: dict[str, Any], old: Checkpoint, new: Checkpoint) -> str:
    """What a proof of consistency shows, in a sentence."""
    parts = [_raw(part) for part in proof["proof"]]
    if not merkle.verify_consistency(old.size, new.size, parts, old.root, new.root):
        raise CheckpointRefused("The later ledger did not grow from the earlier one.")
    return f"genuine: the ledger of {new.size} lines grew from that of {old.size}, and nothing before was changed"


def command(args: argparse.Namespace) -> int:
    """`shelterbelt ledger check`: exit code 1 with a line that says why, where a proof is not genuine."""
    key = signer(args.key)
    proof, head = _proof(args.file), read(args.checkpoint.read_bytes(), by=key)
    try:
        print(grown(proof, read(args.old.read_bytes(), by=key), head) if args.old else shown(proof, head))
    except (KeyError, TypeError, ValueError):
        raise CheckpointRefused("The proof is not well written, or is a proof of something else.") from None
    return 0


def _proof(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CheckpointRefused("The proof is not well written.")
    return found


def _raw(text: str) -> bytes:
    return b64decode(text, validate=True)
