"""Reads the files of a replay: fixes, zones and pairs. What is not in their format is refused with its line.

A fix that names no place is none, and is handed on as such: devices do send them. Formats: `docs/replay.md`.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from shelterbelt.config.processes import Fault
from shelterbelt.rules import zones
from shelterbelt.rules.earth import apart
from shelterbelt.rules.fixes import MARKS, UNSAID, Fix, Said, take
from shelterbelt.rules.watches import Watched
from shelterbelt.rules.zones import Zone

NEEDED = ("device", "time", "latitude", "longitude")
KNOWN = (*NEEDED, "received", "metres", "speed", "battery", "marks")
PAIR = ("pair", "one", "two")
MOST_BYTES = 64 << 20  # of zones: a country's come in several files
MOST_CHARACTERS = 4096  # of a line
FAR, NEAR = 1_000_000.0, 100_000.0  # metres: a fix so far off whose mirror is so near has its degrees swapped


@dataclass(slots=True)
class Names:
    """Numbers for names, in the order in which they come."""

    numbers: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def number(self, name: str) -> int:
        """The number of a name, a new one where it has none."""
        found = self.numbers.get(name)
        if found is None:
            found = self.numbers[name] = len(self.names)
            self.names.append(name)
        return found


@dataclass(slots=True)
class Plan:
    """What is watched, with the names of devices, zones and pairs as the files have them."""

    devices: Names = field(default_factory=Names)
    zones: Names = field(default_factory=Names)
    pairs: Names = field(default_factory=Names)
    of_zones: list[tuple[int, int, Zone]] = field(default_factory=list)
    shared: list[tuple[int, Zone]] = field(default_factory=list)
    of_pairs: list[tuple[int, int, int]] = field(default_factory=list)

    def watched(self) -> Watched:
        """The same for whoever watches: zones that name no device are everybody's."""
        every = frozenset(self.devices.numbers.values()) if self.shared else frozenset()
        return Watched(tuple(self.of_zones), tuple(self.of_pairs), tuple(self.shared), every)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of fixes; `fix` is None for one that names no place, and `why` says so."""

    line: int
    device: int
    received_ms: int
    fix: Fix | None
    why: str = ""


def read_pairs(path: Path, plan: Plan) -> None:
    """This function will add the pairs of a file (`pair,one,two`) to a plan. Raises Fault."""
    with _opened(path) as file:
        for line, row in _lines(path, file, PAIR, PAIR):
            name, one, two = (row[column] for column in PAIR)
            if not (name and one and two) or one == two:
                raise Fault(f"{path} line {line}: a pair has a name and two devices.")
            if name in plan.pairs.numbers:
                raise Fault(f"{path} line {line}: there is a pair {name!r} already.")
            plan.of_pairs.append(
                (plan.pairs.number(name), plan.devices.number(one), plan.devices.number(two))
            )


def read_zones(path: Path, plan: Plan) -> None:
    """This function will add the zones of a GeoJSON file (RFC 7946) to a plan. Raises Fault."""
    if path.stat().st_size > MOST_BYTES:
        raise Fault(f"{path}: more than 64 MB; divide it.")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as fault:
        raise Fault(f"{path}: this is no GeoJSON ({fault}).") from fault
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise Fault(f"{path}: a FeatureCollection is needed.")
    for number, feature in enumerate(features, 1):
        _zone(feature, number, f"{path} feature {number}", plan)


def _zone(feature: Any, number: int, where: str, plan: Plan) -> None:
    told = feature if isinstance(feature, dict) else {}
    of, shape = told.get("properties") or {}, told.get("geometry") or {}
    try:
        zone = _shape(shape["type"], shape["coordinates"], of)
    except (KeyError, TypeError, ValueError, OverflowError) as fault:
        why = (
            str(fault)
            if type(fault) is ValueError
            else "Point with radius, LineString with metres, or Polygon"
        )
        raise Fault(f"{where}: no zone ({why}).") from fault
    name = str(of.get("name") or f"zone {number}")
    if name in plan.zones.numbers:
        raise Fault(f"{where}: there is a zone {name!r} already.")
    if of.get("device") in (None, ""):
        plan.shared.append((plan.zones.number(name), zone))
    else:
        plan.of_zones.append((plan.zones.number(name), plan.devices.number(str(of["device"])), zone))


def _shape(kind: str, places: Any, of: dict[str, Any]) -> Zone:
    """GeoJSON says longitude first; whoever says latitude first is mostly found out by their poles."""
    if kind == "Point":
        return zones.circle(float(places[1]), float(places[0]), float(of["radius"]))
    if kind == "LineString":
        return zones.street(_turned(places), float(of["metres"]))
    if kind != "Polygon":
        raise KeyError(kind)
    if len(places) != 1:
        raise ValueError("an area has one ring and no holes")
    return zones.area(_turned(places[0]))


def _turned(places: Any) -> list[tuple[float, float]]:
    found = [(float(one[1]), float(one[0])) for one in places]
    if any(abs(latitude) > 90 or abs(longitude) > 180 for latitude, longitude in found):
        raise ValueError("degrees out of range; GeoJSON says longitude first")
    return found


def read_fixes(path: Path, file: TextIO, plan: Plan) -> Iterator[Row]:
    """This function will return the fixes of a file, line by line, as they arrived. Raises Fault."""
    theirs: dict[int, list[Zone]] = {}
    for _, device, zone in plan.of_zones:
        theirs.setdefault(device, []).append(zone)
    for line, row in _lines(path, file, NEEDED, KNOWN):
        if not row["device"]:
            raise Fault(f"{path} line {line}: no device.")
        where = f"{path} line {line}"
        ms = _instant(row["time"], where, "time")
        received = _instant(row["received"], where, "received") if row.get("received") else ms
        said = Said(
            row["latitude"], row["longitude"], row.get("metres") or None, ms,
            _number(row.get("speed"), where, "speed", UNSAID),
            round(_number(row.get("battery"), where, "battery", -1.0)),
            _marks(row.get("marks") or "", where),
        )  # fmt: skip
        device = plan.devices.number(row["device"])
        fix = take(said, received_ms=received).fix
        why = "" if fix else "no place"
        if fix and _swapped(fix, theirs.get(device, [])):
            fix, why = None, "latitude and longitude are swapped"
        yield Row(line, device, received, fix, why)


def _swapped(fix: Fix, theirs: list[Zone]) -> bool:
    """Far from every zone of its device, and near one with its degrees the other way round."""
    middles = [(zone.plane.latitude, zone.plane.longitude) for zone in theirs]
    if any(apart(fix.latitude, fix.longitude, *here) <= FAR for here in middles):
        return False
    return any(apart(fix.longitude, fix.latitude, *here) < NEAR for here in middles)


def _lines(
    path: Path, file: TextIO, needed: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(_short(path, file), strict=True)
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        _refuse_columns(path, columns, needed, known)
        reader.fieldnames = columns
        for row in reader:
            if None in row or None in row.values():
                raise Fault(f"{path} line {reader.line_num}: {len(columns)} columns are needed.")
            yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except (csv.Error, UnicodeDecodeError) as fault:
        raise Fault(f"{path} line {reader.line_num + 1}: this is no CSV in UTF-8 ({fault}).") from fault


def _refuse_columns(path: Path, columns: list[str], needed: tuple[str, ...], known: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        raise Fault(
            f"{path} line 1: these columns are needed: {', '.join(needed)}; missing: {', '.join(missing)}."
        )
    other = sorted(name for name in columns if name not in known)
    if other or len(set(columns)) < len(columns):
        raise Fault(f"{path} line 1: each column once, and of these alone: {', '.join(known)}.")


def _short(path: Path, file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(MOST_CHARACTERS + 1):
        number += 1
        if len(line) > MOST_CHARACTERS:
            raise Fault(f"{path} line {number}: longer than {MOST_CHARACTERS} characters.")
        yield line.removeprefix("\ufeff") if number == 1 else line


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8", newline="")


def _instant(text: str, where: str, column: str) -> int:
    """Milliseconds since 1970, or an instant with its zone."""
    try:
        if text.lstrip("-").isdecimal():
            ms = int(text)
        else:
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                raise Fault(f"{where}: {column} {text!r} has no zone, such as Z or +02:00.")
            ms = round(at.timestamp() * 1000)
    except (ValueError, OverflowError) as fault:
        raise Fault(f"{where}: {column} {text!r} is no instant.") from fault
    if not 0 <= ms < 1 << 42:
        raise Fault(f"{where}: {column} {text!r} is no instant in milliseconds.")
    return ms


def _number(text: str | None, where: str, column: str, none: float) -> float:
    if not text:
        return none
    try:
        found = float(text)
    except ValueError as fault:
        raise Fault(f"{where}: {column} {text!r} is no number.") from fault
    return found if -1e6 < found < 1e6 else none


def _marks(text: str, where: str) -> int:
    """Marks by name, with spaces between."""
    found = 0
    for name in text.split():
        if name not in MARKS:
            raise Fault(f"{where}: marks are {', '.join(MARKS)}; not {name!r}.")
        found |= MARKS[name]
    return found
