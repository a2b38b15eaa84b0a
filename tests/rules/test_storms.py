"""A storm of alarms is told a few times; no alarm is lost, none is told twice, and what grows surer is told again."""

import random
from dataclasses import replace

import pytest

from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE
from shelterbelt.rules.storms import (
    CERTAINTIES,
    FIRST,
    GOES_ON,
    OTHER_KIND,
    SAYS,
    SURER,
    TAKEN_BACK,
    Alarm,
    Group,
    Settings,
    Telling,
    group,
    next_at,
    tell,
)

SET = Settings(span_ms=100, longest_ms=500, again_ms=300)


def alarm(
    ms: int, kind: str = "entered", certainty: str = LIKELY, *, about: str = "a", back: bool = False
) -> Alarm:
    return Alarm(f"{about} {kind} {ms}", about, ms, kind, certainty, back)


def spans(*alarms: Alarm) -> list[tuple[str, int, int, int]]:
    return [(one.about, one.first_ms, one.last_ms, len(one.members)) for one in group(alarms, SET)]


def one(*alarms: Alarm) -> Group:
    (found,) = group(alarms, SET)
    return found


class Duty:
    """Somebody who is told: keeps what they were told, and asks again."""

    def __init__(self) -> None:
        self.told: list[Telling] = []

    def hears(self, ms: int, *alarms: Alarm) -> list[str]:
        found = []
        for each in group(alarms, SET):
            telling = tell(each, self.told, at_ms=ms, settings=SET)
            if telling:
                self.told.append(telling)
                found.append(telling.says)
        return found


# Groups


def test_alarms_that_follow_on_each_other_are_one_group() -> None:
    assert spans(alarm(0), alarm(100), alarm(200)) == [("a", 0, 200, 3)]
    assert spans(alarm(0), alarm(101)) == [("a", 0, 0, 1), ("a", 101, 101, 1)]
    assert spans(alarm(0), alarm(50, about="b")) == [("a", 0, 0, 1), ("b", 50, 50, 1)]
    assert spans() == []
    assert [one.about for one in group([alarm(5), alarm(0, about="b"), alarm(0)], SET)] == ["a", "b"]
    assert [one.about for one in group([alarm(5), alarm(0, about="b")], SET)] == ["b", "a"]
    assert not Alarm("x", "a", 0, "entered").taken_back
    same = [alarm(0, kind) for kind in ("stayed", "closing", "entered", "went", "lost")]
    assert [each.kind for each in one(*same).members] == ["closing", "entered", "lost", "stayed", "went"]


def test_storm_without_end_is_cut() -> None:
    assert spans(*(alarm(ms) for ms in range(0, 1200, 100))) == [("a", 0, 500, 6), ("a", 600, 1100, 6)]


def test_what_was_taken_back_stays_in_its_group() -> None:
    found = one(alarm(0), alarm(50, back=True), alarm(60, "left", POSSIBLE), alarm(70, "left", SURE))
    assert len(found.members) == 4
    assert found.surest == {"entered": LIKELY, "left": SURE}
    assert one(alarm(0, back=True)).surest == {}


def test_every_alarm_is_in_one_group_whatever_their_order() -> None:
    for number in range(300):
        chance = random.Random(number)
        alarms = {
            alarm(chance.randint(0, 1500), chance.choice(["entered", "closing"]), about=chance.choice("ab"))
            for _ in range(chance.randint(0, 25))
        }
        found = group(chance.sample(sorted(alarms, key=str), len(alarms)) * 2, SET)
        assert found == group(alarms, SET)
        members = [member for each in found for member in each.members]
        assert sorted(members, key=str) == sorted(alarms, key=str)
        assert {_key(each.members) for each in found} == _searched(alarms)


def _key(members) -> frozenset[str]:
    return frozenset(member.id for member in members)


def _searched(alarms: set[Alarm]) -> set[frozenset[str]]:
    """The groups, found by asking of each alarm which one is the first of its group."""
    found: dict[Alarm, set[Alarm]] = {}
    for about in {each.about for each in alarms}:
        mine = [each for each in alarms if each.about == about]
        firsts: list[int] = []
        for ms in sorted({each.ms for each in mine}):
            before = [each.ms for each in mine if each.ms < ms]
            if not before or ms - max(before) > 100 or ms - firsts[-1] > 500:
                firsts.append(ms)
        for each in mine:
            first = max(ms for ms in firsts if ms <= each.ms)
            home = next(other for other in sorted(mine, key=str) if other.ms == first)
            found.setdefault(home, set()).add(each)
    return {_key(each) for each in found.values()}


def test_one_id_is_one_alarm() -> None:
    with pytest.raises(ValueError):
        group([alarm(0), replace(alarm(0), certainty=SURE)], SET)
    with pytest.raises(ValueError):
        alarm(0, certainty="perhaps")
    assert CERTAINTIES == ("", POSSIBLE, LIKELY, SURE)


# Telling


def test_storm_is_told_once_and_again_after_a_while() -> None:
    duty = Duty()
    assert duty.hears(0, alarm(0)) == [FIRST]
    assert duty.hears(90, alarm(0), alarm(90)) == []
    assert duty.hears(299, alarm(0), alarm(90), alarm(180)) == []
    assert duty.hears(300, alarm(0), alarm(90), alarm(180)) == [GOES_ON]
    assert duty.told[-1].members == {"a entered 0", "a entered 90", "a entered 180"}
    assert duty.hears(900, alarm(0), alarm(90), alarm(180)) == []  # nothing that was not told


def test_what_grows_surer_is_told_at_once_and_what_grows_less_sure_is_not() -> None:
    duty = Duty()
    assert duty.hears(0, alarm(0, certainty="")) == [FIRST]
    for certainty in (POSSIBLE, LIKELY, SURE):
        assert duty.hears(1, alarm(0, certainty=certainty)) == [SURER]
        assert duty.hears(2, alarm(0, certainty=certainty)) == []
    assert duty.hears(3, alarm(0, certainty=POSSIBLE)) == []
    assert duty.hears(4, alarm(0, certainty=SURE)) == []
    assert duty.hears(5, alarm(0, certainty=SURE), alarm(5, certainty=SURE)) == []


def test_another_kind_is_told_at_once_and_of_another_place_is_not() -> None:
    duty = Duty()
    assert duty.hears(0, alarm(0, certainty=SURE)) == [FIRST]
    assert duty.hears(1, alarm(0, certainty=SURE), alarm(1, "came_near", POSSIBLE)) == [OTHER_KIND]
    both = alarm(0, certainty=SURE), alarm(1, "came_near", SURE), alarm(2, "stayed", "")
    assert duty.hears(2, *both) == [OTHER_KIND]  # and surer with it
    assert duty.hears(3, *both) == []
    assert duty.told[-1].surest == {"entered": SURE, "came_near": SURE, "stayed": ""}


def test_what_was_taken_back_is_told_once_and_what_comes_after_it_is_new() -> None:
    duty = Duty()
    assert duty.hears(0, alarm(0, back=True)) == []  # nobody was told
    assert duty.hears(1, alarm(0)) == [FIRST]
    assert duty.hears(2, alarm(0, back=True)) == [TAKEN_BACK]
    assert duty.hears(3, alarm(0, back=True)) == []
    assert duty.hears(4, alarm(0, back=True), alarm(4, certainty=POSSIBLE)) == [FIRST]
    assert duty.hears(5, alarm(0, back=True), alarm(4, certainty=POSSIBLE, back=True)) == [TAKEN_BACK]
    mixed = Duty()
    assert mixed.hears(0, alarm(0)) == [FIRST]
    assert mixed.hears(1, alarm(0, back=True), alarm(1)) == []  # one of it holds
    assert mixed.hears(300, alarm(0, back=True), alarm(1)) == [GOES_ON]
    assert mixed.hears(600, alarm(0, back=True), alarm(1), alarm(2, back=True)) == []


def test_groups_that_a_late_alarm_joins_are_not_told_anew() -> None:
    duty = Duty()
    assert duty.hears(200, alarm(0), alarm(200)) == [FIRST, FIRST]
    assert duty.hears(201, alarm(0), alarm(100), alarm(200)) == []
    parted = Duty()
    assert parted.hears(200, alarm(0), alarm(200)) == [FIRST, FIRST]
    assert parted.hears(201, alarm(0), alarm(200, back=True)) == [TAKEN_BACK]
    assert parted.hears(202, alarm(0), alarm(100), alarm(200, back=True)) == []


def test_what_is_told_of_one_says_nothing_of_another() -> None:
    duty = Duty()
    assert duty.hears(0, alarm(0)) == [FIRST]
    assert duty.hears(1, alarm(0), alarm(0, about="b")) == [FIRST]


def test_telling_says_why_and_how_many() -> None:
    found = tell(one(alarm(0), alarm(1)), [], at_ms=7, settings=SET)
    assert found is not None and found.ms == 7
    assert [(reason.code, reason.about) for reason in found.because] == [
        ("storms.first", ""),
        ("storms.alarms", "2"),
    ]


def test_when_time_alone_brings_a_telling_is_known() -> None:
    told = tell(one(alarm(0)), [], at_ms=10, settings=SET)
    assert next_at(one(alarm(0)), [], at_ms=5, settings=SET) == 5
    assert next_at(one(alarm(0)), [told], at_ms=20, settings=SET) is None
    assert next_at(one(alarm(0), alarm(20)), [told], at_ms=20, settings=SET) == 310
    assert next_at(one(alarm(0), alarm(20)), [told], at_ms=320, settings=SET) == 320
    assert next_at(one(alarm(0, back=True)), [], at_ms=5, settings=SET) is None
    later = replace(told, ms=200)
    assert next_at(one(alarm(0), alarm(20)), [told, later], at_ms=210, settings=SET) == 500


def test_in_any_storm_none_is_lost_and_none_is_told_without_a_cause() -> None:
    for number in range(250):
        _storm(random.Random(number))


def _storm(chance: random.Random) -> None:
    """Alarms that come in any order, grow surer and are taken back, with somebody asking all the time and at the end."""
    duty, now = Duty(), 2000
    alarms: dict[str, Alarm] = {}
    for _ in range(chance.randint(1, 20)):
        now += chance.choice([0, 10, 120, 400])
        if alarms and chance.random() < 0.4:
            old = alarms[chance.choice(sorted(alarms))]
            new = replace(old, taken_back=chance.random() < 0.5, certainty=chance.choice(CERTAINTIES))
        else:
            new = alarm(
                chance.randint(0, 1200),
                chance.choice(["entered", "closing"]),
                chance.choice(CERTAINTIES),
                about=chance.choice("ab"),
            )
        alarms[new.id] = new
        before = len(duty.told)
        duty.hears(now, *alarms.values())
        assert duty.hears(now, *alarms.values()) == []  # whoever was told just now is not told again
        _each_has_a_cause(duty.told[:before], duty.told[before:], alarms)
    duty.hears(now + 1000, *alarms.values())
    _none_is_lost(duty.told, alarms)
    assert duty.hears(now + 9000, *alarms.values()) == []
    assert all(
        next_at(each, duty.told, at_ms=now, settings=SET) is None for each in group(alarms.values(), SET)
    )


def _each_has_a_cause(before: list[Telling], new: list[Telling], alarms: dict[str, Alarm]) -> None:
    for told in new:
        assert told.says in SAYS
        seen = {name for each in before for name in each.members}
        holding = {name for name in told.members if not alarms[name].taken_back}
        if told.says == TAKEN_BACK:
            assert not holding and told.members & seen
        if told.says == FIRST:
            untold = not told.members & seen
            assert holding and (untold or any(each.says == TAKEN_BACK for each in before))
        if told.says == GOES_ON:
            assert holding - seen or any(each.says == TAKEN_BACK for each in before)
        if told.says == SURER:
            assert any(
                CERTAINTIES.index(told.surest[kind]) > CERTAINTIES.index(each.surest[kind])
                for each in before
                if each.members & told.members
                for kind in told.surest.keys() & each.surest.keys()
            )


def _none_is_lost(told: list[Telling], alarms: dict[str, Alarm]) -> None:
    """Each alarm that holds was told, as sure as it is, or together with one of its kind that was surer."""
    for name, each in alarms.items():
        if not each.taken_back:
            mine = [one for one in told if name in one.members and one.says != TAKEN_BACK]
            assert mine
            heights = [CERTAINTIES.index(one.surest[each.kind]) for one in told if each.kind in one.surest]
            assert max(heights) >= CERTAINTIES.index(each.certainty)
