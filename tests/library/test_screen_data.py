"""The lethality screen as published: its own examples, its own words, and what it says of itself."""

import pytest

from shelterbelt.library import files, shelf
from shelterbelt.rules.screening import Trigger, screen

SCREEN = shelf.instrument("lethality_screen", "1")
EXAMPLES = files.read("instruments/lethality_screen/1.examples.yaml", "examples")["examples"]
CONSTRUCTS = (
    "weapon_used_or_threatened",
    "threatened_kill_victim_or_children",
    "victim_thinks_may_try_to_kill",
    "gun_access",
    "strangulation_attempt",
    "jealous_or_controls",
    "left_or_separated",
    "perp_unemployed",
    "perp_suicide_attempt",
    "child_perp_knows_not_his",
    "follows_spies_threat_messages",
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["story"])
def test_every_story_gives_its_result(example):
    item = {item.number: item.id for item in SCREEN.items}
    answers = {item[number]: "yes" for number in example["yes"]}
    answers |= {item[number]: "no" for number in example.get("no", [])}
    found = screen(
        SCREEN.rule,
        answers,
        survivor_concern=example.get("survivor", False),
        worker_concern=example.get("worker", False),
    )
    result = example["result"]
    assert (found.trigger.value if found.trigger else "none") == result["trigger"]
    assert found.medical is result.get("medical", False)
    for part in ("review", "could_change"):
        assert part not in result or getattr(found, part) is result[part]
    if "variant" in result:
        assert any(reason.code == "screen.variant_alone" for reason in found.because) is result["variant"]


def test_the_eleven_constructs_stand_in_the_published_order():
    assert tuple(item.id for item in SCREEN.items) == CONSTRUCTS
    assert tuple(item.number for item in SCREEN.items) == tuple(range(1, 12))
    assert SCREEN.rule.any_of == CONSTRUCTS[:3]
    assert SCREEN.rule.count_of == CONSTRUCTS[3:]
    assert SCREEN.rule.count_at_least == 4
    assert SCREEN.rule.medical == SCREEN.rule.alone == ("strangulation_attempt",)
    assert not SCREEN.rule.alone_counts


def test_it_begins_with_who_can_overhear():
    assert SCREEN.before[0].code == "overhear"


def test_it_says_what_it_is_not_and_how_accurate_it_is():
    said = " ".join(SCREEN.is_not).lower()
    for word in ("level", "bail", "safe", "forecast"):
        assert word in said
    assert [(study.sens, study.spec, study.tag) for study in SCREEN.accuracy] == [
        ((0.84, 0.93), (0.14, 0.16), "F"),
        ((0.93, 0.93), (0.21, 0.21), "M"),
    ]
    assert "copyright" in SCREEN.licence


def test_it_keeps_what_a_result_must_carry():
    assert (SCREEN.id, SCREEN.version) == ("lethality_screen", "1")
    assert SCREEN.digest == files.digest("instruments/lethality_screen/1.yaml")


def test_no_trigger_is_a_word_for_a_level():
    assert {trigger.value for trigger in Trigger}.isdisjoint(shelf.codes("levels"))
