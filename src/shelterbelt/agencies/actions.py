"""Write letters to other agencies' nodes and note those that came. Refuses to send outside the act's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency, Arrival, Letter
from shelterbelt.sealing import letters
from shelterbelt.store.ids import uuid7


def send_letter(kind: str, body: Mapping[str, Any], *, by: Agency, to: Agency, at: datetime) -> UUID:
    """Seal a letter to another agency's node and put it in the outbox; `kind` ends in its version (`grant/1`)."""
    letter_id = uuid7()
    content = {
        "id": str(letter_id),
        "kind": kind,
        "from": str(by.id),
        "to": str(to.id),
        "at": at.isoformat(),
        "body": dict(body),
    }
    peer = letters.PublicKeys(bytes(to.node.sign_key), bytes(to.node.seal_key))
    sealed = letters.write(content, to=peer, by=sealing.keyring().node_keys())
    Letter.objects.create(
        id=letter_id, agency=by, to=to, kind=kind, sealed=sealed, written_at=at, next_try_at=at
    )
    app.configure_task("exchange.deliver").defer(agency=str(by.id), letter=str(letter_id))
    return letter_id


def mark_delivered(letter: Letter, *, at: datetime) -> None:
    """The other node has taken the letter in; its content is no longer needed here."""
    Letter.objects.filter(id=letter.id).update(delivered_at=at, sealed=b"", tries=letter.tries + 1)


def put_off(letter: Letter, *, until: datetime) -> None:
    """The other node did not answer: try again later, as long as it takes."""
    Letter.objects.filter(id=letter.id).update(next_try_at=until, tries=letter.tries + 1)


def note_arrival(letter_id: UUID, kind: str, *, sender: Agency, to: Agency, at: datetime) -> bool:
    """Note a letter that came; false when it had been taken in before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {Arrival._meta.db_table} (id, agency_id, sender_id, kind, arrived_at) "
            "values (%s, %s, %s, %s, %s) on conflict (id) do nothing",
            (letter_id, to.id, sender.id, kind, at),
        )
        return bool(cursor.rowcount == 1)
