"""A breach is possible until a person says more; each term is either possible or has its reason; a pattern is no one's guess."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from shelterbelt.rules import approach, geofence, signals, silence
from shelterbelt.rules.breach import (
    ACTS,
    BELONGINGS,
    CERTAINTIES,
    CONFIRMED,
    CONTACT,
    CURFEW,
    DECIDED,
    DISTANCE,
    IN_WORDS,
    MORE_KINDS,
    MORE_OFTEN,
    NO,
    NOT_A_BREACH,
    OF_A_WATCH,
    OFFICER,
    ORDER_VIOLATION,
    POSSIBLY,
    REPEATED,
    RESIDENCE,
    STAY_AWAY,
    SURVIVOR,
    TERMS,
    UNDETERMINED,
    UNKNOWN,
    WATCH,
    YES,
    Bound,
    Breach,
    Decision,
    Seen,
    Settings,
    judge,
    pattern,
    state,
)
from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SET = Settings(same=HOUR, over=90 * DAY)

HOME = Bound("home", "04", STAY_AWAY, YES, zones=frozenset({"z1", "z2"}))
NEAR = Bound("near", "01", DISTANCE, YES, metres=300)
CALLS = Bound("calls", "05", CONTACT, YES)
WORDS = Bound("words", "08", IN_WORDS, YES)
ALL = (HOME, NEAR, CALLS, WORDS)


def found(seen: Seen, *terms: Bound) -> dict[str, str]:
    """The terms that may have been broken, and how certain that is."""
    return {one.term: one.certainty for one in judge(seen, terms or ALL).possible}


def why(seen: Seen, *terms: Bound) -> dict[str, str]:
    return {reason.about: reason.code for reason in judge(seen, terms or ALL).because}


def inside(zone: str = "z1", certainty: str = SURE) -> Seen:
    return Seen(geofence.ENTERED, WATCH, certainty, zone)


def close(metres: float | None, off: float = 0.0, certainty: str = SURE) -> Seen:
    return Seen(approach.CAME_NEAR, WATCH, certainty, metres=metres, off=off)


# Against terms


def test_what_a_watch_sees_in_a_place_touches_the_terms_that_name_it() -> None:
    other = replace(HOME, id="work", zones=frozenset({"z9"}))
    assert found(inside(), *ALL, other) == {"home": SURE}
    assert why(inside(), *ALL, other) == {
        "near": "breach.other_kind",
        "calls": "breach.other_kind",
        "words": "breach.other_kind",
        "work": "breach.other_place",
    }
    assert judge(inside(), ALL).possible[0].code == "04"


def test_place_that_no_term_names_is_no_breach_and_says_so() -> None:
    warning = inside("drawn by us")
    assert found(warning) == {}
    assert why(warning)[geofence.ENTERED] == "breach.no_term"
    assert geofence.ENTERED not in why(inside())


def test_distance_counts_by_the_least_that_is_possible() -> None:
    assert found(close(200, 100)) == {"near": SURE}
    assert found(close(200, 101)) == {"near": LIKELY}
    assert found(close(300, 0)) == {"near": SURE}
    assert found(close(301, 1)) == {"near": POSSIBLE}
    assert found(close(300, 1)) == {"near": LIKELY}
    assert found(close(301, 0.5)) == {}
    assert found(Seen(approach.CAME_NEAR, WATCH, SURE, metres=300.5)) == {}
    assert found(close(5), replace(NEAR, metres=1)) == {}
    assert found(close(9000), Bound("near", "01", DISTANCE, YES)) == {"near": SURE}
    assert why(close(301, 0.5))["near"] == "breach.farther"
    assert found(close(None)) == {"near": SURE}
    assert found(close(200, 101, POSSIBLE)) == {"near": POSSIBLE}
    assert found(close(9000), replace(NEAR, metres=0)) == {"near": SURE}  # a term without a number
    assert found(Seen("was_there", SURVIVOR, metres=9000.0)) == {"home": LIKELY, "words": POSSIBLE}


def test_term_that_did_not_bind_is_not_touched_and_says_why() -> None:
    assert found(inside(), replace(HOME, binds=NO)) == {}
    assert why(inside(), replace(HOME, binds=NO))["home"] == "breach.not_bound"
    assert why(inside(), replace(HOME, binds=NO, why="orders.not_served"))["home"] == "orders.not_served"


def test_where_nobody_knows_whether_a_term_bound_it_is_possible_and_no_more() -> None:
    unknown = replace(HOME, binds=UNKNOWN)
    assert found(inside(), unknown) == {"home": POSSIBLE}
    codes = {reason.code for reason in judge(inside(), [unknown]).possible[0].because}
    assert codes == {"breach.act", "breach.source", "breach.binding_unknown"}
    said = judge(inside(), [replace(unknown, why="orders.service_unknown")]).possible[0].because
    assert "orders.service_unknown" in {reason.code for reason in said}


def test_words_of_an_order_are_for_a_person_to_read() -> None:
    assert found(Seen("something_else", OFFICER, SURE)) == {
        "home": SURE,
        "near": SURE,
        "calls": SURE,
        "words": POSSIBLE,
    }
    assert found(Seen("tampered", WATCH, SURE)) == {"words": POSSIBLE}
    violence = replace(WORDS, code="01")
    for act in ("hurt", "threatened", "followed"):
        assert found(Seen(act, OFFICER, SURE), WORDS) == {"words": POSSIBLE}
        for code in ("01", "02"):
            assert found(Seen(act, OFFICER, SURE), replace(WORDS, code=code)) == {"words": SURE}
    assert found(Seen("contacted", OFFICER, SURE), violence) == {"words": POSSIBLE}
    assert found(Seen("contacted", SURVIVOR)) == {"calls": LIKELY, "words": POSSIBLE}


def test_home_that_is_given_to_one_alone_is_a_place_and_belongings_are_things() -> None:
    home = Bound("given", "03", RESIDENCE, YES, zones=frozenset({"z3"}))
    things = Bound("things", "08", BELONGINGS, YES)
    assert found(inside("z3"), *ALL, home, things) == {"given": SURE}
    assert why(inside("z1"), home, things) == {
        "given": "breach.other_place",
        "things": "breach.other_kind",
        geofence.ENTERED: "breach.no_term",
    }
    assert found(Seen("was_there", OFFICER, SURE), home, things) == {"given": SURE}
    assert found(Seen("took_or_damaged", OFFICER, SURE), home, things) == {"things": SURE}
    assert found(Seen("took_or_damaged", OFFICER, SURE), home) == {}


def test_each_term_is_possible_or_has_its_reason_whatever_is_seen() -> None:
    chance = random.Random(6)
    for number in range(1500):
        act = chance.choice(sorted(ACTS))
        watch = act in OF_A_WATCH or (act == "tampered" and chance.random() < 0.5)
        zone = chance.choice(["z1", "z2", "z3"]) if act in geofence.KINDS else chance.choice(["", "z1"])
        seen = Seen(
            act,
            WATCH if watch else chance.choice([SURVIVOR, OFFICER, "other"]),
            chance.choice(CERTAINTIES),
            zone,
            chance.choice([None, 0.0, 250.0, 310.0, 900.0]),
            chance.choice([0.0, 20.0, 100.0]),
        )
        terms = [
            Bound(
                str(n),
                "0",
                chance.choice(TERMS),
                chance.choice([YES, YES, NO, UNKNOWN]),
                metres=chance.choice([0, 100, 300]),
                zones=frozenset(chance.sample(["z1", "z2", "z3"], 2)),
            )
            for n in range(chance.randint(0, 5))
        ]
        told = judge(seen, terms)
        possible = {one.term for one in told.possible}
        named = {reason.about for reason in told.because} - {act}
        assert possible | named == {term.id for term in terms} and not possible & named, number
        for term in terms:
            touched = (
                term.kind in ACTS[act]
                and term.binds in (YES, UNKNOWN)
                and (term.kind not in (STAY_AWAY, RESIDENCE) or not zone or zone in term.zones)
                and (
                    term.kind != DISTANCE
                    or not term.metres
                    or seen.metres is None
                    or seen.metres <= term.metres + seen.off
                )
            )
            assert (term.id in possible) == touched
        for one in told.possible:
            assert CERTAINTIES.index(one.certainty) <= CERTAINTIES.index(seen.certainty)


def test_what_ends_an_alarm_or_is_no_place_is_no_act() -> None:
    for kind in (
        geofence.LEFT,
        geofence.LOST,
        approach.WENT,
        approach.CLOSING,
        *silence.KINDS,
        *signals.KINDS,
    ):
        with pytest.raises(ValueError):
            Seen(kind, WATCH, zone="z1")


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Seen("stared", SURVIVOR),
        lambda: Seen("contacted", "machine"),
        lambda: Seen("contacted", SURVIVOR, "certain"),
        lambda: Seen("contacted", WATCH),
        lambda: Seen(geofence.ENTERED, SURVIVOR, zone="z1"),
        lambda: Seen(geofence.ENTERED, WATCH),
        lambda: replace(HOME, kind="stay"),
        lambda: replace(HOME, binds="perhaps"),
    ],
)
def test_what_cannot_be_is_refused(broken) -> None:
    with pytest.raises(ValueError):
        broken()


def test_every_kind_of_term_can_be_reported_and_every_act_touches_one() -> None:
    assert set().union(*ACTS.values()) == set(TERMS)
    assert all(ACTS.values())
    assert CURFEW in ACTS["was_out"]


# What a person says


def decided(word: str, hours: float = 0, by: str = "a") -> Decision:
    return Decision(word, AT + hours * HOUR, by)


def test_nothing_but_a_person_makes_a_breach_more_than_possible() -> None:
    assert state([], at=AT) == POSSIBLY
    assert POSSIBLY not in DECIDED
    for word in DECIDED:
        assert state([decided(word)], at=AT) == word
        assert state([decided(word, 1)], at=AT) == POSSIBLY  # not yet
        with pytest.raises(ValueError):
            decided(word, by="")
    with pytest.raises(ValueError):
        decided(POSSIBLY)
    with pytest.raises(ValueError):
        Decision(CONFIRMED, AT.replace(tzinfo=None), "a")


def test_the_last_word_holds_and_of_one_instant_the_one_that_leaves_more_open() -> None:
    for first, second in product(DECIDED, DECIDED):
        assert state([decided(second, 2), decided(first, 1)], at=AT + DAY) == second
    assert state([decided(CONFIRMED), decided(NOT_A_BREACH)], at=AT) == CONFIRMED
    assert state([decided(UNDETERMINED), decided(CONFIRMED)], at=AT) == UNDETERMINED


# Patterns


def breach(days: float, source: str = SURVIVOR, kind: str = CONTACT, *decisions: Decision) -> Breach:
    when = AT + days * DAY
    return Breach(f"{days} {source} {kind}", when, when + HOUR, source, kind, decisions)


def by_day(*breaches: Breach, at: float = 60) -> list[float]:
    told = pattern(breaches, at=AT + at * DAY, settings=SET)
    assert all(one.type == ORDER_VIOLATION for one in told.happenings)
    return [(one.at - AT) / DAY for one in told.happenings]


def test_reports_of_people_count_until_a_person_finds_that_it_was_none() -> None:
    assert by_day(breach(1), breach(2, OFFICER), breach(3, "other")) == [1, 2, 3]
    assert by_day(breach(1, SURVIVOR, CONTACT, decided(NOT_A_BREACH, 48))) == []
    assert by_day(breach(1, SURVIVOR, CONTACT, decided(NOT_A_BREACH, 24 * 70))) == [1]
    assert by_day(breach(1, SURVIVOR, CONTACT, decided(UNDETERMINED, 48))) == [1]


def test_what_a_watch_saw_counts_once_a_person_has_looked() -> None:
    assert by_day(breach(1, WATCH, STAY_AWAY)) == []
    assert by_day(breach(1, WATCH, STAY_AWAY, decided(CONFIRMED, 48))) == [1]
    assert by_day(breach(1, WATCH, STAY_AWAY, decided(UNDETERMINED, 48))) == [1]
    assert by_day(breach(1, WATCH, STAY_AWAY, decided(NOT_A_BREACH, 48))) == []
    told = pattern([breach(1, WATCH), breach(2)], at=AT + 60 * DAY, settings=SET)
    looked = pattern([breach(1, SURVIVOR, CONTACT, decided(CONFIRMED, 48))], at=AT + 60 * DAY, settings=SET)
    assert (looked.waiting, [one.code for one in looked.because]) == (0, ["breach.known", "breach.counted"])
    assert told.waiting == 2
    assert {(one.code, one.about) for one in told.because} == {
        ("breach.known", "2"),
        ("breach.counted", "1"),
        ("breach.waiting", "2"),
    }


def test_one_occasion_that_many_report_is_one() -> None:
    hour = 1 / 24
    told = pattern(
        [breach(1, OFFICER), breach(1 + hour, SURVIVOR), breach(1 + 0.5 * hour, "other")],
        at=AT + 60 * DAY,
        settings=SET,
    )
    assert [(one.at, one.recorded_at) for one in told.happenings] == [(AT + DAY, AT + DAY + HOUR)]
    assert told.codes == ()
    assert by_day(breach(1), breach(1 + hour), breach(1 + 2 * hour)) == [1, 1 + 2 * hour]
    late = replace(breach(1), recorded_at=AT + 9 * DAY)
    first = pattern([late, breach(1 + hour)], at=AT + 60 * DAY, settings=SET).happenings[0]
    assert first.recorded_at == AT + DAY + 2 * HOUR


def test_what_is_not_written_down_yet_or_lies_ahead_is_not_there() -> None:
    assert by_day(breach(1), at=1) == []
    assert by_day(breach(1), at=1 + 1 / 24) == [1]
    assert by_day(replace(breach(9), recorded_at=AT), at=8) == []
    assert by_day(replace(breach(9), recorded_at=AT), at=9) == [9]
    assert by_day(replace(breach(1), recorded_at=AT + 2 * DAY), at=2) == [1]
    assert by_day(replace(breach(1), recorded_at=AT + 50 * DAY), breach(5)) == [1, 5]


def codes(*breaches: Breach, at: float = 90) -> tuple[str, ...]:
    return pattern(breaches, at=AT + at * DAY, settings=SET).codes


def test_what_happens_again_more_often_and_in_another_kind_is_named() -> None:
    assert codes(breach(1)) == ()
    assert codes(breach(80)) == ()
    assert codes(breach(1), breach(2)) == (REPEATED,)
    assert codes(breach(10), breach(50), breach(60)) == (REPEATED, MORE_OFTEN)
    assert codes(breach(10), breach(60)) == (REPEATED,)
    assert codes(breach(50), breach(60)) == (REPEATED, MORE_OFTEN)
    assert codes(breach(44), breach(45), breach(46), breach(47)) == (
        REPEATED,
    )  # the half begins after day 45
    assert codes(breach(44), breach(45.1), breach(46)) == (REPEATED, MORE_OFTEN)
    assert codes(breach(1), breach(2, OFFICER, STAY_AWAY)) == (REPEATED, MORE_KINDS)
    assert codes(breach(1), breach(1, OFFICER, STAY_AWAY)) == (MORE_KINDS,)
    assert codes(breach(0), breach(80), at=90) == ()  # beyond what is looked at
    assert by_day(breach(0), breach(80), at=90) == [0, 80]


def least_groups(days: list[float], longest: float) -> int:
    """The least number of spans of one length that hold all of them, by trying every way to cut."""
    days = sorted(days)
    best = [0] * (len(days) + 1)
    for end in range(1, len(days) + 1):
        best[end] = min(best[cut] + 1 for cut in range(end) if days[end - 1] - days[cut] <= longest)
    return best[-1]


def test_in_any_order_occasions_are_the_fewest_and_one_more_breach_never_makes_less() -> None:
    for number in range(200):
        chance = random.Random(number)
        hours = [chance.randint(1, 30) / 4 for _ in range(chance.randint(0, 9))]
        made = [replace(breach(one / 24), id=str(n)) for n, one in enumerate(hours)]
        told = pattern(chance.sample(made, len(made)) + made[:3], at=AT + 60 * DAY, settings=SET)
        assert told == pattern(made, at=AT + 60 * DAY, settings=SET)
        assert len(told.happenings) == least_groups(hours, 1.0)
        more = pattern([*made, breach(chance.randint(1, 30) / 96)], at=AT + 60 * DAY, settings=SET)
        assert len(more.happenings) >= len(told.happenings)
        assert told.waiting == len(made)
