"""Orders, duties by law, agreements and numbers: two people, a paper, a notice; and the grant lives as long as they do."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.consent.models import Grant
from shelterbelt.disclosures import actions, queries
from shelterbelt.disclosures.actions import Entered, NotYet
from shelterbelt.disclosures.models import Authority, AuthorityNote
from shelterbelt.disclosures.papers import NotAPaper, bytes_of, kind_of
from shelterbelt.ledger.models import Entry
from shelterbelt.store.asker import as_agency
from tests.apps.disclosures.conftest import PDF, Built, png
from tests.apps.test_dump import hits
from tests.world import AT, DAY, HOUR, Town, worker

ORDER = Entered(
    kind="court_order",
    from_at=AT - HOUR,
    until_at=AT + 10 * DAY,
    categories=("danger_level",),
    judge_signed=True,
    words={"judge": "J. Rowe", "court": "Circuit Court", "says": "the danger level of the file"},
)


@pytest.fixture
def second(built: Built) -> Worker:
    """Somebody else at the advocates who looks after records."""
    return worker(built.town.advocates, "records_officer")


@pytest.fixture
def here(built: Built) -> Iterator[Built]:
    with as_agency(built.town.advocates.id, at=AT, worker=built.town.advocates_records.id):
        yield built


def order(built: Built, **changed: Any) -> Entered:
    return replace(ORDER, case_id=built.advocates.id, recipient=built.town.court, **changed)


def entered(built: Built, told: Entered | None = None, paper: bytes | None = PDF) -> Authority:
    file = io.BytesIO(paper) if paper is not None else None
    return actions.enter_authority(told or order(built), file, by=built.town.advocates_records, at=AT)


def told(row: Authority, by: Worker, how: str = "in_person") -> None:
    actions.tell_survivor(row, how, words="on the phone", protects="the address is out", by=by, at=AT)


def test_an_order_opens_nothing_until_another_person_has_checked_it(here: Built, second: Worker) -> None:
    row = entered(here)
    told(row, here.town.advocates_records)
    assert row.state == "waiting" and not Grant.objects.filter(authority=row.id).exists()
    with pytest.raises(NotYet, match="same_person"):
        actions.check_authority(row, by=here.town.advocates_records, at=AT)
    assert not Grant.objects.filter(authority=row.id).exists()
    checked = actions.check_authority(row, by=second, at=AT)
    grant = Grant.objects.get(authority=row.id)
    assert (checked.state, checked.grant_id, grant.basis) == ("open", grant.id, "court_order")
    assert (grant.recipient_id, grant.case_id) == (here.town.court.id, here.advocates.id)
    assert (grant.categories, grant.until_at) == (["danger_level"], row.until_at)


def test_the_database_itself_refuses_one_person_as_both(here: Built) -> None:
    row = entered(here)
    with pytest.raises(IntegrityError), transaction.atomic():
        Authority.objects.filter(id=row.id).update(second_by=row.entered_by)


@pytest.mark.parametrize("missing", ["notice", "paper"])
def test_without_paper_or_notice_it_stays_closed(here: Built, second: Worker, missing: str) -> None:
    row = entered(here, paper=None if missing == "paper" else PDF)
    if missing != "notice":
        told(row, here.town.advocates_records)
    with pytest.raises(NotYet, match="notice_needed" if missing == "notice" else "document_needed"):
        actions.check_authority(row, by=second, at=AT)
    assert not Grant.objects.filter(authority=row.id).exists()


def test_a_subpoena_cannot_be_entered_as_an_order(here: Built) -> None:
    with pytest.raises(NotYet, match="not_by_a_judge"):
        entered(here, order(here, judge_signed=False))
    assert not Authority.objects.exists()


def test_ending_it_closes_the_grant_in_the_same_transaction(here: Built, second: Worker) -> None:
    row = entered(here)
    told(row, here.town.advocates_records)
    checked = actions.check_authority(row, by=second, at=AT)
    actions.end_authority(checked, words="lifted", by=second, at=AT + HOUR)
    grant = Grant.objects.get(authority=row.id)
    assert grant.withdrawn_at == AT + HOUR
    assert Authority.objects.get(id=row.id).state == "ended"


def test_what_was_returned_opens_nothing_ever(here: Built, second: Worker) -> None:
    row = entered(here)
    told(row, here.town.advocates_records)
    actions.return_authority(row, words="another case", by=second, at=AT)
    assert actions.check_authority(row, by=second, at=AT).state == "returned"
    assert not Grant.objects.filter(authority=row.id).exists()
    with pytest.raises(NotForYou):
        actions.return_authority(row, words="again", by=second, at=AT)


def test_an_order_that_is_over_is_not_opened(here: Built, second: Worker) -> None:
    row = entered(here)
    told(row, here.town.advocates_records)
    with pytest.raises(NotYet, match="over"):
        actions.check_authority(row, by=second, at=row.until_at)


def test_the_survivor_is_told_by_a_message_that_says_nothing_or_it_is_said_why_not(here: Built) -> None:
    from shelterbelt.notices.models import Notice

    row = entered(here)
    with pytest.raises(NotYet):
        actions.tell_survivor(row, "could_not", words="", protects="x", by=here.town.advocate, at=AT)
    with pytest.raises(NotYet):
        actions.tell_survivor(row, "in_person", words="told", protects="", by=here.town.advocate, at=AT)
    assert not AuthorityNote.objects.exists()
    actions.tell_survivor(row, "notice", words="", protects="plan gone through", by=here.town.advocate, at=AT)
    note = AuthorityNote.objects.get(authority=row)
    notice = Notice.objects.get(id=note.notice_id)
    assert notice.about == here.advocates.id and notice.kind == "call_back"
    kinds = Entry.objects.filter(about=row.id).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["authority.entered", "authority.notice_tried"]


def test_a_duty_by_law_reaches_no_further_than_its_statute(here: Built, second: Worker) -> None:
    duty = replace(
        order(here), kind="mandate", judge_signed=None, recipient=here.town.police,
        words={"statute": "child_harm_report"}, categories=("children",),
    )  # fmt: skip
    for wider in (
        replace(duty, categories=("children", "plans")),
        replace(duty, until_at=AT + 30 * DAY),
        replace(duty, recipient=here.town.court),
        replace(duty, words={"statute": "weapon_injury_report"}),
        replace(duty, words={}),
    ):
        with pytest.raises(NotYet):
            entered(here, wider, paper=None)
    row = entered(here, duty)
    told(row, here.town.advocates_records, how="could_not")
    actions.check_authority(row, by=second, at=AT)
    assert Grant.objects.get(authority=row.id).basis == "mandate"


def test_no_agreement_reaches_a_victim_service_or_a_hospital(built: Built) -> None:
    town = built.town
    agreed = replace(
        ORDER,
        kind="agreement",
        categories=("case_file",),
        recipient=town.prosecutor,
        words={"says": "we share"},
    )
    for holder, by in ((town.advocates, town.advocates_records), (town.hospital, None)):
        asks = by or worker(holder, "records_officer")
        with as_agency(holder.id, at=AT, worker=asks.id), pytest.raises(NotYet, match="not_system"):
            actions.enter_authority(agreed, io.BytesIO(PDF), by=asks, at=AT)
    with as_agency(town.police.id, at=AT, worker=town.records_officer.id):
        for other in (town.advocates, town.shelter, town.hospital, town.police):
            with pytest.raises(NotYet, match="not_system"):
                actions.enter_authority(
                    replace(agreed, recipient=other), io.BytesIO(PDF), by=town.records_officer, at=AT
                )
        row = actions.enter_authority(agreed, io.BytesIO(PDF), by=town.records_officer, at=AT)
        checked = actions.check_authority(row, by=town.supervisor, at=AT)
        grant = Grant.objects.get(id=checked.grant_id)
        assert (grant.basis, grant.case_id, grant.recipient_id) == ("agreement", None, town.prosecutor.id)


def test_numbers_open_nothing_and_small_ones_are_refused(here: Built, second: Worker) -> None:
    counts = Entered(kind="aggregate", from_at=AT - 30 * DAY, until_at=AT + DAY, words={"whom": "the county"})
    for wrong in ((), (40, 3)):
        with pytest.raises(NotYet):
            entered(here, replace(counts, counts=wrong), paper=None)
    row = actions.check_authority(
        entered(here, replace(counts, counts=(40, 0, 12)), paper=None), by=second, at=AT
    )
    assert (row.state, row.grant_id) == ("open", None)


def test_a_case_of_another_agency_cannot_be_named(here: Built) -> None:
    with pytest.raises(NotYet, match="case_unknown"):
        entered(here, replace(order(here), case_id=here.police.id))
    with pytest.raises(NotForYou):
        queries.case_under(here.police.ref, actions.ENTER_AUTHORITY, by=here.town.advocates_records, at=AT)


# The paper


def test_only_what_is_a_paper_by_its_content_is_taken() -> None:
    assert (kind_of(io.BytesIO(PDF)), kind_of(io.BytesIO(png()))) == ("pdf", "png")
    for wrong in (b"", b"PK\x03\x04zip", b"<html>", b"\x89PNG\r\n\x1a\nnot a picture", b"MZ" + PDF):
        with pytest.raises(NotAPaper):
            kind_of(io.BytesIO(wrong))


def test_the_paper_lies_sealed_and_comes_back_as_it_was(here: Built, settings: Any) -> None:
    row = entered(here, paper=PDF + here.sung("order").encode() * 20)
    file = next(path for path in settings.FILES.iterdir() if path.name.startswith(str(row.id)))
    assert hits(file.read_bytes()) == [] and b"PDF" not in file.read_bytes()
    assert bytes_of(row).startswith(PDF)
    assert bytes(row.document_sha256) == bytes(
        Entry.objects.get(kind="authority.entered", about=row.id).digest
    )


# The pages


def sent(built: Built, **changed: Any) -> dict[str, Any]:
    file = io.BytesIO(png())
    file.name = "order of the survivor.png"
    found = {
        "case_ref": built.advocates.ref, "judge_signed": "yes", "judge": "J. Rowe", "court": "Circuit Court",
        "says": "the danger level", "recipient": built.town.court.ref, "categories": ["danger_level"],
        "paper": file, **days(),
    }  # fmt: skip
    return found | changed


def days() -> dict[str, str]:
    from shelterbelt.ui.clock import now

    first, last = now(), now() + timedelta(days=5)
    return {
        f"{name}-{part}": str(getattr(moment, part))
        for name, moment in (("from_on", first), ("until_on", last))
        for part in ("month", "day", "year")
    }


def test_from_paper_to_open_file_on_the_pages(built: Built, second: Worker, signed_in: Any) -> None:
    by = signed_in(built.town.advocates_records)
    made = by.post(reverse("authority_new", args=["court_order"]), sent(built))
    assert made.status_code == 302, made.content.decode()
    page = by.get(made["Location"]).content.decode()
    assert "It opens nothing yet" in page and "You are the second person" not in page
    with as_agency(built.town.advocates.id, at=AT):
        row = Authority.objects.get()
    other = signed_in(second)
    early = other.post(reverse("authority_check", args=[row.ref]))
    assert early.status_code == 422
    answer = {"how": "in_person", "told_words": "today", "protects": "the plan"}
    by.post(reverse("authority_told", args=[row.ref]), answer)
    picture = other.get(reverse("authority_paper", args=[row.ref]))
    assert picture["Content-Type"] == "image/jpeg" and "survivor" not in picture["Content-Disposition"]
    assert other.post(reverse("authority_check", args=[row.ref])).status_code == 302
    assert "They can see what is named below" in other.get(made["Location"]).content.decode()
    given = signed_in(built.town.advocate).get(reverse("disclosures", args=[built.advocates.ref]))
    assert given.status_code == 200


def test_an_unsigned_order_and_a_wrong_file_are_refused_in_words(built: Built, signed_in: Any) -> None:
    client = signed_in(built.town.advocates_records)
    page = client.post(reverse("authority_new", args=["court_order"]), sent(built, judge_signed="no"))
    assert (
        page.status_code == 422
        and "A subpoena from a lawyer or a clerk opens nothing" in page.content.decode()
    )
    file = io.BytesIO(b"MZ not a paper")
    file.name = "order.pdf"
    page = client.post(reverse("authority_new", args=["court_order"]), sent(built, paper=file))
    assert page.status_code == 422 and "This is no PDF, PNG or JPEG" in page.content.decode()


def test_bases_of_another_agency_do_not_exist_here(built: Built, signed_in: Any) -> None:
    with as_agency(built.town.advocates.id, at=AT, worker=built.town.advocates_records.id):
        row = entered(built)
    client = signed_in(built.town.records_officer)
    missing = client.get("/there-is-no-such-page/").content
    for name in ("authority", "authority_paper"):
        assert client.get(reverse(name, args=[row.ref])).content == missing
    for name in ("authority_told", "authority_check", "authority_return", "authority_end"):
        assert client.post(reverse(name, args=[row.ref])).content == missing


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("court_order", ["case", "agency", "opens", "paper"]),
        ("mandate", ["case", "agency", "opens", "paper"]),
        ("agreement", ["agency", "opens", "paper"]),
        ("aggregate", []),
    ],
)
def test_everything_that_a_basis_lacks_is_said_in_one_round(
    place: Town, signed_in: Any, kind: str, missing: list[str]
) -> None:
    said = {
        "case": "Write the reference of the case.",
        "agency": "Choose the one agency that gets it.",
        "opens": "Choose what it opens, at least one thing.",
        "paper": "The paper itself is missing.",
    }
    page = signed_in(place.records_officer).post(reverse("authority_new", args=[kind]), {})
    assert page.status_code == 422
    shown = page.content.decode()
    assert [name for name, words in said.items() if words in shown] == missing
