"""The demo county's protocols, as the rules read them: who is asked to do what by when."""

from datetime import UTC, datetime, timedelta

import pytest

from shelterbelt.library import files, shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.deadlines import Event, WhenOpen, due, next_assessment_at
from shelterbelt.rules.levels import Level

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
POLICE = shelf.protocol("demo_county", "police")
VICTIM_SERVICE = shelf.protocol("demo_county", "victim_service")
HOSPITAL = shelf.protocol("demo_county", "hospital")
ALL = (POLICE, VICTIM_SERVICE, HOSPITAL)


def after(protocol, kind, **facts):
    openings = due(protocol, Event(kind, AT, AT), facts)
    return {
        opening.kind: (opening.unit, opening.role, (opening.due_at - AT) / timedelta(hours=1))
        for opening in openings
    }


def test_an_incident_opens_the_first_days_work_of_police():
    assert after(POLICE, "incident.recorded") == {
        "offer_advocate_call": ("patrol", "officer", 1),
        "detective_follow_up": ("detectives", "detective", 24),
        "order_information": ("detectives", "detective", 24),
        "safety_check": ("patrol", "officer", 72),
    }


def test_pressure_on_the_neck_opens_a_medical_evaluation_now():
    for kind, facts in (
        ("incident.recorded", {"strangulation": True}),
        ("screen.finished", {"medical": True}),
    ):
        assert after(POLICE, kind, **facts)["medical_evaluation"] == ("patrol", "officer", 1)
    assert after(VICTIM_SERVICE, "screen.finished", medical=True)["medical_evaluation"][1] == "advocate"
    for kind, facts in (
        ("case.opened", {"strangulation": True}),
        ("screen.finished", {"medical": True}),
        ("screen.finished", {"medical_unknown": True}),
    ):
        assert after(HOSPITAL, kind, **facts)["medical_evaluation"] == ("", "nurse", 1)


def test_undetermined_roles_are_reviewed_within_a_day():
    assert after(POLICE, "incident.recorded", roles_undetermined=True)["roles_review"] == (
        "detectives",
        "supervisor",
        24,
    )
    assert "roles_review" not in after(POLICE, "incident.recorded", roles_undetermined=False)


def test_an_old_incident_from_a_file_opens_no_race_to_the_door():
    assert after(POLICE, "incident.recorded", imported=True) == {}
    assert after(POLICE, "case.opened", imported=True) == {}


def test_the_safety_check_goes_by_the_contact_instructions_and_never_unannounced():
    (check,) = [rule for rule in POLICE.rules if rule.kind == "safety_check"]
    assert check.how == ("by_contact_instructions", "no_unannounced_visit")
    assert "unless danger is immediate" in POLICE.manners["no_unannounced_visit"]


@pytest.mark.parametrize("facts", [{"triggered": True}, {"triggered": False, "review": True}])
def test_a_screen_that_triggers_or_was_not_answered_leads_to_the_offer(facts):
    assert "offer_advocate_call" in after(POLICE, "screen.finished", **facts)


def test_a_screen_that_does_not_trigger_opens_nothing():
    assert after(POLICE, "screen.finished", triggered=False, medical=False, review=False) == {}


def test_saying_no_to_contact_opens_nothing_and_saying_yes_sends_the_request():
    for protocol in (POLICE, HOSPITAL):
        assert after(protocol, "contact.asked", contact_wanted=False) == {}
        assert set(after(protocol, "contact.asked", contact_wanted=True)) == {"send_contact_request"}


@pytest.mark.parametrize(("word", "hours"), [("extreme", 72), ("high", 168), ("medium", 720), ("low", 1440)])
def test_the_next_assessment_follows_the_level_in_every_protocol(word, hours):
    for protocol in ALL:
        (opening,) = due(protocol, Event("level.set", AT, AT), {"level": word})
        assert opening.kind == "assessment"
        assert opening.due_at == AT + timedelta(hours=hours)
        assert opening.when_open is WhenOpen.REPLACE
        assert next_assessment_at(Level[word.upper()], AT, protocol) == opening.due_at


def test_a_new_incident_in_a_known_case_brings_the_assessment_forward():
    assert after(POLICE, "incident.recorded", known_case=True)["assessment"][2] == 24


def test_a_victim_service_tries_within_a_day_and_offers_a_plan_within_three():
    assert after(VICTIM_SERVICE, "contact_request.arrived") == {"contact_attempt": ("", "advocate", 24)}
    assert after(VICTIM_SERVICE, "case.opened", door="direct")["safety_planning"] == ("", "advocate", 72)
    assert set(after(VICTIM_SERVICE, "referral.declined")) == {"referral_follow_up"}
    assert set(after(VICTIM_SERVICE, "release.taken")) == {"release_review"}


def test_a_hospital_offers_an_advocate_and_a_safe_way_home():
    assert set(after(HOSPITAL, "case.opened", door="direct")) == {"offer_advocate", "safe_discharge"}


def test_a_possible_breach_is_looked_at_by_police_and_talked_about_by_a_victim_service() -> None:
    assert after(POLICE, "breach.possible", source="watch") == {
        "breach_look": ("detectives", "detective", 24)
    }
    assert after(POLICE, "breach.confirmed") == {
        "breach_tell": ("detectives", "detective", 24),
        "breach_to_prosecutor": ("detectives", "detective", 72),
    }
    assert after(VICTIM_SERVICE, "breach.possible") == {"breach_talk": ("", "advocate", 24)}
    assert after(VICTIM_SERVICE, "breach.confirmed") == {"safety_planning": ("", "advocate", 24)}
    assert after(HOSPITAL, "breach.possible") == after(POLICE, "breach.not_a_breach") == {}


def test_an_order_that_ends_soon_is_work_in_time_and_never_a_petition_that_others_file():
    assert after(POLICE, "order.ending", near=False) == {"order_renewal": ("detectives", "detective", 168)}
    assert after(POLICE, "order.ending", near=True) == {"order_renewal": ("detectives", "detective", 24)}
    assert after(VICTIM_SERVICE, "order.ending", near=False) == {"order_renewal": ("", "advocate", 168)}
    assert after(VICTIM_SERVICE, "order.ending", near=True) == {"order_renewal": ("", "advocate", 24)}
    assert after(HOSPITAL, "order.ending", near=True) == {}


def test_no_protocol_of_police_hears_of_a_victim_services_work():
    heard = {rule.when for rule in POLICE.rules}
    assert heard.isdisjoint({"contact_request.arrived", "referral.declined", "release.taken"})


@pytest.mark.parametrize("protocol", ALL, ids=lambda protocol: protocol.name)
def test_every_contact_with_the_survivor_keeps_to_a_manner(protocol):
    about_papers_only = {"roles_review", "assessment", "second_look", "breach_look", "breach_to_prosecutor"}
    for rule in protocol.rules:
        assert rule.how or rule.kind in about_papers_only, rule.id
        assert rule.why
        assert rule.source in protocol.sources


TINY = """
jurisdiction: town
name: police
version: "1"
title: Town
sources: {county: Ours}
facts: {incident.recorded: [strangulation]}
reassess_hours: {low: 4, medium: 3, high: 2, extreme: 1}
reassess_why: {source: county, tag: P}
manners: {softly: Softly.}
rules:
  - id: one
    when: incident.recorded
    if: {fact: strangulation, is: true}
    action: check
    title: Check
    who: {unit: patrol, role: officer}
    due: {days: 2}
    how: [softly]
    why: {text: Because., source: county, tag: P}
"""


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


def test_days_are_twenty_four_hours_each(on_a_shelf):
    assert on_a_shelf(TINY).rules[0].hours == 48


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("fact: strangulation,", "fact: weather,"),
        ("when: incident.recorded\n", "when: level.set\n"),
        ("how: [softly]", "how: [loudly]"),
        ("{text: Because., source: county,", "{text: Because., source: rumour,"),
        ("jurisdiction: town", "jurisdiction: city"),
        ("due: {days: 2}", "due: {by_level: true}"),
        ("due: {days: 2}", "due: {hours: 0}"),
        ("due: {days: 2}", "due: {hours: -1}"),
        ("if: {fact: strangulation, is: true}", "if: strangulation == True"),
        ("tag: P}\nmanners", "tag: Q}\nmanners"),
        ("extreme: 1}", "}"),
        ('version: "1"', "version: 1"),
    ],
)
def test_a_protocol_that_names_what_it_does_not_list_is_refused(on_a_shelf, right, wrong):
    assert right in TINY
    with pytest.raises(LibraryError):
        on_a_shelf(TINY.replace(right, wrong))


def test_two_rules_with_one_id_are_refused(on_a_shelf):
    rule = TINY[TINY.index("  - id: one") :]
    with pytest.raises(LibraryError, match="one id"):
        on_a_shelf(TINY + rule)


@pytest.mark.parametrize(("protocol", "role"), [(VICTIM_SERVICE, "advocate"), (HOSPITAL, "nurse")])
def test_what_somebody_ends_shares_less_or_changes_by_their_own_hand_is_checked_on(protocol, role):
    for kind in ("release.withdrawn", "release.narrowed"):
        assert after(protocol, kind, own_hand=True)["safe_check_in"] == ("", role, 24)
    assert after(protocol, "safe_contact.proposed", own_hand=True)["contact_change_check"] == ("", role, 24)
    assert after(protocol, "release.narrowed", own_hand=False) == {}
    checks = [rule for rule in protocol.rules if rule.kind == "safe_check_in"]
    assert checks and all({"by_contact_instructions", "out_of_hearing"} <= set(rule.how) for rule in checks)
