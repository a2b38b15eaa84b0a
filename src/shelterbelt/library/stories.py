"""Tells an instrument's example stories and says where what comes out is not what was written down.

A story is answers and the result that they must give; it stands beside the instrument as <version>.examples.yaml.
"""

from collections.abc import Iterator
from typing import Any

from shelterbelt.library.assessments import Assessment
from shelterbelt.library.lines import Fault, lined
from shelterbelt.library.schema_faults import schema_faults
from shelterbelt.rules.scoring import Detected, Scored, detect, score
from shelterbelt.rules.sheets import Danger


def story_faults(found: Assessment, data: bytes) -> tuple[Fault, ...]:
    """This function will return what is wrong with the bytes of a file of stories about this instrument.

    Nothing when every story gives its result. Lines count from 1.
    """
    stories = lined(data)
    if stories.data is None:
        return tuple(stories.faults) or (Fault(1, "The file is empty."),)
    wrong = [*stories.faults, *schema_faults(stories, "assessment_examples")]
    if wrong:
        return tuple(sorted(set(wrong)))
    if (stories.data["instrument"], stories.data["version"]) != (found.id, found.version):
        return (
            Fault(stories.line(("instrument",)), "These stories are about another instrument or version."),
        )
    told = [
        (("examples", at), line)
        for at, example in enumerate(stories.data["examples"])
        for line in _wrong(found, example)
    ]
    return tuple(Fault(stories.line(place), says) for place, says in told)


def result_of(found: Assessment, example: dict[str, Any]) -> Scored | Detected:
    """This function will return what the rules make of a story.

    Raises ValueError for a question, an answer or a band that the instrument has not.
    """
    ids = [question.id for question in found.sheet.questions]
    rest = dict.fromkeys(ids, example["rest"]) if "rest" in example else {}
    answers = rest | example["answers"]
    if isinstance(found.instrument, Danger):
        return score(found.instrument, answers, judged=example.get("judged", ""))
    return detect(found.instrument, answers)


def _wrong(found: Assessment, example: dict[str, Any]) -> Iterator[str]:
    story = example["story"]
    try:
        result = result_of(found, example)
    except ValueError as problem:
        yield f'"{story}": {problem}.'
        return
    for key, wanted in example["result"].items():
        if not hasattr(result, key):
            yield f'"{story}": a result of this kind has no "{key}".'
        elif (given := _plain(key, result)) != wanted:
            yield f'"{story}": {key} is {_said(given)}, and the story says {_said(wanted)}.'


def _plain(key: str, result: Scored | Detected) -> Any:
    value = getattr(result, key)
    if key == "level":
        return None if value is None else value.word
    if key == "norms":
        return {line.norm: line.bin for line in value}
    if key == "contradictions":
        return [list(pair) for pair in value]
    return list(value) if isinstance(value, tuple) else value


def _said(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)
