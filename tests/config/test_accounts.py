"""The first agency and the first administrator of a real node come from its command line; the rest from pages."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.machines import Machine


@pytest.fixture(scope="module")
def machine(tables: Path | None) -> Iterator[Machine]:
    """An empty node, not a demonstration."""
    media = Path(tempfile.mkdtemp(prefix="sb-accounts-"))
    media.chmod(0o711)
    made = Machine(media / "home", tables=tables)
    try:
        assert (done := made("migrate")).returncode == 0, done.stderr
        yield made
    finally:
        made.remove()
        shutil.rmtree(media, ignore_errors=True)


def test_a_real_node_begins_at_the_command_line(machine: Machine) -> None:
    """Given an empty node, when its agency is added and its administrator opened, then their code is shown once."""
    refused = machine("account", "open", "adm-01", "--role", "administrator", said="Kim Doe\n")
    assert refused.returncode == 1 and "there is none yet" in refused.stderr
    added = machine("agency", "add", "Real Advocates", "--kind", "advocates", "--zone", "America/Chicago",
                    "--protocol", "demo_county/victim_service", "--unit", "day=Day team")  # fmt: skip
    assert added.returncode == 0, added.stderr
    for wrong in (["--kind", "cult", "--zone", "UTC"], ["--kind", "shelter", "--zone", "Mars/Base"],
                  ["--kind", "shelter", "--zone", "UTC", "--protocol", "no/such"]):  # fmt: skip
        done = machine("agency", "add", "Other", *wrong)
        assert (done.returncode, done.stdout) == (1, ""), wrong
        assert done.stderr.startswith("shelterbelt: There is no")
    opened = machine("account", "open", "adm-01", "--role", "administrator", said="Kim Doe\n")
    assert opened.returncode == 0, opened.stderr
    first = once(opened.stdout)
    mixed = machine(
        "account", "open", "two", "--role", "administrator", "--role", "advocate", said="Kim Doe\n"
    )
    assert mixed.returncode == 1 and "cannot be given here" in mixed.stderr
    listed = machine("account", "list").stdout
    assert "adm-01" in listed and "administrator" in listed and "Kim" not in listed
    again = machine("account", "enrol", "adm-01")
    assert again.returncode == 0 and once(again.stdout) != first
    assert machine("account", "close", "adm-01").returncode == 0
    assert "closed" in machine("account", "list").stdout
    gone = machine("account", "enrol", "adm-01")
    assert gone.returncode == 1 and "No open account" in gone.stderr


def once(text: str) -> str:
    """The code for one use, as it was printed."""
    found = re.search(r"for one use:\s+((?:[0-9A-Z]{4} ){6}[0-9A-Z]{2})", text)
    assert found, text
    return found[1]
