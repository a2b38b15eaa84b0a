"""Write a contact with the hotline down, call back, hand over, open a case when the person wishes it.

Refuses a call-back that their instructions forbid, and hands nothing to another node.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.hotline.actions.answering import NotWished
from shelterbelt.hotline.kept import words_of
from shelterbelt.hotline.models import Call, CallStep, CallWords
from shelterbelt.hotline.policy import LOG_CALLS
from shelterbelt.hotline.safely import refuse_forbidden
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.referrals.actions.phoning import HOW
from shelterbelt.referrals.models import Service
from shelterbelt.referrals.once import id_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

CALL_BACK = "call_back"
REACHED = ("reached", "number_wrong", "stopped")
COUNTED = {
    "kind": "call_kinds",
    "topics": "call_topics",
    "given": "call_given",
    "language": "languages",
    "outcome": "call_outcomes",
    "known": "call_known",
}


def log_call(
    told: Mapping[str, Any],
    *,
    happened_at: datetime,
    name: str = "",
    words: str = "",
    instructions: Mapping[str, Any] | None = None,
    once: str = "",
    by: Worker,
    at: datetime,
) -> Call:
    """Write a contact down: `told` holds the codes of COUNTED, any of which may be missing. Once for one form (`once`)."""
    require(by, LOG_CALLS, at=at)
    call_id = id_of(by.id, once)
    if before := Call.objects.filter(id=call_id).first():
        return before
    counted = {name: told[name] for name in COUNTED if told.get(name)}
    _known(counted)
    key, agency = new_key(by.agency_id), by.agency_id
    waits = counted.get("outcome") == CALL_BACK
    call = Call.objects.create(
        id=call_id, agency_id=agency, key=key, sealed=seal(key, agency, counted, about=call_id),
        happened_at=happened_at, logged_at=at, taken_by=by.id, waits_since=happened_at if waits else None,
    )  # fmt: skip
    _keep(
        call,
        {"name": name, "words": words, "instructions": dict(instructions) if instructions else None},
        at=at,
    )
    record("call.logged", about=call.id, by=by.id, agency=agency, at=at)
    return call


def _known(counted: Mapping[str, Any]) -> None:
    for name, given in counted.items():
        codes = set(given) if isinstance(given, list | tuple) else {given}
        if not codes <= shelf.codes(COUNTED[name]):
            raise ValueError(f"{name} comes from the library")


def _keep(call: Call, content: Mapping[str, Any], *, at: datetime) -> None:
    words_id, key = uuid7(), new_key(call.agency_id)
    CallWords.objects.create(
        id=words_id, agency_id=call.agency_id, call=call, touched_at=at, key=key,
        sealed=seal(key, call.agency_id, content, about=words_id),
    )  # fmt: skip


def call_back(
    call: Call, *, channel: str, outcome: str, words: str = "", once: str = "", by: Worker, at: datetime
) -> CallStep:
    """Write down that they were called back, where their instructions allow it now; raises Forbidden where they do not."""
    require(by, LOG_CALLS, call, at=at)
    if channel not in shelf.codes("contact_channels") or outcome not in shelf.codes("contact_outcomes"):
        raise ValueError("a channel and an outcome come from the library")
    refuse_forbidden(call, channel, outcome=outcome, at=at)
    step = _step(
        call, "called_back", {"channel": channel, "outcome": outcome, "words": words}, once=once, by=by, at=at
    )
    if outcome in REACHED:
        Call.objects.filter(id=call.id).update(waits_since=None)
    record("call.called_back", about=call.id, by=by.id, agency=call.agency_id, at=at)
    return step


def hand_over_call(
    call: Call, to: Worker, *, words: str = "", once: str = "", by: Worker, at: datetime
) -> CallStep:
    """Hand it warmly to a colleague of the same agency, who finds it first in their queue."""
    require(by, LOG_CALLS, call, at=at)
    if to.agency_id != call.agency_id or not LOG_CALLS.allows(to):
        raise NotForYou
    step = _step(call, "handed_over", {"to": str(to.id), "words": words}, once=once, by=by, at=at)
    Call.objects.filter(id=call.id).update(handed_to=to.id, handed_at=at)
    record("call.handed_over", about=call.id, by=by.id, agency=call.agency_id, at=at)
    return step


def pass_on_call(
    call: Call, service: Service, *, how: str, words: str = "", once: str = "", by: Worker, at: datetime
) -> CallStep:
    """Note that they were brought together with another service, by telephone. Nothing is sent to it."""
    require(by, LOG_CALLS, call, at=at)
    if how not in HOW:
        raise ValueError("how must be one of HOW")
    told = {"service": service.name, "how": how, "words": words}
    step = _step(call, "passed_on", told, once=once, by=by, at=at)
    record("call.passed_on", about=call.id, by=by.id, agency=call.agency_id, at=at)
    return step


def open_case_for_call(
    call: Call, *, name: str, other: str = "", wished: bool, may_copy: bool = False, by: Worker, at: datetime
) -> Case:
    """The case that the person wished: the one that is open, or a new one, with what was noted only if they allowed it."""
    require(by, LOG_CALLS, call, at=at)
    row = Call.objects.select_for_update().get(id=call.id)
    if row.case is not None:
        return row.case
    if not wished:
        raise NotWished
    kept = words_of(row)
    copied = (
        {"own_words": kept.get("words", ""), "instructions": kept.get("instructions")} if may_copy else {}
    )
    survivor = {"name": name, "language": opened(row).get("language", "")}
    case = open_direct_case(
        survivor=survivor, other={"name": other} if other else None, words=copied, by=by, at=at
    )
    row.case = case
    with as_agency(row.agency_id, at=at):  # whoever opens it may stand before a wall from here on
        row.save(update_fields=["case"])
    record("call.filed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return case


def _step(
    call: Call, kind: str, content: Mapping[str, Any], *, once: str, by: Worker, at: datetime
) -> CallStep:
    """One step, under the key of the words; where those were let go, they begin anew."""
    step_id = id_of(call.id, f"{by.id} {once}" if once else "")
    if before := CallStep.objects.filter(id=step_id).first():
        return before
    words = CallWords.objects.select_for_update().filter(call_id=call.id).first()
    if words is None:
        _keep(call, {"name": "", "words": "", "instructions": None}, at=at)
        words = CallWords.objects.get(call_id=call.id)
    CallWords.objects.filter(id=words.id).update(touched_at=at)
    return CallStep.objects.create(
        id=step_id, agency_id=call.agency_id, words=words, kind=kind, at=at, by=by.id,
        sealed=seal(bytes(words.key), call.agency_id, content, about=step_id),
    )  # fmt: skip
