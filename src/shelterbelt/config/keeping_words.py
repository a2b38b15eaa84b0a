"""The words of the command that keep a node: its keys, its ledger, its backups, its going to another machine."""

import argparse
from collections.abc import Callable
from pathlib import Path


def key_words(word: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The words that look after a node's keys."""
    here = "shelterbelt.config"
    for name, what in (
        ("lock", "Lock the key folder, or change what opens it."),
        ("recover", "Open the key folder by two paper shares, and choose anew what opens it."),
    ):
        opener = word(name, f"{here}.locking:{name}_command", what)
        opener.add_argument(
            "--key-file", type=Path, metavar="FILE", help="open it with this file (made if missing)"
        )
    word(
        "shares",
        f"{here}.locking:shares_command",
        "Print three paper shares, any two of which open the keys.",
    )
    word(
        "drill", f"{here}.locking:drill_command", "Show that two paper shares open the keys; change nothing."
    )
    turned = word(
        "rotate", f"{here}.rotation:command", "Give agencies new wrapping keys while the node is at work."
    )
    turned.add_argument("--agency", metavar="NAME", help="this agency alone (default: every agency here)")
    turned.add_argument(
        "--finish", action="store_true", help="take away the keys of before that nothing needs"
    )


def ledger_words(word: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The words of the ledger."""
    here = "shelterbelt.ledger.commands"
    verify = word("verify", f"{here}:verify_command", "Recompute the ledger and say where it breaks.")
    verify.add_argument(
        "--against",
        type=Path,
        metavar="PATH",
        help="checkpoints that were kept elsewhere: a file or a folder",
    )
    verify.add_argument("--key", metavar="KEY", help="the key that signed them (default: this node's)")
    made = word(
        "checkpoint", f"{here}:checkpoint_command", "Sign the ledger where that is due; show what was signed."
    )
    key = word("key", f"{here}:key_command", "Show the public key that checkpoints are checked with.")
    prove = word("prove", f"{here}:prove_command", "Prove that a row stands in the ledger.")
    row = prove.add_mutually_exclusive_group(required=True)
    row.add_argument("--entry", type=int, metavar="ID", help="an entry (what was done)")
    row.add_argument("--reading", type=int, metavar="ID", help="a reading (who looked)")
    prove.add_argument("--size", type=int, metavar="LINES", help="of which checkpoint (default: the newest)")
    grown = word(
        "consistency",
        f"{here}:consistency_command",
        "Prove that one checkpoint's ledger grew from another's.",
    )
    grown.add_argument("old", type=Path, metavar="OLD")
    grown.add_argument("new", type=Path, metavar="NEW")
    for found in (verify, made, key, prove):
        found.add_argument(
            "--agency", metavar="NAME", help="which agency's ledger (default: all of the node)"
        )
    for found in (made, prove, grown):
        found.add_argument("--out", type=Path, metavar="FILE", help="write it there")
    check = word("check", "shelterbelt.ledger.check:command", "Check a proof; needs no node and no database.")
    check.set_defaults(needs_node=False)
    check.add_argument("file", type=Path, metavar="PROOF")
    check.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="the signed checkpoint")
    check.add_argument("--old", type=Path, metavar="FILE", help="the earlier one, for a proof of consistency")
    check.add_argument("--key", required=True, metavar="KEY", help="the ledger's public key")


def backup_words(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The words that keep a node safe."""
    here = "shelterbelt.config"
    backup = command("backup", f"{here}.backup:command", "Back a node up, encrypted; its keys go elsewhere.")
    backup.add_argument(
        "words", nargs="+", metavar="FOLDER", help="FOLDER for the data, keys FOLDER, or keygen FILE"
    )
    restore = command("restore", f"{here}.restore:command", "Restore a backup and replay what came after it.")
    restore.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    restore.add_argument("--key", type=Path, metavar="FILE", help="the private backup key")
    restore.add_argument("--replay", action="store_true", help="go on where a restore stopped")


def moving_words(word: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The words by which a node goes from one machine to another."""
    here = "shelterbelt.config.moving"
    move = word("move", f"{here}:move", "Pack a whole node into one encrypted set and close it here.")
    move.add_argument("folder", type=Path, metavar="FOLDER")
    settle = word("settle", f"{here}:settle", "Open a packed node on this machine.")
    settle.set_defaults(needs_node=False)
    settle.add_argument("folder", type=Path, metavar="FOLDER")
    settle.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private backup key")
    settle.add_argument("--address", required=True, metavar="ADDRESS", help="how others reach it from now on")
    settle.add_argument("--port", type=int, metavar="PORT", help="its port here (default: as before)")
