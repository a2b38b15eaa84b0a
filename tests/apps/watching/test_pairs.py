"""A pair between two nodes: asked with a release, decided by a person, watched on the survivor's side alone, ended at once."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.actions import take_back_unreleased
from shelterbelt.alerts.models import Call, CallForHelp, HelpAlert
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.exchange.kinds import SHAPES
from shelterbelt.ledger.models import Entry
from shelterbelt.notices.models import Notice
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.rules.fixes import Fix
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching import letters
from shelterbelt.watching.actions.pairs import ask_pair, end_again, end_pair, take_in_fixes
from shelterbelt.watching.actions.shares import refuse_pair, send_fixes, stop_sharing
from shelterbelt.watching.alarm_models import AlarmGroup
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.models import Device
from shelterbelt.watching.pair_models import Pair, PairShare
from shelterbelt.watching.pair_queries import share_by_ref, shares
from shelterbelt.watching.pair_turning import pair_turn
from tests.apps.alerts.people import there
from tests.apps.exchange.live import serving
from tests.apps.orders.cast import HOME
from tests.apps.watching.pairs import DOCKET, FAR, NEAR, Paired, paired
from tests.world import Town, town

MINUTE = timedelta(minutes=1)
# Whatever of the survivor's must stand in no letter: words, a number, the place of their own device.
THEIRS = ("Ximena", "telephone", str(NEAR[0]), str(HOME[0]))


@pytest.fixture
def here(node: None) -> Iterator[Town]:
    with serving():
        yield town()


def begin(here: Town) -> Paired:
    return paired(here, at=now() - 10 * MINUTE)


def row_of(it: Paired) -> Pair:
    with as_agency(it.hers, at=now()):
        return Pair.objects.get(person_id=it.file.person_id)


def share_of(it: Paired) -> PairShare:
    with as_agency(it.court, at=now()):
        return PairShare.objects.get(agency_id=it.court)


def test_nearness_alarms_on_the_survivors_side_alone_and_no_letter_has_anything_of_theirs(here: Town) -> None:
    it = begin(here).begun()
    it.come(FAR, FAR, FAR, NEAR, NEAR)
    assert [one.kind for one in it.alarms()] == ["came_near"]
    with as_agency(it.court, at=now()):
        assert not AlarmGroup.objects.filter(agency_id=it.court).exists()
    bodies = [one["body"] for one in it.sent if one["kind"].partition("/")[0] in ("watch_request", "fixes")]
    assert {frozenset(one) for one in bodies} == {
        frozenset(SHAPES[letters.REQUEST]),
        frozenset(SHAPES[letters.FIXES]),
    }
    from_them = json.dumps([one for one in it.sent if one["from"] == str(it.hers)])
    assert DOCKET in from_them and not any(word in from_them for word in THEIRS)
    assert opened(share_of(it)) == {"docket": DOCKET}
    assert len(it.lengths) == 1, "with fixes or without, letters have one length on the line"


def test_every_fix_arrives_once_however_they_are_bundled_and_whatever_ends_in_between(here: Town) -> None:
    it = begin(here).begun()
    count = letters.MOST + 40
    fixes = [Fix(ms_of(it.at) + second * 1000, *FAR, 8.0) for second in range(count)]
    it._log(it.court, it.tracked.device, fixes, it.at)
    it.other_says(NEAR, at=it.at + 3 * MINUTE)
    # The first letter waits: nothing else is written, and the log holds what is to come.
    assert send_fixes(it.court, at=it.at + MINUTE) == 1
    assert send_fixes(it.court, at=it.at + 2 * MINUTE) == 0
    it.carry(back=True)
    assert it.push(at=it.at + 3 * MINUTE) == 1
    assert it.push(at=it.at + 3 * MINUTE) == 0, "and nothing again"
    assert it.other_fixes() == [one.ms for one in fixes] + [ms_of(it.at + 3 * MINUTE)]
    # Quiet for a while, the other side hears that the line stands.
    before = row_of(it).linked_at
    assert it.push(at=it.at + 5 * MINUTE) == 1 and row_of(it).linked_at > before  # type: ignore[operator]
    assert len(it.other_fixes()) == count + 1


def test_a_withdrawn_release_ends_it_at_once_on_both_sides_and_calls_back_what_waits(here: Town) -> None:
    it = begin(here).begun()
    when = it.come(FAR, FAR)
    kept = len(it.other_fixes())
    it.other_says(NEAR, at=when + MINUTE)
    send_fixes(it.court, at=when + MINUTE)
    it.withdraw(at=now())
    it.carry(back=True)
    assert len(it.other_fixes()) == kept, (
        "what comes after the word is not kept, though the pair's end was not carried yet"
    )
    pair_turn(it.hers, at=now())
    assert row_of(it).ended_because == "released_no_more"
    it.other_says(NEAR, at=when + 2 * MINUTE)
    send_fixes(it.court, at=now())
    it.carry()
    share = share_of(it)
    assert (share.state, share.ended_because) == ("ended", "released_no_more")
    it.carry(back=True)
    with as_agency(it.court, at=now()):
        letter = Letter.objects.get(id=share.letter_id)
        assert (letter.closed_as, bytes(letter.sealed)) == ("recalled", b"")
    assert send_fixes(it.court, at=now() + MINUTE) == 0
    it.turn(at=now())
    with as_agency(it.hers, at=now()):
        assert not Device.objects.filter(kind="sent", ended_at=None).exists()
        assert end_again(row_of(it).id, now()) == 0


def test_by_their_own_hand_it_ends_too_and_nobody_else_ends_or_asks(here: Town) -> None:
    it = begin(here).begun()
    stranger = here.shelter_worker
    with as_agency(stranger.agency_id, at=now(), worker=stranger.id), pytest.raises(NotForYou):
        end_pair(it.pair, by=stranger, at=now())  # type: ignore[arg-type]
    end_pair(row_of(it), by=it.hand, at=now())
    assert row_of(it).ended_by == it.file.person_id
    it.carry()
    assert share_of(it).ended_because == "withdrawn"
    other = paired(here, at=now() - MINUTE, categories=("orders",))
    with as_agency(it.hers, at=now(), worker=here.advocate.id), pytest.raises(NotForYou):
        ask_pair(other.file, other.release, DOCKET, by=here.advocate, at=now())


def test_a_person_of_the_agency_decides_and_an_end_there_is_said_as_such(here: Town) -> None:
    it = begin(here)
    it.device()
    it.ask()
    assert it.ask().id == it.pair.id, "asked twice it is one"  # type: ignore[union-attr]
    it.carry()
    with as_agency(it.court, at=now(), worker=here.court_clerk.id):
        (face,) = shares(by=here.court_clerk, at=now())
        assert (face.docket, face.sender) == (DOCKET, here.advocates.name)
        with pytest.raises(NotForYou):
            refuse_pair(face.row, "no_order", by=here.officer, at=now())
    with (
        as_agency(here.police.id, at=now(), worker=here.officer.id),
        pytest.raises(NotForYou),
    ):
        share_by_ref(face.row.ref, by=here.officer, at=now())
    it.decide()
    it.carry(back=True)
    assert row_of(it).state == "watched"
    with as_agency(it.court, at=now(), worker=here.court_clerk.id):
        stop_sharing(share_of(it), by=here.court_clerk, at=now())
    it.carry(back=True)
    assert (row_of(it).state, row_of(it).ended_because) == ("ended", "agency")


def test_whoever_is_there_the_circle_and_the_survivor_are_told_until_somebody_has_it(here: Town) -> None:
    it = begin(here).begun()
    it.set_up()
    there(here.advocate, at=it.at)
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=it.at + 3 * MINUTE)
    pair_turn(it.hers, at=when)
    it.call(at=when)
    with as_agency(it.hers, at=when):
        (alert,) = HelpAlert.objects.filter(person_id=it.file.person_id)
        assert (alert.by_watch, alert.state) == (True, "sent")
        assert set(Call.objects.filter(alert=alert).values_list("slot", flat=True)) >= {"duty", "c1"}
        (notice,) = Notice.objects.filter(about=it.case.id)
        assert notice.kind == "call_now"
        assert not any(word in json.dumps(opened(alert)) for word in ("lat", "came_near"))
    pair_turn(it.hers, at=when)
    with as_agency(it.hers, at=when):
        assert HelpAlert.objects.count() == 1, "once"
        kinds = set(Entry.objects.filter(about=alert.id).values_list("kind", flat=True))
    assert "help.by_watch" in kinds
    with as_agency(it.hers, at=when, worker=here.advocate.id):
        assert AlarmGroup.objects.filter(person_id=it.file.person_id).exists(), "while it is open"
    it.end_alerts(at=now())
    pair_turn(it.hers, at=now())
    with as_agency(it.hers, at=now(), worker=it.colleague().id):
        assert not AlarmGroup.objects.filter(person_id=it.file.person_id).exists(), "afterwards it is theirs"


def test_silence_of_either_is_unknown_and_alarms_whoever_is_there_and_nobody_else(here: Town) -> None:
    it = begin(here).begun()
    it.set_up()
    it.come(FAR)
    later = it.at + 17 * MINUTE
    it.turn(at=later)
    pair_turn(it.hers, at=later)
    it.call(at=later)
    assert [one.kind for one in it.alarms()] == ["silent", "silent"]
    with as_agency(it.hers, at=later):
        (alert,) = HelpAlert.objects.all()
        assert opened(alert)["people"] == [] and opened(alert)["dispatch"] == []
    with as_agency(it.court, at=later):
        assert not AlarmGroup.objects.filter(agency_id=it.court).exists(), (
            "the other side hears nothing of it"
        )


def test_letters_are_checked_field_by_field(here: Town) -> None:
    it = begin(here).begun()
    good = letters.fixes_body("r", [Fix(ms_of(it.at), *FAR, 8.0)])
    assert len(letters.fixes(good, at=it.at)[1]) == 1
    nowhere = letters.fixes_body("r", [Fix(ms_of(it.at), 0.0, 0.0, 8.0)])
    assert letters.fixes(nowhere, at=it.at)[1] == ()
    many = letters.fixes_body("r", [Fix(ms_of(it.at), *FAR, 8.0)] * (letters.MOST + 1))
    for bad in (
        many,
        good | {"more": 1},
        good | {"frames": "?"},
        good | {"frames": b64encode(b"x" * 47).decode()},
        good | {"reference": ""},
    ):
        with pytest.raises(BadLetter):
            letters.fixes(bad, at=it.at)
    with as_agency(it.hers, at=now()), pytest.raises(BadLetter):
        take_in_fixes(good, letter=it.case.id, sender=here.court, to=here.advocates, at=now())


def test_dispatch_hears_only_what_it_needs_and_nothing_more_once_its_release_is_gone(here: Town) -> None:
    it = begin(here).begun()
    slot = {"slot": "d1", "agency": str(here.police.id), "name": "Xime", "number": "", "asks": "come"}
    release = it.release_to(here.police, ("safety_needs",))
    it.set_up(people=[], dispatch=[slot])
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=it.at + 3 * MINUTE)
    pair_turn(it.hers, at=when)
    it.call(at=when)
    it.call(at=when + 4 * MINUTE)
    it.carry_to(here.police)
    with as_agency(here.police.id, at=now()):
        (row,) = CallForHelp.objects.filter(agency=here.police)
        assert opened(row) == {"name": "Xime", "number": "", "asks": "come", "place": None}
    with as_agency(it.hers, at=now(), worker=here.advocate.id):
        withdraw_release(release, by=here.advocate, at=now(), channel="phone")
    assert take_back_unreleased(it.hers, at=now()) == 1
    it.carry_to(here.police)
    with as_agency(here.police.id, at=now()):
        row.refresh_from_db()
        assert (row.over_because, bytes(row.sealed)) == ("withdrawn", b"")
    assert row_of(it).state == "watched", "the pair has a release of its own"
