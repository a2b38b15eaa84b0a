"""A program that asks for what is not there for it leaves the same line as a worker, and learns as little."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shelterbelt.access.models import Missed
from shelterbelt.access.tries import resolve
from shelterbelt.access.walls import raise_wall
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.world import AT, Town


@pytest.mark.parametrize("path", ["/cases/{}", "/cases/{}/actions", "/nothing/{}"])
def test_what_is_not_there_for_a_program_leaves_a_line_and_tells_nothing(
    place: Town, program: Any, path: str
) -> None:
    one = program(place.police, "detective")
    walled, other = an_incident(place, place.officer).case, an_incident(place, place.officer).case
    assert walled is not None and other is not None
    with as_agency(place.police.id, at=AT):
        raise_wall(
            walled.id,
            agency=place.police.id,
            worker=one.worker.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    told = []
    one.get("/cases")
    for ref in (walled.ref, "Zq4vY0tqk2J3cXo8m1nB5w"):
        with CaptureQueriesContext(connection) as asked:
            answer = one.get(path.format(ref))
        told.append(
            (answer.status_code, answer.content, [q["sql"].split()[0] for q in asked.captured_queries])
        )
    assert told[0] == told[1]
    assert told[0][0] == 404
    with as_agency(place.police.id, at=now()):
        resolve(place.police.id, at=now())
        met = [row.met for row in Missed.objects.filter(worker_id=one.worker.id).order_by("id")]
    assert met == ([] if path.startswith("/nothing") else ["wall", "nothing"])
