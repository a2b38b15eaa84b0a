"""A plan as pages show it, as plain values: the same for the worker's page and the survivor's. Templates make the addresses.

It counts nothing that was left out, and asks for nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.library.guides import OTHERWISE
from shelterbelt.library.limits import before, limits_for, without
from shelterbelt.library.plans import SELF
from shelterbelt.rules.part_sharing import PartFacts
from shelterbelt.safety.answers import ROWS, asked
from shelterbelt.safety.models import NOT_FOR_US, REMOVED, SKIPPED, WRITTEN, SafetyPlan
from shelterbelt.safety.queries import (
    PartFace,
    VersionFace,
    again,
    chosen_of,
    parts_of,
    shares_of,
    viewers_for,
)
from shelterbelt.safety.queries.plans import face
from shelterbelt.safety.queries.sharing import asks_place

# A part that nobody opened has no state: nothing on the page says so.
STATES = {
    WRITTEN: _("Written"),
    SKIPPED: _("Left out for now"),
    NOT_FOR_US: _("Not for us"),
    REMOVED: _("Taken out"),
}
FAULTS = {
    "text.control": _("Take out the signs shown as \ufffd: they cannot be stored."),
    "text.not_text": _("Write this as text."),
    "text.too_long": _("This is too long. Write it in fewer words, or in two parts."),
}
By = Worker | Survivor
# Gives the address of one of the plan's pages by its name: a worker's, or the portal's.
To = Callable[..., str]


def home(plan: SafetyPlan, *, language: str, to: To, by: By, at: datetime) -> dict[str, Any]:
    """The plan's first page: what is new to cover, and its parts under their headings."""
    chosen = chosen_of(plan)
    faces = parts_of(plan, language=language, by=by, at=at)
    found = again(plan, language=language, by=by, at=at)
    return {
        "plan": face(plan, language),
        "groups": groups(plan, faces, language, to),
        "covers": [
            {
                "says": one.says,
                "parts": [{"title": title, "url": to("part", code)} for code, title in one.parts],
                "new": one.new,
            }
            for one in found.covers
        ],
        "due": found.review.due,
        "new": found.new,
        "look_on": chosen.look_on,
        "chosen": [
            *(chosen.known.risks[code].by(language) for code in chosen.risks),
            *(chosen.known.situations[code].by(language) for code in chosen.situations),
        ],
    }


def groups(plan: SafetyPlan, faces: list[PartFace], language: str, to: To) -> list[dict[str, Any]]:
    """The parts under the headings of the library, each with who wrote it and when."""
    labels = chosen_of(plan).known.groups
    found: dict[str, list[dict[str, Any]]] = {}
    for one in faces:
        found.setdefault(one.part.group, []).append(_line(one, language, to))
    return [{"title": labels[code].by(language), "parts": parts} for code, parts in found.items()]


def _line(one: PartFace, language: str, to: To) -> dict[str, Any]:
    return {
        "code": one.part.id,
        "title": one.part.title.by(language),
        "url": to("part", one.part.id),
        "state": _state(one),
        "state_code": one.state,
        **_who(one.newest),
    }


def _state(one: PartFace) -> str:
    return str(STATES[one.state]) if one.state else ""


def _who(version: VersionFace | None) -> dict[str, Any]:
    if version is None:
        return {"at": None}
    return {"at": version.written_at, "by": version.by_name, "own_hand": version.own_hand}


def part(
    plan: SafetyPlan, one: PartFace, *, language: str, at: datetime, answers: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One part as a form: what it is for, what to be careful with, its questions with what was answered."""
    known = chosen_of(plan).known
    told = answers if answers is not None else (one.newest.answers if one.newest else {})
    return {
        "plan": face(plan, language),
        "code": one.part.id,
        "title": one.part.title.by(language),
        "intro": one.part.intro.by(language),
        "why": one.part.why.by(language),
        "term": known.terms[one.part.term].by(language),
        "careful": [said.by(language) for said in one.part.careful],
        "facts": [
            {"text": fact.text.by(language), "source": known.sources.get(fact.source, "")}
            for fact in one.part.facts
        ],
        "prompts": asked(one.part, known, told, language),
        "number": one.number,
        "state": _state(one),
        "state_code": one.state,
        "who": _who(one.newest),
        "growing": any(prompt.kind in ROWS for prompt in one.part.prompts),
        "limits": limits_before(plan, one, language=language, at=at),
    }


def limits_before(plan: SafetyPlan, one: PartFace, *, language: str, at: datetime) -> dict[str, Any] | None:
    """What the law makes this agency report, said before anything about children or injuries is written."""
    topics = {"children"} if chosen_of(plan).whom != SELF or one.part.group == "children" else set()
    topics |= {"injuries"} if one.part.group == "body" else set()
    if not topics:
        return None
    on = at.astimezone(ZoneInfo(plan.agency.time_zone)).date()
    place = plan.agency.protocol.partition("/")[0] or OTHERWISE
    found = limits_for(plan.agency.kind, topics, on=on, jurisdiction=place)
    return {
        "first": (before(jurisdiction=place) if found else without(jurisdiction=place)).by(language),
        "lines": [{"title": line.title.by(language), "says": line.says.by(language)} for line in found],
    }


def versions(rows: list[VersionFace]) -> list[dict[str, Any]]:
    """Everything a part said, the newest first."""
    return [
        {
            "number": row.number,
            "state": STATES[row.state],
            "lines": [{"key": line.label, "list": line.values} for line in row.lines],
            **_who(row),
        }
        for row in rows
    ]


def whole(plan: SafetyPlan, *, language: str, to: To, by: By, at: datetime) -> dict[str, Any]:
    """All that is written, on one page."""
    faces = [one for one in parts_of(plan, language=language, by=by, at=at) if one.state == WRITTEN]
    listed = groups(plan, faces, language, to)
    lines = {
        one.part.id: [{"key": line.label, "list": line.values} for line in one.newest.lines]
        for one in faces
        if one.newest
    }
    for group in listed:
        for entry in group["parts"]:
            entry["lines"] = lines[entry["code"]]
    return {"plan": face(plan, language), "groups": listed}


def readers(plan: SafetyPlan, one: PartFace, *, language: str, by: By, at: datetime) -> dict[str, Any]:
    """Who reads a part besides the two, and who could."""
    shares = shares_of(one.row, by=by, at=at) if one.row else []
    taken = {share.viewer_id for share in shares}
    facts = PartFacts(chosen_of(plan).whom, asks_place(one.part))
    return {
        "plan": face(plan, language),
        "code": one.part.id,
        "title": one.part.title.by(language),
        "written": one.state == WRITTEN,
        "tells_place": facts.tells_place,
        "shares": [
            {
                "ref": share.ref,
                "viewer": share.viewer,
                "own_team": share.own_team,
                "sleeps": not (share.own_team or share.released),
                "since": share.since,
                "own_hand": share.own_hand,
                "by": share.by_name,
            }
            for share in shares
        ],
        "viewers": [
            {"id": str(viewer.id), "name": viewer.name, "own_team": viewer.own_team}
            for viewer in viewers_for(plan, by=by, at=at)
            if viewer.id not in taken
        ],
    }


def overview(plan: SafetyPlan, *, language: str, to: To, by: By, at: datetime) -> dict[str, Any]:
    """Of each part that is written: who reads it besides the two."""
    faces = [one for one in parts_of(plan, language=language, by=by, at=at) if one.state == WRITTEN]
    return {
        "plan": face(plan, language),
        "parts": [
            {
                "title": one.part.title.by(language),
                "url": to("readers", one.part.id),
                "readers": [share.viewer for share in shares_of(one.row, by=by, at=at)] if one.row else [],
            }
            for one in faces
        ],
    }


def faults(found: dict[str, str]) -> list[dict[str, str]]:
    """What needs another look before it can be saved, by field."""
    return [{"field": name, "says": str(FAULTS[code])} for name, code in found.items()]


BUTTONS = {"skip": SKIPPED, "not_for_us": NOT_FOR_US, "remove": REMOVED}


def state_asked(sent: Mapping[str, Any]) -> str:
    """Which button was pressed."""
    return next((state for name, state in BUTTONS.items() if name in sent), WRITTEN)


def number_asked(sent: Mapping[str, Any]) -> int:
    """The number of the version that the page showed."""
    after = str(sent.get("after", ""))
    return int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
