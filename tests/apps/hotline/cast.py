"""What the tests of the hotline have in common: a report, a contact, and instructions by which one may be called back."""

from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.hotline.actions import log_call, tell
from shelterbelt.hotline.actions.telling import Told
from shelterbelt.hotline.models import Call, Report, Return
from shelterbelt.hotline.queries import returned
from shelterbelt.store.asker import as_agency
from tests.world import AT, Town

WORDS = "Quezzelvorpreport behind the door"
# Weekdays from nine to five in Chicago; AT is a Wednesday, half past nine there.
SAFE: dict[str, Any] = {
    "channels": ["phone"], "number": "+13125550191", "email": "", "place": "", "days": ["0", "1", "2", "3", "4"],
    "from": "09:00", "until": "17:00", "zone": "America/Chicago", "voicemail": False, "code_word": "Quezzelvorpword",
    "may_answer": "",
}  # fmt: skip


def told(place: Town, words: str = WORDS, **more: Any) -> Told:
    """A report at the advocates."""
    with as_agency(place.advocates.id, at=AT):
        return tell(place.advocates, words=words, at=more.pop("at", AT), **more)


def back(place: Town, secret: str, at: Any = AT) -> tuple[Return, Report] | None:
    """Who this browser is, to the public pages."""
    with as_agency(place.advocates.id, at=at):
        return returned(place.advocates, secret, at=at)


def a_call(place: Town, by: Worker | None = None, **more: Any) -> Call:
    """A contact that an advocate wrote down; `outcome` and other codes are given by name."""
    worker = by or place.advocate
    at = more.pop("at", AT)
    kept = {name: more.pop(name) for name in ("name", "words", "instructions", "once") if name in more}
    with as_agency(worker.agency_id, at=at, worker=worker.id):
        return log_call(more, happened_at=more.pop("happened_at", at), **kept, by=worker, at=at)
