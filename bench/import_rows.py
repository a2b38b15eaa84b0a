"""Rows a second into the sealed store, against the same rows one by one through the ORM, and a bare COPY.

The file is made from a fixed seed, with named people; every engine's answer is opened and compared.
"""

import argparse
import csv
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine

AT = datetime(2026, 11, 21, 15, tzinfo=UTC)
FIRST = [
    "Ana",
    "Tomas",
    "Mira",
    "Joon",
    "Leila",
    "Omar",
    "Wanda",
    "Piotr",
    "Nilufar",
    "Hector",
    "Aisha",
    "Bela",
    "Chidi",
    "Dana",
    "Emre",
    "Farah",
    "Gita",
    "Ivo",
]
LAST = [
    "Reyes",
    "Okonjo",
    "Varga",
    "Kim",
    "Haddad",
    "Nowak",
    "Petrov",
    "Silva",
    "Larsen",
    "Mbeki",
    "Tanaka",
    "Ortiz",
    "Dubois",
    "Marek",
    "Costa",
    "Ibrahim",
]
WORDS = [
    "a",
    "neighbour",
    "called",
    "heard",
    "shouting",
    "behind",
    "the",
    "closed",
    "door",
    "of",
    "the",
    "flat",
    "and",
    "then",
    "a",
    "glass",
    "broke",
    "nobody",
    "spoke",
]
TARGET = 3000


def write(path: Path, rows: int, seed: int = 20261121) -> None:
    """An export of that many rows for the shipped `generic` mapping; one pair in ten was met before."""
    chance = random.Random(seed)
    met: list[tuple[str, ...]] = []
    heading = "report_number happened_at offence_code offence place location_kind arrest "
    heading += "survivor_name survivor_born_on survivor_phone other_name other_born_on other_phone narrative"
    with path.open("w", newline="", encoding="utf-8") as out:
        lines = csv.writer(out)
        lines.writerow(heading.split())
        for number in range(rows):
            pair = chance.choice(met) if met and number % 10 == 0 else _person(chance, 1) + _person(chance, 2)
            met.append(pair)
            day = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} {chance.randint(8, 23):02}:30"
            said = " ".join(chance.choices(WORDS, k=chance.randint(10, 60)))
            place = f"{chance.randint(1, 9900)} block of Elm St"
            lines.writerow([f"R{number}", day, "13B", "Simple assault", place, "home", "no", *pair, said])


def _person(chance: random.Random, salt: int) -> tuple[str, str, str]:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {chance.choice(LAST)}"
    born = f"{chance.randint(1940, 2004)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return name, born, f"312-555-{chance.randint(0, 9999):04}"


@dataclass
class Engines:
    """The three ways, each into an agency (or a table) of its own."""

    path: Path
    few: Path
    rounds: int = 0

    def ours(self) -> tuple[float, set[tuple[str, ...]]]:
        from shelterbelt.cases import feed
        from shelterbelt.cases.imports import import_feed

        agency: Any = machine.police(f"Ours {self.rounds}")
        begun = time.perf_counter()
        found = import_feed(self.path, feed.shipped("generic"), agency=agency, at=AT, say=str)
        spent = time.perf_counter() - begun
        assert not found.refused, found.refused[:3]
        return found.taken / spent, said_by(agency)

    def one_by_one(self) -> tuple[float, set[tuple[str, ...]]]:
        from shelterbelt.access.actions import open_account
        from shelterbelt.cases import feed
        from shelterbelt.store.asker import as_agency

        agency: Any = machine.police(f"One by one {self.rounds}")
        with as_agency(agency.id, at=AT):
            by = open_account(
                agency=agency, code=f"b{self.rounds}", name="B", roles=["officer"], unit=None, at=AT
            )
        begun, rows = time.perf_counter(), 0
        for row in feed.read(self.few, feed.shipped("generic"), at=AT):
            with as_agency(agency.id, at=AT, worker=by.id):
                _recorded(row, by)
            rows += 1
        return rows / (time.perf_counter() - begun), said_by(agency)

    def floor(self) -> tuple[float, set[tuple[str, ...]]]:
        import psycopg

        from shelterbelt.cases import feed

        with psycopg.connect(machine.owner_url()) as link:
            link.execute("drop table if exists bare")
            link.execute(
                "create table bare (key text primary key, at timestamptz, a text, b text, c text, d text)"
            )
            begun, rows = time.perf_counter(), 0
            with link.cursor().copy("copy bare from stdin") as copy:
                for row in feed.read(self.path, feed.shipped("generic"), at=AT):
                    assert isinstance(row, feed.FeedRow)
                    names = [p.name if p else "" for p in (row.survivor, row.perpetrator)]
                    copy.write_row((row.key, row.happened_at, *names, row.narrative, row.place))
                    rows += 1
            link.commit()
            spent = time.perf_counter() - begun
            told = {tuple(map(str, line)) for line in link.execute("select at, a, b, c from bare")}
        return rows / spent, {
            (datetime.fromisoformat(at).astimezone(UTC).isoformat(), *more) for at, *more in told
        }


def _recorded(row: Any, by: Any) -> None:
    from shelterbelt.cases.actions import Party, open_incident, record_incident
    from shelterbelt.cases.imported import details_of, steps_of

    named = (("survivor", row.survivor), ("perpetrator", row.perpetrator))
    parties = [Party(role, details_of(party)) for role, party in named if party]
    incident = open_incident(by=by, at=AT)
    content = steps_of(row, repeated=False)
    record_incident(incident, content=content, parties=parties, happened_at=row.happened_at, by=by, at=AT)


def said_by(agency: Any) -> set[tuple[str, ...]]:
    """Everything that was taken in, opened: when, whom, and what was told."""
    from shelterbelt.cases.models import Incident
    from shelterbelt.cases.queries import steps
    from shelterbelt.people.queries import name_of
    from shelterbelt.store.asker import as_agency

    told = set()
    with as_agency(agency.id, at=AT):
        for incident in Incident.objects.prefetch_related("involvements__person").iterator(2000):
            names = {i.role: name_of(i.person) for i in incident.involvements.all()}
            said = steps(incident).get("events", {}).get("narrative", "")
            when = incident.happened_at.astimezone(UTC).isoformat() if incident.happened_at else ""
            told.add((when, names.get("survivor", ""), names.get("perpetrator", ""), said))
    return told


def compare(rows: int, few: int, rounds: int) -> bool:
    """Run the three in turn, several rounds; print medians and ratios; false when the target is missed."""
    with machine.node() as home:
        machine.heading(f"Import: {rows:,} named rows, {rounds} rounds")
        engines = Engines(home / "many.csv", home / "few.csv")
        write(engines.path, rows)
        write(engines.few, few)
        ways: dict[str, Callable[[], tuple[float, set[tuple[str, ...]]]]] = {
            "sealed import": engines.ours,
            "one by one through the ORM, sealed": engines.one_by_one,
            "bare COPY, unsealed (floor)": engines.floor,
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for engines.rounds in range(rounds):
            told = {}
            for name, way in ways.items():
                rate, told[name] = way()
                rates[name].append(rate)
            ours, one, floor = told.values()
            assert ours == floor, "the sealed store does not open to what the file says"
            assert one <= ours, "the ORM's answers differ"
        return _print(rates)


def _print(rates: dict[str, list[float]]) -> bool:
    for name, found in rates.items():
        print(f"  {name:<38} {machine.spread(found)} rows/s")
    ours, one, floor = rates.values()
    print(f"  ratio to one by one: {machine.spread([a / b for a, b in zip(ours, one, strict=True)], '.1f')}")
    print(
        f"  part of the floor:   {machine.spread([a / b for a, b in zip(ours, floor, strict=True)], '.2f')}"
    )
    ok = sorted(ours)[len(ours) // 2] >= TARGET
    print(f"  target {TARGET:,} rows/s: {'met' if ok else 'MISSED'}; answers equal", flush=True)
    return ok


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--few", type=int, default=500, help="rows for the one-by-one baseline")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(words)
    return 0 if compare(chosen.rows, chosen.few, chosen.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
