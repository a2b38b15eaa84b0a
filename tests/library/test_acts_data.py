"""Acts as data: what exposes requires something, the forecast knows each, and nothing leads or blames."""

import re
from typing import Any

import pytest
import yaml
from tests.house.test_words import unsaid

from shelterbelt.library import files
from shelterbelt.library.acts import OTHERWISE, _faults, acts

COUNTY = acts(OTHERWISE)
PATH = "acts/demo_county/acts.yaml"


def test_every_promised_act_is_there() -> None:
    promised = {
        "serve_order",
        "release_from_custody",
        "contact_perpetrator",
        "disclose",
        "court_date",
        "separation",
    }
    assert set(COUNTY.kinds) == promised


def test_a_jurisdiction_without_acts_of_its_own_gets_the_imagined_ones() -> None:
    assert acts("nowhere") is COUNTY


def test_a_survivors_own_step_and_a_courts_day_are_never_stopped() -> None:
    assert {kind.kind for kind in COUNTY.kinds.values() if not kind.exposes} == {"separation", "court_date"}


@pytest.mark.parametrize("kind", sorted(COUNTY.kinds))
def test_every_preparation_is_sourced_and_due_before_the_act(kind: str) -> None:
    for need in COUNTY.kinds[kind].needs:
        assert need.hours_before > 0
        assert need.source in COUNTY.sources
        assert set(need.how) <= set(COUNTY.manners)


def test_the_survivor_hears_of_every_act_that_exposes_before_it() -> None:
    for kind in COUNTY.kinds.values():
        told = [need for need in kind.needs if need.required and "by_contact_instructions" in need.how]
        assert told or not kind.exposes, kind.kind


def test_no_text_blames_leads_or_counts_what_would_have_been() -> None:
    assert [fault for text in COUNTY.texts() for fault in unsaid(text)] == []
    leading = re.compile(r"\b(should|ought|recommend\w*|advis\w*|less danger|without it)\b", re.IGNORECASE)
    assert [text for text in COUNTY.texts() if leading.search(text)] == []


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [
        ("event", "earthquake", "does not know"),
        ("needs", [], "requires nothing"),
        ("kind", "disclose", "twice"),
    ],
)
def test_acts_that_do_not_fit_are_refused(where: str, value: Any, says: str) -> None:
    data = yaml.safe_load(files.raw(PATH))
    data["kinds"][0][where] = value
    assert any(says in fault for fault in _faults(data, OTHERWISE))


def test_an_unlisted_manner_and_another_name_are_refused() -> None:
    data = yaml.safe_load(files.raw(PATH))
    data["kinds"][0]["needs"][0]["how"] = ["by_telegram"]
    found = list(_faults(data, "nowhere"))
    assert len(found) == 2
