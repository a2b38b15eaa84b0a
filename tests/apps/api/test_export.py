"""A list as a file: what may be seen, counted, safe to open, and cut short when its session, account or grant ends."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.actions import close_account
from shelterbelt.access.models import Alert, Worker
from shelterbelt.access.walls import raise_wall
from shelterbelt.api import export
from shelterbelt.api.tables import BOM, cell, lines
from shelterbelt.cases.actions import Party
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import end_grant, open_agreement
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.world import Town

END = "End of the list"
DAY = timedelta(days=1)


def rows_in(parts: bytes) -> list[list[str]]:
    assert parts.startswith(BOM)
    return list(csv.reader(io.StringIO(parts[len(BOM) :].decode())))


def cases(place: Town, count: int) -> list[Case]:
    return [
        done.case
        for n in range(count)
        if (
            done := an_incident(place, place.officer, parties=[Party("survivor", {"name": f"Ines {n}"})])
        ).case
    ]


def test_a_list_leaves_as_a_file_and_each_case_says_so(place: Town, signed_in: Any) -> None:
    made = cases(place, 30)
    client = signed_in(place.detective)
    page = client.get("/cases/export/").content.decode()
    assert "30 cases" in page
    answer = client.post("/cases/export/")
    rows = rows_in(answer.getvalue())
    assert answer["Content-Type"].startswith("text/csv") and answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert {row[0] for row in rows[1:-1]} == {f"Ines {n}" for n in range(30)}
    assert rows[0][0] == "Survivor" and rows[-1] == [END]
    with as_agency(place.police.id, at=now()):
        looks = Reading.objects.filter(what="case.export", by=place.detective.id)
        assert set(looks.values_list("about", flat=True)) == {case.id for case in made}
        assert Entry.objects.filter(kind="cases.exported", by=place.detective.id).count() == 1


def test_walls_and_other_agencies_are_not_in_it(place: Town, signed_in: Any) -> None:
    hidden, seen = cases(place, 2)
    with as_agency(place.police.id, at=now()):
        raise_wall(
            hidden.id, agency=place.police.id, worker=place.detective.id, basis="reviewer", reason="x", by=None, at=now()
        )  # fmt: skip
    rows = rows_in(signed_in(place.detective).post("/cases/export/").getvalue())
    assert [row[0] for row in rows[1:-1]] == ["Ines 1"] and seen.id
    other = signed_in(place.prosecutor_worker)
    assert rows_in(other.post("/cases/export/").getvalue())[1:] == [[END]]
    missing = other.get("/there-is-no-such-page/").content
    assert other.post(f"/cases/export/?from={place.police.ref}").content == missing
    assert signed_in(place.administrator).post("/cases/export/").content == missing


def test_a_list_that_was_narrowed_leaves_narrowed(place: Town, signed_in: Any) -> None:
    cases(place, 2)
    client = signed_in(place.detective)
    assert "/cases/export/?level=medium" in client.get("/cases/?level=medium").content.decode()
    for asked, count in (("level=medium", 2), ("level=high", 0), ("unit=patrol", 2), ("unit=none", 0), ("overdue=on", 0),
                         ("level=x", 2)):  # fmt: skip
        rows = rows_in(client.post(f"/cases/export/?{asked}").getvalue())
        assert len(rows[1:-1]) == count, asked


def test_more_than_a_days_budget_does_not_leave_at_all(place: Town, signed_in: Any, settings: Any) -> None:
    settings.EXPORT_BUDGETS = {"rows": {"default": 3}, "files": {"default": 2}}
    cases(place, 4)
    answer = signed_in(place.detective).post("/cases/export/")
    assert answer.status_code == 429 and b"Ines" not in answer.content
    with as_agency(place.police.id, at=now()):
        assert Alert.objects.filter(worker_id=place.detective.id, kind="export_refused").count() == 1
        assert not Reading.objects.filter(what="case.export").exists()


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "\u200b=1", "|cmd", "%0A"])
def test_a_name_is_never_a_formula(name: str) -> None:
    assert cell(name) == f"'{name}"
    (row,) = csv.reader(io.StringIO(lines([(name, 'a"b', "plain")]).decode()))
    assert row == [f"'{name}", 'a"b', "plain"]


def begun(place: Town, signed_in: Any, worker: Worker, path: str = "/cases/export/") -> Any:
    """A file of which the first rows have left."""
    parts = iter(signed_in(worker).post(path).streaming_content)
    first = b"".join(next(parts) for _ in range(3))
    assert first.count(b"Ines") == export.PART
    return parts


def test_nothing_more_leaves_after_the_session_has_ended(place: Town, signed_in: Any) -> None:
    from shelterbelt.access import sessions

    cases(place, 60)
    parts = begun(place, signed_in, place.detective)
    with as_agency(place.police.id, at=now()):
        sessions.end_all(place.detective.id, at=now())
    assert list(parts) == []


def test_nothing_more_leaves_after_the_account_has_closed(place: Town, signed_in: Any) -> None:
    cases(place, 60)
    parts = begun(place, signed_in, place.detective)
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        close_account(place.detective, by=place.administrator, at=now())
    assert list(parts) == []


def test_nothing_more_leaves_after_the_role_is_gone(place: Town, signed_in: Any) -> None:
    cases(place, 60)
    parts = begun(place, signed_in, place.detective)
    with as_agency(place.police.id, at=now()):
        Worker.objects.filter(id=place.detective.id).update(roles=["records_officer"])
    assert list(parts) == []


def test_nothing_more_leaves_through_a_grant_that_has_ended(place: Town, signed_in: Any) -> None:
    cases(place, 60)
    at = now()
    with as_agency(place.police.id, at=at, worker=place.supervisor.id):
        grant = open_agreement(
            place.police, place.prosecutor, ["case_file"], None, "coordination", at - DAY, at + DAY,
            by=place.supervisor, at=at,
        )  # fmt: skip
    parts = begun(place, signed_in, place.prosecutor_worker, f"/cases/export/?from={place.police.ref}")
    with as_agency(place.police.id, at=now(), worker=place.supervisor.id):
        end_grant(grant, by=place.supervisor, at=now())
    assert b"Ines" not in b"".join(parts)
