"""Hands out what a forecast, a planned act or a level says to cover, as parts of the safety plan and a plain sentence.

It refuses a table that names a part the plan has not. It holds no number and no level for anybody to read.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files, plans
from shelterbelt.library.files import LibraryError
from shelterbelt.library.said import Said, said
from shelterbelt.rules.cover import Line

FOLDER = "covers"


def lines(plan_id: str = plans.SAFETY_PLAN) -> tuple[Line, ...]:
    """This function will return the table for `rules.cover.cover`. Raises LibraryError when it is wrong."""
    return tuple(
        Line(topic["id"], frozenset(topic["codes"]), tuple(topic["parts"]))
        for topic in _read(plan_id)["topics"]
    )


def says(topic: str, plan_id: str = plans.SAFETY_PLAN) -> Said:
    """This function will return the sentence that stands above the parts of a topic. Raises KeyError for another."""
    return _said(plan_id)[topic]


def version(plan_id: str = plans.SAFETY_PLAN) -> str:
    """This function will return which version of the table this is."""
    return str(_read(plan_id)["version"])


@cache
def _said(plan_id: str) -> Mapping[str, Said]:
    return MappingProxyType({topic["id"]: said(topic["says"]) for topic in _read(plan_id)["topics"]})


@cache
def _read(plan_id: str) -> dict[str, Any]:
    known = {part.id for part in plans.plan(plan_id).parts}
    path = f"{FOLDER}/{plan_id}.yaml"
    data = files.read(path, "covers")
    for topic in data["topics"]:
        if not set(topic["parts"]) <= known:
            raise LibraryError(f"{path}: {topic['id']} names a part that the plan has not")
    if data["plan"] != plan_id or len({topic["id"] for topic in data["topics"]}) != len(data["topics"]):
        raise LibraryError(f"{path}: it names another plan, or a topic stands twice")
    return data
