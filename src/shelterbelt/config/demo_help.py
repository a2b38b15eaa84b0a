"""The demonstration's help now: set up with its survivor, and their advocate says that they are there.

Nobody in it can be reached: the number is one that is given to no one.
"""

from datetime import datetime, timedelta

from shelterbelt.access.models import Worker
from shelterbelt.alerts.actions import be_there, set_up_help
from shelterbelt.cases.models import Case
from shelterbelt.safety.files import begin_file
from shelterbelt.store.asker import as_agency

HERE_FOR = timedelta(hours=12)
CODES = {"cancel_code": "maple 42", "forced_code": "lemon 17"}
ANA = {
    "slot": "c1", "name": "Ana", "number": "+12025550123", "email": "", "language": "en", "said": "call_me", "words": "",
}  # fmt: skip
TOLD = {
    "people": [ANA], "duty": True, "dispatch": [], "hold": 15, "place": False, "language": "en", "signed": "M",
    "words": "Demonstration: this person and this number are invented.", **CODES,
}  # fmt: skip


def fill_help(case: Case, *, by: Worker, at: datetime) -> dict[str, str]:
    """Set help alerts up with the survivor of this case; gives the two codes for the demonstration's own sheet."""
    with as_agency(by.agency_id, at=at, worker=by.id):
        set_up_help(begin_file(case.survivor, by=by, at=at), TOLD, by=by, at=at)
        be_there(at + HERE_FOR, "", by=by, at=at)
    return CODES
