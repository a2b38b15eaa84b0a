"""Brings every published shape of HSDS (page, list, full, tables) to one: a service with its parts inside.
It refuses a file too big, too deep, not UTF-8, or naming a field twice; it opens no address it finds in one.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shelterbelt.referrals.hsds.records import DirectoryError

BIGGEST = 50 * 1024 * 1024
DEEPEST = 32
JOINS = (
    *(("organizations", "id"), ("locations", "id"), ("taxonomy_terms", "id"), ("addresses", "location_id")),
    *(
        (name, "service_id")
        for name in ("phones", "schedules", "service_areas", "languages", "service_at_location")
    ),
    ("attributes", "link_id"),
)


def sources(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each service in the file or folder as (where it stands, nested object)."""
    yield from _from_tables(_csv_tables(path)) if path.is_dir() else _from_json(_json(path))


def dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _json(path: Path) -> Any:
    text = _file_text(path)
    try:
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except RecursionError as error:
        raise DirectoryError("The file is nested too deeply.") from error
    except DirectoryError:
        raise
    except ValueError as error:
        raise DirectoryError("The file is not readable JSON.") from error
    _check_depth(found)
    return found


def _file_text(path: Path) -> str:
    try:
        if path.stat().st_size > BIGGEST:
            raise DirectoryError("The file is larger than 50 MB.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DirectoryError("The file cannot be opened.") from error
    except UnicodeDecodeError as error:
        raise DirectoryError("The file is not UTF-8 text.") from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DirectoryError("The file names the same field twice in one object.")
    return found


def _no_constant(name: str) -> float:
    raise DirectoryError("The file holds a number that is not one (NaN or Infinity).")


def _check_depth(found: object) -> None:
    level = [found]
    for _ in range(DEEPEST):
        level = [
            x for n in level if isinstance(n, dict | list) for x in (n.values() if isinstance(n, dict) else n)
        ]
        if not level:
            return
    raise DirectoryError("The file is nested too deeply.")


def _from_json(found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(found, dict) and any(name.endswith(".csv") for name in found):
        yield from _from_tables({n.removesuffix(".csv"): dicts(rows) for n, rows in found.items()})
        return
    listed = found.get("contents", found) if isinstance(found, dict) else found
    items = listed if isinstance(listed, list) else [listed]
    for n, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise DirectoryError("The file is not a list of services or organizations.")
        yield from _from_item(f"item {n}", item)


def _from_item(place: str, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(item.get("services"), list):
        owner = {name: value for name, value in item.items() if name != "services"}
        for n, service in enumerate(dicts(item["services"]), 1):
            yield f"{place}, service {n}", {**service, "organization": owner}
    elif isinstance(item.get("service"), dict):
        site = {name: value for name, value in item.items() if name != "service"}
        service = item["service"]
        yield place, {**service, "service_at_locations": [*dicts(service.get("service_at_locations")), site]}
    else:
        yield place, item


def _csv_tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    paths = sorted(folder.glob("*.csv"))
    if sum(path.stat().st_size for path in paths) > BIGGEST:
        raise DirectoryError("The tables together are larger than 50 MB.")
    if not {"services", "organizations"} <= {path.stem for path in paths}:
        raise DirectoryError("The folder has no services.csv and organizations.csv.")
    return {path.stem: _table(path) for path in paths}


def _table(path: Path) -> list[dict[str, Any]]:
    try:
        rows = list(csv.reader(io.StringIO(_file_text(path), newline=""), strict=True))
    except csv.Error as error:
        raise DirectoryError(f"The table {path.name} is not readable CSV.") from error
    heading = rows[0] if rows else []
    if len(set(heading)) != len(heading):
        raise DirectoryError(f"The table {path.name} has a heading twice.")
    if any(row and len(row) != len(heading) for row in rows):
        raise DirectoryError(f"The table {path.name} has a row with a cell too few or too many.")
    return [{name: cell for name, cell in zip(heading, row, strict=True) if cell} for row in rows[1:] if row]


def _from_tables(tables: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Join the tables by their ids into the nested shape the JSON files have."""
    by: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for table, column in JOINS:
        for row in tables.get(table, []):
            by[table, column][str(row.get(column))].append(row)

    def one(table: str, key: object) -> dict[str, Any] | None:
        return next(iter(by[table, "id"][str(key)]), None) if key else None

    def site(row: dict[str, Any]) -> dict[str, Any]:
        place = one("locations", row.get("location_id"))
        addresses = by["addresses", "location_id"][str(row.get("location_id"))]
        return {**row, "location": {**place, "addresses": addresses} if place else None}

    for n, row in enumerate(tables.get("services", []), 1):
        key = str(row.get("id"))
        linked = {
            name: by[name, "service_id"][key]
            for name in ("phones", "schedules", "service_areas", "languages")
        }
        sites = [site(sal) for sal in by["service_at_location", "service_id"][key]]
        terms = [
            {**a, "taxonomy_term": one("taxonomy_terms", a.get("taxonomy_term_id"))}
            for a in by["attributes", "link_id"][key]
        ]
        owner = one("organizations", row.get("organization_id"))
        yield (
            f"services row {n}",
            {**row, **linked, "organization": owner, "service_at_locations": sites, "attributes": terms},
        )
