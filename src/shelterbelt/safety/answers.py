"""What was typed into a part of a plan, cleaned, and shown again line by line. Nothing of it is required.

Refuses what the part does not ask; a text is never cut short without saying so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from shelterbelt.library.plans import Part, Plan, Prompt
from shelterbelt.rules.fields import clean_text

LONG, SHORT, MOST_LINES, MOST_ROWS, FREE_ROWS = 5000, 300, 60, 12, 2
ROWS = ("people", "places")


@dataclass
class Typed:
    """What was read: answers by prompt, and the codes of what needs another look, by the name of the field."""

    answers: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One prompt as it was answered: the question, and its answers one below the other."""

    label: str
    values: tuple[str, ...]
    prompt: str
    card: bool


def read(part: Part, known: Plan, data: QueryDict) -> Typed:
    """Everything that was typed into one part."""
    typed = Typed()
    for prompt in part.prompts:
        value = _READERS[prompt.kind](prompt, known, data, typed)
        if value:
            typed.answers[prompt.id] = value
    return typed


def _clean(name: str, data: QueryDict, limit: int, typed: Typed, *, lines: bool = False) -> str:
    text, wrong = clean_text(data.get(name, ""), limit, lines=lines)
    if wrong:
        typed.faults[name] = wrong
    return text


def _text(prompt: Prompt, known: Plan, data: QueryDict, typed: Typed) -> str:
    return _clean(prompt.id, data, LONG, typed, lines=True)


def _lines(prompt: Prompt, known: Plan, data: QueryDict, typed: Typed) -> list[str]:
    return _split(prompt.id, data, typed)


def _split(name: str, data: QueryDict, typed: Typed) -> list[str]:
    found = [line.strip() for line in _clean(name, data, LONG, typed, lines=True).splitlines()]
    return [line for line in found if line][:MOST_LINES]


def _rows(prompt: Prompt, known: Plan, data: QueryDict, typed: Typed) -> list[dict[str, str]]:
    found = []
    for number in range(MOST_ROWS):
        row = {
            item.id: text
            for item in known.fields[prompt.kind]
            if (text := _clean(f"{prompt.id}-{number}-{item.id}", data, SHORT, typed))
        }
        found += [row] if row else []
    return found


def _ticks(prompt: Prompt, known: Plan, data: QueryDict, typed: Typed) -> dict[str, list[str]]:
    asked = set(data.getlist(prompt.id))
    ticked = [item.id for item in prompt.items if item.id in asked]
    own = _split(f"{prompt.id}-own", data, typed)
    told = {"ticked": ticked, "own": own}
    return {name: lines for name, lines in told.items() if lines}


_READERS = {"text": _text, "lines": _lines, "people": _rows, "places": _rows, "checklist": _ticks}


def lines_of(part: Part, known: Plan, answers: Mapping[str, Any], language: str) -> tuple[Line, ...]:
    """The prompts that were answered, in the order of the part, with their answers in words."""
    return tuple(
        Line(prompt.text.by(language), values, prompt.id, prompt.card)
        for prompt in part.prompts
        if (values := tuple(_said(prompt, known, answers.get(prompt.id), language)))
    )


def _said(prompt: Prompt, known: Plan, value: Any, language: str) -> Iterator[str]:
    if not value:
        return
    if prompt.kind == "text":
        yield str(value)
    elif prompt.kind == "lines":
        yield from (str(line) for line in value)
    elif prompt.kind in ROWS:
        for row in value:
            yield " · ".join(str(row[item.id]) for item in known.fields[prompt.kind] if row.get(item.id))
    else:
        words = {item.id: item.text.by(language) for item in prompt.items}
        yield from (words[code] for code in value.get("ticked", ()) if code in words)
        yield from (str(line) for line in value.get("own", ()))


def asked(part: Part, known: Plan, answers: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """The prompts of a part as a form shows them, filled with what was answered."""
    return [_asked(prompt, known, answers.get(prompt.id), language) for prompt in part.prompts]


def _asked(prompt: Prompt, known: Plan, value: Any, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": prompt.id,
        "kind": "rows" if prompt.kind in ROWS else prompt.kind,
        "text": prompt.text.by(language),
        "help": prompt.help.by(language) if prompt.help else "",
        "card": prompt.card,
    }
    if prompt.kind in ROWS:
        shown["rows"] = _empty_rows(prompt, known, value or [], language)
    elif prompt.kind == "checklist":
        told = value or {}
        shown["items"] = [
            {
                "id": item.id,
                "text": item.text.by(language),
                "careful": item.careful.by(language) if item.careful else "",
                "ticked": item.id in told.get("ticked", ()),
            }
            for item in prompt.items
        ]
        shown["value"] = "\n".join(told.get("own", ()))
    else:
        shown["value"] = "\n".join(value or ()) if prompt.kind == "lines" else (value or "")
    return shown


def _empty_rows(prompt: Prompt, known: Plan, rows: list[dict[str, str]], language: str) -> list[Any]:
    """The rows that were written, and some to write more."""
    return [
        {
            "number": number + 1,
            "fields": [
                {
                    "name": f"{prompt.id}-{number}-{item.id}",
                    "label": item.text.by(language),
                    "value": rows[number].get(item.id, "") if number < len(rows) else "",
                }
                for item in known.fields[prompt.kind]
            ],
        }
        for number in range(min(len(rows) + FREE_ROWS, MOST_ROWS))
    ]
