"""Write letters to other agencies' nodes, keep their order, and note those that came.

Refuses to send outside the act's transaction; a letter to a node that was struck off is closed unsent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency, Arrival, Letter, Line, Node
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
    sealed = letters.write(content, to=peer, by=sealing.keyring().node_keys(), least=letters.USUAL)
    letter = Letter.objects.create(
        id=letter_id, agency=by, to=to, kind=kind, sealed=sealed, written_at=at, next_try_at=at
    )
    if to.node.state == "revoked":
        close_letter(letter, as_="revoked", at=at)
    else:
        app.configure_task("exchange.deliver").defer(agency=str(by.id), to=str(to.id))
    return letter_id


def waiting() -> "QuerySet[Letter]":
    """The asking agency's letters that are neither delivered nor closed."""
    return Letter.objects.filter(delivered_at=None, closed_at=None)


def hold_line(agency: UUID, peer: UUID, direction: str, lane: str) -> Line:
    """The line between two agencies, locked until the transaction ends; made when it is first needed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {Line._meta.db_table} (id, agency_id, peer_id, direction, lane, epoch, last) "
            "values (%s, %s, %s, %s, %s, 0, 0) on conflict do nothing",
            (uuid7(), agency, peer, direction, lane),
        )
    rows = Line.objects.select_for_update(of=("self",))
    return rows.get(agency_id=agency, peer_id=peer, direction=direction, lane=lane)


def move_line(line: Line, *, epoch: int, last: int) -> None:
    """How far a line has come now."""
    line.epoch, line.last = epoch, last
    line.save(update_fields=["epoch", "last"])


def claim(letter: Letter, line: Line, *, until: datetime) -> None:
    """Give a letter the line's next number if it has none, and keep others from sending it meanwhile."""
    if letter.number is None:
        move_line(line, epoch=line.epoch, last=line.last + 1)
        letter.epoch, letter.number = line.epoch, line.last
    letter.next_try_at, letter.aside = until, False
    letter.save(update_fields=["epoch", "number", "next_try_at", "aside"])


def mark_delivered(letter: Letter, *, at: datetime) -> None:
    """The other node has taken the letter in; its content is no longer needed here."""
    Letter.objects.filter(id=letter.id).update(delivered_at=at, sealed=b"", tries=letter.tries + 1)


def close_letter(letter: Letter, *, as_: str, at: datetime) -> None:
    """A letter that will never be delivered: the other node can never understand it, or was struck off."""
    Letter.objects.filter(id=letter.id).update(closed_at=at, closed_as=as_, sealed=b"")


def close_letters_to(node: Node, *, at: datetime) -> int:
    """Close what the asking agency still has for a node that was struck off."""
    return waiting().filter(to__node=node).update(closed_at=at, closed_as="revoked", sealed=b"")


def put_off(letter: Letter, *, until: datetime) -> None:
    """The other node did not answer: try again later, as long as it takes."""
    Letter.objects.filter(id=letter.id).update(next_try_at=until, tries=letter.tries + 1)


def set_aside(letter: Letter, line: Line, *, until: datetime) -> None:
    """The other node does not know this kind yet: its number goes to the next letter, and it is tried again later."""
    if (line.epoch, line.last) == (letter.epoch, letter.number):
        move_line(line, epoch=line.epoch, last=line.last - 1)
    Letter.objects.filter(id=letter.id).update(
        number=None, aside=True, next_try_at=until, tries=letter.tries + 1
    )


def begin_anew(letter: Letter, line: Line, *, after: int) -> None:
    """One side was put back to an older state: the line's numbers begin anew, in an epoch that neither has used."""
    move_line(line, epoch=max(line.epoch, after) + 1, last=0)
    Letter.objects.filter(id=letter.id).update(number=None)


def note_arrival(
    letter_id: UUID, kind: str, *, sender: Agency, to: Agency, at: datetime, refused: bool = False
) -> bool:
    """Note a letter that came; false when it had come before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {Arrival._meta.db_table} (id, agency_id, sender_id, kind, arrived_at, refused) "
            "values (%s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
            (letter_id, to.id, sender.id, kind, at, refused),
        )
        return bool(cursor.rowcount == 1)


def note_closed(agency: Agency, *, at: datetime) -> None:
    """The agency closed or merged into another: nobody can choose it any more, and nothing of it passes on."""
    Agency.objects.filter(id=agency.id, closed_at=None).update(closed_at=at)
    agency.closed_at = agency.closed_at or at
