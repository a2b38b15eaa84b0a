"""A town with one police case and one case of its advocates, in which everything that can be written was written."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from shelterbelt.cases.models import Case
from shelterbelt.store.asker import as_agency
from tests.apps.test_dump import Canaries, at_the_advocates, at_the_scene, thief
from tests.world import AT, Town

__all__ = ["thief"]

PDF = b"%PDF-1.4\n% a paper\n" + b"0" * 300 + b"\n%%EOF\n"


def png() -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


@dataclass
class Built:
    """The town with its two cases and the words that were typed."""

    town: Town
    police: Case
    advocates: Case
    incident: Any
    sung: Canaries


@pytest.fixture
def built(place: Town, settle: Any) -> Built:
    """Everything that can be written, by its workers, as they would."""
    sung = Canaries()
    made, choice = at_the_scene(place, sung)
    at_the_advocates(place, sung, choice)
    settle(place.police, place.advocates)
    with as_agency(place.advocates.id, at=AT):
        theirs = Case.objects.filter(agency=place.advocates).order_by("opened_at", "id").first()
    assert theirs is not None
    assert made.case is not None
    return Built(place, made.case, theirs, made.incident, sung)
