"""What a program shows at the door and what the database keeps of it: never the same. Refuses a token that has ended."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import connection

from shelterbelt.access.models import Worker
from shelterbelt.api.models import Client, Token
from shelterbelt.store.asker import set_asker

LASTS = timedelta(minutes=15)


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    """What the database knows a token by."""
    return hashlib.sha256(b"shelterbelt.token" + token.encode("utf-8", "replace")).digest()


def admitted(token: str, *, at: datetime) -> tuple[Worker, frozenset[str]] | None:
    """The program that a token lets in, and for what; the running transaction then asks in its name."""
    digest = digest_of(token)
    set_asker(None, None, None)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.token', %s, true)", [digest.hex()])
    row = Token.objects.filter(digest=digest, from_at__lte=at, until_at__gt=at).first()
    if row is None:
        return None
    set_asker(row.agency_id, row.worker_id, at)
    worker = Worker.objects.select_related("agency", "unit").filter(id=row.worker_id, is_active=True).first()
    living = Client.objects.filter(id=row.client_id, revoked_at=None).exists()
    return (worker, frozenset(row.scopes)) if worker is not None and living else None
