"""The safety plan as data: complete, in two languages, leading nowhere, and what it says to cover."""

import re
from typing import Any

import pytest
import yaml
from tests.house.test_words import unsaid

from shelterbelt.library import acts, covers, files, parameters, plans
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.kernels import Process

PLAN = plans.plan()
IDS = [part.id for part in PLAN.parts]
RISKS = ("physical", "emotional", "stalking", "economic", "technology")
# What the plan was asked to hold, and the part that holds it.
ASKED = {
    "emergency contacts": "contacts", "local numbers": "numbers", "safe places": "safe_places", "ways out": "ways_out",
    "documents": "documents", "code words": "code_words", "safe communication": "safe_contact", "routines": "routines",
    "home": "home", "work": "work", "school": "school", "travel": "travel", "court": "court", "online": "online",
    "children": "children", "children's own": "child_places", "pets": "pets", "money": "money", "leaving": "leaving",
    "after leaving": "first_weeks", "when staying": "staying", "practice": "practice", "a dependent": "in_my_care",
    "review": "look_again", "a teenager": "teen", "an order": "order",
}  # fmt: skip
# Nothing leads towards or away from the police, a court or leaving; nothing is demanded.
LEADING = re.compile(
    r"\byou (must|should|have to|need to) (leave|report|call|tell|go|file|press|get an order)|\b(always|never) call\b|"
    r"\bdo not (call|report|leave|go back)\b|\bwhy (do|did) you\b|\bdebe (irse|denunciar|llamar|dejar|contar)",
    re.IGNORECASE,
)
GENDERED_ES = re.compile(r"\b(ella|víctima|agresor|esposo|marido|esposa|novio|novia)\b", re.IGNORECASE)


def _raw() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files.raw("plans/safety_plan/1.yaml"))
    return found


@pytest.mark.parametrize("asked", ASKED)
def test_everything_that_a_plan_shall_hold_is_there(asked: str) -> None:
    assert ASKED[asked] in IDS


@pytest.mark.parametrize("risk", RISKS)
def test_each_danger_brings_prompts_of_its_own(risk: str) -> None:
    assert risk in PLAN.risks
    everybody = {part.id for part in PLAN.parts_for((), PLAN.situations)}
    assert len({part.id for part in PLAN.parts_for([risk], PLAN.situations)} - everybody) >= 4


def test_nothing_chosen_brings_what_everybody_has_and_more_chosen_never_brings_less() -> None:
    least = set(PLAN.parts_for((), ()))
    assert {"contacts", "code_words", "documents"} <= {part.id for part in least}
    for risk in RISKS:
        for situation in PLAN.situations:
            some = set(PLAN.parts_for([risk], [situation]))
            assert least <= some <= set(PLAN.parts_for(RISKS, PLAN.situations))


def test_who_stays_is_not_asked_about_the_day_of_leaving_and_the_other_way_round() -> None:
    staying = {part.id for part in PLAN.parts_for(RISKS, ["staying"])}
    after = {part.id for part in PLAN.parts_for(RISKS, ["after"])}
    assert "staying" in staying and not staying & {"leaving", "first_weeks", "handover", "bag"}
    assert "first_weeks" in after and not after & {"leaving", "staying", "tense", "bag"}


def test_a_child_gets_parts_in_the_childs_own_words_and_nothing_of_the_parents() -> None:
    own = PLAN.parts_for(RISKS, PLAN.situations, ["child"])
    assert {part.id for part in own} >= {
        "child_places",
        "child_people",
        "child_call",
        "child_word",
        "child_feelings",
    }
    assert all(part.whom == {"child"} for part in own)


def test_every_situation_and_both_terms_have_parts() -> None:
    assert {part.term for part in PLAN.parts} == {"short", "long", "both"} == set(PLAN.terms)
    for situation in PLAN.situations:
        assert any(situation in part.situations for part in PLAN.parts)
    assert {part.group for part in PLAN.parts} == set(PLAN.groups)


def test_no_text_blames_leads_or_names_a_gender() -> None:
    for said in PLAN.texts():
        assert not list(unsaid(said.en))
        assert not LEADING.search(f"{said.en} {said.es}"), said
        assert not GENDERED_ES.search(said.es), said
        assert "!" not in said.es


def test_a_fact_has_a_source_and_what_may_make_it_worse_stands_where_it_can() -> None:
    assert all(fact.source in PLAN.sources and fact.tag for part in PLAN.parts for fact in part.facts)
    for id in (
        "phone",
        "things_that_listen",
        "leaving",
        "weapons",
        "children",
        "home",
        "keeping_track",
        "accounts",
    ):
        assert PLAN.part(id).careful, id


def test_what_belongs_on_a_pocket_card_is_little_and_names_no_reason() -> None:
    card = [prompt for part in PLAN.parts for prompt in part.prompts if prompt.card]
    assert {prompt.id for prompt in card} >= {"contacts_people", "numbers_local", "safe_places_hour"}
    assert len(card) <= 6


def test_a_text_is_given_in_the_language_asked_for_and_in_english_otherwise() -> None:
    assert PLAN.title.by("es") == PLAN.title.by("es-US") == "Mi plan"
    assert PLAN.title.by("en") == PLAN.title.by("vi") == "My plan"


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda data: data["parts"][0].update(risks=["weather"]), "no weather among the risks"),
        (lambda data: data["parts"][0].update(group="attic"), "no group attic"),
        (lambda data: data["parts"][1].update(id="contacts"), "contacts stands twice"),
        (lambda data: data["parts"][1]["prompts"][0].update(id="contacts_people"), "stands twice"),
        (lambda data: data["parts"][1]["facts"][0].update(source="hearsay"), "no source hearsay"),
    ],
)
def test_a_file_whose_parts_do_not_fit_is_refused(break_it: Any, says: str) -> None:
    data = _raw()
    break_it(data)
    with pytest.raises(LibraryError, match=says):
        plans.built(data, "")


def test_a_version_or_a_plan_that_is_not_there_is_refused() -> None:
    for id, version in (("safety_plan", "99"), ("other", ""), ("../choices", "1")):
        with pytest.raises(LibraryError):
            plans.plan(id, version)


NUMBERS = parameters.parameters().parameters
RAISING = {f"event.{kind}" for kind, one in NUMBERS.events.items() if any(one.A[p] > 0 for p in Process)}
RAISING |= {f"state.{name}" for name, one in NUMBERS.states.items() if any(one.R[p] > 1 for p in Process)}
TABLE = covers.lines()


def test_all_that_can_lift_a_forecast_and_every_act_brings_something_to_look_at() -> None:
    acts_of_county = {f"act.{kind}" for kind in acts.acts(acts.OTHERWISE).kinds}
    known = {code for line in TABLE for code in line.codes}
    assert not (RAISING | acts_of_county | {"repeat", "shift"}) - known


def test_the_table_knows_no_code_that_the_forecast_does_not() -> None:
    for code in {code for line in TABLE for code in line.codes}:
        kind, _, name = code.partition(".")
        known = {"event": NUMBERS.events, "state": NUMBERS.states, "act": acts.acts(acts.OTHERWISE).kinds}
        assert name in known.get(kind, {"": 0, "high": 0, "extreme": 0}), code


@pytest.mark.parametrize("topic", [line.topic for line in TABLE])
def test_what_is_said_to_cover_has_no_number_no_level_and_no_fact_about_anybody(topic: str) -> None:
    said = covers.says(topic)
    assert not re.search(
        r"\d|\b(level|risk|danger|score|chance|likely|high|raised|forecast)\b", said.en, re.I
    )
    assert not re.search(r"\d|\b(nivel|riesgo|peligro|puntaje|probab\w*|alto|pronóstico)\b", said.es, re.I)
    assert not re.search(r"\b(has|have|was|were) (been )?(arrested|released|served|told|got)\b", said.en)
    assert not list(unsaid(said.en))
