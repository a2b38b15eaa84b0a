"""What the policy costs: boards at a million cases and two million living grants, with it and with none at all.

"None" is the same page as the server's superuser (row-level security stands aside) with every rule answering yes.
Then a fixed rate of mixed requests to the node as it is served, from outside, late starts counted.
"""

import argparse
import logging
import os
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench import machine
from bench.pages import LINK, Measured, Reader

ROUNDS = 8
MOST_TIMES = 1.5
RATE, LIMIT = 150, 0.025
PORT = 8999
# Requests before the first that counts: the node has been up for a while, and its connections have their plans.
WARM, WARM_RATE = 150, 15
# Looks at a page before those that count, with and without: each turn begins with a new connection, a node's stay.
WARM_LOOKS = 8
GRANTS = """
insert into consent_grant
  (id, ref, agency_id, case_id, recipient_id, categories, purpose, basis, written_until, from_at, until_at)
select gen_random_uuid(), %(mark)s || right(c.ref, 19), c.agency_id, c.id, %(recipient)s, '{case_file}', 'charging',
       'court_order', '{}', %(at)s - interval '1 day', %(at)s + interval '30 days'
  from cases_case c where c.agency_id = %(agency)s
"""
SIGHTS = """
insert into cases_sight (grant_id, agency_id, recipient_id, case_id, level, next_due_at, from_at, until_at)
select g.id, g.agency_id, g.recipient_id, c.id, c.level, c.next_due_at, g.from_at, g.until_at
  from consent_grant g join cases_case c on c.id = g.case_id
"""

# Questions to the database as they are written when every rule says yes.
WITHOUT: dict[Any, Any] = {}
Work = queue.Queue["tuple[float, Reader, str] | None"]


@dataclass
class Cast:
    """The three agencies of the node and one worker of each."""

    police: Any
    prosecutor: Any
    probation: Any
    detective: Any
    charging: Any
    officer: Any


def cast() -> Cast:
    """Make the agencies and their workers."""
    from shelterbelt.access.actions import open_account
    from shelterbelt.agencies.enrol import enrol_agency
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    police: Any = machine.police("Police of the bench")
    others = [
        enrol_agency(police.node, name=f"{kind} of the bench", kind=kind, protocol="", time_zone="America/Chicago",
                     fictional=True)
        for kind in ("prosecutor", "probation")
    ]  # fmt: skip
    workers = []
    for agency, role, unit in (
        (police, "detective", police.units.first()),
        (others[0], "prosecutor", None),
        (others[1], "probation_officer", None),
    ):
        with as_agency(agency.id, at=now()):
            workers.append(
                open_account(
                    agency=agency, code=f"{role}-01", name="Robin", roles=[role], unit=unit, at=now()
                )
            )
    return Cast(police, *others, *workers)


def grow_grants(address: str, cast: Cast, at: Any) -> float:
    """Two living grants for every case, and the lines of the boards that they show."""
    import psycopg

    begun = time.perf_counter()
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("set session_replication_role = replica")
        link.execute("set synchronous_commit = off")
        for mark, recipient in (("g1_", cast.prosecutor), ("g2_", cast.probation)):
            link.execute(
                GRANTS, {"mark": mark, "recipient": recipient.id, "agency": cast.police.id, "at": at}
            )
        link.execute(SIGHTS)
        link.execute("vacuum analyze consent_grant")
        link.execute("vacuum analyze cases_sight")
    return time.perf_counter() - begun


@contextmanager
def no_policy(superuser: str) -> Iterator[None]:
    """Every rule says yes and PostgreSQL shows every row."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    from shelterbelt.access import rules
    from shelterbelt.store.questions import kept_in

    before = dict(connections["default"].settings_dict)
    parts = conninfo_to_dict(superuser)
    connections["default"].close()
    connections["default"].settings_dict.update(
        NAME=parts["dbname"], USER=parts["user"], PASSWORD=parts["password"], HOST=parts["host"]
    )
    reaches, hides = rules.Permission.reaches, rules._any_column
    rows_of = {rule: rule.rows for rule in _rules()}
    rules.Permission.reaches = lambda *_: True  # type: ignore[method-assign, assignment]
    rules._any_column = lambda *_: _nothing()
    for rule in rows_of:
        rule.rows = lambda *_: _everything()  # type: ignore[method-assign, assignment]
    try:
        with kept_in(WITHOUT):
            yield
    finally:
        rules.Permission.reaches, rules._any_column = reaches, hides  # type: ignore[method-assign]
        for rule, rows in rows_of.items():
            rule.rows = rows  # type: ignore[method-assign]
        connections["default"].close()
        connections["default"].settings_dict.update(before)


def _rules() -> list[Any]:
    from shelterbelt.access import rules
    from shelterbelt.consent.policy import Granted

    return [rules.OwnAgency, Granted, rules.AnyOf, rules.Both]


def _everything() -> Any:
    from django.db.models import Q

    return Q()


def _nothing() -> Any:
    from django.db.models import Q

    return Q(pk__in=[])


def compare(cast: Cast, superuser: str, times: int) -> bool:
    """Each page in turn with and without the policy; the same rows must come."""
    detective, charging = Reader(cast.detective), Reader(cast.charging)
    boards = {
        "board, own agency": (detective, "/cases/"),
        "board, own agency, second page": (detective, _older(detective, "/cases/")),
        "board, own agency, level high": (detective, "/cases/?level=high"),
        "board, what grants show": (charging, f"/cases/?tab=shared&from={cast.police.ref}"),
        "board, what grants show, second page": (
            charging,
            _older(charging, f"/cases/?tab=shared&from={cast.police.ref}"),
        ),
    }
    print(f"    {'':40}{'none: median':>14}{'p95':>12}{'policy':>12}{'p95':>12}   times: median, p95")
    done = []
    for name, (reader, address) in boards.items():
        none, policy = Measured(), Measured()
        shown = set()
        for _ in range(ROUNDS):
            with no_policy(superuser):
                reader.page([address], WARM_LOOKS)
                none.times += reader.page([address], times).times
                shown.add(tuple(cases_on(reader.get(address)[1])))
            reader.page([address], WARM_LOOKS)
            policy.times += reader.page([address], times).times
            shown.add(tuple(cases_on(reader.get(address)[1])))
        if len(shown) != 1 or not next(iter(shown)):
            raise RuntimeError(f"{name}: the two pages show different cases")
        done.append(_line(name, none, policy))
    print(f"    p95 at most {MOST_TIMES} times: {'met' if all(done) else 'MISSED'}", flush=True)
    return all(done)


def _line(name: str, none: Measured, policy: Measured) -> bool:
    shown = "".join(f"{m.at(share) * 1000:9.1f} ms" for m in (none, policy) for share in (0.5, 0.95))
    medians, ends = policy.at(0.5) / none.at(0.5), policy.at(0.95) / none.at(0.95)
    print(f"    {name:40}{shown}   {medians:.2f}, {ends:.2f}", flush=True)
    return ends <= MOST_TIMES


def cases_on(page: str) -> list[str]:
    """The cases that a page leads to, in its order."""
    return [link for link in LINK.findall(page) if link.startswith("/cases/B")]


def _older(reader: Reader, address: str) -> str:
    page = reader.get(address)[1].replace("&amp;", "&")
    link = next(found for found in LINK.findall(page) if "after=" in found)
    return link if link.startswith("/") else address.partition("?")[0] + link


@contextmanager
def served(home: Path) -> Iterator[None]:
    """The node as it is served."""
    from shelterbelt.config import nodes
    from shelterbelt.config.up import healthy

    line = [sys.executable, "-m", "shelterbelt.config.cli", "serve", "--node", "bench"]
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while not healthy(nodes.read_nodes(home)[0]):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError((home / "serve.log").read_text()[-2000:])
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def load(cast: Cast, cases: int, seconds: int, rate: int) -> bool:
    """A fixed rate of mixed requests; each time counts from when it should have begun."""
    detective, charging = Reader(cast.detective), Reader(cast.charging)
    from bench.grow import _ref

    chance = random.Random(3)
    shared = f"/cases/?tab=shared&from={cast.police.ref}"
    mix: list[tuple[int, Callable[[], tuple[Reader, str]]]] = [
        (25, lambda: (detective, chance.choice(["/cases/", "/cases/?level=high", "/cases/?overdue=on"]))),
        (15, lambda: (charging, shared)),
        (30, lambda: (detective, f"/cases/{_ref('case', chance.randrange(cases))}/")),
        (20, lambda: (detective, "/work/")),
        (10, lambda: (charging, f"/cases/{_ref('person', chance.randrange(cases))}/")),
    ]
    kinds = [make for share, make in mix for _ in range(share)]
    planned = [chance.choice(kinds)() for _ in range(rate * seconds)]
    _at_a_rate([chance.choice(kinds)() for _ in range(WARM)], WARM_RATE)
    times, faults = _at_a_rate(planned, rate)
    times.sort()
    held = len(times) / seconds
    p50, p95, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.95, 0.99))
    print(
        f"    {rate} a second asked, {held:.0f} answered; median {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, "
        f"p99 {p99 * 1000:.1f} ms; {faults} faults",
        flush=True,
    )
    return p95 <= LIMIT and not faults and held >= 0.99 * rate


def _ask(work: Work, times: list[float], faults: list[int]) -> None:
    """One caller with one line to the server."""
    link = HTTPConnection("127.0.0.1", PORT, timeout=30)
    while (job := work.get()) is not None:
        planned_at, reader, address = job
        cookie = "; ".join(f"{k}={v.value}" for k, v in reader.client.cookies.items())
        try:
            link.request("GET", address, headers={"Host": "localhost", "Cookie": cookie})
            answer = link.getresponse()
            answer.read()
        except OSError:
            faults.append(0)
            link.close()
            continue
        times.append(time.perf_counter() - planned_at)
        if answer.status not in (200, 404):
            faults.append(answer.status)


def _at_a_rate(planned: Sequence[tuple[Reader, str]], rate: int) -> tuple[list[float], int]:
    work: Work = queue.Queue()
    times: list[float] = []
    faults: list[int] = []
    crew = [threading.Thread(target=_ask, args=(work, times, faults), daemon=True) for _ in range(24)]
    for one in crew:
        one.start()
    begun = time.perf_counter()
    for number, (reader, address) in enumerate(planned):
        due = begun + number / rate
        if (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        work.put((due, reader, address))
    for _ in crew:
        work.put(None)
    for one in crew:
        one.join(60)
    return times, len(faults)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=12, help="looks at each page in each round")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rates", type=int, nargs="*", default=[25, 50, 100, RATE])
    chosen = parser.parse_args(words)
    with machine.node() as home:
        logging.disable(logging.WARNING)
        from bench.grow import grow
        from shelterbelt.config import nodes
        from shelterbelt.config.postgres import as_role
        from shelterbelt.ui.clock import now

        owner = as_role(nodes.server_url(home), database="bench")
        actors, at = cast(), now()
        machine.heading(f"The policy at {chosen.cases:,} cases and {2 * chosen.cases:,} living grants")
        taken = grow(owner, actors.police, chosen.cases, at=at)
        granted = grow_grants(owner, actors, at)
        print(f"  grown in {taken:.0f} s, granted in {granted:.0f} s", flush=True)
        done = [compare(actors, owner, chosen.times)]
        with served(home):
            for rate in chosen.rates:
                held = load(actors, chosen.cases, chosen.seconds, rate)
            done.append(held)
            print(f"    p95 under {LIMIT * 1000:.0f} ms at {RATE} a second: {'met' if held else 'MISSED'}")
    return 0 if all(done) else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shelterbelt.config.settings")
    sys.exit(main())
