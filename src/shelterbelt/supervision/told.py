"""One line of a feed as it is told, by a program or in a file. Refuses what cannot be, with a code and a field.

The format is written down in docs/detained.md. A refusal never repeats what was sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from shelterbelt.rules.detention import KINDS, PLANNED
from shelterbelt.rules.fields import clean_text
from shelterbelt.supervision.models import TAKEN_BACK

FIELDS = (
    "key", "booking", "kind", "happened_at", "stay", "expected_at", "place", "name", "born_on", "takes_back",
)  # fmt: skip
LONGEST = {"key": 100, "booking": 100, "stay": 100, "takes_back": 100, "place": 300, "name": 300}
SOURCE = re.compile(r"[a-z][a-z0-9_]{1,39}")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class Unfit(ValueError):
    """A line that cannot be taken; `code` and `field` say why."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line that can be taken. With `takes_back` it says nothing but that the line of this key was wrong."""

    key: str
    booking: str
    kind: str
    happened_at: datetime | None = None
    stay: str = ""
    expected_at: datetime | None = None
    place: str = ""
    name: str = ""
    born_on: str = ""
    takes_back: str = ""


def told_line(data: Mapping[str, Any]) -> ToldLine:
    """The line in these values, as JSON or CSV give them; raises Unfit."""
    if unknown := set(data) - set(FIELDS):
        raise Unfit("field_unknown", min(unknown) if min(unknown).isidentifier() else "")
    text = {name: _text(data, name) for name in LONGEST}
    if not text["key"]:
        raise Unfit("missing", "key")
    if text["takes_back"]:
        return ToldLine(text["key"], "", TAKEN_BACK, takes_back=text["takes_back"])
    if not text["booking"]:
        raise Unfit("missing", "booking")
    kind = str(data.get("kind") or "")
    if kind not in KINDS:
        raise Unfit("kind_unknown", "kind")
    happened, expected = _instant(data, "happened_at"), _instant(data, "expected_at")
    if happened is None:
        raise Unfit("missing", "happened_at")
    if expected is not None and kind != PLANNED:
        raise Unfit("not_planned", "expected_at")
    rest = {name: text[name] for name in ("stay", "place", "name")}
    return ToldLine(
        text["key"], text["booking"], kind, happened, expected_at=expected, born_on=_day(data), **rest
    )


def source_of(text: str) -> str:
    """The name of a source; raises Unfit for one that is none."""
    if not SOURCE.fullmatch(text):
        raise Unfit("source_unfit", "source")
    return text


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit("not_text", name)
    text, problem = clean_text(value, LONGEST[name], lines=False)
    if problem:
        raise Unfit(problem.replace(".", "_"), name)
    return text.strip()


def _instant(data: Mapping[str, Any], name: str) -> datetime | None:
    """An instant with its zone: a time without one is nobody's."""
    value = data.get(name)
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise Unfit("not_text", name)
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise Unfit("no_zone", name)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        if isinstance(fault, Unfit):
            raise
        raise Unfit("no_instant", name) from None
    if found < EARLIEST:
        raise Unfit("too_early", name)
    return found


def _day(data: Mapping[str, Any]) -> str:
    value = data.get("born_on")
    if value in (None, ""):
        return ""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Unfit("no_day", "born_on") from None
