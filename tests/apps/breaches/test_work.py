"""What a breach opens as work: for the agency that holds it, by its protocol, and for nobody else."""

from typing import Any

import pytest

from shelterbelt.assessments.models import KeptForecast
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.rules.breach import CONFIRMED, NOT_A_BREACH
from shelterbelt.store.asker import as_agency
from tests.apps.breaches.cast import Broken, broken
from tests.world import AT, HOUR, Town


@pytest.fixture
def here(place: Town) -> Broken:
    return broken(place)


def work(here: Broken, agency: Any, *, open_: bool = True) -> dict[str, tuple[str, str]]:
    """The work about breaches that an agency has open, or had."""
    with as_agency(agency.id, at=AT):
        rows = Action.objects.filter(agency=agency, kind__startswith="breach", done_at__isnull=open_)
        return {
            one.kind: (one.unit.code if one.unit else "", one.role) for one in rows.select_related("unit")
        }


def test_work_opens_in_the_agency_that_holds_the_breach_and_in_no_other(here: Broken) -> None:
    town, row = here.town, here.seen()
    assert row is not None
    everybody = (
        town.police,
        town.advocates,
        town.shelter,
        town.hospital,
        town.prosecutor,
        town.court,
        town.probation,
    )
    for agency in everybody:
        follow(agency.id, at=AT)
    found = {agency.kind: work(here, agency) for agency in everybody}
    assert found.pop("police") == {"breach_look": ("detectives", "detective")}
    assert not any(found.values())
    here.says(row, CONFIRMED)
    for agency in everybody:
        follow(agency.id, at=AT)
    found = {agency.kind: work(here, agency) for agency in everybody}
    assert set(found.pop("police")) == {"breach_tell", "breach_to_prosecutor"}
    assert not any(found.values())
    assert set(work(here, town.police, open_=False)) == {"breach_look"}
    with as_agency(town.police.id, at=AT):
        looked = Action.objects.get(kind="breach_look", agency=town.police)
        assert (looked.done_by, looked.outcome) == (town.detective.id, "done")
        # Danger is looked at again, and the forecast knows of the occasion.
        assert Action.objects.filter(
            case=here.case, kind="assessment", due_at=AT - HOUR / 2 + 24 * HOUR
        ).exists()
        assert KeptForecast.objects.filter(case=here.case).exists()


def test_what_was_none_ends_the_look_and_opens_nothing(here: Broken) -> None:
    row = here.report()
    here.says(row, NOT_A_BREACH)
    follow(here.town.police.id, at=AT)
    assert work(here, here.town.police) == {}
    assert set(work(here, here.town.police, open_=False)) == {"breach_look"}


def test_order_without_a_case_opens_no_work_and_waits_on_its_own_list(here: Broken) -> None:
    here.report(case=None)
    follow(here.town.police.id, at=AT)
    assert work(here, here.town.police) == {}
