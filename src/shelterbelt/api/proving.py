"""Proofs of the agency's ledger for a program: its newest checkpoint, that it only grew, and where its own lines stand.

Refuses lines that others caused: they would tell who did what.
"""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router

from shelterbelt.access.rules import NotForYou, require
from shelterbelt.api.gate import ClientCredentials, program
from shelterbelt.api.policy import CHECK_LEDGER
from shelterbelt.api.problems import Refused
from shelterbelt.api.shapes import CheckpointOut, Consistency, Inclusion, LedgerLine, LedgerLines
from shelterbelt.ledger import proofs
from shelterbelt.ledger.actions import reading
from shelterbelt.ledger.checkpoints import newest
from shelterbelt.ledger.logs import one
from shelterbelt.ledger.models import Entry, Reading

router = Router(tags=["ledger"])
reads = ClientCredentials("ledger:read")
PAGE = 100
Number = Annotated[int, Query(ge=0, le=2**53)]
Stream = Literal["entries", "readings"]


@router.get("/ledger/checkpoint", response=CheckpointOut, auth=reads)
def get_checkpoint(request: HttpRequest) -> CheckpointOut:
    """The newest signed checkpoint, to keep elsewhere and to check proofs with."""
    by, at = program(request)
    require(by, CHECK_LEDGER, at=at)
    made = newest(by.agency_id)
    if made is None:
        raise Refused("no_checkpoint")
    key = one(by.agency.ref).signer
    return CheckpointOut(note=bytes(made.note).decode(), key=str(key), made_at=made.made_at)


@router.get("/ledger/consistency", response=Consistency, auth=reads)
def get_consistency(request: HttpRequest, first: Number, second: Number) -> Consistency:
    """That the ledger of the second size grew from that of the first."""
    by, at = program(request)
    require(by, CHECK_LEDGER, at=at)
    made = newest(by.agency_id)
    if made is None or second > made.size:
        raise Refused("no_proof")
    try:
        return Consistency(**proofs.consistency(by.agency_id, first, second))
    except proofs.NoProof:
        raise Refused("no_proof") from None


@router.get("/ledger/{stream}", response=LedgerLines, auth=reads)
def list_lines(request: HttpRequest, stream: Stream, after: Number = 0) -> LedgerLines:
    """The lines that this program caused, oldest first, from an id on."""
    by, at = program(request)
    require(by, CHECK_LEDGER, at=at)
    rows = _lines(stream).filter(agency_id=by.agency_id, by=by.id, id__gt=after).order_by("id")[:PAGE]
    lines = [
        LedgerLine(stream=stream, id=row.id, kind=getattr(row, "kind", "") or row.what, at=row.at)
        for row in rows
    ]
    reading("ledger.lines", about=by.id, by=by.id, agency=by.agency_id, at=at)
    return LedgerLines(lines=lines)


@router.get("/ledger/{stream}/{int:number}", response=Inclusion, auth=reads)
def get_inclusion(request: HttpRequest, stream: Stream, number: int) -> Inclusion:
    """That one of the program's own lines stands in the ledger of the newest checkpoint."""
    by, at = program(request)
    require(by, CHECK_LEDGER, at=at)
    if not _lines(stream).filter(agency_id=by.agency_id, by=by.id, id=min(number, 2**63 - 1)).exists():
        raise NotForYou
    try:
        made = proofs.inclusion(by.agency_id, proofs.RowId(stream, number))
    except proofs.NoProof:
        raise Refused("no_proof") from None
    reading("ledger.proof", about=by.id, by=by.id, agency=by.agency_id, at=at)
    return Inclusion(**made)


def _lines(stream: Stream) -> QuerySet[Any]:
    return Entry.objects.all() if stream == "entries" else Reading.objects.all()
