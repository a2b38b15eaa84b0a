"""Says line by line what is wrong with an instrument's file: its form, its schema, and what does not fit.

Nothing is mended and nothing is guessed; where the form is wrong, the meaning is not looked at yet.
"""

from collections.abc import Iterator
from typing import Any

from shelterbelt.library.instrument_files import instrument_of
from shelterbelt.library.lines import Fault, Lined, lined
from shelterbelt.library.schema_faults import schema_faults, where
from shelterbelt.rules.soundness import problems_of

Place = tuple[str | int, ...]
Found = Iterator[tuple[Place, str]]

_BUILT = (("items",), ("bands",), ("norms",), ("triggers",))
NO_LEVEL = (
    "a detection says whether something is there; it has no {0}, because it cannot set a level. "
    "Write kind: danger for an instrument that says how dangerous things are."
)
WORDS = {
    "twice": 'the name "{0}" stands twice.',
    "no_questions": "there is no item.",
    "options": "the list needs at least two answers.",
    "points_too_fine": "points have at most two decimals.",
    "unknown_item": 'there is no other item called "{0}".',
    "excludes_same_way": (
        'this item and "{0}" can exclude each other only where the yes of one adds points and the yes of the '
        "other takes points away."
    ),
    "unless_not_earlier": 'no trigger called "{0}" stands before this one.',
    "unknown_band": 'there is no band called "{0}".',
    "side_band": "a side trigger only opens work; it cannot raise to a band.",
    "never_yes": 'no answer to "{0}" has means_yes: true, so this trigger never finds a yes.',
    "yes_not_most": 'the trigger looks for a yes to "{0}", but another answer to it gives more points than the yes.',
    "count_out_of_reach": 'has to be from 1 to the number of items in "of".',
    "points_always": "every set of answers has these points, also the empty one.",
    "points_never": "no set of answers has these points.",
    "most_without_prorate": "is only for the rule prorate.",
    "prorate_without_sum": "nothing is summed here, so there is nothing to prorate.",
    "prorate_points": "only whole points, with an answer of 0 points to every scored item, can be prorated.",
    "most_is_all": "at least one scored item has to be answered.",
    "no_bands": "an instrument of danger needs bands.",
    "nothing_scored": "no item makes a difference to the sum. Write arithmetic: false for structured judgement.",
    "level_falls": "the level is lower than that of a lower band.",
    "overlap": "begins before the one above has ended; the lowest has to stand first.",
    "upside_down": "ends before it begins.",
    "no_score": "no set of answers has a score in here.",
    "norms_without_sum": "nothing is summed here, so there is no score for a norm.",
    "interval": "the rate does not lie in its interval.",
    "hole": "no band holds the score {0}.",
}


def faults_of(data: bytes) -> tuple[Fault, ...]:
    """This function will return what is wrong with the bytes of an instrument's file, line by line.

    Nothing for a file that can be published or added. Lines count from 1.
    """
    return examined(data)[1]


def examined(data: bytes) -> tuple[Any, tuple[Fault, ...]]:
    """This function will return what the bytes of an instrument's file say, and what is wrong with them."""
    found = lined(data)
    return found.data, tuple(sorted({*found.faults, *_of_content(found)}))


def _of_content(found: Lined) -> Iterator[Fault]:
    if found.data is None:
        if not found.faults:
            yield Fault(1, "The file is empty.")
        return
    wrong = list(schema_faults(found, "assessment"))
    yield from wrong
    if wrong or found.faults:
        return
    for place, says in _meaning(found.data):
        yield Fault(found.line(place), f"{where(found.data, list(place))}: {says}")


def _meaning(data: dict[str, Any]) -> Found:
    wrong = [*_of_items(data), *_of_kind(data), *_of_names(data), *_of_words(data)]
    yield from wrong
    # The rule can be built only where items have their answers and a detection has no bands.
    if not any(place[:1] in _BUILT for place, _says in wrong):
        yield from _of_rule(data)


def _of_rule(data: dict[str, Any]) -> Found:
    for problem in problems_of(instrument_of(data)):
        place = tuple(int(step) if step.isdigit() else step for step in problem.field.split("."))
        code, _, about = problem.code.partition(":")
        yield place, WORDS[code].format(about or _at(data, place))


def _of_items(data: dict[str, Any]) -> Found:
    numbers: set[str] = set()
    for at, item in enumerate(data["items"]):
        if item["number"] in numbers:
            yield ("items", at, "number"), f'the number "{item["number"]}" stands twice.'
        numbers.add(item["number"])
        answers = data["answers"].get(item["answers"])
        if answers is None:
            yield ("items", at, "answers"), f'there is no list of answers called "{item["answers"]}".'
            continue
        for code in item.get("points", {}):
            if code not in answers:
                yield ("items", at, "points", code), f'"{code}" is no answer of the list "{item["answers"]}".'
        if "points" in item and not item.get("scored", True):
            yield ("items", at, "points"), "an item with scored: false has no points."
        if "group" in item and item["group"] not in data.get("groups", {}):
            yield ("items", at, "group"), f'there is no group called "{item["group"]}".'


def _of_kind(data: dict[str, Any]) -> Found:
    return _of_detection(data) if data["kind"] == "detection" else _of_danger(data)


def _of_detection(data: dict[str, Any]) -> Found:
    triggers = data.get("triggers", ())
    for key in ("bands", "norms", "override"):
        if key in data:
            yield (key,), NO_LEVEL.format(key)
    for at, trigger in enumerate(triggers):
        if "band" in trigger:
            yield ("triggers", at, "band"), NO_LEVEL.format("band")
    if "results" not in data:
        yield (), '"results" is missing: the words for what a detection found.'
    if all(trigger.get("side") for trigger in triggers):
        yield (
            ("triggers",),
            "nothing makes this detection positive: a trigger that is no side trigger is needed.",
        )


def _of_danger(data: dict[str, Any]) -> Found:
    if "results" in data:
        yield ("results",), "only a detection has results; an instrument of danger has bands."
    summed = data.get("arithmetic", True)
    for at, band in enumerate(data.get("bands", ())):
        for key in ("lo", "hi"):
            if summed and key not in band:
                yield ("bands", at), f'"{key}" is missing.'
            if not summed and key in band:
                yield ("bands", at, key), "nothing is summed, so a band has no lo and hi."
        if band.get("level") and "level_tag" not in band:
            yield (
                ("bands", at, "level"),
                "say with level_tag where the reading as a level comes from (P: ours).",
            )


def _of_names(data: dict[str, Any]) -> Found:
    for part in ("items", "triggers", "norms", "drift", "accuracy"):
        for at, line in enumerate(data.get(part, ())):
            if line.get("source", "") not in ("", *data["sources"]):
                yield (part, at, "source"), f'there is no source called "{line["source"]}".'
    if data["missing"].get("source", "") not in ("", *data["sources"]):
        yield ("missing", "source"), f'there is no source called "{data["missing"]["source"]}".'
    for at, trigger in enumerate(data.get("triggers", ())):
        for n, code in enumerate(trigger.get("does", ())):
            if code not in data.get("work", {}):
                yield ("triggers", at, "does", n), f'"work" has no words for "{code}".'


def _of_words(data: dict[str, Any]) -> Found:
    ours = data["ship"] == "scoring_only"
    if ours and "official_wording" not in data:
        yield ("ship",), 'say in "official_wording" where the owner gives the official wording out.'
    if ours and data["accuracy"] and "accuracy_note" not in data:
        yield ("accuracy",), 'say in "accuracy_note" that this was measured on the official wording.'
    if data["court"] == "with_owner_permission" and "court_note" not in data:
        yield ("court",), 'say in "court_note" whose permission is needed.'
    for at, study in enumerate(data["accuracy"]):
        for key in ("interval", "range"):
            if study.get(key) and study[key][0] > study[key][1]:
                yield ("accuracy", at, key), "the lower number has to stand first."


def _at(data: Any, place: Place) -> Any:
    for step in place:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return data
