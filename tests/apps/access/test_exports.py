"""What one worker takes out in a day is limited; what goes beyond it is refused, and somebody else is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shelterbelt.access.exports import CASES, FILES, ROWS, OverBudget, budget_of, looked, require_budget
from shelterbelt.access.models import Alert, Look, Worker
from shelterbelt.cases.evidence import take_in
from shelterbelt.cases.models import Case, Evidence
from shelterbelt.ledger.models import Entry
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.world import Town


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.EXPORT_BUDGETS = {"rows": {"default": 3, "supervisor": 5}, "files": {"default": 2}}
    settings.CASES_AN_HOUR = 2


def alerts(worker: Worker, kind: str = "export_refused") -> int:
    with as_agency(worker.agency_id, at=now()):
        return Alert.objects.filter(worker_id=worker.id, kind=kind).count()


def refusals(worker: Worker) -> int:
    with as_agency(worker.agency_id, at=now()):
        return Entry.objects.filter(kind="export.refused", about=worker.id).count()


def cases(place: Town, count: int) -> list[Case]:
    return [an_incident(place, place.officer).case for _ in range(count)]


def test_one_more_than_the_budget_is_refused_and_told(place: Town, signed_in: Any) -> None:
    """N originals leave; the N+1st does not, the page says so plainly, and the supervisor sees it once."""
    import io

    done = an_incident(place, place.officer)
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        for n in range(3):
            take_in(
                done.incident,
                io.BytesIO(b"%PDF-1.7 page " + str(n).encode()),
                name=f"{n}.pdf",
                kind="document",
                about="",
                by=place.officer,
                at=now(),
            )
        refs = list(Evidence.objects.filter(incident=done.incident).values_list("ref", flat=True))
    client = signed_in(place.detective)
    assert [client.post(f"/files/{ref}/original/").status_code for ref in refs[:2]] == [200, 200]
    assert client.post(f"/files/{refs[0]}/original/").status_code == 200, (
        "the same file again is no other file"
    )
    for _ in range(2):
        answer = client.post(f"/files/{refs[2]}/original/")
        assert answer.status_code == 429
        assert "more than is taken out in a day" in answer.content.decode()
    assert (alerts(place.detective), refusals(place.detective)) == (1, 2)
    with as_agency(place.police.id, at=now()):
        out = Entry.objects.filter(kind="evidence.copied_out", by=place.detective.id).count()
    assert out == 3, "what was refused left no copy"
    assert client.get("/cases/").status_code == 200


def test_a_list_of_more_than_the_budget_is_refused(place: Town, signed_in: Any) -> None:
    cases(place, 4)
    client: Client = signed_in(place.detective)
    assert client.get("/cases/").status_code == 429
    assert alerts(place.detective) == 1
    with as_agency(place.police.id, at=now()):
        assert Look.objects.filter(worker_id=place.detective.id, kind=ROWS).count() == 0, (
            "undone with the page"
        )
    assert signed_in(place.supervisor).get("/cases/").status_code == 200


def test_a_list_within_the_budget_may_be_looked_at_all_day(place: Town, signed_in: Any) -> None:
    cases(place, 3)
    client = signed_in(place.detective)
    assert [client.get("/cases/").status_code for _ in range(10)] == [200] * 10


def test_a_new_day_begins_anew_by_the_agencys_own_clock(place: Town) -> None:
    by, at = place.detective, now().replace(hour=5, minute=30)  # 23:30 or 00:30 in Chicago
    with as_agency(by.agency_id, at=at, worker=by.id):
        require_budget(by, [uuid7(), uuid7()], what=FILES, at=at)
        with pytest.raises(OverBudget):
            require_budget(by, [uuid7()], what=FILES, at=at)
        require_budget(by, [uuid7()], what=FILES, at=at + timedelta(days=1))


def test_the_largest_budget_of_the_roles_counts(place: Town) -> None:
    place.detective.roles = ["detective", "supervisor"]
    assert budget_of(place.detective, ROWS) == 5
    assert budget_of(place.officer, ROWS) == 3


def test_unusually_many_cases_in_an_hour_are_shown_to_the_supervisor_and_not_refused(
    place: Town, signed_in: Any, settings: Any
) -> None:
    settings.EXPORT_BUDGETS = {"rows": {"default": 100}, "files": {"default": 2}}
    refs = [case.ref for case in cases(place, 4)]
    client = signed_in(place.detective)
    for _ in range(3):
        assert [client.get(f"/cases/{ref}/").status_code for ref in refs[:2]] == [200, 200]
    assert alerts(place.detective, "many_cases") == 0
    assert [client.get(f"/cases/{ref}/").status_code for ref in refs[2:]] == [200, 200]
    assert alerts(place.detective, "many_cases") == 1
    page = signed_in(place.supervisor).get("/alerts/").content.decode()
    assert "unusually many different cases" in page and place.detective.code in page


def test_what_was_counted_does_not_say_what_was_seen(place: Town) -> None:
    thing = uuid7()
    with as_agency(place.police.id, at=now(), worker=place.detective.id):
        looked(place.detective, thing, at=now())
        row = Look.objects.get(worker_id=place.detective.id, kind=CASES)
    assert bytes(row.digest) not in (thing.bytes, thing.bytes[:16])
    with as_agency(place.advocates.id, at=now()):
        assert not Look.objects.exists()


def test_whoever_is_warned_about_does_not_see_it_and_cannot_put_it_away(place: Town, signed_in: Any) -> None:
    """A supervisor who exports too much is seen by the independent reviewer, not by themselves."""
    with as_agency(place.police.id, at=now(), worker=place.supervisor.id):
        from shelterbelt.access.exports import note_refusal

        note_refusal(place.supervisor, at=now())
        ref = Alert.objects.get(worker_id=place.supervisor.id).ref
    mine = signed_in(place.supervisor)
    assert "Nothing stands out" in mine.get("/alerts/").content.decode()
    missing = mine.get("/there-is-no-such-page/").content
    answer = mine.post(f"/alerts/{ref}/seen/")
    assert (answer.status_code, answer.content) == (404, missing)
    reviewer = signed_in(place.reviewer)
    assert "wanted to take out more" in reviewer.get("/alerts/").content.decode()
    assert reviewer.post(f"/alerts/{ref}/seen/").status_code == 302
    assert "Looked into" in reviewer.get("/alerts/").content.decode()
    for worker in (place.officer, place.administrator, place.records_officer):
        assert signed_in(worker).get("/alerts/").content == missing
