"""Keeps a refit as a version of its own beside the published parameters, whole, traced and locked by its digest.

It never writes over a version, never makes one the default, and begins from published versions only.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from shelterbelt.library import added, files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import FOLDER, LOCAL, Published, from_bytes, parameters
from shelterbelt.measures.refit import Learned, Refit
from shelterbelt.rules.kernels import Process

DIGITS = 4
SOURCE = "local"


def versions(id: str) -> tuple[str, ...]:
    """This function will return the refits that this installation keeps, oldest first."""
    names = (path.removeprefix(f"{id}/")[: -len(".yaml")] for path in added.locked(FOLDER))
    return tuple(sorted((name for name in names if LOCAL in name), key=_order))


def keep(base: Published, found: Refit, *, first: date, last: date) -> Published:
    """This function will write a refit of a published version as its next local version, and return that.

    The same refit is kept once. Raises LibraryError for a refit of a refit (its data would count twice), when
    nothing was learned, and when no installation is named.
    """
    known = base.parameters
    if LOCAL in known.version:
        raise LibraryError("a refit begins from a published version, never from another refit")
    if not any(one.counts for one in found.learned):
        raise LibraryError("nothing was learned: the records say too little")
    own = [name for name in versions(known.id) if name.startswith(f"{known.version}{LOCAL}")]
    for version in (*own[-1:], _next(known.version, own)):
        path = f"{known.id}/{version}.yaml"
        data = _file(base, found, version, first, last)
        if version not in own:
            from_bytes(data, path)
            added.keep({path: data}, FOLDER)
            return parameters(known.id, version)
        if added.raw(path, FOLDER) == data:
            return parameters(known.id, version)
    raise AssertionError("the next version is never one of those there are")


def _order(version: str) -> tuple[int, int]:
    base, _, number = version.partition(LOCAL)
    return int(base), int(number)


def _next(base: str, own: list[str]) -> str:
    return f"{base}{LOCAL}{_order(own[-1])[1] + 1 if own else 1}"


def _file(base: Published, found: Refit, version: str, first: date, last: date) -> bytes:
    known = base.parameters
    path = f"{FOLDER}/{known.id}/{known.version}.yaml"
    data = files.parse(files.raw(path), "parameters", path)
    counted = {(one.code, one.process): one for one in found.learned if one.counts}
    data |= {"version": version, "local": True, "title": f"{data['title']}; refitted on local records"}
    for process in Process:
        _baseline(data["baseline"][process], counted.get((f"baseline.{process}", process)))
    for line in data["events"]:
        _event(line, counted, known.events[line["type"]].sd)
    for line in data["states"]:
        _state(line, counted)
    _repeat(data["repeat"], counted.get(("repeat", None)))
    outcomes = sum(found.outcomes[process] for process in Process if process not in found.refused)
    told = f"{outcomes} recorded outcomes of {found.cases} cases, {first} to {last}"
    data["sources"][SOURCE] = f"Refit of version {known.version} on {told}; published values as priors"
    data["notes"].append(_note(counted, told))
    data["learned"] = _trace(base, found, first, last)
    head = f"# Made by a refit of version {known.version}. Never edited: another refit is another version.\n"
    body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=200)
    return (head + body).encode()


Counted = Mapping[tuple[str, Process | None], Learned]


def _baseline(line: dict[str, Any], one: Learned | None) -> None:
    if one is None:
        return
    was = line["p_180d"]
    line["p_180d"], *line["range"] = (
        _short(-math.expm1(-180 * rate)) for rate in (one.value, one.lo, one.hi)
    )
    _tagged(line, f"{was:g}")


def _event(line: dict[str, Any], counted: Counted, published_sd: float) -> None:
    own = _of(counted, f"event.{line['type']}")
    if not own:
        return
    was = ", ".join(f"{process} {line['A'][process]:g}" for process in own)
    line["A"] |= {process.value: _short(one.value) for process, one in own.items()}
    # One number says how unsure all three are: of what was learned, and of what was not.
    line["sd"] = _short(max(one.se for one in own.values()) if len(own) == len(Process) else published_sd)
    _tagged(line, was)


def _state(line: dict[str, Any], counted: Counted) -> None:
    own = _of(counted, f"state.{line['state']}")
    if not own:
        return
    was = ", ".join(f"{process} {line['R'][process]:g}" for process in own)
    line["R"] |= {process.value: _short(one.value) for process, one in own.items()}
    line.setdefault("range", {}).update(
        {process.value: [_short(one.lo), _short(one.hi)] for process, one in own.items()}
    )
    _tagged(line, was)


def _repeat(line: dict[str, Any], one: Learned | None) -> None:
    if one is None:
        return
    was, line["R"], line["sd"] = line["R"], _short(one.value), _short(one.se)
    _tagged(line, f"{was:g}")


def _of(counted: Counted, code: str) -> dict[Process, Learned]:
    return {process: counted[code, process] for process in Process if (code, process) in counted}


def _tagged(line: dict[str, Any], was: str) -> None:
    """A learned number is derived; how long it lasts and how it was shaped stays as sure as it was."""
    tags = [tag for tag in line["tag"].split("/") if tag != "D"]
    line["tag"] = "/".join(["D", *tags])
    line["tag_note"] = f"Learned from local records, drawn towards the published {was} ({line['source']})"
    line["source"] = SOURCE


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _note(counted: Counted, told: str) -> dict[str, Any]:
    text = (
        f"Learned from {told}. It knows what was recorded: where people stop reporting it learns too little."
    )
    codes = sorted({one.code for one in counted.values()})
    return {"id": SOURCE, "about": codes, "tag": "D", "source": SOURCE, "text": text}


def _trace(base: Published, found: Refit, first: date, last: date) -> dict[str, Any]:
    return {
        "version": base.parameters.version,
        "digest": base.parameters.digest,
        "from": first.isoformat(),
        "until": last.isoformat(),
        "cases": found.cases,
        "days": round(found.days, 1),
        "outcomes": {process.value: number for process, number in found.outcomes.items()},
        "kept": {process.value: reason.code for process, reason in found.refused.items()},
        "numbers": list(_numbers(found)),
    }


def _numbers(found: Refit) -> Iterator[dict[str, Any]]:
    for one in found.learned:
        yield {
            "code": one.code,
            "process": one.process.value if one.process else "all",
            **{name: _short(getattr(one, name)) for name in ("published", "value", "lo", "hi", "se", "told")},
        }
