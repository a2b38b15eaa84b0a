"""The `shelterbelt keys` commands that lock a node's key folder, print its paper shares, and open it again by two of them.

Each changes nothing before it has seen that what was given opens the folder. Shares are printed on demand only, to the
terminal, and kept nowhere.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from shelterbelt.config import keys, nodes
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.processes import Fault, locked, private_text
from shelterbelt.sealing import lock, shares
from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.sealing.lock import Unlock
from shelterbelt.sealing.primitives import Key
from shelterbelt.ui.clock import now


def lock_command(chosen: argparse.Namespace) -> int:
    """`keys lock`: lock the folder, or finish that, or change what opens it."""
    node = nodes.this_node()
    _refuse_running(node)
    ring = keys.open_ring(node)
    master = Key(ring.master()) if lock.kind_of(node.keys) else None
    lock.close(node.keys, _new_unlock(node, chosen.key_file), master=master)
    _say_locked(node, chosen.key_file)
    if master is None:
        print(
            "Now print three paper shares: shelterbelt keys shares. Without them a lost opener is a lost node."
        )
    return 0


def _refuse_running(node: NodeConfig) -> None:
    """What `up` started before the first lock could not open the keys again if one of its processes fell."""
    if lock.kind_of(node.keys) is not None:
        return
    try:
        with locked(node.folder.parent / "up.lock", wait=False):
            return
    except BlockingIOError:
        raise Fault("Stop shelterbelt up, lock the keys, and start it again with what opens them.") from None


def shares_command(chosen: argparse.Namespace) -> int:
    """`keys shares`: print three sheets, one for each person. Nothing of them is kept."""
    node = nodes.this_node()
    made = shares.split(keys.open_ring(node).master())
    for number, words in enumerate(made, 1):
        print(shares.sheet(words, number, node.name), end="\f\n" if number < len(made) else "\n")
    print(
        "Give each sheet to another person, then clear this window. Shares printed earlier still open the keys.",
        file=sys.stderr,
    )
    return 0


def recover_command(chosen: argparse.Namespace) -> int:
    """`keys recover`: two shares open the folder, and something new opens it from now on."""
    node = nodes.this_node()
    master = _master_by_shares(node)
    lock.close(node.keys, _new_unlock(node, chosen.key_file), master=Key(master.secret))
    _say_locked(node, chosen.key_file)
    return 0


def drill_command(chosen: argparse.Namespace) -> int:
    """`keys drill`: show that two shares open the folder. Nothing changes but the day of the last exercise."""
    node = nodes.this_node()
    _master_by_shares(node)
    private_text(node.keys / keys.DRILL, json.dumps({"drilled_on": now().date().isoformat()}))
    print(f"{node.name}: these two shares open the keys. Nothing was changed.")
    return 0


def _master_by_shares(node: NodeConfig) -> Unlock:
    """The master key from two shares, once it is seen to open this folder."""
    if lock.kind_of(node.keys) is None:
        raise Fault(f"The key folder of node {node.name} is not locked: there are no shares of it.")
    unlock = Unlock("master", shares.join(list(_typed_shares(node))))
    try:
        Keyring.open(node.keys, unlock)
    except SealingError as fault:
        raise Fault(f"These shares are sound, and do not open this node's keys. {fault}") from None
    return unlock


def _typed_shares(node: NodeConfig) -> Iterator[str]:
    """Two shares from the terminal, or from a file: each ends with an empty line or when it has all its words."""
    asks = sys.stdin.isatty()
    for number in range(1, shares.NEEDED + 1):
        if asks:
            print(f"Share {number} of {shares.NEEDED} for node {node.name} (then an empty line):", flush=True)
        lines: list[str] = []
        for line in sys.stdin:
            if line.strip():
                lines.append(line)
            if (lines and not line.strip()) or shares.count(lines) >= shares.LENGTH:
                break
        yield "".join(lines)


def _new_unlock(node: NodeConfig, key_file: Path | None) -> Unlock:
    """What opens the folder from now on: a key file (made when it is not there), or a passphrase typed twice."""
    if key_file is not None:
        if key_file.resolve().is_relative_to(node.keys.resolve()):
            raise Fault(f"{key_file} lies beside the keys that it opens: keep it on another medium.")
        keys.make_key_file(key_file)
        unlock = keys.read_file(key_file, beside=node.keys)
        if unlock.kind != "file":
            raise Fault(f"{key_file} is there and is not a key file: it was left as it is.")
        return unlock
    if not sys.stdin.isatty():
        raise Fault("A passphrase is typed on a terminal; without one, name a key file with --key-file.")
    unlock = lock.by_passphrase(keys.typed("New passphrase: "))
    lock.refuse_weak(unlock)
    if lock.by_passphrase(keys.typed("The same again: ")).secret != unlock.secret:
        raise Fault("The two were not the same: nothing was changed.")
    return unlock


def _say_locked(node: NodeConfig, key_file: Path | None) -> None:
    opener = f"the file {key_file}: keep it on a medium of its own" if key_file else "the passphrase"
    print(f"{node.name}: its keys are locked, and open with {opener}.")
