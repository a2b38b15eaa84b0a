"""A writer of an instrument is told what is wrong, on which line, in words that need no programmer."""

import re

import pytest
from tests.library.files_for_tests import DANGER, DETECTION

from shelterbelt.library.faults import NO_LEVEL, WORDS, faults_of
from shelterbelt.library.lines import MOST_BYTES


def line_with(text, part):
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


def changed(text, before, after):
    assert text.count(before) == 1, before
    return text.replace(before, after)


def told(text):
    return [(fault.line, fault.says) for fault in faults_of(text.encode())]


@pytest.mark.parametrize("text", [DANGER, DETECTION])
def test_a_good_file_has_no_faults(text):
    assert told(text) == []


# What is written instead of what, the line of the fault as a part of it, and words that the fault says.
FORM = [
    (
        DANGER,
        'court: "no"',
        "court: no",
        "court:",
        'A bare no is not the word "no" in YAML but the value false',
    ),
    (
        DANGER,
        '"yes": {label',
        "yes: {label",
        "yes: {",
        'A bare yes is not the word "yes" in YAML but the value true',
    ),
    (DANGER, '"no": {label', "off: {label", "off:", "A bare off"),
    (DANGER, "title: A small one", "title: yes", "title", "A bare yes"),
    (DANGER, 'version: "1"', "version: 1", "version", 'put it in quotes: "1"'),
    (DANGER, 'period: "1990"', "period: 1990-01-01", "period", 'put it in quotes: "1990-01-01"'),
    (DANGER, "purpose: To be tested.", "1: a", "1: a", 'Put the key in quotes: "1"'),
    (DANGER, "purpose: To be tested.", "title: Again", "title: Again", 'The key "title" stands twice.'),
    (DANGER, "purpose: To be tested.", "? [a]\n: b", "? [a]", "A key has to be a word."),
    (DANGER, "licence: ours", "licence: !!python/name:os.system x", "licence", "cannot be read"),
    (DANGER, "licence: ours", "licence: [ours", "answers:", "This is not YAML"),
    (
        DANGER,
        "groups: {first: The first questions}",
        "groups: &g {first: The first}\nunit: *g",
        "unit",
        "a reference with *",
    ),
    (
        DANGER,
        "careful: [It is no forecast.]",
        "carefull: [It is no forecast.]",
        "carefull",
        'no key "carefull" here. Do you mean "careful"',
    ),
    (DANGER, "careful: [It is no forecast.]\n", "", "format", '"careful" is missing.'),
    (DANGER, "kind: danger", "kind: risky", "kind", "has to be danger or detection."),
    (DANGER, "format: assessment", "format: choices", "format", "has to be assessment."),
    (DANGER, "id: small", "id: Small one", "id: Small", "is not a code"),
    (DANGER, 'number: "2a"', 'number: "the 2nd"', "the 2nd", 'such as "3" or "3a"'),
    (DANGER, "title: A small one", 'title: ""', "title", "title: is empty."),
    (DANGER, "title: A small one", "title:", "title", "is empty; it has to be a text"),
    (DANGER, "title: A small one", f"title: {'a' * 801}", "title", "longer than 800 characters"),
    (DANGER, "administered_by: [advocate]", "administered_by: []", "administered_by", "needs at least 1."),
    (
        DANGER,
        "administered_by: [advocate]",
        "administered_by: [friend]",
        "administered_by",
        "has to be officer or",
    ),
    (
        DANGER,
        "administered_by: [advocate]",
        "administered_by: [nurse, nurse]",
        "administered_by",
        "names something twice",
    ),
    (DANGER, "limits: [Never tested with others.]", "limits: Never", "limits", "has to be a list"),
    (
        DANGER,
        '"no": {label: "No", points: 0}',
        '"no": {label: "No", points: none}',
        "points: none",
        "yes_no, no, points: has to be a number",
    ),
    (
        DANGER,
        '"no": {label: "No", points: 0}',
        '"no": {label: "No", points: 1001}',
        "points: 1001",
        "is more than 1000",
    ),
    (
        DANGER,
        '"no": {label: "No", points: 0}',
        'declined: {label: "No", points: 0}',
        "declined",
        "every question may be left unanswered",
    ),
    (
        DANGER,
        '"no": {label: "No", points: 0}',
        '"NO": {label: "No", points: 0}',
        '"NO"',
        "the code of an answer",
    ),
    (
        DANGER,
        "interval: null",
        "interval: [0.1]",
        "interval: [0.1]",
        "norms, old, bins, 0, interval: has to be two numbers from 0 to 1",
    ),
    (
        DANGER,
        "value: 0.6, interval: [0.5, 0.7], ",
        "",
        "measure: auc",
        "one of these is needed: value, interval, range, says",
    ),
    (DANGER, "rate: 0.1, ", "rate: 10, ", "rate: 10", "is more than 1."),
    (DANGER, "  - {id: gun, ", "  - 3\n  - {id: gun, ", "  - 3", "items, 1: has to be a group of keys"),
]


@pytest.mark.parametrize(("text", "before", "after", "on", "says"), FORM, ids=lambda case: str(case)[:40])
def test_a_fault_of_form_is_told_on_its_line(text, before, after, on, says):
    text = changed(text, before, after)
    assert any(line == line_with(text, on) and says in words for line, words in told(text)), told(text)


MEANING = [
    (
        DANGER,
        "id: left, n",
        "id: gun, n",
        'id: gun, number: "2"',
        'items, gun, id: the name "gun" stands twice.',
    ),
    (DANGER, "{id: both, of", "{id: armed, of", "at_least: 2", 'the name "armed" stands twice.'),
    (DANGER, "{id: high, lo", "{id: low, lo", "lo: 1, hi: 5, label", 'the name "low" stands twice.'),
    (DANGER, 'number: "2a"', 'number: "2"', "apart", 'the number "2" stands twice.'),
    (
        DANGER,
        "answers: yes_no, time_frame: ever, group",
        "answers: yes, time_frame: ever, group",
        "gun, number",
        "A bare yes",
    ),
    (
        DANGER,
        "answers: yes_no, time_frame: ever, group",
        "answers: often, time_frame: ever, group",
        "gun, number",
        'no list of answers called "often"',
    ),
    (
        DANGER,
        'points: {"yes": 4}',
        'points: {"often": 4}',
        "left, number",
        '"often" is no answer of the list',
    ),
    (
        DANGER,
        'points: {"yes": 4}',
        'points: {"yes": 4}, scored: false',
        "left, number",
        "scored: false has no points",
    ),
    (DANGER, "group: first", "group: last", "gun, number", 'no group called "last"'),
    (
        DANGER,
        "of: [gun], band",
        "of: [guns], band",
        "of: [guns]",
        'triggers, armed, of, 1: there is no other item called "guns".',
    ),
    (DANGER, "unless: [armed]", "unless: [unarmed]", "unarmed", 'no trigger called "unarmed" stands before'),
    (DANGER, "of: [gun], band: high", "of: [gun], band: top", "band: top", 'no band called "top"'),
    (DANGER, "of: [gun], band: high", "of: [gun], side: true, band: high", "side", "only opens work"),
    (DANGER, "at_least: 2", "at_least: 3", "at_least: 3", "from 1 to the number of items"),
    (DANGER, "at_least: 2", "points: 0", "points: 0,", "also the empty one"),
    (DANGER, "at_least: 2", "points: 6", "points: 6", "no set of answers has these points"),
    (DETECTION, ", means_yes: true", "", "id: injured", "has means_yes: true, so this trigger never"),
    (
        DANGER,
        "of: [gun], band",
        "of: [apart], band",
        "of: [apart]",
        "another answer to it gives more points than the yes",
    ),
    (DANGER, "excludes: [left]", "excludes: [leave]", "leave]", 'no other item called "leave"'),
    (DANGER, 'points: {"yes": -3}', 'points: {"yes": 3}', "apart, n", "the other takes points away"),
    (DANGER, 'points: {"yes": 4}', 'points: {"yes": 4.125}', "left, number", "at most two decimals"),
    (
        DANGER,
        "missing: {rule: bounds}",
        "missing: {rule: bounds, most: 2}",
        "missing",
        "only for the rule prorate",
    ),
    (DANGER, "missing: {rule: bounds}", "missing: {rule: prorate, most: 2}", "missing", "only whole points"),
    (
        DANGER,
        "missing: {rule: bounds}",
        "missing: {rule: prorate, most: 3}",
        "missing",
        "at least one scored item",
    ),
    (
        DANGER,
        "missing: {rule: bounds}",
        "missing: {rule: bounds, source: book}",
        "missing",
        'no source called "book"',
    ),
    (DANGER, "lo: 1, hi: 5, label", "lo: 2, hi: 5, label", "label: More", "no band holds the score 1."),
    (
        DANGER,
        "lo: 1, hi: 5, label",
        "lo: 0, hi: 5, label",
        "label: More",
        "begins before the one above has ended",
    ),
    (DANGER, "lo: 1, hi: 5, label", "lo: 5, hi: 1, label", "label: More", "ends before it begins"),
    (DANGER, "lo: 1, hi: 5, label", "hi: 5, label", "label: More", '"lo" is missing'),
    (
        DANGER,
        "says: Go on.}",
        "says: Go on.}\n  - {id: mid, lo: 6, hi: 7, label: Mid, says: Well.}",
        "label: Mid",
        "no set of answers has a score in here",
    ),
    (
        DANGER,
        "label: Some, says",
        "label: Some, level: extreme, level_tag: P, says",
        "label: More",
        "lower than that of a lower band",
    ),
    (DANGER, "level: high, level_tag: P", "level: high", "label: More", "say with level_tag"),
    (DANGER, "hi: 0, rate", "hi: 1, rate", '"1+"', "begins before the one above"),
    (DANGER, "hi: 5, rate", "hi: 0, rate", '"1+"', "ends before it begins"),
    (
        DANGER,
        '      - {id: "0"',
        '      - {id: "z", lo: -9, hi: -7, rate: 0.1, interval: null}\n      - {id: "0"',
        '"z"',
        "no set of answers has a score in here",
    ),
    (DANGER, 'id: "1+"', 'id: "0"', "lo: 1, hi: 5, rate", 'the name "0" stands twice'),
    (
        DANGER,
        "interval: [0.3, 0.5]",
        "interval: [0.1, 0.3]",
        "interval: [0.1, 0.3]",
        "the rate does not lie in its interval",
    ),
    (
        DANGER,
        "rate: 0.3, interval: [0.2, 0.4]",
        "rate: 0.1, interval: [0.2, 0.4]",
        "base",
        "the rate does not lie in its interval",
    ),
    (
        DANGER,
        "    source: study",
        "    source: book",
        "source: book",
        'norms, old, source: there is no source called "book"',
    ),
    (
        DANGER,
        "outcome: new violence, source: study",
        "outcome: new violence, source: book",
        "auc",
        'no source called "book"',
    ),
    (DANGER, "source: study, tag: F}", "source: book, tag: F}", "armed, of", 'no source called "book"'),
    (DANGER, "does: [plan]", "does: [call]", "does: [call]", '"work" has no words for "call"'),
    (DANGER, "official_wording: Ask the owner.\n", "", "ship", 'say in "official_wording"'),
    (
        DANGER,
        "accuracy_note: Measured on the official wording, not on ours.\n",
        "",
        "accuracy:",
        'say in "accuracy_note"',
    ),
    (DANGER, 'court: "no"', "court: with_owner_permission", "court", "whose permission"),
    (DANGER, "interval: [0.5, 0.7]", "interval: [0.7, 0.5]", "auc", "the lower number has to stand first"),
    (
        DANGER,
        "work: {plan: Make a plan}",
        "work: {plan: Make a plan}\nresults: {positive: a, not_positive: b, could_be_positive: c, no_answers: d}",
        "results",
        "only a detection has results",
    ),
    (
        DANGER,
        "missing: {rule: bounds}",
        "missing: {rule: bounds}\narithmetic: false",
        "label: Some",
        "nothing is summed, so a band has no lo and hi",
    ),
    (
        DETECTION,
        "missing: {rule: not_yes}",
        "missing: {rule: not_yes}\nbands: [{id: high, label: High, level: high, says: Act.}]",
        "bands",
        NO_LEVEL.format("bands"),
    ),
    (
        DETECTION,
        "missing: {rule: not_yes}",
        "missing: {rule: not_yes}\noverride: {allowed: true, note: up}",
        "override",
        NO_LEVEL.format("override"),
    ),
    (DETECTION, "points: 6,", "points: 6, band: high,", "band: high", NO_LEVEL.format("band")),
    (DETECTION, "points: 6,", "side: true,", "triggers:", "nothing makes this detection positive"),
]


@pytest.mark.parametrize(("text", "before", "after", "on", "says"), MEANING, ids=lambda case: str(case)[:40])
def test_a_fault_of_meaning_is_told_on_its_line(text, before, after, on, says):
    text = changed(text, before, after)
    assert any(line == line_with(text, on) and says in words for line, words in told(text)), told(text)


def without(text, *parts):
    """The text less whole blocks that begin at the margin with one of these words."""
    lines, keep = [], True
    for line in text.splitlines():
        if not line.startswith((" ", "-")):
            keep = not line.startswith(parts)
        if keep:
            lines.append(line)
    return "\n".join(lines) + "\n"


RARE = [
    (without(DANGER, "bands", "triggers"), "an instrument of danger needs bands."),
    (without(DETECTION, "results"), '"results" is missing'),
    (
        changed(without(DANGER, "triggers"), "points: 1, means", "points: 0, means")
        .replace(': {"yes": 4}', ': {"yes": 0}')
        .replace(', points: {"yes": -3}, excludes: [left]', ""),
        "no item makes a difference",
    ),
    (
        without(DANGER, "bands", "norms", "missing")
        + "arithmetic: false\nmissing: {rule: prorate}\nbands: [{id: high, label: H, says: A.}]\n",
        "there is nothing to prorate",
    ),
    (
        without(DANGER, "bands") + "arithmetic: false\nbands: [{id: high, label: H, says: A.}]\n",
        "there is no score for a norm",
    ),
    (
        DANGER.replace(
            "  - id: old", DANGER[DANGER.index("  - id: old") : DANGER.index("accuracy:")] + "  - id: old"
        ),
        'the name "old" stands twice',
    ),
    ("", "The file is empty."),
    ("# nothing\n", "The file is empty."),
    ("- a\n", "has to be a group of keys"),
    ("a: \x00", "not text in UTF-8"),
    ("[" * 400, "nested too deeply"),
    ("a" * (MOST_BYTES + 1), "larger than a million bytes"),
]


@pytest.mark.parametrize(("text", "says"), RARE, ids=lambda case: str(case)[-40:])
def test_a_fault_of_the_whole_is_told(text, says):
    assert any(says in words for _line, words in told(text)), told(text)


def test_bytes_that_are_no_text_are_told():
    assert [fault.says for fault in faults_of(b"a: \xff")] == [
        "This is not text in UTF-8, or holds characters that YAML refuses."
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    text = changed(changed(DANGER, "group: first", "group: last"), "does: [plan]", "does: [call]")
    found = told(text)
    assert [line for line, _words in found] == sorted(line_with(text, part) for part in ("gun, n", "call"))


def test_each_fault_that_the_rules_can_find_was_seen_here():
    said = "\n".join(
        words for text, *change, _on, _says in MEANING for _line, words in told(changed(text, *change))
    )
    said += "\n".join(words for text, _says in RARE for _line, words in told(text))
    never = {"no_questions", "options"}  # the schema asks for an item and for two answers first
    for code, words in WORDS.items():
        pattern = ".*".join(re.escape(part) for part in words.split("{0}"))
        assert code in never or re.search(pattern, said), code
