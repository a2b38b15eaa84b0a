"""What happens to work when its case is closed."""

from typing import Any

from tests.apps.cases.test_actions import recorded
from tests.world import AT, DAY, Town

from shelterbelt.cases.actions import close_case
from shelterbelt.cases.models import Case
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency


def test_a_closed_case_has_no_open_work(place: Town, settle: Any) -> None:
    incident = recorded(place)
    settle(place.police)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        case = Case.objects.select_related("agency").get(attached__incident=incident)
        assert Action.objects.filter(case=case, done_at=None).exists()
        close_case(case, reason="Done", by=place.detective, at=AT + DAY)
    settle(place.police)
    with as_agency(place.police.id, at=AT):
        assert not Action.objects.filter(case=case, done_at=None).exists()
        assert set(Action.objects.filter(case=case).values_list("outcome", flat=True)) == {"not_needed"}
        case.refresh_from_db()
        assert case.next_due_at is None
