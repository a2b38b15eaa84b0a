"""A demand is written down under stress, holds its case, and opens nothing that nothing opened; one reply for everybody."""

import ast
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from shelterbelt.access.rules import NotForYou
from shelterbelt.cases.models import Case
from shelterbelt.disclosures import actions, queries
from shelterbelt.disclosures.actions import NotYet
from shelterbelt.disclosures.given import given_of
from shelterbelt.disclosures.models import Authority, Demand
from shelterbelt.library import guides
from shelterbelt.records.actions import NotErasable, ask_erasure, place_hold
from shelterbelt.records.facts import ruling_of
from shelterbelt.records.models import Hold
from shelterbelt.store.asker import as_agency
from tests.apps.consent.conftest import taken
from tests.apps.disclosures.conftest import PDF, Built
from tests.apps.disclosures.test_bases import order
from tests.house.source import PACKAGE, modules, words_of
from tests.world import AT, DAY, HOUR, Town, worker


@pytest.fixture
def here(built: Built) -> Iterator[Built]:
    with as_agency(built.town.advocates.id, at=AT, worker=built.town.advocates_records.id):
        yield built


def demanded(built: Built, kind: str = "subpoena", **changed: Any) -> Demand:
    told: dict[str, Any] = {
        "case_id": built.advocates.id,
        "received_at": AT - HOUR,
        "deadline_at": AT + 10 * DAY,
        "words": {"asker": "a lawyer", "asks_for": "everything"},
        "by": built.town.advocates_records,
    } | changed
    return actions.enter_demand(kind, io.BytesIO(PDF), at=AT, **told)


def complied(row: Demand, built: Built, ground: str, items: str = "the dates of two visits") -> Demand:
    by = built.town.advocates_records
    return actions.answer_demand(row, "complied", words="the least", items=items, ground=ground, by=by, at=AT)


@pytest.mark.parametrize("role", ["advocate", "advocates_records"])
def test_entering_one_holds_the_case_whoever_enters_it(built: Built, role: str) -> None:
    by = getattr(built.town, role)
    with as_agency(built.town.advocates.id, at=AT, worker=by.id):
        row = demanded(built, by=by)
        hold = Hold.objects.get(id=row.hold_id)
        assert (hold.case_id, hold.because, hold.lifted_at) == (built.advocates.id, "demand", None)


def test_one_without_a_case_is_kept_too_and_nothing_is_erased_until_it_is_answered(here: Built) -> None:
    case = Case.objects.select_related("agency").get(id=here.advocates.id)
    assert ruling_of(case, asked=True, at=AT).state == "may_erase"
    row = demanded(here, case_id=None)
    assert row.hold_id is None and not Hold.objects.exists()
    with pytest.raises(NotErasable, match="demand_unnamed"):
        ask_erasure(case, basis="survivor", by=here.town.advocate, at=AT)
    by = here.town.advocates_records
    actions.answer_demand(row, "refused", words="nothing to give", items="", ground="", by=by, at=AT)
    assert ruling_of(case, asked=True, at=AT).state == "may_erase"


def test_another_agencys_demand_without_a_case_keeps_nothing_of_ours(built: Built) -> None:
    with as_agency(built.town.police.id, at=AT, worker=built.town.records_officer.id):
        demanded(built, case_id=None, by=built.town.records_officer)
    with as_agency(built.town.advocates.id, at=AT):
        case = Case.objects.select_related("agency").get(id=built.advocates.id)
        assert ruling_of(case, asked=True, at=AT).state == "may_erase"


def test_once_its_case_is_known_that_one_is_held_and_the_others_go_by_their_schedule(
    built: Built, signed_in: Any
) -> None:
    by = built.town.advocates_records
    with as_agency(built.town.advocates.id, at=AT, worker=by.id):
        row = demanded(built, case_id=None)
    client, page = signed_in(by), reverse("demand", args=[row.ref])
    assert "names no case yet" in client.get(page).content.decode()
    named = reverse("demand_case", args=[row.ref])
    assert client.post(named, {"case_ref": "no-such-reference"}).status_code == 422
    assert client.post(named, {"case_ref": built.advocates.ref})["Location"] == page
    assert "names no case yet" not in client.get(page).content.decode()
    assert client.post(named, {"case_ref": built.advocates.ref}).status_code == 404
    with as_agency(built.town.advocates.id, at=AT):
        hold = Hold.objects.get()
        assert (hold.case_id, hold.because) == (built.advocates.id, "demand")
        assert queries.unnamed_demands() == 0


def test_steps_are_due_from_the_guide_and_the_next_one_comes_first(here: Built) -> None:
    row = demanded(here)
    guide = guides.guide("demo_county", "subpoena")
    assert guide
    due = sorted(step.due(row.received_at, row.deadline_at) for step in guide.steps)
    assert row.next_due_at == due[0]
    by = here.town.advocates_records
    assert queries.demands_due(by, at=AT) == 1
    row = actions.note_step(row, "call_lawyer", words="they will call back", by=by, at=AT)
    assert row.next_due_at == due[1]
    with pytest.raises(NotForYou):
        actions.note_step(row, "no_such_step", words="", by=by, at=AT)
    ended = actions.answer_demand(row, "refused", words="", items="", ground="", by=by, at=AT)
    assert (ended.next_due_at, queries.demands_due(by, at=AT)) == (None, 0)
    with pytest.raises(NotForYou):
        actions.answer_demand(row, "refused", words="", items="", ground="", by=by, at=AT)


@pytest.mark.parametrize("kind", ["subpoena", "out_of_state", "immigration"])
@pytest.mark.parametrize("ground", ["", "court_order", "release", "warrant", "own_only"])
def test_nothing_is_given_for_a_paper_that_is_no_order(here: Built, kind: str, ground: str) -> None:
    from shelterbelt.consent.models import Release

    Release.objects.filter(case_id=here.advocates.id).update(withdrawn_at=AT)
    row = demanded(here, kind)
    with pytest.raises(NotYet, match="no_ground"):
        complied(row, here, ground)
    assert Demand.objects.get(id=row.id).outcome == ""


def test_an_order_counts_once_a_second_person_has_checked_it(here: Built) -> None:
    from shelterbelt.consent.models import Release

    Release.objects.filter(case_id=here.advocates.id).update(withdrawn_at=AT)
    town, row = here.town, demanded(here)
    paper = actions.enter_authority(order(here), io.BytesIO(PDF), by=town.advocates_records, at=AT)
    with pytest.raises(NotYet, match="no_ground"):
        complied(row, here, "court_order")
    actions.tell_survivor(paper, "in_person", words="x", protects="y", by=town.advocates_records, at=AT)
    actions.check_authority(paper, by=worker(town.advocates, "supervisor"), at=AT)
    with pytest.raises(NotYet, match="items_needed"):
        complied(row, here, "court_order", items="  ")
    done = complied(row, here, "court_order", items="the level\nits date")
    assert done.outcome == "complied"
    given = next(one for one in given_of(here.advocates, by=town.advocates_records, at=AT) if one.by)
    assert (given.items, given.recipient, given.least) == (("the level", "its date"), "a lawyer", "the least")
    Authority.objects.filter(id=paper.id).update(state="ended")
    with pytest.raises(NotYet, match="no_ground"):
        complied(demanded(here), here, "court_order")


def test_a_release_that_is_in_force_is_a_ground(here: Built) -> None:
    taken(here.town, here.advocates, here.town.court)
    assert complied(demanded(here), here, "release").outcome == "complied"


def test_a_relative_gets_nothing_whatever_is_said(here: Built) -> None:
    taken(here.town, here.advocates, here.town.court)
    row = demanded(here, "next_of_kin")
    for ground in ("release", "own_only", "court_order"):
        with pytest.raises(NotForYou):
            complied(row, here, ground)


def test_a_demand_names_no_case_of_another_agency(built: Built, signed_in: Any) -> None:
    client = signed_in(built.town.officer)
    sent = {"received_at-day": "2026-03-04", "received_at-time": "09:00", "asker": "A lawyer"}
    absent = client.post(reverse("demand_new", args=["subpoena"]), {**sent, "case_ref": "no-such-reference"})
    hidden = client.post(reverse("demand_new", args=["subpoena"]), {**sent, "case_ref": built.advocates.ref})
    assert absent.status_code == hidden.status_code == 422

    def bare(page: Any, ref: str) -> str:
        plain = page.content.decode().replace(ref, "REF")
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", plain)

    assert bare(absent, "no-such-reference") == bare(hidden, built.advocates.ref)


@pytest.mark.parametrize("page", ["demand_paper", "authority_paper", "hold_paper", "access_log_pdf"])
def test_papers_that_are_taken_out_count_against_the_days_budget(
    built: Built, signed_in: Any, settings: Any, page: str
) -> None:
    by = built.town.advocates_records
    with as_agency(built.town.advocates.id, at=AT, worker=by.id):
        told = order(built)
        row = actions.enter_authority(told, io.BytesIO(PDF), by=by, at=AT)
        hold = place_hold(
            built.advocates.id, because="litigation", by=by, at=AT, document=PDF, name="a", media=""
        )
        refs = {
            "demand_paper": demanded(built).ref,
            "authority_paper": row.ref,
            "hold_paper": hold.ref,
            "access_log_pdf": built.advocates.ref,
        }
    client, address = signed_in(by), reverse(page, args=[refs[page]])
    assert client.get(address).status_code == 200
    settings.EXPORT_BUDGETS = {**settings.EXPORT_BUDGETS, "files": {"default": 0}}
    assert client.get(address).status_code == 429


# One reply for everybody


@pytest.mark.parametrize("kind", ["own_file", "next_of_kin"])
def test_the_reply_is_the_same_whether_or_not_anything_is_held(
    built: Built, signed_in: Any, kind: str
) -> None:
    """The other person of a case, somebody unknown, a survivor: the page that is answered from is equal byte by byte."""
    town, client = built.town, signed_in(built.town.advocate)
    before = client.get(reverse("asked_one", args=[kind])).content
    with as_agency(town.advocates.id, at=AT, worker=town.advocates_records.id):
        with_case = demanded(built, kind)
        without = demanded(built, kind, case_id=None)
    assert (
        client.get(reverse("asked_one", args=[kind])).content.split(b"<main")[1] == before.split(b"<main")[1]
    )
    replies = {
        _reply(client.get(reverse("demand", args=[row.ref])).content.decode()) for row in (with_case, without)
    }
    assert replies == {_reply(before.decode())}
    (reply,) = replies
    for word in (built.advocates.ref, town.advocates.name, "survivor", "case"):
        assert word not in reply


def _reply(page: str) -> str:
    return page.split("<blockquote")[1].split("</blockquote>")[0]


def test_every_worker_finds_the_guide_and_the_one_sentence(place: Town, signed_in: Any) -> None:
    for role in ("officer", "advocate", "nurse", "court_clerk", "coordinator", "reviewer", "administrator"):
        page = signed_in(getattr(place, role)).get(reverse("asked")).content.decode()
        assert "We can neither confirm nor deny" in page, role
    page = signed_in(place.officer).get(reverse("asked_one", args=["subpoena"])).content.decode()
    assert "A subpoena is not a court order" in page


def test_whom_to_call_is_the_agencys_own(place: Town, signed_in: Any) -> None:
    sent = {"lawyer": "Ada Quill", "lawyer_phone": "618 555 0142"}
    assert signed_in(place.advocates_records).post(reverse("practice"), sent).status_code == 302
    assert "Ada Quill" in signed_in(place.advocate).get(reverse("asked")).content.decode()
    assert "Ada Quill" not in signed_in(place.officer).get(reverse("asked")).content.decode()


# No field for it, anywhere

STATUS = re.compile(
    r"immigra\w*_?status|citizen|nationality|\bvisa\b|undocumented|birth_?place|country_of_birth|alien", re.I
)


def test_no_column_field_or_list_holds_where_somebody_comes_from_or_their_papers() -> None:
    for model in apps.get_models():
        for one in model._meta.get_fields():
            assert not STATUS.search(one.name), f"{model._meta.label}.{one.name}"
    for place, tree in modules().items():
        names = [n.target if isinstance(n, ast.AnnAssign) else n.targets[0] for n in ast.walk(tree)
                 if isinstance(n, ast.Assign | ast.AnnAssign)]  # fmt: skip
        for name in (n.id for n in names if isinstance(n, ast.Name)):
            assert not STATUS.search(name), f"{place}: {name}"
    for path in (PACKAGE / "library" / "choices").glob("*.yaml"):
        assert not STATUS.search(words_of(path)), path.name


def test_the_check_sees_such_a_field() -> None:
    for name in ("immigration_status", "citizenship", "nationality", "country_of_birth"):
        assert STATUS.search(name), name
