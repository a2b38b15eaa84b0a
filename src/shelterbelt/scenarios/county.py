"""Alder County: agencies, workers, services and 300 cases. The same seed gives the same county."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from shelterbelt.scenarios.courses import course
from shelterbelt.scenarios.directory import services
from shelterbelt.scenarios.events import Course
from shelterbelt.scenarios.places import AGENCIES, DEMO_ROLES, Agency, Worker, workers

CASES = 300


@dataclass(frozen=True)
class County:
    """Everything the demo is filled from. `demo_roles` are (role, worker code)."""

    name: str
    seed: int
    on: date
    agencies: tuple[Agency, ...]
    workers: tuple[Worker, ...]
    demo_roles: tuple[tuple[str, str], ...]
    services: tuple[dict[str, Any], ...]
    courses: tuple[Course, ...]


def county(seed: int, *, on: date, cases: int = CASES) -> County:
    """This function will invent the county as it stands at the start (UTC) of the day `on`.

    The same seed, day and number of cases give an equal county on every machine: each case draws from its
    own generator, so that case 7 stays the same however many there are. No event is dated after `on`.
    """
    end = datetime.combine(on, time(), tzinfo=UTC)
    staff = workers(Random(f"{seed}/staff"))
    courses = tuple(course(Random(f"{seed}/case/{n}"), n, staff, end=end) for n in range(1, cases + 1))
    return County("Alder County", seed, on, AGENCIES, staff, DEMO_ROLES, services(), courses)
