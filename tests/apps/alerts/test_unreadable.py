"""What does not open holds up nobody else: the others go on, and the agency is told that there is one, not whose."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shelterbelt.alerts import actions, watch
from shelterbelt.alerts.actions import telling
from shelterbelt.alerts.models import Call, HelpAlert, HelpSetup, Presence
from shelterbelt.ledger.models import Entry
from shelterbelt.people.models import Person
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.alerts.people import SECOND, Somebody, alerts_of, press, somebody, there, turn
from tests.apps.alerts.test_pages import text

HOURS = timedelta(hours=1)
SAID = "what was set up for it does not open"


@pytest.fixture
def two(place: Any) -> tuple[Somebody, Somebody]:
    """Whose set-up will not open, and somebody else; both have pressed, the first one first."""
    there(place.advocate, at=now() - HOURS, number="+12025550199")
    shut, other = (somebody(place.advocate, at=now() - HOURS) for _ in range(2))
    for seconds, one in enumerate((shut, other)):
        press(one.button(at=now() - HOURS), at=now() - (2 - seconds) * SECOND, age=0)
    return shut, other


def spoil(model: Any, agency: UUID, sealed: bytes = b"not what was sealed", **which: Any) -> bytes:
    """Somebody or something changes what lies sealed in a row; gives what lay there."""
    with as_agency(agency, at=now()):
        row = model.objects.get(**which)
        model.objects.filter(id=row.id).update(sealed=sealed)
    return bytes(row.sealed)


def lines(agency: UUID) -> list[Any]:
    with as_agency(agency, at=now()):
        return list(
            Entry.objects.filter(agency_id=agency, kind="help.unreadable").values_list("by", flat=True)
        )


def test_a_set_up_that_does_not_open_holds_up_no_other_press_and_goes_when_it_is_mended(
    place: Any, two: tuple[Somebody, Somebody], signed_in: Any
) -> None:
    (shut, other), at, agency = two, now(), place.advocates.id
    before = spoil(HelpSetup, agency, person_id=shut.person.id)
    turn(place.advocate, at=at)
    assert len(alerts_of(other, at=at)) == 1 and alerts_of(shut, at=at) == []
    page = text(signed_in(place.advocate).get("/help-alerts/"))
    assert SAID in page and "Maria" not in page
    assert lines(agency) == [None]
    for seconds in (1, 61):
        turn(place.advocate, at=at + seconds * SECOND)
    assert lines(agency) == [None], "once"
    spoil(HelpSetup, agency, before, person_id=shut.person.id)
    turn(place.advocate, at=at + 122 * SECOND)
    assert len(alerts_of(shut, at=at)) == 1
    assert SAID not in text(signed_in(place.advocate).get("/help-alerts/"))


def test_an_alert_that_does_not_open_holds_up_no_other(
    place: Any, two: tuple[Somebody, Somebody], signed_in: Any, monkeypatch: Any
) -> None:
    (shut, other), at, agency = two, now(), place.advocates.id
    turn(place.advocate, at=at)
    before = spoil(HelpAlert, agency, person_id=shut.person.id)
    turn(place.advocate, at=at + 20 * SECOND)
    assert [one.state for one in alerts_of(other, at=at)] == ["sent"]
    assert [one.state for one in alerts_of(shut, at=at)] == ["held"]
    assert lines(agency) == [None] and SAID in text(signed_in(place.advocate).get("/help-alerts/"))
    spoil(HelpAlert, agency, before, person_id=shut.person.id)
    turn(place.advocate, at=at + 90 * SECOND)
    assert [one.state for one in alerts_of(shut, at=at)] == ["sent"]
    assert SAID not in text(signed_in(place.advocate).get("/help-alerts/"))
    # And when it is shown, and when it is to be told.
    spoil(HelpAlert, agency, person_id=other.person.id)
    spoil(Person, agency, id=other.person.id)
    assert text(signed_in(place.advocate).get("/help-alerts/")).count("govuk-task-list__link") == 2
    told: list[str] = []
    monkeypatch.setattr(telling, "tell_other", lambda way, *_, **__: told.append(way))
    for _ in range(20):
        if not actions.tell_one(agency, at=at + 91 * SECOND):
            break
    else:
        pytest.fail("it comes to no end")
    assert "email" in told
    with as_agency(agency, at=at):
        waiting = Call.objects.filter(
            person_id=other.person.id, state="waiting", next_at__gt=at + 91 * SECOND
        )
        assert set(waiting.values_list("slot", flat=True)) >= {"c1"}


def test_whoever_is_there_and_whose_number_does_not_open_keeps_no_alert_from_the_others(
    place: Any, two: tuple[Somebody, Somebody]
) -> None:
    spoil(Presence, place.advocates.id, worker_id=place.advocate.id)
    for seconds in (0, 20):
        turn(place.advocate, at=now() + seconds * SECOND)
    assert [alerts_of(one, at=now())[0].state for one in two] == ["sent", "sent"]


def test_what_fails_for_one_agency_waits_there_and_nowhere_else(place: Any, monkeypatch: Any) -> None:
    first, *others = watch._agencies()
    assert others
    done: list[tuple[str, UUID]] = []

    def work(name: str) -> Any:
        def does(agency: UUID, *, at: Any) -> int:
            if agency == first:
                raise ValueError(name)
            done.append((name, agency))
            return 0

        return does

    names = ("take_presses", "call_next", "take_back_unreleased", "tell_one")
    for name in names:
        monkeypatch.setattr(watch, name, work(name))
    assert not watch.turn(now()) and not watch.tell(now())
    assert set(done) == {(name, agency) for name in names for agency in others}
