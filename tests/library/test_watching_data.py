"""From when on watching tells something: the numbers of the file as the rules take them, and files that cannot be."""

from typing import Any

import pytest

from shelterbelt.library import files
from shelterbelt.library import watching as module
from shelterbelt.library.files import LibraryError
from shelterbelt.library.watching import Silence, Telling, watching
from shelterbelt.rules import approach, geofence, signals, storms

HOUR, MINUTE = 3_600_000, 60_000


def test_spans_come_in_milliseconds_and_what_holds_for_all_stands_in_each() -> None:
    common = {"late_ms": HOUR, "most": 4096, "fastest": 70}
    usual = watching()
    assert usual.zone == geofence.Settings(
        bridge_ms=10 * MINUTE, stay_ms=5 * MINUTE, maybe_ms=MINUTE, leave=25, vague=1000, **common
    )
    assert usual.pair == approach.Settings(
        near=500, far=700, stale_ms=5 * MINUTE, drift=2, ahead=5000, over_ms=MINUTE // 2, meet_ms=10 * MINUTE,
        vague=1000, **common,
    )  # fmt: skip
    assert usual.device == signals.Settings(low=15, charged=30, **common)
    assert usual.silence == Silence(allowed_ms=15 * MINUTE, outage_ms=MINUTE, beat_ms=5000)
    assert usual.storms == storms.Settings(span_ms=15 * MINUTE, longest_ms=4 * HOUR, again_ms=30 * MINUTE)
    assert usual.telling == Telling(again_ms=2 * MINUTE, times=5, slower_ms=10 * MINUTE, stops_ms=12 * HOUR)
    assert (usual.proof_ms, usual.kept_days) == (15 * MINUTE, 90)


def test_whoever_is_on_duty_is_told_again_ever_more_slowly_and_not_for_ever() -> None:
    telling = watching().telling
    assert telling.next_ms(0, 0, 1) == 2 * MINUTE
    assert telling.next_ms(0, 8 * MINUTE, 5) == 18 * MINUTE
    assert telling.next_ms(0, 12 * HOUR, 80) is None


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("name: usual", "name: other", "another"),
        ("far_metres: 700", "far_metres: 500", "ends an alarm"),
        ("charged: 30", "charged: 15", "ends an alarm"),
        ("outage_seconds: 60", "outage_seconds: 5", "away"),
        ("most: 4096", "most: 0", "minimum"),
        ("drift: 2", "drift: -1", "minimum"),
        ("  drift: 2\n", "", "drift"),
    ],
)
def test_a_file_that_cannot_be_is_refused(monkeypatch: Any, old: str, new: str, found: str) -> None:
    text = files.raw("watching/usual.yaml").decode()
    assert old in text
    data = text.replace(old, new, 1).encode()
    monkeypatch.setattr(module.files, "read", lambda path, kind: files.parse(data, kind, path))
    with pytest.raises(LibraryError, match=found):
        watching.__wrapped__("usual")
