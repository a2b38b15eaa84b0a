"""What somebody who watches the line between two nodes can tell of a victim service: a quiet tick looks like a busy one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from shelterbelt import sealing
from shelterbelt.agencies import peers
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.enrol import enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency
from shelterbelt.exchange import sending
from shelterbelt.exchange.actions import RECEIPT
from shelterbelt.sealing import letters
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.world import Town

NOON = datetime.fromisoformat("2026-03-04T12:00:00+00:00")
TICK = timedelta(minutes=5)
# As many characters as the form takes for limits in words.
LONGEST = 4000


@dataclass
class Line:
    """Another node, and what somebody sees who watches the line to it: lengths."""

    keys: Keyring
    agency: Agency
    seen: list[tuple[int, int]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def post(self, address: str, path: str, data: bytes, **_more: Any) -> tuple[int, bytes]:
        letter = letters.read(
            data[letters.SMALLEST :], by=sealing.keyring().public_keys(), to=self.keys.node_keys()
        )
        told = {
            "id": str(uuid7()), "kind": RECEIPT, "from": letter["to"], "to": letter["from"], "re": letter["id"],
            "at": NOON.isoformat(), "body": {"letter": letter["id"], "outcome": "taken", "epoch": 0},
        }  # fmt: skip
        answer = letters.write(told, to=sealing.keyring().public_keys(), by=self.keys.node_keys())
        self.seen.append((len(data), len(answer)))
        self.kinds.append(letter["kind"])
        return 200, answer

    def at_tick(self, by: Agency, at: datetime) -> list[tuple[int, int]]:
        """What is seen at one tick."""
        self.seen.clear()
        self.kinds.clear()
        for to in sending.ticked_lines(by, at=at):
            if to == self.agency.id:
                sending.deliver_at_tick(by, self.agency, at=at)
        return list(self.seen)


@pytest.fixture
def line(here: Town, tmp_path: Path) -> Iterator[Line]:
    keys = Keyring.create(tmp_path / "theirs")
    node = enrol_node(
        f"far {uuid7()}", "http://localhost:9", keys.public_keys(), is_self=False, fictional=True
    )
    agency = enrol_agency(node, name="Far", kind="police", protocol="", time_zone="UTC", fictional=True)
    made = Line(keys, agency)
    before, tick = peers._posted, settings.LETTER_TICK
    peers._posted, settings.LETTER_TICK = made.post, int(TICK.total_seconds())  # type: ignore[assignment]
    yield made
    peers._posted, settings.LETTER_TICK = before, tick


def end(by: Agency, to: Agency, at: datetime) -> UUID:
    with as_agency(by.id, at=at):
        return send_letter("withdrawal/1", {"grant": str(uuid7()), "at": at.isoformat()}, by=by, to=to, at=at)


def open_(by: Agency, to: Agency, at: datetime, limits: str) -> UUID:
    body = {
        "grant": str(uuid7()), "reference": "r", "categories": ["safety_needs"], "purpose": "safety",
        "from": at.isoformat(), "until": at.isoformat(), "limits": limits,
    }  # fmt: skip
    with as_agency(by.id, at=at):
        return send_letter("grant/2", body, by=by, to=to, at=at)


def test_a_quiet_tick_looks_like_one_with_a_letter(here: Town, line: Line) -> None:
    by = here.advocates
    assert line.at_tick(by, NOON) == [], "nobody is written to before there was ever something to say"
    end(by, line.agency, NOON - timedelta(seconds=100))
    busy = line.at_tick(by, NOON)
    assert line.kinds == ["withdrawal/1"]
    for number in (1, 2, 3):
        assert line.at_tick(by, NOON + number * TICK) == busy
        assert line.kinds == ["nothing/1"]


def test_longest_limits_in_words_make_no_longer_letter(here: Town, line: Line) -> None:
    by = here.advocates
    end(by, line.agency, NOON - timedelta(seconds=100))
    quiet = line.at_tick(by, NOON)
    open_(by, line.agency, NOON, limits="語" * LONGEST)
    assert line.at_tick(by, NOON + TICK) == quiet
    assert line.kinds == ["grant/2"]


@pytest.mark.parametrize(("written", "seen"), [(1, 1), (2, 2), (3, 4), (5, 8)])
def test_number_of_letters_is_told_in_few_steps(here: Town, line: Line, written: int, seen: int) -> None:
    by = here.advocates
    for _ in range(written):
        end(by, line.agency, NOON - timedelta(seconds=100))
    assert len(line.at_tick(by, NOON)) == seen
    assert len(set(line.seen)) == 1


def test_nothing_leaves_between_the_ticks(here: Town, line: Line) -> None:
    end(here.advocates, line.agency, NOON + timedelta(seconds=1))
    for seconds in (2, 60, 299):
        line.at_tick(here.advocates, NOON + timedelta(seconds=seconds))
        assert "withdrawal/1" not in line.kinds, "a letter waits for its tick"
    line.at_tick(here.advocates, NOON + TICK)
    assert line.kinds == ["withdrawal/1"]


def test_agencies_of_the_system_send_no_empty_letters(here: Town, line: Line) -> None:
    end(here.police, line.agency, NOON - timedelta(seconds=1))
    assert len(line.at_tick(here.police, NOON)) == 1
    assert line.at_tick(here.police, NOON + TICK) == []
