"""What a shipped instrument does is work that somebody gets: by the protocol of every agency that may take it."""

from datetime import UTC, datetime

import pytest

from shelterbelt.library import assessments, shelf
from shelterbelt.rules.conditions import facts_named
from shelterbelt.rules.deadlines import Event, due, rule_named

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
SHIPPED = [assessments.assessment(id, version) for id, version in assessments.names(only_product=True)]
ROLES = {
    "police": {"officer", "detective", "supervisor"},
    "victim_service": {"advocate", "shelter_worker"},
    "hospital": {"nurse"},
}
DOES = sorted(
    {
        (found.id, code, name)
        for found in SHIPPED
        for trigger in found.sheet.triggers
        for code in trigger.does
        for name, roles in ROLES.items()
        if roles & found.administered_by
    }
)


def opened_by(protocol, **facts):
    return due(protocol, Event("assessment.finished", AT, AT), facts)


@pytest.mark.parametrize(("instrument", "code", "name"), DOES)
def test_whatever_an_instrument_does_opens_work_for_the_agency_that_took_it(instrument, code, name):
    protocol = shelf.protocol("demo_county", name)
    openings = opened_by(protocol, instrument=instrument, positive=False, **{code: True})
    rules = [rule_named(protocol, one.rule) for one in openings]
    assert any(code in facts_named(rule.condition) for rule in rules), f"{name} does nothing about {code}"
    for one, rule in zip(openings, rules, strict=True):
        assert one.due_at > AT and rule.title and rule.why
        assert rule.source in protocol.sources and rule.tag in ("F", "F*", "M", "D", "P")


def test_every_code_of_work_is_among_them():
    assert {code for _instrument, code, _name in DOES} == {
        "offer_advocate_call", "offer_advocate", "medical_evaluation", "suicide_safety", "danger_assessment",
        "conference_referral", "supervisor_review", "immediate_protection", "firearm_check",
    }  # fmt: skip


@pytest.mark.parametrize("name", ROLES)
def test_a_code_that_no_rule_names_opens_nothing(name):
    assert (
        opened_by(shelf.protocol("demo_county", name), instrument="lap", positive=False, new_code=True) == ()
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("police", "offer_advocate_call"), ("hospital", "offer_advocate")]
)
def test_a_positive_detection_leads_to_the_offer(name, kind):
    openings = opened_by(shelf.protocol("demo_county", name), instrument="lap", positive=True)
    assert kind in {one.kind for one in openings}


def test_danger_that_does_not_wait_asks_for_steps_within_the_hour_and_a_second_pair_of_eyes():
    openings = opened_by(shelf.protocol("demo_county", "police"), immediate_protection=True)
    told = {one.kind: ((one.due_at - AT).total_seconds() / 3600, one.role, one.now) for one in openings}
    assert told == {
        "immediate_protection": (1, "officer", True),
        "supervisor_review": (4, "supervisor", True),
    }
