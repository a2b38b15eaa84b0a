"""Two hundred words lie in the sealed fields of a node: none of them is in a dump, a log, an error report, a job or a backup."""

import io
import logging
import logging.config
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DataError, connection, transaction
from django.test import Client, override_settings
from psycopg.conninfo import conninfo_to_dict

from shelterbelt.agencies.models import Agency
from shelterbelt.config import archive, backup
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.ordinary import installed_programs
from shelterbelt.config.postgres import as_role
from shelterbelt.consent.models import Paper
from shelterbelt.consent.paper import opened_paper
from shelterbelt.ledger.checkpoints import make
from shelterbelt.ledger.logs import Log
from shelterbelt.notices.actions.sending import send_notice
from shelterbelt.notices.models import Notice
from shelterbelt.store.asker import as_agency
from tests.apps.consent.test_signing import streams
from tests.apps.notices.servers import mail_server
from tests.apps.opening import everything, leaves, sealed_models
from tests.apps.planting import a_file, plant
from tests.apps.test_dump import MARK, Canaries, at_the_advocates, at_the_desk, at_the_scene, hits, unpacked
from tests.world import AT, Town, town

# What lies in a sealed field without being words: codes, instants, ids, numbers of telephones and agencies' own names.
CODE = re.compile(r"[a-z0-9_./+:@-]{0,60}|[A-Za-z0-9_-]{22}|\d{4}-\d\d-\d\d.{0,30}|America/Chicago|\+1\d{10}")
NOT_TYPED = {
    "consent.Release.document.holder": "the agency's own name",
    "consent.Release.document.recipient": "the other agency's name",
    "referrals.Referral.sealed.service": "the name of a public service",
    "assessments.Screen.sealed.result.triggers[]": "which rule of the screen it was",
    "cases.Case.sealed.once": "who pressed the button, and which press it was",
    "assessments.KeptForecast.sealed.forecast.drivers[][]": "what lifts it, and where its number comes from",
    "safety.SafetyPlan.sealed.digest": "the digest of the library's plan",
    "assessments.KeptForecast.sealed.forecast.digest": "the digest of the numbers' file",
    "alerts.HelpSetup.sealed.cancel": "a keyed digest of a code",
    "alerts.HelpSetup.sealed.forced": "a keyed digest of a code",
    "journal.Giving.sealed.recipient": "the other agency's name",
    "journal.Giving.sealed.list": "the digest of a signed list",
    "assessments.KeptForecast.sealed.forecast.holding[][]": "what holds it, and where its number comes from",
    "breaches.Breach.sealed.zone": "which place of the order it was at, as an id; none here",
    "orders.HomeSeed.sealed.sets[].seed": "a seed",
    "orders.OrderPlace.sealed.geojson.geometry.type": "the name of a shape",
    "orders.OrderPlace.sealed.geojson.type": "the name of a shape",
    "watching.Alarm.sealed.frames": "positions in numbers, as base64; none in an alarm that is a test",
    "watching.Alarm.sealed.place": "which place it was, as an id; none in an alarm that is a test",
    "watching.LogRow.sealed": "positions in numbers, as frames",
    "breaches.BreachEvidence.sealed.data": "the bytes of a file, as base64",
    "consent.Paper.sealed": "the paper drawn: its letters are drawn as well, and checked below",
}
# Fields for which a release of these kinds has nothing to say.
ALWAYS_EMPTY = {"minor_ground", "after_death", "ground", "email", "valid_until", "reference", "born_on"}
# Tables whose sealed part is nobody's words.
ONLY_CODES = {
    "breaches.BreachTerm": "why a term may have been broken, as codes",
    "alerts.Presence": "the number of a worker's own telephone",
    "alerts.Place": "a position, in numbers; nothing once it has ended",
    "watching.Cursor": "positions in numbers, of an hour",
    "watching.Alarm": "the same, of what proves it, and which place it was, as an id",
    "watching.LastFix": "a position, in numbers",
    "watching.LogRow": "positions in numbers, as frames",
    "watching.Pair": "a court's number, and a code",
    "watching.PairShare": "a court's number",
    "portal.Passkey": "what a device gave, its family, and a day",
    "hotline.Call": "how a contact is counted, as codes",
    "safety.OwnFile": "the language of its pages, as a code",
    "safety.PlanPart": "which part it is, as a code",
    "safety.PartShare": "how it was told, as a code",
    "conversations.Habits": "yes, no, and a number of days",
    "conversations.Earlier": "nothing",
    "conversations.LooksShown": "nothing",
    "conversations.Usual": "days and hours of a worker",
    "feedback.Box": "answers chosen out of a list, and keyed digests",
    "feedback.Heard": "sums of these",
    "access.Conflict": "by which attributes somebody matched, as codes",
    "journal.Item": "a salt",
    "journal.Handled": "to which worker or agency, as an id",
    "journal.Shown": "nothing yet",
    "assessments.KeptForecast": "bands, codes and numbers of the forecast's own file",
    "assessments.SeenForecast": "the same, as one worker last saw it",
    "orders.HomeSeed": "a seed, and middles of places in numbers",
}
# What does not open with the node's keys, and is looked at in the dump like everything else.
NOT_OURS_TO_OPEN = {
    "access.Session": "sealed under what only the browser has",
    "portal.Visit": "the same; two codes alone",
    "hotline.Return": "the same; tests/apps/hotline looks for the words",
}


@dataclass
class Sown:
    """A town full of words, and everything that its acts left behind."""

    town: Town
    words: list[str]
    said: str
    folder: Path
    owner: str

    @property
    def agencies(self) -> list[Agency]:
        return [self.town.police, self.town.advocates, self.town.shelter, self.town.hospital, self.town.court]


def _signed_in(worker: Any) -> Client:
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    with as_agency(worker.agency_id, at=AT, worker=worker.id):
        client.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _settled(*agencies: Agency) -> None:
    from shelterbelt.ledger.chain import chain
    from shelterbelt.response.follow import follow

    for agency in agencies:
        with as_agency(agency.id, at=AT):
            chain(agency.id)
        with as_agency(agency.id, at=AT):
            follow(agency.id, at=AT)


class _Log:
    """What the product's own logging writes, from the first line to the last, at its most talkative."""

    def __enter__(self) -> io.StringIO:
        self.said = io.StringIO()
        told = {**settings.LOGGING, "root": {"handlers": ["console"], "level": "DEBUG"}}
        told["loggers"] = {name: {"level": "DEBUG"} for name in ("django", "shelterbelt", "procrastinate")}
        told["handlers"] = {"console": {**settings.LOGGING["handlers"]["console"], "stream": self.said}}
        logging.config.dictConfig(told)
        connection.force_debug_cursor = True  # every statement with its values is offered to the log
        return self.said

    def __exit__(self, *_fault: object) -> None:
        connection.force_debug_cursor = False
        logging.config.dictConfig(settings.LOGGING)


@pytest.fixture(scope="module")
def sown(database: str, keys: Path, postgres: str) -> Iterator[Sown]:
    """Everything that can be written is written, looked at and released, with the log, journal and checkpoints on."""
    c, here = Canaries(), town()
    with (
        override_settings(JOURNAL=keys / "journal", CHECKPOINTS=keys / "checkpoints"),
        override_settings(MAIL={**settings.MAIL, "host": "127.0.0.1", "from": "notes@post.example"}),
        _Log() as said,
    ):
        _made, choice = at_the_scene(here, c)
        at_the_advocates(here, c, choice)
        at_the_desk(here, c, _settled, _signed_in)
        plant(here, c, a_file(here, c), _signed_in)
        _settled(here.police, here.advocates)
        for agency in (here.police, here.advocates):
            make(Log(agency.id, agency.name, agency.ref, daily=False), at=AT)
        owner = as_role(postgres, database=str(conninfo_to_dict(database)["dbname"]))
        yield Sown(here, c.sung, said.getvalue(), keys, owner)


@pytest.fixture(scope="module")
def opened(sown: Sown) -> dict[str, list[str]]:
    """Every text that lies sealed, by the way to it."""
    found: dict[str, list[str]] = {}
    for label, value in everything(sown.agencies):
        for path, text in leaves(value):
            found.setdefault(label + path, []).append(text)
    return found


def test_two_hundred_words_lie_in_sealed_fields(sown: Sown, opened: dict[str, list[str]]) -> None:
    assert len(set(sown.words)) >= 200
    sealed = "\n".join(text for texts in opened.values() for text in texts)
    # What was searched for, posted to nowhere, written over or kept by a session lies in no row that opens here.
    nowhere = {f"{MARK}{label}" for label in ("lost", "address", "session", "draft")}
    assert [word for word in sown.words if word not in sealed and word not in nowhere] == []


def test_every_sealed_table_and_field_holds_a_planted_word(opened: dict[str, list[str]]) -> None:
    full = {
        path.split(".sealed")[0].split(".document")[0] for path, texts in opened.items() if hits_any(texts)
    }
    wanted = {model._meta.label for model in sealed_models()} - set(ONLY_CODES) - set(NOT_OURS_TO_OPEN)
    assert wanted - full == set(), "plant a word in these tables (tests/apps/planting.py)"
    bare = {
        path for path, texts in opened.items()
        if not hits_any(texts) and path not in NOT_TYPED and not _only_codes(path, texts)
    }  # fmt: skip
    assert bare == set(), f"plant a word in these fields (tests/apps/planting.py): {sorted(bare)}"


def hits_any(texts: list[str]) -> bool:
    return any(hits(text.encode("utf-8", "surrogatepass")) for text in texts)


def _only_codes(path: str, texts: list[str]) -> bool:
    said = [text for text in texts if text]
    if not said:
        return path.rpartition(".")[2] in ALWAYS_EMPTY
    return all(CODE.fullmatch(text) for text in said)


def test_dump_by_postgresqls_own_program_holds_none(sown: Sown) -> None:
    with backup.program(["pg_dump", "--inserts"], sown.owner, stdout=subprocess.PIPE) as running:
        assert running.stdout
        dump = running.stdout.read()
    assert b"INSERT INTO public.cases_note" in dump and b"INSERT INTO public.procrastinate_jobs" in dump
    assert hits(unpacked(dump.decode("utf-8"))) == []
    assert (installed_programs() / "pg_dump").exists()


def test_jobs_hold_ids_and_instants_only(sown: Sown) -> None:
    with psycopg.connect(sown.owner) as link:
        rows = link.execute("select task_name, args from procrastinate_jobs").fetchall()
    told = {text for _name, args in rows for text in args.values() if isinstance(text, str)}
    assert rows and told
    assert {
        text for text in told if not re.fullmatch(r"[0-9a-f-]{36}|\d{4}-[0-9T:.+-]+|[a-z_]{1,20}", text)
    } == set()


def test_ledger_journal_checkpoints_and_files_hold_none_not_even_in_a_name(sown: Sown) -> None:
    files = [path for path in sown.folder.rglob("*") if path.is_file()]
    kinds = {path.relative_to(sown.folder).parts[0] for path in files}
    assert {"keys", "files", "journal", "checkpoints"} <= kinds
    assert [path for path in files if hits(path.read_bytes())] == []
    assert [
        path for path in sown.folder.rglob("*") if hits(str(path.relative_to(sown.folder)).encode())
    ] == []


def test_log_of_all_these_acts_holds_none_at_its_most_talkative(sown: Sown) -> None:
    assert len(sown.said.splitlines()) > 20
    assert hits(sown.said.encode()) == []


def test_error_report_says_where_and_never_what(sown: Sown, monkeypatch: pytest.MonkeyPatch) -> None:
    from shelterbelt.response import views

    word = f"{MARK}broken"

    def fails(*_args: Any, **_more: Any) -> None:
        local = f"{word}local"
        try:
            raise KeyError(local)
        except KeyError as fault:
            raise RuntimeError(f"could not read {word}") from fault

    for name in ("FilterForm", "SearchForm"):
        monkeypatch.setattr(views, name, fails)
    client = _signed_in(sown.town.detective)
    client.cookies["note"] = word
    with _Log() as said:
        answers = [
            client.get("/cases/", {"q": word}, HTTP_USER_AGENT=word, HTTP_REFERER=f"http://localhost/{word}"),
            client.post("/cases/", {"q": word, "note": f"{word}typed"}),
        ]
    assert all(answer.status_code == 500 for answer in answers)
    assert [answer for answer in answers if hits(answer.content)] == []
    assert "RuntimeError at " in said.getvalue()
    assert hits(said.getvalue().encode()) == []
    assert (
        settings.ADMINS == [] and settings.MANAGERS == []
    )  # nobody is mailed a report with its surroundings
    assert settings.DEBUG is False


def test_database_servers_own_log_holds_none(sown: Sown) -> None:
    """What PostgreSQL refuses it names to whoever asked, not to its log."""
    word = f"{MARK}refused"
    for asked in ("select %s::uuid", "select %s::int", "select cast(%s as timestamptz)"):
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(asked, [word])
    if os.environ.get("DATABASE_OWNER_URL"):
        return  # somebody else's server writes where its operator says
    log = Path(str(conninfo_to_dict(sown.owner)["host"])).parent / "server.log"
    assert b"database system is ready" in log.read_bytes()
    assert hits(log.read_bytes()) == []


def test_backup_holds_none_and_no_name_of_its_files_says_what_it_holds(sown: Sown) -> None:
    told: dict[str, Any] = {
        "name": "here",
        "port": 1,
        "address": "http://localhost:1",
        "database": "x",
        "demo": False,
    }
    with tempfile.TemporaryDirectory() as away:
        node = NodeConfig(
            **told, folder=sown.folder, owner_role="o", application_role="a", given_owner_url=sown.owner,
            given_application_url=sown.owner,
        )  # fmt: skip
        secret, public = archive.new_pair()
        (node.folder / backup.PUBLIC).write_text(public)
        made = backup.make(node, Path(away) / "set")
        files = [path for path in Path(away).rglob("*") if path.is_file()]
        assert files and [path for path in files if hits(path.read_bytes()) or MARK in path.name] == []
        inside = archive.opened(made, archive.private_of(secret))
        dump, packed = (b"".join(inside.chunks(part)) for part in (backup.DATABASE, backup.FILES))
        # Even opened with its own key: the database in it is sealed, and so are the files.
        assert dump.startswith(b"PGDMP") and hits(_restored(dump)) == []
        with tarfile.open(fileobj=io.BytesIO(packed)) as files_of_it:
            names = files_of_it.getnames()
        assert names and hits(packed) == [] and hits("\n".join(names).encode()) == []


def _restored(dump: bytes) -> bytes:
    """The whole text of a dump in PostgreSQL's own format."""
    done = subprocess.run(
        [installed_programs() / "pg_restore", "-f", "-"], input=dump, stdout=subprocess.PIPE, check=True
    )
    return unpacked(done.stdout.decode())


def test_signed_papers_say_nothing_beside_what_is_drawn(sown: Sown) -> None:
    with as_agency(sown.town.advocates.id, at=AT):
        forms = [opened_paper(row) for row in Paper.objects.filter(what="form", agency=sown.town.advocates)]
    assert forms
    for form in forms:
        assert hits(streams(form)) == []


def test_message_that_goes_out_holds_none_but_where_it_goes(sown: Sown) -> None:
    with mail_server() as server, override_settings(MAIL={**settings.MAIL, "port": str(server.port)}):
        with as_agency(sown.town.advocates.id, at=AT):
            row = Notice.objects.filter(agency=sown.town.advocates).latest("written_at")
        assert send_notice(sown.town.advocates.id, row.id, at=AT) in ("sent", "held", "waiting")
        for letter in server.inbox.letters:
            lines = [line for line in str(letter).splitlines() if not line.startswith(("To:", "From:"))]
            assert hits("\n".join(lines).encode()) == []


def test_pages_for_nobody_hold_none(sown: Sown) -> None:
    stranger = Client(HTTP_HOST="localhost")
    for path in ("/health/", "/help/", "/account/login/", "/favicon.ico", f"/cases/{MARK}/"):
        assert hits(stranger.get(path, follow=True).content) == []
