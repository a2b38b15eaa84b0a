"""A survivor with a record of their own: an item with words, an item with a picture that knows where it was taken."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.journal.actions import keep_file, show_item, write_item
from shelterbelt.journal.models import Item, Original
from shelterbelt.journal.queries import item_by_ref
from shelterbelt.store.ids import uuid7
from tests.apps.safety.conftest import Home, home_in
from tests.apps.test_dump import thief as thief
from tests.world import AT, Town

TOLD = {
    "kind": "happened",
    "text": "Quezzle stood at the gate\nand waited.",
    "on": "2026-03-01",
    "time": "21:15",
    "sure": "about",
}
GPS = b"Quezzcamera"


def photo(size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG whose hidden data say which camera and where."""
    made = io.BytesIO()
    hidden = Image.Exif()
    hidden[0x010F] = GPS.decode()
    hidden.get_ifd(0x8825)[1] = "N"
    hidden.get_ifd(0x8825)[2] = (41.0, 52.0, 41.0)
    Image.new("RGB", size, (10, 120, 40)).save(made, "JPEG", exif=hidden)
    return made.getvalue()


@dataclass
class Kept:
    """Who is there, and what stands in the record."""

    home: Home
    words: Item
    picture: Item
    original: Original

    @property
    def by(self) -> Survivor:
        return self.home.survivor

    @property
    def advocate(self) -> Worker:
        return self.home.by

    def asks(self, by: Any, at: Any = AT) -> Any:
        return self.home.asks(by, at)

    def item(self, one: Item) -> Item:
        """The item as it stands now."""
        with self.asks(self.by):
            return item_by_ref(one.ref, by=self.by, at=AT)

    def showing(self, one: Item, at: Any = AT) -> None:
        with self.asks(self.by, at):
            show_item(one, self.advocate.id, by=self.by, at=at)


def kept_in(home: Home) -> Kept:
    by = home.survivor
    with home.asks(by):
        words = write_item(home.file, TOLD, by=by, at=AT)
        picture = write_item(home.file, {"kind": "injury", "text": "Quezzarm", "on": ""}, by=by, at=AT)
        original = keep_file(
            picture, io.BytesIO(photo()), name="IMG_1.jpg", kind="photo", words="Quezzleft", by=by, at=AT
        )
    return Kept(home, words, picture, original)


@pytest.fixture
def kept(place: Town) -> Kept:
    home = home_in(place)
    return kept_in(
        Home(**{**vars(home), "survivor": Survivor(home.survivor.id, home.file.agency_id, uuid7())})
    )
