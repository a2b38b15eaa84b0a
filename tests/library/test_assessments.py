"""Instruments as files: what the loader hands out, and that it hands out nothing with a fault."""

import json

import pytest
from tests.library.files_for_tests import DANGER, DETECTION, STORIES

from shelterbelt.library import files, shelf
from shelterbelt.library.assessments import assessment, checked, names, texts
from shelterbelt.library.files import LibraryError
from shelterbelt.library.stories import story_faults
from shelterbelt.rules.levels import Level
from shelterbelt.rules.scoring import score
from shelterbelt.rules.sheets import Bin, Danger, Detection, Missing, Option, Rate

SHIPPED = names(only_product=True)


def small(text=DANGER, id="small"):
    return checked(text.encode(), "small.yaml", id, "1")


def test_a_file_becomes_the_shape_that_rules_score():
    found = small()
    assert isinstance(found.instrument, Danger)
    assert not found.detects
    gun, left, apart = found.sheet.questions
    assert gun.options == (Option("yes", 1, True), Option("no", 0))
    assert (left.most, apart.least, apart.excludes) == (4, -3, ("left",))
    armed, both = found.sheet.triggers
    assert (armed.band, armed.does, armed.at_least) == ("high", ("plan",), 1)
    assert (both.at_least, both.unless, both.side) == (2, ("armed",), False)
    assert [(band.id, band.level) for band in found.sheet.bands] == [("low", None), ("high", Level.HIGH)]
    assert (found.sheet.missing, found.sheet.arithmetic) == (Missing.BOUNDS, True)
    (norm,) = found.instrument.norms
    assert norm.bins == (Bin("0", -3, 0), Bin("1+", 1, 5))
    assert (norm.base, norm.rates["0"], norm.n) == (Rate(0.3, 0.2, 0.4), Rate(0.1), 100)


def test_words_limits_and_sources_come_along():
    found = small()
    assert (found.items[0].text, found.items[0].answers["yes"]) == ("Is there a gun", "Yes")
    assert (found.triggers["armed"].says, found.triggers["armed"].tag) == ("A gun raises.", "F")
    assert (found.bands["high"].label, found.bands["high"].tag) == ("More", "P")
    assert (found.accuracy[0].interval, found.accuracy[0].range) == ((0.5, 0.7), None)
    assert found.accuracy_note
    assert found.official_wording
    assert (found.court, found.administered_by, found.added) == ("no", frozenset({"advocate"}), False)
    assert len(found.digest) == 64
    assert {"Is there a gun", "More", "It is no forecast.", "A study of 1990"} <= set(texts(found))


def test_a_detection_is_another_type_and_an_unscored_item_has_no_points():
    found = small(DETECTION, "small_screen")
    assert isinstance(found.instrument, Detection)
    assert found.detects
    assert found.sheet.triggers[0].points == 6
    assert [question.scored for question in found.sheet.questions] == [True, True, False]
    assert found.results["not_positive"] == "It is no sign of safety."
    with pytest.raises(TypeError):
        score(found.instrument, {})


def test_a_file_with_a_fault_is_refused_with_its_line():
    with pytest.raises(LibraryError, match=r"small\.yaml:8: .*A bare no"):
        small(DANGER.replace('court: "no"', "court: no"))
    with pytest.raises(LibraryError, match="another id or version"):
        small(id="large")


@pytest.mark.parametrize(("id", "version"), SHIPPED)
def test_everything_that_is_shipped_reads_and_its_stories_come_out(id, version):
    found = assessment(id, version)
    assert assessment(id, version) is found
    path = f"instruments/{id}/{version}.yaml"
    assert found.digest == files.digest(path)
    assert assessment(id, version, digest=found.digest) is found
    assert story_faults(found, files.raw(path.replace(".yaml", ".examples.yaml"))) == ()


@pytest.mark.parametrize(
    ("id", "version"),
    [("odara", "99"), ("../odara", "1"), ("", "1"), ("nothing", "1"), ("lethality_screen", "1")],
)
def test_what_is_not_there_is_said_to_be_missing(id, version):
    with pytest.raises(LibraryError):
        assessment(id, version)


def test_a_result_of_another_file_is_not_worked_out_with_this_one():
    with pytest.raises(LibraryError, match="of that digest"):
        assessment("odara", "1", digest="0" * 64)


def test_both_formats_of_instruments_are_told_apart():
    screens = set(shelf.names_of("instruments"))
    assert screens == {"lethality_screen/1"}
    assert not screens & {f"{id}/{version}" for id, version in SHIPPED}
    assert files.format_of("instruments/odara/1.yaml") == "assessment"
    assert files.format_of("instruments/lethality_screen/1.yaml") == ""


def test_who_may_be_named_as_asking_are_roles_that_there_are():
    from shelterbelt.access.policy import BESIDE, PROGRAM, ROLES

    schema = json.loads(files.raw("schemas/assessment.json"))
    named = schema["properties"]["administered_by"]["items"]["enum"]
    assert set(named) == set(ROLES) - set(BESIDE) - {PROGRAM}


def test_the_shipped_rule_of_the_screen_is_the_one_that_was_tried_on_every_sheet_of_answers():
    """tests/rules tries all 3^11; here only that the file says the same rule about the same questions."""
    rule = shelf.instrument("lethality_screen", "1").rule
    sheet = assessment("lap", "1").sheet
    assert tuple(question.id for question in sheet.questions)[:11] == rule.items
    told = {trigger.id: trigger for trigger in sheet.triggers if not trigger.side}
    any_of, count, concern = told.values()
    assert (any_of.of, any_of.at_least, any_of.unless) == (rule.any_of, 1, ())
    assert (count.of, count.at_least, count.unless) == (rule.count_of, rule.count_at_least, (any_of.id,))
    assert set(concern.of) == {question.id for question in sheet.questions[11:]}
    assert (concern.at_least, concern.each, concern.points) == (1, (), None)
    (medical,) = (trigger for trigger in sheet.triggers if trigger.side)
    assert (medical.of, medical.does) == (rule.medical, ("medical_evaluation",))
    assert all(option.yes is (option.code == "yes") for one in sheet.questions for option in one.options)


# Stories


def test_stories_that_come_out_have_no_faults():
    assert story_faults(small(), STORIES.encode()) == ()


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("score: 1", "score: 2", 5, '"A gun and nothing else.": score is 1, and the story says 2.'),
        ("band: high", "band: low", 5, "band is high, and the story says low."),
        ("level: high", "level: null", 5, "level is high, and the story says nothing."),
        ('{old: "1+"}', "{old: null}", 5, "norms is {'old': '1+'}, and the story says {'old': None}."),
        ("triggers: [armed]", "triggers: []", 5, "triggers is ['armed'], and the story says []."),
        ("score: 1", "positive: true", 5, 'a result of this kind has no "positive".'),
        ("lowest: 1", "lowest: 4", 9, "lowest is 1, and the story says 4."),
        ('gun: "yes"', 'guns: "yes"', 5, "not a question of small: guns."),
        ('left: "yes"', 'left: "maybe"', 9, "not an answer to left: maybe."),
        ("judged: high", "judged: top", 9, "not a band of small: top."),
        ("instrument: small", "instrument: large", 2, "These stories are about another instrument or version."),
        ('gun: "yes"', "gun: yes", 6, "A bare yes"),
        ("score: 1", "scores: 1", 8, 'no key "scores" here. Do you mean "score"?'),
        (STORIES, "", 1, "The file is empty."),
        (STORIES, "a: [", 1, "This is not YAML"),
    ],
)  # fmt: skip
def test_a_story_that_does_not_come_out_is_told_on_its_line(before, after, line, says):
    assert STORIES.count(before) >= 1
    found = story_faults(small(), STORIES.replace(before, after, 1).encode())
    assert any(fault.line == line and says in fault.says for fault in found), found


def test_a_story_of_a_detection_says_whether_it_is_positive():
    stories = (
        'format: assessment_examples\ninstrument: small_screen\nversion: "1"\nexamples:\n'
        "  - {story: Hurt, answers: {hurt: often, insult: never}, result: {positive: false, does: []}}\n"
    )
    found = story_faults(small(DETECTION, "small_screen"), stories.encode())
    assert [fault.says for fault in found] == [
        '"Hurt": positive is true, and the story says false.',
        "\"Hurt\": does is ['doctor'], and the story says [].",
    ]
