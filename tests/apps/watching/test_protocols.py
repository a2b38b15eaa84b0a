"""What devices send is read as other people's published messages say it; what is hostile says nothing."""

import base64
import json
import math
import os
import struct
from pathlib import Path
from typing import Any

import pytest
from nacl.secret import SecretBox

from shelterbelt.rules.fixes import CLOCK, JAMMED, MOCKED, STRAP, UNSTATED, Fix, Said, take
from shelterbelt.rules.frames import FRAME, BrokenFrames, Heard, framed, joined, unframed
from shelterbelt.watching.protocols import feed, osmand, owntracks
from shelterbelt.watching.protocols.values import stamp_ms

NOW = 1_772_638_200_000
WORDS = "an-invented-passphrase"


def _cases(name: str) -> list[dict[str, str]]:
    folder = os.environ.get("SHELTERBELT_ORACLES")
    if not folder:
        pytest.fail("SHELTERBELT_ORACLES does not name the folder of published cases.")
    return list(json.loads((Path(folder) / "location" / name).read_text())["cases"])


def _sealed(text: str, words: str = WORDS) -> bytes:
    data = base64.b64encode(SecretBox(owntracks.key_of(words)).encrypt(text.encode())).decode()
    return json.dumps({"_type": "encrypted", "data": data}).encode()


def test_published_owntracks_messages_are_positions_in_the_clear_and_sealed() -> None:
    cases = _cases("owntracks.json")
    assert len(cases) == 6
    for case in cases:
        told = json.loads(case["json"])
        for said in (owntracks.read(case["json"].encode()), owntracks.read(_sealed(case["json"]), WORDS)):
            assert said is not None
            taken = take(said, received_ms=told["tst"] * 1000 + 500)
            assert taken.fix is not None
            assert (taken.fix.latitude, taken.fix.longitude) == (round(told["lat"], 6), round(told["lon"], 6))
            assert (taken.fix.ms, taken.fix.battery) == (told["tst"] * 1000, told.get("batt", -1))
            assert taken.fix.metres == max(told.get("acc", 100), 3)
            assert bool(taken.fix.marks & UNSTATED) == ("acc" not in told)
            assert math.isclose(taken.fix.speed, told["vel"] / 3.6 if "vel" in told else -1)


def test_published_osmand_messages_are_positions_or_none_as_their_authors_say() -> None:
    cases = _cases("osmand.json")
    assert len(cases) == 14
    for case in cases:
        message = _read_osmand(case)
        fix = take(message.said, received_ms=NOW).fix if message.said else None
        assert {"position": (True, True), "accepted, no position": (True, False), "rejected": (False, True)}[
            case["expect"]
        ] == (bool(message.id), fix is not None)
        if "query" in case and case["expect"] == "position":
            by_form = osmand.read("", case["query"].removeprefix("/?").encode())
            assert by_form == message


def _read_osmand(case: dict[str, str]) -> osmand.Message:
    if "json" in case:
        return osmand.read("", case["json"].encode())
    return osmand.read(case["query"].removeprefix("/?"))


def test_published_values_are_what_they_say() -> None:
    said = {c.get("query", c.get("json", ""))[:60]: _read_osmand(c).said for c in _cases("osmand.json")}
    (walked,) = (one for key, one in said.items() if "1504763810" in key and one)
    assert take(walked, received_ms=1504763811000).fix == Fix(
        1504763810000, 40.723295, -74.006141, 100.0, pytest.approx(40 * 1852 / 3600), -1, UNSTATED
    )
    (charged,) = (one for one in said.values() if one and one.battery == 87)
    assert (charged.stamp_ms, charged.speed) == (None, 0.0)
    (driven,) = (one for one in said.values() if one and one.speed == 18.67)
    assert (driven.metres, driven.battery, driven.stamp_ms) == (3.8, 79, 1626854794444)
    (diluted,) = (one for one in said.values() if one and one.stamp_ms == 1453920947000)
    assert diluted.metres == 30.0


@pytest.mark.parametrize(
    ("told", "ms"),
    [("1377177267", 1377177267000), (1377177267, 1377177267000), ("1442068686579", 1442068686579),
     ("2016-01-27T18:55:47Z", 1453920947000), ("2016-01-27T18:55:47.250+01:00", 1453917347250),
     ("2014-06-04 09:10:11", 1401873011000), ("2014-06-04T09:10:11", 1401873011000), ("1377177267.5", 1377177267500),
     (None, None), ("", None), ("yesterday", 0), (True, 0), ([], 0), ("9" * 40, 0), ("2014-13-40", 0), ("1e400", 0)],
)  # fmt: skip
def test_every_form_of_an_instant_is_read(told: object, ms: int | None) -> None:
    assert stamp_ms(told) == ms


def test_what_is_not_known_is_minus_one_in_every_protocol() -> None:
    said = osmand.read("id=a&lat=1&lon=2&speed=-1&accuracy=-1&batt=-1&timestamp=1").said
    assert said == Said("1", "2", "-1", 1000, -1.0, -1)
    taken = take(said, received_ms=NOW).fix
    assert taken == Fix(NOW, 1.0, 2.0, 100.0, -1.0, -1, UNSTATED | CLOCK)
    coords = {"latitude": 1, "longitude": 2, "accuracy": -1, "speed": -1}
    body = {"device_id": "a", "location": {"coords": coords, "battery": {"level": -1}, "mock": True}}
    assert osmand.read("", json.dumps(body).encode()).said == Said(1, 2, -1, None, -1.0, -1, MOCKED)


HOSTILE = (
    b"", b"\0", b"{", b"[]", b"null", b"1", b'"x"', b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{}", b"{}" * 2,
    b'{"_type":"location","_type":"location","lat":1,"lon":2,"tst":1}', b'{"_type":"location","lat":NaN,"lon":1,"tst":1}',
    b'{"_type":"encrypted"}', b'{"_type":"encrypted","data":7}', b'{"_type":"encrypted","data":"AAAA"}',
    b'{"_type":"encrypted","data":"!"}', b'{"_type":"transition","lat":1,"lon":2,"tst":1}', b'{"fixes":{}}',
    b'{"fixes":[1,null,[],{},{"device":true},{"device":-1},{"device":4294967296},{"device":"1"}]}',
    b'{"location":[],"device_id":{}}', b'{"device_id":"a","id":"b"}', b"9" * 5000, b'{"a":' + b"9" * 5000 + b"}",
)  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_says_nothing_and_breaks_nothing(body: bytes) -> None:
    assert owntracks.read(body) is None and owntracks.read(body, WORDS) is None
    message = osmand.read("", body)
    assert (message.id, message.said) == ("", None)
    assert feed.read_json(body) == []
    assert list(feed.read_frames(body)) == []


def test_a_sealed_message_opens_with_its_own_passphrase_alone() -> None:
    text = json.dumps({"_type": "location", "lat": 1, "lon": 2, "tst": 1})
    assert owntracks.read(_sealed(text), WORDS) == Said(1, 2, None, 1000)
    assert owntracks.read(_sealed(text), "another") is None
    assert owntracks.read(_sealed(text)) is None
    inside = _sealed(_sealed(text).decode())
    assert owntracks.read(inside, WORDS) is None


def test_two_identifiers_are_none_and_no_message_shows_its_own() -> None:
    assert osmand.read("id=a&id=b&lat=1&lon=2").id == ""
    assert osmand.read("id=a&deviceid=a&lat=1&lon=2").id == "a"
    assert "secret" not in repr(osmand.read("id=secret&lat=1&lon=2"))
    assert osmand.read("id=a&lat=1&lon=2&valid=false").said is None


def test_a_feed_says_the_same_as_json_and_as_frames() -> None:
    told: list[dict[str, Any]] = [
        {"device": 3, "at": "2026-03-04T15:29:00Z", "latitude": 40.5, "longitude": -105.25, "metres": 8, "speed": 1.5,
         "battery": 80, "marks": ["strap", "jammed", "nonsense", 4]},
        {"device": 4, "at": NOW - 1000, "latitude": 40.5, "longitude": -105.25, "metres": -1},
    ]  # fmt: skip
    by_json = feed.read_json(json.dumps({"fixes": told}).encode())
    raw = [
        (NOW - 60_000, 0, 40.5, -105.25, 8.0, 1.5, 3, 80, STRAP | JAMMED, 0),
        (NOW - 1000, 9, 40.5, -105.25, -1.0, -1.0, 4, -1, 0, 5),
    ]
    by_frames = list(feed.read_frames(b"".join(FRAME.pack(*one) for one in raw)))
    taken = [[(n, take(said, received_ms=NOW).fix) for n, said in way] for way in (by_json, by_frames)]
    assert taken[0] == taken[1]
    assert taken[0][0] == (3, Fix(NOW - 60_000, 40.5, -105.25, 8.0, 1.5, 80, STRAP | JAMMED))
    assert list(feed.read_frames(FRAME.pack(*raw[0])[:-1])) == []
    too_many = json.dumps({"fixes": [{"device": 1}] * (feed.MOST + 1)}).encode()
    assert feed.read_json(too_many) == []


def test_a_frame_is_48_bytes_and_comes_back_as_it_was() -> None:
    fix = Fix(NOW - 5, 40.123456, -105.654321, 8.25, 1.5, 77, STRAP)
    frame = framed(2**32 - 1, fix, received_ms=NOW)
    assert len(frame) == 48 and list(unframed(frame)) == [Heard(2**32 - 1, NOW, fix)]
    assert joined(unframed(frame * 3)) == frame * 3 and list(unframed(b"")) == []
    assert frame[:8] == (NOW - 5).to_bytes(8, "little") and frame[-2:] == b"\0\0"
    for cut in (b"x", frame[:-1], frame + b"\0"):
        with pytest.raises(BrokenFrames):
            unframed(cut)
    with pytest.raises(struct.error):
        framed(2**32, fix, received_ms=NOW)
    rough = next(iter(unframed(framed(1, Fix(1, 0.1, 0.1, 8.1, 0.1), received_ms=1)))).fix
    assert (rough.latitude, rough.metres) == (0.1, struct.unpack("<f", struct.pack("<f", 8.1))[0])
