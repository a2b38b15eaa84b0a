"""A dump of a node's database, its files, its jobs and its logs hold no word that anybody typed about anybody."""

import base64
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from shelterbelt.access.actions import open_account
from shelterbelt.assessments.actions import answer, finish_screen, set_level, start_screen
from shelterbelt.assessments.queries import SURVIVOR
from shelterbelt.cases.actions import (
    Party,
    close_case,
    correct_roles,
    open_direct_case,
    open_incident,
    record_incident,
    save_step,
    write_note,
)  # fmt: skip
from shelterbelt.cases.evidence import take_in
from shelterbelt.config.postgres import as_role
from shelterbelt.consent.actions import take_release, withdraw_release
from shelterbelt.people.actions import change_person
from shelterbelt.referrals.actions import (
    acknowledge,
    answer_referral,
    ask_contact,
    end_request,
    note_attempt,
    open_by_second_door,
    open_case_for_referral,
    open_case_for_request,
    refer,
    take_in_contact_request,
)  # fmt: skip
from shelterbelt.response.actions import complete_action
from shelterbelt.response.models import Action
from shelterbelt.rules.releases import Signer
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import draft
from tests.apps.referrals.cast import ASKED, body_of, taken_in
from tests.world import AT, HOUR, Town

# A word of no language: wherever it is found in the open, something that was typed is in the open.
MARK = "Quezzelvorp"
PHONES = ("3095550187", "6185550142", "8155550113")


class Canaries:
    """Hands out words that are found again, and remembers how many."""

    def __init__(self, mark: str = MARK) -> None:
        self.mark = mark
        self.sung: list[str] = []

    def __call__(self, label: str) -> str:
        self.sung.append(f"{self.mark}{label}")
        return self.sung[-1]


def forms(word: str) -> Iterator[bytes]:
    """A word as it may lie in bytes: two encodings, hexadecimal, and base64 at each of its three beats."""
    for plain in (word.encode(), word.lower().encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        for beat in range(3):
            # The letters at both ends depend on the neighbours: what stands between does not.
            sure = slice((0, 2, 3)[beat], (beat + len(plain)) * 8 // 6)
            yield base64.b64encode(b"\0" * beat + plain)[sure]
            yield base64.urlsafe_b64encode(b"\0" * beat + plain)[sure]


def hits(data: bytes) -> list[str]:
    """The words that can be read in some bytes, in any of their forms."""
    return [word for word in (MARK, *PHONES) if any(form in data for form in forms(word))]


def unpacked(text: str) -> bytes:
    """A row as text, followed by the bytes that it holds in hexadecimal."""
    binary = b"\n".join(bytes.fromhex(found) for found in re.findall(r"\\+x((?:[0-9a-f]{2})+)", text))
    return text.encode() + b"\n" + binary


def dumped(cursor: Any) -> Iterator[tuple[str, bytes]]:
    """Every table with all of its rows, as whoever steals the database reads them."""
    cursor.execute(
        "select schemaname, tablename from pg_tables where schemaname !~ '^(pg_|information_schema)'"
    )
    for schema, table in cursor.fetchall():
        cursor.execute(sql.SQL("select t::text from {} t").format(sql.Identifier(schema, table)))
        yield table, b"\n".join(unpacked(row) for (row,) in cursor.fetchall())


@pytest.fixture
def thief(postgres: str, database: str) -> Iterator[Any]:
    """Somebody who reads all: row-level security hides nothing from them."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(as_role(postgres, database=name)) as stolen, stolen.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (True,), "whoever looks here must see every row"
        yield cursor
        stolen.rollback()


def at_the_scene(town: Town, c: Canaries) -> Any:
    """The officer's side: a draft, a record with people and files, a level, a note, the answer about contact."""
    by = town.officer
    with as_agency(town.police.id, at=AT, worker=by.id):
        incident = open_incident(by=by, at=AT)
        save_step(incident, "scene", {"words": c("draft")}, revision=0, by=by, at=AT)
        steps = {
            "scene": {"words": c("scene")},
            "events": {"place": c("place"), "narrative": c("narrative")},
            "harm": {"injuries_words": c("injuries"), "history_words": c("history")},
            "account": {"account": c("account"), "own_view": c("view"), "w0-name": c("witness"), "w0-statement": c("said")},
            "people": {"self_defence_words": c("defence")},
            "explained": {"words": c("explained")},
        }  # fmt: skip
        survivor = {
            "name": f"{c('name')} {c('surname')}", "other_names": [c("alias")], "phones": [f"+1{PHONES[0]}"],
            "address": c("address"), "language": "es",
        }  # fmt: skip
        made = record_incident(
            incident, content=steps, happened_at=AT - HOUR, by=by, at=AT,
            parties=[Party("survivor", survivor), Party("perpetrator", {"name": c("other"), "address": c("house")}),
                     Party("witness", {"name": c("neighbour")})],
        )  # fmt: skip
        paper = io.BytesIO(c("paper").encode() * 40)
        take_in(
            made.incident, paper, name=f"{c('file')}.txt", kind="document", about=c("about"), by=by, at=AT
        )
        told = {
            **ASKED, "name": c("called"), "number": f"+1{PHONES[1]}", "place": c("meeting"), "code_word": c("code"),
            "may_answer": c("sister"), "words": c("wish"),
        }  # fmt: skip
        choice = ask_contact(made.incident, wanted=True, to=town.advocates, instructions=told, by=by, at=AT)
    assert made.case
    with as_agency(town.police.id, at=AT, worker=town.detective.id):
        set_level(made.case, "high", ["gun_access"], c("reason"), by=town.detective, at=AT)
        write_note(made.case, text=c("policenote"), category="", by=town.detective, at=AT)
        change_person(made.case.survivor, {"address": c("moved")}, by=town.detective.id, at=AT)
    with as_agency(town.police.id, at=AT, worker=town.supervisor.id):
        roles = {made.case.survivor_id: "survivor"}
        correct_roles(made.incident, roles, reason=c("correction"), by=town.supervisor, at=AT)
    return made, choice


def at_the_advocates(town: Town, c: Canaries, choice: Any) -> None:
    """The advocates' side, and the shelter's: requests, notes, screens, a release, a referral, a second door."""
    by = town.advocate
    body = body_of(choice.letter_id, town.police)
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        request = take_in_contact_request(body, letter=uuid7(), sender=town.police, to=town.advocates, at=AT)
        acknowledge(request, by=by, at=AT)
        note_attempt(request, channel="phone", outcome="reached", words=c("attempt"), once="t", by=by, at=AT)
        case = open_case_for_request(request, name=c("given"), other=c("partner"), by=by, at=AT)
        end_request(request, outcome="done", words=c("ending"), by=by, at=AT)
        write_note(case, text=c("confidential"), category="safety_needs", by=by, at=AT)
        screen = start_screen(case=case, by=by, at=AT)
        worry = {"concern": "yes", "worries": c("worry")}
        answer(screen, SURVIVOR, worry, 0, by=by, at=AT)
        finish_screen(screen, by=by, at=AT)
        words = replace(
            draft(), subject=c("subject"), recipient_person=c("receiver"), scope=c("scope"), witness=c("seen"),
            signature=c("signature"), interpreter="used", interpreter_name=c("interpreter"),
            signers=(Signer(c("signer"), "survivor", False),),
        )  # fmt: skip
        release = take_release(
            case.id, token=uuid7(), reference="", recipient=town.shelter, draft=words, by=by, at=AT, case_ref=case.ref
        )  # fmt: skip
        content = {
            "name": c("guest"),
            "language": "es",
            "instructions": None,
            "words": {"safety_needs": c("need")},
        }
        referral = refer(case, to=town.shelter, content=content, answer_back=True, by=by, at=AT)
    came = taken_in(town, referral)
    with as_agency(town.shelter.id, at=AT, worker=town.shelter_worker.id):
        answer_referral(
            came, answer="declined", reason="full", words=c("decline"), by=town.shelter_worker, at=AT
        )
        open_case_for_referral(came, name=c("arrived"), by=town.shelter_worker, at=AT)
    with as_agency(town.advocates.id, at=AT + HOUR, worker=by.id):
        withdraw_release(release, by=by, at=AT + HOUR, channel="phone")
        second = open_by_second_door(
            survivor={"name": c("direct"), "phones": [f"+1{PHONES[2]}"]}, other=c("unnamed"), wants_first=c("first"),
            own_words=c("own"), by=by, at=AT,
        )  # fmt: skip
        close_case(second, reason=c("closed"), by=by, at=AT)


def at_the_desk(town: Town, c: Canaries, settle: Any, signed_in: Any) -> None:
    """Work done, accounts opened, pages looked at: what the surroundings may keep."""
    settle(town.police, town.advocates, town.shelter)
    with as_agency(town.police.id, at=AT, worker=town.officer.id):
        work = Action.objects.filter(agency=town.police, owner=town.officer, done_at=None).first()
        assert work
        complete_action(work, "done", c("outcome"), by=town.officer, at=AT)
        open_account(
            agency=town.police, code=f"w-{town.police.ref[:8]}", name=c("colleague"), roles=["officer"], at=AT
        )
    with as_agency(town.hospital.id, at=AT, worker=town.nurse.id):
        open_direct_case(
            survivor={"name": c("patient")}, other=None, words={"own_words": c("ward")}, by=town.nurse, at=AT
        )
    client = signed_in(town.detective)
    assert c("name").encode() in client.post("/cases/", {"q": f"{MARK}surname"}).content
    client.post("/cases/nothing/note/", {"text": c("lost")})
    client.get(f"/cases/?q={c('address')}")


@pytest.fixture
def county(place: Town, settle: Any, signed_in: Any, caplog: pytest.LogCaptureFixture) -> Canaries:
    """A town in which somebody wrote everything that can be written."""
    caplog.set_level(logging.DEBUG)
    c = Canaries()
    _made, choice = at_the_scene(place, c)
    at_the_advocates(place, c, choice)
    at_the_desk(place, c, settle, signed_in)
    return c


def test_stolen_database_files_and_logs_hold_no_word_that_was_typed(
    county: Canaries, thief: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(set(county.sung)) >= 50
    tables = dict(dumped(thief))
    filled = {table for table, data in tables.items() if data.strip()}
    assert {
        "people_person",
        "cases_note",
        "consent_release",
        "agencies_letter",
        "procrastinate_jobs",
    } <= filled
    assert {table: found for table, data in tables.items() if (found := hits(data))} == {}
    files = [path for path in Path(settings.FILES).rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert hits(path.read_bytes()) == [] and MARK not in path.name
    logged = [*caplog.get_records("setup"), *caplog.records]
    said = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in logged)
    assert logged and hits(said.encode()) == []


def test_thief_who_reads_an_open_word_finds_it(county: Canaries, thief: Any) -> None:
    thief.execute("update agencies_unit set name = %s", (f"of {MARK}",))
    assert [table for table, data in dumped(thief) if hits(data)] == ["agencies_unit"]


@pytest.mark.parametrize("word", [MARK, *PHONES])
def test_scanner_knows_a_word_in_each_of_its_forms(word: str) -> None:
    text = f"before {word} after"
    for plain in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        for hidden in (plain, plain.hex().encode(), plain.hex().upper().encode(), base64.b64encode(plain)):
            assert hits(hidden) == [word]
        assert hits(unpacked(f'(1,"\\\\x{plain.hex()}")')) == [word]
    assert hits(text[::-1].encode()) == []
