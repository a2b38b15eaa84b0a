"""The shipped instruments: their stories come true, their numbers are tagged, and they say what they are not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.house.source import ROOT, words_of
from tests.house.test_words import unsaid
from tests.library.test_shelf import NEVER_ASKED

from shelterbelt.library import files, shelf
from shelterbelt.library.assessments import assessment, texts
from shelterbelt.library.faults import faults_of
from shelterbelt.library.stories import result_of
from shelterbelt.rules.scoring import Detected, Scored, detect, score
from shelterbelt.rules.sheets import Danger
from shelterbelt.rules.soundness import problems_of

DETECTIONS = ("hark", "hits", "lap", "lap2")
DANGERS = (
    "da5", "dale", "danger_assessment", "dara_pilot", "dash", "lethality_factors", "maram", "odara",
)  # fmt: skip
SHIPPED = (*DETECTIONS, *DANGERS)
JUDGED = ("dara_pilot", "lethality_factors", "maram")
NEVER_A_COURT = ("lap", "lap2", "danger_assessment", "da5", "dale", "hark", "hits")
# Read together with the rest, so a number in them is tagged by the file's own `tags`.
BY_SECTION = {"answers": "points", "items": "points", "bands": "bands"}


def data_of(id: str) -> dict[str, Any]:
    return files.read(f"instruments/{id}/1.yaml", "assessment")


def stories_of(id: str) -> list[dict[str, Any]]:
    data = files.read(f"instruments/{id}/1.examples.yaml", "assessment_examples")
    assert (data["instrument"], data["version"]) == (id, "1")
    stories: list[dict[str, Any]] = data["examples"]
    return stories


def told(id: str, story: dict[str, Any]) -> Scored | Detected:
    """What the rules make of a story's answers."""
    return result_of(assessment(id, "1"), story)


def as_told(result: Scored | Detected, name: str) -> Any:
    """One part of a result in the words of a story."""
    found = getattr(result, name)
    if name == "level":
        return found and found.word
    if name == "norms":
        return {line.norm: line.bin for line in found}
    if name == "contradictions":
        return [list(pair) for pair in found]
    return list(found) if isinstance(found, tuple) else found


ALL_STORIES = [(id, story) for id in SHIPPED for story in stories_of(id)]


@pytest.mark.parametrize(
    ("id", "story"), ALL_STORIES, ids=[f"{id}: {story['story']}" for id, story in ALL_STORIES]
)
def test_every_story_comes_true(id: str, story: dict[str, Any]) -> None:
    result = told(id, story)
    assert {name: as_told(result, name) for name in story["result"]} == story["result"]


@pytest.mark.parametrize("id", SHIPPED)
def test_the_stories_tell_what_is_missing_and_what_a_judgement_does(id: str) -> None:
    stories = stories_of(id)
    assert len(stories) >= 4
    assert len({story["story"] for story in stories}) == len(stories)
    results = [told(id, story) for story in stories]
    assert any(result.unanswered and not result.no_answers for result in results)
    assert any(result.no_answers for result in results)
    if id in DANGERS and assessment(id, "1").override_allowed:
        judged = [
            result for story, result in zip(stories, results, strict=True) if story.get("judged")
            and isinstance(result, Scored)
        ]  # fmt: skip
        assert any(result.raised_to for result in judged)
    if not assessment(id, "1").override_allowed:
        assert not any("judged" in story for story in stories)


@pytest.mark.parametrize("id", SHIPPED)
def test_nothing_answered_is_never_the_lowest_band(id: str) -> None:
    found = assessment(id, "1").instrument
    if isinstance(found, Danger):
        result = score(found, {})
        assert (result.score, result.band, result.level) == (None, None, None)
    else:
        assert detect(found, {}).could_be_positive


@pytest.mark.parametrize("id", SHIPPED)
def test_every_file_is_without_fault(id: str) -> None:
    assert faults_of(files.raw(f"instruments/{id}/1.yaml")) == ()
    assert problems_of(assessment(id, "1").instrument) == ()


def test_what_detects_and_what_finds_danger_are_kept_apart() -> None:
    for id in DETECTIONS:
        assert assessment(id, "1").detects
        assert "bands" not in data_of(id)
    for id in DANGERS:
        assert not assessment(id, "1").detects


@pytest.mark.parametrize("id", DANGERS)
def test_no_band_means_low_and_the_lowest_means_nothing(id: str) -> None:
    bands = data_of(id)["bands"]
    levels = [band["level"] for band in bands]
    assert levels[0] is None
    assert "low" not in levels
    assert all(band["level_tag"] == "P" for band in bands)
    order = [None, "medium", "high", "extreme"]
    assert levels == sorted(levels, key=order.index)
    if data_of(id).get("arithmetic", True):
        sheet = assessment(id, "1").sheet
        assert bands[0]["lo"] == sum(question.least for question in sheet.questions)
        assert bands[-1]["hi"] == sum(question.most for question in sheet.questions)
        assert [band["lo"] for band in bands[1:]] == [band["hi"] + 1 for band in bands[:-1]]
    else:
        assert not any("lo" in band or "hi" in band for band in bands)


def test_judgement_instruments_have_nothing_to_add_up() -> None:
    for id in JUDGED:
        data = data_of(id)
        assert data["arithmetic"] is False
        assert {one["points"] for answers in data["answers"].values() for one in answers.values()} == {0}
        assert not data["norms"]
        assert all(
            study.get("value") is None or study["measure"] == "agreement" for study in data["accuracy"]
        )


# Provenance


def untagged(thing: Any, tags: dict[str, str], place: str = "", *, tagged: bool = False) -> Iterator[str]:
    """Where a number stands that no tag speaks of."""
    if isinstance(thing, dict):
        here = tagged or "tag" in thing or "level_tag" in thing
        for key, value in thing.items():
            section = BY_SECTION.get(key, "") if not place else ""
            yield from untagged(value, tags, f"{place}/{key}", tagged=here or section in tags)
    elif isinstance(thing, list):
        for at, value in enumerate(thing):
            yield from untagged(value, tags, f"{place}/{at}", tagged=tagged)
    elif isinstance(thing, int | float) and not isinstance(thing, bool) and not tagged:
        yield place


@pytest.mark.parametrize("id", SHIPPED)
def test_every_number_carries_a_tag(id: str) -> None:
    data = data_of(id)
    assert list(untagged(data, data["tags"])) == []
    for line in data.get("triggers", ()):
        assert line["tag"], line["id"]
        assert line["source"] in data["sources"]
    if any(item.get("high") for item in data["items"]):
        assert data["tags"]["high"] == "M"
    for norm in data.get("norms", ()):
        assert norm["tag"]
        assert norm["base"] is None or norm["base"]["tag"]
    for line in (*data["accuracy"], *data.get("norms", ()), *data.get("drift", ())):
        assert line["source"] in data["sources"]


def test_the_check_of_tags_sees_a_number_without_one() -> None:
    data = data_of("odara")
    del data["missing"]["tag"]
    assert list(untagged(data, data["tags"])) == ["/missing/most"]
    del data["tags"]["points"]
    assert len(list(untagged(data, data["tags"]))) > 2


def test_a_source_nobody_uses_is_not_listed() -> None:
    for id in SHIPPED:
        data = data_of(id)
        lines = (*data["items"], *data.get("triggers", ()), *data["accuracy"], data["missing"])
        lines += (*data.get("norms", ()), *data.get("drift", ()))
        used = {line.get("source") for line in lines}
        assert set(data["sources"]) - used <= {"items", "factors"}, id


def test_a_rate_without_an_interval_says_that_none_is_published() -> None:
    seen = 0
    for id in SHIPPED:
        for norm in data_of(id).get("norms", ()):
            if any(one["interval"] is None for one in norm["bins"]):
                seen += 1
                assert "not published" in norm["note"]
            assert norm["base"] is None or norm["base"]["interval"] is not None
    assert seen == 2


def test_what_is_from_memory_says_that_it_is_unchecked() -> None:
    words = re.compile(r"uncheck|have? to be checked|not checked|still has to be checked|general knowledge")
    for id in SHIPPED:
        data = data_of(id)
        facts = {name: tag for name, tag in data["tags"].items() if tag == "M"}
        if facts or any(line["tag"] == "M" for line in (*data["accuracy"], *data.get("norms", ()))):
            said = " ".join((*data["limits"], *data["careful"], *(one["sample"] for one in data["accuracy"])))
            assert words.search(said), id


# Words


@pytest.mark.parametrize("id", SHIPPED)
def test_no_text_blames_names_a_gender_or_gives_a_percentage(id: str) -> None:
    said = list(texts(assessment(id, "1")))
    assert len(said) > 20
    assert [fault for text in said for fault in unsaid(text)] == []
    assert [text for text in said if re.search(r"%|per ?cent|\bin 100\b|out of (a )?hundred", text)] == []


@pytest.mark.parametrize("id", SHIPPED)
def test_no_question_asks_what_must_not_be_asked(id: str) -> None:
    for item in assessment(id, "1").items:
        assert not NEVER_ASKED.search(f"{item.text} {item.help}"), item.id
        if re.search(r"drink|drug|alcohol", item.text):
            assert item.about == "perpetrator", item.id


@pytest.mark.parametrize("id", SHIPPED)
def test_every_question_is_one_and_is_short(id: str) -> None:
    found = assessment(id, "1")
    for item in found.items:
        assert item.text.endswith("?"), item.id
        assert item.text.count("?") == 1
        assert len(item.text) <= 140, item.id
    assert len({item.text for item in found.items}) == len(found.items)


def second_person(text: str) -> str:
    """The same question, asked of the survivor instead of the worker."""
    for told, asked in (("the survivor's", "your"), ("the survivor", "you")):
        text = text.replace(told, asked)
    return text


def test_one_construct_means_the_same_wherever_it_is_asked() -> None:
    meant: dict[str, tuple[str, str]] = {}
    shared = 0
    for id in SHIPPED:
        data = data_of(id)
        for item in data["items"]:
            means = (second_person(item["text"]), item["time_frame"])
            shared += item["id"] in meant
            assert meant.setdefault(item["id"], means) == means, f"{id}: {item['id']}"
            yes = [one.get("means_yes", False) for one in data["answers"][item["answers"]].values()]
            assert any(yes)
            assert not all(yes)
    for asked in shelf.instrument("lethality_screen", "1").items:
        assert meant[asked.id][0] == asked.text
    assert shared > 20


def test_the_check_of_constructs_sees_another_voice_and_not_another_meaning() -> None:
    assert (
        second_person("Did they hit the survivor in the survivor's home?") == "Did they hit you in your home?"
    )
    assert second_person("Do they own a gun?") != second_person("Did they own a gun?")


# What they are for and what they are not


@pytest.mark.parametrize("id", SHIPPED)
def test_it_says_for_whom_it_was_never_validated(id: str) -> None:
    said = " ".join(data_of(id)["limits"]).lower()
    assert re.search(r"not validated|no norms exist|no study was found", said)
    if id not in ("maram", "odara"):
        assert "men" in said
        assert "one gender" in said
    assert len(data_of(id)["careful"]) >= 2


@pytest.mark.parametrize("id", SHIPPED)
def test_official_wording_is_never_ours_and_accuracy_never_of_our_words(id: str) -> None:
    data = data_of(id)
    licence = " ".join(data["licence"].split())
    if data["ship"] == "scoring_only":
        assert "official wording from a pack" in licence
        assert "not in this file" in licence
        assert data["official_wording"]
    assert re.search(r"this project's own", licence)
    note = data["accuracy_note"]
    if data["accuracy"]:
        assert "measured on the official wording, not on ours" in " ".join(note.split())
    else:
        assert note.startswith("No ")


def test_what_was_made_for_help_never_goes_to_a_court() -> None:
    for id in NEVER_A_COURT:
        assert data_of(id)["court"] == "no"
    for id in ("lap", "lap2"):
        assert "bail" in data_of(id)["court_note"]
    assert {id for id in SHIPPED if data_of(id)["court"] != "no"} == {"odara"}
    assert all(data_of(id)["court_note"] for id in SHIPPED)


def test_a_yes_about_the_neck_always_leads_to_a_medical_evaluation() -> None:
    neck = {"strangulation_attempt", "strangled_multiple_times", "strangulation", "often_presses_neck"}
    seen = 0
    for id in SHIPPED:
        found = assessment(id, "1")
        for question in found.sheet.questions:
            if question.id in neck:
                seen += 1
                for option in question.options:
                    result = told(id, {"answers": {question.id: option.code}})
                    assert ("medical_evaluation" in result.does) is option.yes, id
    assert seen == 9


def test_a_survivors_own_thoughts_of_dying_add_nothing_to_be_held_against_them() -> None:
    found = assessment("danger_assessment", "1").sheet
    (last,) = [one for one in found.questions if one.id == "victim_suicide_threat_or_attempt"]
    assert not last.scored
    for id, question in (
        ("danger_assessment", "victim_suicide_threat_or_attempt"),
        ("dash", "survivor_low_or_thinks_of_dying"),
    ):
        assert "suicide_safety" in told(id, {"answers": {question: "yes"}}).does


def test_what_grows_with_policing_is_marked() -> None:
    marked = {
        id: [item.number for item in assessment(id, "1").items if item.policing_exposure] for id in SHIPPED
    }
    assert marked["odara"] == ["1", "2", "3", "4"]
    assert marked["dash"] == ["23", "24", "M2"]
    assert marked["danger_assessment"] == ["7"]
    assert len(marked["maram"]) == 2
    assert marked["dale"] == marked["lap"] == marked["hark"] == []


# The published facts


def test_the_weights_of_the_danger_assessment_are_the_published_ones() -> None:
    found = assessment("danger_assessment", "1")
    points = {item.number: question.most if question.most else question.least
              for item, question in zip(found.items, found.sheet.questions, strict=True)}  # fmt: skip
    extra = {"2": 4, "3": 3, "4": 3, "5": 2, "6": 2, "7": 2, "8": 1, "9": 1}
    assert points == {str(n): 1 + extra.get(str(n), 0) for n in range(1, 20)} | {"3a": -3, "20": 0}
    assert [(band.lo, band.hi) for band in found.sheet.bands] == [(-3, 7), (8, 13), (14, 17), (18, 37)]


def test_odara_holds_both_norms_and_the_drift() -> None:
    found = assessment("odara", "1")
    assert isinstance(found.instrument, Danger)
    bins = ["0", "1", "2", "3", "4", "5-6", "7-13"]
    rates = {norm.id: [norm.rates[bin].rate for bin in bins] for norm in found.instrument.norms}
    assert rates == {
        "hilton2004_construction": [0.05, 0.10, 0.20, 0.27, 0.41, 0.59, 0.70],
        "hilton2010_pooled": [0.07, 0.17, 0.22, 0.34, 0.39, 0.53, 0.74],
    }
    (drift,) = found.drift
    assert (drift.n, drift.mean, drift.median, drift.published_mean, drift.published_median) == (
        884,
        5.5,
        5,
        2.9,
        3,
    )
    assert found.sheet.most_missing == 5


def test_lap_and_its_later_version_differ_only_in_what_the_neck_does() -> None:
    first, second = assessment("lap", "1").sheet, assessment("lap2", "1").sheet
    assert first.questions == second.questions
    for id in (question.id for question in first.questions):
        one, two = told("lap", {"answers": {id: "yes"}}), told("lap2", {"answers": {id: "yes"}})
        assert isinstance(one, Detected)
        assert isinstance(two, Detected)
        assert one.does == two.does or id == "strangulation_attempt"
        assert one.positive == two.positive or id == "strangulation_attempt"


def test_the_open_set_has_sixteen_factors_of_which_twelve_are_marked() -> None:
    found = assessment("lethality_factors", "1")
    assert len(found.items) == 16
    (several,) = [trigger for trigger in found.sheet.triggers if trigger.id == "several_high"]
    assert several.of == tuple(item.id for item in found.items if item.high)
    assert len(several.of) == 12
    assert set(several.of) == {item.id for item in found.items if item.high}


def test_what_maram_proposes_is_marked_as_ours() -> None:
    found = assessment("maram", "1")
    serious = tuple(item.id for item in found.items if item.high)
    proposed = [trigger for trigger in found.sheet.triggers if trigger.id.startswith("proposed_")]
    assert [trigger.band for trigger in proposed] == ["elevated", "serious", "immediate"]
    for trigger in proposed:
        assert trigger.of == serious
        assert found.triggers[trigger.id].tag == "P"
        assert "assumption" in found.triggers[trigger.id].says


def test_the_manual_lists_every_instrument() -> None:
    manual = words_of(ROOT / "docs" / "instruments.md")
    court = {"no": "Court: no", "with_owner_permission": "Court: only with the owner's permission"}
    for id in (*SHIPPED, "lethality_screen"):
        assert f"### `{id}`: " in manual
    for id in SHIPPED:
        section = manual.split(f"### `{id}`: ")[1].split("\n##")[0]
        assert court[data_of(id)["court"]] in section, id
        for letter in ("For:", "Who:", "Licence:"):
            assert letter in section or id == "lap2", id
