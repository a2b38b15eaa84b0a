"""Take in what bears a breach out: seal it, sign what it was, and note in whose hands it is from then on.

Refuses what is too large to lie with the breach, and a file of evidence of another case.
"""

import base64
import hashlib
from datetime import datetime
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import seal
from shelterbelt.breaches.exporting import export
from shelterbelt.breaches.models import FILE, PAPER, Breach, BreachCustody, BreachEvidence
from shelterbelt.breaches.policy import FOLLOW_BREACH, SEE_BREACH, TAKE_OUT_PROOF
from shelterbelt.breaches.proof import statement
from shelterbelt.breaches.told import by_word, said_in
from shelterbelt.cases.models import CaseIncident, Evidence
from shelterbelt.cases.policy import SEE_EVIDENCE
from shelterbelt.ledger.actions import reading, record
from shelterbelt.rules.custody import BEGINNING, Link, linked
from shelterbelt.sealing.primitives import sign
from shelterbelt.store.ids import uuid7

MOST_BYTES = 2 * 1024 * 1024


class TooLarge(ValueError):
    """It is too large to lie with the breach: take it in as evidence of an incident."""


def add_paper(
    breach: Breach, data: bytes, *, name: str, about: str, by: Worker, at: datetime
) -> BreachEvidence:
    """A small file, such as a picture of a message."""
    require(by, FOLLOW_BREACH, breach, at=at)
    if not data or len(data) > MOST_BYTES:
        raise TooLarge
    row = add_piece(breach, PAPER, data, name=name, about=about, by=by, at=at)
    digest = bytes(row.sha256)
    record("breach.evidence_added", about=breach.id, by=by.id, agency=breach.agency_id, at=at, digest=digest)
    return row


def name_file(breach: Breach, evidence: Evidence, *, by: Worker, at: datetime) -> BreachEvidence:
    """A file of evidence that an incident of the breach's case has; it stays where it lies, with a custody of its own."""
    require(by, FOLLOW_BREACH, breach, at=at)
    require(by, SEE_EVIDENCE, evidence, at=at)
    if breach.case_id is None:
        raise NotForYou("a breach without a case")
    own = CaseIncident.objects.filter(case_id=breach.case_id, incident_id=evidence.incident_id)
    if not own.exists():
        raise NotForYou("evidence of another case")
    Breach.objects.select_for_update(of=("self",)).get(id=breach.id)
    known = BreachEvidence.objects.filter(breach=breach, evidence=evidence).first()
    if known is not None:
        return known
    row = add_piece(breach, FILE, b"", evidence=evidence, by=by, at=at)
    digest = bytes(row.sha256)
    record("breach.evidence_added", about=breach.id, by=by.id, agency=breach.agency_id, at=at, digest=digest)
    return row


def add_piece(
    breach: Breach,
    kind: str,
    data: bytes,
    *,
    name: str = "",
    about: str = "",
    evidence: Evidence | None = None,
    by: Worker | None,
    at: datetime,
) -> BreachEvidence:
    """Seal one piece under the breach's key, sign its statement, begin its custody. Part of an act that asked."""
    row_id, keys = uuid7(), sealing.keyring()
    sha256 = bytes(evidence.sha256) if evidence else hashlib.sha256(data).digest()
    size = evidence.size if evidence else len(data)
    said = statement(str(breach.id), str(row_id), kind, sha256, size, at)
    content = {"name": name, "about": about, "data": base64.b64encode(data).decode()}
    row = BreachEvidence.objects.create(
        id=row_id,
        agency_id=breach.agency_id,
        breach=breach,
        kind=kind,
        evidence=evidence,
        taken_in_at=at,
        taken_in_by=by.id if by else None,
        sha256=sha256,
        size=size,
        statement=said,
        signature=sign(keys.node_keys().sign, said),
        signed_by=keys.public_keys().sign,
        sealed=seal(breach.key, breach.agency_id, content, about=row_id),
    )
    _custody(row, "taken_in", by=by.id if by else None, at=at)
    return row


def look_at(row: BreachEvidence, *, by: Worker, at: datetime) -> bytes:
    """What a piece holds, byte for byte, for somebody to look at: noted in its custody and in the ledger."""
    require(by, SEE_BREACH, row.breach, at=at)
    _custody(row, "looked_at", by=by.id, at=at)
    reading("breach_evidence", about=row.breach_id, by=by.id, agency=row.agency_id, at=at)
    return base64.b64decode(said_in(row)["data"])


def take_out(breach: Breach, *, by: Worker, at: datetime) -> bytes:
    """All that bears a breach out as one signed file, which is checked without this product."""
    require(by, TAKE_OUT_PROOF, breach, at=at)
    for row in breach.breachevidences.order_by("id"):
        _custody(row, "copied_out", by=by.id, at=at)
    made = export(breach, at=at)
    digest = hashlib.sha256(made).digest()
    record("breach.proof_taken_out", about=breach.id, by=by.id, agency=breach.agency_id, at=at, digest=digest)
    return made


def _custody(row: BreachEvidence, kind: str, *, by: UUID | None, at: datetime) -> None:
    Breach.objects.select_for_update(of=("self",)).get(id=row.breach_id)
    last = BreachCustody.objects.filter(evidence=row).order_by("-number").first()
    number, before = (last.number + 1, bytes(last.digest)) if last else (1, BEGINNING)
    link = Link(number, kind, at, by_word(by), str(row.id), bytes(row.sha256))
    BreachCustody.objects.create(
        agency_id=row.agency_id,
        breach_id=row.breach_id,
        evidence=row,
        number=number,
        kind=kind,
        at=at,
        by=by,
        digest=linked(link, before),
    )
