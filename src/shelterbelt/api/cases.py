"""Cases for programs: the board page by page, one case, and a new one. The same rules and readings as on pages."""

from django.http import HttpRequest
from ninja import Router, Status

from shelterbelt.access.exports import ROWS, looked, require_budget
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.api.gate import ClientCredentials, program
from shelterbelt.api.problems import Refused
from shelterbelt.api.shapes import (
    AgenciesOut,
    AgencyOut,
    CaseOut,
    CasesOut,
    Cursor,
    Level,
    NoteIn,
    OpenCase,
    Ref,
    Written,
)
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import OPEN_DIRECT_CASE, SEE_BOARD, WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.referrals.actions.door import note_once, open_by_second_door
from shelterbelt.response import board as boards
from shelterbelt.response.seen import as_seen

router = Router(tags=["cases"])
reads, writes = ClientCredentials("cases:read"), ClientCredentials("cases:write")


@router.get("/cases", response=CasesOut, auth=reads)
def list_cases(
    request: HttpRequest,
    after: Cursor = "",
    level: Level | None = None,
    overdue: bool = False,
    shared_by: Cursor = "",
) -> CasesOut:
    """The agency's open cases, most dangerous and most overdue first; or those that another agency shares with it."""
    by, at = program(request)
    require(by, SEE_BOARD, at=at)
    if shared_by:
        holder = next((a for a in boards.sharing_agencies(by, at=at) if a.ref == shared_by), None)
        if holder is None:
            raise NotForYou
        page = boards.shared_board(by, holder, at=at, after=after)
    else:
        page = boards.board(by, boards.Asked(level or "", overdue), at=at, after=after)
    require_budget(by, (case.id for case in page.cases), what=ROWS, at=at)
    what = "board.shared" if shared_by else "board.cases"
    reading(what, about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    return CasesOut(cases=[CaseOut.of(case) for case in page.cases], next=page.older)


@router.get("/cases/{ref}", response=CaseOut, auth=reads)
def get_case(request: HttpRequest, ref: Ref) -> CaseOut:
    """One case."""
    by, at = program(request)
    case = case_by_ref(ref, by=by, at=at)
    as_seen([case], by=by, at=at)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at, reader_agency=by.agency_id)
    looked(by, case.id, at=at)
    return CaseOut.of(case)


@router.post("/cases", response={201: CaseOut}, auth=writes)
def open_case(request: HttpRequest, body: OpenCase) -> Status[CaseOut]:
    """A case without police; nothing reaches any other agency."""
    by, at = program(request)
    require(by, OPEN_DIRECT_CASE, at=at)
    told = body.survivor.model_dump()
    told["born_on"] = body.survivor.born_on.isoformat() if body.survivor.born_on else None
    made = open_by_second_door(
        survivor=told,
        other=body.other,
        wants_first=body.wants_first,
        own_words=body.own_words,
        once=body.once,
        by=by,
        at=at,
    )
    case = Case.objects.select_related("survivor", "other", "unit", "agency").get(id=made.id)
    return Status(201, CaseOut.of(case))


@router.post("/cases/{ref}/notes", response={201: Written}, auth=writes)
def write_note(request: HttpRequest, ref: Ref, body: NoteIn) -> Status[Written]:
    """A note in a case of the program's own agency."""
    by, at = program(request)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    if body.category and body.category not in shelf.codes("release_categories"):
        raise Refused("category")
    note = note_once(case, text=body.text, category=body.category, by=by, at=at)
    return Status(201, Written(at=note.written_at))


@router.get("/sharing", response=AgenciesOut, auth=reads)
def list_sharing(request: HttpRequest) -> AgenciesOut:
    """The agencies of this node that share cases with the program's agency now."""
    by, at = program(request)
    require(by, SEE_BOARD, at=at)
    found = boards.sharing_agencies(by, at=at)
    return AgenciesOut(agencies=[AgencyOut(ref=a.ref, name=a.name, kind=a.kind) for a in found])
