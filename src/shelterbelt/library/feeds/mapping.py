"""Reads a feed mapping: which column of a police export means what, and in which zone its times are.
It refuses a mapping with a key it does not know, a date format it cannot read exactly, or an unknown zone.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import yaml

FOLDER = files("shelterbelt") / "library" / "feeds"
LONGEST_MAPPING = 65_536
DIRECTIVES = {
    "Y": r"(?P<Y>[0-9]{4})",
    "m": r"(?P<m>[0-9]{1,2})",
    "d": r"(?P<d>[0-9]{1,2})",
    "H": r"(?P<H>[0-9]{1,2})",
    "I": r"(?P<I>[0-9]{1,2})",
    "M": r"(?P<M>[0-9]{1,2})",
    "S": r"(?P<S>[0-9]{1,2})",
    "f": r"(?P<f>[0-9]{1,6})",
    "p": r"(?P<p>[AaPp])[Mm]",
    "b": r"(?P<b>[A-Za-z]{3})",
    "%": "%",
}
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: n for n, name in enumerate(MONTH_NAMES, 1)}


class FeedError(ValueError):
    """The file or its mapping cannot be used at all; the message is fit to be shown."""


@dataclass(frozen=True)
class Field:
    """Where one value comes from, and what its cells are turned into."""

    columns: tuple[str, ...]
    join: str = " "
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str = "refuse"
    date_format: str = "%Y-%m-%d"


@dataclass(frozen=True)
class Mapping:
    """How one export is read. Compare `library/feeds/generic.yaml`, which explains each key."""

    name: str
    key: tuple[str, ...]
    date_format: str
    timezone: str
    fields: tuple[tuple[str, Field], ...]
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","

    def columns(self) -> tuple[str, ...]:
        """This method will return every heading the mapping needs, in a fixed order."""
        found = [*self.key, *(column for column, _ in self.where)]
        found.extend(column for _, one in self.fields for column in one.columns)
        return tuple(dict.fromkeys(found))


class _PlainLoader(yaml.BaseLoader):
    """Reads every scalar as text (so `yes` stays a word) and refuses aliases and repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise FeedError("The mapping uses a YAML alias (*name). Write the value out instead.")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = [key.value for key, _ in node.value]
        for name in seen:
            if seen.count(name) > 1:
                raise FeedError(f"The mapping has the key {name!r} twice.")
        return super().construct_mapping(node, deep=deep)


def mapping(text: str) -> Mapping:
    """This function will return the mapping written in this YAML text; FeedError says which key is wrong."""
    if len(text) > LONGEST_MAPPING:
        raise FeedError("The mapping is too long to be one.")
    try:
        raw = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 – it builds text, lists, dicts
    except (yaml.YAMLError, RecursionError) as error:
        raise FeedError("The mapping is not readable YAML.") from error
    _check_shape(raw)
    found = Mapping(
        name=raw["name"],
        key=tuple(raw["key"]),
        date_format=raw["date_format"],
        timezone=raw["timezone"],
        fields=tuple(_fields(raw["fields"])),
        where=tuple(
            (w["column"], tuple(w["in"] if "in" in w else [w["equals"]])) for w in raw.get("where", [])
        ),
        encoding=raw.get("encoding", "utf-8"),
        delimiter=raw.get("delimiter", ","),
    )
    _check_dates(found)
    return found


def mapping_file(path: Path) -> Mapping:
    """This function will return the mapping in this file (UTF-8), or raise FeedError."""
    try:
        return mapping(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError("The mapping file cannot be read as UTF-8 text.") from error


def shipped(name: str) -> Mapping:
    """This function will return the shipped mapping of this name (library/feeds/<name>.yaml)."""
    return mapping((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _check_shape(raw: object) -> None:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    found = jsonschema.Draft202012Validator(schema).iter_errors(raw)
    problems = sorted(found, key=lambda e: list(map(str, e.path)))
    if problems:
        where = ".".join(map(str, problems[0].path)) or "the top level"
        raise FeedError(f"The mapping is wrong at {where}: {problems[0].message[:300]}")


def _fields(raw: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for name, spec in raw.items():
        if name in ("survivor", "perpetrator"):
            yield from _fields(spec, prefix=f"{name}.")
            continue
        yield (
            prefix + name,
            Field(
                columns=tuple(spec.get("columns") or [spec["column"]]),
                join=spec.get("join", " "),
                values=tuple(spec.get("values", {}).items()),
                otherwise=spec.get("otherwise", "refuse"),
                date_format=spec.get("date_format", "%Y-%m-%d"),
            ),
        )


def _check_dates(found: Mapping) -> None:
    try:
        ZoneInfo(found.timezone)
    except (OSError, ValueError, KeyError) as error:
        raise FeedError(
            f"The mapping names a time zone that is not known: {found.timezone[:60]!r}"
        ) from error
    clock = _pattern(found.date_format).groupindex
    if not ({"H"} <= set(clock) or {"I", "p"} <= set(clock)):
        raise FeedError("date_format needs an hour: %H, or %I with %p.")
    for name, one in found.fields:
        if name.endswith("born_on"):
            _pattern(one.date_format)


def _pattern(date_format: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", date_format)
    known = {letter: DIRECTIVES.get(letter) for letter in parts[1::2]}
    if None in known.values() or len(known) != len(parts) // 2 or "%" in "".join(parts[::2]):
        raise FeedError(
            f"The date format {date_format[:60]!r} uses a directive that is not known, or one twice."
        )
    if not ({"Y", "d"} <= set(known) and ("m" in known or "b" in known)):
        raise FeedError(f"The date format {date_format[:60]!r} needs a year (%Y), a month and a day.")
    return re.compile("".join(re.escape(p) if n % 2 == 0 else str(known[p]) for n, p in enumerate(parts)))


def moment_reader(date_format: str) -> Callable[[str], datetime | None]:
    """This function will return a reader of local times in this format; it gives None for any other text."""
    pattern = _pattern(date_format)

    @lru_cache(maxsize=4096)
    def moment(text: str) -> datetime | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        part = found.groupdict()
        hour = int(part.get("H") or 0)
        if part.get("I"):
            if not 1 <= int(part["I"]) <= 12:
                return None
            hour = int(part["I"]) % 12 + (12 if (part.get("p") or "A") in "Pp" else 0)
        month = int(part["m"]) if part.get("m") else MONTHS.get((part.get("b") or "").lower(), 0)
        micro = int((part.get("f") or "0").ljust(6, "0"))
        day, minute, second = int(part["d"]), int(part.get("M") or 0), int(part.get("S") or 0)
        try:
            return datetime(int(part["Y"]), month, day, hour, minute, second, micro)  # noqa: DTZ001 – local, zoned by its reader
        except ValueError:
            return None

    return moment
