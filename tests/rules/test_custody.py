"""Lines of custody hang on each other: what was changed, moved, doubled or taken out of the middle is seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from shelterbelt.rules.custody import BEGINNING, Link, first_broken, linked

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


def chain(length: int = 5) -> list[Link]:
    made: list[Link] = []
    for number in range(1, length + 1):
        link = Link(
            number, "looked_at", AT + timedelta(hours=number), "her", "thing", sha256(b"file").digest()
        )
        made.append(replace(link, digest=linked(link, made[-1].digest if made else BEGINNING)))
    return made


def test_lines_as_they_were_written_hold() -> None:
    assert first_broken(chain()) is None
    assert first_broken([]) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "shown"},
        {"at": AT},
        {"by": "him"},
        {"what": "else"},
        {"about": BEGINNING},
        {"digest": BEGINNING},
    ],
)
def test_changed_line_is_seen(changed: dict[str, object]) -> None:
    lines = chain()
    lines[2] = replace(lines[2], **changed)  # type: ignore[arg-type]
    assert first_broken(lines) == 3


def test_line_that_is_missing_doubled_or_moved_is_seen() -> None:
    lines = chain()
    assert first_broken(lines[:1] + lines[2:]) == 2
    assert first_broken([*lines[:2], lines[1], *lines[2:]]) == 3
    assert first_broken([lines[1], lines[0], *lines[2:]]) == 1


def test_line_made_anew_in_the_middle_breaks_the_next() -> None:
    lines = chain()
    forged = replace(lines[2], by="him")
    lines[2] = replace(forged, digest=linked(forged, lines[1].digest))
    assert first_broken(lines) == 4


@pytest.mark.parametrize("changed", [{"kind": "lost"}, {"number": 0}, {"at": AT.replace(tzinfo=None)}])
def test_what_is_no_line_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="custody"):
        linked(replace(chain(1)[0], **changed), BEGINNING)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="custody"):
        linked(chain(1)[0], b"short")
