"""The room of the plan in the portal: a survivor by their own hand, without scripts, in two languages."""

import re
from typing import Any

import pytest

from shelterbelt.safety.models import OwnFile, PlanPart
from shelterbelt.safety.queries import plans_of
from shelterbelt.store.asker import as_agency
from tests.apps.portal.visiting import Visiting, account_for
from tests.apps.safety.conftest import PEOPLE, PLACE, WHERE, WORDS, Home
from tests.world import AT, Town


@pytest.fixture
def visiting(home: Home) -> Visiting:
    return Visiting(account_for(home.case.survivor, home.town.advocates))


def test_a_survivor_reads_changes_and_takes_out_what_a_worker_wrote(home: Home, visiting: Visiting) -> None:
    home.wrote(PEOPLE, WORDS)
    ref = home.plan.ref
    assert "Written by <span" in " ".join(visiting.get("plan-home").content.decode().split())
    page = visiting.get("plan-part", ref, PEOPLE).content.decode()
    assert "Quezzelvorp" in page
    sent: dict[str, Any] = {"after": "1", "contacts_not": "Other words", "save": "1"}
    saved = visiting.post("plan-part", ref, PEOPLE, **sent)
    assert visiting.path_of(saved["Location"]) == f"/p/{ref}/"
    assert b"Written by you" in visiting.get("plan-one", ref).content
    before = visiting.get("plan-before", ref, PEOPLE).content.decode()
    assert "Quezzelvorp" in before and "Robin" in before and "Other words" in before
    again = visiting.post("plan-part", ref, PEOPLE, **sent)
    assert again.status_code == 422 and b"Somebody wrote here" in again.content
    visiting.post("plan-part", ref, PEOPLE, after="2", remove="1")
    assert b"Other words" not in visiting.get("plan-all", ref).content


def test_every_page_of_the_room_opens_in_both_languages_and_says_no_english_word_in_spanish(
    home: Home, visiting: Visiting
) -> None:
    home.wrote(PLACE, WHERE)
    spanish = Visiting(visiting.visitor.account, language="es")
    ref = home.plan.ref
    for name, args in (
        *((f"plan-{name}", (ref,)) for name in ("one", "choose", "all", "again", "overview", "trusted", "end")),
        *((f"plan-{name}", (ref, PLACE)) for name in ("part", "before", "readers")),
        ("plan-home", ()), ("plan-begin", ()),
    ):  # fmt: skip
        for one in (visiting, spanish):
            answer = one.get(name, *args)
            assert answer.status_code == 200, name
            assert len(answer.content) % 4096 == 0
        text = re.sub(r"<[^>]+>", " ", answer.content.decode())
        assert not re.search(r"\b(the|your|with|who|this|written|plan for)\b", text), (name, text)


def test_a_survivor_lets_the_team_read_a_part_and_ends_it(home: Home, visiting: Visiting) -> None:
    home.wrote(PLACE, WHERE)
    ref, team = home.plan.ref, str(home.town.advocates.id)
    assert visiting.post("plan-readers", ref, PLACE, viewer=team).status_code == 422
    assert visiting.post("plan-readers", ref, PLACE, viewer=team, place_named="on").status_code == 303
    page = visiting.get("plan-readers", ref, PLACE).content.decode()
    found = re.search(r'name="end" value="([^"]+)"', page)
    assert found and "You chose this" in page
    assert visiting.post("plan-readers", ref, PLACE, end=found[1]).status_code == 303
    assert "You chose this" not in visiting.get("plan-readers", ref, PLACE).content.decode()


def test_a_survivor_ends_a_workers_trust_and_the_worker_finds_no_page(
    home: Home, visiting: Visiting, signed_in: Any
) -> None:
    assert visiting.post("plan-trusted", home.plan.ref, end=str(home.by.id)).status_code == 303
    assert b"Nobody but you" in visiting.get("plan-trusted", home.plan.ref).content
    assert signed_in(home.by).get(f"/plans/{home.plan.ref}/").status_code == 404


def test_somebody_alone_begins_a_file_of_their_own_and_a_plan_for_a_child(place: Town) -> None:
    alone = Visiting(account_for(None, place.advocates))
    made = alone.post("plan-home")
    assert made.status_code == 303
    child = alone.post("plan-begin", whom="child", called="Wren")
    assert "Wren" in alone.client.get(child["Location"]).content.decode()
    assert b"Wren" in alone.get("plan-home").content
    with as_agency(place.advocates.id, at=AT):
        assert OwnFile.objects.filter(person_id=alone.survivor.id).count() == 1


def test_another_survivors_plan_is_not_there(home: Home, place: Town) -> None:
    home.wrote(PEOPLE, WORDS)
    other = Visiting(account_for(None, place.advocates))
    for name, args in (("plan-one", ()), ("plan-part", (PEOPLE,)), ("plan-readers", (PEOPLE,))):
        answer = other.get(name, home.plan.ref, *args)
        nothing = other.get(name, "A" * 22, *args)
        assert (answer.status_code, answer.content) == (nothing.status_code, nothing.content)
        assert b"Quezzel" not in answer.content
    assert not plans_of(home.survivor.id, by=other.survivor, at=AT)
    assert not PlanPart.objects.exists()
