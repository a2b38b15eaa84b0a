"""The steps and words of help alerts: what can be picked tells nothing, and every step is one that the rules know."""

from pathlib import Path
from typing import Any

import pytest

from shelterbelt.library import calling as module
from shelterbelt.library import files
from shelterbelt.library.calling import calling
from shelterbelt.library.files import LibraryError


def test_the_usual_steps_begin_at_once_and_go_on_until_somebody_answers() -> None:
    how = calling()
    assert how.steps[0].after.total_seconds() == 0 and {"duty", "circle"} <= how.steps[0].kinds
    assert how.steps[-1].times == 0 and how.steps[-1].every
    assert how.unanswered_after < how.stops_after and min(how.holds).total_seconds() >= 5


def test_the_codes_that_the_sender_uses_are_there_in_both_languages() -> None:
    fixed = calling().fixed
    assert {"duty", "answer", "not_back", "test", "over"} <= set(fixed)
    assert all(said["en"] and said["es"] for said in (*fixed.values(), *calling().picked.values()))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Please call me now.", "Please call the police now.", "police"),
        ("name: usual", "name: other", "another"),
        ("code: come_by", "code: call_me", "twice"),
        ("times: 5", "times: -5", "minimum"),
    ],
)
def test_words_that_would_tell_and_broken_files_are_refused(
    monkeypatch: Any, tmp_path: Path, old: str, new: str, found: str
) -> None:
    data = files.raw("calling/usual.yaml").decode().replace(old, new, 1).encode()
    monkeypatch.setattr(module.files, "read", lambda path, kind: files.parse(data, kind, path))
    with pytest.raises(LibraryError, match=found):
        calling.__wrapped__("usual")
