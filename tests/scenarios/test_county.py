"""The imagined county: the same on every machine, whole, in order, and made of codes the library knows."""

import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.library.acts import acts
from shelterbelt.library.assessments import assessment
from shelterbelt.library.parameters import parameters
from shelterbelt.library.shelf import codes, instrument, protocol
from shelterbelt.referrals import hsds
from shelterbelt.rules.scoring import score
from shelterbelt.rules.sheets import UNANSWERED, Danger
from shelterbelt.scenarios import County, county, events
from shelterbelt.scenarios.shares import SHARES

ON = date(2026, 11, 21)
END = datetime.combine(ON, time(), tzinfo=UTC)


@pytest.fixture(scope="module")
def alder() -> County:
    return county(7, on=ON)


def all_of(alder: County, kind: type[Any]) -> Iterator[Any]:
    return (event for course in alder.courses for event in course.events if isinstance(event, kind))


def digest(alder: County) -> str:
    return hashlib.sha256(repr(alder).encode()).hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_same_seed_gives_the_same_bytes_whatever_the_hash_order(alder: County, hash_seed: str) -> None:
    program = (
        "import hashlib, datetime; from shelterbelt.scenarios import county; "
        "print(hashlib.sha256(repr(county(7, on=datetime.date(2026, 11, 21))).encode()).hexdigest())"
    )
    source = str(Path(sys.modules["shelterbelt"].__path__[0]).parent)
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": source}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == digest(alder)


def test_another_seed_gives_another_county(alder: County) -> None:
    assert digest(county(8, on=ON)) != digest(alder)


def test_a_case_stays_the_same_however_many_there_are(alder: County) -> None:
    assert county(7, on=ON, cases=5).courses == alder.courses[:5]


def test_there_are_nine_agencies_on_four_nodes_and_all_are_fictional(alder: County) -> None:
    assert len(alder.agencies) == 9 == len({agency.code for agency in alder.agencies})
    assert {agency.node for agency in alder.agencies} == {"system", "hospital", "advocates", "shelter"}
    assert all(agency.fictional and "-555-01" in agency.duty_phone for agency in alder.agencies)
    homes = {agency.node for agency in alder.agencies if agency.kind in ("advocates", "shelter", "hospital")}
    assert homes == {"hospital", "advocates", "shelter"}
    assert {a.kind for a in alder.agencies} <= codes("agency_kinds")


def test_every_protocol_an_agency_follows_is_in_the_library(alder: County) -> None:
    followed = {agency.protocol for agency in alder.agencies if agency.protocol}
    assert [protocol(*name.split("/")).name for name in sorted(followed)] == [
        "hospital",
        "police",
        "victim_service",
    ]


def test_forty_six_workers_sign_in_with_codes_that_name_nobody(alder: County) -> None:
    assert len(alder.workers) == 46 == len({worker.code for worker in alder.workers})
    agencies = {agency.code: {unit for unit, _ in agency.units} for agency in alder.agencies}
    for worker in alder.workers:
        assert worker.unit in agencies[worker.agency] | {""}
        assert not any(part.lower() in worker.code for part in worker.name.split() if len(part) > 3)


def test_each_demo_role_is_held_by_one_worker_who_has_it(alder: County) -> None:
    by_code = {worker.code: worker for worker in alder.workers}
    roles = {role: by_code[code] for role, code in alder.demo_roles}
    assert len(roles) == 15
    assert roles["uninvited"].roles == ()
    assert {"officer", "detective", "supervisor"} <= set(roles["all_hats"].roles)
    for role in set(roles) - {"uninvited", "all_hats"}:
        assert role in roles[role].roles
    assert sum(worker.agency == "millrace" for worker in alder.workers) == 3


def test_there_are_300_courses_and_each_has_something_in_it(alder: County) -> None:
    assert len(alder.courses) == 300 == len({course.case_key for course in alder.courses})
    assert all(course.events for course in alder.courses)


def test_events_are_in_order_within_18_months_and_none_after_the_day(alder: County) -> None:
    for course in alder.courses:
        times = [event.at for event in course.events]
        assert times == sorted(times)
        assert END - timedelta(days=550) <= times[0]
        assert times[-1] < END
        assert all(moment.tzinfo is UTC for moment in times)
    assert all(event.happened_at <= event.at for event in all_of(alder, events.IncidentReported))


def test_a_leap_day_and_another_day_work_too() -> None:
    for day in (date(2028, 2, 29), date(2027, 1, 1)):
        moments = [event.at for course in county(1, on=day, cases=40).courses for event in course.events]
        assert max(moments) < datetime.combine(day, time(), tzinfo=UTC)


def test_proportions_are_as_stated(alder: County) -> None:
    kinds = Counter(course.kind for course in alder.courses)
    assert 0.14 <= kinds["no_police"] / 300 <= 0.26
    assert 0.04 <= (kinds["misidentified"] + kinds["undetermined"]) / 300 <= 0.12
    incidents = Counter(sum(isinstance(e, events.IncidentReported) for e in c.events) for c in alder.courses)
    police = 300 - kinds["no_police"]
    assert 1.3 <= sum(n * count for n, count in incidents.items()) / police <= 1.9
    assert max(incidents) <= 4
    wishes = Counter(event.wish for event in all_of(alder, events.ContactAsked))
    assert wishes["no"] / wishes.total() > 0.15
    assert all(share.tag in "FDMP" and share.source for share in SHARES.values())


def test_repeats_come_soon_more_often_than_late(alder: County) -> None:
    gaps = []
    for course in alder.courses:
        times = [e.happened_at for e in course.events if isinstance(e, events.IncidentReported)]
        gaps += [(later - first).days for first, later in itertools.pairwise(times)]
    assert sum(gap < 30 for gap in gaps) > sum(30 <= gap < 60 for gap in gaps) > 0


def test_screens_mostly_trigger(alder: County) -> None:
    rule = instrument("lethality_screen", "1").rule
    found: Counter[bool] = Counter()
    for event in all_of(alder, events.ScreenDone):
        assert set(event.answers) == set(rule.items)
        assert set(event.answers.values()) <= {
            "yes",
            "no",
            "declined",
        }
        yes = {item for item, answer in event.answers.items() if answer == "yes"}
        counted = len(yes & set(rule.count_of)) >= rule.count_at_least
        found[bool(yes & set(rule.any_of)) or counted or event.worker_concern or event.survivor_concern] += 1
    assert 0.7 <= found[True] / found.total() <= 0.95


def test_every_code_is_one_of_the_library(alder: County) -> None:
    one = {"relationship": "relationships"}
    many = {name: name for name in ("abuse_types", "injuries", "weapons", "history", "rights_explained")}
    for event in all_of(alder, events.IncidentReported):
        assert {party.role for party in event.parties} <= codes("party_roles")
        assert event.answers[next(iter(one))] in codes("relationships")
        assert all(
            set(event.answers[field]) <= codes(name) and event.answers[field] is not None
            for field, name in many.items()
        )
        assert set(event.answers["scene"]) <= codes("scene_checklist")
        assert set(event.answers["scene"].values()) <= codes("scene_answers")
    for event in all_of(alder, events.ContactAsked):
        assert event.wish in codes("contact_wishes")
        assert event.wanted == (event.wish == "yes") == bool(event.instructions)
        assert set(event.instructions.get("channels", ())) <= codes("contact_channels")
    for event in all_of(alder, events.LevelSet):
        assert event.level in codes("levels")
        assert set(event.factors) <= codes("level_factors")
        assert event.reason
    for event in all_of(alder, events.ReleaseTaken):
        assert set(event.categories) <= codes("release_categories")
        assert event.purpose in codes("release_purposes")
        assert set(event.means) <= codes("release_means")
        assert 0 < event.days <= 90
    for event in all_of(alder, events.ReferralAnswered):
        assert event.accepted == (event.reason == "")
        assert {event.reason} <= codes("referral_decline_reasons") | {""}
    for event in all_of(alder, events.NoteWritten):
        assert event.category in codes("release_categories")
    assert {event.outcome for event in all_of(alder, events.ActionDone)} <= codes("action_outcomes")
    assert {c.survivor.language for c in alder.courses} <= codes("languages")


def test_done_actions_are_of_kinds_the_agencys_protocol_opens(alder: County) -> None:
    opened = {
        agency.code: {rule.kind for rule in protocol(*agency.protocol.split("/")).rules}
        for agency in alder.agencies
        if agency.protocol
    }
    assert all(event.kind in opened[event.agency] for event in all_of(alder, events.ActionDone))


def test_who_acts_works_where_the_event_says_and_may_do_it(alder: County) -> None:
    workers = {worker.code: worker for worker in alder.workers}
    for course in alder.courses:
        for event in course.events:
            assert workers[event.worker].agency == event.agency
            assert workers[event.worker].roles
            if isinstance(event, events.RolesCorrected):
                assert "supervisor" in workers[event.worker].roles


def test_people_are_of_every_gender_on_both_sides_and_of_four_languages(alder: County) -> None:
    assert {c.survivor.gender for c in alder.courses} == {"woman", "man", "nonbinary"}
    assert {c.other.gender for c in alder.courses if c.other} == {"woman", "man", "nonbinary"}
    names = [c.survivor.name for c in alder.courses]
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)
    assert any("\u4e00" <= letter <= "\u9fff" for name in names for letter in name)
    assert any(
        "'" in name or "'" in other
        for name, other in zip(names, (c.other.name for c in alder.courses if c.other), strict=False)
    )
    assert any("ñ" in name or "ú" in name for name in names)
    assert any(" " not in name for name in names)
    assert any(c.other is None for c in alder.courses)


def test_every_number_is_from_the_range_kept_for_fiction(alder: County) -> None:
    people = [person for course in alder.courses for person in (course.survivor, course.other) if person]
    numbers = [number for person in people for number in person.phones]
    numbers += [e.instructions["number"] for e in all_of(alder, events.ContactAsked) if e.wanted]
    numbers += [phone["number"] for service in alder.services for phone in service["phones"]]
    assert numbers
    assert all(number[4:].startswith("555-01") and len(number) == 12 for number in numbers)


def test_people_are_adults_when_it_begins(alder: County) -> None:
    for course in alder.courses:
        for person in (course.survivor, course.other):
            if person and person.born_on:
                assert course.events[0].at.date().year - person.born_on.year >= 16


def test_corrected_roles_name_both_people_of_the_incident(alder: County) -> None:
    for course in alder.courses:
        for event in course.events:
            if isinstance(event, events.RolesCorrected):
                assert course.other
                assert dict(event.roles) == {
                    course.survivor.key: "survivor",
                    course.other.key: "perpetrator",
                }


def test_records_are_told_in_varied_words(alder: County) -> None:
    told = [event.narrative for event in all_of(alder, events.IncidentReported)]
    assert len(set(told)) > 0.95 * len(told)


def test_the_directory_is_read_without_a_refusal_and_the_shelter_has_no_address(
    alder: County, tmp_path: Path
) -> None:
    path = tmp_path / "services.json"
    path.write_text(json.dumps(alder.services))
    found = [r for r in hsds.read(path) if isinstance(r, hsds.ServiceRecord)]
    assert len(found) == 14 == len(alder.services)
    assert [r.name for r in found if r.confidential] == ["Lantern House shelter"]
    assert all(r.addresses == () and r.notes == () for r in found)


# What came after, what lies ahead, and the sheets


def test_what_happened_is_of_the_forecasts_own_kinds_and_only_what_can_lie_ahead_does(alder: County) -> None:
    known = parameters().parameters
    kinds = acts("demo_county").kinds
    found = list(all_of(alder, events.HappeningNoted))
    assert {one.type for one in found} <= {*known.events, *known.states}
    for one in found:
        ahead = one.happened_at > one.at
        assert not one.act or (ahead and kinds[one.act].event == one.type)
        assert not ahead or one.act or known.events[one.type].tau_before > 0
        assert one.until_at is None or (one.type in known.states and one.happened_at < one.until_at <= one.at)


def test_every_new_page_has_something_to_show(alder: County) -> None:
    found = list(all_of(alder, events.HappeningNoted))
    told = Counter(one.type for one in found)
    wanted = ("arrest", "release_from_custody", "order_issued", "order_served", "separation", "court_date")
    assert all(told[type] > 5 for type in wanted), told
    ahead = [one for one in found if one.happened_at > END]
    assert sum(one.type == "court_date" for one in ahead) > 5 and any(one.act for one in ahead)
    late = [one for one in found if timedelta(days=2) < one.at - one.happened_at]
    assert len(late) > 10
    twice = [c for c in alder.courses if sum(isinstance(e, events.SheetDone) for e in c.events) > 1]
    assert len(twice) > 5


def test_sheets_are_taken_by_the_agencies_whose_roles_the_instruments_name(alder: County) -> None:
    workers = {worker.code: worker for worker in alder.workers}
    taken = Counter()  # type: ignore[var-annotated]
    for event in all_of(alder, events.SheetDone):
        found = assessment(event.instrument, "1")
        assert found.administered_by & set(workers[event.worker].roles), event
        for question, answer in event.answers.items():
            asked = next(one for one in found.sheet.questions if one.id == question)
            assert answer in UNANSWERED or asked.option(answer)
        taken[event.agency, event.instrument] += 1
    assert {instrument for _agency, instrument in taken} >= {"danger_assessment", "dash", "dale"}
    assert {agency for agency, _instrument in taken} >= {"police", "advocates", "hospital", "shelter"}


def test_no_sheet_says_two_things_that_cannot_both_be_so_and_bands_differ(alder: County) -> None:
    bands = Counter()  # type: ignore[var-annotated]
    for event in all_of(alder, events.SheetDone):
        instrument = assessment(event.instrument, "1").instrument
        assert isinstance(instrument, Danger)
        found = score(instrument, event.answers)
        assert found.contradictions == ()
        bands[event.instrument, found.band] += 1
    assert len({band for name, band in bands if name == "danger_assessment"}) > 1
    assert len({band for name, band in bands if name == "dale"}) > 1
