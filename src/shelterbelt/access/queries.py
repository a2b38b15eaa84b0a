"""Reading about workers. Starts from the reader's own agency; row-level security stands under it."""

from collections.abc import Iterable
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.agencies.sealed import opened_under


def name_of(worker: Worker) -> str:
    """A worker's name, opened for a reader of the same agency."""
    return str(opened_under(worker.key, worker.id, worker.agency_id, worker.sealed).get("name", worker.code))


def names_of(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of workers by id; workers whom the asking agency may not see are left out."""
    wanted = {i for i in ids if i}
    return {w.id: name_of(w) for w in Worker.objects.filter(id__in=wanted)}
