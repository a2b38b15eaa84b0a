"""Choose what others are to do now: a new line each time, and the newest holds. Nobody but the survivor chooses.

It is never used against them: no rule, level or forecast reads it.
"""

from datetime import datetime

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand, require_own
from shelterbelt.conversations.models import ResponseChoice
from shelterbelt.conversations.policy import SEE_WORDS
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.safety.files import row_in
from shelterbelt.safety.models import OwnFile

LONGEST = 2000


def choose_response(file: OwnFile, code: str, words: str, *, by: Survivor, at: datetime) -> ResponseChoice:
    """What they want now, in the words of a list and their own; they may change it at any time."""
    require_own(by, SEE_WORDS, file, at=at)
    if file.ended_at or code not in shelf.codes("responses") or len(words) > LONGEST:
        raise NotForYou
    with own_hand(by, at=at):
        begun = row_in(file, {"code": code, "words": words.strip()})
        row = ResponseChoice.objects.create(**begun, chosen_at=at, chosen_by=by.id)
        record("response.chosen", about=row.id, by=by.id, agency=file.agency_id, at=at)
    return row
