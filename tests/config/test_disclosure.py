"""`shelterbelt disclosure preview` says how much is held and shows no content; each time it is used is a look."""

from typing import Any

import pytest

from shelterbelt.config import disclosure
from shelterbelt.config.cli import parser
from shelterbelt.config.processes import Fault
from shelterbelt.disclosures.preview import of_case
from shelterbelt.disclosures.seen import looks_at
from shelterbelt.store.asker import as_agency
from tests.apps.disclosures.conftest import Built, built, thief
from tests.apps.test_dump import hits
from tests.world import AT

__all__ = ["built", "thief"]


@pytest.mark.parametrize("more", [[], ["--show-open-columns"]])
def test_preview_counts_what_is_held_and_shows_no_word(
    built: Built, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    case = built.advocates
    chosen = parser().parse_args(["disclosure", "preview", case.ref, *more])
    assert disclosure.preview(chosen) == 0
    told = capsys.readouterr().out
    with as_agency(case.agency_id, at=AT):
        for held in of_case(case).tables:
            line = next(one for one in told.splitlines() if one.startswith(f"{held.table} "))
            expected = [held.sealed, held.opens, held.destroyed, held.elsewhere]
            assert [int(n) for n in line.split()[2:]] == expected, held.table
    assert hits(told.encode()) == []
    assert (str(case.id) in told) == bool(more)


def test_each_use_of_it_is_a_look(built: Built, capsys: Any) -> None:
    disclosure.preview(parser().parse_args(["disclosure", "preview", built.police.ref]))
    with as_agency(built.police.agency_id, at=AT):
        line = looks_at(built.police).lines[0]
    assert "list of what is held" in line.what and "command line" in line.who


def test_an_unknown_reference_is_one_plain_line(built: Built) -> None:
    with pytest.raises(Fault, match="No case of this node"):
        disclosure.preview(parser().parse_args(["disclosure", "preview", "nothing"]))
