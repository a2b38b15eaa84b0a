"""Makes of an instrument's file the shape that the rules score; its words are left to `assessments`.

It expects data that its schema has let through; what does not fit together is found by `faults`.
"""

from typing import Any

from shelterbelt.rules.levels import level_of
from shelterbelt.rules.sheets import (
    Band,
    Bin,
    Danger,
    Detection,
    Missing,
    Norm,
    Option,
    Question,
    Rate,
    Sheet,
    Trigger,
)

Data = dict[str, Any]


def instrument_of(data: Data) -> Danger | Detection:
    """This function will return the shape of an instrument's file.

    Raises ValueError for a detection with bands, and KeyError for an item that names no list of answers.
    """
    sheet = Sheet(
        id=data["id"],
        version=data["version"],
        questions=tuple(_question(data, item) for item in data["items"]),
        triggers=tuple(_trigger(line) for line in data.get("triggers", ())),
        bands=tuple(_band(line) for line in data.get("bands", ())),
        missing=Missing(data["missing"]["rule"]),
        most_missing=data["missing"].get("most", 0),
        arithmetic=data.get("arithmetic", True),
    )
    if data["kind"] == "detection":
        return Detection(sheet)
    return Danger(sheet, tuple(_norm(line) for line in data.get("norms", ())))


def _question(data: Data, item: Data) -> Question:
    scored = item.get("scored", True)
    points = item.get("points", {})
    options = tuple(
        Option(code, float(points.get(code, one["points"])) if scored else 0.0, one.get("means_yes", False))
        for code, one in data["answers"][item["answers"]].items()
    )
    return Question(item["id"], options, tuple(item.get("excludes", ())))


def _trigger(line: Data) -> Trigger:
    return Trigger(
        id=line["id"],
        of=tuple(line["of"]),
        at_least=line.get("at_least", 1),
        points=float(line["points"]) if "points" in line else None,
        each=tuple(tuple(group) for group in line.get("each", ())),
        unless=tuple(line.get("unless", ())),
        band=line.get("band", ""),
        does=tuple(line.get("does", ())),
        side=line.get("side", False),
    )


def _band(line: Data) -> Band:
    level = line.get("level")
    return Band(
        id=line["id"],
        lo=float(line.get("lo", 0)),
        hi=float(line.get("hi", 0)),
        level=None if level is None else level_of(level),
    )


def _norm(line: Data) -> Norm:
    base = line.get("base")
    return Norm(
        id=line["id"],
        source=line["source"],
        sample=line["sample"],
        period=line["period"],
        outcome=line["outcome"],
        follow_up=line["follow_up"],
        tag=line["tag"],
        rates={one["id"]: _rate(one) for one in line["bins"]},
        bins=tuple(Bin(one["id"], float(one["lo"]), float(one["hi"])) for one in line["bins"]),
        base=None if base is None else _rate(base),
        n=line.get("n"),
    )


def _rate(line: Data) -> Rate:
    lo, hi = line["interval"] or (None, None)
    return Rate(float(line["rate"]), lo, hi)
