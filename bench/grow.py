"""Fills one agency with a million cases that really open: every row has a key and a seal of its own.

Rows are sealed by several processes and copied in as the server's owner; joins are made by the server.
"""

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

KINDS = {"person": 1, "case": 2, "incident": 3}
OTHERS = 20_000
LEVELS = (("low", 1, 10), ("medium", 2, 60), ("high", 3, 25), ("extreme", 4, 5))
SOUNDS = [
    "ba",
    "be",
    "bi",
    "bo",
    "da",
    "de",
    "di",
    "do",
    "ka",
    "ke",
    "ki",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
]
HURRY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_wal_size = '16GB'")
TABLES = (
    "people_person",
    "people_token",
    "cases_case",
    "cases_incident",
    "cases_caseincident",
    "cases_involvement",
    "response_action",
)
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def uuid_of(kind: str, number: int) -> UUID:
    """The id of a made row: its kind and its number, as a version 7 id of an early time."""
    return UUID(int=(0x018F << 112) | (KINDS[kind] << 96) | (0x7 << 76) | (0x2 << 62) | number)


def name_of(chance: random.Random) -> tuple[str, str]:
    """A given and a family name; some are common and most are not, as names are."""
    given, family = int(900 * chance.random() ** 2), int(40_000 * chance.random() ** 2)
    return _spoken(given), _spoken(family + 5_000)


def phone_of(number: int) -> str:
    """The telephone number of a made person."""
    return f"+1{2_125_550_000 + number}"


def _spoken(number: int) -> str:
    parts = []
    while number or not parts:
        number, sound = divmod(number, len(SOUNDS))
        parts.append(SOUNDS[sound])
    return "".join(parts).title()


def grow(address: str, agency: Any, cases: int, *, at: datetime) -> float:
    """Fill the agency; the seconds it took. `address` is the server's owner's, for this node's database."""
    begun = time.perf_counter()
    units = [unit.id for unit in agency.units.order_by("code")]
    with psycopg.connect(address, autocommit=True) as link, _hurried(link):
        indexes = _dropped_indexes(link)
        _fill_side_by_side(address, agency.id, units, cases, at)
        link.execute("set session_replication_role = replica")
        for statement in JOINS:
            link.execute(
                statement, {"agency": agency.id, "at": at, "cases": cases, "protocol": agency.protocol}
            )
        link.execute("set maintenance_work_mem = '1GB'")
        for index in indexes:
            link.execute(index)
        link.execute("vacuum analyze")
    return time.perf_counter() - begun


def _fill_side_by_side(address: str, agency: UUID, units: list[UUID], cases: int, at: datetime) -> None:
    part = -(-cases // (os.cpu_count() or 1))
    spans = [(start, min(start + part, cases)) for start in range(0, cases, part)]
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_fill, args=(address, agency, units, span, at)) for span in spans]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A process that fills the database failed.")


@contextmanager
def _hurried(link: psycopg.Connection) -> Iterator[None]:
    """The server writes without waiting for the disk, until everything is there; then as it always does."""
    for setting in HURRY:
        link.execute(sql.SQL(f"alter system set {setting}"))
    link.execute("select pg_reload_conf()")
    try:
        yield
    finally:
        link.execute("alter system reset all")
        link.execute("select pg_reload_conf()")
        link.execute("checkpoint")


def _dropped_indexes(link: psycopg.Connection) -> list[sql.SQL]:
    """Drop what can be made again faster at the end, and say how; keys stay."""
    found = link.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i "
        "where indrelid = any(%s::regclass[]) "
        "and not exists (select from pg_constraint c where c.conindid = i.indexrelid)",
        [list(TABLES)],
    ).fetchall()
    for name, _ in found:
        link.execute(sql.SQL(f"drop index {name}"))
    return [sql.SQL(made) for _, made in found]


def _fill(address: str, agency: UUID, units: list[UUID], span: tuple[int, int], at: datetime) -> None:
    with psycopg.connect(address) as link:
        link.execute("set session_replication_role = replica")
        link.execute("set synchronous_commit = off")
        maker = _Maker(agency, units, at)
        step = 5_000
        if span[0] == 0:
            maker.copy(link, "person", ((n, *maker.person(n)) for n in range(OTHERS)))
        for start in range(span[0], span[1], step):
            maker.batch(link, range(start, min(start + step, span[1])))
            link.commit()


class _Maker:
    """Makes the rows of one process."""

    def __init__(self, agency: UUID, units: list[UUID], at: datetime) -> None:
        from shelterbelt import sealing

        self.agency, self.units, self.at = agency, units, at
        self.ring = sealing.keyring()
        self.known: dict[str, bytes] = {}
        self.tokens: list[tuple[UUID, UUID, bytes]] = []

    def batch(self, link: psycopg.Connection, numbers: range) -> None:
        people = [(OTHERS + n, *self.person(OTHERS + n)) for n in numbers]
        self.copy(link, "person", people)
        self.copy(link, "case", [(n, *self.case(n)) for n in numbers])
        self.copy(link, "incident", [(n, *self.incident(n)) for n in numbers])

    def copy(self, link: psycopg.Connection, kind: str, rows: Any) -> None:
        with link.cursor().copy(COPY[kind]) as out:
            for number, *values in rows:
                out.write_row((uuid_of(kind, number), _ref(kind, number), self.agency, *values))
        if kind == "person":
            with link.cursor().copy("copy people_token (agency_id, person_id, token) from stdin") as out:
                for line in self.tokens:
                    out.write_row(line)
            self.tokens = []

    def person(self, number: int) -> tuple[Any, ...]:
        chance = random.Random(number)
        given, family = name_of(chance)
        born = f"{chance.randint(1940, 2006)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        phone = phone_of(number)
        content = {"name": f"{given} {family}", "born_on": born, "phones": [phone]}
        person = uuid_of("person", number)
        texts = {f"name:{given.lower()}", f"name:{family.lower()}", f"born:{born}", f"phone:{phone[1:]}"}
        self.tokens += [(self.agency, person, self._token(text)) for text in texts]
        return (*self._sealed(person, content), self.at)

    def case(self, number: int) -> tuple[Any, ...]:
        chance = random.Random(number + 1)
        level, rank, _ = chance.choices(LEVELS, [share for _, _, share in LEVELS])[0]
        due = self.at + timedelta(minutes=chance.randint(-20_000, 80_000)) if chance.random() < 0.85 else None
        people = uuid_of("person", OTHERS + number), uuid_of("person", number % OTHERS)
        opened = FIRST_DAY + timedelta(minutes=chance.randint(0, 1_400_000))
        case = uuid_of("case", number)
        return (*self._sealed(case, {}), *people, "police", self._unit(number), level, rank, due, opened)

    def incident(self, number: int) -> tuple[Any, ...]:
        content = {
            "events": {"place": f"{number} Elm Street", "narrative": "They heard shouting and called. " * 12},
            "feed": {"offence": "Simple assault", "offence_code": "13B", "location_kind": "home"},
        }
        happened = FIRST_DAY + timedelta(seconds=number * 53 % 80_000_000)
        incident = uuid_of("incident", number)
        key = f"b{number}"
        return (
            *self._sealed(incident, content),
            self._unit(number),
            happened,
            happened,
            happened,
            1,
            "bench",
            key,
            1,
        )

    def _unit(self, number: int) -> UUID | None:
        return self.units[number % len(self.units)] if self.units else None

    def _sealed(self, about: UUID, content: dict[str, Any]) -> tuple[bytes, bytes]:
        key = self.ring.new_key(self.agency)
        return key, self.ring.seal(key, self.agency, content, about=about)

    def _token(self, text: str) -> bytes:
        if text.startswith("phone:"):
            return self.ring.index_token(self.agency, text)
        if text not in self.known:
            self.known[text] = self.ring.index_token(self.agency, text)
        return self.known[text]


def _ref(kind: str, number: int) -> str:
    return f"B{kind[0]}{number:020}"


HEAD = "id, ref, agency_id, key, sealed"
COPY = {
    "person": f"copy people_person ({HEAD}, recorded_at) from stdin",
    "case": f"copy cases_case ({HEAD}, survivor_id, other_id, door, unit_id, level, level_rank, next_due_at,"
    " opened_at) from stdin",
    "incident": f"copy cases_incident ({HEAD}, unit_id, opened_at, happened_at, recorded_at, revision,"
    " source, source_key, case_count) from stdin",
}


def _made(kind: str, number: str) -> str:
    """SQL for the id of a made row; the same as `uuid_of`."""
    prefix = f"018f{KINDS[kind]:04x}-0000-7000-8000-"
    return f"('{prefix}' || lpad(to_hex({number}), 12, '0'))::uuid"


def _involved(role: str, number: str) -> str:
    return (
        "insert into cases_involvement (id, agency_id, incident_id, person_id, role, since_at) "
        f"select gen_random_uuid(), %(agency)s, {_made('incident', 'n')}, {_made('person', number)}, "
        f"'{role}', %(at)s from generate_series(0, %(cases)s - 1) n"
    )


ATTACHED = (
    "insert into cases_caseincident (id, agency_id, case_id, incident_id) "
    f"select gen_random_uuid(), %(agency)s, {_made('case', 'n')}, {_made('incident', 'n')} "
    "from generate_series(0, %(cases)s - 1) n"
)
WORK = (
    "insert into response_action (id, ref, agency_id, case_id, unit_id, role, kind, protocol, version, rule,"
    " because, cause, opened_at, due_at, outcome, calls) select gen_random_uuid(), substr(md5(c.id::text), 1, 22),"
    " c.agency_id, c.id, c.unit_id, 'detective', 'safety_check', %(protocol)s, '1', 'bench', '[]',"
    " -row_number() over (), c.opened_at, c.next_due_at, '', 0 from cases_case c where c.agency_id = %(agency)s"
    " and c.ref like 'Bc0%%' and c.next_due_at is not null and %(at)s is not null and %(cases)s > 0"
)
JOINS = [
    sql.SQL(text)
    for text in (
        ATTACHED,
        _involved("survivor", f"n + {OTHERS}"),
        _involved("perpetrator", f"n %% {OTHERS}"),
        WORK,
    )
]
