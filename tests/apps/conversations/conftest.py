"""A survivor with a case, an own file that the advocate is trusted with, and a colleague who is not."""

from dataclasses import dataclass

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.world import AT, Town, worker

NAME = "Ximena Canaryname"


@dataclass
class Two:
    """Who tells each other what."""

    town: Town
    case: Case
    file: OwnFile
    hand: Survivor
    advocate: Worker
    colleague: Worker


def two_of(town: Town, name: str = NAME) -> Two:
    """A survivor of the advocates' agency and their advocate."""
    by = town.advocate
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        case = open_direct_case(survivor={"name": name, "language": "es"}, other=None, words={}, by=by, at=AT)
        file = begin_file(case.survivor, by=by, at=AT)
    hand = Survivor(case.survivor_id, town.advocates.id, uuid7())
    return Two(town, case, file, hand, by, worker(town.advocates, "advocate"))


@pytest.fixture
def two(place: Town) -> Two:
    return two_of(place)
