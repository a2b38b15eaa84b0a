"""Reads followed cases, one JSON object a line, strictly: what a line says that is not in the schema is refused.

It keeps nothing, and says of a fault which line it stands in and never what the line holds.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from jsonschema import ValidationError

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.measures.observed import Answer, Case, Outcome, Said, Scored
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.levels import level_of
from shelterbelt.rules.timeline import Happening, Spell


def cases(lines: Iterable[str], parameters: Parameters) -> Iterator[Case]:
    """This function will yield the case of each line that is not empty; schemas/observed.json documents them.

    Raises LibraryError with the number of the first line that breaks the schema, names a happening or a state
    that the parameters do not know, or names a case that an earlier line named.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _case(line, number)
        if found.id in seen:
            raise LibraryError(f"line {number}: an earlier line is about the same case")
        seen.add(found.id)
        _known(found, parameters, number)
        yield found


def line_of(case: Case) -> str:
    """This function will return a case as the line that `cases` reads."""
    found = {"case": case.id, **asdict(case)}
    del found["id"]
    for said, band in zip(found["bands"], case.bands, strict=True):
        said["level"] = band.level.word
    return json.dumps(_short(found), ensure_ascii=False)


def _short(value: Any) -> Any:
    """What is not said is left out: no nulls, no empty lists, no reporter that nobody knows."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {
            name: _short(part)
            for name, part in value.items()
            if part not in (None, "", (), {}) and part is not False
        }
    if isinstance(value, list | tuple):
        return [_short(part) for part in value]
    return value


def _case(line: str, number: int) -> Case:
    try:
        found = json.loads(line, parse_constant=_no_number)
        files.validator("observed").validate(found)
        return Case(
            id=found["case"],
            opened_at=_at(found["opened_at"]),
            followed_until=_at(found["followed_until"]),
            happenings=tuple(Happening(**_dated(one, "at")) for one in found.get("happenings", ())),
            spells=tuple(Spell(**_dated(one, "from_at")) for one in found.get("spells", ())),
            bands=tuple(Said(_at(one["at"]), level_of(one["level"])) for one in found.get("bands", ())),
            outcomes=tuple(_outcome(one) for one in found.get("outcomes", ())),
            answers=tuple(Answer(one["kind"], _at(one["at"])) for one in found.get("answers", ())),
            scores=tuple(Scored(**{**one, "at": _at(one["at"])}) for one in found.get("scores", ())),
            groups=found.get("groups", {}),
        )
    except json.JSONDecodeError as fault:
        raise LibraryError(f"line {number}: it is not JSON (at character {fault.pos + 1})") from None
    except ValidationError as fault:
        raise LibraryError(f"line {number}: {fault.json_path} is not what the schema allows") from None
    except (ValueError, RecursionError):
        raise LibraryError(
            f"line {number}: a day or number does not exist, or it ends before it begins"
        ) from None


def _no_number(text: str) -> float:
    raise ValueError(text)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _dated(one: Mapping[str, Any], first: str) -> dict[str, Any]:
    """Instants as instants; what does not say when it was recorded was recorded on its day."""
    found = {name: _at(value) if name.endswith("at") else value for name, value in one.items()}
    return {"recorded_at": found[first], **found}


def _outcome(one: Mapping[str, Any]) -> Outcome:
    return Outcome(**{**_dated(one, "at"), "process": Process(one["process"])})


def _known(case: Case, parameters: Parameters, number: int) -> None:
    for one in case.happenings:
        if one.type not in parameters.events:
            raise LibraryError(f"line {number}: the parameters know no happening {one.type!r}")
    for spell in case.spells:
        if spell.state not in parameters.states:
            raise LibraryError(f"line {number}: the parameters know no state {spell.state!r}")
