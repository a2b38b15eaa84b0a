"""Starts and stops this installation's own PostgreSQL and makes the databases and roles of its nodes.
It refuses the network, connections without a password, and an application role that could step round
row-level security."""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from shelterbelt.config.ordinary import copied, elsewhere, installed_programs, ordinary_user, reachable
from shelterbelt.config.processes import (
    Fault,
    Say,
    kept_text,
    locked,
    quietly,
    rotate,
    until,
    working_in,
    works_in,
)

SOCKET_LIMIT = 90  # a socket's whole path must fit into about 100 bytes
BUILTIN_LOCALES = 170000  # the first server version that brings its own
# Statements, details and even the words of errors ("invalid input syntax for …") may hold what was typed: whoever asked
# gets them, and the server's log gets none, only what the server says of itself.
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '8MB'
maintenance_work_mem = '128MB'
max_wal_size = '2GB'
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_statement = 'none'
log_min_messages = 'log'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
"""


@dataclass(frozen=True)
class Server:
    """One PostgreSQL in one folder, reached through a socket only."""

    folder: Path
    programs: Path
    user: pwd.struct_passwd | None

    @classmethod
    def at(cls, folder: Path, say: Say = quietly) -> "Server":
        """The server of this folder; root's is run by an ordinary user, in another folder if need be."""
        folder, programs, user = folder.absolute(), installed_programs(), None
        if os.geteuid() == 0:
            user = ordinary_user()
            if not reachable(folder.parent, user):
                folder = elsewhere(hashlib.sha256(str(folder).encode()).hexdigest()[:12]) / "postgres"
                say(
                    f"PostgreSQL must not run as root, and {user.pw_name} cannot enter here: it uses {folder}"
                )
            if not reachable(programs, user):
                programs = copied(programs)
        return cls(folder, programs, user)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        near = self.folder / "socket"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
            return near
        owner = self.user.pw_uid if self.user else os.geteuid()
        return Path(f"/tmp/shelterbelt-{owner}-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]}")  # noqa: S108

    @property
    def running(self) -> bool:
        """True if a process serves this very folder: a number in a file may since belong to someone else."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return False
        return works_in(pid, self.data, "postgres")

    def owner_url(self, database: str = "postgres") -> str:
        """The address by which this server's owner reaches a database."""
        try:
            word = (self.folder / "owner.password").read_text()
        except OSError as fault:
            raise Fault("The database server of this installation is not set up yet: run make up.") from fault
        return url(user="owner", password=word, database=database, host=str(self.sockets))

    def start(self) -> None:
        """Start the server if it is not running; come back from any earlier end."""
        self._own(self.folder)
        with locked(self.folder / "lock"):
            if until(lambda: self._answers() or not self.running, within=120) and self.running:
                return
            if not self.data.exists():
                self._create()
            self._own(self.sockets)
            self._settle()
            (self.data / "shelterbelt.conf").write_text(
                SETTINGS.format(sockets=str(self.sockets).replace("'", "''"))
            )
            log = rotate(self.folder / "server.log")
            self._run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "120", "start")

    def stop(self) -> None:
        """Stop the server if it is running, after a checkpoint, ending whoever is still connected."""
        if self.folder.exists():
            with locked(self.folder / "lock"):
                if self.running:
                    self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop")

    def _answers(self) -> bool:
        """True if it lets its owner in; one being killed runs but does not, one that recovers will."""
        try:
            psycopg.connect(self.owner_url(), connect_timeout=5).close()
        except (psycopg.OperationalError, Fault):
            return False
        return True

    def _create(self) -> None:
        word, draft = self.folder / "owner.password", self.folder / "data.new"
        kept_text(word, secrets.token_urlsafe(32))
        self._give(word)
        shutil.rmtree(draft, ignore_errors=True)  # an earlier first start was interrupted
        self._run(
            "initdb", "-D", draft, "-U", "owner", "-E", "UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--auth-local=scram-sha-256", "--auth-host=reject",
            f"--pwfile={word}", "--no-instructions",
        )  # fmt: skip
        with (draft / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'shelterbelt.conf'\n")
        draft.rename(self.data)

    def _settle(self) -> None:
        """After a kill: wait for the old server's last processes, then take away what names a dead one."""
        if not until(lambda: not working_in(self.data, "postgres"), within=10):
            raise Fault(f"Parts of an earlier PostgreSQL still use {self.data}: end them and start again.")
        for left in (
            self.data / "postmaster.pid",
            self.sockets / ".s.PGSQL.5432.lock",
            self.sockets / ".s.PGSQL.5432",
        ):
            left.unlink(missing_ok=True)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(folder)
        found = folder.lstat()
        owner = self.user.pw_uid if self.user else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise Fault(
                f"{folder} belongs to someone else or is open to others: move it away and start again."
            )

    def _give(self, path: Path) -> None:
        """Hand over what we made ourselves; what belongs to a third user is left, and refused by `_own`."""
        if self.user and path.lstat().st_uid == 0:
            os.chown(path, self.user.pw_uid, self.user.pw_gid, follow_symlinks=False)

    def _run(self, program: str, *words: str | Path) -> None:
        as_user: dict[str, Any] = {}
        if self.user:
            as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        surroundings = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(
            [self.programs / program, *words], cwd="/", env=surroundings, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            umask=0o077, check=False, **as_user,
        )  # fmt: skip
        if done.returncode:
            why = (done.stderr or b"").decode(errors="replace").strip().split("\n")[
                -1
            ] or f"see {self.folder}/server.log"
            raise Fault(f"PostgreSQL could not {'be set up' if program == 'initdb' else words[-1]}: {why}")


def url(*, user: str, password: str, database: str, host: str, port: int | str = 5432) -> str:
    """A postgresql:// address; `host` may be a socket folder."""
    parts = [quote(part, safe="") for part in (user, password, database, host)]
    return "postgresql://{}:{}@/{}?host={}&port={}".format(*parts, port)


def as_role(base: str, *, database: str, user: str | None = None, password: str | None = None) -> str:
    """The same server's address for another database and, if given, another role."""
    known = conninfo_to_dict(base)
    return url(
        user=user or str(known.get("user") or ""),
        password=str((password if user else known.get("password")) or ""),
        database=database,
        host=str(known.get("host") or ""),
        port=str(known.get("port") or 5432),
    ) + "".join(
        f"&{key}={quote(str(known[key]), safe='')}" for key in ("sslmode", "sslrootcert") if known.get(key)
    )


def connect(address: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Open a connection, or say in one line that it cannot be opened (never with the password)."""
    try:
        return psycopg.connect(address, autocommit=autocommit, connect_timeout=10)
    except psycopg.OperationalError as fault:
        known = conninfo_to_dict(address)
        why = _why(str(fault))
        raise Fault(
            f"The database {known.get('dbname')} cannot be reached as {known.get('user')}: {why}"
        ) from fault


def _why(said: str) -> str:
    if "No such file or directory" in said or "Connection refused" in said:
        return "its server is not running (make up starts it)"
    return said.strip().split("\n")[-1].rsplit("FATAL:", 1)[-1].strip()


def ensure_database(
    owner_url: str,
    name: str,
    *,
    application_role: str,
    application_password: str,
    owner_role: str | None = None,
    owner_password: str | None = None,
) -> None:
    """Make a node's database and roles where missing and set the passwords; needs CREATEDB and CREATEROLE."""
    with connect(owner_url, autocommit=True) as connection:
        with connection.transaction():
            # Roles belong to the whole server: two nodes that start together must not make one twice.
            connection.execute("select pg_advisory_xact_lock(hashtext('shelterbelt roles'))")
            _ensure_role(connection, application_role, application_password)
            if owner_role and owner_password:
                _ensure_role(connection, owner_role, owner_password)
                _become_member(connection, owner_role)
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            _create_database(connection, name, owner_role)
        _close_to_others(connection, name, [role for role in (application_role, owner_role) if role])


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    verb = sql.SQL("alter" if known else "create")
    rights = sql.SQL("" if known else "nosuperuser nocreatedb nocreaterole noreplication nobypassrls")
    connection.execute(
        sql.SQL("{} role {} login {} password {}").format(
            verb, sql.Identifier(role), rights, sql.Literal(password)
        )
    )


def _become_member(connection: psycopg.Connection, role: str) -> None:
    """Whoever makes a database for a role must be able to act as that role (PostgreSQL 16 and later)."""
    able = connection.execute(
        "select rolsuper or pg_has_role(oid, %s, 'SET') from pg_roles where rolname = current_user", [role]
    )
    if able.fetchone() != (True,):
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))


def _create_database(connection: psycopg.Connection, name: str, owner_role: str | None) -> None:
    owner = sql.SQL("owner {}").format(sql.Identifier(owner_role)) if owner_role else sql.SQL("")
    locale = "template template0 encoding 'UTF8' locale 'C'"
    if connection.info.server_version >= BUILTIN_LOCALES:
        locale += " locale_provider builtin builtin_locale 'C.UTF-8'"
    try:
        connection.execute(
            sql.SQL("create database {} {} {}").format(sql.Identifier(name), owner, sql.SQL(locale))
        )
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return  # another process was first


def _close_to_others(connection: psycopg.Connection, name: str, roles: Sequence[str]) -> None:
    """No node's role may even connect to another node's database."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    for role in roles:
        connection.execute(
            sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(role))
        )


def grant_application(owner_connection: psycopg.Connection, application_role: str) -> None:
    """Let the application role use what the owner has made and will make, and own none of it."""
    role, future = sql.Identifier(application_role), sql.SQL("alter default privileges in schema public ")
    for rights, things in (
        ("select, insert, update, delete", "tables"),
        ("usage, select", "sequences"),
        ("execute", "functions"),
    ):
        words = sql.SQL(f"grant {rights} on "), sql.SQL(things)
        owner_connection.execute(
            words[0] + sql.SQL("all ") + words[1] + sql.SQL(" in schema public to {}").format(role)
        )
        owner_connection.execute(future + words[0] + words[1] + sql.SQL(" to {}").format(role))
    owner_connection.execute(sql.SQL("grant usage on schema public to {}").format(role))
    if owner_connection.execute("select to_regclass('public.django_migrations') is not null").fetchone() == (
        True,
    ):
        owner_connection.execute(
            sql.SQL("revoke insert, update, delete on public.django_migrations from {}").format(role)
        )


STRENGTH = """
with mine as (select * from pg_roles where pg_has_role(current_user, oid, 'MEMBER'))
select bool_or(rolsuper),
       bool_or(rolbypassrls),
       (select count(*) from pg_class join mine on mine.oid = relowner
         where relkind in ('r', 'p', 'v', 'm', 'f')
           and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)),
       (select count(*) from pg_database join mine on mine.oid = datdba where datname = current_database())
  from mine
"""


def refuse_strong_role(application_url: str) -> None:
    """Raise Fault if the role that serves pages could step round row-level security."""
    with connect(application_url) as connection:
        found = connection.execute(STRENGTH).fetchone()
        role = connection.info.user
    assert found is not None  # an aggregate always gives a row
    superuser, bypass, tables, database = found
    reasons = [
        (superuser, "is a superuser"),
        (bypass, "can bypass row-level security"),
        (tables, f"owns {tables} tables"),
        (database, "owns the database"),
    ]
    for true, words in reasons:
        if true:
            raise Fault(
                f"The application's database role {role} {words}: pages must be served by a role that cannot."
            )
