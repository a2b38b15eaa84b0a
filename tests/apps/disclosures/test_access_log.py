"""Who has looked: every page of a case that somebody opens is a line, in words, and nobody else's look is."""

import io
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.assessments.models import Screen
from shelterbelt.cases.models import Evidence, Involvement
from shelterbelt.consent.actions import open_agreement
from shelterbelt.disclosures import seen, words
from shelterbelt.disclosures.actions import change_practice
from shelterbelt.disclosures.models import Demand
from shelterbelt.ledger.models import Reading
from shelterbelt.referrals.models import ContactRequest, Referral
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from tests.apps.disclosures.conftest import Built
from tests.apps.routes import WAYS
from tests.house.source import ROOT, words_of
from tests.house.test_docs import named
from tests.house.test_uninvited import addresses
from tests.world import AT, HOUR

# Readings of lists of many cases: they are looks at the agency's list, and the page says so.
OF_LISTS = {
    "work", "overdue", "contact_requests", "demands", "authorities", "grants", "referrals", "help_alerts", "reports",
    "calls", "call_counts", "feedback", "orders", "orders_found", "orders_shared", "breaches", "breach_counts", "detained",
    "trackers", "pair_requests", "watch", "watch.stream",
}  # fmt: skip


def looks(case: Any, **more: Any) -> Any:
    with as_agency(case.agency_id, at=AT):
        return seen.looks_at(case, **more)


def test_every_kind_of_look_has_words() -> None:
    part = words_of(ROOT / "docs" / "ledger.md").split("## Readings")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|")[0] for line in part.splitlines() if line.startswith("| `")]
    for kind in {name for line in lines for name in named(line)}:
        assert kind in words.LOOKS or kind in OF_LISTS or kind.startswith(("board.", *words.NOT_OF_CASES)), (
            kind
        )


@pytest.fixture
def things(built: Built) -> dict[str, dict[str, list[str]]]:
    """The references of everything of the police case and of the advocates' case, by the page that shows it."""
    with as_agency(built.town.police.id, at=AT):
        ours = {
            "case": [built.police.ref],
            "incident": [built.incident.ref],
            "screen": [row.ref for row in Screen.objects.all()],
            "evidence": [row.ref for row in Evidence.objects.all()],
            "action": [row.ref for row in Action.objects.filter(case=built.police)],
        }
    with as_agency(built.town.advocates.id, at=AT):
        theirs = {
            "case": [built.advocates.ref],
            "screen": [row.ref for row in Screen.objects.filter(case=built.advocates)],
            "contact": [row.ref for row in ContactRequest.objects.filter(case=built.advocates)],
            "referral": [row.ref for row in Referral.objects.filter(case=built.advocates)],
            "release": list(_releases(built)),
            "action": [row.ref for row in Action.objects.filter(case=built.advocates)],
        }
    assert len([*chain(*ours.values())]) > 4 and len([*chain(*theirs.values())]) > 4
    return {"police": ours, "advocates": theirs}


def _releases(built: Built) -> list[str]:
    from shelterbelt.consent.models import Release

    return [row.ref for row in Release.objects.filter(case_id=built.advocates.id)]


# The kinds of things of this test under the names that the table of addresses has for them.
KINDS = {"incident": "incident", "draft": "incident", "contact": "incident", "request": "contact"} | {
    kind: kind for kind in ("case", "screen", "evidence", "action", "referral", "release")
}


def fitting(route: str, things: dict[str, list[str]]) -> list[str]:
    """The references that can stand in an address: of the kind it names; of a kind that is not here, one of each other.

    Every one where nobody says what it names.
    """
    if route not in WAYS:
        return [*chain(*things.values())]
    kind = KINDS.get(WAYS[route].thing)
    return things.get(kind, []) if kind else [refs[0] for refs in things.values() if refs]


def pages(things: dict[str, list[str]]) -> list[str]:
    """Every address with each reference that fits; parts of another kind get each value that they may have."""
    found = []
    for route, parts in addresses():
        if "ref" not in parts or route.startswith(("exchange/", "help/", "account/")):
            continue
        others = {name: kind for name, kind in parts.items() if name != "ref"}
        filled = [route] if not others else []
        for value in ("scene", "evidence", "check", "1", "subpoena") if others else ():
            one = route
            for name in others:
                one = one.replace(f"<slug:{name}>", value).replace(f"<str:{name}>", value)
            filled.append(one)
        found += [f"/{one}".replace("<str:ref>", ref) for one in filled for ref in fitting(route, things)]
    return sorted(set(found))


WALKED = (
    ("police", "officer"), ("police", "detective"), ("police", "supervisor"), ("police", "records_officer"),
    ("advocates", "advocate"), ("advocates", "advocates_records"),
)  # fmt: skip


@pytest.mark.parametrize(("whose", "role"), WALKED)
def test_every_page_of_a_case_that_somebody_opens_is_a_line(
    built: Built, things: dict[str, dict[str, list[str]]], signed_in: Any, whose: str, role: str
) -> None:
    case, worker = getattr(built, whose), getattr(built.town, role)
    with as_agency(case.agency_id, at=AT):
        ids = seen.ids_about(case)
    client, opened, silent = signed_in(worker), 0, []
    before = _count(case, worker, ids)
    for url in pages(things[whose]):
        if client.get(url).status_code == 200:
            opened += 1
            now_there = _count(case, worker, ids)
            silent += [url] if now_there == before else []
            before = now_there
    assert not silent, f"these show something of the case and leave no line: {silent}"
    assert opened > (8 if role != "records_officer" and role != "advocates_records" else 2)
    lines = looks(case, most=500).lines
    mine = [line for line in lines if line.name == f"Robin {worker.code}"]
    assert len(mine) >= opened
    for line in mine:
        assert line.why and line.who and "Something" not in line.what


def _count(case: Any, worker: Worker, ids: set[Any]) -> int:
    with as_agency(case.agency_id, at=AT):
        return Reading.objects.filter(about__in=ids, by=worker.id).count()


def test_looks_at_other_cases_are_not_in_it(built: Built, signed_in: Any) -> None:
    before = len(looks(built.police, most=500).lines)
    signed_in(built.town.advocate).get(reverse("case", args=[built.advocates.ref]))
    assert len(looks(built.police, most=500).lines) == before


def test_the_log_itself_is_a_look_and_comes_first(built: Built, signed_in: Any) -> None:
    page = signed_in(built.town.detective).get(reverse("access_log", args=[built.police.ref]))
    assert page.status_code == 200
    first = looks(built.police).lines[0]
    assert (first.what, first.name) == (str(words.LOOKS["access_log"]), f"Robin {built.town.detective.code}")
    assert first.what in page.content.decode()


def _agreed(built: Built, to: Agency) -> None:
    with as_agency(built.town.police.id, at=AT, worker=built.town.supervisor.id):
        days = (AT - HOUR, AT + timedelta(days=3650))
        open_agreement(
            built.town.police, to, ["case_file"], None, "together", *days, by=built.town.supervisor, at=AT
        )


def test_another_agency_is_named_with_its_ground_and_without_its_workers(
    built: Built, signed_in: Any
) -> None:
    _agreed(built, built.town.prosecutor)
    reader = built.town.prosecutor_worker
    assert signed_in(reader).get(reverse("case", args=[built.police.ref])).status_code == 200
    line = next(line for line in looks(built.police).lines if line.outside)
    assert built.town.prosecutor.name in line.who
    assert "agreement" in line.why
    assert reader.code not in f"{line.who}{line.name}{line.why}" and line.name == ""


def test_other_agency_that_reads_by_agreement_does_not_get_the_log(built: Built, signed_in: Any) -> None:
    _agreed(built, built.town.prosecutor)
    client = signed_in(built.town.prosecutor_worker)
    missing = client.get("/there-is-no-such-page/").content
    for name in ("access_log", "access_log_paper", "access_log_pdf", "disclosures"):
        answer = client.get(reverse(name, args=[built.police.ref]))
        assert (answer.status_code, answer.content) == (404, missing), name


def test_a_file_that_was_taken_out_is_among_the_looks(built: Built, signed_in: Any) -> None:
    with as_agency(built.town.police.id, at=AT):
        evidence = Evidence.objects.get(incident=built.incident)
    signed_in(built.town.officer).post(reverse("evidence_original", args=[evidence.ref]))
    assert str(words.TAKEN_OUT["evidence.copied_out"]) in [line.what for line in looks(built.police).lines]


def test_log_goes_on_page_by_page_without_loss(built: Built, signed_in: Any) -> None:
    client = signed_in(built.town.detective)
    for _n in range(7):
        client.get(reverse("case", args=[built.police.ref]))
    whole = looks(built.police, most=500).lines
    found, before = [], ""
    while True:
        page = looks(built.police, before=before, most=3)
        found += page.lines
        before = page.older
        if not before:
            break
    assert found == list(whole)
    assert looks(built.police, before="nonsense").lines[0] == whole[0]


# The paper


def test_paper_is_in_the_survivors_language_down_to_every_look(built: Built, signed_in: Any) -> None:
    for text in chain(
        words.LOOKS.values(), words.TAKEN_OUT.values(), words.ROLES.values(), words.BASES.values()
    ):
        with translation.override("es"):
            spanish = str(text)
        assert spanish != str(text), spanish
    client = signed_in(built.town.advocate)
    client.get(reverse("case", args=[built.advocates.ref]))
    page = client.get(reverse("access_log_paper", args=[built.advocates.ref])).content.decode()
    assert "Trabaja para el organismo que lo guarda" in page and "El caso" in page
    assert "Ask the survivor first" in page  # what the worker is told stays in the worker's language


def test_paper_names_work_and_not_workers_until_the_agency_says_so(built: Built, signed_in: Any) -> None:
    town = built.town
    client = signed_in(town.advocate)
    client.get(reverse("case", args=[built.advocates.ref]))
    address = reverse("access_log_paper", args=[built.advocates.ref])
    page = client.get(address).content.decode()
    paper = page.split("<main")[1].split("</main>")[0]
    assert "Una persona que acompaña a víctimas" in paper and town.advocate.code not in paper
    assert "<title>List</title>" in page
    with as_agency(town.advocates.id, at=AT, worker=town.advocates_records.id):
        change_practice({"lawyer": "Sam"}, names_on_paper=True, by=town.advocates_records, at=AT)
    paper = client.get(address).content.decode().split("<main")[1].split("</main>")[0]
    assert town.advocate.code in paper


def test_file_of_it_has_a_neutral_title_and_name_and_is_tagged(built: Built, signed_in: Any) -> None:
    client = signed_in(built.town.advocate)
    client.get(reverse("case", args=[built.advocates.ref]))
    answer = client.get(reverse("access_log_pdf", args=[built.advocates.ref]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="list.pdf"'
    for sign in (b"/MarkInfo", b"/StructTreeRoot", b'<rdf:li xml:lang="x-default">Lista<'):
        assert sign in answer.content
    for word in (b"/Author", b"dc:creator", b"Case", built.advocates.ref.encode()):
        assert word not in answer.content


def test_letters_that_no_font_has_and_commands_in_names_do_not_break_the_file() -> None:
    from shelterbelt.disclosures import paper

    odd = ("now", '#panic("x") \\" {', "ကျော် \u202e 漢字 😀", "$ ] // */")
    assert paper.pdf([odd], at=AT, zone="UTC").startswith(b"%PDF")


def test_nothing_is_handed_out_while_roles_are_not_determined(built: Built, signed_in: Any) -> None:
    client = signed_in(built.town.detective)
    client.get(reverse("case", args=[built.police.ref]))
    with as_agency(built.town.police.id, at=AT):
        rows = Involvement.objects.filter(incident=built.incident, until_at=None)
        rows.filter(person_id=built.police.survivor_id).update(role="undetermined")
    page = client.get(reverse("access_log_paper", args=[built.police.ref]))
    assert "not determined" in page.content.decode() and "A detective" not in page.content.decode()
    assert client.get(reverse("access_log_pdf", args=[built.police.ref])).status_code == 404


def test_demands_and_their_papers_are_looks_too(built: Built, signed_in: Any) -> None:
    client = signed_in(built.town.records_officer)
    from tests.apps.disclosures.conftest import png

    file = io.BytesIO(png())
    file.name = "x.png"
    sent = {"received_at-day": "2026-03-04", "received_at-time": "09:00", "asker": "A lawyer",
            "case_ref": built.police.ref, "paper": file}  # fmt: skip
    made = client.post(reverse("demand_new", args=["subpoena"]), sent)
    assert made.status_code == 302, made.content.decode()
    with as_agency(built.town.police.id, at=AT):
        row = Demand.objects.get(case_id=built.police.id)
    client.get(made["Location"])
    assert client.get(reverse("demand_paper", args=[row.ref])).status_code == 200
    told = [line.what for line in looks(built.police, most=500).lines]
    assert str(words.LOOKS["demand"]) in told and str(words.LOOKS["demand.document"]) in told
