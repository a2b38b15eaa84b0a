"""The embedded server starts, ends, is killed and comes back, as root or not, and keeps its doors shut."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shelterbelt.config import ordinary
from shelterbelt.config.postgres import (
    Server,
    as_role,
    connect,
    ensure_database,
    grant_application,
    refuse_strong_role,
)
from shelterbelt.config.processes import Fault, until


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shelterbelt-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(place: Path) -> Iterator[Server]:
    server = Server.at(place / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def standing() -> Iterator[Server]:
    """One server for the tests that do not stop it."""
    folder = Path(tempfile.mkdtemp(prefix="shelterbelt-test-"))
    folder.chmod(0o755)
    server = Server.at(folder / "postgres")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def node(standing: Server) -> Iterator[dict[str, str]]:
    here = standing.owner_url()
    ensure_database(
        here,
        "a_node",
        owner_role="a_owner",
        owner_password="o/?@ wner",
        application_role="a_app",
        application_password="a%40 pp",
    )
    yield {
        "owner": as_role(here, database="a_node", user="a_owner", password="o/?@ wner"),
        "application": as_role(here, database="a_node", user="a_app", password="a%40 pp"),
    }
    with connect(here, autocommit=True) as connection:
        connection.execute("drop database a_node with (force)")
        connection.execute("drop role if exists strong")
        connection.execute("drop role a_app")
        connection.execute("drop role a_owner")


def kept(server: Server) -> list[int]:
    with connect(server.owner_url()) as connection:
        return [row[0] for row in connection.execute("select n from kept order by n")]


def keep(server: Server, *numbers: int) -> None:
    with connect(server.owner_url()) as connection:
        connection.execute("create table if not exists kept (n int)")
        connection.cursor().executemany("insert into kept values (%s)", [[number] for number in numbers])


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def test_server_stops_starts_again_and_loses_nothing(server: Server) -> None:
    keep(server, 1, 2)
    server.stop()
    assert not server.running
    server.start()
    assert server.running
    assert kept(server) == [1, 2]


def test_server_comes_back_at_once_after_kill_9(server: Server) -> None:
    for number in range(3):
        keep(server, number)
        os.kill(postmaster(server), signal.SIGKILL)
        server.start()
    assert kept(server) == [0, 1, 2]


def test_process_number_that_now_belongs_to_another_program_stops_nothing(server: Server) -> None:
    keep(server, 7)
    os.kill(postmaster(server), signal.SIGKILL)
    assert until(lambda: not server.running, within=5)
    for left in (server.data / "postmaster.pid", server.sockets / ".s.PGSQL.5432.lock"):
        left.write_text(left.read_text().replace(left.read_text().split("\n")[0], str(os.getpid()), 1))
    server.stop()  # must not signal us
    server.start()
    assert kept(server) == [7]


def test_first_start_that_was_interrupted_is_taken_up_again(place: Path) -> None:
    server = Server.at(place / "postgres")
    (place / "postgres").mkdir(mode=0o700)
    (place / "postgres" / "data.new").mkdir()
    (place / "postgres" / "data.new" / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.running
    server.stop()


def test_two_processes_that_start_it_together_get_one_server(place: Path) -> None:
    code = "import sys; from pathlib import Path; from shelterbelt.config.postgres import Server; "
    code += "s = Server.at(Path(sys.argv[1])); s.start(); print(int(s.running))"
    both = [
        subprocess.Popen([sys.executable, "-c", code, place / "postgres"], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == [b"1", b"1"]
    Server.at(place / "postgres").stop()


def test_deep_folder_with_spaces_and_quotes_gets_a_short_socket_path(place: Path) -> None:
    server = Server.at(place / ("a long 'name' " * 5) / ("and deeper " * 8) / "postgres")
    server.start()
    try:
        assert server.sockets.parent == Path("/tmp")
        connect(server.owner_url()).close()
    finally:
        server.stop()
        shutil.rmtree(server.sockets)


def test_socket_folder_that_someone_else_made_is_refused(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs a second user")
    (place / "postgres").mkdir()
    os.chown(place / "postgres", 65000, 65000)
    with pytest.raises(Fault, match="belongs to someone else"):
        Server.at(place / "postgres").start()


def test_nobody_gets_in_without_the_password_or_over_the_network(standing: Server) -> None:
    wrong = as_role(standing.owner_url(), database="postgres", user="owner", password="guess")
    with pytest.raises(Fault, match="cannot be reached as owner: password authentication failed") as caught:
        connect(wrong)
    assert "guess" not in str(caught.value)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect("host=127.0.0.1 port=5432 user=owner dbname=postgres connect_timeout=2")
    with connect(standing.owner_url()) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert (standing.folder / "owner.password").stat().st_mode & 0o077 == 0


def test_server_log_never_holds_a_statement_or_a_value(standing: Server, node: dict[str, str]) -> None:
    with connect(node["owner"]) as connection:
        connection.execute("create table secrets (word text unique)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into secrets values ('Maribel'), ('Maribel')")
    log = (standing.folder / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "secrets_word_key" not in log
    assert "Maribel" not in log


def test_root_keeps_data_elsewhere_when_the_folder_is_closed_to_others(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root hands the server to an ordinary user")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    server = Server.at(closed / "postgres", said.append)
    try:
        server.start()
        assert server.folder.is_relative_to(ordinary.ELSEWHERE)
        assert str(server.folder) in said[0]
        assert Server.at(closed / "postgres").folder == server.folder
        connect(server.owner_url()).close()
    finally:
        server.stop()
        shutil.rmtree(server.folder.parent)


def test_database_and_roles_can_be_made_twice(standing: Server, node: dict[str, str]) -> None:
    ensure_database(standing.owner_url(), "a_node", application_role="a_app", application_password="new")
    connect(as_role(standing.owner_url(), database="a_node", user="a_app", password="new")).close()
    with connect(standing.owner_url()) as connection:
        found = connection.execute(
            "select datlocprovider::text, datlocale from pg_database where datname = 'a_node'"
        )
        assert found.fetchone() == ("b", "C.UTF-8")


def test_an_operator_without_superuser_can_make_a_node(standing: Server) -> None:
    with connect(standing.owner_url()) as connection:
        connection.execute("create role operator login createdb createrole password 'x'")
    operator = as_role(standing.owner_url(), database="postgres", user="operator", password="x")
    for _ in range(2):
        ensure_database(
            operator,
            "b_node",
            owner_role="b_owner",
            owner_password="o",
            application_role="b_app",
            application_password="a",
        )
    refuse_strong_role(as_role(operator, database="b_node", user="b_app", password="a"))


def test_application_role_uses_tables_made_before_and_after_and_owns_none(node: dict[str, str]) -> None:
    with connect(node["owner"]) as owner:
        owner.execute("create table before (n int generated always as identity, word text)")
        grant_application(owner, "a_app")
        owner.execute("create table after (n serial, word text)")
        owner.execute("create table django_migrations (n int)")
        grant_application(owner, "a_app")
    with connect(node["application"]) as application:
        for table in ("before", "after"):
            application.execute(f"insert into {table} (word) values ('x')")
            application.execute(f"update {table} set word = 'y'")
            application.execute(f"delete from {table}")
        for refused in (
            "truncate before",
            "create table mine (n int)",
            "insert into django_migrations values (1)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
                application.execute(refused)
    refuse_strong_role(node["application"])


def test_a_nodes_role_cannot_enter_another_nodes_database(standing: Server, node: dict[str, str]) -> None:
    ensure_database(standing.owner_url(), "b_node", application_role="b_app", application_password="b")
    with pytest.raises(Fault):
        connect(as_role(node["application"], database="b_node"))


@pytest.mark.parametrize(
    ("strength", "why"),
    [
        ("alter role a_app superuser", "is a superuser"),
        ("alter role a_app bypassrls", "can bypass row-level security"),
        ("create table theirs (n int); alter table theirs owner to a_app", "owns 1 table"),
        ("grant a_owner to a_app", "owns the database"),
        ("create role strong bypassrls; grant strong to a_app", "can bypass row-level security"),
    ],
)
def test_serving_with_too_strong_a_role_is_refused(
    standing: Server, node: dict[str, str], strength: str, why: str
) -> None:
    refuse_strong_role(node["application"])
    with connect(standing.owner_url("a_node")) as connection:
        connection.execute(strength)
    with pytest.raises(Fault, match=why):
        refuse_strong_role(node["application"])


def test_serving_with_the_owners_address_is_refused(standing: Server, node: dict[str, str]) -> None:
    for address in (standing.owner_url("a_node"), node["owner"]):
        with pytest.raises(Fault, match="must be served by a role that cannot"):
            refuse_strong_role(address)
