"""Says in plain words what a data file has that its schema does not allow, and on which line.

It knows schemas and no instrument: whether the parts fit together is asked elsewhere.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from jsonschema import ValidationError

from shelterbelt.library import files
from shelterbelt.library.lines import BARE, Fault, Lined, explained

KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of keys",
    "null": "null",
}
RESERVED = "declined and not_asked are not listed: every question may be left unanswered."
SHAPES = {
    "^[a-z][a-z0-9_]{0,59}$": "a code: small letters, digits and _, beginning with a letter",
    "^[a-z0-9][a-z0-9_]{0,39}$": "the code of an answer: small letters, digits and _",
    "^[1-9][0-9]{0,3}$": 'a whole number in quotes, such as "1"',
    "^[0-9A-Za-z]{1,5}$": 'a number in quotes, such as "3" or "3a"',
    "^[A-Za-z][A-Za-z0-9_]{0,59}$": "a name: letters, digits and _, beginning with a letter",
    "^[0-9A-Za-z_.+-]{1,20}$": 'a name in quotes, such as "5-6"',
}
COUNTS = {
    "minLength": "is empty.",
    "maxLength": "is longer than {0} characters.",
    "minItems": "needs at least {0}.",
    "maxItems": "has more than {0}.",
    "minProperties": "needs at least {0}.",
    "maxProperties": "has more than {0}.",
    "minimum": "is less than {0}.",
    "maximum": "is more than {0}.",
    "uniqueItems": "names something twice.",
}


def schema_faults(found: Lined, kind: str) -> Iterator[Fault]:
    """This function will yield what schemas/<kind>.json does not allow, as sentences with their lines."""
    for error in files.validator(kind).iter_errors(found.data):
        yield from _faults(found, error)


def where(data: Any, path: list[str | int]) -> str:
    """This function will return a place in words: `triggers, A, of` for the path triggers, 0, of."""
    words, here = [], data
    for step in path:
        here = _step(here, step)
        named = isinstance(here, Mapping) and isinstance(step, int)
        words.append(str(here.get("id") or here.get("story") or _counted(step)) if named else _counted(step))
    return ", ".join(words) or "the file"


def _counted(step: str | int) -> str:
    return str(step + 1) if isinstance(step, int) else step


def _step(here: Any, step: str | int) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _faults(found: Lined, error: ValidationError) -> Iterator[Fault]:
    path = list(error.absolute_path)
    place = where(found.data, path)
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        schema: Any = error.schema
        known = schema["properties"]
        for key in error.instance:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f' Do you mean "{near[0]}"?' if near else ""
                yield Fault(found.line([*path, key]), f'{place}: there is no key "{key}" here.{hint}')
    elif "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        says = RESERVED if error.validator == "not" else f'"{key}" is not {_shape(error)}.'
        yield Fault(found.line([*path, key]), f"{place}: {says}")
    else:
        yield Fault(found.line(path), f"{place}: {_says(found, error, path)}")


def _says(found: Lined, error: ValidationError, path: list[str | int]) -> str:
    given, rule, value = error.instance, str(error.validator), _value(error)
    if isinstance(given, bool) and found.written(path).lower() in BARE and rule in ("type", "enum", "const"):
        return explained(found.written(path))
    if rule == "required":
        missing = error.message.split("'")[1]
        return f'"{missing}" is missing.'
    if rule == "type":
        return _of_type(found, error, path)
    if rule in ("enum", "const"):
        allowed = value if rule == "enum" else [value]
        return f"has to be {' or '.join('null' if one is None else str(one) for one in allowed)}."
    if rule == "pattern":
        return f'"{given}" is not {_shape(error)}.'
    if rule == "anyOf":
        return _of_choice(error)
    return COUNTS.get(rule, "is not as it should be.").format(value)


def _of_type(found: Lined, error: ValidationError, path: list[str | int]) -> str:
    kinds = [_value(error)] if isinstance(_value(error), str) else _value(error)
    wanted = " or ".join(KINDS[kind] for kind in kinds)
    if error.instance is None:
        return f"is empty; it has to be {wanted}."
    if "string" in kinds and isinstance(error.instance, int | float | date):
        return f'has to be {wanted}: put it in quotes: "{found.written(path)}".'
    return f"has to be {wanted}."


def _of_choice(error: ValidationError) -> str:
    choices = _value(error)
    if all("required" in choice for choice in choices):
        return f"one of these is needed: {', '.join(choice['required'][0] for choice in choices)}."
    share = any(choice.get("items", {}).get("$ref") == "#/$defs/share" for choice in choices)
    return f"has to be two numbers{' from 0 to 1' if share else ''} in brackets, or null."


def _value(error: ValidationError) -> Any:
    """What the schema says for the rule that was broken."""
    return error.validator_value


def _shape(error: ValidationError) -> str:
    return SHAPES.get(str(error.validator_value), "a word that can stand here")
