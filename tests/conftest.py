"""A PostgreSQL of the tests' own, one database a run, reached as the application role: row-level security is always on."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long something took says how busy the machine was, never whether it is right.
settings.register_profile("busy machines", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machines")
# A browser that is open for a whole run keeps an event loop in this thread; Django would take that for a mistake of ours.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for what nobody needs any more would cost every test a little."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[str]:
    """The address by which databases are made: DATABASE_OWNER_URL, or a server started for this run."""
    given = os.environ.get("DATABASE_OWNER_URL")
    if given:
        yield given
        return
    from shelterbelt.config.postgres import Server
    from tests import prepared

    django_db_blocker.unblock()
    folder = Path(tempfile.mkdtemp(prefix="sb-tests-", dir=memory()))
    folder.chmod(0o711)
    server = Server.at(folder / "postgres")
    try:
        if shared := _shared(tmp_path_factory):
            prepared.take_over(server, shared)
        else:
            prepared.prepare(server, tmp_path_factory.getbasetemp() / prepared.TABLES)
        server.start()
        yield server.owner_url()
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A folder that all processes of this run share, where there are several."""
    from tests.prepared import SHARED

    if given := os.environ.get(SHARED):
        return Path(given)
    return tmp_path_factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else None


@pytest.fixture(scope="session")
def tables(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A file with migrated tables for machines that start empty; none where the run was given a server."""
    from tests.prepared import TABLES

    found = (_shared(tmp_path_factory) or tmp_path_factory.getbasetemp()) / TABLES
    return found if found.exists() else None


def memory() -> str | None:
    """A folder in memory for what a run throws away, where there is one with room; else wherever such files go."""
    place = Path("/dev/shm")
    if not (place.is_dir() and os.access(place, os.W_OK) and place.stat().st_mode & 0o001):
        return None
    return str(place) if shutil.disk_usage(place).free > 8 * 2**30 else None


@pytest.fixture(scope="session")
def database(postgres: str, django_db_blocker: Any) -> Iterator[str]:
    """A migrated database; Django's connection is the application role. Tests commit: each has a town of its own."""
    import psycopg
    from django.db import connections

    from shelterbelt.config.postgres import as_role
    from tests.prepared import PASSWORD, PREPARED, migrated, point

    django_db_blocker.unblock()
    name = PREPARED
    if os.environ.get("DATABASE_OWNER_URL"):
        name = f"test_{uuid.uuid4().hex[:12]}"
        migrated(postgres, name)
    role = f"app_{name}"
    application = as_role(postgres, database=name, user=role, password=PASSWORD)
    point(application)
    yield application
    connections.close_all()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')
        connection.execute(f'drop role "{role}"')


@pytest.fixture(scope="session")
def keys() -> Iterator[Path]:
    """A key folder and a folder for files, as a node has them."""
    from django.conf import settings

    from shelterbelt import sealing
    from shelterbelt.sealing.keyring import Keyring

    folder = Path(tempfile.mkdtemp(prefix="sb-keys-", dir=memory()))
    sealing.use(Keyring.create(folder / "keys"))
    (folder / "files").mkdir()
    settings.FILES = folder / "files"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def node(database: str, keys: Path) -> Iterator[None]:
    """A node to act on: real commits, so that what only happens after a commit happens."""
    from django.db import connection

    from tests.world import arrive, leave

    arrive()
    yield
    if connection.in_atomic_block:
        raise AssertionError("a test left a transaction open")
    leave()


@pytest.fixture
def place(node: None) -> Any:
    """A town of this test's own."""
    from tests.world import town

    return town()


@pytest.fixture
def signed_in(node: None) -> Any:
    """A browser-less client that is signed in as a worker: `signed_in(worker).get(...)`."""
    from django.test import Client

    from shelterbelt.store.asker import as_agency
    from tests.world import AT

    def client(worker: Any) -> Client:
        made = Client(HTTP_HOST="localhost")
        with as_agency(worker.agency_id, at=AT, worker=worker.id):
            made.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
        return made

    return client


@pytest.fixture
def settle(node: None) -> Any:
    """What the background does within a second: links the ledger and follows it, for these agencies."""
    from shelterbelt.ledger.chain import chain
    from shelterbelt.store.asker import as_agency
    from tests.world import AT

    def run(*agencies: Any, at: Any = AT) -> None:
        from shelterbelt.response.follow import follow

        for agency in agencies:
            with as_agency(agency.id, at=at):
                chain(agency.id)
            with as_agency(agency.id, at=at):
                follow(agency.id, at=at)

    return run


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Where Chromium lies: SHELTERBELT_CHROMIUM, or the PATH."""
    return (
        os.environ.get("SHELTERBELT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


@pytest.fixture(scope="session")
def browser(chromium: str | None) -> Iterator[Any]:
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=[*quiet, "--disable-component-update", "--disable-sync"]
        )
        yield browser
        browser.close()
