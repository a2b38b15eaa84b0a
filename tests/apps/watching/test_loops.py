"""The watch's own process: it hears what is added, tells whoever is on duty, and says it where it was away itself."""

import time
from datetime import timedelta
from typing import Any

from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching import loops
from shelterbelt.watching.alarm_models import Beat, Cursor
from shelterbelt.watching.beats import WATCHER
from tests.apps.watching.roads import INSIDE, SECOND, alarms, fix, send, tracked
from tests.world import Town


def until(holds: Any, *, within: float = 20.0) -> None:
    latest = time.monotonic() + within
    while not holds():
        assert time.monotonic() < latest, "it never came"
        time.sleep(0.02)


def test_what_is_sent_is_told_with_no_page_and_no_job_and_an_absence_is_said(place: Town) -> None:
    at = now()
    one = tracked(place, at=at)
    with as_agency(one.agency, at=at):
        Beat.objects.update_or_create(
            name=WATCHER, defaults={"at": at - timedelta(hours=1), "since_at": at - timedelta(hours=9)}
        )
    loops._beaten.clear()

    def begun() -> bool:
        with as_agency(one.agency, at=now()):
            return Cursor.objects.filter(agency_id=one.agency).exists()

    with loops.running():
        until(begun)
        send(one.device, [fix(now() - SECOND, INSIDE)], at=now())
        until(lambda: any(row.kind == "entered" and row.group_id for row in alarms(one.agency, now())))
    assert {(row.kind, row.seen_by) for row in alarms(one.agency, now())} >= {("outage", "server watch")}
    with as_agency(one.agency, at=now()):
        assert now() - Beat.objects.get(name=WATCHER).at < timedelta(minutes=1)
