"""Work for programs: what is open, take it, say how it ended. The same rules and readings as on pages."""

from django.http import HttpRequest
from ninja import Router

from shelterbelt.access.rules import require
from shelterbelt.api.gate import ClientCredentials, program
from shelterbelt.api.problems import Refused
from shelterbelt.api.shapes import ActionOut, ActionsOut, Cursor, FinishIn, Ref
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.response import actions, queries
from shelterbelt.response.models import Action
from shelterbelt.response.policy import SEE_WORK

router = Router(tags=["actions"])
reads, writes = ClientCredentials("actions:read"), ClientCredentials("actions:write")


@router.get("/actions", response=ActionsOut, auth=reads)
def list_actions(request: HttpRequest, after: Cursor = "") -> ActionsOut:
    """The program's open work and its unit's without an owner, most overdue first."""
    by, at = program(request)
    require(by, SEE_WORK, at=at)
    found, further = queries.my_work(by, at=at, after=after)
    reading("work", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    return ActionsOut(actions=[ActionOut.of(w) for w in queries.work(found, by=by, at=at)], next=further)


@router.get("/cases/{ref}/actions", response=ActionsOut, auth=reads)
def list_actions_of_case(request: HttpRequest, ref: Ref) -> ActionsOut:
    """The open work of one case, soonest first."""
    by, at = program(request)
    case = case_by_ref(ref, by=by, at=at)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at, reader_agency=by.agency_id)
    found = queries.work(queries.open_work_of(case), by=by, at=at)
    return ActionsOut(actions=[ActionOut.of(work) for work in found], next="")


@router.get("/actions/{ref}", response=ActionOut, auth=reads)
def get_action(request: HttpRequest, ref: Ref) -> ActionOut:
    """One piece of work."""
    by, at = program(request)
    found = queries.action_by_ref(ref, by=by, at=at)
    reading("action", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return _shown(found, request)


@router.post("/actions/{ref}/take", response=ActionOut, auth=writes)
def take_action(request: HttpRequest, ref: Ref) -> ActionOut:
    """Make open work the program's own; a second time changes nothing."""
    by, at = program(request)
    actions.take_action(queries.action_by_ref(ref, by=by, at=at), by, at=at)
    return _shown(queries.action_by_ref(ref, by=by, at=at), request)


@router.post("/actions/{ref}/finish", response=ActionOut, auth=writes)
def finish_action(request: HttpRequest, ref: Ref, body: FinishIn) -> ActionOut:
    """Say how work ended, once; the first answer stands."""
    by, at = program(request)
    found = queries.action_by_ref(ref, by=by, at=at)
    if body.outcome not in shelf.codes("action_outcomes"):
        raise Refused("outcome")
    actions.complete_action(found, body.outcome, body.note, by=by, at=at)
    return _shown(queries.action_by_ref(ref, by=by, at=at), request)


def _shown(action: Action, request: HttpRequest) -> ActionOut:
    by, at = program(request)
    return ActionOut.of(queries.work([action], by=by, at=at)[0])
