"""Ask that a level ends lower, and agree to it as the second person, or not.

Refuses whatever lacks the survivor's answer, a reason or another person; until then the old level stands.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import fingerprint, opened_under, seal
from shelterbelt.assessments import queries
from shelterbelt.assessments.actions.levels import LevelMoved, say_again, show_level
from shelterbelt.assessments.models import LevelSet, Reassessment
from shelterbelt.assessments.policy import AGREE_LEVEL, SET_LEVEL
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.rules import levels
from shelterbelt.rules.levels import Level, level_of, may_end_lower
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7


class Incomplete(ValueError):
    """The reassessment lacks something: `problem` is the rule's code for it."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Settled(Exception):
    """It waits for nobody any more: `state` says how it ended."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def ask_reassessment(
    case: Case,
    level: str,
    factors: Iterable[str],
    reason: str,
    *,
    asked_survivor: bool,
    survivor_says: str = "",
    by: Worker,
    at: datetime,
    once: str = "",
    seen: str = "",
) -> Reassessment:
    """Say that all of it was looked at anew and that the level should end lower; it waits for a second person.

    One that waited before is over. `once` and `seen` as for `set_level`.
    """
    require(by, SET_LEVEL, case, at=at)
    row = Case.objects.select_for_update(of=("self",)).get(id=case.id)
    if once and (found := Reassessment.objects.filter(case=row, ref=once).first()):
        return found
    held = queries.level_seen(row, by=by, at=at)
    if seen and seen != held.word:
        raise LevelMoved(held.word)
    if level_of(level) >= held:
        raise ValueError("nothing ends lower by it: set_level")
    _complete_but_for_the_second(level_of(level), asked_survivor, reason, by=by, at=at)
    _end_those_that_wait(row, by=by, at=at)
    listed = sorted(set(factors) & shelf.codes("level_factors"))
    content = {"factors": listed, "reason": reason.strip(), "survivor": survivor_says.strip()}
    asked_id = uuid7()
    asked = Reassessment.objects.create(
        id=asked_id,
        ref=once or new_ref(),
        agency_id=row.agency_id,
        case=row,
        level=level_of(level).word,
        was=held.word,
        asked_survivor=asked_survivor,
        sealed=seal(bytes(row.key), row.agency_id, content, about=asked_id),
        asked_by=by.id,
        asked_at=at,
    )
    digest = fingerprint(row.agency_id, content)
    record("reassessment.asked", about=asked_id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    return asked


def _complete_but_for_the_second(
    level: Level, asked_survivor: bool, reason: str, *, by: Worker, at: datetime
) -> None:
    fact = levels.Reassessment("", at, level, asked_survivor, by=str(by.id), reason=reason)
    problem = may_end_lower(fact)
    if problem != "reassessment.second_needed":
        raise Incomplete(str(problem))


def _end_those_that_wait(case: Case, *, by: Worker, at: datetime) -> None:
    for waiting in Reassessment.objects.select_for_update().filter(case=case, state="open"):
        waiting.state, waiting.settled_at = "overtaken", at
        waiting.save(update_fields=["state", "settled_at"])
        record("reassessment.overtaken", about=waiting.id, by=by.id, agency=case.agency_id, at=at)


def agree_reassessment(asked: Reassessment, words: str = "", *, by: Worker, at: datetime) -> Level:
    """Agree as the second person: from now on the level is what the reassessment came to, or what was said since."""
    require(by, AGREE_LEVEL, asked, at=at)
    case, row = _locked(asked)
    if row.state == "agreed" and row.second_id == by.id:
        return queries.level_seen(case, by=by, at=at)
    if row.state != "open":
        raise Settled(row.state)
    held = queries.level_seen(case, by=by, at=at)
    if held.word != row.was:
        raise LevelMoved(held.word)
    reason = str(queries.reassessment_told(row, case)["reason"])
    fact = queries.reassessment_fact(row, reason=reason, second=str(by.id), agreed_at=at)
    if problem := may_end_lower(fact):
        raise Incomplete(problem)
    unseen = _unseen(case, row, by=by, at=at)
    content = _settle(case, row, "agreed", words, by=by, at=at)
    show_level(case, by=by.id, at=at)
    for line in unseen:
        say_again(case, line, known_at=at, at=at)
    digest = fingerprint(row.agency_id, content)
    record("reassessment.agreed", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    return queries.level_seen(case, by=by, at=at)


def _unseen(case: Case, row: Reassessment, *, by: Worker, at: datetime) -> list[LevelSet]:
    """The lines that count and that one of the two could not see: they looked at all of it but these."""
    lines = LevelSet.objects.filter(case=case, undone_at=None)
    seen = set(lines.values_list("id", flat=True))
    with as_agency(case.agency_id, at=at, worker=row.asked_by):
        seen &= set(lines.values_list("id", flat=True))
    with as_agency(case.agency_id, at=at):
        return [
            line
            for line in lines.select_related("incident", "assessment").order_by("id")
            if line.id not in seen
        ]


def decline_reassessment(asked: Reassessment, words: str = "", *, by: Worker, at: datetime) -> None:
    """Not agree, as the second person: the level stays as it is."""
    require(by, AGREE_LEVEL, asked, at=at)
    case, row = _locked(asked)
    if row.state == "declined" and row.second_id == by.id:
        return
    if row.state != "open":
        raise Settled(row.state)
    content = _settle(case, row, "declined", words, by=by, at=at)
    digest = fingerprint(row.agency_id, content)
    record("reassessment.declined", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)


def call_off_reassessment(asked: Reassessment, *, by: Worker, at: datetime) -> None:
    """Take back what one asked for oneself; a second time changes nothing."""
    require(by, SET_LEVEL, asked, at=at)
    _case, row = _locked(asked)
    if row.asked_by != by.id:
        raise NotForYou
    if row.state != "open":
        return
    row.state, row.settled_at = "called_off", at
    row.save(update_fields=["state", "settled_at"])
    record("reassessment.called_off", about=row.id, by=by.id, agency=row.agency_id, at=at)


def _locked(asked: Reassessment) -> tuple[Case, Reassessment]:
    """The case first, always: whoever raises a level locks it too."""
    case = Case.objects.select_for_update(of=("self",)).get(id=asked.case_id)
    return case, Reassessment.objects.select_for_update().get(id=asked.id)


def _settle(
    case: Case, row: Reassessment, state: str, words: str, *, by: Worker, at: datetime
) -> Mapping[str, Any]:
    told = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
    content = {**told, "answer": words.strip()}
    row.sealed = seal(bytes(case.key), row.agency_id, content, about=row.id)
    row.state, row.second_id, row.settled_at = state, by.id, at
    row.save(update_fields=["sealed", "state", "second_id", "settled_at"])
    return content
