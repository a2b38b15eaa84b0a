"""One rule, three readings: object check, list and row-level security open the same rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may, own_agency, visible
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.consent.models import Grant
from shelterbelt.consent.policy import granted
from shelterbelt.store.asker import as_agency
from tests.world import AT, DAY, Town, town

RULE = own_agency | granted("case_file", case="id")


@dataclass
class Stage:
    """Two holders with two cases each, and two agencies that may be granted something."""

    town: Town
    cases: list[Case]
    readers: list[Worker]


@dataclass(frozen=True)
class Opened:
    """A grant as hypothesis draws it: case 0 to 3, or all of a holder's."""

    holder: int
    case: int | None
    reader: int
    categories: tuple[str, ...]
    begins: int
    lasts: int
    withdrawn: bool


GRANTS = st.lists(
    st.builds(
        Opened,
        holder=st.integers(0, 1),
        case=st.none() | st.integers(0, 3),
        reader=st.integers(0, 1),
        categories=st.sampled_from(
            [("case_file",), ("actions",), ("actions", "case_file"), ("safe_contact",)]
        ),
        begins=st.integers(-2, 2),
        lasts=st.integers(1, 3),
        withdrawn=st.booleans(),
    ),
    max_size=5,
)
MODERATE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@pytest.fixture(scope="module")
def stage(database: str, keys: object) -> Stage:
    here = town()
    cases = []
    for worker in (here.advocate, here.nurse):
        with as_agency(worker.agency_id, at=AT, worker=worker.id):
            cases += [
                open_direct_case(survivor={"name": name}, other=None, words={}, by=worker, at=AT)
                for name in ("Ines", "Tomo")
            ]
    return Stage(here, cases, [here.prosecutor_worker, here.detective])


def write(stage: Stage, drawn: list[Opened]) -> None:
    """Put exactly these grants into the holders' tables."""
    holders = (stage.town.advocates, stage.town.hospital)
    for number, holder in enumerate(holders):
        with as_agency(holder.id, at=AT):
            Grant.objects.all().delete()
            Grant.objects.bulk_create(
                Grant(
                    agency=holder,
                    recipient=stage.readers[one.reader].agency,
                    case_id=None if one.case is None else stage.cases[one.case].id,
                    categories=list(one.categories),
                    basis="agreement",
                    from_at=AT + one.begins * DAY,
                    until_at=AT + (one.begins + one.lasts) * DAY,
                    withdrawn_at=AT if one.withdrawn else None,
                )
                for one in drawn
                if one.holder == number
            )


def expected(stage: Stage, drawn: list[Opened], reader: int, at: datetime) -> set[object]:
    """What the words of a grant say, without any query."""
    opened = set()
    for one in drawn:
        living = AT + one.begins * DAY <= at < AT + (one.begins + one.lasts) * DAY and not one.withdrawn
        if one.reader == reader and living and "case_file" in one.categories:
            own = range(one.holder * 2, one.holder * 2 + 2)
            opened |= {stage.cases[n].id for n in own if one.case in (None, n)}
    return opened


def three_readings(stage: Stage, reader: int, at: datetime) -> tuple[set[object], set[object], set[object]]:
    worker = stage.readers[reader]
    with as_agency(worker.agency_id, at=at, worker=worker.id):
        checked = {case.id for case in stage.cases if RULE.holds(worker, case, at)}
        listed = set(Case.objects.filter(RULE.rows(worker, at)).values_list("id", flat=True))
        secured = set(Case.objects.values_list("id", flat=True))
    return checked, listed, secured


@MODERATE
@given(drawn=GRANTS, reader=st.integers(0, 1), hours=st.integers(-72, 120))
def test_object_check_list_and_row_security_agree(
    stage: Stage, drawn: list[Opened], reader: int, hours: int
) -> None:
    at = AT + timedelta(hours=hours)
    write(stage, drawn)
    wanted = expected(stage, drawn, reader, at)
    assert three_readings(stage, reader, at) == (wanted, wanted, wanted)


@MODERATE
@given(drawn=GRANTS.filter(bool), reader=st.integers(0, 1), data=st.data())
def test_withdrawing_never_widens_what_is_seen(
    stage: Stage, drawn: list[Opened], reader: int, data: st.DataObject
) -> None:
    write(stage, drawn)
    before = three_readings(stage, reader, AT)[2]
    ended = data.draw(st.integers(0, len(drawn) - 1))
    write(stage, [one for number, one in enumerate(drawn) if number != ended])
    assert three_readings(stage, reader, AT)[2] <= before


@MODERATE
@given(drawn=GRANTS)
def test_permission_to_see_a_case_says_the_same_of_one_and_of_many(stage: Stage, drawn: list[Opened]) -> None:
    write(stage, drawn)
    for worker in (*stage.readers, stage.town.advocate, stage.town.uninvited, stage.town.coordinator):
        with as_agency(worker.agency_id, at=AT, worker=worker.id):
            listed = set(visible(worker, SEE_CASE, Case.objects.all(), at=AT).values_list("id", flat=True))
            checked = {case.id for case in stage.cases if may(worker, SEE_CASE, case, at=AT)}
        assert listed == checked
