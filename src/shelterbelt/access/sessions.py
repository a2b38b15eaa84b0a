"""Who is signed in, since when, on what kind of device. Refuses a session that is idle, old or ended.

The browser alone holds a session's key. The database has its digest, and content that only the key opens: a stolen
table signs nobody in. Row-level security shows a session to whoever holds its key, its worker and their agency.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, SessionBase, UpdateError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.crypto import get_random_string

from shelterbelt.access.models import Session, Worker
from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, decrypt, derive, encrypt
from shelterbelt.store import journal
from shelterbelt.store.questions import question
from shelterbelt.ui.clock import now

OPENED, DEVICE = "opened", "device"
SEEN_EVERY = timedelta(minutes=1)
KEPT_IDLE = timedelta(days=1)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox|FxiOS", "Firefox"),
    ("CriOS|Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux|X11", "Linux"),
)


def digest_of(key: str) -> bytes:
    """What the database knows a session by."""
    return hashlib.sha256(b"shelterbelt.session" + key.encode()).digest()


@contextmanager
def _holding(key: str) -> Iterator[bytes]:
    """Tell PostgreSQL, for one transaction, which session's key is held."""
    digest = digest_of(key)
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute("select set_config('app.session', %s, true)", [digest.hex()])
        yield digest


@question
def _held(digest: bytes) -> QuerySet[Session]:
    return Session.objects.filter(digest=digest)


class SessionStore(SessionBase):
    """Django's sessions in a table of ours: found by digest, sealed under the key that only the browser has."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key, once it is idle, too old or ended."""
        key, at = str(self.session_key), now()
        with _holding(key) as digest:
            row = _held.first(digest)
            if row is not None and is_over(row, at=at):
                row.delete()
                row = None
            if row is not None and at - row.seen_at >= SEEN_EVERY:
                Session.objects.filter(digest=digest).update(seen_at=at)
        try:
            found = json.loads(_opened(key, bytes(row.sealed))) if row else None
        except (SealingError, ValueError):
            found = None
        if found is None:
            self._session_key = None
        return found or {}

    def save(self, must_create: bool = False) -> None:
        """Keep the session; one that ended meanwhile is not brought back."""
        if self.session_key is None:
            return self.create()
        data, at = self._get_session(no_load=must_create), now()  # type: ignore[attr-defined]
        if SESSION_KEY in data:
            data.setdefault(OPENED, at.isoformat())
        told = {
            "worker_id": data.get(SESSION_KEY),
            "sealed": _sealed(self.session_key, json.dumps(data).encode()),
            "device": data.get(DEVICE, ""),
            "opened_at": datetime.fromisoformat(data[OPENED]) if OPENED in data else at,
            "seen_at": at,
        }
        with _holding(self.session_key) as digest:
            if must_create:
                Session.objects.create(digest=digest, **told)
            elif not Session.objects.filter(digest=digest).update(**told):
                raise UpdateError
        return None

    def create(self) -> None:
        """Begin a session under a new key."""
        self._session_key = get_random_string(32, VALID_KEY_CHARS)
        self.save(must_create=True)
        self.modified = True

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session."""
        with _holding(session_key) as digest:
            return Session.objects.filter(digest=digest).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End this session."""
        if key := session_key or self.session_key:
            with _holding(key) as digest:
                Session.objects.filter(digest=digest).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Take away what nobody used for a day; asked in the name of nobody, by the daily job."""
        Session.objects.filter(seen_at__lt=now() - KEPT_IDLE).delete()


def is_over(row: Session, *, at: datetime) -> bool:
    """Whether a session has been idle, or has lasted, too long."""
    return at - row.seen_at >= settings.SESSION_IDLE or at - row.opened_at >= settings.SESSION_LONGEST


def _key(key: str) -> Key:
    salt = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return Key(derive(key.encode(), salt=salt, info=b"shelterbelt.session", size=KEY_SIZE))


def _sealed(key: str, text: bytes) -> bytes:
    nonce = os.urandom(NONCE_SIZE)
    return nonce + encrypt(_key(key), nonce, text, b"session")


def _opened(key: str, sealed: bytes) -> bytes:
    return decrypt(_key(key), sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], b"session")


def device_of(agent: str) -> str:
    """The family of a browser and its system, in two words; never its version."""
    names = [
        next((name for pattern, name in known if re.search(pattern, agent[:500])), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in names if name)


def sessions_of(worker: Worker, *, at: datetime) -> list[Session]:
    """The sessions a worker has open, the newest first."""
    rows = Session.objects.filter(worker_id=worker.id).order_by("-opened_at")
    return [row for row in rows if not is_over(row, at=at)]


def end_all(worker_id: UUID, *, at: datetime, but: bytes = b"") -> int:
    """End every session of a worker (but this one) in the running transaction; their next request finds none."""
    ended, _ = Session.objects.filter(worker_id=worker_id).exclude(digest=but).delete()
    agency = Worker.objects.filter(id=worker_id).values_list("agency_id", flat=True).first()
    if ended and agency:
        journal.note("session.ended", worker_id, agency=agency, at=at)
    return ended


def still_open(key: str) -> bool:
    """Whether the session of this key is open now; asked between the parts of what is streamed."""
    at = now()
    with _holding(key) as digest:
        row = Session.objects.filter(digest=digest).first()
    return row is not None and not is_over(row, at=at)


def worker_of(key: str, *, at: datetime) -> UUID | None:
    """Whose session this is, if it is open now; to be asked does not keep it alive."""
    with _holding(key) as digest:
        row = Session.objects.filter(digest=digest).first()
    return row.worker_id if row is not None and not is_over(row, at=at) else None


def while_open(
    parts: Iterable[bytes], key: str, *, every: timedelta = timedelta(milliseconds=500)
) -> Iterator[bytes]:
    """Parts of an answer for as long as the session lasts: once it ends, nothing more leaves."""
    asked = None
    for part in parts:
        if asked is None or now() - asked >= every:
            if not still_open(key):
                return
            asked = now()
        yield part
