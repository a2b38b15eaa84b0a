"""The forecast's numbers: each as the evidence has it, tagged, sourced, worded, and refused when they do not fit."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from tests.house.test_words import unsaid

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import from_bytes, parameters, versions
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level

PUBLISHED = parameters()
NUMBERS = PUBLISHED.parameters
PATH = "parameters/retaliation/1.yaml"
# The evidence's table: contact, physical, severe, and days of decay after and before.
TABLE = {
    "physical_incident": (3, 4.1, 4.1, 14, 0),
    "police_report_by_survivor": (1, 0.5, 1, 3, 0),
    "arrest": (0, 0, 0, 1, 0),
    "release_from_custody": (4, 3, 4, 7, 3),
    "order_issued": (3, 2, 8, 7, 0),
    "order_served": (4, 2, 6, 5, 0),
    "separation": (3, 1.5, 4, 45, 14),
    "announced_intent_to_leave": (1, 1, 3, 14, 7),
    "court_date": (1.5, 0.5, 0.5, 3, 7),
    "custody_or_child_contact_handover": (1.5, 1, 1, 1, 1),
    "case_dismissed_or_acquittal": (1, 1, 1, 14, 0),
    "order_violation": (4, 3, 3, 21, 0),
    "new_threat_to_kill": (1, 2, 5, 30, 0),
    "strangulation_incident": (1, 2, 6, 90, 0),
    "perp_job_loss_or_suicidality": (0.5, 1, 3, 60, 0),
    "survivor_new_partner_known": (2, 1, 3, 60, 0),
    "weapon_acquired": (0, 0.5, 4, 180, 0),
}
OURS = {"harassment_incident", "agency_disclosure", "other_person_contacted"}
STATES = {
    "perp_in_custody": (0.4, 0.03, 0.03),
    "cohabiting": (0.5, 1.5, 1.0),
    "survivor_in_undisclosed_shelter": (0.5, 0.3, 0.3),
    "permanent_order_in_force": (1.0, 0.5, 0.8),
    "temporary_order_only": (1.5, 1.0, 1.0),
    "gps_bilateral": (0.4, 0.7, 0.8),
    "advocate_engaged": (
        0.95,
        0.925,
        0.925,
    ),  # 0.9, 0.85, 0.85 halfway to no effect: people chose it themselves
    "firearm_relinquished": (1.0, 1.0, 0.85),
    "perp_unemployed_and_arrested": (1.0, 1.4, 1.2),
}
# The evidence's letters: found, derived, unchecked, assumed; a mixed one has a stroke.
TAGS = {
    "baseline.contact": "F", "baseline.physical": "D/P", "baseline.severe": "F/P",
    "event.physical_incident": "D", "event.police_report_by_survivor": "F*/P", "event.arrest": "F",
    "event.release_from_custody": "F/P", "event.order_issued": "F/P", "event.order_served": "P",
    "event.separation": "F/M/P", "event.announced_intent_to_leave": "P", "event.court_date": "P",
    "event.custody_or_child_contact_handover": "P", "event.case_dismissed_or_acquittal": "P",
    "event.order_violation": "F/P", "event.new_threat_to_kill": "M/P", "event.strangulation_incident": "M/P",
    "event.perp_job_loss_or_suicidality": "P", "event.survivor_new_partner_known": "M/P",
    "event.weapon_acquired": "M/P", "event.harassment_incident": "P", "event.agency_disclosure": "P",
    "event.other_person_contacted": "P", "state.perp_in_custody": "P", "state.cohabiting": "F/P",
    "state.survivor_in_undisclosed_shelter": "P", "state.permanent_order_in_force": "F",
    "state.temporary_order_only": "M/P", "state.gps_bilateral": "F/P", "state.advocate_engaged": "F",
    "state.firearm_relinquished": "F", "state.perp_unemployed_and_arrested": "F/P", "repeat": "F/P",
    "caps": "P", "shift": "P", "bands": "P", "proposes": "P", "spread": "P",
}  # fmt: skip
# A share of people who were harmed, in whatever words. How often something was relative to another thing is none.
SHARE = re.compile(r"%|per ?cent|\b(in|of|out of) (a |one )?hundred\b|\b(in|of) 100\b|\b0\.\d+ in \d")
# What a day ahead is expected to do before it comes.
BOTH_SIDES = {
    "court_date", "separation", "release_from_custody", "custody_or_child_contact_handover",
    "announced_intent_to_leave",
}  # fmt: skip


def shown() -> list[str]:
    """What a page shows of the numbers: names, what a band says, notes, and the sources of notes."""
    said = [text for word in PUBLISHED.words.values() for text in (word.label, word.tag_note, word.says)]
    said += [text for note in PUBLISHED.notes for text in (note.text, PUBLISHED.sources[note.source])]
    return [PUBLISHED.title, *filter(None, said)]


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    data = yaml.safe_load(files.raw(PATH))
    change(data)
    return yaml.safe_dump(data).encode()


@pytest.mark.parametrize("kind", TABLE)
def test_every_happening_has_the_numbers_of_the_evidence(kind: str) -> None:
    found = NUMBERS.events[kind]
    assert (*(found.A[process] for process in Process), found.tau, found.tau_before) == TABLE[kind]


def test_what_the_evidence_does_not_have_is_plainly_assumed() -> None:
    assert set(NUMBERS.events) == set(TABLE) | OURS
    assert {NUMBERS.tags[f"event.{kind}"] for kind in OURS} == {"P"}


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_the_numbers_of_the_evidence(state: str) -> None:
    found = NUMBERS.states[state].R
    assert tuple(found[process] for process in Process) == pytest.approx(STATES[state])
    assert set(NUMBERS.states) == set(STATES)


def test_base_rates_caps_repeats_and_lasting_factors_are_those_of_the_evidence() -> None:
    base = {p.value: (b.p_180d, b.lo, b.hi) for p, b in NUMBERS.baseline.items()}
    assert base == {
        "contact": (0.30, 0.17, 0.66),
        "physical": (0.10, 0.05, 0.27),
        "severe": (0.02, 0.005, 0.11),
    }
    assert {p.value: cap for p, cap in NUMBERS.caps.items()} == {"contact": 15, "physical": 15, "severe": 25}
    assert (NUMBERS.repeat.R, NUMBERS.repeat.cap, NUMBERS.repeat.days) == (1.25, 3.0, 365)
    assert NUMBERS.events["arrest"].long_run == {Process.PHYSICAL: 0.71, Process.CONTACT: 1.06}
    assert NUMBERS.events["police_report_by_survivor"].long_run == {Process.PHYSICAL: 0.53}
    assert NUMBERS.events["order_issued"].most == {Process.SEVERE: 10}
    assert NUMBERS.horizons == (24, 72, 168, 720, 2160)
    assert 0.3 <= NUMBERS.shrink <= 0.5


def test_the_forecast_alone_proposes_the_highest_level_for_nobody() -> None:
    proposed = {level for line in NUMBERS.level_of_band.values() for level in line.values()}
    assert max(proposed) is Level.HIGH


def test_every_number_has_a_tag_and_a_source_and_what_is_assumed_is_drawn_wide() -> None:
    for code, word in PUBLISHED.words.items():
        if not code.startswith(("band.", "line.")):
            assert word.tag, code
            assert word.source in PUBLISHED.sources, code
    for kind in (*NUMBERS.events.values(), *NUMBERS.states.values()):
        assert kind.sd >= 0.5 or "P" not in kind.tag.split("/")


def test_no_number_that_raises_is_below_nothing() -> None:
    assert all(size >= 0 for kind in NUMBERS.events.values() for size in kind.A.values())


def test_what_must_be_said_stands_beside_what_it_is_about() -> None:
    def said(*codes: str) -> str:
        return " ".join(note.text for note in PUBLISHED.notes_about(codes))

    assert "12 to 18" in said("event.physical_incident")
    assert "five of them within two days" in said("event.order_issued")
    assert "single site" in said("event.arrest")
    assert "0.71" in said("event.arrest")
    assert "1.64" in said("event.arrest")
    assert "not found to bring retaliation" in said("event.police_report_by_survivor")
    assert "never multiplied" in PUBLISHED.words["line.if_holds"].says
    assert "how wrong the model" in said("bands")
    assert "more slowly than for all" in said("event.physical_incident")
    assert "stop reporting" in said("bands")
    assert "never for the level" in said("state.advocate_engaged")
    assert said("event.separation") == ""


def test_words_about_the_police_lead_neither_to_them_nor_away() -> None:
    for code in ("event.arrest", "event.police_report_by_survivor"):
        texts = [note.text for note in PUBLISHED.notes_about((code,))]
        assert any("for or against" in text and "survivor's choice" in text for text in texts)
    leading = re.compile(r"\b(should|ought|must|recommend\w*|advis\w*|better to|please)\b", re.IGNORECASE)
    assert [text for text in PUBLISHED.texts() if leading.search(text)] == []


def test_every_number_has_the_letter_of_the_evidence() -> None:
    assert dict(NUMBERS.tags) == TAGS


def test_what_is_called_found_is_not_unchecked_and_what_is_unchecked_says_so() -> None:
    for code, word in PUBLISHED.words.items():
        if "M" in word.tag.split("/"):
            assert "unchecked" in word.tag_note, code
        if word.tag.count("/"):
            assert word.tag_note or code == "repeat", code


def test_days_ahead_count_from_both_sides() -> None:
    assert {name for name, kind in NUMBERS.events.items() if kind.tau_before} == BOTH_SIDES


def test_no_text_blames_or_names_a_gender() -> None:
    assert [fault for text in PUBLISHED.texts() for fault in unsaid(text)] == []


def test_nothing_that_a_page_shows_gives_a_share_of_people() -> None:
    assert [text for text in shown() if SHARE.search(text)] == []
    for share in ("0.074 in 183 days", "28.2 in 100 by police records", "one of a hundred", "11 %"):
        assert SHARE.search(share), share


def test_the_lowest_band_is_called_what_it_holds() -> None:
    """It reaches to half as much again as the base: a name that says it is not above it would be untrue."""
    lowest, next_one = NUMBERS.bands[:2]
    assert lowest.at_least < 1 < next_one.at_least
    assert PUBLISHED.words[f"band.{lowest.id}"].label == "About the base"


def test_the_newest_version_is_handed_out_and_an_unknown_one_is_not() -> None:
    assert versions()[-1] == NUMBERS.version
    assert parameters("retaliation", "1").parameters.digest == files.digest(PATH)
    for name, version in (("retaliation", "99"), ("weather", "")):
        with pytest.raises(LibraryError, match="no such version"):
            parameters(name, version)


def test_a_file_from_elsewhere_is_read_the_same() -> None:
    found = from_bytes(files.raw(PATH), "elsewhere.yaml")
    assert found.parameters == NUMBERS


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "an event below nothing": (lambda d: d["events"][0]["A"].update(severe=-1), "minimum"),
    "a tau of nothing": (lambda d: d["events"][0].update(tau=0), "minimum"),
    "a process left out": (lambda d: d["states"][0]["R"].pop("contact"), "required"),
    "an event twice": (lambda d: d["events"].append(d["events"][0]), "twice"),
    "an unknown source": (lambda d: d["repeat"].update(source="hearsay"), "source"),
    "a tag of its own": (lambda d: d["repeat"].update(tag="X"), "does not match"),
    "a note about nothing": (lambda d: d["notes"][0].update(about=["event.nothing"]), "not there"),
    "bands that do not begin at 0": (lambda d: d["bands"]["list"][0].update(at_least=1), "begin at 0"),
    "bands that fall": (lambda d: d["bands"]["list"][2].update(at_least=99), "rise"),
    "an unknown band": (lambda d: d["proposes"]["levels"].update(severe={"huge": "high"}), "band"),
    "an unknown horizon for the level": (lambda d: d["proposes"].update(horizon_hours=99), "horizons"),
    "horizons that fall": (lambda d: d["horizons_hours"].reverse(), "horizons"),
    "a base outside its range": (lambda d: d["baseline"]["severe"].update(p_180d=0.5), "range"),
    "a factor outside its range": (lambda d: d["states"][5]["R"].update(contact=0.2), "range"),
    "a range of nothing": (lambda d: d["states"][1].update(range={"severe": [2, 3]}), "range"),
    "a higher level that shifts less": (lambda d: d["shift"]["ratios"]["high"].update(severe=9), "level"),
    "draws less wide than allowed": (lambda d: d["spread"].update(assumed_sd=0.1), "minimum"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_whose_parts_do_not_fit_is_refused(fault: str) -> None:
    change, says = FAULTS[fault]
    with pytest.raises(LibraryError, match=says):
        from_bytes(changed(change), "wrong.yaml")
