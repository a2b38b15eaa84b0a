"""A case without police, as a worker opens it."""

from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.cases.models import Case
from shelterbelt.store.asker import as_agency


def direct_case(by: Worker, *, at: datetime, **told: Any) -> Case:
    """A case of this worker's agency."""
    from shelterbelt.cases.actions import open_direct_case

    with as_agency(by.agency_id, at=at, worker=by.id):
        return open_direct_case(survivor={"name": "Maria Sol"}, other=None, words={}, by=by, at=at, **told)
