"""Which tests begin first when several processes share them: those that take long, spread over all, so that none is last.

Loaded by `python -m tests` alone. A module's tests stay together.
"""

from pathlib import Path
from typing import Any, TypeVar

import pytest

One = TypeVar("One")
HERE = Path(__file__).parent
# Modules whose single tests or fixtures take ten seconds of work and more.
LONG = (
    "apps/test_worlds_apart.py",
    "config/test_crash.py",
    "config/test_help_alerts_survive.py",
    "config/test_backup.py",
    "config/test_up.py",
    "config/test_accounts.py",
    "config/test_programs.py",
    "apps/notices/test_quiet.py",
    "apps/disclosures/test_access_log.py",
    "apps/test_every_route.py",
    "apps/test_hostile_input.py",
    "apps/test_twin_worlds.py",
    "apps/access/test_histories.py",
    "apps/consent/test_at_once.py",
    "apps/api/test_not_found.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each process gets an equal stretch of the list to begin with: the long ones stand at the heads of the stretches."""
    if gone := [name for name in LONG if not (HERE / name).exists()]:
        raise pytest.UsageError(f"tests/order.py names what is not there: {gone}")
    modules = {HERE / name for name in LONG}
    long = [item for item in items if item.path in modules]
    items[:] = spread(long, [item for item in items if item.path not in modules], _processes(config))


def spread(long: list[One], others: list[One], processes: int) -> list[One]:
    """All in as many stretches of equal length as there are processes, each with its share of the long ones first."""
    whole = len(long) + len(others)
    order: list[One] = []
    for n in range(processes):
        order += long[len(long) * n // processes : len(long) * (n + 1) // processes]
        needed = max(0, whole * (n + 1) // processes - len(order))
        order += others[:needed]
        others = others[needed:]
    return order


def _processes(config: pytest.Config) -> int:
    """How many share them: a process of the run knows from the one that started it."""
    told: dict[str, Any] = getattr(config, "workerinput", {})
    return int(told.get("workercount", getattr(config.option, "numprocesses", None) or 1))
