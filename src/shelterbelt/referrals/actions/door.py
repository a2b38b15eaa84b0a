"""The second door: a case without police, incident or the other person's name.

Refuses to send anything to anybody.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.actions import open_direct_case, write_note
from shelterbelt.cases.models import Case, Note
from shelterbelt.cases.policy import OPEN_DIRECT_CASE, WRITE_CASE
from shelterbelt.referrals import letters
from shelterbelt.referrals.once import id_of

SAME_PRESS = timedelta(minutes=2)
SAME_FORM = timedelta(hours=12)


def open_by_second_door(
    *,
    survivor: Mapping[str, Any],
    other: str = "",
    wants_first: str = "",
    own_words: str = "",
    instructions: Mapping[str, Any] | None = None,
    once: str = "",
    by: Worker,
    at: datetime,
) -> Case:
    """A case of this agency alone; contact instructions, if they gave any, are kept sealed beside it."""
    require(by, OPEN_DIRECT_CASE, at=at)
    before = _pressed_before(once, by=by, at=at)
    if before is not None:
        return before
    told = letters.instructions(dict(instructions)) if instructions else None
    words = {"wants_first": wants_first, "own_words": own_words, "instructions": told, "once": once}
    return open_direct_case(
        survivor=survivor, other={"name": other} if other else None, words=words, by=by, at=at
    )


def _pressed_before(once: str, *, by: Worker, at: datetime) -> Case | None:
    """The case that the same form opened; its token lies sealed in the case's own words."""
    if not once:
        return None
    id_of(by.id, once)
    for case in Case.objects.filter(opened_by=by.id, agency_id=by.agency_id, opened_at__gt=at - SAME_FORM):
        if opened(case).get("once") == once:
            return case
    return None


def note_once(case: Case, *, text: str, category: str, by: Worker, at: datetime) -> Note:
    """Write a note in the case's file; the same words a moment later are the same note."""
    require(by, WRITE_CASE, case, at=at)
    Case.objects.select_for_update().get(id=case.id)
    for note in Note.objects.filter(case=case, written_by=by.id, written_at__gt=at - SAME_PRESS):
        if opened_under(bytes(case.key), note.id, note.agency_id, bytes(note.sealed)) == {
            "text": text,
            "category": category,
        }:
            return note
    return write_note(case, text=text, category=category, by=by, at=at)
