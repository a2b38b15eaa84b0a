"""Give chosen items away as a named version: by the survivor's own act, under a release that was signed live with their advocate.

What was given cannot be taken back; until it is carried, ending the release stops it. A worker carries and notes the receipt.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, own_hand, theirs
from shelterbelt.agencies import files
from shelterbelt.consent.actions import note_shown
from shelterbelt.consent.models import Grant
from shelterbelt.journal.actions.custody import newest_digest, note_custody, refuse_removed
from shelterbelt.journal.bundle import bundle
from shelterbelt.journal.models import Giving, Item
from shelterbelt.journal.policy import CARRY
from shelterbelt.journal.releases import CAN, covering
from shelterbelt.ledger.actions import record
from shelterbelt.safety.files import open_from, seal_in
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7


class NotReleased(ValueError):
    """No release of theirs that is in force lets this agency have it."""


def give(
    file: OwnFile, items: Sequence[Item], release_id: UUID, *, language: str, by: Survivor, at: datetime
) -> Giving:
    """Freeze these items as they are now for the release's recipient. Nothing written later is in it."""
    theirs(by, file)
    for item in items:
        theirs(by, item)
        refuse_removed(item)
    with own_hand(by, at=at):
        grant = covering(release_id, by, _needed(items), at=at)
        if grant is None or not items:
            raise NotReleased
        return _frozen(file, items, grant, language=language, by=by, at=at)


def carry(giving: Giving, *, by: Worker, at: datetime) -> bytes:
    """The frozen bundle, for the worker who takes it to its recipient. Refused once the release has ended."""
    require(by, CARRY, giving, at=at)
    with as_agency(giving.agency_id, at=at):
        living = Grant.objects.filter(
            release_id=giving.release_id, withdrawn_at=None, from_at__lte=at, until_at__gt=at
        )
        if not living.exists():
            raise NotReleased
        row = Giving.objects.select_for_update().get(pk=giving.pk)
        row.carried_at = row.carried_at or at
        row.save(update_fields=["carried_at"])
        digest = bytes(row.sha256)
    record("own_record.carried", about=giving.id, by=by.id, agency=giving.agency_id, at=at, digest=digest)
    return b"".join(files.chunks("bundle", key=giving.file.key, agency=giving.agency_id, about=giving.id))


def note_receipt(giving: Giving, *, to: str, number: str, by: Worker, at: datetime) -> None:
    """Who took it at the recipient's, and their number for it. Once; afterwards it stands."""
    require(by, CARRY, giving, at=at)
    with as_agency(giving.agency_id, at=at):
        row = Giving.objects.select_for_update().get(pk=giving.pk)
        if row.carried_at is None or row.received_at is not None:
            raise NotForYou("not carried, or noted already")
        told = open_from(row.file, row.sealed, about=row.id)
        row.received_at = at
        row.sealed = seal_in(row.file, {**told, "to": to, "number": number}, about=row.id)
        row.save(update_fields=["received_at", "sealed"])
    record("own_record.received", about=giving.id, by=by.id, agency=giving.agency_id, at=at)


def _needed(items: Sequence[Item]) -> set[str]:
    """What the release has to name: their account and, where there are files, named documents or pictures."""
    with_files = any(item.originals.exists() for item in items)
    return {CAN["words"], CAN["files"]} if with_files else {CAN["words"]}


def _frozen(
    file: OwnFile, items: Sequence[Item], grant: Grant, *, language: str, by: Survivor, at: datetime
) -> Giving:
    giving_id, release, to = uuid7(), grant.release, grant.recipient
    assert release is not None
    for item in items:
        words = {"recipient": str(to.id)}
        note_custody(item, "handed_over", by=by.id, at=at, about=newest_digest(item), words=words)
    given = {"holder": file.agency.name, "recipient": to.name, "release": release.ref}
    made = bundle(file, items, language=language, at=at, given=given)
    digest, size = files.kept(
        io.BytesIO(made.data), "bundle", key=file.key, agency=file.agency_id, about=giving_id
    )
    versions = {str(item.id): item.newest for item in items}
    told = {"versions": versions, "recipient": to.name, "purpose": grant.purpose, "list": made.digest.hex()}
    giving = Giving.objects.create(
        id=giving_id,
        agency_id=file.agency_id,
        file=file,
        person_id=file.person_id,
        release_id=release.id,
        case_id=release.case_id,
        recipient=to,
        given_at=at,
        sha256=digest,
        size=size,
        sealed=seal_in(file, told, about=giving_id),
    )
    note_shown(grant, release.case_id, to, _needed(items), digest, at=at)
    record("own_record.given", about=giving_id, by=by.id, agency=file.agency_id, at=at, digest=digest)
    return giving
