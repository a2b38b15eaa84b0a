"""The clock of the level in the county's protocols: what triggers a look, and who hears of it when there is none."""

from datetime import UTC, datetime, timedelta

import pytest

from shelterbelt.library import files, shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import parameters
from shelterbelt.rules.deadlines import Event, due
from shelterbelt.rules.levels import Level

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = ("police", "victim_service", "hospital")
PROTOCOLS = [shelf.protocol("demo_county", name) for name in NAMES]
ALL = pytest.mark.parametrize("protocol", PROTOCOLS, ids=NAMES)


def looks(protocol, event, happened_at=AT, **facts):
    openings = due(protocol, Event(event, happened_at, AT), facts)
    return [(opening.due_at - AT) / HOUR for opening in openings if opening.kind == "assessment"]


@ALL
def test_intervals_by_level_are_three_seven_thirty_and_sixty_days(protocol):
    days = {level: hours / 24 for level, hours in protocol.reassess_hours.items()}
    assert days == {Level.EXTREME: 3, Level.HIGH: 7, Level.MEDIUM: 30, Level.LOW: 60}


@ALL
def test_whatever_raises_the_level_asks_for_a_look_by_the_level_from_when_it_happened(protocol):
    told = {"raised": True, "level": "extreme", "source": "forecast"}
    assert looks(protocol, "level.raised", **told) == [72]
    assert looks(protocol, "level.raised", AT - 48 * HOUR, **told) == [24]
    assert looks(protocol, "level.raised", **{**told, "raised": False}) == []


EVENTS = sorted(parameters().parameters.events)
RAISE = sorted(
    n for n, state in parameters().parameters.states.items() if any(R > 1 for R in state.R.values())
)
PROTECT = sorted(n for n in parameters().parameters.states if n not in RAISE)


@ALL
@pytest.mark.parametrize("type", [*EVENTS, *RAISE])
def test_every_happening_that_can_bring_danger_asks_for_a_look_within_a_day_of_it(protocol, type):
    told = {"type": type, "planned": False, "act": "", "level": "medium"}
    assert looks(protocol, "happening.recorded", **told) == [24]


@ALL
def test_a_late_happening_counts_from_its_own_day_and_a_planned_one_from_now(protocol):
    told = {"type": "release_from_custody", "planned": False, "act": "", "level": "medium"}
    assert looks(protocol, "happening.recorded", AT - 6 * HOUR, **told) == [18]
    assert looks(protocol, "happening.recorded", AT - 96 * HOUR, **told) == [0]
    assert looks(protocol, "happening.recorded", AT + 96 * HOUR, **{**told, "planned": True}) == [24]


@ALL
@pytest.mark.parametrize("type", PROTECT)
def test_what_only_protects_is_no_event_to_look_again_for(protocol, type):
    assert looks(protocol, "happening.recorded", type=type, planned=False, act="", level="medium") == []


@ALL
def test_what_lets_the_level_fall_asks_for_a_look_too(protocol):
    assert looks(protocol, "level.undone", fell=True, level="low") == [72]
    assert looks(protocol, "reassessment.agreed", level="low") == [1440]


@ALL
@pytest.mark.parametrize(("outcome", "hours"), [("done", [168]), ("not_reached", [168]), ("replaced", [])])
def test_work_that_ends_without_a_look_is_followed_by_the_next(protocol, outcome, hours):
    assert looks(protocol, "action.done", kind="assessment", outcome=outcome, level="high") == hours
    assert looks(protocol, "action.done", kind="safety_check", outcome=outcome, level="high") == []


@ALL
def test_a_lower_level_asks_another_person_within_a_day(protocol):
    (opening,) = due(protocol, Event("reassessment.asked", AT, AT), {"level": "high"})
    assert (opening.kind, opening.another, opening.due_at - AT) == ("second_look", True, 24 * HOUR)


@ALL
def test_the_chain_begins_with_whoever_has_the_work_and_goes_up(protocol):
    ladder = protocol.ladder
    assert ladder.kinds == {"assessment", "second_look"}
    first, *above = ladder.steps
    assert (first.hours, first.rule) == (0, None)
    assert above
    assert {step.rule.role for step in above} == {"supervisor"}
    assert [step.hours for step in ladder.steps] == sorted(step.hours for step in ladder.steps)
    assert {step.rule.source for step in above} <= set(protocol.sources)
    assert {step.rule.tag for step in above} == {"P"}, "nobody has published an interval for the chain"


def test_a_new_incident_and_one_that_turns_out_to_be_the_cases_count_from_what_happened():
    police = PROTOCOLS[0]
    for kind in ("incident.recorded", "roles.corrected"):
        assert looks(police, kind, known_case=True, imported=False) == [24]
        assert looks(police, kind, AT - 20 * HOUR, known_case=True, imported=False) == [4]
        assert looks(police, kind, AT - 900 * HOUR, known_case=True, imported=False) == [0]
        assert looks(police, kind, known_case=True, imported=True) == []


@ALL
def test_every_work_that_an_instrument_names_is_opened_by_its_protocol(protocol):
    """Of those that this agency's workers take: an instrument's trigger must not lead nowhere."""
    from shelterbelt.library import assessments

    roles = {"police": {"officer", "detective"}, "victim_service": {"advocate"}, "hospital": {"nurse"}}
    for id, version in assessments.names():
        found = assessments.assessment(id, version)
        if found.administered_by.isdisjoint(roles[protocol.name]):
            continue
        for code in {code for trigger in found.sheet.triggers for code in trigger.does}:
            opened = due(protocol, Event("assessment.finished", AT, AT), {code: True})
            assert opened, f"{id}: {code} opens nothing at {protocol.name}"


CHAIN = """
jurisdiction: town
name: police
version: "1"
title: Town
sources: {county: Ours}
facts: {incident.recorded: []}
reassess_hours: {low: 4, medium: 3, high: 2, extreme: 1}
reassess_why: {source: county, tag: P}
manners: {softly: Softly.}
rules:
  - id: one
    when: incident.recorded
    action: assessment
    title: Look
    who: {unit: patrol, role: officer, another: true}
    due: {hours: 2, from: happened}
    why: {text: Because., source: county, tag: P}
escalation:
  kinds: [assessment]
  steps:
    - {id: told, after: {hours: 0}, who: worker, why: {text: Because., source: county, tag: P}}
    - id: chief
      after: {hours: 5}
      who: {unit: "", role: supervisor}
      action: overdue_look
      title: Look after it
      due: {hours: 4}
      why: {text: Because., source: county, tag: P}
"""

LAST = "due: {hours: 4}\n      why: {text: Because., source: county"


@pytest.fixture
def on_a_shelf(tmp_path, monkeypatch):
    def put(text):
        shelf.protocol.cache_clear()
        (tmp_path / "protocols" / "town").mkdir(parents=True)
        (tmp_path / "protocols" / "town" / "police.yaml").write_text(text)
        (tmp_path / "schemas").symlink_to(files.HERE / "schemas")
        monkeypatch.setattr(files, "HERE", tmp_path)
        return shelf.protocol("town", "police")

    yield put
    shelf.protocol.cache_clear()


def test_a_chain_is_read_with_its_steps(on_a_shelf):
    found = on_a_shelf(CHAIN)
    assert (found.rules[0].from_happened, found.rules[0].another) == (True, True)
    assert [(step.id, step.hours, step.rule and step.rule.role) for step in found.ladder.steps] == [
        ("told", 0, None),
        ("chief", 5, "supervisor"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("kinds: [assessment]", "kinds: [party]"),
        ("kinds: [assessment]", "kinds: []"),
        ("id: chief", "id: one"),
        ("id: chief", "id: told"),
        ("after: {hours: 0}", "after: {hours: 6}"),
        ("after: {hours: 5}", "after: {hours: -1}"),
        ("who: worker", "who: nobody"),
        ("      action: overdue_look\n", ""),
        (LAST, LAST.replace("county", "rumour")),
        ("from: happened", "from: whenever"),
    ],
)  # fmt: skip
def test_a_chain_that_names_what_it_does_not_list_is_refused(on_a_shelf, right, wrong):
    assert right in CHAIN
    with pytest.raises(LibraryError):
        on_a_shelf(CHAIN.replace(right, wrong))
