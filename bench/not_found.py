"""How long "not found" takes for a case behind a wall, one that never was, and another agency's: they take turns.

Whoever measures answers must not learn from them what is there.
"""

import argparse
import logging
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any

from bench import machine

APART = 0.005
NEVER = "Zq4vY0tqk2J3cXo8m1nB5w"


def a_case(by: Any, at: Any) -> Any:
    """A case that this worker opened."""
    from shelterbelt.cases.actions import Party, open_incident, record_incident
    from shelterbelt.store.asker import as_agency

    with as_agency(by.agency_id, at=at, worker=by.id):
        told = [Party("survivor", {"name": "Ines Calder"}), Party("perpetrator", {"name": "Tomo Wern"})]
        draft = open_incident(by=by, at=at)
        done = record_incident(draft, content={}, parties=told, happened_at=at, by=by, at=at)
    return done.case


def town() -> tuple[Any, dict[str, str]]:
    """A signed-in client, and the addresses of what is not there for its worker."""
    from django.test import Client

    from shelterbelt.access.actions import open_account
    from shelterbelt.access.walls import raise_wall
    from shelterbelt.agencies.enrol import enrol_agency
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    at: Any = now()
    police: Any = machine.police("Police of the bench")
    others = enrol_agency(
        police.node, name="Others", kind="police", protocol="", time_zone="UTC", fictional=True
    )
    with as_agency(police.id, at=at):
        officer = open_account(agency=police, code="one", name="One", roles=["officer"], at=at)
        second = open_account(agency=police, code="two", name="Two", roles=["officer"], at=at)
    with as_agency(others.id, at=at):
        stranger = open_account(agency=others, code="three", name="Three", roles=["officer"], at=at)
    walled, theirs = a_case(second, at), a_case(stranger, at)
    with as_agency(police.id, at=at):
        raise_wall(
            walled.id, agency=police.id, worker=officer.id, basis="reviewer", reason="", by=None, at=at
        )
    client = Client(HTTP_HOST="localhost")
    with as_agency(police.id, at=at, worker=officer.id):
        client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    refs = {"walled": walled.ref, "never": NEVER, "another agency's": theirs.ref}
    return client, {name: f"/cases/{ref}/" for name, ref in refs.items()}


def measured(client: Any, addresses: Mapping[str, str], tries: int) -> dict[str, list[float]]:
    """Seconds of each answer; each kind goes first as often as the others."""
    times: dict[str, list[float]] = {name: [] for name in addresses}
    names = list(addresses)
    for n in range(tries):
        for name in names[n % len(names) :] + names[: n % len(names)]:
            begun = time.perf_counter()
            answer = client.get(addresses[name])
            times[name].append(time.perf_counter() - begun)
            if answer.status_code != 404:
                raise RuntimeError(f"{name}: answered {answer.status_code}")
    return times


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    chosen = parser.parse_args(words)
    machine.heading(f'"Not found" three ways, {chosen.tries} tries each, in turn')
    with machine.node():
        logging.getLogger("django.request").setLevel(logging.ERROR)
        client, addresses = town()
        measured(client, addresses, 20)
        times = measured(client, addresses, chosen.tries)
    medians = {name: statistics.median(told) for name, told in times.items()}
    for name, told in times.items():
        worst = sorted(told)[int(len(told) * 0.95)]
        print(f"  {name:18} median {1000 * medians[name]:6.2f} ms, p95 {1000 * worst:6.2f} ms")
    apart = max(medians.values()) - min(medians.values())
    met = apart < APART
    print(
        f"  {1000 * apart:.2f} ms apart; within {1000 * APART:.0f} ms: {'met' if met else 'MISSED'}",
        flush=True,
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
